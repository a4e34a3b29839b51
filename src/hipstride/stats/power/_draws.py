"""Further histories like this one: days, processes with a memory, covariates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from hipstride.stats._arrays import FloatArray, rank_order
from hipstride.stats.gap_gls import gap_gls
from hipstride.stats.power._numbers import Errors

__all__ = ["Draws", "days_of", "fit_null", "process", "repeated", "wilson"]


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """What the test gave on simulated histories without an effect.

    GLS shifts by exactly the effect where one is added: neither the fitted correlation
    nor the standard error moves. So one fit for each history serves all effects. Errors
    of the other sign are as likely and give the estimate of the other sign with the
    same standard error, so that each fit also serves its mirror image.

    Attributes
    ----------
    estimate, se, critical : ndarray, shape (n_sims,)
        Estimate and standard error [points per unit of the exposure], and the quantile
        that the estimate is compared with, in standard errors.
    """

    estimate: FloatArray
    se: FloatArray
    critical: FloatArray

    def power(self, effect: float, scale: float = 1.0) -> float:
        """Give the share that excludes 0, the errors made `scale` times as large."""
        limit = scale * self.critical * self.se
        both = (effect + scale * self.estimate, effect - scale * self.estimate)
        return float(np.mean([np.abs(moved) > limit for moved in both]))

    @property
    def half_width(self) -> float:
        """The median half-width of the 95 % interval."""
        return float(np.median(self.critical * self.se))


def days_of(rng: np.random.Generator, gaps: FloatArray, n: int) -> FloatArray:
    """Draw the days of n runs from the gaps of a history.

    Examples
    --------
    >>> days_of(np.random.default_rng(1), np.array([2.0]), 4).tolist()
    [0.0, 2.0, 4.0, 6.0]
    """
    return np.concatenate([[0.0], np.cumsum(rng.choice(gaps, max(n - 1, 0)))])


def process(rng: np.random.Generator, errors: Errors, day: FloatArray) -> FloatArray:
    """Draw a process with a memory on given days.

    Examples
    --------
    >>> process(np.random.default_rng(1), Errors(1.0, 2.0, 0.3), np.arange(4.0)).shape
    (4,)
    """
    decay = np.exp(-np.diff(day, prepend=day[0]) / errors.tau_days)
    shocks = rng.standard_normal(len(day)) * np.sqrt(1 - decay**2)
    shocks[0] = rng.standard_normal()
    state = np.empty(len(day))
    now = 0.0
    for at, (fade, shock) in enumerate(zip(decay, shocks, strict=True)):
        now = fade * now + shock if at else shock
        state[at] = now
    alone = rng.standard_normal(len(day))
    mixed = np.sqrt(1 - errors.nu) * state + np.sqrt(errors.nu) * alone
    return np.asarray(errors.sd * mixed, dtype=np.float64)


def repeated(rows: FloatArray, n: int, start: int) -> FloatArray:
    """Take n rows in their order from `start` on, beginning anew at the end.

    Examples
    --------
    >>> repeated(np.array([[1.0], [2.0], [3.0]]), 4, 2)[:, 0].tolist()
    [3.0, 1.0, 2.0, 3.0]
    """
    return rows[(start + np.arange(n)) % len(rows)]


def fit_null(
    y: FloatArray, exposure: FloatArray, others: FloatArray, day: FloatArray
) -> tuple[float, float, float]:
    """Run the intended test once: estimate, standard error and t quantile.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> day, x = np.arange(50.0), rng.normal(size=50)
    >>> b, se, critical = fit_null(rng.normal(size=50), x, np.empty((50, 0)), day)
    >>> abs(b) < 4 * se, critical > 1.9
    (True, True)
    """
    x = np.column_stack([np.ones(len(y)), exposure, others])
    fit = gap_gls(y, x[:, rank_order(x)], day)
    critical = stats.t.ppf(0.975, fit.df[1])
    return float(fit.coefficients[1]), float(fit.se[1]), float(critical)


def wilson(share: float, n: int) -> tuple[float, float]:
    """Give the 95 % interval of a share that was counted in n simulations.

    Examples
    --------
    >>> [round(end, 2) for end in wilson(0.5, 100)]
    [0.4, 0.6]
    """
    z2 = 1.959964**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n**2))) / (1 + z2 / n)
    # Rounding must not put the share itself outside.
    low, high = min(share, float(middle - half)), max(share, float(middle + half))
    return max(0.0, low), min(1.0, high)
