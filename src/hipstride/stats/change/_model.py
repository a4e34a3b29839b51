r"""The regression behind a dated change: a step at a date, on a common trend.

.. math:: \mathrm{pain}_i = a + b\,\mathrm{post}_i + c\,t_i + \mathrm{others}_i
   + \mathrm{context}_i + e_i

with errors correlated by the days between runs (`hipstride.stats.gap_gls`). Time is
centred at the change, so that b is the change of level on that day, net of the trend.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hipstride.errors import NotEnoughDataError
from hipstride.stats._arrays import FloatArray, rank_order
from hipstride.stats.change._rows import ChangeRows

__all__ = [
    "MIN_DAYS_PER_SIDE",
    "MIN_ROWS_PER_SIDE",
    "MIN_ROWS_PER_SIDE_TREND",
    "ChangeModel",
    "Shape",
    "Sides",
    "change_model",
    "sides_of",
    "used_rows",
]

MIN_ROWS_PER_SIDE = 8
# A common trend can be told from a step with as much on each side.
MIN_ROWS_PER_SIDE_TREND = 20
MIN_DAYS_PER_SIDE = 42
_MIN_SPARE_ROWS = 5
# A trend is per 100 days.
TREND_DAYS = 100.0

Shape = Literal["level", "trend", "slope", "curve"]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Sides:
    """How much stands before and after a date, of the rows that are used."""

    n_before: int
    n_after: int
    days_before: int
    days_after: int

    @property
    def can_have_trend(self) -> bool:
        """Whether a step can be told from a trend."""
        return (
            min(self.n_before, self.n_after) >= MIN_ROWS_PER_SIDE_TREND
            and min(self.days_before, self.days_after) >= MIN_DAYS_PER_SIDE
        )


@dataclass(frozen=True, slots=True, eq=False)
class ChangeModel:
    """The rows and columns of one regression on a change.

    Attributes
    ----------
    y, day : ndarray, shape (n,)
        Ratings [points], and days [d].
    x : ndarray, shape (n, k)
        Intercept, change, then the rest; every column says something of its own.
    names : tuple of str, length k
        What each column is: ``intercept, post, trend, slope, curve``, the names of
        other changes, or of groups of the context.
    used : ndarray of bool
        Which rows of the `ChangeRows` are in it.
    sides : Sides
        How much stands before and after.
    left_out : tuple of str
        Groups and changes that follow from the others.
    same_as_change : tuple of str
        Those among them that cannot be told from the change itself.
    """

    y: FloatArray
    day: FloatArray
    x: FloatArray
    names: tuple[str, ...]
    used: Mask
    sides: Sides
    left_out: tuple[str, ...]
    same_as_change: tuple[str, ...]

    @property
    def post(self) -> FloatArray:
        """The column of the change."""
        return self.x[:, 1]

    def column(self, name: str) -> int:
        """Where a column stands; -1 where it is not there."""
        return self.names.index(name) if name in self.names else -1


def used_rows(
    local_date: NDArray[np.datetime64],
    started_on: np.datetime64,
    *,
    ended_on: np.datetime64 | None = None,
    washout_days: int = 7,
    days_left_out_before: int = 0,
) -> Mask:
    """Say which rows a change is judged on.

    Parameters
    ----------
    local_date : ndarray of datetime64[D], shape (n,)
        The days.
    started_on, ended_on : datetime64
        First and last day of the change; what comes after its end is left out.
    washout_days, days_left_out_before : int
        Days left out from the change on, and before it [d].

    Returns
    -------
    ndarray of bool, shape (n,)
        True for the rows that are used.

    Examples
    --------
    >>> days = np.arange("2026-03-01", "2026-03-06", dtype="datetime64[D]")
    >>> used_rows(days, np.datetime64("2026-03-03"), washout_days=2).tolist()
    [True, True, False, False, True]
    """
    since = (local_date - started_on) / np.timedelta64(1, "D")
    used = (since < -days_left_out_before) | (since >= washout_days)
    if ended_on is not None:
        used &= local_date <= ended_on
    return np.asarray(used)


def sides_of(
    local_date: NDArray[np.datetime64], used: Mask, started_on: np.datetime64
) -> Sides:
    """Count what stands on either side of a date.

    Examples
    --------
    >>> days = np.arange("2026-03-01", "2026-03-06", dtype="datetime64[D]")
    >>> sides_of(days, np.full(5, True), np.datetime64("2026-03-03"))
    Sides(n_before=2, n_after=3, days_before=2, days_after=2)
    """
    dates = local_date[used]
    before = dates < started_on
    day = np.timedelta64(1, "D")
    return Sides(
        n_before=int(before.sum()),
        n_after=int((~before).sum()),
        days_before=int((started_on - dates.min()) / day) if before.any() else 0,
        days_after=int((dates.max() - started_on) / day) if (~before).any() else 0,
    )


def change_model(
    rows: ChangeRows,
    started_on: np.datetime64,
    used: Mask,
    *,
    shape: Shape,
    others: Mapping[str, FloatArray] | None = None,
) -> ChangeModel:
    """Lay out the regression on a change.

    Parameters
    ----------
    rows : ChangeRows
        The rated rows.
    started_on : datetime64
        The day of the change.
    used : ndarray of bool
        Which rows, from `used_rows`.
    shape : {'level', 'trend', 'slope', 'curve'}
        A step alone; with a common trend; with a trend of its own after the change;
        with a trend that may bend.
    others : mapping of str to ndarray, shape (number of rows,)
        Columns of 0 and 1 for the other changes.

    Returns
    -------
    ChangeModel
        Columns that each say something of their own; a covariate that cannot be told
        from the change gives way to it and is named.

    Raises
    ------
    NotEnoughDataError
        If too few rows are left, or their ratings are all equal.

    Examples
    --------
    >>> import pandas as pd
    >>> from hipstride.stats.change._rows import change_rows
    >>> obs = pd.DataFrame(
    ...     {
    ...         "local_date": pd.date_range("2026-03-01", periods=20),
    ...         "pain_after_0_10": [3, 4, 3, 5, 3] * 2 + [1, 0, 2, 1, 1] * 2,
    ...     }
    ... )
    >>> rows, date = change_rows(obs), np.datetime64("2026-03-11")
    >>> change_model(rows, date, np.full(20, True), shape="trend").names
    ('intercept', 'post', 'trend')
    """
    sides = sides_of(rows.local_date, used, started_on)
    post = (rows.local_date >= started_on).astype(np.float64)[used]
    _refuse_one_sided(sides, started_on)
    n = int(used.sum())
    # The day of the change on the scale of `day`, which may count from the first start.
    since_date = (rows.local_date - started_on) / np.timedelta64(1, "D")
    time = (rows.day - float(np.median(rows.day - since_date)))[used] / TREND_DAYS
    columns: list[tuple[str, FloatArray]] = [("intercept", np.ones(n)), ("post", post)]
    if shape != "level":
        columns.append(("trend", time))
    if shape == "slope":
        columns.append(("slope", time * post))
    if shape == "curve":
        columns.append(("curve", time**2))
    extra = [(name, values[used]) for name, values in (others or {}).items()]
    extra += [
        (name, group[used, j])
        for name, group in rows.context.items()
        for j in range(group.shape[1])
    ]
    everything = [*columns, *extra]
    x = np.column_stack([values for _, values in everything])
    kept = rank_order(x)
    names = tuple(everything[i][0] for i in kept)
    if len(kept) < n - _MIN_SPARE_ROWS + 1 and {"intercept", "post"} <= set(names):
        lost = [i for i in range(len(columns), len(everything)) if i not in kept]
        y = rows.y[used]
        _refuse_equal(y)
        return ChangeModel(
            y=y,
            day=rows.day[used],
            x=x[:, kept],
            names=names,
            used=used,
            sides=sides,
            left_out=tuple(dict.fromkeys(everything[i][0] for i in lost)),
            same_as_change=tuple(
                dict.fromkeys(everything[i][0] for i in lost if _needs_post(x, kept, i))
            ),
        )
    what = "rated runs for the change and what it is net of"
    raise NotEnoughDataError(
        what,
        needed=len(kept) + _MIN_SPARE_ROWS,
        got=n,
        remedy="rate more runs",
    )


def _needs_post(x: FloatArray, kept: list[int], lost: int) -> bool:
    """Tell whether a column is a copy only together with the change."""
    own = x[:, lost]
    if np.ptp(own) == 0:
        return False
    without = [i for i in kept if i != 1]
    return len(rank_order(np.column_stack([x[:, without], own]))) > len(without)


def _refuse_one_sided(sides: Sides, started_on: np.datetime64) -> None:
    for side, got in (("before", sides.n_before), ("after", sides.n_after)):
        if got < MIN_ROWS_PER_SIDE:
            what = f"rated runs {side} {started_on}"
            raise NotEnoughDataError(
                what,
                needed=MIN_ROWS_PER_SIDE,
                got=got,
                remedy=f"a change needs {MIN_ROWS_PER_SIDE} rated runs on each side of "
                f"its date, and {MIN_ROWS_PER_SIDE_TREND} over six weeks to be told "
                "from a trend",
            )


def _refuse_equal(y: FloatArray) -> None:
    if np.ptp(y) == 0:
        what = "different ratings among the runs used"
        raise NotEnoughDataError(
            what,
            needed=2,
            got=1,
            remedy=f"all {len(y)} ratings are {y[0]:g}; where nothing differs there is "
            "no before and after to compare",
        )
