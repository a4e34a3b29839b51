"""How much was run before and after: the same pain while running less is no gain."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hipstride.units import METRES_PER_KILOMETRE

__all__ = ["FALL_PCT", "volume"]

# A fall of more than this is said.
FALL_PCT = -20.0
_DAYS_PER_WEEK = 7.0


def volume(
    table: pd.DataFrame,
    started_on: np.datetime64,
    ended_on: np.datetime64 | None = None,
) -> dict[str, object]:
    """Compare runs and kilometres per week before and after a date.

    Parameters
    ----------
    table : DataFrame
        All rows in order of time, rated or not.
    started_on, ended_on : datetime64
        First and last day of the change.

    Returns
    -------
    dict
        Runs and km per week before and after, and the change of each [%]; empty where
        the table does not tell runs from days, NaN where a side has none.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {
    ...         "local_date": pd.date_range("2026-03-01", periods=28),
    ...         "distance_m": [10_000.0] * 14 + [5_000.0] * 14,
    ...     }
    ... )
    >>> found = volume(table, np.datetime64("2026-03-15"))
    >>> found["km_per_week_before"], found["km_per_week_after"]
    (70.0, 35.0)
    """
    has_distance = "distance_m" in table.columns
    if not (has_distance or {"started_at", "run_id"} & set(table.columns)):
        return {}
    dates = table["local_date"].to_numpy().astype("datetime64[D]")
    distance_m = np.full(len(table), np.nan)
    is_run = np.ones(len(table), dtype=np.bool_)
    if has_distance:
        distance_m = table["distance_m"].to_numpy(np.float64)
        # A day without a run in a table of days; a run of unknown length is a run.
        is_run = ~(distance_m <= 0)
    day = np.timedelta64(1, "D")
    last = dates.max() if ended_on is None else min(dates.max(), ended_on)
    before, after = dates < started_on, (dates >= started_on) & (dates <= last)
    weeks = (
        (started_on - dates.min()) / day / _DAYS_PER_WEEK,
        ((last - started_on) / day + 1) / _DAYS_PER_WEEK,
    )
    found: dict[str, object] = {}
    for name, values in (
        ("runs_per_week", is_run.astype(np.float64)),
        ("km_per_week", distance_m / METRES_PER_KILOMETRE),
    ):
        if np.isnan(values).all():
            continue
        rates = [
            float(np.nansum(values[side]) / length) if length > 0 else float("nan")
            for side, length in zip((before, after), weeks, strict=True)
        ]
        found[f"{name}_before"], found[f"{name}_after"] = rates
        is_known = rates[0] > 0 and np.isfinite(rates[1])
        found[f"{name}_change_pct"] = (
            100 * (rates[1] / rates[0] - 1) if is_known else float("nan")
        )
    return found
