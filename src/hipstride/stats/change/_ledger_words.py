"""What the ledger may say of one thing: level 0 or 1, in words.

The rules are those of every verdict: a direction only where the interval excludes 0;
"no change larger than" only where the whole interval lies within the smallest effect
of interest; else it cannot tell. No word of cause. Level 3 is not given here: it asks
for placebo dates and a start that was no peak, one change at a time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from hipstride.stats._wording import MIN_RATED_RUNS, OUTCOME_WORDS, points

__all__ = ["Finding", "judge_finding"]

MIN_SHARE_RATED = 0.5
MIN_UNLIKE_COMMONEST = 5
_ALPHA = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found of one thing, and how good the history is."""

    outcome: str
    smallest_effect_points: float
    estimate: float = math.nan
    low: float = math.nan
    high: float = math.nan
    p_adjusted: float = math.nan
    detectable_points: float = math.nan
    n_tried: int = 1
    n: int = 0
    share_rated: float = 1.0
    n_unlike_commonest: int = MIN_UNLIKE_COMMONEST
    has_trend: bool = True
    is_converged: bool = True
    is_to_the_end: bool = False
    refusal: str = ""
    partners: tuple[str, ...] = ()


def judge_finding(found: Finding) -> tuple[int, str]:
    """Give the level and the sentence.

    Parameters
    ----------
    found : Finding
        Estimate, interval and what the history allows.

    Returns
    -------
    level : int
        0 or 1.
    sentence : str
        One or two sentences, without the name of the thing.

    Examples
    --------
    >>> found = Finding(
    ...     outcome="pain_after_0_10",
    ...     smallest_effect_points=1.0,
    ...     estimate=0.1,
    ...     low=-0.6,
    ...     high=0.8,
    ...     detectable_points=1.0,
    ...     n=120,
    ... )
    >>> judge_finding(found)
    (1, 'No change larger than 1 point (95 % interval -0.60 to +0.80 points).')
    """
    if not math.isfinite(found.estimate):
        return 0, f"Cannot tell: {found.refusal or 'no estimate'}."
    numbers = f"95 % interval {found.low:+.2f} to {found.high:+.2f} points"
    seen = (
        f"a change of {found.detectable_points:.1f} points would have been seen in "
        "80 % of histories like this"
    )
    lacks = _lacks(found)
    if lacks:
        return 0, f"Cannot tell ({numbers}): {lacks}."
    smallest = found.smallest_effect_points
    is_within = -smallest < found.low and found.high < smallest
    if found.low > 0 or found.high < 0:
        return 1, _differs(found, numbers, is_within)
    if is_within:
        return 1, f"No change larger than {points(smallest)} ({numbers})."
    return 0, f"Cannot tell ({numbers}); {seen}."


def _lacks(found: Finding) -> str:
    """Say what the history lacks for any answer."""
    if found.n < MIN_RATED_RUNS:
        return f"{found.n} rated runs, {MIN_RATED_RUNS} needed"
    if found.share_rated < MIN_SHARE_RATED:
        return f"only {100 * found.share_rated:.0f} % of the runs are rated"
    if found.n_unlike_commonest < MIN_UNLIKE_COMMONEST:
        return "nearly all ratings are the same"
    if not found.has_trend:
        return "too few days to tell a change from the course that pain took anyway"
    if not found.is_converged:
        return "the fit did not converge"
    return ""


def _differs(found: Finding, numbers: str, is_within: bool) -> str:
    words = OUTCOME_WORDS.get(found.outcome, found.outcome)
    direction = "higher" if found.estimate > 0 else "lower"
    when = "From then on" if found.is_to_the_end else "While it lasted"
    small = ", all of it less than the smallest effect of interest" if is_within else ""
    sentence = (
        f"{when}, {words} was {abs(found.estimate):.1f} points {direction} than the "
        f"trend and what else is in this table predict ({numbers}{small}). Other "
        "changes at that time were not excluded."
    )
    if found.n_tried > 1 and found.p_adjusted > _ALPHA:
        sentence += (
            f" Counting all {found.n_tried} estimates, p is {found.p_adjusted:.2f}: "
            "chance among so many is not excluded."
        )
    if found.partners:
        sentence += f" It leans on {'; '.join(found.partners)}."
    return sentence
