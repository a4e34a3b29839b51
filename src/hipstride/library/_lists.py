"""The lists of an account, as the library keeps them."""

from __future__ import annotations

import sqlite3
import warnings
from typing import Literal

import pandas as pd

from hipstride.errors import DataQualityWarning
from hipstride.io._open import RawFile
from hipstride.io.garmin_account import read_garmin_activities
from hipstride.io.strava_account import read_strava_activities
from hipstride.library._rows import plain_values
from hipstride.tables import ACTIVITIES

__all__ = ["read_list", "told_of", "write_list"]

_READERS = {"garmin": read_garmin_activities, "strava": read_strava_activities}


def read_list(kind: Literal["garmin", "strava"], raw: RawFile) -> pd.DataFrame:
    """Read an account's list of activities.

    Raises
    ------
    ReadError
        If it is damaged beyond use.
    """
    with warnings.catch_warnings():
        # Rows that were left out are told by their number in the ledger.
        warnings.simplefilter("ignore", DataQualityWarning)
        return _READERS[kind](raw.stored, name=raw.name)


def told_of(activities: pd.DataFrame) -> str:
    """Word what a list gave, for the ledger."""
    n_runs = int((activities["sport"] == "running").sum())
    return (
        f"a list of {len(activities)} activities, {n_runs} of them runs: names, words, "
        "shoes, effort and treadmill are taken from it"
    )


def write_list(
    connection: sqlite3.Connection, file: str, activities: pd.DataFrame
) -> None:
    """Keep a list in place of an earlier state of it."""
    connection.execute("DELETE FROM activities WHERE list = ?", (file,))
    rows = plain_values(ACTIVITIES, activities)
    # By name: in a database that was brought along, newer columns stand at the end.
    names = ", ".join(("list", "place", *ACTIVITIES.names))
    marks = ", ".join("?" * (2 + len(ACTIVITIES.names)))
    connection.executemany(
        f"INSERT OR REPLACE INTO activities ({names}) VALUES ({marks})",  # noqa: S608 - our own names
        [(file, place, *row) for place, row in enumerate(rows)],
    )
