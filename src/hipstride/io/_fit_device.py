"""Which device wrote a FIT file, and what its clock showed beside UTC."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import NamedTuple

import pandas as pd

from hipstride.io._device_names import device_of_numbers
from hipstride.io._fit_tables import Tables

__all__ = ["device_name", "utc_offset"]

_QUARTER_HOUR_S = 900
# From Baker Island to Kiribati.
_MIN_OFFSET_S = -12 * 3600
_MAX_OFFSET_S = 14 * 3600


class _Told(NamedTuple):
    """What one message says of the device that wrote the file."""

    maker: int
    product: float
    name: str
    is_first: bool


def device_name(tables: Tables, notes: list[str]) -> str:
    """Name maker and product, as far as the file tells.

    The head of the file tells them, and the first of the devices listed in it. Where
    both tell a product the list is right: a Forerunner 210 says in the head that it is
    a 110, and a Forerunner 15 a number that no other file of it has.
    """
    head, listed = list(_told(tables, "file_id")), list(_told(tables, "device_info"))
    if not head and not listed:
        return ""
    maker = (head or listed)[0].maker
    own = [one for one in (*head, *listed) if one.maker == maker]
    trusted = sorted(own, key=lambda one: not one.is_first)
    return device_of_numbers(
        maker,
        [int(one.product) for one in trusted if not isnan(one.product)],
        next((one.name for one in own if one.name), ""),
        notes,
    )


def utc_offset(tables: Tables, notes: list[str]) -> pd.Timedelta | None:
    """Say what to add to UTC for the wall clock, or None where it is not told.

    Clocks of the world differ by whole quarters of an hour; a watch notes the two times
    some seconds apart.
    """
    table = tables.get("activity")
    if table is None:
        return None
    for local, stamp in table.block(("local_timestamp", "timestamp")).T.tolist():
        if isnan(local) or isnan(stamp) or not local:
            continue
        seconds = round((local - stamp) / _QUARTER_HOUR_S) * _QUARTER_HOUR_S
        if _MIN_OFFSET_S <= seconds <= _MAX_OFFSET_S:
            return pd.Timedelta(seconds=seconds)
        notes.append(
            f"The device's local time is {(local - stamp) / 3600:.1f} h from UTC, "
            "which no clock is; it was not used."
        )
        return None
    return None


def _told(tables: Tables, message: str) -> Iterator[_Told]:
    table = tables.get(message)
    if table is None or "manufacturer" not in table.kinds:
        return
    fields = ("manufacturer", "product", "device_index")
    names = table.texts("product_name")
    for row, name in zip(table.block(fields).T.tolist(), names, strict=True):
        maker, product, index = row
        # 0 is the writer itself; the others are its sensors.
        if not isnan(maker) and (isnan(index) or index == 0):
            yield _Told(int(maker), product, name, index == 0)
