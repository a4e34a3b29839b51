"""The primary fit of a dated change and the numbers that stand beside it."""

from __future__ import annotations

import numpy as np

from hipstride.stats._correlation_fit import EDGE, fit_correlation
from hipstride.stats.change._detectable import detectable_points
from hipstride.stats.change._model import (
    MIN_DAYS_PER_SIDE,
    MIN_ROWS_PER_SIDE,
    MIN_ROWS_PER_SIDE_TREND,
    TREND_DAYS,
    ChangeModel,
)
from hipstride.stats.change._second_opinions import Setting
from hipstride.stats.change._separation import nap_placebo_p
from hipstride.stats.change.placebo import PlaceboDates, placebo_dates
from hipstride.stats.ewc import ewc
from hipstride.stats.gap_gls import GapGls
from hipstride.stats.ordinal import separation_of_change
from hipstride.stats.verdict import placement

__all__ = ["placebo_of", "primary_findings", "separation_findings"]


def placebo_of(setting: Setting) -> PlaceboDates:
    """Compare the step with that at every other admissible date."""
    # The correlation of the model without a step favours no date.
    model = setting.model(setting.used(0), setting.shape)
    base = np.delete(model.x, 1, axis=1)
    free = fit_correlation(model.y, base, model.day)
    min_rows, min_days = _admissible(setting)
    return placebo_dates(
        model.y,
        base,
        model.day,
        setting.rows.local_date[model.used],
        setting.thing.started_on,
        min_rows=min_rows,
        min_days=min_days,
        tau_days=free.tau_days,
        nu=free.nu,
    )


def primary_findings(
    setting: Setting,
    model: ChangeModel,
    fit: GapGls,
    outcome: str,
    smallest_points: float,
) -> dict[str, object]:
    """Gather what is known of the primary fit.

    Parameters
    ----------
    setting, model, fit
        The primary analysis.
    outcome : str
        The column with the ratings.
    smallest_points : float
        The smallest effect of interest [points].

    Returns
    -------
    dict
        Groups of numbers and short texts.
    """
    table = setting.rows.table
    second = ewc(model.y, model.x)
    trend = model.column("trend")
    own = np.delete(model.x, 1, axis=1)
    basis, _ = np.linalg.qr(own)
    left = model.post - basis @ (basis.T @ model.post)
    spread = model.post - model.post.mean()
    is_known = np.isfinite(fit.low[1])
    return {
        "fit": {
            "step_points": float(fit.coefficients[1]),
            "se_points": float(fit.se[1]),
            "low": float(fit.low[1]),
            "high": float(fit.high[1]),
            "df": float(fit.df[1]),
            "has_trend": setting.shape == "trend",
            f"trend_points_per_{TREND_DAYS:g}_days": (
                float(fit.coefficients[trend]) if trend >= 0 else float("nan")
            ),
            "vif": float(spread @ spread / (left @ left)),
            "tau_days": fit.tau_days if fit.nu < 1 - EDGE else float("nan"),
            "nu": fit.nu,
            "residual_sd_points": fit.sigma,
            "is_converged": fit.is_converged,
        },
        "smallest_effect": {
            "points": smallest_points,
            "placement": placement(
                float(fit.low[1]), float(fit.high[1]), smallest_points
            )
            if is_known
            else "no interval",
            "detectable_points": detectable_points(float(fit.se[1]), float(fit.df[1])),
        },
        "ewc": {
            "points": second.estimate,
            "low": second.low,
            "high": second.high,
            "p_value": second.p_value,
            "df": second.df,
        },
        "ratings": {
            "n_rows": len(table),
            "n_rated": int(table[outcome].notna().sum()),
            "n_before": model.sides.n_before,
            "n_after": model.sides.n_after,
            "mean_before_points": float(model.y[model.post == 0].mean()),
            "mean_after_points": float(model.y[model.post == 1].mean()),
            "share_zero": float(np.mean(model.y == 0)),
        },
        "other_changes": {
            name: float(fit.coefficients[model.column(name)])
            for name in setting.others
            if model.column(name) >= 0
        },
        "dates": {
            "first": str(setting.rows.local_date[model.used].min()),
            "change": str(setting.thing.started_on),
            "last": str(setting.rows.local_date[model.used].max()),
        },
    }


def separation_findings(
    setting: Setting, model: ChangeModel
) -> tuple[dict[str, object], str, float]:
    """See whether the ratings hardly vary any more, and count where they do not.

    Returns
    -------
    checks : dict
        The group ``overlap``: NAP and its rank among other dates.
    counts : str
        A sentence of counts, empty where the series is not separated.
    nap_p : float
        Rank of NAP among other dates; NaN where the series is not separated.
    """
    before, after = model.y[model.post == 0], model.y[model.post == 1]
    until = setting.used(0)
    min_rows, min_days = _admissible(setting)
    nap_p = nap_placebo_p(
        setting.rows.y[until],
        setting.rows.local_date[until],
        setting.thing.started_on,
        min_rows=min_rows,
        min_days=min_days,
    )
    found = separation_of_change(before, after)
    counts = f"{found.sentence} " if found.is_separated else ""
    checks: dict[str, object] = {
        "overlap": {
            "nap": found.nap,
            "placebo_p": nap_p,
            "is_separated": found.is_separated,
            "n_before": found.n_before,
            "n_above_0_before": found.n_above_0_before,
            "n_after": found.n_after,
            "n_above_0_after": found.n_above_0_after,
        }
    }
    return checks, counts, nap_p if counts else float("nan")


def _admissible(setting: Setting) -> tuple[int, int]:
    """Give what a placebo date must have on each side: as much as the change itself."""
    if setting.shape == "trend":
        return MIN_ROWS_PER_SIDE_TREND, MIN_DAYS_PER_SIDE
    return MIN_ROWS_PER_SIDE, 0
