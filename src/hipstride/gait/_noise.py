"""How much a run's mean can be trusted when neighbouring windows resemble each other.

Half minutes of one run are not independent: a hill, a headwind or a lapse of form lasts
minutes. The noise of all runs together is described by a nugget (what is new in each
window) and an exponentially fading part, fitted to the variogram of the residuals:
half the squared difference of two windows of one run, by the time between them.
Differences need no mean, so that short runs do not make the memory look shorter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hipstride.gait.windows import WINDOW_S

__all__ = ["Noise", "fit_noise", "run_covariances"]

_LAG_S = WINDOW_S
_N_LAGS = 40
# Memories to choose from: from half a window to a quarter of an hour. A longer one
# cannot be told from a drift over the whole of a one-hour run.
_MEMORIES_S = np.geomspace(15.0, 900.0, 30)
# Beyond so many runs the noise would cost more time than it gains in precision.
_MAX_RUNS = 400


@dataclass(frozen=True, slots=True)
class Noise:
    """Variances of the two parts, and how long the fading one remembers."""

    nugget: float
    sill: float
    memory_s: float


def fit_noise(
    residuals: NDArray[np.float64],
    elapsed_s: NDArray[np.float64],
    starts: NDArray[np.int64],
) -> Noise:
    """Fit the noise of windows that are sorted by run and time.

    Parameters
    ----------
    residuals : array, shape (n,)
        What the curve leaves, any constant per run included or not.
    elapsed_s : array, shape (n,)
        When each window begins [s].
    starts : array of int, shape (n_runs + 1,)
        Where each run begins, and the end of the last.

    Returns
    -------
    Noise
        Variances in the unit of `residuals` squared. From at most 400 runs, evenly
        taken: three numbers are known well by then.
    """
    residuals, elapsed_s, starts = _some_runs(residuals, elapsed_s, starts)
    n = len(residuals)
    run = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    summed = np.zeros(_N_LAGS + 1)
    counted = np.zeros(_N_LAGS + 1)
    for step in range(1, min(_N_LAGS, n - 1) + 1):
        same = run[step:] == run[:-step]
        if not same.any():
            break
        lag = np.rint((elapsed_s[step:] - elapsed_s[:-step])[same] / _LAG_S)
        near = (lag >= 1) & (lag <= _N_LAGS)
        half = 0.5 * (residuals[step:] - residuals[:-step])[same][near] ** 2
        at = lag[near].astype(np.int64)
        summed += np.bincount(at, weights=half, minlength=_N_LAGS + 1)
        counted += np.bincount(at, minlength=_N_LAGS + 1)
    lags = np.flatnonzero(counted)
    if len(lags) == 0:
        return Noise(float(np.mean(residuals**2)) if n else 0.0, 0.0, _LAG_S)
    gamma = summed[lags] / counted[lags]
    # Long lags overlap each other and say less than their number of pairs.
    weight = counted[lags] / lags
    best = Noise(float(np.average(gamma, weights=weight)), 0.0, _LAG_S)
    least = _misfit(best, lags, gamma, weight)
    for memory_s in _MEMORIES_S:
        rise = -np.expm1(-lags * _LAG_S / memory_s)
        for nugget, sill in _two_parts(rise, gamma, weight):
            noise = Noise(nugget, sill, float(memory_s))
            misfit = _misfit(noise, lags, gamma, weight)
            if misfit < least:
                best, least = noise, misfit
    return best


def _some_runs(
    residuals: NDArray[np.float64],
    elapsed_s: NDArray[np.float64],
    starts: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    n_runs = len(starts) - 1
    if n_runs <= _MAX_RUNS:
        return residuals, elapsed_s, starts
    kept = np.linspace(0, n_runs - 1, _MAX_RUNS).astype(np.int64)
    lengths = np.diff(starts)[kept]
    ends = np.cumsum(lengths)
    rows = np.arange(ends[-1]) + np.repeat(starts[kept] - (ends - lengths), lengths)
    return residuals[rows], elapsed_s[rows], np.append(0, ends)


def run_covariances(
    columns: NDArray[np.float64],
    elapsed_s: NDArray[np.float64],
    starts: NDArray[np.int64],
    noise: Noise,
) -> NDArray[np.float64]:
    r"""Give :math:`X' C X` of each run, with C the covariance of its windows.

    Parameters
    ----------
    columns : array, shape (n, p)
        X, sorted by run and time.
    elapsed_s, starts
        As in `fit_noise`.
    noise : Noise
        The noise.

    Returns
    -------
    array, shape (n_runs, p, p)
        One matrix for each run, in time proportional to n: the exponential needs only
        a running sum that fades from window to window.
    """
    lengths = np.diff(starts)
    n_runs, p = len(lengths), columns.shape[1]
    faded = np.zeros((n_runs, p))
    cross = np.zeros((n_runs, p, p))
    for k in range(1, int(lengths.max(initial=0))):
        active = np.flatnonzero(lengths > k)
        rows = starts[active] + k
        fade = np.exp(-(elapsed_s[rows] - elapsed_s[rows - 1]) / noise.memory_s)
        faded[active] = fade[:, None] * (faded[active] + columns[rows - 1])
        cross[active] += faded[active][:, :, None] * columns[rows][:, None, :]
    squares = np.add.reduceat(
        columns[:, :, None] * columns[:, None, :], starts[:-1], axis=0
    )
    both = cross + cross.transpose(0, 2, 1)
    return np.asarray((noise.nugget + noise.sill) * squares + noise.sill * both)


def _two_parts(
    rise: NDArray[np.float64], gamma: NDArray[np.float64], weight: NDArray[np.float64]
) -> list[tuple[float, float]]:
    """Solve for nugget and sill, neither below zero."""
    mean_rise = np.average(rise, weights=weight)
    mean_gamma = np.average(gamma, weights=weight)
    spread = np.average((rise - mean_rise) ** 2, weights=weight)
    alone = np.average(rise * gamma, weights=weight) / np.average(
        rise**2, weights=weight
    )
    candidates = [(0.0, float(alone))]
    if spread > 0:
        sill = (
            np.average((rise - mean_rise) * (gamma - mean_gamma), weights=weight)
            / spread
        )
        nugget = mean_gamma - sill * mean_rise
        if sill >= 0 and nugget >= 0:
            candidates.append((float(nugget), float(sill)))
    return candidates


def _misfit(
    noise: Noise,
    lags: NDArray[np.int64],
    gamma: NDArray[np.float64],
    weight: NDArray[np.float64],
) -> float:
    model = noise.nugget - noise.sill * np.expm1(-lags * _LAG_S / noise.memory_s)
    return float(np.sum(weight * (gamma - model) ** 2))
