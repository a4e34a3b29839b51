"""One bend: obvious cases, a law, and R's segmented."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipstride.errors import NotEnoughDataError
from hipstride.stats import one_bend


@settings(max_examples=40, deadline=None)
@given(st.floats(8, 50), st.floats(-1, 1), st.floats(0.2, 1))
def test_two_lines_that_meet_are_found_where_they_do(at, slope, turn):
    day = np.arange(60.0)

    found = one_bend(3 + slope * day + turn * np.maximum(day - at, 0), day)

    assert found.day == pytest.approx(at, abs=1e-3)
    assert found.slope_before == pytest.approx(slope, abs=1e-4)
    assert found.slope_after == pytest.approx(slope + turn, abs=1e-4)


def test_the_order_of_the_rows_does_not_matter(rng):
    day = np.arange(50.0)
    y = np.maximum(day - 20, 0) * 0.1 + rng.normal(size=50)
    mixed = rng.permutation(50)

    assert one_bend(y[mixed], day[mixed]).day == pytest.approx(one_bend(y, day).day)


@pytest.mark.parametrize("days", [np.arange(5.0), np.zeros(20), np.repeat([1, 2], 10)])
def test_too_few_days_have_no_bend(days):
    with pytest.raises(NotEnoughDataError, match="ratings on different days"):
        one_bend(np.arange(len(days)), days)


def test_the_bend_is_that_of_segmented(shared):
    """R's segmented 1.6-2 on its_a: its search ends within 1 % of the least squares."""
    folder = shared / "oracles"
    oracle = json.loads((folder / "expected" / "segmented_its_a.json").read_text())
    want = oracle["expected"]
    data = pd.read_csv(folder / "data" / "its_a.csv")

    found = one_bend(data["pain"], data["day"])

    assert found.day == pytest.approx(want["psi"], rel=oracle["rtol"])
    assert found.rss == pytest.approx(want["rss"], rel=1e-6)
    assert found.slope_after == pytest.approx(want["slopes"][1], rel=oracle["rtol"])
