"""Layoffs: what counts as one, what the run back was, and what nobody can know."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hipstride as hs
from hipstride.errors import DataQualityWarning, TableError
from hipstride.gait import daily_load, layoffs
from hipstride.tables import LAYOFFS

FIRST = pd.Timestamp("2026-03-01")


def runs(days, distances_m=8000.0, hours=None, **columns):
    date = FIRST + pd.to_timedelta(list(days), unit="D")
    table = pd.DataFrame(
        {
            "run_id": pd.Series([f"run{n}" for n in range(len(date))], dtype="str"),
            "local_date": date.as_unit("us"),
            "distance_m": np.broadcast_to(np.asarray(distances_m, float), len(date)),
            **columns,
        }
    )
    if hours is None:
        return table
    start = date.tz_localize("UTC") + pd.to_timedelta(hours, unit="h")
    return table.assign(started_at=start)


def test_it_is_reached_as_the_docs_say():
    assert hs.gait.layoffs is layoffs


# What counts --------------------------------------------------------------------------


def test_seven_whole_days_without_a_run_are_a_layoff_and_six_are_none():
    assert layoffs(runs([0, 7])).empty
    [found] = layoffs(runs([0, 8])).to_dict("records")

    assert found["days"] == 7
    assert found["label"] == "layoff of 7 days, 2026-03-02 to 2026-03-08"
    assert found["last_run_on"] == FIRST
    assert found["first_run_back_on"] == FIRST + pd.Timedelta(days=8)
    assert found["run_id"] == "run1"


def test_other_lengths_may_be_asked_for():
    table = runs([0, 2, 6, 20])

    assert layoffs(table, min_days=1)["days"].tolist() == [1, 3, 13]
    assert layoffs(table, min_days=3)["days"].tolist() == [3, 13]
    assert layoffs(table, min_days=14).empty
    assert layoffs(table, min_days=1)["label"][0].startswith("layoff of 1 day, ")


def test_the_table_is_one_of_layoffs_whether_it_has_rows_or_not():
    for table in (runs([0, 8, 30]), runs([0, 1]), runs([0]), runs([])):
        found = layoffs(table)

        LAYOFFS.check(found, *LAYOFFS.names)
        assert list(found) == list(LAYOFFS.names)
        assert found.dtypes.astype(str).to_dict() == (
            LAYOFFS.empty(*LAYOFFS.names).dtypes.astype(str).to_dict()
        )


def test_one_run_and_no_runs_have_no_layoff():
    assert layoffs(runs([])).empty
    assert layoffs(runs([]), until="2026-04-01").empty
    assert layoffs(runs([0])).empty


def test_order_and_index_of_the_runs_do_not_matter():
    table = runs([30, 0, 9, 31], [1000, 2000, 3000, 4000])
    shuffled = table.iloc[[2, 3, 0, 1]].set_axis([5, 5, 6, 7])

    pd.testing.assert_frame_equal(layoffs(table), layoffs(shuffled))
    assert layoffs(table)["run_id"].tolist() == ["run2", "run0"]


def test_two_runs_a_day_are_one_day_and_the_first_of_them_is_the_run_back():
    table = runs([0, 0, 10, 10], [1, 2, 3, 4], hours=[7, 18, 19, 6])
    [found] = layoffs(table).to_dict("records")

    assert found["days"] == 9
    assert found["run_id"] == "run3"


def test_copies_of_a_run_make_no_layoff_and_hide_none():
    table = runs([0, 10])

    found = layoffs(pd.concat([table, table]))
    pd.testing.assert_series_equal(found["label"], layoffs(table)["label"])


def test_a_run_of_unknown_day_is_left_out_and_said():
    table = runs([0, 10, 4])
    table.loc[2, "local_date"] = pd.NaT

    with pytest.warns(DataQualityWarning, match="1 run has no day, or one before 2000"):
        found = layoffs(table)
    assert found["days"].tolist() == [9]


def test_a_clock_that_was_never_set_makes_no_layoff_of_decades():
    table = runs([0, 10, 4, 5])
    table.loc[[2, 3], "local_date"] = pd.Timestamp("1989-12-31")

    with pytest.warns(DataQualityWarning, match="2 runs have no day, or one before"):
        found = layoffs(table)
    assert found["days"].tolist() == [9]


# Until --------------------------------------------------------------------------------


def test_a_layoff_that_goes_on_is_listed_when_asked_how_things_stand():
    table = runs([0, 1])
    [found] = layoffs(table, until="2026-03-20").to_dict("records")

    assert layoffs(table).empty
    assert found["days"] == 18
    assert found["label"] == "layoff of 18 days so far, 2026-03-03 to 2026-03-20"
    assert found["first_run_back_on"] is pd.NaT
    assert pd.isna(found["run_id"])
    assert np.isnan(found["back_distance_pct"])
    assert found["load_chronic_m"] == pytest.approx(8000)


@pytest.mark.parametrize(("until", "days"), [("2026-03-07", []), ("2026-03-08", [7])])
def test_the_day_looked_back_from_is_itself_without_a_run(until, days):
    assert layoffs(runs([0]), until=until)["days"].tolist() == days


def test_runs_after_that_day_are_not_known_yet():
    table = runs([0, 20, 21, 60])
    until = FIRST + pd.Timedelta(days=15)

    assert layoffs(table, until=until)["days"].tolist() == [15]
    assert layoffs(table, until=until)["run_id"].isna().all()
    assert layoffs(table, until="2025-01-01").empty


def test_ended_layoffs_and_one_that_goes_on_stand_in_one_table():
    found = layoffs(runs([0, 20, 21]), until=pd.Timestamp("2026-04-30 18:00"))

    assert found["days"].tolist() == [19, 39]
    assert found["run_id"].isna().tolist() == [False, True]
    LAYOFFS.check(found, *LAYOFFS.names)


@pytest.mark.parametrize("until", ["soon", pd.NaT, 1.5j])
def test_what_is_no_day_is_refused(until):
    with pytest.raises(TableError, match=r"until: found .*; expected a day such as"):
        layoffs(runs([0]), until=until)


@pytest.mark.parametrize("min_days", [0, -3])
def test_a_layoff_of_no_days_is_refused(min_days):
    with pytest.raises(TableError, match=f"min_days: found {min_days}; expected 1"):
        layoffs(runs([0]), min_days=min_days)


def test_a_missing_column_is_named_in_the_error():
    with pytest.raises(TableError, match="'distance_m' is missing"):
        layoffs(runs([0]).drop(columns="distance_m"))


# What is told of it -------------------------------------------------------------------


def test_the_load_is_that_with_the_last_run_in_it():
    table = runs([0, 2, 30], [10_000, 6000, 3000])
    [found] = layoffs(table).to_dict("records")

    share = 2 / 29
    rested = 10_000 * (1 - share)
    assert found["load_chronic_m"] == pytest.approx(rested + share * (6000 - rested))
    # One rest day later it is what a run on that day would have seen.
    next_day = daily_load(runs([0, 2, 3], [10_000, 6000, 1]))["load_chronic_m"][2]
    assert found["load_chronic_m"] == pytest.approx(next_day)


def test_the_run_back_is_set_against_the_median_of_the_28_days_before():
    days = [0, 3, 29, 30, 50]
    table = runs(days, [50_000, 6000, 8000, 10_000, 4000]).assign(
        duration_s=[9000.0, 2000.0, np.nan, 4000.0, 1500.0]
    )
    [_, found] = layoffs(table, min_days=7).to_dict("records")

    # Day 3 is the 28th day back from day 30; day 0 is not looked at.
    assert found["runs_before"] == 3
    assert found["back_distance_pct"] == pytest.approx(50)
    assert found["back_duration_pct"] == pytest.approx(50)


def test_what_is_unknown_of_the_run_back_stays_unknown():
    table = runs([0, 10, 30], [8000, np.nan, 4000])
    found = layoffs(table)

    assert found["back_distance_pct"].isna().tolist() == [True, False]
    assert found["back_duration_pct"].isna().all()
    assert layoffs(runs([0, 10], [0.0, 5000.0]))["back_distance_pct"].isna().all()


def test_names_tell_the_months_and_repeat_none():
    days = np.array([0, 9, 20, 70, 330, 500]) - 1
    found = layoffs(runs(days))

    assert found["name"].tolist() == [
        "March 2026",
        "March 2026 (2)",
        "March to May 2026",
        "May 2026 to January 2027",
        "January to July 2027",
    ]


# Laws ---------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 120), min_size=1, max_size=25),
    st.integers(1, 14),
)
def test_layoffs_are_the_spells_of_days_that_have_no_run(days, min_days):
    found = layoffs(runs(days), min_days=min_days)

    free = "".join("x" if day in days else " " for day in range(max(days) + 1))
    spells = [len(s) for s in free.strip().split("x") if len(s) >= min_days]
    assert found["days"].tolist() == spells


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 120), max_size=25))
def test_the_flag_of_the_runs_marks_the_runs_back(days):
    table = runs(days)
    flagged = table.loc[daily_load(table)["is_first_run_back"], "run_id"]

    assert set(layoffs(table)["run_id"]) == set(flagged)


def test_three_thousand_runs_take_less_than_a_blink(rng):
    table = runs(np.sort(rng.integers(0, 9000, 3000))).assign(duration_s=1800.0)
    took = []
    for _ in range(5):
        began = time.perf_counter()
        found = layoffs(table)
        took.append(time.perf_counter() - began)

    assert len(found) > 100
    assert min(took) < 0.05
