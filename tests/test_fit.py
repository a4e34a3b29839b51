from __future__ import annotations

import gzip
import math
from contextlib import suppress

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fitbuild import (
    ACTIVITY,
    CYCLING,
    DEVICE_INFO,
    EVENT,
    FILE_ID,
    LAP,
    RECORD,
    SESSION,
    SPORT,
    START,
    WALKING,
    Fit,
    add_session,
    describe,
    run,
)

from hipstride.errors import FitError, ReadError, UnknownFormatError
from hipstride.io.fit import read_fit, read_fit_tables
from hipstride.tables import LAPS, PAUSES, SAMPLES

START_AT = pd.Timestamp("2026-09-01 06:00:00", tz="UTC")
ENGINES = ("columnar", "fitparse")


def read_one(fit: Fit, **how):
    recordings = read_fit(fit.bytes(), name="run.fit", **how)

    assert len(recordings) == 1
    recording = recordings[0]
    SAMPLES.check(recording.samples)
    LAPS.check(recording.laps)
    PAUSES.check(recording.pauses)
    return recording


def rows(count: int, *values: object) -> list[tuple[object, ...]]:
    return [(second, *values) for second in range(count)]


# --- samples --------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_a_run_becomes_one_recording(engine):
    recording = read_one(run(Fit()), engine=engine)

    assert recording.sport == "running"
    assert recording.sub_sport == "generic"
    assert recording.format == "fit"
    assert recording.started_at == START_AT
    assert recording.distance_m == 12.34
    assert recording.timer_s == 2.0
    assert recording.notes == ()
    assert recording.samples.columns.tolist() == [
        "time",
        "elapsed_s",
        "speed_mps",
        "cadence_spm",
    ]
    assert recording.samples["time"].tolist() == [
        START_AT + pd.Timedelta(seconds=second) for second in range(3)
    ]
    assert str(recording.samples["time"].dtype) == "datetime64[us, UTC]"
    assert recording.samples["elapsed_s"].tolist() == [0, 1, 2]
    assert recording.samples["speed_mps"].tolist() == [3.0, 3.1, 2.9]
    assert recording.samples["cadence_spm"].tolist() == [170, 172, 168]


def test_every_house_column_is_filled_in_its_unit():
    fields = (
        (5, "uint32"),
        (73, "uint32"),
        (6, "uint16"),
        (4, "uint8"),
        (53, "uint8"),
        (85, "uint16"),
        (3, "uint8"),
        (78, "uint32"),
        (0, "sint32"),
        (1, "sint32"),
        (39, "uint16"),
        (41, "uint16"),
        (84, "uint16"),
        (83, "uint16"),
        (7, "uint16"),
        (13, "sint8"),
        (90, "sint8"),
    )
    values = (
        100,
        3000,
        9999,
        85,
        64,
        10600,
        150,
        2750,
        2**29,
        -(2**30),
        890,
        2450,
        5025,
        812,
        260,
        -3,
        17,
    )
    samples = read_one(run(Fit(), rows(12, *values), *fields)).samples

    assert samples.iloc[3, 2:].to_dict() == {
        "distance_m": 1.0,
        "speed_mps": 3.0,
        "cadence_spm": 171.0,
        "device_step_length_m": 1.06,
        "heart_rate_bpm": 150.0,
        "altitude_m": 50.0,
        "latitude_deg": 45.0,
        "longitude_deg": -90.0,
        "vertical_oscillation_m": 0.089,
        "ground_contact_s": 0.245,
        "ground_contact_balance_pct": 50.25,
        "vertical_ratio_pct": 8.12,
        "power_w": 260.0,
        "temperature_degc": -3.0,
        "unknown_90": 17.0,
    }


def test_the_plain_field_fills_the_gaps_of_the_enhanced_one():
    fit = run(
        Fit(), [(0, 3000, 9999), (1, 2**32 - 1, 2500)], (73, "uint32"), (6, "uint16")
    )

    assert read_one(fit).samples["speed_mps"].tolist() == [3.0, 2.5]


def test_a_column_without_any_value_is_not_there():
    fit = run(Fit(), rows(12, 3000, 255), (6, "uint16"), (3, "uint8"))
    samples = read_one(fit).samples

    assert "heart_rate_bpm" not in samples


def test_a_gap_is_nan_and_never_nought():
    fit = run(Fit(), [(0, 3000, 150), (1, 65535, 255)], (6, "uint16"), (3, "uint8"))
    samples = read_one(fit).samples

    assert math.isnan(samples["speed_mps"][1])
    assert math.isnan(samples["heart_rate_bpm"][1])


