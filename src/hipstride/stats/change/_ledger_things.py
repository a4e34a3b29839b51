"""What the runner tried, and from which day to which day it counts as in force.

One rule for each sort of thing, fixed before any pain is looked at:

1. A spell with a first and a last day is in force on the days between, both included;
   without a last day it lasts to the end of the history.
2. What was done on one day (a shot, one visit) counts from that day to the end: what it
   did, it did to the time after it.
3. A rest has no runs of its own. It is judged by the runs after it, from the day after
   its last day to the end; runs within it are left out.
4. Entries of one label and kind are one thing, in force on any of their days; each rest
   is a thing of its own.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.stats._arrays import FloatArray

__all__ = [
    "Rule",
    "Spell",
    "Thing",
    "calendar_days",
    "counted",
    "day_number",
    "day_of",
    "named",
    "rule_of",
    "union",
    "within",
]

Spell = tuple[float, float]
Rule = Literal["spell", "one day", "rest"]

_ONE_DAY = "done on one day: counted from that day to the end"
_REST = "time off: judged by the runs after it, to the end; runs within it left out"


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that was tried.

    Attributes
    ----------
    label, kind : str
        The runner's words, made single, and the kind.
    started_on, ended_on : Timestamp or None
        As logged; none where unknown or lasting.
    spells : tuple of (float, float)
        Calendar days on which it counts as in force, both included; may be infinite.
    left_out : tuple of (float, float)
        Calendar days whose runs say nothing about it.
    note : str
        By which rule it is counted.
    """

    label: str
    kind: str
    started_on: pd.Timestamp | None
    ended_on: pd.Timestamp | None
    spells: tuple[Spell, ...]
    left_out: tuple[Spell, ...] = ()
    note: str = ""

    @property
    def first_day(self) -> float:
        """The first calendar day on which anything of it was so."""
        return min((first for first, _ in (*self.left_out, *self.spells)), default=0.0)

    def holds(self, clock: FloatArray) -> NDArray[np.bool_]:
        """Say on which of these calendar days it counts as in force."""
        return within(clock, self.spells)

    def says_nothing(self, clock: FloatArray) -> NDArray[np.bool_]:
        """Say on which of these calendar days it cannot be judged."""
        return within(clock, self.left_out)


def calendar_days(dates: pd.Series) -> FloatArray:
    """Turn dates into numbers of days, to compare and subtract.

    Parameters
    ----------
    dates : Series
        Days or instants without a zone.

    Returns
    -------
    ndarray
        Whole days since 1970, NaN where missing [d].

    Examples
    --------
    >>> calendar_days(pd.Series(pd.to_datetime(["1970-01-03 18:00", None]))).tolist()
    [2.0, nan]
    """
    days = (dates - pd.Timestamp(0)) / pd.Timedelta(days=1)
    return np.floor(days.to_numpy(np.float64))


def rule_of(kind: str, *, is_one_day: bool, has_end: bool) -> Rule:
    """Say by which of rules 1 to 3 an entry counts.

    Examples
    --------
    >>> rule_of("injection", is_one_day=True, has_end=True)
    'one day'
    """
    if kind == "rest":
        return "rest" if has_end else "spell"
    return "one day" if is_one_day else "spell"


def counted(
    label: str,
    kind: str,
    started_on: pd.Timestamp | None,
    ended_on: pd.Timestamp | None,
    first: float,
    last: float,
) -> Thing:
    """Apply rules 1 to 3 to one entry: `first` and `last` are calendar days."""
    spells: tuple[Spell, ...] = ((first, last),)
    left_out: tuple[Spell, ...] = ()
    note = ""
    rule = rule_of(kind, is_one_day=first == last, has_end=math.isfinite(last))
    if rule == "rest":  # rule 3
        spells, left_out, note = ((last + 1, math.inf),), ((first, last),), _REST
    elif kind == "rest":
        note = "no end given: taken as lasting, and judged by the runs within it"
    elif rule == "one day":  # rule 2
        spells, note = ((first, math.inf),), _ONE_DAY
    return Thing(label, kind, started_on, ended_on, spells, left_out, note)


def union(spells: Iterable[Spell]) -> tuple[Spell, ...]:
    """Join spells that overlap or follow each other.

    Examples
    --------
    >>> union([(5, 9), (1, 4), (12, 12)])
    ((1, 9), (12, 12))
    """
    joined: list[Spell] = []
    for first, last in sorted(spells):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return tuple(joined)


def named(things: Iterable[Thing]) -> tuple[Thing, ...]:
    """Give each thing a label of its own, and put them in order of date."""
    ordered = sorted(things, key=lambda thing: thing.first_day)
    count = Counter(thing.label.casefold() for thing in ordered)
    seen: Counter[str] = Counter()
    named = []
    for thing in ordered:
        key = thing.label.casefold()
        seen[key] += 1
        again = f" ({seen[key]})" if count[key] > 1 else ""
        named.append(replace(thing, label=f"{thing.label}{again}"))
    return tuple(named)


def within(clock: FloatArray, spells: tuple[Spell, ...]) -> NDArray[np.bool_]:
    """Say which days lie in one of the spells."""
    holds = np.zeros(len(clock), dtype=np.bool_)
    for first, last in spells:
        holds |= (clock >= first) & (clock <= last)
    return holds


def day_of(value: object) -> pd.Timestamp | None:
    return value if isinstance(value, pd.Timestamp) else None


def day_number(day: pd.Timestamp) -> float:
    return float((day.normalize() - pd.Timestamp(0)) / pd.Timedelta(days=1))
