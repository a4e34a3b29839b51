"""From pain as felt to a rating, and what that does to the true effect.

A rating is the felt pain, rounded, and cut off at 0 and 10. Both flatten the slope: on
the scale the effect of a stride is smaller than the latent one. That is a property of
the scale, not a bias of the estimator, so the truth is told on both.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

__all__ = ["expected_rating", "marginal_effect", "rate"]

MAX_PAIN_POINTS = 10.0


def rate(
    felt_points: NDArray[np.float64],
    *,
    step_points: float,
    careless: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Turn felt pain into ratings.

    Parameters
    ----------
    felt_points : array, shape (n,)
        Pain as felt, unbounded [points].
    step_points : float
        Spacing of the scale [points].
    careless : array of bool, shape (n,)
        Where the rating is 0 whatever was felt.

    Returns
    -------
    array, shape (n,)
        Ratings on the scale from 0 to 10 [points].

    Examples
    --------
    >>> none = np.zeros(3, dtype=bool)
    >>> rate(np.array([-2.0, 3.4, 12.0]), step_points=1.0, careless=none)
    array([ 0.,  3., 10.])
    """
    # Adding 0.0 turns the -0.0 of a rounded small negative into 0.0.
    rounded = np.round(felt_points / step_points) * step_points + 0.0
    return np.where(careless, 0.0, np.clip(rounded, 0.0, MAX_PAIN_POINTS) + 0.0)


def marginal_effect(
    mean_points: float, sd_points: float, *, step_points: float, zero_share: float
) -> float:
    r"""Tell how many points the mean rating moves per point of felt pain.

    For normal felt pain :math:`L` and a rating :math:`g(L)`, Stein's lemma gives the
    slope of the best linear predictor of :math:`g(L)` on any jointly normal cause of
    :math:`L` as its latent slope times :math:`E[g'(L)]`; the derivative of a staircase
    is the sum of the density of :math:`L` at each of its steps.

    Parameters
    ----------
    mean_points, sd_points : float
        Of the felt pain [points].
    step_points : float
        Spacing of the scale [points].
    zero_share : float
        Share of the careless zeros [-].

    Returns
    -------
    float
        Between 0 and about 1 [-].

    References
    ----------
    .. [1] Stein, Estimation of the mean of a multivariate normal distribution, Annals
       of Statistics 9, 1981.

    Examples
    --------
    >>> round(marginal_effect(5.0, 1.5, step_points=1.0, zero_share=0.0), 3)
    0.999
    """
    z = (_thresholds(step_points) - mean_points) / sd_points
    density = np.exp(-0.5 * z**2) / (math.sqrt(2 * math.pi) * sd_points)
    return float((1.0 - zero_share) * step_points * density.sum())


def expected_rating(
    mean_points: float, sd_points: float, *, step_points: float, zero_share: float
) -> float:
    """Give the mean rating of normally distributed felt pain.

    Parameters
    ----------
    mean_points, sd_points : float
        Of the felt pain [points].
    step_points : float
        Spacing of the scale [points].
    zero_share : float
        Share of the careless zeros [-].

    Returns
    -------
    float
        Mean of the ratings [points].

    Examples
    --------
    >>> expected_rating(5.0, 1.0, step_points=1.0, zero_share=0.0)
    5.0
    """
    z = (_thresholds(step_points) - mean_points) / (sd_points * math.sqrt(2))
    above = sum(0.5 * math.erfc(each) for each in z.tolist())
    return (1.0 - zero_share) * step_points * above


def _thresholds(step_points: float) -> NDArray[np.float64]:
    """Give the felt pain at which the rating goes up by one step."""
    count = round(MAX_PAIN_POINTS / step_points)
    return (np.arange(1, count + 1, dtype=np.float64) - 0.5) * step_points
