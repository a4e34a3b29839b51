"""What a plan fixes, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hipstride.stats.plan import Plan

__all__ = ["fixed_by"]


def fixed_by(plan: Plan) -> Iterator[str]:
    """Say what a plan fixes, one clause for each part that is not empty."""
    from hipstride.stats.verdict import OUTCOME_WORDS

    outcome = OUTCOME_WORDS.get(plan.outcome, plan.outcome)
    since = f" (from {plan.change_on} on)" if plan.change_on else ""
    asked = {
        "association": f"Does {outcome} go with the step length at the same speed?",
        "dated_change": f"Was {outcome} different after {plan.change}{since}?",
        "trial": (
            f"Was {outcome} different between the arms of the schedule "
            f"{plan.schedule_sha256[:12]}?"
        ),
    }
    yield asked[plan.estimand]
    if plan.secondary_outcomes:
        listed = ", ".join(
            OUTCOME_WORDS.get(name, name) for name in plan.secondary_outcomes
        )
        yield f"The same of {listed}: secondary, adjusted together"
    place = " ".join(filter(None, (plan.side, plan.site)))
    if place:
        yield f"Only ratings of {place}"
    if plan.covariates:
        yield f"Adjusted for, besides the usual: {', '.join(plan.covariates)}"
    if plan.controls:
        yield f"Should show nothing: {', '.join(plan.controls)}"
    if plan.estimand == "dated_change":
        yield f"{plan.washout_days} days after the change left out"
    if plan.data_from or plan.data_to:
        first = plan.data_from or "the first run"
        yield f"Runs from {first} to {plan.data_to or 'the last'}"
    for run, reason in plan.excluded_runs:
        yield f"Left out: {run} ({reason})"
    size = plan.smallest_effect_points
    yield (
        f"Smallest effect of interest {size:g} {'point' if size == 1 else 'points'}; "
        f"two-sided at {plan.alpha:g}; seed {plan.seed}; written on {plan.written_on}"
    )
