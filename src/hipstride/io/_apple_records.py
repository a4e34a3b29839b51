"""The records of an Apple Health export: speeds, steps and heart beats of a span."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hipstride.io._apple_scan import attributes
from hipstride.io._xml_elements import resolved

__all__ = [
    "KINDS",
    "NO_RECORDS",
    "PREFIX",
    "Kind",
    "RawKind",
    "RawRecord",
    "Record",
    "Records",
    "kind_of",
    "raw_records",
]

PREFIX = "HKQuantityTypeIdentifier"
KINDS = (
    "RunningSpeed",
    "RunningStrideLength",
    "RunningPower",
    "RunningGroundContactTime",
    "RunningVerticalOscillation",
    "HeartRate",
    "StepCount",
    "DistanceWalkingRunning",
)

# Start and duration [s], number of its kind, value.
Record = np.dtype(
    [("start", "<i4"), ("length", "<u2"), ("kind", "<u2"), ("value", "<f8")]
)

RawKind = tuple[bytes, bytes, bytes]
# Type, source, unit, start, end and value, as their bytes are in the file.
RawRecord = tuple[bytes, bytes, bytes, bytes, bytes, bytes]

_TYPE = f"{PREFIX}(?:{'|'.join(KINDS)})"
_ANY = re.compile(f"{_TYPE}(?=[\"'])".encode())
# As Apple writes it; what is written in another way is read attribute by attribute.
_USUAL = re.compile(
    rb'<Record type="(' + _TYPE.encode() + rb')" sourceName="([^"]*+)"'
    rb'(?: sourceVersion="[^"]*+")?(?: device="[^"]*+")? unit="([^"]*+)"'
    rb'(?: creationDate="[^"]*+")? startDate="([^"]*+)" endDate="([^"]*+)"'
    rb' value="([^"]*+)"'
)
_RECORD = re.compile(rb"<Record(?=\s)")
_NAMES = ("type", "sourceName", "unit", "startDate", "endDate", "value")


class Kind(NamedTuple):
    """What a record is of: its type without Apple's prefix, its unit, its source."""

    type: str
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Records:
    """The records of one workout.

    Parameters
    ----------
    rows : array of `Record`
        Start (since the workout's), duration, kind and value; in order of these with
        the kind first, none of them twice.
    kinds : sequence of Kind
        By the number in `rows`.
    is_full : bool
        Whether there were more than can be held.
    n_unread : int
        How many records of the file have no readable date or value.
    """

    rows: NDArray[np.void]
    kinds: Sequence[Kind]
    is_full: bool = False
    n_unread: int = 0


NO_RECORDS = Records(np.empty(0, Record), ())


def raw_records(text: bytes) -> list[RawRecord]:
    """Find the records of the kinds that matter.

    Parameters
    ----------
    text : bytes
        Whole tags.

    Returns
    -------
    list of RawRecord
        What was written in another way than Apple's stands behind the others.

    Examples
    --------
    >>> raw_records(
    ...     b"<Record value='3' unit='m/s' startDate='2026-09-01 07:00:00 +0200' "
    ...     b"endDate='' type='HKQuantityTypeIdentifierRunningSpeed'/>"
    ... )[0][2:4]
    (b'm/s', b'2026-09-01 07:00:00 +0200')
    """
    found: list[RawRecord] = _USUAL.findall(text)
    if len(_ANY.findall(text)) != len(found):
        found += _unusual(text)
    return found


def _unusual(text: bytes) -> Iterator[RawRecord]:
    for match in _ANY.finditer(text):
        start = text.rfind(b"<", 0, match.start())
        if start < 0 or _USUAL.match(text, start) or not _RECORD.match(text, start):
            continue
        stop = text.find(b"<", start + 1)
        values = attributes(text[start : stop if stop >= 0 else len(text)])
        if values.get("type", "").removeprefix(PREFIX) in KINDS:
            kind, source, unit, begin, end, value = (
                _escaped(values.get(name, "")) for name in _NAMES
            )
            yield kind, source, unit, begin, end, value


def kind_of(kind: bytes, source: bytes, unit: bytes) -> Kind:
    """Resolve the kind of a record."""
    name = resolved(kind).removeprefix(PREFIX)
    return Kind(name, resolved(unit), resolved(source))


def _escaped(text: str) -> bytes:
    return text.replace("&", "&amp;").encode()
