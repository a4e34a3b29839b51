"""``hipstride report``: the whole answer as one file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
    to_existing_folder,
    working,
)
from hipstride.cli._completion import change_labels
from hipstride.cli._planned import (
    PlanOption,
    ScheduleOption,
    carry_out,
    refuse_schedule_alone,
    refuse_settled,
)
from hipstride.cli._units import UnitsOption, chosen

if TYPE_CHECKING:
    import pandas as pd


__all__ = ["report"]


class Reader(StrEnum):
    """Whom it is for."""

    RUNNER = "runner"
    PHYSIO = "physio"


class FormatOption(StrEnum):
    """What is written."""

    HTML = "html"
    MD = "md"
    JSON = "json"
    PDF = "pdf"


@reported
def report(
    runs: RunsOption = None,
    journal: JournalOption = None,
    changes: ChangesOption = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Where to; an existing file is replaced. report.html where not given.",
        ),
    ] = None,
    reader: Annotated[
        Reader,
        typer.Option(
            "--for",
            help="The whole report, or one page for a physio, without places and "
            "without your own words.",
        ),
    ] = Reader.RUNNER,
    with_notes: Annotated[
        bool,
        typer.Option("--with-notes", help="Tell the physio your own words too."),
    ] = False,
    kind: Annotated[
        FormatOption | None,
        typer.Option(
            "--format",
            help="What to write; else as the file's name ends. PDF takes Chromium.",
        ),
    ] = None,
    what: Annotated[
        list[str] | None,
        typer.Option(
            "--change",
            metavar="CHANGE",
            help="A change to look at closely, as in `hipstride change`; may be "
            "repeated.",
            autocompletion=change_labels,
        ),
    ] = None,
    is_with_ledger: Annotated[
        bool | None,
        typer.Option(
            "--ledger/--no-ledger",
            help="All that was tried, in a table; where not said, if there is any.",
            show_default=False,
        ),
    ] = None,
    plan: PlanOption = None,
    schedule: ScheduleOption = None,
    outcome: OutcomeOption = Outcome.AFTER,
    side: SideOption = None,
    site: SiteOption = None,
    units: UnitsOption = None,
    date_format: DateFormatOption = None,
    library: LibraryOption = None,
    seed: SeedOption = 0,
    as_json: JsonOption = False,
) -> None:
    """Write the answer, its limits and the plots as one page, to read or to print."""
    from hipstride.cli._dated import change_or_refusal
    from hipstride.cli._load import load_changes, load_journal, load_observations
    from hipstride.cli.analyze import find_associations, summary_of
    from hipstride.report import write
    from hipstride.report._page import format_of

    suffix = (kind or FormatOption.HTML).value
    out = to_existing_folder(out or Path(f"report.{suffix}"))
    # A name that says nothing is refused before minutes of reading.
    written_as = format_of(out, None if kind is None else _literal(kind))
    sources = (runs, journal, changes, date_format, library)
    if plan is not None:
        refuse_settled(
            {"--seed": seed, "--side": side, "--site": site, "--change": what}
        )
        outcomes, obs, results = carry_out(plan, schedule, sources)
    elif schedule is not None:
        refuse_schedule_alone()
    else:
        outcomes = [outcome]
        obs = load_observations(
            runs,
            journal,
            changes,
            date_format,
            library=library,
            side=side,
            site=site,
        )
        results = find_associations(obs, outcomes, seed)
    tried = load_changes(runs, changes, date_format, library)
    about = outcomes[0].column
    diary = load_journal(runs, journal, date_format, library) if what else None
    with working("analysing the changes"):
        results += [
            change_or_refusal(
                obs, one, outcomes[0], tried=tried, diary=diary, seed=seed
            )
            for one in what or []
        ]
        ledger = _ledger(obs, tried, about, seed, is_with_ledger)
    with working("drawing"):
        written = write(
            out,
            obs,
            [*results, *([] if ledger is None else [ledger])],
            outcome=about,
            audience=_literal(reader),
            with_notes=with_notes,
            units=_literal(chosen(units)),
            format=written_as,
        )
    if as_json:
        asked = [*outcomes, *[outcomes[0]] * (len(results) - len(outcomes))]
        summary = summary_of(obs, asked, results)
        told = None if ledger is None else ledger.to_dict()
        emit_json({"report": str(written.resolve()), "ledger": told, **summary})
        return
    from rich.text import Text

    console = out_console()
    for result in results:
        console.print(Text(str(result)))
    if ledger is not None:
        console.print(Text(str(ledger)))
    typer.echo(f"Report: {written.resolve()}")


def _literal(option: StrEnum) -> Any:
    """Give the plain word of an option; the library checks which it knows."""
    return option.value


def _ledger(
    obs: pd.DataFrame,
    tried: pd.DataFrame | None,
    outcome: str,
    seed: int,
    is_wanted: bool | None,
) -> Any:
    """List all that was tried, where there is something or it was asked for."""
    from hipstride.errors import NotEnoughDataError
    from hipstride.stats.change.ledger import ledger

    has_any = tried is not None and len(tried) > 0
    has_any |= any(str(name).startswith("change_") for name in obs.columns)
    if is_wanted is False or (is_wanted is None and not has_any):
        return None
    try:
        return ledger(obs, tried, outcome, seed=seed)
    except NotEnoughDataError:
        if is_wanted:
            raise
        return None
