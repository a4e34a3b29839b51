"""Whether pain changed on the day of a change, beyond where it was heading.

One regression: a step at the date on a common trend, net of the other changes and of
the context of each run, with errors correlated by the days between runs. Around it the
guards that a single change in a single runner needs: placebo dates, the weeks before,
what else was changed, how much was run.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import TableError
from hipstride.stats._arrays import FloatArray
from hipstride.stats._own_columns import numbers_of
from hipstride.stats.change._arguments import check_arguments
from hipstride.stats.change._caveats import (
    blocking_of,
    change_caveats,
    namesakes,
    peak_words,
)
from hipstride.stats.change._course import course_of
from hipstride.stats.change._detectable import detectable_points
from hipstride.stats.change._findings import (
    placebo_of,
    primary_findings,
    separation_findings,
)
from hipstride.stats.change._fit import fit_step
from hipstride.stats.change._model import sides_of
from hipstride.stats.change._named import Change, find_change, things_of
from hipstride.stats.change._rows import ChangeRows, change_rows
from hipstride.stats.change._second_opinions import (
    Setting,
    morning_series,
    second_opinions,
)
from hipstride.stats.change._undated_found import refuse_found_date
from hipstride.stats.change._verdict import (
    ChangeEvidence,
    judge_change,
    outcome_words,
)
from hipstride.stats.change._volume import volume
from hipstride.stats.change.competing import competitors, keyed, table_of
from hipstride.stats.change.regression_to_mean import peak_before, weeks_before
from hipstride.tables import Result

__all__ = ["dated_change"]

UNIT = "points after the change, net of trend"


def dated_change(
    obs: pd.DataFrame,
    change: Change,
    outcome: str = "pain_after_0_10",
    *,
    changes: pd.DataFrame | None = None,
    journal: pd.DataFrame | None = None,
    washout_days: int = 7,
    was_triggered_by_peak: bool | None = None,
    smallest_effect_points: float = 1.0,
    control: str | None = None,
    seed: int = 0,
) -> Result:
    """Ask whether pain stepped up or down on the day of a change, net of its trend.

    Parameters
    ----------
    obs : DataFrame
        An OBSERVATIONS table, or any with ``local_date`` and the outcome: one row per
        run, or per day. Step length and speed are not needed.
    change : str or date
        The runner's words for it, the name of its column, or its first day.
    outcome : str
        The column with the ratings.
    changes : DataFrame, optional
        A CHANGES table: the days of the changes, and what else was changed. Without it
        they are read off the ``change_*`` columns.
    journal : DataFrame, optional
        A JOURNAL table; its morning ratings of all days stand beside the answer.
    washout_days : int
        Days left out from the change on; declare it before looking [d].
    was_triggered_by_peak : bool, optional
        Whether the day was chosen because it hurt most then.
    smallest_effect_points : float
        The smallest effect of interest [points].
    control : str, optional
        A column of ratings that the change should not move, such as another site.
    seed : int
        Kept in the result; nothing is drawn.

    Returns
    -------
    Result
        The step in points, verdict level 0, 1 or 3, with the checks and the tables
        ``placebo_dates``, ``before``, ``competing`` and ``course``.

    Raises
    ------
    NotEnoughDataError
        If fewer than 8 rated runs stand on one side of the date, or nothing varies.
    TableError
        If nothing is called so, a column is missing or unfit, or an argument is.

    Notes
    -----
    1. Runs up to the end of the change are used, without the washout.
    2. With 20 rated runs over 42 days on each side, the step stands on a common trend;
       with less it stands alone, and the verdict is 1 at most.
    3. Another change has a column of its own where 10 rated runs tell it apart.
    4. Pain before the run is never adjusted for: a change acts through it.

    ``docs/methods/dated-change.md`` has the rules and the measured error rates.

    References
    ----------
    .. [1] Lopez Bernal J et al. Int J Epidemiol 2017;46:348-355.
       doi:10.1093/ije/dyw098
    .. [2] Barnett AG et al. Int J Epidemiol 2005;34:215-220. doi:10.1093/ije/dyh299

    Examples
    --------
    >>> import pandas as pd
    >>> n = np.arange(120)
    >>> pain = np.round(4 - 2.5 * (n >= 60) + np.random.default_rng(2).normal(size=120))
    >>> obs = pd.DataFrame(
    ...     {
    ...         "local_date": pd.Timestamp("2026-01-01") + pd.to_timedelta(2 * n, "D"),
    ...         "pain_after_0_10": pain.clip(0, 10),
    ...     }
    ... )
    >>> result = dated_change(obs, "2026-05-01")
    >>> result.low < -2.5 < result.high, result.verdict_level
    (True, 3)
    """
    refuse_found_date(change)
    check_arguments(washout_days, was_triggered_by_peak, smallest_effect_points)
    rows = change_rows(obs, outcome)
    thing, others = find_change(change, things_of(rows.table, changes))
    setting = Setting(rows, thing, washout_days, "level", {})
    used = setting.used()  # note 1
    found = keyed(competitors(rows, thing, others, used))
    setting = replace(
        setting,
        shape=(  # note 2
            "trend"
            if sides_of(rows.local_date, used, thing.started_on).can_have_trend
            else "level"
        ),
        others={name: one.holds for name, one in found.items() if one.is_separable},
    )
    model = setting.model(used, setting.shape)
    fit = fit_step(model)
    blocking = blocking_of(found, set(model.left_out))  # note 3
    placebo = placebo_of(setting)
    until = setting.used(0)
    y, dates = rows.y[until], rows.local_date[until]
    peak = peak_before(y, dates, thing.started_on)
    separation, counts, nap_p = separation_findings(setting, model)
    checks = {
        **primary_findings(setting, model, fit, outcome, smallest_effect_points),
        "placebo_dates": {
            "p_value": placebo.p_value,
            "n_dates": placebo.n_dates,
            "t": placebo.t,
        },
        "peak": {
            "mean_7_days_before_points": peak.mean_before_points,
            "n_ratings": peak.n_before,
            "quantile": peak.quantile,
            "n_earlier": peak.n_earlier,
            "was_said": "unknown"
            if was_triggered_by_peak is None
            else str(bool(was_triggered_by_peak)).lower(),
        },
        **separation,
        **second_opinions(
            setting,
            None if control is None else _control(rows, control),
            None if journal is None else morning_series(journal, rows),
        ),
        "volume": volume(rows.table, thing.started_on, thing.ended_on),
        "dropped": {**rows.dropped, "washout_or_after_the_end": int((~used).sum())},
    }
    n_rated = int(rows.table[outcome].notna().sum())
    evidence = ChangeEvidence(
        outcome=outcome,
        date=str(thing.started_on),
        n=fit.n,
        n_unlike_commonest=fit.n - int(np.unique(model.y, return_counts=True)[1].max()),
        share_rated=n_rated / len(rows.table),
        is_converged=fit.is_converged,
        has_trend=setting.shape == "trend",
        sides=model.sides,
        estimate=float(fit.coefficients[1]),
        low=float(fit.low[1]),
        high=float(fit.high[1]),
        detectable=detectable_points(float(fit.se[1]), float(fit.df[1])),
        smallest_effect_points=smallest_effect_points,
        placebo_p=placebo.p_value,
        n_placebo=placebo.n_dates,
        blocking=blocking,
        same_as_change=tuple(n for n in model.same_as_change if n not in found),
        is_peak=bool(was_triggered_by_peak) or peak.is_peak,
        is_peak_known=bool(np.isfinite(peak.quantile)),
        peak_detail=peak_words(peak, was_triggered_by_peak),
        counts=counts,
        nap_p=nap_p,
    )
    verdict = judge_change(evidence)
    net_of = [*setting.others, *rows.adjusted_for]
    return Result(
        question=(
            f"Was {outcome_words(outcome)} different after {thing.label}"
            + (f" ({thing.started_on})" if thing.slug else "")
            + ", net of its trend?"
        ),
        estimate=evidence.estimate,
        unit=UNIT if evidence.has_trend else "points after the change, no trend",
        low=evidence.low,
        high=evidence.high,
        level=0.95,
        p_value=float(fit.p_value[1]),
        n=fit.n,
        n_dropped=rows.n_rows - fit.n,
        method=(
            f"GapGLS, a step {'on a common trend' if evidence.has_trend else 'alone'}, "
            f"{washout_days} days of washout; net of {', '.join(net_of) or 'nothing'}"
        ),
        verdict_level=verdict.level,
        verdict=verdict.sentence,
        checks=checks,
        caveats=(
            *change_caveats(checks, thing, blocking, was_triggered_by_peak),
            *namesakes(thing, others),
            *filter(None, [thing.how]),
            *rows.caveats,
            *(
                f"{name} does not vary apart from the rest and was left out"
                for name in model.left_out
                if name not in found
            ),
        ),
        seed=seed,
        requirements=verdict.requirements,
        tables={
            "placebo_dates": placebo.table,
            "before": weeks_before(y, dates, thing.started_on),
            "competing": table_of(tuple(found.values()), set(model.names)),
            "course": course_of(model, fit, rows.day_zero, thing.started_on),
        },
    )


def _control(rows: ChangeRows, control: str) -> FloatArray:
    if control not in rows.table.columns:
        msg = (
            f"control: found no column {control!r} among "
            f"{', '.join(map(str, rows.table.columns))}; expected a column of ratings"
        )
        raise TableError(msg)
    values: NDArray[np.float64] = numbers_of(rows.table[control], control)[rows.rows]
    return np.where(np.isfinite(values), values, np.nan)
