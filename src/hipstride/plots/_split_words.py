"""What the splits of a run show, in a line above their picture."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.plots._table import numbers
from hipstride.units import METRES_PER_KILOMETRE, METRES_PER_MILE, format_duration

__all__ = ["caption_of", "title_of"]

# More times than these are told by the fastest and the slowest.
_MAX_TOLD = 5
# A smaller change of the step is within what a split can tell.
_MIN_CHANGE_PCT = 1.0
# Without a curve, only splits whose speed is the same within this are compared, and
# what speed may have done of a smaller change is not told.
_SAME_SPEED_PCT = 1.0
_MIN_RAW_CHANGE_PCT = 2.0
_SAME_LENGTH = 1e-3
_METRES = {"km": METRES_PER_KILOMETRE, "mi": METRES_PER_MILE}
_NAMES = {METRES_PER_KILOMETRE: "Kilometre", METRES_PER_MILE: "Mile"}
# A split of running with less standing than this is told without a word.
_MIN_STANDING_S = 30.0


def title_of(table: pd.DataFrame, units: str) -> str:
    """State what the splits show.

    Parameters
    ----------
    table : DataFrame
        A `SPLITS` table.
    units : {"km", "mi"}
        What distances are told in.

    Returns
    -------
    str
        The times of the whole splits, and what the steps did where that can be told.

    Examples
    --------
    >>> table = pd.DataFrame({"split": [1, 2, 3], "duration_s": [581.0, 570, 552]})
    >>> table["distance_m"] = 1609.344
    >>> title_of(table, "mi")
    'Miles 1 to 3 in 9:41, 9:30, 9:12'
    """
    if not len(table):
        return "No splits"
    whole = table[_is_whole(table)]
    if not len(whole):
        far = numbers(table, "distance_m").sum() / _METRES[units]
        lasted = format_duration(float(numbers(table, "duration_s").sum()))
        return f"{far:.2f} {units} in {lasted}" if np.isfinite(far) else lasted
    words = _times(whole)
    step = _step_words(whole)
    return f"{words}; {step}" if step else words


def caption_of(table: pd.DataFrame, units: str, date: pd.Timestamp | None) -> str:
    """Tell n, the day, the totals, and what the marks mean."""
    count = len(table)
    parts = [f"{count} split{'s' * (count != 1)}"]
    if date is None and "started_at" in table.columns and count:
        date = table["started_at"].iloc[0]
    if date is not None and not pd.isna(date):
        parts.append(f"{date:%Y-%m-%d}")
    lasted_s = numbers(table, "duration_s")
    far_m = float(numbers(table, "distance_m").sum())
    total = format_duration(float(lasted_s.sum()))
    if np.isfinite(far_m):
        total = f"{far_m / _METRES[units]:.2f} {units} in {total} without pauses"
    parts.append(total)
    words = ", ".join(parts) + "."
    standing_s = float(np.nansum(lasted_s * (1 - numbers(table, "running_fraction"))))
    if standing_s >= _MIN_STANDING_S:
        words += f" {format_duration(standing_s)} of it walked or stood."
    if not np.isfinite(numbers(table, "cadence_spm")).any():
        return words + " No cadence, so no steps."
    if np.isfinite(numbers(table, "stride_deviation_pct")).any():
        words += (
            " Triangles: steps 2 % or more longer or shorter than the runner's own at "
            "that speed and grade."
        )
    if not _is_whole(table).all():
        words += " Hatched: what remained."
    return words


def _is_whole(table: pd.DataFrame) -> NDArray[np.bool_]:
    if "is_whole" not in table.columns:
        return np.ones(len(table), dtype=np.bool_)
    return table["is_whole"].to_numpy(np.bool_)


def _times(whole: pd.DataFrame) -> str:
    """Name the whole splits and their times."""
    far_m = numbers(whole, "distance_m")
    noun = next(
        (
            name
            for metres, name in _NAMES.items()
            if (np.abs(far_m - metres) <= _SAME_LENGTH * metres).all()
        ),
        "Split",
    )
    lasted_s = numbers(whole, "duration_s")
    first, last = whole["split"].iloc[0], whole["split"].iloc[-1]
    if len(whole) == 1:
        return f"{noun} {first} in {format_duration(float(lasted_s[0]))}"
    link = "and" if len(whole) == 2 else "to"  # noqa: PLR2004 - a pair
    which = f"{noun}s {first} {link} {last}"
    if len(whole) <= _MAX_TOLD:
        return f"{which} in {', '.join(format_duration(float(s)) for s in lasted_s)}"
    fastest, slowest = float(lasted_s.min()), float(lasted_s.max())
    return f"{which} in {format_duration(fastest)} to {format_duration(slowest)} each"


def _step_words(whole: pd.DataFrame) -> str:
    """Say what the steps did from start to end; nothing where it cannot be told.

    A faster split has longer steps whatever the form. So only a change against the
    runner's own curve is told, or one at the same speed.
    """
    ends = max(len(whole) // 4, 1)
    if len(whole) < 2:  # noqa: PLR2004 - a pair
        return ""

    def change(name: str) -> float:
        values = numbers(whole, name)
        return float(values[-ends:].mean() - values[:ends].mean())

    change_pct = change("stride_deviation_pct")
    if np.isfinite(change_pct):
        if abs(change_pct) < _MIN_CHANGE_PCT:
            return "steps unchanged to the end at the same speed"
        return f"{_longer(change_pct)} at the end at the same speed"
    log_m = np.log(numbers(whole, "step_length_m"))
    log_speed = np.log(numbers(whole, "distance_m") / numbers(whole, "duration_s"))
    change_pct = 100 * float(log_m[-ends:].mean() - log_m[:ends].mean())
    faster_pct = 100 * float(log_speed[-ends:].mean() - log_speed[:ends].mean())
    if abs(change_pct) >= _MIN_RAW_CHANGE_PCT and abs(faster_pct) <= _SAME_SPEED_PCT:
        return f"{_longer(change_pct)} at the end"
    return ""


def _longer(change_pct: float) -> str:
    how = "longer" if change_pct > 0 else "shorter"
    return f"steps {abs(change_pct):.0f} % {how}"
