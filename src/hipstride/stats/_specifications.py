"""The alternatives of one association, fixed before the data were seen."""

from __future__ import annotations

import numpy as np

from hipstride.stats._correlation_fit import gls_at
from hipstride.stats._curved_trend import with_curved_trend
from hipstride.stats.design_matrix import (
    FORM,
    LOAD,
    Design,
    can_be_fitted,
    without_extremes,
)
from hipstride.stats.gap_gls import GapGls

__all__ = ["specifications"]


def specifications(design: Design, fit: GapGls) -> dict[str, object]:
    """Fit the alternatives that were fixed before the data were seen.

    Covariates (all; speed and trend; form and trend; form, load and trend; all without
    pain before; all without the trend; all with a curved trend; all with a bend in
    speed; all without the 5 % most unusual strides) times errors (the primary's
    correlation; none).

    Parameters
    ----------
    design, fit
        The primary regression.

    Returns
    -------
    dict
        How many could be fitted, the share with the primary's sign, median and range
        [points per 1 %].
    """
    speed = design.groups.get("speed")
    variants = [
        design,
        design.only("speed", "trend"),
        design.only(*FORM, "trend"),
        design.only(*FORM, *LOAD, "trend"),
        design.without("pain_before"),
        design.without("trend"),
        with_curved_trend(design),
        without_extremes(design),
    ]
    if speed is not None:
        bend = (speed[:, 0] - speed[:, 0].mean()) ** 2
        variants.append(design.with_group("speed_squared", bend))
    # Where a covariate is not there, variants fall together; each counts once.
    distinct = {(tuple(v.groups), len(v.y)): v for v in variants if can_be_fitted(v)}
    slopes = np.array(
        [
            gls_at(variant.y, variant.matrix, variant.day, fit.tau_days, nu)[1]
            for variant in distinct.values()
            for nu in dict.fromkeys((fit.nu, 1.0))
        ]
    )
    same = np.sign(slopes) == np.sign(fit.coefficients[1])
    return {
        "n_specifications": len(slopes),
        "same_sign_share": float(same.mean()),
        "median_points_per_pct": float(np.median(slopes)),
        "min_points_per_pct": float(slopes.min()),
        "max_points_per_pct": float(slopes.max()),
    }
