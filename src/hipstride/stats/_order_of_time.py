"""Runs in order of time, and the same run once more."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.stats._arrays import FloatArray

__all__ = ["LN_SPEED", "STRIDE", "copies", "order_of"]

# 100 ln(step length): a difference of 1 is 1 %.
STRIDE = "stride_pct"
LN_SPEED = "ln_speed"


def copies(table: pd.DataFrame, outcome: str) -> pd.Series:
    """Find the same run once more: with the same rating, or with none."""
    run = ["day", STRIDE, LN_SPEED]
    is_unrated = table[outcome].isna()
    return table.duplicated([*run, outcome]) | (is_unrated & table.duplicated(run))


def order_of(
    obs: pd.DataFrame, day: FloatArray, is_rated: pd.Series
) -> NDArray[np.int64]:
    """Order by day; then by start where it is known; of copies the rated one first."""
    keys = pd.DataFrame({"day": day})
    if "started_at" in obs.columns:
        keys["started_at"] = obs["started_at"].to_numpy()
    # So that of two copies of a run the one with a rating is kept.
    keys["is_unrated"] = ~is_rated.to_numpy()
    ordered = keys.sort_values(list(keys.columns), kind="stable")
    return ordered.index.to_numpy(np.int64)
