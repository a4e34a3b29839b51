"""What may be said: levels 0 to 2 for what was only watched, and their wording.

Level 0, cannot tell: too few rated runs, too little spread of the stride or of the
ratings, a fit without an end, or an interval that reaches both 0 and the smallest
effect of interest. No direction word. Level 1: the interval excludes 0, or holds it and
lies within the smallest effect of interest. Level 2: every check agrees as well.

Words of cause belong to randomised tests (level 4) and never appear here.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from hipstride.stats._requirements import (
    MIN_SHARE_RATED,
    MIN_SHARE_RATED_LEVEL_2,
    level_0,
    level_2,
)
from hipstride.stats._wording import (
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
    "MIN_SHARE_RATED",
    "MIN_SHARE_RATED_LEVEL_2",
    "OUTCOME_WORDS",
    "PCT_PER_TYPICAL_CHANGE",
    "Evidence",
    "Requirement",
    "Verdict",
    "guarding_caveat",
    "judge",
    "placement",
]


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
    basic = level_0(evidence)
    excludes = Requirement(
        "the interval excludes 0, or lies within the smallest effect of interest",
        evidence.excludes_zero or evidence.is_within_smallest,
        f"{per_typical_change(evidence)}; smallest effect of interest "
        f"{points(evidence.smallest_effect_points)}",
    )
    if not (all(r.is_met for r in basic) and excludes.is_met):  # note 1
        requirements = (*basic, excludes)
        return Verdict(0, requirements, cannot_tell(evidence, requirements))
    further = level_2(evidence)
    requirements = (*basic, excludes, *further)
    if not evidence.excludes_zero:  # note 2
        return Verdict(1, requirements, null(evidence))
    failed = [r.name for r in further if not r.is_met]
    if failed:
        return Verdict(1, requirements, tentative(evidence, failed))
    return Verdict(2, requirements, consistent(evidence))
