"""Splits are where the distance is full, and say what was run between."""

from __future__ import annotations

from math import log, nan
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import real_files

import hipstride as hs
from hipstride.errors import NotEnoughDataError
from hipstride.gait import (
    BeltSplit,
    lap_splits,
    splits,
    splits_by_time,
    with_belt_distance,
    with_belt_splits,
)
from hipstride.gait.timer import column
from hipstride.tables import SPLITS
from runbuild import START, pauses, recording, samples

MILE = 1609.344


def run(seconds=1800, **fields):
    """A run at 3 m/s with steps of a metre, its distance with it."""
    columns = {"speed": 3.0, "cadence": 180.0}
    own = set(fields) & {"speed", "cadence", "heart_rate_bpm", "altitude_m", "every_s"}
    columns |= {name: fields.pop(name) for name in own}
    moments = seconds + 1 if np.isscalar(seconds) else seconds
    frame = samples(moments, **columns)
    if "distance_m" not in fields:
        stretch = frame["speed_mps"].to_numpy()[:-1] * np.diff(frame["elapsed_s"])
        frame = frame.assign(distance_m=np.append(0.0, np.cumsum(stretch)))
    else:
        frame = frame.assign(distance_m=fields.pop("distance_m"))
    return recording(frame, **fields)


def laps(*rows):
    """Laps of (start, duration, distance)."""
    start, lasted, far = (np.array(one, dtype=float) for one in zip(*rows, strict=True))
    return pd.DataFrame(
        {
            "lap": np.arange(1, len(start) + 1),
            "started_at": START + pd.to_timedelta(start, unit="s").as_unit("us"),
            "duration_s": lasted,
            "distance_m": far,
        }
    )


class Curve:
    """Steps of a metre at 3 m/s, growing with speed and shorter uphill."""

    def step_length_m(self, speed_mps, grade_pct):
        return (speed_mps / 3.0) ** 0.9 * np.exp(-0.01 * grade_pct)


def test_even_running_has_even_splits():
    table = splits(run(1200))

    assert table["duration_s"].tolist() == pytest.approx([1000 / 3] * 3 + [200])
    assert table["distance_m"].tolist() == pytest.approx([1000] * 3 + [600])
    assert table["is_whole"].tolist() == [True, True, True, False]
    assert table["speed_mps"].tolist() == pytest.approx([3.0] * 4)
    assert table["cadence_spm"].tolist() == pytest.approx([180] * 4)
    assert table["step_length_m"].tolist() == pytest.approx([1.0] * 4)
    assert table["stride_length_m"].tolist() == pytest.approx([2.0] * 4)
    assert table["running_fraction"].tolist() == pytest.approx([1.0] * 4)
    assert table["elapsed_s"].iloc[1] == pytest.approx(1000 / 3)
    assert table["note"].tolist() == [""] * 4


def test_it_is_a_table_of_splits():
    table = splits(run(1200, heart_rate_bpm=150.0), every_m=MILE)

    SPLITS.check(table, *SPLITS.names)
    assert list(table.columns) == list(SPLITS.names)
    assert table["started_at"].iloc[0] == START


def test_a_run_of_whole_splits_has_no_rest():
    table = splits(run(1000), every_m=300)

    assert table["is_whole"].all()
    assert len(table) == 10


def test_a_split_ends_between_two_samples():
    """100 m at 3 m/s are full 33.33 s after the start, recorded every 8 s."""
    table = splits(run(np.arange(0.0, 81.0, 8.0)), every_m=100)

    assert table["duration_s"].tolist() == pytest.approx([100 / 3, 100 / 3, 40 / 3])


def test_pauses_do_not_count():
    moments = np.array([*range(501), *range(800, 1501)], dtype=float)
    distance = 3.0 * np.concatenate([np.arange(501), 500 + np.arange(701)])

    table = splits(
        run(moments, distance_m=distance, pauses=pauses((500, 300)), timer_s=1200.0)
    )

    assert table["duration_s"].tolist() == pytest.approx([1000 / 3] * 3 + [200])
    assert table["elapsed_s"].tolist() == pytest.approx(
        [0, 1000 / 3, 2000 / 3 + 300, 1300]
    )
    assert table["step_length_m"].tolist() == pytest.approx([1.0] * 4)


