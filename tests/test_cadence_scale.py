"""A run on another scale than the others is found, and an honest one is left alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.runbuild import samples

import hipstride as hs
from hipstride.gait import device_scales, scale_audit

MILE = 1.609344


def history(n=60, *, seed=1, cadence_sd=0.02, speed_sd=0.08, device="watch"):
    """Runs of one person: 165 steps/min at 3 m/s, elasticity 0.14, some noise."""
    rng = np.random.default_rng(seed)
    speed = 3.0 * np.exp(speed_sd * rng.standard_normal(n))
    cadence = 165 * (speed / 3.0) ** 0.14 * np.exp(cadence_sd * rng.standard_normal(n))
    return pd.DataFrame(
        {
            "run_id": [f"run{number:03d}" for number in range(n)],
            "local_date": pd.date_range("2025-01-01", periods=n, unit="us"),
            "device": device,
            "source": [f"run{number:03d}.fit" for number in range(n)],
            "distance_m": 8000.0,
            "moving_s": 8000.0 / speed,
            "running_s": 8000.0 / speed,
            "mean_cadence_spm": cadence,
            "mean_speed_mps": speed,
        }
    )


def with_values(runs, row, **values):
    """The runs with some of one row's values replaced."""
    runs = runs.copy()
    for name, value in values.items():
        runs.loc[row, name] = value
    return runs


def suspected(runs, **options):
    audit = scale_audit(runs, **options)
    told = audit[audit["suspected"].notna()]
    return dict(zip(told["run_id"], told["suspected"], strict=True))


def test_an_honest_history_has_nothing_to_report():
    assert suspected(history(300)) == {}


def test_there_is_one_row_a_run_in_the_order_of_the_runs():
    runs = history(20)

    audit = scale_audit(runs)

    assert audit["run_id"].tolist() == runs["run_id"].tolist()
    assert list(audit.columns) == [
        *("run_id", "local_date", "device", "source"),
        *("mean_cadence_spm", "mean_speed_mps", "expected_cadence_spm", "ratio"),
        *("suspected", "evidence"),
    ]


def test_the_runs_are_not_changed():
    runs = history(20)
    before = runs.copy()

    scale_audit(runs, samples=lambda _: samples())

    pd.testing.assert_frame_equal(runs, before)


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (0.5, "counts one foot"),
        (2.0, "counts both feet twice"),
        (0.75, "cadence off by 0.75"),
    ],
)
def test_a_cadence_on_another_scale_is_named(factor, words):
    runs = history()
    cadence = factor * 165 * (runs.loc[7, "mean_speed_mps"] / 3.0) ** 0.14

    found = suspected(with_values(runs, 7, mean_cadence_spm=cadence))

    assert list(found) == ["run007"]
    assert found["run007"][:-2] == words[:-2]


def test_the_evidence_gives_the_numbers_and_how_many_others_there_are():
    runs = history(51, cadence_sd=0.0, speed_sd=0.0)

    audit = scale_audit(with_values(runs, 7, mean_cadence_spm=82.5))

    assert audit.loc[7, "evidence"] == (
        "82 steps/min at 3.00 m/s, where your 50 other runs take 165"
    )
    assert audit.loc[7, "ratio"] == pytest.approx(0.5)
    assert audit.loc[7, "expected_cadence_spm"] == pytest.approx(165)


@pytest.mark.parametrize(
    ("factor", "words"),
    [(MILE, "kilometres taken for miles?"), (1 / MILE, "miles taken for kilometres?")],
)
def test_miles_and_kilometres_confused_show_in_speed_and_not_in_cadence(factor, words):
    runs = history(cadence_sd=0.015)
    speed = factor * 3.0

    audit = scale_audit(
        with_values(runs, 7, mean_speed_mps=speed, mean_cadence_spm=165.0)
    )

    told = audit[audit["suspected"].notna()]
    assert told["run_id"].tolist() == ["run007"]
    assert told["suspected"].iloc[0].startswith("speed off by ")
    assert told["evidence"].iloc[0].endswith(words)


