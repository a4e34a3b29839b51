"""The analysis that answers the question of a plan."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from hipstride.errors import NotEnoughDataError
from hipstride.stats.association import association
from hipstride.stats.change.dated_change import dated_change
from hipstride.stats.plan._chosen import check_change_day
from hipstride.stats.plan._plan import Plan
from hipstride.stats.refusal import refusal
from hipstride.stats.trial.analysis import trial
from hipstride.stats.trial.draw import Schedule
from hipstride.tables import Result

__all__ = ["answer", "ways"]

Way = Callable[[pd.DataFrame, str], Result]


def ways(
    plan: Plan,
    changes: pd.DataFrame | None,
    journal: pd.DataFrame | None,
    schedule: Schedule | None,
) -> tuple[Way, str, str]:
    """Give the analysis of the plan's question, the question and its unit."""
    if plan.estimand == "dated_change":
        return (
            lambda obs, outcome: _dated(plan, obs, outcome, changes, journal),
            f"Was {{}} different after {plan.change}, net of its trend?",
            "points after the change",
        )
    if plan.estimand == "trial" and schedule is not None:
        return (
            lambda obs, outcome: trial(
                obs,
                schedule,
                outcome,
                smallest_effect_points=plan.smallest_effect_points,
                seed=plan.seed,
            ),
            "Was {} different between the arms of the randomised schedule?",
            "points, arm less control",
        )
    return (
        lambda obs, outcome: association(
            obs,
            outcome,
            smallest_effect_points=plan.smallest_effect_points,
            covariates=plan.covariates,
            analgesic=plan.analgesic or None,
            controls=plan.controls,
            seed=plan.seed,
        ),
        "Does {} go with the step length at the same speed?",
        "points per +1 % step length at the same speed",
    )


def _dated(
    plan: Plan,
    obs: pd.DataFrame,
    outcome: str,
    changes: pd.DataFrame | None,
    journal: pd.DataFrame | None,
) -> Result:
    check_change_day(plan, obs, changes)
    return dated_change(
        obs,
        plan.change,
        outcome,
        changes=changes,
        journal=journal,
        washout_days=plan.washout_days,
        smallest_effect_points=plan.smallest_effect_points,
        control=plan.controls[0] if plan.controls else None,
        seed=plan.seed,
    )


def answer(
    plan: Plan, obs: pd.DataFrame, outcome: str, of_plan: tuple[Way, str, str]
) -> Result:
    """Answer one question; a refusal is an answer of level 0."""
    way, question, unit = of_plan
    try:
        return way(obs, outcome)
    except NotEnoughDataError as why:
        return refusal(
            question.format(outcome),
            why,
            unit=unit,
            n_rows=len(obs),
            seed=plan.seed,
        )
