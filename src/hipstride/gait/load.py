"""How much was run lately: acute and chronic load, and days of rest.

Exponentially weighted means of the daily distance with a decay of 2 / (N + 1), N = 7
and 28 days (Williams, West, Cross, Stokes, Br J Sports Med 2017;51:209-210), up to the
day *before* the run: the distance of the day itself may have been cut short by pain.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from hipstride.tables import RUNS

__all__ = ["ACUTE_DAYS", "CHRONIC_DAYS", "daily_load"]

ACUTE_DAYS = 7
CHRONIC_DAYS = 28


def daily_load(runs: pd.DataFrame) -> pd.DataFrame:
    """Give each run the load of the days before it.

    Parameters
    ----------
    runs : DataFrame
        A `RUNS` table with ``local_date`` and ``distance_m``, in any order; two runs
        of a day are put in order by ``started_at`` where that is given, else as they
        come.

    Returns
    -------
    DataFrame
        ``load_acute_m``, ``load_chronic_m`` [m a day] and ``days_since_last_run`` [d],
        row by row as in `runs`. All three are NaN on the first day, but a second run
        of a day has 0 days since the last.

    Notes
    -----
    1. Distances are summed by calendar day; days without a run are zeros.
    2. A day with a run of unknown distance is unknown, not zero: the mean is carried
       over it and weighs the past less afterwards.
    3. The mean starts at the first day's value, as the reference does. In a history
       that starts from nothing known, the chronic load is therefore settling for
       about its first four weeks.

    Examples
    --------
    >>> runs = pd.DataFrame(
    ...     {
    ...         "local_date": pd.to_datetime(["2026-09-01", "2026-09-03"]),
    ...         "distance_m": [8000.0, 5000.0],
    ...     }
    ... )
    >>> daily_load(runs)["load_acute_m"].tolist()
    [nan, 6000.0]
    """
    RUNS.check(runs, "local_date", "distance_m")
    if runs["local_date"].isna().all():
        return pd.DataFrame(
            {
                name: pd.Series(np.nan, dtype="float64", index=runs.index)
                for name in ("load_acute_m", "load_chronic_m", "days_since_last_run")
            },
        )
    date = runs["local_date"]
    # 1, 2
    known = runs["distance_m"].notna().groupby(date.to_numpy()).all()
    daily_m = runs["distance_m"].groupby(date.to_numpy()).sum().where(known)
    grid = pd.date_range(daily_m.index.min(), daily_m.index.max(), freq="D")
    rest = ~grid.isin(daily_m.index)
    daily_m = daily_m.reindex(grid).mask(rest, 0.0)
    # 3
    loads = {
        name: daily_m.ewm(span=days, adjust=False).mean().shift(1)
        for name, days in (
            ("load_acute_m", ACUTE_DAYS),
            ("load_chronic_m", CHRONIC_DAYS),
        )
    }
    columns = {
        name: load.reindex(date.to_numpy()).to_numpy() for name, load in loads.items()
    }
    by = ["local_date", "started_at"] if "started_at" in runs.columns else "local_date"
    in_order = runs.reset_index(drop=True).sort_values(by, kind="stable")["local_date"]
    gap = in_order.diff().dt.days.astype("float64").sort_index()
    return pd.DataFrame(
        {**columns, "days_since_last_run": gap.to_numpy(np.float64)}, index=runs.index
    )
