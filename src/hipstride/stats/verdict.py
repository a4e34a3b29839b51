"""What may be said: levels 0 to 2 for what was only watched, and their wording.

Level 0, cannot tell: too few rated runs, too little spread of the stride or of the
ratings, a fit without an end, or an interval that reaches both 0 and the smallest
effect of interest. No direction word. Level 1: the interval excludes 0, or holds it and
lies within the smallest effect of interest. Level 2: every check agrees as well.

Words of cause belong to randomised tests (level 4) and never appear here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from hipstride.stats._wording import (
    MIN_PARTIAL_SD_PCT,
    MIN_RATED_RUNS,
    MIN_UNLIKE_COMMONEST,
    OUTCOME_WORDS,
    PCT_PER_TYPICAL_CHANGE,
    Evidence,
    Requirement,
    cannot_tell,
    consistent,
    guarding_caveat,
    null,
    per_typical_change,
    placement,
    points,
    tentative,
)

__all__ = [
    "OUTCOME_WORDS",
    "PCT_PER_TYPICAL_CHANGE",
    "Evidence",
    "Requirement",
    "Verdict",
    "guarding_caveat",
    "judge",
    "placement",
]

MIN_SHARE_RATED = 0.5
MIN_SHARE_RATED_LEVEL_2 = 0.7
MIN_SAME_SIGN_SHARE = 0.9
_ALPHA = 0.05
_SMALLEST_P = 0.001


@dataclass(frozen=True, slots=True)
class Verdict:
    """A level, what it rests on, and the sentence it allows."""

    level: int
    requirements: tuple[Requirement, ...]
    sentence: str

    def to_frame(self) -> pd.DataFrame:
        """Give level, requirements and sentence as a tidy table.

        Returns
        -------
        DataFrame
            ``verdict_level, verdict, level, requirement, is_met, found``: one row for
            each requirement.
        """
        rows = [
            (self.level, self.sentence, r.level, r.name, r.is_met, r.detail)
            for r in self.requirements
        ]
        names = ["verdict_level", "verdict", "level", "requirement", "is_met", "found"]
        return pd.DataFrame(rows, columns=names)


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
    ...     n_unlike_commonest=15,
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
        f"{per_typical_change(evidence)}; smallest effect of interest "
        f"{points(evidence.smallest_effect_points)}",
    )
    if not (all(r.is_met for r in basic) and excludes.is_met):  # note 1
        requirements = (*basic, excludes)
        return Verdict(0, requirements, cannot_tell(evidence, requirements))
    further = _level_2(evidence)
    requirements = (*basic, excludes, *further)
    if not evidence.excludes_zero:  # note 2
        return Verdict(1, requirements, null(evidence))
    failed = [r.name for r in further if not r.is_met]
    if failed:
        return Verdict(1, requirements, tentative(evidence, failed))
    return Verdict(2, requirements, consistent(evidence))


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
        Requirement(
            f"at least {MIN_UNLIKE_COMMONEST} ratings unlike the commonest one",
            e.n_unlike_commonest >= MIN_UNLIKE_COMMONEST,
            f"{e.n_unlike_commonest}",
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
            level=2,
        ),
        Requirement(
            "the stride of the next run does not go with the pain of this one",
            e.lead_p >= _ALPHA,  # NaN is not clean
            _p(e.lead_p)
            if math.isfinite(e.lead_p)
            else "too few runs for the lead test",
            level=2,
        ),
        Requirement(
            "pain before the run was adjusted for",
            e.is_before_adjusted,
            "yes" if e.is_before_adjusted else "rated too rarely or not at all",
            level=2,
        ),
        Requirement(
            "longer strides go with more pain, or the adjustment for pain before the "
            "run moved nothing",
            e.is_before_adjusted and (e.estimate > 0 or moved < e.se / 2),
            f"without the adjustment {e.estimate_without_before:+.3f} per 1 %"
            if e.is_before_adjusted
            else "not adjusted",
            level=2,
        ),
        Requirement(
            "a trend over time does not explain it",
            e.estimate_with_trend * e.estimate > 0
            and e.low <= e.estimate_with_trend <= e.high,
            f"with a linear trend {e.estimate_with_trend:+.3f} per 1 %"
            if math.isfinite(e.estimate_with_trend)
            else "too few runs for a trend",
            level=2,
        ),
        Requirement(
            f"the same sign in {100 * MIN_SAME_SIGN_SHARE:g} % of the alternative "
            "models",
            e.same_sign_share >= MIN_SAME_SIGN_SHARE,
            f"{100 * e.same_sign_share:.0f} %",
            level=2,
        ),
        Requirement(
            f"at least {100 * MIN_SHARE_RATED_LEVEL_2:g} % of the runs rated",
            e.share_rated >= MIN_SHARE_RATED_LEVEL_2,
            f"{100 * e.share_rated:.0f} %",
            level=2,
        ),
    )


def _p(p_value: float) -> str:
    if p_value < _SMALLEST_P:
        return f"lead test p < {_SMALLEST_P:g}"
    return f"lead test p = {p_value:.3f}"
