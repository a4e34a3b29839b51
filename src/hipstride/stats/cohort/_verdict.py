"""What may be said of several runners: levels 0 to 2, never of a runner not asked."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hipstride.stats._wording import OUTCOME_WORDS, PCT_PER_TYPICAL_CHANGE, points
from hipstride.stats.cohort.pooling import Pooled
from hipstride.stats.verdict import Verdict
from hipstride.tables import Requirement

__all__ = ["MIN_RUNNERS", "CohortEvidence", "judge_cohort"]

# Below it the spread between runners, and so the interval, rests on next to nothing.
MIN_RUNNERS = 8
MIN_SHARE_USED = 0.5
_MIN_SHARE_USED_LEVEL_2 = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortEvidence:
    """All that the verdict on a cohort is given on; slopes per +1 % step length."""

    outcome: str
    pooled: Pooled
    n_runners: int
    share_before_adjusted: float
    smallest_effect_points: float
    gee_low: float
    gee_high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether the whole interval lies on one side of 0."""
        return self.pooled.low > 0 or self.pooled.high < 0

    @property
    def is_within_smallest(self) -> bool:
        """Whether the whole interval lies within the smallest effect of interest."""
        limit = self.smallest_effect_points / PCT_PER_TYPICAL_CHANGE
        return -limit < self.pooled.low and self.pooled.high < limit


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
        return Verdict(0, basic, _cannot_tell(e, basic))
    further = _level_2(e)
    requirements = (*basic, *further)
    if not e.excludes_zero:
        return Verdict(1, requirements, _null(e))
    failed = [r for r in further if not r.is_met]
    if failed:
        return Verdict(1, requirements, _tentative(e, failed))
    return Verdict(2, requirements, _consistent(e))


def _level_1(e: CohortEvidence) -> tuple[Requirement, ...]:
    used = e.pooled.n / e.n_runners
    return (
        Requirement(
            f"at least {MIN_RUNNERS} runners with a slope",
            e.pooled.n >= MIN_RUNNERS,
            f"{e.pooled.n}",
        ),
        Requirement(
            f"a slope for at least {100 * MIN_SHARE_USED:g} % of the runners",
            used >= MIN_SHARE_USED,
            f"{e.pooled.n} of {e.n_runners}",
        ),
        Requirement(
            "the interval excludes 0, or lies within the smallest effect of interest",
            e.excludes_zero or e.is_within_smallest,
            f"{_numbers(e)}; smallest effect of interest "
            f"{points(e.smallest_effect_points)}",
        ),
    )


def _level_2(e: CohortEvidence) -> tuple[Requirement, ...]:
    agrees = e.gee_low > 0 if e.pooled.mean > 0 else e.gee_high < 0
    return (
        Requirement(
            "a second method (GEE) excludes 0 on the same side",
            agrees,
            f"{e.gee_low:+.3f} to {e.gee_high:+.3f} per 1 %"
            if math.isfinite(e.gee_low)
            else "it came to no end",
            level=2,
        ),
        Requirement(
            "pain before the run was adjusted for in all runners",
            e.share_before_adjusted == 1,
            f"in {100 * e.share_before_adjusted:.0f} % of them",
            level=2,
        ),
        Requirement(
            f"a slope for at least {100 * _MIN_SHARE_USED_LEVEL_2:g} % of the runners",
            e.pooled.n / e.n_runners >= _MIN_SHARE_USED_LEVEL_2,
            f"{e.pooled.n} of {e.n_runners}",
            level=2,
        ),
    )


def _cannot_tell(e: CohortEvidence, basic: tuple[Requirement, ...]) -> str:
    missing = "; ".join(f"{r.name}: {r.detail}" for r in basic if not r.is_met)
    return (
        f"These {e.n_runners} runners cannot answer the question for runners on "
        "average. More runners help more than more runs of the same ones. Not met: "
        f"{missing}."
    )


def _null(e: CohortEvidence) -> str:
    return (
        f"On average over {e.pooled.n} runners, no difference larger than "
        f"{points(e.smallest_effect_points)} per 5 % of step length at the same speed "
        f"was found in {_words(e)} ({_numbers(e)}). {_spread(e)}"
    )


def _tentative(e: CohortEvidence, failed: list[Requirement]) -> str:
    return (
        f"{_found(e)} Explanations other than stride were not excluded; not shown: "
        f"{'; '.join(r.name for r in failed)}."
    )


def _consistent(e: CohortEvidence) -> str:
    return (
        f"{_found(e)} This is a consistent association, compatible with stride "
        "affecting pain and with both following something that was not measured."
    )


def _found(e: CohortEvidence) -> str:
    direction = "higher" if e.pooled.mean > 0 else "lower"
    return (
        f"On average over {e.pooled.n} runners, {_words(e)} was {direction} on runs "
        f"with longer steps at the same speed ({_numbers(e)}). {_spread(e)}"
    )


def _spread(e: CohortEvidence) -> str:
    if not math.isfinite(e.pooled.prediction_low):
        return "How far single runners differ cannot be told."
    low, high = (
        PCT_PER_TYPICAL_CHANGE * value
        for value in (e.pooled.prediction_low, e.pooled.prediction_high)
    )
    return (
        f"The slope of a further runner would lie between {low:+.2f} and {high:+.2f} "
        "points per 5 %."
    )


def _numbers(e: CohortEvidence) -> str:
    mean, low, high = (
        PCT_PER_TYPICAL_CHANGE * value
        for value in (e.pooled.mean, e.pooled.low, e.pooled.high)
    )
    return f"{mean:+.2f} points per 5 %, 95 % interval {low:+.2f} to {high:+.2f}"


def _words(e: CohortEvidence) -> str:
    return OUTCOME_WORDS.get(e.outcome, e.outcome)
