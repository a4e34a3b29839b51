"""What may be said after a randomised test, and what it asks for."""

from __future__ import annotations

from dataclasses import dataclass

from hipstride.stats._wording import (
    MIN_UNLIKE_COMMONEST,
    OUTCOME_WORDS,
    PCT_PER_TYPICAL_CHANGE,
    points,
    runs_needed,
)
from hipstride.stats.trial._compared import COVARIATE_WORDS, Arms
from hipstride.stats.trial._design import TrialDesign
from hipstride.stats.trial._manipulation import MIN_SHARE_FOLLOWED, MIN_STRIDE_PCT
from hipstride.stats.trial.randomisation import RandomisationTest
from hipstride.stats.verdict import Verdict
from hipstride.tables import Requirement

__all__ = ["TrialEvidence", "judge_trial", "method_words"]

# The test is exact with any number of runs; below this one or two of them decide.
MIN_RUNS_PER_ARM = 6
MIN_SHARE_RATED = 0.5
MIN_SHARE_RATED_LEVEL_4 = 0.7
MIN_SHARE_DONE = 0.8
_SMALLEST_P = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialEvidence:
    """All that the verdict is given on; the estimate is arm less control."""

    outcome: str
    design: TrialDesign
    estimate: float
    low: float
    high: float
    p_value: float
    null_sd: float
    smallest_effect_points: float
    n: int
    n_fewer_arm: int
    n_unlike_commonest: int
    share_rated: float
    share_done: float
    is_followed: bool
    followed_words: str
    is_drawn_before: bool
    drawn_words: str

    @property
    def excludes_zero(self) -> bool:
        """Whether the test rejects, and its interval agrees."""
        is_outside = self.low > 0 or self.high < 0
        return self.p_value <= self.design.alpha and is_outside

    @property
    def is_within_smallest(self) -> bool:
        """Whether the whole interval lies within the smallest effect of interest."""
        smallest = self.smallest_effect_points
        return -smallest < self.low and self.high < smallest


def judge_trial(e: TrialEvidence) -> Verdict:
    """Give level, requirements and sentence: level 4, 1 or 0.

    Notes
    -----
    Without a followed schedule that was drawn in time, a difference is that of one
    history: level 1, which has no words of cause. A null that lies within the smallest
    effect of interest is level 1 as well: what was not found was not shown.
    """
    basic = _level_0(e)
    tells = Requirement(
        "the schedule's p is within alpha, or the interval lies within the smallest "
        "effect of interest",
        e.excludes_zero or e.is_within_smallest,
        f"p {p_words(e.p_value)}; {_interval(e)}; smallest effect of interest "
        f"{points(e.smallest_effect_points)}",
    )
    further = _level_4(e)
    if not (all(r.is_met for r in basic) and tells.is_met):
        requirements = (*basic, tells)
        return Verdict(0, requirements, _cannot_tell(e, requirements))
    requirements = (*basic, tells, *further)
    failed = [r.name for r in further if not r.is_met]
    if not e.excludes_zero:
        others = [r.name for r in further[1:] if not r.is_met]
        return Verdict(1, requirements, _null(e, others))
    if failed:
        return Verdict(1, requirements, _tentative(e, failed))
    return Verdict(4, requirements, _randomised(e))


def p_words(p_value: float) -> str:
    """Write a p, a very small one by what it is below."""
    return f"{p_value:.3f}" if p_value >= _SMALLEST_P else f"below {_SMALLEST_P:g}"


def _level_0(e: TrialEvidence) -> tuple[Requirement, ...]:
    return (
        Requirement(
            f"at least {MIN_RUNS_PER_ARM} rated runs in each arm",
            e.n_fewer_arm >= MIN_RUNS_PER_ARM,
            f"{e.n_fewer_arm} in the smaller one",
        ),
        Requirement(
            f"at least {100 * MIN_SHARE_RATED:g} % of the runs of the trial rated",
            e.share_rated >= MIN_SHARE_RATED,
            f"{100 * e.share_rated:.0f} %",
        ),
        Requirement(
            f"at least {MIN_UNLIKE_COMMONEST} ratings unlike the commonest one",
            e.n_unlike_commonest >= MIN_UNLIKE_COMMONEST,
            f"{e.n_unlike_commonest}",
        ),
    )


