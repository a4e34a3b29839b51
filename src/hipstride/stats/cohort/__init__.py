"""Several runners: their average slope, how far they differ, and the next one."""

from hipstride.stats.cohort.cluster_robust import ClusterRobust, cluster_robust
from hipstride.stats.cohort.cohort import cohort
from hipstride.stats.cohort.gee import gee_slope
from hipstride.stats.cohort.mixed import MixedFit, mixed_model
from hipstride.stats.cohort.pool import pool
from hipstride.stats.cohort.pooling import Pooled, paule_mandel, random_effects
from hipstride.stats.cohort.runners import RunnerSlope, runner_slopes
from hipstride.stats.cohort.shrinkage import shrunken
from hipstride.stats.cohort.within_between import within_between

__all__ = [
    "ClusterRobust",
    "MixedFit",
    "Pooled",
    "RunnerSlope",
    "cluster_robust",
    "cohort",
    "gee_slope",
    "mixed_model",
    "paule_mandel",
    "pool",
    "random_effects",
    "runner_slopes",
    "shrunken",
    "within_between",
]
