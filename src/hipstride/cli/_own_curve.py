"""From a library or files to the runner's own stride curve, as it is of late."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from hipstride.cli._common import plural

if TYPE_CHECKING:
    from hipstride.gait.curve import StrideCurve

__all__ = ["OwnCurve", "own_curve"]

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


def own_curve(path: Path | None, library: Path | None) -> OwnCurve:
    """Draw the curve of the runs of a path, or of the library.

    Raises
    ------
    HipstrideError
        If there is no such place, or no run in it with steady running and a step length
        of its own.
    """
    from hipstride.cli._load import runs_and_windows
    from hipstride.runs import matched
    from hipstride.runs.curve import IS_MEASURED, ids_where

    runs, windows = runs_and_windows(path, library)
    measured = ids_where(runs, IS_MEASURED)
    used = runs[runs["run_id"].isin(measured) & runs["run_id"].isin(windows["run_id"])]
    recent = used.iloc[-RECENT_RUNS:]
    found = matched(runs, windows, baseline=set(recent["run_id"]))
    first_on, last_on = recent["local_date"].min(), recent["local_date"].max()
    return OwnCurve(
        found.curve, len(recent), f"{first_on:%Y-%m-%d}", f"{last_on:%Y-%m-%d}"
    )
