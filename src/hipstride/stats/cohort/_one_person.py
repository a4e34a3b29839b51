"""The same runs under two names: one person would be counted as two."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import TableError

__all__ = ["refuse_one_person_twice"]

# Two people can share a run id or a day, but not speed and step length to the last
# digit on half of their runs.
_MIN_SHARED_RUNS = 5
_MIN_SHARED_SHARE = 0.5
_NUMBERS = ("mean_speed_mps", "mean_step_length_m")


def refuse_one_person_twice(
    obs: pd.DataFrame, names: NDArray[np.object_], outcome: str
) -> None:
    """Refuse a cohort in which one person's runs stand under two names.

    Parameters
    ----------
    obs : DataFrame
        OBSERVATIONS of several runners.
    names : ndarray of str
        The runner of each row.
    outcome : str
        The column with the ratings.

    Raises
    ------
    TableError
        If two names share half of the runs of one of them: same day, speed and step
        length to the last digit, and the same rating.
    """
    when = "local_date" if "local_date" in obs.columns else "day"
    keys = [when, *_NUMBERS, outcome]
    runs = obs[keys].assign(runner=names).dropna().drop_duplicates()
    is_shared = runs.duplicated(keys, keep=False)
    shared = runs[is_shared]
    if len(shared) < 2 * _MIN_SHARED_RUNS:
        return
    pairs = shared.groupby(keys, sort=False)["runner"].agg(tuple).value_counts()
    sizes = runs["runner"].value_counts()
    for pair, count in zip(pairs.index.tolist(), pairs.tolist(), strict=True):
        first, second = pair[:2]
        smaller = int(min(sizes[first], sizes[second]))
        if count >= _MIN_SHARED_RUNS and count >= _MIN_SHARED_SHARE * smaller:
            msg = (
                f"observations: runners {first!r} and {second!r} share {count} of "
                f"{smaller} rated runs, to the last digit; expected different people; "
                "leave one of them out, or give them one name"
            )
            raise TableError(msg)
