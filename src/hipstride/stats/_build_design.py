"""From an OBSERVATIONS table to the rows and columns of a regression.

Which runs can be used, what stands beside the stride, and what had to be left out
and why. The rules are fixed before any result is seen:
``docs/methods/association.md`` lists them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from hipstride.errors import NotEnoughDataError
from hipstride.stats._arrays import left_by, rank_order
from hipstride.stats._covariates import candidates, with_categories
from hipstride.stats._own_columns import check_is_table
from hipstride.stats._own_covariates import names_of
from hipstride.stats._usable_runs import STRIDE, usable_runs
from hipstride.stats.design_matrix import (
    MIN_SPARE_ROWS,
    Design,
    without_copies,
    words_of,
)

__all__ = ["build_design"]

MIN_ROWS = 8
# Below as many rated runs for a coefficient the 28-day load gives way: in so short a
# history it is all but the trend.
_MIN_ROWS_PER_COEFFICIENT = 5
_REASONS = {
    "no_day": "without a day",
    "no_step_length_or_speed": "without step length or speed",
    "copy_of_another": "copies of another",
    "step_length_not_independent": "with a speed worked out from cadence",
    "not_rated": "not rated",
    "covariate_missing": "without a covariate",
}
_REMEDIES = {
    "no_day": "give the day of each run",
    "no_step_length_or_speed": "bring runs recorded with both speed and cadence",
    "step_length_not_independent": (
        "run outdoors, or wear a foot pod on the treadmill, so that speed and cadence "
        "are measured apart"
    ),
}
# What the covariates leave of the outcome, relative to its spread, counts as rounding.
_REPRODUCED = 1e-8


def build_design(
    obs: pd.DataFrame,
    outcome: str,
    *,
    covariates: Sequence[str] = (),
    analgesic: str | None = None,
    ratings: Sequence[str] = (),
) -> Design:
    """Lay out the regression of an outcome on the stride at the same speed.

    Parameters
    ----------
    obs : DataFrame
        An OBSERVATIONS table, or any with ``day`` (or ``local_date``), the outcome,
        ``mean_step_length_m`` and ``mean_speed_mps``; other covariates are used
        where they are there and vary.
    outcome : str
        Name of the column with the ratings.
    covariates : sequence of str
        Further columns to adjust for.
    analgesic : str, optional
        A column of 1 and 0, to adjust for as well.
    ratings : sequence of str
        Further ratings to keep in the table of the runs.

    Returns
    -------
    Design
        Rows, columns, and what was left out.

    Raises
    ------
    TableError
        If a column is missing, is not of numbers, a rating is outside 0-10, or a
        covariate cannot be one.
    NotEnoughDataError
        If too few runs are rated, all ratings are equal, or the stride does not vary
        apart from the covariates.

    Examples
    --------
    >>> n = np.arange(12.0)
    >>> obs = pd.DataFrame(
    ...     {
    ...         "day": n,
    ...         "pain_after_0_10": n % 3,
    ...         "mean_step_length_m": 1 + 0.01 * (n % 5),
    ...         "mean_speed_mps": 3 + 0.1 * (n % 4),
    ...     }
    ... )
    >>> build_design(obs, "pain_after_0_10").adjusted_for
    ('speed (ln)', 'a linear trend in days')
    """
    check_is_table(obs)
    further = names_of(obs, covariates, "covariates", outcome)
    drug = names_of(obs, [analgesic] if analgesic else [], "analgesic", outcome)
    further = tuple(name for name in further if name not in drug)
    runs = usable_runs(obs, outcome, further=further, flags=drug, ratings=ratings)
    table = runs.table
    base = runs.is_eligible & table[outcome].notna().to_numpy()
    dropped = dict(runs.dropped)
    dropped["not_rated"] = int((runs.is_eligible & ~base).sum())
    _need_rows(int(base.sum()), MIN_ROWS, dropped)
    rated = table.loc[base]
    caveats = list(runs.caveats)
    groups = candidates(rated, outcome, (*further, *drug), caveats)
    whole = np.all([np.isfinite(c).all(axis=1) for c in groups.values()], axis=0)
    dropped["covariate_missing"] = int((~whole).sum())
    _need_rows(int(whole.sum()), MIN_ROWS, dropped)
    if dropped["covariate_missing"]:
        caveats.append(
            "Rated runs left out for want of a covariate: "
            f"{dropped['covariate_missing']}"
        )
    design = Design(
        y=rated[outcome].to_numpy()[whole],
        stride_pct=rated[STRIDE].to_numpy()[whole],
        groups={name: columns[whole] for name, columns in groups.items()},
        day=rated["day"].to_numpy()[whole],
        rows=np.flatnonzero(base)[whole],
        runs=runs,
        dropped={reason: count for reason, count in dropped.items() if count},
    )
    design = with_categories(design, further, caveats)
    design, left_out = without_copies(design)
    design = _lean(design, caveats)
    caveats += [
        f"{words_of(name)} does not vary apart from the other covariates and "
        "was left out"
        for name in left_out
        if name != "treadmill"  # all runs of one kind is no loss
    ]
    _refuse_what_cannot_be_fitted(design)
    return replace(design, caveats=tuple(caveats))


def _lean(design: Design, caveats: list[str]) -> Design:
    """Leave out the 28-day load where there are few runs for each coefficient."""
    n, k = len(design.y), design.matrix.shape[1]
    if "load_chronic" not in design.groups or n >= _MIN_ROWS_PER_COEFFICIENT * k:
        return design
    caveats.append(
        "28-day load was left out: fewer than "
        f"{_MIN_ROWS_PER_COEFFICIENT} rated runs for each coefficient"
    )
    return design.without("load_chronic")


def _refuse_what_cannot_be_fitted(design: Design) -> None:
    n, k = len(design.y), design.matrix.shape[1]
    _need_rows(n, max(MIN_ROWS, k + MIN_SPARE_ROWS), design.dropped)
    if np.ptp(design.day) == 0:
        what = "different days"
        raise NotEnoughDataError(
            what,
            needed=2,
            got=1,
            remedy="all runs stand on one day; give the day of each run",
        )
    if np.ptp(design.y) == 0:
        what = "different pain ratings"
        raise NotEnoughDataError(
            what,
            needed=2,
            got=1,
            remedy=f"all {n} ratings are {design.y[0]:g}; with no change in pain there "
            "is nothing to relate to the stride",
        )
    rest = left_by(design.covariates, design.y)
    if float(np.ptp(rest)) <= _REPRODUCED * float(np.ptp(design.y)):
        what = "ratings that differ from what they are adjusted for"
        raise NotEnoughDataError(
            what,
            needed=1,
            got=0,
            remedy="the covariates give the ratings exactly: "
            f"{', '.join(design.adjusted_for)}; see whether one column was copied to "
            "another",
        )
    if not _is_stride_free(design):
        what = "spread of step length at the same speed"
        raise NotEnoughDataError(
            what,
            needed=1,
            got=0,
            remedy="the step length follows from the covariates"
            + _given_away_by(design)
            + "; vary the stride at a given speed, as a randomised test does",
        )


def _is_stride_free(design: Design) -> bool:
    x = np.column_stack([design.covariates, design.stride_pct])
    return len(rank_order(x)) == int(x.shape[1])


def _given_away_by(design: Design) -> str:
    """Name the asked-for covariates without which the step length is free."""
    names = [
        words_of(name)
        for name in design.context
        if _is_stride_free(design.without(name))
    ]
    return f" ({', '.join(names)})" if names else ""


def _need_rows(got: int, needed: int, dropped: Mapping[str, int]) -> None:
    if got >= needed:
        return
    reasons = ", ".join(
        f"{count} {_REASONS.get(reason, reason)}"
        for reason, count in dropped.items()
        if count
    )
    most = max(dropped, key=lambda reason: dropped[reason], default="")
    remedy = _REMEDIES.get(most, "") if dropped.get(most, 0) > got else ""
    what = "rated runs with step length and speed"
    raise NotEnoughDataError(
        what,
        needed=needed,
        got=got,
        remedy=(f"left out: {reasons}; " if reasons else "")
        + (remedy or "rate more runs; an answer usually takes 100 or more"),
    )
