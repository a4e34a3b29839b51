"""Does pain go with the stride at the same speed? One runner, one regression.

Pain on 100 ln(step length), ln(speed), grade, trend, load, rest and pain before the
run, in one stage: by the Frisch-Waugh-Lovell theorem the coefficient is that of the
matched-speed residual, with the right standard error. GapGLS is the answer; EWC and
the circular-shift test stand beside it, and `hipstride.stats.verdict` says what the
whole allows one to say.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from hipstride.errors import TableError
from hipstride.stats._answer import answer, check_smallest
from hipstride.stats._build_design import build_design
from hipstride.stats._controls import check_controls
from hipstride.stats.design_matrix import Design
from hipstride.tables import Result

__all__ = ["association", "laid_out"]


def association(
    obs: pd.DataFrame,
    outcome: str = "pain_after_0_10",
    *,
    smallest_effect_points: float = 1.0,
    covariates: Sequence[str] = (),
    analgesic: str | None = None,
    controls: Sequence[str] = (),
    seed: int = 0,
) -> Result:
    """Relate one runner's pain to the step length at the same speed.

    Parameters
    ----------
    obs : DataFrame
        An OBSERVATIONS table, or any with ``day`` (or ``local_date``), the outcome,
        ``mean_step_length_m`` and ``mean_speed_mps``. Grade, loads, rest, treadmill,
        device, shoe, surface and ``pain_before_0_10`` are used where they are there
        and vary; a straight trend over the days always.
    outcome : str
        The column with the ratings.
    smallest_effect_points : float
        The smallest effect of interest, per 5 % of step length [points].
    covariates : sequence of str
        Further columns to adjust for: numbers, true and false, or categories, such as
        sleep or stress. What is known only after the run is refused.
    analgesic : str, optional
        A column that is 1 on days with a painkiller and 0 on others. It is adjusted
        for, and the slope without those days stands among the checks.
    controls : sequence of str
        Ratings that the stride should not touch, such as those that `align` makes of
        other body sites.
    seed : int
        Kept in the result. All turns of the circular-shift test are enumerated, so
        nothing is drawn.

    Returns
    -------
    Result
        Points per +1 % step length, verdict level 0, 1 or 2, with the checks; tables
        ``lags`` (the run before, this one, the next), ``residual_acf``, and
        ``controls`` where there are any.

    Raises
    ------
    NotEnoughDataError
        If there are too few rated runs to fit anything, all ratings are equal, or the
        step length follows from the covariates.
    TableError
        If a column is missing or unfit, a rating is outside of 0-10, a covariate or a
        control cannot be one, or `smallest_effect_points` is not above 0.

    Notes
    -----
    The rules for rows and covariates are in ``docs/methods/association.md``. On a 0-10
    scale with a floor the slope is that of the average rating: smaller than that of
    felt pain.

    Examples
    --------
    >>> import numpy as np
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
    >>> result = association(obs)
    >>> result.low < 0.5 < result.high, result.verdict_level
    (True, 1)
    """
    check_smallest(smallest_effect_points)
    design, named = laid_out(obs, outcome, covariates, analgesic, controls)
    return answer(
        design,
        outcome,
        smallest_effect_points=smallest_effect_points,
        analgesic=analgesic,
        controls=named,
        seed=seed,
    )


def laid_out(
    obs: pd.DataFrame,
    outcome: str,
    covariates: Sequence[str],
    analgesic: str | None,
    controls: Sequence[str],
) -> tuple[Design, tuple[str, ...]]:
    """Lay out the regression of an association, and name its controls."""
    named = check_controls(obs, controls, outcome)
    both = sorted(set(named) & {*covariates, *filter(None, [analgesic])})
    if both:
        msg = (
            f"controls: found {both[0]!r} among the covariates as well; expected one "
            "or the other: what is adjusted for cannot show anything"
        )
        raise TableError(msg)
    design = build_design(
        obs, outcome, covariates=covariates, analgesic=analgesic, ratings=named
    )
    return design, tuple(named)
