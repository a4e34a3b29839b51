"""What stands in each of the files beside the database, and how it is read again."""

from __future__ import annotations

import csv
import json
import sqlite3
import tempfile
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

from hipstride.io.journal import (
    read_changes,
    read_journal,
    write_changes,
    write_journal,
)
from hipstride.library._changes import changes_table
from hipstride.library._journal import journal_table
from hipstride.library._rows import plain_values
from hipstride.library._settings import setting, store_setting
from hipstride.tables import CHANGES, JOURNAL

__all__ = ["MIRRORED", "SETTINGS", "contents", "restore_file", "settings_text"]

JOURNAL_FILE, CHANGES_FILE = "journal.csv", "changes.csv"
DECISIONS, SETTINGS = "decisions.csv", "settings.json"
MIRRORED = (JOURNAL_FILE, CHANGES_FILE, DECISIONS, SETTINGS)
_DECISION_COLUMNS = ("run_id", "decision", "words")
# What the runner has set, and the secret of safe exports; others are notes of its own.
_OF_THE_RUNNER = ("timezone", "secret")


def contents(connection: sqlite3.Connection) -> dict[str, bytes]:
    """Give what the files should hold, by name."""
    with tempfile.TemporaryDirectory() as folder:
        journal = write_journal(journal_table(connection), Path(folder) / "journal")
        changes = write_changes(changes_table(connection), Path(folder) / "changes")
        return {
            JOURNAL_FILE: journal.read_bytes(),
            CHANGES_FILE: changes.read_bytes(),
            DECISIONS: _decisions_text(connection),
            SETTINGS: settings_text(connection),
        }


def settings_text(connection: sqlite3.Connection) -> bytes:
    """Give what the file of settings should hold."""
    found = {name: setting(connection, name) for name in _OF_THE_RUNNER}
    made = {name: value for name, value in found.items() if value is not None}
    return (json.dumps(made, ensure_ascii=False, indent=2) + "\n").encode()


def restore_file(connection: sqlite3.Connection, path: Path) -> None:
    """Fill a table of the database from its file, within the caller's transaction.

    Raises
    ------
    HipstrideError, OSError, ValueError
        If the file cannot be read.
    """
    match path.name:
        case "journal.csv":
            ratings = plain_values(JOURNAL, read_journal(path))
            _fill(connection, "journal", JOURNAL.names, ratings)
        case "changes.csv":
            changes = plain_values(CHANGES, read_changes(path))
            _fill(connection, "changes", CHANGES.names, changes)
        case "decisions.csv":
            text = path.read_text(encoding="utf-8-sig")
            lines = list(csv.reader(StringIO(text, newline="")))[1:]
            rows = {
                tuple(line) for line in lines if len(line) == len(_DECISION_COLUMNS)
            }
            _fill(connection, "decisions", _DECISION_COLUMNS, sorted(rows))
        case _:
            made = json.loads(path.read_text(encoding="utf-8"))
            for name in _OF_THE_RUNNER:
                if isinstance(made.get(name), str):
                    store_setting(connection, name, made[name])


def _fill(
    connection: sqlite3.Connection,
    table: str,
    names: tuple[str, ...],
    rows: Sequence[tuple[str | float | None, ...]],
) -> None:
    if connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None:  # noqa: S608 - our own names
        return
    marks = ", ".join("?" * len(names))
    connection.executemany(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})",  # noqa: S608 - our own names
        rows,
    )


def _decisions_text(connection: sqlite3.Connection) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_DECISION_COLUMNS)
    writer.writerows(
        connection.execute(
            f"SELECT {', '.join(_DECISION_COLUMNS)} FROM decisions "  # noqa: S608 - our own names
            "ORDER BY run_id, decision, words"
        )
    )
    return text.getvalue().encode()
