from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from hipstride.gait import add_step_length, clean, matched_stride, steady_windows
from hipstride.gait.windows import windows_of
from hipstride.tables import WINDOWS
from runbuild import ar1, pauses, recording, samples


def test_a_steady_hour_gives_a_window_for_each_half_minute_after_the_fourth():
    found = steady_windows(recording(samples(3600, heart_rate_bpm=150)))

    WINDOWS.check(found, *WINDOWS.names)
    assert found["elapsed_s"].tolist() == list(range(240, 3600, 30))
    assert found["duration_s"].tolist() == [30.0] * 112
    assert found["step_length_m"].to_numpy() == pytest.approx(60 * 3.0 / 170)
    assert found["heart_rate_bpm"].to_numpy() == pytest.approx(150)
    assert found["grade_pct"].isna().all()
    assert (found["run_id"] == "a").all()


def test_the_step_length_is_distance_over_number_of_steps(rng):
    speed = 3 + 0.1 * ar1(rng, 600, 0.9)
    cadence = 170 + 2 * ar1(rng, 600, 0.9)
    found = steady_windows(recording(samples(600, speed=speed, cadence=cadence)))
    distance_m = speed[240:].reshape(-1, 30).sum(axis=1)
    steps = cadence[240:].reshape(-1, 30).sum(axis=1) / 60

    assert found["step_length_m"].to_numpy() == pytest.approx(distance_m / steps)


def test_smart_recording_and_every_second_agree(rng):
    second = np.arange(1800.0)
    speed = 3 + 0.2 * np.sin(second / 200)
    kept = np.unique(np.cumsum(rng.integers(1, 6, 600)))
    kept = kept[kept < 1800]
    every = steady_windows(recording(samples(second, speed=speed)))
    smart = steady_windows(recording(samples(second[kept], speed=speed[kept])))
    both = every.merge(smart, on="elapsed_s")

    assert len(both) > 45
    assert both["speed_mps_x"].to_numpy() == pytest.approx(
        both["speed_mps_y"].to_numpy(), rel=0.003
    )


def test_a_change_of_speed_within_a_window_leaves_it_out():
    second = np.arange(1800)
    speed = np.where(second < 915, 2.6, 3.6)
    found = steady_windows(recording(samples(1800, speed=speed)))

    assert 900 not in found["elapsed_s"].tolist()
    assert {870, 930} <= set(found["elapsed_s"])


def test_a_pause_leaves_out_the_windows_around_it():
    found = steady_windows(recording(samples(1200), pauses=pauses((610, 50))))

    assert 540 in found["elapsed_s"].tolist()
    assert not set(found["elapsed_s"]) & {570, 600, 630, 660}
    assert 690 in found["elapsed_s"].tolist()


@pytest.mark.parametrize("lacks", ["speed", "cadence"])
def test_no_speed_or_no_cadence_gives_an_empty_table(lacks):
    found = steady_windows(recording(samples(900, **{lacks: None})))

    assert len(found) == 0
    WINDOWS.check(found, *WINDOWS.names)


def test_a_recording_without_samples_gives_an_empty_table():
    assert len(steady_windows(recording(samples(0)))) == 0


def test_samples_that_are_cleaned_already_are_taken_as_they_are():
    run = add_step_length(clean(samples(1200)))
    run = run.assign(is_usable=run["is_usable"] & (run["elapsed_s"] >= 600))

    assert steady_windows(recording(run))["elapsed_s"].min() == 600


def test_an_absurd_moment_asks_for_no_memory():
    elapsed_s = np.append(np.arange(900.0), 3e11)

    assert len(steady_windows(recording(samples(elapsed_s)))) >= 20


def test_an_interval_session_lies_on_the_same_curve_as_an_easy_run():
    second = np.arange(3600)
    fast = (second >= 600) & (second % 300 < 150)
    speed = np.where(fast, 4.2, 2.5)

    def step(speed):
        return 1.05 * (speed / 3) ** 0.88

    easy = samples(3600, speed=3.0, cadence=60 * 3.0 / step(3.0))
    hard = samples(3600, speed=speed, cadence=60 * speed / step(speed))
    table = pd.concat(
        steady_windows(recording(frame, run_id=name))
        for name, frame in (("easy", easy), ("hard", hard))
    )
    curve = matched_stride(table, ref_speed_mps=3.0).curve
    mean_speed = speed[240:].mean()
    mean_step = 60 * mean_speed / (60 * speed / step(speed))[240:].mean()

    assert curve.elasticity == pytest.approx(0.88)
    assert curve.runs["stride_deviation_pct"].to_numpy() == pytest.approx(0, abs=1e-6)
    # The run's overall means lie off the curve, which is why windows are used.
    assert abs(100 * np.log(mean_step / step(mean_speed))) > 0.1


@pytest.mark.parametrize("begins_s", [30.0, 240.0, 3630.0, 98_340.0, 359_970.0])
def test_the_last_moment_before_a_window_is_not_in_it(begins_s):
    before = np.append(np.arange(begins_s - 30, begins_s), np.nextafter(begins_s, 0))
    run = samples(np.append(before, begins_s)).assign(is_usable=True)
    found = steady_windows(recording(run))

    assert found["elapsed_s"].tolist() == [begins_s - 30]


def test_usable_samples_in_any_order_give_the_same_windows(rng):
    run = clean(samples(600))
    durations_s = np.ones(len(run))
    order = rng.permutation(len(run))
    shuffled = windows_of(run.iloc[order], durations_s, "a")

    pd.testing.assert_frame_equal(shuffled, windows_of(run, durations_s, "a"))


def test_to_name_the_columns_of_one_table_names_no_other():
    found = steady_windows(recording(samples(600)))
    found.columns.name = "mine"

    assert steady_windows(recording(samples(600))).columns.name is None
