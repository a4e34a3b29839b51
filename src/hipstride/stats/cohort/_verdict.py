"""What may be said of several runners: levels 0 to 2, never of a runner not asked."""

from __future__ import annotations

import math

from hipstride.stats._wording import points
from hipstride.stats.cohort._evidence import MIN_RUNNERS, CohortEvidence
from hipstride.stats.cohort._words import (
    cannot_tell,
    consistent,
    interval,
    null,
    tentative,
)
from hipstride.stats.verdict import Verdict
from hipstride.tables import Requirement

__all__ = ["judge_cohort"]

MIN_SHARE_USED = 0.5
MIN_SHARE_USED_LEVEL_2 = 0.8
MIN_SHARE_RATED_LEVEL_2 = 0.7
_ALPHA = 0.05


def judge_cohort(e: CohortEvidence) -> Verdict:
    """Give the level that a cohort reaches, and its sentence.

    Parameters
    ----------
    e : CohortEvidence
        What was found.

    Returns
    -------
    Verdict
        Level 0, 1 or 2.
    """
    basic = _level_1(e)
    if not all(r.is_met for r in basic):
        return Verdict(0, basic, cannot_tell(e, basic))
    further = _level_2(e)
    requirements = (*basic, *further)
    if not e.excludes_zero:
        return Verdict(1, requirements, null(e))
    failed = [r for r in further if not r.is_met]
    if failed:
        return Verdict(1, requirements, tentative(e, failed))
    return Verdict(2, requirements, consistent(e))


def _level_1(e: CohortEvidence) -> tuple[Requirement, ...]:
    return (
        Requirement(
            f"at least {MIN_RUNNERS} runners with a slope",
            e.pooled.n >= MIN_RUNNERS,
            f"{e.pooled.n}",
        ),
        Requirement(
            f"a slope for at least {100 * MIN_SHARE_USED:g} % of the runners",
            e.pooled.n / e.n_runners >= MIN_SHARE_USED,
            f"{e.pooled.n} of {e.n_runners}",
        ),
        Requirement(
            "the interval of the average excludes 0, or lies within the smallest "
            "effect of interest",
            e.excludes_zero or e.is_within_smallest,
            f"{interval(e)}; smallest effect of interest "
            f"{points(e.smallest_effect_points)}",
        ),
    )


def _level_2(e: CohortEvidence) -> tuple[Requirement, ...]:
    is_all_adjusted = e.share_before_adjusted == 1
    moved = abs(e.pooled.mean - e.estimate_without_before)
    return (
        _same_side("GEE", e, e.gee_low, e.gee_high),
        _same_side("a t-test of the slopes", e, e.t_low, e.t_high),
        Requirement(
            "pain before the run was adjusted for in all runners",
            is_all_adjusted,
            f"in {100 * e.share_before_adjusted:.0f} % of them",
            level=2,
        ),
        Requirement(
            "longer strides go with more pain, or the adjustment for pain before the "
            "run moved nothing",
            is_all_adjusted and (e.pooled.mean > 0 or moved < e.pooled.se / 2),
            f"without the adjustment {e.estimate_without_before:+.3f} per 1 %"
            if math.isfinite(e.estimate_without_before)
            else ("adjusted" if is_all_adjusted else "not adjusted"),
            level=2,
        ),
        Requirement(
            "the stride of the next run does not go with the pain of this one",
            e.lead_p >= _ALPHA,  # NaN is not clean
            f"lead test p = {max(e.lead_p, 0.001):.3f}"
            if math.isfinite(e.lead_p)
            else "too few runs for the lead test",
            level=2,
        ),
        Requirement(
            f"a slope for at least {100 * MIN_SHARE_USED_LEVEL_2:g} % of the runners",
            e.pooled.n / e.n_runners >= MIN_SHARE_USED_LEVEL_2,
            f"{e.pooled.n} of {e.n_runners}",
            level=2,
        ),
        Requirement(
            f"at least {100 * MIN_SHARE_RATED_LEVEL_2:g} % of the runs rated",
            e.share_rated >= MIN_SHARE_RATED_LEVEL_2,
            f"{100 * e.share_rated:.0f} %",
            level=2,
        ),
    )


def _same_side(method: str, e: CohortEvidence, low: float, high: float) -> Requirement:
    return Requirement(
        f"{method} excludes 0 on the same side",
        low > 0 if e.pooled.mean > 0 else high < 0,
        f"{low:+.3f} to {high:+.3f} per 1 %" if math.isfinite(low) else "no result",
        level=2,
    )
