"""Correlations of errors as functions of a few parameters: none, by order, by days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from hipstride.stats._arrays import FloatArray, as_column

__all__ = [
    "Correlation",
    "ar1_by_order",
    "exponential_by_day",
    "exponential_with_nugget",
    "independent",
]


@dataclass(frozen=True, slots=True)
class Correlation:
    """A correlation matrix as a function of a few parameters.

    Parameters
    ----------
    names : tuple of str
        What the parameters are called.
    starts : tuple of tuples
        Where to start looking; the best end wins.
    bounds : tuple of pairs
        The range of each parameter, in the scale that is searched.
    matrix : callable
        From the parameters to the matrix.
    natural : callable
        From the scale that is searched to the scale that is reported.
    """

    names: tuple[str, ...]
    starts: tuple[tuple[float, ...], ...]
    bounds: tuple[tuple[float, float], ...]
    matrix: Callable[[FloatArray], FloatArray]
    natural: Callable[[FloatArray], FloatArray]


def independent(n: int) -> Correlation:
    """Give no correlation at all: ordinary least squares.

    Parameters
    ----------
    n : int
        How many rows.

    Returns
    -------
    Correlation
        For `reml`.

    Examples
    --------
    >>> independent(3).names
    ()
    """
    identity = np.eye(n)
    return Correlation((), (), (), lambda _: identity, lambda theta: theta)


def ar1_by_order(n: int) -> Correlation:
    """Correlate by order, as if runs were equally spaced.

    Parameters
    ----------
    n : int
        How many rows.

    Returns
    -------
    Correlation
        For `reml`.

    Examples
    --------
    >>> ar1_by_order(3).names
    ('phi',)
    """
    lag = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    return Correlation(
        ("phi",),
        ((0.2,), (0.7,)),
        ((-0.99, 0.9999),),
        lambda theta: theta[0] ** lag,
        lambda theta: theta,
    )


def exponential_by_day(day: ArrayLike) -> Correlation:
    """Let correlation fall exponentially with the days between two runs.

    Parameters
    ----------
    day : array-like, shape (n,)
        The day of each row [d].

    Returns
    -------
    Correlation
        For `reml`.

    Examples
    --------
    >>> exponential_by_day([0.0, 2.0, 3.0]).names
    ('tau_days',)
    """
    lag, span = _lags(day)
    return Correlation(
        ("tau_days",),
        ((0.0,), (np.log(max(span / 10, 1.0)),)),
        ((np.log(1e-3), np.log(10 * span)),),
        lambda theta: np.exp(-lag / np.exp(theta[0])),
        np.exp,
    )


def exponential_with_nugget(day: ArrayLike) -> Correlation:
    """Let correlation fall with days, and a share `nu` be of its own for each run.

    Parameters
    ----------
    day : array-like, shape (n,)
        The day of each row [d].

    Returns
    -------
    Correlation
        For `reml`.

    Examples
    --------
    >>> exponential_with_nugget([0.0, 2.0, 3.0]).names
    ('tau_days', 'nu')
    """
    lag, span = _lags(day)
    identity = np.eye(len(lag))

    def matrix(theta: FloatArray) -> FloatArray:
        smooth = np.exp(-lag / np.exp(theta[0]))
        return np.asarray((1 - theta[1]) * smooth + theta[1] * identity)

    return Correlation(
        ("tau_days", "nu"),
        ((np.log(2.0), 0.3), (np.log(max(span / 5, 1.0)), 0.7)),
        ((np.log(1e-3), np.log(10 * span)), (0.0, 1.0)),
        matrix,
        lambda theta: np.array([np.exp(theta[0]), theta[1]]),
    )


def _lags(day: ArrayLike) -> tuple[FloatArray, float]:
    days = as_column(day, "day")
    return np.abs(np.subtract.outer(days, days)), max(float(np.ptp(days)), 1.0)
