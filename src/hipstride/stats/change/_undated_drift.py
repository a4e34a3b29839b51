"""How large a step the ordinary drift of a diary shows by itself, by simulation.

Pain that resembles yesterday's wanders, and a wandering series always has a best place
for a step. So the step that was found is compared with the steps found, by the same
search, in series drawn from the fitted model without it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hipstride.stats._arrays import FloatArray
from hipstride.stats._correlation_fit import CorrelationFit, fit_correlation
from hipstride.stats.change._undated_segments import StepSearch

__all__ = ["SearchTest", "date_interval", "drawn_errors", "search_and_test"]

_TAIL = 0.025
_REPRODUCED = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class SearchTest:
    """The best place for one more step, against drift alone.

    Attributes
    ----------
    row : int
        The first row after the step.
    f, critical_f : float
        The largest F over all places; and what 5 % of the drawn series exceed.
    p_value : float
        Share of the drawn series whose best step is as good.
    drift : CorrelationFit
        The model without the step.
    """

    row: int
    f: float
    critical_f: float
    p_value: float
    drift: CorrelationFit


def drawn_errors(
    fit: CorrelationFit, day: FloatArray, n_series: int, rng: np.random.Generator
) -> FloatArray:
    """Draw errors of the fitted model: a chain over the days, and a nugget.

    Parameters
    ----------
    fit : CorrelationFit
        Decay, nugget and spread.
    day : ndarray, shape (n,)
        In order [d].
    n_series : int
        How many.
    rng : Generator
        Where chance comes from.

    Returns
    -------
    ndarray, shape (n, n_series)
        The errors [points].

    Examples
    --------
    >>> fit = fit_correlation(np.sin(np.arange(9.0)), np.ones((9, 1)), np.arange(9.0))
    >>> drawn_errors(fit, np.arange(9.0), 4, np.random.default_rng(1)).shape
    (9, 4)
    """
    n = len(day)
    kept = np.exp(-np.diff(day) / fit.tau_days)
    fresh = np.sqrt(np.maximum(1 - kept**2, 0))
    chain = rng.standard_normal((n, n_series))
    for i in range(1, n):
        chain[i] = kept[i - 1] * chain[i - 1] + fresh[i - 1] * chain[i]
    nugget = rng.standard_normal((n, n_series))
    return np.asarray(
        fit.sigma * (np.sqrt(1 - fit.nu) * chain + np.sqrt(fit.nu) * nugget)
    )


def search_and_test(
    y: FloatArray,
    x: FloatArray,
    day: FloatArray,
    search: StepSearch,
    *,
    n_bootstrap: int,
    rng: np.random.Generator,
) -> SearchTest:
    """Find the best place for a step and compare it with drift.

    Parameters
    ----------
    y, day : ndarray, shape (n,)
        Ratings [points] and days [d].
    x : ndarray, shape (n, k)
        The model without the step.
    search : StepSearch
        The places, beside the same columns.
    n_bootstrap : int
        Series drawn.
    rng : Generator
        Where chance comes from.

    Returns
    -------
    SearchTest
        Place, F and p.
    """
    place, f = search.best(y)
    drift = fit_correlation(y, x, day)
    if drift.sigma <= _REPRODUCED * float(np.ptp(y)):
        # The columns give the ratings exactly: nothing is left to shift.
        return SearchTest(int(search.places[place[0]]), 0.0, math.inf, 1.0, drift)
    # The search removes what the columns give, so that errors alone are enough.
    _, by_drift = search.best(drawn_errors(drift, day, n_bootstrap, rng))
    as_good = int(np.sum(by_drift >= f[0]))
    return SearchTest(
        row=int(search.places[place[0]]),
        f=float(f[0]),
        critical_f=float(np.quantile(by_drift, 0.95)),
        p_value=(1 + as_good) / (n_bootstrap + 1),
        drift=drift,
    )


def date_interval(
    y: FloatArray,
    x: FloatArray,
    day: FloatArray,
    search: StepSearch,
    row: int,
    *,
    n_bootstrap: int,
    rng: np.random.Generator,
) -> tuple[int, int]:
    """Say between which rows the step lies, by finding it again in drawn series.

    Parameters
    ----------
    y, x, day, search, n_bootstrap, rng
        As for `search_and_test`; `x` holds all but this step.
    row : int
        The first row after the step.

    Returns
    -------
    low, high : int
        The earliest and the latest first row after it, of a 95 % interval.

    Notes
    -----
    Series are drawn from the fitted model with the step at `row`. The interval holds
    the middle 95 % of the places found in them.
    """
    step = (np.arange(len(y)) >= row).astype(np.float64)
    fit = fit_correlation(y, np.column_stack([x, step]), day)
    size = float(fit.coefficients[-1])
    drawn = drawn_errors(fit, day, n_bootstrap, rng) + size * step[:, None]
    place, _ = search.best(drawn)
    rows: NDArray[np.int64] = np.sort(search.places[place])
    low = int(np.floor(_TAIL * (len(rows) - 1)))
    return min(int(rows[low]), row), max(int(rows[-1 - low]), row)
