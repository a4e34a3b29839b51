from __future__ import annotations

import json
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipstride.errors import TableError
from hipstride.gait import daily_load
from hipstride.runs import summarize
from hipstride.simulate import Runner, history, recordings
from hipstride.tables import RUNS


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
    load = daily_load(runs([], []))

    assert load.shape == (0, 4)
    assert load["is_first_run_back"].dtype == bool


def test_time_and_ascent_have_loads_of_their_own_where_they_are_told():
    table = runs([0, 4, 5], [10_000, 5000, 1000])
    table = table.assign(duration_s=[3600.0, 1800.0, 600.0], ascent_m=[80.0, 0.0, 9.0])
    load = daily_load(table)

    assert list(load) == [
        "load_acute_m",
        "load_chronic_m",
        "load_acute_s",
        "load_chronic_s",
        "load_acute_ascent_m",
        "load_chronic_ascent_m",
        "days_since_last_run",
        "is_first_run_back",
    ]
    assert load["load_acute_s"][1] == pytest.approx(3600 * 0.75**3)
    assert load["load_chronic_s"][1] == pytest.approx(3600 * (27 / 29) ** 3)
    assert load["load_acute_ascent_m"][2] == pytest.approx(80 * 0.75**4)
    assert load["load_chronic_ascent_m"][1] == pytest.approx(80 * (27 / 29) ** 3)


def test_a_treadmill_that_tells_no_ascent_climbs_nothing():
    table = runs([0, 1, 2], [5000] * 3).assign(ascent_m=[40.0, np.nan, 7.0])
    indoors, outdoors = (
        daily_load(table.assign(is_treadmill=[False, is_in, False]))
        for is_in in (True, False)
    )

    assert indoors["load_acute_ascent_m"][2] == pytest.approx(40 * 0.75)
    # Unknown is not flat: the mean is carried over.
    assert outdoors["load_acute_ascent_m"][2] == pytest.approx(40)
    unsaid = daily_load(table)["load_acute_ascent_m"]
    assert unsaid[2] == pytest.approx(40)


def test_a_climb_that_a_treadmill_tells_counts():
    table = runs([0, 1, 2], [5000] * 3).assign(
        ascent_m=[40.0, 40.0, 7.0], is_treadmill=[False, True, False]
    )

    assert daily_load(table)["load_acute_ascent_m"][2] == pytest.approx(40)


def test_one_run_of_a_day_without_ascent_makes_the_day_unknown_in_that_alone():
    table = runs([0, 1, 1, 2], [5000] * 4).assign(ascent_m=[40.0, 9.0, np.nan, 7.0])
    load = daily_load(table)

    assert load["load_acute_ascent_m"][3] == pytest.approx(40)
    assert load["load_acute_m"][3] == pytest.approx(0.75 * 5000 + 0.25 * 10_000)


@pytest.mark.parametrize(("days", "is_back"), [(7, False), (8, True), (400, True)])
def test_the_first_run_back_has_seven_whole_days_without_a_run_before_it(days, is_back):
    load = daily_load(runs([0, 2, 2 + days, 3 + days], [5000] * 4))

    assert load["days_since_last_run"].tolist()[2] == days
    assert load["is_first_run_back"].tolist() == [False, False, is_back, False]


def test_of_two_runs_on_the_day_of_the_return_the_earlier_is_the_run_back():
    load = daily_load(runs([0, 20, 20], [6000, 5000, 2000], hours=[7, 18, 6]))

    assert load["is_first_run_back"].tolist() == [False, False, True]


def test_a_run_of_unknown_day_has_no_load_and_counts_for_no_other():
    known = runs([0, 1, 9], [8000, 6000, 5000])
    unset = runs([0], [9000]).assign(local_date=pd.Timestamp("1989-12-31"))
    missing = unset.assign(local_date=pd.NaT).astype({"local_date": "datetime64[us]"})
    table = pd.concat([unset, known.iloc[:2], missing, known.iloc[2:]])
    load = daily_load(table)

    pd.testing.assert_frame_equal(load.iloc[[1, 2, 4]], daily_load(known))
    numbers = load.iloc[[0, 3]].drop(columns="is_first_run_back")
    assert numbers.isna().all(axis=None)
    assert not load["is_first_run_back"].iloc[[0, 3]].any()


def test_a_run_without_a_start_comes_last_on_its_day():
    table = runs([0, 3, 3], [6000, 5000, 2000], hours=[7, 18, 6])
    table.loc[2, "started_at"] = pd.NaT

    assert daily_load(table)["days_since_last_run"].tolist()[1:] == [3, 0]


def test_a_history_of_unknown_days_has_no_load():
    table = runs([0, 1], [6000, 5000]).assign(
        local_date=pd.Series([pd.NaT] * 2, dtype="datetime64[us]")
    )

    assert daily_load(table).drop(columns="is_first_run_back").isna().all(axis=None)


def test_the_runs_of_a_summary_have_all_loads():
    names = [name for name in RUNS.names if name.startswith("load_")]
    past = history(Runner(treadmill_share=0.4), n_runs=12, seed=4)
    table = summarize(recordings(past, duration_s=620))

    assert len(names) == 6
    assert table[names].iloc[1:].notna().all(axis=None)
    assert table["is_treadmill"].any()
    assert table["is_first_run_back"].equals(table["days_since_last_run"] >= 8)


def test_the_loads_of_three_thousand_runs_take_less_than_a_blink(rng):
    days = np.sort(rng.integers(0, 5000, 3000))
    table = runs(days, rng.gamma(4, 2500, 3000), hours=np.full(3000, 7)).assign(
        duration_s=3000.0, ascent_m=50.0, is_treadmill=False
    )
    took = []
    for _ in range(5):
        began = time.perf_counter()
        daily_load(table)
        took.append(time.perf_counter() - began)

    assert min(took) < 0.05


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
