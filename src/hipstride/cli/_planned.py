"""A plan, carried out on the runs and the diary that were named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from hipstride.cli._common import Outcome, working
from hipstride.errors import TableError

if TYPE_CHECKING:
    import pandas as pd

    from hipstride.tables import Result

__all__ = [
    "PlanOption",
    "ScheduleOption",
    "carry_out",
    "refuse_schedule_alone",
    "refuse_settled",
]

PlanOption = Annotated[
    Path | None,
    typer.Option(
        "--plan",
        metavar="FILE",
        help="What you wrote down with `hipstride plan`; it settles the question.",
    ),
]
ScheduleOption = Annotated[
    Path | None,
    typer.Option(
        "--schedule", metavar="FILE", help="The schedule, for the plan of a trial."
    ),
]

Sources = tuple[Path | None, Path | None, Path | None, str | None, Path | None]


def refuse_settled(options: Mapping[str, object]) -> None:
    """Refuse options that the plan has settled already."""
    if any(options.values()):
        msg = "the plan settles these; leave them out"
        raise typer.BadParameter(msg, param_hint=", ".join(options))


def refuse_schedule_alone() -> NoReturn:
    """Refuse a schedule where no plan asks for it."""
    msg = "needs --plan; for a trial without a plan see `hipstride trial analyze`"
    raise typer.BadParameter(msg, param_hint="--schedule")


def carry_out(
    path: Path, schedule: Path | None, sources: Sources
) -> tuple[list[Outcome], pd.DataFrame, list[Result]]:
    """Carry a plan out: its outcomes, the observations, its results.

    Raises
    ------
    HipstrideError
        If the plan or the schedule is none, or asks for what is not there.
    """
    from hipstride.cli._kept_file import read_kept
    from hipstride.cli._load import load_changes, load_journal, load_observations
    from hipstride.cli._trial_file import read_schedule
    from hipstride.stats.plan import plan_from_json, run_plan

    planned = read_kept(path, plan_from_json, "a plan of `hipstride plan`")
    columns = (planned.outcome, *planned.secondary_outcomes)
    by_column = {one.column: one for one in Outcome}
    other = [name for name in columns if name not in by_column]
    if other:
        msg = (
            f"{path}: found the outcome {other[0]!r}; the command line asks about "
            f"{', '.join(by_column)}; in Python `hs.stats.run_plan` takes any column"
        )
        raise TableError(msg)
    drawn = None if schedule is None else read_schedule(schedule)
    runs, journal, changes, date_format, library = sources
    tried = load_changes(runs, changes, date_format, library)
    diary = load_journal(runs, journal, date_format, library)
    obs = load_observations(
        runs,
        journal,
        changes,
        date_format,
        library=library,
        side=planned.side or None,
        site=planned.site or None,
        controls=_control_sites(planned.controls, diary),
    )
    with working("analysing"):
        results = run_plan(planned, obs, changes=tried, journal=diary, schedule=drawn)
    return [by_column[name] for name in columns], obs, list(results)


def _control_sites(columns: Sequence[str], diary: pd.DataFrame | None) -> list[str]:
    """Find the sites of the diary whose ratings the plan calls controls."""
    from hipstride.alignment import control_column

    if diary is None or "site" not in diary.columns:
        return []
    sites = [str(site) for site in diary["site"].dropna().unique() if str(site).strip()]
    moments = [one.value for one in Outcome]
    return [
        site
        for site in dict.fromkeys(site.casefold().strip() for site in sites)
        if any(control_column(site, moment) in columns for moment in moments)
    ]
