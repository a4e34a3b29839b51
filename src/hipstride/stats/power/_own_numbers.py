"""A runner's own numbers: how pain and step length wander, and how often they run."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hipstride.errors import NotEnoughDataError
from hipstride.stats._arrays import FloatArray, rank_order
from hipstride.stats._build_design import build_design
from hipstride.stats._correlation_fit import fit_correlation
from hipstride.stats._wording import MIN_UNLIKE_COMMONEST
from hipstride.stats.design_matrix import Design
from hipstride.stats.power._numbers import Errors, HistoryNumbers

__all__ = ["errors_of", "numbers_of", "refuse_without_spread"]

# A memory longer than the history cannot be told from a trend; the simulated one ends
# there.
_SHORTEST_GAP_DAYS = 1e-3


def numbers_of(obs: pd.DataFrame, outcome: str = "pain_after_0_10") -> HistoryNumbers:
    """Take the numbers that decide the power from a runner's own history.

    Parameters
    ----------
    obs : DataFrame
        An OBSERVATIONS table, as `association` takes it.
    outcome : str
        The column with the ratings.

    Returns
    -------
    HistoryNumbers
        Gaps between runs, and the fitted processes of pain and step length.

    Raises
    ------
    NotEnoughDataError
        If there are too few rated runs to fit anything.
    TableError
        If a column is missing or unfit.

    Examples
    --------
    >>> from hipstride.simulate import Runner, history
    >>> numbers = numbers_of(history(Runner(), n_runs=80, seed=1).observations)
    >>> numbers.n_rated, 1.5 < numbers.stride.sd < 2.5
    (79, True)
    """
    design = build_design(obs, outcome)
    refuse_without_spread(design.y, design.day)
    unadjusted = design.without("pain_before")
    eligible = design.runs.is_eligible
    day = design.runs.table["day"].to_numpy(np.float64)[eligible]
    others = design.without("trend").covariates[:, 1:]
    return HistoryNumbers(
        source="history",
        n_rated=len(design.y),
        gaps_days=_gaps(design.day),
        run_gaps_days=_gaps(day),
        share_rated=min(1.0, len(design.y) / int(eligible.sum())),
        pain=_pain(design),
        pain_unadjusted=_pain(unadjusted),
        stride=errors_of(design.stride_pct, design.covariates, design.day),
        covariates=others,
        is_before_adjusted="pain_before" in design.groups,
    )


def errors_of(y: FloatArray, x: FloatArray, day: FloatArray) -> Errors:
    """Fit what a regression leaves: its spread, its memory and its nugget.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> errors = errors_of(rng.normal(0, 2, 200), np.ones((200, 1)), np.arange(200.0))
    >>> round(errors.sd)
    2
    """
    fit = fit_correlation(y, x[:, rank_order(x)], day)
    span = float(np.ptp(day))
    return Errors(sd=fit.sigma, tau_days=min(fit.tau_days, span), nu=fit.nu)


def refuse_without_spread(y: FloatArray, day: FloatArray) -> None:
    """Refuse ratings that are all but equal: no analysis of them can be planned.

    Examples
    --------
    >>> refuse_without_spread(np.arange(8.0), np.arange(8.0))
    """
    n_unlike = len(y) - int(np.unique(y, return_counts=True)[1].max())
    if n_unlike < MIN_UNLIKE_COMMONEST:
        what = "ratings unlike the commonest one to plan with"
        raise NotEnoughDataError(
            what,
            needed=MIN_UNLIKE_COMMONEST,
            got=n_unlike,
            remedy="nearly all ratings are the same; keep rating every run",
        )
    if np.ptp(day) == 0:
        what = "different days"
        raise NotEnoughDataError(
            what, needed=2, got=1, remedy="give the day of each run"
        )


def _pain(design: Design) -> Errors:
    return errors_of(design.y, design.matrix, design.day)


def _gaps(day: FloatArray) -> FloatArray:
    return np.maximum(np.diff(np.sort(day)), _SHORTEST_GAP_DAYS)
