r"""Sequences of two arms with few equal in a row: counted, numbered, drawn.

With :math:`f_i(u, l, r)` the number of ways to go on after :math:`i` units, of which
:math:`u` were of arm 1, the last :math:`r` of them all of arm :math:`l`:

.. math:: f_i(u,l,r) = f_{i+1}(u+l, l, r+1)\,[r < R] + f_{i+1}(u+1-l, 1-l, 1)

and :math:`f_n = 1` where :math:`u` is allowed. For :math:`R = 2` and any :math:`u`
this is twice a Fibonacci number: 20 units have 21 892 sequences.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hipstride.stats.trial._design import Balance

__all__ = ["count_alternations", "draw_alternations", "unrank_alternations"]

Ints = NDArray[np.int64]
Arms = NDArray[np.int8]

_RESOLUTION = 2**62


@lru_cache(maxsize=4)
def _zeros_first(
    n_units: int, max_in_a_row: int, balance: Balance
) -> tuple[list[NDArray[np.object_]], list[NDArray[np.object_]]]:
    """Count the ways to go on with arm 0, and all ways, from each state.

    The state is (units of arm 1 so far, last arm, equal in a row so far less 1). Before
    the first unit the state is that of any arm with none in a row: (0, 0, none).
    """
    n_ones = n_units + 1 if balance == "equal" else 1
    step = 1 if balance == "equal" else 0
    ways = np.zeros((n_ones, 2, max_in_a_row), dtype=object)
    if balance == "equal":
        ways[[n_units // 2, (n_units + 1) // 2]] = 1
    else:
        ways[:] = 1
    zeros, totals = [], []
    for _ in range(n_units - 1):
        zero = np.zeros_like(ways)
        one = np.zeros_like(ways)
        after_one = np.zeros_like(ways)
        after_one[: n_ones - step] = ways[step:]
        zero[:, 0, :-1] = ways[:, 0, 1:]
        zero[:, 1, :] = ways[:, 0, :1]
        one[:, 1, :-1] = after_one[:, 1, 1:]
        one[:, 0, :] = after_one[:, 1, :1]
        ways = zero + one
        zeros.append(zero)
        totals.append(ways)
    first_zero = np.zeros_like(ways)
    first_zero[0, :, :] = ways[0, 0, 0]
    total = np.zeros_like(ways)
    total[0, :, :] = ways[0, 0, 0] + ways[step, 1, 0]
    return [first_zero, *zeros[::-1]], [total, *totals[::-1]]


def count_alternations(n_units: int, max_in_a_row: int, balance: Balance) -> int:
    """Count the admissible sequences.

    Examples
    --------
    >>> count_alternations(20, 2, "any")
    21892
    >>> count_alternations(4, 2, "equal")
    6
    """
    return int(_zeros_first(n_units, max_in_a_row, balance)[1][0][0, 0, 0])


def unrank_alternations(
    ranks: NDArray[np.object_] | Ints, n_units: int, max_in_a_row: int, balance: Balance
) -> Arms:
    """Give the sequences of these numbers, counted from 0 in the order of a dictionary.

    Parameters
    ----------
    ranks : ndarray of int, shape (m,)
        Of Python's integers where the count passes 64 bits.
    n_units, max_in_a_row, balance
        As in the design.

    Returns
    -------
    ndarray of int8, shape (m, n_units)
        0 for the control, 1 for the arm.

    Examples
    --------
    >>> unrank_alternations(np.arange(6), 3, 2, "any").tolist()
    [[0, 0, 1], [0, 1, 0], [0, 1, 1], [1, 0, 0], [1, 0, 1], [1, 1, 0]]
    """
    zeros, _ = _zeros_first(n_units, max_in_a_row, balance)
    left = np.array(ranks, copy=True)
    walk = _Walk(len(left), n_units, balance)
    for position in range(n_units):
        of_zero = walk.look_up(zeros[position]).astype(left.dtype)
        is_one = np.asarray(left >= of_zero, dtype=np.bool_)
        left = np.where(is_one, left - of_zero, left)
        walk.go(position, is_one)
    return walk.arms


def draw_alternations(
    rng: np.random.Generator,
    n_draws: int,
    n_units: int,
    max_in_a_row: int,
    balance: Balance,
) -> Arms:
    """Draw sequences, each admissible one as likely as any other.

    Unit by unit, with the exact share of the sequences that go on with arm 0 (to 62
    bits), which is the same as to draw a number and look it up, and faster.

    Examples
    --------
    >>> draw_alternations(np.random.default_rng(0), 5, 48, 2, "any").shape
    (5, 48)
    """
    zeros, totals = _zeros_first(n_units, max_in_a_row, balance)
    walk = _Walk(n_draws, n_units, balance)
    for position in range(n_units):
        shares = _shares(zeros[position], totals[position])
        cut = walk.look_up(shares)
        is_one = rng.integers(0, _RESOLUTION, n_draws) >= cut
        walk.go(position, is_one)
    return walk.arms


def _shares(zero: NDArray[np.object_], total: NDArray[np.object_]) -> Ints:
    flat = [
        z * _RESOLUTION // t if t else 0
        for z, t in zip(zero.ravel().tolist(), total.ravel().tolist(), strict=True)
    ]
    return np.array(flat, dtype=np.int64).reshape(zero.shape)


class _Walk:
    """Many sequences that grow unit by unit; a function would pass five arrays."""

    def __init__(self, n_draws: int, n_units: int, balance: Balance) -> None:
        self.arms = np.zeros((n_draws, n_units), dtype=np.int8)
        self._ones = np.zeros(n_draws, dtype=np.int64)
        self._last = np.zeros(n_draws, dtype=np.int64)
        self._run = np.zeros(n_draws, dtype=np.int64)
        self._step = 1 if balance == "equal" else 0

    def look_up(self, table: NDArray[np.object_] | Ints) -> NDArray[np.object_] | Ints:
        return table[self._ones, self._last, self._run]

    def go(self, position: int, is_one: NDArray[np.bool_]) -> None:
        arm = is_one.astype(np.int64)
        same = (arm == self._last) if position else np.zeros(len(arm), np.bool_)
        self._run = np.where(same, self._run + 1, 0)
        self._ones += arm * self._step
        self._last = arm
        self.arms[:, position] = arm
