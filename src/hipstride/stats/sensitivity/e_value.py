"""The E-value: a risk ratio for communication, not for time-varying feedback.

How strongly something unmeasured would have to go with both the exposure and the
outcome, as risk ratios, to explain what was found (VanderWeele and Ding 2017).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from hipstride.errors import TableError

__all__ = ["EValue", "e_value", "e_value_of_difference"]

# From a standardised difference d to a risk ratio: exp(0.91 d), its interval with 1.78.
_PER_SD, _PER_SE = 0.91, 1.78


@dataclass(frozen=True, slots=True)
class EValue:
    """E-values of an estimate and of the end of its interval nearer to no effect.

    Attributes
    ----------
    estimate, limit : float
        1 where nothing needs to be explained.
    risk_ratio, low, high : float
        What they belong to.
    """

    estimate: float
    limit: float
    risk_ratio: float
    low: float
    high: float


def e_value(risk_ratio: float, low: float, high: float) -> EValue:
    r"""Give the E-values of a risk ratio and its interval.

    .. math:: E = RR + \sqrt{RR (RR - 1)}, \quad RR \ge 1;\ \text{else of } 1/RR

    Parameters
    ----------
    risk_ratio, low, high : float
        The estimate and the ends of its interval.

    Returns
    -------
    EValue
        Of the estimate, and of the end nearer to 1 (1 where the interval holds 1).

    Raises
    ------
    TableError
        If the numbers are not above 0 and in order.

    Notes
    -----
    Not valid where pain changes the stride and the stride the pain, as they do over
    time; a help to say how strong, no more. The robustness value is preferred.

    References
    ----------
    .. [1] VanderWeele TJ, Ding P. Ann Intern Med 2017;167:268-274.
       doi:10.7326/M16-2607

    Examples
    --------
    >>> found = e_value(3.9, 1.8, 8.7)
    >>> round(found.estimate, 2), round(found.limit, 2)
    (7.26, 3.0)
    """
    if not (0 < low <= risk_ratio <= high < math.inf):
        msg = (
            f"risk ratio: found {risk_ratio!r} from {low!r} to {high!r}; expected "
            "numbers above 0, the estimate within its interval"
        )
        raise TableError(msg)
    nearer = low if risk_ratio >= 1 else high
    limit = 1.0 if low <= 1 <= high else _e(nearer)
    return EValue(_e(risk_ratio), limit, risk_ratio, low, high)


def e_value_of_difference(d: float, se: float) -> EValue:
    """Give the E-values of a standardised difference of means.

    Parameters
    ----------
    d : float
        Difference over the standard deviation of the outcome.
    se : float
        Its standard error.

    Returns
    -------
    EValue
        By the approximate risk ratio exp(0.91 d), from exp(0.91 d - 1.78 se) to
        exp(0.91 d + 1.78 se).

    Raises
    ------
    TableError
        If d is not finite or se not above 0.

    Examples
    --------
    >>> round(e_value_of_difference(0.5, 0.25).estimate, 3)
    2.529
    """
    if not (math.isfinite(d) and 0 < se < math.inf):
        msg = (
            f"difference: found {d!r} with standard error {se!r}; expected finite "
            "numbers, the error above 0"
        )
        raise TableError(msg)
    middle, half = _PER_SD * d, _PER_SE * se
    return e_value(math.exp(middle), math.exp(middle - half), math.exp(middle + half))


def _e(ratio: float) -> float:
    above = max(ratio, 1 / ratio)
    return above + math.sqrt(above * (above - 1))
