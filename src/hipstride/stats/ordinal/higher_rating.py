"""Do higher ratings go with the stride? The same question, by order and not by points.

A slope in points takes the step from 0 to 1 for as much as that from 6 to 7. Odds of a
higher rating take the ratings as an order only, and do not care about a floor.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from hipstride.stats._answer import check_smallest
from hipstride.stats._build_design import build_design
from hipstride.stats._wording import OUTCOME_WORDS, points
from hipstride.stats.checks import one_slope
from hipstride.stats.design_matrix import Design
from hipstride.stats.ordinal._odds_answer import odds_answer
from hipstride.stats.ordinal._odds_checks import slope_numbers
from hipstride.stats.ordinal._odds_fit import fit_odds
from hipstride.stats.ordinal._odds_words import Asked
from hipstride.tables import Result

__all__ = ["ordinal"]

_MIN_SIDE_OF_CUT = 8


def ordinal(
    obs: pd.DataFrame,
    outcome: str = "pain_after_0_10",
    *,
    smallest_effect_points: float = 1.0,
    seed: int = 0,
) -> Result:
    """Relate the order of one runner's ratings to the step length at the same speed.

    Parameters
    ----------
    obs, outcome
        As for `association`: the same rows and covariates.
    smallest_effect_points : float
        The smallest effect of interest in the average rating, per 5 % [points].
    seed : int
        Kept in the result; nothing is drawn.

    Returns
    -------
    Result
        Log odds of a higher rating per +1 % step length, level 0 or 1; the odds ratio
        per 5 %, what it is in points, and the error that ignores time among the checks;
        table ``cuts``: the log odds at each line between lower and higher.

    Raises
    ------
    NotEnoughDataError, TableError
        As for `association`.

    Notes
    -----
    1. Categories that do not occur are merged with their neighbours.
    2. The variance is EWC of the scores, with t on B = floor(0.4 n^(2/3)): the standard
       error of the model takes each run for a new one and rejects a true null in 11 to
       15 % of histories.
    3. Points are the fitted change of the mean rating, averaged over the runs, with the
       conversion taken as known.
    4. Where the ratings are parted exactly there are no odds, and counts are given.

    Examples
    --------
    >>> n = 60
    >>> rng = np.random.default_rng(1)
    >>> form_pct, speed = rng.normal(0, 2, n), 3 + rng.normal(0, 0.2, n)
    >>> obs = pd.DataFrame(
    ...     {
    ...         "day": 2.0 * np.arange(n),
    ...         "mean_speed_mps": speed,
    ...         "mean_step_length_m": 0.4 * speed**0.9 * np.exp(form_pct / 100),
    ...         "pain_after_0_10": np.round(4 + 0.5 * form_pct + rng.normal(0, 1, n)),
    ...     }
    ... )
    >>> result = ordinal(obs)
    >>> result.low > 0, result.verdict_level
    (True, 1)
    """
    check_smallest(smallest_effect_points)
    design = build_design(obs, outcome)
    told = OUTCOME_WORDS.get(outcome, outcome)
    asked = Asked(
        question=f"Do higher ratings of {told} go with the step length at the same "
        "speed?",
        more_of=f"a higher rating of {told}",
        unit="log odds of a higher rating per +1 % step length at the same speed",
        smallest=smallest_effect_points,
        smallest_words=points(smallest_effect_points),
        scaled_words="points on average",
    )
    return odds_answer(
        design,
        design.y,
        outcome,
        asked,
        seed=seed,
        found={"gap_gls_beside": one_slope(design)},
        tables={"cuts": _cuts(design)},
    )


def _cuts(design: Design) -> pd.DataFrame:
    """Fit a logit at each line through the scale that has runs enough on both sides."""
    rows = []
    for cut in np.unique(design.y)[1:]:
        is_above = design.y >= cut
        n_above = int(is_above.sum())
        if min(n_above, len(design.y) - n_above) < _MIN_SIDE_OF_CUT:
            continue
        odds = fit_odds(design, is_above.astype(np.float64))
        rows.append({"rating_at_least": cut, "n": n_above, **slope_numbers(odds)})
    names = ["rating_at_least", "n", "log_odds_per_pct", "low", "high", "p_value"]
    return pd.DataFrame(rows, columns=names)