def test_standing_on_the_mark_belongs_to_the_next_split():
    """The timer runs while the runner waits after exactly one kilometre."""
    speed = np.where((np.arange(901) >= 250) & (np.arange(901) < 310), 0.0, 4.0)

    table = splits(run(900, speed=speed, cadence=np.where(speed > 0, 180.0, 0.0)))

    assert table["duration_s"].iloc[:2].tolist() == pytest.approx([250, 310])
    assert table["note"].iloc[1] == "walked or stood for 1:00"
    assert table["running_fraction"].iloc[1] == pytest.approx(250 / 310)
    assert table["cadence_spm"].iloc[1] == pytest.approx(180)
    assert table["speed_mps"].iloc[1] == pytest.approx(1000 / 310)
    assert table["step_length_m"].iloc[1] == pytest.approx(60 * 4 / 180)


def test_walking_is_left_out_of_the_steps():
    walks = np.arange(1201) % 300 >= 240
    table = splits(
        run(
            1200,
            speed=np.where(walks, 1.5, 3.0),
            cadence=np.where(walks, 110.0, 180.0),
        ),
        every_m=1620,
    )

    assert table["step_length_m"].tolist() == pytest.approx([1.0, 1.0])
    assert table["cadence_spm"].tolist() == pytest.approx([180, 180])
    assert table["running_fraction"].iloc[0] == pytest.approx(0.8)


def test_the_mean_step_is_ground_over_steps():
    fast = np.arange(1201) >= 600

    table = splits_by_time(
        run(
            1200,
            speed=np.where(fast, 4.0, 2.5),
            cadence=np.where(fast, 190.0, 160.0),
        ),
        every_s=1200,
    )

    assert table["cadence_spm"].iloc[0] == pytest.approx(175)
    assert table["step_length_m"].iloc[0] == pytest.approx(
        (600 * 2.5 + 600 * 4.0) / (600 * 160 / 60 + 600 * 190 / 60)
    )


@given(
    every_m=st.floats(60, 3000),
    beat_s=st.sampled_from([1.0, 3.0, 7.0]),
    gap=st.tuples(st.integers(50, 400), st.integers(0, 200)),
    seed=st.integers(0, 100),
)
def test_distances_sum_to_the_run_and_durations_to_its_timer(
    every_m, beat_s, gap, seed
):
    rng = np.random.default_rng(seed)
    moments = np.arange(0.0, 900.0, beat_s)
    moments = moments + np.where(moments > gap[0], float(gap[1]), 0.0)
    whole = run(
        moments,
        speed=rng.uniform(0, 5, len(moments)),
        pauses=pauses((gap[0] + 1.0, float(gap[1]))) if gap[1] else pauses(),
    )

    table = splits(whole, every_m=every_m)

    total = whole.samples["distance_m"].iloc[-1]
    assert table["distance_m"].sum() == pytest.approx(total, abs=1e-6)
    assert table["duration_s"].sum() == pytest.approx(moments[-1] - gap[1], abs=1e-6)
    assert (table["duration_s"] >= 0).all()
    whole_m = table["distance_m"][table["is_whole"]].to_numpy()
    assert whole_m == pytest.approx(np.full(len(whole_m), every_m))


@given(st.floats(30, 600))
def test_stretches_of_time_are_as_long_as_asked(every_s: float):
    table = splits_by_time(run(1200), every_s=every_s)

    whole = table[table["is_whole"]]
    assert whole["duration_s"].to_numpy() == pytest.approx(every_s)
    assert table["duration_s"].sum() == pytest.approx(1200)
    assert table["distance_m"].sum() == pytest.approx(3600)


