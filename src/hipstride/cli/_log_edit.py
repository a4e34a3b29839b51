"""``hipstride log edit`` and ``delete``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from hipstride.cli._common import JsonOption, LibraryOption, emit_json, reported
from hipstride.cli._log_open import opened
from hipstride.cli._log_options import (
    DateOption,
    EndOption,
    KindOption,
    LabelOption,
    MomentOption,
    NoteOption,
    RunOption,
    SideOption,
    SiteOption,
    StartOption,
    TimeOption,
)

if TYPE_CHECKING:
    import sqlite3

    from hipstride.library._entries import Change, Rating

__all__ = ["delete", "edit"]

ChangeNumberOption = Annotated[
    int | None,
    typer.Option("--change", metavar="N", help="The number of a change instead."),
]


@reported
def edit(
    entry: Annotated[
        int | None,
        typer.Argument(metavar="N", help="The number of the entry of a rating."),
    ] = None,
    change: ChangeNumberOption = None,
    pain: Annotated[
        str | None, typer.Option("--pain", metavar="PAIN", help="From 0 to 10.")
    ] = None,
    moment: MomentOption = None,
    side: SideOption = None,
    site: SiteOption = None,
    date: DateOption = None,
    time: TimeOption = None,
    run: RunOption = None,
    note: NoteOption = None,
    kind: KindOption = None,
    start: StartOption = None,
    end: EndOption = None,
    label: LabelOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Alter what an entry says; what you do not name stays.

    An empty text takes a word away: `--side ""`, or `--to ""` for a change that lasts.
    """
    of_rating = {
        "--pain": pain,
        "--moment": moment,
        "--side": side,
        "--site": site,
        "--date": date,
        "--time": time,
        "--run": run,
        "--note": note,
    }
    of_change = {"--kind": kind, "--from": start, "--to": end, "--label": label}
    said = _said(of_rating), _said(of_change)
    ours, others = said if change is None else said[::-1]
    if (entry is None) == (change is None):
        msg = "name one: the number of an entry, or --change and that of a change"
        raise typer.BadParameter(msg, param_hint="N")
    if others:
        what = "a rating" if change is None else "a change"
        msg = f"it is no option for {what}"
        raise typer.BadParameter(msg, param_hint=min(others))
    if not ours:
        msg = "say what to alter, such as --pain 3.5, or --to 2026-10-01 for a change"
        raise typer.BadParameter(msg, param_hint="N")
    with opened(library) as connection:
        if entry is not None:
            head = f"Entry {entry}"
            before, after, is_other = _edit_rating(connection, entry, ours)
        else:
            head = f"Change {change}"
            before, after, is_other = _edit_change(connection, change or 0, ours)
    if as_json:
        emit_json({"is_altered": is_other, "before": before, "after": after})
    elif is_other:
        typer.echo(
            f"{head}: {after} (was {before}). `hipstride log undo` takes that back."
        )
    else:
        typer.echo(f"{head} says so already: {before}; nothing was altered.")


@reported
def delete(
    entries: Annotated[
        list[int] | None,
        typer.Argument(metavar="N...", help="The numbers of entries of ratings."),
    ] = None,
    changes: Annotated[
        list[int] | None,
        typer.Option("--change", metavar="N", help="The number of a change instead."),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete entries; `hipstride log undo` brings them back."""
    from hipstride.library._book import numbered
    from hipstride.library._changes import delete_changes
    from hipstride.library._entries import Change, Rating
    from hipstride.library._journal import delete_ratings

    if bool(entries) == bool(changes):
        msg = "name numbers of entries, or --change and the number of a change"
        raise typer.BadParameter(msg, param_hint="N")
    with opened(library) as connection:
        if entries:
            gone = [one.words for one in delete_ratings(connection, entries)]
            which = numbered(Rating, entries)
        else:
            gone = [one.words for one in delete_changes(connection, changes or [])]
            which = numbered(Change, changes or [])
    if as_json:
        emit_json({"deleted": [*(entries or changes or [])], "words": gone})
        return
    them = "it" if len(gone) == 1 else "them"
    typer.echo(
        f"Deleted {which}: {'; '.join(gone)}. `hipstride log undo` brings {them} back."
    )


def _said(options: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in options.items() if value is not None}


def _edit_rating(
    connection: sqlite3.Connection, entry: int, said: dict[str, str]
) -> tuple[str, str, bool]:
    from hipstride.library._journal import edit_rating, rating_of

    before = rating_of(connection, entry)
    after = _altered_rating(connection, before, said).checked()
    is_other = edit_rating(connection, entry, after)
    return before.words, after.words, is_other


def _altered_rating(
    connection: sqlite3.Connection, before: Rating, said: dict[str, str]
) -> Rating:
    from hipstride.library._clock import run_of, today
    from hipstride.library._entry_words import day_from_words, pain_from_words

    after = replace(
        before,
        moment=said.get("--moment", before.moment),
        side=said.get("--side", before.side),
        site=said.get("--site", before.site),
        note=said.get("--note", before.note),
        time=said.get("--time", before.time),
    )
    if "--pain" in said:
        after = replace(after, pain_0_10=pain_from_words(said["--pain"]))
    if "--run" in said:
        run = said["--run"]
        after = replace(after, run_id=run_of(connection, run).run_id if run else "")
    if "--date" in said:
        day, clock = day_from_words("date", said["--date"], today(connection))
        after = replace(after, local_date=day, time=clock or after.time)
    return after


def _edit_change(
    connection: sqlite3.Connection, number: int, said: dict[str, str]
) -> tuple[str, str, bool]:
    from hipstride.library._changes import change_of, edit_change

    before = change_of(connection, number)
    after = _altered_change(connection, before, said).checked()
    is_other = edit_change(connection, number, after)
    return before.words, after.words, is_other


def _altered_change(
    connection: sqlite3.Connection, before: Change, said: dict[str, str]
) -> Change:
    from hipstride.library._clock import today
    from hipstride.library._entry_words import day_from_words

    after = replace(
        before,
        kind=said.get("--kind", before.kind),
        label=said.get("--label", before.label),
    )
    now = today(connection)
    if "--from" in said:
        start = day_from_words("from", said["--from"], now)[0]
        after = replace(after, started_on=start)
    if "--to" in said:
        end = day_from_words("to", said["--to"], now)[0] if said["--to"] else None
        after = replace(after, ended_on=end)
    return after
