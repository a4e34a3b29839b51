"""A run's data in a few words."""

from __future__ import annotations

import numpy as np
import pytest

from hipstride import gait
from hipstride.gait.clean import flags_of
from hipstride.gait.signals import signals_of
from hipstride.gait.spent import reliable_fraction
from hipstride.runs import summarize
from runbuild import pauses, recording, samples

N = 3600
SECOND = np.arange(float(N))


def between(start, end):
    return (start <= SECOND) & (end > SECOND)


def said(frame, **fields):
    run = recording(frame, hours=0, **fields)
    row = summarize([run]).iloc[0]

    assert row["account"] == gait.account(run)
    return row["account"], row["notes"]


def test_a_run_without_a_fault_is_all_usable():
    assert said(samples(N))[0] == "all of it usable"


def test_what_matters_is_said_in_the_order_of_what_one_would_say():
    cadence = np.select([between(600, 780), between(2880, 3600)], [0, 110], 170).astype(
        float
    )
    speed = np.where(between(2880, 3600), 1.5, 3.0)
    speed[[1000, 1200, 1400, 1600]] = 11.0
    frame = samples(N, speed=speed, cadence=cadence)

    assert said(frame, pauses=pauses((2000, 60), (2100, 120)))[0] == (
        "21 % walking, 2 pauses (3 min), cadence lost for 3 min, speed jumped 4 times"
    )


def test_jumps_are_those_of_the_gps_where_there_is_one():
    speed = np.full(N, 3.0)
    speed[[1000, 1200]] = 11.0
    place = {"latitude_deg": 50 + 3 * SECOND / 111_195, "longitude_deg": 8.0}

    assert said(samples(N, speed=speed, **place))[0] == "GPS jumped twice"


def test_a_single_jump_is_not_worth_a_word():
    speed = np.where(between(1000, 1001), 11.0, 3.0)

    assert said(samples(N, speed=speed))[0] == "all of it usable"


def test_altitude_is_told_by_the_way_and_the_noise_of_its_grade(rng):
    way_m = 3 * SECOND
    hill_m = np.where(between(1800, 2232), np.nan, 0.01 * way_m)
    noisy_m = hill_m + 1.7 * rng.standard_normal(N)
    frame = samples(N, distance_m=way_m, altitude_m=hill_m)

    assert said(frame)[0] == "altitude unusable for 12 % of the way"
    assert "% only" in said(samples(N, distance_m=way_m, altitude_m=noisy_m))[0]
    assert said(samples(N, distance_m=way_m, altitude_m=9.0))[0] == "altitude unusable"


def test_the_share_of_the_way_with_a_grade_is_in_the_row():
    half = np.where(between(0, 1800), 0.03 * SECOND, np.nan)
    frame = samples(N, distance_m=3 * SECOND, altitude_m=half)
    runs = summarize([recording(frame)])
    less = frame.assign(altitude_m=frame["altitude_m"].where(SECOND < 1000))
    row = summarize([recording(less)]).iloc[0]

    assert runs["grade_reliable_fraction"][0] == pytest.approx(0.5, abs=0.001)
    assert np.isnan(row["ascent_m"])
    assert "grade known for 28 % of the way, so no ascent" in row["notes"]
    assert np.isnan(summarize([recording(samples(N))])["grade_reliable_fraction"][0])


def test_a_runner_who_stood_has_no_way():
    signals = signals_of(samples(400, speed=0.0, distance_m=0.0, altitude_m=5.0))

    assert np.isnan(reliable_fraction(signals, flags_of(signals)))


@pytest.mark.parametrize(
    ("frame", "account", "note"),
    [
        (samples(0), "no samples", "no samples"),
        (samples(1), "shorter than 5 min", "after the first 4 minutes"),
        (
            samples(240),
            "shorter than 5 min",
            "(shorter than 5 min: no steady running after the first 4 minutes)",
        ),
        (samples(np.full(9, np.nan)), "no times", "(no times)"),
        (samples(900, cadence=None), "no cadence", "no cadence, so no step length"),
        (samples(900, speed=None), "no speed", "no speed, so no step length"),
        (
            samples(900, speed=np.nan, cadence=np.nan),
            "no cadence, no speed",
            "no cadence, so no step length",
        ),
        (
            samples(900, speed=1.5, cadence=110),
            "all of it walking",
            "no means (all of it walking)",
        ),
        (
            samples(900, cadence=0.0),
            "cadence lost for 15 min",
            "no means (most is lost to: no cadence)",
        ),
        (
            samples(900, heart_rate_bpm=170),
            "cadence locked to heart rate for 15 min",
            "most is lost to: cadence locked to heart rate",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_why_there_is_no_number_is_said(frame, account, note):
    told, notes = said(frame)

    assert told == account
    assert note in notes


def test_noise_is_no_number_of_jumps(rng):
    frame = samples(1800, speed=20 / 3.6 + 5.5 * rng.standard_normal(1800))
    told, notes = said(frame)

    assert told == "speed jumping for 30 min"
    assert "most is lost to: speed jump" in notes
    assert np.isnan(summarize([recording(frame)])["mean_speed_mps"][0])


def test_clocks_and_silences_are_counted():
    elapsed_s = np.concatenate(
        [np.arange(900.0), np.arange(1000.0, 1900), np.arange(1960.0, 2900)]
    )
    leaping = SECOND.copy()
    leaping[[700, 1700]] = 90_000

    assert said(samples(elapsed_s))[0] == "signal lost twice (3 min)"
    assert said(samples(leaping))[0] == "clock jumped twice"


def test_steep_ground_and_one_foot_are_told():
    way_m = 3 * SECOND
    steep = samples(
        N, distance_m=way_m, altitude_m=np.maximum(way_m - 5400, 0) * 0.1 + 0.01 * way_m
    )
    half = samples(N, cadence=np.where(between(600, 900), 82, 164))

    assert said(steep)[0] == "50 % steep"
    assert said(half)[0] == "cadence of one foot for 5 min"
