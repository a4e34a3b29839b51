from __future__ import annotations

import json
from math import log

import numpy as np
import pandas as pd
import pytest

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.gait import matched_stride, stride_residual
from runbuild import windows

QUIET = {"noise_pct": 0.0, "white_pct": 0.0}


def pooled_deviation(table):
    """What one line through all windows would say of each run [%]."""
    line = stride_residual(
        table["step_length_m"], table["speed_mps"], table["grade_pct"]
    )
    return pd.Series(line.residual_pct).groupby(table["run_id"].to_numpy()).mean()


def test_without_noise_the_curve_and_every_run_are_found_exactly(rng):
    form = np.array([0.0, 1.0, -2.0, 3.0])
    table = windows(rng, form_pct=form, run_speed_mps=[2.5, 3, 3.5, 4], **QUIET)
    found = matched_stride(table, ref_speed_mps=3.0, baseline=["run000"])

    assert found.curve.elasticity == pytest.approx(0.88)
    assert found.curve.uphill_slope == pytest.approx(-0.004)
    assert found.curve.curvature == 0
    assert found.runs["stride_deviation_pct"].to_numpy() == pytest.approx(form)
    assert found.runs["step_length_at_ref_speed_m"].to_numpy() == pytest.approx(
        1.05 * np.exp(form / 100)
    )
    assert found.runs["n_windows"].tolist() == [60] * 4
    assert found.curve.step_length_m(3.6, 2.0) == pytest.approx(
        1.05 * 1.2**0.88 * np.exp(-0.008)
    )


def test_a_runner_who_gets_faster_at_the_same_form_does_not_deviate(rng):
    speed = np.linspace(2.6, 3.6, 60)
    table = windows(rng, form_pct=np.zeros(60), run_speed_mps=speed)
    found = matched_stride(table).runs["stride_deviation_pct"]
    drift = np.polyfit(np.log(speed), found, 1)[0] * log(3.6 / 2.6)

    assert abs(drift) < 0.5
    assert found.abs().max() < 2.0


def test_a_shorter_stride_that_came_with_a_slower_pace_is_found_whole(rng):
    after = np.arange(60) >= 30
    speed = np.where(after, 2.7, 3.0) * np.exp(rng.normal(0, 0.01, 60))
    table = windows(rng, form_pct=np.where(after, -3.0, 0.0), run_speed_mps=speed)
    before = [f"run{number:03d}" for number in range(30)]
    found = matched_stride(table, baseline=before).runs["stride_deviation_pct"]
    pooled = pooled_deviation(table)
    pooled_change = pooled[after].mean() - pooled[~after].mean()

    assert found[after].mean() == pytest.approx(-3.0, abs=0.35)
    # One line through all runs takes most of the change for the effect of speed.
    assert pooled_change > -1.6


@pytest.mark.parametrize(
    ("n_runs", "n", "rho", "repeats"),
    [(40, 60, 0.0, 8), (40, 60, 0.6, 8), (30, 90, 0.85, 8), (6, 60, 0.6, 40)],
)
def test_the_standard_error_covers_under_autocorrelation(n_runs, n, rho, repeats):
    rng = np.random.default_rng(3)
    inside = []
    for _ in range(repeats):
        form = rng.normal(0, 1.5, n_runs)
        speed = 3 * np.exp(rng.normal(0, 0.08, n_runs))
        table = windows(rng, form_pct=form, run_speed_mps=speed, n=n, rho=rho)
        runs = matched_stride(table, ref_speed_mps=3.0).runs
        step = runs["step_length_at_ref_speed_m"]
        error = np.log(step / 1.05) - form / 100
        inside.extend(error.abs() < 1.96 * runs["step_length_at_ref_speed_se_m"] / step)

    assert 0.91 < np.mean(inside) < 0.98


def test_autocorrelated_windows_make_a_wider_error_than_independent_ones():
    def error(rho):
        rng = np.random.default_rng(5)
        table = windows(
            rng, form_pct=np.zeros(30), run_speed_mps=np.full(30, 3.0), rho=rho
        )
        return matched_stride(table).runs["step_length_at_ref_speed_se_m"].median()

    assert error(0.8) > 1.7 * error(0.0)


