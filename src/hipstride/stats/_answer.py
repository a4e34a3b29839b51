"""From a regression that is laid out to the answer with all its checks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hipstride.errors import TableError
from hipstride.stats._caveats import caveats_of
from hipstride.stats._controls import (
    control_table,
    firing_controls,
    unknown_controls,
)
from hipstride.stats._findings import evidence_of, findings
from hipstride.stats._residual_checks import residual_acf
from hipstride.stats.checks import without_analgesic_days
from hipstride.stats.design_matrix import SAME_RUN, Design
from hipstride.stats.ewc import ewc
from hipstride.stats.gap_gls import GapGls, gap_gls
from hipstride.stats.leads import lag_table, lead_of
from hipstride.stats.verdict import OUTCOME_WORDS, judge
from hipstride.tables import Result

__all__ = ["answer", "check_smallest"]

UNIT = "points per +1 % step length at the same speed"


def answer(
    design: Design,
    outcome: str,
    *,
    smallest_effect_points: float,
    analgesic: str | None = None,
    controls: Sequence[str] = (),
    seed: int = 0,
    fit: GapGls | None = None,
    p_adjusted: float | None = None,
) -> Result:
    """Fit one regression and gather everything that stands beside it.

    Parameters
    ----------
    design : Design
        Rows and columns.
    outcome : str
        The column with the ratings.
    smallest_effect_points : float
        The smallest effect of interest, per 5 % of step length [points].
    analgesic : str, optional
        The column of painkillers; it is in the design.
    controls : sequence of str
        Control outcomes; they are in the table of the runs.
    seed : int
        Kept in the result.
    fit : GapGls, optional
        The primary fit, where it is there already.
    p_adjusted : float, optional
        The p within a declared family of questions.

    Returns
    -------
    Result
        The answer.
    """
    x = design.matrix
    fit = gap_gls(design.y, x, design.day) if fit is None else fit
    second = ewc(design.y, x)
    lags = lag_table(design)
    found = {
        **findings(design, fit, second, outcome, smallest_effect_points),
        "lead_test": lead_of(lags),
        "without_analgesic": without_analgesic_days(design, analgesic),
    }
    tables = {"lags": lags, "residual_acf": residual_acf(design, fit)}
    beside = control_table(design, controls)
    if len(beside):
        tables["controls"] = beside
    evidence = evidence_of(
        fit,
        second,
        found,
        outcome,
        smallest_effect_points,
        controls=tuple(controls),
        firing=firing_controls(beside, float(fit.coefficients[1])),
        unknown=unknown_controls(beside),
        p_adjusted=p_adjusted,
        when="" if design.exposure == SAME_RUN else design.exposure,
    )
    verdict = judge(evidence)
    caveats = caveats_of(design, fit, found, evidence, verdict.level)
    return Result(
        question=_question(design, outcome),
        estimate=float(fit.coefficients[1]),
        unit=UNIT,
        low=float(fit.low[1]),
        high=float(fit.high[1]),
        level=0.95,
        p_value=float(fit.p_value[1]),
        n=fit.n,
        n_dropped=len(design.runs.table) - fit.n,
        method=_method(design),
        verdict_level=verdict.level,
        verdict=verdict.sentence,
        checks=found,
        caveats=(*caveats, *_on_unknown_controls(beside)),
        seed=seed,
        requirements=verdict.requirements,
        tables=tables,
    )


def check_smallest(points: object) -> None:
    """Refuse a smallest effect that is no number of points above 0."""
    if isinstance(points, int | float) and 0 < points < np.inf:
        return
    msg = (
        f"smallest_effect_points: found {points!r}; expected a number of points above 0"
    )
    raise TableError(msg)


def _question(design: Design, outcome: str) -> str:
    words = OUTCOME_WORDS.get(outcome, outcome)
    when = "" if design.exposure == SAME_RUN else f", {design.exposure}"
    return f"Does {words} go with the step length at the same speed{when}?"


def _method(design: Design) -> str:
    if not design.groups:
        return "GapGLS; not adjusted for anything"
    return (
        "GapGLS (REML, exponential correlation in days with a nugget, "
        "Kenward-Roger); adjusted for " + ", ".join(design.adjusted_for)
    )


def _on_unknown_controls(beside: pd.DataFrame) -> tuple[str, ...]:
    names = unknown_controls(beside)
    if not names:
        return ()
    listed = ", ".join(names)
    why = "Control ratings that never differ or are too few, so that they show nothing"
    return (f"{why}: {listed}",)
