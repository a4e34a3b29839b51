"""A belt distance that the runner typed makes the run as long as it was."""

from __future__ import annotations

from math import isfinite, isnan, nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipstride.errors import TableError
from hipstride.gait import BeltSplit, with_belt_distance, with_belt_splits
from hipstride.runs import summarize
from runbuild import START, pauses, recording, samples

MILE = 1609.344


def treadmill(seconds=1800, **fields):
    """A treadmill run of half an hour that the watch holds for 2.5 m/s."""
    columns = {"speed": 2.5, "cadence": 170.0}
    columns |= {
        name: fields.pop(name) for name in ("speed", "cadence") if name in fields
    }
    frame = samples(seconds + 1, **columns)
    speed = np.nan_to_num(frame["speed_mps"]) if "speed_mps" in frame else None
    if speed is not None:
        ground = np.append(0.0, np.cumsum(speed[:-1]))
        frame = frame.assign(distance_m=ground)
        fields.setdefault("distance_m", float(ground[-1]))
    return recording(
        frame, **{"sub_sport": "treadmill", "timer_s": float(seconds), **fields}
    )


def laps(*durations_s, distance_m):
    starts = np.append(0.0, np.cumsum(durations_s))[:-1]
    return pd.DataFrame(
        {
            "lap": np.arange(1, len(durations_s) + 1),
            "started_at": START + pd.to_timedelta(starts, unit="s").as_unit("us"),
            "duration_s": np.asarray(durations_s, dtype=float),
            "distance_m": np.asarray(distance_m, dtype=float),
        }
    )


def test_the_whole_run_becomes_as_long_as_typed():
    typed = with_belt_distance(treadmill(), 3 * MILE)

    factor = 3 * MILE / 4500
    assert typed.distance_m == typed.belt_distance_m == 3 * MILE
    assert typed.watch_distance_m == 4500
    assert typed.samples["distance_m"].iloc[-1] == 3 * MILE
    assert typed.samples["distance_m"].iloc[0] == 0
    assert typed.samples["speed_mps"].to_numpy() == pytest.approx(2.5 * factor)


def test_time_cadence_and_heart_rate_are_untouched():
    run = treadmill()
    run.samples["heart_rate_bpm"] = 150.0

    typed = with_belt_distance(run, 4800)

    for name in ("time", "elapsed_s", "cadence_spm", "heart_rate_bpm"):
        pd.testing.assert_series_equal(typed.samples[name], run.samples[name])
    assert (typed.timer_s, typed.run_id) == (run.timer_s, run.run_id)


def test_the_recording_given_is_not_changed():
    run = treadmill()
    before = run.samples.copy()

    with_belt_distance(run, 4800)

    pd.testing.assert_frame_equal(run.samples, before)
    assert isnan(run.belt_distance_m)


def test_a_note_tells_both_distances_and_another_what_remains_a_guess():
    typed = with_belt_distance(treadmill(), 4725)

    assert typed.notes[-1] == (
        "distance typed by the runner: 4,725 m instead of the watch's 4,500 m (× 1.050)"
    )
    assert "still the watch's guess" in typed.notes[-2]


def test_step_lengths_follow_the_speed_and_the_devices_own_stays():
    run = treadmill()
    run.samples["step_length_m"] = 60 * 2.5 / 170
    run.samples["stride_length_m"] = 120 * 2.5 / 170
    run.samples["device_step_length_m"] = 0.9

    typed = with_belt_distance(run, 4950).samples

    assert typed["step_length_m"].to_numpy() == pytest.approx(1.1 * 60 * 2.5 / 170)
    assert typed["stride_length_m"].to_numpy() == pytest.approx(1.1 * 120 * 2.5 / 170)
    assert (typed["device_step_length_m"] == 0.9).all()


def test_laps_get_their_share():
    run = treadmill(laps=laps(900, 900, distance_m=[2300, 2200]))

    typed = with_belt_distance(run, 4725)

    assert typed.laps["distance_m"].sum() == pytest.approx(4725, abs=1e-9)
    assert typed.laps["distance_m"].tolist() == pytest.approx([2415, 2310])


def test_the_same_distance_again_changes_nothing():
    once = with_belt_distance(treadmill(), 4725)

    assert with_belt_distance(once, 4725) is once


def test_another_distance_takes_its_place():
    run = treadmill(laps=laps(1800, distance_m=[4500]))
    direct = with_belt_distance(run, 4725)

    twice = with_belt_distance(with_belt_distance(run, 4600), 4725)

    assert twice.notes == direct.notes
    assert twice.watch_distance_m == 4500
    pd.testing.assert_frame_equal(twice.samples, direct.samples)
    pd.testing.assert_frame_equal(twice.laps, direct.laps)


@given(st.floats(2300, 8900))
def test_the_total_is_the_typed_one_to_the_last_bit(distance_m: float):
    typed = with_belt_distance(treadmill(60, distance_m=150.0), distance_m / 30)

    assert typed.distance_m == distance_m / 30
    assert typed.samples["distance_m"].max() == pytest.approx(distance_m / 30, abs=1e-9)