def test_the_error_grows_with_the_distance_from_the_reference_speed(rng):
    table = windows(rng, form_pct=np.zeros(8), run_speed_mps=[3.0] * 7 + [4.2], rho=0.3)
    error = matched_stride(table, ref_speed_mps=3.0).runs[
        "step_length_at_ref_speed_se_m"
    ]

    assert error[7] > 1.5 * error[:7].mean()


def test_one_single_speed_takes_the_published_elasticity_and_says_so(rng):
    table = windows(rng, form_pct=[0.0, -2.0], run_speed_mps=[3.0, 3.0], spread=0.0)
    found = matched_stride(table)

    assert (found.curve.elasticity, found.curve.elasticity_se) == (0.92, 0.06)
    assert not found.curve.is_elasticity_measured
    assert any("published elasticity 0.92" in note for note in found.curve.notes)
    assert np.diff(found.runs["stride_deviation_pct"])[0] == pytest.approx(-2, abs=1)


def test_a_single_window_gets_a_number_with_an_error():
    table = pd.DataFrame(
        {
            "run_id": ["a"],
            "elapsed_s": [300.0],
            "duration_s": [30.0],
            "speed_mps": [3.0],
            "cadence_spm": [180.0],
            "step_length_m": [1.0],
        }
    )
    runs = matched_stride(table).runs

    assert runs["step_length_at_ref_speed_m"].tolist() == [1.0]
    assert runs["stride_deviation_pct"].tolist() == [0.0]


def test_a_bend_is_found_where_the_data_carry_it_and_only_there(rng):
    speeds = np.full(40, 3.0)
    bent = windows(
        rng, form_pct=np.zeros(40), run_speed_mps=speeds, spread=0.15, bend=-0.25
    )
    straight = windows(rng, form_pct=np.zeros(40), run_speed_mps=speeds, spread=0.15)
    narrow = windows(rng, form_pct=np.zeros(40), run_speed_mps=speeds, bend=-0.25)

    assert matched_stride(bent, ref_speed_mps=3.0).curve.curvature == pytest.approx(
        -0.25, abs=0.08
    )
    assert matched_stride(straight, ref_speed_mps=3.0).curve.curvature == 0
    assert matched_stride(narrow, ref_speed_mps=3.0).curve.curvature == 0


def test_a_new_watch_with_an_offset_of_its_own_is_no_change_of_form(rng):
    form = np.where(np.arange(40) % 2, 4.0, 0.0)
    table = windows(rng, form_pct=form, run_speed_mps=np.full(40, 3.0), rho=0.3)
    ids = [f"run{number:03d}" for number in range(40)]
    watch = pd.Series(np.where(form > 0, "new watch", "old watch"), index=ids)
    apart = matched_stride(table, groups=watch).runs["stride_deviation_pct"]
    together = matched_stride(table).runs["stride_deviation_pct"]

    assert abs(apart[form > 0].mean() - apart[form == 0].mean()) < 0.1
    assert together[form > 0].mean() - together[form == 0].mean() > 3.5


def test_a_group_without_a_baseline_run_is_named_in_a_note(rng):
    table = windows(rng, form_pct=np.zeros(6), run_speed_mps=np.full(6, 3.0))
    ids = [f"run{number:03d}" for number in range(6)]
    watch = pd.Series(["old"] * 3 + ["new"] * 3, index=ids)
    found = matched_stride(table, groups=watch, baseline=ids[:3])

    assert found.runs["notes"].iloc[5].startswith("no other run of this device")
    assert (
        found.runs["stride_deviation_pct"].isna().tolist() == [False] * 3 + [True] * 3
    )
    assert found.runs["step_length_at_ref_speed_m"].notna().all()


