"""``hipstride log import`` and ``export``: CSV files into the journal and out of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hipstride.cli._common import (
    DateFormatOption,
    JsonOption,
    LibraryOption,
    emit_json,
    plural,
    reported,
    to_existing_folder,
)
from hipstride.cli._log_open import opened, opened_to_read
from hipstride.errors import HipstrideError

__all__ = ["export", "import_file"]


@reported
def import_file(
    path: Annotated[
        Path,
        typer.Argument(metavar="CSV", help="A pain diary, or a list of changes."),
    ],
    date_format: DateFormatOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add the rows of a diary or of a list of changes that are not there yet.

    Which of the two it is, is told by its header. A row that says other than what is
    there is refused, and then nothing is added.
    """
    from hipstride.library._journal_csv import import_csv

    with opened(library) as connection:
        done = import_csv(connection, path, date_format=date_format)
    noun = "rating" if done.table == "journal" else "change"
    if as_json:
        emit_json(
            {
                "file": str(path),
                "table": done.table,
                "n_added": len(done.added),
                "n_known": len(done.known),
                "added": list(done.added),
            }
        )
        return
    there = f", {len(done.known)} were there already" if done.known else ""
    tail = " `hipstride log undo` takes them back." if done.added else ""
    typer.echo(f"{path.name}: {plural(len(done.added), noun)} added{there}.{tail}")


@reported
def export(
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="CSV", help="Where to write the pain diary."),
    ] = None,
    changes: Annotated[
        Path | None,
        typer.Option(
            "--changes", metavar="CSV", help="Where to write the list of changes."
        ),
    ] = None,
    is_forced: Annotated[
        bool, typer.Option("--force", help="Write over a file that is there.")
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write all ratings, all changes, or both, as CSV files that can be read again."""
    from hipstride.library._journal_csv import export_changes, export_journal

    if out is None and changes is None:
        msg = "say where to write: --out journal.csv, --changes changes.csv, or both"
        raise typer.BadParameter(msg, param_hint="--out")
    if out is not None and changes is not None and out.absolute() == changes.absolute():
        msg = "it is the same file as --out"
        raise typer.BadParameter(msg, param_hint="--changes")
    for path in filter(None, (out, changes)):
        to_existing_folder(path)
        if path.exists() and not is_forced:
            # What lies there may be a diary that was typed by hand.
            msg = (
                f"{path}: found a file there; expected none; name another, or add "
                "--force to write over it"
            )
            raise HipstrideError(msg)
    lines: list[str] = []
    told: dict[str, object] = {}
    with opened_to_read(library) as connection:
        if out is not None:
            n_ratings = export_journal(connection, out)
            told["n_ratings"], told["journal"] = n_ratings, str(out)
            lines.append(f"{plural(n_ratings, 'rating')} written to {out}")
        if changes is not None:
            n_changes = export_changes(connection, changes)
            told["n_changes"], told["changes"] = n_changes, str(changes)
            lines.append(f"{plural(n_changes, 'change')} written to {changes}")
    if as_json:
        emit_json(told)
    else:
        typer.echo("\n".join(lines))
