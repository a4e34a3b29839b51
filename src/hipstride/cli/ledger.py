"""``hipstride ledger``: all that was tried, and what pain did, nulls included."""

from __future__ import annotations

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

__all__ = ["ledger"]


@reported
def ledger(
    runs: RunsOption = None,
    journal: JournalOption = None,
    changes: ChangesOption = None,
    outcome: OutcomeOption = Outcome.AFTER,
    side: SideOption = None,
    site: SiteOption = None,
    date_format: DateFormatOption = None,
    library: LibraryOption = None,
    seed: SeedOption = 0,
    as_json: JsonOption = False,
) -> None:
    """List all you tried, with what pain did after each, and what cannot be told.

    Rest, the shot, physiotherapy, core work, the cue: one row each, with an interval.
    Where nothing was found, it says how large a change would have been seen.
    """
    from hipstride.cli._load import first_and_last, load_changes, load_observations
    from hipstride.cli._result_screen import print_footer
    from hipstride.report._words import NOT_MEDICAL_ADVICE
    from hipstride.stats.change.ledger import ledger as ledger_of

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
    with working("analysing"):
        found = ledger_of(obs, tried, outcome.column, seed=seed)
    if as_json:
        first_on, last_on = first_and_last(obs)
        emit_json(
            {
                **found.to_dict(),
                "n_runs": len(obs),
                "first_on": first_on,
                "last_on": last_on,
                "not_medical_advice": NOT_MEDICAL_ADVICE,
            }
        )
        return
    # The lines are set out to their width already.
    typer.echo(found.summary())
    typer.echo()
    print_footer(out_console())
