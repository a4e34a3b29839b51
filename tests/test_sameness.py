"""Two recordings are one run when time, distance and the runner's own signals agree."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.libbuild import run

import hipstride as hs
from hipstride.library._sameness import Candidate, compare
from hipstride.library._trace import CHANNELS, Trace, pack_trace, trace_of, unpack_trace
from hipstride.runs.row import row_of

N_BINS = 60


def candidate(
    name="a",
    *,
    start=0.0,
    lasts=1800.0,
    distance=5000.0,
    cadence=None,
    heart_rate=None,
    north_m=0.0,
    has_place=True,
):
    trace = np.full((len(CHANNELS), N_BINS), np.nan)
    if cadence is not None:
        trace[0] = cadence
    if heart_rate is not None:
        trace[1] = heart_rate
    if has_place:
        trace[2], trace[3] = 48.0 + north_m / 111_195, 11.0
    return Candidate(name, start, start + lasts, distance, Trace(0, trace))


def wave(seed, middle=170.0, spread=2.0):
    return middle + spread * np.random.default_rng(seed).standard_normal(N_BINS)


def test_a_recording_is_the_same_run_as_itself():
    one = candidate(cadence=wave(1), heart_rate=150.0)
    found = compare(one, one)

    assert found is not None
    assert found.is_same
    assert found.reason == (
        "starts 0 s apart, 100 % of the time shared, distances 0.0 % apart, "
        "cadences 0.0 steps/min apart"
    )


@pytest.mark.parametrize(
    "other",
    [
        candidate("b", start=121.0),
        candidate("b", lasts=1400.0),
        candidate("b", distance=5600.0),
        candidate("b", start=1800.0),
    ],
    ids=["later start", "less time shared", "another distance", "the next lap"],
)
def test_time_and_distance_part_two_runs_without_a_word(other):
    assert compare(candidate(), other) is None


def test_just_within_the_limits_two_recordings_are_one_run():
    found = compare(candidate(), candidate("b", start=100.0, distance=5400.0))

    assert found is not None
    assert found.is_same


def test_an_unknown_distance_parts_nothing():
    found = compare(candidate(), candidate("b", distance=float("nan")))

    assert found is not None
    assert found.is_same


def test_cadences_that_are_apart_are_two_runners():
    found = compare(candidate(cadence=wave(1)), candidate("b", cadence=wave(2, 178.0)))

    assert found is not None
    assert not found.is_same
    assert "cadences 8 steps/min apart" in found.reason


def test_close_cadences_that_do_not_go_together_are_two_runners():
    found = compare(candidate(cadence=wave(1)), candidate("b", cadence=wave(2)))

    assert found is not None
    assert not found.is_same
    assert "do not go up and down together" in found.reason


def test_two_watches_that_go_up_and_down_together_are_one_run():
    cadence = wave(1)
    off = cadence + 1.3 + 0.5 * np.random.default_rng(3).standard_normal(N_BINS)
    found = compare(candidate(cadence=cadence), candidate("b", cadence=off))

    assert found is not None
    assert found.is_same


def test_a_file_that_counts_one_foot_is_the_same_run():
    cadence = wave(1)
    found = compare(candidate(cadence=cadence), candidate("b", cadence=cadence / 2))

    assert found is not None
    assert found.is_same


def test_places_that_are_apart_are_two_runs():
    found = compare(candidate(), candidate("b", north_m=400.0))

    assert found is not None
    assert not found.is_same
    assert "400 m from each other" in found.reason


def test_without_cadence_a_heart_rate_far_off_is_another_runner():
    found = compare(candidate(heart_rate=120.0), candidate("b", heart_rate=160.0))

    assert found is not None
    assert not found.is_same
    assert "heart rates 40 beats apart" in found.reason


def test_an_optical_sensor_far_off_is_outvoted_by_the_cadence():
    cadence = wave(1)
    one = candidate(cadence=cadence, heart_rate=120.0)
    found = compare(one, candidate("b", cadence=cadence, heart_rate=160.0))

    assert found is not None
    assert found.is_same


@given(
    st.floats(0, 300),
    st.floats(300, 7200),
    st.floats(500, 20_000),
    st.integers(0, 5),
    st.integers(0, 5),
)
def test_sameness_does_not_depend_on_who_is_asked_first(start, lasts, distance, a, b):
    one = candidate(cadence=wave(a))
    other = candidate(
        "b", start=start, lasts=lasts, distance=distance, cadence=wave(b, 171.0)
    )

    there, back = compare(one, other), compare(other, one)
    assert (there is None) == (back is None)
    if there is not None and back is not None:
        assert there.is_same == back.is_same


def test_a_trace_comes_back_from_its_bytes():
    recording = run()
    trace = trace_of(recording.samples, recording.started_at)
    again = unpack_trace(pack_trace(trace))

    assert again.first == trace.first
    np.testing.assert_allclose(again.channels, trace.channels, rtol=1e-6)


def test_a_trace_stands_on_the_clock_and_not_on_the_start():
    early, late = run("2026-09-01 06:00:00"), run("2026-09-01 06:00:10")
    one = trace_of(early.samples, early.started_at)
    other = trace_of(late.samples, late.started_at)

    assert one.first == other.first


def test_a_recording_without_samples_has_an_empty_trace():
    recording = run()
    trace = trace_of(recording.samples.iloc[:0], recording.started_at)

    assert trace.channels.shape == (len(CHANNELS), 0)


def real(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        recordings = list(hs.read_runs(path))
    for one in recordings:
        row, _ = row_of(one)
        lasts_s = float(one.samples["elapsed_s"].max())
        start_s = one.started_at.timestamp()
        trace = trace_of(one.samples, one.started_at)
        yield Candidate(
            one.run_id, start_s, start_s + lasts_s, float(row["distance_m"]), trace
        )


@pytest.mark.parametrize(
    "names",
    [
        ("fit/msimms*20210507_run_garmin_fenix_6.fit", "fit/msimms*coros_pace_2.fit"),
        ("gpx/msimms*run_03_iphone_4s.gpx.gz", "tcx/msimms*run_garmin_fr405cx.tcx"),
        ("tcx/msimms*20181108*.tcx.gz", "fit/msimms*20181108*.fit"),
        ("tcx/*b596-6860622783.tcx.gz", "fit/*31f5-treadmill.fit"),
        ("gpx/*ec35-6782987395.gpx.gz", "fit/*97f4-sloatsburg.fit"),
        ("tcx/*1e0e-run.tcx.gz", "gpx/*3f7d-run.gpx"),
    ],
    ids=[
        "two watches",
        "phone and watch",
        "TCX and FIT",
        "belt",
        "GPX and FIT",
        "TomTom",
    ],
)
def test_the_same_run_of_two_real_devices_is_one(shared, names):
    [one], [other] = (list(real(next((shared / "real").glob(name)))) for name in names)
    found = compare(one, other)

    assert found is not None
    assert found.is_same


def test_two_who_walk_and_run_by_one_clock_are_two():
    walks = np.arange(N_BINS) % 10 >= 8
    mine, theirs = wave(1, 168.0, 1.0), wave(2, 170.5, 1.0)
    mine[walks], theirs[walks] = 110.0, 112.0
    found = compare(
        candidate(cadence=mine, heart_rate=140.0),
        candidate("b", cadence=theirs, heart_rate=180.0),
    )

    assert found is not None
    assert not found.is_same
