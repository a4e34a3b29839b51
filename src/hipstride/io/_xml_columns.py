"""Columns of numbers from the elements inside the points of a track."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from hipstride.io._xml_elements import Elements, Ints, Spans
from hipstride.io._xml_times import Times, instants

__all__ = [
    "Column",
    "column",
    "note_bad_times",
    "note_bad_values",
    "outermost",
    "spread",
    "times_of",
    "times_of_attribute",
    "unread_names",
]

Floats = NDArray[np.float64]
# The values of a column, where it has something that is no number, and one such text.
Column = tuple[Floats, NDArray[np.bool_], str]

_EXAMPLE_LENGTH = 20


def outermost(elements: Elements, rows: Ints) -> tuple[Ints, int]:
    """Leave out elements that lie in another of the same; tell how many did.

    Examples
    --------
    >>> from hipstride.io._xml_scan import PADDING, scan
    >>> found = scan(b"<gpx><trkpt><trkpt/></trkpt><trkpt/></gpx>" + PADDING)
    >>> outermost(found, found.named("trkpt"))
    (array([1, 3]), 1)
    """
    if len(rows) < 2:  # noqa: PLR2004
        return rows, 0
    ends = np.maximum.accumulate(elements.end[rows])
    is_inside = np.concatenate([[False], rows[1:] < ends[:-1]])
    return rows[~is_inside], int(np.count_nonzero(is_inside))


def column(
    elements: Elements, points: Ints, names: Sequence[str], *, is_child: bool = False
) -> Column | None:
    """Read one quantity of every point.

    Parameters
    ----------
    elements : Elements
        The document.
    points : array of int
        The elements that are points.
    names : sequence of str
        Local names of the elements that hold the quantity, the most trusted first.
    is_child : bool
        Take only direct children of the point.

    Returns
    -------
    Column or None
        None where no point has such an element.
    """
    found: Column | None = None
    if not len(points):
        return None
    # The most trusted is written last, over the others.
    for name in reversed(names):
        if name in elements.names:
            rows = elements.named(name)
            owner = elements.owner(rows, points)
            is_mine = owner >= 0
            if is_child:
                is_mine &= elements.depth[rows] == elements.depth[points[owner]] + 1
            # An element with children is a group and holds no value.
            is_mine &= elements.end[rows] == rows + 1
            if is_mine.any():
                spans = elements.spans(rows[is_mine])
                found = spread(spans, owner[is_mine], len(points), onto=found)
    return found


def spread(
    spans: Spans, owner: Ints, count: int, *, onto: Column | None = None
) -> Column:
    """Lay the numbers of spans out over the points that own them."""
    read, is_bad = spans.numbers()
    values, bad, example = onto or (
        np.full(count, np.nan),
        np.zeros(count, dtype=bool),
        "",
    )
    # Of two in one point the first counts: written last, it stays.
    is_known = ~np.isnan(read)
    rows = np.flatnonzero(is_known)[::-1]
    values[owner[rows]] = read[rows]
    if is_bad.any():
        bad[owner[is_bad]] = True
        first = int(np.flatnonzero(is_bad)[0])
        piece = spans.text[spans.start[first] : spans.stop[first]]
        example = example or piece[:_EXAMPLE_LENGTH].decode("utf-8", "replace")
    return values, bad, example


def times_of(elements: Elements, points: Ints) -> Times:
    """Read the time of each point; of two in one point the first counts."""
    rows = elements.named("time")
    owner = elements.owner(rows, points)
    is_mine = (owner >= 0) & (elements.depth[rows] == elements.depth[points[owner]] + 1)
    rows, owner = rows[is_mine], owner[is_mine]
    read = instants(elements.spans(rows))
    if len(rows) == len(points) and (owner == np.arange(len(points))).all():
        return read
    return read.onto(owner, len(points))


def times_of_attribute(
    elements: Elements, element: str, attribute: str, rows: Ints
) -> Times:
    """Read a time that stands in an attribute of some elements."""
    spans = elements.attribute(element, attribute)
    place = np.searchsorted(rows, spans.element)
    is_mine = np.isin(spans.element, rows)
    return instants(spans).at(np.flatnonzero(is_mine)).onto(place[is_mine], len(rows))


def note_bad_times(times: Times) -> list[str]:
    """Say how many times are none."""
    count = np.count_nonzero(times.is_bad)
    return [f"{count} times could not be read"] if count else []


def note_bad_values(columns: Mapping[str, Column]) -> list[str]:
    """Say of each column how many points hold what is no number."""
    notes = []
    for name, (_, bad, example) in columns.items():
        count = np.count_nonzero(bad)
        if count:
            one = "1 value" if count == 1 else f"{count} values"
            notes.append(
                f"{one} of {name} could not be read as a number and was left missing, "
                f"such as {example!r}"
            )
    return notes


def unread_names(elements: Elements, points: Ints, known: frozenset[str]) -> list[str]:
    """Name, in lower case, what the points hold beside what is read."""
    unread = []
    for name, rows in zip(elements.names, elements.rows, strict=True):
        if name in known or not len(rows):
            continue
        is_value = elements.stop[rows] > elements.start[rows]
        is_value &= elements.end[rows] == rows + 1
        values = rows[is_value]
        inside = elements.spans(values[elements.owner(values, points) >= 0])
        if any(piece.strip() for piece in inside.pieces()):
            unread.append(name)
    return sorted(unread)