def test_a_watch_whose_total_differs_from_its_samples_is_scaled_by_what_it_covered():
    """Some watches keep a calibrated total beside uncalibrated samples."""
    typed = with_belt_distance(treadmill(distance_m=4650.0), 4725)

    assert typed.samples["distance_m"].iloc[-1] == pytest.approx(4725, abs=1e-9)
    assert typed.watch_distance_m == 4650
    assert "instead of the watch's 4,650 m" in typed.notes[-1]


def test_a_speed_that_contradicts_the_distance_is_set_right_by_itself():
    run = treadmill()
    run.samples["speed_mps"] = 2.2

    typed = with_belt_distance(run, 4725)

    assert typed.samples["speed_mps"].mean() == pytest.approx(4725 / 1800, rel=1e-3)


def test_a_distance_is_made_where_the_file_has_only_speed():
    run = treadmill(distance_m=nan)
    del run.samples["distance_m"]

    typed = with_belt_distance(run, 4725)

    assert typed.samples["distance_m"].iloc[[0, 900, 1800]].tolist() == pytest.approx(
        [0, 2362.5, 4725]
    )


def test_without_speed_and_distance_it_is_spread_over_the_timer():
    run = treadmill(speed=None, pauses=pauses((600, 300)), timer_s=1500.0)

    typed = with_belt_distance(run, 4500)

    at = typed.samples["distance_m"]
    assert at.iloc[[0, 600, 900, 1800]].tolist() == pytest.approx([0, 1800, 1800, 4500])
    assert typed.samples["speed_mps"].to_numpy() == pytest.approx(3.0)
    assert typed.notes[-1] == (
        "distance typed by the runner: 4,500 m, the file had none"
    )
    assert "spread evenly over the time" in typed.notes[-2]


def test_a_watch_that_wrote_zeros_for_distance_has_none():
    run = treadmill(speed=0.0, distance_m=0.0)

    typed = with_belt_distance(run, 4500)

    assert typed.samples["distance_m"].iloc[900] == pytest.approx(2250)


def test_a_foot_pods_shape_goes_before_the_watchs():
    run = treadmill()
    pod = np.where(run.samples["elapsed_s"] < 900, 2.4, 2.6)
    run.samples["dev_Speed"] = pod

    typed = with_belt_distance(run, 4725)

    assert typed.samples["distance_m"].iloc[-1] == pytest.approx(4725, abs=1e-9)
    assert typed.samples["distance_m"].iloc[900] == pytest.approx(4725 * 0.48, rel=1e-4)
    assert "the foot pod how they vary" in typed.notes[-2]


@pytest.mark.parametrize("distance_m", [0.0, -1.0, nan, float("inf")])
def test_what_is_no_distance_is_refused(distance_m: float):
    with pytest.raises(TableError, match=r"found .* m; expected one above 0"):
        with_belt_distance(treadmill(), distance_m)


def test_miles_taken_for_kilometres_are_refused_with_both_numbers():
    with pytest.raises(TableError, match=r"10,000 m, 2\.22 times the watch's 4,500 m"):
        with_belt_distance(treadmill(), 10_000)


def test_kilometres_taken_for_miles_are_asked_about():
    typed = with_belt_distance(treadmill(), 4500 / 1.6)

    assert typed.notes[-1].endswith(
        "(× 0.625, the ratio of a mile and a kilometre: is its unit right?)"
    )


def test_the_factor_is_counted_from_the_watch_not_from_an_earlier_slip():
    first = with_belt_distance(treadmill(), 2400)

    assert with_belt_distance(first, 6000).distance_m == 6000
    with pytest.raises(TableError, match="confused"):
        with_belt_distance(first, 2000)


def test_a_run_without_time_is_refused():
    with pytest.raises(TableError, match="no time in its samples"):
        with_belt_distance(treadmill(0, timer_s=nan, distance_m=nan), 4500)


def test_a_pause_covers_no_ground():
    frame = samples(np.array([*range(601), *range(900, 1501)], dtype=float))
    ground = 3.0 * np.minimum(np.arange(len(frame)), 1200)
    run = recording(
        frame.assign(distance_m=ground),
        sub_sport="treadmill",
        pauses=pauses((600, 300)),
        timer_s=1200.0,
    )

    typed = with_belt_splits(run, [BeltSplit(2000, 600), BeltSplit(1700, 600)])

    assert typed.samples["distance_m"].iloc[[600, -1]].tolist() == pytest.approx(
        [2000, 3700], abs=6
    )


