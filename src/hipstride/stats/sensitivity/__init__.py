"""How much would have to be otherwise for the answer to be another."""

from hipstride.stats.sensitivity.bayes import (
    ScepticalUpdate,
    sceptical_limit,
    sceptical_update,
)
from hipstride.stats.sensitivity.benchmarks import (
    Bound,
    benchmarks,
    omitted_variable_bound,
)
from hipstride.stats.sensitivity.curve import SpecificationCurve, specification_curve
from hipstride.stats.sensitivity.e_value import EValue, e_value, e_value_of_difference
from hipstride.stats.sensitivity.leave_out import (
    leave_one_month_out,
    leave_one_shoe_out,
)
from hipstride.stats.sensitivity.robustness import partial_r2, robustness_value
from hipstride.stats.sensitivity.summary import sensitivity

__all__ = [
    "Bound",
    "EValue",
    "ScepticalUpdate",
    "SpecificationCurve",
    "benchmarks",
    "e_value",
    "e_value_of_difference",
    "leave_one_month_out",
    "leave_one_shoe_out",
    "omitted_variable_bound",
    "partial_r2",
    "robustness_value",
    "sceptical_limit",
    "sceptical_update",
    "sensitivity",
    "specification_curve",
]
