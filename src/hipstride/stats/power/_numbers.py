"""What decides whether a history can show anything, in eight numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from hipstride.stats._arrays import FloatArray

__all__ = ["Errors", "HistoryNumbers", "typical_numbers"]


@dataclass(frozen=True, slots=True)
class Errors:
    """A process with a memory in days and a part that is of one run alone.

    Attributes
    ----------
    sd : float
        Its standard deviation [points], or [%] of step length.
    tau_days : float
        Decay of its correlation [d].
    nu : float
        Share of its variance that is independent between runs.
    """

    sd: float
    tau_days: float
    nu: float


@dataclass(frozen=True, slots=True, eq=False)
class HistoryNumbers:
    """What decides whether a history can show anything.

    Attributes
    ----------
    source : {"history", "typical"}
        Whether the numbers are the runner's own.
    n_rated : int
        Rated runs so far.
    gaps_days, run_gaps_days : ndarray
        Days from one rated run to the next, and from one run to the next [d].
    share_rated : float
        Share of the runs that are rated.
    pain : Errors
        What the covariates leave of the ratings, with pain before the run among them
        where it is rated [points].
    pain_unadjusted : Errors
        The same without pain before the run, which a dated change and a test by blocks
        must not be adjusted for [points].
    stride : Errors
        What the covariates leave of the step length [%].
    covariates : ndarray, shape (n, j)
        What the primary analysis adjusts for beside a trend, repeated where more rows
        are needed.
    is_before_adjusted : bool
        Whether pain before the run is among the covariates.
    """

    source: Literal["history", "typical"]
    n_rated: int
    gaps_days: FloatArray
    run_gaps_days: FloatArray
    share_rated: float
    pain: Errors
    pain_unadjusted: Errors
    stride: Errors
    covariates: FloatArray
    is_before_adjusted: bool


# Fitted to 1,500 simulated runs of `hipstride.simulate.Runner()`, four a week, whose
# numbers are those that the error rates were measured with.
_PAIN = Errors(sd=1.56, tau_days=2.05, nu=0.32)
_PAIN_WITH_BEFORE = Errors(sd=1.08, tau_days=0.75, nu=0.55)
_STRIDE = Errors(sd=2.03, tau_days=3.2, nu=0.045)
# Speed, grade up and down, two loads, rest; one more with pain before the run.
_N_COVARIATES = 6
_N_ROWS = 997
_RUNS_PER_WEEK = 4


def typical_numbers(
    ratings: Literal["after", "before_and_after"] = "after",
) -> HistoryNumbers:
    """Give the numbers of a typical runner, for who has no history yet.

    Four runs a week, all rated; a step length that wanders by 2 % at the same speed;
    pain that is half forgotten after one and a half days.

    Parameters
    ----------
    ratings : {"after", "before_and_after"}
        Whether pain is rated before each run as well.

    Returns
    -------
    HistoryNumbers
        The numbers; a guess, and said to be one.

    Examples
    --------
    >>> typical_numbers().pain.sd > typical_numbers("before_and_after").pain.sd
    True
    """
    is_before = ratings == "before_and_after"
    rng = np.random.default_rng(0)
    # Four days of seven, as they fall.
    week = np.argsort(rng.random((_N_ROWS, 7)), axis=1) < _RUNS_PER_WEEK
    gaps = np.diff(np.flatnonzero(week.ravel())).astype(np.float64)
    return HistoryNumbers(
        source="typical",
        n_rated=0,
        gaps_days=gaps,
        run_gaps_days=gaps,
        share_rated=1.0,
        pain=_PAIN_WITH_BEFORE if is_before else _PAIN,
        pain_unadjusted=_PAIN,
        stride=_STRIDE,
        covariates=rng.standard_normal((_N_ROWS, _N_COVARIATES + is_before)),
        is_before_adjusted=is_before,
    )
