"""A small library for tests of the journal: some runs, without an import."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pandas as pd

from hipstride.library._database import connect
from hipstride.library._entries import Change, Rating
from hipstride.library._mirror import mirror_if_due
from hipstride.library._rows import plain_values
from hipstride.tables import RUNS

DAY = date(2026, 9, 1)


def rating(pain: float = 4, day: date = DAY, **words: str) -> Rating:
    return Rating(day, pain, **{"moment": "after", **words})


def change(kind: str = "stride", day: date = DAY, **other) -> Change:
    return Change(day, kind, **other)


@contextmanager
def opened(folder: Path) -> Iterator[sqlite3.Connection]:
    """As a verb opens it: what lags behind is written first, and again at the end."""
    with connect(folder) as connection:
        mirror_if_due(connection, folder)
        yield connection
        mirror_if_due(connection, folder)


def add_runs(folder: Path, runs: Sequence[tuple[str, str, str]]) -> None:
    """Add runs given as id, start in UTC and name; the runner's clock is at +1 h."""
    ids, starts, names = zip(*runs, strict=True)
    started_at = pd.to_datetime(pd.Series(starts), utc=True, format="ISO8601")
    table = pd.DataFrame(
        {
            "run_id": pd.Series(ids, dtype="str"),
            "started_at": started_at.astype("datetime64[us, UTC]"),
            "local_date": started_at.dt.tz_localize(None).dt.normalize(),
            "duration_s": 1800.0,
            "distance_m": 8200.0,
            "utc_offset_s": 3600.0,
            "name": pd.Series(names, dtype="str"),
        }
    )
    marks = ", ".join("?" * (len(RUNS.names) + 3))
    with connect(folder) as connection:
        connection.executemany(
            f"INSERT INTO runs VALUES ({marks})",  # noqa: S608 - our own words
            [(*row, row[0], None, "") for row in plain_values(RUNS, table)],
        )
