from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipstride.errors import TableError
from hipstride.gait import clean, sample_durations
from hipstride.gait.grade import grade
from hipstride.gait.signals import signals_of
from hipstride.gait.timer import is_paused, is_silence, pause_spans, reached
from runbuild import pauses, samples


def test_steady_running_is_usable_after_four_minutes():
    run = clean(samples(1200))

    assert run["is_running"].all()
    assert run.loc[run["is_usable"], "elapsed_s"].tolist() == list(range(240, 1200))


def test_walking_is_moving_and_not_running():
    run = clean(samples(600, speed=1.6, cadence=115))

    assert run["is_moving"].all()
    assert not run["is_running"].any()


def test_running_on_the_spot_at_a_crossing_is_not_running():
    run = clean(samples(600, speed=0.4, cadence=160))

    assert not run["is_running"].any()


def test_standing_is_not_moving_and_its_shores_are_not_usable():
    second = np.arange(1200)
    standing = (second >= 600) & (second < 660)
    run = clean(
        samples(
            1200,
            speed=np.where(standing, 0.1, 3.0),
            cadence=np.where(standing, 0, 170),
        )
    )

    assert run.loc[~run["is_moving"], "elapsed_s"].tolist() == list(range(600, 660))
    assert not run["is_usable"][585:675].any()
    assert run["is_usable"][584]
    assert run["is_usable"][675]


def test_a_timer_pause_without_samples_weighs_nothing():
    elapsed_s = np.concatenate([np.arange(0, 601), np.arange(900, 1501)])
    run = samples(elapsed_s)
    pause = pauses((600, 300))

    assert sample_durations(run, pause).sum() == pytest.approx(1201)
    assert sample_durations(run).sum() == pytest.approx(1211)
    assert not clean(run, pause)["is_usable"][590:610].any()


def test_samples_inside_a_pause_are_not_moving():
    run = clean(samples(1200), pauses((600, 60), (620, 20)))

    assert run.loc[~run["is_moving"], "elapsed_s"].tolist() == list(range(601, 660))


def test_overlapping_pauses_are_one():
    starts_s, ends_s = pause_spans(pauses((50, 5), (10, 20), (15, 2), (30, 1)))

    assert starts_s.tolist() == [10, 50]
    assert ends_s.tolist() == [31, 55]
    assert is_paused(
        np.array([10.0, 20, 30, 52]), pause_spans(pauses((10, 20), (50, 5)))
    ).tolist() == [
        False,
        True,
        False,
        True,
    ]


def test_without_cadence_speed_alone_tells_running():
    quick = clean(samples(600, cadence=None))
    slow = clean(samples(600, speed=1.8, cadence=None))

    assert quick["is_running"].all()
    assert quick["is_usable"][240:].all()
    assert not slow["is_running"].any()


def test_without_speed_cadence_tells_running_and_nothing_is_usable():
    run = clean(samples(600, speed=None))

    assert run["is_running"].all()
    assert not run["is_usable"].any()


def test_with_neither_speed_nor_cadence_nothing_is_running():
    run = clean(samples(600, speed=None, cadence=None))

    assert run["is_moving"].all()
    assert not run["is_running"].any()
    assert run["grade_pct"].isna().all()


def test_a_dropout_of_cadence_is_not_usable():
    cadence = np.full(600, 170.0)
    cadence[400:410] = 0
    cadence[410:420] = np.nan
    run = clean(samples(600, cadence=cadence))

    assert not run["is_usable"][400:420].any()
    assert run["is_moving"][400:420].all()


def test_a_gps_jump_is_not_usable():
    speed = np.full(600, 3.0)
    speed[400] = 11.0
    distance = np.cumsum(np.full(600, 3.0))
    distance[500:] += 300
    run = clean(samples(600, speed=speed, distance_m=distance))

    assert not run["is_usable"][[399, 400, 401, 499, 500]].any()
    assert run["is_usable"][[397, 403, 497, 502]].all()


def test_cadence_glued_to_heart_rate_is_not_usable_and_a_crossing_is():
    second = np.arange(1200)
    cadence = 170 + np.round(3 * np.sin(second / 9))
    locked = (second >= 500) & (second < 800)
    heart_rate = np.where(locked, cadence, 140 + second / 20)
    run = clean(samples(1200, cadence=cadence, heart_rate_bpm=heart_rate))

    assert not run["is_usable"][500:800].any()
    assert run["is_usable"][240:499].all()
    assert run["is_usable"][801:].all()


def test_an_implausible_step_is_not_usable():
    run = clean(samples(600, speed=6.0, cadence=140))

    assert run["is_running"].all()
    assert not run["is_usable"].any()


def test_a_steep_hill_is_not_usable_and_a_gentle_one_is():
    distance = 3.0 * np.arange(1200)
    altitude = np.where(distance < 1800, 0.03 * distance, 54 + 0.08 * (distance - 1800))
    run = clean(samples(1200, distance_m=distance, altitude_m=altitude))

    assert run["is_usable"][240:570].all()
    assert not run["is_usable"][630:].any()
    assert run["grade_pct"][300] == pytest.approx(3)
    assert run["grade_pct"][900] == pytest.approx(8)


def test_grade_lets_the_steps_of_the_altimeter_average_out(rng):
    distance = np.cumsum(rng.uniform(2.5, 3.5, 3600))
    truth = 2 * np.sin(distance / 300)
    altitude = np.cumsum(truth / 100 * np.gradient(distance))
    found = grade(distance, np.round(altitude * 5) / 5 + rng.normal(0, 0.2, 3600))

    assert np.std(found - truth) < 0.35


