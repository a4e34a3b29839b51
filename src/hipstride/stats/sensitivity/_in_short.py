"""The sensitivity of one answer, in one sentence without a direction."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from hipstride.stats.sensitivity.curve import SpecificationCurve

__all__ = ["in_short"]


def in_short(
    robustness_value: float,
    robustness_value_interval: float,
    curve: SpecificationCurve,
    months: pd.DataFrame,
) -> str:
    """Say in one sentence what it would take for the answer to be another.

    Parameters
    ----------
    robustness_value, robustness_value_interval : float
        Of the slope, and of its interval.
    curve : SpecificationCurve
        All ways to ask.
    months : DataFrame
        What `leave_one_month_out` gave.

    Returns
    -------
    str
        One sentence. It names no direction, so that it may stand beside any level.
    """
    clauses = [_confounder(robustness_value, robustness_value_interval)]
    agree = round(curve.same_sign_share * curve.n)
    clauses.append(
        f"{agree} of {curve.n} ways to ask agree on the sign, and all of them together "
        f"have p = {curve.p_value:.2g}"
    )
    known = months.dropna(subset=["change_in_se"])
    if len(months) > 1 and len(known):
        moves = known["change_in_se"].abs().to_numpy(np.float64)
        month = known["left_out"].iloc[int(moves.argmax())]
        clauses.append(
            f"no month moves it by more than {moves.max():.1f} standard errors "
            f"({month})"
        )
    return "; ".join(clauses)


def _confounder(value: float, of_interval: float) -> str:
    if math.isfinite(of_interval) and of_interval > 0:
        return (
            f"Something unmeasured would have to explain {100 * value:.0f} % of what "
            "is left of both stride and pain to bring the slope to 0, and "
            f"{100 * of_interval:.0f} % to bring 0 into its interval"
        )
    return (
        "The interval holds 0 as it is, so nothing unmeasured is needed to explain the "
        "slope"
    )
