"""The runs that a plan speaks of, and the day of the change that it names."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import TableError
from hipstride.stats._own_columns import dates_of
from hipstride.stats.change._named import find_change, things_of
from hipstride.stats.change._rows import change_rows
from hipstride.stats.plan._plan import Plan

__all__ = ["check_change_day", "check_outcome", "chosen", "days_of_runs", "is_inside"]


def chosen(plan: Plan, obs: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, object]]:
    """Take the runs of the plan, and count what it leaves out."""
    keep = np.ones(len(obs), dtype=np.bool_)
    counts: dict[str, object] = {}
    if plan.data_from or plan.data_to:
        inside = is_inside(plan, days_of_runs(obs))
        counts["n_outside_of_its_days"] = int((~inside).sum())
        keep &= inside
    if plan.excluded_runs:
        if "run_id" not in obs.columns:
            msg = (
                "observations: found no column 'run_id'; the plan leaves runs out by it"
            )
            raise TableError(msg)
        names = {run for run, _ in plan.excluded_runs}
        unknown = names - set(obs["run_id"].astype("str"))
        if unknown:
            msg = (
                f"plan: found no run {min(unknown)!r} in the observations, which it "
                "leaves out; expected each to be there"
            )
            raise TableError(msg)
        is_out = obs["run_id"].astype("str").isin(names).to_numpy()
        counts["n_excluded"] = int(is_out.sum())
        keep &= ~is_out
    return obs.loc[keep], counts


def is_inside(plan: Plan, days: pd.Series) -> NDArray[np.bool_]:
    """Tell which runs lie within the days of the plan; all where it names none."""
    inside = days.notna()
    if plan.data_from:
        inside &= days >= pd.Timestamp(plan.data_from)
    if plan.data_to:
        inside &= days <= pd.Timestamp(plan.data_to)
    return inside.to_numpy(np.bool_)


def check_change_day(
    plan: Plan, obs: pd.DataFrame, changes: pd.DataFrame | None
) -> None:
    """Refuse a change that did not begin on the day that the plan names.

    Where the days are read off the runs, the first run with the change must be the
    first from that day on.
    """
    if plan.change_on is None:
        return
    rows = change_rows(obs, plan.outcome)
    thing, _ = find_change(plan.change, things_of(rows.table, changes))
    named = np.datetime64(plan.change_on, "D")
    found = thing.started_on
    if thing.is_read_off_runs:
        days = rows.table["local_date"].to_numpy().astype("datetime64[D]")
        later = days[days >= named]
        found = named if len(later) and later.min() == found else found
    if found != named:
        msg = (
            f"plan: found that {plan.change!r} began on {found}; expected {named}, the "
            "day that the plan names; mend the changes, or write a new plan"
        )
        raise TableError(msg)


def check_outcome(obs: pd.DataFrame, outcome: str) -> None:
    """Refuse a plan that asks about a column that is not there."""
    if outcome not in obs.columns:
        msg = (
            f"observations: found no column {outcome!r}; the plan asks about it; "
            "rate it, or write another plan"
        )
        raise TableError(msg)


def days_of_runs(obs: pd.DataFrame) -> pd.Series:
    """Give the days of the runs, without which nothing came before or after."""
    dates = dates_of(obs)
    if dates is None:
        msg = (
            "observations: found no column 'local_date'; a plan needs the days of the "
            "runs, to say what came first"
        )
        raise TableError(msg)
    return dates
