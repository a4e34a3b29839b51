"""The tables of ``library.sqlite``, and the steps that bring an older one up to date.

Two kinds of table stand in it. What the runner wrote and what was seen (files, lists,
journal, changes, belts, decisions, settings) is brought along from version to version
by a migration. What can be made again from the originals (recorded, runs) is thrown
away and made again, since a migration of derived numbers would be a second way to
compute them.
"""

from __future__ import annotations

import sqlite3

from hipstride.errors import LibraryError
from hipstride.tables import RUNS, Kind, Table

__all__ = [
    "DERIVED_VERSION",
    "READER_VERSION",
    "SCHEMA_VERSION",
    "WRITTEN_TABLES",
    "create_derived",
    "derived_columns",
    "is_of_this_version",
    "migrate",
]

# Written as `PRAGMA user_version`; the number of migrations that were applied.
SCHEMA_VERSION = 2
# Raise it when reading or features give other numbers for the same bytes: the next
# opening makes all derived rows again.
DERIVED_VERSION = 2
# Raise it when a file that was refused or passed over may be read now: the next import
# looks at such files again.
READER_VERSION = 1

_SQL_TYPES: dict[Kind, str] = {
    "float": "REAL",
    "int": "INTEGER",
    "bool": "INTEGER",
    "text": "TEXT",
    # Microseconds since 1970, in UTC.
    "instant": "INTEGER",
    # As 2026-09-01.
    "day": "TEXT",
}


def _columns(table: Table) -> str:
    return ", ".join(f"{one.name} {_SQL_TYPES[one.kind]}" for one in table.columns)


# No clock and no running number stands in these tables: the same files give the same
# rows, however often an import was stopped on the way.
_FIRST = """
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    file TEXT NOT NULL,
    mark TEXT NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT NOT NULL,
    sport TEXT NOT NULL,
    started_at INTEGER,
    size_bytes INTEGER NOT NULL,
    sha256 TEXT,
    reader_version INTEGER NOT NULL,
    PRIMARY KEY (file, mark)
) WITHOUT ROWID;
CREATE INDEX files_by_content ON files (sha256);
CREATE TABLE zips (
    file TEXT NOT NULL,
    mark TEXT NOT NULL,
    reader_version INTEGER NOT NULL,
    PRIMARY KEY (file, mark)
) WITHOUT ROWID;
CREATE TABLE activities (
    list TEXT NOT NULL,
    place INTEGER NOT NULL,
    started_at INTEGER,
    utc_offset_s REAL,
    sport TEXT,
    sub_sport TEXT,
    is_treadmill INTEGER,
    duration_s REAL,
    distance_m REAL,
    rpe_0_10 REAL,
    feel_0_100 REAL,
    name TEXT,
    description TEXT,
    file TEXT,
    source TEXT,
    PRIMARY KEY (list, place)
) WITHOUT ROWID;
CREATE TABLE decisions (
    run_id TEXT NOT NULL,
    decision TEXT NOT NULL,
    words TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (run_id, decision, words)
) WITHOUT ROWID;
CREATE TABLE journal (
    entry INTEGER PRIMARY KEY AUTOINCREMENT,
    local_date TEXT NOT NULL,
    pain_0_10 REAL NOT NULL,
    time TEXT, moment TEXT, side TEXT, site TEXT, run_id TEXT, note TEXT
);
CREATE TABLE changes (
    entry INTEGER PRIMARY KEY AUTOINCREMENT,
    started_on TEXT NOT NULL,
    kind TEXT NOT NULL,
    ended_on TEXT, label TEXT
);
CREATE TABLE undo (
    step INTEGER PRIMARY KEY AUTOINCREMENT,
    words TEXT NOT NULL,
    inverse TEXT NOT NULL
);
"""

# Lists that were read without their shoes, and the zips that they lie in, count as of
# no version: they are read again when their export comes again.
_SECOND = """
CREATE TABLE belts (
    run_id TEXT PRIMARY KEY,
    belt_distance_m REAL NOT NULL
) WITHOUT ROWID;
ALTER TABLE activities ADD COLUMN shoe TEXT;
UPDATE files SET reader_version = 0
WHERE file LIKE '%.csv%' AND file IN (SELECT list FROM activities);
UPDATE zips SET reader_version = 0
WHERE EXISTS (
    SELECT 1 FROM activities
    WHERE list LIKE '%.csv%'
        AND substr(list, 1, length(zips.file) + 1) = zips.file || '/'
);
"""

_MIGRATIONS = (_FIRST, _SECOND)
# What cannot be made again from the originals.
WRITTEN_TABLES = (
    "settings",
    "files",
    "zips",
    "activities",
    "decisions",
    "journal",
    "changes",
    "belts",
    "undo",
)

_DERIVED = f"""
DROP TABLE IF EXISTS recorded;
DROP TABLE IF EXISTS runs;
CREATE TABLE recorded (
    run_id TEXT PRIMARY KEY,
    sha256 TEXT NOT NULL,
    is_run INTEGER NOT NULL,
    sport TEXT NOT NULL,
    sub_sport TEXT NOT NULL,
    told TEXT NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    is_wall_clock INTEGER NOT NULL,
    has_cadence INTEGER NOT NULL,
    n_channels INTEGER NOT NULL,
    n_values INTEGER NOT NULL,
    format TEXT NOT NULL,
    row TEXT,
    windows BLOB,
    trace BLOB,
    belt_distance_m REAL,
    watch_distance_m REAL
) WITHOUT ROWID;
CREATE INDEX recorded_by_content ON recorded (sha256);
CREATE TABLE runs (
    {_columns(RUNS).replace("run_id TEXT", "run_id TEXT PRIMARY KEY", 1)},
    sha256 TEXT NOT NULL,
    same_run_as TEXT,
    same_run_reason TEXT NOT NULL
) WITHOUT ROWID;
"""


def migrate(connection: sqlite3.Connection, label: str) -> None:
    """Bring a database up to date, each step whole or not at all.

    Parameters
    ----------
    connection : Connection
        An open database, in autocommit mode; a new one has no tables yet.
    label : str
        What to call it in messages.

    Raises
    ------
    LibraryError
        If it was written by a newer hipstride.
    """
    if _version(connection) == SCHEMA_VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have been here while this one waited.
        found = _version(connection)
        if found > SCHEMA_VERSION:
            raise _too_new(label, found)  # noqa: TRY301 - rolled back below
        for script in _MIGRATIONS[found:]:
            _run(connection, script)
        if found == 0:
            _run(connection, _DERIVED)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def create_derived(connection: sqlite3.Connection) -> None:
    """Throw the derived tables away and make them anew, empty.

    Within the caller's transaction, so that rows are never seen half made.
    """
    _run(connection, _DERIVED)


def derived_columns(connection: sqlite3.Connection) -> set[str]:
    """Name the columns that the table of runs has; none where it is not there."""
    return {str(row[1]) for row in connection.execute("PRAGMA table_info(runs)")}


def is_of_this_version(connection: sqlite3.Connection) -> bool:
    """Tell whether a database that is only read has all tables."""
    return _version(connection) == SCHEMA_VERSION


def _too_new(label: str, found: int) -> LibraryError:
    return LibraryError(
        f"{label}: found a library of version {found}; expected at most "
        f"{SCHEMA_VERSION}; a newer hipstride wrote it: upgrade this one"
    )


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Run statements one by one; `executescript` would end the transaction."""
    for statement in script.split(";"):
        if statement.strip():
            connection.execute(statement)
