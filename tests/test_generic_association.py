"""A rating of any kind on an exposure of any kind, day by day."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.stats import association_with


def diary(n: int = 80, slope: float = 0.4, unit: float = 1.0) -> pd.DataFrame:
    """Days with steps in some unit, and a rating that follows them."""
    rng = np.random.default_rng(5)
    steps = rng.normal(8, 2, n)
    pain = np.round(4 + slope * (steps - 8) + rng.normal(0, 1, n)).clip(0, 10)
    return pd.DataFrame(
        {"day": np.arange(float(n)), "steps": steps * unit, "pain_0_10": pain}
    )


def test_a_slope_that_is_there_is_found_and_tentative():
    result = association_with(diary(), "steps", "pain_0_10")

    assert result.verdict_level == 1
    assert result.low < 0.4 < result.high


def test_in_small_units_the_sentence_still_holds_two_digits():
    in_thousands = association_with(diary(), "steps", "pain_0_10")
    in_steps = association_with(diary(unit=1000.0), "steps", "pain_0_10")

    assert in_steps.estimate == pytest.approx(in_thousands.estimate / 1000)
    assert f"{in_steps.estimate:+.2g} points per +1" in in_steps.verdict
    assert "+0.00 " not in in_steps.verdict


def test_a_covariate_that_copies_the_rating_is_refused():
    table = diary()
    table["again"] = 2 * table["pain_0_10"] + 1

    with pytest.raises(NotEnoughDataError, match="leave out the covariate that is"):
        association_with(table, "steps", "pain_0_10", ["again"])


def test_a_covariate_that_copies_the_exposure_is_refused():
    table = diary()
    table["again"] = 2 * table["steps"] + 1

    with pytest.raises(NotEnoughDataError, match="do not follow from the covariates"):
        association_with(table, "steps", "pain_0_10", ["again"])


def test_rows_of_one_day_are_no_history():
    with pytest.raises(NotEnoughDataError, match="all rows are of one day"):
        association_with(diary().assign(day=3.0), "steps", "pain_0_10")


def test_ratings_beyond_their_scale_are_refused_with_the_value():
    table = diary()
    table.loc[3, "pain_0_10"] = 11.0

    with pytest.raises(TableError, match="'pain_0_10' holds 11; expected 0 to 10"):
        association_with(table, "steps", "pain_0_10")


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(TableError, match="found no column 'sleep' among day, steps"):
        association_with(diary(), "sleep", "pain_0_10")


def test_rows_that_cannot_be_used_are_counted_by_reason():
    table = diary()
    table.loc[:4, "pain_0_10"] = np.nan
    table.loc[5:6, "steps"] = np.nan

    result = association_with(table, "steps", "pain_0_10")

    assert result.n == 73
    assert result.checks["dropped"] == {"not_rated": 5, "no_exposure": 2}
