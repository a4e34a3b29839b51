"""Pain or none, and how much where there was some: a rating taken in two parts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.stats._build_design import build_design
from hipstride.stats._wording import OUTCOME_WORDS
from hipstride.stats.checks import one_slope
from hipstride.stats.design_matrix import Design, can_be_fitted
from hipstride.stats.ewc import ewc
from hipstride.stats.ordinal._odds_answer import odds_answer
from hipstride.stats.ordinal._odds_words import Asked
from hipstride.tables import Result

__all__ = ["any_pain"]

_SELECTION = (
    "How much it hurt where it hurt is description only: which runs hurt was decided "
    "after the stride, so that runs with longer and shorter steps are no longer alike "
    "among them"
)


def any_pain(
    obs: pd.DataFrame,
    outcome: str = "pain_after_0_10",
    *,
    smallest_effect_share: float = 0.1,
    seed: int = 0,
) -> Result:
    """Relate whether there was any pain to the step length at the same speed.

    Parameters
    ----------
    obs, outcome
        As for `association`: the same rows and covariates.
    smallest_effect_share : float
        The smallest effect of interest, per 5 %, in the share of the runs with pain
        [-].
    seed : int
        Kept in the result; nothing is drawn.

    Returns
    -------
    Result
        Log odds of a rating above 0 per +1 % step length, level 0 or 1. Among the
        checks ``positive_part``: the slope of the ratings above 0 by GapGLS, which is
        descriptive.

    Raises
    ------
    NotEnoughDataError, TableError
        As for `association`; or if `smallest_effect_share` is not between 0 and 1.

    Notes
    -----
    1. The logit is one of proportional odds with two categories; its variance is EWC of
       the scores with t(B).
    2. Without a run with pain, or without one free of it, there are no odds: counts are
       given, and level 0.

    Examples
    --------
    >>> n = 60
    >>> rng = np.random.default_rng(1)
    >>> form_pct, speed = rng.normal(0, 2, n), 3 + rng.normal(0, 0.2, n)
    >>> pain = np.round(np.clip(form_pct + rng.normal(0, 2, n), 0, 10))
    >>> obs = pd.DataFrame(
    ...     {
    ...         "day": 2.0 * np.arange(n),
    ...         "mean_speed_mps": speed,
    ...         "mean_step_length_m": 0.4 * speed**0.9 * np.exp(form_pct / 100),
    ...         "pain_after_0_10": pain,
    ...     }
    ... )
    >>> result = any_pain(obs)
    >>> result.low > 0, result.verdict_level
    (True, 1)
    """
    _check_share(smallest_effect_share)
    design = build_design(obs, outcome)
    told = OUTCOME_WORDS.get(outcome, outcome)
    asked = Asked(
        question=f"Does any {told} go with the step length at the same speed?",
        more_of=f"{told} above 0",
        unit="log odds of any pain per +1 % step length at the same speed",
        smallest=smallest_effect_share,
        smallest_words=f"{100 * smallest_effect_share:g} in 100 runs",
        scaled_words="of the runs with pain",
    )
    return odds_answer(
        design,
        (design.y > 0).astype(np.float64),
        outcome,
        asked,
        seed=seed,
        found={"positive_part": _positive_part(design)},
        tables={},
        caveats=(_SELECTION,),
    )


def _check_share(share: object) -> None:
    if isinstance(share, int | float) and 0 < share < 1:
        return
    msg = (
        f"smallest_effect_share: found {share!r}; expected a share of the runs between "
        "0 and 1"
    )
    raise TableError(msg)


def _positive_part(design: Design) -> dict[str, object]:
    """Give the slope of the ratings above 0, by GapGLS and by EWC."""
    nothing: dict[str, object] = {"n": int(np.count_nonzero(design.y > 0))}
    if nothing["n"] == 0:
        return nothing
    part = design.take(design.y > 0)
    if not can_be_fitted(part):
        return nothing
    try:
        second = ewc(part.y, part.matrix)
    except NotEnoughDataError:
        return nothing
    return {
        "mean_points": float(part.y.mean()),
        **one_slope(part),
        "ewc_points_per_pct": second.estimate,
        "ewc_low": second.low,
        "ewc_high": second.high,
    }
