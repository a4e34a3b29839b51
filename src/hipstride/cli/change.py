"""``hipstride change``: was pain different from the day of a change on."""

from __future__ import annotations

from typing import Annotated

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
from hipstride.cli._completion import change_labels

__all__ = ["change"]


@reported
def change(
    what: Annotated[
        str,
        typer.Argument(
            metavar="CHANGE",
            help="Your words for it, as you logged it, or its first day (2026-09-01).",
            show_default=False,
            autocompletion=change_labels,
        ),
    ],
    runs: RunsOption = None,
    journal: JournalOption = None,
    changes: ChangesOption = None,
    outcome: OutcomeOption = Outcome.AFTER,
    washout_days: Annotated[
        int,
        typer.Option(
            "--washout-days",
            min=0,
            max=90,
            help="Days left out from the change on, while it settles.",
        ),
    ] = 7,
    is_at_peak: Annotated[
        bool | None,
        typer.Option(
            "--at-a-peak/--not-at-a-peak",
            help="Whether you began on that day because it hurt most then.",
            show_default=False,
        ),
    ] = None,
    side: SideOption = None,
    site: SiteOption = None,
    date_format: DateFormatOption = None,
    library: LibraryOption = None,
    seed: SeedOption = 0,
    as_json: JsonOption = False,
) -> None:
    """Ask if pain was different from the day of a change on, net of its trend."""
    from hipstride.cli._dated import change_or_refusal
    from hipstride.cli._load import load_changes, load_journal, load_observations
    from hipstride.cli._result_screen import counts_of, print_footer, print_result
    from hipstride.cli.analyze import summary_of

    obs = load_observations(
        runs,
        journal,
        changes,
        date_format,
        library=library,
        side=side,
        site=site,
    )
    tried = load_changes(runs, changes, date_format, library)
    diary = load_journal(runs, journal, date_format, library)
    with working("analysing"):
        result = change_or_refusal(
            obs,
            what,
            outcome,
            tried=tried,
            diary=diary,
            washout_days=washout_days,
            is_at_peak=is_at_peak,
            seed=seed,
        )
    if as_json:
        emit_json(summary_of(obs, [outcome], [result]))
        return
    console = out_console()
    print_result(console, result, counts_of(obs, outcome, result))
    print_footer(console)
