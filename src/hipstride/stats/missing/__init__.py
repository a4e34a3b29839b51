"""Ratings that are not there: who was not rated, and what it could hide."""

from hipstride.stats.missing.compared import rated_and_unrated
from hipstride.stats.missing.covariates import with_imputed_covariates
from hipstride.stats.missing.delta import (
    TippingPoint,
    delta_adjustment,
    tipping_point,
)
from hipstride.stats.missing.rubin import PooledImputations, rubin
from hipstride.stats.missing.summary import missing_ratings
from hipstride.stats.missing.worst import worst_case

__all__ = [
    "PooledImputations",
    "TippingPoint",
    "delta_adjustment",
    "missing_ratings",
    "rated_and_unrated",
    "rubin",
    "tipping_point",
    "with_imputed_covariates",
    "worst_case",
]
