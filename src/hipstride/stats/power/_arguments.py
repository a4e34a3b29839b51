"""Checks on what the power functions are asked."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from hipstride.errors import TableError
from hipstride.stats.power._numbers import HistoryNumbers, typical_numbers
from hipstride.stats.power._own_numbers import numbers_of

__all__ = ["amounts", "counts", "simulations", "to_numbers"]

_MAX_RUNS = 3_000
_SIMULATIONS = (20, 100_000)


def amounts(name: str, values: object, *also: object) -> tuple[float, ...]:
    """Take effects: numbers above 0, each once, from the smallest up.

    Examples
    --------
    >>> amounts("effects", (2, 0.5), 1.0)
    (0.5, 1.0, 2.0)
    """
    wanted = "numbers of points above 0"
    found = []
    for value in (*_listed(name, values, wanted), *also):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not (is_number and math.isfinite(value) and value > 0):
            _refuse(name, value, wanted)
        found.append(float(value))
    return tuple(sorted(set(found)))


def counts(name: str, values: object, *, low: int) -> tuple[int, ...]:
    """Take numbers of runs, each once, from the smallest up.

    Examples
    --------
    >>> counts("n_more", (50, 0), low=0)
    (0, 50)
    """
    wanted = f"whole numbers of runs, {low} to {_MAX_RUNS}"
    given = _listed(name, values, wanted)
    for value in given:
        _whole(name, value, low, _MAX_RUNS, wanted)
    if not given:
        _refuse(name, values, wanted)
    return tuple(sorted(set(given)))


def simulations(n_sims: int) -> int:
    """Take a number of simulations: 20 or more, for a share of fewer says nothing.

    Examples
    --------
    >>> simulations(200)
    200
    """
    _whole("n_sims", n_sims, *_SIMULATIONS, "a whole number, 20 to 100000")
    return n_sims


def to_numbers(
    obs: pd.DataFrame | HistoryNumbers | None, outcome: str
) -> HistoryNumbers:
    """Take a history as its numbers; without one, those of a typical runner.

    Examples
    --------
    >>> to_numbers(None, "pain_after_0_10").source
    'typical'
    """
    if obs is None:
        return typical_numbers()
    return obs if isinstance(obs, HistoryNumbers) else numbers_of(obs, outcome)


def _listed(name: str, values: object, wanted: str) -> tuple[Any, ...]:
    if isinstance(values, int | float):
        return (values,)
    if isinstance(values, str) or not isinstance(values, Iterable):
        _refuse(name, values, wanted)
    # NumPy's scalars are taken as Python's.
    return tuple(v.item() if isinstance(v, np.generic) else v for v in values)


def _whole(name: str, value: object, low: int, high: int, wanted: str) -> None:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if not (is_whole and low <= value <= high):  # type: ignore[operator]
        _refuse(name, value, wanted)


def _refuse(name: str, found: object, expected: str) -> NoReturn:
    msg = f"{name}: found {found!r}; expected {expected}"
    raise TableError(msg)
