"""Drawing missing covariates, each from all else and from its neighbours in time.

Chained equations (van Buuren 2018), each a Bayesian linear regression on the other
columns, the rating of the run, the one before and the one after, and the day. So a
rating before the run is drawn near to those of the days around it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from hipstride.stats._arrays import FloatArray

__all__ = ["fill_in"]

_ROUNDS = 8
# A ridge of this share of the scale keeps collinear columns from stopping the draw.
_RIDGE = 1e-6


def fill_in(
    table: pd.DataFrame,
    missing: list[str],
    helpers: list[str],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Draw the missing values of some columns once.

    Parameters
    ----------
    table : DataFrame
        Numbers, in order of time; `helpers` are complete.
    missing : list of str
        Columns to fill in.
    helpers : list of str
        Columns to draw them from, beside one another and their neighbours in time.
    rng : Generator
        Where chance comes from.

    Returns
    -------
    DataFrame
        A copy without gaps in `missing`; values stay within the range that was seen,
        and whole where all that were seen are.
    """
    filled = table.copy()
    gaps = {name: table[name].isna().to_numpy() for name in missing}
    for name in missing:
        known = table[name].dropna().to_numpy(np.float64)
        filled.loc[gaps[name], name] = rng.choice(known, int(gaps[name].sum()))
    for _ in range(_ROUNDS):
        for name in missing:
            others = [other for other in (*helpers, *missing) if other != name]
            x = _columns(filled, others, name)
            y = filled[name].to_numpy(np.float64)
            drawn = _draw(y, x, gaps[name], rng)
            filled.loc[gaps[name], name] = _as_seen(drawn, table[name].dropna())
    return filled


def _columns(filled: pd.DataFrame, others: list[str], name: str) -> FloatArray:
    """Give what one column is drawn from, its own neighbours in time among them."""
    own = filled[name]
    columns = filled[others].assign(
        _before=own.shift(1).bfill(), _after=own.shift(-1).ffill()
    )
    values = columns.to_numpy(np.float64)
    spread = values.std(axis=0)
    values = (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return np.column_stack([np.ones(len(values)), values])


def _draw(
    y: FloatArray, x: FloatArray, gap: np.ndarray, rng: np.random.Generator
) -> FloatArray:
    """Draw from the predictive distribution of a linear regression."""
    known_x, known_y = x[~gap], y[~gap]
    n, k = known_x.shape
    inner = known_x.T @ known_x + _RIDGE * n * np.eye(k)
    inverse = np.linalg.inv(inner)
    mean = inverse @ known_x.T @ known_y
    rest = known_y - known_x @ mean
    # A few rows more than columns give next to no idea of the spread.
    df = max(n - k, 1)
    sd = float(np.sqrt(rest @ rest / rng.chisquare(df)))
    beta = mean + sd * np.linalg.cholesky(inverse) @ rng.normal(size=k)
    return np.asarray(x[gap] @ beta + sd * rng.normal(size=int(gap.sum())))


def _as_seen(drawn: FloatArray, seen: pd.Series) -> FloatArray:
    values = seen.to_numpy(np.float64)
    kept = np.clip(drawn, values.min(), values.max())
    return np.rint(kept) if np.equal(np.rint(values), values).all() else kept
