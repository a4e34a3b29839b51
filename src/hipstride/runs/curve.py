"""The stride curve of a runner's own runs, by the rules of the house."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from hipstride.errors import NotEnoughDataError
from hipstride.gait import MatchedStride, matched_stride
from hipstride.runs.baseline import by_run, devices_of
from hipstride.tables import RUNS, WINDOWS

__all__ = ["IS_MEASURED", "baseline_of", "ids_where", "matched"]

IS_MEASURED = "is_step_length_independent"


def matched(
    runs: pd.DataFrame,
    windows: pd.DataFrame,
    *,
    baseline: Collection[str] | None = None,
) -> MatchedStride:
    """Draw the runner's curve from all runs whose speed was measured.

    Parameters
    ----------
    runs : DataFrame
        A `RUNS` table.
    windows : DataFrame
        The `WINDOWS` of these runs.
    baseline : collection of str, optional
        Ids of the runs that deviations, and the level of the curve, are counted from;
        all where not given.

    Returns
    -------
    MatchedStride
        The runs whose step length is independent of cadence, and their curve. A speed
        that the watch made of the cadence gives the watch's own idea of a step, and is
        left out. A belt distance that was typed in gives a run its number, but the
        shape within the run is still the watch's guess, so that it does not shape the
        curve. Devices are told apart.

    Raises
    ------
    TableError
        If a column is missing.
    NotEnoughDataError
        If no such run has half a minute of steady running, or none is in the baseline.

    Examples
    --------
    >>> from hipstride import read_runs, sample
    >>> from hipstride.runs import summarize_with_windows
    >>> runs, windows = summarize_with_windows(read_runs(sample.folder() / "runs"))
    >>> matched(runs, windows).curve.n_runs
    7
    """
    RUNS.check(runs, "run_id", "local_date", IS_MEASURED)
    WINDOWS.check(windows, "run_id")
    windows = windows[windows["run_id"].isin(ids_where(runs, IS_MEASURED))]
    if windows.empty:
        what = "half minutes of steady running whose speed was measured"
        raise NotEnoughDataError(
            what,
            needed=1,
            got=0,
            remedy="use runs outdoors, or with a foot pod, of more than 5 minutes that "
            "carry a cadence",
        )
    curve_from = runs["run_id"]
    if "step_length_source" in runs.columns:
        curve_from = curve_from[runs["step_length_source"].ne("belt").to_numpy()]
    return matched_stride(
        windows,
        baseline=baseline,
        curve_from=list(curve_from),
        groups=devices_of(runs),
        shoes=by_run(runs, "shoe"),
        days=by_run(runs, "local_date"),
    )


def baseline_of(runs: pd.DataFrame) -> set[str] | None:
    """Give the ids of the runs that deviations are counted from.

    Parameters
    ----------
    runs : DataFrame
        A `RUNS` table.

    Returns
    -------
    set of str or None
        None where the table does not tell.

    Examples
    --------
    >>> runs = pd.DataFrame({"run_id": ["a", "b"], "is_baseline": [True, False]})
    >>> baseline_of(runs)
    {'a'}
    """
    if "is_baseline" not in runs.columns:
        return None
    return set(ids_where(runs, "is_baseline")) or None


def ids_where(runs: pd.DataFrame, flag: str) -> pd.Series:
    """Give the ids of the runs for which a flag is known to hold."""
    return runs["run_id"][runs[flag].fillna(value=False).astype("bool")]
