"""What may be said of a rating and an exposure: cannot tell, or tentative."""

from __future__ import annotations

import numpy as np

from hipstride.stats._arrays import FloatArray
from hipstride.stats._wording import MIN_RATED_RUNS, MIN_UNLIKE_COMMONEST
from hipstride.stats.gap_gls import GapGls
from hipstride.tables import Requirement

__all__ = ["generic_verdict"]

# Below it two decimals would hold less than two digits.
_WRITTEN_PLAINLY = 0.1


def generic_verdict(
    exposure: str,
    outcome: str,
    y: FloatArray,
    fit: GapGls,
    smallest_points: float | None,
) -> tuple[int, str, tuple[Requirement, ...]]:
    """Give level, sentence and what they rest on.

    Examples
    --------
    >>> from hipstride.stats.gap_gls import gap_gls
    >>> y = np.array([1.0, 2, 1, 3, 2, 1, 4, 2, 1, 3])
    >>> x = np.column_stack([np.ones(10), [3, 1, 2, 2, 1, 3, 1, 2, 3, 1]])
    >>> fit = gap_gls(y, x, np.arange(10.0))
    >>> generic_verdict("steps", "pain", y, fit, None)[1][:43]
    'This history cannot answer the question. No'
    """
    estimate, low, high = (float(v[1]) for v in (fit.coefficients, fit.low, fit.high))
    n_unlike = fit.n - int(np.unique(y, return_counts=True)[1].max())
    excludes = low > 0 or high < 0
    is_within = smallest_points is not None and (
        -smallest_points < low and high < smallest_points
    )
    interval = (
        f"{_signed(estimate)} points per +1, 95 % interval {_signed(low)} to "
        f"{_signed(high)}"
    )
    requirements = (
        Requirement(
            f"at least {MIN_RATED_RUNS} rows", fit.n >= MIN_RATED_RUNS, f"{fit.n}"
        ),
        Requirement(
            f"at least {MIN_UNLIKE_COMMONEST} ratings unlike the commonest one",
            n_unlike >= MIN_UNLIKE_COMMONEST,
            f"{n_unlike}",
        ),
        Requirement(
            "the fit converged", fit.is_converged, str(fit.is_converged).lower()
        ),
        Requirement(
            "the interval excludes 0, or lies within the smallest effect of interest",
            excludes or is_within,
            interval
            if smallest_points is not None
            else f"{interval}; no smallest effect was named",
        ),
    )
    if not all(one.is_met for one in requirements):
        missing = "; ".join(
            f"{r.name}: {r.detail}" for r in requirements if not r.is_met
        )
        return (
            0,
            f"This history cannot answer the question. Not met: {missing}.",
            requirements,
        )
    if excludes:
        direction = "higher" if estimate > 0 else "lower"
        sentence = (
            f"In this history, {outcome} was {direction} where {exposure} was higher "
            f"({interval}). Explanations other than {exposure} were not excluded."
        )
    else:
        sentence = (
            f"In this history, no difference in {outcome} larger than "
            f"{smallest_points:g} points per +1 {exposure} was found ({interval})."
        )
    return 1, sentence, requirements


def _signed(points: float) -> str:
    """Write a slope: where the exposure is counted in small units, it is small too."""
    if points == 0 or abs(points) >= _WRITTEN_PLAINLY:
        return f"{points:+.2f}"
    return f"{points:+.2g}"
