"""``hipstride trial analyze``: the two cues compared, by the drawn schedule."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from hipstride.cli._common import (
    ChangesOption,
    DateFormatOption,
    JournalOption,
    JsonOption,
    LibraryOption,
    Outcome,
    OutcomeOption,
    RunsOption,
    SeedOption,
    SideOption,
    SiteOption,
    emit_json,
    out_console,
    reported,
    working,
)
from hipstride.cli._trial_file import ScheduleArgument, day_of, read_schedule, today
from hipstride.errors import NotEnoughDataError

if TYPE_CHECKING:
    import pandas as pd

    from hipstride.stats.trial import Schedule
    from hipstride.stats.trial._options import Belief
    from hipstride.tables import Result

__all__ = ["analyze"]


class BeliefOption(StrEnum):
    """Which cue the runner believed in."""

    ARM = "arm"
    CONTROL = "control"
    NEITHER = "neither"


@reported
def analyze(
    path: ScheduleArgument,
    runs: RunsOption = None,
    journal: JournalOption = None,
    changes: ChangesOption = None,
    outcome: OutcomeOption = Outcome.AFTER,
    not_followed: Annotated[
        list[str] | None,
        typer.Option(
            "--not-followed",
            metavar="DAY",
            help="A day on which you did not follow the cue; may be repeated.",
        ),
    ] = None,
    is_all_followed: Annotated[
        bool, typer.Option("--all-followed", help="You followed the cue on every run.")
    ] = False,
    believed: Annotated[
        BeliefOption | None,
        typer.Option("--believed", help="Which cue you believed in, at the end."),
    ] = None,
    side: SideOption = None,
    site: SiteOption = None,
    date_format: DateFormatOption = None,
    library: LibraryOption = None,
    seed: SeedOption = 0,
    as_json: JsonOption = False,
) -> None:
    """Compare the two cues by the schedule that was drawn."""
    from hipstride.cli._load import load_observations
    from hipstride.cli._result_screen import counts_of, print_footer, print_result
    from hipstride.report._words import NOT_MEDICAL_ADVICE

    if is_all_followed and not_followed:
        msg = "it contradicts --all-followed"
        raise typer.BadParameter(msg, param_hint="--not-followed")
    schedule = read_schedule(path)
    now = today()
    missed = [day_of("not-followed", one, now) for one in not_followed or []]
    obs = load_observations(
        runs, journal, changes, date_format, library=library, side=side, site=site
    )
    adherence = None
    if is_all_followed or missed:
        adherence = "is_cue_followed"
        run_days = set(obs["local_date"].dt.date)
        for day in missed:
            if day not in run_days:
                msg = f"found no run on {day}; expected a day on which you ran"
                raise typer.BadParameter(msg, param_hint="--not-followed")
        on_missed = obs["local_date"].dt.date.isin(missed)
        obs = obs.assign(**{adherence: (~on_missed).astype(float)})
    with working("analysing"):
        result = _trial_or_refusal(
            obs,
            schedule,
            outcome.column,
            adherence,
            believed.value if believed else None,
            seed,
        )
    if as_json:
        emit_json(
            {
                **result.to_dict(),
                "outcome": outcome.column,
                "not_medical_advice": NOT_MEDICAL_ADVICE,
            }
        )
        return
    console = out_console()
    print_result(console, result, counts_of(obs, outcome, result))
    print_footer(console)


def _trial_or_refusal(
    obs: pd.DataFrame,
    schedule: Schedule,
    outcome: str,
    adherence: str | None,
    believed: Belief | None,
    seed: int,
) -> Result:
    """Analyse the trial; a refusal is an answer, of level 0."""
    from hipstride.stats import refusal, trial

    design = schedule.design
    try:
        return trial(
            obs, schedule, outcome, adherence=adherence, believed=believed, seed=seed
        )
    except NotEnoughDataError as why:
        return refusal(
            f'Does "{design.arm}" change pain, against "{design.control}"?',
            why,
            unit="points, arm less control",
            n_rows=len(obs),
            seed=seed,
        )