def test_without_a_distance_the_speed_gives_it():
    whole = run(1200)
    del whole.samples["distance_m"]

    assert splits(whole)["duration_s"].tolist() == pytest.approx([1000 / 3] * 3 + [200])


def test_holes_in_the_distance_are_bridged():
    distance = 3.0 * np.arange(1201.0)
    distance[300:400] = nan

    table = splits(run(1200, distance_m=distance))

    assert table["duration_s"].iloc[:3].tolist() == pytest.approx([1000 / 3] * 3)


def test_a_distance_that_steps_back_waits():
    distance = 3.0 * np.arange(1201.0)
    distance[400:420] -= 100

    table = splits(run(1200, distance_m=distance))

    assert table["distance_m"].sum() == pytest.approx(3600)
    assert table["duration_s"].sum() == pytest.approx(1200)


def test_a_leap_is_told_and_makes_no_step():
    distance = 3.0 * np.arange(1201.0)
    distance[500:] += 400

    table = splits(run(1200, distance_m=distance))

    assert table["note"].iloc[1].endswith("the distance leaps by 403 m")
    assert table["step_length_m"].to_numpy() == pytest.approx(1.0)


def test_a_lost_signal_is_told_and_bridged():
    moments = np.array([*range(301), *range(400, 1201)], dtype=float)

    table = splits(run(moments, distance_m=3.0 * moments))

    assert "no signal for 1:40" in table["note"].iloc[0]
    assert table["duration_s"].to_numpy()[:3] == pytest.approx(1000 / 3)
    assert table["step_length_m"].to_numpy() == pytest.approx(1.0)


def test_a_few_metres_after_the_last_sample_are_in_the_last_split():
    table = splits(run(1200, distance_m=3.0 * np.arange(1201.0)))
    longer = recording(run(1200).samples, distance_m=3606.0, timer_s=1202.0, run_id="b")

    last = splits(longer).iloc[-1]

    assert last["distance_m"] == pytest.approx(606)
    assert last["duration_s"] == pytest.approx(table["duration_s"].iloc[-1] + 2)


def test_a_total_that_the_samples_contradict_scales_them_and_is_told():
    whole = recording(run(1200).samples, distance_m=3960.0)

    table = splits(whole)

    assert table["distance_m"].sum() == pytest.approx(3960)
    assert table["duration_s"].iloc[0] == pytest.approx(1000 / 3.3)
    assert table["note"].iloc[0] == (
        "the samples cover 3,600 m and the device's total is 3,960 m: the distances "
        "are scaled to it"
    )


def test_a_timer_that_stood_while_samples_are_missing_is_believed():
    moments = np.array([*range(301), *range(420, 1321)], dtype=float)
    distance = 3.0 * np.concatenate([np.arange(301), 300 + np.arange(901)])

    table = splits(run(moments, distance_m=distance, timer_s=1200.0))

    assert table["duration_s"].sum() == pytest.approx(1200)
    assert "taken as pauses" in table["note"].iloc[0]
    assert table["duration_s"].to_numpy()[:3] == pytest.approx(1000 / 3, abs=1.5)


def test_a_timer_that_nothing_explains_is_told():
    table = splits(run(1200, timer_s=900.0))

    assert table["duration_s"].sum() == pytest.approx(1200)
    assert "the device's timer counted 900 s" in table["note"].iloc[0]


def test_without_cadence_there_is_no_step():
    table = splits(run(1200, cadence=None))

    assert table[["cadence_spm", "step_length_m"]].isna().all(axis=None)
    assert table["running_fraction"].tolist() == pytest.approx([1.0] * 4)
    assert table["note"].tolist() == [""] * 4


def test_the_climb_is_that_of_the_ground():
    distance = 3.0 * np.arange(1201.0)

    table = splits(run(1200, altitude_m=100 + 0.04 * np.minimum(distance, 2000)))

    assert table["grade_pct"].iloc[0] == pytest.approx(4, abs=0.1)
    assert table["ascent_m"].iloc[0] == pytest.approx(40, abs=1)
    assert table["ascent_m"].iloc[-1] == pytest.approx(0, abs=0.5)


