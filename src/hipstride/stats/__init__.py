"""Whose numbers hold: regression for one runner's diary, and what may be said of it."""

from hipstride.stats.association import association
from hipstride.stats.change import (
    FoundDate,
    Ledger,
    LedgerRow,
    dated_change,
    ledger,
    start_point_test,
    undated_change,
)
from hipstride.stats.circular_shift import circular_shift_p
from hipstride.stats.ewc import Ewc, ewc
from hipstride.stats.gap_gls import GapGls, gap_gls
from hipstride.stats.kenward_roger import ContrastTest, KenwardRoger, kenward_roger
from hipstride.stats.multiplicity import adjust, with_adjusted
from hipstride.stats.partial_residuals import partial_residuals
from hipstride.stats.questionnaires import (
    hoos_12,
    hoos_subscale,
    ihot_12,
    ostrc_o,
    ostrc_o2,
)
from hipstride.stats.reml import (
    Correlation,
    RemlFit,
    ar1_by_order,
    exponential_by_day,
    exponential_with_nugget,
    independent,
    reml,
)
from hipstride.stats.sensitivity import (
    EValue,
    ScepticalUpdate,
    e_value,
    e_value_of_difference,
    partial_r2,
    robustness_value,
    sceptical_limit,
    sceptical_update,
)
from hipstride.stats.verdict import Evidence, Requirement, Verdict, judge
from hipstride.stats.verdict_levels import level_name, verdict_levels

__all__ = [
    "ContrastTest",
    "Correlation",
    "EValue",
    "Evidence",
    "Ewc",
    "FoundDate",
    "GapGls",
    "KenwardRoger",
    "Ledger",
    "LedgerRow",
    "RemlFit",
    "Requirement",
    "ScepticalUpdate",
    "Verdict",
    "adjust",
    "ar1_by_order",
    "association",
    "circular_shift_p",
    "dated_change",
    "e_value",
    "e_value_of_difference",
    "ewc",
    "exponential_by_day",
    "exponential_with_nugget",
    "gap_gls",
    "hoos_12",
    "hoos_subscale",
    "ihot_12",
    "independent",
    "judge",
    "kenward_roger",
    "ledger",
    "level_name",
    "ostrc_o",
    "ostrc_o2",
    "partial_r2",
    "partial_residuals",
    "reml",
    "robustness_value",
    "sceptical_limit",
    "sceptical_update",
    "start_point_test",
    "undated_change",
    "verdict_levels",
    "with_adjusted",
]
