"""The rows of the table of drift: thirds, change, slope, and their intervals."""

from __future__ import annotations

from math import nan

import numpy as np
from numpy.typing import NDArray

from hipstride.gait._drift_notes import too_few
from hipstride.gait._within_run import changes_within
from hipstride.tables import SAMPLES

__all__ = [
    "FIRST",
    "LAST",
    "MIN_WINDOWS",
    "no_row",
    "row_with_interval",
    "row_without_interval",
    "thirds_of",
]

Floats = NDArray[np.float64]
Thirds = NDArray[np.int64]
Row = dict[str, object]

# Six minutes: below, a third is made of two or three half minutes.
MIN_WINDOWS = 12
_MIN_OF_THIRD = 3
_TEN_MINUTES_S = 600.0
FIRST, MIDDLE, LAST = 0, 1, 2
_MEANS = ("first_third", "middle_third", "last_third")
_CHANGES = tuple(
    f"{name}{end}" for name in ("change", "per_10_min") for end in ("", "_low", "_high")
)


def thirds_of(n: int) -> Thirds:
    """Tell of n windows in which third each lies; the middle one takes what is over."""
    size = n // 3
    return np.repeat([FIRST, MIDDLE, LAST], [size, n - 2 * size, size])


def row_with_interval(
    name: str,
    values: Floats,
    at_s: Floats,
    third: Thirds,
    errors: Floats | None = None,
) -> Row:
    """Follow what was measured through the run.

    Parameters
    ----------
    name : str
        What it is, a column of `SAMPLES`.
    values, at_s, third : array, shape (n,)
        By windows; NaN where unknown.
    errors : array, shape (n_errors, n), optional
        Errors of another kind; the squares of what they come to in a sum of windows
        add up to its variance.

    Returns
    -------
    dict
        The row; its numbers are NaN where too little is known.
    """
    known = np.isfinite(values)
    if reason := _too_little(known, third):
        return no_row(name, int(np.count_nonzero(known)), reason)
    sums = _sums(at_s[known], third[known])
    further: Floats | float = 0.0
    if errors is not None:
        further = np.linalg.norm(errors[:, known] @ sums, axis=0)
    found = changes_within(values[known], at_s[known], sums, further_sd=further)
    means = _means(values[known], third[known])
    return _row(name, means, found.estimate, found.half_width, len(sums))


def row_without_interval(name: str, values: Floats, at_s: Floats, third: Thirds) -> Row:
    """Say what the thirds were like in what follows the pace and the course."""
    known = np.isfinite(values)
    if reason := _too_little(known, third):
        return no_row(name, int(np.count_nonzero(known)), reason)
    sums = _sums(at_s[known], third[known])
    means = _means(values[known], third[known])
    return _row(name, means, values[known] @ sums, np.full(2, nan), len(sums))


def no_row(name: str, n: int, reason: str) -> Row:
    """Give a row without numbers that says why."""
    none = np.full(2, nan)
    return _row(name, np.full(3, nan), none, none, n, reason)


def _too_little(known: NDArray[np.bool_], third: Thirds) -> str:
    counts = np.bincount(third[known], minlength=3)
    if counts.sum() >= MIN_WINDOWS and counts.min() >= _MIN_OF_THIRD:
        return ""
    return too_few(int(counts.sum()), len(known), MIN_WINDOWS)


def _means(values: Floats, third: Thirds) -> Floats:
    return np.asarray(np.bincount(third, weights=values) / np.bincount(third))


def _sums(at_s: Floats, third: Thirds) -> Floats:
    """Give the weights of last third less first, and of the slope per 10 min."""
    is_first, is_last = third == FIRST, third == LAST
    later_s = at_s - at_s.mean()
    return np.column_stack(
        [
            is_last / np.count_nonzero(is_last) - is_first / np.count_nonzero(is_first),
            _TEN_MINUTES_S * later_s / (later_s @ later_s),
        ]
    )


def _row(
    name: str,
    means: Floats,
    estimate: Floats,
    half_width: Floats,
    n: int,
    reason: str = "",
) -> Row:
    units = {one.name: one.unit for one in SAMPLES.columns}
    both = np.stack([estimate, estimate - half_width, estimate + half_width], axis=1)
    return {
        "measure": name,
        "unit": units.get(name, "%"),
        **dict(zip(_MEANS, means.tolist(), strict=True)),
        **dict(zip(_CHANGES, both.ravel().tolist(), strict=True)),
        "n_windows": n,
        "reason": reason,
    }
