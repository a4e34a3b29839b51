"""All that stands beside an estimate, gathered under plain names."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from hipstride.stats import checks
from hipstride.stats._arrays import FloatArray, left_by
from hipstride.stats._correlation_fit import EDGE
from hipstride.stats._curved_trend import with_curved_trend
from hipstride.stats._residual_checks import ljung_box, residuals_over_time
from hipstride.stats._specifications import specifications
from hipstride.stats.circular_shift import circular_shift_p
from hipstride.stats.design_matrix import Design
from hipstride.stats.ewc import Ewc
from hipstride.stats.gap_gls import GapGls
from hipstride.stats.verdict import PCT_PER_TYPICAL_CHANGE, Evidence, placement

__all__ = ["evidence_of", "findings", "number"]


def findings(
    design: Design, fit: GapGls, second: Ewc, outcome: str, smallest_points: float
) -> dict[str, object]:
    """Run all checks of one association.

    Parameters
    ----------
    design, fit, second
        The regression, its primary fit, and the second method.
    outcome : str
        The column with the ratings.
    smallest_points : float
        The smallest effect of interest, per 5 % of step length [points].

    Returns
    -------
    dict
        Groups of numbers and short texts; what could not be computed is NaN.
    """
    table = design.runs.table
    covariates = design.covariates
    stride_own = left_by(covariates, design.stride_pct)
    spare = len(design.y) - covariates.shape[1]
    whole = float(np.sum((design.stride_pct - design.stride_pct.mean()) ** 2))
    own = float(stride_own @ stride_own)
    estimate, low, high = (
        PCT_PER_TYPICAL_CHANGE * float(values[1])
        for values in (fit.coefficients, fit.low, fit.high)
    )
    n_usable = int(design.runs.is_eligible.sum())
    n_rated = int((design.runs.is_eligible & table[outcome].notna()).sum())
    return {
        "per_5_pct": {"points": estimate, "low": low, "high": high},
        "smallest_effect": {
            "points_per_5_pct": smallest_points,
            "placement": placement(low, high, smallest_points),
        },
        "ewc": {
            "points_per_pct": second.estimate,
            "low": second.low,
            "high": second.high,
            "p_value": second.p_value,
            "df": second.df,
        },
        "circular_shift": {
            "p_value": circular_shift_p(stride_own, left_by(covariates, design.y)),
            "n_turns": len(design.y) - 1,
        },
        "pain_before": checks.with_pain_before(design, fit, outcome),
        "zeros_before": checks.zeros_before(design),
        "pain_before_to_stride": checks.pain_before_to_stride(design),
        "without_time_trend": checks.one_slope(design.without("trend")),
        "with_curved_trend": _curved(design, fit),
        "with_dated_changes": checks.with_dated_changes(design),
        "specifications": specifications(design, fit),
        "fit": {
            "partial_sd_pct": float(np.sqrt(own / spare)),
            "vif": whole / own,
            "se_points_per_pct": float(fit.se[1]),
            "df": float(fit.df[1]),
            "tau_days": fit.tau_days if fit.nu < 1 - EDGE else float("nan"),
            "nu": fit.nu,
            "at_bound": ", ".join(fit.at_bound) or "none",
            "residual_sd_points": fit.sigma,
            "is_converged": fit.is_converged,
        },
        "ljung_box": ljung_box(design, fit),
        "residuals_over_time": residuals_over_time(design, fit),
        "ratings": {
            "n_runs": len(table),
            "n_usable_runs": n_usable,
            "n_rated": n_rated,
            "share_rated": n_rated / n_usable,
            "share_zero": float(np.mean(design.y == 0)),
            "n_unlike_commonest": _unlike_commonest(design.y),
        },
        "rated_less_unrated": checks.rated_less_unrated(design, outcome),
        "dropped": dict(design.dropped),
        "adjusted_for": list(design.adjusted_for),
        "dates": _dates(design),
    }


def evidence_of(
    fit: GapGls,
    second: Ewc,
    found: Mapping[str, object],
    outcome: str,
    smallest_points: float,
    *,
    controls: tuple[str, ...] = (),
    firing: tuple[str, ...] = (),
    unknown: tuple[str, ...] = (),
    p_adjusted: float | None = None,
    when: str = "",
) -> Evidence:
    """Pick what the verdict rests on out of the checks."""
    before = found["pain_before"]
    is_adjusted = isinstance(before, Mapping) and bool(before["is_adjusted"])
    return Evidence(
        when=when,
        outcome=outcome,
        n=fit.n,
        share_rated=number(found, "ratings", "share_rated"),
        partial_sd_pct=number(found, "fit", "partial_sd_pct"),
        is_converged=fit.is_converged,
        n_unlike_commonest=int(number(found, "ratings", "n_unlike_commonest")),
        estimate=float(fit.coefficients[1]),
        low=float(fit.low[1]),
        high=float(fit.high[1]),
        se=float(fit.se[1]),
        smallest_effect_points=smallest_points,
        ewc_low=second.low,
        ewc_high=second.high,
        lead_p=number(found, "lead_test", "p_value"),
        is_before_adjusted=is_adjusted,
        estimate_without_before=number(found, "pain_before", "without_points_per_pct"),
        estimate_with_trend=number(found, "with_curved_trend", "points_per_pct"),
        same_sign_share=number(found, "specifications", "same_sign_share"),
        trend_df=int(number(found, "with_curved_trend", "df")),
        controls=controls,
        firing_controls=firing,
        unknown_controls=unknown,
        p_adjusted=p_adjusted,
    )


def number(found: Mapping[str, object], group: str, key: str) -> float:
    """Look up one number of the checks; NaN where it is not there."""
    part = found[group]
    value = part.get(key, np.nan) if isinstance(part, Mapping) else np.nan
    return float(value)


def _curved(design: Design, fit: GapGls) -> dict[str, object]:
    """Give the slope with a curved trend, and how much of a curve it was."""
    curved = with_curved_trend(design)
    if curved is design:
        df = int("trend" in design.groups)
        return {"df": df, **checks.slope_of(fit)}
    df = curved.groups["trend_curve"].shape[1]
    return {"df": df, **checks.one_slope(curved)}


def _unlike_commonest(y: FloatArray) -> int:
    """Count the ratings that differ from the commonest one."""
    return len(y) - int(np.unique(y, return_counts=True)[1].max())


def _dates(design: Design) -> dict[str, object]:
    """Say from when to when, by the calendar where there is one."""
    table = design.runs.table.iloc[design.rows]
    name = "local_date" if "local_date" in table.columns else "day"
    first, last = table[name].min(), table[name].max()
    if name == "day":
        return {"first_day": float(first), "last_day": float(last)}
    return {"first": str(first)[:10], "last": str(last)[:10]}
