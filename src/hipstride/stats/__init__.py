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

from hipstride.stats.cohort import Pooled, cohort, paule_mandel, pool, shrunken
from hipstride.stats.ewc import Ewc, ewc
from hipstride.stats.gap_gls import GapGls, gap_gls
from hipstride.stats.generic_association import association_with
from hipstride.stats.kenward_roger import ContrastTest, KenwardRoger, kenward_roger
from hipstride.stats.multiplicity import adjust, with_adjusted
from hipstride.stats.partial_residuals import partial_residuals
from hipstride.stats.plan import (
    Plan,
    plan_from_json,
    plan_sha256,
    plan_to_json,
    run_plan,
    specified,
)
from hipstride.stats.power import (
    HistoryNumbers,
    numbers_of,
    power_of_change,
    power_of_history,
    power_of_trial,
    typical_numbers,
)
from hipstride.stats.questionnaires import (
    hoos_12,
    hoos_subscale,
    ihot_12,
    ostrc_o,
    ostrc_o2,
)
from hipstride.stats.refusal import refusal
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
from hipstride.stats.trial import (
    Schedule,
    TrialDesign,
    TrialPlan,
    baseline_corrected_tau,
    draw,
    nap,
    p_min,
    plan_trial,
    pnd,
    randomisation_p,
    randomisation_test,
    schedules_of,
    suggest_design,
    tau,
    trial,
)
from hipstride.stats.verdict import Evidence, Requirement, Verdict, judge
from hipstride.stats.verdict_levels import level_name, verdict_levels
from hipstride.stats.windows import windows_of_pain

__all__ = [
    "ContrastTest",
    "Correlation",
    "EValue",
    "Evidence",
    "Ewc",
    "FoundDate",
    "GapGls",
    "HistoryNumbers",
    "KenwardRoger",
    "Ledger",
    "LedgerRow",
    "Plan",
    "Pooled",
    "RemlFit",
    "Requirement",
    "ScepticalUpdate",
    "Schedule",
    "TrialDesign",
    "TrialPlan",
    "Verdict",
    "adjust",
    "ar1_by_order",
    "association",
    "association_with",
    "baseline_corrected_tau",
    "circular_shift_p",
    "cohort",
    "dated_change",
    "draw",
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
    "nap",
    "numbers_of",
    "ostrc_o",
    "ostrc_o2",
    "p_min",
    "partial_r2",
    "partial_residuals",
    "paule_mandel",
    "plan_from_json",
    "plan_sha256",
    "plan_to_json",
    "plan_trial",
    "pnd",
    "pool",
    "power_of_change",
    "power_of_history",
    "power_of_trial",
    "randomisation_p",
    "randomisation_test",
    "refusal",
    "reml",
    "robustness_value",
    "run_plan",
    "sceptical_limit",
    "sceptical_update",
    "schedules_of",
    "shrunken",
    "specified",
    "start_point_test",
    "suggest_design",
    "tau",
    "trial",
    "typical_numbers",
    "undated_change",
    "verdict_levels",
    "windows_of_pain",
    "with_adjusted",
]
