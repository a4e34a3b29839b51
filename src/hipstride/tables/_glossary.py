"""The glossary page, written from the table descriptions."""

from __future__ import annotations

from hipstride.tables._bookkeeping import ACTIVITIES, BELTS, LEDGER
from hipstride.tables._catalogue import (
    CHANGES,
    JOURNAL,
    LAPS,
    LAYOFFS,
    OBSERVATIONS,
    PAUSES,
    RUNS,
    SAMPLES,
    SPLITS,
    WINDOWS,
)
from hipstride.tables._spec import Column, Table

__all__ = ["TABLES", "glossary"]

TABLES = (
    SAMPLES,
    LAPS,
    SPLITS,
    PAUSES,
    WINDOWS,
    RUNS,
    JOURNAL,
    CHANGES,
    OBSERVATIONS,
    LAYOFFS,
    BELTS,
    ACTIVITIES,
    LEDGER,
)

_HEAD = """# Glossary

Every table is a plain pandas DataFrame. SI units inside; the unit ends the name.
Missing is NaN or NaT, never 0. Instants are `datetime64[us, UTC]`; calendar days are
midnights without a zone. A **bold** column is always there.

A *step* is one foot to the other; a *stride* is two steps. *Cadence* is steps per
minute, both feet. Garmin's screen says "stride length" for a step.

This page is generated from `hipstride.tables`: run `make glossary` after a change.
"""


def glossary() -> str:
    """Write the glossary page as Markdown.

    Returns
    -------
    str
        The text of ``docs/glossary.md``.
    """
    return _HEAD + "".join(_section(table) for table in TABLES)


def _section(table: Table) -> str:
    lines = [
        f"\n## {table.name}\n",
        f"One row is {table.row}.\n",
        "| column | kind | unit | plausible | meaning |",
        "|---|---|---|---|---|",
        *(_row(column) for column in table.columns),
    ]
    if table.prefixes:
        listed = ", ".join(f"`{prefix}<name>`" for prefix in table.prefixes)
        lines.append(f"\nFurther columns may be named {listed}.")
    return "\n".join(lines) + "\n"


def _row(column: Column) -> str:
    name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
    plausible = "–"
    if column.low is not None and column.high is not None:
        plausible = f"{column.low:g} to {column.high:g}"
    unit = column.unit or "–"
    return f"| {name} | {column.kind} | {unit} | {plausible} | {column.meaning} |"
