"""How much would have to be otherwise for the answer to be another."""

from hipstride.stats.sensitivity.bayes import (
    ScepticalUpdate,
    sceptical_limit,
    sceptical_update,
)
from hipstride.stats.sensitivity.e_value import EValue, e_value, e_value_of_difference
from hipstride.stats.sensitivity.robustness import partial_r2, robustness_value

__all__ = [
    "EValue",
    "ScepticalUpdate",
    "e_value",
    "e_value_of_difference",
    "partial_r2",
    "robustness_value",
    "sceptical_limit",
    "sceptical_update",
]
