from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipstride.errors import TableError
from hipstride.gait import add_step_length, clean
from hipstride.gait.steps import foot_pod_speed, measured_samples
from runbuild import recording, samples


def test_three_metres_a_second_at_180_steps_is_a_metre():
    run = add_step_length(samples(3, speed=3.0, cadence=180))

    assert run["step_length_m"].tolist() == [1, 1, 1]
    assert run["stride_length_m"].tolist() == [2, 2, 2]


@given(
    speed=st.floats(0.5, 8), cadence=st.floats(135, 240), steps=st.integers(1, 10_000)
)
def test_steps_times_step_length_is_the_distance(speed, cadence, steps):
    step = add_step_length(samples(1, speed=speed, cadence=cadence))["step_length_m"][0]

    assert steps * step == pytest.approx(speed * (60 * steps / cadence))


def test_walking_and_missing_cadence_have_no_step_length():
    run = samples(4, cadence=[170, 110, 0, np.nan])
    found = add_step_length(run)["step_length_m"]

    assert found.isna().tolist() == [False, True, True, True]


def test_only_running_samples_have_a_step_length_once_cleaned():
    run = clean(samples(2, speed=[0.2, 3.0], cadence=170))

    assert add_step_length(run)["step_length_m"].isna().tolist() == [True, False]


def test_the_devices_own_step_length_is_kept_and_fills_no_hole():
    run = samples(2, cadence=None, device_step_length_m=1.02)
    found = add_step_length(run)

    assert found["step_length_m"].isna().all()
    assert found["device_step_length_m"].tolist() == [1.02, 1.02]


def test_the_argument_is_not_changed():
    run = samples(5)
    before = run.copy(deep=True)
    add_step_length(run)

    pd.testing.assert_frame_equal(run, before)


def test_speed_in_words_is_refused():
    with pytest.raises(TableError, match="'speed_mps' has dtype"):
        add_step_length(pd.DataFrame({"speed_mps": ["3"], "cadence_spm": [170.0]}))


def test_a_foot_pods_speed_replaces_the_watchs_on_a_treadmill_only():
    frame = samples(10, speed=2.5).assign(dev_stryd_speed=3.0)
    indoors = recording(frame, sub_sport="treadmill")
    outdoors = recording(frame)

    assert measured_samples(indoors)["speed_mps"].tolist() == [3.0] * 10
    assert measured_samples(outdoors)["speed_mps"].tolist() == [2.5] * 10
    assert frame["speed_mps"].tolist() == [2.5] * 10


@pytest.mark.parametrize(
    "values", [np.nan, 0.0, 180.0, "fast"], ids=["missing", "zero", "km/h?", "words"]
)
def test_a_developer_field_that_is_no_speed_is_not_taken_for_one(values):
    assert foot_pod_speed(samples(10, speed=2.5).assign(dev_speed=values)) is None


def test_a_treadmills_altitude_is_the_weather_and_is_taken_out():
    indoors = recording(samples(10, altitude_m=50), sub_sport="treadmill")

    assert "altitude_m" not in measured_samples(indoors)
