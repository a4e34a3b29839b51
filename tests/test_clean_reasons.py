"""Why a sample is not used: each word on the run that it was made for."""

from __future__ import annotations

import pickle
import re
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import real_files
from hipstride import read_runs
from hipstride.errors import DataQualityWarning, ReadError
from hipstride.gait import clean
from hipstride.gait._moments import rising
from hipstride.gait.reasons import MEANINGS, REASONS, Reason, first_of, words_of
from hipstride.gait.signals import signals_of
from hipstride.tables import SAMPLES
from runbuild import pauses, samples

N = 1800
SECOND = np.arange(float(N))
_M_PER_DEG = 111_195.0


def along_a_meridian(way_m):
    return {"latitude_deg": 50 + np.asarray(way_m) / _M_PER_DEG, "longitude_deg": 8.0}


def between(start, end):
    return (start <= SECOND) & (end > SECOND)


def because(run, pause=None):
    return clean(run, pause)["unusable_because"].astype(object)


def of(word, run, pause=None):
    return np.flatnonzero(because(run, pause) == word).tolist()


# --- the words ------------------------------------------------------------------------


def test_every_number_has_its_word_in_the_same_order():
    assert [one.value for one in Reason] == list(range(len(REASONS) + 1))
    assert list(MEANINGS) == list(REASONS)
    assert REASONS[Reason.STEEP - 1] == "steep"
    assert REASONS[Reason.GPS_DRIFT - 1] == "GPS drift"
    assert REASONS[Reason.LOCKED - 1] == "cadence locked to heart rate"


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=9))
def test_the_first_reason_that_fits_is_told(rows):
    masks = np.array(rows, dtype=bool).reshape(-1, 3).T
    kinds = (Reason.STEEP, Reason.PAUSED, Reason.WALKING)
    found = dict(zip(kinds, masks, strict=True))
    expected = [
        min((one for one, fits in zip(kinds, row, strict=True) if fits), default=0)
        for row in rows
    ]

    assert first_of(found, len(rows)).tolist() == expected


def test_the_words_are_a_category_in_order_that_the_table_takes():
    words = clean(samples(600))["unusable_because"]

    SAMPLES.check(clean(samples(600)), "unusable_because", "is_grade_reliable")
    assert words.cat.categories.tolist() == list(REASONS)
    assert words.cat.ordered
    assert words.isna()[240:].all()
    assert len(words_of(np.zeros(0, dtype=np.uint8))) == 0


def test_the_page_lists_every_word_with_its_meaning_in_order():
    page = Path(__file__).parents[1] / "docs" / "cleaning.md"
    rows = re.findall(
        r"^\| `([^`]+)` \| ([^|]+) \|", page.read_text("utf-8"), re.MULTILINE
    )

    assert [one for one in rows if one[0] in MEANINGS] == list(MEANINGS.items())


def test_the_words_outlast_being_pickled():
    words = clean(samples(300))["unusable_because"]

    assert pickle.loads(pickle.dumps(words)).tolist() == words.tolist()  # noqa: S301


wild = st.one_of(
    st.just(np.nan), st.floats(-10, 1e4, allow_nan=False), st.integers(0, 250)
)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(*[wild] * 8), max_size=30),
    spans=st.lists(st.tuples(wild, wild), max_size=3),
)
def test_a_sample_is_usable_where_no_reason_is_told_and_nowhere_else(rows, spans):
    names = ["elapsed_s", "speed_mps", "cadence_spm", "altitude_m", "distance_m"]
    names += ["heart_rate_bpm", "latitude_deg", "longitude_deg"]
    pause = pd.DataFrame(spans, columns=["elapsed_s", "duration_s"], dtype=float)
    run = clean(pd.DataFrame(rows, columns=names, dtype=float), pause)

    assert (run["is_usable"] == run["unusable_because"].isna()).all()
    assert not (run["is_usable"] & ~run["is_running"]).any()
    assert (run["is_grade_reliable"] == run["grade_pct"].notna()).all()


# --- what the runner did --------------------------------------------------------------


def test_a_pause_of_the_timer_is_told_as_one():
    run = samples(N)

    assert of("paused", run, pauses((600, 60))) == list(range(601, 660))
    assert of("near a stop", run, pauses((600, 60)))[0] == 585
    assert of("lost signal", run, pauses((600, 60))) == []


def test_a_pause_without_samples_is_no_lost_signal():
    run = samples(np.append(np.arange(900.0), np.arange(1000.0, 2000)))

    assert of("lost signal", run, pauses((900, 99.5))) == []
    assert of("lost signal", run) == list(range(884, 916))


