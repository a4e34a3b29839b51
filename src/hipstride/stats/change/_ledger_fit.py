"""One regression for all that was tried: a level for each, a trend, the context."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from hipstride.stats._arrays import FloatArray, rank_order
from hipstride.stats._correlation_fit import EDGE
from hipstride.stats.gap_gls import gap_gls

__all__ = ["TREND", "GroupFit", "JointFit", "fit_jointly", "is_trend_possible"]

TREND = "the trend over time"
MIN_TREND_RUNS = 20
MIN_TREND_DAYS = 42.0
_MIN_SPARE_ROWS = 5
# Above it, one estimate can be traded for the other.
_MAX_CORRELATION = 0.9
_MAX_VIF = 10.0
# What the design leaves of the ratings, relative to their spread, counts as rounding.
_REPRODUCED = 1e-8
_SLOW = (
    "Pain drifts more slowly than this history can show; a drift at the time of a "
    "change is not excluded"
)


@dataclass(frozen=True, slots=True)
class GroupFit:
    """The level change of one group, net of the others."""

    estimate: float
    se: float
    df: float
    low: float
    high: float
    p_value: float
    vif: float
    leans_on: tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class JointFit:
    """All level changes of one regression.

    Attributes
    ----------
    groups : mapping of int to GroupFit
        By the position of the group; what could not be estimated is not there.
    refusals : mapping of int to str
        Why a group is not there.
    has_trend, is_converged : bool
        Whether a trend was fitted, and whether the search ended.
    n : int
        Rated runs used.
    caveats : tuple of str
        What limits all of it.
    """

    groups: Mapping[int, GroupFit]
    refusals: Mapping[int, str]
    has_trend: bool
    is_converged: bool
    n: int
    caveats: tuple[str, ...] = ()


def is_trend_possible(day: FloatArray) -> bool:
    """Say whether runs are enough, and spread enough, to tell a trend.

    Examples
    --------
    >>> is_trend_possible(np.arange(20.0)), is_trend_possible(3 * np.arange(20.0))
    (False, True)
    """
    return len(day) >= MIN_TREND_RUNS and float(np.ptp(day)) >= MIN_TREND_DAYS


def fit_jointly(
    y: FloatArray,
    day: FloatArray,
    holds: FloatArray,
    context: Mapping[str, FloatArray],
) -> JointFit:
    """Estimate the level changes of all groups at once.

    Parameters
    ----------
    y, day : ndarray, shape (n,)
        Ratings [points], and days since the first run [d].
    holds : ndarray, shape (n, g)
        1 where a group is in force.
    context : mapping of str to ndarray, shape (n, j)
        What else the ratings are net of.

    Returns
    -------
    JointFit
        Estimates and refusals.

    Notes
    -----
    1. Columns that follow from those before them are left out, in the order intercept,
       trend, groups, context: what the trend gives exactly is no change of level.
    2. Two estimates whose correlation is above 0.9 lean on each other, and one can
       lean on the trend.
    """
    n, n_groups = holds.shape
    has_trend = is_trend_possible(day)
    trend = [(day - day.mean()) / max(float(np.ptp(day)), 1.0)] if has_trend else []
    x = np.column_stack([np.ones(n), *trend, holds, *context.values()])
    order = rank_order(x)  # 1
    first = 1 + len(trend)
    refusals = {
        g: "follows exactly from the other changes and the trend"
        for g in range(n_groups)
        if first + g not in order
    }
    if n < len(order) + _MIN_SPARE_ROWS:
        words = (
            f"{n} rated runs for {len(order)} coefficients; "
            f"{len(order) + _MIN_SPARE_ROWS} needed"
        )
        return JointFit({}, dict.fromkeys(range(n_groups), words), has_trend, True, n)
    x = x[:, order]
    basis, _ = np.linalg.qr(x)
    rest = y - basis @ (basis.T @ y)
    if float(np.ptp(rest)) <= _REPRODUCED * max(float(np.ptp(y)), 1e-300):
        words = "the ratings follow exactly from the changes and the context"
        return JointFit({}, dict.fromkeys(range(n_groups), words), has_trend, True, n)
    fit = gap_gls(y, x, day)
    places = {g: order.index(first + g) for g in range(n_groups) if g not in refusals}
    correlation = _correlations(fit.vcov)
    names: dict[int, int | str] = {place: g for g, place in places.items()}
    if has_trend:
        names[order.index(1)] = TREND
    groups = {
        g: GroupFit(
            estimate=float(fit.coefficients[place]),
            se=float(fit.se[place]),
            df=float(fit.df[place]),
            low=float(fit.low[place]),
            high=float(fit.high[place]),
            p_value=float(fit.p_value[place]),
            vif=_vif(x, place),
            leans_on=tuple(
                name
                for other, name in names.items()
                if other != place
                and abs(correlation[place, other]) > _MAX_CORRELATION  # 2
            ),
        )
        for g, place in places.items()
    }
    is_slow = "tau_days" in fit.at_bound and fit.nu < 1 - EDGE
    caveats = (_SLOW,) if is_slow and fit.tau_days > float(np.ptp(day)) else ()
    return JointFit(groups, refusals, has_trend, fit.is_converged, n, caveats)


def is_collinear(fit: GroupFit) -> bool:
    """Say whether the other columns nearly give the one of this group."""
    return fit.vif > _MAX_VIF


def _correlations(vcov: FloatArray) -> FloatArray:
    scale = np.sqrt(np.diag(vcov))
    whole = np.outer(scale, scale)
    return np.asarray(np.divide(vcov, whole, out=np.zeros_like(vcov), where=whole > 0))


def _vif(x: FloatArray, place: int) -> float:
    """By how much the other columns inflate the variance, for independent errors."""
    column = x[:, place]
    others = np.delete(x, place, axis=1)
    basis, _ = np.linalg.qr(others)
    rest = column - basis @ (basis.T @ column)
    spread = float(np.sum((column - column.mean()) ** 2))
    left = float(rest @ rest)
    return spread / left if left > 0 else math.inf
