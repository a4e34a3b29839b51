"""``hipstride log pain``: a rating in one line, or asked for moment by moment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from hipstride.cli._common import JsonOption, LibraryOption, emit_json, reported
from hipstride.cli._log_ask import ask_moment, ask_ratings, can_ask
from hipstride.cli._log_open import opened
from hipstride.cli._log_options import (
    DateOption,
    MomentOption,
    NoteOption,
    RunOption,
    SideOption,
    SiteOption,
    TimeOption,
)

if TYPE_CHECKING:
    import sqlite3

    from hipstride.library._book import Merged
    from hipstride.library._entries import Rating

__all__ = ["pain"]

_TAKEN_BACK = "`hipstride log undo` takes {} back."


@reported
def pain(
    rating: Annotated[
        str | None,
        typer.Argument(
            metavar="PAIN",
            help="From 0 none to 10 worst imaginable, halves too; without it you are "
            "asked.",
        ),
    ] = None,
    moment: MomentOption = None,
    side: SideOption = None,
    site: SiteOption = None,
    date: DateOption = None,
    time: TimeOption = None,
    run: RunOption = None,
    note: NoteOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Rate pain; without a number, be asked for one moment after the other.

    Nothing is filled in: what you leave empty is not rated, which is not 0. The rating
    before the run is worth most. The day is today unless you name another one or a run.
    """
    if not can_ask() and rating is None:
        msg = "a rating is needed, such as `hipstride log pain 4 --moment after`"
        raise typer.BadParameter(msg, param_hint="PAIN")
    if not can_ask() and moment is None:
        msg = "needed: before, during, after, next_morning or day"
        raise typer.BadParameter(msg, param_hint="--moment")
    from hipstride.library._entry_words import pain_from_words
    from hipstride.library._journal import add_ratings

    value = None if rating is None else pain_from_words(rating)
    if value is not None and not moment:
        moment = ask_moment()
    with opened(library) as connection:
        day = _rating(connection, moment, date, time, run)
        day = replace(day, side=side or "", site=site or "", note=note or "")
        # What is wrong in an option is said before anything is asked.
        day = day.checked()
        if value is not None:
            ratings = [replace(day, pain_0_10=value)]
        else:
            ratings = ask_ratings(connection, day, is_side_open=side is None)
        merged = add_ratings(connection, ratings)
    checked = [one.checked() for one in ratings]
    if as_json:
        _emit(merged, checked)
    else:
        typer.echo(_pain_line(merged, checked))


def _rating(
    connection: sqlite3.Connection,
    moment: str | None,
    date: str | None,
    time: str | None,
    run: str | None,
) -> Rating:
    """Give a rating whose pain is still open: when it was, and of which run."""
    from datetime import timedelta

    from hipstride.io._journal_fields import EXPECTED_MOMENTS, MOMENTS
    from hipstride.library._clock import run_of, today
    from hipstride.library._entries import Rating
    from hipstride.library._entry_words import day_from_words, known_word

    its_moment = known_word("moment", moment or "", MOMENTS, EXPECTED_MOMENTS)
    day, clock = day_from_words("date", date or "today", today(connection))
    found = run_of(connection, run) if run else None
    if found is not None and not date:
        day = found.local_date + timedelta(days=its_moment == "next_morning")
    run_id = found.run_id if found is not None else ""
    return Rating(day, 0.0, time=time or clock, moment=its_moment, run_id=run_id)


def _emit(merged: Merged, ratings: list[Rating]) -> None:
    emit_json(
        {
            "added": list(merged.added),
            "known": list(merged.known),
            "ratings": [
                {
                    "local_date": f"{one.local_date}",
                    "pain_0_10": one.pain_0_10,
                    "moment": one.moment,
                    "side": one.side or None,
                    "site": one.site or None,
                    "time": one.time or None,
                    "run_id": one.run_id or None,
                    "note": one.note or None,
                }
                for one in ratings
            ],
        }
    )


def _pain_line(merged: Merged, ratings: list[Rating]) -> str:
    from hipstride.library._book import numbered
    from hipstride.library._entries import Rating

    match ratings:
        case []:
            return "Nothing was rated, so nothing was stored."
        case [one] if merged.known:
            return f"Entry {merged.known[0]} says so already: {one.words}."
        case [one]:
            words = _TAKEN_BACK.format("it")
            return f"Entry {merged.added[0]}: {one.words}. {words}"
        case _:
            about = ratings[0].about
            is_alike = all(one.about == about for one in ratings)
            if is_alike:
                parts = f"{', '.join(one.rated for one in ratings)}; {about}"
            else:
                parts = "; ".join(one.words for one in ratings)
            numbers = numbered(Rating, merged.added).capitalize()
            return f"{numbers}: {parts}. {_TAKEN_BACK.format('them')}"
