"""What else was changed, and whether it can be told from the change in question."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.stats._arrays import FloatArray
from hipstride.stats.change._named import DatedThing
from hipstride.stats.change._rows import ChangeRows

__all__ = ["NEAR_DAYS", "Competitor", "competitors"]

# With fewer rated runs between two dates their steps cannot be told apart.
MIN_ROWS_APART = 10
# A change so near in time stands against a verdict of level 3.
NEAR_DAYS = 14


@dataclass(frozen=True, slots=True, eq=False)
class Competitor:
    """Another dated change that may have moved the ratings.

    Attributes
    ----------
    thing : DatedThing
        What it was.
    holds : ndarray of 0 and 1, shape (number of rows,)
        On which rows it was in force.
    n_apart : int
        On how many of the rows used it and the change differ: those between the dates.
    days_apart : int
        Days from its start or its end to the change, whichever is less [d].
    """

    thing: DatedThing
    holds: FloatArray
    n_apart: int
    days_apart: int

    @property
    def is_separable(self) -> bool:
        """Whether enough rated runs lie between."""
        return self.n_apart >= MIN_ROWS_APART

    @property
    def is_near(self) -> bool:
        """Whether it began or ended within two weeks of the change."""
        return self.days_apart <= NEAR_DAYS


def competitors(
    rows: ChangeRows,
    change: DatedThing,
    others: tuple[DatedThing, ...],
    used: NDArray[np.bool_],
) -> tuple[Competitor, ...]:
    """Find the other changes that began or ended while the change was looked at.

    Parameters
    ----------
    rows : ChangeRows
        The rated rows.
    change : DatedThing
        The change in question.
    others : tuple of DatedThing
        All others.
    used : ndarray of bool
        Which rows the change is judged on.

    Returns
    -------
    tuple of Competitor
        Those that hold on some of the rows used and not on others, or are near.
    """
    post = rows.local_date[used] >= change.started_on
    found = []
    for thing in others:
        holds = rows.local_date >= thing.started_on
        if thing.ended_on is not None:
            holds &= rows.local_date <= thing.ended_on
        n_other = int(np.count_nonzero(holds[used] != post))
        one = Competitor(
            thing,
            holds.astype(np.float64),
            min(n_other, int(used.sum()) - n_other),
            _days_apart(thing, change.started_on),
        )
        if used.any() and (np.ptp(one.holds[used]) > 0 or one.is_near):
            found.append(one)
    return tuple(found)


def table_of(found: tuple[Competitor, ...], adjusted: set[str]) -> pd.DataFrame:
    """List the other changes and what was done about each."""
    return pd.DataFrame(
        [
            (
                one.thing.label,
                pd.Timestamp(one.thing.started_on),
                pd.NaT
                if one.thing.ended_on is None
                else pd.Timestamp(one.thing.ended_on),
                one.days_apart,
                one.n_apart,
                name in adjusted,
            )
            for name, one in keyed(found).items()
        ],
        columns=[
            "label",
            "started_on",
            "ended_on",
            "days_apart",
            "n_rated_runs_between",
            "is_adjusted_for",
        ],
    )


def keyed(found: tuple[Competitor, ...]) -> dict[str, Competitor]:
    """Name each, so that two of the same words stay two."""
    return {f"{one.thing.label} ({one.thing.started_on})": one for one in found}


def _days_apart(thing: DatedThing, date: np.datetime64) -> int:
    day = np.timedelta64(1, "D")
    ends = [thing.started_on]
    if thing.ended_on is not None:
        ends.append(thing.ended_on + day)
    return min(abs(int((end - date) / day)) for end in ends)
