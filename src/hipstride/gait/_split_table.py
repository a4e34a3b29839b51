"""Where splits end, and how they become a table."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.gait._split_ground import Ground, is_guessed
from hipstride.gait._split_means import Curve, elapsed_at, means_between, measured
from hipstride.gait.signals import Signals
from hipstride.tables import SPLITS, Recording

__all__ = ["are_whole", "marks_of", "put_together", "side_by_side", "when_full"]

Floats = NDArray[np.float64]

# More rows than that nobody reads; who types metres for miles gets them.
MAX_SPLITS = 10_000
# What is left over by rounding alone.
_NOTHING = 1e-9
_ROUNDING = 1e-6


def marks_of(total: float, every: float) -> Floats:
    """Give where the splits end: every so much, and at the end of the run."""
    count = total / every
    if count > MAX_SPLITS:
        msg = (
            f"splits: found {count:,.0f} of them; expected at most {MAX_SPLITS:,}; "
            "give a longer distance or time"
        )
        raise ValueError(msg)
    whole = int(np.floor(count * (1.0 + _NOTHING)))
    marks = every * np.arange(1, whole + 1, dtype=np.float64)
    if not whole or total - marks[-1] > _NOTHING * total:
        return np.append(marks, total)
    marks[-1] = total
    return marks


def when_full(ground: Ground, marks_m: Floats) -> Floats:
    """Tell when on the timer each distance was full for the first time."""
    timer_s = np.append(ground.timer_s, max(ground.total_s, ground.timer_s[-1]))
    covered_m = np.append(ground.covered_m, ground.total_m)
    after = np.searchsorted(covered_m, marks_m, side="left")
    after = np.clip(after, 1, len(covered_m) - 1)
    stretch_m = covered_m[after] - covered_m[after - 1]
    share = np.divide(
        marks_m - covered_m[after - 1],
        stretch_m,
        out=np.zeros(len(marks_m)),
        where=stretch_m > 0,
    )
    step_s = timer_s[after] - timer_s[after - 1]
    return np.asarray(timer_s[after - 1] + np.clip(share, 0.0, 1.0) * step_s)


def are_whole(marks: Floats, every: float) -> NDArray[np.bool_]:
    """Tell the splits that are full from what remained."""
    size = np.diff(np.append(0.0, marks))
    return np.asarray(size >= every * (1.0 - _ROUNDING))


def side_by_side(
    recording: Recording,
    signals: Signals,
    ground: Ground,
    ends_s: Floats,
    marks_m: Floats,
    is_whole: NDArray[np.bool_],
    curve: Curve | None,
) -> pd.DataFrame:
    """Give the splits that lie side by side, from the start to the end."""
    begins_s = np.append(0.0, ends_s[:-1])
    distance_m = np.diff(np.append(0.0, marks_m))
    nothing = [""] * len(ends_s)
    return put_together(
        recording,
        signals,
        ground,
        begins_s,
        ends_s,
        distance_m,
        is_whole,
        nothing,
        curve,
    )


def put_together(
    recording: Recording,
    signals: Signals,
    ground: Ground,
    begins_s: Floats,
    ends_s: Floats,
    distance_m: Floats,
    is_whole: NDArray[np.bool_],
    notes: list[str],
    curve: Curve | None,
) -> pd.DataFrame:
    """Put together what lies between the moments, and what has to be said of it."""
    means = means_between(
        measured(signals, ground),
        begins_s,
        ends_s,
        distance_m,
        curve=None if is_guessed(recording) else curve,
    )
    elapsed_s = elapsed_at(signals, ground, begins_s)
    started_at = recording.started_at + pd.to_timedelta(elapsed_s, unit="s")
    said = [list(filter(None, pair)) for pair in zip(notes, means["note"], strict=True)]
    # What holds for the run is told once.
    said[0] = [*ground.notes, *said[0]]
    table = means.assign(
        split=np.arange(1, len(ends_s) + 1),
        started_at=started_at.as_unit("us"),
        elapsed_s=elapsed_s,
        duration_s=ends_s - begins_s,
        distance_m=distance_m,
        is_whole=is_whole,
        note=[", ".join(one) for one in said],
    )
    return SPLITS.order(table)