def test_a_nought_that_no_body_and_no_place_has_is_a_gap_and_is_counted():
    fields = (3, "uint8"), (41, "uint16"), (0, "sint32"), (1, "sint32"), (7, "uint16")
    fit = run(Fit(), [(0, 0, 0, 0, 0, 0), (1, 150, 2450, 0, 5, 0)], *fields)
    recording = read_one(fit)

    assert recording.samples.iloc[0, 2:].isna().tolist() == [True] * 4 + [False]
    assert recording.samples["latitude_deg"].tolist()[1] == 0
    assert recording.samples["power_w"].tolist() == [0, 0]
    assert recording.notes == (
        (
            "Values of 0 were taken for missing: heart_rate_bpm (1), ground_contact_s "
            "(1), latitude_deg (1), longitude_deg (1)."
        ),
        "the clock is that of Etc/GMT, by the run's position",
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_speed_and_distance_packed_in_three_bytes_are_unpacked(engine):
    def packed(speed: int, distance: int) -> tuple[int, int, int]:
        return speed & 255, speed >> 8 | (distance & 15) << 4, distance >> 4

    fit = run(
        Fit(),
        [
            (0, packed(300, 4000)),
            (1, packed(310, 10)),
            (2, (255, 255, 255)),
            (3, packed(320, 60)),
        ],
        (8, "byte", 3),
    )
    samples = read_one(fit, engine=engine).samples

    assert samples["speed_mps"].tolist()[:2] == [3.0, 3.1]
    # Twelve bits of sixteenths of a metre: 4000, then 4096 + 10, then 4096 + 60.
    assert samples["distance_m"].tolist()[:2] == [250.0, 4106 / 16]
    assert math.isnan(samples["distance_m"][2])
    assert samples["distance_m"][3] == 4156 / 16


def test_packed_bytes_of_another_size_are_left_alone():
    fit = run(
        Fit(), [(0, (1, 2), 3000), (1, (1, 2), 3000)], (8, "byte", 2), (6, "uint16")
    )

    assert read_one(fit).samples["speed_mps"].tolist() == [3.0, 3.0]


def test_of_several_numbers_in_a_field_the_first_is_used_and_noted():
    fit = run(Fit(), rows(3, (3000, 2**32 - 1)), (73, "uint32", 2))
    recording = read_one(fit)

    assert recording.samples["speed_mps"].tolist() == [3.0] * 3
    assert recording.notes == (
        "The field enhanced_speed holds several numbers; the first was used.",
    )


def test_time_that_goes_back_is_put_in_order_and_noted():
    fit = run(Fit(), [(0, 3000), (5, 3100), (2, 2900), (5, 3200)], (6, "uint16"))
    recording = read_one(fit)

    assert recording.samples["elapsed_s"].tolist() == [0, 2, 5, 5]
    assert recording.samples["speed_mps"].tolist() == [3.0, 2.9, 3.1, 3.2]
    assert recording.notes == (
        "Time goes back 1 times; the samples were put in order of time.",
        "1 samples have the same time as the one before; kept.",
    )


def test_records_without_a_time_are_left_out_and_counted():
    fit = Fit().define(0, RECORD, (253, "uint32"), (6, "uint16"))
    fit.data(0, START, 3000).data(0, 2**32 - 1, 3000)
    recording = read_one(add_session(fit))

    assert len(recording.samples) == 1
    assert recording.notes == ("1 of 2 records have no time and were left out.",)


def test_short_headers_give_the_same_times_as_whole_ones():
    fit = Fit().define(0, RECORD, (253, "uint32"), (6, "uint16")).data(0, START, 3000)
    fit.define(2, RECORD, (6, "uint16"))
    for second in range(1, 100):
        fit.data(2, 3000, second=START + second)
    samples = read_one(add_session(fit)).samples

    assert samples["elapsed_s"].tolist() == list(range(100))


def test_a_clock_that_was_not_set_is_noted():
    fit = Fit().define(0, RECORD, (253, "uint32"), (6, "uint16"))
    fit.data(0, 1000, 3000).data(0, 1001, 3000)

    assert (
        "The device's clock was not set: the dates are not true." in read_one(fit).notes
    )


# --- cadence --------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_the_fractional_half_of_cadence_is_kept(engine):
    fit = run(Fit(), rows(12, 3000, 85, 64), (6, "uint16"), (4, "uint8"), (53, "uint8"))

    assert set(read_one(fit, engine=engine).samples["cadence_spm"]) == {171.0}


def test_a_missing_fraction_does_not_cost_the_cadence():
    fit = run(Fit(), [(0, 85, 64), (1, 85, 255)], (4, "uint8"), (53, "uint8"))

    assert read_one(fit).samples["cadence_spm"].tolist() == [171.0, 170.0]


def test_cadence_in_256ths_is_read_where_there_is_no_other():
    fit = run(Fit(), rows(3, 3000, 85 * 256 + 128), (6, "uint16"), (52, "uint16"))

    assert set(read_one(fit).samples["cadence_spm"]) == {171.0}


def test_a_file_that_counts_both_feet_is_not_doubled_and_says_so():
    recording = read_one(run(Fit(), rows(30, 3000, 172), (6, "uint16"), (4, "uint8")))

    assert set(recording.samples["cadence_spm"]) == {172.0}
    (note,) = recording.notes
    assert note == (
        "The cadence was counted for both feet and kept: median 172 at 3.0 m/s means "
        "steps of 1.05 m, not 0.52 m."
    )


def test_a_walker_at_115_steps_a_minute_is_not_doubled_to_230():
    fit = run(Fit(), rows(30, 1300, 115), (6, "uint16"), (4, "uint8"), sport=WALKING)

    assert set(read_one(fit).samples["cadence_spm"]) == {115.0}


def test_a_walker_at_58_strides_a_minute_is_doubled():
    fit = run(Fit(), rows(30, 1300, 58), (6, "uint16"), (4, "uint8"), sport=WALKING)

    assert set(read_one(fit).samples["cadence_spm"]) == {116.0}


def test_without_any_speed_twice_172_is_still_no_runner():
    fit = run(Fit(), rows(30, 0, 172), (6, "uint16"), (4, "uint8"))

    assert set(read_one(fit).samples["cadence_spm"]) == {172.0}


@pytest.mark.parametrize(("raw", "steps"), [(85, 170.0), (170, 170.0)])
def test_without_speed_the_cadence_alone_decides(raw, steps):
    samples = read_one(run(Fit(), rows(9, raw), (4, "uint8"))).samples

    assert set(samples["cadence_spm"]) == {steps}


def test_a_cyclists_cadence_is_no_steps():
    recording = read_one(
        run(Fit(), rows(9, 8000, 90), (6, "uint16"), (4, "uint8"), sport=CYCLING)
    )

    assert "cadence_spm" not in recording.samples
    assert set(recording.samples["cadence_rpm"]) == {90.0}
    assert recording.notes == (
        "The cadence is that of cycling, in turns a minute; it is not of steps.",
    )


def test_a_treadmill_among_the_fitness_equipment_is_on_foot():
    fit = run(Fit(), rows(9, 3000, 85), (6, "uint16"), (4, "uint8"), session=False)
    recording = read_one(add_session(fit, sport=4, sub_sport=1))

    assert recording.sport == "fitness_equipment"
    assert recording.is_treadmill
    assert set(recording.samples["cadence_spm"]) == {170.0}


def test_a_sport_that_the_profile_does_not_name_keeps_its_number():
    assert read_one(run(Fit(), sport=200)).sport == "200"


# --- developers' fields ---------------------------------------------------------------


STRYD = (
    ("Power", "uint16", "Watts", 7, 280),
    ("Ground Time", "uint16", "Milliseconds", 41, 240),
    ("Vertical Oscillation", "float32", "Centimeters", 39, 7.5),
    ("Leg Spring Stiffness", "float32", "kN/m", 0xFF, 9.5),
)


def stryd(fit: Fit) -> Fit:
    for number, (name, kind, units, native, _) in enumerate(STRYD):
        describe(fit, number=number, name=name, kind=kind, units=units, native=native)
    return fit


@pytest.mark.parametrize("engine", ENGINES)
def test_stryds_fields_fill_the_columns_that_the_watch_has_not(engine):
    fit = stryd(Fit())
    developer = [(n, 0, kind, 1) for n, (_, kind, *_) in enumerate(STRYD)]
    fit.define(0, RECORD, (253, "uint32"), (6, "uint16"), developer=developer)
    for second in range(12):
        fit.data(0, START + second, 3000, *(row[-1] for row in STRYD))
    fit.data(0, START + 12, 3000, 0, 0, 0.0, 0.0)
    recording = read_one(add_session(fit, last=12), engine=engine)

    assert recording.samples.iloc[0, 2:].to_dict() == {
        "speed_mps": 3.0,
        "vertical_oscillation_m": 0.075,
        "ground_contact_s": 0.24,
        "power_w": 280.0,
        "dev_ground_time": 240.0,
        "dev_leg_spring_stiffness": 9.5,
        "dev_power": 280.0,
        "dev_vertical_oscillation": 7.5,
    }
    # A foot is never on the ground for 0 s.
    assert math.isnan(recording.samples["ground_contact_s"][12])
    assert recording.samples["power_w"][12] == 0
    assert "power_w is filled from the developer field dev_power." in recording.notes


def test_a_developers_field_does_not_touch_what_the_watch_has():
    fit = describe(Fit(), name="Power", units="Watts", native=7)
    fit.define(
        0, RECORD, (253, "uint32"), (7, "uint16"), developer=[(0, 0, "uint16", 1)]
    )
    fit.data(0, START, 250, 300).data(0, START + 1, 251, 301)
    recording = read_one(add_session(fit))

    assert recording.samples["power_w"].tolist() == [250.0, 251.0]
    assert recording.samples["dev_power"].tolist() == [300.0, 301.0]
    assert recording.notes == ()


@pytest.mark.parametrize(
    ("units", "value", "note"),
    [
        ("furlongs", 3, "dev_speed is in 'furlongs', which is not known for speed_mps"),
        ("m/s", 900, "dev_speed is not plausible as speed_mps (median 900)"),
        ("m/s", 0, ""),
    ],
)
def test_a_developers_field_is_used_only_in_a_known_unit_and_if_plausible(
    units, value, note
):
    fit = describe(Fit(), name="Speed", units=units)
    fit.define(0, RECORD, (253, "uint32"), developer=[(0, 0, "uint16", 1)])
    fit.data(0, START, value).data(0, START + 1, value)
    recording = read_one(add_session(fit))

    assert "speed_mps" not in recording.samples
    assert note in " ".join(recording.notes)
    assert bool(note) == bool(recording.notes)


def test_runscribes_two_feet_give_their_mean():
    fit = describe(Fit(), number=0, name="RS_ContactTime_L", units="ms")
    describe(fit, number=1, name="RS_ContactTime_R", units="ms")
    developer = [(0, 0, "uint16", 1), (1, 0, "uint16", 1)]
    fit.define(0, RECORD, (253, "uint32"), developer=developer)
    fit.data(0, START, 240, 260).data(0, START + 1, 240, 0xFFFF)
    samples = read_one(add_session(fit)).samples

    assert samples["ground_contact_s"][0] == 0.25
    assert math.isnan(samples["ground_contact_s"][1])


def test_a_developers_cadence_goes_through_the_same_check():
    fit = describe(Fit(), name="Cadence", units="RPM", kind="uint8", native=4)
    fit.define(
        0, RECORD, (253, "uint32"), (6, "uint16"), developer=[(0, 0, "uint8", 1)]
    )
    fit.data(0, START, 3000, 84).data(0, START + 1, 3000, 85)

    assert read_one(add_session(fit)).samples["cadence_spm"].tolist() == [168.0, 170.0]


def test_developers_texts_and_lists_are_left_out_by_name():
    fit = describe(Fit(), name="Label", kind="string")
    fit.define(
        0, RECORD, (253, "uint32"), (6, "uint16"), developer=[(0, 0, "string", 4)]
    )
    fit.data(0, START, 3000, "easy").data(0, START + 1, 3000, "hard")

    assert read_one(add_session(fit)).notes == (
        "Fields that are no single number were left out: dev_label.",
    )


# --- sessions -------------------------------------------------------------------------


@pytest.mark.parametrize("summary_first", [True, False])
def test_each_session_gets_its_own_samples_laps_and_pauses(summary_first):
    fit, sessions = Fit(), Fit()
    add_session(sessions, first=0, last=9, sport=CYCLING)
    add_session(sessions, first=10, last=19)
    fit.raw(sessions.body if summary_first else b"")
    run(fit, rows(20, 3000, 85), (6, "uint16"), (4, "uint8"), session=False)
    fit.define(2, LAP, (253, "uint32"), (2, "uint32"), (8, "uint32"), (9, "uint32"))
    for first in (0, 10, 15):
        fit.data(2, START + first + 4, START + first, 5000, 1500)
    fit.define(3, EVENT, (253, "uint32"), (0, "enum"), (1, "enum"))
    fit.data(3, START + 12, 0, 4).data(3, START + 14, 0, 0)
    fit.raw(b"" if summary_first else sessions.body)
    ride, jog = read_fit(fit.bytes())

    assert [ride.sport, jog.sport] == ["cycling", "running"]
    assert jog.run_id == ride.run_id + "-2"
    assert len(ride.samples) == len(jog.samples) == 10
    assert jog.started_at == START_AT + pd.Timedelta(seconds=10)
    assert jog.samples["elapsed_s"].tolist() == list(range(10))
    assert ride.laps["lap"].tolist() == [1]
    assert jog.laps["lap"].tolist() == [1, 2]
    assert jog.laps["duration_s"].tolist() == [5.0, 5.0]
    assert jog.laps["distance_m"].tolist() == [15.0, 15.0]
    assert jog.laps["started_at"][1] == START_AT + pd.Timedelta(seconds=15)
    assert len(ride.pauses) == 0
    assert jog.pauses.to_dict("list") == {"elapsed_s": [2.0], "duration_s": [2.0]}


def test_a_column_that_only_another_session_has_is_not_there():
    fit = Fit().define(0, RECORD, (253, "uint32"), (7, "uint16"), (6, "uint16"))
    for second in range(20):
        fit.data(0, START + second, 200 if second < 10 else 65535, 3000)
    add_session(add_session(fit, last=9, sport=CYCLING), first=10, last=19)
    ride, jog = read_fit(fit.bytes())

    assert "power_w" in ride.samples
    assert "power_w" not in jog.samples


@pytest.mark.parametrize(("begins", "distances"), [(500, [5.0, 15.0]), (2, [2, 515])])
def test_a_distance_that_runs_through_the_sessions_is_counted_from_each_start(
    begins, distances
):
    rows = [(0, 0), (10, 50_000), (20, begins * 100 + 500 * (begins > 2)), (30, 51_500)]
    fit = run(Fit(), rows, (5, "uint32"), session=False)
    add_session(fit, first=0, last=19, sport=CYCLING)
    add_session(fit, first=20, last=30)
    ride, on_foot = read_fit(fit.bytes())
    note = "The distance goes on from the session before; its 500 m were taken off."

    assert ride.samples["distance_m"].tolist() == [0.0, 500.0]
    assert on_foot.samples["distance_m"].tolist() == distances
    assert (note in on_foot.notes) == (begins == 500)


def test_two_whole_activities_in_a_chain_keep_apart_even_at_the_same_time():
    one = run(Fit(), rows(5, 3000), (6, "uint16")).bytes()
    two = run(Fit(), rows(5, 2500), (6, "uint16")).bytes()
    first, second = read_fit(one + two)

    assert first.samples["speed_mps"].tolist() == [3.0] * 5
    assert second.samples["speed_mps"].tolist() == [2.5] * 5


def test_records_of_a_chained_file_without_a_session_go_by_their_time():
    heads = add_session(add_session(Fit(), last=9), first=10, last=19).bytes()
    body = run(Fit(), rows(20, 3000), (6, "uint16"), session=False).bytes()
    first, second = read_fit(heads + body)

    assert [len(first.samples), len(second.samples)] == [10, 10]


def test_a_file_without_a_session_is_one_recording_and_says_so():
    recording = read_one(run(Fit(), session=False))

    assert recording.sport == ""
    assert recording.started_at == START_AT
    assert recording.notes[:1] == (
        "The file has no session message: all records are taken for one session.",
    )
    assert recording.notes[1:] == (
        "The file says nothing as sport; its cadence was taken for one foot's.",
    )


@pytest.mark.parametrize("message", [SPORT, LAP])
def test_without_a_session_the_sport_is_that_of_another_message(message):
    fit = run(Fit(), session=False)
    number = 0 if message == SPORT else 25
    fit.define(1, message, (number, "enum")).data(1, 255).data(1, 1)

    assert read_one(fit).sport == "running"


def test_a_session_that_starts_after_its_first_sample_starts_with_it():
    fit = add_session(run(Fit(), session=False), first=1, last=2)
    recording = read_one(fit)

    assert recording.started_at == START_AT
    assert recording.samples["elapsed_s"].tolist() == [0, 1, 2]


def test_a_start_that_is_days_from_the_samples_is_not_believed():
    fit = add_session(run(Fit(), session=False), first=-200_000, last=2)
    recording = read_one(fit)

    assert recording.started_at == START_AT
    assert "more than a day from its first sample" in recording.notes[0]


def test_a_start_that_the_duration_contradicts_is_moved_forward():
    fit = Fit()
    for first, last in ((0, 9), (10, 19)):
        fit.define(1, 18, (253, "uint32"), (2, "uint32"), (7, "uint32"), (5, "enum"))
        late = 5 if first == 0 else 0
        fit.data(1, START + last, START + first + late, 1000 * (last - first), 1)
    run(fit, rows(20, 3000), (6, "uint16"), session=False)
    first, _ = read_fit(fit.bytes())

    assert first.started_at == START_AT


def test_a_session_without_a_start_begins_its_duration_before_its_end():
    fit = run(Fit(), rows(5, 3000), (6, "uint16"), session=False)
    fit.define(1, 18, (253, "uint32"), (7, "uint32"), (5, "enum"))
    fit.data(1, START + 4, 4000, 1)

    assert read_one(fit).started_at == START_AT


def test_a_session_without_start_and_duration_begins_with_its_samples():
    fit = run(Fit(), rows(5, 3000), (6, "uint16"), session=False)
    fit.define(1, 18, (5, "enum")).data(1, 1)

    assert read_one(fit).started_at == START_AT


def test_a_session_without_samples_keeps_its_totals():
    recording = read_one(add_session(Fit()))

    assert len(recording.samples) == 0
    assert recording.distance_m == 12.34
    assert recording.notes == ("The session has no samples.",)


def test_of_ten_thousand_sessions_only_a_thousand_are_read_and_it_is_noted():
    fit = run(Fit(), session=False)
    fit.define(1, SESSION, (2, "uint32"))
    for second in range(10_000):
        fit.data(1, START + second)
    recordings = read_fit(fit.bytes())

    assert len(recordings) == 1_000
    assert recordings[0].notes == (
        "The file holds 10000 session messages: the first 1000 were read.",
        "The file says nothing as sport; its cadence was taken for one foot's.",
    )


def test_a_session_of_which_nothing_tells_the_time_is_left_out():
    fit = Fit().define(1, 18, (5, "enum")).data(1, 1)

    with pytest.raises(ReadError, match="found a FIT file without a timed record"):
        read_fit(fit.bytes(), name="run.fit")
    assert len(read_fit(fit.bytes() + run(Fit()).bytes())) == 1


def test_feel_and_effort_that_the_runner_told_the_watch_are_read():
    recording = read_one(run(Fit()))

    assert recording.feel_0_100 == 75
    assert recording.rpe_0_10 == 4.0


# --- laps, pauses, device, clock ------------------------------------------------------


def timer(fit: Fit, *marks: tuple[int, int]) -> Fit:
    fit.define(3, EVENT, (253, "uint32"), (0, "enum"), (1, "enum"))
    for second, kind in marks:
        fit.data(3, START + second, 0, kind)
    return fit


@pytest.mark.parametrize("stop", [1, 4, 8, 9])
def test_a_pause_is_from_the_stop_of_the_timer_to_its_start(stop):
    fit = timer(run(Fit()), (0, 0), (100, stop), (160, 0), (300, stop))

    assert read_one(fit).pauses.to_dict("list") == {
        "elapsed_s": [100.0],
        "duration_s": [60.0],
    }


def test_the_first_of_two_stops_counts_and_a_pause_of_nought_does_not():
    fit = timer(run(Fit()), (0, 0), (10, 1), (15, 4), (20, 0), (30, 4), (30, 0))

    assert read_one(fit).pauses.to_dict("list") == {
        "elapsed_s": [10.0],
        "duration_s": [10.0],
    }


def test_other_events_are_no_pauses():
    fit = run(Fit()).define(3, EVENT, (253, "uint32"), (0, "enum"), (1, "enum"))
    fit.data(3, START, 9, 4).data(3, START + 1, 9, 0).data(3, START + 1, 0, 3)

    assert len(read_one(fit).pauses) == 0


def test_a_lap_without_a_start_is_placed_by_its_end_and_one_without_both_is_left_out():
    fit = run(Fit()).define(2, LAP, (253, "uint32"), (7, "uint32"))
    fit.data(2, START + 2, 2000).data(2, START + 2, 2**32 - 1)
    laps = read_one(fit).laps

    assert laps["started_at"].tolist() == [START_AT]
    assert laps["duration_s"].tolist() == [2.0]


@pytest.mark.parametrize(
    ("fields", "values", "name"),
    [
        (((1, "uint16"), (2, "uint16")), (1, 3113), "Garmin Forerunner 945"),
        (((1, "uint16"), (2, "uint16")), (23, 34), "Suunto 9 Baro"),
        (
            ((1, "uint16"), (8, "string", 12)),
            (294, "COROS PACE 2"),
            "COROS PACE 2",
        ),
        (((1, "uint16"),), (1,), "Garmin"),
        (((1, "uint16"),), (65535,), ""),
    ],
)
def test_the_device_is_named_by_maker_and_product(fields, values, name):
    fit = run(Fit()).define(4, FILE_ID, *fields).data(4, *values)

    assert read_one(fit).device == name


def test_the_device_may_stand_in_the_device_info():
    fit = run(Fit()).define(4, DEVICE_INFO, (2, "uint16")).data(4, 65535).data(4, 95)

    assert read_one(fit).device == "Stryd"


def test_the_first_of_the_listed_devices_knows_its_product_better_than_the_head():
    fit = run(Fit()).define(4, FILE_ID, (1, "uint16"), (2, "uint16")).data(4, 1, 1124)
    fit.define(5, DEVICE_INFO, (0, "uint8"), (2, "uint16"), (4, "uint16"))
    fit.data(5, 1, 1, 2692).data(5, 0, 1, 1264)

    assert read_one(fit).device == "Garmin Forerunner 210"


def test_a_name_in_the_list_of_devices_is_better_than_a_number_in_the_head():
    fit = run(Fit()).define(4, FILE_ID, (1, "uint16"), (2, "uint16")).data(4, 32, 31)
    fit.define(5, DEVICE_INFO, (0, "uint8"), (2, "uint16"), (27, "string", 12))
    fit.data(5, 0, 32, "RIVAL")

    assert read_one(fit).device == "Wahoo RIVAL"


@pytest.mark.parametrize(
    ("local", "hours"),
    [
        (START + 7200, 2),
        (START + 7205, 2),
        (START - 4 * 3600 - 3, -4),
        (START + 20_700, 5.75),
        (START, 0),
    ],
)
def test_the_offset_of_the_clock_is_in_quarters_of_an_hour(local, hours):
    fit = run(Fit()).define(4, ACTIVITY, (253, "uint32"), (5, "uint32"))
    fit.data(4, START, local)

    assert read_one(fit).utc_offset == pd.Timedelta(hours=hours)


@pytest.mark.parametrize("local", [2**32 - 1, 0])
def test_an_offset_that_is_not_told_is_none(local):
    fit = run(Fit()).define(4, ACTIVITY, (253, "uint32"), (5, "uint32"))
    fit.data(4, START, local)
    recording = read_one(fit)

    assert recording.utc_offset is None
    assert recording.notes == ()


def test_an_offset_that_no_clock_has_is_not_used_and_noted():
    fit = run(Fit()).define(4, ACTIVITY, (253, "uint32"), (5, "uint32"))
    fit.data(4, START, START + 100 * 3600)
    recording = read_one(fit)

    assert recording.utc_offset is None
    assert recording.notes == (
        (
            "The device's local time is 100.0 h from UTC, which no clock is; it was "
            "not used."
        ),
    )


# --- refusals -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "found a file of 0 bytes; expected a FIT header"),
        (b"<gpx></gpx>", "found b'<gpx></gpx>' at byte 0 of 11"),
        (b"\x00\x05\x16\x07" + bytes(100), r"AppleDouble.* without the leading \._"),
        (bytes(14), "expected a FIT header"),
    ],
)
def test_what_is_no_fit_file_is_refused_with_place_and_remedy(data, words):
    with pytest.raises(UnknownFormatError, match=words):
        read_fit(data, name="._run.fit")


