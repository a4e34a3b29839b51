"""The slope without each month, each shoe: whether one of them decides."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.stats._build_design import build_design
from hipstride.stats._correlation_fit import whiten
from hipstride.stats.design_matrix import Design, can_be_fitted
from hipstride.stats.gap_gls import GapGls, gap_gls

__all__ = ["leave_one_month_out", "leave_one_shoe_out"]

_DAYS_PER_MONTH = 30.0


def leave_one_month_out(
    obs: pd.DataFrame, outcome: str = "pain_after_0_10"
) -> pd.DataFrame:
    """Give the slope of the association without each month of the history.

    Parameters
    ----------
    obs : DataFrame
        An OBSERVATIONS table, as for `association`.
    outcome : str
        The column with the ratings.

    Returns
    -------
    DataFrame
        ``left_out, n_left_out, points_per_pct, change_in_se``: one row for each month
        (30 days each where there is no calendar), in order. `change_in_se` is how far
        the slope moved, in standard errors of the whole. NaN where the rest cannot be
        fitted.

    Raises
    ------
    NotEnoughDataError, TableError
        As for `association`.

    Notes
    -----
    The correlation of the whole is held.

    Examples
    --------
    >>> from hipstride.simulate import Runner, history
    >>> obs = history(Runner(), n_runs=60, seed=1).observations
    >>> leave_one_month_out(obs)["n_left_out"].sum() == 59
    True
    """
    design = build_design(obs, outcome)
    table = design.runs.table.iloc[design.rows]
    if "local_date" in table.columns and table["local_date"].notna().all():
        months = pd.to_datetime(table["local_date"]).dt.strftime("%Y-%m").to_numpy()
    else:
        number = np.floor(design.day / _DAYS_PER_MONTH).astype(int)
        months = np.array([f"days {30 * k} to {30 * k + 29}" for k in number])
    return _without_each(design, months)


def leave_one_shoe_out(
    obs: pd.DataFrame, outcome: str = "pain_after_0_10"
) -> pd.DataFrame:
    """Give the slope of the association without the runs of each shoe, or device.

    Parameters
    ----------
    obs : DataFrame
        An OBSERVATIONS table with ``shoe``, or else ``device``.
    outcome : str
        The column with the ratings.

    Returns
    -------
    DataFrame
        As `leave_one_month_out`; without rows where there are not two of them.

    Raises
    ------
    NotEnoughDataError, TableError
        As for `association`.

    Examples
    --------
    >>> from hipstride.simulate import Runner, history
    >>> obs = history(Runner(), n_runs=60, seed=1).observations
    >>> len(leave_one_shoe_out(obs.drop(columns=["shoe", "device"], errors="ignore")))
    0
    """
    design = build_design(obs, outcome)
    table = design.runs.table
    for name in ("shoe", "device"):
        if name in table.columns:
            kinds = table[name].iloc[design.rows].astype("str").fillna("unknown")
            if len(set(kinds)) > 1:
                return _without_each(design, kinds.to_numpy(dtype=object))
    return _without_each(design, np.array([], dtype=object))


def _without_each(design: Design, kinds: NDArray[np.object_]) -> pd.DataFrame:
    fit = gap_gls(design.y, design.matrix, design.day)
    rows = []
    for kind in dict.fromkeys(kinds.tolist()):
        is_out = kinds == kind
        rest = design.take(~is_out)
        slope = _slope(rest, fit) if can_be_fitted(rest) else np.nan
        rows.append(
            {
                "left_out": str(kind),
                "n_left_out": int(is_out.sum()),
                "points_per_pct": slope,
                "change_in_se": (slope - float(fit.coefficients[1])) / float(fit.se[1]),
            }
        )
    names = ["left_out", "n_left_out", "points_per_pct", "change_in_se"]
    return pd.DataFrame(rows, columns=names)


def _slope(design: Design, fit: GapGls) -> float:
    columns = np.column_stack([design.matrix, design.y])
    white = whiten(columns, design.day, fit.tau_days, fit.nu)
    found = np.linalg.lstsq(white[:, :-1], white[:, -1], rcond=None)[0]
    return float(found[1])
