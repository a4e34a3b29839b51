"""What in a FIT file may be shown to a stranger, field by field.

The rule is a list of what may stay, not one of what must go: a field that nobody here
has thought of is blanked. It names the messages that the run itself is made of; within
them stay the numbers that the FIT profile knows, and of the texts only those that an
app, not a runner, has written. Of all other messages stay the time and the place in
their list, so that the file keeps its shape.

Three kinds of numbers are taken from the listed messages too: places on earth, what
tells one device from all others of its kind, and times where they are no times.

Unknown fields hold old copies of the box around a run (lap 27 to 30), battery and
radio numbers of sensors, and much that nobody has explained; four bytes can hold a
place, two bytes half of one. They are blanked whatever their size.

Source: `fitdecode.profile` (MIT), FIT profile 21.171; what real files hold in fields
that it does not know.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from hipstride.io._fit_columns import Description
from hipstride.io._fit_layout import Field, shape
from hipstride.io._fit_profile import (
    TIMESTAMP,
    Meaning,
    field_meanings,
    message_name,
)

__all__ = ["Treatment", "developer_treatment", "treatment"]

Treatment = Literal[
    "keep",
    "move",
    "trim",
    "place",
    "device",
    "text",
    "unknown",
    "message",
    "form",
    "developer",
]

# What the readers and the analysis look at, and what tells of sensors and software.
# Everything else is blanked: profiles of the runner and of bikes, settings (they hold
# the time zone), weather (it names the place), courses and segments (others can look
# them up), positions in many forms (NMEA, GPS metadata), radio packets, memos.
_LISTED = frozenset(
    {
        "activity",
        "beat_intervals",
        "developer_data_id",
        "device_info",
        "event",
        "field_description",
        "file_creator",
        "file_id",
        "hr",
        "hrv",
        "lap",
        "length",
        "record",
        "session",
        "split",
        "split_summary",
        "sport",
        "timestamp_correlation",
        "workout",
        "workout_step",
    }
)
# One device among all of its kind: by its number, its address on the radio (of which
# the transmission type is a part), and the seconds that it has been used.
_DEVICE = frozenset(
    {
        "ant_device_number",
        "ant_transmission_type",
        "cum_operating_time",
        "serial_number",
    }
)
# An app describes its fields here, in its own words.
_APPS_WORDS = "field_description"
# Several bytes that are no text: packed numbers, and which app wrote the fields.
_PACKED = frozenset(
    {
        "application_id",
        "compressed_speed_distance",
        "developer_id",
        "event_timestamp_12",
    }
)
_TIMES = frozenset({"date_time", "local_date_time"})
_TIME_BYTES = 4
# Answers that are kept: a file of ever new definitions shall not fill the memory.
_MOST_KEPT = 2**14
_INDEX_BYTES = 2

# What an app may call a number that tells who or where: as a part of the name,
_TELLING_PARTS = (
    "address", "birth", "coord", "date", "epoch", "gender", "gps_lat", "gps_lon",
    "heading", "latitude", "location", "longitude", "position", "profile", "route",
    "serial", "timestamp", "token", "user", "uuid", "weight",
)  # fmt: skip
# as a word of it, digits aside,
_TELLING_WORDS = frozenset(
    {"age", "height", "id", "key", "lat", "lng", "lon", "long", "pos", "sex"}
)
# as the end of a word,
_TELLING_ENDS = ("lat", "lon", "lng", "routeid", "userid", "deviceid")
# or as its unit. (A temperature may be in "°" too: there the name must tell.)
_TELLING_UNITS = frozenset({"semicircles", "semicircle", "deg", "degree", "degrees"})


@lru_cache(_MOST_KEPT)
def treatment(message: int, field: Field) -> Treatment:
    """Say what becomes of a field of a message.

    Parameters
    ----------
    message : int
        The number of the message.
    field : Field
        A field of the profile as a definition has it.

    Returns
    -------
    str
        ``keep``, ``move`` (a time), ``trim`` (a text, up to its end), or the reason
        why it is blanked.

    Examples
    --------
    >>> from hipstride.io._fit_layout import base_type_of
    >>> speed = Field(6, -1, 1, 2, base_type_of(0x84), 1, "number")
    >>> treatment(20, speed), treatment(20, speed._replace(number=200))
    ('keep', 'unknown')
    """
    name = message_name(message)
    meaning = field_meanings(message).get(field.number)
    is_listed = name in _LISTED
    if meaning is None:
        return "unknown" if is_listed else "message"
    if meaning.units == "semicircles":
        return "place"
    if meaning.name in _DEVICE:
        return "device"
    if meaning.type_name in _TIMES and (is_listed or field.number == TIMESTAMP):
        is_time = field.base.size == _TIME_BYTES and _is_whole(field)
        return "move" if is_time else "form"
    is_index = meaning.type_name == "message_index" and field.size == _INDEX_BYTES
    if not (is_listed or is_index):
        return "message"
    return _of_value(name, meaning, field)


@lru_cache(_MOST_KEPT)
def developer_treatment(
    message: int, field: Field, description: Description | None
) -> tuple[Treatment, Field]:
    """Say what becomes of a developer's field, and as what it is to be blanked.

    Parameters
    ----------
    message : int
        The number of the message that it is in.
    field : Field
        The field as the definition has it.
    description : Description or None
        What the file has said about it before this message.

    Returns
    -------
    tuple of str and Field
        ``keep`` or ``developer``, and the field as it is described.
    """
    if description is None:
        return "developer", field
    base, length, kind = shape(description.base, field.size)
    known = field._replace(base=base, length=length, kind=kind)
    # Several bytes can spell a name, whatever they are called.
    is_number = kind in {"number", "numbers"} and (length == 1 or base.size > 1)
    is_kept = (
        message_name(message) in _LISTED
        and is_number
        and not _is_telling(description)
        and _stays(message, known, description.native)
    )
    return "keep" if is_kept else "developer", known


def _of_value(message: str, meaning: Meaning, field: Field) -> Treatment:
    """Say what becomes of a value that is no time, in a listed message."""
    if meaning.type_name == "string" or field.kind == "text":
        is_apps = message == _APPS_WORDS and field.kind == "text"
        return "trim" if is_apps else "text"
    is_number = field.kind != "bytes"
    return "keep" if is_number or meaning.name in _PACKED else "form"


def _is_whole(field: Field) -> bool:
    """Tell whether a field holds whole numbers."""
    is_number = field.kind in {"number", "numbers"}
    return is_number and "f" not in field.base.code


def _stays(message: int, field: Field, native: int) -> bool:
    """Tell whether the field of the profile that an app's field stands for stays."""
    if native not in field_meanings(message):
        return True
    return treatment(message, field._replace(number=native)) == "keep"


def _is_telling(description: Description) -> bool:
    words = [word.strip("0123456789") for word in description.name.split("_")]
    return (
        description.units.strip().lower() in _TELLING_UNITS
        or any(part in description.name for part in _TELLING_PARTS)
        or any(word in _TELLING_WORDS for word in words)
        or any(word.endswith(_TELLING_ENDS) for word in words)
    )
