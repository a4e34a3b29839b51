"""How large a change would have been seen, four times in five."""

from __future__ import annotations

from scipy import stats

__all__ = ["detectable_points"]

_ALPHA, _POWER = 0.05, 0.80


def detectable_points(se: float, df: float) -> float:
    """Give the smallest change that a test at 5 % finds with a power of 80 %.

    Parameters
    ----------
    se, df : float
        Standard error [points] and degrees of freedom of the step.

    Returns
    -------
    float
        2.80 standard errors with many degrees of freedom (1.96 + 0.84), more with few
        [points].

    Examples
    --------
    >>> round(detectable_points(1.0, 1e6), 2), round(detectable_points(1.0, 5), 2)
    (2.8, 3.49)
    """
    reach = stats.t.ppf(1 - _ALPHA / 2, df) + stats.t.ppf(_POWER, df)
    return float(reach) * se