def test_a_fit_file_that_is_no_activity_is_refused_by_its_type():
    fit = Fit().define(0, FILE_ID, (0, "enum")).data(0, 15)

    with pytest.raises(ReadError, match="of type monitoring_a without a timed rec"):
        read_fit(fit.bytes(), name="m.fit")


def test_a_file_damaged_from_the_start_says_where():
    with pytest.raises(ReadError, match="message at byte 14 is of a type that noth"):
        read_fit(Fit().raw(bytes(50)).bytes(), name="m.fit")


def test_records_of_which_none_has_a_time_are_refused():
    fit = Fit().define(0, RECORD, (3, "uint8")).data(0, 120)

    with pytest.raises(ReadError, match="1 of 1 records have no time"):
        read_fit(fit.bytes(), name="m.fit")


def test_an_engine_that_does_not_exist_is_named():
    with pytest.raises(ValueError, match="engine is 'garmin'; expected"):
        read_fit(run(Fit()).bytes(), engine="garmin")  # type: ignore[arg-type]


def test_fitparse_refuses_a_wrong_checksum_and_the_remedy_is_the_other_engine():
    data = run(Fit()).bytes(file_crc=1)

    with pytest.raises(FitError, match=r'FitCRCError.*use engine="columnar"'):
        read_fit(data, engine="fitparse")
    assert "checksum" in read_fit(data)[0].notes[0]


