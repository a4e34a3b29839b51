"""Make a FIT file that shows a run, or a fault, but not who ran it and where.

For a physio, or for a report of a fault: every message stays in its place with its
size, so that what goes wrong in the file still goes wrong in the same way. What is
blanked, and by which rule, stands in `_fit_safe_rules`.

What stays can still tell something to those who know the runner or the route: the
course of altitude and of heart rate, the exact distance, the hour of day and its
distance to UTC, the kind of watch and the apps on it; and, without `shift`, the date.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd
from fastcrc import crc16

from hipstride.errors import ReadError
from hipstride.io._fit_refusals import not_fit
from hipstride.io._fit_safe_blank import Tally, blank
from hipstride.io._fit_safe_rules import Treatment
from hipstride.io._fit_scan import Part, is_fit, scan
from hipstride.io._formats import format_of
from hipstride.io._open import RawFile, Source, load

__all__ = ["SafeFit", "strip_fit"]

_CRC = 2
_HEADER = 14
_FILLER = 0xFF
_DAY = pd.Timedelta(days=1)
# Names that a sentence lists.
_LISTED = 6

# In the order in which they are told; how many and where is put behind them.
_WORDS: dict[Treatment, str] = {
    "place": "Latitudes and longitudes blanked",
    "device": "Serial numbers, radio addresses and hours of use blanked",
    "text": "Names and other texts blanked",
    "message": "Values of messages that a run does not need blanked, but for times",
    "unknown": "Values that the FIT profile does not explain blanked",
    "form": "Values of another form than the profile's, and unmovable times, blanked",
    "developer": "Values of apps that are texts, or may tell who or where, blanked",
    "move": "Times moved, all by the same whole number of days",
}


@dataclass(frozen=True, slots=True)
class SafeFit:
    """A FIT file without the runner: its bytes, and what was taken out of it.

    Parameters
    ----------
    data : bytes
        The file, not gzipped.
    removed : tuple of str
        One sentence for each kind of thing that was taken out, with how many values
        it was. How far times were moved is not told.
    """

    data: bytes
    removed: tuple[str, ...]


def strip_fit(
    source: Source, *, name: str | None = None, shift: pd.Timedelta | None = None
) -> SafeFit:
    """Blank all that tells who and where the runner is, and leave the rest in place.

    Blank are: latitudes and longitudes, serial numbers and radio addresses, all texts
    but an app's names of its fields, messages that a run does not need (profiles,
    settings, weather, courses, segments and all that the FIT profile does not know),
    fields that the profile does not know, and texts and telling numbers of apps. What
    is in none of the messages, or behind damage, is overwritten: it cannot be vouched
    for. Altitude stays, which on a long route can betray the place. What a reader finds
    out from places (the time zone, a distance that is not recorded) is lost with them.

    Parameters
    ----------
    source : str, path or bytes
        The file, gzipped or not.
    name : str, optional
        What to call the file in messages.
    shift : Timedelta, optional
        Move all times by so much; whole days, since some watches write only the last
        five bits of a time. Where not given, the dates stay.

    Returns
    -------
    SafeFit
        The file, and what was taken out.

    Raises
    ------
    ReadError
        If it is no FIT file.
    ValueError
        If `shift` is not a whole number of days.

    Notes
    -----
    1. Every message is kept, with its size and its definition. A value that goes
       becomes the "none" of its type.
    2. A checksum that was right is right again; one that was wrong stays wrong.
    3. The first byte of what could not be read stays, and the rest of it becomes
       0xFF, so that readers stop where they stopped before.
    4. Counts of seconds since a device was switched on, which FIT allows in place of
       dates, are not moved. A date that would leave what FIT can count is blanked.

    Examples
    --------
    >>> safe = strip_fit("run.fit", shift=pd.Timedelta(days=-400))  # doctest: +SKIP
    >>> safe.removed[0]  # doctest: +SKIP
    'Latitudes and longitudes blanked: 7208 (record, lap, session).'
    """
    shift_s = _whole_days(shift)
    raw = load(source, name=name)
    if not is_fit(raw.data):
        raise _refusal(raw)
    found = scan(raw.data)
    data = bytearray(raw.data)
    tally = blank(data, found, shift_s)
    removed = [*raw.notes, *_told(tally)]
    starts = [part.start for part in found.parts]
    for part, (_, end) in zip(found.parts, pairwise([*starts, len(data)]), strict=True):
        removed += _seal(data, raw.data, part, end)
    return SafeFit(bytes(data), tuple(removed))


def _refusal(raw: RawFile) -> ReadError:
    kind = format_of(raw)
    if kind not in {"gpx", "tcx"}:
        return not_fit(raw)
    return ReadError(
        raw.name,
        f"a {kind.upper()} file",
        "a FIT file, the only format that can be stripped",
        "export the run as FIT; in a GPX or TCX file every point is a place",
    )


def _whole_days(shift: pd.Timedelta | None) -> int:
    if shift is None:
        return 0
    if shift % _DAY:
        msg = f"shift is {shift}; expected a whole number of days"
        raise ValueError(msg)
    return int(shift.total_seconds())


def _told(tally: Tally) -> list[str]:
    sentences = []
    for reason, words in _WORDS.items():
        counts = Counter(
            {where: n for (why, where), n in tally.items() if why == reason and n}
        )
        if counts:
            names = [where for where, _ in counts.most_common()]
            more = [f"{len(names) - _LISTED} more"] if len(names) > _LISTED else []
            listed = ", ".join([*names[:_LISTED], *more])
            sentences.append(f"{words}: {counts.total()} ({listed}).")
    return sentences


def _seal(data: bytearray, before: bytes, part: Part, end: int) -> list[str]:
    """Overwrite what is in no message, up to `end`, and set the checksum."""
    body = part.start + before[part.start]
    # Headers have 12 or 14 bytes; what stands in a longer one, nobody knows.
    padding = max(body - part.start - _HEADER, 0)
    data[body - padding : body] = bytes(padding)
    n_rest = end - part.stop
    n_filled = max(n_rest - 1, 0)
    data[end - n_filled : end] = bytes([_FILLER]) * n_filled
    unread = part.stop
    if part.is_crc_right:
        at = _checksum_at(before, part, body, end)
        checksum = crc16.arc(bytes(data[part.start : at]))
        data[at : at + _CRC] = checksum.to_bytes(_CRC, "little")
        n_rest -= _CRC
        unread += _CRC * (at == part.stop)
    elif n_rest and crc16.arc(bytes(data[part.start : end])) == 0:
        data[end - 1] ^= 1
    # Two bytes behind the last message are a checksum, if a wrong one.
    is_checksum = n_rest == _CRC and not part.is_crc_right
    if not n_rest or is_checksum:
        return []
    return [f"Bytes that could not be read overwritten: {n_rest}, from byte {unread}."]


def _checksum_at(before: bytes, part: Part, body: int, end: int) -> int:
    """Find the checksum that was right: where the header says, or at the end."""
    declared = int.from_bytes(before[part.start + 4 : part.start + 8], "little")
    at = body + declared
    is_there = declared and at + _CRC <= end
    if is_there and crc16.arc(before[part.start : at + _CRC]) == 0:
        return at
    return end - _CRC
