"""Find every message of a FIT file: which definition it follows, and at which byte.

A file may be a chain of FIT files, each with a header that says how long it is and a
checksum behind it. Headers lie: the size may be 0, because the watch died before it
wrote it, or larger than what is left. What can be walked is kept, and what is wrong is
said with its byte.

Source: FIT protocol, "FIT File Structure".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from fastcrc import crc16
from numpy.typing import NDArray

from hipstride.io._fit_layout import Layout
from hipstride.io._fit_walk import Walker

__all__ = ["MAX_MESSAGES", "Part", "Scan", "is_fit", "scan"]

# A day at 1 Hz with five messages a second is 0.4 million.
MAX_MESSAGES = 16_000_000

_MAGIC = b".FIT"
_MIN_HEADER = 12
_CRC = 2
# A chain of thousands of damaged files shall not become thousands of sentences.
_MAX_FAULTS = 20


class Part(NamedTuple):
    """One FIT file of the chain: from its header to its last whole message."""

    start: int
    stop: int
    is_crc_right: bool


@dataclass(slots=True)
class Scan:
    """All messages of a file; ``offsets[i]`` are those that follow ``layouts[i]``."""

    data: bytes
    layouts: list[Layout]
    offsets: list[NDArray[np.int64]]
    parts: list[Part]
    # What is wrong with the file, one sentence each, with the byte.
    faults: list[str] = field(default_factory=list)
    has_compressed_times: bool = False
    n_messages: int = 0


def is_fit(data: bytes) -> bool:
    r"""Tell whether bytes begin as a FIT file does.

    Examples
    --------
    >>> is_fit(b"\x0e\x10\xd9\x07\0\0\0\0.FIT\0\0"), is_fit(b"<gpx>")
    (True, False)
    """
    return _is_header(data, 0)


def scan(data: bytes, *, max_messages: int = MAX_MESSAGES) -> Scan:
    """Walk a file from header to end, and each further FIT file behind it.

    What cannot be walked is left and told in `Scan.faults`; what was whole before it
    is kept.

    Parameters
    ----------
    data : bytes
        The file; it begins with a FIT header (see `is_fit`).
    max_messages : int
        Stop after about so many.

    Returns
    -------
    Scan
        Layouts, offsets and faults.
    """
    walker = Walker(data, max_messages)
    parts: list[Part] = []
    faults: list[str] = []
    position = 0
    while position < len(data) and walker.n_found < max_messages:
        part, position = _scan_part(walker, position, faults)
        parts.append(part)
    if len(faults) > _MAX_FAULTS:
        faults[_MAX_FAULTS:] = [f"And {len(faults) - _MAX_FAULTS} faults more."]
    offsets = walker.sort()
    return Scan(
        data,
        walker.layouts,
        offsets,
        parts,
        faults,
        walker.has_compressed_times,
        walker.n_found,
    )


def _scan_part(walker: Walker, start: int, faults: list[str]) -> tuple[Part, int]:
    """Walk one FIT file of the chain; give it and where the next one begins."""
    data = walker.data
    body = start + data[start]
    declared = int.from_bytes(data[start + 4 : start + 8], "little")
    end = body + declared
    following = end + _CRC
    is_right = False
    is_closed = bool(declared) and following <= len(data)
    if is_closed:
        is_right = crc16.arc(data[start:following]) == 0
        # Is the checksum wrong, or is it not where the header says?
        is_closed = is_right or following == len(data) or _is_header(data, following)
    if is_closed and not is_right:
        faults.append(
            f"The checksum at byte {end} does not fit the data: some values may be "
            "damaged."
        )
    if not is_closed:
        end = following = _next_header(data, body)
        is_right = end - body >= _CRC and crc16.arc(data[start:end]) == 0
        end -= _CRC * is_right
        faults.append(
            f"The header at byte {start} declares {declared} bytes of data; "
            f"{end - body} were found."
        )
    _check_header(data, start, body, faults)
    walker.begin()
    # A file that breaks off may still carry its checksum, two bytes at the end: where
    # messages end before them, they are none.
    is_cut = not (is_closed or is_right)
    stop = walker.walk(body, end - _CRC * is_cut)
    if is_cut and stop != end - _CRC:
        stop = walker.walk(stop, end)
    if stop < end and not (is_cut and end - stop == _CRC):
        faults.append(walker.what_stopped(stop, end))
    if following < len(data) and not _is_header(data, following):
        behind, following = following, _next_header(data, following)
        faults.append(
            f"{following - behind} bytes from byte {behind} on belong to no FIT file "
            "and were not read."
        )
    return Part(start, stop, is_right), following


def _check_header(data: bytes, start: int, body: int, faults: list[str]) -> None:
    stored = data[start + _MIN_HEADER : min(start + _MIN_HEADER + _CRC, body)]
    # The header's checksum is optional: 12-byte headers have none, 0 is none.
    if any(stored):
        computed = crc16.arc(data[start : start + _MIN_HEADER])
        if computed != int.from_bytes(stored, "little"):
            faults.append(f"The checksum of the header at byte {start} is wrong.")


def _is_header(data: bytes, position: int) -> bool:
    """Tell whether a FIT header begins here and is whole."""
    size = data[position] if position < len(data) else 0
    return (
        size >= _MIN_HEADER
        and data[position + 8 : position + 12] == _MAGIC
        and position + size <= len(data)
    )


def _next_header(data: bytes, position: int) -> int:
    """Find the next FIT header from here on; the end of the data if there is none."""
    at = position + 8
    while (at := data.find(_MAGIC, at)) >= 0:
        # Only the sizes that exist, since ".FIT" may also be part of a text.
        if data[at - 8] in {12, 14} and _is_header(data, at - 8):
            return at - 8
        at += 1
    return len(data)
