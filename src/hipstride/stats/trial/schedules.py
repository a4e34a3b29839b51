"""All schedules of a design: how many, the smallest p, and the schedules themselves."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hipstride.stats.trial._abab import count_abab, unrank_abab
from hipstride.stats.trial._alternation import (
    count_alternations,
    draw_alternations,
    unrank_alternations,
)
from hipstride.stats.trial._design import TrialDesign

__all__ = [
    "MAX_ENUMERATED",
    "count",
    "is_enumerable",
    "p_min",
    "schedule_of_rank",
    "schedules_of",
    "units_needed",
]

MAX_ENUMERATED = 50_000
# A stream of its own: whoever simulates a history from the same seed must not get a
# schedule that goes with it.
_STREAM = 20_151


def count(design: TrialDesign) -> int:
    """Count the schedules of a design; each is as likely as any other.

    Parameters
    ----------
    design : TrialDesign
        The design.

    Returns
    -------
    int
        How many there are.

    Examples
    --------
    >>> import datetime as dt
    >>> day = dt.date(2026, 12, 1)
    >>> count(TrialDesign(kind="alternation", n_units=20, started_on=day))
    21892
    >>> count(TrialDesign(kind="abab", n_units=28, unit="day", started_on=day))
    165
    """
    if design.kind == "alternation":
        return count_alternations(design.n_units, design.max_in_a_row, design.balance)
    if design.kind == "block_pairs":
        return int(2**design.n_pairs)
    return count_abab(design.n_units, design.min_phase_days)


def p_min(design: TrialDesign) -> float:
    """Give the smallest two-sided p that a design can ever reach.

    Alternations and pairs hold the mirror image of each schedule, which is as far from
    0 on the other side: 2 of all schedules. In an ABAB the first phase is always the
    control, so that there is no mirror image: 1 of all.

    Parameters
    ----------
    design : TrialDesign
        The design.

    Returns
    -------
    float
        1 where there is no schedule.

    Examples
    --------
    >>> import datetime as dt
    >>> pairs = TrialDesign(
    ...     kind="block_pairs", n_units=30, unit="day", started_on=dt.date(2026, 12, 1)
    ... )
    >>> p_min(pairs)
    0.0625
    """
    n_as_far = 1 if design.kind == "abab" else 2
    return min(1.0, n_as_far / count(design))


def units_needed(design: TrialDesign) -> int:
    """Find the fewest units with which a design can reach its `alpha`.

    Examples
    --------
    >>> import datetime as dt
    >>> pairs = TrialDesign(
    ...     kind="block_pairs", n_units=30, unit="day", started_on=dt.date(2026, 12, 1)
    ... )
    >>> units_needed(pairs)
    36
    """
    if design.kind == "block_pairs":
        return 2 * design.block_days * max(1, math.ceil(math.log2(2 / design.alpha)))
    is_abab = design.kind == "abab"
    n_units = 4 * design.min_phase_days if is_abab else 1
    while p_min(replace(design, n_units=n_units)) > design.alpha:
        n_units += 1
    return n_units


def is_enumerable(design: TrialDesign) -> bool:
    """Tell whether all schedules are few enough to go through one by one."""
    return count(design) <= MAX_ENUMERATED


def schedules_of(
    design: TrialDesign, n_draws: int = 19_999, seed: int = 0
) -> NDArray[np.int8]:
    """Give all schedules of a design, or many drawn ones where there are too many.

    Parameters
    ----------
    design : TrialDesign
        The design.
    n_draws : int
        How many to draw where there are more than 50 000 (see `is_enumerable`).
    seed : int
        Of the drawing.

    Returns
    -------
    ndarray of int8, shape (m, n_units)
        0 for the control, 1 for the arm.

    Examples
    --------
    >>> import datetime as dt
    >>> pairs = TrialDesign(
    ...     kind="block_pairs", n_units=48, unit="day", started_on=dt.date(2026, 12, 1)
    ... )
    >>> schedules_of(pairs).shape
    (256, 48)
    """
    if is_enumerable(design):
        return _of_ranks(design, np.arange(count(design), dtype=np.int64))
    rng = np.random.default_rng([_STREAM, seed])
    if design.kind == "alternation":
        return draw_alternations(
            rng, n_draws, design.n_units, design.max_in_a_row, design.balance
        )
    if design.kind == "block_pairs":
        coins = rng.integers(0, 2, (n_draws, design.n_pairs), dtype=np.int8)
        return _blocks(coins, design.block_days)
    return _of_ranks(design, rng.integers(0, count(design), n_draws))


def schedule_of_rank(design: TrialDesign, rank: int) -> tuple[int, ...]:
    """Give the schedule of one number, of all from 0 to `count` less 1.

    Examples
    --------
    >>> import datetime as dt
    >>> design = TrialDesign(
    ...     kind="alternation", n_units=6, started_on=dt.date(2026, 12, 1)
    ... )
    >>> schedule_of_rank(design, 0)
    (0, 0, 1, 0, 0, 1)
    """
    if design.kind == "block_pairs":
        coins = np.array([[(rank >> pair) & 1 for pair in range(design.n_pairs)]])
        arms = _blocks(coins.astype(np.int8), design.block_days)
    elif design.kind == "alternation":
        arms = _of_ranks(design, np.array([rank], dtype=object))
    else:
        arms = _of_ranks(design, np.array([rank], dtype=np.int64))
    return tuple(int(one) for one in arms[0])


def _of_ranks(
    design: TrialDesign, ranks: NDArray[np.int64] | NDArray[np.object_]
) -> NDArray[np.int8]:
    if design.kind == "alternation":
        return unrank_alternations(
            ranks, design.n_units, design.max_in_a_row, design.balance
        )
    if design.kind == "block_pairs":
        whole = ranks.astype(np.int64)
        coins = (whole[:, None] >> np.arange(design.n_pairs)) & 1
        return _blocks(coins.astype(np.int8), design.block_days)
    return unrank_abab(ranks.astype(np.int64), design.n_units, design.min_phase_days)


def _blocks(coins: NDArray[np.int8], block_days: int) -> NDArray[np.int8]:
    """Turn coins into blocks: 0 is control first, 1 is the arm first."""
    pairs = np.stack([coins, 1 - coins], axis=2).reshape(len(coins), -1)
    return np.repeat(pairs, block_days, axis=1).astype(np.int8)
