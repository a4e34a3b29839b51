"""Ratings asked for one after the other, in the same words every time.

An empty answer is "not rated". It is never a 0, and no answer is suggested: a diary of
careless zeros answers nothing.
"""

from __future__ import annotations

import math
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

import typer

from hipstride.cli._common import say
from hipstride.errors import HipstrideError

if TYPE_CHECKING:
    from hipstride.library._clock import DayRun
    from hipstride.library._entries import Rating

__all__ = ["ask_moment", "ask_ratings", "can_ask"]

# The rating before the run comes first: it tells pain that shortens the stride from a
# stride that hurts.
QUESTIONS = {
    "before": "Before the run",
    "during": "During the run",
    "after": "After the run",
    "next_morning": "In the morning, after the run of the day before",
}
_METRES_PER_KM = 1000.0
# As of a program that Ctrl-C ends.
_STOPPED_EXIT = 130

T = TypeVar("T")


def can_ask() -> bool:
    """Tell whether somebody sits there to answer."""
    return sys.stdin.isatty()


def ask_moment() -> str:
    """Ask when it was rated, until a moment is said."""
    from hipstride.io._journal_fields import EXPECTED_MOMENTS, MOMENTS
    from hipstride.library._entry_words import known_word

    question = "When? before, during, after, next_morning or day"
    while not (
        moment := _ask(
            question, lambda text: known_word("moment", text, MOMENTS, EXPECTED_MOMENTS)
        )
    ):
        say("  A rating needs its moment; Ctrl-C stores nothing.")
    return moment


def ask_ratings(
    connection: sqlite3.Connection, day: Rating, *, is_side_open: bool
) -> list[Rating]:
    """Ask for all ratings of a day.

    Parameters
    ----------
    connection : Connection
        The library.
    day : Rating
        What is known already: the day, and perhaps side, site, run, time and moment;
        its pain is not looked at.
    is_side_open : bool
        Whether the side was not said, so that it is asked for.

    Returns
    -------
    list of Rating
        What was rated; what was left empty is not among it.
    """
    from hipstride.io._journal_fields import EXPECTED_SIDES, SIDE_WORDS
    from hipstride.library._book import stored
    from hipstride.library._clock import run_of, runs_of_day
    from hipstride.library._entries import Rating
    from hipstride.library._entry_words import (
        known_word,
        pain_from_words,
        plain_number,
    )

    say(f"Pain on {day.local_date:%a %Y-%m-%d}, 0 none to 10 worst imaginable.")
    say("Enter alone: not rated.")
    runs = runs_of_day(connection, day.local_date)
    is_of_run = bool(day.run_id)
    if is_of_run:
        _show_runs([run_of(connection, day.run_id)])
    else:
        _show_runs(runs)
        day = replace(day, run_id=_ask_run(runs))
    if is_side_open:
        side = _ask(
            "Which side? left, right or both",
            lambda text: known_word("side", text, SIDE_WORDS, EXPECTED_SIDES),
        )
        day = replace(day, side=side)
    ratings = []
    there = stored(connection, Rating)
    for moment, question in QUESTIONS.items():
        if day.moment not in {"", moment}:
            continue
        wanted = replace(day, moment=moment)
        if moment == "next_morning" and is_of_run and not day.moment:
            wanted = replace(wanted, local_date=day.local_date + timedelta(days=1))
            question = f"In the morning after it, {wanted.local_date}"  # noqa: PLW2901
        elif moment == "next_morning" and not is_of_run:
            # The morning belongs to the run of the day before, whichever that is.
            wanted = replace(wanted, run_id="")
        for number, other in there.items():
            if replace(other, time=wanted.time).identity == wanted.identity:
                say(f"{question}: {plain_number(other.pain_0_10)}, entry {number}")
                break
        else:
            pain = _ask(question, lambda text: pain_from_words(text) if text else None)
            if pain is not None:
                ratings.append(replace(wanted, pain_0_10=pain))
    return ratings


def _show_runs(runs: list[DayRun]) -> None:
    for number, run in enumerate(runs, start=1):
        far_km = math.nan if run.distance_m is None else run.distance_m / _METRES_PER_KM
        km = "" if math.isnan(far_km) else f"{far_km:.2f} km"
        words = (f"{run.clock:>5}", f"{km:>9}", run.run_id[:8], run.name[:36])
        say(f"  Run {number}  {'  '.join(words)}".rstrip())


def _ask_run(runs: list[DayRun]) -> str:
    """Ask of which run of the day, where there are several."""
    if len(runs) < 2:  # noqa: PLR2004 - one run needs no question
        return ""
    numbers = {str(number): run.run_id for number, run in enumerate(runs, start=1)}

    def chosen(text: str) -> str:
        if text and text not in numbers:
            msg = f"found {text!r}; expected a number from 1 to {len(runs)}, or Enter"
            raise HipstrideError(msg)
        return numbers.get(text, "")

    *first, last = numbers
    return _ask(f"Which run? {', '.join(first)} or {last}", chosen)


def _ask(question: str, read: Callable[[str], T]) -> T:
    """Ask on stderr until the answer can be read."""
    while True:
        sys.stderr.write(f"{question}: ")
        sys.stderr.flush()
        try:
            line = sys.stdin.readline()
        except KeyboardInterrupt:
            line = ""
        if not line:
            say("\nNothing was stored.")
            raise typer.Exit(_STOPPED_EXIT)
        try:
            return read(line.strip())
        except HipstrideError as error:
            say(f"  {error}")