def test_standing_and_walking_are_told():
    standing, walking = between(600, 700), between(1000, 1200)
    run = samples(
        N,
        speed=np.select([standing, walking], [0.1, 1.5], 3.0),
        cadence=np.select([standing, walking], [0, 110], 170),
    )

    assert of("standing", run) == list(range(600, 700))
    assert of("walking", run) == list(range(1000, 1200))


def test_a_start_from_standing_is_no_jump_of_the_gps():
    standing = between(600, 700)
    run = samples(
        N, speed=np.where(standing, 0, 3.5), cadence=np.where(standing, 0, 170)
    )

    assert of("speed jump", run) == []


# --- cadence --------------------------------------------------------------------------


@pytest.mark.parametrize("lost", [0.0, np.nan, 40.0])
def test_a_cadence_that_is_lost_while_the_runner_runs_is_told(lost):
    run = samples(N, cadence=np.where(between(600, 800), lost, 170))

    assert of("no cadence", run) == list(range(600, 800))


def test_strides_for_steps_are_told_and_not_doubled():
    run = samples(N, cadence=np.where(between(600, 900), 82, 164))
    cleaned = clean(run)

    assert of("cadence of one foot", run) == list(range(600, 900))
    assert cleaned["cadence_spm"][700] == 82


def test_half_a_cadence_is_held_against_the_runs_own_at_that_speed():
    """110 is no half of the 170 that is run at 3 m/s; at 5 m/s 220 is."""
    fast = between(900, 1300)
    run = samples(
        N,
        speed=np.where(fast, 5.0, 3.0),
        cadence=np.select([between(500, 600), between(1000, 1100)], [110, 110], 170)
        + np.where(fast & ~between(1000, 1100), 50, 0),
    )

    assert of("cadence of one foot", run) == list(range(1000, 1100))
    assert of("walking", run) == []
    assert of("no cadence", run) == list(range(500, 600))


def test_a_few_seconds_of_half_a_cadence_are_lost_ones():
    run = samples(N, cadence=np.where(between(600, 608), 82, 164))

    assert of("cadence of one foot", run) == []
    assert of("no cadence", run) == list(range(600, 608))


def test_cadence_locked_to_the_heart_rate_is_told():
    second = between(600, 700)
    run = samples(N, heart_rate_bpm=np.where(second, 170, 150))

    assert of("cadence locked to heart rate", run) == list(range(600, 700))


def test_a_cadence_beyond_any_runner_is_an_implausible_step():
    assert of("implausible step", samples(N, cadence=260)) == list(range(240, N))
    assert of("implausible step", samples(N, speed=6.0, cadence=140))[0] == 240


# --- speed and place ------------------------------------------------------------------


def test_a_speed_that_is_missing_or_nothing_in_a_run_is_told():
    speed = np.select([between(600, 700), between(800, 900)], [np.nan, 0.2], 3.0)
    told = of("no speed", samples(N, speed=speed))

    assert told == [*range(600, 700), *range(800, 900)]


def test_a_jump_of_the_speed_takes_its_neighbours_with_it():
    speed = np.where(between(600, 601), 11.0, 3.0)

    assert of("speed jump", samples(N, speed=speed)) == [599, 600, 601]


@pytest.mark.parametrize("cadence", [170.0, None])
def test_noise_of_a_gps_is_never_taken_for_running(rng, cadence):
    """At 20 km/h with 5.5 m/s of noise some seconds look sound by chance."""
    speed = 20 / 3.6 + 5.5 * rng.standard_normal(N)
    told = Counter(because(samples(N, speed=speed, cadence=cadence)))

    assert told == {"speed jump": N}


def test_a_speed_that_scatters_a_little_is_no_noise(rng):
    told = because(samples(N, speed=3 + 0.4 * rng.standard_normal(N)))

    assert told[240:].isna().all()


def test_a_tunnel_is_told_when_the_speed_was_held():
    run = samples(N, distance_m=3 * SECOND, **along_a_meridian(3 * SECOND))
    run.loc[600:659, ["latitude_deg", "longitude_deg"]] = np.nan

    assert of("tunnel", run) == list(range(600, 671))


def test_a_tunnel_is_told_when_the_speed_fits_no_catching_up(rng):
    way_m = 3 * SECOND
    frozen_m = np.where(between(600, 660), way_m[600], way_m)
    speed = np.where(between(600, 660), 2.1, 3) + 0.05 * rng.standard_normal(N)
    slow = samples(N, speed=speed, **along_a_meridian(frozen_m))
    slow["speed_mps"] = slow["speed_mps"].where(~between(601, 660), 2.05)
    slow.loc[620, "speed_mps"] = 2.2

    assert of("tunnel", slow)[0] == 601
    assert of("tunnel", slow)[-1] == 670


