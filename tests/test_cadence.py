from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipstride.io._cadence import expected_cadence_spm, steps_per_minute

MINUTE = 60


def decided(cadence: float, speed_mps: float | None, sport: str = "running"):
    speed = None if speed_mps is None else np.full(MINUTE, speed_mps)
    found, note = steps_per_minute(np.full(MINUTE, cadence), speed, sport)
    return float(found[0]), note


@pytest.mark.parametrize(
    ("cadence", "speed_mps", "spm"),
    [
        (81, 3.0, 162),  # a run, one foot
        (162, 3.0, 162),  # the same run, both feet
        (75, 1.9, 150),  # a slow jog
        (150, 1.9, 150),
        (106, 6.0, 212),  # repeats on a track
        (200, 6.0, 200),
        (56, 1.4, 112),  # a walk
        (112, 1.4, 112),
        (95, 4.2, 190),  # short quick steps
        (190, 4.2, 190),
        (72, 3.6, 144),  # long slow steps
        (144, 3.6, 144),
    ],
)
@pytest.mark.parametrize("sport", ["running", ""])
def test_speed_decides_between_one_foot_and_both(cadence, speed_mps, spm, sport):
    assert decided(cadence, speed_mps, sport)[0] == spm


def test_the_note_gives_the_two_step_lengths_it_chose_between():
    note = decided(80, 3.0)[1]

    assert note == (
        "cadence was counted for one foot and doubled: median 80 at 3.0 m/s means "
        "steps of 1.12 m, not 2.25 m"
    )


def test_halfway_between_nothing_is_decided_and_the_note_says_so():
    spm, note = decided(115, 3.0)

    assert spm == 230
    assert "as badly as both" in note
    assert "one foot was assumed, as in nearly every file" in note


@pytest.mark.parametrize(
    ("cadence", "spm", "words"),
    [
        (84, 168, "too slow for both feet in a run"),
        (170, 170, "twice as much is beyond a runner"),
        (110, 220, "as in nearly every file"),
    ],
)
def test_without_speed_the_number_itself_decides(cadence, spm, words):
    found, note = decided(cadence, None)

    assert found == spm
    assert words in note
    assert "too little speed to check it against" in note


def test_a_few_moments_are_not_enough_for_the_speed_to_decide():
    _, note = steps_per_minute(np.full(5, 84.0), np.full(5, 3.0), "running")

    assert "too little speed" in note


@pytest.mark.parametrize("sport", ["cycling", "swimming", "rowing"])
def test_the_cadence_of_a_sport_without_steps_is_not_doubled(sport):
    found, note = decided(90, 3.0, sport)

    assert found == 90
    assert sport in note


def test_a_cadence_that_would_mean_giant_steps_is_not_of_feet():
    found, note = decided(85, 8.5, "")

    assert found == 85
    assert "not of feet" in note


def test_missing_and_standing_moments_stay_what_they_are():
    cadence = np.concatenate([[np.nan, 0.0], np.full(MINUTE, 81.0)])
    speed = np.concatenate([[3.0, 0.0], np.full(MINUTE, 3.0)])
    found, _ = steps_per_minute(cadence, speed, "running")

    assert np.isnan(found[0])
    assert found[1] == 0
    assert (found[2:] == 162).all()


def test_a_cadence_of_zero_throughout_is_said():
    found, note = decided(0, 3.0)

    assert found == 0
    assert note == "cadence is zero throughout"


@given(
    st.floats(1.0, 6.5),
    st.floats(0.85, 1.15),
    st.sampled_from([1, 2]),
)
def test_any_plausible_runner_or_walker_is_decided_rightly(speed_mps, factor, feet):
    """Within 15 % of what people do at a speed, one foot and both are told apart."""
    true_spm = float(expected_cadence_spm(np.array([speed_mps]))[0]) * factor
    found, _ = decided(true_spm * feet / 2, speed_mps)

    assert found == pytest.approx(true_spm)
