"""Turn the text of an XML document into arrays, without an object for each element.

The scan finds all angle brackets at once and proves, in whole-array steps, that what
lies between them is well-formed: brackets alternate, names and attributes are legal,
every end tag closes the start tag before it. Whatever it cannot prove (comments,
CDATA, a stray ``>``, an unknown entity, damage) it leaves alone and answers None; the
caller then lets lxml read the text and write it anew.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from hipstride.io._xml_attributes import Tags, attributes_of
from hipstride.io._xml_elements import Elements, Ints

__all__ = ["PADDING", "has_too_many_tags", "scan"]

# Two days at 1 Hz in the wordiest TCX are 4 million tags; each costs about 130 bytes.
MAX_TAGS = 6_000_000
# Real files have 14 bytes and more to a tag; a file of nothing but tags is a bomb.
_FEW_TAGS = 100_000
_MIN_BYTES_PER_TAG = 10
# Spaces that must follow the document, so that a gather never reads past its end.
PADDING = b" " * 64

_MAX_NAME = 64
_MAX_NAMES = 1000
_MAX_DEPTH = 100
_NAME = re.compile(r"[^\W\d][\w.\-]*(?::[^\W\d][\w.\-]*)?")
_BAD_ENTITY = re.compile(rb"&(?!(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_FACTORS = (
    0x9E3779B97F4A7C15,
    0xC2B2AE3D27D4EB4F,
    0x165667B19E3779F9,
    0xD6E8FEB86659FD93,
    0xFF51AFD7ED558CCD,
    0xC4CEB9FE1A85EC53,
    0x2545F4914F6CDD1D,
    0x9FB21C651E98DF25,
)
# All bits of the first 0, 1 … 8 bytes of a little-endian word.
_FIRST_BYTES = np.array([(1 << (8 * n)) - 1 for n in range(9)], dtype=np.uint64)


def scan(text: bytes) -> Elements | None:
    """Find all elements of a document, or answer None where that is not sure.

    Parameters
    ----------
    text : bytes
        The document without declaration, in UTF-8, with `PADDING` behind it.

    Returns
    -------
    Elements or None
        None where the text is not proven to be well-formed.

    Examples
    --------
    >>> found = scan(b"<gpx><trk><name>A</name></trk></gpx>" + PADDING)
    >>> [found.names[code] for code in found.name], found.depth.tolist()
    (['gpx', 'trk', 'name'], [1, 2, 3])
    >>> scan(b"<gpx><trk></gpx>" + PADDING) is None
    True
    """
    if not _is_clean(text):
        return None
    tags = _tags(text)
    if tags is None:
        return None
    coded = _codes(text, tags)
    if coded is None:
        return None
    code, names = coded
    return _nest(text, tags, code, names)


def has_too_many_tags(text: bytes) -> bool:
    """Tell whether a text is a bomb of tags, of which each costs memory.

    Examples
    --------
    >>> has_too_many_tags(b"<gpx>" + b"<a/>" * 200_000), has_too_many_tags(b"<gpx/>")
    (True, False)
    """
    count = text.count(b"<")
    return count > MAX_TAGS or count > max(_FEW_TAGS, len(text) // _MIN_BYTES_PER_TAG)


def _is_clean(text: bytes) -> bool:
    """Tell whether the text is UTF-8 without what the scan does not understand."""
    data = np.frombuffer(text, dtype=np.uint8)
    if b"&" in text and _BAD_ENTITY.search(text):
        return False
    if not text.isascii():
        try:
            text.decode()
        except UnicodeDecodeError:
            return False
    # Of the control characters XML allows three.
    controls = np.count_nonzero(data < ord(" "))
    allowed = sum(np.count_nonzero(data == ord(sign)) for sign in "\n\r\t")
    return int(controls) == int(allowed)


def _tags(text: bytes) -> Tags | None:
    data = np.frombuffer(text, dtype=np.uint8)
    left = np.flatnonzero(data == ord("<"))
    right = np.flatnonzero(data == ord(">"))
    if not _take_turns(text, left, right):
        return None
    following = data[left + 1]
    is_end = following == ord("/")
    is_empty = (data[right - 1] == ord("/")) & (right - left > 1)
    is_other = (following == ord("!")) | (following == ord("?"))
    if (is_other | (is_end & is_empty)).any():
        return None
    last = data[right - 1 - is_empty]
    # A tag with attributes or inner spaces ends in a quote or in white space.
    has_more = (last == ord('"')) | (last == ord("'")) | (last <= ord(" "))
    length = right - left - 1 - is_end - is_empty
    rows = np.flatnonzero(has_more)
    # The name ends at the first space; where there is none, at a length of 0.
    windows = np.ndarray(
        (len(text) - _MAX_NAME + 1, _MAX_NAME), np.uint8, text, strides=(1, 1)
    )
    length[rows] = (windows[(left + 1 + is_end)[rows]] <= ord(" ")).argmax(axis=1)
    if length.min() < 1 or length.max() > _MAX_NAME:
        return None
    return Tags(left, right, is_end, is_empty, has_more, length)


def _take_turns(text: bytes, left: Ints, right: Ints) -> bool:
    """Tell whether the brackets alternate and nothing but space is outside them."""
    return (
        0 < len(left) == len(right)
        and bool((left < right).all() and (right[:-1] < left[1:]).all())
        and not text[: left[0]].strip()
        and not text[right[-1] + 1 :].strip()
    )


def _codes(text: bytes, tags: Tags) -> tuple[Ints, list[str]] | None:
    """Give numbers to the names; equal numbers are proven to be equal names."""
    start = tags.left + 1 + tags.is_end
    columns = _name_words(text, start, tags.name_length)
    for attempt in range(4):
        like = _first_alike(columns, attempt)
        if all((column == column[like]).all() for column in columns):
            break
    else:
        return None
    chosen = np.flatnonzero(like == np.arange(len(like)))
    number = np.zeros(len(like), dtype=np.int64)
    number[chosen] = np.arange(len(chosen))
    names = [
        text[a : a + n].decode("utf-8")
        for a, n in zip(
            start[chosen].tolist(), tags.name_length[chosen].tolist(), strict=True
        )
    ]
    if len(names) > _MAX_NAMES or not all(map(_NAME.fullmatch, names)):
        return None
    return number[like], names


def _name_words(text: bytes, start: Ints, length: Ints) -> list[NDArray[np.uint64]]:
    """Give each name as words of eight bytes, zeros behind its end.

    No name holds a zero byte, so that equal words are equal names.
    """
    words = np.ndarray((len(text) - 7,), "<u8", text, strides=(1,))
    columns = [words[start] & _FIRST_BYTES[np.minimum(length, 8)]]
    for skipped in range(8, int(length.max()), 8):
        rows = np.flatnonzero(length > skipped)
        column = np.zeros(len(start), dtype=np.uint64)
        mask = _FIRST_BYTES[np.minimum(length[rows] - skipped, 8)]
        column[rows] = words[start[rows] + skipped] & mask
        columns.append(column)
    return columns


def _first_alike(columns: list[NDArray[np.uint64]], attempt: int) -> Ints:
    """Give for each name one tag that has, by its hash, the same name."""
    mixed = np.zeros(len(columns[0]), dtype=np.uint64)
    for place, column in enumerate(columns):
        mixed ^= column * np.uint64(_FACTORS[(place + attempt) % len(_FACTORS)])
    place16 = (mixed >> np.uint64(48)).astype(np.intp)
    table = np.zeros(1 << 16, dtype=np.int64)
    table[place16] = np.arange(len(place16))
    return table[place16]


def _nest(text: bytes, tags: Tags, code: Ints, names: list[str]) -> Elements | None:
    """Prove that every end tag closes the last open tag, and build the table."""
    is_start = ~(tags.is_end | tags.is_empty)
    level = np.cumsum(is_start.astype(np.int64) - tags.is_end)
    if level[-1] != 0 or (level[:-1] < 1).any() or level.max() > _MAX_DEPTH:
        return None
    depth = level + ~is_start
    paired = np.flatnonzero(~tags.is_empty)
    # Within one depth start and end tags must take turns; a stable sort by depth of
    # one byte is a radix sort.
    order = paired[np.argsort(depth[paired].astype(np.uint8), kind="stable")]
    opened, closed = order[0::2], order[1::2]
    if len(opened) != len(closed) or not (
        is_start[opened].all()
        and tags.is_end[closed].all()
        and (code[opened] == code[closed]).all()
    ):
        return None
    is_element = ~tags.is_end
    rows = np.flatnonzero(is_element)
    number = np.cumsum(is_element) - 1
    end = np.arange(1, len(rows) + 1)
    end[number[opened]] = number[closed] + 1
    start = tags.right[rows] + 1
    following = np.minimum(rows + 1, len(tags.left) - 1)
    stop = np.where(tags.is_empty[rows], start, tags.left[following])
    attributes = attributes_of(text, tags, code, names, number)
    if attributes is None:
        return None
    local = [name.rpartition(":")[2].lower() for name in names]
    distinct = tuple(dict.fromkeys(local))
    to_local = np.array([distinct.index(name) for name in local])
    name = to_local[code[rows]]
    by_name = np.argsort(name.astype(np.uint16), kind="stable")
    bounds = np.cumsum(np.bincount(name, minlength=len(distinct)))[:-1]
    return Elements(
        text,
        distinct,
        name,
        tuple(np.split(by_name, bounds)),
        depth[rows],
        end,
        start,
        stop,
        attributes,
    )
