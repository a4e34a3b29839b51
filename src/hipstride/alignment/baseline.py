"""The baseline that a change asks for: the runs before it."""

from __future__ import annotations

import pandas as pd

from hipstride.alignment.shoes import with_logged_shoes
from hipstride.runs import from_baseline
from hipstride.tables import CHANGES, RUNS

__all__ = ["MIN_BASELINE_RUNS", "from_before_first_change"]

# Fewer runs are no usual: their mean is that of some days' form.
MIN_BASELINE_RUNS = 5
# Changes that are meant to alter the stride; a rest or a shot has no business here.
STRIDE_KINDS = ("stride", "cue")


def from_before_first_change(
    runs: pd.DataFrame, changes: pd.DataFrame | None
) -> pd.DataFrame:
    """Count the stride deviations from the runs before the first change of stride.

    Parameters
    ----------
    runs : DataFrame
        A `RUNS` table, as `summarize` gives it.
    changes : DataFrame or None
        A `CHANGES` table.

    Returns
    -------
    DataFrame
        The runs with new ``stride_deviation_pct`` and ``is_baseline``, where a change
        of the kinds ``stride`` or ``cue`` has at least 5 runs with a step length before
        it, and half of all such runs can be compared with them (another device cannot).
        Else from the runs that they were counted from. Logged changes of shoes are
        looked at as in `from_baseline`.

    Raises
    ------
    TableError
        If one of the tables is none.

    Examples
    --------
    >>> day = pd.date_range("2026-09-01", periods=8)
    >>> step_length_m = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.97, 0.97]
    >>> runs = pd.DataFrame({"run_id": list("abcdefgh"), "local_date": day})
    >>> runs = runs.assign(step_length_at_ref_speed_m=step_length_m)
    >>> change = pd.DataFrame({"started_on": day[6:7], "kind": ["cue"]})
    >>> runs = from_before_first_change(runs, change)
    >>> runs["stride_deviation_pct"].round(1).tolist()
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -3.0, -3.0]
    """
    RUNS.check(runs, "run_id", "local_date", "step_length_at_ref_speed_m")
    if changes is None:
        return runs
    CHANGES.check(changes)
    worn = with_logged_shoes(runs, changes)
    if worn is not runs:
        # With shoes to tell apart, the usual baseline too has to be counted anew.
        runs = from_baseline(worn)
    first_on = changes.loc[changes["kind"].isin(STRIDE_KINDS), "started_on"].min()
    if pd.isna(first_on):
        return runs
    eve = first_on - pd.Timedelta(days=1)
    known = runs["step_length_at_ref_speed_m"].notna()
    if int((known & (runs["local_date"] <= eve)).sum()) < MIN_BASELINE_RUNS:
        return runs
    moved = from_baseline(runs, eve)
    compared = int(moved["stride_deviation_pct"].notna().sum())
    return moved if 2 * compared >= int(known.sum()) else runs
