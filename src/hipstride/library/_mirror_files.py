"""What stands in each of the files beside the database, and how it is read again."""

from __future__ import annotations

import csv
import json
import math
import sqlite3
import tempfile
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path

from hipstride.io.journal import (
    read_changes,
    read_journal,
    write_changes,
    write_journal,
)
from hipstride.library._belts import stored_belts
from hipstride.library._changes import changes_table
from hipstride.library._journal import journal_table
from hipstride.library._rows import plain_values
from hipstride.library._settings import setting, store_setting
from hipstride.library._settled import unsettle
from hipstride.tables import CHANGES, JOURNAL

__all__ = ["MIRRORED", "SETTINGS", "contents", "restore_file", "settings_text"]

JOURNAL_FILE, CHANGES_FILE = "journal.csv", "changes.csv"
DECISIONS, SETTINGS = "decisions.csv", "settings.json"
BELTS_FILE = "belts.csv"
MIRRORED = (JOURNAL_FILE, CHANGES_FILE, BELTS_FILE, DECISIONS, SETTINGS)
_BELT_COLUMNS = ("run_id", "belt_distance_m")
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
            BELTS_FILE: _text(_BELT_COLUMNS, stored_belts(connection).items()),
            DECISIONS: _text(_DECISION_COLUMNS, _decisions(connection)),
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
        case "belts.csv":
            belts = dict(map(_belt, _rows(path, _BELT_COLUMNS)))
            _fill(connection, "belts", _BELT_COLUMNS, sorted(belts.items()))
            unsettle(connection)
        case "decisions.csv":
            rows = set(_rows(path, _DECISION_COLUMNS))
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


def _belt(row: tuple[str, ...]) -> tuple[str, float]:
    run_id, text = row
    distance_m = float(text)
    if not 0 < distance_m < math.inf:
        msg = f"belts.csv: run {run_id}: found {text!r}; expected a distance above 0"
        raise ValueError(msg)
    return run_id, distance_m


def _decisions(connection: sqlite3.Connection) -> list[tuple[str, ...]]:
    return connection.execute(
        f"SELECT {', '.join(_DECISION_COLUMNS)} FROM decisions "  # noqa: S608 - our own names
        "ORDER BY run_id, decision, words"
    ).fetchall()


def _rows(path: Path, names: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Read what `_text` wrote; a line of another length is none of ours."""
    text = path.read_text(encoding="utf-8-sig")
    lines = list(csv.reader(StringIO(text, newline="")))[1:]
    return [tuple(line) for line in lines if len(line) == len(names)]


def _text(names: tuple[str, ...], rows: Iterable[Sequence[object]]) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows(rows)
    return text.getvalue().encode()
