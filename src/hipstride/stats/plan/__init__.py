"""Plans: what is going to be asked, written down before looking."""

from hipstride.stats.plan._plan import Estimand, Plan
from hipstride.stats.plan._text import plan_from_json, plan_sha256, plan_to_json
from hipstride.stats.plan.run import run_plan, specified

__all__ = [
    "Estimand",
    "Plan",
    "plan_from_json",
    "plan_sha256",
    "plan_to_json",
    "run_plan",
    "specified",
]