def test_ground_steeper_than_the_curve_is_not_compared():
    distance = 3.0 * np.arange(1201.0)
    whole = run(1200, altitude_m=900 - 0.1 * np.minimum(distance, 2000))

    table, bare = splits(whole, curve=Curve()), splits(whole)

    assert table["stride_deviation_pct"].isna().tolist() == [True, True, False, False]
    assert "too steep to compare" in table["note"].iloc[0]
    assert "steep" not in table["note"].iloc[-1]
    assert "steep" not in bare["note"].iloc[0]


def test_heart_rate_is_a_mean_over_time():
    beats = np.where(np.arange(1201) < 300, 120.0, 150.0)

    table = splits_by_time(run(1200, heart_rate_bpm=beats), every_s=400)

    assert table["heart_rate_bpm"].tolist() == pytest.approx([127.5, 150, 150])


def test_the_curve_tells_longer_steps_from_shorter():
    late = np.arange(1201) >= 600
    table = splits_by_time(
        run(1200, cadence=np.where(late, 180 / 0.97, 180.0)), every_s=600, curve=Curve()
    )

    assert table["stride_deviation_pct"].tolist() == pytest.approx(
        [0.0, 100 * log(0.97)]
    )


def test_speed_alone_is_no_deviation():
    fast = np.arange(1201) >= 600
    speed = np.where(fast, 4.0, 3.0)
    whole = run(1200, speed=speed, cadence=60 * speed / (speed / 3.0) ** 0.9)

    table = splits_by_time(whole, every_s=600, curve=Curve())

    assert table["stride_deviation_pct"].tolist() == pytest.approx([0, 0], abs=0.02)


def test_a_guessed_treadmill_has_no_deviation_until_the_belt_is_typed():
    whole = run(1200, sub_sport="treadmill")

    guessed = splits(whole, curve=Curve())
    typed = splits(with_belt_distance(whole, 3960), curve=Curve())

    assert guessed["stride_deviation_pct"].isna().all()
    assert guessed["step_length_m"].notna().all()
    assert typed["stride_deviation_pct"].to_numpy() == pytest.approx(
        100 * (1 - 0.9) * log(1.1)
    )


def test_a_foot_pod_tells_the_ground_of_a_treadmill():
    whole = run(1200, sub_sport="treadmill", speed=2.5, distance_m=np.zeros(1201))
    whole.samples["dev_Speed"] = 3.0

    table = splits(whole, curve=Curve())

    assert table["distance_m"].sum() == pytest.approx(3600)
    assert table["step_length_m"].to_numpy() == pytest.approx(1.0)
    assert table["stride_deviation_pct"].to_numpy() == pytest.approx(0.0, abs=1e-9)


def test_samples_out_of_order_are_sorted():
    whole = run(1200)
    mixed = whole.samples.sample(frac=1.0, random_state=1)

    table = splits(recording(mixed.reset_index(drop=True)))

    assert table["duration_s"].tolist() == pytest.approx([1000 / 3] * 3 + [200])


@given(
    holes=st.lists(st.integers(0, 1200), max_size=60),
    every_m=st.floats(100, 2000),
    name=st.sampled_from(["distance_m", "speed_mps", "cadence_spm", "elapsed_s"]),
)
def test_holes_anywhere_do_no_harm(holes, every_m, name):
    whole = run(1200)
    whole.samples.loc[holes, name] = nan

    table = splits(whole, every_m=every_m)

    SPLITS.check(table)
    assert (table["duration_s"] >= 0).all()
    assert table["distance_m"].notna().all()


def test_three_typed_miles_are_three_splits():
    whole = run(1700, sub_sport="treadmill", speed=2.7, timer_s=1700.0)

    table = splits(with_belt_distance(whole, 3.0 * MILE), every_m=MILE)

    assert len(table) == 3
    assert table["is_whole"].all()
    assert table["distance_m"].sum() == pytest.approx(3.0 * MILE, abs=1e-6)
    assert table["duration_s"].sum() == pytest.approx(1700)


