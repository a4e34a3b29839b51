"""What developers' fields of a FIT file mean, as of each message.

An app on a watch may write fields of its own. The file describes them in messages of
its own, and may describe a field anew later on with another meaning; a message is read
with what was said before it, in the same FIT file of a chain.

Source: FIT protocol, "Developer Data Fields".
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from math import isnan

import numpy as np
from numpy.typing import NDArray

from hipstride.io._fit_columns import (
    Columns,
    Description,
    columns_of,
    snake,
    with_developer_columns,
)
from hipstride.io._fit_decode import Group, MessageTable
from hipstride.io._fit_layout import BYTE, Layout, base_type_of
from hipstride.io._fit_scan import Scan

__all__ = [
    "DEVELOPER",
    "SAID",
    "Described",
    "Registry",
    "describe",
    "split_by_description",
]

# How columns of developers' fields begin.
DEVELOPER = "dev_"

_FIELD_DESCRIPTION = 206
# The numbers in a field description that count.
SAID = (
    "developer_data_index",
    "field_definition_number",
    "fit_base_type_id",
    "scale",
    "offset",
    "native_mesg_num",
    "native_field_num",
)

# A column, and what is said about it.
Named = tuple[str, Description | None]
# A developer's number for the app, and the field's number in the app.
Key = tuple[int, int]


class Described:
    """What is said about one developer's field, from which byte on.

    A class rather than two lists, so that the lookup by byte stands beside them.
    """

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.descriptions: list[Description | None] = []

    def add(self, start: int, description: Description | None) -> None:
        """Note what holds from a byte on, unless it held before."""
        last = self.descriptions[-1] if self.descriptions else None
        if description != last:
            self.starts.append(start)
            self.descriptions.append(description)

    def as_of(self, offset: int) -> Description | None:
        """Give what held at a byte."""
        at = bisect_right(self.starts, offset) - 1
        return self.descriptions[at] if at >= 0 else None


class Registry:
    """What a file has said so far about developers' fields.

    A class, since a name may be taken: two apps that both write "Power" become
    ``dev_power`` and ``dev_power_2``.
    """

    def __init__(self) -> None:
        self.fields: dict[Key, Described] = {}
        self._owners: dict[tuple[float, str], list[Key]] = {}
        # What was described since the last FIT file of the chain began.
        self._known: list[Described] = []

    def add(self, at: int, said: Mapping[str, float], name: str, units: str) -> None:
        """Take in a field description, by the numbers and texts that it holds."""
        developer = said["developer_data_index"]
        number = said["field_definition_number"]
        if isnan(developer) or isnan(number):
            return
        key = (int(developer), int(number))
        column = DEVELOPER + (snake(name) or f"{key[0]}_{key[1]}")
        message = said["native_mesg_num"]
        keys = self._owners.setdefault((-1 if isnan(message) else message, column), [])
        if key not in keys:
            keys.append(key)
        if rank := keys.index(key):
            column += f"_{rank + 1}"
        code, native = said["fit_base_type_id"], said["native_field_num"]
        scale, shift = said["scale"], said["offset"]
        description = Description(
            column,
            BYTE if isnan(code) else base_type_of(int(code)),
            1.0 if isnan(scale) or not scale else scale,
            0.0 if isnan(shift) else shift,
            units,
            -1 if isnan(native) else int(native),
        )
        described = self.fields.setdefault(key, Described())
        described.add(at, description)
        self._known.append(described)

    def forget(self, at: int) -> None:
        """End what was said: the next FIT file of a chain does not know it."""
        for described in self._known:
            described.add(at, None)
        self._known.clear()


def describe(scan: Scan) -> Mapping[Key, Described]:
    """Collect what the file says about developers' fields.

    Parameters
    ----------
    scan : Scan
        The file's messages.

    Returns
    -------
    mapping
        By developer and field number.
    """
    registry = Registry()
    table = _descriptions(scan)
    if table is None:
        return registry.fields
    ends = [part.start for part in scan.parts[1:]]
    rows = zip(
        table.offsets.tolist(),
        table.block(SAID).T.tolist(),
        table.texts("field_name"),
        table.texts("units"),
        strict=True,
    )
    for at, numbers, name, units in rows:
        if ended := bisect_left(ends, at):
            registry.forget(ends[0])
            ends = ends[ended:]
        registry.add(at, dict(zip(SAID, numbers, strict=True)), name, units)
    if ends:
        registry.forget(ends[0])
    return registry.fields


def split_by_description(
    layout: Layout, offsets: NDArray[np.int64], described: Mapping[Key, Described]
) -> Iterator[tuple[Columns, NDArray[np.int64]]]:
    """Split messages of one definition where a field of theirs is described anew.

    Parameters
    ----------
    layout : Layout
        A definition with developers' fields.
    offsets : array of int
        Where its messages begin, rising.
    described : mapping
        What `describe` gave.

    Yields
    ------
    tuple
        The columns, and the offsets of the messages that have them.
    """
    keys = [(field.developer, field.number) for field in layout.developer_fields]
    known = [described.get(key) for key in keys]
    cuts = {start for one in known if one for start in one.starts}
    firsts = np.unique(np.searchsorted(offsets, sorted(cuts)))
    pieces: dict[tuple[Named, ...], list[NDArray[np.int64]]] = {}
    for rows in np.split(offsets, firsts):
        if len(rows):
            named = []
            for (developer, number), one in zip(keys, known, strict=True):
                description = one.as_of(int(rows[0])) if one else None
                name = f"{DEVELOPER}unknown_{developer}_{number}"
                named.append((description.name if description else name, description))
            pieces.setdefault(tuple(named), []).append(rows)
    for alike, runs in pieces.items():
        yield with_developer_columns(layout, alike), np.concatenate(runs)


def _descriptions(scan: Scan) -> MessageTable | None:
    groups = [
        Group(columns_of(layout), offsets)
        for layout, offsets in zip(scan.layouts, scan.offsets, strict=True)
        # Without fields it describes nothing, however often it is said.
        if layout.message == _FIELD_DESCRIPTION and len(offsets) and layout.fields
    ]
    return MessageTable(scan.data, _FIELD_DESCRIPTION, groups) if groups else None
