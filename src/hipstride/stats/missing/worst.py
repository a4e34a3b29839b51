"""Bounds that assume nothing: unrated runs as painful, or as free of it, as can be."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hipstride.errors import NotEnoughDataError
from hipstride.stats._arrays import FloatArray
from hipstride.stats._correlation_fit import whiten
from hipstride.stats.gap_gls import gap_gls
from hipstride.stats.missing._all_runs import SCALE_POINTS, AllRuns, all_runs

__all__ = ["MAX_MISSING_SHARE", "bounds", "worst_case"]

# With more missing the bounds hold every slope that one could think of.
MAX_MISSING_SHARE = 0.1


def worst_case(obs: pd.DataFrame, outcome: str = "pain_after_0_10") -> pd.DataFrame:
    """Give the slope if unrated runs had the most extreme ratings.

    Parameters
    ----------
    obs, outcome
        As for `association`.

    Returns
    -------
    DataFrame
        ``assignment`` (``all 0``, ``all 10``, ``lowest slope``, ``highest slope``),
        ``points_per_pct``, ``low``, ``high``, ``p_value``, ``n_assigned``. The slope
        lies between the last two whatever the missing ratings were.

    Raises
    ------
    NotEnoughDataError
        As for `association`; if no usable run is unrated, or more than 10 % are.
    TableError
        As for `association`; or if the ratings are not on a scale of 0-10.

    Notes
    -----
    The slope is a weighted sum of the ratings. For the highest one, unrated runs with a
    weight above 0 (a step longer than usual at the speed) are given 10 and the others
    0; for the lowest the reverse. Exact at the correlation of the rated runs;
    correlation and interval are then fitted anew, which may move the ends a little.

    References
    ----------
    .. [1] Manski CF. Partial Identification of Probability Distributions. 2003.

    Examples
    --------
    >>> from hipstride.simulate import Runner, history
    >>> obs = history(Runner(missing_share=0.05), n_runs=80, seed=1).observations
    >>> found = worst_case(obs).set_index("assignment")["points_per_pct"]
    >>> bool(found["lowest slope"] < found["highest slope"])
    True
    """
    runs = all_runs(obs, outcome)
    share = runs.n_unrated / runs.n_usable
    if share > MAX_MISSING_SHARE:
        what = "rated runs for bounds that assume nothing"
        raise NotEnoughDataError(
            what,
            needed=np.ceil((1 - MAX_MISSING_SHARE) * runs.n_usable),
            got=runs.n_usable - runs.n_unrated,
            remedy=f"{100 * share:.0f} % of the usable runs are unrated; above "
            f"{100 * MAX_MISSING_SHARE:g} % the bounds say nothing; see the table of "
            "deltas",
        )
    return bounds(runs)


def bounds(runs: AllRuns) -> pd.DataFrame:
    """Give the table of `worst_case` for runs that are laid out already."""
    is_open = ~runs.is_rated
    weight = _weights(runs)[is_open]
    most = SCALE_POINTS
    assigned = {
        "all 0": np.zeros(len(weight)),
        "all 10": np.full(len(weight), most),
        "lowest slope": np.where(weight > 0, 0.0, most),
        "highest slope": np.where(weight > 0, most, 0.0),
    }
    rows = []
    for name, ratings in assigned.items():
        y = runs.design.y.copy()
        y[is_open] = ratings
        fit = gap_gls(y, runs.matrix, runs.design.day)
        rows.append(
            {
                "assignment": name,
                "points_per_pct": float(fit.coefficients[1]),
                "low": float(fit.low[1]),
                "high": float(fit.high[1]),
                "p_value": float(fit.p_value[1]),
                "n_assigned": len(weight),
            }
        )
    return pd.DataFrame(rows)


def _weights(runs: AllRuns) -> FloatArray:
    """Give by what each rating enters the slope, at the fitted correlation."""
    day, fit = runs.design.day, runs.fit
    n = len(day)
    white = whiten(np.column_stack([runs.matrix, np.eye(n)]), day, fit.tau_days, fit.nu)
    x, identity = white[:, : -n or None], white[:, -n:]
    return np.asarray(np.linalg.lstsq(x, identity, rcond=None)[0][1])
