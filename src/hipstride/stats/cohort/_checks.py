"""What stands beside the average of a cohort, and what the verdict takes of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from scipy import stats

from hipstride.stats._wording import PCT_PER_TYPICAL_CHANGE, placement
from hipstride.stats.cohort._evidence import CohortEvidence
from hipstride.stats.cohort._lead import pooled_lead, pooled_without_before
from hipstride.stats.cohort._mixed_slope import mixed_slope
from hipstride.stats.cohort.gee import gee_slope
from hipstride.stats.cohort.pooling import Pooled
from hipstride.stats.cohort.runners import RunnerSlope
from hipstride.stats.cohort.within_between import within_between

__all__ = ["checks_of", "evidence_of", "share_before_adjusted"]

# A mixed model of more rows takes minutes, and says nothing that the others do not.
_MAX_ROWS_MIXED = 12_000


def checks_of(
    used: Sequence[RunnerSlope],
    n_runners: int,
    pooled: Pooled,
    smallest_effect_points: float,
) -> dict[str, object]:
    """Gather everything that stands beside the average.

    Parameters
    ----------
    used : sequence of RunnerSlope
        Runners with a slope.
    n_runners : int
        All runners.
    pooled : Pooled
        What `random_effects` made of the slopes.
    smallest_effect_points : float
        The smallest effect of interest, per 5 % of step length [points].

    Returns
    -------
    dict
        Numbers and short texts by name.
    """
    k = PCT_PER_TYPICAL_CHANGE
    table = within_between(used)
    mixed: dict[str, object] = (
        mixed_slope(table, pooled.se, pooled.df)
        if len(table) <= _MAX_ROWS_MIXED
        else {"note": f"more than {_MAX_ROWS_MIXED} rows; not tried"}
    )
    found: dict[str, object] = {
        "runners": {
            "n_runners": n_runners,
            "n_with_slope": pooled.n,
            "n_refused": n_runners - pooled.n,
            "n_rated": sum(one.n for one in used),
        },
        "per_5_pct": {
            "points": k * pooled.mean,
            "low": k * pooled.low,
            "high": k * pooled.high,
        },
        "smallest_effect": {
            "points_per_5_pct": smallest_effect_points,
            "placement": placement(
                k * pooled.low, k * pooled.high, smallest_effect_points
            ),
        },
        "between_runners": {
            "sd_of_slopes": pooled.tau,
            "low": pooled.tau_low,
            "high": pooled.tau_high,
            "i2_pct": pooled.i2_pct,
            "q": pooled.q,
        },
        "prediction": {
            "low": pooled.prediction_low,
            "high": pooled.prediction_high,
            "df": pooled.n - 2,
        },
        "t_test_of_slopes": _t_test(used),
        "gee": gee_slope(table, len(used)),
        "mixed_model": mixed,
        "lead_test": pooled_lead(used),
    }
    if pooled.mean < 0 and share_before_adjusted(used) == 1:
        # Guarding pulls towards a negative slope: only there can it stand for it.
        found["without_pain_before"] = pooled_without_before(used)
    return found


def evidence_of(
    used: Sequence[RunnerSlope],
    every: Sequence[RunnerSlope],
    pooled: Pooled,
    checks: Mapping[str, object],
    outcome: str,
    smallest_effect_points: float,
) -> CohortEvidence:
    """Pick out of the checks what the verdict is given on.

    Parameters
    ----------
    used, every : sequence of RunnerSlope
        Runners with a slope, and all.
    pooled : Pooled
        What `random_effects` made of the slopes.
    checks : mapping
        What `checks_of` gave.
    outcome : str
        The column with the ratings.
    smallest_effect_points : float
        The smallest effect of interest, per 5 % of step length [points].

    Returns
    -------
    CohortEvidence
        The evidence.
    """
    rated = sum(one.n for one in used) / sum(_eligible(one) for one in used)
    return CohortEvidence(
        outcome=outcome,
        pooled=pooled,
        n_runners=len(every),
        share_before_adjusted=share_before_adjusted(used),
        share_rated=float(rated),
        smallest_effect_points=smallest_effect_points,
        gee_low=_number(checks, "gee", "low"),
        gee_high=_number(checks, "gee", "high"),
        t_low=_number(checks, "t_test_of_slopes", "low"),
        t_high=_number(checks, "t_test_of_slopes", "high"),
        lead_p=_number(checks, "lead_test", "p_value"),
        estimate_without_before=_number(
            checks, "without_pain_before", "points_per_pct"
        ),
    )


def share_before_adjusted(used: Sequence[RunnerSlope]) -> float:
    """Give the share of the runners whose pain before the run was adjusted for."""
    return float(
        np.mean(
            [
                one.design is not None and "pain_before" in one.design.groups
                for one in used
            ]
        )
    )


def _eligible(one: RunnerSlope) -> int:
    return int(one.design.runs.is_eligible.sum()) if one.design is not None else 0


def _t_test(used: Sequence[RunnerSlope]) -> dict[str, object]:
    slopes = np.array([one.estimate for one in used])
    df = len(slopes) - 1
    mean, se = float(slopes.mean()), float(stats.sem(slopes))
    half = float(stats.t.ppf(0.975, df)) * se
    return {
        "points_per_pct": mean,
        "low": mean - half,
        "high": mean + half,
        "p_value": float(2 * stats.t.sf(abs(mean) / se, df)) if se > 0 else math.nan,
        "df": df,
    }


def _number(checks: Mapping[str, object], check: str, name: str) -> float:
    found = checks.get(check, {})
    value = found.get(name) if isinstance(found, Mapping) else None
    return float(value) if isinstance(value, int | float) else math.nan
