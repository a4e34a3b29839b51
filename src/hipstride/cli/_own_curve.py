"""From a library or files to the runner's own stride curve, as it is of late."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hipstride.cli._common import plural, working
from hipstride.errors import LibraryError

if TYPE_CHECKING:
    import pandas as pd

    from hipstride.gait.curve import StrideCurve

__all__ = ["OwnCurve", "curve_of_library", "curve_of_path"]

# What the steps are now is that of the last runs; the slopes are those of all.
RECENT_RUNS = 20


class OwnCurve(NamedTuple):
    """A runner's curve, and the runs that say where it lies now."""

    curve: StrideCurve
    n_recent: int
    first_on: str
    last_on: str

    @property
    def words(self) -> str:
        """What it is from."""
        days = self.first_on
        if self.last_on != self.first_on:
            days = f"{self.first_on} to {self.last_on}"
        recent = "last run" if self.n_recent == 1 else f"last {self.n_recent} runs"
        return (
            f"Step length from your {recent} ({days}), the effect of speed from "
            f"{plural(self.curve.n_runs, 'run')}."
        )


def curve_of_library(library: Path | None) -> OwnCurve:
    """Draw the curve of the runs in the library.

    Raises
    ------
    LibraryError
        If there is no library, or no run in it.
    NotEnoughDataError
        If no run has steady running and a step length of its own.
    """
    from hipstride.library import Library

    kept = Library(library)
    runs, windows = kept.runs(), kept.windows()
    if runs.empty:
        msg = (
            f"{kept.folder}: found no runs in the library; expected some; import an "
            "export with `hipstride import PATH`, or name files with --runs"
        )
        raise LibraryError(msg)
    return _curve(runs, windows)


def curve_of_path(path: Path) -> OwnCurve:
    """Draw the curve of the runs in a file, folder or zip.

    Raises
    ------
    ReadError
        If there is no such place.
    NotEnoughDataError
        If no run has steady running and a step length of its own.
    """
    from hipstride.io.reading import read_runs
    from hipstride.runs import summarize_with_windows

    with working("reading runs"):
        runs, windows = summarize_with_windows(read_runs(path))
    return _curve(runs, windows)


def _curve(runs: pd.DataFrame, windows: pd.DataFrame) -> OwnCurve:
    from hipstride.runs import matched

    is_measured = runs["is_step_length_independent"].fillna(value=False).astype("bool")
    used = runs[is_measured & runs["run_id"].isin(windows["run_id"])]
    recent = used.iloc[-RECENT_RUNS:]
    found = matched(runs, windows, baseline=set(recent["run_id"]))
    first_on, last_on = recent["local_date"].min(), recent["local_date"].max()
    return OwnCurve(
        found.curve, len(recent), f"{first_on:%Y-%m-%d}", f"{last_on:%Y-%m-%d}"
    )
