"""``hipstride log offers``, ``take`` and ``dismiss``: ratings written in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hipstride.cli._common import (
    JsonOption,
    LibraryOption,
    emit_json,
    out_console,
    plural,
    reported,
)
from hipstride.cli._log_open import opened, opened_to_read

if TYPE_CHECKING:
    import sqlite3

__all__ = ["dismiss", "offers", "take"]

_SHOWN = 40
_ALL = "all"

NumbersArgument = Annotated[
    list[str],
    typer.Argument(metavar="N...", help="Numbers that `log offers` shows, or all."),
]


@reported
def offers(
    last: Annotated[
        int, typer.Option("--last", metavar="N", min=1, help="How many to show.")
    ] = _SHOWN,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show ratings found in the names and descriptions of your runs.

    None of them counts before you take it.
    """
    from hipstride.cli._cells import records
    from hipstride.cli._log_show import show_offers
    from hipstride.library._offers import offers as open_offers

    with opened_to_read(library) as connection:
        found = open_offers(connection)
    if as_json:
        emit_json({"n_offers": len(found), "offers": records(found)})
        return
    show_offers(found, last)
    if len(found):
        out_console().print(
            "`hipstride log take N` makes an entry of one, `dismiss N` offers it no "
            "more; both know `all`.",
            style="dim",
        )


@reported
def take(
    numbers: NumbersArgument,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make entries of the journal of ratings that were found in words."""
    from hipstride.library._book import numbered
    from hipstride.library._entries import Rating
    from hipstride.library._offers import take_offers

    with opened(library) as connection:
        merged = take_offers(connection, _chosen(connection, numbers))
    if as_json:
        emit_json({"added": list(merged.added), "known": list(merged.known)})
        return
    if not merged.added:
        typer.echo("No rating was taken.")
        return
    which = numbered(Rating, merged.added)
    them = "it" if len(merged.added) == 1 else "them"
    count = plural(len(merged.added), "rating")
    typer.echo(f"{count} taken as {which}. `hipstride log undo` takes {them} back.")


@reported
def dismiss(
    numbers: NumbersArgument,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Offer ratings that were found in words no more."""
    from hipstride.library._offers import dismiss_offers

    with opened(library) as connection:
        count = dismiss_offers(connection, _chosen(connection, numbers))
    if as_json:
        emit_json({"n_dismissed": count})
    elif count:
        them = "it" if count == 1 else "them"
        offer = plural(count, "offer")
        typer.echo(f"{offer} dismissed. `hipstride log undo` brings {them} back.")
    else:
        typer.echo("No offer was dismissed.")


def _chosen(connection: sqlite3.Connection, texts: list[str]) -> list[int]:
    """Read the numbers; ``all`` stands for all that are open."""
    from hipstride.library._offers import offers as open_offers

    if texts == [_ALL]:
        return [int(number) for number in open_offers(connection)["number"]]
    wrong = [text for text in texts if not text.isdecimal()]
    if wrong:
        msg = f"found {wrong[0]!r}; expected numbers, or all"
        raise typer.BadParameter(msg, param_hint="N")
    return [int(text) for text in texts]
