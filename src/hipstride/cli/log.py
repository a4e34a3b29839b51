"""``hipstride log``: what was felt, what was changed, what the treadmill showed."""

from __future__ import annotations

from typing import Annotated

import typer

from hipstride.cli._common import (
    JsonOption,
    LibraryOption,
    emit_json,
    plural,
    reported,
)
from hipstride.cli._log_belt import belt
from hipstride.cli._log_edit import delete, edit
from hipstride.cli._log_files import export, import_file
from hipstride.cli._log_offers import dismiss, offers, take
from hipstride.cli._log_open import opened, opened_to_read
from hipstride.cli._log_options import EndOption
from hipstride.cli._log_pain import pain

__all__ = ["log_app"]

log_app = typer.Typer(
    name="log", help="Keep the pain journal and the list of what you changed."
)
log_app.command("pain")(pain)
log_app.command("belt")(belt)

_SHOWN = 20


@log_app.command("change")
@reported
def change(
    label: Annotated[str, typer.Argument(metavar="WORDS", help="What you call it.")],
    kind: Annotated[
        str,
        typer.Option(
            "--kind",
            metavar="KIND",
            help="stride, cue, rest, injection, physio, strength, shoes, drug or "
            "other.",
        ),
    ],
    start: Annotated[
        str,
        typer.Option(
            "--from", metavar="DAY", help="Its first day: 2026-09-01, today, yesterday."
        ),
    ],
    end: EndOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Note what you changed and when, such as a shorter stride, a shot, new shoes."""
    from hipstride.library._changes import add_changes
    from hipstride.library._clock import today
    from hipstride.library._entries import Change
    from hipstride.library._entry_words import day_from_words

    with opened(library) as connection:
        now = today(connection)
        one = Change(
            day_from_words("from", start, now)[0],
            kind,
            day_from_words("to", end, now)[0] if end else None,
            label,
        ).checked()
        merged = add_changes(connection, [one])
    if as_json:
        number = (merged.added or merged.known)[0]
        emit_json({"is_new": bool(merged.added), "change": number, "words": one.words})
    elif merged.added:
        undo_words = "`hipstride log undo` takes it back."
        typer.echo(f"Change {merged.added[0]}: {one.words}. {undo_words}")
    else:
        typer.echo(f"Change {merged.known[0]} is that already; nothing was stored.")


@log_app.command("list")
@reported
def list_entries(
    last: Annotated[
        int | None,
        typer.Option("--last", metavar="N", min=1, help="Only the last N of each."),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """List ratings, changes and belt distances, the latest last.

    Ratings and changes carry the numbers of their entries, belt distances their run.
    """
    from hipstride.cli._cells import records
    from hipstride.cli._log_show import show_belts, show_changes, show_journal
    from hipstride.library._belts import belts_table
    from hipstride.library._changes import changes_table
    from hipstride.library._journal import journal_table

    with opened_to_read(library) as connection:
        journal, changes = journal_table(connection), changes_table(connection)
        belts = belts_table(connection)
    if as_json:
        n_shown = last or max(len(journal), len(changes), len(belts), 1)
        emit_json(
            {
                "n_ratings": len(journal),
                "ratings": records(journal.tail(n_shown).reset_index()),
                "n_changes": len(changes),
                "changes": records(changes.tail(n_shown).reset_index()),
                "n_belts": len(belts),
                "belts": records(belts.tail(n_shown)),
            }
        )
        return
    show_journal(journal, last or _SHOWN)
    typer.echo()
    show_changes(changes, last or _SHOWN)
    if len(belts):
        typer.echo()
        show_belts(belts, last or _SHOWN)


@log_app.command("undo")
@reported
def undo(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Take the last step back: an entry, an edit, a deletion, a whole import."""
    from hipstride.library._undo import n_steps, undo_last

    with opened(library) as connection:
        words = undo_last(connection)
        left = n_steps(connection)
    if as_json:
        emit_json({"taken_back": words, "n_steps_left": left})
    else:
        more = f"{plural(left, 'step')} before it can be taken back too."
        typer.echo(f"Taken back: {words}. {more if left else 'It was the first step.'}")


for _name, _verb in (
    ("edit", edit),
    ("delete", delete),
    ("import", import_file),
    ("export", export),
    ("offers", offers),
    ("take", take),
    ("dismiss", dismiss),
):
    log_app.command(_name)(_verb)
