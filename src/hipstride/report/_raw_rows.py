"""Every run in a row, for whoever wants to check."""

from __future__ import annotations

import math

import pandas as pd

from hipstride.units import LengthUnits, format_duration, format_pace, metres_per

__all__ = ["MAX_RAW_ROWS", "RAW_HEADS", "raw_rows"]

# A row takes some 200 bytes: so many keep the page well under 2 MB.
MAX_RAW_ROWS = 2_500
RAW_HEADS = (
    "Date",
    "{units}",
    "Time",
    "Pace [min/{units}]",
    "Step, same speed [%]",
    "Pain before",
    "during",
    "after",
    "next morning",
    "Belt",
)
_PAINS = tuple(
    f"pain_{moment}_0_10" for moment in ("before", "during", "after", "next_morning")
)


def raw_rows(
    obs: pd.DataFrame, units: LengthUnits
) -> tuple[tuple[tuple[str, ...], ...], int]:
    """Write the latest runs as words, the last one last, and count those left out.

    Examples
    --------
    >>> raw_rows(pd.DataFrame({"day": [0.0], "pain_after_0_10": [4.0]}), "km")
    ((('day 0', '–', '–', '–', '–', '–', '–', '4', '–', ''),), 0)
    """
    metres = metres_per(units)
    table = obs.sort_values("day", kind="stable").tail(MAX_RAW_ROWS)
    rows = []
    for row in table.to_dict("records"):
        distance = _number(row.get("distance_m"))
        date = row.get("local_date")
        rows.append(
            (
                f"{date:%Y-%m-%d}"
                if isinstance(date, pd.Timestamp)
                else f"day {_number(row['day']):g}",
                _written(distance / metres, 2),
                format_duration(_number(row.get("duration_s"))),
                format_pace(_number(row.get("mean_speed_mps")), metres=metres),
                _written(_number(row.get("stride_deviation_pct")), 1, sign="+"),
                *(_rating(_number(row.get(name))) for name in _PAINS),
                "yes" if _number(row.get("is_treadmill")) > 0 else "",
            )
        )
    return tuple(rows), max(len(obs) - MAX_RAW_ROWS, 0)


def _number(value: object) -> float:
    is_number = isinstance(value, int | float)
    return float(value) if is_number else math.nan  # type: ignore[arg-type]


def _written(value: float, digits: int, *, sign: str = "") -> str:
    return f"{value:{sign}.{digits}f}" if math.isfinite(value) else "–"


def _rating(value: float) -> str:
    return f"{value:g}" if math.isfinite(value) else "–"
