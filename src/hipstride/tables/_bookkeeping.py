"""The tables about files and accounts, not about running."""

from __future__ import annotations

from hipstride.tables._columns import (
    DISTANCE_M,
    DURATION_S,
    FEEL_0_100,
    RPE_0_10,
    RUN_ID,
    STARTED_AT,
    UTC_OFFSET_S,
    flag,
    needed,
    number,
)
from hipstride.tables._spec import Column, Table

__all__ = ["ACTIVITIES", "BELTS", "LEDGER", "VERDICTS"]

VERDICTS = ("imported", "duplicate", "not a run", "unreadable")

ACTIVITIES = Table(
    "activities",
    "one activity as the list of an account names it",
    (
        needed(STARTED_AT),
        UTC_OFFSET_S,
        Column("sport", "text", "in the words of the FIT profile, empty where unknown"),
        Column("sub_sport", "text", "in the words of the FIT profile"),
        flag("is_treadmill", "the list says treadmill or indoors"),
        DURATION_S,
        DISTANCE_M,
        RPE_0_10,
        FEEL_0_100,
        Column("name", "text", "what the runner or the app called it"),
        Column("description", "text", "what the runner wrote under it"),
        Column("shoe", "text", "the shoe, as the runner or the app called it"),
        Column("file", "text", "its file within the export, where the list says so"),
        Column("source", "text", "name of the list"),
    ),
)

BELTS = Table(
    "belts",
    "one distance that the runner read off a treadmill",
    (
        needed(RUN_ID),
        Column("local_date", "day", "the day of the run; missing where it is not here"),
        needed(number("belt_distance_m", "m", "what the treadmill showed", 0, 500_000)),
        number("watch_distance_m", "m", "what the watch had counted", 0, 500_000),
    ),
)

LEDGER = Table(
    "ledger",
    "one file that an import has seen",
    (
        needed(Column("file", "text", "where it was found; a zip stands as a folder")),
        needed(
            Column("verdict", "text", "one of " + ", ".join(f"`{v}`" for v in VERDICTS))
        ),
        Column("reason", "text", "why, with the place where it is about a fault"),
        Column("duplicate_of", "text", "the run that is used in its place"),
        Column("run_ids", "text", "the runs that it holds, joined by spaces"),
        Column("sport", "text", "what it is of, where that was looked at"),
        Column("started_at", "instant", "its start, where that was looked at"),
        number("size_bytes", "bytes", "its size as it was found", 0, 1e12),
        Column("sha256", "text", "hash of its bytes unpacked, where all were read"),
    ),
)