def test_typed_belt_splits_come_back():
    whole = run(1700, sub_sport="treadmill", speed=2.7, timer_s=1700.0)
    typed = [BeltSplit(MILE, 581), BeltSplit(MILE, 570), BeltSplit(MILE, 549)]

    table = splits(with_belt_splits(whole, typed), every_m=MILE)

    assert table["duration_s"].tolist() == pytest.approx([581, 570, 549])


@given(st.floats(2400, 9000), st.floats(100, 2000))
def test_the_splits_of_a_belt_sum_to_what_was_typed(typed_m: float, every_m: float):
    typed = with_belt_distance(run(1700, sub_sport="treadmill", speed=2.7), typed_m)

    assert splits(typed, every_m=every_m)["distance_m"].sum() == pytest.approx(
        typed_m, abs=1e-6
    )


def test_simulated_kilometres_are_the_simulated_laps():
    history = hs.simulate.history(hs.simulate.Runner(), n_runs=12, seed=3)
    for one in hs.simulate.recordings(history):
        table = splits(one)

        assert len(table) == len(one.laps)
        apart = table["duration_s"] - one.laps["duration_s"]
        # The simulated watch laps at the first whole second past the mark.
        assert apart.abs().max() <= 1.0
        assert table["duration_s"].sum() == pytest.approx(one.timer_s)
        assert table["distance_m"].sum() == pytest.approx(one.distance_m)


def test_laps_are_given_as_the_watch_has_them():
    whole = run(1200, laps=laps((0, 400, 1210), (400, 300, 890), (700, 500, 1500)))

    table = lap_splits(whole)

    assert table["distance_m"].tolist() == [1210, 890, 1500]
    assert table["duration_s"].tolist() == pytest.approx([400, 300, 500])
    assert table["step_length_m"].tolist() == pytest.approx([1.0] * 3)
    assert table["is_whole"].all()
    assert table["note"].tolist() == [""] * 3
    assert list(table.columns) == list(SPLITS.names)


def test_the_rest_of_laps_of_one_length_is_no_whole_lap():
    whole = run(
        900, laps=laps((0, 333.3, 1000), (333.3, 333.4, 1000), (666.7, 233.3, 700))
    )

    assert lap_splits(whole)["is_whole"].tolist() == [True, True, False]


@pytest.mark.parametrize(
    ("rows", "lap", "words"),
    [
        ([(0, 700, 2100), (600, 600, 1800)], 0, "overlaps the next lap by 1:40"),
        ([(0, 500, 1500), (600, 600, 1800)], 0, "1:40 before the next lap are in none"),
        ([(0, 500, 1500), (500, 400, 1200)], 1, "add up to 2,700 m of the run's 3,600"),
        ([(0, 600, nan), (600, 600, 1800)], 0, "without a distance, so that of the"),
        ([(0, 600, 0), (600, 600, 1800)], 0, "without a distance, so that of the"),
        ([(0, 600, 1500), (600, 600, 2100)], 0, "the samples tell 1,800 m"),
        ([(0, 600, 1800), (600, 700, 1800)], 1, "lasts 1:40 longer than the run"),
    ],
)
def test_what_is_odd_about_laps_is_told(rows, lap, words):
    table = lap_splits(run(1200, laps=laps(*rows)))

    assert words in table["note"].iloc[lap]
    assert table["distance_m"].notna().all()


def test_a_run_without_laps_says_so():
    with pytest.raises(NotEnoughDataError, match="the watch wrote none"):
        lap_splits(run(600, laps=pd.DataFrame()))


@pytest.mark.parametrize("every", [0.0, -5.0, nan, float("inf")])
def test_what_is_no_length_is_refused(every: float):
    with pytest.raises(ValueError, match="expected more than 0"):
        splits(run(600), every_m=every)
    with pytest.raises(ValueError, match="expected more than 0"):
        splits_by_time(run(600), every_s=every)