def _level_4(e: TrialEvidence) -> tuple[Requirement, ...]:
    followed = (
        f"the stride differed by {MIN_STRIDE_PCT:g} % or more the way the arm asks"
        if e.design.stride_goal_pct is not None
        else f"the cue was followed on {100 * MIN_SHARE_FOLLOWED:g} % of the runs"
    )
    return (
        Requirement(
            "the schedule's p is within alpha",
            e.excludes_zero,
            f"p {p_words(e.p_value)}",
            level=4,
        ),
        Requirement(followed, e.is_followed, e.followed_words, level=4),
        Requirement(
            "the schedule was drawn before its first day",
            e.is_drawn_before,
            e.drawn_words,
            level=4,
        ),
        Requirement(
            f"at least {100 * MIN_SHARE_DONE:g} % of the schedule was run",
            e.share_done >= MIN_SHARE_DONE,
            f"{100 * e.share_done:.0f} %",
            level=4,
        ),
        Requirement(
            f"at least {100 * MIN_SHARE_RATED_LEVEL_4:g} % of the runs of the trial "
            "rated",
            e.share_rated >= MIN_SHARE_RATED_LEVEL_4,
            f"{100 * e.share_rated:.0f} %",
            level=4,
        ),
    )


def _randomised(e: TrialEvidence) -> str:
    small = " All of it is less than the smallest effect of interest."
    return (
        f'When the schedule told you "{e.design.arm}", {_words(e)} was '
        f'{abs(e.estimate):.2f} points {_direction(e)} than with "{e.design.control}" '
        f"({_interval(e)}). Chance alone would draw a schedule that does this or more "
        f"with probability {p_words(e.p_value)}."
        f"{small if e.is_within_smallest else ''}"
    )


def _tentative(e: TrialEvidence, failed: list[str]) -> str:
    return (
        f"In this trial, {_words(e)} was {_direction(e)} on the runs of "
        f'"{e.design.arm}" than on those of "{e.design.control}" ({_interval(e)}, p '
        f"{p_words(e.p_value)}). Not shown: {'; '.join(failed)}."
    )


def _null(e: TrialEvidence, failed: list[str]) -> str:
    tail = f" Not shown: {'; '.join(failed)}." if failed else ""
    return (
        f"In this trial, no difference larger than {points(e.smallest_effect_points)} "
        f'was found in {_words(e)} between "{e.design.arm}" and "{e.design.control}" '
        f"({_interval(e)}).{tail}"
    )


def _cannot_tell(e: TrialEvidence, requirements: tuple[Requirement, ...]) -> str:
    least = points(e.smallest_effect_points)
    more = runs_needed(
        e.n,
        e.null_sd,
        e.low,
        e.high,
        # The scaling is per 5 % there; here the arm is the whole effect.
        PCT_PER_TYPICAL_CHANGE * e.smallest_effect_points,
    )
    more = max(more, 2 * (MIN_RUNS_PER_ARM - e.n_fewer_arm), 0)
    if e.n_unlike_commonest < MIN_UNLIKE_COMMONEST:
        remedy = (
            "Nearly all ratings are the same, so that there is hardly any change in "
            "pain to compare; keep rating every run."
        )
    elif more:
        remedy = (
            f"To detect {least} you need about {more} more rated runs like these: draw "
            "a new and longer schedule."
        )
    else:
        remedy = "Rate every run, and draw a new schedule."
    missing = "; ".join(f"{r.name}: {r.detail}" for r in requirements if not r.is_met)
    return f"This trial cannot answer the question. {remedy} Not met: {missing}."


def _direction(e: TrialEvidence) -> str:
    return "lower" if e.estimate < 0 else "higher"


def _interval(e: TrialEvidence) -> str:
    return (
        f"difference {e.estimate:+.2f} points, {100 * (1 - e.design.alpha):g} % "
        f"interval {e.low:+.2f} to {e.high:+.2f}"
    )


def _words(e: TrialEvidence) -> str:
    return OUTCOME_WORDS.get(e.outcome, e.outcome)


def method_words(
    design: TrialDesign, found: RandomisationTest, arms: Arms, used: tuple[str, ...]
) -> str:
    """Say how the answer was computed."""
    kinds = {
        "alternation": f"alternation by {design.unit}, at most "
        f"{design.max_in_a_row} equal in a row",
        "block_pairs": f"pairs of {design.block_days}-day blocks",
        "abab": f"ABAB, phases of {design.min_phase_days} days or more",
    }
    how = (
        f"all {found.n_schedules:,}"
        if arms.reference == "all"
        else f"{found.n_schedules:,} drawn"
    )
    adjusted = ", ".join(COVARIATE_WORDS.get(name, name) for name in used)
    washout = (
        "; the first run after each switch left out" if design.washout != "none" else ""
    )
    return (
        f"Randomisation test ({kinds[design.kind]}; {how} schedules), as assigned; "
        "OLS difference of the arms"
        + (f", adjusted for {adjusted}" if adjusted else ", not adjusted")
        + washout
        + "; interval by inverting the test for a constant shift"
    )
