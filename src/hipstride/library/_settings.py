"""Settings of a library: few, and each one recorded beside the data it alters."""

from __future__ import annotations

import sqlite3

__all__ = ["setting", "store_setting"]


def setting(connection: sqlite3.Connection, name: str) -> str | None:
    """Give a setting, None where it was never made."""
    row = connection.execute(
        "SELECT value FROM settings WHERE name = ?", (name,)
    ).fetchone()
    return None if row is None else str(row[0])


def store_setting(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Make a setting, within the caller's transaction."""
    connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))
