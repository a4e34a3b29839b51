"""What was tried, read from a table of changes or from the columns of the runs."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import TableError
from hipstride.stats._arrays import FloatArray
from hipstride.stats.change._ledger_things import (
    Thing,
    counted,
    day_number,
    day_of,
    named,
    union,
)
from hipstride.tables import CHANGE_KINDS, CHANGES

__all__ = ["things_of_columns", "things_of_table"]


def things_of_table(changes: object) -> tuple[Thing, ...]:
    """Take what was tried from a CHANGES table.

    Parameters
    ----------
    changes : DataFrame
        A `CHANGES` table; it is not changed.

    Returns
    -------
    tuple of Thing
        In order of date.

    Raises
    ------
    TableError
        If it is no such table, an entry has no first day, or ends before it.
    """
    if not isinstance(changes, pd.DataFrame):
        msg = f"changes: found {type(changes).__name__}; expected a DataFrame"
        raise TableError(msg)
    CHANGES.check(changes)
    _check_dates(changes)
    entries: dict[tuple[str, str], list[Thing]] = {}
    rests: list[Thing] = []
    ordered = changes.sort_values("started_on", kind="stable")
    for entry in ordered.to_dict("records"):
        thing = _thing(entry)
        if thing.kind == "rest":
            rests.append(thing)
        else:
            key = (thing.label.casefold(), thing.kind)
            entries.setdefault(key, []).append(thing)
    return named([*rests, *map(_merged, entries.values())])


def things_of_columns(table: pd.DataFrame, clock: FloatArray) -> tuple[Thing, ...]:
    """Take what was tried from the ``change_`` columns of the runs.

    Parameters
    ----------
    table : DataFrame
        The runs in order of time, with ``local_date``.
    clock : ndarray
        The calendar day of each run [d].

    Returns
    -------
    tuple of Thing
        In order of date. Dates are those of runs, and a column that holds on no run
        has none.
    """
    things = []
    for name in map(str, table.columns):
        if not name.startswith("change_"):
            continue
        label = " ".join(name.removeprefix("change_").split("_"))
        is_on = table[name].to_numpy(np.float64) > 0
        things.append(_of_column(label, is_on & np.isfinite(clock), clock, table))
    return named(things)


def _thing(entry: Mapping[Hashable, object]) -> Thing:
    kind = str(entry["kind"])
    started_on, ended_on = day_of(entry["started_on"]), day_of(entry.get("ended_on"))
    first = -math.inf if started_on is None else day_number(started_on)
    last = math.inf if ended_on is None else day_number(ended_on)
    return counted(
        _words(entry.get("label")) or kind, kind, started_on, ended_on, first, last
    )


def _of_column(
    label: str, is_on: NDArray[np.bool_], clock: FloatArray, table: pd.DataFrame
) -> Thing:
    kind = label if label in CHANGE_KINDS else "other"
    if not is_on.any():
        return Thing(label, kind, None, None, ())
    edges = np.flatnonzero(np.diff(np.concatenate(([False], is_on, [False]))))
    spells = [
        (float(clock[a]), float(clock[b - 1]) if b < len(clock) else math.inf)
        for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]
    rows = np.flatnonzero(is_on)
    dates = table["local_date"]
    started_on = day_of(dates.iloc[rows[0]])
    ended_on = None if math.isinf(spells[-1][1]) else day_of(dates.iloc[rows[-1]])
    if len(spells) == 1:
        thing = counted(label, kind, started_on, ended_on, *spells[0])
    else:
        thing = Thing(label, kind, started_on, ended_on, union(spells))
    return replace(
        thing, note="; ".join(filter(None, ("dates read off the runs", thing.note)))
    )


def _merged(entries: list[Thing]) -> Thing:
    """Make one thing of the entries of one label and kind (rule 4)."""
    if len(entries) == 1:
        return entries[0]
    ends = [entry.ended_on for entry in entries if entry.ended_on is not None]
    return replace(
        entries[0],
        ended_on=max(ends) if len(ends) == len(entries) else None,
        spells=union([spell for entry in entries for spell in entry.spells]),
        note="; ".join(
            [
                f"logged {len(entries)} times, taken together",
                *dict.fromkeys(entry.note for entry in entries if entry.note),
            ]
        ),
    )


def _words(label: object) -> str:
    """Take the runner's words as one line of characters that can be shown."""
    if not isinstance(label, str):
        return ""
    shown = "".join(sign if sign.isprintable() else " " for sign in label)
    return " ".join(shown.split())


def _check_dates(changes: pd.DataFrame) -> None:
    n_undated = int(changes["started_on"].isna().sum())
    if n_undated:
        msg = (
            f"changes: found {n_undated} without a day in 'started_on'; expected one "
            "in each; give the day, or leave them out"
        )
        raise TableError(msg)
    if "ended_on" not in changes.columns:
        return
    bad = changes[changes["ended_on"] < changes["started_on"]]
    if len(bad):
        first = bad.iloc[0]
        msg = (
            f"changes: found {len(bad)} that end before they begin, such as the one of "
            f"{first['started_on']:%Y-%m-%d} that ends on "
            f"{first['ended_on']:%Y-%m-%d}; expected the end on that day or later; "
            "mend the dates"
        )
        raise TableError(msg)
