"""The attributes of tags, proven to be well-formed as they are read.

In a GPX every point has its place in attributes, in a TCX every heart rate may have a
type. Tags that differ in nothing but what stands between their quotes are read at
once; the others one by one, and most of those are repeats of a few texts.
"""

from __future__ import annotations

import re
from array import array
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hipstride.io._xml_elements import Ints, Spans

__all__ = ["Tags", "attributes_of"]

_MANY_TAGS = 16
# Real tags have up to six; a tag of thousands is made to cost time and memory.
_MAX_ATTRIBUTES = 200
_MAX_KNOWN = 10_000
_LETTERS = rb"[A-Za-z_\x80-\xff][A-Za-z0-9_.\-\x80-\xff]*"
_NAME = rb"%b(?::%b)?" % (_LETTERS, _LETTERS)
_VALUE = rb"""(?:"([^"]*)"|'([^']*)')"""
_ATTRIBUTE = re.compile(rb"\s+(%b)\s*=\s*%b" % (_NAME, _VALUE))
_TAIL = re.compile(rb"(?:\s+%b\s*=\s*%b)*\s*/?" % (_NAME, _VALUE))
_Found = list[tuple[str, Ints, Ints, Ints]]


class Tags(NamedTuple):
    """Every tag: where it starts and stops, what kind it is, how long its name is."""

    left: Ints
    right: Ints
    is_end: NDArray[np.bool_]
    is_empty: NDArray[np.bool_]
    has_more: NDArray[np.bool_]
    name_length: Ints


def attributes_of(
    text: bytes, tags: Tags, code: Ints, names: list[str], number: Ints
) -> dict[str, dict[str, Spans]] | None:
    """Find the attributes of all tags that have any, grouped by their names."""
    more = np.flatnonzero(tags.has_more)
    quotes = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == ord('"'))
    parts: dict[tuple[str, str], list[Spans]] = {}
    for one in np.unique(code[more]).tolist():
        rows = more[code[more] == one]
        local = names[one].rpartition(":")[2].lower()
        found = _alike(text, tags, rows, quotes) or _one_by_one(text, tags, rows)
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


def _alike(text: bytes, tags: Tags, rows: Ints, quotes: Ints) -> _Found | None:
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
        if not _same_bytes(text, place, opening, between):
            return None
        name = pair.group(1).rpartition(b":")[2].decode("utf-8").lower()
        found.append((name, rows, opening + 1, closing))
        place = closing + 1
    tail = model[pairs[-1].end() :]
    return found if _same_bytes(text, place, tags.right[rows], tail) else None


def _same_bytes(text: bytes, start: Ints, stop: Ints, wanted: bytes) -> bool:
    if (stop - start != len(wanted)).any():
        return False
    if not wanted:
        return True
    size = len(wanted)
    # NumPy compares byte strings up to their last non-zero byte; there are no zeros.
    pieces = np.ndarray((len(text) - size + 1,), f"S{size}", text, strides=(1,))
    return bool((pieces[start] == wanted).all())


def _one_by_one(text: bytes, tags: Tags, rows: Ints) -> _Found | None:
    """Read the attributes of tags of any layout; most are repeats of a few texts."""
    by_name: dict[str, tuple[array[int], array[int], array[int]]] = {}
    known: dict[bytes, list[tuple[str, int, int]] | None] = {}
    left, right = tags.left[rows].tolist(), tags.right[rows].tolist()
    skip = (1 + tags.is_end[rows] + tags.name_length[rows]).tolist()
    for row, a, b, n in zip(rows.tolist(), left, right, skip, strict=True):
        tail = text[a + n : b]
        pairs = known[tail] if tail in known else _parsed(tail)
        if len(known) < _MAX_KNOWN:
            known[tail] = pairs
        if pairs is None or (pairs and tags.is_end[row]):
            return None
        for name, start, stop in pairs:
            at, starts, stops = by_name.setdefault(
                name, (array("q"), array("q"), array("q"))
            )
            at.append(row)
            starts.append(a + n + start)
            stops.append(a + n + stop)
    return [
        (name, np.array(at), np.array(starts), np.array(stops))
        for name, (at, starts, stops) in by_name.items()
    ]


def _parsed(tail: bytes) -> list[tuple[str, int, int]] | None:
    if tail.count(b"=") > _MAX_ATTRIBUTES or not _TAIL.fullmatch(tail):
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
