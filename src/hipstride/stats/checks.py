"""Second opinions on one association: other models, leads, residuals, ratings."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from hipstride.stats._arrays import FloatArray, rank_order
from hipstride.stats._usable_runs import STRIDE
from hipstride.stats.design_matrix import FORM, Design
from hipstride.stats.gap_gls import GapGls, gap_gls, gls_at, whiten

__all__ = [
    "lead_test",
    "ljung_box",
    "matched_residual",
    "one_slope",
    "pain_before_and_stride",
    "rated_and_unrated",
    "specifications",
    "with_time_trend",
]

_MIN_SPARE_ROWS = 5
# Share of the runs with the most unusual stride that one specification leaves out.
_EXTREME_SHARE = 0.05
_MAX_LAGS = 10
_MIN_ROWS_FOR_LAGS = 20


def one_slope(design: Design) -> dict[str, object]:
    """Fit one alternative and give its slope.

    Parameters
    ----------
    design : Design
        Rows and columns.

    Returns
    -------
    dict
        Estimate and interval [points per 1 %], p and n; all NaN where the rows are
        too few for it.
    """
    x = design.matrix
    n, k = x.shape
    if n < k + _MIN_SPARE_ROWS or len(rank_order(x)) < k or np.ptp(design.y) == 0:
        return _slope(np.nan, np.nan, np.nan, np.nan, n)
    return slope_of(gap_gls(design.y, x, design.day), 1)


def slope_of(fit: GapGls, column: int) -> dict[str, object]:
    """Give one coefficient of a fit as plain numbers."""
    return _slope(
        float(fit.coefficients[column]),
        float(fit.low[column]),
        float(fit.high[column]),
        float(fit.p_value[column]),
        fit.n,
    )


def with_time_trend(design: Design) -> Design:
    """Add a straight line over the days."""
    return design.with_group("trend", design.day - design.day.mean())


def matched_residual(design: Design) -> FloatArray:
    """Give each run's own stride residual at its speed, over all usable runs.

    Rated or not: the next run's stride is known whether or not it was rated.

    Returns
    -------
    ndarray, shape (number of runs in the table,)
        The residual [%]; NaN where a run cannot be used.
    """
    table = design.runs.table
    columns = {
        "speed": "ln_speed",
        "grade": "mean_grade_pct",
        "treadmill": "is_treadmill",
    }
    wanted = [columns[name] for name in FORM if name in columns]
    used = [name for name in wanted if name in table.columns]
    used = [
        name
        for name in used
        if name == "ln_speed" or _key(columns, name) in design.groups
    ]
    x = table[used].to_numpy(np.float64)
    if "is_treadmill" in used and "mean_grade_pct" in used:
        grade, indoors = used.index("mean_grade_pct"), used.index("is_treadmill")
        blank = (x[:, indoors] == 1) & ~np.isfinite(x[:, grade])
        x[blank, grade] = 0.0  # taken up by the treadmill's own intercept
    if "device" in design.groups:
        device = table["device"].astype("str").fillna("unknown")
        x = np.column_stack([x, pd.get_dummies(device, dtype=np.float64)])
    y = table[STRIDE].to_numpy(np.float64)
    usable = design.runs.is_eligible & np.isfinite(x).all(axis=1)
    residual = np.full(len(y), np.nan)
    full = np.column_stack([np.ones(int(usable.sum())), x[usable]])
    full = full[:, rank_order(full)]
    if len(full) <= full.shape[1]:
        return residual
    basis, _ = np.linalg.qr(full)
    residual[usable] = y[usable] - basis @ (basis.T @ y[usable])
    return residual


def lead_test(design: Design) -> dict[str, object]:
    """Ask whether the *next* run's stride goes with this run's pain: it should not.

    Returns
    -------
    dict
        The slope on the next run's matched-speed residual with its interval and p,
        those of this run and of the run before beside it; NaN where there are too few
        rows.
    """
    residual = matched_residual(design)
    eligible = np.flatnonzero(design.runs.is_eligible)
    place = np.searchsorted(eligible, design.rows)
    after = np.append(residual[eligible], np.nan)[place + 1]
    before = np.append(np.nan, residual[eligible])[place]
    known = np.isfinite(after) & np.isfinite(before)
    part = design.with_group("lead", after).with_group("lag", before).take(known)
    x = part.matrix
    n, k = x.shape
    if "lead" not in part.groups or "lag" not in part.groups or n < k + _MIN_SPARE_ROWS:
        nothing = np.nan
        return {
            **{f"lead_{key}": nothing for key in ("points_per_pct", "low", "high")},
            "p_value": nothing,
            "lag_points_per_pct": nothing,
            "current_points_per_pct": nothing,
            "n": n,
        }
    fit = gap_gls(part.y, x, part.day)
    # Lead and lag are the last two columns.
    return {
        "lead_points_per_pct": float(fit.coefficients[k - 2]),
        "lead_low": float(fit.low[k - 2]),
        "lead_high": float(fit.high[k - 2]),
        "p_value": float(fit.p_value[k - 2]),
        "lag_points_per_pct": float(fit.coefficients[k - 1]),
        "current_points_per_pct": float(fit.coefficients[1]),
        "n": n,
    }


def pain_before_and_stride(design: Design) -> dict[str, object]:
    """Regress the stride on the pain before the run: guarding, looked at directly.

    Returns
    -------
    dict
        Change of step length at the same speed per point of pain before the run [%],
        with interval, p and n; NaN where pain before the run was not adjusted for.
    """
    empty = {
        "pct_per_point": np.nan,
        "low": np.nan,
        "high": np.nan,
        "p_value": np.nan,
        "n": 0,
    }
    if "pain_before" not in design.groups:
        return empty
    others = design.without("pain_before").covariates
    x = np.insert(others, 1, design.groups["pain_before"][:, 0], axis=1)
    fit = gap_gls(design.stride_pct, x, design.day)
    return {
        "pct_per_point": float(fit.coefficients[1]),
        "low": float(fit.low[1]),
        "high": float(fit.high[1]),
        "p_value": float(fit.p_value[1]),
        "n": fit.n,
    }


def specifications(design: Design, fit: GapGls) -> dict[str, object]:
    """Fit the alternatives that were fixed before the data were seen.

    Covariates (all; speed; form; form and load; all without pain before; all with a
    trend; all with a bend in speed; all without the 5 % most unusual strides) times
    errors (the primary's correlation; none).

    Returns
    -------
    dict
        How many could be fitted, the share with the primary's sign, median and range
        [points per 1 %].
    """
    names = list(design.groups)
    form = [name for name in names if name not in FORM]
    no_load = [name for name in names if name not in (*FORM, "load_acute")]
    speed = design.groups.get("speed")
    variants = [
        design,
        design.without(*(name for name in names if name != "speed")),
        design.without(*form),
        design.without(*(name for name in no_load if name != "load_chronic")),
        design.without("pain_before"),
        with_time_trend(design),
        _without_extremes(design),
    ]
    if speed is not None:
        bend = (speed[:, 0] - speed[:, 0].mean()) ** 2
        variants.append(design.with_group("speed_squared", bend))
    slopes = []
    for variant in variants:
        x = variant.matrix
        if len(x) < x.shape[1] + _MIN_SPARE_ROWS or len(rank_order(x)) < x.shape[1]:
            continue
        for nu in (fit.nu, 1.0):
            slopes.append(gls_at(variant.y, x, variant.day, fit.tau_days, nu)[1])
    values = np.array(slopes)
    same = np.sign(values) == np.sign(fit.coefficients[1])
    return {
        "n_specifications": len(values),
        "same_sign_share": float(same.mean()) if len(values) else np.nan,
        "median_points_per_pct": float(np.median(values)) if len(values) else np.nan,
        "min_points_per_pct": float(values.min()) if len(values) else np.nan,
        "max_points_per_pct": float(values.max()) if len(values) else np.nan,
    }


def ljung_box(design: Design, fit: GapGls) -> dict[str, object]:
    """Look for memory that the fitted correlation has not taken up.

    Returns
    -------
    dict
        Ljung-Box statistic of the whitened residuals, lags and p; NaN below 20 rows
        or where nothing is left to test.
    """
    empty: dict[str, object] = {"statistic": np.nan, "lags": 0, "p_value": np.nan}
    n = len(design.y)
    residual = design.y - design.matrix @ fit.coefficients
    scale = float(np.sqrt(np.mean(residual**2)))
    if n < _MIN_ROWS_FOR_LAGS or scale <= 1e-9 * float(np.ptp(design.y)):
        return empty
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


def rated_and_unrated(design: Design, outcome: str) -> dict[str, object]:
    """Compare the runs that were rated with those that were not.

    Returns
    -------
    dict
        Counts, and the mean of the rated less that of the unrated for stride residual,
        speed and load; NaN where all runs were rated.
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
            difference = values[is_rated].mean() - values[~is_rated].mean()
            stem, _, unit = name.rpartition("_")
            result[f"{stem}_difference_{unit}"] = float(difference)
    return result


def _without_extremes(design: Design) -> Design:
    covariates = design.covariates
    basis, _ = np.linalg.qr(covariates)
    own = design.stride_pct - basis @ (basis.T @ design.stride_pct)
    limit = np.quantile(np.abs(own), 1 - _EXTREME_SHARE)
    return design.take(np.abs(own) <= limit)


def _slope(
    estimate: float, low: float, high: float, p_value: float, n: int
) -> dict[str, object]:
    return {
        "points_per_pct": estimate,
        "low": low,
        "high": high,
        "p_value": p_value,
        "n": n,
    }


def _key(columns: Mapping[str, str], value: str) -> str:
    return next(key for key, column in columns.items() if column == value)