def test_the_error_for_too_many_cells_names_the_file(monkeypatch):
    monkeypatch.setattr("hipstride.io._fit_decode._MAX_CELLS", 1)
    monkeypatch.setattr("hipstride.io._fit_decode._MAX_CELLS_PER_BYTE", 0)
    fit = run(run(Fit()), rows(3, 60), (3, "uint8"))

    with pytest.raises(FitError, match=r"bomb\.fit: found 6 record messages"):
        read_fit(fit.bytes(), name="bomb.fit")


def test_what_a_damaged_gzip_lost_is_noted():
    rows = [(i, 3000 + i * i % 777, i % 97) for i in range(3_000)]
    packed = gzip.compress(run(Fit(), rows).bytes(), mtime=0)
    recording = read_fit(packed[: len(packed) // 2])[0]

    assert 100 < len(recording.samples) < 3_000
    assert recording.notes[0].startswith("The gzip is damaged (it breaks off)")
    assert "The header at byte 0 declares" in recording.notes[1]


def test_a_gzipped_file_is_the_same_run():
    data = run(Fit()).bytes()
    plain, packed = read_fit(data)[0], read_fit(gzip.compress(data, mtime=0))[0]

    pd.testing.assert_frame_equal(plain.samples, packed.samples)
    assert plain.run_id != packed.run_id


# --- tables ---------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_every_message_type_is_a_table(engine):
    fit = run(Fit()).define(5, FILE_ID, (0, "enum"), (1, "uint16"), (8, "string", 6))
    fit.data(5, 4, 1, "fr 945").data(5, 255, 65535, "")
    fit.define(6, 700, (0, "uint8", 2)).data(6, (1, 2))
    tables = read_fit_tables(fit.bytes(), engine=engine)

    assert sorted(tables) == ["file_id", "record", "session", "unknown_700"]
    assert tables["record"]["timestamp"].tolist() == [
        START_AT + pd.Timedelta(seconds=second) for second in range(3)
    ]
    # Speed is a part of enhanced_speed by the profile.
    assert tables["record"]["enhanced_speed"].tolist() == [3.0, 3.1, 2.9]
    assert tables["session"]["sport"].tolist() == ["running"]
    assert tables["file_id"]["type"].tolist()[0] == "activity"
    assert tables["file_id"]["manufacturer"].tolist()[0] == "garmin"
    assert tables["file_id"]["type"].isna().tolist() == [False, True]
    assert tables["file_id"]["product_name"].tolist() == ["fr 945", ""]
    assert tables["unknown_700"]["unknown_0"].tolist() == [(1.0, 2.0)]


def test_only_the_named_tables_are_made():
    tables = read_fit_tables(run(Fit()).bytes(), messages=["session", "hrv"])

    assert list(tables) == ["session"]


def test_the_time_of_a_short_header_stands_in_the_table():
    fit = Fit().define(0, RECORD, (253, "uint32")).data(0, START)
    fit.define(1, EVENT, (0, "enum")).data(1, 9, second=START + 7)
    tables = read_fit_tables(fit.bytes())

    assert tables["event"]["timestamp"].tolist() == [START_AT + pd.Timedelta(seconds=7)]


def test_running_totals_count_on_and_gaps_stay_gaps():
    fit = Fit().define(0, RECORD, (18, "uint8"), (19, "uint32"), (28, "uint16"))
    gap = 2**32 - 1
    for cycles, total, watts in (
        (250, gap, 65_000),
        (4, gap, 500),
        (255, gap, 65_535),
        (9, 77, 600),
    ):
        fit.data(0, cycles, total, watts)
    table = read_fit_tables(fit.bytes())["record"]

    assert np.array_equal(
        table["total_cycles"], [250, 260, math.nan, 77], equal_nan=True
    )
    assert np.array_equal(
        table["accumulated_power"],
        [65_000, 65_536 + 500, math.nan, 65_536 + 600],
        equal_nan=True,
    )


def test_what_the_file_holds_as_a_list_is_not_unpacked_from_another_field():
    fit = run(Fit(), rows(2, 3000, (3001, 3002)), (6, "uint16"), (73, "uint32", 2))
    table = read_fit_tables(fit.bytes())["record"]

    assert table["enhanced_speed"].tolist() == [(3.001, 3.002)] * 2


def test_event_data_in_sixteen_bits_becomes_data():
    fit = Fit().define(0, EVENT, (2, "uint16")).data(0, 7).data(0, 65_535)
    table = read_fit_tables(fit.bytes())["event"]

    assert np.array_equal(table["data"], [7, math.nan], equal_nan=True)


def test_two_small_fields_in_one_byte_are_unpacked():
    fit = Fit().define(0, 55, (24, "byte")).data(0, 6 | 3 << 5)
    table = read_fit_tables(fit.bytes())["monitoring"]

    assert table["activity_type"].tolist() == ["walking"]
    assert table["intensity"].tolist() == [3.0]


def test_a_packed_list_of_times_is_left_as_it_is():
    fit = Fit().define(0, 132, (10, "byte", 10)).data(0, tuple(range(10)))

    assert list(read_fit_tables(fit.bytes())["hr"].columns) == ["event_timestamp_12"]


# --- laws -----------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_a_file_that_is_cut_anywhere_is_read_or_refused(engine):
    whole = stryd(run(Fit(), rows(12, 3000, 85), (6, "uint16"), (4, "uint8"))).bytes()
    lengths = []
    for cut in range(0, len(whole), 1 if engine == "columnar" else 7):
        try:
            lengths.append(len(read_fit(whole[:cut], engine=engine)[0].samples))
        except ReadError:
            lengths.append(0)

    assert lengths == sorted(lengths)
    assert lengths[-1] == 12 or engine == "fitparse"


DEVICE_FILE = run(stryd(Fit()), rows(40, 3000, 85), (6, "uint16"), (4, "uint8")).bytes()


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, len(DEVICE_FILE) - 1), st.integers(1, 255)),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(["columnar"] * 4 + ["fitparse"]),
)
def test_flipped_bytes_are_read_with_a_note_or_refused(flips, engine):
    damaged = bytearray(DEVICE_FILE)
    for at, change in flips:
        damaged[at] ^= change
    if bytes(damaged) == DEVICE_FILE:
        return
    with suppress(ReadError):
        recordings = read_fit(bytes(damaged), engine=engine)

        assert any(recording.notes for recording in recordings)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_behind_a_header_are_read_or_refused(junk):
    with suppress(ReadError):
        assert read_fit(Fit().raw(junk).bytes())
