"""Categories as columns: one for each level that is common enough for its own."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hipstride.stats._arrays import FloatArray

__all__ = ["MIN_RUNS_PER_LEVEL", "category_columns"]

# A level, or a group of rare levels, needs as many runs for an intercept of its own.
MIN_RUNS_PER_LEVEL = 8


def category_columns(level: pd.Series) -> tuple[FloatArray, int]:
    """Give each common level an intercept of its own.

    Parameters
    ----------
    level : Series of str
        One level for each run.

    Returns
    -------
    columns : ndarray, shape (n, number of levels less 1)
        Of 0 and 1; the commonest level has none.
    n_merged : int
        Runs of rare levels that count with the commonest for want of 8 together.

    Examples
    --------
    >>> columns, n_merged = category_columns(pd.Series(["a"] * 9 + ["b"] * 8 + ["c"]))
    >>> columns.shape, n_merged
    ((18, 1), 1)
    """
    counts = level.value_counts()
    # Ties by name, so that the order of the rows decides nothing.
    names = sorted(counts.index, key=lambda name: (-int(counts[name]), str(name)))
    common = [name for name in names if counts[name] >= MIN_RUNS_PER_LEVEL]
    n_rare = int(sum(counts[name] for name in names if name not in common))
    columns = [level.eq(name).to_numpy() for name in common[1:]]
    has_rare_group = bool(common) and n_rare >= MIN_RUNS_PER_LEVEL
    if has_rare_group:
        columns.append((~level.isin(common)).to_numpy())
    matrix = np.empty((len(level), 0), dtype=np.float64)
    if columns:
        matrix = np.column_stack(columns).astype(np.float64)
    n_merged = 0 if has_rare_group or len(names) < 2 else n_rare  # noqa: PLR2004
    return matrix, n_merged