def test_each_split_gets_its_own_distance():
    run = treadmill(laps=laps(600, 1200, distance_m=[1500, 3000]))
    splits = [BeltSplit(MILE, 600), BeltSplit(MILE, 570), BeltSplit(MILE, 630)]

    typed = with_belt_splits(run, splits)

    at = typed.samples["distance_m"]
    assert at.iloc[[600, 1170, 1800]].tolist() == pytest.approx(
        [MILE, 2 * MILE, 3 * MILE], abs=1e-9
    )
    assert typed.samples["speed_mps"].iloc[[10, 700, 1500]].tolist() == pytest.approx(
        [MILE / 600, MILE / 570, MILE / 630]
    )
    assert typed.distance_m == pytest.approx(3 * MILE, abs=1e-9)
    assert typed.laps["distance_m"].tolist() == pytest.approx([MILE, 2 * MILE])
    assert typed.notes[-1].startswith(
        "belt splits typed by the runner: 1,609 m, 1,609 m, 1,609 m instead of "
        "1,500 m, 1,425 m, 1,575 m (× 1.073"
    )


def test_pieces_whose_factors_are_far_apart_are_asked_about():
    slip = with_belt_splits(treadmill(), [BeltSplit(1000, 600), BeltSplit(4500)])
    fine = with_belt_splits(treadmill(), [BeltSplit(1600, 600), BeltSplit(3100)])

    assert slip.notes[-1].endswith(
        "× 0.67 in split 1 but × 1.50 in split 2: is a distance or a time mistyped?"
    )
    assert "mistyped" not in fine.notes[-1]


def test_splits_again_change_nothing_and_a_distance_takes_their_place():
    run = treadmill()
    splits = [BeltSplit(MILE, 600), BeltSplit(2 * MILE)]
    once = with_belt_splits(run, splits)

    assert with_belt_splits(once, splits) is once
    assert with_belt_distance(once, 4725).notes == with_belt_distance(run, 4725).notes


def test_ends_on_the_timer_do_as_well_as_durations():
    run = treadmill()

    by_end = with_belt_splits(
        run, [BeltSplit(1600, ended_s=600), BeltSplit(3200, ended_s=1800)]
    )

    by_duration = with_belt_splits(run, [BeltSplit(1600, 600), BeltSplit(3200, 1200)])
    pd.testing.assert_frame_equal(by_end.samples, by_duration.samples)


def test_distances_alone_are_those_of_the_watchs_laps():
    run = treadmill(laps=laps(600, 1200, distance_m=[1500, 3000]))

    typed = with_belt_splits(run, [BeltSplit(1600), BeltSplit(3100)])

    assert typed.laps["distance_m"].tolist() == pytest.approx([1600, 3100])
    assert typed.samples["distance_m"].iloc[600] == pytest.approx(1600)


@pytest.mark.parametrize(
    ("splits", "words"),
    [
        ([], "found none"),
        ([BeltSplit(1600), BeltSplit(3100)], "2 distances without times and 0 laps"),
        ([BeltSplit(1600), BeltSplit(3100, 600)], "split 1: found no time"),
        ([BeltSplit(1600, 600), BeltSplit(3100, 600)], "add up to 20:00; expected the"),
        ([BeltSplit(1600, 600), BeltSplit(3100, 2000)], "whether a pause was counted"),
        ([BeltSplit(1600, 600), BeltSplit(3100, ended_s=500)], "one after 10:00"),
        ([BeltSplit(1600, 600), BeltSplit(-1, 1200)], "found -1 m"),
        ([BeltSplit(4000, 600), BeltSplit(3100, 1200)], "of split 1: found 4,000 m"),
        ([BeltSplit(1600, 1805), BeltSplit(3100)], "expected"),
    ],
)
def test_splits_that_are_not_those_of_the_run_are_refused(splits, words):
    with pytest.raises(TableError, match=words):
        with_belt_splits(treadmill(), splits)


def test_a_piece_in_which_the_watch_counted_nothing_is_refused():
    speed = np.where(np.arange(1801) < 900, 0.0, 2.5)

    with pytest.raises(TableError, match="where the watch counted none"):
        with_belt_splits(
            treadmill(speed=speed), [BeltSplit(100, 600), BeltSplit(2000, 1200)]
        )


def test_the_row_of_the_run_says_belt():
    run = treadmill()
    guessed = summarize([run]).iloc[0]

    row = summarize([with_belt_distance(run, 4725)]).iloc[0]

    assert not guessed["is_step_length_independent"]
    assert "the watch guessed the speed" in guessed["notes"]
    assert row["step_length_source"] == "belt"
    assert row["is_step_length_independent"]
    assert "the watch guessed the speed" not in row["notes"]
    assert "distance typed by the runner: 4,725 m" in row["notes"]
    assert row["distance_m"] == 4725
    assert row["mean_step_length_m"] == pytest.approx(
        1.05 * guessed["mean_step_length_m"]
    )


def test_the_belt_goes_before_the_foot_pod_in_the_row():
    run = treadmill()
    run.samples["dev_Speed"] = 2.4

    row = summarize([with_belt_distance(run, 4725)]).iloc[0]

    assert row["mean_speed_mps"] == pytest.approx(4725 / 1800, rel=1e-3)
    assert "speed is that of the foot pod" not in row["notes"]
    assert isfinite(row["mean_step_length_m"])
