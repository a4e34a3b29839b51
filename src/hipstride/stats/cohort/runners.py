"""Stage one: each runner's own slope, by the runner's own regression."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.stats._build_design import build_design
from hipstride.stats._own_columns import check_is_table, refuse_repeats
from hipstride.stats._wording import MIN_UNLIKE_COMMONEST
from hipstride.stats.cohort._one_person import refuse_one_person_twice
from hipstride.stats.design_matrix import Design
from hipstride.stats.gap_gls import GapGls, gap_gls

__all__ = ["RunnerSlope", "runner_slopes"]

# Below it the variance of a slope rests on next to nothing: such a runner would be
# weighed by chance.
_MIN_DF = 3.0
# An error this small beside the spread of the ratings is rounding.
_REPRODUCED = 1e-6


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RunnerSlope:
    """One runner's slope, or why there is none.

    Attributes
    ----------
    runner : str
        The runner.
    n, n_runs : int
        Rated runs used (for a refused runner, rated runs), and all runs.
    estimate, se, df, low, high : float
        Points per +1 % step length, with the Kenward-Roger standard error, degrees of
        freedom and 95 % interval; NaN where refused.
    reason : str
        Why there is no slope; empty where there is.
    design : Design or None
        Rows and columns of the regression.
    """

    runner: str
    n: int
    n_runs: int
    estimate: float = math.nan
    se: float = math.nan
    df: float = math.nan
    low: float = math.nan
    high: float = math.nan
    reason: str = ""
    design: Design | None = None


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
    if runner == outcome:
        msg = f"runner: found {runner!r}, which is the outcome; name another column"
        raise TableError(msg)
    if not len(obs):
        return ()
    slopes = tuple(
        _slope(str(name), obs[names == name].drop(columns=runner), outcome)
        for name in dict.fromkeys(names)
    )
    # After the fits, which have looked at the columns.
    refuse_one_person_twice(obs, names, outcome)
    return slopes


def _slope(name: str, rows: pd.DataFrame, outcome: str) -> RunnerSlope:
    n_runs = len(rows)
    try:
        # One runner's days begin at that runner's first run.
        design = build_design(rows.reset_index(drop=True), outcome)
    except NotEnoughDataError as why:
        rated = int(rows[outcome].notna().sum())
        return _refused(name, rated, n_runs, str(why))
    except TableError as error:
        msg = f"runner {name}: {error}"
        raise TableError(msg) from None
    n = len(design.y)
    unlike = n - int(np.unique(design.y, return_counts=True)[1].max())
    if unlike < MIN_UNLIKE_COMMONEST:
        # The slope of such a runner looks sure, and would outweigh the others.
        reason = (
            f"nearly all ratings are the same: {unlike} of {n} differ from the "
            f"commonest; needed {MIN_UNLIKE_COMMONEST}"
        )
        return _refused(name, n, n_runs, reason)
    fit = gap_gls(design.y, design.matrix, design.day)
    reason = _why_not(fit, float(np.ptp(design.y)))
    if reason:
        return _refused(name, n, n_runs, reason)
    return RunnerSlope(
        runner=name,
        n=n,
        n_runs=n_runs,
        estimate=float(fit.coefficients[1]),
        se=float(fit.se[1]),
        df=float(fit.df[1]),
        low=float(fit.low[1]),
        high=float(fit.high[1]),
        design=design,
    )


def _why_not(fit: GapGls, spread: float) -> str:
    """Say why a fitted slope cannot be weighed against others; empty if it can."""
    if not fit.is_converged:
        return "the fit came to no maximum"
    if not np.isfinite(fit.se[1]) or fit.sigma < _REPRODUCED * spread:
        return (
            "step length and covariates give the ratings exactly; see whether a column "
            "was copied"
        )
    if not fit.df[1] >= _MIN_DF:
        return f"{fit.df[1]:.1f} degrees of freedom for the slope; needed {_MIN_DF:g}"
    return ""


def _refused(name: str, n: int, n_runs: int, reason: str) -> RunnerSlope:
    return RunnerSlope(runner=name, n=n, n_runs=n_runs, reason=reason)


def _names(obs: pd.DataFrame, runner: str) -> NDArray[np.object_]:
    """Give the runner of each row, as text."""
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
    text = [_plain_name(name) for name in named.astype(object)]
    is_missing = named.isna().to_numpy() | np.array([not one for one in text], bool)
    if is_missing.any():
        msg = (
            f"observations: {int(is_missing.sum())} rows name no runner in {runner!r}; "
            "name one in each, or leave the rows out"
        )
        raise TableError(msg)
    return np.array(text, dtype=object)


def _plain_name(name: Hashable) -> str:
    """Take 1, 1.0 and "1" as one runner, as spreadsheets write them."""
    if isinstance(name, float) and name.is_integer():
        return str(int(name))
    return str(name).strip().removesuffix(".0")
