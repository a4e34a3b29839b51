from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import real_files
from tests.fitbuild import (
    RECORD,
    RUNNING,
    START,
    WALKING,
    Fit,
    add_session,
    describe,
    run,
)

from hipstride.errors import HipstrideError
from hipstride.io._cadence import count_steps, expected_cadence_spm, steps_per_minute
from hipstride.io._cadence_words import doubt_of
from hipstride.io.fit import read_fit

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


# What is said of a cadence beforehand: by FIT's profile, by a unit


def counted(cadence, speed_mps, sport="running", rule="profile"):
    return count_steps(
        np.asarray(cadence, dtype=float),
        np.asarray(speed_mps, dtype=float),
        sport,
        rule=rule,
    )


RULES = pytest.mark.parametrize("rule", ["usual", "profile"])


@RULES
@given(st.floats(0.6, 1.6), st.floats(140, 210), st.sampled_from([1, 2]))
def test_any_runners_step_and_cadence_come_out_whole(rule, step_m, spm, feet):
    """Steps of 0.6 to 1.6 m at 140 to 210 a minute, written half or whole."""
    speed = np.full(MINUTE, step_m * spm / 60)

    found = counted(np.full(MINUTE, spm * feet / 2), speed, rule=rule)

    assert found.cadence_spm == pytest.approx(spm)


@RULES
@pytest.mark.parametrize(
    ("spm", "speed_mps", "sport"),
    [
        (170, 2.0, "running"),  # a shuffler
        (150, 1.35, "running"),  # slower than many walk
        (260, 9.5, "running"),  # a sprinter
        (205, 7.0, "running"),
        (100, 1.4, "walking"),
        (120, 1.7, "walking"),
        (90, 1.0, "hiking"),
        (135, 2.0, "walking"),  # as fast as people walk
        (160, 2.2, "walking"),  # who breaks into a jog
    ],
)
@pytest.mark.parametrize("feet", [1, 2])
def test_shufflers_sprinters_and_walkers_are_right_half_and_whole(
    rule, spm, speed_mps, sport, feet
):
    speed = np.full(MINUTE, speed_mps)

    found = counted(np.full(MINUTE, spm * feet / 2), speed, sport, rule)

    assert found.cadence_spm == pytest.approx(spm)


def test_where_the_profile_holds_nothing_is_said():
    assert counted(np.full(MINUTE, 82.0), np.full(MINUTE, 3.0)).note == ""
    assert counted(np.full(5, 82.0), np.full(5, 3.0)).note == ""


def test_against_the_profile_the_evidence_is_given():
    assert counted(np.full(MINUTE, 164.0), np.full(MINUTE, 3.0)).note == (
        "cadence was counted for both feet and kept: median 164 at 3.0 m/s means steps "
        "of 1.10 m, not 0.55 m"
    )


def test_a_number_that_is_nobodys_keeps_the_rule_and_says_so():
    found = counted(np.full(MINUTE, 41.0), np.full(MINUTE, 3.0))

    assert found.cadence_spm[0] == 82
    assert "as badly as both" in found.note
    assert "as the FIT profile has it, and doubled" in found.note


def test_a_unit_of_steps_is_believed_in_a_walk_and_not_in_a_leap():
    walk = counted(np.full(MINUTE, 104.0), np.full(MINUTE, 1.4), rule="stated")
    leap = counted(np.full(MINUTE, 82.0), np.full(MINUTE, 3.0), rule="stated")

    assert (walk.cadence_spm[0], walk.note) == (104, "")
    assert leap.cadence_spm[0] == 164
    assert "one foot and doubled" in leap.note


@pytest.mark.parametrize(
    ("cadence", "sport", "spm"),
    [
        (84, "running", 168),
        (170, "running", 170),
        (56, "walking", 112),
        (112, "walking", 112),
        (100, "hiking", 100),
    ],
)
@RULES
def test_without_speed_no_walk_is_doubled_to_a_run(rule, cadence, sport, spm):
    found = count_steps(np.full(MINUTE, float(cadence)), None, sport, rule=rule)

    assert found.cadence_spm[0] == spm


