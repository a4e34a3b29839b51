"""Does a daily rating go with any daily number? Steps, sleep, hours of sitting.

The engine of `association` for tables without a stride: the outcome on one column of
exposure, a trend and named covariates, with errors correlated by the days between
rows. No formula is needed; names of columns are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from hipstride.errors import TableError
from hipstride.stats._correlation_fit import EDGE
from hipstride.stats._generic_rows import GenericRows, generic_rows
from hipstride.stats._generic_words import generic_verdict
from hipstride.stats.circular_shift import circular_shift_p
from hipstride.stats.ewc import Ewc, ewc
from hipstride.stats.gap_gls import GapGls, gap_gls
from hipstride.tables import Result

__all__ = ["association_with"]

_MIN_SPARE_ROWS = 5
_BOTH_WAYS = (
    "Pain may move the exposure as well as the other way round, and something that was "
    "not noted may move both"
)


def association_with(
    obs: pd.DataFrame,
    exposure: str,
    outcome: str,
    covariates: Sequence[str] = (),
    *,
    smallest_effect_points: float | None = None,
    seed: int = 0,
) -> Result:
    """Relate one person's rating to one column of exposure, day by day.

    Parameters
    ----------
    obs : DataFrame
        Any table with ``day`` or ``local_date``, the outcome and the exposure: one row
        for each day, or run.
    exposure : str
        A column of numbers, in the unit that the answer should be in: thousands of
        steps, hours of sleep.
    outcome : str
        The column with the ratings. Where its name ends in ``_0_10`` they must lie on
        that scale.
    covariates : sequence of str
        Columns to adjust for: numbers, true and false, or categories.
    smallest_effect_points : float, optional
        The smallest effect of interest, per +1 of the exposure [points]. Without one,
        an interval that holds 0 says nothing.
    seed : int
        Kept in the result; nothing is drawn.

    Returns
    -------
    Result
        Points per +1 of the exposure, level 0 or 1: what else went with the exposure
        was not looked at, so level 2 is not given here.

    Raises
    ------
    NotEnoughDataError
        If too few rows are complete, or one of the columns does not vary by itself.
    TableError
        If a column is missing, unfit or named twice.

    Notes
    -----
    1. Rows without a day, rating, exposure or covariate are left out and counted; of
       rows that are the same in all that is used, one is kept.
    2. A linear trend in days is always adjusted for.
    3. The lead test asks whether the exposure of the *next* row goes with this rating:
       it should not, unless pain moves the exposure or something slow moves both.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> steps = rng.normal(8, 2, 80)
    >>> obs = pd.DataFrame(
    ...     {
    ...         "day": np.arange(80.0),
    ...         "thousand_steps": steps,
    ...         "pain_0_10": np.round(2 + 0.4 * (steps - 8) + rng.normal(0, 1, 80)),
    ...     }
    ... )
    >>> obs["pain_0_10"] = obs["pain_0_10"].clip(0, 10)
    >>> result = association_with(obs, "thousand_steps", "pain_0_10")
    >>> result.unit, result.low < 0.4 < result.high
    ('points per +1 thousand_steps', True)
    """
    _check_smallest(smallest_effect_points)
    rows = generic_rows(obs, exposure, outcome, covariates)
    fit = gap_gls(rows.y, rows.matrix, rows.day)
    second = ewc(rows.y, rows.matrix)
    checks = _checks(rows, fit, second)
    level, sentence, requirements = generic_verdict(
        exposure, outcome, rows.y, fit, smallest_effect_points
    )
    return Result(
        question=f"Does {outcome} go with {exposure}?",
        estimate=float(fit.coefficients[1]),
        unit=f"points per +1 {exposure}",
        low=float(fit.low[1]),
        high=float(fit.high[1]),
        level=0.95,
        p_value=float(fit.p_value[1]),
        n=fit.n,
        n_dropped=rows.n_rows - fit.n,
        method=(
            "GapGLS (REML, exponential correlation in days with a nugget, "
            "Kenward-Roger); adjusted for "
            + ", ".join(rows.adjusted_for or ("nothing",))
        ),
        verdict_level=level,
        verdict=sentence,
        checks=checks,
        caveats=_caveats(rows, fit, checks),
        seed=seed,
        requirements=requirements,
    )


def _check_smallest(points: object) -> None:
    if points is None:
        return
    is_number = isinstance(points, int | float) and not isinstance(points, bool)
    if is_number and 0 < points < math.inf:  # type: ignore[operator]
        return
    msg = (
        f"smallest_effect_points: found {points!r}; expected a number of points above "
        "0, or None"
    )
    raise TableError(msg)


def _checks(rows: GenericRows, fit: GapGls, second: Ewc) -> dict[str, object]:
    others = np.delete(rows.matrix, 1, axis=1)
    basis, _ = np.linalg.qr(others)
    own, rest = (v - basis @ (basis.T @ v) for v in (rows.matrix[:, 1], rows.y))
    spare = fit.n - others.shape[1]
    return {
        "ewc": {
            "points_per_unit": second.estimate,
            "low": second.low,
            "high": second.high,
            "p_value": second.p_value,
            "df": second.df,
        },
        "circular_shift": {
            "p_value": circular_shift_p(own, rest),
            "n_turns": fit.n - 1,
        },
        "lead_test": _lead(rows, own),
        "fit": {
            "partial_sd_of_exposure": float(np.sqrt(own @ own / spare)),
            "df": float(fit.df[1]),
            "tau_days": fit.tau_days if fit.nu < 1 - EDGE else float("nan"),
            "nu": fit.nu,
            "residual_sd_points": fit.sigma,
            "is_converged": fit.is_converged,
        },
        "ratings": {
            "n_rows": rows.n_rows,
            "share_zero": float(np.mean(rows.y == 0)),
            "commonest": float(_commonest(rows.y)[0]),
            "n_unlike_commonest": fit.n - _commonest(rows.y)[1],
        },
        "dropped": dict(rows.dropped),
        "adjusted_for": list(rows.adjusted_for),
    }


def _commonest(
    y: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> tuple[float, int]:
    values, counts = np.unique(y, return_counts=True)
    return float(values[counts.argmax()]), int(counts.max())


def _lead(
    rows: GenericRows, own: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
) -> dict[str, object]:
    """Add the next row's exposure, net of the covariates of its own row."""
    nothing = {"lead_points_per_unit": float("nan"), "p_value": float("nan")}
    n, k = rows.matrix.shape
    if n - 1 < k + 1 + _MIN_SPARE_ROWS:
        return {**nothing, "n": max(n - 1, 0)}
    x = np.column_stack([rows.matrix[:-1], own[1:]])
    if np.linalg.matrix_rank(x) < k + 1:
        return {**nothing, "n": n - 1}
    fit = gap_gls(rows.y[:-1], x, rows.day[:-1])
    return {
        "lead_points_per_unit": float(fit.coefficients[-1]),
        "p_value": float(fit.p_value[-1]),
        "n": fit.n,
    }


def _caveats(
    rows: GenericRows, fit: GapGls, checks: dict[str, object]
) -> tuple[str, ...]:
    found = [_BOTH_WAYS, *rows.caveats]
    lead = checks["lead_test"]
    if isinstance(lead, dict) and lead["p_value"] < 0.05:  # noqa: PLR2004 - alpha
        found.append(
            "The exposure of the next row goes with this rating, which it should not"
        )
    if fit.nu < 1 - EDGE and fit.tau_days > float(np.ptp(rows.day)):
        found.append(
            "The rating drifts more slowly than this history can show; a slow common "
            "drift is not excluded"
        )
    return tuple(found)
