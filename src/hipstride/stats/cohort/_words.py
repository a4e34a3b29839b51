"""What each level lets one say of a cohort: of the average, never of one runner."""

from __future__ import annotations

import math
from collections.abc import Sequence

from hipstride.stats._wording import OUTCOME_WORDS, PCT_PER_TYPICAL_CHANGE, points
from hipstride.stats.cohort._evidence import MIN_RUNNERS, CohortEvidence
from hipstride.tables import Requirement

__all__ = ["cannot_tell", "consistent", "interval", "null", "tentative"]


def cannot_tell(e: CohortEvidence, requirements: Sequence[Requirement]) -> str:
    missing = "; ".join(f"{r.name}: {r.detail}" for r in requirements if not r.is_met)
    start = (
        f"These {e.pooled.n} runners are a list of single runners, not an average; "
        "read them one by one."
        if e.pooled.n < MIN_RUNNERS
        else "These runners cannot answer the question for runners on average. More "
        "runners help more than more runs of the same ones."
    )
    return f"{start} Not met: {missing}."


def null(e: CohortEvidence) -> str:
    hidden = (
        ""
        if e.share_before_adjusted == 1
        else " Pain before the run was not adjusted for in all runners, so a "
        "difference may be hidden."
    )
    return (
        f"On average over {e.pooled.n} runners, no difference larger than "
        f"{points(e.smallest_effect_points)} per 5 % of step length at the same speed "
        f"was found in {_outcome(e)} ({interval(e)}), {_spread(e)}.{hidden}"
    )


def tentative(e: CohortEvidence, failed: Sequence[Requirement]) -> str:
    return (
        f"{_found(e)}. Explanations other than stride were not excluded; not shown: "
        f"{'; '.join(r.name for r in failed)}."
    )


def consistent(e: CohortEvidence) -> str:
    return (
        f"{_found(e)}. This is a consistent association. It is compatible with stride "
        "affecting pain, and with both following something that was not measured; only "
        "a randomised test can tell these apart."
    )


def interval(e: CohortEvidence) -> str:
    mean, low, high = _per_typical(e.pooled.mean, e.pooled.low, e.pooled.high)
    return f"{mean:+.2f} points per 5 %, 95 % interval {low:+.2f} to {high:+.2f}"


def _found(e: CohortEvidence) -> str:
    direction = "higher" if e.pooled.mean > 0 else "lower"
    small = ", all of it less than the smallest effect of interest"
    return (
        f"On average over {e.pooled.n} runners, {_outcome(e)} was {direction} on runs "
        "with longer steps at the same speed "
        f"({interval(e)}{small if e.is_within_smallest else ''}), {_spread(e)}"
    )


def _spread(e: CohortEvidence) -> str:
    low, high = _per_typical(e.pooled.prediction_low, e.pooled.prediction_high)
    if not math.isfinite(low):
        return "and how far single runners differ cannot be told"
    sd, sd_low, sd_high = _per_typical(
        e.pooled.tau, e.pooled.tau_low, e.pooled.tau_high
    )
    return (
        f"but individual slopes range from {low:+.2f} to {high:+.2f} (95 % of such "
        f"runners; standard deviation between runners {sd:.2f}, 95 % interval "
        f"{sd_low:.2f} to {sd_high:.2f})"
    )


def _per_typical(*values: float) -> tuple[float, ...]:
    # Without a minus before a rounded 0.
    return tuple(round(PCT_PER_TYPICAL_CHANGE * value, 10) + 0.0 for value in values)


def _outcome(e: CohortEvidence) -> str:
    return OUTCOME_WORDS.get(e.outcome, e.outcome)
