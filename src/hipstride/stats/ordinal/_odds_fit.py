"""One model of odds on the rows of an association, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from hipstride.stats._arrays import FloatArray
from hipstride.stats.design_matrix import Design, words_of
from hipstride.stats.ordinal._score_variance import Slope, model_slope, slope_over_time
from hipstride.stats.ordinal.proportional_odds import (
    ProportionalOdds,
    proportional_odds,
)
from hipstride.stats.ordinal.separation import MAX_LOG_ODDS_PER_SD, is_separable

__all__ = ["OddsFit", "fit_odds", "without_separating_covariates"]

# Without these it would not be the step length at the same speed.
_ALWAYS = ("speed", "grade")


@dataclass(frozen=True, slots=True, eq=False)
class OddsFit:
    """A fit with the slope on the stride, by time and by the model alone."""

    fit: ProportionalOdds
    slope: Slope
    by_model: Slope


def without_separating_covariates(design: Design, y: FloatArray) -> Design | None:
    """Leave out covariates that order the ratings exactly; the stride must not.

    Parameters
    ----------
    design : Design
        The regression of the association.
    y : ndarray, shape (n,)
        What is modelled: the ratings, or whether they are above 0.

    Returns
    -------
    Design or None
        With a caveat for what was left out; None where the stride is part of what
        parts the ratings, or no one covariate does it. Speed and grade always stay.

    Notes
    -----
    Such as five treadmill runs, all without pain: their own intercept falls without
    end, though the stride of the other runs can be compared.
    """
    if not is_separable(y, design.matrix):
        return design
    if not is_separable(y, design.covariates):
        return None  # the stride is part of what parts them
    for name in reversed(tuple(design.groups)):
        if name in _ALWAYS:
            continue
        part = design.without(name)
        if not is_separable(y, part.matrix):
            caveat = (
                f"{words_of(name)} was left out: with it the ratings are parted "
                "exactly, and its log odds have no end"
            )
            return replace(part, caveats=(*design.caveats, caveat))
    return None


def fit_odds(design: Design, y: FloatArray) -> OddsFit | None:
    """Fit proportional odds; None where the odds have no end.

    Parameters
    ----------
    design : Design
        Rows and columns, in order of time.
    y : ndarray, shape (n,)
        What is modelled.

    Returns
    -------
    OddsFit or None
        None if the ratings are parted exactly, or if a coefficient says more than 10
        log odds for one standard deviation of what its column has of its own.
    """
    x = design.matrix[:, 1:]
    if is_separable(y, x):
        return None
    fit = proportional_odds(y, x)
    inverse = np.linalg.inv(np.linalg.qr(x - x.mean(axis=0))[1])
    own_sd = 1 / np.sqrt(np.sum(inverse**2, axis=1) * (len(x) - 1))
    if np.abs(fit.coefficients * own_sd).max() > MAX_LOG_ODDS_PER_SD:
        return None
    return OddsFit(fit, slope_over_time(fit), model_slope(fit))
