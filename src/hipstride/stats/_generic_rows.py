"""The rows and columns of a regression of any rating on any exposure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.stats._arrays import FloatArray, left_by, rank_order
from hipstride.stats._categories import category_columns
from hipstride.stats._own_columns import (
    check_is_table,
    dates_of,
    days_of,
    numbers_of,
    refuse_repeats,
)
from hipstride.stats._own_covariates import covariate_of

__all__ = ["GenericRows", "generic_rows"]

MIN_ROWS = 8
_MIN_SPARE_ROWS = 5
_MIN_DAYS = 2
# What is left of a rating that another column copies is rounding.
_ROUNDING = 1e-9
_MAX_PAIN_POINTS = 10.0
_WHEN = ("day", "local_date")


@dataclass(frozen=True, slots=True, eq=False)
class GenericRows:
    """Rows in order of time: outcome, design (exposure is column 1), days."""

    y: FloatArray
    matrix: FloatArray
    day: FloatArray
    n_rows: int
    adjusted_for: tuple[str, ...]
    dropped: Mapping[str, int]
    caveats: tuple[str, ...]


def generic_rows(
    obs: pd.DataFrame, exposure: str, outcome: str, covariates: Sequence[str]
) -> GenericRows:
    """Lay out the rows that are complete, in order of time.

    Parameters
    ----------
    obs : DataFrame
        Any table with ``day`` or ``local_date``.
    exposure, outcome : str
        Columns of numbers.
    covariates : sequence of str
        Columns of numbers, true and false, or categories.

    Returns
    -------
    GenericRows
        Intercept, exposure, trend, covariates.

    Raises
    ------
    NotEnoughDataError
        If too few rows are complete, or a column does not vary.
    TableError
        If a column is missing, unfit or named twice.

    Examples
    --------
    >>> obs = pd.DataFrame(
    ...     {
    ...         "day": range(10),
    ...         "steps": [1, 5, 2, 8, 3] * 2,
    ...         "pain": [1, 2, 1, 3, 1] * 2,
    ...     }
    ... )
    >>> generic_rows(obs, "steps", "pain", ()).matrix.shape
    (10, 3)
    """
    check_is_table(obs)
    names = _names(obs, exposure, outcome, covariates)
    when = [name for name in _WHEN if name in obs.columns]
    refuse_repeats(obs, [*when, exposure, outcome, *names])
    day = days_of(obs, dates_of(obs))
    y = _finite(numbers_of(obs[outcome], outcome), outcome)
    x = _finite(numbers_of(obs[exposure], exposure, takes_bool=True), exposure)
    _check_scale(y, outcome)
    others = {name: covariate_of(obs[name], name) for name in names}
    known = {
        "no_day": np.isfinite(day),
        "not_rated": np.isfinite(y),
        "no_exposure": np.isfinite(x),
        "covariate_missing": np.all(
            [np.ones(len(obs), np.bool_), *(pd.notna(v) for v in others.values())],
            axis=0,
        ),
    }
    table = pd.DataFrame({"day": day, "y": y, "x": x, **_aside(others)})
    dropped, kept = {}, np.ones(len(obs), dtype=np.bool_)
    for reason, is_known in known.items():
        dropped[reason] = int((kept & ~is_known).sum())
        kept &= is_known
    copies = table.loc[kept].duplicated().to_numpy()
    dropped["copy_of_another"] = int(copies.sum())
    rows = table.loc[kept].loc[~copies].sort_values("day", kind="stable")
    dropped = {reason: count for reason, count in dropped.items() if count}
    _need(len(rows), MIN_ROWS, dropped)
    if rows["day"].nunique() < _MIN_DAYS:
        what = "days with rating, exposure and covariates"
        raise NotEnoughDataError(
            what,
            needed=_MIN_DAYS,
            got=1,
            remedy="all rows are of one day; name the day of each, or rate more days",
        )
    groups, caveats = _groups(rows, list(others))
    columns = [np.ones(len(rows)), rows["x"].to_numpy(np.float64)]
    owners = ["", exposure]
    for name, group in groups.items():
        columns += list(group.T)
        owners += [name] * group.shape[1]
    matrix = np.column_stack(columns)
    outcomes = rows["y"].to_numpy(np.float64)
    _refuse_equal(outcomes, outcome)
    _refuse_equal(matrix[:, 1], exposure)
    # The covariates first: an exposure that follows from them has no say of its own.
    order = [0, *range(2, matrix.shape[1]), 1]
    found = [order[at] for at in rank_order(matrix[:, order])]
    if 1 not in found:
        what = f"values of {exposure} that do not follow from the covariates"
        raise NotEnoughDataError(
            what, needed=1, got=0, remedy="leave out the covariate that is its copy"
        )
    _refuse_foretold(outcomes, matrix[:, [at for at in sorted(found) if at != 1]])
    lost = [owners[at] for at in range(2, len(owners)) if at not in found]
    caveats += [
        f"{name} does not vary apart from the rest and was left out"
        for name in dict.fromkeys(lost)
    ]
    kept_columns = sorted(found)
    _need(len(rows), len(kept_columns) + _MIN_SPARE_ROWS, dropped)
    return GenericRows(
        y=outcomes,
        matrix=matrix[:, kept_columns],
        day=rows["day"].to_numpy(np.float64),
        n_rows=len(obs),
        adjusted_for=tuple(dict.fromkeys(owners[at] for at in kept_columns[2:])),
        dropped=dropped,
        caveats=tuple(caveats),
    )


def _names(
    obs: pd.DataFrame, exposure: object, outcome: object, covariates: object
) -> tuple[str, ...]:
    if isinstance(covariates, str) or not isinstance(covariates, Sequence):
        msg = f"covariates: found {covariates!r}; expected a list of column names"
        raise TableError(msg)
    used = [exposure, outcome, *covariates]
    for name in used:
        if not isinstance(name, str) or name not in obs.columns:
            columns = ", ".join(map(str, obs.columns))
            msg = f"observations: found no column {name!r} among {columns}"
            raise TableError(msg)
        if used.count(name) > 1 or name in _WHEN:
            msg = (
                f"observations: found {name!r} in two places; expected outcome, "
                "exposure and covariates to be different columns, and the days to be "
                "adjusted for by the trend alone"
            )
            raise TableError(msg)
    return tuple(covariates)


def _finite(values: FloatArray, name: str) -> FloatArray:
    n_infinite = int(np.isinf(values).sum())
    if n_infinite:
        msg = (
            f"observations: column {name!r} holds {n_infinite} infinite values; "
            "expected numbers, or missing"
        )
        raise TableError(msg)
    return values


def _check_scale(y: FloatArray, outcome: str) -> None:
    odd = y[np.isfinite(y) & ((y < 0) | (y > _MAX_PAIN_POINTS))]
    if outcome.endswith("_0_10") and len(odd):
        msg = f"observations: column {outcome!r} holds {odd[0]:g}; expected 0 to 10"
        raise TableError(msg)


def _aside(others: Mapping[str, object]) -> dict[str, object]:
    """Name the covariates so that none can be taken for day, y or x."""
    return {f"with {name}": values for name, values in others.items()}


def _groups(
    rows: pd.DataFrame, names: list[str]
) -> tuple[dict[str, FloatArray], list[str]]:
    caveats: list[str] = []
    day = rows["day"].to_numpy(np.float64)
    groups = {"a linear trend in days": (day - day.mean())[:, None]}
    for name in names:
        values = rows[f"with {name}"]
        if pd.api.types.is_numeric_dtype(values.dtype):
            groups[name] = _finite(values.to_numpy(np.float64), name)[:, None]
            continue
        columns, n_merged = category_columns(values.astype("str"))
        groups[name] = columns
        if n_merged:
            caveats.append(
                f"Rows with a rare {name} counted with the commonest: {n_merged}"
            )
        if not columns.shape[1]:
            caveats.append(f"{name} has no second level that is common enough")
            del groups[name]
    return groups, caveats


def _refuse_equal(values: FloatArray, name: str) -> None:
    if np.ptp(values) > 0:
        return
    what = f"different values of {name}"
    raise NotEnoughDataError(
        what,
        needed=2,
        got=1,
        remedy=f"all {len(values)} are {values[0]:g}; where nothing differs there is "
        "nothing to relate",
    )


def _refuse_foretold(y: FloatArray, others: FloatArray) -> None:
    """Refuse covariates that leave nothing of the ratings, as a copy of them does."""
    if np.abs(left_by(others, y)).max() > _ROUNDING * np.ptp(y):
        return
    what = "ratings that do not follow from the covariates"
    raise NotEnoughDataError(
        what, needed=1, got=0, remedy="leave out the covariate that is their copy"
    )


def _need(got: int, needed: int, dropped: Mapping[str, int]) -> None:
    if got >= needed:
        return
    words = {
        "no_day": "without a day",
        "not_rated": "not rated",
        "no_exposure": "without the exposure",
        "covariate_missing": "without a covariate",
        "copy_of_another": "copies of another",
    }
    left_out = ", ".join(
        f"{count} {words[reason]}" for reason, count in dropped.items()
    )
    what = "rows with rating, exposure and covariates"
    raise NotEnoughDataError(
        what,
        needed=needed,
        got=got,
        remedy=(f"left out: {left_out}; " if left_out else "")
        + "rate more days; an answer usually takes 100 or more",
    )
