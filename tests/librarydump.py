"""All that a library holds, in a form that two libraries can be compared by."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

from hipstride.library._database import DATABASE


def dump(folder: Path) -> dict[str, object]:
    """Every row of every table, in the order of its key, and the hash of every file."""
    uri = f"{(folder / DATABASE).absolute().as_uri()}?mode=ro"
    connection = sqlite3.connect(uri, uri=True)
    try:
        names = [
            row[0]
            for row in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' "
                "AND name NOT LIKE 'sqlite_%' ORDER BY name"
            )
        ]
        tables = {
            name: connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall()  # noqa: S608
            for name in names
        }
    finally:
        connection.close()
    originals = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((folder / "originals").rglob("*.gz"))
    }
    return {**tables, "originals": originals}
