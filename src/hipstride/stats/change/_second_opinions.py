"""The same change seen in other ways: other days left out, other trends, other series.

None of these is the answer. They show what the answer leans on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import NotEnoughDataError
from hipstride.stats._arrays import FloatArray
from hipstride.stats.change._arguments import check_table
from hipstride.stats.change._fit import fit_step, step_of
from hipstride.stats.change._model import (
    ChangeModel,
    Shape,
    change_model,
    sides_of,
    used_rows,
)
from hipstride.stats.change._named import DatedThing
from hipstride.stats.change._rows import ChangeRows, change_rows
from hipstride.tables import JOURNAL

__all__ = ["Setting", "morning_series", "second_opinions"]

_MORNING = ("next_morning", "day")


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """What the primary analysis was made of, to be varied one thing at a time."""

    rows: ChangeRows
    thing: DatedThing
    washout_days: int
    shape: Shape
    others: Mapping[str, FloatArray]

    def used(
        self, washout_days: int | None = None, days_left_out_before: int = 0
    ) -> NDArray[np.bool_]:
        """Say which rows are used."""
        return used_rows(
            self.rows.local_date,
            self.thing.started_on,
            ended_on=self.thing.ended_on,
            washout_days=self.washout_days if washout_days is None else washout_days,
            days_left_out_before=days_left_out_before,
        )

    def model(self, used: NDArray[np.bool_], shape: Shape | None = None) -> ChangeModel:
        """Lay out the regression; without room for a trend the step stands alone."""
        wanted = self.shape if shape is None else shape
        sides = sides_of(self.rows.local_date, used, self.thing.started_on)
        if shape is None and not sides.can_have_trend:
            wanted = "level"
        return change_model(
            self.rows,
            self.thing.started_on,
            used,
            shape=wanted,
            others=self.others,
        )


def second_opinions(
    setting: Setting, control: FloatArray | None, mornings: ChangeRows | None
) -> dict[str, object]:
    """Fit all variants.

    Parameters
    ----------
    setting : Setting
        The primary analysis.
    control : ndarray, optional
        The control series on the same rows, NaN where missing [points].
    mornings : ChangeRows, optional
        Morning ratings, one row per day.

    Returns
    -------
    dict
        A group of numbers for each; NaN where it could not be fitted.
    """
    used = setting.used()
    found: dict[str, object] = {
        "washout_0": _step(setting, setting.used(0)),
        "washout_14": _step(setting, setting.used(14)),
        "without_14_days_before": {
            **_step(setting, setting.used(days_left_out_before=14)),
            "note": "over-corrects: a sensitivity, not the answer",
        },
    }
    if setting.shape == "level":
        found["with_trend"] = _step(setting, used, "trend")
    else:
        found["level_only"] = {
            **_step(setting, used, "level"),
            "note": "takes a slow recovery for a change",
        }
        found["with_curved_trend"] = _step(setting, used, "curve")
        found["slope_change"] = _slope_change(setting, used)
    stride = _stride_pct(setting.rows.table)
    if stride is not None:
        step = _step_in(setting, used, stride[setting.rows.rows])
        found["stride_change"] = {"pct": step.pop("points"), **step}
    if control is not None:
        found["with_control"] = _step_in(setting, used, setting.rows.y - control)
    if mornings is not None:
        own = replace(setting, rows=mornings, others={})
        found["mornings"] = _step(own, own.used())
    return found


def morning_series(journal: pd.DataFrame, rows: ChangeRows) -> ChangeRows | None:
    """Take one morning rating per day from a diary, run or no run.

    Parameters
    ----------
    journal : DataFrame
        A JOURNAL table; of several places of one morning the worst counts.
    rows : ChangeRows
        The runs: mornings before the first and after the last are left out.

    Returns
    -------
    ChangeRows or None
        None where there are too few.

    Raises
    ------
    TableError
        If it is no such table.
    """
    check_table(journal, "journal")
    JOURNAL.check(journal)
    if "moment" not in journal.columns:
        return None
    mornings = journal[journal["moment"].isin(_MORNING)]
    pain = mornings.groupby("local_date")["pain_0_10"].max().reset_index()
    dates = pain["local_date"].to_numpy().astype("datetime64[D]")
    inside = (dates >= rows.local_date.min()) & (dates <= rows.local_date.max())
    try:
        return change_rows(pain.loc[inside], "pain_0_10")
    except NotEnoughDataError:
        return None


def _step(
    setting: Setting, used: NDArray[np.bool_], shape: Shape | None = None
) -> dict[str, object]:
    try:
        model = setting.model(used, shape)
    except NotEnoughDataError:
        return _nothing()
    return step_of(model, fit_step(model))


def _step_in(
    setting: Setting, used: NDArray[np.bool_], series: FloatArray
) -> dict[str, object]:
    """Fit the same step in another series on the same rows."""
    known = np.isfinite(series)
    rows = replace(setting.rows, y=np.where(known, series, 0.0))
    return _step(replace(setting, rows=rows), used & known)


def _slope_change(setting: Setting, used: NDArray[np.bool_]) -> dict[str, object]:
    """Let the trend change with the step: exploratory, its variance is huge."""
    try:
        model = setting.model(used, "slope")
    except NotEnoughDataError:
        return _nothing()
    column = model.column("slope")
    if column < 0:
        return _nothing()
    fit = fit_step(model)
    step = step_of(model, fit, column)
    return {
        "points_per_100_days": step.pop("points"),
        **step,
        "step_points": float(fit.coefficients[1]),
        "note": "exploratory",
    }


def _stride_pct(table: pd.DataFrame) -> FloatArray | None:
    """Take the step length at the same speed where it was measured apart."""
    if "stride_deviation_pct" not in table.columns:
        return None
    values = table["stride_deviation_pct"].to_numpy(np.float64)
    if "is_step_length_independent" in table.columns:
        is_copy = table["is_step_length_independent"].to_numpy(np.float64) == 0
        values = np.where(is_copy, np.nan, values)
    return values if np.isfinite(values).any() else None


def _nothing() -> dict[str, object]:
    names = ("points", "low", "high", "p_value")
    return {**dict.fromkeys(names, float("nan")), "n_before": 0, "n_after": 0}
