"""Shifts that nobody logged: the segmentation, its calibration, and the guard."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.stats._correlation_fit import fit_correlation
from hipstride.stats.change._undated_drift import date_interval, drawn_errors
from hipstride.stats.change._undated_segments import best_partition, step_search
from hipstride.stats.change.undated import (
    FoundDate,
    refuse_found_date,
    undated_change,
)
from hipstride.stats.verdict_levels import WORDS_OF_CAUSE

START = pd.Timestamp("2026-01-01")


def observations(*steps, n=120, noise=1.0, seed=3, slope=0.0):
    """A run every second day; each step is (run, points)."""
    rng = np.random.default_rng(seed)
    run = np.arange(n)
    pain = 6 + slope * run + sum(points * (run >= at) for at, points in steps)
    return pd.DataFrame(
        {
            "local_date": START + pd.to_timedelta(2 * run, "D"),
            "pain_after_0_10": np.clip(np.round(pain + rng.normal(0, noise, n)), 0, 10),
        }
    )


@pytest.fixture(scope="module")
def found():
    return undated_change(observations((65, -4.0)), seed=1)


@pytest.fixture(scope="module")
def nile(shared):
    flow = pd.read_csv(shared / "oracles" / "data" / "nile.csv")["flow"]
    path = shared / "oracles" / "expected" / "changepoint_nile.json"
    return flow.to_numpy(float), json.loads(path.read_text())["expected"]


def test_the_nile_falls_in_1898_as_strucchange_says(nile):
    flow, expected = nile
    cut = best_partition(flow, 1, 15)

    assert cut.starts == (expected["break_index_1based_last_of_first_segment"],)
    assert cut.rss == pytest.approx(expected["rss1"], rel=1e-9)
    assert cut.means == pytest.approx(expected["means"], rel=1e-9)


def test_the_largest_f_of_the_nile_is_that_of_strucchange(nile):
    flow, expected = nile
    search = step_search(np.ones((100, 1)), np.arange(15, 86))
    place, f = search.best(flow)

    assert search.places[place[0]] == 28
    assert f[0] == pytest.approx(expected["supF"], rel=1e-9)


def test_the_interval_of_the_nile_is_near_that_of_strucchange(nile):
    flow, expected = nile
    year = np.arange(100.0)
    search = step_search(np.ones((100, 1)), np.arange(15, 86))
    rng = np.random.default_rng(1)
    low, high = date_interval(
        flow, np.ones((100, 1)), year, search, 28, n_bootstrap=999, rng=rng
    )

    assert low == pytest.approx(expected["ci95"][0], abs=3)
    assert high == pytest.approx(expected["ci95"][2], abs=3)


@pytest.mark.parametrize("n_changes", [1, 2, 3])
def test_ruptures_cuts_at_the_same_places(n_changes):
    ruptures = pytest.importorskip("ruptures")
    y = np.random.default_rng(n_changes).normal(size=90)
    y[30:] -= 2
    y[60:] += 1
    other = ruptures.Dynp(model="l2", min_size=10, jump=1).fit(y).predict(n_changes)

    assert list(best_partition(y, n_changes, 10).starts) == other[:-1]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), offset=st.floats(-50, 50))
def test_the_best_cuts_beat_all_others_and_an_offset_moves_nothing(seed, offset):
    y = np.random.default_rng(seed).normal(size=14)
    cut = best_partition(y, 2, 3)
    every = [
        sum(float(((part - part.mean()) ** 2).sum()) for part in np.split(y, (a, b)))
        for a in range(3, 9)
        for b in range(a + 3, 12)
    ]

    assert cut.rss == pytest.approx(min(every))
    assert best_partition(y + offset, 2, 3).starts == cut.starts


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_search_is_that_of_least_squares_with_each_step(seed):
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(30), rng.normal(size=(30, 2))])
    y = rng.normal(size=30)
    search = step_search(x, np.arange(5, 26))
    rss = [
        np.linalg.lstsq(np.column_stack([x, np.arange(30) >= j]), y)[1][0]
        for j in search.places
    ]
    place, f = search.best(y)
    without = np.linalg.lstsq(x, y)[1][0]

    assert place[0] == np.argmin(rss)
    assert f[0] == pytest.approx((without - min(rss)) * 26 / min(rss))


def test_drawn_errors_have_the_spread_and_the_memory_of_the_model():
    rng = np.random.default_rng(1)
    day = np.arange(200.0)
    y = drawn_errors(
        fit_correlation(rng.normal(size=200).cumsum(), np.ones((200, 1)), day),
        day,
        1_500,
        rng,
    )
    model = fit_correlation(
        np.random.default_rng(1).normal(size=200).cumsum(), np.ones((200, 1)), day
    )
    expected = (1 - model.nu) * np.exp(-10 / model.tau_days)

    assert y.std() == pytest.approx(model.sigma, rel=0.03)
    assert np.mean(y[50] * y[60]) / model.sigma**2 == pytest.approx(expected, abs=0.06)


def test_a_large_shift_is_found_within_its_interval(found):
    dates = found.tables["dates"]
    truth = str((START + pd.Timedelta(days=130)).date())

    assert len(dates) == 1
    assert dates["low_on"].iloc[0] <= truth <= dates["high_on"].iloc[0]
    assert dates["level_before"].iloc[0] - dates["level_after"].iloc[0] > 3


def test_what_is_found_is_a_question_of_level_0(found):
    assert found.verdict_level == 0
    assert "a question for the next weeks, not an answer" in found.verdict
    assert not any(
        word in found.verdict for word in (*WORDS_OF_CAUSE, "higher", "lower", "fell")
    )
    assert np.isnan(found.estimate)
    assert found.p_value <= 0.05
    assert not found.requirements[0].is_met


def test_a_result_can_be_printed_and_written(found):
    words = found.summary() + str(found) + found._repr_html_()

    assert "nan" not in words.lower()
    assert "found in the ratings" in json.dumps(found.to_dict(), allow_nan=False)


def test_independent_ratings_without_a_shift_have_none():
    result = undated_change(observations(), seed=1)

    assert result.tables["dates"].empty
    assert result.verdict.startswith("No day stands out")
    assert "may have been missed" in result.verdict


def test_a_straight_course_is_no_shift():
    result = undated_change(observations(slope=-0.03), seed=1)

    assert result.tables["dates"].empty


def test_two_shifts_are_found_in_order_of_date():
    result = undated_change(
        observations((50, -5.0), (100, 5.0), n=150, noise=0.7), seed=1, n_bootstrap=99
    )
    dates = result.tables["dates"]

    assert len(dates) == 2
    assert dates["low_on"].is_monotonic_increasing
    assert "2 shifts of level" in result.verdict


def test_no_more_shifts_are_looked_for_than_asked():
    obs = observations((50, -5.0), (100, 5.0), n=150, noise=0.7)

    assert len(undated_change(obs, max_changes=1, n_bootstrap=99).tables["dates"]) <= 1


def test_the_same_seed_gives_the_same_answer(found):
    again = undated_change(observations((65, -4.0)), seed=1)

    assert again.to_dict() == found.to_dict()


def test_a_found_date_is_refused_as_a_known_one(found):
    date = found.tables["dates"]["found"].iloc[0]

    assert isinstance(date, FoundDate)
    for change in (date, str(date), f" {date} "):
        with pytest.raises(TableError, match="found in these ratings"):
            refuse_found_date(change)


@pytest.mark.parametrize("change", ["2026-03-04", START, "glute cue", 3, None])
def test_a_known_date_passes(change):
    refuse_found_date(change)


def test_a_found_date_is_not_read_as_a_date(found):
    date = found.tables["dates"]["found"].iloc[0]

    with pytest.raises((ValueError, TypeError)):
        pd.Timestamp(str(date))
    with pytest.raises((ValueError, TypeError)):
        pd.Timestamp(date)


def test_ratings_that_are_a_straight_line_have_no_shift():
    obs = observations(noise=0.0)
    obs["pain_after_0_10"] = np.linspace(8, 2, 120)
    result = undated_change(obs)

    assert result.tables["dates"].empty
    assert result.p_value == 1.0


def test_a_shift_without_any_noise_is_found_on_its_day():
    result = undated_change(observations((60, -4.0), noise=0.0))

    assert str(result.tables["dates"]["found"].iloc[0]).startswith("about 2026-05-01")


def test_several_runs_on_one_day_are_not_cut_apart():
    twice = pd.concat(
        [observations((65, -4.0), seed=s).assign(run_id=f"{s}-") for s in (1, 2)]
    )
    twice["run_id"] += [str(k) for k in range(240)]
    result = undated_change(twice.sample(frac=1, random_state=1), seed=1)

    assert result.n == 240
    assert result.tables["dates"]["n_before"].iloc[0] % 2 == 0


def test_too_few_rated_runs_are_refused():
    with pytest.raises(NotEnoughDataError, match="look for a shift: needed 30, got 29"):
        undated_change(observations(n=29))


def test_constant_pain_is_refused():
    with pytest.raises(NotEnoughDataError, match="all 120 ratings are 0"):
        undated_change(observations().assign(pain_after_0_10=0))


def test_all_on_one_day_is_refused():
    obs = observations().assign(local_date=START, run_id=[str(k) for k in range(120)])
    with pytest.raises(NotEnoughDataError, match="more different days"):
        undated_change(obs)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_changes", 0),
        ("max_changes", 6),
        ("max_changes", 1.5),
        ("seed", -1),
        ("n_bootstrap", 10),
        ("n_bootstrap", True),
    ],
)
def test_arguments_that_cannot_be_are_named(name, value):
    with pytest.raises(TableError, match=f"{name}: found {value}; expected a whole"):
        undated_change(observations(), **{name: value})
