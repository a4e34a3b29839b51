"""Two closed forms for a sceptic: a prior at nothing, and how sceptical it must be."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import stats

from hipstride.errors import TableError

__all__ = ["ScepticalUpdate", "sceptical_limit", "sceptical_update"]

# Most slopes lie within ±0.2 points per 1 %: half of them below 0.07.
PRIOR_SD_POINTS_PER_PCT = 0.1
_Z = float(stats.norm.ppf(0.975))


@dataclass(frozen=True, slots=True)
class ScepticalUpdate:
    """A posterior from a normal estimate and a normal prior at 0.

    Attributes
    ----------
    mean, sd, low, high : float
        The posterior and its central 95 %.
    probability_above_0 : float
        Its share above 0.
    weight_of_history : float
        What share of the estimate is left.
    """

    mean: float
    sd: float
    low: float
    high: float
    probability_above_0: float
    weight_of_history: float


def sceptical_update(
    estimate: float, se: float, *, prior_sd: float = PRIOR_SD_POINTS_PER_PCT
) -> ScepticalUpdate:
    r"""Update a prior that expects nothing with what was found.

    .. math:: w = \tau^2 / (\tau^2 + \mathrm{SE}^2), \quad
       \text{mean} = w\,\hat\beta, \quad \text{SD} = \sqrt{w}\,\mathrm{SE}

    Parameters
    ----------
    estimate, se : float
        The estimate and its standard error.
    prior_sd : float
        Standard deviation of the prior, in the unit of the estimate.

    Returns
    -------
    ScepticalUpdate
        The posterior.

    Raises
    ------
    TableError
        If a number is not finite, or `se` or `prior_sd` not above 0.

    Examples
    --------
    >>> sceptical_update(0.2, 0.1, prior_sd=0.1).mean
    0.1
    """
    if not (math.isfinite(estimate) and 0 < se < math.inf and 0 < prior_sd < math.inf):
        msg = (
            f"update: found estimate {estimate!r}, se {se!r}, prior_sd {prior_sd!r}; "
            "expected finite numbers, the last two above 0"
        )
        raise TableError(msg)
    weight = 1 / (1 + (se / prior_sd) ** 2)
    mean, sd = weight * estimate, math.sqrt(weight) * se
    return ScepticalUpdate(
        mean,
        sd,
        mean - _Z * sd,
        mean + _Z * sd,
        float(stats.norm.sf(0, mean, sd)),
        weight,
    )


def sceptical_limit(low: float, high: float) -> float:
    r"""Give Matthews' sceptical limit of an interval that excludes 0.

    .. math:: SL = \frac{(U - L)^2}{4 \sqrt{U L}}

    A sceptic whose 95 % prior reaches from -SL to SL would, after this history, have
    an interval that just reaches 0. Who thinks effects beyond SL plausible is
    convinced; who does not, is not.

    Parameters
    ----------
    low, high : float
        The ends of the interval, on a scale where no effect is 0.

    Returns
    -------
    float
        The limit, above 0; NaN where the interval holds 0, since nothing is to be
        doubted.

    Raises
    ------
    TableError
        If the ends are not finite and in order.

    References
    ----------
    .. [1] Matthews RAJ. R Soc Open Sci 2018;5:171047. doi:10.1098/rsos.171047

    Examples
    --------
    >>> round(sceptical_limit(0.1, 0.3), 4)
    0.0577
    """
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        msg = f"interval: found {low!r} to {high!r}; expected two numbers in order"
        raise TableError(msg)
    if low <= 0 <= high:
        return math.nan
    return (high - low) ** 2 / (4 * math.sqrt(high * low))
