r"""The randomisation test of one arm, and the interval that it gives.

The statistic is the OLS coefficient :math:`b_s` of the arm of schedule :math:`s`,
beside covariates that are the same under every schedule. Under a constant shift
:math:`\delta` the outcome less :math:`\delta a` does not depend on the schedule, and
the statistic of every schedule is linear in it: :math:`b_s - \delta c_s`, with
:math:`c_s` the coefficient of the true arm's column on that of schedule :math:`s`. So
the shifts that are not rejected are found by sorting, without a search.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.stats._arrays import FloatArray, as_column
from hipstride.stats.trial._coefficients import (
    TIE,
    basis_of,
    coefficients,
    kept_coefficients,
)
from hipstride.stats.trial._inverted import unrejected

__all__ = ["RandomisationTest", "Reference", "randomisation_p", "randomisation_test"]

# "all": the schedules are all there are; "drawn": they are draws, the true one apart.
Reference = Literal["all", "drawn"]


@dataclass(frozen=True, slots=True, eq=False)
class RandomisationTest:
    """One arm against all schedules that could have been drawn.

    Attributes
    ----------
    estimate : float
        The coefficient of the arm [units of the outcome].
    low, high : float
        The first and the last constant shift that is not rejected at `alpha`; infinite
        where too few schedules are left to reject any.
    p_value, p_lower : float
        Two-sided, and for an arm that lowers the outcome.
    p_smallest : float
        The p if no other schedule came as far: what the data at hand can reach.
    alpha : float
        Size of the test.
    n_schedules : int
        How many schedules were gone through.
    null_sd : float
        Spread of the statistic over the schedules.
    interval_from : {"coefficient", "standardised"}
        What the interval inverts: the coefficient, or where that rejects no shift on
        one side, the coefficient times the spread of its arm.
    """

    estimate: float
    low: float
    high: float
    p_value: float
    p_lower: float
    p_smallest: float
    alpha: float
    n_schedules: int
    null_sd: float
    interval_from: Literal["coefficient", "standardised"]


def randomisation_p(
    y: ArrayLike,
    arm: ArrayLike,
    x: ArrayLike | None,
    schedules: ArrayLike,
    *,
    reference: Reference = "drawn",
) -> float:
    """Give the two-sided p of a randomisation test.

    Parameters
    ----------
    y : array-like, shape (n,)
        The outcome.
    arm : array-like, shape (n,)
        The arm that was drawn, 0 or 1, of each row.
    x : array-like, shape (n, k), or None
        Covariates without the intercept.
    schedules : array-like, shape (m, n)
        The arm of each row under each schedule: ``schedules_of(design)[:, unit]``.
    reference : {"drawn", "all"}
        Whether the schedules were drawn, or are all there are.

    Returns
    -------
    float
        Share of the schedules whose coefficient is as far from 0; where they were
        drawn, (1 + how many) / (1 + m).

    Examples
    --------
    >>> every = [[0, 1, 0, 1], [0, 1, 1, 0], [1, 0, 0, 1], [1, 0, 1, 0]]
    >>> randomisation_p([3, 1, 4, 2], [0, 1, 0, 1], None, every, reference="all")
    0.5
    """
    return randomisation_test(y, arm, x, schedules, reference=reference).p_value


def randomisation_test(
    y: ArrayLike,
    arm: ArrayLike,
    x: ArrayLike | None,
    schedules: ArrayLike,
    *,
    reference: Reference = "drawn",
    alpha: float = 0.05,
    kept: ArrayLike | None = None,
    kept_by_schedule: ArrayLike | None = None,
) -> RandomisationTest:
    """Test one arm against all schedules, with the interval that the test gives.

    Parameters
    ----------
    y, arm, x, schedules, reference
        As in `randomisation_p`.
    alpha : float
        Size of the test; the interval covers 1 - `alpha`.
    kept : array-like of bool, shape (n,), optional
        The rows that the true schedule keeps, where it leaves some out (a washout).
    kept_by_schedule : array-like of bool, shape (m, n), optional
        The same for each schedule: each is tested on the rows that it would have kept.

    Returns
    -------
    RandomisationTest
        Estimate, interval and p.

    Raises
    ------
    TableError
        If the shapes do not fit.
    NotEnoughDataError
        If the arm does not vary apart from the covariates.

    Notes
    -----
    1. Covariates are made an orthonormal basis; copies among them are left out.
    2. By Frisch-Waugh-Lovell each schedule's coefficient is a ratio of two products, so
       that all of them are one matrix product. With rows that differ by schedule, the
       normal equations are solved schedule by schedule, all at once.
    3. A schedule that cannot be estimated counts as being as far as the true one.
    4. Schedule `s` is as far as the true one, for a shift d, where
       ``(b_s - d c_s)**2 >= (b - d)**2``: between two roots, or outside of them. The
       interval runs from the first to the last shift with a p above `alpha`.
    5. A schedule whose arm varies less than the true one's can be as far for shifts
       without end. Where such schedules leave the interval open, the coefficient times
       the spread of the arm is inverted: by Cauchy-Schwarz only the true schedule and
       its mirror image then count without end.

    References
    ----------
    .. [1] Edgington and Onghena, Randomization Tests, 4th ed., 2007.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> every = rng.integers(0, 2, (999, 40))
    >>> y = rng.normal(size=40) - 2 * every[0]
    >>> found = randomisation_test(y, every[0], None, every[1:])
    >>> found.low < -2 < found.high, found.p_value < 0.01
    (True, True)
    """
    outcome = as_column(y, "outcome")
    n = len(outcome)
    true_arm = as_column(arm, "arm", n=n)
    drawn = np.asarray(schedules, dtype=np.float64)
    if drawn.ndim != 2 or drawn.shape[1] != n or not len(drawn):  # noqa: PLR2004 - a matrix
        msg = (
            f"schedules: found an array of shape {drawn.shape}; expected (m, {n}), one "
            "row for each schedule"
        )
        raise TableError(msg)
    basis = basis_of(x, n)
    if kept is None or kept_by_schedule is None:
        own = coefficients(true_arm[None, :], outcome, true_arm, basis)
        others = coefficients(drawn, outcome, true_arm, basis)
    else:
        own = kept_coefficients(
            true_arm[None, :], np.asarray(kept)[None, :], outcome, true_arm, basis
        )
        others = kept_coefficients(
            drawn, np.asarray(kept_by_schedule), outcome, true_arm, basis
        )
    if not np.isfinite(own).all():
        what = "runs of both arms apart from the covariates"
        raise NotEnoughDataError(
            what, needed=2, got=1, remedy="rate runs of both arms, at different loads"
        )
    return _test(own[0], others, reference=reference, alpha=alpha)


def _test(
    own: FloatArray, others: FloatArray, *, reference: Reference, alpha: float
) -> RandomisationTest:
    estimate, own_spread = float(own[0]), float(own[2])
    extra = 0 if reference == "all" else 1
    whole = len(others) + extra
    known = others[np.isfinite(others).all(axis=1)]
    n_unknown = len(others) - len(known)  # note 3
    b, c, spread = known.T
    null_sd = float(np.std(b)) if len(b) else 0.0
    slack = TIE * (abs(estimate) + null_sd)
    as_far = int((np.abs(b) >= abs(estimate) - slack).sum()) + n_unknown
    as_low = int((b <= estimate + slack).sum()) + n_unknown
    same = int((np.abs(np.abs(c) - 1) < TIE).sum()) + n_unknown
    p_value = (extra + as_far) / whole
    limits = {"n_always": n_unknown + extra, "limit": alpha * whole}
    interval_from: Literal["coefficient", "standardised"] = "coefficient"
    low, high = unrejected(estimate, b, c, **limits)
    if not np.isfinite(high - low):  # note 5
        ratio = spread / own_spread
        interval_from = "standardised"
        low, high = unrejected(estimate, b * ratio, c * ratio, **limits)
    if p_value > alpha:
        # 0 is not rejected; rounding must not put it outside.
        low, high = min(low, 0.0), max(high, 0.0)
    return RandomisationTest(
        estimate=estimate,
        low=low,
        high=high,
        p_value=p_value,
        p_lower=(extra + as_low) / whole,
        p_smallest=(extra + same) / whole,
        alpha=alpha,
        n_schedules=len(others),
        null_sd=null_sd,
        interval_from=interval_from,
    )
