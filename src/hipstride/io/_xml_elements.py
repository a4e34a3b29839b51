"""A whole XML document as a few arrays: one row is one element.

Watch exports hold some twenty elements for each second of a run. Objects for each of
them are what makes XML slow in Python; here an element is a row number, its name a
small integer, and its text a span of the document's bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Elements", "Ints", "Spans", "resolved"]

Ints = NDArray[np.int64]

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_ENTITY = re.compile(r"&(?:#(\d+)|#x([0-9a-fA-F]+)|(lt|gt|amp|quot|apos));")
_PREDEFINED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_WORD = 8  # bytes read at once
# Bytes of a word that are not part of a value become the digit 0.
_ZEROS = np.uint64(0x3030303030303030)


@dataclass(frozen=True, slots=True)
class Spans:
    """Pieces of a text, each with the element that it belongs to."""

    text: bytes
    element: Ints
    start: Ints
    stop: Ints

    def __len__(self) -> int:
        return len(self.element)

    def pieces(self) -> list[bytes]:
        """Give the bytes of each span."""
        text = self.text
        return [
            text[a:b]
            for a, b in zip(self.start.tolist(), self.stop.tolist(), strict=True)
        ]

    def strings(self) -> list[str]:
        """Give each span as text, entities resolved and outer spaces removed."""
        return [resolved(piece) for piece in self.pieces()]

    def numbers(self) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Give each span as a number, and tell which hold something that is none.

        Returns
        -------
        values : array of float
            NaN where the span is empty or holds no finite number.
        is_bad : array of bool
            True where something stood that is no finite number.
        """
        values = np.full(len(self), np.nan)
        is_bad = np.zeros(len(self), dtype=bool)
        counts, is_count = _short_counts(self)
        values[is_count] = counts[is_count]
        rest = np.flatnonzero(~is_count)
        if len(rest):
            others = Spans(
                self.text, self.element[rest], self.start[rest], self.stop[rest]
            )
            values[rest], is_bad[rest] = _numbers_one_by_one(others.pieces())
        return values, is_bad


@dataclass(frozen=True, slots=True)
class Elements:
    """All elements of a document, in its order.

    Parameters
    ----------
    text : bytes
        The document, in UTF-8.
    names : tuple of str
        The local names, without prefix and in lower case.
    name : array of int
        For each element the place of its name in `names`.
    rows : tuple of arrays of int
        For each of `names` the elements that have it, in order.
    depth : array of int
        1 for the root.
    end : array of int
        The row after the element's last descendant.
    start, stop : array of int
        The text up to the first child or to the end tag.
    attributes : mapping
        For each local name of elements the attributes that they have.
    """

    text: bytes
    names: tuple[str, ...]
    name: Ints
    rows: tuple[Ints, ...]
    depth: Ints
    end: Ints
    start: Ints
    stop: Ints
    attributes: Mapping[str, Mapping[str, Spans]]

    @property
    def root(self) -> str:
        """The local name of the root, in lower case."""
        return self.names[int(self.name[0])]

    def named(self, *names: str) -> Ints:
        """Find the elements of these local names."""
        found = [self.rows[self.names.index(n)] for n in names if n in self.names]
        if len(found) == 1:
            return found[0]
        return np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *found]))

    def spans(self, elements: Ints) -> Spans:
        """Give the texts of some elements."""
        return Spans(self.text, elements, self.start[elements], self.stop[elements])

    def attribute(self, element: str, attribute: str) -> Spans:
        """Give one attribute of all elements of a name; only those that have it."""
        none = np.zeros(0, dtype=np.int64)
        empty = Spans(self.text, none, none, none)
        return self.attributes.get(element, {}).get(attribute, empty)

    def owner(self, elements: Ints, containers: Ints) -> Ints:
        """Tell in which of the containers each element lies; -1 where in none.

        The containers are in document order and none lies in another.
        """
        if not len(containers):
            return np.full(len(elements), -1, dtype=np.int64)
        found = np.searchsorted(containers, elements, side="right") - 1
        inside = (found >= 0) & (elements < self.end[containers[found]])
        return np.where(inside, found, -1)

    def first_text(self, container: int, *path: str) -> str:
        """Give the text of the first element down a path of children; or ``""``."""
        row = container
        for name in path:
            rows = np.arange(row + 1, self.end[row])
            rows = rows[self.depth[rows] == self.depth[row] + 1]
            rows = rows[[self.names[code] == name for code in self.name[rows].tolist()]]
            if not len(rows):
                return ""
            row = int(rows[0])
        return self.spans(np.array([row])).strings()[0]


def resolved(piece: bytes) -> str:
    """Give a piece of text, entities resolved and outer spaces removed."""
    return _ENTITY.sub(_character, piece.decode("utf-8", "replace")).strip()


def _short_counts(spans: Spans) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Read spans of one to eight digits and nothing else, eight bytes at a time."""
    length = spans.stop - spans.start
    is_short = (length >= 1) & (length <= _WORD) & (spans.stop >= _WORD)
    words = np.ndarray((len(spans.text) - 7,), "<u8", spans.text, strides=(1,))
    word = words[np.where(is_short, spans.stop - _WORD, 0)]
    # The value stands in the highest bytes; what is before it becomes zeros.
    shift = (8 * (8 - np.clip(length, 1, 8))).astype(np.uint64)
    full = np.uint64(0xFFFFFFFFFFFFFFFF)
    keep = np.left_shift(full, shift)
    word = (word & keep) | (_ZEROS & ~keep)
    digits = word ^ _ZEROS
    # A byte above 9 carries into its high nibble when 6 is added.
    six = np.uint64(0x0606060606060606)
    high = np.uint64(0xF0F0F0F0F0F0F0F0)
    is_count = is_short & (((digits | (digits + six)) & high) == 0)
    # Pairs, fours and eights: ten, hundred and ten thousand times the first half.
    pairs = (digits * np.uint64(10) + (digits >> np.uint64(8))) & np.uint64(
        0x00FF00FF00FF00FF
    )
    fours = (pairs * np.uint64(100) + (pairs >> np.uint64(16))) & np.uint64(
        0x0000FFFF0000FFFF
    )
    eights = (fours * np.uint64(10_000) + (fours >> np.uint64(32))) & np.uint64(
        0xFFFFFFFF
    )
    return eights.astype(np.float64), is_count


def _numbers_one_by_one(
    pieces: list[bytes],
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    values = _all_numbers(pieces)
    if values is None:
        values = np.array([_number(piece) for piece in pieces])
    is_bad = ~np.isfinite(values)
    if is_bad.any():
        values[is_bad] = np.nan
        for row in np.flatnonzero(is_bad).tolist():
            is_bad[row] = bool(pieces[row].strip())
    return values, is_bad


def _all_numbers(pieces: list[bytes]) -> NDArray[np.float64] | None:
    """Read all at once; None where one of them is none."""
    try:
        values = np.fromiter(map(float, pieces), dtype=np.float64, count=len(pieces))
    except ValueError:
        return None
    # Python reads 1_000 as a number; a file that holds such a thing is damaged.
    return None if b"_" in b"".join(pieces) else values


def _number(piece: bytes) -> float:
    text = resolved(piece)
    return float(text) if _NUMBER.fullmatch(text) else float("nan")


def _character(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name:
        return _PREDEFINED[name]
    try:
        return chr(int(decimal) if decimal else int(hexadecimal, 16))
    except (ValueError, OverflowError):
        return "\ufffd"
