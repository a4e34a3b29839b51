"""Everything the runner tried, in one table, with what pain did: nulls included.

Rest, the shot, physiotherapy, core work, the cue: each gets a level of its own in one
regression, net of the others, of a trend and of what the runs were like. What cannot
be told apart is said to be so, and where nothing was found the interval says how large
a change would have been missed.
"""

from __future__ import annotations

import math
from dataclasses import replace
from numbers import Real

import numpy as np
import pandas as pd

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.stats._arrays import FloatArray
from hipstride.stats._own_columns import dates_of, numbers_of
from hipstride.stats.change._ledger_caveats import caveats_of, method_of
from hipstride.stats.change._ledger_entries import things_of_columns, things_of_table
from hipstride.stats.change._ledger_fit import JointFit, fit_jointly, is_trend_possible
from hipstride.stats.change._ledger_groups import Layout, lay_out
from hipstride.stats.change._ledger_rows import Sources, rows_of
from hipstride.stats.change._ledger_table import Ledger, LedgerRow
from hipstride.stats.change._ledger_things import Thing, calendar_days
from hipstride.stats.change._ledger_words import Finding
from hipstride.stats.change._rows import ChangeRows, change_rows

__all__ = ["Ledger", "LedgerRow", "ledger"]

_MAX_WASHOUT_DAYS = 90


def ledger(
    obs: pd.DataFrame,
    changes: pd.DataFrame | None = None,
    outcome: str = "pain_after_0_10",
    *,
    smallest_effect_points: float = 1.0,
    washout_days: float = 7,
    seed: int = 0,
) -> Ledger:
    """List everything that was tried with its level change and interval.

    Parameters
    ----------
    obs : DataFrame
        An OBSERVATIONS table, or any with ``local_date`` and the outcome.
    changes : DataFrame, optional
        A CHANGES table. Without it the ``change_`` columns of `obs` are taken, and
        dates are those of the runs on which they hold.
    outcome : str
        The column with the ratings.
    smallest_effect_points : float
        The smallest effect of interest [points].
    washout_days : float
        Days left out after each start, while a change settles [d].
    seed : int
        Kept in the result; nothing is drawn.

    Returns
    -------
    Ledger
        One row for each thing, then one for each set that cannot be separated.

    Raises
    ------
    TableError
        If a table is unfit, an entry has no first day or ends before it, or an
        argument cannot be.

    Notes
    -----
    1. What counts as in force when: a spell on its days; what was done on one day from
       that day to the end; a rest from the day after it to the end.
    2. What can be told apart is decided by counting runs, before pain is looked at.
    3. One GapGLS with a level for each, a common trend (20 rated runs over 42 days or
       more) and the context of `change_rows`.
    4. Levels 0 and 1 only. Level 3 asks for more than a table of many can give; see
       `dated_change`.
    5. Too few rated runs, or ratings that are all equal, are an answer here: every row
       says that it cannot tell.

    Examples
    --------
    >>> day = np.arange(0, 240, 2)
    >>> rng = np.random.default_rng(4)
    >>> cue = day >= 120
    >>> obs = pd.DataFrame(
    ...     {
    ...         "local_date": pd.Timestamp("2026-01-01") + pd.to_timedelta(day, "D"),
    ...         "pain_after_0_10": np.round(5 - 3 * cue + rng.normal(0, 0.8, 120)),
    ...         "change_cue": cue,
    ...     }
    ... )
    >>> row = ledger(obs).rows[0]
    >>> row.label, row.low < -3 < row.high, row.verdict_level
    ('cue', True, 1)
    """
    _check_arguments(smallest_effect_points, washout_days)
    rows, refusal = _rows(obs, outcome)
    things = _things(obs, changes, rows)
    layout = Layout(
        (), np.zeros(0, np.bool_), dict.fromkeys(range(len(things)), refusal)
    )
    fit = JointFit({}, {}, has_trend=False, is_converged=True, n=0)
    clock = y = np.zeros(0)
    if rows is not None:
        clock, y = calendar_days(pd.Series(rows.local_date)), rows.y
        layout = lay_out(things, clock, float(washout_days))  # 1 and 2
        fit = _fit(rows, layout, clock)  # 3
    common = _common(rows, layout, fit, outcome, float(smallest_effect_points))
    return Ledger(
        rows=rows_of(Sources(things, layout, fit, clock, y, common)),
        outcome=outcome,
        smallest_effect_points=float(smallest_effect_points),
        n=fit.n,
        n_dropped=len(obs) - fit.n,
        method=method_of(rows, fit, washout_days),
        caveats=caveats_of(rows, things, layout, fit, refusal),
        seed=seed,
    )


def _rows(obs: pd.DataFrame, outcome: str) -> tuple[ChangeRows | None, str]:
    """Take the rated runs, or the words of why there are too few."""
    try:
        return change_rows(obs, outcome), ""
    except NotEnoughDataError as refusal:  # 5
        return None, str(refusal)


def _things(
    obs: pd.DataFrame, changes: pd.DataFrame | None, rows: ChangeRows | None
) -> tuple[Thing, ...]:
    if changes is not None:
        return things_of_table(changes)
    if rows is not None:
        table = rows.table
    else:
        names = [name for name in map(str, obs.columns) if name.startswith("change_")]
        table = pd.DataFrame(
            {name: numbers_of(obs[name], name, takes_bool=True) for name in names}
        ).assign(local_date=np.asarray(dates_of(obs)))
        table = table.sort_values("local_date", kind="stable")
    return things_of_columns(table, calendar_days(table["local_date"]))


def _fit(rows: ChangeRows, layout: Layout, clock: FloatArray) -> JointFit:
    kept = layout.kept
    n = int(kept.sum())
    if not layout.groups:
        return JointFit({}, {}, is_trend_possible(rows.day[kept]), True, n)
    holds = np.column_stack([group.holds(clock)[kept] for group in layout.groups])
    return fit_jointly(
        rows.y[kept],
        rows.day[kept],
        holds.astype(np.float64),
        {name: columns[kept] for name, columns in rows.context.items()},
    )


def _common(
    rows: ChangeRows | None,
    layout: Layout,
    fit: JointFit,
    outcome: str,
    smallest_effect_points: float,
) -> Finding:
    """Give what is the same for all rows."""
    finding = Finding(
        outcome=outcome,
        smallest_effect_points=smallest_effect_points,
        n=fit.n,
        has_trend=fit.has_trend,
        is_converged=fit.is_converged,
    )
    if rows is None or fit.n == 0:
        return finding
    _, counts = np.unique(rows.y[layout.kept], return_counts=True)
    n_rated = int(rows.table[outcome].notna().sum())
    return replace(
        finding,
        share_rated=n_rated / len(rows.table),
        n_unlike_commonest=int(counts.sum() - counts.max()),
    )


def _check_arguments(smallest_effect_points: object, washout_days: object) -> None:
    smallest = _number(smallest_effect_points)
    if not 0 < smallest < math.inf:
        msg = (
            f"smallest_effect_points: found {smallest_effect_points!r}; expected a "
            "number of points above 0"
        )
        raise TableError(msg)
    if not 0 <= _number(washout_days) <= _MAX_WASHOUT_DAYS:
        msg = (
            f"washout_days: found {washout_days!r}; expected days from 0 to "
            f"{_MAX_WASHOUT_DAYS}"
        )
        raise TableError(msg)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, Real):
        return math.nan
    return float(value)
