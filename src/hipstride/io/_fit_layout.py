"""What a FIT definition message says: where in a message each field lies, and as what.

A definition is the file's own table of contents for the messages that follow it: a
number of the message, the byte order, and for each field its number, its size and its
base type. Watches send the same few definitions in every file, so a parsed one is kept
by its bytes for as long as the process lives.

Source: FIT protocol, "Definition Message" and "Base Type" tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

__all__ = [
    "BaseType",
    "Field",
    "Kind",
    "Layout",
    "base_type_of",
    "layout_of",
    "shape",
    "wider",
]

Kind = Literal["number", "numbers", "text", "bytes"]


class BaseType(NamedTuple):
    """A number format: its NumPy code without byte order, its size, its gap value."""

    name: str
    code: str
    size: int
    # What stands for "no value"; None for floats, whose gap is already NaN.
    sentinel: int | None


class Field(NamedTuple):
    """One field of a message: what it is called by number, and where its bytes lie."""

    number: int
    # Which developer's field it is; -1 for a field of the profile.
    developer: int
    # Bytes from the message's header byte.
    offset: int
    size: int
    base: BaseType
    length: int
    kind: Kind


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The fields of one definition; `size` counts the header byte too."""

    message: int
    order: Literal["<", ">"]
    size: int
    fields: tuple[Field, ...]
    developer_fields: tuple[Field, ...]
    # Fields whose size is no multiple of their type, kept as bytes.
    misfits: int


STRING = BaseType("string", "S", 1, None)
BYTE = BaseType("byte", "u1", 1, 0xFF)

# By the low five bits of the base type byte.
_BASE_TYPES = (
    BaseType("enum", "u1", 1, 0xFF),
    BaseType("sint8", "i1", 1, 0x7F),
    BaseType("uint8", "u1", 1, 0xFF),
    BaseType("sint16", "i2", 2, 0x7FFF),
    BaseType("uint16", "u2", 2, 0xFFFF),
    BaseType("sint32", "i4", 4, 0x7FFFFFFF),
    BaseType("uint32", "u4", 4, 0xFFFFFFFF),
    STRING,
    BaseType("float32", "f4", 4, None),
    BaseType("float64", "f8", 8, None),
    BaseType("uint8z", "u1", 1, 0),
    BaseType("uint16z", "u2", 2, 0),
    BaseType("uint32z", "u4", 4, 0),
    BYTE,
    BaseType("sint64", "i8", 8, 2**63 - 1),
    BaseType("uint64", "u8", 8, 2**64 - 1),
    BaseType("uint64z", "u8", 8, 0),
)

# Bytes of a definition before its fields: architecture, message number, field count.
_FIXED = 4
# Beyond this a file of ever new definitions would fill the memory of a long process.
_MAX_KEPT = 4096

_WIDTHS: tuple[Kind, ...] = ("number", "numbers", "bytes", "text")

_kept: dict[bytes, Layout] = {}


def layout_of(definition: bytes) -> Layout:
    """Parse a definition, or find it among those parsed before.

    Parameters
    ----------
    definition : bytes
        The definition message from its architecture byte to its last field; the
        developer fields, with their count before them, may follow.

    Returns
    -------
    Layout
        The same object for the same bytes.
    """
    layout = _kept.get(definition)
    if layout is None:
        if len(_kept) >= _MAX_KEPT:
            _kept.clear()
        layout = _kept[definition] = _parse(definition)
    return layout


def base_type_of(code: int) -> BaseType:
    """Give the base type of a type byte; an unknown one is read as bytes.

    Examples
    --------
    >>> base_type_of(0x84).name, base_type_of(0xFF).name
    ('uint16', 'byte')
    """
    number = code & 0x1F
    return _BASE_TYPES[number] if number < len(_BASE_TYPES) else BYTE


def shape(base: BaseType, size: int) -> tuple[BaseType, int, Kind]:
    """Tell as what a field of so many bytes is to be read.

    A size that is no multiple of the type's leaves only the bytes.

    Examples
    --------
    >>> shape(base_type_of(0x84), 2)[1:], shape(base_type_of(0x84), 3)[1:]
    ((1, 'number'), (3, 'bytes'))
    """
    if base is STRING:
        return base, size, "text"
    count, rest = divmod(size, base.size)
    if rest:
        return BYTE, size, "bytes"
    if count == 1:
        return base, 1, "number"
    return base, count, "bytes" if base is BYTE else "numbers"


def wider(one: Kind, other: Kind) -> Kind:
    """Give what holds both kinds of a field that is defined in two ways.

    Examples
    --------
    >>> wider("number", "numbers"), wider("text", "bytes")
    ('numbers', 'text')
    """
    return max(one, other, key=_WIDTHS.index)


def _parse(definition: bytes) -> Layout:
    big = definition[0]
    message = int.from_bytes(definition[1:3], "big" if big else "little")
    end = _FIXED + 3 * definition[3]
    offset = 1
    misfits = 0
    fields = []
    for at in range(_FIXED, end, 3):
        number, size, code = definition[at : at + 3]
        if size:
            declared = base_type_of(code)
            base, count, kind = shape(declared, size)
            misfits += base is not declared
            fields.append(Field(number, -1, offset, size, base, count, kind))
        offset += size
    developer_fields = []
    for at in range(end + 1, len(definition), 3):
        number, size, developer = definition[at : at + 3]
        if size:
            developer_fields.append(
                Field(number, developer, offset, size, BYTE, size, "bytes")
            )
        offset += size
    return Layout(
        message,
        ">" if big else "<",
        offset,
        tuple(fields),
        tuple(developer_fields),
        misfits,
    )
