"""Second opinions on one association: other models, residuals, ratings, guarding."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from hipstride.stats.design_matrix import CONTEXT, Design, can_be_fitted
from hipstride.stats.gap_gls import GapGls, gap_gls
from hipstride.stats.leads import matched_residual

__all__ = [
    "one_slope",
    "pain_before_to_stride",
    "rated_less_unrated",
    "slope_of",
    "with_dated_changes",
    "with_pain_before",
    "without_analgesic_days",
    "zeros_before",
]

# A zero between neighbours of as much pain was hardly felt.
_ODD_ZERO_POINTS = 3.0


def slope_of(fit: GapGls, column: int = 1) -> dict[str, object]:
    """Give one coefficient of a fit as plain numbers."""
    return {
        "points_per_pct": float(fit.coefficients[column]),
        "low": float(fit.low[column]),
        "high": float(fit.high[column]),
        "p_value": float(fit.p_value[column]),
        "n": fit.n,
    }


def one_slope(design: Design) -> dict[str, object]:
    """Fit one alternative and give its slope on the stride.

    Parameters
    ----------
    design : Design
        Rows and columns.

    Returns
    -------
    dict
        Estimate and interval [points per 1 %], p and n; NaN where the rows are too
        few or the stride follows from the covariates.
    """
    if not can_be_fitted(design):
        names = ("points_per_pct", "low", "high", "p_value")
        return {**dict.fromkeys(names, float("nan")), "n": len(design.y)}
    return slope_of(gap_gls(design.y, design.matrix, design.day))


def without_analgesic_days(design: Design, analgesic: str | None) -> dict[str, object]:
    """Give the slope on the runs without a painkiller alone.

    Parameters
    ----------
    design : Design
        The primary regression.
    analgesic : str or None
        The column of 1 and 0.

    Returns
    -------
    dict
        The slope [points per 1 %] and how many runs had one; empty where no column was
        named.
    """
    if analgesic is None:
        return {}
    taken = design.runs.table[analgesic].to_numpy(np.float64)[design.rows]
    slope = one_slope(design.without(CONTEXT + analgesic).take(taken == 0))
    return {**slope, "n_with_analgesic": int(np.sum(taken == 1))}


def zeros_before(design: Design) -> dict[str, object]:
    """Look for zeros before the run that may have been given carelessly.

    Parameters
    ----------
    design : Design
        The primary regression.

    Returns
    -------
    dict
        Share of the ratings before the run that are 0, and share that are 0 between
        two neighbours of 3 points or more; empty where pain before the run was not
        adjusted for.
    """
    if "pain_before" not in design.groups:
        return {}
    before = design.groups["pain_before"][:, 0]
    is_zero = before == 0
    is_sore = before >= _ODD_ZERO_POINTS
    is_odd = is_zero[1:-1] & is_sore[:-2] & is_sore[2:]
    return {"share_zero": float(is_zero.mean()), "share_odd_zero": float(is_odd.mean())}


def with_pain_before(design: Design, fit: GapGls, outcome: str) -> dict[str, object]:
    """Give the slope with and without pain before the run, on the same runs.

    Parameters
    ----------
    design, fit
        The primary regression.
    outcome : str
        The column with the ratings.

    Returns
    -------
    dict
        ``with_*`` and ``without_*``; where too few runs carry a rating before, those
        that do are compared, and ``with_*`` is NaN where none can be.
    """
    table = design.runs.table
    nothing = {key: float("nan") for key in slope_of(fit)} | {"n": 0}
    with_it: Mapping[str, object] = nothing
    without: Mapping[str, object] = slope_of(fit)
    is_adjusted = "pain_before" in design.groups
    if is_adjusted:
        with_it, without = without, one_slope(design.without("pain_before"))
    elif "pain_before_0_10" in table.columns and outcome != "pain_before_0_10":
        before = table["pain_before_0_10"].to_numpy(np.float64)[design.rows]
        part = design.with_group("pain_before", before).take(np.isfinite(before))
        if "pain_before" in part.groups:
            with_it = one_slope(part)
            without = one_slope(part.without("pain_before"))
    return {
        "is_adjusted": is_adjusted,
        **{f"with_{key}": value for key, value in with_it.items()},
        **{f"without_{key}": value for key, value in without.items()},
    }


def with_dated_changes(design: Design) -> dict[str, object]:
    """Let pain have a level of its own since each dated change.

    Parameters
    ----------
    design : Design
        The primary regression.

    Returns
    -------
    dict
        Number of changes, how many more say nothing of their own or are not known on
        every run, and the slope within the changes where there are any.
    """
    table = design.runs.table.iloc[design.rows]
    part = design
    names = [str(name) for name in table.columns if str(name).startswith("change_")]
    for name in names:
        values = table[name].to_numpy(np.float64)
        if np.isfinite(values).all():
            part = part.with_group(name, values)
    part = part.take(np.ones(len(design.y), dtype=np.bool_))
    n_changes = sum(name.startswith("change_") for name in part.groups)
    counts: dict[str, object] = {
        "n_changes": n_changes,
        "n_left_out": len(names) - n_changes,
    }
    return {**counts, **one_slope(part)} if n_changes else counts


def pain_before_to_stride(design: Design) -> dict[str, object]:
    """Regress the stride on the pain before the run: guarding, looked at directly.

    Parameters
    ----------
    design : Design
        The primary regression.

    Returns
    -------
    dict
        Change of step length at the same speed per point of pain before the run [%],
        with interval, p and n; empty where pain before the run was not adjusted for.
    """
    if "pain_before" not in design.groups:
        return {}
    others = design.without("pain_before").covariates
    x = np.insert(others, 1, design.groups["pain_before"][:, 0], axis=1)
    slope = slope_of(gap_gls(design.stride_pct, x, design.day))
    return {"pct_per_point": slope.pop("points_per_pct"), **slope}


def rated_less_unrated(design: Design, outcome: str) -> dict[str, object]:
    """Compare the runs that were rated with those that were not.

    Parameters
    ----------
    design : Design
        The primary regression.
    outcome : str
        The column with the ratings.

    Returns
    -------
    dict
        Counts, and the mean of the rated less that of the unrated for stride residual
        [%], speed [m/s] and load [m]; NaN where all runs were rated.
    """
    runs = design.runs
    table = runs.table.assign(stride_residual_pct=matched_residual(design))
    eligible = table.loc[runs.is_eligible]
    is_rated = eligible[outcome].notna()
    result: dict[str, object] = {
        "n_rated": int(is_rated.sum()),
        "n_unrated": int((~is_rated).sum()),
    }
    for name in ("stride_residual_pct", "mean_speed_mps", "load_acute_m"):
        if name in eligible.columns:
            values = eligible[name]
            result[name] = float(values[is_rated].mean() - values[~is_rated].mean())
    return result
