"""The grade, and altitudes that are not to be believed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipstride.gait import clean
from hipstride.gait.grade import grade, slope_of
from hipstride.runs import summarize
from runbuild import recording, samples

N = 1200
WAY_M = 3.0 * np.arange(N)
HILL_M = 100 + 0.03 * WAY_M


def altered(start, end, by):
    return np.where((np.arange(N) >= start) & (np.arange(N) < end), by, 0.0)


def ascent_of(altitude_m):
    run = recording(samples(N, distance_m=WAY_M, altitude_m=altitude_m))
    return summarize([run])["ascent_m"][0]


@pytest.mark.parametrize("width", [1, 3, 10])
@pytest.mark.parametrize("by", [-80.0, 30.0])
def test_a_spike_is_left_out_and_the_slope_around_it_stays(width, by):
    slope = slope_of(WAY_M, HILL_M + altered(500, 500 + width, by))

    assert slope.is_reliable.sum() == N - width
    assert slope.grade_pct[slope.is_reliable] == pytest.approx(3)
    assert np.isnan(slope.grade_pct[500 : 500 + width]).all()


def test_zeros_and_what_was_never_set_are_left_out():
    altitude_m = HILL_M.copy()
    altitude_m[[300, 301, 302]] = 0.0
    altitude_m[600:900] = -500.0
    slope = slope_of(WAY_M, altitude_m)

    assert np.flatnonzero(~slope.is_reliable).tolist() == [
        300,
        301,
        302,
        *range(600, 900),
    ]
    assert slope.grade_pct[slope.is_reliable] == pytest.approx(3)


def test_a_barometer_that_corrects_itself_makes_no_hill():
    slope = slope_of(WAY_M, HILL_M + altered(600, N, 12.0))

    assert slope.is_reliable.all()
    assert slope.grade_pct == pytest.approx(3)


def test_neither_spikes_nor_corrections_are_climbs():
    spikes = altered(300, 303, 40.0) + altered(500, 501, -70.0)

    assert ascent_of(HILL_M) == pytest.approx(108, abs=0.3)
    assert ascent_of(HILL_M + spikes) == pytest.approx(108, abs=0.6)
    assert ascent_of(HILL_M + altered(600, N, 12.0)) == pytest.approx(108, abs=0.3)


def test_an_altitude_that_never_changes_is_no_flat_run():
    slope = slope_of(WAY_M, np.full(N, 100.0))

    assert not slope.is_reliable.any()
    assert np.isnan(ascent_of(100.0))


def test_a_short_level_stretch_is_level():
    assert grade(WAY_M[:100], np.full(100, 100.0)) == pytest.approx(0)


def test_an_altimeter_that_stopped_before_a_leap_is_left_out():
    altitude_m = HILL_M.copy()
    altitude_m[300:500] = altitude_m[300]
    slope = slope_of(WAY_M, altitude_m)
    shut = slope.is_reliable[310:500]

    assert slope.grade_pct[600:] == pytest.approx(3)
    assert not shut[-10:].any()


def test_the_error_of_a_slope_is_that_of_least_squares(rng):
    """80 m at 3 m a sample: 27 altitudes with a spread of 23.4 m about their middle."""
    slope = slope_of(3.0 * np.arange(20_000), 0.5 * rng.standard_normal(20_000))
    x = 3.0 * np.arange(-13, 14)
    expected = 100 * 0.5 / np.sqrt((x**2).sum())

    assert slope.noise_pct == pytest.approx(expected, rel=0.05)
    assert np.std(slope.grade_pct) == pytest.approx(expected, rel=0.05)


def test_the_error_knows_that_neighbours_err_alike(rng):
    noise = np.convolve(rng.standard_normal(20_004), np.ones(5) / 5, "valid")
    slope = slope_of(3.0 * np.arange(20_000), noise)
    found = np.where(slope.is_reliable, slope.grade_pct, np.nan)

    assert slope.noise_pct == pytest.approx(np.nanstd(found), rel=0.35)


def test_a_noisy_altitude_has_no_grade_and_makes_nothing_steep(rng):
    run = clean(
        samples(N, distance_m=WAY_M, altitude_m=100 + 0.7 * rng.standard_normal(N))
    )
    noisy = clean(
        samples(N, distance_m=WAY_M, altitude_m=100 + 9 * rng.standard_normal(N))
    )

    assert run["is_grade_reliable"].mean() > 0.9
    assert not noisy["is_grade_reliable"].any()
    assert noisy["is_usable"][240:].mean() > 0.95


def test_a_hill_that_is_steep_whatever_the_noise_stays_steep(rng):
    """With 3 % of noise on 20 % of slope the number is poor and the hill is not."""
    noise = np.convolve(rng.standard_normal(N + 19), np.ones(20) / 4, "valid")
    run = clean(samples(N, distance_m=WAY_M, altitude_m=0.2 * WAY_M + noise))

    assert (run["unusable_because"][240:] == "steep").mean() > 0.95


def test_a_watch_that_writes_seldom_has_a_grade_too():
    way_m = np.arange(0.0, 3000, 30)

    assert grade(way_m, 0.02 * way_m) == pytest.approx(2)
    assert np.isnan(grade(3 * way_m, 0.02 * way_m)).all()


def test_unknown_is_unreliable():
    run = clean(samples(600))

    assert run["grade_pct"].isna().all()
    assert not run["is_grade_reliable"].any()
    assert run["is_grade_reliable"].dtype == bool


@settings(max_examples=40, deadline=None)
@given(
    percent=st.floats(-20, 20),
    place=st.integers(40, N - 60),
    width=st.integers(1, 12),
    by=st.floats(20, 300) | st.floats(-300, -20),
)
def test_one_spike_of_any_kind_moves_no_slope(percent, place, width, by):
    altitude_m = 500 + percent / 100 * WAY_M + altered(place, place + width, by)
    slope = slope_of(WAY_M, altitude_m)

    assert slope.grade_pct[slope.is_reliable] == pytest.approx(percent, abs=1e-6)
    assert slope.is_reliable.sum() >= N - 12 or percent == 0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4)), max_size=60))
def test_whatever_the_altitudes_an_unreliable_grade_is_no_number(rows):
    distance_m, altitude_m = np.array(rows).reshape(-1, 2).T
    with np.errstate(invalid="ignore", divide="ignore"):
        slope = slope_of(distance_m, altitude_m)

    assert (np.isfinite(slope.grade_pct) == slope.is_reliable).all()
