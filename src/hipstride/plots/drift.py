"""What changed within a run, from its first third to its last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from hipstride import gait
from hipstride.errors import TableError
from hipstride.plots._forest import ForestRow, draw_forest
from hipstride.plots._plot_data import keep_plot_data
from hipstride.plots._style import (
    BLUE,
    GREY,
    VERMILION,
    frame_axes,
    is_narrow,
    label_x,
    leave_empty,
    leave_sides,
    title_and_caption,
    use_axes,
)
from hipstride.tables import Recording
from hipstride.units import (
    LengthUnits,
    chosen_units,
    format_duration,
    format_pace,
    metres_per,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from hipstride.gait.curve import StrideCurve

__all__ = ["drift"]

_STEP = "stride_deviation_pct"
_COLUMNS = (
    "measure",
    "first_third",
    "last_third",
    "change",
    "change_low",
    "change_high",
    "n_windows",
    "reason",
)
# Name, factor to what runners read, unit, digits.
_MEASURES = {
    _STEP: ("step, same speed", 1.0, "%", 1),
    "speed_mps": ("speed", 1.0, "", 2),
    "cadence_spm": ("cadence", 1.0, "/min", 0),
    "step_length_m": ("step length", 1.0, "m", 2),
    "heart_rate_bpm": ("heart rate", 1.0, "/min", 0),
    "ground_contact_s": ("ground contact", 1000.0, "ms", 0),
    "ground_contact_balance_pct": ("left foot's share", 1.0, "%", 1),
    "vertical_oscillation_m": ("oscillation", 100.0, "cm", 1),
    "vertical_ratio_pct": ("vertical ratio", 1.0, "%", 1),
}


def drift(
    run: Recording | pd.DataFrame,
    *,
    curve: StrideCurve | None = None,
    units: LengthUnits | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how much longer, quicker or slower the last third was than the first.

    The step at the same speed comes first, with its 95 % interval; the other measures
    follow the pace and the course, and are drawn as hollow marks.

    Parameters
    ----------
    run : Recording or DataFrame
        A run, or what `hipstride.gait.drift` gave of one.
    curve : StrideCurve, optional
        The runner's own curve, for a recording.
    units : {"km", "mi"}, optional
        What paces are told in; those of the locale where not given.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
        The axes drawn on. Where the run is too short they say so. `get_plot_data`
        gives ``part`` (the measure), ``change_pct``, ``low_pct``, ``high_pct``,
        ``first_third`` and ``last_third`` (SI).

    Raises
    ------
    TableError
        If the table is not one of `hipstride.gait.drift`.
    NotEnoughDataError
        If a recording has less than 6 minutes of steady running.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from hipstride import read_run, sample
    >>> run = read_run(sample.folder() / "runs" / "run-0001.fit")
    >>> drift(run, ax=Figure().subplots()).get_xlabel()
    'last third less first third [%]'
    """
    units = chosen_units(units)
    table = gait.drift(run, curve=curve) if isinstance(run, Recording) else run
    wanted = {*_COLUMNS}
    if not wanted <= set(table.columns):
        msg = "drift: found no such table; expected that of hipstride.gait.drift"
        raise TableError(msg)
    ax = use_axes(ax, height_in=4.6)
    frame_axes(ax)
    label_x(ax, "last third less first third [%]")
    narrow = is_narrow(ax)
    found = [
        row for row in table.to_dict("records") if str(row["measure"]) in _MEASURES
    ]
    rows = [_row(row, units, narrow) for row in found]
    if rows:
        draw_forest(ax, rows)
        leave_sides(ax, 0.32 if narrow else 0.2, 0.97 if narrow else 0.78)
    else:
        leave_empty(ax, "Nothing was measured in this run.")
    title_and_caption(ax, _title(table), _caption(table, run))
    parts = [
        (
            str(row["measure"]),
            {
                "change_pct": [shown.estimate],
                "low_pct": [shown.low],
                "high_pct": [shown.high],
                "first_third": [row["first_third"]],
                "last_third": [row["last_third"]],
            },
        )
        for row, shown in zip(found, rows, strict=True)
    ]
    return keep_plot_data(ax, *(parts or [("nothing", {"change_pct": []})]))


def _row(row: Mapping[Any, Any], units: LengthUnits, narrow: bool) -> ForestRow:
    name, factor, unit, digits = _MEASURES[str(row["measure"])]
    first, last, change, low, high = (
        float(row[key])
        for key in ("first_third", "last_third", "change", "change_low", "change_high")
    )
    is_step = row["measure"] == _STEP
    # The step at the same speed is in per cent already.
    scale = 1.0 if is_step else 100 / first if first else np.nan
    if row["measure"] == "speed_mps":
        metres = metres_per(units)
        name = "pace (up is faster)" if not narrow else "speed"
        paces = [format_pace(speed, metres=metres) for speed in (first, last)]
        beside = f"{paces[0]} to {paces[1]} min/{units}"
    elif is_step:
        beside = f"{change:+.1f} %"
    else:
        beside = f"{factor * first:.{digits}f} to {factor * last:.{digits}f} {unit}"
    return ForestRow(
        name,
        scale * change,
        scale * low,
        scale * high,
        "" if narrow or not np.isfinite(change) else beside,
        color=VERMILION if is_step else BLUE if np.isfinite(low) else GREY,
        marker="o" if is_step else "D",
    )


def _title(table: pd.DataFrame) -> str:
    rows = table[table["measure"] == _STEP]
    if not len(rows):
        return "How the last third of the run differed from the first"
    step = rows.iloc[0]
    if not np.isfinite(step["change"]):
        return f"Whether the steps changed cannot be told: {step['reason']}"
    low, high = float(step["change_low"]), float(step["change_high"])
    words = f"{step['change']:+.1f} %, 95 % interval {low:+.1f} to {high:+.1f}"
    if low > 0 or high < 0:
        which = "longer" if low > 0 else "shorter"
        return f"At the same speed the steps got {which} during the run ({words})"
    return f"No change of the step at the same speed was seen in this run ({words})"


def _caption(table: pd.DataFrame, run: Recording | pd.DataFrame) -> str:
    n = int(table["n_windows"].max()) if len(table) else 0
    steady = table.attrs.get("steady_s")
    lasted = f", {format_duration(float(steady))} of steady running" if steady else ""
    day = ""
    if isinstance(run, Recording) and run.local_date is not None:
        day = f", {run.local_date:%Y-%m-%d}"
    return (
        f"1 run{day}: {n} half minutes{lasted}. Bars: 95 % intervals, where there are "
        "some; what has none follows the pace and the course."
    )
