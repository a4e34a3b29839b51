"""The specification curve: all ways to ask that were thought of beforehand, at once.

Who may choose the outcome, the covariates, the rows and the error model can choose the
answer. So all choices are made, shown side by side, and tested together: how far from
0 is the middle of them, beside the same curve with the stride turned against the pain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from hipstride.stats._arrays import FloatArray
from hipstride.stats._correlation_fit import EDGE, whiten
from hipstride.stats.ewc import ewc
from hipstride.stats.gap_gls import GapGls, gap_gls
from hipstride.stats.sensitivity._specs import Spec, specs_of

__all__ = ["SpecificationCurve", "specification_curve"]

N_TURNS = 499
_ALPHA = 0.05
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
    """

    table: pd.DataFrame
    n: int
    same_sign_share: float
    excludes_zero_share: float
    median_points_per_pct: float
    p_value: float
    n_turns: int

    def to_frame(self) -> pd.DataFrame:
        """Give the table of specifications."""
        return self.table.copy()


def specification_curve(
    obs: pd.DataFrame, outcome: str = "pain_after_0_10"
) -> SpecificationCurve:
    """Ask in every way that was fixed beforehand, and test all of them together.

    Outcome (this one; the next morning), exposure (the stride of the run; the mean of
    7 days), covariates (all; without load; without load and trend; without pain before
    the run), rows (all; without the 5 % most unusual strides) and errors (correlated;
    least squares with EWC): 64 at most.

    Parameters
    ----------
    obs : DataFrame
        An OBSERVATIONS table, as for `association`.
    outcome : str
        The column with the ratings.

    Returns
    -------
    SpecificationCurve
        The table, the shares, the median and its p.

    Raises
    ------
    NotEnoughDataError, TableError
        As for `association`.

    Notes
    -----
    1. The correlation is fitted once for each outcome and exposure, with all
       covariates, and held in the others.
    2. All strides are turned against all ratings together, as in the circular-shift
       test: by every number of runs, or by 499 evenly spaced ones. p is the share of
       turns whose middle is as far from 0, the true alignment among them.
    3. The scale of each estimate is held at that of the true alignment.

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
    specs = specs_of(obs, outcome)
    fits: dict[tuple[str, str], GapGls] = {}
    for spec in specs:  # note 1
        key = (spec.outcome, spec.exposure)
        if key not in fits:
            base = spec.base
            fits[key] = gap_gls(base.y, base.matrix, base.day)
    turns = _turns(min(len(spec.design.y) for spec in specs))
    rows, curves = [], []
    for spec in specs:
        fit = fits[spec.outcome, spec.exposure]
        models = [_WITHOUT] if fit.nu >= 1 - EDGE else [_WITH_MEMORY, _WITHOUT]
        for errors in models:
            held = (fit.tau_days, fit.nu) if errors == _WITH_MEMORY else None
            slopes, se = _turned(spec, held, turns)
            rows.append(_row(spec, errors, slopes[0], se))
            curves.append(slopes)
    middle = np.abs(np.median(curves, axis=0))
    table = pd.DataFrame(rows)
    table["is_primary"] = np.arange(len(table)) == 0
    estimates = table["points_per_pct"]
    same = np.sign(estimates) == np.sign(estimates.iloc[0])
    excludes = (table["low"] > 0) | (table["high"] < 0)
    return SpecificationCurve(
        table=table.sort_values("points_per_pct", kind="stable", ignore_index=True),
        n=len(table),
        same_sign_share=float(same.mean()),
        excludes_zero_share=float(excludes.mean()),
        median_points_per_pct=float(estimates.median()),
        p_value=float(np.mean(middle >= middle[0] * (1 - 1e-12))),
        n_turns=len(turns) - 1,
    )


def _turns(n: int) -> FloatArray:
    """Give the turns as shares of the history; the first is none."""
    count = min(n, N_TURNS + 1)
    return np.arange(count) / count


def _turned(
    spec: Spec, held: tuple[float, float] | None, turns: FloatArray
) -> tuple[FloatArray, float]:
    """Give the slope at every turn of the stride, and the standard error at none."""
    design = spec.design
    n = len(design.y)
    basis, _ = np.linalg.qr(design.covariates)
    own = design.stride_pct - basis @ (basis.T @ design.stride_pct)
    places = (np.arange(n)[:, None] - np.rint(turns * n).astype(int)) % n
    columns = np.column_stack([design.covariates, design.y, own[places]])
    if held is not None:
        columns = whiten(columns, design.day, *held)
    k = basis.shape[1]
    basis, _ = np.linalg.qr(columns[:, :k])
    y = columns[:, k] - basis @ (basis.T @ columns[:, k])
    x = columns[:, k + 1]
    x = x - basis @ (basis.T @ x)
    power = float(x @ x)
    slopes = y @ columns[:, k + 1 :] / power  # note 3
    rest = y - slopes[0] * x
    return slopes, float(np.sqrt(rest @ rest / (n - k - 1) / power))


def _row(spec: Spec, errors: str, slope: float, se: float) -> dict[str, object]:
    design = spec.design
    n = len(design.y)
    half = float(stats.t.ppf(1 - _ALPHA / 2, n - design.matrix.shape[1])) * se
    low, high = slope - half, slope + half
    if errors == _WITHOUT:
        second = ewc(design.y, design.matrix)
        low, high = second.low, second.high
    return {
        "outcome": spec.outcome,
        "exposure": spec.exposure,
        "covariates": spec.covariates,
        "rows": spec.rows,
        "errors": errors,
        "points_per_pct": float(slope),
        "low": float(low),
        "high": float(high),
        "n": n,
    }
