"""Ratings that the runner has written in words, offered but never taken unasked.

"Hip 3/10 after" in the name or the description of a run is a rating. Reading it may go
wrong, so it becomes an entry of the journal only where the runner says yes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd

from hipstride.errors import LibraryError
from hipstride.io._pain_words import ratings_in
from hipstride.library._book import Merged, merge, numbered, refusal, stored
from hipstride.library._entries import Rating
from hipstride.library._entry_words import clean
from hipstride.library._schema import derived_columns
from hipstride.library._undo import Before, undoable

__all__ = ["dismiss_offers", "offers", "take_offers"]

DISMISS = "dismiss"
# One place has one word in the diary, whatever language it was noted in.
_SITES = {
    "hips": "hip",
    "hüfte": "hip",
    "leiste": "groin",
    "knie": "knee",
    "rücken": "back",
    "fuss": "foot",
    "glutes": "glute",
    "quads": "quad",
}
_DTYPES = {
    "run_id": "str",
    "local_date": "datetime64[us]",
    "pain_0_10": "float64",
    "moment": "str",
    "side": "str",
    "site": "str",
    "words": "str",
    "number": "int64",
}


def offers(connection: sqlite3.Connection) -> pd.DataFrame:
    """Find the ratings in the names and descriptions of runs.

    Parameters
    ----------
    connection : Connection
        The database; it is only read.

    Returns
    -------
    DataFrame
        One row per rating that was neither taken nor dismissed, in order of the runs:
        ``run_id, local_date, pain_0_10, moment, side, site, words, number``. ``words``
        is where it was found; ``number`` is what to take or dismiss it by, and stays
        when others are taken. The day of a rating on the next morning is that morning.
    """
    open_ones = _open_offers(connection)
    rows = [
        {
            "run_id": rating.run_id,
            "local_date": rating.local_date,
            "pain_0_10": rating.pain_0_10,
            "moment": rating.moment,
            "side": rating.side or None,
            "site": rating.site or None,
            "words": words,
            "number": number,
        }
        for number, (rating, words) in open_ones.items()
    ]
    return pd.DataFrame(rows, columns=list(_DTYPES)).astype(_DTYPES)


def take_offers(connection: sqlite3.Connection, numbers: Sequence[int]) -> Merged:
    """Make entries of the journal of offers, as one step.

    Parameters
    ----------
    connection : Connection
        The database, to write.
    numbers : sequence of int
        The numbers of the offers.

    Returns
    -------
    Merged
        The numbers of the entries.

    Raises
    ------
    LibraryError
        If there is no such offer, or the journal gives another value. Then none is
        taken.
    """
    chosen = _chosen(_open_offers(connection), numbers)
    return merge(
        connection,
        [rating for rating, _ in chosen],
        Rating,
        lambda added: f"took {numbered(Rating, added)} from the words of activities",
        refusal,
    )


def dismiss_offers(connection: sqlite3.Connection, numbers: Sequence[int]) -> int:
    """Offer some ratings no more, as one step; say how many.

    Raises
    ------
    LibraryError
        If there is no such offer. Then none is dismissed.
    """
    chosen = _chosen(_open_offers(connection), numbers)
    keys = dict.fromkeys((rating.run_id, DISMISS, words) for rating, words in chosen)
    with undoable(connection) as step:
        for key in keys:
            connection.execute("INSERT OR IGNORE INTO decisions VALUES (?, ?, ?)", key)
            names = ("run_id", "decision", "words")
            named = dict(zip(names, key, strict=True))
            step.touched.append(Before("decisions", named))
        noun = "offer" if len(keys) == 1 else "offers"
        step.words = f"dismissed {len(keys)} {noun}"
    return len(keys)


def _open_offers(connection: sqlite3.Connection) -> dict[int, tuple[Rating, str]]:
    """Give all ratings in words a number, and leave out those that are settled."""
    found = _found(connection)
    if not found:
        return {}
    # A rating may name a recording in whose place another one is used by now.
    used = dict(
        connection.execute(
            "SELECT run_id, same_run_as FROM runs WHERE same_run_as IS NOT NULL"
        )
    )
    ratings = list(stored(connection, Rating).values())
    taken = {
        (used.get(one.run_id, one.run_id), one.moment, one.side, what)
        for one in ratings
        for what in (one.note, one.pain_0_10)
    }
    dismissed = {
        (used.get(run_id, run_id), words)
        for run_id, words in connection.execute(
            "SELECT run_id, words FROM decisions WHERE decision = ?", (DISMISS,)
        )
    }
    return {
        number: (rating, words)
        for number, (rating, words) in enumerate(found, start=1)
        if (rating.run_id, words) not in dismissed
        and not any(
            (rating.run_id, rating.moment, rating.side, what) in taken
            for what in (rating.note, rating.pain_0_10)
        )
    }


def _found(connection: sqlite3.Connection) -> list[tuple[Rating, str]]:
    """Read the words of all runs in use, in order of their start."""
    needed = {"local_date", "name", "description", "same_run_as"}
    if not needed <= derived_columns(connection):
        return []
    rows = connection.execute(
        "SELECT run_id, local_date, name, description FROM runs WHERE same_run_as IS "
        "NULL AND local_date IS NOT NULL AND (name > '' OR description > '') "
        "ORDER BY started_at, run_id"
    )
    found: dict[tuple[Rating, str], None] = {}
    for run_id, local_date, *texts in rows:
        ran_on = date.fromisoformat(local_date)
        for text in texts:
            for one in ratings_in(text or ""):
                moment = one.moment or "after"
                is_morning = moment == "next_morning"
                words = clean(one.words)
                rating = Rating(
                    ran_on + timedelta(days=1) if is_morning else ran_on,
                    one.pain_0_10,
                    moment=moment,
                    side=one.side,
                    site=_SITES.get(one.site, one.site),
                    run_id=run_id,
                    note=f'from the activity\'s text: "{words}"',
                )
                found[rating, words] = None
    return list(found)


def _chosen(
    open_ones: dict[int, tuple[Rating, str]], numbers: Sequence[int]
) -> list[tuple[Rating, str]]:
    missing = [number for number in numbers if number not in open_ones]
    if missing:
        msg = (
            f"offer {missing[0]}: found none of this number; expected one that is "
            "neither taken nor dismissed; `hipstride log offers` shows them"
        )
        raise LibraryError(msg)
    return [open_ones[number] for number in dict.fromkeys(numbers)]
