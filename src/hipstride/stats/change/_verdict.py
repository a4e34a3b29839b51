"""What may be said of a dated change: levels 0, 1 and 3, and their sentences.

Level 2 is that of a consistent association and does not occur. The only word of cause
is in the sentence that says that no cause can be shown.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from hipstride.stats._wording import (
    MIN_RATED_RUNS,
    MIN_UNLIKE_COMMONEST,
    OUTCOME_WORDS,
    points,
)
from hipstride.stats.change._model import (
    MIN_DAYS_PER_SIDE,
    MIN_ROWS_PER_SIDE_TREND,
    Sides,
)
from hipstride.stats.change.competing import NEAR_DAYS
from hipstride.stats.change.placebo import MIN_PLACEBO_DATES
from hipstride.stats.verdict import MIN_SHARE_RATED, MIN_SHARE_RATED_LEVEL_2, Verdict
from hipstride.tables import Requirement

__all__ = ["ChangeEvidence", "judge_change", "outcome_words"]

_ALPHA = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEvidence:
    """All that the verdict on a dated change is given on; steps in points.

    `nap_p` and `counts` are those of a separated series, else NaN and empty; `blocking`
    names the other changes that stand too near or cannot be told apart, and
    `peak_detail` says what is known of the week before.
    """

    outcome: str
    date: str
    n: int
    n_unlike_commonest: int
    share_rated: float
    is_converged: bool
    has_trend: bool
    sides: Sides
    estimate: float
    low: float
    high: float
    detectable: float
    smallest_effect_points: float
    placebo_p: float
    n_placebo: int
    blocking: tuple[str, ...]
    same_as_change: tuple[str, ...]
    is_peak: bool
    is_peak_known: bool
    peak_detail: str
    counts: str
    nap_p: float

    @property
    def excludes_zero(self) -> bool:
        """Whether the whole interval lies on one side of 0."""
        return self.low > 0 or self.high < 0

    @property
    def is_within_smallest(self) -> bool:
        """Whether the whole interval lies within the smallest effect of interest."""
        limit = self.smallest_effect_points
        return -limit < self.low and self.high < limit


def judge_change(e: ChangeEvidence) -> Verdict:
    """Give the level that a dated change reaches, and its sentence.

    Parameters
    ----------
    e : ChangeEvidence
        What was found.

    Returns
    -------
    Verdict
        Level 0, 1 or 3.

    Notes
    -----
    1. Level 0 if too little is there, or if the interval neither excludes 0 nor lies
       within the smallest effect of interest.
    2. A null within the smallest effect of interest is level 1.
    3. Level 3 asks for all further requirements; without one of them it is level 1.
    """
    basic = (*_level_1(e), _interval(e))
    further = _level_3(e)
    requirements = (*basic, *further)
    if not all(r.is_met for r in basic):
        return Verdict(0, basic, _cannot_tell(e, basic))
    if not e.excludes_zero:
        return Verdict(1, requirements, _null(e))
    failed = [r for r in further if not r.is_met]
    if failed:
        return Verdict(1, requirements, _tentative(e, failed))
    return Verdict(3, requirements, _dated(e))


def outcome_words(outcome: str) -> str:
    """Name an outcome."""
    return OUTCOME_WORDS.get(outcome, outcome)


def _level_1(e: ChangeEvidence) -> tuple[Requirement, ...]:
    return (
        Requirement(
            f"at least {MIN_RATED_RUNS} rated runs", e.n >= MIN_RATED_RUNS, f"{e.n}"
        ),
        Requirement(
            f"at least {100 * MIN_SHARE_RATED:g} % of the runs rated",
            e.share_rated >= MIN_SHARE_RATED,
            f"{100 * e.share_rated:.0f} %",
        ),
        Requirement(
            f"at least {MIN_UNLIKE_COMMONEST} ratings unlike the commonest one",
            e.n_unlike_commonest >= MIN_UNLIKE_COMMONEST,
            f"{e.n_unlike_commonest}",
        ),
        Requirement("the fit converged", e.is_converged, str(e.is_converged).lower()),
    )


def _interval(e: ChangeEvidence) -> Requirement:
    return Requirement(
        "the interval excludes 0, or lies within the smallest effect of interest",
        e.excludes_zero or e.is_within_smallest,
        f"{_numbers(e)}; smallest effect of interest {points(e.smallest_effect_points)}"
        if math.isfinite(e.low)
        else "the ratings do not vary around the model, so there is no interval",
    )


def _level_3(e: ChangeEvidence) -> tuple[Requirement, ...]:
    sides = e.sides
    found = [
        Requirement(
            f"{MIN_ROWS_PER_SIDE_TREND} rated runs over {MIN_DAYS_PER_SIDE} days on "
            "each side, so that a trend could be taken out",
            e.has_trend,
            f"{sides.n_before} over {sides.days_before} days before, {sides.n_after} "
            f"over {sides.days_after} days after",
            level=3,
        ),
        Requirement(
            "hardly any other date looks as good (placebo dates, 5 % or less)",
            e.placebo_p <= _ALPHA,
            f"rank p = {e.placebo_p:.3f} among {e.n_placebo} other dates"
            if e.n_placebo >= MIN_PLACEBO_DATES
            else f"only {e.n_placebo} other dates; {MIN_PLACEBO_DATES} are needed",
            level=3,
        ),
        Requirement(
            f"nothing else was changed within {NEAR_DAYS} days or so near that it "
            "cannot be told apart",
            not e.blocking,
            "; ".join(e.blocking) or "nothing",
            level=3,
        ),
        Requirement(
            "it did not begin at a peak of pain",
            e.is_peak_known and not e.is_peak,
            e.peak_detail,
            level=3,
        ),
        Requirement(
            f"at least {100 * MIN_SHARE_RATED_LEVEL_2:g} % of the runs rated",
            e.share_rated >= MIN_SHARE_RATED_LEVEL_2,
            f"{100 * e.share_rated:.0f} %",
            level=3,
        ),
        Requirement(
            "nothing it is net of changed on the same day",
            not e.same_as_change,
            ", ".join(e.same_as_change) or "nothing",
            level=3,
        ),
    ]
    if e.counts:
        found.append(
            Requirement(
                "hardly any other date parts the ratings as well (NAP, 5 % or less)",
                e.nap_p <= _ALPHA,
                f"rank p = {e.nap_p:.3f}",
                level=3,
            )
        )
    return tuple(found)


def _cannot_tell(e: ChangeEvidence, requirements: tuple[Requirement, ...]) -> str:
    missing = "; ".join(f"{r.name}: {r.detail}" for r in requirements if not r.is_met)
    unseen = (
        f" It would show only a step of about {e.detectable:.1f} points or more, four "
        "times in five."
        if math.isfinite(e.detectable) and e.detectable > 0
        else ""
    )
    return (
        f"This history cannot tell whether {outcome_words(e.outcome)} was different "
        f"from {e.date} on.{unseen} Keep rating every run, or run a randomised test of "
        f"the change. Not met: {missing}."
    )


def _null(e: ChangeEvidence) -> str:
    return (
        f"In this history, no difference larger than "
        f"{points(e.smallest_effect_points)} was found in {outcome_words(e.outcome)} "
        f"from {e.date} on{_net(e)} ({_numbers(e)})."
    )


def _tentative(e: ChangeEvidence, failed: list[Requirement]) -> str:
    direction = "lower" if e.estimate < 0 else "higher"
    small = (
        ", all of it less than the smallest effect of interest"
        if e.is_within_smallest
        else ""
    )
    not_shown = "; ".join(f"{r.name} ({r.detail})" for r in failed)
    return (
        f"{e.counts}In this history, {outcome_words(e.outcome)} was {direction} from "
        f"{e.date} on{_net(e)} ({_numbers(e)}{small}). Explanations other than the "
        f"change were not excluded; not shown: {not_shown}."
    )


def _dated(e: ChangeEvidence) -> str:
    direction = "fell" if e.estimate < 0 else "rose"
    low, high = sorted((abs(e.low), abs(e.high)))
    words = outcome_words(e.outcome)
    words = words[:1].upper() + words[1:]
    return (
        f"{e.counts}{words} {direction} by {abs(e.estimate):.1f} points (95 % "
        f"interval {low:.1f} to {high:.1f}) after {e.date}, more than the earlier "
        "course predicts. One change in one person cannot show what caused it."
    )


def _net(e: ChangeEvidence) -> str:
    return ", net of a common trend" if e.has_trend else ", a trend not taken out"


def _numbers(e: ChangeEvidence) -> str:
    return f"{e.estimate:+.2f} points, 95 % interval {e.low:+.2f} to {e.high:+.2f}"
