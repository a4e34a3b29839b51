"""Stage one: each runner's own slope, by the runner's own regression."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.stats._build_design import build_design
from hipstride.stats._own_columns import check_is_table, refuse_repeats
from hipstride.stats.design_matrix import Design
from hipstride.stats.gap_gls import gap_gls

__all__ = ["RunnerSlope", "runner_slopes"]

# Below it the interval of a single runner rests on next to nothing, and its variance
# with it: such a runner would be weighed by chance.
_MIN_DF = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class RunnerSlope:
    """One runner's slope, or why there is none.

    Attributes
    ----------
    runner : str
        The runner.
    n : int
        Rated runs used.
    estimate, se, low, high : float
        Points per +1 % step length; NaN where refused.
    reason : str
        Why there is no slope; empty where there is.
    design : Design or None
        Rows and columns of the regression.
    """

    runner: str
    n: int
    estimate: float
    se: float
    low: float
    high: float
    reason: str
    design: Design | None


def runner_slopes(
    obs: pd.DataFrame, outcome: str, runner: str
) -> tuple[RunnerSlope, ...]:
    """Fit the association of each runner, with the runner's own errors and covariates.

    Parameters
    ----------
    obs : DataFrame
        OBSERVATIONS of several runners, with a column that names them.
    outcome : str
        The column with the ratings.
    runner : str
        The column that names the runner.

    Returns
    -------
    tuple of RunnerSlope
        In the order in which the runners first appear; refusals among them.

    Raises
    ------
    TableError
        If the column is missing or empty on some rows, or the table is unfit.

    Examples
    --------
    >>> n = 60
    >>> rng = np.random.default_rng(1)
    >>> form_pct, speed = rng.normal(0, 2, n), 3 + rng.normal(0, 0.2, n)
    >>> obs = pd.DataFrame(
    ...     {
    ...         "runner_id": "anna",
    ...         "day": 2.0 * np.arange(n),
    ...         "mean_speed_mps": speed,
    ...         "mean_step_length_m": 0.4 * speed**0.9 * np.exp(form_pct / 100),
    ...         "pain_after_0_10": np.round(4 + 0.5 * form_pct + rng.normal(0, 1, n)),
    ...     }
    ... )
    >>> [
    ...     (one.runner, one.n)
    ...     for one in runner_slopes(obs, "pain_after_0_10", "runner_id")
    ... ]
    [('anna', 60)]
    """
    names = _names(obs, runner)
    slopes = []
    for name, rows in obs.groupby(names, sort=False):
        slopes.append(_slope(str(name), rows, outcome))
    return tuple(slopes)


def _slope(name: str, rows: pd.DataFrame, outcome: str) -> RunnerSlope:
    nothing = np.nan
    try:
        # One runner's days begin at that runner's first run.
        design = build_design(rows.reset_index(drop=True), outcome)
    except NotEnoughDataError as why:
        n = int(rows[outcome].notna().sum()) if outcome in rows.columns else 0
        return RunnerSlope(name, n, *(nothing,) * 4, str(why), None)
    except TableError as error:
        msg = f"runner {name}: {error}"
        raise TableError(msg) from None
    fit = gap_gls(design.y, design.matrix, design.day)
    if not (np.isfinite(fit.se[1]) and fit.se[1] > 0 and fit.df[1] >= _MIN_DF):
        reason = (
            "the ratings do not vary around the model"
            if not fit.se[1] > 0
            else f"worth {fit.df[1]:.1f} independent runs; needed {_MIN_DF:g}"
        )
        return RunnerSlope(name, fit.n, *(nothing,) * 4, reason, None)
    return RunnerSlope(
        name,
        fit.n,
        float(fit.coefficients[1]),
        float(fit.se[1]),
        float(fit.low[1]),
        float(fit.high[1]),
        "",
        design,
    )


def _names(obs: pd.DataFrame, runner: str) -> pd.Series:
    check_is_table(obs)
    refuse_repeats(obs, [runner])
    if runner not in obs.columns:
        msg = (
            f"observations: found no column {runner!r} among "
            f"{', '.join(map(str, obs.columns)) or 'no columns'}; expected one that "
            "names the runner of each row"
        )
        raise TableError(msg)
    named = obs[runner]
    is_missing = named.isna() | (named.astype("str").str.strip() == "")
    if is_missing.any():
        msg = (
            f"observations: {int(is_missing.sum())} rows name no runner in {runner!r}; "
            "name one in each, or leave the rows out"
        )
        raise TableError(msg)
    return named.map(_plain_name).astype("str")


def _plain_name(name: Hashable) -> str:
    """Take 1, 1.0 and "1" as one runner, as spreadsheets write them."""
    if isinstance(name, float) and name.is_integer():
        return str(int(name))
    return str(name).strip()