def test_more_splits_than_anyone_reads_are_refused():
    with pytest.raises(ValueError, match="expected at most 10,000"):
        splits(run(1200), every_m=0.1)


def test_without_distance_and_speed_only_time_can_be_cut():
    whole = recording(samples(1201, speed=None))

    with pytest.raises(NotEnoughDataError, match="neither distance nor speed"):
        splits(whole)
    table = splits_by_time(whole, every_s=600)
    assert table["distance_m"].isna().all()
    assert table["cadence_spm"].tolist() == pytest.approx([170, 170])


def test_a_recording_without_samples_is_refused():
    empty = recording(samples(0))

    for cut in (splits, splits_by_time):
        with pytest.raises(NotEnoughDataError, match="samples"):
            cut(empty)


def test_time_that_steps_back_does_no_harm():
    moments = np.arange(1201.0)
    moments[600] = 590.0

    table = splits(run(moments, distance_m=3.0 * np.arange(1201.0)))

    assert table["duration_s"].sum() == pytest.approx(1200)
    assert table["distance_m"].sum() == pytest.approx(3600)


# Real watches. Where a watch writes a sample a second or less often, its lap fires at
# the first sample past the mark, up to that much late, while the lap's distance is told
# as a round one: these differ from the mark by more than a second, and by how much.
LATE_S = {
    "e674-2013-02-06": 2.3,  # smart recording: 4 s to the next sample
    "f095-sample": 1.9,  # the first lap began 3 s after the first sample
    "f316-run_garmin": 1.5,  # 7 s of pauses hidden by smart recording
    "764d-20181021": 3.2,  # 12 s of pauses hidden by smart recording
    "0b1d-2013-06-19": 1.9,  # nine pauses, whole seconds
}
LATE_ELSE_S = 1.2
# This Suunto wrote laps of 994 and 999 m.
ASTRAY_M = {"9334-Move": 7.1}
AUTO_LAPS_M = (1000.0, MILE)
REAL = real_files(".fit", ".tcx")


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize(
    "path", REAL or [Path("absent")], ids=lambda path: path.name[-40:]
)
@pytest.mark.filterwarnings("ignore::hipstride.DataQualityWarning")
def test_splits_of_a_real_run_are_the_laps_of_the_watch(path: Path):
    try:
        runs = list(hs.read_runs(path))
    except hs.ReadError:
        return
    for one in runs:
        lap_m = column(one.laps, "distance_m")
        every_m = [
            far
            for far in AUTO_LAPS_M
            if len(lap_m) > 1 and (np.abs(lap_m[:-1] - far) < 0.01 * far).all()
        ]
        if not every_m:
            continue

        table = splits(one, every_m=every_m[0])

        late = [s for name, s in LATE_S.items() if name in path.name] or [LATE_ELSE_S]
        off = [m for name, m in ASTRAY_M.items() if name in path.name] or [5.0]
        assert len(table) == len(one.laps)
        assert (table["duration_s"] - one.laps["duration_s"]).abs().max() <= late[0]
        assert (table["distance_m"] - one.laps["distance_m"]).abs().max() <= off[0]


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize(
    "path", REAL or [Path("absent")], ids=lambda path: path.name[-40:]
)
@pytest.mark.filterwarnings("ignore::hipstride.DataQualityWarning")
def test_any_real_run_can_be_cut_and_sums_up(path: Path):
    try:
        runs = list(hs.read_runs(path))
    except hs.ReadError:
        return
    for one in runs:
        try:
            table = splits(one, every_m=MILE)
        except NotEnoughDataError:
            continue

        SPLITS.check(table)
        if one.distance_m > 0:
            assert table["distance_m"].sum() == pytest.approx(one.distance_m, abs=1e-6)
        assert (table["duration_s"] >= 0).all()
        steps = table["step_length_m"].dropna()
        assert ((steps > 0.2) & (steps < 2.5)).all()
