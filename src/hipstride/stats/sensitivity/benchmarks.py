r"""Something unmeasured as strong as speed, or as load: what it would do to the answer.

Cinelli and Hazlett's bounds: a confounder that is k times as strong as a measured
covariate, in its tie to the stride and to pain, would move the estimate by at most so
much.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hipstride.stats._arrays import FloatArray, left_by
from hipstride.stats._correlation_fit import whiten
from hipstride.stats.design_matrix import LOAD, Design, words_of
from hipstride.stats.gap_gls import GapGls
from hipstride.stats.sensitivity._white import slope_and_se

__all__ = ["Bound", "benchmarks", "omitted_variable_bound"]

_ALL_LOAD = "all load and rest together"


@dataclass(frozen=True, slots=True)
class Bound:
    """How far a confounder of a given strength moves an estimate, at most.

    Attributes
    ----------
    r2_exposure, r2_outcome : float
        What it would explain of the rest of the exposure and of the outcome.
    adjusted : float
        The estimate, moved towards and past 0 by the whole bound.
    """

    r2_exposure: float
    r2_outcome: float
    adjusted: float


def omitted_variable_bound(
    estimate: float, se: float, df: float, r2_exposure: float, r2_outcome: float
) -> float:
    r"""Move an estimate by the bias of a confounder of known strength.

    .. math:: |bias| = \mathrm{SE}\,\sqrt{df}\,
       \sqrt{\frac{R^2_{Y \sim Z | D, X}\; R^2_{D \sim Z | X}}{1 - R^2_{D \sim Z | X}}}

    Parameters
    ----------
    estimate, se, df : float
        The coefficient, its standard error and its residual degrees of freedom, by
        least squares.
    r2_exposure, r2_outcome : float
        What the confounder explains of the exposure beyond the covariates, and of the
        outcome beyond these and the exposure.

    Returns
    -------
    float
        The estimate less the bias, in the direction of 0.

    References
    ----------
    .. [1] Cinelli C, Hazlett C. J R Stat Soc B 2020;82:39-67.
       doi:10.1111/rssb.12348

    Examples
    --------
    >>> omitted_variable_bound(0.5, 0.1, 100, 0.0, 0.5)
    0.5
    """
    bias = se * math.sqrt(df * r2_outcome * r2_exposure / (1 - r2_exposure))
    return estimate - math.copysign(bias, estimate)


def benchmarks(design: Design, fit: GapGls) -> pd.DataFrame:
    """Bound what a confounder as strong as each covariate would do.

    Parameters
    ----------
    design, fit
        The primary regression; its correlation is held.

    Returns
    -------
    DataFrame
        ``as_strong_as, r2_stride, r2_pain, points_per_pct``: the slope that would be
        left, for each covariate and for all load and rest together. NaN where one as
        strong could explain all of the rest.

    Notes
    -----
    By least squares on the whitened rows. The slope moves towards 0, which is the
    worse direction; a real confounder may pull the other way.

    Examples
    --------
    >>> from hipstride.simulate import Runner, history
    >>> from hipstride.stats._build_design import build_design
    >>> from hipstride.stats.gap_gls import gap_gls
    >>> obs = history(Runner(), n_runs=60, seed=1).observations
    >>> design = build_design(obs, "pain_after_0_10")
    >>> fit = gap_gls(design.y, design.matrix, design.day)
    >>> bool(benchmarks(design, fit)["points_per_pct"].notna().any())
    True
    """
    white = whiten(
        np.column_stack([design.matrix, design.y]), design.day, fit.tau_days, fit.nu
    )
    x, y = white[:, :-1], white[:, -1]
    n, k = x.shape
    slope, se = slope_and_se(x, y)
    owner = ["", "stride"] + [
        name for name, columns in design.groups.items() for _ in range(columns.shape[1])
    ]
    rows = []
    load = tuple(name for name in LOAD if name in design.groups)
    benches: dict[str, tuple[str, ...]] = {
        words_of(name): (name,) for name in design.groups
    }
    if len(load) > 1:
        benches[_ALL_LOAD] = load
    for words, names in benches.items():
        own = np.array([o in names for o in owner])
        bound = _bound(x, y, own, slope, se, n - k)
        rows.append(
            {
                "as_strong_as": words,
                "r2_stride": bound.r2_exposure,
                "r2_pain": bound.r2_outcome,
                "points_per_pct": bound.adjusted,
            }
        )
    columns = ["as_strong_as", "r2_stride", "r2_pain", "points_per_pct"]
    return pd.DataFrame(rows, columns=columns)


def _bound(
    x: FloatArray,
    y: FloatArray,
    own: np.ndarray,
    slope: float,
    se: float,
    df: int,
) -> Bound:
    is_stride = np.zeros(x.shape[1], dtype=np.bool_)
    is_stride[1] = True
    others = x[:, ~own & ~is_stride]
    # The covariate beyond the others: on stride, then on pain beyond stride.
    r2_dx = _partial_r2(x[:, 1], others, x[:, own])
    r2_yx = _partial_r2(y, np.column_stack([others, x[:, 1]]), x[:, own])
    nothing = Bound(math.nan, math.nan, math.nan)
    if r2_dx >= 0.5 or r2_yx >= 1:  # noqa: PLR2004 - as strong again is all of it
        return nothing
    r2_exposure = r2_dx / (1 - r2_dx)
    r2_of_z = r2_dx**2 / ((1 - r2_dx) * (1 - r2_dx))
    r2_outcome = min(
        ((1 + math.sqrt(r2_of_z)) / math.sqrt(1 - r2_of_z)) ** 2 * r2_yx / (1 - r2_yx),
        1.0,
    )
    adjusted = omitted_variable_bound(slope, se, df, r2_exposure, r2_outcome)
    return Bound(r2_exposure, r2_outcome, adjusted)


def _partial_r2(y: FloatArray, others: FloatArray, own: FloatArray) -> float:
    """Give the share of what the others leave that these columns explain."""
    left = left_by(others, y)
    whole = float(left @ left)
    if whole <= 0:
        return 0.0
    rest = left_by(np.column_stack([others, own]), y)
    return max(1 - float(rest @ rest) / whole, 0.0)
