"""How far each run's step length lies from the baseline of its own device."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import NotEnoughDataError, TableError

__all__ = ["Deviations", "deviations"]


@dataclass(frozen=True, slots=True, eq=False)
class Deviations:
    """Each run's distance from its group's baseline.

    Parameters
    ----------
    pct : array, shape (n,)
        100 × the difference of logarithms; NaN where the group has no baseline [%].
    is_baseline : array of bool, shape (n,)
        Which runs the distances are counted from.
    level : float
        Mean logarithm over all baseline runs.
    lonely : tuple of str
        The groups without a baseline.
    """

    pct: NDArray[np.float64]
    is_baseline: NDArray[np.bool_]
    level: float
    lonely: tuple[str, ...]


def deviations(
    log_step: pd.Series,
    *,
    baseline: Collection[str] | None = None,
    groups: pd.Series | None = None,
) -> Deviations:
    """Count each run's step length at the reference speed from the baseline.

    Parameters
    ----------
    log_step : Series
        Logarithm of the step length at the reference speed, by run_id.
    baseline : collection of str, optional
        Ids of the runs to count from; all where not given.
    groups : Series, optional
        A label for each run_id (device, treadmill); each group has its own baseline.

    Returns
    -------
    Deviations
        In the order of `log_step`. A run that is its group's only one has no
        deviation, unless there is but one group.

    Raises
    ------
    TableError
        If `groups` names a run twice.
    NotEnoughDataError
        If no run of the baseline is there.

    Examples
    --------
    >>> log_step = pd.Series([0.0, 0.02, 0.05], index=["a", "b", "c"])
    >>> deviations(log_step, baseline=["a", "b"]).pct.round(9).tolist()
    [-1.0, 1.0, 4.0]
    """
    run_ids = log_step.index
    numbers = log_step.to_numpy(np.float64)
    is_baseline = np.ones(len(run_ids), dtype=np.bool_)
    if baseline is not None:
        is_baseline = run_ids.isin(list(baseline))
    if not is_baseline.any():
        what = "baseline runs with steady running"
        raise NotEnoughDataError(
            what,
            needed=1,
            got=0,
            remedy="choose a baseline that holds some runs",
        )
    group = pd.Series("", index=run_ids, dtype="str")
    if groups is not None:
        again = groups.index[groups.index.duplicated()]
        if len(again):
            msg = f"groups: run_id {again[0]!r} stands twice; expected one label a run"
            raise TableError(msg)
        group = groups.reindex(run_ids).astype("str").fillna("")
    pct = np.full(len(numbers), nan)
    labels = pd.unique(group)
    lonely = []
    for label in labels:
        members = (group == label).to_numpy()
        reference = members & is_baseline
        # A run that is its own and only reference would always be at zero.
        alone = np.count_nonzero(members) == 1 and len(labels) > 1
        if alone or not reference.any():
            lonely.append(str(label))
            continue
        pct[members] = 100.0 * (numbers[members] - numbers[reference].mean())
    return Deviations(
        pct, is_baseline, float(numbers[is_baseline].mean()), tuple(lonely)
    )
