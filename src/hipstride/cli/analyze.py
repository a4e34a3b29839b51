"""``hipstride analyze``: does pain go with the stride at the same speed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from hipstride.cli._common import (
    ChangesOption,
    ControlOption,
    DateFormatOption,
    JournalOption,
    JsonOption,
    LibraryOption,
    Outcome,
    RunsOption,
    SeedOption,
    SideOption,
    SiteOption,
    emit_json,
    out_console,
    reported,
    working,
)
from hipstride.cli._planned import (
    PlanOption,
    ScheduleOption,
    carry_out,
    refuse_schedule_alone,
    refuse_settled,
)
from hipstride.errors import NotEnoughDataError

if TYPE_CHECKING:
    import pandas as pd

    from hipstride.tables import Result

__all__ = ["analyze", "find_associations", "summary_of"]


@reported
def analyze(
    runs: RunsOption = None,
    journal: JournalOption = None,
    changes: ChangesOption = None,
    outcome: Annotated[
        list[Outcome] | None,
        typer.Option(
            "--outcome",
            help="When the pain was rated: after, where not given; may be repeated.",
        ),
    ] = None,
    side: SideOption = None,
    site: SiteOption = None,
    control: ControlOption = None,
    plan: PlanOption = None,
    schedule: ScheduleOption = None,
    date_format: DateFormatOption = None,
    library: LibraryOption = None,
    seed: SeedOption = 0,
    as_json: JsonOption = False,
) -> None:
    """Ask if pain goes with the step length at the same speed, or what a plan asks."""
    from hipstride.cli._load import load_observations
    from hipstride.cli._result_screen import counts_of, print_footer, print_result

    if plan is not None:
        refuse_settled(
            {
                "--outcome": outcome,
                "--seed": seed,
                "--side": side,
                "--site": site,
                "--control": control,
            }
        )
        sources = (runs, journal, changes, date_format, library)
        outcomes, obs, results = carry_out(plan, schedule, sources)
    elif schedule is not None:
        refuse_schedule_alone()
    else:
        outcomes = outcome or [Outcome.AFTER]
        obs = load_observations(
            runs,
            journal,
            changes,
            date_format,
            library=library,
            side=side,
            site=site,
            controls=control or (),
        )
        results = find_associations(obs, outcomes, seed, controls=control or ())
    if as_json:
        emit_json(summary_of(obs, outcomes, results))
        return
    console = out_console()
    for one, result in zip(outcomes, results, strict=True):
        print_result(console, result, counts_of(obs, one, result))
    print_footer(console)


def find_associations(
    obs: pd.DataFrame,
    outcomes: list[Outcome],
    seed: int,
    *,
    controls: Sequence[str] = (),
) -> list[Result]:
    """Compute the association for each outcome; a refusal is an answer, of level 0."""
    with working("analysing"):
        return [_association_or_refusal(obs, one, seed, controls) for one in outcomes]


def _association_or_refusal(
    obs: pd.DataFrame, outcome: Outcome, seed: int, sites: Sequence[str]
) -> Result:
    from hipstride.alignment import control_column
    from hipstride.cli._load import number_rated
    from hipstride.stats import association, refusal

    columns = [control_column(site, outcome.value) for site in sites]
    # A control that was rated at other moments only has no column for this one.
    controls = [column for column in columns if column in obs.columns]
    try:
        return association(obs, outcome.column, controls=controls, seed=seed)
    except NotEnoughDataError as why:
        rated = number_rated(obs, outcome.column)
        return refusal(
            f"Does {outcome.words} go with the step length at the same speed?",
            why,
            unit="points per +1 % step length at the same speed",
            n_rows=len(obs),
            checks={"ratings": {"n_runs": len(obs), "n_rated": rated}},
            seed=seed,
        )


def summary_of(
    obs: pd.DataFrame, outcomes: list[Outcome], results: list[Result]
) -> dict[str, object]:
    """Give what ``--json`` prints: the first outcome's result, counts and dates.

    One question is the primary one; what else was asked stands in `further_results`.
    """
    from hipstride.cli._load import first_and_last, number_rated
    from hipstride.report._words import NOT_MEDICAL_ADVICE

    first_on, last_on = first_and_last(obs)
    primary, *further = [
        {
            **result.to_dict(),
            "outcome": one.column,
            "n_rated": number_rated(obs, one.column),
        }
        for one, result in zip(outcomes, results, strict=True)
    ]
    return {
        **primary,
        "further_results": further,
        "n_runs": len(obs),
        "first_on": first_on,
        "last_on": last_on,
        "not_medical_advice": NOT_MEDICAL_ADVICE,
    }
