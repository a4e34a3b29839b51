"""People change something when it hurts most: the day after a bad week."""

from __future__ import annotations

import numpy as np
import pandas as pd

__all__ = ["day_after_peak"]

_WEEK_DAYS = 7


def day_after_peak(
    observations: pd.DataFrame,
    outcome: str = "pain_after_0_10",
    *,
    threshold_points: float,
) -> pd.Timestamp:
    """Give the day on which a runner would have had enough.

    Parameters
    ----------
    observations : DataFrame
        An `OBSERVATIONS` table.
    outcome : str
        The column with the ratings.
    threshold_points : float
        The mean rating of seven days that makes the runner change something [points].

    Returns
    -------
    Timestamp
        The day after the first such week in the middle third of the runs; where none
        is so bad, the day after its worst.

    Examples
    --------
    >>> obs = pd.DataFrame(
    ...     {
    ...         "local_date": pd.date_range("2026-03-01", periods=60),
    ...         "pain_after_0_10": [2.0] * 20 + [6.0] * 10 + [2.0] * 30,
    ...     }
    ... )
    >>> str(day_after_peak(obs, threshold_points=5.0).date())
    '2026-03-27'
    """
    local_date = observations["local_date"].reset_index(drop=True)
    pain = observations[outcome].to_numpy(np.float64)
    day = ((local_date - local_date.iloc[0]) / pd.Timedelta(days=1)).to_numpy()
    n_runs = len(pain)
    ends = np.arange(n_runs // 3, max(2 * n_runs // 3, n_runs // 3 + 1))
    means = np.array(
        [_mean(pain[(day > day[at] - _WEEK_DAYS) & (day <= day[at])]) for at in ends]
    )
    bad = np.flatnonzero(means >= threshold_points)
    at = int(ends[bad[0]] if len(bad) else ends[int(means.argmax())])
    return pd.Timestamp(local_date.iloc[at]) + pd.Timedelta(days=1)


def _mean(ratings: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    known = ratings[np.isfinite(ratings)]
    return float(known.mean()) if len(known) else -np.inf
