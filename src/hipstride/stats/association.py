"""Does pain go with the stride at the same speed? One runner, one regression.

Pain on 100 ln(step length), ln(speed), grade, load, rest and pain before the run, in
one stage: by the Frisch-Waugh-Lovell theorem the coefficient is that of the
matched-speed residual, with the right standard error. GapGLS is the answer; EWC and
the circular-shift test stand beside it, and `hipstride.stats.verdict` says what the
whole allows one to say.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from hipstride.errors import TableError
from hipstride.stats._build_design import build_design
from hipstride.stats._correlation_fit import EDGE
from hipstride.stats._findings import evidence_of, findings, number
from hipstride.stats.design_matrix import Design
from hipstride.stats.ewc import ewc
from hipstride.stats.gap_gls import GapGls, gap_gls
from hipstride.stats.verdict import (
    MIN_SHARE_RATED_LEVEL_2,
    OUTCOME_WORDS,
    Evidence,
    Verdict,
    guarding_caveat,
    judge,
)
from hipstride.tables import Result

__all__ = ["association"]

UNIT = "points per +1 % step length at the same speed"
_MANY_ZEROS = 0.6
_MIN_LJUNG_BOX_P = 0.01
_MIN_DF = 5.0


def association(
    obs: pd.DataFrame,
    outcome: str = "pain_after_0_10",
    *,
    smallest_effect_points: float = 1.0,
    seed: int = 0,
) -> Result:
    """Relate one runner's pain to the step length at the same speed.

    Parameters
    ----------
    obs : DataFrame
        An OBSERVATIONS table, or any with ``day`` (or ``local_date``), the outcome,
        ``mean_step_length_m`` and ``mean_speed_mps``. Grade, loads, rest, treadmill,
        device and ``pain_before_0_10`` are used where they are there and vary.
    outcome : str
        The column with the ratings.
    smallest_effect_points : float
        The smallest effect of interest, per 5 % of step length [points].
    seed : int
        Kept in the result. All turns of the circular-shift test are enumerated, so
        nothing is drawn.

    Returns
    -------
    Result
        Points per +1 % step length, verdict level 0, 1 or 2, with the checks.

    Raises
    ------
    NotEnoughDataError
        If there are too few rated runs to fit anything, all ratings are equal, or the
        step length follows from the covariates.
    TableError
        If a column is missing or unfit, a rating is outside of 0-10, or
        `smallest_effect_points` is not above 0.

    Notes
    -----
    The rules for rows and covariates are in ``docs/methods.md``. On a 0-10 scale with
    a floor the slope is that of the average rating: smaller than that of felt pain.

    Examples
    --------
    >>> n = 60
    >>> rng = np.random.default_rng(1)
    >>> form_pct, speed = rng.normal(0, 2, n), 3 + rng.normal(0, 0.2, n)
    >>> obs = pd.DataFrame(
    ...     {
    ...         "day": 2.0 * np.arange(n),
    ...         "mean_speed_mps": speed,
    ...         "mean_step_length_m": 0.4 * speed**0.9 * np.exp(form_pct / 100),
    ...         "pain_after_0_10": np.round(4 + 0.5 * form_pct + rng.normal(0, 1, n)),
    ...     }
    ... )
    >>> result = association(obs)
    >>> result.low < 0.5 < result.high, result.verdict_level
    (True, 1)
    """
    _check_smallest(smallest_effect_points)
    design = build_design(obs, outcome)
    x = design.matrix
    fit = gap_gls(design.y, x, design.day)
    second = ewc(design.y, x)
    found = findings(design, fit, second, outcome, smallest_effect_points)
    evidence = evidence_of(fit, second, found, outcome, smallest_effect_points)
    verdict = judge(evidence)
    return Result(
        question=(
            f"Does {OUTCOME_WORDS.get(outcome, outcome)} go with the step length at "
            "the same speed?"
        ),
        estimate=float(fit.coefficients[1]),
        unit=UNIT,
        low=float(fit.low[1]),
        high=float(fit.high[1]),
        level=0.95,
        p_value=float(fit.p_value[1]),
        n=fit.n,
        n_dropped=len(design.runs.table) - fit.n,
        method=(
            "GapGLS (REML, exponential correlation in days with a nugget, "
            "Kenward-Roger); adjusted for " + ", ".join(design.adjusted_for)
            if design.groups
            else "GapGLS; not adjusted for anything"
        ),
        verdict_level=verdict.level,
        verdict=verdict.sentence,
        checks=found,
        caveats=_caveats(design, fit, found, evidence, verdict),
        seed=seed,
        requirements=verdict.requirements,
    )


def _check_smallest(points: object) -> None:
    if isinstance(points, int | float) and 0 < points < np.inf:
        return
    msg = (
        f"smallest_effect_points: found {points!r}; expected a number of points above 0"
    )
    raise TableError(msg)


def _caveats(
    design: Design,
    fit: GapGls,
    found: Mapping[str, object],
    evidence: Evidence,
    verdict: Verdict,
) -> tuple[str, ...]:
    caveats = [guarding_caveat(evidence, verdict.level), *design.caveats]
    if evidence.share_rated < MIN_SHARE_RATED_LEVEL_2:
        caveats.append(
            f"Only {100 * evidence.share_rated:.0f} % of the usable runs were rated; "
            "the others may differ"
        )
    if number(found, "ratings", "share_zero") > _MANY_ZEROS:
        caveats.append(
            "More than 60 % of the ratings are 0: the slope is that of the average "
            "rating, smaller than that of felt pain"
        )
    # Without a share that is correlated, decay means nothing.
    is_correlated = fit.nu < 1 - EDGE
    is_slow = "tau_days" in fit.at_bound and fit.tau_days > float(np.ptp(design.day))
    if is_correlated and is_slow:
        caveats.append(
            "Pain drifts more slowly than this history can show; a slow common drift "
            "of stride and pain is not excluded"
        )
    if number(found, "ljung_box", "p_value") < _MIN_LJUNG_BOX_P:
        caveats.append(
            "The residuals keep a memory that the model does not describe; the "
            "interval may be too narrow"
        )
    if fit.df[1] < _MIN_DF:
        caveats.append(
            "The history is worth fewer than 5 independent runs; the interval rests on "
            "very little"
        )
    caveats += _on_dated_changes(found)
    return tuple(caveats)


def _on_dated_changes(found: Mapping[str, object]) -> list[str]:
    caveats = []
    if number(found, "with_dated_changes", "n_changes") > 0:
        is_known = np.isfinite(number(found, "with_dated_changes", "points_per_pct"))
        caveats.append(
            "Dated changes were not adjusted for; the slope with them is among the "
            "checks"
            if is_known
            else "Dated changes were not adjusted for; with them no slope can be fitted"
        )
    n_left_out = number(found, "with_dated_changes", "n_left_out")
    if n_left_out > 0:
        caveats.append(
            "Changes that could not be looked at (in force on all runs used, on none, "
            f"on the same as another, or unknown on some): {n_left_out:g}"
        )
    return caveats
