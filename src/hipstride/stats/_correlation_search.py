"""The search for the highest restricted likelihood over decay and nugget.

The likelihood is flat along a ridge and may have two tops, so the search starts from
the best places of a grid; it ends with Newton steps, which give all the digits that
the likelihood carries.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import optimize
from scipy.linalg import lapack

from hipstride.stats._arrays import FloatArray
from hipstride.stats._markov import Chain, Precision, make_precision, weigh_with

__all__ = ["MIN_NU", "maximise"]

_GRID_TAU = 10
_GRID_NU = (0.02, 0.2, 0.4, 0.6, 0.8, 0.95)
# Runs at the same moment leave no room for a nugget of zero: one rating copied to both
# would then outweigh the whole history.
MIN_NU = 0.05
# The deviance where the matrix is no correlation: far above any other.
REFUSED = 1e12
# Steps of the differences: of the first derivative in the rough search, of the
# second derivatives at the end.
_ROUGH_STEP, _FINE_STEP = 1e-6, 1e-3
_MAX_NEWTON_STEPS = 8
_SMALL_STEP = 1e-6


@dataclass(slots=True, eq=False)
class _Deviance:
    """Minus twice the restricted log-likelihood; the last decay is remembered.

    A class for the memory: most calls in a row differ in the nugget alone.
    """

    chain: Chain
    n: int
    nu_low: float
    log_tau: float = float("nan")
    precision: Precision | None = field(default=None)

    def __call__(self, theta: FloatArray) -> float:
        log_tau, nu = float(theta[0]), min(max(float(theta[1]), self.nu_low), 1.0)
        if self.precision is None or log_tau != self.log_tau:
            self.precision = make_precision(self.chain, float(np.exp(log_tau)))
            self.log_tau = log_tau
        products, log_determinant = weigh_with(self.chain, self.precision, nu)
        lower, failed = lapack.dpotrf(products, lower=1)
        if failed:
            return REFUSED
        diagonal = np.diagonal(lower)
        k = len(diagonal) - 1
        df = self.n - k
        sigma2 = float(diagonal[k]) ** 2 / df
        if not sigma2 > 0:
            return REFUSED
        value = df * (np.log(2 * np.pi * sigma2) + 1) + log_determinant
        value = float(value + 2 * np.log(diagonal[:k]).sum())
        return value if np.isfinite(value) else REFUSED


def maximise(
    chain: Chain, n: int, tau_bounds: tuple[float, float]
) -> tuple[float, float, bool]:
    """Find (log tau, nu) where the restricted likelihood is highest.

    Parameters
    ----------
    chain : Chain
        Orthonormal design and outcome, gathered by day.
    n : int
        Number of rows.
    tau_bounds : tuple of float
        The range of the decay [d].

    Returns
    -------
    log_tau, nu : float
        Where it is highest.
    is_converged : bool
        Whether the search ended at a maximum.
    """
    low, high = float(np.log(tau_bounds[0])), float(np.log(tau_bounds[1]))
    nu_low = MIN_NU if chain.n_within else 0.0
    deviance = _Deviance(chain, n, nu_low)
    bounds = np.array([[low, high], [nu_low, 1.0]])
    grid = [
        (deviance(np.array([log_tau, nu])), log_tau, nu)
        for log_tau in np.linspace(low, high, _GRID_TAU)
        for nu in _GRID_NU
    ]
    grid.append((deviance(np.array([low, 1.0])), low, 1.0))
    grid.sort()
    first = grid[0]
    others = [g for g in grid[1:] if abs(g[1] - first[1]) > (high - low) / 6]
    pairs = [(low, high), (nu_low, 1.0)]
    ends = [
        optimize.minimize(
            _with_slope(deviance, bounds),
            (log_tau, nu),
            jac=True,
            method="L-BFGS-B",
            bounds=pairs,
            options={"ftol": 1e-12, "gtol": 1e-6},
        )
        for _, log_tau, nu in [first, *others[:1]]
    ]
    best = min(ends, key=lambda end: float(end.fun))
    end, value, is_converged = _newton(deviance, np.asarray(best.x), bounds)
    return float(end[0]), float(end[1]), is_converged and value < REFUSED


def _with_slope(
    deviance: _Deviance, bounds: FloatArray
) -> Callable[[FloatArray], tuple[float, FloatArray]]:
    """Give value and slope by differences that stay inside of the range."""

    def both(theta: FloatArray) -> tuple[float, FloatArray]:
        value = deviance(theta)
        slope = np.empty(2)
        for i in (1, 0):  # the nugget first: its decay is remembered
            step = _ROUGH_STEP if theta[i] + _ROUGH_STEP <= bounds[i, 1] else -1e-6
            moved = theta.copy()
            moved[i] += step
            slope[i] = (deviance(moved) - value) / step
        return value, slope

    return both


def _newton(
    deviance: _Deviance, start: FloatArray, bounds: FloatArray
) -> tuple[FloatArray, float, bool]:
    """Go the last steps; where the likelihood is no bowl, leave it to a simplex."""
    at, value = start.copy(), deviance(start)
    for _ in range(_MAX_NEWTON_STEPS):
        slope, bend, free = _shape(deviance, at, value, bounds)
        if not free.any():
            return at, value, True
        step = _step(slope, bend, free)
        if step is None:
            break
        moved = np.clip(at + step, bounds[:, 0], bounds[:, 1])
        trial = deviance(moved)
        if trial > value + 1e-9:
            break
        size = float(np.abs(moved - at).max())
        at, value = moved, min(trial, value)
        if size < _SMALL_STEP:
            return at, value, True
    fine = optimize.minimize(
        deviance,
        at,
        method="Nelder-Mead",
        bounds=[(float(low), float(high)) for low, high in bounds],
        options={
            "xatol": 1e-5,
            "fatol": 1e-9,
            "initial_simplex": _simplex(at, bounds),
        },
    )
    if float(fine.fun) <= value:
        return np.asarray(fine.x), float(fine.fun), bool(fine.success)
    return at, value, bool(fine.success)


def _shape(
    deviance: _Deviance, at: FloatArray, value: float, bounds: FloatArray
) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]]:
    """Give slope, bend, and which parameters are not held at the end of their range."""
    h = np.full(2, _FINE_STEP)
    # Near an end the middle of the differences moves inward.
    middle = np.clip(at, bounds[:, 0] + h, bounds[:, 1] - h)
    centre = value if np.array_equal(middle, at) else deviance(middle)
    steps = np.diag(h)
    slope, bend = np.empty(2), np.empty((2, 2))
    for i in (1, 0):
        up, down = deviance(middle + steps[i]), deviance(middle - steps[i])
        slope[i] = (up - down) / (2 * h[i])
        bend[i, i] = (up - 2 * centre + down) / h[i] ** 2
    corners = [
        deviance(middle + a * steps[0] + b * steps[1])
        for a, b in ((1, 1), (1, -1), (-1, 1), (-1, -1))
    ]
    mixed = (corners[0] - corners[1] - corners[2] + corners[3]) / (4 * h[0] * h[1])
    bend[0, 1] = bend[1, 0] = mixed
    slope = slope + bend @ (at - middle)
    is_low = (at <= bounds[:, 0]) & (slope >= 0)
    is_high = (at >= bounds[:, 1]) & (slope <= 0)
    return slope, bend, ~(is_low | is_high)


def _step(
    slope: FloatArray, bend: FloatArray, free: NDArray[np.bool_]
) -> FloatArray | None:
    """Give the Newton step of the free parameters; None where there is no bowl."""
    which = np.flatnonzero(free)
    part = bend[np.ix_(which, which)]
    values = np.linalg.eigvalsh(part)
    if not (np.isfinite(part).all() and values[0] > 1e-4 * max(values[-1], 1e-4)):
        return None
    step = np.zeros(2)
    step[which] = -np.linalg.solve(part, slope[which])
    return step if np.abs(step).max() < 1 else None


def _simplex(centre: FloatArray, bounds: FloatArray) -> FloatArray:
    """Start small around the rough end, inside of the range."""
    step_tau = -0.02 if centre[0] + 0.02 > bounds[0, 1] else 0.02
    step_nu = -0.01 if centre[1] + 0.01 > 1 else 0.01
    steps = np.array([[0.0, 0.0], [step_tau, 0.0], [0.0, step_nu]])
    return np.asarray(np.clip(centre + steps, bounds[:, 0], bounds[:, 1]))
