from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipstride.errors import TableError
from hipstride.gait import daily_load


def runs(days, distances_m, hours=None):
    date = pd.Timestamp("2026-03-01") + pd.to_timedelta(days, unit="D")
    table = pd.DataFrame(
        {"local_date": date, "distance_m": np.asarray(distances_m, float)}
    )
    if hours is None:
        return table
    started_at = date.tz_localize("UTC") + pd.to_timedelta(hours, unit="h")
    return table.assign(started_at=started_at)


def test_a_daily_runner_of_equal_runs_has_that_load():
    load = daily_load(runs(range(60), [8000] * 60))

    assert load["load_acute_m"].isna().tolist() == [True] + [False] * 59
    assert load["load_acute_m"][1:].to_numpy() == pytest.approx(8000)
    assert load["load_chronic_m"][1:].to_numpy() == pytest.approx(8000)
    assert load["days_since_last_run"][1:].eq(1).all()


def test_days_of_rest_are_zeros():
    load = daily_load(runs([0, 4], [10_000, 5000]))

    assert load["load_acute_m"][1] == pytest.approx(10_000 * 0.75**3)
    assert load["load_chronic_m"][1] == pytest.approx(10_000 * (27 / 29) ** 3)
    assert load["days_since_last_run"].tolist()[1] == 4


def test_the_runs_own_day_does_not_count():
    short, long = (daily_load(runs([0, 1, 2], [5000, 6000, x])) for x in (1, 40_000))

    pd.testing.assert_frame_equal(short, long)


def test_two_runs_of_a_day_share_its_load_and_the_second_rested_no_day():
    load = daily_load(runs([0, 3, 3], [6000, 5000, 2000], hours=[7, 18, 6]))

    assert load["load_acute_m"][1] == load["load_acute_m"][2]
    assert load["days_since_last_run"].tolist()[1:] == [0, 3]


def test_a_second_run_on_the_first_day_rested_no_day_and_has_no_load():
    load = daily_load(runs([0, 0], [6000, 5000]))

    assert load["load_acute_m"].isna().all()
    assert np.isnan(load["days_since_last_run"][0])
    assert load["days_since_last_run"][1] == 0


def test_a_run_of_unknown_distance_is_not_a_day_of_rest():
    load = daily_load(runs([0, 1, 2, 3], [8000, np.nan, 8000, 8000]))

    assert load["load_acute_m"][1:].to_numpy() == pytest.approx(8000)


def test_rows_keep_their_order_and_index():
    table = runs([5, 0, 2], [1000, 2000, 3000]).set_axis([7, 8, 9])
    load = daily_load(table)

    assert load.index.tolist() == [7, 8, 9]
    assert load["days_since_last_run"].tolist()[::2] == [3, 2]
    assert np.isnan(load["days_since_last_run"][8])


def test_no_runs_have_no_load():
    assert daily_load(runs([], [])).shape == (0, 3)


def test_a_missing_column_is_named_in_the_error():
    with pytest.raises(TableError, match="'distance_m' is missing"):
        daily_load(pd.DataFrame({"local_date": []}))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 90), st.floats(0, 50_000)), min_size=1, max_size=30
    )
)
def test_load_lies_within_the_days_before(rows):
    days, distances_m = zip(*rows, strict=True)
    table = runs(list(days), distances_m)
    load = daily_load(table)
    most = table.groupby("local_date")["distance_m"].sum().max()

    assert (load["load_acute_m"].dropna() <= most * (1 + 1e-9)).all()
    assert (load["load_acute_m"].dropna() >= 0).all()


def test_the_reference_series_is_met(shared):
    oracle = json.loads((shared / "oracles/expected/ewma_load.json").read_text())
    distances_m = np.array(oracle["expected"]["load"], float)
    # One day more, since a run sees the days before it.
    load = daily_load(runs(range(len(distances_m) + 1), [*distances_m, 0.0]))

    for name, key in (("load_acute_m", "ewma7"), ("load_chronic_m", "ewma28")):
        expected = np.array(oracle["expected"][key], float)
        assert load[name][1:].to_numpy() == pytest.approx(expected, rel=oracle["rtol"])
