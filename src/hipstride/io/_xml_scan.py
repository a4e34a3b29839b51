"""Turn the text of an XML document into arrays, without an object for each element.

The scan finds all angle brackets at once and proves, in whole-array steps, that what
lies between them is well-formed: brackets alternate, names and attributes are legal,
every end tag closes the start tag before it. Whatever it cannot prove (comments,
CDATA, a stray ``>``, an unknown entity, damage) it leaves alone and answers None; the
caller then lets lxml read the text and write it anew.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hipstride.io._xml_elements import Elements, Ints, Spans

__all__ = ["MAX_TAGS", "PADDING", "scan"]

# Two days at 1 Hz in the wordiest TCX are 4 million tags; each costs about 100 bytes.
MAX_TAGS = 6_000_000
# Spaces that must follow the document, so that a gather never reads past its end.
PADDING = b" " * 64

_MAX_NAME = 64
_MAX_NAMES = 1000
_MAX_DEPTH = 100
_MANY_TAGS = 16
_NAME = re.compile(r"[^\W\d][\w.\-]*(?::[^\W\d][\w.\-]*)?")
_BAD_ENTITY = re.compile(rb"&(?!(?:lt|gt|amp|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_ATTRIBUTE = re.compile(rb"""\s+([^\s=<>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_TAIL = re.compile(rb"""(?:\s+[^\s=<>"'/]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*/?""")
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


class _Tags(NamedTuple):
    """Every tag: where it starts and stops, what kind it is, how long its name is."""

    left: Ints
    right: Ints
    is_end: NDArray[np.bool_]
    is_empty: NDArray[np.bool_]
    has_more: NDArray[np.bool_]
    name_length: Ints


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


def _is_clean(text: bytes) -> bool:
    """Tell whether the text is UTF-8 without what the scan does not understand."""
    if text.count(b"<") > MAX_TAGS:
        return False
    if b"&" in text and _BAD_ENTITY.search(text):
        return False
    if not text.isascii():
        try:
            text.decode()
        except UnicodeDecodeError:
            return False
    # Of the control characters XML allows three.
    controls = np.count_nonzero(np.frombuffer(text, dtype=np.uint8) < ord(" "))
    return int(controls) == sum(map(text.count, (b"\t", b"\n", b"\r")))


def _tags(text: bytes) -> _Tags | None:
    data = np.frombuffer(text, dtype=np.uint8)
    left = np.flatnonzero(data == ord("<"))
    right = np.flatnonzero(data == ord(">"))
    if not len(left) or len(left) != len(right):
        return None
    if not ((left < right).all() and (right[:-1] < left[1:]).all()):
        return None
    if text[: left[0]].strip() or text[right[-1] + 1 :].strip():
        return None
    following = data[left + 1]
    if (following == ord("!")).any() or (following == ord("?")).any():
        return None
    is_end = following == ord("/")
    is_empty = (data[right - 1] == ord("/")) & (right - left > 1)
    if (is_end & is_empty).any():
        return None
    last = data[right - 1 - is_empty]
    # A tag with attributes or inner spaces ends in a quote or in white space.
    has_more = (last == ord('"')) | (last == ord("'")) | (last <= ord(" "))
    length = right - left - 1 - is_end - is_empty
    rows = np.flatnonzero(has_more)
    if len(rows):
        windows = np.ndarray(
            (len(text) - _MAX_NAME + 1, _MAX_NAME), np.uint8, text, strides=(1, 1)
        )
        is_space = windows[(left + 1 + is_end)[rows]] <= ord(" ")
        if not is_space.any(axis=1).all():
            return None
        length[rows] = is_space.argmax(axis=1)
    if length.min() < 1 or length.max() > _MAX_NAME:
        return None
    return _Tags(left, right, is_end, is_empty, has_more, length)


def _codes(text: bytes, tags: _Tags) -> tuple[Ints, list[str]] | None:
    """Number the different names; equal numbers are proven to be equal names."""
    words = np.ndarray((len(text) - 7,), "<u8", text, strides=(1,))
    start = tags.left + 1 + tags.is_end
    columns = []
    for word in range(-(-int(tags.name_length.max()) // 8)):
        size = np.clip(tags.name_length - 8 * word, 0, 8)
        # A name that ended before this word gathers anything, and masks it.
        place = np.minimum(start + 8 * word, len(text) - 8)
        columns.append(words[place] & _FIRST_BYTES[size])
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


def _first_alike(columns: list[NDArray[np.uint64]], attempt: int) -> Ints:
    """Give for each name one tag that has, by its hash, the same name."""
    mixed = np.zeros(len(columns[0]), dtype=np.uint64)
    for place, column in enumerate(columns):
        mixed ^= column * np.uint64(_FACTORS[(place + attempt) % len(_FACTORS)])
    place16 = (mixed >> np.uint64(48)).astype(np.intp)
    table = np.zeros(1 << 16, dtype=np.int64)
    table[place16] = np.arange(len(place16))
    return table[place16]


def _nest(text: bytes, tags: _Tags, code: Ints, names: list[str]) -> Elements | None:
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
    attributes = _attributes(text, tags, code, names, number)
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


def _attributes(
    text: bytes, tags: _Tags, code: Ints, names: list[str], number: Ints
) -> dict[str, dict[str, Spans]] | None:
    """Find the attributes of all tags that have any, grouped by their names."""
    more = np.flatnonzero(tags.has_more)
    parts: dict[tuple[str, str], list[Spans]] = {}
    for one in np.unique(code[more]).tolist():
        rows = more[code[more] == one]
        local = names[one].rpartition(":")[2].lower()
        found = _alike(text, tags, rows) or _one_by_one(text, tags, rows)
        if found is None:
            return None
        for name, at, start, stop in found:
            spans = Spans(text, number[at], start, stop)
            parts.setdefault((local, name), []).append(spans)
    result: dict[str, dict[str, Spans]] = {}
    for (local, name), spans_of in parts.items():
        result.setdefault(local, {})[name] = _joined(text, spans_of)
    return result


def _joined(text: bytes, parts: list[Spans]) -> Spans:
    if len(parts) == 1:
        return parts[0]
    element = np.concatenate([part.element for part in parts])
    order = np.argsort(element, kind="stable")
    return Spans(
        text,
        element[order],
        np.concatenate([part.start for part in parts])[order],
        np.concatenate([part.stop for part in parts])[order],
    )


_Found = list[tuple[str, Ints, Ints, Ints]]


def _alike(text: bytes, tags: _Tags, rows: Ints) -> _Found | None:
    """Read tags that differ in nothing but what stands between their double quotes."""
    if len(rows) < _MANY_TAGS:
        return None
    model = text[tags.left[rows[0]] : tags.right[rows[0]]]
    name_length = int(tags.name_length[rows[0]])
    pairs = list(_ATTRIBUTE.finditer(model, 1 + name_length))
    if not pairs or b"'" in model or not _TAIL.fullmatch(model, 1 + name_length):
        return None
    if len({pair.group(1) for pair in pairs}) != len(pairs):
        return None
    data = np.frombuffer(text, dtype=np.uint8)
    # A quote every so often: find them between the first and the last such tag.
    base, limit = int(tags.left[rows[0]]), int(tags.right[rows[-1]])
    quotes = base + np.flatnonzero(data[base:limit] == ord('"'))
    first = np.searchsorted(quotes, tags.left[rows])
    count = np.searchsorted(quotes, tags.right[rows]) - first
    if (count != 2 * len(pairs)).any():
        return None
    found: _Found = []
    place = tags.left[rows] + 1 + name_length
    for nth, pair in enumerate(pairs):
        opening, closing = quotes[first + 2 * nth], quotes[first + 2 * nth + 1]
        between = model[(1 + name_length) if nth == 0 else pairs[nth - 1].end() :]
        between = between[: between.index(b'"')]
        if not _same_bytes(data, place, opening, between):
            return None
        name = pair.group(1).rpartition(b":")[2].decode("utf-8").lower()
        found.append((name, rows, opening + 1, closing))
        place = closing + 1
    tail = model[pairs[-1].end() :]
    return found if _same_bytes(data, place, tags.right[rows], tail) else None


def _same_bytes(
    data: NDArray[np.uint8], start: Ints, stop: Ints, wanted: bytes
) -> bool:
    if (stop - start != len(wanted)).any():
        return False
    return all(bool((data[start + n] == byte).all()) for n, byte in enumerate(wanted))


def _one_by_one(text: bytes, tags: _Tags, rows: Ints) -> _Found | None:
    """Read the attributes of tags of any layout; most are repeats of a few texts."""
    by_name: dict[str, tuple[list[int], list[int], list[int]]] = {}
    known: dict[bytes, list[tuple[str, int, int]] | None] = {}
    left, right = tags.left[rows].tolist(), tags.right[rows].tolist()
    skip = (1 + tags.is_end[rows] + tags.name_length[rows]).tolist()
    for row, a, b, n in zip(rows.tolist(), left, right, skip, strict=True):
        tail = text[a + n : b]
        if tail not in known:
            known[tail] = _parsed(tail)
        pairs = known[tail]
        if pairs is None or (pairs and tags.is_end[row]):
            return None
        for name, start, stop in pairs:
            at, starts, stops = by_name.setdefault(name, ([], [], []))
            at.append(row)
            starts.append(a + n + start)
            stops.append(a + n + stop)
    return [
        (name, np.array(at), np.array(starts), np.array(stops))
        for name, (at, starts, stops) in by_name.items()
    ]


def _parsed(tail: bytes) -> list[tuple[str, int, int]] | None:
    if not _TAIL.fullmatch(tail):
        return None
    pairs = []
    seen = set()
    for match in _ATTRIBUTE.finditer(tail):
        if match.group(1) in seen:
            return None
        seen.add(match.group(1))
        group = 2 if match.group(2) is not None else 3
        name = match.group(1).rpartition(b":")[2].decode("utf-8").lower()
        pairs.append((name, match.start(group), match.end(group)))
    return pairs