def test_a_lone_run_of_a_device_has_no_deviation(rng):
    table = windows(rng, form_pct=np.zeros(3), run_speed_mps=np.full(3, 3.0))
    watch = pd.Series(["old", "old", "new"], index=table["run_id"].unique())
    found = matched_stride(table, groups=watch).runs["stride_deviation_pct"]

    assert found.isna().tolist() == [False, False, True]


def test_runs_outside_of_curve_from_do_not_shape_the_curve(rng):
    good = windows(rng, form_pct=np.zeros(20), run_speed_mps=np.full(20, 3.0))
    bad = windows(
        rng, form_pct=np.zeros(20), run_speed_mps=np.full(20, 3.0), slope=0.2
    ).assign(run_id=lambda frame: "treadmill" + frame["run_id"])
    both = pd.concat([good, bad], ignore_index=True)
    ids = good["run_id"].unique()
    alone = matched_stride(good)
    chosen = matched_stride(both, curve_from=ids)

    assert chosen.curve.elasticity == pytest.approx(alone.curve.elasticity, abs=1e-3)
    assert len(chosen.runs) == 40
    # With both the slope is so unsure that the published one stands in.
    assert not matched_stride(both).curve.is_elasticity_measured


def test_unknown_grade_counts_as_flat_and_a_note_says_so(rng):
    table = windows(
        rng, form_pct=np.zeros(4), run_speed_mps=np.full(4, 3.0), grade_slope=0.0
    ).assign(grade_pct=np.nan)
    found = matched_stride(table)

    assert found.curve.uphill_slope == 0
    assert "The grade of 100 % of the windows is unknown: as flat." in found.curve.notes


def test_windows_without_a_step_length_are_left_out_and_counted(rng):
    table = windows(rng, form_pct=np.zeros(2), run_speed_mps=[3.0, 3.0])
    table.loc[3:5, "step_length_m"] = np.nan
    found = matched_stride(table)

    assert found.runs["n_windows"].tolist() == [57, 60]
    assert (
        "3 windows without run, moment, speed or step length are left out."
        in found.curve.notes
    )


def test_the_order_of_the_windows_does_not_matter(rng):
    table = windows(rng, form_pct=[0.0, 1, 2], run_speed_mps=[2.8, 3.0, 3.2])
    mixed = table.sample(frac=1, random_state=1)
    one = matched_stride(table).runs.set_index("run_id")
    other = matched_stride(mixed).runs.set_index("run_id").loc[one.index]

    pd.testing.assert_frame_equal(one, other)


def test_scaling_all_steps_scales_all_numbers_and_moves_no_deviation(rng):
    table = windows(rng, form_pct=[0.0, 1, 2], run_speed_mps=[2.8, 3.0, 3.2])
    longer = table.assign(
        step_length_m=1.1 * table["step_length_m"],
        cadence_spm=table["cadence_spm"] / 1.1,
    )
    one, other = matched_stride(table).runs, matched_stride(longer).runs

    assert (other["stride_deviation_pct"] - one["stride_deviation_pct"]).abs().max() < (
        1e-9
    )
    assert (
        other["step_length_at_ref_speed_m"] / one["step_length_at_ref_speed_m"]
    ).to_numpy() == pytest.approx(1.1)


def test_no_windows_is_refused_with_a_remedy(rng):
    table = windows(rng, form_pct=[0.0], run_speed_mps=[3.0]).iloc[:0]

    with pytest.raises(
        NotEnoughDataError, match=r"half minutes of steady running.*use"
    ):
        matched_stride(table)


def test_a_baseline_of_unknown_runs_is_refused(rng):
    table = windows(rng, form_pct=[0.0], run_speed_mps=[3.0])

    with pytest.raises(NotEnoughDataError, match="baseline runs with steady running"):
        matched_stride(table, baseline=["nobody"])


def test_a_missing_column_is_named_in_the_error():
    with pytest.raises(TableError, match="'speed_mps', 'step_length_m' are missing"):
        matched_stride(pd.DataFrame({"run_id": ["a"], "elapsed_s": [0.0]}))


