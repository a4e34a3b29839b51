"""The second opinion: the library fitparse decodes, and gives the same tables.

fitparse's profile is of 2019. Fields that it does not know are named and scaled by the
profile that the columnar engine uses; so are developers' fields, whose scale fitparse
leaves out.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from io import BytesIO
from threading import Lock

import fitparse.records
from fitparse import FitFile
from fitparse.processors import FitFileDataProcessor

from hipstride.errors import FitError
from hipstride.io._fit_columns import Description
from hipstride.io._fit_developer import DEVELOPER, Registry
from hipstride.io._fit_parsed import ParsedTables, Value, number
from hipstride.io._fit_profile import Meaning, field_meanings, message_name

__all__ = ["parse"]

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
        numbers = tuple(number(one) for one in value)
        return numbers[0] if len(numbers) == 1 else numbers
    if isinstance(value, (int, float)):
        return float(value)
    return value if isinstance(value, str) else None
