"""What the curve would have been with other runs: the bootstrap over runs.

Whole runs are drawn, since the windows of a run resemble one another. The slopes need
only a few sums of each run, so that a draw is a weighted sum and five hundred take
milliseconds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hipstride.gait._slopes import MIN_RUNS_FOR_CLUSTERS, Fit
from hipstride.gait._window_data import Data

__all__ = ["TERMS", "resampled"]

N_DRAWS = 500
TERMS = ("speed", "uphill", "downhill", "bend", "level")
_MAX_CONDITION = 1e8
_MAX_ERRORS = 4.0
# The form of a runner differs by about this from day to day; for fewer runs than show
# it themselves.
FORM_SD = 0.02
# The 97.5 % quantile of t is about 1.96 (1 + 1.2 / df).
_T_PER_DF = 1.2


def resampled(
    data: Data, fit: Fit, log_offset: NDArray[np.float64], *, seed: int
) -> NDArray[np.float64]:
    """Draw the runs anew and fit the curve to each draw.

    Parameters
    ----------
    data : Data
        The windows.
    fit : Fit
        The curve of all runs.
    log_offset : array, shape (n_runs,)
        What is taken off each run's number before it counts towards the level (another
        watch); NaN for a run that is not of the baseline.
    seed : int
        Of the draws.

    Returns
    -------
    array, shape (n_draws, 5)
        The columns `TERMS`: slopes of speed, uphill, downhill and the bend, 0 where the
        curve has none, and the logarithm of the baseline's step length. With fewer than
        five runs, or with a slope that was not measured, the slopes are drawn from
        their standard errors.
    """
    rng = np.random.default_rng(seed)
    n_runs, p = len(data.lengths), len(fit.names)
    counts = rng.multinomial(n_runs, np.full(n_runs, 1 / n_runs), size=N_DRAWS)
    slopes = np.tile(fit.coefficients, (N_DRAWS, 1))
    enough = np.count_nonzero(data.shapes & (data.lengths > 1)) >= MIN_RUNS_FOR_CLUSTERS
    if enough and fit.how != "published":
        x = data.within(data.columns(fit.names))
        y = data.within(data.log_step)
        moves = fit.instruments * data.of_windows(data.shapes)[:, None]
        grams = data.run_sums((moves[:, :, None] * x[:, None, :]).reshape(-1, p * p))
        scores = data.run_sums(moves * y[:, None])
        gram = (counts @ grams).reshape(N_DRAWS, p, p)
        score = counts @ scores
        size = np.sqrt(np.abs(np.einsum("bii->bi", gram)))
        size[size == 0] = np.inf
        scaled = gram / (size[:, :, None] * size[:, None, :])
        good = np.linalg.cond(scaled) < _MAX_CONDITION
        drawn = np.linalg.solve(gram[good], score[good][:, :, None])[:, :, 0]
        slopes[good] = drawn if fit.prior is None else drawn @ fit.prior.T
        # A draw in which one run or two carry all the speeds may lie anywhere.
        reach = _MAX_ERRORS * np.sqrt(np.diag(fit.covariance))
        slopes = np.clip(slopes, fit.coefficients - reach, fit.coefficients + reach)
        slopes[:, 0] += fit.pull * rng.standard_normal(N_DRAWS)
    else:
        slopes = rng.multivariate_normal(
            fit.coefficients, fit.whole_covariance, size=N_DRAWS, method="eigh"
        )
    draws = np.zeros((N_DRAWS, len(TERMS)))
    for at, name in enumerate(fit.names):
        if name in TERMS:
            draws[:, TERMS.index(name)] = slopes[:, at]
    draws[:, -1] = _levels(data, fit, log_offset, counts, slopes, rng)
    return draws[np.isfinite(draws).all(axis=1)]


def _levels(
    data: Data,
    fit: Fit,
    log_offset: NDArray[np.float64],
    counts: NDArray[np.int64],
    slopes: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Give the level of the baseline runs in each draw."""
    is_baseline = np.isfinite(log_offset)
    n = int(np.count_nonzero(is_baseline))
    y = (data.run_means(data.log_step) - log_offset)[is_baseline]
    x = data.run_means(data.columns(fit.names))[is_baseline]
    if n < MIN_RUNS_FOR_CLUSTERS:
        level = y.mean() - slopes @ x.mean(axis=0)
        by_chance = FORM_SD / np.sqrt(n) * rng.standard_normal(len(slopes))
        return np.asarray(level + by_chance)
    weights = counts[:, is_baseline].astype(np.float64)
    total = weights.sum(axis=1)
    total[total == 0] = np.nan
    mean_x = (weights @ x) / total[:, None]
    drawn = (weights @ y) / total - np.einsum("bj,bj->b", mean_x, slopes)
    # Draws of few runs vary too little, and Student's t asks for more.
    wider = np.sqrt(n / (n - 1)) * (1.0 + _T_PER_DF / (n - 1))
    middle = y.mean() - slopes @ x.mean(axis=0)
    return np.asarray(middle + wider * (drawn - middle))
