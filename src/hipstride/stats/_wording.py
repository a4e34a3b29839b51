"""The sentences that each level allows, and the numbers in them.

No word of cause stands here: those belong to randomised tests.
"""

from __future__ import annotations

import math

from hipstride.stats._evidence import PCT_PER_TYPICAL_CHANGE, Evidence
from hipstride.tables import Requirement

__all__ = [
    "PCT_PER_TYPICAL_CHANGE",
    "Evidence",
    "Requirement",
    "cannot_tell",
    "consistent",
    "guarding_caveat",
    "null",
    "per_typical_change",
    "placement",
    "points",
    "runs_needed",
    "tentative",
]

MIN_RATED_RUNS = 30
MIN_PARTIAL_SD_PCT = 1.0
# A slope that rests on one sore run, or two, is that of those runs.
MIN_UNLIKE_COMMONEST = 5
# Normal quantiles of a two-sided 5 % test and of 80 % power.
_Z_TEST, _Z_POWER = 1.959964, 0.841621
_MANY_RUNS = 2000

OUTCOME_WORDS = {
    "pain_before_0_10": "pain before the run",
    "pain_during_0_10": "pain during the run",
    "pain_after_0_10": "pain after the run",
    "pain_next_morning_0_10": "pain on the next morning",
}


def runs_needed(
    n: int, se: float, low: float, high: float, smallest_effect_points: float
) -> int:
    r"""Estimate how many more rated runs like these would find the smallest effect.

    The standard error falls with the root of the number of runs; 80 % power for an
    effect of S points per 5 % needs :math:`S/5 = (1.96 + 0.84)\,\mathrm{SE}`. Where
    that is reached already, an interval too narrow to hold both 0 and S is asked for.

    Parameters
    ----------
    n : int
        Rated runs so far.
    se, low, high : float
        Standard error and interval, per +1 % of step length [points].
    smallest_effect_points : float
        Per 5 % of step length [points].

    Returns
    -------
    int
        More runs, 0 if there are enough.

    Examples
    --------
    >>> runs_needed(100, 0.1, -0.1, 0.3, 1.0)
    97
    """
    slope = smallest_effect_points / PCT_PER_TYPICAL_CHANGE
    more = n * (se * (_Z_TEST + _Z_POWER) / slope) ** 2 - n
    if more <= 0:
        more = n * ((high - low) / slope) ** 2 - n
    return max(math.ceil(more), 0)


def guarding_caveat(evidence: Evidence, level: int) -> str:
    """Say what a sore runner's shortened stride does to the answer, and which way.

    Parameters
    ----------
    evidence : Evidence
        What was found.
    level : int
        The level reached; at 0 no direction of this history is named.

    Returns
    -------
    str
        One or two sentences; they always say whether pain before the run was
        adjusted for.
    """
    if evidence.is_before_adjusted:
        start = (
            "Pain before the run was adjusted for; if it was rated carelessly, part of "
            "the following remains: a sore runner shortens the stride, which makes "
            "longer strides look harmless."
        )
    else:
        start = (
            "Pain before the run was not adjusted for: a sore runner shortens the "
            "stride, which makes longer strides look harmless."
        )
    if level == 0:
        return start
    if evidence.excludes_zero and evidence.estimate > 0:
        return start + " That pulls against the slope found here, not towards it."
    if evidence.is_before_adjusted:
        return start + " What was found here is what the remainder would look like."
    return (
        start
        + " What was found here may be no more than that; rate pain before each run to "
        "close this path."
    )


