"""Did the cue lower the pain? A randomised test of one runner, read after its end.

The p is that of the drawing: how many of the schedules that could have been drawn give
a difference as large. It holds whatever the memory of pain.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.stats._arrays import FloatArray
from hipstride.stats._findings import number
from hipstride.stats._wording import OUTCOME_WORDS
from hipstride.stats.trial._caveats import caveats_of, cent_items
from hipstride.stats.trial._compared import arms_of, compare, covariates_of
from hipstride.stats.trial._manipulation import Manipulation, manipulation
from hipstride.stats.trial._options import Belief, check_options, smallest_or_declared
from hipstride.stats.trial._refusals import (
    refuse_what_cannot_be_compared,
    refuse_what_cannot_reject,
    refuse_what_is_reproduced,
)
from hipstride.stats.trial._reporting import checks_of, joined_table
from hipstride.stats.trial._trial_words import (
    TrialEvidence,
    judge_trial,
    method_words,
)
from hipstride.stats.trial.draw import Schedule
from hipstride.stats.trial.joining import Joined, join_runs, kept_after_washout
from hipstride.stats.trial.randomisation import RandomisationTest
from hipstride.tables import Result

__all__ = ["Belief", "trial"]


def trial(
    obs: pd.DataFrame,
    schedule: Schedule,
    outcome: str = "pain_after_0_10",
    *,
    adherence: str | None = None,
    believed: Belief | None = None,
    n_draws: int = 19_999,
    smallest_effect_points: float | None = None,
    seed: int = 0,
) -> Result:
    """Compare the two arms of a randomised test, by the schedule that was drawn.

    Parameters
    ----------
    obs : DataFrame
        An OBSERVATIONS table, or any with ``local_date`` and the outcome; declared
        covariates and the stride are used where they are there.
    schedule : Schedule
        What was drawn before the first day.
    outcome : str
        The column with the ratings.
    adherence : str, optional
        A column of yes and no: was the cue of that run followed.
    believed : {"arm", "control", "neither"}, optional
        Which cue the runner believed in, asked at the end.
    n_draws : int
        Schedules to draw where there are more than 50 000, at least 4999.
    smallest_effect_points : float, optional
        The smallest effect of interest; what was declared where not given [points].
    seed : int
        Of the reference schedules; not that of the drawing.

    Returns
    -------
    Result
        Arm less control, as assigned; verdict level 0, 1 or 4.

    Raises
    ------
    NotEnoughDataError
        If too few runs are rated, all ratings are equal, one arm is missing, or what
        is left of the schedules could not give a p of alpha.
    TableError
        If a column is missing or unfit, or the outcome was rated before the cue.

    Notes
    -----
    1. Runs are joined to the schedule by date, or by order; unrated runs count in the
       order.
    2. Primary is as assigned, whatever was done (intention to treat), adjusted for the
       declared covariates.
    3. The reference are all schedules of the design, or draws from them, joined to the
       same runs in the same way, each with the washout that it would have had.
    4. The stride difference is tested likewise. Pain over stride (Wald) stands in the
       checks: it is the effect of the stride only if the cue acts by nothing else.

    References
    ----------
    .. [1] Vohra et al., CONSORT extension for reporting N-of-1 trials (CENT) 2015
       statement, BMJ 350, 2015.

    Examples
    --------
    >>> import datetime as dt
    >>> from hipstride.stats.trial import TrialDesign, draw
    >>> first = dt.date(2026, 12, 1)
    >>> design = TrialDesign(
    ...     kind="alternation", n_units=40, started_on=first, stride_goal_pct=None
    ... )
    >>> drawn = draw(design, seed=7, drawn_on=first)
    >>> rng = np.random.default_rng(1)
    >>> arm = np.array(drawn.schedule)
    >>> obs = pd.DataFrame(
    ...     {
    ...         "local_date": pd.date_range("2026-12-01", periods=40, freq="2D"),
    ...         "pain_after_0_10": np.round(5 - 2 * arm + rng.normal(0, 1, 40)),
    ...         "followed": 1,
    ...     }
    ... )
    >>> result = trial(obs, drawn, adherence="followed", n_draws=4999)
    >>> result.low < -2 < result.high, result.verdict_level
    (True, 4)
    """
    smallest = smallest_or_declared(smallest_effect_points, schedule)
    check_options(schedule, outcome, n_draws, believed)
    # A schedule that its seed did not draw has no p.
    schedule.check()
    design = schedule.design
    joined = join_runs(obs, schedule, outcome, adherence)  # note 1
    rows = np.isfinite(joined.table[outcome].to_numpy(np.float64))
    y = joined.table[outcome].to_numpy(np.float64)[rows]
    refuse_what_cannot_be_compared(y, joined, design.n_units)
    names = tuple(name for name in design.used_covariates if name != outcome)
    x, used, covariate_caveats = covariates_of(joined, names, rows)
    refuse_what_is_reproduced(y, x, used)
    arms = arms_of(joined, design, n_draws, seed)  # note 3
    found = compare(y, rows, arms, x, alpha=design.alpha, washout=design.washout)
    refuse_what_cannot_reject(found)
    own = arms.own[rows]
    if design.washout != "none":
        kept = kept_after_washout(arms.own[None, :])[0, rows]
        y_used, own = y[kept], own[kept]
    else:
        y_used = y
    followed = manipulation(joined, arms, design, adherence)  # note 4
    evidence = _evidence(
        schedule, joined, found, followed, y_used, own, outcome, smallest, rows
    )
    verdict = judge_trial(evidence)
    checks = checks_of(joined, schedule, arms, found, followed, evidence, x, used)
    checks["cent_2015"] = cent_items(schedule, joined, used, believed)
    return Result(
        question=(
            f'Does "{design.arm}" change {OUTCOME_WORDS.get(outcome, outcome)}, '
            f'against "{design.control}"?'
        ),
        estimate=found.estimate,
        unit=f'points, "{design.arm}" less "{design.control}"',
        low=found.low,
        high=found.high,
        level=1 - design.alpha,
        p_value=found.p_value,
        n=len(y_used),
        n_dropped=len(obs) - len(y_used),
        method=method_words(design, found, arms, used),
        verdict_level=verdict.level,
        verdict=verdict.sentence,
        checks=checks,
        caveats=caveats_of(
            schedule,
            joined,
            found,
            followed,
            evidence,
            extra=tuple(covariate_caveats),
            missing_p=number(checks, "ratings", "p_value_missing_by_arm"),
            believed=believed,
        ),
        seed=seed,
        requirements=verdict.requirements,
        tables={"runs": joined_table(joined, schedule, outcome)},
    )


def _evidence(
    schedule: Schedule,
    joined: Joined,
    found: RandomisationTest,
    followed: Manipulation,
    y: FloatArray,
    own: FloatArray,
    outcome: str,
    smallest: float,
    rows: NDArray[np.bool_],
) -> TrialEvidence:
    n_arm = int(own.sum())
    first = joined.table["local_date"].min().date()
    return TrialEvidence(
        outcome=outcome,
        design=schedule.design,
        estimate=found.estimate,
        low=found.low,
        high=found.high,
        p_value=found.p_value,
        null_sd=found.null_sd,
        smallest_effect_points=smallest,
        n=len(y),
        n_fewer_arm=min(n_arm, len(own) - n_arm),
        n_unlike_commonest=len(y) - int(np.unique(y, return_counts=True)[1].max()),
        share_rated=float(rows.mean()),
        share_done=joined.n_units_done / len(schedule.schedule),
        is_followed=followed.is_shown,
        followed_words=followed.words,
        is_drawn_before=schedule.drawn_on <= first,
        drawn_words=f"drawn on {schedule.drawn_on}, first run on {first}",
    )
