"""The cells of a table as JSON knows them."""

from __future__ import annotations

import math

import pandas as pd

__all__ = ["records"]


def records(table: pd.DataFrame) -> list[dict[str, object]]:
    """Give the rows of a table as JSON knows them."""
    return [
        {str(name): _plain(value) for name, value in row.items()}
        for row in table.to_dict("records")
    ]


def _plain(value: object) -> object:
    """Turn a cell into what JSON knows; missing is null."""
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, pd.Timestamp):
        # Days are midnight without a zone, instants carry theirs.
        return value.isoformat() if value.tzinfo else f"{value:%Y-%m-%d}"
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
