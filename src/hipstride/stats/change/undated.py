"""Did the level of pain shift on some day? Dates found in the data, as questions.

Nobody logged a change, yet pain seems to have two levels. The best place for a step is
looked for beside a trend and what the runs were like, and compared with the best steps
that the ordinary drift of such a diary shows by itself. What is found is a question for
the next weeks, never an answer: the same ratings that chose a date cannot test it.
"""

from __future__ import annotations

import math
from numbers import Integral

import numpy as np
import pandas as pd

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.stats._wording import MIN_RATED_RUNS
from hipstride.stats.change._rows import ChangeRows, change_rows
from hipstride.stats.change._undated_found import FoundDate, refuse_found_date
from hipstride.stats.change._undated_search import (
    dates_of_steps,
    places_of,
    search_model,
    search_steps,
)
from hipstride.stats.change._undated_words import (
    caveats_of,
    checks_of,
    question_of,
    verdict_of,
)
from hipstride.tables import Requirement, Result

__all__ = ["FoundDate", "refuse_found_date", "undated_change"]

MIN_RUNS = 10
_MIN_SHARE = 0.1
_MAX_CHANGES = 5
_BOOTSTRAPS = (99, 9_999)
_RATE_MORE = "rate more runs"


def undated_change(
    obs: pd.DataFrame,
    outcome: str = "pain_after_0_10",
    *,
    max_changes: int = 3,
    seed: int = 0,
    n_bootstrap: int = 399,
) -> Result:
    """Look for days on which the level of pain shifted.

    Parameters
    ----------
    obs : DataFrame
        An OBSERVATIONS table, or any with ``local_date`` and the outcome.
    outcome : str
        The column with the ratings.
    max_changes : int
        The most shifts looked for, 1 to 5.
    seed : int
        Seed of the simulated drift.
    n_bootstrap : int
        Series drawn for each test and each interval, 99 to 9999.

    Returns
    -------
    Result
        Level 0, without an estimate. ``tables["dates"]`` has a row for each shift:
        ``found`` (a `FoundDate`, which is no date), ``low_on``, ``high_on`` (text),
        ``n_before``, ``n_after``, ``level_before`` and ``level_after`` (mean ratings of
        the stretches on either side).

    Raises
    ------
    NotEnoughDataError
        If fewer than 30 runs are rated, all ratings are equal, or all on few days.
    TableError
        If a column is missing or unfit, or an argument cannot be.

    Notes
    -----
    1. A stretch has at least 10 rated runs and a tenth of all.
    2. The largest F of a step, beside a linear trend (20 rated runs over 42 days or
       more) and the context of the runs, over all days.
    3. Its p is the share of series, drawn from the GapGLS model without the step, whose
       own best step is as good. Up to 0.05 it is kept, and the search goes on beside
       it; else it ends. Then each place is looked for once more beside the others.
    4. The interval of each day is the middle 95 % of the days found again in series
       drawn from the model with it.
    5. The plain least-squares cuts of the ratings stand beside it, without trend,
       context or drift.

    References
    ----------
    .. [1] Bai J, Perron P. J Appl Econometrics 2003;18:1-22. doi:10.1002/jae.659
    .. [2] Andrews DWK. Econometrica 1993;61:821-856. doi:10.2307/2951764

    Examples
    --------
    >>> day = np.arange(0, 240, 2)
    >>> rng = np.random.default_rng(3)
    >>> pain = np.round(6 - 4 * (day >= 130) + rng.normal(0, 0.8, 120))
    >>> obs = pd.DataFrame(
    ...     {
    ...         "local_date": pd.Timestamp("2026-01-01") + pd.to_timedelta(day, "D"),
    ...         "pain_after_0_10": pain,
    ...     }
    ... )
    >>> result = undated_change(obs)
    >>> result.verdict_level, str(result.tables["dates"]["found"].iloc[0])
    (0, 'about 2026-05-11 (2026-05-09 to 2026-05-13), found in the ratings')
    """
    _check_arguments(max_changes, seed, n_bootstrap)
    rows = change_rows(obs, outcome)
    least = max(MIN_RUNS, math.ceil(_MIN_SHARE * len(rows.y)))  # 1
    _refuse_too_little(rows, least)
    model = search_model(rows)
    rng = np.random.default_rng(seed)
    tests, steps = search_steps(
        rows, model, least, max_changes, n_bootstrap, rng
    )  # 2, 3
    if not tests:
        what = "rated runs for what they are net of"
        raise NotEnoughDataError(
            what, needed=model.x.shape[1] + least, got=len(rows.y), remedy=_RATE_MORE
        )
    first = tests[0]
    dates = dates_of_steps(rows, model, steps, least, outcome, n_bootstrap, rng)
    return Result(
        question=question_of(outcome),
        estimate=math.nan,
        unit="points",
        low=math.nan,
        high=math.nan,
        level=0.95,
        p_value=first.p_value,
        n=len(rows.y),
        n_dropped=len(obs) - len(rows.y),
        method=(
            "largest F of a step over all days, beside "
            f"{', '.join(model.names) or 'nothing else'}; p from {n_bootstrap} series "
            "drawn from the GapGLS model without it"
        ),
        verdict_level=0,
        verdict=verdict_of(outcome, dates, first, len(rows.y)),
        checks=checks_of(rows, tests, dates, least),
        caveats=caveats_of(rows, model, dates, first),
        seed=seed,
        requirements=(
            Requirement(
                "the date was known before the ratings",
                False,
                "dates were looked for in the ratings",
            ),
        ),
        tables={"dates": dates},
    )


def _refuse_too_little(rows: ChangeRows, least: int) -> None:
    n = len(rows.y)
    if n < MIN_RATED_RUNS:
        what = "rated runs to look for a shift"
        raise NotEnoughDataError(what, needed=MIN_RATED_RUNS, got=n, remedy=_RATE_MORE)
    if not len(places_of(rows, [], least)):
        what = f"days with {least} rated runs before and after them"
        raise NotEnoughDataError(
            what, needed=1, got=0, remedy="rate runs on more different days"
        )


def _check_arguments(max_changes: object, seed: object, n_bootstrap: object) -> None:
    for name, value, low, high in (
        ("max_changes", max_changes, 1, _MAX_CHANGES),
        ("seed", seed, 0, 2**63),
        ("n_bootstrap", n_bootstrap, *_BOOTSTRAPS),
    ):
        is_whole = isinstance(value, Integral) and not isinstance(value, bool)
        if not is_whole or not low <= int(str(value)) <= high:
            msg = f"{name}: found {value!r}; expected a whole number, {low} to {high}"
            raise TableError(msg)
