"""Tables that may leave the machine: what of them tells who and where is left out.

One secret belongs to each library. It moves all dates by the same number of days and
names runs anew, so that two tables of one library still fit together, and nobody who
holds the files of the runner can match them.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from hipstride.library._database import transaction
from hipstride.library._mirror_due import mark_mirror_due
from hipstride.library._settings import setting, store_setting

__all__ = ["Disguise", "disguise_of", "without_clock"]

_SECRET = "secret"  # noqa: S105 - the name of the setting
_SECRET_BYTES = 16
_DIGITS = 12
# Whole weeks, so that a Monday stays a Monday: a week has its rhythm of runs and pain.
_MOST_WEEKS = 500
_LEAST_WEEKS = 50


class Disguise(NamedTuple):
    """By how much dates are moved, and what a run is called instead."""

    shift: pd.Timedelta
    pseudonym: Callable[[str], str]


def disguise_of(connection: sqlite3.Connection) -> Disguise:
    """Give the disguise of a library; its secret is drawn when it is first wanted.

    Parameters
    ----------
    connection : Connection
        The database, to write.

    Returns
    -------
    Disguise
        The same one each time.
    """
    stored = setting(connection, _SECRET)
    if stored is None:
        with transaction(connection):
            stored = setting(connection, _SECRET) or secrets.token_hex(_SECRET_BYTES)
            store_setting(connection, _SECRET, stored)
            mark_mirror_due(connection)
    key = bytes.fromhex(stored)
    drawn = int.from_bytes(_keyed(key, "shift")[:8], "big")
    weeks = _LEAST_WEEKS + drawn % (_MOST_WEEKS - _LEAST_WEEKS)
    return Disguise(
        pd.Timedelta(days=-7 * weeks),
        lambda words: _keyed(key, words).hex()[:_DIGITS],
    )


def _keyed(key: bytes, words: str) -> bytes:
    return hmac.new(key, words.encode(), hashlib.sha256).digest()


def without_clock(frame: pd.DataFrame) -> pd.DataFrame:
    """Take out of a table what would tell how far the runner's clock is from UTC.

    UTC beside the runner's day gives the region away. So instants become what the wall
    clock showed, where that is known; else they keep their day alone.

    Parameters
    ----------
    frame : DataFrame
        A table of the library.

    Returns
    -------
    DataFrame
        A copy; the samples of a run begin at midnight.
    """
    changed = {}
    if "started_at" in frame:
        offset_s = frame.get("utc_offset_s", pd.Series(float("nan"), frame.index))
        local = frame["started_at"] + pd.to_timedelta(offset_s, unit="s")
        changed["started_at"] = local.fillna(frame["started_at"].dt.floor("D"))
    if "time" in frame and isinstance(frame["time"].dtype, pd.DatetimeTZDtype):
        first = frame["time"].min()
        changed["time"] = frame["time"] - (first - first.floor("D"))
    return frame.assign(**changed)
