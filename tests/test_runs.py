from __future__ import annotations

import gc
import weakref
from importlib import import_module

import numpy as np
import pandas as pd
import pytest

from conftest import real_files
from hipstride.errors import (
    DataQualityWarning,
    NotEnoughDataError,
    ReadError,
    TableError,
)
from hipstride.gait import splits
from hipstride.runs import from_baseline, summarize, summarize_with_windows
from hipstride.tables import RUNS, WINDOWS
from runbuild import ar1, pauses, recording, samples


def step_of(speed, form_pct=0.0):
    return 1.05 * (speed / 3.0) ** 0.88 * np.exp(form_pct / 100)


def run_of(rng, *, run_id, day, speed=3.0, form_pct=0.0, seconds=1800, **fields):
    true = speed * np.exp(0.05 * np.repeat(ar1(rng, seconds // 60 + 1, 0.7), 60))
    true = true[:seconds]
    frame = samples(
        seconds,
        speed=true,
        cadence=60 * true / step_of(true, form_pct),
        distance_m=np.cumsum(true),
        altitude_m=100.0,
    )
    return recording(frame, run_id=run_id, day=day, **fields)


def test_a_steady_run_is_summed_up_in_one_row():
    frame = samples(
        3600, distance_m=3.0 * np.arange(3600), altitude_m=0.03 * np.arange(3600)
    )
    run = recording(frame, hours=2, rpe_0_10=4.0, feel_0_100=75.0, notes=("one", "two"))
    runs = summarize([run])
    row = runs.iloc[0]

    RUNS.check(runs, *RUNS.names)
    assert list(runs.columns) == list(RUNS.names)
    assert row["run_id"] == "a"
    assert row["started_at"] == pd.Timestamp("2026-09-01 06:00", tz="UTC")
    assert row["local_date"] == pd.Timestamp("2026-09-01")
    assert row["utc_offset_s"] == 7200
    assert row["duration_s"] == 3599
    assert row["distance_m"] == pytest.approx(3 * 3599)
    assert row["moving_s"] == row["running_s"] == 3599
    assert row["ascent_m"] == pytest.approx(108, abs=0.1)
    assert row["mean_speed_mps"] == pytest.approx(3)
    assert row["mean_cadence_spm"] == pytest.approx(170)
    assert row["mean_step_length_m"] == pytest.approx(60 * 3 / 170)
    assert row["mean_grade_pct"] == pytest.approx(1)
    assert row["usable_fraction"] == pytest.approx(3359 / 3599)
    assert row["step_length_source"] == "derived"
    assert row["is_step_length_independent"]
    assert (row["rpe_0_10"], row["feel_0_100"]) == (4, 75)
    assert (row["device"], row["source"]) == ("watch", "a.fit")
    assert row["notes"].startswith("one; two; Too little is known about the effect of")
    assert row["stride_deviation_pct"] == pytest.approx(0)


def test_the_devices_own_distance_counts_where_it_gives_one():
    frame = samples(900, distance_m=3.0 * np.arange(900))
    runs = summarize([recording(frame, distance_m=2900.0)])

    assert runs["distance_m"].tolist() == [2900]


def test_distance_is_from_speed_where_the_file_has_none():
    assert summarize([recording(samples(901))])["distance_m"][0] == pytest.approx(2700)


def test_means_weigh_seconds_and_not_samples():
    elapsed_s = np.concatenate([np.arange(0.0, 1200), np.arange(1200.0, 2404, 4)])
    speed = np.where(elapsed_s < 1200, 2.8, 3.2)
    row = summarize([recording(samples(elapsed_s, speed=speed))]).iloc[0]
    share = (1200 - 240) / (1200 - 240 + 1200)
    expected = 2.8**share * 3.2 ** (1 - share)

    assert row["mean_speed_mps"] == pytest.approx(expected, abs=0.002)


def test_the_three_means_agree_with_each_other(rng):
    row = summarize([run_of(rng, run_id="a", day=0)]).iloc[0]

    assert row["mean_step_length_m"] == pytest.approx(
        60 * row["mean_speed_mps"] / row["mean_cadence_spm"]
    )


def test_pauses_and_walking_are_no_running_time():
    second = np.arange(1800)
    walking = second >= 1500
    frame = samples(
        1800, speed=np.where(walking, 1.5, 3.0), cadence=np.where(walking, 110, 170)
    )
    row = summarize([recording(frame, pauses=pauses((600, 100)))]).iloc[0]

    assert row["duration_s"] == row["moving_s"] == pytest.approx(1699)
    assert row["running_s"] == pytest.approx(1400)


@pytest.mark.parametrize(
    "frame",
    [
        samples(0),
        samples(0, speed=None, cadence=None),
        samples(1),
        samples(900, cadence=None),
        samples(900, speed=None),
        samples(900, speed=None, cadence=None),
        samples(900, cadence=np.nan, speed=np.nan),
    ],
    ids=["empty", "bare", "one", "no cadence", "no speed", "neither", "all missing"],
)
def test_a_recording_that_carries_little_still_gives_a_row(frame):
    runs, windows = summarize_with_windows([recording(frame)])

    RUNS.check(runs, *RUNS.names)
    WINDOWS.check(windows)
    assert len(runs) == 1
    assert runs["mean_step_length_m"].isna().all()
    assert runs["step_length_at_ref_speed_m"].isna().all()
    assert runs["step_length_source"].isna().all()


def test_a_run_without_cadence_says_so_in_its_notes():
    runs = summarize([recording(samples(900, cadence=None), hours=0)])

    assert runs["notes"].tolist() == ["no cadence, so no step length"]
    assert runs["mean_speed_mps"][0] == pytest.approx(3)


def test_no_recordings_give_an_empty_table():
    runs, windows = summarize_with_windows([])

    RUNS.check(runs, *RUNS.names)
    WINDOWS.check(windows, *WINDOWS.names)
    assert len(runs) == len(windows) == 0


def test_rows_are_sorted_by_start(rng):
    given = [run_of(rng, run_id=name, day=day) for name, day in (("b", 3), ("a", 1))]
    runs, windows = summarize_with_windows(given)

    assert runs["run_id"].tolist() == ["a", "b"]
    assert runs["days_since_last_run"].tolist()[1] == 2
    assert runs["load_acute_m"][1] == pytest.approx(runs["distance_m"][0] * 0.75)
    assert set(windows["run_id"]) == {"a", "b"}


def test_one_recording_is_in_memory_at_a_time(rng):
    alive = []

    def stream():
        for day in range(4):
            gc.collect()
            alive.append(sum(ref() is not None for ref in held))
            frame = samples(900)
            held.append(weakref.ref(frame))
            yield recording(frame, run_id=f"r{day}", day=day)
            del frame

    held: list[weakref.ref] = []
    summarize(stream())

    assert max(alive) <= 1


def test_two_recordings_of_one_start_are_kept_with_a_warning():
    twice = [recording(samples(900), run_id=name) for name in "ab"]

    with pytest.warns(DataQualityWarning, match=r"2 recordings share .*a\.fit, b\.fit"):
        runs = summarize(twice)
    assert runs["run_id"].tolist() == ["a", "b"]


def test_an_exact_copy_is_left_out_with_a_warning():
    run = recording(samples(900))
    copies = [recording(samples(900), source=f"copy {n}.fit") for n in range(8)]

    with pytest.warns(DataQualityWarning, match=r"8 recordings .*5\.fit and 2 more\)"):
        runs = summarize([run, *copies])
    assert runs["source"].tolist() == ["a.fit"]


def test_a_treadmills_step_length_is_not_independent():
    frame = samples(900, altitude_m=30 + np.arange(900) / 90)
    runs = summarize(
        [
            recording(frame, run_id="road"),
            recording(frame, run_id="belt", day=1, sub_sport="treadmill"),
        ]
    )

    assert runs["is_treadmill"].tolist() == [False, True]
    assert runs["is_step_length_independent"].tolist() == [True, False]
    assert runs["mean_grade_pct"].isna().tolist() == [False, True]


def test_a_foot_pod_makes_a_treadmills_step_length_independent():
    frame = samples(900, speed=2.6).assign(dev_Speed=3.0)
    runs = summarize([recording(frame, sub_sport="treadmill")])

    assert runs["is_step_length_independent"].tolist() == [True]
    assert runs["mean_speed_mps"][0] == pytest.approx(3)
    assert "speed is that of the foot pod (dev_Speed)" in runs["notes"][0]


def test_getting_faster_at_the_same_form_is_no_deviation(rng):
    given = [
        run_of(rng, run_id=f"r{day}", day=day, speed=2.7 + 0.03 * day)
        for day in range(24)
    ]
    runs = summarize(given)

    assert runs["stride_deviation_pct"].abs().max() < 0.05
    assert np.ptp(runs["mean_step_length_m"]) > 0.15


def test_a_shorter_stride_is_found_at_its_size_from_the_baseline(rng):
    given = [
        run_of(
            rng,
            run_id=f"r{day}",
            day=day,
            speed=3.0 if day < 10 else 2.7,
            form_pct=0.0 if day < 10 else -3.0,
        )
        for day in range(20)
    ]
    runs = summarize(given, baseline_until="2026-09-10")

    assert runs["stride_deviation_pct"][:10].to_numpy() == pytest.approx(0, abs=0.05)
    assert runs["stride_deviation_pct"][10:].to_numpy() == pytest.approx(-3, abs=0.05)


def test_a_baseline_before_the_first_run_is_refused(rng):
    with pytest.raises(NotEnoughDataError, match="runs up to 2020-01-01, the end of"):
        summarize([run_of(rng, run_id="a", day=0)], baseline_until="2020-01-01")


def test_a_new_watch_is_compared_with_its_own_runs(rng):
    given = [
        run_of(
            rng,
            run_id=f"r{day}",
            day=day,
            form_pct=0.0 if day < 6 else 5.0,
            device="old" if day < 6 else "new",
        )
        for day in range(12)
    ]

    runs = summarize(given)
    early = summarize(given, baseline_until="2026-09-04")

    assert runs["stride_deviation_pct"].abs().max() < 0.05
    assert early["stride_deviation_pct"].isna().tolist() == [False] * 6 + [True] * 6
    lonely = "no other run of this device in the baseline, so no stride deviation"
    assert early["notes"].str.contains(lonely).tolist() == [False] * 6 + [True] * 6
    assert early["is_baseline"].tolist() == [True] * 4 + [False] * 8


def test_another_baseline_needs_no_second_reading(rng):
    given = [
        run_of(
            rng,
            run_id=f"r{day}",
            day=day,
            form_pct=-0.5 * day,
            device="old" if day < 9 else "new",
        )
        for day in range(12)
    ]
    early = summarize(given, baseline_until="2026-09-04")
    again = from_baseline(summarize(given), "2026-09-04")

    pd.testing.assert_frame_equal(again, early)
    pd.testing.assert_frame_equal(from_baseline(early), summarize(given))


def test_a_baseline_of_runs_without_a_step_length_is_refused(rng):
    runs = summarize(
        [
            recording(samples(100), run_id="short"),
            run_of(rng, run_id="long", day=5),
        ]
    )

    with pytest.raises(NotEnoughDataError, match="baseline runs with steady running"):
        from_baseline(runs, "2026-09-02")


def test_the_curves_notes_stand_with_the_runs_that_it_matched(rng):
    steady = [recording(samples(900), run_id=f"r{day}", day=day) for day in range(3)]
    short = recording(samples(100), run_id="short", day=4)
    notes = summarize([*steady, short])["notes"]

    assert notes.str.contains("published elasticity 0.92").tolist() == [True] * 3 + [
        False
    ]


def test_an_interval_session_lies_on_the_curve_of_its_runner():
    # 5 minutes easy, then fast and slow in turn, by a form that is the same.
    second = np.arange(2400)
    fast = (second // 120 % 2 == 1) & (second > 300)
    speed = np.where(fast, 4.2, 2.6)
    cadence = 60 * speed / step_of(speed)
    row = summarize([recording(samples(2400, speed=speed, cadence=cadence))]).iloc[0]
    plain = 60 * speed[240:].mean() / cadence[240:].mean()

    expected = step_of(row["mean_speed_mps"])
    assert row["mean_step_length_m"] == pytest.approx(expected, rel=1e-9)
    assert plain != pytest.approx(step_of(speed[240:].mean()), rel=2e-3)


def test_a_duration_is_timer_time_and_nothing_lasts_longer():
    paused = recording(samples(1000), pauses=pauses((300, 100)), timer_s=899.4)
    unpaused = recording(samples(1000), run_id="b", day=1, timer_s=999.6)
    row, other = (summarize([one]).iloc[0] for one in (paused, unpaused))

    assert row["duration_s"] == 899.4
    assert row["moving_s"] == row["running_s"] == pytest.approx(899, abs=0.5)
    assert other["duration_s"] == other["moving_s"] == 999.6


@pytest.mark.parametrize("timer_s", [0.0, 60.0, 1e9])
def test_a_timer_that_the_samples_contradict_is_not_believed(timer_s):
    row = summarize([recording(samples(1000), timer_s=timer_s)]).iloc[0]

    assert row["duration_s"] == row["moving_s"] == 999
    assert f"timer of {timer_s:.0f} s contradicts the samples" in row["notes"]


def test_a_total_distance_of_nothing_is_not_believed():
    frame = samples(900, distance_m=3.0 * np.arange(900))
    row = summarize([recording(frame, distance_m=0.0)]).iloc[0]

    assert row["distance_m"] == pytest.approx(3 * 899)
    assert "total distance is 0" in row["notes"]


def test_samples_in_any_order_give_the_same_row(rng):
    frame = samples(1800, speed=3 + 0.1 * ar1(rng, 1800, 0.99), altitude_m=100.0)
    mixed = frame.sample(frac=1, random_state=1)
    rows = [summarize([recording(one)]).drop(columns="notes") for one in (frame, mixed)]

    pd.testing.assert_frame_equal(*rows)


def test_an_infinite_speed_is_missing_and_not_a_distance():
    frame = samples(1800).assign(speed_mps=lambda d: d["speed_mps"].mask(d.index == 9))
    endless = frame.assign(speed_mps=frame["speed_mps"].fillna(np.inf))

    pd.testing.assert_frame_equal(
        summarize([recording(frame)]), summarize([recording(endless)])
    )


def test_a_speed_that_the_distance_contradicts_is_noted():
    along_m = 3.0 * np.arange(900)
    frames = [samples(900, speed=speed, distance_m=along_m) for speed in (2.7, 2.95)]
    notes = [summarize([recording(frame)])["notes"][0] for frame in frames]

    assert "speed is 10 % below what the distance tells" in notes[0]
    assert "the distance tells" not in notes[1]


def test_a_cadence_locked_to_the_heart_rate_is_named_as_the_reason():
    row = summarize([recording(samples(900, heart_rate_bpm=170.0))]).iloc[0]

    assert np.isnan(row["mean_step_length_m"])
    assert "cadence and heart rate are the same number" in row["notes"]
    assert "less than 30 s of steady running" in row["notes"]


def test_without_a_clock_or_a_place_the_day_is_that_of_utc():
    runs = summarize([recording(samples(900), day=-4 / 24)])

    assert runs["local_date"].tolist() == [pd.Timestamp("2026-09-01")]
    assert "the day is that of UTC" in runs["notes"][0]


def test_recordings_that_overlap_are_kept_with_a_warning():
    given = [
        recording(samples(1800), run_id="watch"),
        recording(samples(1800), run_id="phone", day=3 / 86_400),
        recording(samples(1800), run_id="later", day=1800 / 86_400),
    ]

    with pytest.warns(
        DataQualityWarning, match=r"2 .*\(watch\.fit, phone\.fit\); they"
    ):
        runs = summarize(given)
    assert len(runs) == 3


def test_a_start_of_the_last_century_is_warned_of():
    with pytest.warns(DataQualityWarning, match=r"start before 2000 \(a\.fit\); the c"):
        summarize([recording(samples(900), day=-13_000)])


def read(path):
    suffix = path.name.lower().removesuffix(".gz").rsplit(".", 1)[1]
    module = import_module(f"hipstride.io.{suffix}")
    try:
        return getattr(module, f"read_{suffix}")(path)
    except ReadError:
        return []


@pytest.mark.filterwarnings("ignore::hipstride.errors.DataQualityWarning")
def test_every_real_recording_gives_a_plausible_row(shared):
    everything = [
        run for path in real_files(".fit", ".gpx", ".tcx") for run in read(path)
    ]
    running = [run for run in everything if run.sport == "running"]
    runs, windows = summarize_with_windows(running)

    RUNS.check(runs, *RUNS.names)
    assert len(runs) == len(running) > 80
    measured = runs.dropna(subset="mean_step_length_m")
    assert len(measured) > 50
    assert measured["mean_cadence_spm"].between(140, 210).all()
    assert measured["mean_step_length_m"].between(0.5, 1.6).all()
    assert windows["cadence_spm"].between(135, 240).all()
    assert windows["step_length_m"].between(0.4, 2.2).all()
    for column in RUNS.columns:
        if column.low is not None:
            found = runs[column.name].dropna()
            assert found.between(column.low, column.high).all(), column.name
    for run in everything:
        assert len(summarize([run])) == 1


def test_one_run_in_two_formats_gives_the_same_step_length(shared):
    paths = [
        path
        for path in real_files(".fit", ".tcx")
        if "20181108_run_garmin_fenix_3_hr" in path.name
    ]
    rows = [summarize(read(path)).iloc[0] for path in paths]

    assert len(rows) == 2
    for column in ("mean_step_length_m", "mean_speed_mps", "mean_cadence_spm"):
        assert rows[0][column] == pytest.approx(rows[1][column], rel=0.005)


def test_a_note_of_a_reader_stays_in_one_piece():
    frame = samples(900, cadence=None)
    notes = ("Time goes back 1 times; all is kept.", "Two;  spaces.", "Two;  spaces.")
    runs = summarize([recording(frame, hours=0, notes=notes)])

    assert runs["notes"][0].split("; ") == [
        "Time goes back 1 times, all is kept",
        "Two, spaces",
        "no cadence, so no step length",
    ]


@pytest.mark.parametrize("day", ["31 Feb", "soon", None, pd.NaT])
def test_a_baseline_that_is_no_day_is_refused(day, rng):
    runs = summarize(run_of(rng, run_id="a", day=0))

    if day is None:
        assert from_baseline(runs, day)["is_baseline"].all()
        return
    with pytest.raises(TableError, match="expected a day such as 2026-09-01"):
        from_baseline(runs, day)


def test_a_baseline_is_a_day_whatever_clock_it_is_given_in(rng):
    runs = summarize([run_of(rng, run_id=f"r{day}", day=day) for day in range(3)])
    evening = pd.Timestamp("2026-09-02 23:00", tz="America/Los_Angeles")

    assert from_baseline(runs, evening)["is_baseline"].tolist() == [True, True, False]


def test_one_recording_alone_is_summed_up_too(rng):
    run = run_of(rng, run_id="a", day=0)

    pd.testing.assert_frame_equal(summarize(run), summarize([run]))


def test_times_have_the_units_of_the_tables(rng):
    runs = summarize(run_of(rng, run_id="a", day=0))

    assert str(runs["started_at"].dtype) == "datetime64[us, UTC]"
    assert str(runs["local_date"].dtype) == "datetime64[us]"


def test_a_run_shorter_than_five_minutes_has_no_number_and_says_so(rng):
    long = [run_of(rng, run_id=f"r{day}", day=day) for day in range(6)]
    short = run_of(rng, run_id="short", day=7, seconds=290)
    row = summarize([*long, short]).set_index("run_id").loc["short"]

    assert np.isnan(row["step_length_at_ref_speed_m"])
    assert np.isnan(row["stride_deviation_pct"])
    assert row["mean_step_length_m"] > 0.5
    assert "shorter than 5 min, so no step length at the same speed" in row["notes"]


@pytest.mark.parametrize("memory", [0.0, 0.88])
def test_twenty_kilometres_an_hour_of_gps_noise_give_no_means_but_a_reason(rng, memory):
    speed = np.abs(3.0 + 5.5 * ar1(rng, 1800, memory))
    run = recording(samples(1800, speed=speed, cadence=170.0))
    row = summarize(run).iloc[0]

    assert np.isnan(row["step_length_at_ref_speed_m"])
    assert np.isnan(row["mean_step_length_m"])
    assert "so no means" in row["notes"]


def test_intervals_of_twenty_seconds_have_means_and_a_reason_for_no_number():
    second = np.arange(1800)
    speed = np.where(second // 20 % 2, 4.2, 2.4)
    row = summarize(recording(samples(1800, speed=speed, cadence=170.0))).iloc[0]

    assert np.isnan(row["step_length_at_ref_speed_m"])
    assert "no half minute at a steady speed" in row["notes"]


@pytest.mark.parametrize("leap_s", [31_536_000.0, -25_200.0, -600.0, 86_400.0])
def test_a_clock_that_was_set_anew_in_mid_run_lengthens_and_shortens_nothing(leap_s):
    frame = samples(2400, distance_m=3.0 * np.arange(2400))
    late = frame.index >= 1200
    moved = frame.assign(elapsed_s=frame["elapsed_s"] + np.where(late, leap_s, 0.0))
    plain, row = (summarize(recording(one)).iloc[0] for one in (frame, moved))

    assert row["duration_s"] == pytest.approx(plain["duration_s"])
    assert row["mean_step_length_m"] == pytest.approx(plain["mean_step_length_m"])
    assert "the clock was set anew 1 time within the run" in row["notes"]
    table = splits(recording(moved))
    assert table["duration_s"].to_numpy()[:-1] == pytest.approx(333.3, abs=0.5)
    assert "the clock was set anew" in table["note"].iloc[0]