def test_grade_is_unknown_on_too_little_ground():
    assert np.isnan(grade(np.linspace(0, 20, 30), np.linspace(0, 1, 30))).all()
    assert np.isnan(grade(np.zeros(30), np.linspace(0, 1, 30))).all()
    assert np.isnan(grade(np.array([0.0, 50, 90]), np.array([0.0, 1, 2]))).all()


def test_grade_is_from_speed_where_the_file_has_no_distance():
    run = clean(samples(600, altitude_m=100 + 0.06 * np.arange(600)))

    assert run["grade_pct"].to_numpy() == pytest.approx(2)


def test_smart_recording_gives_the_same_share_as_every_second(rng):
    elapsed_s = np.cumsum(rng.integers(1, 9, 600)).astype(float)
    run = clean(samples(elapsed_s))
    durations_s = sample_durations(run)

    assert run["is_usable"].to_numpy()[elapsed_s > 250].all()
    assert durations_s.sum() == pytest.approx(elapsed_s[-1] - elapsed_s[0], abs=9)


def test_a_lost_signal_is_neither_time_nor_usable():
    run = clean(samples(np.concatenate([np.arange(600.0), np.arange(700.0, 1300)])))

    assert sample_durations(run).sum() == pytest.approx(1209)
    assert not run["is_usable"][590:610].any()


def test_a_slow_rhythm_of_recording_is_no_lost_signal():
    run = clean(samples(np.arange(0.0, 3600, 20)))

    assert sample_durations(run).sum() == pytest.approx(3600)
    assert run["is_usable"][12:].all()


def test_time_that_stands_or_goes_back_is_flagged_and_weighs_nothing():
    elapsed_s = np.arange(600.0)
    elapsed_s[300] = 299
    elapsed_s[400] = 350
    run = clean(samples(elapsed_s))

    assert not run["is_usable"][400]
    assert sample_durations(run)[[299, 399, 400]].tolist() == [0, 2, 0]
    assert sample_durations(run).sum() == pytest.approx(600)


def test_clean_changes_no_argument():
    run, pause = samples(600), pauses((300, 20))
    before = run.copy(deep=True), pause.copy(deep=True)
    clean(run, pause)

    pd.testing.assert_frame_equal(run, before[0])
    pd.testing.assert_frame_equal(pause, before[1])


@pytest.mark.parametrize("n", [0, 1, 2])
def test_a_few_samples_are_enough_to_be_flagged(n):
    run = clean(samples(n, altitude_m=0.0, distance_m=0.0, heart_rate_bpm=150))

    assert len(run) == n
    assert not run["is_usable"].any()
    assert run["is_usable"].dtype == bool


def test_a_missing_column_is_named_in_the_error():
    with pytest.raises(TableError, match="'elapsed_s' is missing; found speed_mps"):
        clean(pd.DataFrame({"speed_mps": [3.0]}))


def test_a_column_of_words_is_refused():
    with pytest.raises(TableError, match="column 'speed_mps' has dtype"):
        clean(pd.DataFrame({"elapsed_s": [1.0], "speed_mps": ["fast"]}))


wild = st.one_of(
    st.just(np.nan), st.floats(-10, 1e4, allow_nan=False), st.integers(0, 250)
)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(wild, wild, wild, wild, wild, wild), max_size=40),
    spans=st.lists(st.tuples(wild, wild), max_size=4),
)
def test_whatever_a_file_holds_is_flagged_without_a_crash(rows, spans):
    names = ["elapsed_s", "speed_mps", "cadence_spm", "altitude_m", "distance_m"]
    run = pd.DataFrame(rows, columns=[*names, "heart_rate_bpm"], dtype=float)
    pause = pd.DataFrame(spans, columns=["elapsed_s", "duration_s"], dtype=float)
    cleaned = clean(run, pause)
    durations_s = sample_durations(run, pause)

    assert len(cleaned) == len(run)
    assert (durations_s >= 0).all()
    assert not (cleaned["is_usable"] & ~cleaned["is_running"]).any()
    assert not (cleaned["is_running"] & ~cleaned["is_moving"]).any()


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.sampled_from([-5.0, 0, 1, 1, 1, 2, 8, 11, 40]), max_size=20))
def test_a_silence_outlasts_ten_seconds_and_three_beats(steps):
    moved = [step for step in steps if step > 0]
    longest_s = max(10.0, 3 * (np.median(moved) if moved else 1.0))

    assert is_silence(np.array(steps)).tolist() == [one > longest_s for one in steps]


@settings(max_examples=60, deadline=None)
@given(moments=st.lists(st.floats(0, 1e4) | st.just(np.nan), min_size=1, max_size=9))
def test_what_is_reached_is_the_latest_moment_so_far(moments):
    latest = pd.Series(moments).cummax().ffill()

    np.testing.assert_array_equal(reached(np.array(moments)), latest)


def test_signals_of_whole_numbers_are_those_of_floats():
    whole = pd.DataFrame({"elapsed_s": [0, 1, 2], "speed_mps": [3, 3, 3]})
    signals = signals_of(whole)

    assert signals.ground_m.tolist() == [0, 3, 6]
    assert signals.has_speed
    assert not signals.has_cadence


def test_signals_of_a_wrong_kind_are_named():
    run = samples(10)
    run["time"] = run["time"].dt.tz_localize(None)

    with pytest.raises(TableError, match="column 'time' has dtype datetime64"):
        signals_of(run)
    with pytest.raises(TableError, match="column 'elapsed_s' is missing"):
        signals_of(run[["speed_mps"]])
