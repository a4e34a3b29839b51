"""What the shell offers when a runner presses Tab: labels of changes, ids of runs."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import typer

from hipstride.errors import HipstrideError

__all__ = ["change_labels", "run_ids"]

_MAX_OFFERED = 50
_LABELS = """
SELECT coalesce(nullif(label, ''), kind), min(started_on), kind FROM changes
GROUP BY 1 ORDER BY 2 DESC
"""
_RUNS = """
SELECT substr(run_id, 1, 8), local_date, round(distance_m / 1000, 1) || ' km' FROM runs
ORDER BY local_date DESC
"""


def change_labels(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Offer the changes in the library, the latest first, with day and kind."""
    return _offered(context, _LABELS, incomplete)


def run_ids(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Offer the first digits of the runs in the library, with day and length."""
    return _offered(context, _RUNS, incomplete)


def _offered(
    context: typer.Context, query: str, incomplete: str
) -> list[tuple[str, str]]:
    from hipstride.cli._log_open import folder_of
    from hipstride.library._database import connect_to_read

    named = context.params.get("library")
    try:
        with connect_to_read(folder_of(Path(named) if named else None)) as connection:
            rows = connection.execute(query).fetchall()
    except (HipstrideError, sqlite3.Error, OSError):
        # Whoever presses Tab is not to be told off.
        return []
    return [
        (str(word), f"{str(day)[:10]} {more}")
        for word, day, more in rows
        if str(word).startswith(incomplete)
    ][:_MAX_OFFERED]
