"""Which column is which, as the caller says it.

A file of nobody's we know is read by a mapping from our names to its headers, each
with the factor that brings it to our unit where it is in another.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf

from hipstride.errors import ReadError
from hipstride.io._csv_text import TextTable, key
from hipstride.io._journal_rows import listed
from hipstride.tables import SAMPLES

__all__ = ["HOUSE_NAMES", "ColumnMap", "Field", "given_fields"]

# What a caller gives: our name, and theirs, or theirs and what to multiply with.
ColumnMap = Mapping[str, str | tuple[str, float]]
# What can be read from a file; flags are made later, from these.
HOUSE_NAMES = tuple(name for name in SAMPLES.names if not name.startswith("is_"))


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the file and the factor that brings it to our unit.

    `is_stated` says that the unit is the caller's own word, which nothing overrules.
    """

    index: int
    factor: float = 1.0
    is_stated: bool = False


def given_fields(table: TextTable, columns: ColumnMap) -> dict[str, Field]:
    """Look the caller's columns up in the header.

    Parameters
    ----------
    table : TextTable
        The file.
    columns : mapping
        Our name to their header, or to their header and a factor.

    Returns
    -------
    dict
        Where each of our columns is.

    Raises
    ------
    ReadError
        If the mapping names a column that is not ours, or not the file's once.
    """
    fields: dict[str, Field] = {}
    for ours, theirs in columns.items():
        if ours not in HOUSE_NAMES and not re.fullmatch(r"dev_\w+", ours):
            raise ReadError(
                table.name,
                f"columns= with {ours!r}",
                f"our names: {', '.join(HOUSE_NAMES)}, or dev_ and a name of yours",
                "rename it",
            )
        name, factor = _name_and_factor(table, ours, theirs)
        matches = [
            i for i, cell in enumerate(table.header) if cell == name.strip()
        ] or [i for i, cell in enumerate(table.header) if key(cell) == key(name)]
        if not matches:
            raise ReadError(
                table.name,
                f"no column {name!r} for {ours}",
                f"one of {listed(table.header)}",
                "mend columns=",
            )
        if len(matches) > 1:
            raise ReadError(
                table.name,
                f"{len(matches)} columns {name!r} for {ours}",
                "one",
                "give them different names in the header",
            )
        fields[ours] = Field(matches[0], factor, is_stated=True)
    return fields


def _name_and_factor(
    table: TextTable, ours: str, theirs: str | tuple[str, float]
) -> tuple[str, float]:
    match theirs:
        case str(name):
            return name, 1.0
        case (str(name), int() | float() as factor) if 0 < factor < inf:
            return name, float(factor)
    raise ReadError(
        table.name,
        f"columns= with {theirs!r} for {ours}",
        "a header, or a header and a factor above 0",
        f"write it as {ours!r}: ('their header', 0.01)",
    )