def test_step_and_cadence_residuals_are_mirror_images(rng):
    speed = rng.uniform(2.5, 3.5, 30)
    grade = rng.normal(0, 1, 30)
    step = 0.38 * speed**0.9 * np.exp(rng.normal(0, 0.02, 30))
    by_step = stride_residual(step, speed, grade)
    by_cadence = stride_residual(60 * speed / step, speed, grade)

    assert by_step.elasticity + by_cadence.elasticity == pytest.approx(1)
    assert by_step.residual_pct == pytest.approx(-by_cadence.residual_pct, abs=1e-9)


def test_a_residual_row_with_something_missing_is_nan(rng):
    speed = rng.uniform(2.5, 3.5, 10)
    speed[3] = np.nan
    found = stride_residual(0.4 * speed**0.9, speed, rng.normal(0, 1, 10))

    assert np.isnan(found.residual_pct).tolist() == [n == 3 for n in range(10)]
    assert found.elasticity == pytest.approx(0.9)


def test_too_few_runs_for_a_line_are_refused():
    with pytest.raises(NotEnoughDataError, match="differ in speed and grade: needed 4"):
        stride_residual([1.0, 1.1, 1.2], [3.0, 3.1, 3.2], [0.0, 1.0, 2.0])
    with pytest.raises(NotEnoughDataError, match="differ in speed and grade"):
        stride_residual(np.ones(9), np.full(9, 3.0), np.arange(9.0))


def test_columns_of_unequal_length_are_refused():
    with pytest.raises(TableError, match=r"found lengths \[2, 3\]; expected one"):
        stride_residual([1.0, 1.1, 1.2], [3.0, 3.1], [0.0, 1.0, 2.0])


def test_the_reference_residuals_are_met(shared):
    folder = shared / "oracles"
    oracle = json.loads((folder / "expected/stride_residual_a.json").read_text())
    data = pd.read_csv(folder / "data" / oracle["inputs"]["file"])
    expected, rtol = oracle["expected"], oracle["rtol"]
    early = np.arange(len(data)) < len(data) // 2

    def fit(column, baseline=None):
        return stride_residual(
            data[column], data["speed"], data["grade"], baseline=baseline
        )

    everything, half, cadence = fit("stride"), fit("stride", early), fit("cad")
    pairs = [
        (everything, expected["all"]),
        (half, expected["baseline_half"]),
        (cadence, expected["cadence"]),
    ]
    for found, reference in pairs:
        got = [found.intercept, found.elasticity, found.grade_slope]
        assert got == pytest.approx(list(reference.values()), rel=rtol)
    assert everything.sigma_log == pytest.approx(expected["sigma"], rel=rtol)
    assert everything.residual_pct[:5] == pytest.approx(
        expected["resid_pct_first5"], rel=rtol
    )
    assert half.residual_pct[-5:] == pytest.approx(expected["dev_pct_last5"], rel=rtol)
    assert np.abs(everything.residual_pct + cadence.residual_pct).max() < 1e-7


def test_windows_without_a_run_are_left_out_and_counted(rng):
    table = windows(rng, form_pct=[0, -2], run_speed_mps=[3, 3.2])
    some = table.assign(run_id=table["run_id"].where(table.index >= 4))
    curve = matched_stride(some)

    assert curve.runs["n_windows"].tolist() == [56, 60]
    assert curve.curve.notes[0].startswith(
        "4 windows without run, moment, speed or step length"
    )


@pytest.mark.parametrize("speed", [0.0, -1.0, np.nan, np.inf])
def test_a_reference_that_is_no_speed_is_refused(rng, speed):
    table = windows(rng, form_pct=[0, -2], run_speed_mps=[3, 3.2])

    with pytest.raises(ValueError, match="expected a speed above 0"):
        matched_stride(table, ref_speed_mps=speed)


def test_a_run_in_two_groups_is_refused(rng):
    table = windows(rng, form_pct=[0, -2], run_speed_mps=[3, 3.2])
    groups = pd.Series(["a", "b"], index=["run000", "run000"])

    with pytest.raises(TableError, match="'run000' stands twice"):
        matched_stride(table, groups=groups)