def test_a_lost_position_harms_nothing_where_the_speed_goes_on(rng):
    """A foot pod, or a watch that counts arm swings, measures on without a sky."""
    speed = 3 + 0.1 * rng.standard_normal(N)
    way_m = np.append(0, np.cumsum(speed)[:-1])
    run = samples(N, speed=speed, distance_m=way_m, **along_a_meridian(way_m))
    run.loc[600:659, ["latitude_deg", "longitude_deg"]] = np.nan

    assert because(run)[240:].isna().all()


def test_a_position_that_is_lost_over_a_pause_is_no_tunnel():
    elapsed_s = np.append(np.arange(900.0), np.arange(1000.0, 1900))
    run = samples(elapsed_s, **along_a_meridian(3 * elapsed_s))
    run.loc[899:901, ["latitude_deg", "longitude_deg"]] = np.nan

    assert of("tunnel", run, pauses((900, 99.5))) == []


def test_a_position_that_wanders_without_a_step_is_drift_and_one_that_goes_is_walking():
    still = between(600, 700)
    speed = np.where(still, 0.8, 3.0)
    way_m = np.append(0, np.cumsum(speed)[:-1])
    cadence = np.where(still, 0, 170)
    to_and_fro_m = np.where(still, way_m[600] + 3 * np.sin(SECOND), way_m)
    fixed = {"speed": speed, "cadence": cadence, "distance_m": way_m}
    wanders = samples(N, **fixed, **along_a_meridian(to_and_fro_m))
    walks = samples(N, **fixed, **along_a_meridian(way_m))

    assert of("GPS drift", wanders) == list(range(600, 700))
    assert of("GPS drift", walks) == []
    assert of("walking", walks) == list(range(600, 700))
    assert of("walking", samples(N, **fixed)) == list(range(600, 700))


def test_a_speed_that_the_distance_contradicts_is_drift():
    speed = np.where(between(900, 1080), 2.0, 3.0)
    run = samples(N, speed=speed, distance_m=3 * SECOND, **along_a_meridian(3 * SECOND))
    told = of("GPS drift", run)

    assert set(range(901, 1080)) <= set(told)
    assert len(told) <= 200


def test_a_speed_that_is_off_by_the_same_all_along_is_no_drift():
    run = samples(N, speed=2.0, distance_m=3 * SECOND, **along_a_meridian(3 * SECOND))

    assert of("GPS drift", run) == []


# --- time -----------------------------------------------------------------------------


def test_a_clock_that_leaps_ahead_and_comes_back_costs_these_moments_alone():
    elapsed_s = SECOND.copy()
    elapsed_s[[700, 701]] = 90_000
    told = because(samples(elapsed_s))

    assert np.flatnonzero(told == "clock jump").tolist() == [700, 701]
    assert told.drop(range(240)).drop([700, 701]).isna().all()


def test_a_clock_that_is_set_in_the_middle_is_told_and_not_taken_for_a_silence():
    elapsed_s = SECOND + np.where(SECOND >= 900, 1e9, 0)
    told = because(samples(elapsed_s))

    assert np.flatnonzero(told == "clock jump").tolist() == list(range(884, 916))
    assert "lost signal" not in set(told)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0, 1e4) | st.just(np.nan), max_size=40),
    st.sets(st.integers(0, 99), max_size=2),
)
def test_what_is_left_of_a_clock_is_as_it_was(moments, places):
    wild = np.array(moments)
    steady = np.arange(100.0)
    spiked = steady.copy()
    spiked[sorted(places)] += 5000

    left = rising(wild)
    assert ((left == wild) | np.isnan(left)).all()
    assert np.isin(np.flatnonzero(np.isnan(rising(spiked))), list(places)).all()


# --- bad input ------------------------------------------------------------------------


def test_a_run_of_nothing_is_told_as_such():
    assert set(because(samples(N, speed=np.nan, cadence=np.nan))) == {"no speed"}
    assert set(because(samples(np.full(9, np.nan)))) == {"clock jump"}
    assert because(samples(1)).tolist() == ["first minutes"]
    assert because(samples(0)).tolist() == []


def test_a_run_without_a_place_has_none_in_its_signals():
    signals = signals_of(samples(10))

    assert not signals.has_position
    assert np.isnan(signals.latitude_deg).all()


@pytest.mark.parametrize(
    "path", real_files(".fit", ".tcx", ".gpx")[::7], ids=lambda path: path.name[-40:]
)
def test_every_sample_of_a_real_run_is_usable_or_says_why(path):
    with warnings.catch_warnings():
        # What the reader finds wrong with a file is another matter.
        warnings.simplefilter("ignore", DataQualityWarning)
        try:
            recordings = list(read_runs(path))
        except ReadError:
            pytest.skip("the file holds no run")
    for recording in recordings:
        run = clean(recording.samples, recording.pauses)

        assert (run["is_usable"] == run["unusable_because"].isna()).all()
