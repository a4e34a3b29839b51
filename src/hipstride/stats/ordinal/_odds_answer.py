"""From a model of odds, or from counts alone, to the answer with its checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from hipstride.stats._arrays import FloatArray
from hipstride.stats._evidence import Evidence
from hipstride.stats._requirements import level_0
from hipstride.stats._wording import guarding_caveat
from hipstride.stats.design_matrix import Design
from hipstride.stats.ordinal import _odds_words as words
from hipstride.stats.ordinal._odds_checks import (
    counts_of,
    drift_requirement,
    effective_runs,
    odds_checks,
    partial_sd_pct,
    share_rated,
)
from hipstride.stats.ordinal._odds_fit import (
    fit_odds,
    without_separating_covariates,
)
from hipstride.stats.ordinal._odds_words import Asked
from hipstride.tables import Requirement, Result

__all__ = ["odds_answer"]

_MIN_RUNS_PER_COEFFICIENT = 5
_SECOND_LOOK = (
    "A second look at the ratings of the association, with about a third less power: "
    "the level is 1 at most"
)
_NO_INTERVAL = (
    "The counts stand beside the overlap of the runs with shorter and with longer "
    "steps; neither has an interval that knows of time"
)


def odds_answer(
    design: Design,
    y: FloatArray,
    outcome: str,
    asked: Asked,
    *,
    seed: int,
    found: Mapping[str, object],
    tables: Mapping[str, pd.DataFrame],
    caveats: Sequence[str] = (),
) -> Result:
    """Answer by odds where they exist, and by counts where they do not.

    Parameters
    ----------
    design : Design
        The rows and columns of the association.
    y : ndarray, shape (n,)
        What is modelled: ratings, or 1 and 0.
    outcome : str
        The column with the ratings.
    asked : Asked
        The question and its words.
    seed : int
        Kept in the result.
    found, tables, caveats
        What stands beside, besides the odds.

    Returns
    -------
    Result
        Level 0 or 1.
    """
    lean = without_separating_covariates(design, y)
    odds = fit_odds(lean, y) if lean is not None else None
    counted = counts_of(design, outcome)
    if lean is None or odds is None:
        return _by_counts(design, outcome, asked, seed, {**counted, **found}, tables)
    scale = odds.fit.points_per_log_odds
    slope = odds.slope
    e = Evidence(
        outcome=outcome,
        n=len(y),
        share_rated=share_rated(design, outcome),
        partial_sd_pct=partial_sd_pct(lean),
        is_converged=odds.fit.is_converged,
        n_unlike_commonest=len(y) - int(np.unique(y, return_counts=True)[1].max()),
        estimate=scale * slope.estimate,
        low=scale * slope.low,
        high=scale * slope.high,
        se=scale * slope.se,
        smallest_effect_points=asked.smallest,
        ewc_low=scale * slope.low,
        ewc_high=scale * slope.high,
        lead_p=float("nan"),
        is_before_adjusted="pain_before" in lean.groups,
        estimate_without_before=float("nan"),
        estimate_with_trend=float("nan"),
        same_sign_share=float("nan"),
    )
    ratio = words.odds(slope.low, slope.estimate, slope.high)
    drift = drift_requirement(design, slope.low, slope.high)
    requirements = (*level_0(e), drift, words.interval_requirement(e, asked, ratio))
    level = int(all(r.is_met for r in requirements))
    if level == 0:
        sentence = words.cannot_tell(e, asked, requirements)
    elif e.excludes_zero:
        sentence = words.tentative(e, asked, ratio)
    else:
        sentence = words.null(e, asked, ratio)
    limits = [guarding_caveat(e, level), _SECOND_LOOK, *lean.caveats, *caveats]
    if effective_runs(y) < _MIN_RUNS_PER_COEFFICIENT * len(odds.fit.coefficients):
        limits.append(
            "Few runs for each coefficient: odds from so few come out too far from 1"
        )
    return Result(
        question=asked.question,
        estimate=slope.estimate,
        unit=asked.unit,
        low=slope.low,
        high=slope.high,
        level=0.95,
        p_value=slope.p_value,
        n=len(y),
        n_dropped=len(design.runs.table) - len(y),
        method=_method(lean, len(odds.fit.categories)),
        verdict_level=level,
        verdict=sentence,
        checks={
            **odds_checks(odds, scale, e),
            **counted,
            **found,
            "adjusted_for": list(lean.adjusted_for),
        },
        caveats=tuple(limits),
        seed=seed,
        requirements=requirements,
        tables=dict(tables),
    )


def _by_counts(
    design: Design,
    outcome: str,
    asked: Asked,
    seed: int,
    found: Mapping[str, object],
    tables: Mapping[str, pd.DataFrame],
) -> Result:
    above = int(np.count_nonzero(design.y > 0))
    n = len(design.y)
    detail = f"pain was above 0 on {above} of {n} rated runs"
    requirement = Requirement("odds that have an end", False, detail)
    return Result(
        question=asked.question,
        estimate=float("nan"),
        unit=asked.unit,
        low=float("nan"),
        high=float("nan"),
        level=0.95,
        p_value=float("nan"),
        n=n,
        n_dropped=len(design.runs.table) - n,
        method="counts and overlap (NAP); no model of odds",
        verdict_level=0,
        verdict=(
            "This history cannot answer the question by odds: "
            f"{detail}, and the runs with and without are parted so exactly that no "
            "finite odds fit them. Keep rating every run, or run a 6-week randomised "
            "test."
        ),
        checks=dict(found),
        caveats=(_NO_INTERVAL, *design.caveats),
        seed=seed,
        requirements=(requirement,),
        tables=dict(tables),
    )


def _method(design: Design, n_categories: int) -> str:
    model = "logit" if n_categories == 2 else "proportional odds"  # noqa: PLR2004
    return (
        f"{model} by maximum likelihood, variance of the scores by EWC with t(B); "
        f"adjusted for {', '.join(design.adjusted_for) or 'nothing'}"
    )
