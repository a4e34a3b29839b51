"""The second opinion: the library fitparse decodes, and gives the same tables.

fitparse's profile is of 2019. Fields that it does not know are named and scaled by the
profile that the columnar engine uses; so are developers' fields, whose scale fitparse
leaves out.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from io import BytesIO
from math import nan
from threading import Lock

import fitparse.records
import numpy as np
from fitparse import FitFile
from fitparse.processors import FitFileDataProcessor
from numpy.typing import NDArray

from hipstride.errors import FitError
from hipstride.io._fit_columns import Description
from hipstride.io._fit_developer import DEVELOPER, SAID, Registry
from hipstride.io._fit_layout import Kind, wider
from hipstride.io._fit_profile import Meaning, field_meanings, message_name
from hipstride.io._fit_tables import Table

__all__ = ["ParsedTable", "ParsedTables", "parse"]

Value = float | str | tuple[float, ...]

# fitparse keeps developers' fields in a global of its module: one file at a time.
_GUARD = Lock()

# What fitparse lets out on a damaged file, beside its own FitParseError (a ValueError).
_FAILURES = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    struct.error,
)
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

    def times(self, table: Table) -> NDArray[np.float64]:
        """Give when each message was written [s since the FIT epoch]."""
        times: NDArray[np.float64] = table.block(("timestamp",))[0]
        return times

    def add(self, place: int, name: str, row: dict[str, Value | None]) -> None:
        """Take in one message."""
        table = self._tables.setdefault(name, ParsedTable(name))
        if name == _FILE_ID and place:
            self.part_starts.append(place)
            self.registry.forget(place)
        if name == _FIELD_DESCRIPTION:
            said = {key: _number(row.get(key)) for key in SAID}
            label, units = _text(row.get("field_name")), _text(row.get("units"))
            self.registry.add(place, said, label, units)
        table.add(place, row)


def parse(data: bytes, name: str) -> ParsedTables:
    """Decode a file with fitparse.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        What to call it in messages.

    Returns
    -------
    ParsedTables
        All messages.

    Raises
    ------
    FitError
        If fitparse refuses the file, for example since its checksum is wrong.
    """
    tables = ParsedTables()
    with _GUARD:
        fitparse.records.DEV_TYPES.clear()
        try:
            stream = FitFile(BytesIO(data), data_processor=_Plain())
            for place, message in enumerate(stream.get_messages()):
                number = int(message.mesg_num)
                row = _row(message, field_meanings(number), tables.registry, place)
                tables.add(place, message_name(number), row)
        except _FAILURES as error:
            found = f"a file that fitparse refuses ({type(error).__name__}: {error})"
            expected = "a whole FIT file with a right checksum"
            raise FitError(name, found, expected, 'use engine="columnar"') from None
        finally:
            fitparse.records.DEV_TYPES.clear()
    return tables


class _Plain(FitFileDataProcessor):  # type: ignore[misc]
    """Leave times as numbers, as the columnar engine does."""

    def run_type_processor(self, field_data: object) -> None:
        """Change nothing."""

    def run_field_processor(self, field_data: object) -> None:
        """Change nothing."""

    def run_unit_processor(self, field_data: object) -> None:
        """Change nothing."""

    def run_message_processor(self, data_message: object) -> None:
        """Change nothing."""


def _row(
    message: fitparse.records.DataMessage,
    meanings: Mapping[int, Meaning],
    registry: Registry,
    place: int,
) -> dict[str, Value | None]:
    """Name the values of one message."""
    row: dict[str, Value | None] = {}
    expanded: dict[str, Value | None] = {}
    for field in message.fields:
        definition = field.field_def
        if definition is None:
            # A component of another field, or the time from a short header.
            meaning = meanings.get(field.def_num)
            if meaning is not None:
                expanded[meaning.name] = _plain(field.raw_value)
        elif isinstance(definition, fitparse.records.DevFieldDefinition):
            key = (int(definition.dev_data_index), int(definition.def_num))
            described = registry.fields.get(key)
            said = described.as_of(place) if described else None
            if said is None:
                row.setdefault(
                    f"{DEVELOPER}unknown_{key[0]}_{key[1]}", _plain(field.raw_value)
                )
            else:
                row.setdefault(said.name, _scaled(field.raw_value, said))
        else:
            meaning = meanings.get(definition.def_num)
            name = meaning.name if meaning else f"unknown_{definition.def_num}"
            row.setdefault(name, _value(field, meaning))
    return expanded | {
        k: v for k, v in row.items() if v is not None or k not in expanded
    }


def _value(field: fitparse.records.FieldData, meaning: Meaning | None) -> Value | None:
    """Take fitparse's own value where it has one of the same meaning."""
    is_known = field.field is not None and field.parent_field is None
    if is_known and not isinstance(field.value, str):
        return _plain(field.value)
    # A word for a code, a sub-field, or a field that fitparse does not know.
    return _scaled(field.raw_value, meaning) if meaning else _plain(field.raw_value)


def _scaled(raw: object, meaning: Meaning | Description) -> Value | None:
    plain = _plain(raw)
    if isinstance(plain, tuple):
        return tuple(one / meaning.scale - meaning.shift for one in plain)
    if isinstance(plain, (int, float)):
        return plain / meaning.scale - meaning.shift
    return plain


def _plain(value: object) -> Value | None:
    if isinstance(value, tuple):
        numbers = tuple(_number(one) for one in value)
        return numbers[0] if len(numbers) == 1 else numbers
    if isinstance(value, (int, float)):
        return float(value)
    return value if isinstance(value, str) else None


def _number(value: object) -> float:
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
