"""Messages of a FIT file: definitions and values as the profile wants them packed.

Numbers, scales, types and words of the fields come from the profile table of fitdecode
(MIT). A value that does not fit its field is refused, never wrapped or cut to fit.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import fitdecode.profile
import numpy as np
from numpy.typing import NDArray

from hipstride.errors import TableError

__all__ = [
    "FLOAT32",
    "Field",
    "Value",
    "definition",
    "dtype_of",
    "local_type",
    "message",
    "profile",
    "quantised",
]

FLOAT32 = 0x88  # identifier of the base type

_DEFINITION, _HAS_DEVELOPER_FIELDS = 0x40, 0x20
# Their places are their local types.
_WRITTEN = (
    "file_id",
    "device_info",
    "event",
    "record",
    "lap",
    "session",
    "activity",
    "developer_data_id",
    "field_description",
)
_LONGEST_TEXT_BYTES = 254
_DTYPES = {
    "enum": "u1",
    "byte": "u1",
    "sint8": "i1",
    "uint8": "u1",
    "sint16": "<i2",
    "uint16": "<u2",
    "sint32": "<i4",
    "uint32": "<u4",
    "uint32z": "<u4",
    "float32": "<f4",
}
Value = float | int | str | bytes | None


@dataclass(frozen=True, slots=True)
class Field:
    """What the profile says of a field, ready for packing."""

    number: int
    name: str
    base: str
    identifier: int
    scale: float
    offset: float
    units: str
    words: Mapping[str, int]

    @property
    def invalid(self) -> int:
        """Give the value that stands for a missing one."""
        if self.base.endswith("z"):
            return 0
        return int(np.iinfo(dtype_of(self)).max)


def message(name: str, values: Mapping[str, Value], *, define: bool = True) -> bytes:
    """Pack one message, its definition before it.

    Parameters
    ----------
    name : str
        The message, in the profile's words.
    values : mapping
        Field by field; None and NaN go invalid, words of an enum are looked up.
    define : bool
        Whether the definition is written too.

    Returns
    -------
    bytes
        The message.

    Raises
    ------
    TableError
        If a value does not fit its field, or is no word of the profile.

    Examples
    --------
    >>> message("event", {"event": "timer", "event_type": "stop_all"}).hex()
    '420000150002000100010100020004'
    """
    fields = profile(name)
    packed = [
        (fields[key], _packed(fields[key], value, name))
        for key, value in values.items()
        # A text that is missing has no size; leave the field out.
        if not (fields[key].base == "string" and not value)
    ]
    head = definition(name, [(field, len(data)) for field, data in packed])
    body = bytes([local_type(name)]) + b"".join(data for _, data in packed)
    return head + body if define else body


def definition(
    name: str,
    sizes: Sequence[tuple[Field, int]],
    developer: Sequence[tuple[int, int, int]] = (),
) -> bytes:
    """Pack a definition message.

    Parameters
    ----------
    name : str
        The message that it defines.
    sizes : sequence of (Field, int)
        The fields in order, with their sizes [bytes].
    developer : sequence of (int, int, int)
        Number, size and developer index of each developer field.

    Returns
    -------
    bytes
        The definition, little-endian.
    """
    flag = _HAS_DEVELOPER_FIELDS if developer else 0
    number = _message_types()[name].mesg_num
    head = struct.pack(
        "<BBBHB", _DEFINITION | flag | local_type(name), 0, 0, number, len(sizes)
    ) + b"".join(bytes((each.number, size, each.identifier)) for each, size in sizes)
    if developer:
        head += bytes([len(developer)]) + b"".join(map(bytes, developer))
    return head


def quantised(
    field: Field, values: NDArray[np.float64], label: str
) -> NDArray[np.generic]:
    """Scale values to the integers that the file stores.

    Parameters
    ----------
    field : Field
        Where they go.
    values : array, shape (n,)
        In the profile's unit; NaN goes invalid.
    label : str
        What to call them in a message.

    Returns
    -------
    array, shape (n,)
        As stored.

    Raises
    ------
    TableError
        If a value does not fit.

    Examples
    --------
    >>> quantised(profile("record")["enhanced_altitude"], np.array([0.0]), "altitude_m")
    array([2500], dtype=uint32)
    """
    raw = np.rint((values + field.offset) * field.scale)
    limits = np.iinfo(dtype_of(field))
    # The top value stands for a missing one, but in the `z` types, where 0 does.
    low, high = limits.min, limits.max - (not field.base.endswith("z"))
    outside = (raw < low) | (raw > high)
    if outside.any():
        worst = values[outside][0]
        least, most = (end / field.scale - field.offset for end in (low, high))
        msg = (
            f"{label}: {worst:g} does not fit the FIT field {field.name}, which holds "
            f"{least:g} to {most:g} {field.units}".rstrip()
        )
        raise TableError(msg)
    return np.where(np.isnan(raw), field.invalid, raw).astype(dtype_of(field))


def local_type(name: str) -> int:
    """Give the number by which a file refers to a kind of message."""
    return _WRITTEN.index(name)


def dtype_of(field: Field) -> str:
    """Give the NumPy name of the type that a field is stored in."""
    return _DTYPES[field.base]


@cache
def profile(name: str) -> dict[str, Field]:
    """Give the fields of a message of the profile, by name.

    Parameters
    ----------
    name : str
        The message, such as ``record``.

    Returns
    -------
    dict
        Field by name.

    Examples
    --------
    >>> profile("record")["step_length"].scale
    10.0
    """
    found = {}
    for number, field in _message_types()[name].fields.items():
        base = field.base_type
        words = {} if field.is_base_type else (field.type.enum or {})
        found[field.name] = Field(
            number=number,
            name=field.name,
            base=base.name,
            identifier=base.identifier,
            scale=float(field.scale or 1.0),
            offset=float(field.offset or 0.0),
            units=field.units or "",
            words={word: key for key, word in words.items()},
        )
    return found


@cache
def _message_types() -> dict[str, fitdecode.types.MessageType]:
    return {each.name: each for each in fitdecode.profile.MESSAGE_TYPES.values()}


def _packed(field: Field, value: Value, name: str) -> bytes:
    if field.base == "string":
        return str(value).encode()[:_LONGEST_TEXT_BYTES] + b"\0"
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        if value not in field.words:
            msg = f"{name}: {field.name} {value!r} is no word of the FIT profile"
            raise TableError(msg)
        value = field.words[value]
    number = np.nan if value is None else float(value)
    return quantised(field, np.array([number]), f"{name}, {field.name}").tobytes()
