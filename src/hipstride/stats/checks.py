"""Second opinions on one association: other models, residuals, ratings, guarding."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from hipstride.stats._arrays import rank_order
from hipstride.stats._correlation_fit import gls_at, whiten
from hipstride.stats.design_matrix import FORM, LOAD, MIN_SPARE_ROWS, Design
from hipstride.stats.gap_gls import GapGls, gap_gls
from hipstride.stats.leads import matched_residual

__all__ = [
    "ljung_box",
    "one_slope",
    "pain_before_to_stride",
    "rated_less_unrated",
    "slope_of",
    "specifications",
    "with_dated_changes",
    "with_pain_before",
    "with_time_trend",
]

# Share of the runs with the most unusual stride that one specification leaves out.
_EXTREME_SHARE = 0.05
_MAX_LAGS = 10
_MIN_ROWS_FOR_LAGS = 20


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
    if not _can_be_fitted(design):
        names = ("points_per_pct", "low", "high", "p_value")
        return {**dict.fromkeys(names, float("nan")), "n": len(design.y)}
    return slope_of(gap_gls(design.y, design.matrix, design.day))


def with_time_trend(design: Design) -> Design:
    """Add a straight line over the days."""
    return design.with_group("trend", design.day - design.day.mean())


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


def specifications(design: Design, fit: GapGls) -> dict[str, object]:
    """Fit the alternatives that were fixed before the data were seen.

    Covariates (all; speed; form; form and load; all without pain before; all with a
    trend; all with a bend in speed; all without the 5 % most unusual strides) times
    errors (the primary's correlation; none).

    Parameters
    ----------
    design, fit
        The primary regression.

    Returns
    -------
    dict
        How many could be fitted, the share with the primary's sign, median and range
        [points per 1 %].
    """
    speed = design.groups.get("speed")
    variants = [
        design,
        design.only("speed"),
        design.only(*FORM),
        design.only(*FORM, *LOAD),
        design.without("pain_before"),
        with_time_trend(design),
        _without_extremes(design),
    ]
    if speed is not None:
        bend = (speed[:, 0] - speed[:, 0].mean()) ** 2
        variants.append(design.with_group("speed_squared", bend))
    # Where a covariate is not there, variants fall together; each counts once.
    distinct = {(tuple(v.groups), len(v.y)): v for v in variants if _can_be_fitted(v)}
    slopes = np.array(
        [
            gls_at(variant.y, variant.matrix, variant.day, fit.tau_days, nu)[1]
            for variant in distinct.values()
            for nu in dict.fromkeys((fit.nu, 1.0))
        ]
    )
    same = np.sign(slopes) == np.sign(fit.coefficients[1])
    return {
        "n_specifications": len(slopes),
        "same_sign_share": float(same.mean()),
        "median_points_per_pct": float(np.median(slopes)),
        "min_points_per_pct": float(slopes.min()),
        "max_points_per_pct": float(slopes.max()),
    }


def ljung_box(design: Design, fit: GapGls) -> dict[str, object]:
    """Look for memory that the fitted correlation has not taken up.

    Parameters
    ----------
    design, fit
        The primary regression.

    Returns
    -------
    dict
        Ljung-Box statistic of the whitened residuals, lags and p; empty below 20 rows
        or where nothing is left to test.
    """
    n = len(design.y)
    residual = design.y - design.matrix @ fit.coefficients
    scale = float(np.sqrt(np.mean(residual**2)))
    if n < _MIN_ROWS_FOR_LAGS or scale <= 1e-9 * float(np.ptp(design.y)):
        return {}
    # Imported where it is used: it is slow to import.
    from statsmodels.stats.diagnostic import acorr_ljungbox  # noqa: PLC0415

    lags = min(_MAX_LAGS, n // 5)
    white = whiten(residual / scale, design.day, fit.tau_days, fit.nu)
    table = acorr_ljungbox(white, lags=[lags])
    return {
        "statistic": float(table["lb_stat"].iloc[0]),
        "lags": lags,
        "p_value": float(table["lb_pvalue"].iloc[0]),
    }


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


def _can_be_fitted(design: Design) -> bool:
    x = design.matrix
    n, k = x.shape
    return bool(
        n >= k + MIN_SPARE_ROWS and len(rank_order(x)) == k and np.ptp(design.y) > 0
    )


def _without_extremes(design: Design) -> Design:
    basis, _ = np.linalg.qr(design.covariates)
    own = design.stride_pct - basis @ (basis.T @ design.stride_pct)
    limit = np.quantile(np.abs(own), 1 - _EXTREME_SHARE)
    return design.take(np.abs(own) <= limit)
