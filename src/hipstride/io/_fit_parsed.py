"""Messages that come one by one, gathered into the tables that both engines give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import nan

import numpy as np
from numpy.typing import NDArray

from hipstride.io._fit_columns import Description
from hipstride.io._fit_developer import SAID, Registry
from hipstride.io._fit_layout import Kind, wider
from hipstride.io._fit_tables import Table

__all__ = ["ParsedTable", "ParsedTables", "Value", "number"]

Value = float | str | tuple[float, ...]

_FILE_ID = "file_id"
_FIELD_DESCRIPTION = "field_description"


class ParsedTable:
    """All messages of one type as fitparse gives them; see `Table`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.kinds: dict[str, Kind] = {}
        self._places: list[int] = []
        self._rows: list[dict[str, Value]] = []

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def offsets(self) -> NDArray[np.int64]:
        """Which message of the file each is, since fitparse does not tell the byte."""
        return np.array(self._places, np.int64)

    @property
    def names(self) -> tuple[str, ...]:
        """All fields that any of the messages has."""
        return tuple(self.kinds)

    def add(self, place: int, row: dict[str, Value | None]) -> None:
        """Take in one message; None is a field without a value."""
        for name, value in row.items():
            if value is not None:
                self.kinds[name] = wider(_kind(value), self.kinds.get(name, "number"))
            else:
                self.kinds.setdefault(name, "number")
        self._places.append(place)
        self._rows.append({k: v for k, v in row.items() if v is not None})

    def block(self, names: tuple[str, ...]) -> NDArray[np.float64]:
        """Give single numbers, shape (names, messages); NaN where there is none."""
        block = np.full((len(names), len(self)), nan)
        for values, name in zip(block, names, strict=True):
            for i, row in enumerate(self._rows):
                value = row.get(name)
                if isinstance(value, (int, float)):
                    values[i] = value
        return block

    def arrays(self, name: str) -> NDArray[np.float64]:
        """Give a field of several numbers, shape (messages, most numbers)."""
        tuples = [_tuple(row.get(name)) for row in self._rows]
        block = np.full((len(self), max(map(len, tuples), default=0)), nan)
        for values, row in zip(block, tuples, strict=True):
            values[: len(row)] = row
        return block

    def texts(self, name: str) -> list[str]:
        """Give one text a message; empty where there is none."""
        rows = [row.get(name, "") for row in self._rows]
        return [row if isinstance(row, str) else "" for row in rows]


class ParsedTables:
    """All messages of a file as fitparse gives them; see `Tables`."""

    def __init__(self) -> None:
        self.part_starts: list[int] = [0]
        self.faults: list[str] = []
        self.registry = Registry()
        self._tables: dict[str, ParsedTable] = {}

    @property
    def developer(self) -> Mapping[str, Description]:
        """What is said about developers' fields, by column; the last word counts."""
        return {
            description.name: description
            for described in self.registry.fields.values()
            for description in described.descriptions
            if description is not None
        }

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def get(self, name: str) -> ParsedTable | None:
        """Give the messages of a type, or None if there are none."""
        return self._tables.get(name)

    def times(
        self, table: Table, stamps: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Give when each message was written [s since the FIT epoch]."""
        return table.block(("timestamp",))[0] if stamps is None else stamps

    def add(self, place: int, name: str, row: dict[str, Value | None]) -> None:
        """Take in one message."""
        table = self._tables.setdefault(name, ParsedTable(name))
        if name == _FILE_ID and place:
            self.part_starts.append(place)
            self.registry.forget(place)
        if name == _FIELD_DESCRIPTION:
            said = {key: number(row.get(key)) for key in SAID}
            label, units = _text(row.get("field_name")), _text(row.get("units"))
            self.registry.add(place, said, label, units)
        table.add(place, row)


def number(value: object) -> float:
    """Take a number as a float, all else as NaN."""
    return float(value) if isinstance(value, (int, float)) else nan


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _tuple(value: Value | None) -> tuple[float, ...]:
    if isinstance(value, tuple):
        return value
    return (value,) if isinstance(value, (int, float)) else ()


def _kind(value: Value) -> Kind:
    if isinstance(value, str):
        return "text"
    return "numbers" if isinstance(value, tuple) else "number"
