"""The specification curve: all ways to ask that were thought of beforehand, at once.

Who may choose the outcome, the covariates, the rows and the error model can choose the
answer. So all choices are made, shown side by side, and tested together: how far from
0 is the middle of them, and how many of them exclude 0, beside the same curve with the
stride turned against the pain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hipstride.errors import TableError
from hipstride.stats._correlation_fit import EDGE
from hipstride.stats.gap_gls import GapGls, gap_gls
from hipstride.stats.sensitivity._specs import Spec, specs_of
from hipstride.stats.sensitivity._turned import (
    Turned,
    by_ewc,
    by_gap_gls,
    turn_shares,
)

__all__ = ["SpecificationCurve", "specification_curve"]

N_TURNS = 499
# With fewer no p could be as small as 0.05.
_MIN_TURNS = 19
_WITH_MEMORY, _WITHOUT = "correlated (GapGLS)", "least squares (EWC)"


@dataclass(frozen=True, slots=True, eq=False)
class SpecificationCurve:
    """All specifications, and what they say together.

    Attributes
    ----------
    table : DataFrame
        One row for each, from the smallest to the largest estimate: ``outcome,
        exposure, covariates, rows, errors, points_per_pct, low, high, n,
        is_primary``.
    n : int
        How many.
    same_sign_share : float
        Share with the sign of the primary.
    excludes_zero_share : float
        Share whose interval excludes 0.
    median_points_per_pct : float
        The middle estimate.
    p_value : float
        Of the middle, by the turns.
    n_turns : int
        How many turns were tried.
    excludes_zero_p_value : float
        Of the share whose interval excludes 0, by the same turns.
    """

    table: pd.DataFrame
    n: int
    same_sign_share: float
    excludes_zero_share: float
    median_points_per_pct: float
    p_value: float
    n_turns: int
    excludes_zero_p_value: float

    def to_frame(self) -> pd.DataFrame:
        """Give the table of specifications."""
        return self.table.copy()


def specification_curve(
    obs: pd.DataFrame,
    outcome: str = "pain_after_0_10",
    *,
    covariates: Sequence[str] = (),
    analgesic: str | None = None,
    n_turns: int = N_TURNS,
) -> SpecificationCurve:
    """Ask in every way that was fixed beforehand, and test all of them together.

    Outcome (this one; the next morning), exposure (the stride of the run; the mean of
    7 days), covariates (all; without load; without load and trend; without pain before
    the run), rows (all; without the 5 % most unusual strides; outdoors only) and
    errors (correlated; least squares with EWC): 64 at most.

    Parameters
    ----------
    obs : DataFrame
        An OBSERVATIONS table, as for `association`.
    outcome : str
        The column with the ratings.
    covariates, analgesic
        As for `association`; they stand in every specification.
    n_turns : int
        How many turns to try at most, 19 or more. Nothing is drawn.

    Returns
    -------
    SpecificationCurve
        The table, the shares, the median, and a p for each of the two.

    Raises
    ------
    NotEnoughDataError, TableError
        As for `association`; TableError also if `n_turns` is too small.

    Notes
    -----
    1. The correlation is fitted once for each outcome and exposure, with all
       covariates, and held in the others, with what Kenward-Roger adds to it.
    2. All strides are turned against all ratings together, as in the circular-shift
       test: by every number of runs, or by `n_turns` evenly spaced ones. A p is the
       share of turns that are as far from 0, the true alignment among them.
    3. What is turned is the stride at the same speed, and every turn is adjusted anew.

    References
    ----------
    .. [1] Simonsohn U, Simmons JP, Nelson LD. Nat Hum Behav 2020;4:1208-1214.
       doi:10.1038/s41562-020-0912-z

    Examples
    --------
    >>> from hipstride.simulate import Runner, history
    >>> curve = specification_curve(history(Runner(), n_runs=60, seed=1).observations)
    >>> curve.n <= 64, 0 < curve.p_value <= 1
    (True, True)
    """
    _check_turns(n_turns)
    specs = specs_of(obs, outcome, covariates=covariates, analgesic=analgesic)
    fits: dict[tuple[str, str], GapGls] = {}
    for spec in specs:  # note 1
        key = (spec.outcome, spec.exposure)
        if key not in fits:
            base = spec.base
            fits[key] = gap_gls(base.y, base.matrix, base.day)
    turns = turn_shares(min(len(spec.design.y) for spec in specs), n_turns)
    rows: list[dict[str, object]] = []
    middles, excluding = [], []
    for spec in specs:
        fit = fits[spec.outcome, spec.exposure]
        found = {}
        # Without memory the two fall together; the primary is then GapGLS still.
        if fit.nu < 1 - EDGE or not rows:
            found[_WITH_MEMORY] = by_gap_gls(spec.design, fit, turns)
        if fit.nu < 1 - EDGE or rows:
            found[_WITHOUT] = by_ewc(spec.design, turns)
        for errors, turned in found.items():
            rows.append(_row(spec, errors, turned))
            middles.append(turned.slopes)
            excluding.append(turned.excludes_zero)
    middle = np.abs(np.median(middles, axis=0))
    share = np.mean(excluding, axis=0)
    table = pd.DataFrame(rows)
    table["is_primary"] = np.arange(len(table)) == 0
    estimates = table["points_per_pct"]
    same = np.sign(estimates) == np.sign(estimates.iloc[0])
    return SpecificationCurve(
        table=table.sort_values("points_per_pct", kind="stable", ignore_index=True),
        n=len(table),
        same_sign_share=float(same.mean()),
        excludes_zero_share=float(share[0]),
        median_points_per_pct=float(estimates.median()),
        p_value=float(np.mean(middle >= middle[0] * (1 - 1e-12))),  # note 2
        n_turns=len(turns) - 1,
        excludes_zero_p_value=float(np.mean(share >= share[0])),
    )


def _check_turns(n_turns: object) -> None:
    if (
        not isinstance(n_turns, int)
        or isinstance(n_turns, bool)
        or n_turns < _MIN_TURNS
    ):
        msg = (
            f"n_turns: found {n_turns!r}; expected a whole number from {_MIN_TURNS} "
            "on: with fewer no p could be as small as 0.05"
        )
        raise TableError(msg)


def _row(spec: Spec, errors: str, turned: Turned) -> dict[str, object]:
    slope, half = float(turned.slopes[0]), float(turned.half_widths[0])
    return {
        "outcome": spec.outcome,
        "exposure": spec.exposure,
        "covariates": spec.covariates,
        "rows": spec.rows,
        "errors": errors,
        "points_per_pct": slope,
        "low": slope - half,
        "high": slope + half,
        "n": len(spec.design.y),
    }
