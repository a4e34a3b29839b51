"""Which change is meant, and on which day it began: by its words or by its date."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hipstride.alignment import change_column
from hipstride.errors import TableError
from hipstride.stats.change._arguments import check_table
from hipstride.stats.change._ledger_things import Rule, rule_of
from hipstride.tables import CHANGES

__all__ = ["Change", "DatedThing", "find_change", "things_of"]

Change = str | pd.Timestamp | dt.date | np.datetime64

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class DatedThing:
    """One thing that was changed on a day.

    Attributes
    ----------
    label : str
        The runner's words, or the date.
    slug : str
        The name of its column in the observations; empty for a bare date.
    started_on, ended_on : datetime64
        First and last day; no last day while it lasts.
    is_read_off_runs : bool
        Whether the days are those of the first and last run with it, for want of a
        table of changes.
    rule : {"spell", "one day", "rest"}
        By which rule of the ledger its days are those given here.
    """

    label: str
    slug: str
    started_on: np.datetime64
    ended_on: np.datetime64 | None = None
    is_read_off_runs: bool = False
    rule: Rule = "spell"

    @property
    def how(self) -> str:
        """By which rule it counts, in words; empty where on its own days."""
        if self.rule == "rest":
            return f"{self.label} is judged by the runs after it"
        if self.rule == "one day":
            return f"{self.label} was done on one day and counts from then on"
        return ""


def things_of(
    table: pd.DataFrame, changes: pd.DataFrame | None
) -> tuple[DatedThing, ...]:
    """List all that was changed, by date.

    Parameters
    ----------
    table : DataFrame
        The runs in order of time, with ``local_date`` and perhaps ``change_*``.
    changes : DataFrame, optional
        A CHANGES table. What it names is dated by it, not by the runs.

    Returns
    -------
    tuple of DatedThing
        In order of their first day.

    Raises
    ------
    TableError
        If `changes` is no such table, or a change has no first day or ends before it.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {
    ...         "local_date": pd.date_range("2026-03-01", periods=3),
    ...         "change_glute_cue": [0.0, 1.0, 1.0],
    ...     }
    ... )
    >>> [(t.label, str(t.started_on)) for t in things_of(table, None)]
    [('glute cue', '2026-03-02')]
    """
    found = [] if changes is None else _written(changes)
    written = {thing.slug for thing in found}
    for name in map(str, table.columns):
        if name.startswith("change_") and name not in written:
            found += _read_off(table, name)
    return tuple(sorted(found, key=lambda thing: thing.started_on))


def find_change(
    change: Change, things: tuple[DatedThing, ...]
) -> tuple[DatedThing, tuple[DatedThing, ...]]:
    """Find the change that is asked about, and what else there was.

    Parameters
    ----------
    change : str or date
        Its label in any case of letters, the name of its column, or its first day.
    things : tuple of DatedThing
        All that was changed.

    Returns
    -------
    thing : DatedThing
        The one that is meant; of several with the same words the first.
    others : tuple of DatedThing
        All others.

    Raises
    ------
    TableError
        If nothing is called so, or it is no date.

    Examples
    --------
    >>> find_change("2026-03-01", ())[0].label
    '2026-03-01'
    """
    matching = _matching(change, things)
    if matching:
        one = matching[0]
        return one, tuple(thing for thing in things if thing is not one)
    return DatedThing(str(_date(change, things)), "", _date(change, things)), things


def _matching(change: Change, things: tuple[DatedThing, ...]) -> list[DatedThing]:
    if isinstance(change, str) and change.strip():
        words = change.strip().casefold()
        slug = words if words.startswith("change_") else change_column(change)
        named = [thing for thing in things if thing.slug == slug]
        if named or not _ISO_DATE.match(change.strip()):
            return named
    date = _date(change, things)
    return [thing for thing in things if thing.started_on == date]


def _date(change: Change, things: tuple[DatedThing, ...]) -> np.datetime64:
    try:
        if isinstance(change, str):
            if not _ISO_DATE.match(change.strip()):
                raise TableError(_unknown(change, things))
            when = pd.Timestamp(change.strip())
        elif isinstance(change, (dt.date, np.datetime64)):
            when = pd.Timestamp(change)
        else:
            raise TableError(_unknown(change, things))
    except (ValueError, OverflowError) as error:
        if isinstance(error, TableError):
            raise
        raise TableError(_unknown(change, things)) from None
    if pd.isna(when):
        raise TableError(_unknown(change, things))
    return np.datetime64(when.tz_localize(None).date(), "D")


def _unknown(change: object, things: tuple[DatedThing, ...]) -> str:
    listed = ", ".join(f"{t.label!r} ({t.started_on})" for t in things)
    return (
        f"change: found {change!r}; expected a date such as 2026-09-01, or one of the "
        f"changes: {listed or 'there are none in the table; give `changes`'}"
    )


def _written(changes: pd.DataFrame) -> list[DatedThing]:
    """Take the changes from their own table."""
    check_table(changes, "changes")
    CHANGES.check(changes)
    if changes["started_on"].isna().any():
        count = int(changes["started_on"].isna().sum())
        msg = f"changes: {count} without a day in 'started_on'; expected one in each"
        raise TableError(msg)
    found = []
    for row in changes.to_dict("records"):
        kind, words = str(row["kind"]), row.get("label")
        label = "" if pd.isna(words) else " ".join(str(words).split())
        started_on = np.datetime64(row["started_on"], "D")
        last = row.get("ended_on")
        ended_on = None if pd.isna(last) else np.datetime64(last, "D")
        if ended_on is not None and ended_on < started_on:
            msg = (
                f"changes: {label or kind!r} begins on {started_on} and ends on "
                f"{ended_on}; mend the dates"
            )
            raise TableError(msg)
        slug = change_column(label, kind)
        rule = rule_of(
            kind, is_one_day=ended_on == started_on, has_end=ended_on is not None
        )
        if rule == "rest" and ended_on is not None:
            started_on = ended_on + np.timedelta64(1, "D")
        if rule != "spell":
            ended_on = None
        found.append(DatedThing(label or kind, slug, started_on, ended_on, rule=rule))
    return _without_repeats(found)


def _without_repeats(found: list[DatedThing]) -> list[DatedThing]:
    """Keep the first of what was done on single days again and again, as visits are."""
    visits: dict[str, DatedThing] = {}
    for thing in sorted(found, key=lambda one: one.started_on):
        if thing.rule == "one day":
            visits.setdefault(thing.slug, thing)
    return [thing for thing in found if thing.rule != "one day"] + list(visits.values())


def _read_off(table: pd.DataFrame, name: str) -> list[DatedThing]:
    """Take a change's days from the first spell of runs with it."""
    values = table[name].to_numpy(np.float64)
    known = np.isfinite(values)
    values = values[known]
    dates = table["local_date"].to_numpy().astype("datetime64[D]")[known]
    holds = np.flatnonzero(values > 0)
    if not len(holds):
        return []
    first = int(holds[0])
    off = np.flatnonzero(values[first:] <= 0)
    ended_on = dates[first + int(off[0]) - 1] if len(off) else None
    label = name.removeprefix("change_").replace("_", " ")
    return [DatedThing(label, name, dates[first], ended_on, is_read_off_runs=True)]
