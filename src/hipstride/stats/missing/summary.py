"""Would the answer stand if the missing ratings were there? All of it in one place."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from hipstride.errors import NotEnoughDataError
from hipstride.stats._answer import UNIT, check_smallest
from hipstride.stats._build_design import build_design
from hipstride.stats._wording import OUTCOME_WORDS
from hipstride.stats.design_matrix import Design
from hipstride.stats.gap_gls import gap_gls
from hipstride.stats.missing._all_runs import AllRuns, all_runs, usable_counts
from hipstride.stats.missing._words import (
    LARGEST_POINTS,
    requirements_of,
    sentence_of,
)
from hipstride.stats.missing.compared import compare
from hipstride.stats.missing.delta import TippingPoint, delta_table, find_tip
from hipstride.stats.missing.worst import MAX_MISSING_SHARE, bounds
from hipstride.tables import Result

__all__ = ["missing_ratings"]

# As far as the answer must stand.
_DELTAS_POINTS = (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0)
_AT_RANDOM = (
    "The estimate takes ratings as missing at random given stride, speed, load, day "
    "and the ratings around them; whether they are, no data can show"
)


def missing_ratings(
    obs: pd.DataFrame,
    outcome: str = "pain_after_0_10",
    *,
    smallest_effect_points: float = 1.0,
    n_imputations: int = 20,
    seed: int = 0,
) -> Result:
    """Ask what the unrated runs could hide.

    Parameters
    ----------
    obs, outcome, smallest_effect_points
        As for `association`.
    n_imputations, seed
        As for `delta_adjustment`.

    Returns
    -------
    Result
        The slope of the rated runs [points per 1 %], level 0 or 1, and by how much more
        or less unrated runs would have to hurt to change the answer. Tables:
        ``rated_and_unrated``, ``deltas``, and ``worst_case`` where at most 10 % are
        missing.

    Raises
    ------
    NotEnoughDataError, TableError
        As for `association` and `delta_adjustment`.

    Notes
    -----
    Level 1 asks for 30 rated runs, half of the runs rated, an interval that excludes 0
    or lies within the smallest effect of interest, and that this stands for unrated
    runs up to 2 points better or worse than the model expects.

    Examples
    --------
    >>> from hipstride.simulate import Runner, history
    >>> obs = history(Runner(missing_share=0.1), n_runs=80, seed=1).observations
    >>> result = missing_ratings(obs)
    >>> result.verdict.startswith("Ratings are missing on"), result.n_dropped > 0
    (True, True)
    """
    check_smallest(smallest_effect_points)
    design = build_design(obs, outcome)
    fit = gap_gls(design.y, design.matrix, design.day)
    n_usable, n_unrated = usable_counts(design, outcome)
    tables = {"rated_and_unrated": compare(design, outcome)}
    caveats = [_AT_RANDOM, *design.caveats]
    runs = _all_runs_or_none(obs, outcome) if n_unrated else None
    tip = None
    if runs is not None:
        deltas = delta_table(
            runs, _DELTAS_POINTS, n_imputations=n_imputations, seed=seed
        )
        tables["deltas"] = deltas
        tip = find_tip(runs, deltas)
        caveats += runs.caveats
        if n_unrated / n_usable <= MAX_MISSING_SHARE:
            tables["worst_case"] = bounds(runs)
    elif n_unrated:
        caveats.append(
            "No unrated run has all covariates, so that nothing could be filled in"
        )
    requirements = requirements_of(
        fit, tip, n_usable, n_unrated, smallest_effect_points
    )
    level = int(all(r.is_met for r in requirements))
    return Result(
        question=f"Would the slope of {OUTCOME_WORDS.get(outcome, outcome)} on the "
        "step length at the same speed stand if all runs had been rated?",
        estimate=float(fit.coefficients[1]),
        unit=UNIT,
        low=float(fit.low[1]),
        high=float(fit.high[1]),
        level=0.95,
        p_value=float(fit.p_value[1]),
        n=fit.n,
        n_dropped=len(design.runs.table) - fit.n,
        method="GapGLS of the rated runs; unrated runs filled in from its conditional "
        f"distribution, moved by up to {LARGEST_POINTS:g} points, {n_imputations} "
        f"times, Rubin's rules; adjusted for {_adjusted(design)}",
        verdict_level=level,
        verdict=sentence_of(tip, n_usable, n_unrated, requirements, level),
        checks=_checks(runs, tip, tables, n_usable, n_unrated),
        caveats=tuple(dict.fromkeys(caveats)),
        seed=seed,
        requirements=requirements,
        tables=tables,
    )


def _all_runs_or_none(obs: pd.DataFrame, outcome: str) -> AllRuns | None:
    try:
        return all_runs(obs, outcome)
    except NotEnoughDataError:
        return None


def _checks(
    runs: AllRuns | None,
    tip: TippingPoint | None,
    tables: Mapping[str, pd.DataFrame],
    n_usable: int,
    n_unrated: int,
) -> dict[str, object]:
    found: dict[str, object] = {
        "ratings": {
            "n_usable_runs": n_usable,
            "n_unrated": n_unrated,
            "share_missing": n_unrated / n_usable,
        }
    }
    if runs is not None and tip is not None:
        nan = float("nan")
        at_0 = tip.table.loc[tip.table["delta_points"] == 0].iloc[0]
        found["tipping_point"] = {
            "conclusion_of_rated": tip.conclusion,
            "more_points": nan if tip.more_points is None else tip.more_points,
            "less_points": nan if tip.less_points is None else tip.less_points,
            "largest_points": tip.largest_points,
        }
        found["filled_in_as_expected"] = {
            "points_per_pct": float(at_0["points_per_pct"]),
            "low": float(at_0["low"]),
            "high": float(at_0["high"]),
            "fraction_missing": float(at_0["fraction_missing"]),
            "n_filled_in": int((~runs.is_rated).sum()),
        }
    if "worst_case" in tables:
        worst = tables["worst_case"]
        found["worst_case"] = {
            "lowest_points_per_pct": float(worst["points_per_pct"].min()),
            "highest_points_per_pct": float(worst["points_per_pct"].max()),
            "low": float(worst["low"].min()),
            "high": float(worst["high"].max()),
        }
    compared = tables["rated_and_unrated"]
    differs = (compared["low"] > 0) | (compared["high"] < 0)
    found["rated_differ_in"] = ", ".join(compared.loc[differs, "words"]) or "nothing"
    return found


def _adjusted(design: Design) -> str:
    return ", ".join(design.adjusted_for) or "nothing"