def test_a_race_at_the_cadence_of_a_race_is_believed():
    runs = history()
    race = 165 * 1.5**0.14

    assert not suspected(
        with_values(runs, 7, mean_speed_mps=4.5, mean_cadence_spm=race)
    )


def test_repeats_on_a_track_are_hardly_ever_taken_for_miles():
    """A history of jogs with 60 fast sessions: at most 2 of them may be asked about."""
    rng = np.random.default_rng(5)
    runs = history(200, seed=4)
    fast = np.arange(0, 180, 3)
    speed = 4.6 * np.exp(0.05 * rng.standard_normal(len(fast)))
    noise = np.exp(0.02 * rng.standard_normal(len(fast)))
    runs.loc[fast, "mean_speed_mps"] = speed
    runs.loc[fast, "mean_cadence_spm"] = 165 * (speed / 3.0) ** 0.14 * noise

    assert len(suspected(runs)) <= 2


def test_a_new_cadence_of_a_tenth_more_is_form_and_not_scale():
    runs = history(100)
    runs.loc[50:, "mean_cadence_spm"] *= 1.10

    assert suspected(runs) == {}


def test_where_most_runs_count_one_foot_these_are_named_and_not_the_others():
    runs = history(60)
    runs.loc[:49, "mean_cadence_spm"] /= 2

    assert suspected(runs) == dict.fromkeys(runs["run_id"][:50], "counts one foot")


def test_where_all_count_one_foot_people_in_general_tell():
    runs = history(20)
    runs["mean_cadence_spm"] /= 2

    audit = scale_audit(runs)

    assert set(audit["suspected"]) == {"counts one foot"}
    assert audit["evidence"].str.contains("where people take 16").all()


def test_fewer_than_five_runs_are_not_held_against_each_other():
    audit = scale_audit(with_values(history(4), 0, mean_cadence_spm=82.0))

    assert audit["ratio"].isna().all()
    assert audit["suspected"].isna().all()


def test_no_runs_are_no_rows():
    audit = scale_audit(history(5).iloc[:0])

    assert len(audit) == 0
    assert len(device_scales(audit)) == 0


def test_a_table_without_cadence_is_refused_by_name():
    with pytest.raises(hs.TableError, match="'mean_cadence_spm' is missing"):
        scale_audit(history().drop(columns="mean_cadence_spm"))


def test_a_table_of_the_bare_columns_will_do():
    names = ["run_id", "local_date", "mean_cadence_spm", "mean_speed_mps"]

    audit = scale_audit(history()[names])

    assert audit["device"].isna().all()
    assert audit["suspected"].isna().all()


def without_running(runs, row):
    """A run whose cadence is no runner's: no second is running, no mean stands."""
    return with_values(
        runs, row, running_s=0.0, mean_cadence_spm=np.nan, mean_speed_mps=np.nan
    )


def test_a_run_that_moved_like_one_without_a_runners_cadence_is_told():
    audit = scale_audit(without_running(history(), 7))

    assert audit.loc[7, "suspected"] == "no steps of a run"
    assert "half, twice, or zero" in audit.loc[7, "evidence"]


@pytest.mark.parametrize(
    ("cadence", "words"),
    [(82.0, "counts one foot"), (330.0, "counts both feet twice")],
)
def test_its_samples_tell_which_and_no_others_are_asked_for(cadence, words):
    asked = []

    def samples_of(run_id):
        asked.append(run_id)
        return samples(600, cadence=cadence)

    found = suspected(without_running(history(), 7), samples=samples_of)

    assert found == {"run007": words}
    assert asked == ["run007"]


@pytest.mark.parametrize(
    ("cadence", "found"), [(None, {}), (0.0, {"run007": "no steps of a run"})]
)
def test_a_cadence_of_zero_is_suspect_and_no_cadence_is_not(cadence, found):
    runs = without_running(history(), 7)

    assert suspected(runs, samples=lambda _: samples(600, cadence=cadence)) == found


def test_a_run_without_any_cadence_is_not_suspect():
    """It is judged by its speed and so has seconds of running."""
    runs = with_values(history(), 7, mean_cadence_spm=np.nan)

    audit = scale_audit(runs)

    assert audit["suspected"].isna().all()
    assert np.isnan(audit.loc[7, "ratio"])


