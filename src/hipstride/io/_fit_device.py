"""Which device wrote a FIT file, and what its clock showed beside UTC."""

from __future__ import annotations

from math import isnan

import pandas as pd

from hipstride.io._fit_profile import enum_words, sub_field_type
from hipstride.io._fit_sessions import word
from hipstride.io._fit_tables import Tables

__all__ = ["device_name", "utc_offset"]

_QUARTER_HOUR_S = 900
# From Baker Island to Kiribati.
_MIN_OFFSET_S = -12 * 3600
_MAX_OFFSET_S = 14 * 3600


def device_name(tables: Tables) -> str:
    """Name maker and product, as far as the file tells."""
    for message in ("file_id", "device_info"):
        table = tables.get(message)
        if table is None or "manufacturer" not in table.kinds:
            continue
        rows = table.block(("manufacturer", "product")).T.tolist()
        names = table.texts("product_name")
        for (maker, product), said in zip(rows, names, strict=True):
            if not isnan(maker):
                name = said or _product(maker, product)
                return f"{word('manufacturer', maker)} {name}".strip()
    return ""


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


def _product(maker: float, product: float) -> str:
    if isnan(product):
        return ""
    type_name = sub_field_type("file_id", "product", "manufacturer", int(maker))
    return enum_words(type_name).get(int(product), str(int(product)))
