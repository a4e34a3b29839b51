"""The note that the runs lag behind what is recorded, or what was typed in of them.

It is made in the transaction that alters something: a process that is killed before the
runs are made leaves it behind, and the next one that opens the library makes them.
"""

from __future__ import annotations

import sqlite3

from hipstride.library._settings import setting, store_setting

__all__ = ["is_settled", "note_settled", "unsettle"]

# The setting that says whether the runs were made from all that is recorded.
_SETTLED = "is_settled"


def is_settled(connection: sqlite3.Connection) -> bool:
    """Tell whether the runs are made from all that is recorded."""
    return setting(connection, _SETTLED) == "1"


def note_settled(connection: sqlite3.Connection) -> None:
    """Note, within the transaction that makes the runs, that they are made."""
    store_setting(connection, _SETTLED, "1")


def unsettle(connection: sqlite3.Connection) -> None:
    """Note, within the transaction that alters something, that the runs lag behind."""
    store_setting(connection, _SETTLED, "0")
