"""The randomised test of one runner: drawn before the first day, read at the end."""

from hipstride.stats.trial._design import TrialDesign
from hipstride.stats.trial.analysis import trial
from hipstride.stats.trial.draw import Schedule, draw
from hipstride.stats.trial.plan import TrialPlan, plan_trial, suggest_design
from hipstride.stats.trial.randomisation import (
    RandomisationTest,
    randomisation_p,
    randomisation_test,
)
from hipstride.stats.trial.schedules import (
    count,
    is_enumerable,
    p_min,
    schedules_of,
    units_needed,
)
from hipstride.stats.trial.single_case import baseline_corrected_tau, nap, pnd, tau

__all__ = [
    "RandomisationTest",
    "Schedule",
    "TrialDesign",
    "TrialPlan",
    "baseline_corrected_tau",
    "count",
    "draw",
    "is_enumerable",
    "nap",
    "p_min",
    "plan_trial",
    "pnd",
    "randomisation_p",
    "randomisation_test",
    "schedules_of",
    "suggest_design",
    "tau",
    "trial",
    "units_needed",
]
