"""What the numbers of a FIT file are called: names, scales, units, words for codes.

The meanings are fitdecode's table, flattened one message type at a time when it is
first wanted, and kept for as long as the process lives.

Source: `fitdecode.profile` (MIT), FIT profile 21.171.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from fitdecode.profile import FIELD_TYPES, MESSAGE_TYPES

__all__ = [
    "FIT_EPOCH_S",
    "MESSAGE_INDEX",
    "TIMESTAMP",
    "Meaning",
    "enum_words",
    "field_meanings",
    "is_code",
    "message_name",
    "message_number",
    "sub_field_type",
]

# FIT counts seconds from 1989-12-31 00:00 UTC.
FIT_EPOCH_S = 631_065_600
# Fields of the same number and meaning in every message.
TIMESTAMP = 253
MESSAGE_INDEX = 254


# Types that list words without being enumerations in the profile.
_CODES = frozenset({"manufacturer", "mesg_num"})


class Meaning(NamedTuple):
    """A field of the profile: value = raw / scale - shift."""

    name: str
    scale: float = 1.0
    shift: float = 0.0
    units: str = ""
    type_name: str = ""


@cache
def message_name(number: int) -> str:
    """Name a message type.

    Examples
    --------
    >>> message_name(20), message_name(65280)
    ('record', 'unknown_65280')
    """
    message = MESSAGE_TYPES.get(number)
    return str(message.name) if message else f"unknown_{number}"


@cache
def message_number(name: str) -> int:
    """Give the number of a named message type.

    Examples
    --------
    >>> message_number("record"), message_number("unknown_233")
    (20, 233)
    """
    for number, message in MESSAGE_TYPES.items():
        if message.name == name:
            return int(number)
    return int(name.removeprefix("unknown_"))


@cache
def field_meanings(message: int) -> Mapping[int, Meaning]:
    """Give what the profile knows about the fields of a message type.

    Examples
    --------
    >>> field_meanings(20)[2]
    Meaning(name='altitude', scale=5.0, shift=500.0, units='m', type_name='uint16')
    """
    meanings = {
        TIMESTAMP: Meaning("timestamp", units="s", type_name="date_time"),
        MESSAGE_INDEX: Meaning("message_index", type_name="message_index"),
    }
    known = MESSAGE_TYPES.get(message)
    for number, field in (known.fields if known else {}).items():
        meanings[number] = Meaning(
            str(field.name),
            float(field.scale or 1),
            float(field.offset or 0),
            str(field.units or ""),
            str(field.type.name),
        )
    return meanings


@cache
def enum_words(type_name: str) -> Mapping[int, str]:
    """Give the words for the codes of an enumerated type.

    Examples
    --------
    >>> enum_words("sport")[1]
    'running'
    """
    known = FIELD_TYPES.get(type_name)
    return dict(known.enum) if known and known.enum else {}


@cache
def is_code(type_name: str) -> bool:
    """Tell whether a type is a list of words, not of bits in a number.

    Examples
    --------
    >>> is_code("sport"), is_code("manufacturer"), is_code("message_index")
    (True, True, False)
    """
    known = FIELD_TYPES.get(type_name)
    if known is None or not known.enum:
        return False
    return known.base_type.name == "enum" or type_name in _CODES


@cache
def sub_field_type(message: str, field: str, reference: str, code: int) -> str:
    """Give the type that a field has where another field holds `code`.

    Returns
    -------
    str
        The name of the type; empty where the profile has no such sub-field.

    Examples
    --------
    >>> sub_field_type("file_id", "product", "manufacturer", 1)
    'garmin_product'
    """
    fields = MESSAGE_TYPES[message_number(message)].fields
    for known in fields.values():
        for sub in known.subfields or () if known.name == field else ():
            for ref in sub.ref_fields:
                if ref.name == reference and ref.raw_value == code:
                    return str(sub.type.name)
    return ""