def test_a_whole_run_at_eleven_metres_a_second_is_nobodys():
    runs = without_running(history(), 7)

    found = scale_audit(with_values(runs, 7, moving_s=720.0))

    assert found.loc[7, "suspected"] == "speed off"
    assert "11.1 m/s on the whole is nobody's" in found.loc[7, "evidence"]


@given(
    st.floats(150, 185),
    st.floats(0.10, 0.17),
    st.sampled_from([0.5, 2.0]),
    st.integers(0, 39),
    st.integers(0, 2**20),
)
@settings(max_examples=40, deadline=None)
def test_any_runners_halved_or_doubled_run_is_found_and_no_other(
    cadence, elasticity, factor, row, seed
):
    runs = history(40, seed=seed)
    speed = runs["mean_speed_mps"]
    noise = runs["mean_cadence_spm"] / (165 * (speed / 3.0) ** 0.14)
    own = cadence * (speed / 3.0) ** elasticity * noise
    runs = runs.assign(mean_cadence_spm=own)
    runs.loc[row, "mean_cadence_spm"] *= factor

    found = suspected(runs)

    words = "counts one foot" if factor < 1 else "counts both feet twice"
    assert found == {runs["run_id"][row]: words}


# Devices


def test_a_device_of_which_all_runs_are_half_is_named_as_a_whole():
    runs = history(60)
    runs.loc[40:, "device"] = "pod"
    runs.loc[40:, "mean_cadence_spm"] /= 2

    devices = device_scales(scale_audit(runs)).set_index("device")

    assert devices.loc["pod", "suspected"] == "counts one foot"
    assert devices.loc["pod", "cadence_ratio"] == pytest.approx(0.5, rel=0.02)
    assert devices.loc["pod", "evidence"].startswith("its 20 runs are at 0.50 times")
    assert devices["n_runs"].to_dict() == {"watch": 40, "pod": 20}


def test_a_device_a_seventh_off_is_told_though_no_run_of_it_stands_out():
    runs = history(60)
    runs.loc[40:, "device"] = "pod"
    runs.loc[40:, "mean_cadence_spm"] *= 0.86

    audit = scale_audit(runs)
    devices = device_scales(audit).set_index("device")

    assert audit["suspected"].isna().all()
    assert devices.loc["pod", "suspected"].startswith("cadence off by 0.8")
    assert "change of form" in devices.loc["pod", "evidence"]


def test_a_device_that_takes_miles_for_kilometres_is_told():
    runs = history(60)
    runs.loc[40:, "device"] = "treadmill app"
    runs.loc[40:, "mean_speed_mps"] /= MILE

    devices = device_scales(scale_audit(runs)).set_index("device")

    assert devices.loc["treadmill app", "suspected"].startswith("speed off by 0.6")
    assert "miles taken for kilometres" in devices.loc["treadmill app", "evidence"]


def test_one_device_alone_has_nothing_to_be_held_against():
    devices = device_scales(scale_audit(history()))

    assert devices["cadence_ratio"].isna().tolist() == [True]
    assert devices["suspected"].isna().all()


def test_two_devices_that_agree_are_left_alone():
    runs = history(60)
    runs.loc[::2, "device"] = "pod"

    devices = device_scales(scale_audit(runs))

    assert devices["suspected"].isna().all()
    assert devices["cadence_ratio"].to_numpy() == pytest.approx(1.0, abs=0.03)


def test_a_cadence_of_nothing_counts_as_not_known():
    runs = pd.DataFrame(
        {
            "run_id": [f"r{i}" for i in range(12)],
            "local_date": pd.date_range("2026-01-01", periods=12),
            "mean_cadence_spm": [0.0] + [170.0] * 11,
            "mean_speed_mps": 3.0,
        }
    )
    found = scale_audit(runs)

    assert np.isnan(found["mean_cadence_spm"].iloc[0])
    assert not found["suspected"].str.contains("cadence off by 0", na=False).any()
