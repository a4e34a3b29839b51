"""Simulated runners: the truth is what it says, and the files tell of it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hipstride import simulate
from hipstride.alignment import align
from hipstride.errors import DataQualityWarning, HipstrideError
from hipstride.gait import daily_load
from hipstride.io.fit import read_fit
from hipstride.io.gpx import read_gpx
from hipstride.io.journal import read_changes, read_journal
from hipstride.io.tcx import read_tcx
from hipstride.runs import summarize
from hipstride.simulate import Change, DeviceUse, Runner, ShoeUse
from hipstride.simulate._slow import flare_days
from hipstride.tables import (
    CHANGES,
    JOURNAL,
    LAPS,
    OBSERVATIONS,
    PAUSES,
    RUNS,
    SAMPLES,
    Recording,
    Table,
)

SHORTER = Change(on=60, stride_pct=-4.0, label="shorter stride", kind="stride")


def assert_is(table: Table, frame: pd.DataFrame) -> None:
    table.check(frame)
    unfit = [
        column.name
        for column in table.columns
        if column.name in frame and not column.fits(frame[column.name])
    ]

    assert unfit == []


def slope_of(y: pd.Series, x: pd.Series, *others: pd.Series) -> tuple[float, float]:
    """Give the least-squares slope of y on x beside others, with its error."""
    design = np.column_stack([np.ones(len(x)), x, *others])
    inverse = np.linalg.inv(design.T @ design)
    estimate = inverse @ design.T @ y.to_numpy()
    residual = y.to_numpy() - design @ estimate
    return float(estimate[1]), float(np.sqrt(residual.var() * inverse[1, 1]))


# The table-level history -------------------------------------------------------------


def test_a_history_is_made_of_valid_tables():
    runner = Runner(treadmill_share=0.2, changes=(SHORTER,))
    past = simulate.history(runner, n_runs=120, seed=1)

    assert_is(OBSERVATIONS, past.observations)
    assert_is(JOURNAL, past.journal)
    assert_is(CHANGES, past.changes)
    assert len(past.observations) == 120


def test_the_same_seed_gives_the_same_history_and_another_gives_another():
    first, again, other = (
        simulate.history(Runner(), n_runs=30, seed=seed) for seed in (4, 4, 5)
    )

    pd.testing.assert_frame_equal(first.observations, again.observations)
    assert not first.observations.equals(other.observations)


def test_runners_that_differ_in_their_effect_share_all_draws():
    with_effect = simulate.history(Runner(), n_runs=50, seed=2).runs_truth
    without = simulate.history(
        Runner(effect_points_per_pct=0.0), n_runs=50, seed=2
    ).runs_truth

    felt = with_effect["felt_after_points"] - without["felt_after_points"]
    np.testing.assert_allclose(felt, 0.15 * with_effect["stride_pct"], atol=1e-12)


@pytest.mark.parametrize("runs_per_week", [2.0, 4.0, 4.5, 7.0])
def test_runs_come_as_often_as_asked_with_irregular_gaps(runs_per_week: float):
    runner = Runner(runs_per_week=runs_per_week)
    day = simulate.history(runner, n_runs=400, seed=3).runs_truth["day"]
    gaps = np.diff(day)

    assert 7 * 399 / day.iloc[-1] == pytest.approx(runs_per_week, rel=0.02)
    assert gaps.min() == 1
    assert (len(set(gaps)) > 1) == (runs_per_week < 7)


def test_loads_and_rest_are_those_that_the_pipeline_computes():
    obs = simulate.history(Runner(), n_runs=40, seed=6)
    runs = obs.runs_truth[["local_date", "distance_m"]]
    expected = daily_load(runs)

    for name in ("load_acute_m", "load_chronic_m"):
        np.testing.assert_allclose(obs.runs_truth[name], expected[name])
    np.testing.assert_array_equal(
        obs.observations["days_since_last_run"], expected["days_since_last_run"]
    )


def test_pain_and_form_remember_as_long_as_told():
    past = simulate.history(Runner(runs_per_week=7.0), n_runs=20_000, seed=7)
    runs = past.runs_truth
    state = runs["felt_before_points"]

    assert runs["form_pct"].autocorr(1) == pytest.approx(0.7, abs=0.02)
    assert runs["form_pct"].std() == pytest.approx(2.0, rel=0.03)
    assert state.autocorr(1) == pytest.approx(0.6, abs=0.02)
    assert state.autocorr(3) == pytest.approx(0.6**3, abs=0.03)


def test_step_length_follows_speed_with_the_elasticity():
    runs = simulate.history(Runner(), n_runs=50, seed=8).runs_truth
    bare = (
        np.log(runs["step_length_m"])
        - runs["stride_pct"] / 100
        + 0.008 * runs["grade_pct"]
    )
    slope = np.polyfit(np.log(runs["speed_mps"]), bare, 1)[0]

    assert slope == pytest.approx(0.88)


@pytest.mark.parametrize(
    "runner",
    [
        Runner(),
        Runner(pain_baseline_points=0.3),
        Runner(rating_step_points=0.5, careless_zero_share=0.0),
        Runner(changes=(Change(on=20_000, pain_points=-2.0),)),
    ],
    ids=["default", "mostly zeros", "half points", "with a change"],
)
def test_the_effect_on_the_scale_is_the_slope_of_the_best_linear_predictor(
    runner: Runner,
):
    past = simulate.history(runner, n_runs=60_000, seed=9)
    runs = past.runs_truth
    late = (np.arange(len(runs)) >= 20_000).astype(float)
    slope, error = slope_of(
        runs["rating_after_0_10"],
        runs["form_pct"],
        runs["speed_pct"],
        *([pd.Series(late)] if runner.changes else []),
    )

    assert slope == pytest.approx(
        past.truth.effect_on_scale_points_per_pct, abs=3 * error
    )


def test_the_truth_of_the_default_runner_is_that_of_the_calibration():
    truth = simulate.history(Runner(), n_runs=120, seed=1).truth

    assert truth.effect_points_per_pct == 0.15
    assert truth.effect_on_scale_points_per_pct == pytest.approx(0.114, abs=0.002)


def test_a_change_moves_the_mean_rating_by_what_the_truth_says():
    change = Change(on=15_000, stride_pct=-4.0, pain_points=-0.5)
    past = simulate.history(Runner(changes=(change,)), n_runs=30_000, seed=10)
    rating = past.runs_truth["rating_after_0_10"].to_numpy()
    [told] = past.truth.changes

    assert told.pain_points == pytest.approx(-0.5 - 4 * 0.15)
    fall = rating[15_000:].mean() - rating[:15_000].mean()
    assert fall == pytest.approx(told.pain_on_scale_points, abs=0.08)


def test_guarding_makes_pain_shorten_the_step():
    runner = Runner(effect_points_per_pct=0.0, guarding_pct_per_point=0.5)
    past = simulate.history(runner, n_runs=20_000, seed=11)
    runs = past.runs_truth
    slope, error = slope_of(runs["stride_pct"], runs["felt_before_points"])

    assert past.truth.effect_on_scale_points_per_pct == 0.0
    assert slope == pytest.approx(-0.5, abs=3 * error)


def test_raw_step_length_goes_with_pain_by_way_of_speed_alone():
    past = simulate.history(Runner(effect_points_per_pct=0.0), n_runs=5_000, seed=12)
    obs = past.observations
    raw = 100 * np.log(obs["mean_step_length_m"])
    naive, naive_error = slope_of(obs["pain_after_0_10"], raw)
    fair, fair_error = slope_of(
        obs["pain_after_0_10"], raw, 100 * np.log(obs["mean_speed_mps"])
    )

    assert naive > 4 * naive_error
    assert abs(fair) < 4 * fair_error


def test_ratings_stay_on_the_scale_in_the_steps_asked_for():
    runner = Runner(rating_step_points=0.5, pain_sd_points=4.0, runs_per_week=7.0)
    journal = simulate.history(runner, n_runs=500, seed=13).journal

    assert journal["pain_0_10"].between(0, 10).all()
    assert (journal["pain_0_10"] * 2 % 1 == 0).all()
    assert set(journal["moment"]) == set(simulate.RATED_MOMENTS)


def test_forgotten_ratings_are_missing_and_not_zero():
    runner = Runner(missing_share=0.3)
    past = simulate.history(runner, n_runs=2_000, seed=14)
    given = past.observations["pain_after_0_10"]

    assert given.isna().mean() == pytest.approx(0.3, abs=0.03)
    after = past.journal["moment"] == "after"
    assert after.sum() == given.notna().sum()


def test_who_forgets_when_free_of_pain_leaves_out_zeros_only():
    past = simulate.history(Runner(forgetting_share=0.5), n_runs=2_000, seed=15)
    is_missing = past.observations["pain_after_0_10"].isna()
    rating = past.runs_truth["rating_after_0_10"]

    assert (rating[is_missing] == 0).all()
    assert is_missing[rating == 0].mean() == pytest.approx(0.5, abs=0.05)


def test_only_the_moments_asked_for_are_rated():
    past = simulate.history(Runner(moments=("after",)), n_runs=20, seed=16)

    assert set(past.journal["moment"]) == {"after"}
    assert "pain_before_0_10" not in past.observations


def test_a_runner_who_rates_nothing_has_an_empty_diary():
    past = simulate.history(Runner(moments=()), n_runs=20, seed=16)

    assert len(past.journal) == 0
    JOURNAL.check(past.journal)


def test_a_change_may_be_dated_by_its_day():
    change = Change(on=dt.date(2025, 2, 1), label="shoes", kind="shoes")
    past = simulate.history(Runner(changes=(change,)), n_runs=40, seed=17)

    assert past.changes["started_on"].tolist() == [pd.Timestamp("2025-02-01")]
    since = past.observations["local_date"] >= pd.Timestamp("2025-02-01")
    assert (past.observations["change_shoes"] == since).all()


@pytest.mark.parametrize("on", [40, dt.date(2031, 1, 1)])
def test_a_change_behind_the_last_run_is_refused(on: int | dt.date):
    with pytest.raises(ValueError, match=r"change 'late': found .* the 40 runs"):
        simulate.history(
            Runner(changes=(Change(on=on, label="late"),)), n_runs=40, seed=1
        )


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"missing_share": 1.5}, "missing_share: found 1.5; expected 0 to 1"),
        ({"pain_memory": 1.0}, "pain_memory: found 1; expected 0 to 0.999"),
        ({"form_sd_pct": -1.0}, "form_sd_pct: found -1; expected 0 to inf"),
        ({"runs_per_week": 8.0}, "runs_per_week: found 8; expected 0.25 to 7"),
        ({"effect_points_per_pct": np.nan}, "effect_points_per_pct: found nan"),
        ({"gps_speed_memory_s": 0.0}, "gps_speed_memory_s: found 0; expected 0.1"),
        ({"gps_run_sd_pct": -1.0}, "gps_run_sd_pct: found -1; expected 0 to inf"),
        ({"moments": ("dawn",)}, "moments: found 'dawn'; expected some of before"),
    ],
)
def test_a_runner_who_cannot_be_is_refused(bad: dict[str, object], words: str):
    with pytest.raises(ValueError, match=words):
        Runner(**bad)


def test_a_history_of_one_run_is_refused():
    with pytest.raises(ValueError, match="n_runs: found 1; expected 2 or more"):
        simulate.history(Runner(), n_runs=1, seed=1)


# What is worn ------------------------------------------------------------------------

OLD = DeviceUse(name="old watch", until_run=60)
NEW = DeviceUse(name="new watch", from_run=60, speed_scale_pct=2.0)


def test_a_runner_without_gear_wears_the_usual_watch_and_no_shoe_is_told():
    made = simulate.history(Runner(), n_runs=10, seed=1)

    assert set(made.runs_truth["device"]) == {"simulated watch"}
    assert set(made.runs_truth["shoe"]) == {""}
    assert set(made.observations["device"]) == {"simulated watch"}
    assert "shoe" not in made.observations


def test_gear_that_changes_nothing_leaves_every_draw_as_it_was():
    gear = Runner(
        devices=(OLD, DeviceUse(name="b", share=0.5)), shoes=(ShoeUse(name="c"),)
    )
    bare, worn = (
        simulate.history(runner, n_runs=80, seed=4) for runner in (Runner(), gear)
    )
    first, same = (
        next(simulate.recordings(each, duration_s=120)) for each in (bare, worn)
    )

    pd.testing.assert_frame_equal(
        bare.observations.drop(columns="device"),
        worn.observations.drop(columns=["device", "shoe"]),
    )
    pd.testing.assert_frame_equal(bare.journal, worn.journal)
    pd.testing.assert_frame_equal(first.samples, same.samples)
    assert bare.truth == worn.truth


def test_watches_are_worn_from_one_run_until_another():
    made = simulate.history(Runner(devices=(OLD, NEW)), n_runs=100, seed=1)

    assert made.runs_truth["device"].tolist() == ["old watch"] * 60 + ["new watch"] * 40
    assert made.observations["device"].equals(made.runs_truth["device"])


def test_runs_between_two_watches_are_those_of_the_usual_watch():
    devices = (DeviceUse(name="a", until_run=2), DeviceUse(name="b", from_run=4))
    made = simulate.history(Runner(devices=devices), n_runs=6, seed=1)

    assert made.runs_truth["device"].tolist() == [
        *["a"] * 2,
        *["simulated watch"] * 2,
        *["b"] * 2,
    ]


def test_shoes_in_use_at_the_same_time_are_chosen_by_their_shares():
    shoes = (ShoeUse(name="daily", share=0.6), ShoeUse(name="racers", share=0.2))
    made = simulate.history(Runner(shoes=shoes), n_runs=4_000, seed=2)

    is_racer = made.runs_truth["shoe"] == "racers"
    assert is_racer.mean() == pytest.approx(0.25, abs=0.025)
    # By chance, not in turn or in blocks.
    assert is_racer.astype(float).autocorr(1) == pytest.approx(0.0, abs=0.05)


def test_a_shoe_truly_changes_the_step_and_by_way_of_it_the_pain():
    shoes = (ShoeUse(name="flat", until_run=50), ShoeUse(name="b", stride_pct=-3.0))
    devices = (DeviceUse(name="a", speed_scale_pct=5.0),)
    bare, worn = (
        simulate.history(runner, n_runs=80, seed=4).runs_truth
        for runner in (Runner(), Runner(shoes=shoes, devices=devices))
    )
    moved = np.where(worn["shoe"] == "b", -3.0, 0.0)

    assert 0 < (moved[:50] != 0).sum() < 50
    np.testing.assert_allclose(worn["stride_pct"] - bare["stride_pct"], moved)
    np.testing.assert_allclose(
        worn["step_length_m"], bare["step_length_m"] * np.exp(moved / 100)
    )
    felt = worn["felt_after_points"] - bare["felt_after_points"]
    np.testing.assert_allclose(felt, 0.15 * moved, atol=1e-12)
    assert worn["shoe_stride_pct"].tolist() == moved.tolist()


def test_the_truth_on_the_scale_knows_of_the_shoes():
    runner = Runner(
        pain_baseline_points=0.3,
        shoes=(ShoeUse(name="a", stride_pct=20.0),),
        effect_points_per_pct=0.3,
    )
    made = simulate.history(runner, n_runs=60_000, seed=9)
    runs = made.runs_truth
    slope, error = slope_of(
        runs["rating_after_0_10"], runs["form_pct"], runs["speed_pct"]
    )

    assert slope == pytest.approx(
        made.truth.effect_on_scale_points_per_pct, abs=3 * error
    )
    bare = simulate.history(replace(runner, shoes=()), n_runs=60_000, seed=9).truth
    assert bare.effect_on_scale_points_per_pct < 0.8 * slope


def test_a_watch_is_wrong_in_what_is_seen_and_changes_nothing_true():
    watch = DeviceUse(name="a", speed_scale_pct=2.0, cadence_scale_pct=-1.0)
    bare, worn = (
        simulate.history(runner, n_runs=30, seed=4)
        for runner in (Runner(), Runner(devices=(watch,)))
    )
    ratio = {
        name: worn.observations[name] / bare.observations[name]
        for name in ("mean_speed_mps", "mean_cadence_spm", "mean_step_length_m")
    }
    seen = worn.observations["stride_deviation_pct"]
    shift = seen - bare.observations["stride_deviation_pct"]

    pd.testing.assert_series_equal(
        worn.runs_truth["stride_pct"], bare.runs_truth["stride_pct"]
    )
    assert ratio["mean_speed_mps"].to_numpy() == pytest.approx(1.02)
    assert ratio["mean_cadence_spm"].to_numpy() == pytest.approx(0.99)
    assert ratio["mean_step_length_m"].to_numpy() == pytest.approx(1.02 / 0.99)
    expected = 100 * (0.12 * np.log(1.02) - np.log(0.99))
    assert shift.to_numpy() == pytest.approx(expected)


def test_the_recordings_have_the_scale_errors_of_their_watches():
    watch = DeviceUse(name="a", from_run=1, speed_scale_pct=2.0, cadence_scale_pct=5.0)
    bare, worn = (
        list(simulate.recordings(made, duration_s=600))
        for made in (
            simulate.history(Runner(treadmill_share=0.3), n_runs=8, seed=4),
            simulate.history(
                Runner(treadmill_share=0.3, devices=(watch,)), n_runs=8, seed=4
            ),
        )
    )

    assert [run.device for run in worn] == ["simulated watch", *["a"] * 7]
    pd.testing.assert_frame_equal(bare[0].samples, worn[0].samples)
    assert {run.is_treadmill for run in worn[1:]} == {True, False}
    for one, other in zip(bare[1:], worn[1:], strict=True):
        for name, ratio, rtol in (
            ("speed_mps", 1.02, 1e-9),
            ("distance_m", 1.02, 1e-9),
            ("cadence_spm", 1.05, 0.007),
            ("heart_rate_bpm", 1.0, 0.0),
            ("device_step_length_m", 1.02 / 1.05, 1e-9),
        ):
            expected = one.samples[name] * ratio
            np.testing.assert_allclose(other.samples[name], expected, rtol=rtol)


def test_the_files_name_the_watch_and_the_truth_names_the_gear(tmp_path):
    runner = Runner(
        devices=(replace(OLD, until_run=2), replace(NEW, from_run=2)),
        shoes=(ShoeUse(name="racers", from_run=3),),
    )
    made = simulate.history(runner, n_runs=4, seed=1)
    simulate.write(made, tmp_path, formats=("fit", "tcx"), duration_s=120)
    told = json.loads((tmp_path / "truth.json").read_text())
    runs = summarize(
        recording
        for path in sorted(tmp_path.glob("run*"))
        for recording in (read_fit if path.suffix == ".fit" else read_tcx)(path)
    )

    assert runs["device"].str.endswith(("old watch", "new watch")).all()
    assert told["device"] == ["old watch"] * 2 + ["new watch"] * 2
    assert told["shoe"] == [""] * 3 + ["racers"]
    assert told["runner"]["devices"][1]["speed_scale_pct"] == 2.0


def test_the_noise_of_the_gps_is_the_runners_number():
    calm = Runner(gps_speed_sd_pct=0.0, gps_run_sd_pct=0.0)
    noisy = Runner(gps_speed_sd_pct=6.0, gps_speed_memory_s=1.0, gps_run_sd_pct=0.0)
    shared = Runner(gps_speed_sd_pct=0.0, gps_run_sd_pct=3.0)
    true, wild, off = (
        next(simulate.recordings(simulate.history(runner, n_runs=2, seed=1))).samples[
            "speed_mps"
        ]
        for runner in (calm, noisy, shared)
    )
    error = np.log(wild / true)

    assert 100 * error.std() == pytest.approx(6.0, rel=0.1)
    assert error.autocorr(1) == pytest.approx(np.exp(-1), abs=0.06)
    assert np.log(off / true).std() == pytest.approx(0.0, abs=1e-12)
    assert abs(np.log(off / true).mean()) > 1e-4


@pytest.mark.parametrize("kind", [DeviceUse, ShoeUse])
@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"name": " "}, "name: found an empty one; expected what the files"),
        ({"from_run": -1}, "from_run of 'a': found -1; expected a run counted from 0"),
        ({"from_run": 3, "until_run": 3}, "until_run of 'a': found 3; .* from_run, 3"),
        ({"share": 0.0}, "share of 'a': found 0; expected above 0, up to 1"),
        ({"share": 1.5}, "share of 'a': found 1.5; expected above 0, up to 1"),
    ],
)
def test_gear_that_cannot_be_is_refused(kind, bad: dict[str, object], words: str):
    with pytest.raises(ValueError, match=words):
        kind(**{"name": "a", **bad})


def test_an_error_of_more_than_half_is_refused():
    with pytest.raises(ValueError, match="speed_scale_pct of 'a': found 70; expected"):
        DeviceUse(name="a", speed_scale_pct=70.0)
    with pytest.raises(ValueError, match="cadence_scale_pct of 'a': found nan"):
        DeviceUse(name="a", cadence_scale_pct=np.nan)
    with pytest.raises(ValueError, match="stride_pct of 'a': found -51; expected -50"):
        ShoeUse(name="a", stride_pct=-51.0)


# Second by second --------------------------------------------------------------------


@pytest.fixture(scope="module")
def past() -> simulate.History:
    runner = Runner(treadmill_share=0.15, changes=(replace(SHORTER, on=20),))
    return simulate.history(runner, n_runs=40, seed=3)


@pytest.fixture(scope="module")
def recorded(past: simulate.History) -> list[Recording]:
    return list(simulate.recordings(past, duration_s=1500))


def test_recordings_are_made_of_valid_tables(recorded):
    for run in recorded:
        assert_is(SAMPLES, run.samples)
        assert_is(LAPS, run.laps)
        assert_is(PAUSES, run.pauses)
        assert len(run.samples) == 1501


def test_speed_is_cadence_times_step_length(recorded):
    samples = recorded[0].samples
    implied = samples["cadence_spm"] / 60 * samples["device_step_length_m"]

    # A watch rounds cadence to whole steps.
    np.testing.assert_allclose(implied, samples["speed_mps"], rtol=0.006)


def test_positions_cover_the_distance_that_the_watch_counts(recorded):
    samples = next(run for run in recorded if not run.is_treadmill).samples
    north = np.radians(samples["latitude_deg"].to_numpy())
    east = np.radians(samples["longitude_deg"].to_numpy())
    step_m = 6_371_008.8 * np.hypot(np.diff(north), np.diff(east) * np.cos(north[1:]))

    assert step_m.sum() == pytest.approx(samples["distance_m"].iloc[-1], rel=0.005)


def test_altitude_climbs_where_it_is_steep(recorded):
    samples = next(run for run in recorded if not run.is_treadmill).samples
    climb = np.diff(samples["altitude_m"]) / np.diff(samples["distance_m"])

    assert np.abs(climb).mean() < 0.05
    assert samples["altitude_m"].max() - samples["altitude_m"].min() > 3


def test_the_timer_stands_in_a_pause_and_nothing_is_recorded(recorded):
    run = next(run for run in recorded if len(run.pauses))
    pause = run.pauses.iloc[0]
    elapsed_s = run.samples["elapsed_s"]
    end_s = pause["elapsed_s"] + pause["duration_s"]

    assert not ((elapsed_s > pause["elapsed_s"]) & (elapsed_s <= end_s)).any()
    lost_s = elapsed_s.iloc[-1] - run.timer_s
    assert lost_s == run.pauses["duration_s"].sum()


def test_laps_add_up_to_the_run(recorded):
    for run in recorded:
        assert run.laps["distance_m"].sum() == pytest.approx(run.distance_m)
        assert run.laps["duration_s"].sum() == run.timer_s
        assert run.laps["distance_m"].iloc[:-1].between(990, 1010).all()


def test_a_treadmill_run_has_neither_positions_nor_news_of_the_form(past, recorded):
    indoors = past.runs_truth["is_treadmill"].to_numpy()
    runs = [run for run, is_in in zip(recorded, indoors, strict=True) if is_in]

    assert runs
    for run in runs:
        assert run.is_treadmill
        assert "latitude_deg" not in run.samples
        assert "altitude_m" not in run.samples


def test_the_noise_within_the_runs_has_a_seed_of_its_own(past):
    first, again, other = (
        next(simulate.recordings(past, duration_s=60, seed=seed)).samples
        for seed in (1, 1, 2)
    )

    pd.testing.assert_frame_equal(first, again)
    assert not first["speed_mps"].equals(other["speed_mps"])


def test_a_run_below_a_minute_is_refused(past):
    with pytest.raises(ValueError, match="duration_s: found 30; expected at least"):
        next(simulate.recordings(past, duration_s=30))


# Through files -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(past: simulate.History, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulate.write(past, tmp_path_factory.mktemp("exports"), duration_s=1500)


@pytest.fixture(scope="module")
def observed(folder: Path) -> pd.DataFrame:
    runs = summarize(
        run for path in sorted(folder.glob("*.fit")) for run in read_fit(path)
    )
    journal = read_journal(folder / "journal.csv")
    return align(runs, journal, read_changes(folder / "changes.csv"))


def test_the_stride_found_in_the_files_is_the_true_one(past, observed):
    outdoors = ~past.runs_truth["is_treadmill"].to_numpy()
    true_pct = past.runs_truth["stride_pct"][outdoors]
    found_pct = observed["stride_deviation_pct"][outdoors]
    slope = np.polyfit(true_pct, found_pct, 1)[0]

    assert np.corrcoef(true_pct, found_pct)[0, 1] > 0.98
    assert slope == pytest.approx(1.0, abs=0.06)


def test_the_ratings_and_changes_found_in_the_files_are_those_of_the_history(
    past, observed
):
    told = past.observations
    names = [n for n in told if n.startswith(("pain_", "change_")) or n == "day"]

    pd.testing.assert_frame_equal(observed[names], told[names])


def test_the_truth_is_written_beside_the_files(past, folder):
    told = json.loads((folder / "truth.json").read_text())

    assert told["truth"]["effect_points_per_pct"] == 0.15
    assert told["truth"]["changes"][0]["label"] == "shorter stride"
    assert told["seed"] == 3
    assert len(told["stride_pct"]) == 40


def test_writing_twice_gives_the_same_bytes(tmp_path):
    past = simulate.history(Runner(), n_runs=4, seed=1)
    formats = ("fit", "gpx.gz", "tcx", "fit.gz")
    first, again = (
        simulate.write(past, tmp_path / name, formats=formats, duration_s=120)
        for name in ("a", "b")
    )
    names = sorted(path.name for path in first.iterdir())

    assert names == sorted(path.name for path in again.iterdir())
    for name in names:
        assert (first / name).read_bytes() == (again / name).read_bytes()


@pytest.mark.parametrize("suffix", ["gpx", "tcx"])
def test_gpx_and_tcx_tell_the_same_run(tmp_path, suffix):
    past = simulate.history(Runner(), n_runs=2, seed=1)
    simulate.write(past, tmp_path, formats=(suffix,), duration_s=600)
    read = read_gpx if suffix == "gpx" else read_tcx
    [found] = read(tmp_path / f"run-0001.{suffix}")
    true = next(simulate.recordings(past, duration_s=600))

    assert found.sport == "running"
    assert found.started_at == true.started_at
    for name, atol in (
        ("elapsed_s", 0.0),
        ("heart_rate_bpm", 0.0),
        ("cadence_spm", 1.0),
        ("altitude_m", 0.051),
        ("latitude_deg", 6e-8),
        ("longitude_deg", 6e-8),
    ):
        np.testing.assert_allclose(found.samples[name], true.samples[name], atol=atol)
    np.testing.assert_allclose(
        found.samples["distance_m"], true.samples["distance_m"], rtol=0.01, atol=0.1
    )
    if suffix == "tcx":
        np.testing.assert_allclose(
            found.samples["speed_mps"], true.samples["speed_mps"], atol=6e-4
        )
        np.testing.assert_allclose(
            found.laps["distance_m"], true.laps["distance_m"], atol=0.006
        )


def test_gpxpy_and_ours_agree_on_a_written_gpx(tmp_path):
    past = simulate.history(Runner(), n_runs=2, seed=1)
    simulate.write(past, tmp_path, formats=("gpx",), duration_s=300)
    ours, theirs = (
        read_gpx(tmp_path / "run-0001.gpx", engine=engine)[0].samples
        for engine in ("columnar", "gpxpy")
    )

    pd.testing.assert_frame_equal(ours, theirs)


def test_a_treadmill_run_takes_the_next_format_that_is_no_gpx(tmp_path):
    past = simulate.history(Runner(treadmill_share=1.0), n_runs=2, seed=1)
    simulate.write(past, tmp_path, formats=("gpx", "tcx"), duration_s=60)

    assert sorted(path.name for path in tmp_path.glob("run*")) == [
        "run-0001.tcx",
        "run-0002.tcx",
    ]


def test_treadmill_runs_as_gpx_alone_are_refused(tmp_path):
    past = simulate.history(Runner(treadmill_share=1.0), n_runs=2, seed=1)

    with pytest.raises(ValueError, match="only gpx for a runner with treadmill runs"):
        simulate.write(past, tmp_path, formats=("gpx",))


@pytest.mark.parametrize("formats", [("kml",), ()])
def test_an_unknown_format_is_refused(tmp_path, formats):
    past = simulate.history(Runner(), n_runs=2, seed=1)

    with pytest.raises(ValueError, match=r"formats: found .*; expected some of fit"):
        simulate.write(past, tmp_path, formats=formats)


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path):
    (tmp_path / "taken").write_text("a file")
    past = simulate.history(Runner(), n_runs=2, seed=1)

    with pytest.raises(HipstrideError, match="taken: cannot be written to"):
        simulate.write(past, tmp_path / "taken", duration_s=60)


def test_a_history_names_its_changes_as_align_does():
    labels = ("Épaule +5 %", "épaule 5", "…", "Two  words")
    changes = tuple(
        Change(on=5 * n, label=label, kind="cue") for n, label in enumerate(labels, 1)
    )
    made = simulate.history(Runner(changes=changes), n_runs=30, seed=1)
    given = [name for name in made.observations if name in RUNS.names]
    with pytest.warns(DataQualityWarning, match="are one change"):
        aligned = align(made.observations[given], made.journal, made.changes)

    for name in (column for column in aligned if column.startswith("change_")):
        assert aligned[name].tolist() == made.observations[name].tolist()


# What the calibration needs ----------------------------------------------------------


def test_a_default_runner_is_the_same_as_ever():
    # Sums of what was simulated before recovery, flares, arms and other sites existed.
    runner = Runner(guarding_pct_per_point=0.5, forgetting_share=0.3, missing_share=0.1)
    told = []
    for who, n_runs, seed in ((Runner(), 40, 1), (runner, 60, 7)):
        past = simulate.history(who, n_runs=n_runs, seed=seed)
        obs, runs = past.observations, past.runs_truth
        told += [
            obs["pain_after_0_10"].sum(),
            obs["mean_step_length_m"].sum(),
            runs["felt_after_points"].sum(),
            runs["felt_next_morning_points"].sum(),
            past.truth.effect_on_scale_points_per_pct,
        ]

    np.testing.assert_allclose(
        told,
        [
            *(69.0, 42.143461822, 77.012046495, 70.443685661, 0.1144692106),
            *(94.0, 65.084439069, 95.976486024, 101.787203272, 0.1163341512),
        ],
        rtol=1e-9,
    )


def test_recovery_takes_off_what_it_says_and_leaves_the_rest():
    still = simulate.history(Runner(), n_runs=80, seed=14).runs_truth
    healing = simulate.history(
        Runner(recovery_points_per_100_days=-1.5), n_runs=80, seed=14
    ).runs_truth
    moved = healing["felt_after_points"] - still["felt_after_points"]

    np.testing.assert_allclose(moved, -1.5 * still["day"] / 100, atol=1e-12)


def test_flares_come_as_often_hurt_as_much_and_vary_as_much_as_told():
    runner = Runner(
        flare_share=0.25, flare_mean_days=8.0, flare_points=2.0, runs_per_week=7.0
    )
    runs = simulate.history(runner, n_runs=20_000, seed=15).runs_truth
    calm = simulate.history(Runner(runs_per_week=7.0), n_runs=20_000, seed=15)
    is_flare = runs["slow_points"] > 0
    chance = runs["felt_after_points"] - runs["felt_before_points"]
    starts = (is_flare & ~is_flare.shift(fill_value=False)).sum()

    assert is_flare.mean() == pytest.approx(0.25, abs=0.03)
    assert is_flare.sum() / starts == pytest.approx(8.0, rel=0.1)
    assert chance[is_flare].std() > 1.5 * chance[~is_flare].std()
    before = runs["felt_before_points"] - calm.runs_truth["felt_before_points"]
    np.testing.assert_allclose(before, 2.0 * is_flare, atol=1e-12)


@pytest.mark.parametrize("n_days", [1, 5])
def test_a_runner_in_a_flare_for_ever_is_in_one_every_day(n_days: int):
    rng = np.random.default_rng(1)

    assert flare_days(rng, n_days, share=1.0, mean_days=3.0).all()


def test_flares_move_the_truth_on_the_scale_as_the_regression_sees_it():
    runner = Runner(flare_share=0.3, pain_baseline_points=0.5)
    past = simulate.history(runner, n_runs=60_000, seed=16)
    runs = past.runs_truth
    slope, error = slope_of(
        runs["rating_after_0_10"],
        runs["form_pct"],
        runs["speed_pct"],
        runs["slow_points"],
    )

    assert slope == pytest.approx(
        past.truth.effect_on_scale_points_per_pct, abs=4 * error
    )


def test_who_is_sore_skips_the_rating_and_who_is_not_does_not():
    runner = Runner(sore_forgetting_share=0.6, pain_baseline_points=3.0)
    past = simulate.history(runner, n_runs=4_000, seed=17)
    is_sore = past.runs_truth["rating_after_0_10"] >= 4
    is_missing = past.observations["pain_after_0_10"].isna()

    assert is_missing[is_sore].mean() == pytest.approx(0.6, abs=0.04)
    assert not is_missing[~is_sore].any()


def test_the_arm_of_a_schedule_shortens_the_step_and_lowers_the_pain_of_its_runs():
    runner = Runner(arm_stride_pct=-4.0, arm_pain_points=-1.0)
    arms = np.arange(60) % 2
    bare = simulate.history(runner, n_runs=60, seed=18)
    cued = simulate.history(runner, n_runs=60, seed=18, arms=arms)
    moved = cued.runs_truth["felt_after_points"] - bare.runs_truth["felt_after_points"]
    step = cued.runs_truth["stride_pct"] - bare.runs_truth["stride_pct"]

    np.testing.assert_allclose(step, -4.0 * arms, atol=1e-12)
    np.testing.assert_allclose(moved, (-1.0 - 4.0 * 0.15) * arms, atol=1e-12)
    assert cued.truth.arm_points == pytest.approx(-1.6)
    assert bare.truth.arm_points == 0.0
    np.testing.assert_array_equal(
        cued.runs_truth["felt_before_points"], bare.runs_truth["felt_before_points"]
    )


def test_the_arm_moves_the_mean_rating_by_what_the_truth_says():
    arms = np.arange(40_000) % 2
    past = simulate.history(
        Runner(arm_pain_points=-1.0), n_runs=40_000, seed=19, arms=arms
    )
    rating = past.runs_truth["rating_after_0_10"].to_numpy()
    told = rating[arms == 1].mean() - rating[arms == 0].mean()

    assert told == pytest.approx(past.truth.arm_on_scale_points, abs=0.05)


@pytest.mark.parametrize("arms", [[0, 1], [0.5] * 10, [[0] * 10]])
def test_arms_that_are_not_one_for_each_run_are_refused(arms):
    with pytest.raises(ValueError, match="arms: found an array of shape"):
        simulate.history(Runner(), n_runs=10, seed=1, arms=arms)


def test_other_sites_are_rated_and_no_stride_moves_them():
    runner = Runner(control_sites=("neck", "shoulder"), effect_points_per_pct=0.5)
    past = simulate.history(runner, n_runs=4_000, seed=20)
    obs = past.observations
    slope, error = slope_of(
        obs["control_neck_after_0_10"], past.runs_truth["stride_pct"]
    )

    assert abs(slope) < 4 * error
    assert abs(obs["control_neck_after_0_10"].corr(obs["pain_after_0_10"])) < 0.1
    assert obs["control_shoulder_after_0_10"].between(0, 10).all()
    bare = simulate.history(replace(runner, control_sites=()), n_runs=4_000, seed=20)
    pd.testing.assert_frame_equal(
        obs.drop(columns=[name for name in obs if name.startswith("control_")]),
        bare.observations,
    )


def test_the_day_after_a_peak_follows_the_first_bad_week():
    past = simulate.history(Runner(pain_baseline_points=4.5), n_runs=120, seed=21)
    obs = past.observations
    day = simulate.day_after_peak(obs, threshold_points=6.0)
    week = obs["local_date"].between(
        day - pd.Timedelta(days=7), day - pd.Timedelta(days=1)
    )

    assert obs["local_date"].iloc[40] < day <= obs["local_date"].iloc[80]
    assert obs.loc[week, "pain_after_0_10"].mean() > obs["pain_after_0_10"].mean() + 0.5
