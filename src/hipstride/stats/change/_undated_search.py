"""One shift after the other: where, and whether it is more than drift."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.stats._arrays import FloatArray, rank_order
from hipstride.stats.change._ledger_fit import is_trend_possible
from hipstride.stats.change._rows import ChangeRows
from hipstride.stats.change._undated_drift import (
    SearchTest,
    date_interval,
    search_and_test,
)
from hipstride.stats.change._undated_found import FoundDate
from hipstride.stats.change._undated_segments import step_search

__all__ = ["SearchModel", "dates_of_steps", "places_of", "search_model", "search_steps"]

_ALPHA = 0.05
# More places than these differ by less than a date can be known.
_MAX_PLACES = 800
_COLUMNS = [
    "found",
    "low_on",
    "high_on",
    "n_before",
    "n_after",
    "level_before",
    "level_after",
]


@dataclass(frozen=True, slots=True, eq=False)
class SearchModel:
    """What the ratings are net of."""

    x: FloatArray
    names: tuple[str, ...]
    has_trend: bool


def search_model(rows: ChangeRows) -> SearchModel:
    """Lay out what the ratings are net of.

    Parameters
    ----------
    rows : ChangeRows
        The rated runs.

    Returns
    -------
    SearchModel
        Intercept, trend where it can be told, context.
    """
    day, n = rows.day, len(rows.y)
    has_trend = is_trend_possible(day)
    trend = [(day - day.mean()) / float(np.ptp(day))] if has_trend else []
    x = np.column_stack([np.ones(n), *trend, *rows.context.values()])
    names = (*(("a linear trend",) if has_trend else ()), *rows.adjusted_for)
    return SearchModel(x[:, rank_order(x)], names, has_trend)


def _with_steps(x: FloatArray, steps: list[int]) -> FloatArray:
    row = np.arange(len(x))
    return np.column_stack([x, *[(row >= step).astype(np.float64) for step in steps]])


def places_of(rows: ChangeRows, steps: list[int], least: int) -> NDArray[np.int64]:
    """Give the rows before which a step may stand: first of a day, far from others."""
    n = len(rows.y)
    row = np.arange(1, n)
    is_free = rows.local_date[1:] > rows.local_date[:-1]
    for edge in (0, n, *steps):
        is_free &= np.abs(row - edge) >= least
    places = row[is_free]
    return places[:: math.ceil(len(places) / _MAX_PLACES) or 1]


def search_steps(
    rows: ChangeRows,
    model: SearchModel,
    least: int,
    max_changes: int,
    n_bootstrap: int,
    rng: np.random.Generator,
) -> tuple[list[SearchTest], list[int]]:
    """Take one step after the other as long as each is more than drift.

    Parameters
    ----------
    rows, model
        The rated runs, and what they are net of.
    least : int
        Rated runs in a stretch, at least.
    max_changes, n_bootstrap : int
        The most steps, and the series drawn for each.
    rng : Generator
        Where chance comes from.

    Returns
    -------
    tests : list of SearchTest
        In order of search; the last may be of a step that was not taken.
    steps : list of int
        The first row after each step, in order of time.
    """
    tests: list[SearchTest] = []
    steps: list[int] = []
    while len(steps) < max_changes:
        x = _with_steps(model.x, steps)
        search = step_search(x, places_of(rows, steps, least))
        if not len(search.places) or len(rows.y) < x.shape[1] + least:
            break
        test = search_and_test(
            rows.y, x, rows.day, search, n_bootstrap=n_bootstrap, rng=rng
        )
        tests.append(test)
        if test.p_value > _ALPHA:
            break
        steps.append(test.row)
        steps = _settled(rows, model, steps, least)
    return tests, sorted(steps)


def _settled(
    rows: ChangeRows, model: SearchModel, steps: list[int], least: int
) -> list[int]:
    """Look for each place once more beside the others."""
    if len(steps) == 1:
        return steps
    settled = list(steps)
    for k in range(len(settled)):
        others = settled[:k] + settled[k + 1 :]
        search = step_search(
            _with_steps(model.x, others), places_of(rows, others, least)
        )
        if len(search.places):
            place, _ = search.best(rows.y)
            settled[k] = int(search.places[place[0]])
    return settled


def dates_of_steps(
    rows: ChangeRows,
    model: SearchModel,
    steps: list[int],
    least: int,
    outcome: str,
    n_bootstrap: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Give each step a day with its interval, and the levels on either side.

    Parameters
    ----------
    rows, model, least, n_bootstrap, rng
        As for `search_steps`.
    steps : list of int
        The first row after each step.
    outcome : str
        The column of ratings.

    Returns
    -------
    DataFrame
        One row for each step; empty where there is none.
    """
    edges = [0, *steps, len(rows.y)]
    found = []
    for k, step in enumerate(steps):
        others = steps[:k] + steps[k + 1 :]
        x = _with_steps(model.x, others)
        search = step_search(x, places_of(rows, others, least))
        low, high = date_interval(
            rows.y, x, rows.day, search, step, n_bootstrap=n_bootstrap, rng=rng
        )
        on, low_on, high_on = (str(rows.local_date[r]) for r in (step, low, high))
        before, after = rows.y[edges[k] : step], rows.y[step : edges[k + 2]]
        found.append(
            {
                "found": FoundDate(on, low_on, high_on, outcome),
                "low_on": low_on,
                "high_on": high_on,
                "n_before": len(before),
                "n_after": len(after),
                "level_before": float(before.mean()),
                "level_after": float(after.mean()),
            }
        )
    return pd.DataFrame(found, columns=_COLUMNS)
