"""What stands beside odds: counts, the error that ignores time, and slow pain."""

from __future__ import annotations

import numpy as np

from hipstride.stats._arrays import FloatArray, left_by
from hipstride.stats._evidence import PCT_PER_TYPICAL_CHANGE, Evidence
from hipstride.stats.design_matrix import Design
from hipstride.stats.gap_gls import gap_gls
from hipstride.stats.ordinal._odds_fit import OddsFit
from hipstride.stats.ordinal.separation import separation_of_change
from hipstride.tables import Requirement

__all__ = [
    "counts_of",
    "drift_requirement",
    "effective_runs",
    "odds_checks",
    "partial_sd_pct",
    "share_rated",
    "slope_numbers",
]

# Where more than this is left of a deviation after a week, EWC of the scores rejected
# a true null in 11 % of simulated histories of 120 runs.
_MAX_MEMORY, _WEEK_DAYS = 0.15, 7.0


def slope_numbers(odds: OddsFit | None) -> dict[str, object]:
    """Give the slope of one model of odds as plain numbers; NaN where there is none."""
    names = ("log_odds_per_pct", "low", "high", "p_value")
    if odds is None:
        return dict.fromkeys(names, float("nan"))
    slope = odds.slope
    return dict(
        zip(names, (slope.estimate, slope.low, slope.high, slope.p_value), strict=True)
    )


def odds_checks(odds: OddsFit, scale: float, e: Evidence) -> dict[str, object]:
    slope, model = odds.slope, odds.by_model
    per = PCT_PER_TYPICAL_CHANGE
    with np.errstate(over="ignore"):
        ratios = np.exp([per * slope.estimate, per * slope.low, per * slope.high])
    return {
        "odds_ratio_per_5_pct": dict(
            zip(("odds_ratio", "low", "high"), ratios.tolist(), strict=True)
        ),
        "on_the_scale_per_5_pct": {
            "difference": per * e.estimate,
            "low": per * e.low,
            "high": per * e.high,
            "difference_per_log_odds": scale,
        },
        "ewc_of_scores": {"se": slope.se, "df": slope.df},
        "model_ignores_time": {
            "se": model.se,
            "low": model.low,
            "high": model.high,
            "p_value": model.p_value,
        },
        "fit": {
            "log_likelihood": odds.fit.log_likelihood,
            "n_categories": len(odds.fit.categories),
            "partial_sd_pct": e.partial_sd_pct,
            "is_converged": odds.fit.is_converged,
        },
    }


def drift_requirement(design: Design, low: float, high: float) -> Requirement:
    """Ask for pain that changes within a week, or for GapGLS to agree."""
    beside = gap_gls(design.y, design.matrix, design.day)
    memory = (1 - beside.nu) * float(np.exp(-_WEEK_DAYS / beside.tau_days))
    agrees = _side(float(beside.low[1]), float(beside.high[1])) == _side(low, high)
    return Requirement(
        "pain does not drift too slowly for this method, or GapGLS agrees about 0",
        memory < _MAX_MEMORY or agrees,
        f"correlation over a week {memory:.2f}; GapGLS "
        + ("agrees" if agrees else "does not agree"),
    )


def _side(low: float, high: float) -> int:
    return int(low > 0) - int(high < 0)


def effective_runs(y: FloatArray) -> float:
    """Give how many runs of a fine scale these ratings are worth (Harrell 2015)."""
    counts = np.unique(y, return_counts=True)[1]
    return float(len(y) - np.sum(counts**3.0) / len(y) ** 2)


def counts_of(design: Design, outcome: str) -> dict[str, object]:
    """Count pain on the runs with shorter and longer steps than usual at the speed."""
    form = design.only("speed", "grade", "treadmill").covariates
    own = left_by(form, design.stride_pct)
    is_long = own > np.median(own)
    halves = separation_of_change(design.y[~is_long], design.y[is_long])
    return {
        "counts": {
            "n_shorter": halves.n_before,
            "n_above_0_shorter": halves.n_above_0_before,
            "n_longer": halves.n_after,
            "n_above_0_longer": halves.n_above_0_after,
            "nap_shorter_above_longer": halves.nap,
        },
        "ratings": {
            "n_rated": len(design.y),
            "n_above_0": int(np.count_nonzero(design.y > 0)),
            "share_zero": float(np.mean(design.y == 0)),
            "share_rated": share_rated(design, outcome),
        },
        "dropped": dict(design.dropped),
        "adjusted_for": list(design.adjusted_for),
    }


def share_rated(design: Design, outcome: str) -> float:
    usable = design.runs.is_eligible
    return float(design.runs.table[outcome].notna().to_numpy()[usable].mean())


def partial_sd_pct(design: Design) -> float:
    covariates = design.covariates
    own = left_by(covariates, design.stride_pct)
    return float(np.sqrt(own @ own / (len(own) - covariates.shape[1])))
