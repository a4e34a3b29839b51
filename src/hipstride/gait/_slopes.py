"""Slopes within the runs on given columns, and the errors that follow from them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf, nan
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hipstride.gait._noise import Noise, fit_noise, run_covariances
from hipstride.gait._window_data import Data

__all__ = ["MIN_RUNS_FOR_CLUSTERS", "Fit", "alike", "slopes_on", "standard_errors"]

# What 1 % of grade may do to the step where that is not known, as a standard deviation.
# 39 hilly real runs gave -0.5 to +0.3 % (mean -0.1); those are pulled towards 0.
UNKNOWN_GRADE_SLOPE_SD = 0.006
# How far a slope may be off that was found on grades that are mostly error.
UNSURE_GRADE_SLOPE_SD = 0.0025
# A day's GPS, or a belt, is off by about this share all through a run. It is in step
# length and speed alike, and what the slope does not take back is left in the number.
RUN_SPEED_SD = 0.004
# Columns closer to each other than this cannot be told apart.
MAX_CONDITION = 1e8
# Runs differ in their slopes by more than noise (0.66 to 0.99 in single real runs).
# From this many runs on that spread can be seen, and counts where it is the larger.
MIN_RUNS_FOR_CLUSTERS = 5
# With fewer, that spread is taken from others: about 0.06 in the mean of real runs.
SLOPE_SPREAD_SD = 0.06
# From so many runs on it is known well enough to stand alone.
MIN_RUNS_FOR_CLUSTERS_ALONE = 100

How = Literal["instrument", "published"]


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """The slopes that all runs share; the first is that of speed."""

    names: tuple[str, ...]
    coefficients: NDArray[np.float64]
    covariance: NDArray[np.float64]
    # Columns that move with the real values alone, and (p, p) what they lean on:
    # the slopes are lever @ instruments' log step.
    instruments: NDArray[np.float64]
    lever: NDArray[np.float64]
    # That of what the curve leaves of the windows.
    noise: Noise
    how: How = "instrument"
    # By how much an error of speed may have pulled the slope, beside its covariance.
    pull: float = 0.0
    # Whether the grades within the runs are hardly more than error.
    is_grade_unsure: bool = False
    # What the slopes were multiplied with for what is known beforehand, (p, p).
    prior: NDArray[np.float64] | None = None

    @property
    def whole_covariance(self) -> NDArray[np.float64]:
        """That of the slopes, what may have pulled that of speed included."""
        whole = self.covariance.copy()
        whole[0, 0] += self.pull**2
        return whole


def slopes_on(
    data: Data,
    names: tuple[str, ...],
    x: NDArray[np.float64],
    moves: NDArray[np.float64],
) -> Fit:
    """Take the slopes of the log step on columns, by what moves with them.

    Parameters
    ----------
    data : Data
        The windows.
    names : tuple of str
        The terms.
    x, moves : array, shape (n, p)
        The terms as deviations from the means of their runs, and columns that move with
        their real values; least squares where both are the same.

    Returns
    -------
    Fit
        NaN with an infinite variance where the columns cannot be told apart.
    """
    y = data.within(data.log_step)
    of_curve = data.of_windows(data.shapes)
    moves_curve = moves * of_curve[:, None]
    gram = moves_curve.T @ x
    p = len(names)
    across = np.sqrt((moves_curve**2).sum(axis=0))
    along = np.sqrt((x[of_curve] ** 2).sum(axis=0))
    if (
        not (across > 0).all()
        or not (along > 0).all()
        or not np.linalg.cond(gram / np.outer(across, along)) < MAX_CONDITION
    ):
        unknown = np.diag(np.full(p, inf))
        no_noise = Noise(nan, nan, nan)
        none = np.zeros((p, p))
        return Fit(names, np.full(p, nan), unknown, moves, none, no_noise)
    lever = np.asarray(np.linalg.inv(gram), dtype=np.float64)
    coefficients = lever @ (moves_curve.T @ y)
    residuals = y - x @ coefficients
    n_runs = int(np.count_nonzero(data.shapes & (data.lengths > 1)))
    noise = fit_noise(residuals, data.elapsed_s, data.starts)
    covariance = np.zeros((p, p))
    if n_runs < MIN_RUNS_FOR_CLUSTERS_ALONE:
        meat = run_covariances(moves_curve, data.elapsed_s, data.starts, noise)
        covariance = lever @ meat.sum(axis=0) @ lever.T
    if n_runs < MIN_RUNS_FOR_CLUSTERS:
        covariance[0, 0] += SLOPE_SPREAD_SD**2 / max(n_runs, 1)
    else:
        scores = data.run_sums(moves_curve * residuals[:, None])
        spread = scores.T @ scores * (n_runs / max(n_runs - p, 1))
        clustered = lever @ spread @ lever.T
        if clustered[0, 0] > covariance[0, 0]:
            covariance = clustered
    return Fit(names, coefficients, covariance, moves, lever, noise)


def alike(fit: Fit, one: str, other: str, sd: float) -> Fit:
    """Draw two slopes towards each other, as far as the data leave them open.

    Parameters
    ----------
    fit : Fit
        Slopes and their covariance.
    one, other : str
        The two terms.
    sd : float
        By how much they are thought to differ beforehand, as a standard deviation.

    Returns
    -------
    Fit
        The slopes given that their difference is 0 ± `sd`, and the covariance of that.
    """
    if not np.isfinite(fit.covariance).all():
        return fit
    between = np.zeros(len(fit.names))
    between[fit.names.index(one)], between[fit.names.index(other)] = 1.0, -1.0
    along = fit.covariance @ between
    mix = np.eye(len(between)) - np.outer(along, between) / (between @ along + sd**2)
    return replace(
        fit,
        coefficients=mix @ fit.coefficients,
        covariance=mix @ fit.covariance,
        lever=mix @ fit.lever,
        prior=mix,
    )


def standard_errors(data: Data, fit: Fit) -> NDArray[np.float64]:
    """Give the standard error of each run's intercept on the log scale.

    Parameters
    ----------
    data : Data
        The windows.
    fit : Fit
        The curve.

    Returns
    -------
    array, shape (n_runs,)
        Of the mean of the run's own noise, of the slopes times the distance of its
        means from the reference, of a speed that is 0.4 % wrong all through the run,
        and of a grade whose effect is not known. What the first two share, since the
        run shaped the slopes, is taken off.
    """
    means = data.run_means(data.columns(fit.names))
    moves_and_one = np.hstack([fit.instruments, np.ones((len(fit.instruments), 1))])
    spread = run_covariances(moves_and_one, data.elapsed_s, data.starts, fit.noise)
    n = data.lengths
    of_mean = spread[:, -1, -1] / n**2
    of_slope = np.einsum("ij,jk,ik->i", means, fit.whole_covariance, means)
    shared = np.einsum("ij,jk,ik->i", means, fit.lever, spread[:, :-1, -1])
    of_speed = (RUN_SPEED_SD * (1.0 - fit.coefficients[0])) ** 2
    of_grade = np.zeros(len(n))
    if "uphill" not in fit.names:
        of_grade = (UNKNOWN_GRADE_SLOPE_SD * data.run_means(data.grade_pct)) ** 2
    elif fit.is_grade_unsure:
        of_grade = (UNSURE_GRADE_SLOPE_SD * data.run_means(data.grade_pct)) ** 2
    twice_shared = 2.0 * np.where(data.shapes, shared / n, 0.0)
    variance = of_mean + of_slope + of_speed + of_grade - twice_shared
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)))
