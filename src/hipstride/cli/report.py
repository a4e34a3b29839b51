"""``hipstride report``: the whole answer as one HTML file."""

from __future__ import annotations

from pathlib import Path
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
    reported,
    to_existing_folder,
)

__all__ = ["report"]


@reported
def report(
    runs: RunsOption = None,
    journal: JournalOption = None,
    changes: ChangesOption = None,
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="FILE", help="Where to; an existing file is replaced."
        ),
    ] = Path("report.html"),
    outcome: OutcomeOption = Outcome.AFTER,
    side: SideOption = None,
    site: SiteOption = None,
    date_format: DateFormatOption = None,
    library: LibraryOption = None,
    seed: SeedOption = 0,
    as_json: JsonOption = False,
) -> None:
    """Write the answer, its limits and the plots as one HTML page."""
    from hipstride.cli._load import load_observations
    from hipstride.cli.analyze import find_associations, summary_of
    from hipstride.report import write

    to_existing_folder(out)
    obs = load_observations(
        runs,
        journal,
        changes,
        date_format,
        library=library,
        side=side,
        site=site,
    )
    results = find_associations(obs, [outcome], seed)
    written = write(out, obs, results, outcome=outcome.column)
    if as_json:
        summary = summary_of(obs, [outcome], results)
        emit_json({"report": str(written.resolve()), **summary})
        return
    for result in results:
        typer.echo(str(result))
    typer.echo(f"Report: {written.resolve()}")
