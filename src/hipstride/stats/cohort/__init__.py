"""Several runners: their average slope, how far they differ, and the next one."""

from hipstride.stats.cohort.cohort import cohort
from hipstride.stats.cohort.mixed import MixedFit, mixed_model
from hipstride.stats.cohort.pooling import Pooled, paule_mandel, pool, shrunken
from hipstride.stats.cohort.runners import RunnerSlope, runner_slopes
from hipstride.stats.cohort.within_between import within_between

__all__ = [
    "MixedFit",
    "Pooled",
    "RunnerSlope",
    "cohort",
    "mixed_model",
    "paule_mandel",
    "pool",
    "runner_slopes",
    "shrunken",
    "within_between",
]