# A file that changes over


def changing(*parts):
    """Cadences of parts, each a number of seconds and what is written in them."""
    return np.concatenate([np.full(seconds, float(value)) for seconds, value in parts])


@RULES
@pytest.mark.parametrize("first", [82.0, 164.0])
def test_a_sensor_swap_in_the_middle_is_found_to_the_second(rule, first):
    cadence = changing((900, first), (1500, 246 - first))
    wobble = np.tile([-1.0, 0.0, 1.0, 0.0], len(cadence) // 4)

    found = counted(cadence + wobble, np.full(len(cadence), 3.0), rule=rule)

    assert found.cadence_spm == pytest.approx(164, abs=2.1)
    assert found.note.startswith("cadence changes its scale within the file: ")
    assert "(median 164 at 3.0 m/s) and was kept" in found.note
    assert "one foot (median 82 at 3.0 m/s) and was doubled" in found.note


def test_two_swaps_are_two_edges():
    cadence = changing((600, 82), (400, 164), (800, 82))

    found = counted(cadence, np.full(len(cadence), 3.0))

    assert (found.cadence_spm == 164).all()
    assert "22 % of it counts both feet" in found.note


def test_standing_between_two_parts_goes_with_the_part_before_it():
    cadence = changing((600, 82), (30, 0), (600, 164))
    speed = changing((600, 3), (30, 0), (600, 3))

    found = counted(cadence, speed).cadence_spm

    assert (found[:600] == 164).all()
    assert (found[600:630] == 0).all()
    assert (found[630:] == 164).all()


@RULES
def test_walking_and_running_in_turn_are_no_change_of_scale(rule):
    cadence = np.tile(changing((240, 82), (120, 55)), 6)
    speed = np.tile(changing((240, 3.0), (120, 1.5)), 6)

    found = counted(cadence, speed, rule=rule)

    assert (found.cadence_spm == 2 * cadence).all()
    assert "changes its scale" not in found.note


def test_ten_seconds_of_a_slipping_sensor_are_no_change_of_scale():
    cadence = changing((600, 82), (10, 164), (600, 82))

    found = counted(cadence, np.full(len(cadence), 3.0))

    assert (found.cadence_spm == 2 * cadence).all()


def test_a_tunnel_that_halts_the_speed_is_no_change_of_scale():
    """At 0.9 m/s it would be a walker's number of both feet; but it has not changed."""
    cadence = np.full(1500, 82.0)
    speed = changing((600, 3.0), (200, 0.9), (700, 3.0))

    assert (counted(cadence, speed).cadence_spm == 164).all()


@given(
    st.integers(70, 1000),
    st.integers(70, 1000),
    st.floats(150, 185),
    st.floats(2.3, 4.5),
    st.booleans(),
)
def test_any_swap_between_parts_of_a_minute_comes_out_even(
    first, second, spm, speed_mps, begins_half
):
    halves = (0.5, 1.0) if begins_half else (1.0, 0.5)
    cadence = changing((first, spm * halves[0]), (second, spm * halves[1]))

    found = counted(cadence, np.full(len(cadence), speed_mps))

    assert found.cadence_spm == pytest.approx(spm)


# What a file states outright


def test_stated_steps_that_are_nobodys_are_doubted_and_kept():
    (note,) = doubt_of(np.full(MINUTE, 82.0), np.full(MINUTE, 3.0))

    assert note == (
        "cadence (median 82 at 3.0 m/s) would mean steps of 2.20 m, which are nobody's "
        "at this speed; it was kept, as the file says"
    )


@pytest.mark.parametrize("speed_mps", [None, np.full(MINUTE, np.nan)])
def test_without_speed_nothing_is_doubted(speed_mps):
    assert doubt_of(np.full(MINUTE, 82.0), speed_mps) == []


# Through the FIT reader


def from_fit(fit):
    (recording,) = read_fit(fit.bytes(), name="run.fit")
    return recording


def seconds(count, *values):
    return [(second, *values) for second in range(count)]


def worn(fit, value, *, units, kind, count=30, speed=3000, sport=RUNNING, fields=()):
    """A file whose cadence only a developer's field has; other fields beside it."""
    describe(fit, name="Cadence", units=units, kind=kind, native=4)
    fit.define(
        0,
        RECORD,
        (253, "uint32"),
        (6, "uint16"),
        *[spec for spec, _ in fields],
        developer=[(0, 0, kind, 1)],
    )
    for second in range(count):
        fit.data(0, START + second, speed, *[number for _, number in fields], value)
    return add_session(fit, last=count, sport=sport)


def test_a_fit_walk_in_whole_steps_is_kept():
    walk = from_fit(
        run(Fit(), seconds(60, 1400, 104), (6, "uint16"), (4, "uint8"), sport=WALKING)
    )

    assert set(walk.samples["cadence_spm"]) == {104.0}
    (note,) = walk.notes
    assert note == (
        "The cadence was counted for both feet and kept: median 104 at 1.4 m/s means "
        "steps of 0.81 m, not 0.40 m."
    )


def test_a_fit_file_that_changes_over_is_made_even():
    rows = [(second, 3000, 82 if second < 300 else 164) for second in range(900)]
    found = from_fit(run(Fit(), rows, (6, "uint16"), (4, "uint8")))

    assert set(found.samples["cadence_spm"]) == {164.0}
    assert found.notes[0].startswith(
        "The cadence changes its scale within the file: 67"
    )


def test_the_fraction_is_not_counted_twice_beside_cadence256():
    found = from_fit(
        run(
            Fit(),
            seconds(30, 3000, 85 * 256 + 128, 64),
            *((6, "uint16"), (52, "uint16"), (53, "uint8")),
        )
    )

    assert set(found.samples["cadence_spm"]) == {171.0}


def test_the_fraction_of_the_watch_is_not_added_to_a_worn_sensors_cadence():
    fit = worn(Fit(), 84, units="RPM", kind="uint8", fields=[((53, "uint8"), 64)])

    assert set(from_fit(fit).samples["cadence_spm"]) == {168.0}


@pytest.mark.parametrize(
    ("value", "units", "speed", "sport", "spm"),
    [
        (84, "RPM", 3000, RUNNING, 168),
        (168, "RPM", 3000, RUNNING, 168),
        (168, "SPM", 3000, RUNNING, 168),
        (84, "spm", 3000, RUNNING, 168),  # it says steps and counts strides
        (104, "steps/min", 1400, WALKING, 104),
    ],
)
def test_a_worn_sensors_cadence_is_decided_by_speed_whatever_its_unit_says(
    value, units, speed, sport, spm
):
    fit = worn(Fit(), value, units=units, kind="uint8", speed=speed, sport=sport)

    assert set(from_fit(fit).samples["cadence_spm"]) == {float(spm)}


def test_a_fit_file_without_a_sport_that_would_leap_is_no_runner():
    found = from_fit(
        run(Fit(), seconds(60, 8500, 85), (6, "uint16"), (4, "uint8"), sport=0)
    )

    assert "cadence_spm" not in found.samples
    assert set(found.samples["cadence_rpm"]) == {85.0}
    assert "so it is not of feet" in found.notes[0]


@pytest.mark.parametrize("path", real_files(".fit"), ids=lambda path: path.name[-40:])
def test_real_fit_runs_are_at_a_runners_cadence(path):
    """At more than 2.2 m/s, 130 to 220 steps/min in the middle of every real run."""
    try:
        recordings = read_fit(path)
    except HipstrideError:
        pytest.skip("no activity in it")
    for one in recordings:
        if one.sport != "running" or not {"cadence_spm", "speed_mps"} <= set(
            one.samples
        ):
            continue
        runs = one.samples[one.samples["speed_mps"] > 2.2]["cadence_spm"]
        runs = runs[runs > 0]
        if len(runs) >= 100:
            assert 130 <= runs.median() <= 220
