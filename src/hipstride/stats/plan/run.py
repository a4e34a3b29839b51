"""Carry a plan out, and say whether it came before the data or after."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd

from hipstride.errors import TableError
from hipstride.stats.multiplicity import adjust
from hipstride.stats.plan._chosen import (
    check_outcome,
    chosen,
    days_of_runs,
    is_inside,
)
from hipstride.stats.plan._plan import Plan
from hipstride.stats.plan._text import plan_sha256
from hipstride.stats.plan._ways import answer, ways
from hipstride.stats.trial.draw import Schedule
from hipstride.tables import Requirement, Result

__all__ = ["run_plan", "specified"]


def specified(plan: Plan, obs: pd.DataFrame) -> str:
    """Say whether a plan was written before the ratings, after, or in their midst.

    Parameters
    ----------
    plan : Plan
        The plan.
    obs : DataFrame
        An OBSERVATIONS table, or any with ``local_date`` and the plan's outcome.

    Returns
    -------
    str
        ``before the data``, ``after the data``, or ``in the midst of the data``, with
        the counts of rated runs up to the day of writing, that day included. Runs
        outside of the plan's own days do not count, since it does not use them.

    Raises
    ------
    TableError
        If a column is missing.

    Examples
    --------
    >>> import datetime as dt
    >>> plan = Plan(estimand="association", written_on=dt.date(2026, 9, 1))
    >>> obs = pd.DataFrame(
    ...     {
    ...         "local_date": pd.to_datetime(["2026-08-01", "2026-09-05"]),
    ...         "pain_after_0_10": [1.0, 2.0],
    ...     }
    ... )
    >>> specified(plan, obs)
    'in the midst of the data (1 of 2 rated runs came before)'
    """
    dates = days_of_runs(obs)
    check_outcome(obs, plan.outcome)
    is_rated = obs[plan.outcome].notna().to_numpy() & is_inside(plan, dates)
    rated = dates[is_rated]
    n_before = int((rated <= pd.Timestamp(plan.written_on)).sum())
    if n_before == 0:
        return "before the data"
    if n_before == len(rated):
        return "after the data"
    return (
        f"in the midst of the data ({n_before} of {len(rated)} rated runs came before)"
    )


def run_plan(
    plan: Plan,
    obs: pd.DataFrame,
    *,
    changes: pd.DataFrame | None = None,
    journal: pd.DataFrame | None = None,
    schedule: Schedule | None = None,
) -> tuple[Result, ...]:
    """Answer the primary question of a plan, and the secondary ones beside it.

    Parameters
    ----------
    plan : Plan
        What was written down.
    obs : DataFrame
        An OBSERVATIONS table.
    changes, journal : DataFrame, optional
        A CHANGES and a JOURNAL table, for a dated change.
    schedule : Schedule, optional
        The drawn schedule, for a trial; it must be the one of the plan.

    Returns
    -------
    tuple of Result
        The primary first. Each has a check ``plan``: the fingerprint, the day of
        writing, whether that was before the data, and its role; secondary ones have
        their adjusted p there. What could not be answered is a result of level 0.

    Raises
    ------
    TableError
        If a column or the schedule is missing, it is another schedule, or the change
        began on another day than the plan names.

    Notes
    -----
    1. Runs outside of the plan's days, and those it excludes, are left out and counted.
    2. Benjamini-Hochberg over the secondary questions; the primary is not adjusted.

    Examples
    --------
    >>> import datetime as dt
    >>> plan = Plan(estimand="association", written_on=dt.date(2026, 9, 1))
    >>> obs = pd.DataFrame(
    ...     {
    ...         "local_date": pd.date_range("2026-09-02", periods=3),
    ...         "pain_after_0_10": [1.0, 2.0, 1.0],
    ...         "mean_speed_mps": 3.0,
    ...         "mean_step_length_m": 1.0,
    ...     }
    ... )
    >>> run_plan(plan, obs)[0].checks["plan"]["specified"]
    'before the data'
    """
    _check_schedule(plan, schedule)
    when = specified(plan, obs)
    kept, left_out = chosen(plan, obs)  # note 1
    outcomes = (plan.outcome, *plan.secondary_outcomes)
    for outcome in outcomes:
        check_outcome(obs, outcome)
    results = [
        answer(plan, kept, outcome, ways(plan, changes, journal, schedule))
        for outcome in outcomes
    ]
    adjusted = adjust([result.p_value for result in results[1:]])  # note 2
    fingerprint = plan_sha256(plan)
    told = []
    for place, found in enumerate(results):
        result = found
        about: dict[str, object] = {
            "sha256": fingerprint,
            "written_on": plan.written_on.isoformat(),
            "specified": when,
            "role": "secondary" if place else "primary",
            **left_out,
        }
        if place:
            about |= {
                "n_tests": len(results) - 1,
                "p_adjusted": float(adjusted[place - 1]),
            }
            result = _counted(result, float(adjusted[place - 1]), plan.alpha)
        told.append(_with_plan(result, about))
    return tuple(told)


def _counted(result: Result, p_adjusted: float, alpha: float) -> Result:
    """Hold a secondary answer at level 1 where it falls once all are counted."""
    holds = p_adjusted < alpha
    asked = Requirement(
        "p, adjusted for all secondary questions, is below alpha",
        holds,
        f"{p_adjusted:.3f}" if math.isfinite(p_adjusted) else "no p",
        level=2,
    )
    requirements = (*result.requirements, asked)
    if holds or result.verdict_level <= 1:
        return replace(result, requirements=requirements)
    sentence = (
        f"Counting all secondary questions p is {p_adjusted:.3f}, so that this answer "
        f"is tentative: {result.estimate:+.3g} {result.unit}, 95 % interval "
        f"{result.low:+.3g} to {result.high:+.3g}."
    )
    return replace(result, requirements=requirements, verdict_level=1, verdict=sentence)


def _with_plan(result: Result, about: dict[str, object]) -> Result:
    caveats = list(result.caveats)
    if about["specified"] != "before the data":
        caveats.insert(
            0,
            f"The plan was written {about['specified']}: what had been seen by then "
            "may have shaped the question",
        )
    if about["role"] == "secondary":
        caveats.insert(0, "A secondary question; its p is adjusted in the check 'plan'")
    return replace(
        result, checks={"plan": about, **result.checks}, caveats=tuple(caveats)
    )


def _check_schedule(plan: Plan, schedule: Schedule | None) -> None:
    if plan.estimand != "trial":
        return
    if schedule is None:
        msg = "plan: found no schedule; a trial needs the one that was drawn"
        raise TableError(msg)
    if schedule.sha256 != plan.schedule_sha256:
        msg = (
            f"plan: found the schedule {schedule.sha256[:12]}; expected that of the "
            f"plan, {plan.schedule_sha256[:12]}"
        )
        raise TableError(msg)
