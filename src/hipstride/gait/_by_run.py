"""What is told of runs by their ids, as arrays in the order of the runs."""

from __future__ import annotations

from math import inf

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import TableError
from hipstride.gait.links import MAX_APART_D

__all__ = ["days_of", "labels_of"]


def days_of(
    run_ids: pd.Index, days: pd.Series | None
) -> tuple[NDArray[np.float64], float]:
    """Give when each run was, and how far two that are compared may be apart [d]."""
    if days is None:
        return np.arange(len(run_ids), dtype=np.float64), inf
    _check_once(days, "days")
    when = pd.to_datetime(days.reindex(run_ids))
    since_d = np.asarray((when - when.min()) / pd.Timedelta(days=1), dtype=np.float64)
    return since_d, MAX_APART_D


def labels_of(
    run_ids: pd.Index, given: pd.Series | None, what: str
) -> NDArray[np.object_]:
    """Give each run's label as a text, empty where it is not known."""
    if given is None:
        return np.full(len(run_ids), "", dtype=object)
    _check_once(given, what)
    labels = given.reindex(run_ids)
    return np.asarray(labels.astype("str").where(labels.notna(), ""), dtype=object)


def _check_once(given: pd.Series, what: str) -> None:
    again = given.index[given.index.duplicated()]
    if len(again):
        msg = f"{what}: run_id {again[0]!r} stands twice; expected one label a run"
        raise TableError(msg)
