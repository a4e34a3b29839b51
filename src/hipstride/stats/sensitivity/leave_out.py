"""The slope without each month, each shoe: whether one of them decides."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from hipstride.stats._build_design import build_design
from hipstride.stats._correlation_fit import whiten
from hipstride.stats.design_matrix import Design, can_be_fitted
from hipstride.stats.gap_gls import GapGls, gap_gls
from hipstride.stats.sensitivity._white import slope_and_se

__all__ = [
    "leave_one_month_out",
    "leave_one_shoe_out",
    "without_each_month",
    "without_each_shoe",
]

_DAYS_PER_MONTH = 30.0
_COLUMNS = [
    *("left_out", "n_left_out", "points_per_pct", "low", "high"),
    "change_in_se",
]


def leave_one_month_out(
    obs: pd.DataFrame,
    outcome: str = "pain_after_0_10",
    *,
    covariates: Sequence[str] = (),
    analgesic: str | None = None,
) -> pd.DataFrame:
    """Give the slope of the association without each month of the history.

    Parameters
    ----------
    obs : DataFrame
        An OBSERVATIONS table, as for `association`.
    outcome : str
        The column with the ratings.
    covariates, analgesic
        As for `association`.

    Returns
    -------
    DataFrame
        ``left_out, n_left_out, points_per_pct, low, high, change_in_se``: one row for
        each month (30 days each where there is no calendar), in order. `change_in_se`
        is how far the slope moved, in standard errors of the whole. NaN where the rest
        cannot be fitted.

    Raises
    ------
    NotEnoughDataError, TableError
        As for `association`.

    Notes
    -----
    The correlation of the whole is held. So the interval is a quick one, by t with as
    many degrees of freedom as the whole has: a little narrower than a new fit's.

    Examples
    --------
    >>> from hipstride.simulate import Runner, history
    >>> obs = history(Runner(), n_runs=60, seed=1).observations
    >>> leave_one_month_out(obs)["n_left_out"].sum().item()
    59
    """
    design = build_design(obs, outcome, covariates=covariates, analgesic=analgesic)
    return without_each_month(design, gap_gls(design.y, design.matrix, design.day))


def without_each_month(design: Design, fit: GapGls) -> pd.DataFrame:
    """Do as `leave_one_month_out` with what is laid out and fitted already."""
    table = design.runs.table.iloc[design.rows]
    if "local_date" in table.columns and table["local_date"].notna().all():
        months = pd.to_datetime(table["local_date"]).dt.strftime("%Y-%m").to_numpy()
    else:
        number = np.floor(design.day / _DAYS_PER_MONTH).astype(int)
        months = np.array([f"days {30 * k} to {30 * k + 29}" for k in number])
    return _without_each(design, fit, months)


def leave_one_shoe_out(
    obs: pd.DataFrame,
    outcome: str = "pain_after_0_10",
    *,
    covariates: Sequence[str] = (),
    analgesic: str | None = None,
) -> pd.DataFrame:
    """Give the slope of the association without the runs of each shoe, or device.

    Parameters
    ----------
    obs : DataFrame
        An OBSERVATIONS table with ``shoe``, or else ``device``.
    outcome : str
        The column with the ratings.
    covariates, analgesic
        As for `association`.

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
    design = build_design(obs, outcome, covariates=covariates, analgesic=analgesic)
    return without_each_shoe(design, gap_gls(design.y, design.matrix, design.day))


def without_each_shoe(design: Design, fit: GapGls) -> pd.DataFrame:
    """Do as `leave_one_shoe_out` with what is laid out and fitted already."""
    table = design.runs.table
    for name in ("shoe", "device"):
        if name in table.columns:
            kinds = table[name].iloc[design.rows].astype("str").fillna("unknown")
            if len(set(kinds)) > 1:
                return _without_each(design, fit, kinds.to_numpy(dtype=object))
    return _without_each(design, fit, np.array([], dtype=object))


def _without_each(
    design: Design, fit: GapGls, kinds: NDArray[np.object_]
) -> pd.DataFrame:
    critical = float(stats.t.ppf(0.975, fit.df[1]))
    rows = []
    for kind in dict.fromkeys(kinds.tolist()):
        is_out = kinds == kind
        rest = design.take(~is_out)
        slope, se = _slope(rest, fit) if can_be_fitted(rest) else (np.nan, np.nan)
        moved = slope - float(fit.coefficients[1])
        rows.append(
            {
                "left_out": str(kind),
                "n_left_out": int(is_out.sum()),
                "points_per_pct": slope,
                "low": slope - critical * se,
                "high": slope + critical * se,
                "change_in_se": moved / float(fit.se[1]) if fit.se[1] > 0 else np.nan,
            }
        )
    return pd.DataFrame(rows, columns=_COLUMNS)


def _slope(design: Design, fit: GapGls) -> tuple[float, float]:
    columns = np.column_stack([design.matrix, design.y])
    white = whiten(columns, design.day, fit.tau_days, fit.nu)
    return slope_and_se(white[:, :-1], white[:, -1])
