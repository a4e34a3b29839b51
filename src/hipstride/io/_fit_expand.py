"""Fields that a FIT file packs into others: components and running totals.

To save bytes, a field may hold several others in its bits, such as speed and distance
in three bytes; and a total may be told by its last bits only, which roll over and are
counted on from message to message.

Source: FIT protocol, "Components" and "Accumulated Fields"; the profile names them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
from fitdecode.profile import MESSAGE_TYPES
from numpy.typing import NDArray

from hipstride.io._fit_profile import field_meanings, message_number
from hipstride.io._fit_tables import Table

__all__ = ["expand"]

# What NumPy's integers hold; longer fields are packed lists and stay as they are.
_MAX_BITS = 63


class _Component(NamedTuple):
    """Some bits of a field, and the field that they are: raw / scale - shift."""

    name: str
    first_bit: int
    bits: int
    scale: float
    shift: float
    is_total: bool


def expand(
    table: Table,
    known: Mapping[str, NDArray[np.float64]],
    part_starts: list[int],
) -> dict[str, NDArray[np.float64]]:
    """Unpack the fields that others hold in their bits.

    Parameters
    ----------
    table : Table
        The messages.
    known : mapping
        Their single numbers, as decoded.
    part_starts : list of int
        Where each FIT file of a chain begins: totals count from nought in each.

    Returns
    -------
    dict
        Columns that `known` lacks, or has with gaps that could be filled.
    """
    found: dict[str, NDArray[np.float64]] = {}
    for name, components in _packed(table.name).items():
        if name not in table.kinds:
            continue
        raw = _bits(table, name, known)
        if raw is None:
            continue
        for component in components:
            if table.kinds.get(component.name, "number") != "number":
                # The file holds the field itself, as a list.
                continue
            mask = (1 << component.bits) - 1
            values = np.where(raw < 0, np.nan, (raw >> component.first_bit) & mask)
            if component.is_total:
                values = _count_on(values, mask, table.offsets, part_starts)
            values = values / component.scale - component.shift
            given = found.get(component.name, known.get(component.name))
            if given is not None:
                values = np.where(np.isnan(given), values, given)
            found[component.name] = values
    return found


@cache
def _packed(message: str) -> Mapping[str, tuple[_Component, ...]]:
    """Give the fields of a message that hold others, none twice."""
    number = message_number(message)
    packed: dict[str, tuple[_Component, ...]] = {}
    known = MESSAGE_TYPES.get(number)
    meanings = field_meanings(number)
    for field in known.fields.values() if known else ():
        components = tuple(
            _Component(
                meanings[component.def_num].name,
                int(component.bit_offset),
                int(component.bits),
                float(component.scale or 1),
                float(component.offset or 0),
                bool(component.accumulate),
            )
            for component in field.components or ()
        )
        names = {component.name for component in components}
        if components and len(names) == len(components):
            packed[str(field.name)] = components
    return packed


def _bits(
    table: Table, name: str, known: Mapping[str, NDArray[np.float64]]
) -> NDArray[np.int64] | None:
    """Give a field as whole numbers, -1 where it has no value."""
    if name in known:
        meaning = next(
            m
            for m in field_meanings(message_number(table.name)).values()
            if m.name == name
        )
        values = np.rint((known[name] + meaning.shift) * meaning.scale)
        return np.nan_to_num(values, nan=-1).astype(np.int64)
    if table.kinds[name] != "bytes":
        return None
    parts = table.arrays(name)
    if parts.shape[1] * 8 > _MAX_BITS:
        return None
    is_known = ~np.isnan(parts).any(axis=1)
    weights = 1 << 8 * np.arange(parts.shape[1])
    numbers = np.nan_to_num(parts).astype(np.int64) @ weights
    return np.where(is_known, numbers, -1)


def _count_on(
    values: NDArray[np.float64],
    mask: int,
    offsets: NDArray[np.int64],
    part_starts: list[int],
) -> NDArray[np.float64]:
    """Turn the last bits of a total into the total; gaps stay gaps."""
    is_known = ~np.isnan(values)
    counts = values[is_known].astype(np.int64)
    total = np.cumsum(np.diff(counts, prepend=0) & mask)
    part = np.searchsorted(part_starts, offsets[is_known], side="right")
    first = np.searchsorted(part, part)
    totals = np.full(len(values), np.nan)
    totals[is_known] = total - total[first] + counts[first]
    return totals