def placement(low: float, high: float, smallest_effect_points: float) -> str:
    """Say where an interval lies relative to the smallest effect of interest.

    Parameters
    ----------
    low, high : float
        The interval, per 5 % of step length [points].
    smallest_effect_points : float
        Per 5 % of step length [points].

    Returns
    -------
    str
        One clause.

    Examples
    --------
    >>> placement(-0.2, 0.7, 1.0)
    'the whole interval is smaller than the smallest effect of interest'
    """
    smallest = smallest_effect_points
    if -smallest < low and high < smallest:
        return "the whole interval is smaller than the smallest effect of interest"
    if low >= smallest or high <= -smallest:
        return "the whole interval is at least the smallest effect of interest"
    if low <= -smallest and high >= smallest:
        return "the interval covers the smallest effect of interest in both directions"
    return "the interval reaches the smallest effect of interest in one direction"


def cannot_tell(e: Evidence, requirements: tuple[Requirement, ...]) -> str:
    least = points(e.smallest_effect_points)
    more = runs_needed(e.n, e.se, e.low, e.high, e.smallest_effect_points)
    more = max(more, MIN_RATED_RUNS - e.n)
    if e.n_unlike_commonest < MIN_UNLIKE_COMMONEST:
        remedy = (
            "Nearly all ratings are the same, so that there is hardly any change in "
            "pain to relate to the stride; keep rating every run."
        )
    elif e.partial_sd_pct < MIN_PARTIAL_SD_PCT:
        remedy = (
            "More runs like these will not do, for the step length hardly varied at "
            f"the same speed; to detect {least} per 5 % you need a 6-week randomised "
            "test."
        )
    elif more > _MANY_RUNS or not e.is_converged:
        remedy = f"To detect {least} per 5 % you need a 6-week randomised test."
    elif more > 0:
        remedy = (
            f"To detect {least} per 5 % you need about {_rounded(more)} more rated "
            "runs, or a 6-week randomised test."
        )
    else:
        remedy = "Rate every run from now on, or run a 6-week randomised test."
    missing = "; ".join(f"{r.name}: {r.detail}" for r in requirements if not r.is_met)
    return f"This history cannot answer the question. {remedy} Not met: {missing}."


def tentative(e: Evidence, failed: list[str]) -> str:
    return (
        f"In this history, {_found(e)}. Explanations other than stride were not "
        f"excluded; not shown: {'; '.join(failed)}."
    )


def consistent(e: Evidence) -> str:
    return (
        f"In this history there is a consistent association: {_found(e)}. This is "
        "compatible with stride affecting pain, and with both following something that "
        "was not measured; only a randomised test can tell these apart."
    )


def null(e: Evidence) -> str:
    hidden = (
        ""
        if e.is_before_adjusted
        else " Pain before the run was not adjusted for, so a difference may be hidden."
    )
    return (
        f"In this history, no difference larger than "
        f"{points(e.smallest_effect_points)} per 5 % of step length at the same speed"
        f"{f' {e.when}' if e.when else ''} was found in {_words(e.outcome)} "
        f"({per_typical_change(e)}).{hidden}"
    )


def _found(e: Evidence) -> str:
    direction = "higher" if e.estimate > 0 else "lower"
    small = ", all of it less than the smallest effect of interest"
    where = "on runs with longer steps at the same speed"
    if e.when:
        where = f"where the steps at the same speed were longer {e.when}"
    return (
        f"{_words(e.outcome)} was {direction} {where} ({per_typical_change(e)}"
        f"{small if e.is_within_smallest else ''})"
    )


def per_typical_change(e: Evidence) -> str:
    estimate, low, high = (
        PCT_PER_TYPICAL_CHANGE * value for value in (e.estimate, e.low, e.high)
    )
    return f"{estimate:+.2f} points per 5 %, 95 % interval {low:+.2f} to {high:+.2f}"


def _words(outcome: str) -> str:
    return OUTCOME_WORDS.get(outcome, outcome)


def points(points: float) -> str:
    return f"{points:g} point{'' if points == 1 else 's'}"


def _rounded(count: int) -> int:
    """Round up to two figures: the scaling is no better than that."""
    unit: int = 10 ** max(len(str(count)) - 2, 0)
    return int(math.ceil(count / unit) * unit)
