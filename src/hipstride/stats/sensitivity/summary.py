"""One association with everything that could have been otherwise beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from hipstride.stats._answer import answer, check_smallest
from hipstride.stats.association import laid_out
from hipstride.stats.gap_gls import GapGls, gap_gls
from hipstride.stats.sensitivity._in_short import in_short
from hipstride.stats.sensitivity.bayes import sceptical_limit, sceptical_update
from hipstride.stats.sensitivity.benchmarks import benchmarks
from hipstride.stats.sensitivity.curve import specification_curve
from hipstride.stats.sensitivity.leave_out import (
    without_each_month,
    without_each_shoe,
)
from hipstride.stats.sensitivity.robustness import partial_r2, robustness_value
from hipstride.tables import Result

__all__ = ["sensitivity"]

# A part of the history that moves the slope by more than this decides it.
_LARGE_MOVE_SE = 1.0
_ALPHA = 0.05


def sensitivity(
    obs: pd.DataFrame,
    outcome: str = "pain_after_0_10",
    *,
    smallest_effect_points: float = 1.0,
    covariates: Sequence[str] = (),
    analgesic: str | None = None,
    controls: Sequence[str] = (),
    seed: int = 0,
) -> Result:
    """Answer the association, and show what would have to be otherwise.

    Parameters
    ----------
    obs, outcome, smallest_effect_points, covariates, analgesic, controls, seed
        As for `association`.

    Returns
    -------
    Result
        That of `association`, with the checks ``in_short`` (all of it in one
        sentence), ``robustness``, ``specification_curve``, ``leave_one_month_out``,
        ``leave_one_shoe_out`` and ``sceptical``, the tables
        ``specification_curve``, ``benchmarks``, ``leave_one_month_out`` and
        ``leave_one_shoe_out``, and a caveat for each that would change the answer. The
        level is never above that of the association.

    Raises
    ------
    NotEnoughDataError, TableError
        As for `association`.

    Examples
    --------
    >>> from hipstride.simulate import Runner, history
    >>> result = sensitivity(history(Runner(), n_runs=60, seed=1).observations)
    >>> sorted(result.tables)[-1]
    'specification_curve'
    """
    check_smallest(smallest_effect_points)
    design, named = laid_out(obs, outcome, covariates, analgesic, controls)
    fit = gap_gls(design.y, design.matrix, design.day)
    result = answer(
        design,
        outcome,
        smallest_effect_points=smallest_effect_points,
        analgesic=analgesic,
        controls=named,
        seed=seed,
        fit=fit,
    )
    curve = specification_curve(
        obs, outcome, covariates=covariates, analgesic=analgesic
    )
    months, shoes = without_each_month(design, fit), without_each_shoe(design, fit)
    bounds = benchmarks(design, fit)
    t = float(fit.coefficients[1] / fit.se[1]) if fit.se[1] > 0 else 0.0
    df = float(fit.df[1])
    update = sceptical_update(float(fit.coefficients[1]), max(float(fit.se[1]), 1e-12))
    robustness = {
        "partial_r2": partial_r2(t, df),
        "robustness_value": robustness_value(t, df),
        "robustness_value_interval": (
            robustness_value(t, df, alpha=_ALPHA) if df > 1 else np.nan
        ),
    }
    checks = {
        **result.checks,
        "in_short": in_short(
            robustness["robustness_value"],
            robustness["robustness_value_interval"],
            curve,
            months,
        ),
        "robustness": robustness,
        "specification_curve": {
            "n_specifications": curve.n,
            "same_sign_share": curve.same_sign_share,
            "excludes_zero_share": curve.excludes_zero_share,
            "median_points_per_pct": curve.median_points_per_pct,
            "p_value": curve.p_value,
            "excludes_zero_p_value": curve.excludes_zero_p_value,
            "n_turns": curve.n_turns,
        },
        "leave_one_month_out": _farthest(months),
        "leave_one_shoe_out": _farthest(shoes),
        "sceptical": {
            "points_per_pct": update.mean,
            "low": update.low,
            "high": update.high,
            "sceptical_limit": sceptical_limit(float(fit.low[1]), float(fit.high[1])),
        },
    }
    tables = {
        **result.tables,
        "benchmarks": bounds,
        "leave_one_month_out": months,
        "leave_one_shoe_out": shoes,
        "specification_curve": curve.table,
    }
    caveats = (*result.caveats, *_caveats(fit, bounds, months, shoes))
    return replace(result, checks=checks, caveats=caveats, tables=tables)


def _farthest(table: pd.DataFrame) -> dict[str, object]:
    """Name the part without which the slope moves most."""
    known = table.dropna(subset=["change_in_se"])
    if not len(known):
        return {}
    far = known.sort_values("change_in_se", key=abs, ascending=False).head(1)
    return {
        "n_parts": len(table),
        "moves_most": str(far["left_out"].iloc[0]),
        "points_per_pct": float(far["points_per_pct"].iloc[0]),
        "change_in_se": float(far["change_in_se"].iloc[0]),
    }


def _caveats(
    fit: GapGls, bounds: pd.DataFrame, months: pd.DataFrame, shoes: pd.DataFrame
) -> list[str]:
    caveats = []
    slope = float(fit.coefficients[1])
    if fit.low[1] > 0 or fit.high[1] < 0:
        undone = bounds[bounds["points_per_pct"] * slope <= 0]
        caveats += [
            f"Something unmeasured as strong as {name} could explain all of it"
            for name in undone["as_strong_as"]
        ]
    for what, table in (("the month", months), ("the shoe or device", shoes)):
        far = table[table["change_in_se"].abs() > _LARGE_MOVE_SE]
        caveats += [
            f"Without {what} {row['left_out']} the slope would be "
            f"{row['points_per_pct']:+.3f} per 1 %: much of it rests there"
            for row in far.to_dict("records")
        ]
    return caveats
