"""All that a verdict on a cohort is given on."""

from __future__ import annotations

from dataclasses import dataclass

from hipstride.stats._wording import PCT_PER_TYPICAL_CHANGE
from hipstride.stats.cohort.pooling import Pooled

__all__ = ["MIN_RUNNERS", "CohortEvidence"]

# Below it the spread between runners, and so the interval, rests on next to nothing.
MIN_RUNNERS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortEvidence:
    """All that the verdict on a cohort is given on; slopes per +1 % step length.

    `share_before_adjusted` is of the runners with a slope, `share_rated` of their runs.
    What could not be computed is NaN.
    """

    outcome: str
    pooled: Pooled
    n_runners: int
    share_before_adjusted: float
    share_rated: float
    smallest_effect_points: float
    gee_low: float
    gee_high: float
    t_low: float
    t_high: float
    lead_p: float
    estimate_without_before: float

    @property
    def excludes_zero(self) -> bool:
        """Whether the whole interval lies on one side of 0."""
        return self.pooled.low > 0 or self.pooled.high < 0

    @property
    def is_within_smallest(self) -> bool:
        """Whether the whole interval lies within the smallest effect of interest."""
        limit = self.smallest_effect_points / PCT_PER_TYPICAL_CHANGE
        return -limit < self.pooled.low and self.pooled.high < limit
