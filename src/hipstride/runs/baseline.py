"""Deviations counted from another baseline, without reading the files again."""

from __future__ import annotations

from math import nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.gait._link_words import LINK_NOTES
from hipstride.gait.baseline import deviations
from hipstride.gait.timer import column
from hipstride.runs.notes import apart, joined
from hipstride.tables import RUNS

__all__ = ["by_run", "devices_of", "from_baseline"]

_STEP = "step_length_at_ref_speed_m"


def from_baseline(
    runs: pd.DataFrame, baseline_until: str | pd.Timestamp | None = None
) -> pd.DataFrame:
    """Count the stride deviations from the runs up to a day.

    The step length at the reference speed does not depend on the baseline, so another
    baseline needs no second reading of the files.

    Parameters
    ----------
    runs : DataFrame
        A `RUNS` table, as `summarize` gives it.
    baseline_until : str or Timestamp, optional
        Last day of the baseline, such as the day before a change; all runs are the
        baseline where not given.

    Returns
    -------
    DataFrame
        A copy with new ``stride_deviation_pct`` and ``is_baseline``. A device, or a
        device on a treadmill, that was in use together with the usual one for 8 runs is
        put on its scale; another is counted from its own baseline runs, and a run
        without any has no deviation. What a shoe adds is taken out where 8 runs tell
        it. The ``notes`` say all of this.

    Raises
    ------
    TableError
        If a column is missing, or `baseline_until` is no day.
    NotEnoughDataError
        If no run with steady running lies in the baseline.

    Examples
    --------
    >>> runs = pd.DataFrame(
    ...     {
    ...         "run_id": ["a", "b"],
    ...         "local_date": pd.to_datetime(["2026-09-01", "2026-09-09"]),
    ...         "step_length_at_ref_speed_m": [1.0, 0.97],
    ...     }
    ... )
    >>> runs = from_baseline(runs, "2026-09-05")
    >>> runs["stride_deviation_pct"].round(3).tolist()
    [0.0, -3.046]
    """
    RUNS.check(runs, "run_id", "local_date", _STEP)
    in_time = np.ones(len(runs), dtype=np.bool_)
    if baseline_until is not None:
        last_day = _day(baseline_until)
        in_time = (runs["local_date"] <= last_day).to_numpy(np.bool_)
        if not in_time.any():
            what = f"runs up to {last_day:%Y-%m-%d}, the end of the baseline"
            raise NotEnoughDataError(
                what, needed=1, got=0, remedy="choose a later baseline_until"
            )
    step_length_m = column(runs, _STEP)
    known = step_length_m > 0
    pct = np.full(len(runs), nan)
    is_baseline = np.zeros(len(runs), dtype=np.bool_)
    told = np.full(len(runs), "", dtype=object)
    if known.any():
        ids = runs["run_id"]
        found = deviations(
            pd.Series(np.log(step_length_m[known]), index=ids[known]),
            baseline=None if baseline_until is None else set(ids[in_time]),
            groups=devices_of(runs),
            shoes=by_run(runs, "shoe"),
            days=by_run(runs, "local_date"),
        )
        pct[known] = found.pct
        is_baseline[known] = found.is_baseline & np.isfinite(found.pct)
        told[known] = [joined(notes) for notes in found.notes]
    runs = runs.assign(stride_deviation_pct=pct, is_baseline=is_baseline)
    if "notes" in runs.columns:
        runs = runs.assign(notes=_notes(runs["notes"], told))
    return RUNS.order(runs)


def _day(given: str | pd.Timestamp) -> pd.Timestamp:
    msg = f"baseline_until: found {given!r}; expected a day such as 2026-09-01"
    if pd.isna(given):
        raise TableError(msg)
    try:
        # The day on the clock that it was given in.
        return pd.Timestamp(given).tz_localize(None).normalize()
    except (ValueError, TypeError) as error:
        raise TableError(msg) from error


def devices_of(runs: pd.DataFrame) -> pd.Series | None:
    """Give a label for what measured each run: its device, and whether on a treadmill.

    Parameters
    ----------
    runs : DataFrame
        A `RUNS` table.

    Returns
    -------
    Series or None
        A text by run_id; None where the table has no devices.
    """
    if "device" not in runs.columns:
        return None
    label = runs["device"].astype("str").fillna("")
    if "is_treadmill" in runs.columns:
        label = label + np.where(runs["is_treadmill"], " on a treadmill", "")
    return pd.Series(label.to_numpy(), index=runs["run_id"])


def by_run(runs: pd.DataFrame, name: str) -> pd.Series | None:
    """Give a column by run_id; None where the table has none of that name."""
    if name not in runs.columns:
        return None
    return pd.Series(runs[name].to_numpy(), index=runs["run_id"])


def _notes(notes: pd.Series, told: NDArray[np.object_]) -> pd.Series:
    """Say what this baseline makes of each run, and no longer what another did."""
    lines = [
        joined(
            [note for note in apart(cell) if not note.startswith(LINK_NOTES)]
            + apart(new)
        )
        for cell, new in zip(notes.fillna("").astype("str"), told, strict=True)
    ]
    return pd.Series(lines, index=notes.index, dtype="str")
