"""How the bytes of one definition become columns: which bytes, what gap, what scale.

A `Column` joins a field of the file (`_fit_layout`) with its meaning (`_fit_profile`,
or the file's own description of a developer's field). `Columns` holds those of one
definition and the ready-made plans to decode some of them at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from math import nan
from struct import Struct
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hipstride.io._fit_layout import BaseType, Field, Kind, Layout, shape
from hipstride.io._fit_profile import Meaning, field_meanings

__all__ = [
    "Column",
    "Columns",
    "Description",
    "Plan",
    "columns_of",
    "snake",
    "with_developer_columns",
]

_STRUCT_CODES = {
    "u1": "B",
    "i1": "b",
    "u2": "H",
    "i2": "h",
    "u4": "I",
    "i4": "i",
    "u8": "Q",
    "i8": "q",
    "f4": "f",
    "f8": "d",
}


class Description(NamedTuple):
    """What a file says about a developer's field."""

    name: str
    base: BaseType
    scale: float = 1.0
    shift: float = 0.0
    units: str = ""
    # The field of the profile that it stands for, -1 for none.
    native: int = -1


class Column(NamedTuple):
    """One field, ready to decode: value = raw / scale - shift."""

    offset: int
    size: int
    code: str
    length: int
    kind: Kind
    sentinel: int | None
    scale: float
    shift: float
    type_name: str


class Plan(NamedTuple):
    """How to decode some columns of a definition at once."""

    # Which of the wanted names the definition has.
    present: list[int]
    columns: list[Column]
    struct: Struct
    # Unpacked values come in the order of the bytes; this is theirs in `columns`.
    order: list[int]
    # Which of the wanted names it lacks.
    absent: list[int]
    sentinels: NDArray[np.float64]
    # Rows that are not whole as they stand: what to divide by, what to take off.
    scaled: list[tuple[int, float, float]]


class Columns:
    """The columns of one definition by name.

    A class, because the plans made from them are kept beside them: a watch sends the
    same definitions in every file.
    """

    def __init__(self, layout: Layout, columns: Mapping[str, Column]) -> None:
        self.layout = layout
        self.by_name = columns
        self.kinds = {name: column.kind for name, column in columns.items()}
        self._plans: dict[tuple[str, ...], Plan] = {}

    def plan(self, names: tuple[str, ...]) -> Plan:
        """Make or find the plan to decode the numbers called `names`."""
        plan = self._plans.get(names)
        if plan is None:
            plan = self._plans[names] = self._plan(names)
        return plan

    def _plan(self, names: tuple[str, ...]) -> Plan:
        found = [(i, self.by_name.get(name)) for i, name in enumerate(names)]
        kept = [(i, c) for i, c in found if c is not None and c.kind == "number"]
        columns = [column for _, column in kept]
        order = sorted(range(len(columns)), key=lambda i: columns[i].offset)
        text: str = self.layout.order
        position = 0
        for i in order:
            column = columns[i]
            text += f"{column.offset - position}x{_STRUCT_CODES[column.code[1:]]}"
            position = column.offset + column.size
        gaps = [nan if c.sentinel is None else float(c.sentinel) for c in columns]
        present = [i for i, _ in kept]
        return Plan(
            present,
            columns,
            Struct(text),
            np.argsort(order).tolist(),
            [i for i in range(len(names)) if i not in set(present)],
            np.array(gaps)[:, None],
            [
                (row, column.scale, column.shift)
                for row, column in enumerate(columns)
                if column.scale != 1 or column.shift
            ],
        )


@lru_cache(4096)
def columns_of(layout: Layout) -> Columns:
    """Give the columns that the profile knows in a definition; others by number."""
    meanings = field_meanings(layout.message)
    columns: dict[str, Column] = {}
    for field in layout.fields:
        meaning = meanings.get(field.number) or Meaning(f"unknown_{field.number}")
        # A field that is defined twice: the first counts, as in other decoders.
        columns.setdefault(meaning.name, _column(layout, field, meaning))
    return Columns(layout, columns)


@lru_cache(4096)
def with_developer_columns(
    layout: Layout, described: tuple[tuple[str, Description | None], ...]
) -> Columns:
    """Add developers' fields, named and described in the order of the definition."""
    columns = dict(columns_of(layout).by_name)
    for field, (name, description) in zip(
        layout.developer_fields, described, strict=True
    ):
        if description is None:
            columns.setdefault(name, _column(layout, field, Meaning(name)))
            continue
        base, length, kind = shape(description.base, field.size)
        known = field._replace(base=base, length=length, kind=kind)
        meaning = Meaning(name, description.scale, description.shift)
        columns.setdefault(name, _column(layout, known, meaning))
    return Columns(layout, columns)


def snake(name: str) -> str:
    """Make a column name of a developer's name for a field.

    Examples
    --------
    >>> snake("Ground Time"), snake("HRSS/Hr"), snake("RS_ContactTime_L")
    ('ground_time', 'hrss_hr', 'rs_contacttime_l')
    """
    return re.sub(r"\W+", "_", name.lower()).strip("_")


def _column(layout: Layout, field: Field, meaning: Meaning) -> Column:
    return Column(
        field.offset,
        field.size,
        layout.order + field.base.code,
        field.length,
        field.kind,
        field.base.sentinel,
        meaning.scale,
        meaning.shift,
        meaning.type_name,
    )
