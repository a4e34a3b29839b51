"""What may be said: levels 0 to 2 for what was only watched, and their wording.

| level | asks for | allows |
|---|---|---|
| 0 | anything missing that is listed in `LEVEL_0` | no direction word |
| 1 | the interval excludes 0, or lies within the smallest effect of interest | "in this history, pain was higher on runs with longer steps ..." |
| 2 | all of `LEVEL_2` as well | "a consistent association" |

Words of cause belong to randomised tests (level 4) and never appear here.
"""  # noqa: E501 - a table

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = [
    "Evidence",
    "Requirement",
    "Verdict",
    "guarding_caveat",
    "judge",
    "runs_needed",
]

PCT_PER_TYPICAL_CHANGE = 5.0
MIN_RATED_RUNS = 30
MIN_PARTIAL_SD_PCT = 1.0
MIN_SHARE_RATED = 0.5
MIN_SHARE_RATED_LEVEL_2 = 0.7
MIN_SAME_SIGN_SHARE = 0.9
# Normal quantiles of a two-sided 5 % test and of 80 % power.
_Z_TEST, _Z_POWER = 1.959964, 0.841621
_MANY_RUNS = 2000
_ALPHA = 0.05

OUTCOME_WORDS = {
    "pain_before_0_10": "pain before the run",
    "pain_during_0_10": "pain during the run",
    "pain_after_0_10": "pain after the run",
    "pain_next_morning_0_10": "pain on the next morning",
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that a level asks for, and whether it was there."""

    name: str
    is_met: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A level, what it rests on, and the sentence it allows."""

    level: int
    requirements: tuple[Requirement, ...]
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that the verdict is given on; slopes in points per +1 % step length.

    `lead_p` is NaN where there were too few runs for the lead test, and
    `estimate_without_before` is NaN where pain before the run was not adjusted for.
    """

    outcome: str
    n: int
    share_rated: float
    partial_sd_pct: float
    is_converged: bool
    estimate: float
    low: float
    high: float
    se: float
    smallest_effect_points: float
    ewc_low: float
    ewc_high: float
    lead_p: float
    is_before_adjusted: bool
    estimate_without_before: float
    estimate_with_trend: float
    same_sign_share: float

    @property
    def excludes_zero(self) -> bool:
        """Whether the whole interval lies on one side of 0."""
        return self.low > 0 or self.high < 0

    @property
    def is_within_smallest(self) -> bool:
        """Whether the whole interval lies within the smallest effect of interest."""
        limit = self.smallest_effect_points / PCT_PER_TYPICAL_CHANGE
        return -limit < self.low and self.high < limit


def judge(evidence: Evidence) -> Verdict:
    """Give the level that the evidence reaches, and its sentence.

    Parameters
    ----------
    evidence : Evidence
        Estimate, interval and checks.

    Returns
    -------
    Verdict
        Level 0, 1 or 2.

    Notes
    -----
    1. Level 0 if anything in the first list is missing, or if the interval neither
       excludes 0 nor lies within the smallest effect of interest: then it cannot tell
       no effect from one that matters.
    2. A null that lies within is level 1: it is one history, and what hides a
       difference was not excluded.

    Examples
    --------
    >>> evidence = Evidence(
    ...     outcome="pain_after_0_10",
    ...     n=20,
    ...     share_rated=1.0,
    ...     partial_sd_pct=2.0,
    ...     is_converged=True,
    ...     estimate=0.1,
    ...     low=-0.3,
    ...     high=0.5,
    ...     se=0.2,
    ...     smallest_effect_points=1.0,
    ...     ewc_low=-0.3,
    ...     ewc_high=0.5,
    ...     lead_p=0.5,
    ...     is_before_adjusted=False,
    ...     estimate_without_before=float("nan"),
    ...     estimate_with_trend=0.1,
    ...     same_sign_share=1.0,
    ... )
    >>> judge(evidence).level
    0
    """
    basic = _level_0(evidence)
    excludes = Requirement(
        "the interval excludes 0, or lies within the smallest effect of interest",
        evidence.excludes_zero or evidence.is_within_smallest,
        f"{_per_typical_change(evidence)}; smallest effect of interest "
        f"{evidence.smallest_effect_points:g} points",
    )
    if not (all(r.is_met for r in basic) and excludes.is_met):  # note 1
        requirements = (*basic, excludes)
        return Verdict(0, requirements, _cannot_tell(evidence, requirements))
    further = _level_2(evidence)
    requirements = (*basic, excludes, *further)
    if not evidence.excludes_zero:  # note 2
        return Verdict(1, requirements, _null(evidence))
    failed = [r.name for r in further if not r.is_met]
    if failed:
        return Verdict(1, requirements, _tentative(evidence, failed))
    return Verdict(2, requirements, _consistent(evidence))


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


def _level_0(e: Evidence) -> tuple[Requirement, ...]:
    return (
        Requirement(
            f"at least {MIN_RATED_RUNS} rated runs", e.n >= MIN_RATED_RUNS, f"{e.n}"
        ),
        Requirement(
            f"step length at the same speed varied by {MIN_PARTIAL_SD_PCT:g} % or more",
            e.partial_sd_pct >= MIN_PARTIAL_SD_PCT,
            f"standard deviation {e.partial_sd_pct:.2f} %",
        ),
        Requirement(
            f"at least {100 * MIN_SHARE_RATED:g} % of the runs rated",
            e.share_rated >= MIN_SHARE_RATED,
            f"{100 * e.share_rated:.0f} %",
        ),
        Requirement("the fit converged", e.is_converged, str(e.is_converged).lower()),
    )


def _level_2(e: Evidence) -> tuple[Requirement, ...]:
    ewc_agrees = e.ewc_low > 0 if e.estimate > 0 else e.ewc_high < 0
    moved = abs(e.estimate - e.estimate_without_before)
    return (
        Requirement(
            "a second method (EWC) excludes 0 on the same side",
            ewc_agrees,
            f"EWC interval {e.ewc_low:+.3f} to {e.ewc_high:+.3f} per 1 %",
        ),
        Requirement(
            "the stride of the next run does not go with the pain of this one",
            e.lead_p >= _ALPHA,  # NaN is not clean
            f"lead test p = {e.lead_p:.3f}"
            if math.isfinite(e.lead_p)
            else "too few runs for the lead test",
        ),
        Requirement(
            "pain before the run was adjusted for",
            e.is_before_adjusted,
            "yes" if e.is_before_adjusted else "rated too rarely or not at all",
        ),
        Requirement(
            "longer strides go with more pain, or the adjustment for pain before the "
            "run moved nothing",
            e.is_before_adjusted and (e.estimate > 0 or moved < e.se / 2),
            f"without the adjustment {e.estimate_without_before:+.3f} per 1 %"
            if e.is_before_adjusted
            else "not adjusted",
        ),
        Requirement(
            "a trend over time does not explain it",
            e.estimate_with_trend * e.estimate > 0
            and e.low <= e.estimate_with_trend <= e.high,
            f"with a linear trend {e.estimate_with_trend:+.3f} per 1 %",
        ),
        Requirement(
            f"the same sign in {100 * MIN_SAME_SIGN_SHARE:g} % of the alternative "
            "models",
            e.same_sign_share >= MIN_SAME_SIGN_SHARE,
            f"{100 * e.same_sign_share:.0f} %",
        ),
        Requirement(
            f"at least {100 * MIN_SHARE_RATED_LEVEL_2:g} % of the runs rated",
            e.share_rated >= MIN_SHARE_RATED_LEVEL_2,
            f"{100 * e.share_rated:.0f} %",
        ),
    )


def _cannot_tell(e: Evidence, requirements: tuple[Requirement, ...]) -> str:
    points = _points(e.smallest_effect_points)
    more = runs_needed(e.n, e.se, e.low, e.high, e.smallest_effect_points)
    more = max(more, MIN_RATED_RUNS - e.n)
    if e.partial_sd_pct < MIN_PARTIAL_SD_PCT:
        remedy = (
            "More runs like these will not do, for the step length hardly varied at "
            f"the same speed; to detect {points} per 5 % you need a 6-week randomised "
            "test."
        )
    elif more > _MANY_RUNS or not e.is_converged:
        remedy = f"To detect {points} per 5 % you need a 6-week randomised test."
    elif more > 0:
        remedy = (
            f"To detect {points} per 5 % you need about {_rounded(more)} more rated "
            "runs, or a 6-week randomised test."
        )
    else:
        remedy = "Rate every run from now on, or run a 6-week randomised test."
    missing = "; ".join(f"{r.name}: {r.detail}" for r in requirements if not r.is_met)
    return f"This history cannot answer the question. {remedy} Not met: {missing}."


def _tentative(e: Evidence, failed: list[str]) -> str:
    return (
        f"In this history, {_found(e)}. Explanations other than stride were not "
        f"excluded; not shown: {'; '.join(failed)}."
    )


def _consistent(e: Evidence) -> str:
    return (
        f"In this history there is a consistent association: {_found(e)}. This is "
        "compatible with stride affecting pain, and with both following something that "
        "was not measured; only a randomised test can tell these apart."
    )


def _null(e: Evidence) -> str:
    hidden = (
        ""
        if e.is_before_adjusted
        else " Pain before the run was not adjusted for, so a difference may be hidden."
    )
    return (
        f"In this history, no difference larger than "
        f"{_points(e.smallest_effect_points)} per 5 % of step length at the same speed "
        f"was found in {_words(e.outcome)} ({_per_typical_change(e)}).{hidden}"
    )


def _found(e: Evidence) -> str:
    direction = "higher" if e.estimate > 0 else "lower"
    return (
        f"{_words(e.outcome)} was {direction} on runs with longer steps at the same "
        f"speed ({_per_typical_change(e)})"
    )


def _per_typical_change(e: Evidence) -> str:
    estimate, low, high = (
        PCT_PER_TYPICAL_CHANGE * value for value in (e.estimate, e.low, e.high)
    )
    return f"{estimate:+.2f} points per 5 %, 95 % interval {low:+.2f} to {high:+.2f}"


def _words(outcome: str) -> str:
    return OUTCOME_WORDS.get(outcome, outcome)


def _points(points: float) -> str:
    return f"{points:g} point{'' if points == 1 else 's'}"


def _rounded(count: int) -> int:
    """Round up to two figures: the scaling is no better than that."""
    unit = 10 ** max(len(str(count)) - 2, 0)
    return math.ceil(count / unit) * unit
