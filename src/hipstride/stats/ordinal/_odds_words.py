"""What a model of odds may say, in the words of the levels. No word of cause."""

from __future__ import annotations

import math
from dataclasses import dataclass

from hipstride.stats._evidence import PCT_PER_TYPICAL_CHANGE, Evidence
from hipstride.stats._wording import MIN_PARTIAL_SD_PCT, MIN_RATED_RUNS, runs_needed
from hipstride.tables import Requirement

__all__ = ["Asked", "cannot_tell", "interval_requirement", "null", "odds", "tentative"]

_MANY_RUNS = 2000
# A sixth of the sheet: more digits would be a promise.
_FIGURES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of the ratings, in words that fit into the sentences."""

    question: str
    more_of: str
    unit: str
    smallest: float
    smallest_words: str
    scaled_words: str


def odds(low: float, estimate: float, high: float) -> str:
    """Word an odds ratio per 5 %.

    Examples
    --------
    >>> odds(-0.02, 0.1, 0.22)
    'odds times 1.65 per 5 %, 95 % interval 0.90 to 3.00'
    """
    middle, lower, upper = (
        _ratio(PCT_PER_TYPICAL_CHANGE * value) for value in (estimate, low, high)
    )
    return f"odds times {middle} per 5 %, 95 % interval {lower} to {upper}"


def interval_requirement(e: Evidence, asked: Asked, ratio: str) -> Requirement:
    """Ask for an interval that excludes 0 or lies within the smallest effect."""
    return Requirement(
        "the interval excludes odds of 1, or lies within the smallest effect of "
        "interest",
        e.excludes_zero or e.is_within_smallest,
        f"{ratio}; about {_scaled(e, asked)}; smallest effect of interest "
        f"{asked.smallest_words}",
    )


def cannot_tell(
    e: Evidence, asked: Asked, requirements: tuple[Requirement, ...]
) -> str:
    """Say that the history cannot answer, and what could; no direction."""
    more = runs_needed(e.n, e.se, e.low, e.high, e.smallest_effect_points)
    more = max(more, MIN_RATED_RUNS - e.n)
    least = f"To detect {asked.smallest_words} per 5 % you need "
    if e.partial_sd_pct < MIN_PARTIAL_SD_PCT or more > _MANY_RUNS:
        remedy = f"{least}a 6-week randomised test."
    elif more > 0:
        remedy = f"{least}about {_rounded(more)} more rated runs, or a 6-week "
        remedy += "randomised test."
    else:
        remedy = "Rate every run from now on, or run a 6-week randomised test."
    missing = "; ".join(f"{r.name}: {r.detail}" for r in requirements if not r.is_met)
    return f"This history cannot answer the question. {remedy} Not met: {missing}."


def tentative(e: Evidence, asked: Asked, ratio: str) -> str:
    """Say which way, as a second look."""
    how = "more" if e.estimate > 0 else "less"
    return (
        f"In this history, {asked.more_of} was {how} likely on runs with longer steps "
        f"at the same speed ({ratio}). Explanations other than stride were not "
        "excluded; this is a second look at the ratings of the association."
    )


def null(e: Evidence, asked: Asked, ratio: str) -> str:
    """Say that nothing as large as the smallest effect was found."""
    hidden = (
        ""
        if e.is_before_adjusted
        else " Pain before the run was not adjusted for, so a difference may be hidden."
    )
    return (
        f"In this history, no difference larger than {asked.smallest_words} per 5 % of "
        f"step length at the same speed was found ({ratio}; about "
        f"{_scaled(e, asked)}).{hidden}"
    )


def _scaled(e: Evidence, asked: Asked) -> str:
    values = (PCT_PER_TYPICAL_CHANGE * v for v in (e.estimate, e.low, e.high))
    middle, low, high = (f"{value:+.2f}" for value in values)
    return f"{middle} {asked.scaled_words} per 5 %, {low} to {high}"


def _ratio(log_odds: float) -> str:
    if log_odds > math.log(1000):
        return "over 1000"
    return "below 0.01" if log_odds < math.log(0.01) else f"{math.exp(log_odds):.2f}"


def _rounded(count: int) -> int:
    unit: int = 10 ** max(len(str(count)) - _FIGURES, 0)
    return int(math.ceil(count / unit) * unit)
