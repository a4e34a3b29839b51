"""Which row of a list is about which run."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipstride.errors import TableError
from hipstride.io._account_link import link_activities

DAY = pd.Timestamp("2025-09-01 07:00", tz="UTC")


def instants(seconds) -> pd.Series:
    moments = [DAY + pd.Timedelta(seconds=one) for one in seconds]
    return pd.Series(moments, dtype="datetime64[us, UTC]")


def listed(starts_s, durations_s=None, files=None, sports=None) -> pd.DataFrame:
    n = len(starts_s)
    return pd.DataFrame(
        {
            "started_at": instants(starts_s),
            "duration_s": np.array(durations_s or [1800.0] * n, dtype=float),
            "file": pd.Series(files or [np.nan] * n, dtype="str"),
            "sport": pd.Series(sports or ["running"] * n, dtype="str"),
        }
    )


def link(starts_s, activities, files=None, durations_s=None) -> list[int]:
    n = len(starts_s)
    return link_activities(
        instants(starts_s),
        pd.Series(files or [""] * n, dtype="str"),
        pd.Series(durations_s or [1800.0] * n, dtype="float64"),
        activities,
    ).tolist()


@pytest.mark.parametrize(
    "path",
    [
        "export_1.zip/activities/123.fit.gz",
        "activities/123.fit",
        "/home/me/strava/activities/123.FIT.gz",
        r"strava\activities\123.fit.gz",
    ],
)
def test_a_run_is_known_by_the_path_of_its_file(path):
    activities = listed(
        [0, 9000], files=["activities/99.fit.gz", "activities/123.fit.gz"]
    )

    assert link([9005], activities, files=[path]) == [1]


@pytest.mark.parametrize("path", ["activities/1123.fit.gz", "old/123.fit.gz", ""])
def test_another_file_is_not_that_one(path):
    activities = listed([90_000], files=["activities/123.fit.gz"])

    assert link([0], activities, files=[path]) == [-1]


def test_the_file_comes_before_the_start():
    activities = listed([0, 100], files=["activities/1.fit", "activities/2.fit"])

    assert link([0, 100], activities, ["activities/2.fit", "activities/1.fit"]) == [
        1,
        0,
    ]


def test_a_file_of_the_same_name_of_another_day_is_not_that_one():
    activities = listed([0], files=["activities/1.fit"])

    assert link([3 * 86_400], activities, files=["activities/1.fit"]) == [-1]


def test_the_sessions_of_one_file_have_each_its_own_row():
    activities = listed([0, 2000], files=["activities/1.fit"] * 2)

    assert link([2005, 3], activities, files=["activities/1.fit"] * 2) == [1, 0]


def test_the_nearest_start_within_two_minutes_is_taken():
    assert link([60], listed([0, 50, 180])) == [1]
    assert link([120], listed([0])) == [0]
    assert link([121], listed([0])) == [-1]


def test_no_row_is_given_to_two_runs():
    assert link([10, 5], listed([0])) == [-1, 0]
    assert sorted(link([0, 0, 0], listed([0, 0]))) == [-1, 0, 1]


def test_durations_must_be_alike_unless_the_difference_is_small():
    assert link([0], listed([0], [7200.0]), durations_s=[1800.0]) == [-1]
    assert link([0], listed([0], [200.0]), durations_s=[60.0]) == [0]
    assert link([0], listed([0], [np.nan]), durations_s=[1800.0]) == [0]
    assert link([0], listed([0], [2400.0]), durations_s=[1800.0]) == [0]


def test_a_part_of_a_multisport_event_comes_before_the_whole():
    activities = listed([0, 0], [2000.0, 1900.0], sports=["multisport", "running"])

    assert link([0], activities, durations_s=[2000.0]) == [1]


def test_a_run_or_a_row_without_a_start_is_not_linked():
    activities = listed([0, 0]).assign(
        started_at=pd.Series([pd.NaT, DAY], dtype="datetime64[us, UTC]")
    )
    starts = pd.Series([pd.NaT, DAY], dtype="datetime64[us, UTC]")

    rows = link_activities(
        starts, pd.Series(["", ""]), pd.Series([1800.0] * 2), activities
    )

    assert rows.tolist() == [-1, 1]


def test_a_run_without_a_start_is_still_known_by_its_file():
    activities = listed([0], files=["activities/1.fit"])
    starts = pd.Series([pd.NaT], dtype="datetime64[us, UTC]")

    rows = link_activities(
        starts, pd.Series(["activities/1.fit.gz"]), pd.Series([np.nan]), activities
    )

    assert rows.tolist() == [0]


def test_nothing_is_linked_with_nothing():
    assert link([], listed([0])) == []
    assert link([0], listed([])) == [-1]


def test_a_table_without_starts_is_refused():
    with pytest.raises(TableError, match="started_at"):
        link([0], pd.DataFrame({"name": ["Easy"]}))


SECONDS = st.lists(st.integers(0, 1000), max_size=12)


@given(SECONDS, SECONDS)
def test_links_are_one_to_one_and_within_two_minutes(runs_s, rows_s):
    rows = link(runs_s, listed(rows_s))

    given_out = [row for row in rows if row >= 0]
    assert len(given_out) == len(set(given_out))
    assert all(
        abs(runs_s[run] - rows_s[row]) <= 120
        for run, row in enumerate(rows)
        if row >= 0
    )
    # Nothing is left over that could have been linked.
    free = set(range(len(rows_s))) - set(given_out)
    assert not any(
        abs(runs_s[run] - rows_s[row]) <= 120
        for run, taken in enumerate(rows)
        if taken < 0
        for row in free
    )


def test_a_lifetime_of_running_is_linked_in_a_moment(rng):
    starts_s = np.cumsum(rng.integers(3600, 90_000, 20_000)).tolist()
    chosen = rng.choice(20_000, 5000, replace=False)
    activities = pd.DataFrame(
        {
            "started_at": DAY + pd.to_timedelta(starts_s, unit="s"),
            "duration_s": np.full(20_000, 1800.0),
        }
    )
    starts = activities["started_at"].iloc[chosen].reset_index(drop=True)
    began = time.perf_counter()

    rows = link_activities(
        starts, pd.Series(["x.fit"] * 5000), pd.Series([1800.0] * 5000), activities
    )

    assert rows.tolist() == chosen.tolist()
    assert time.perf_counter() - began < 5
