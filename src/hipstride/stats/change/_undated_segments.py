r"""Where a series changes level, by least squares: exact, and with a trend beside it.

Two engines. `best_partition` cuts a series into stretches of constant mean with the
smallest residual sum of squares, by dynamic programming: exact for any number of cuts.
`StepSearch` looks for one step beside a trend and other columns:

.. math:: \mathrm{gain}_j = \frac{(s_j' M y)^2}{s_j' M s_j}

with :math:`M` the projection off those columns and :math:`s_j` the step before row j
(Frisch-Waugh-Lovell). With an intercept alone, the two agree for one cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from hipstride.stats._arrays import FloatArray

__all__ = ["Partition", "StepSearch", "best_partition", "step_search"]

# What the other columns leave of a step, relative to it; less is a copy of them.
_NOTHING_LEFT = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Partition:
    """A series cut into stretches of one level each.

    Attributes
    ----------
    starts : tuple of int
        The first row of each stretch but the first.
    means : tuple of float
        The level of each stretch.
    rss : float
        Residual sum of squares.
    """

    starts: tuple[int, ...]
    means: tuple[float, ...]
    rss: float


def best_partition(y: FloatArray, n_changes: int, min_runs: int) -> Partition:
    """Cut a series at the places that leave the smallest residual sum of squares.

    Parameters
    ----------
    y : ndarray, shape (n,)
        The series.
    n_changes : int
        How many cuts.
    min_runs : int
        The least number of rows in a stretch; ``n >= (n_changes + 1) * min_runs``.

    Returns
    -------
    Partition
        The best of all such cuts.

    Notes
    -----
    The cost of a stretch comes from cumulative sums; the best cut of the first rows
    into one stretch more is found from the best cuts of fewer rows (Bellman; Bai and
    Perron 2003): time proportional to n² for each cut.

    References
    ----------
    .. [1] Bai J, Perron P. J Appl Econometrics 2003;18:1-22. doi:10.1002/jae.659

    Examples
    --------
    >>> best_partition(np.array([1.0, 1, 1, 5, 5, 5]), 1, 2).starts
    (3,)
    """
    n = len(y)
    centred = y - y.mean()
    total = np.concatenate(([0.0], np.cumsum(centred)))
    square = np.concatenate(([0.0], np.cumsum(centred**2)))
    ends = np.arange(n + 1)

    def cost(
        begin: NDArray[np.int64] | int, end: int | NDArray[np.int64]
    ) -> FloatArray:
        length = np.maximum(np.asarray(end) - begin, 1)
        return np.asarray(
            square[end] - square[begin] - (total[end] - total[begin]) ** 2 / length
        )

    best = np.where(ends >= min_runs, cost(0, ends), np.inf)
    back: list[NDArray[np.int64]] = []
    for cut in range(1, n_changes + 1):
        now = np.full(n + 1, np.inf)
        where = np.zeros(n + 1, dtype=np.int64)
        for end in range((cut + 1) * min_runs, n + 1):
            begin = np.arange(cut * min_runs, end - min_runs + 1)
            sums = best[begin] + cost(begin, end)
            least = int(np.argmin(sums))
            now[end], where[end] = sums[least], begin[least]
        best = now
        back.append(where)
    starts: list[int] = []
    end = n
    for where in reversed(back):
        end = int(where[end])
        starts.append(end)
    starts.reverse()
    edges = [0, *starts, n]
    means = [float(y[a:b].mean()) for a, b in pairwise(edges)]
    return Partition(tuple(starts), tuple(means), float(best[n]))


@dataclass(frozen=True, slots=True, eq=False)
class StepSearch:
    """All places for one step, with what other columns leave of it.

    Attributes
    ----------
    places : ndarray of int, shape (m,)
        The first row after each possible step.
    steps : ndarray, shape (n, m)
        Each step, projected off the other columns and of length 1.
    basis : ndarray, shape (n, k)
        An orthonormal basis of the other columns.
    """

    places: NDArray[np.int64]
    steps: FloatArray
    basis: FloatArray

    def best(self, y: FloatArray) -> tuple[NDArray[np.int64], FloatArray]:
        """Find the best place for a step in each of several series.

        Parameters
        ----------
        y : ndarray, shape (n,) or (n, r)
            The series, one a column.

        Returns
        -------
        place : ndarray of int, shape (r,)
            The position of the best place in `places`.
        f : ndarray, shape (r,)
            Its F statistic: the largest over all places.
        """
        series = y.reshape(len(self.basis), -1)
        rest = series - self.basis @ (self.basis.T @ series)
        gains = (self.steps.T @ rest) ** 2
        place = np.argmax(gains, axis=0)
        gain = gains[place, np.arange(gains.shape[1])]
        df = len(series) - self.basis.shape[1] - 1
        left = np.maximum(np.sum(rest**2, axis=0) - gain, 1e-300)
        return place, np.asarray(gain * df / left)


def step_search(x: FloatArray, places: NDArray[np.int64]) -> StepSearch:
    """Prepare the search for one step beside other columns.

    Parameters
    ----------
    x : ndarray, shape (n, k)
        The other columns, of full rank.
    places : ndarray of int
        The rows before which a step may stand.

    Returns
    -------
    StepSearch
        The places at which a step says something of its own.
    """
    basis, _ = np.linalg.qr(x)
    steps = (np.arange(len(x))[:, None] >= places[None, :]).astype(np.float64)
    left = steps - basis @ (basis.T @ steps)
    left -= basis @ (basis.T @ left)
    size = np.linalg.norm(left, axis=0)
    is_own = size > _NOTHING_LEFT * np.linalg.norm(steps, axis=0)
    return StepSearch(places[is_own], left[:, is_own] / size[is_own], basis)
