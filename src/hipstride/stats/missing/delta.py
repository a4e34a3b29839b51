"""What if unrated runs hurt more, or less? Fill them in so, and look again.

Ratings missing at random need no filling in: GapGLS uses what there is. But a runner
may forget the diary when free of pain, or skip it when it hurts. Nothing in the data
can show that. So the answer is asked how much of it it would bear.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hipstride.errors import TableError
from hipstride.stats.missing._all_runs import SCALE_POINTS, AllRuns, all_runs
from hipstride.stats.missing._imputation import draw_unrated, pooled_at

__all__ = [
    "TippingPoint",
    "delta_adjustment",
    "delta_table",
    "find_tip",
    "tipping_point",
]

DELTAS_POINTS = (-2.0, -1.0, 0.0, 1.0, 2.0)


@dataclass(frozen=True, slots=True, eq=False)
class TippingPoint:
    """How much more or less unrated runs must hurt to change the answer.

    Attributes
    ----------
    conclusion : str
        Of the rated runs alone: ``above 0``, ``below 0`` or ``holds 0``.
    more_points, less_points : float or None
        The smallest delta upwards, and the one downwards, at which it is another; None
        if it stands within the range. 0 if filling in alone changes it [points].
    largest_points : float
        How far was looked [points].
    table : DataFrame
        As `delta_adjustment` gives it.
    """

    conclusion: str
    more_points: float | None
    less_points: float | None
    largest_points: float
    table: pd.DataFrame


def delta_adjustment(
    obs: pd.DataFrame,
    outcome: str = "pain_after_0_10",
    *,
    deltas: Sequence[float] = DELTAS_POINTS,
    n_imputations: int = 20,
    seed: int = 0,
) -> pd.DataFrame:
    """Fill in the unrated runs, moved by each delta, and give the slope of each.

    Parameters
    ----------
    obs, outcome
        As for `association`.
    deltas : sequence of float
        By how much unrated runs hurt more than rated runs like them [points].
    n_imputations : int
        How often they are filled in.
    seed : int
        The same draws are moved by each delta.

    Returns
    -------
    DataFrame
        ``delta_points``, ``points_per_pct``, ``low``, ``high``, ``p_value``, ``df``,
        ``fraction_missing``, ``mean_filled_in_points``, ``n_rated``, ``n_filled_in``;
        one row for each delta.

    Raises
    ------
    NotEnoughDataError
        As for `association`; or if no usable run is unrated.
    TableError
        As for `association`; if a delta is no number within 10 points, there is none,
        or `n_imputations` is below 2.

    Notes
    -----
    1. Unrated runs are drawn from the distribution that GapGLS gives them, with their
       own stride, speed, load and day, and the ratings around them; coefficients and
       error variance are drawn as well.
    2. They are moved by delta, cut off at 0 and 10, and rounded as the ratings are.
    3. GapGLS again, pooled by Rubin's rules with Barnard and Rubin's degrees of
       freedom.

    References
    ----------
    .. [1] Carpenter JR, Kenward MG. Multiple Imputation and its Application. 2013,
       ch. 10.

    Examples
    --------
    >>> from hipstride.simulate import Runner, history
    >>> obs = history(Runner(missing_share=0.2), n_runs=80, seed=1).observations
    >>> delta_adjustment(obs, deltas=(0, 2))["delta_points"].tolist()
    [0.0, 2.0]
    """
    return delta_table(
        all_runs(obs, outcome),
        _checked(deltas),
        n_imputations=n_imputations,
        seed=seed,
    )


def tipping_point(
    obs: pd.DataFrame,
    outcome: str = "pain_after_0_10",
    *,
    largest_points: float = 3.0,
    step_points: float = 0.5,
    n_imputations: int = 20,
    seed: int = 0,
) -> TippingPoint:
    """Look for the smallest delta that changes whether the interval excludes 0.

    Parameters
    ----------
    obs, outcome, n_imputations, seed
        As for `delta_adjustment`.
    largest_points, step_points : float
        How far to look on either side, and in what steps [points].

    Returns
    -------
    TippingPoint
        The nearest delta on either side, or None.

    Raises
    ------
    NotEnoughDataError, TableError
        As for `delta_adjustment`.

    Examples
    --------
    >>> from hipstride.simulate import Runner, history
    >>> obs = history(Runner(missing_share=0.1), n_runs=80, seed=1).observations
    >>> tipping_point(obs, largest_points=1, step_points=1).conclusion
    'holds 0'
    """
    if not 0 < step_points <= largest_points <= SCALE_POINTS:
        msg = (
            f"step_points, largest_points: found {step_points!r}, {largest_points!r}; "
            f"expected 0 < step <= largest <= {SCALE_POINTS:g}"
        )
        raise TableError(msg)
    steps = np.arange(1, int(largest_points / step_points + 1e-9) + 1) * step_points
    deltas = _checked([*(-steps[::-1]).tolist(), 0.0, *steps.tolist()])
    runs = all_runs(obs, outcome)
    table = delta_table(runs, deltas, n_imputations=n_imputations, seed=seed)
    return find_tip(runs, table)


def delta_table(
    runs: AllRuns, deltas: Sequence[float], *, n_imputations: int, seed: int
) -> pd.DataFrame:
    """Give the table of `delta_adjustment` for runs that are laid out already."""
    imputed = draw_unrated(runs, n_imputations, seed)
    rows = []
    for delta in deltas:
        pooled = pooled_at(imputed, delta)
        rows.append(
            {
                "delta_points": delta,
                "points_per_pct": pooled.estimate,
                "low": pooled.low,
                "high": pooled.high,
                "p_value": pooled.p_value,
                "df": pooled.df,
                "fraction_missing": pooled.fraction_missing,
                "mean_filled_in_points": float(
                    runs.ratings(imputed.latent + delta).mean()
                ),
                "n_rated": int(runs.is_rated.sum()),
                "n_filled_in": int((~runs.is_rated).sum()),
            }
        )
    return pd.DataFrame(rows)


def find_tip(runs: AllRuns, table: pd.DataFrame) -> TippingPoint:
    """Find the nearest deltas at which the conclusion of the rated runs is another."""
    conclusion = _conclusion(float(runs.fit.low[1]), float(runs.fit.high[1]))
    other = [
        float(row["delta_points"])
        for row in table.to_dict("records")
        if _conclusion(row["low"], row["high"]) != conclusion
    ]
    return TippingPoint(
        conclusion=conclusion,
        more_points=min((d for d in other if d >= 0), default=None),
        less_points=max((d for d in other if d <= 0), default=None),
        largest_points=float(table["delta_points"].abs().max()),
        table=table,
    )


def _conclusion(low: float, high: float) -> str:
    if low > 0:
        return "above 0"
    return "below 0" if high < 0 else "holds 0"


def _checked(deltas: Sequence[float]) -> list[float]:
    try:
        values = [float(delta) for delta in deltas]
    except (TypeError, ValueError):
        values = []
    if not values or not all(abs(value) <= SCALE_POINTS for value in values):
        msg = (
            f"deltas: found {deltas!r}; expected numbers of points between "
            f"-{SCALE_POINTS:g} and {SCALE_POINTS:g}"
        )
        raise TableError(msg)
    return values
