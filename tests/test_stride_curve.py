"""The curve itself: its slope under errors of speed, its interval, its words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import hipstride as hs
from hipstride.gait import matched_stride
from runbuild import ar1, windows


def plain_slope(table):
    """What least squares within the runs would say."""
    by_run = table.groupby("run_id")
    x, y = (
        np.log(table[name]) - by_run[name].transform(lambda one: np.log(one).mean())
        for name in ("speed_mps", "step_length_m")
    )
    return float((x * y).sum() / (x * x).sum())


def made(rng, n_runs=40, **how):
    speed = 3 * np.exp(rng.normal(0, 0.08, n_runs))
    form = rng.normal(0, 1.5, n_runs)
    return windows(rng, form_pct=form, run_speed_mps=speed, **how)


@pytest.mark.parametrize("gps_pct", [1.0, 2.0])
def test_an_error_of_the_speed_does_not_pull_the_elasticity_towards_1(gps_pct):
    slopes, plain = [], []
    for seed in range(8):
        table = made(
            np.random.default_rng(seed),
            gps_pct=gps_pct,
            slope=0.8,
            noise_pct=0.4,
            white_pct=0.4,
        )
        slopes.append(matched_stride(table).curve.elasticity)
        plain.append(plain_slope(table))

    assert np.mean(slopes) == pytest.approx(0.8, abs=0.008)
    assert np.mean(plain) > 0.8 + 0.004 * gps_pct


def test_under_a_very_noisy_speed_the_interval_still_holds_the_truth():
    inside = []
    for seed in range(20):
        table = made(np.random.default_rng(seed), gps_pct=4.0, slope=0.8)
        curve = matched_stride(table).curve
        inside.append(curve.elasticity_low < 0.8 < curve.elasticity_high)

    assert np.mean(inside) >= 0.9


def test_speed_is_not_left_in_the_deviations_by_its_error(rng):
    speed = np.exp(np.linspace(np.log(2.5), np.log(3.6), 60))
    table = windows(rng, form_pct=np.zeros(60), run_speed_mps=speed, gps_pct=3.0)
    found = matched_stride(table).runs["stride_deviation_pct"]
    left = np.polyfit(np.log(speed), found, 1)[0]

    assert abs(left) < 1.5  # % of step length for a change of speed by a factor of e


def test_a_pace_that_changes_too_fast_takes_the_published_slope_and_says_so(rng):
    table = made(rng, slope=0.95)
    # Every other window elsewhere: nothing lasts a minute.
    shuffled = table.sample(frac=1, random_state=1).sort_values("run_id", kind="stable")
    shuffled = shuffled.assign(elapsed_s=table["elapsed_s"].to_numpy())
    curve = matched_stride(shuffled).curve

    assert not curve.is_elasticity_measured
    assert any("published elasticity" in note for note in curve.notes)


@pytest.mark.parametrize("n_runs", [1, 5, 20, 60])
@pytest.mark.parametrize("memory", [0.0, 0.4, 0.8])
def test_noise_of_the_speed_alone_is_never_taken_for_an_elasticity(n_runs, memory):
    """One speed all through, and an error of GPS that lasts for no, 30 or 130 s."""
    rng = np.random.default_rng(n_runs)
    tables = []
    for number in range(n_runs):
        speed = 3 * np.exp(0.02 * ar1(rng, 80, memory))
        cadence = 170 * np.exp(rng.normal(0, 0.005, 80))
        tables.append(
            pd.DataFrame(
                {
                    "run_id": f"r{number}",
                    "elapsed_s": 30.0 * np.arange(80),
                    "duration_s": 30.0,
                    "speed_mps": speed,
                    "cadence_spm": cadence,
                    "step_length_m": 60 * speed / cadence,
                    "grade_pct": 0.0,
                }
            )
        )
    curve = matched_stride(pd.concat(tables, ignore_index=True)).curve

    assert not curve.is_elasticity_measured
    assert curve.elasticity_low < 0.88 < curve.elasticity_high


@pytest.mark.parametrize("n_runs", [1, 2, 3, 5, 8])
def test_few_runs_have_an_interval_that_holds_the_runners_mean(n_runs):
    """Form differs by 2 % from day to day, and one run tells nothing of that."""
    inside = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        form = rng.normal(0, 2.0, n_runs)
        speed = 3 * np.exp(rng.normal(0, 0.05, n_runs))
        table = windows(rng, form_pct=form, run_speed_mps=speed)
        low, high = matched_stride(table, ref_speed_mps=3.0).curve.interval(3.0)
        inside.append(low < 1.05 < high)

    assert np.mean(inside) > 0.86


@pytest.mark.parametrize("n_runs", [5, 8, 12])
def test_the_interval_of_few_runs_is_not_blown_up_by_single_draws(n_runs):
    widths = []
    for seed in range(20):
        curve = matched_stride(made(np.random.default_rng(seed), n_runs)).curve
        widths.append(curve.elasticity_high - curve.elasticity_low)

    assert max(widths) < 0.5


def test_a_runs_number_holds_the_truth_where_up_and_down_differ():
    inside, errors = [], []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        form = rng.normal(0, 1.5, 30)
        speed = 3 * np.exp(rng.normal(0, 0.06, 30))
        table = windows(
            rng,
            form_pct=form,
            run_speed_mps=speed,
            grade_slope=-0.006,
            downhill_slope=-0.003,
        )
        runs = matched_stride(table, ref_speed_mps=3.0).runs
        step = runs["step_length_at_ref_speed_m"]
        error = np.log(step / 1.05) - form / 100
        errors.append(error.mean())
        inside.extend(error.abs() < 1.96 * runs["step_length_at_ref_speed_se_m"] / step)

    assert abs(np.mean(errors)) < 0.002
    assert np.mean(inside) > 0.92


def test_up_and_down_have_slopes_of_their_own_where_they_differ(rng):
    curve = matched_stride(
        made(
            rng, grade_slope=-0.012, downhill_slope=0.003, noise_pct=0.5, white_pct=0.5
        )
    ).curve
    same = matched_stride(made(rng)).curve

    assert curve.uphill_slope == pytest.approx(-0.012, abs=0.0025)
    assert curve.downhill_slope == pytest.approx(0.003, abs=0.0025)
    assert same.uphill_slope == pytest.approx(same.downhill_slope, abs=0.0015)


def test_the_interval_of_the_elasticity_holds_the_truth_as_often_as_it_says():
    inside = []
    for seed in range(60):
        curve = matched_stride(made(np.random.default_rng(seed), 25, gps_pct=1.5)).curve
        inside.append(curve.elasticity_low < 0.88 < curve.elasticity_high)

    # Binomial, 60 times 0.95: 0.87 and more with a probability of 0.99.
    assert np.mean(inside) > 0.86


def test_the_interval_of_the_curve_holds_the_runners_mean():
    inside = []
    for seed in range(60):
        curve = matched_stride(
            made(np.random.default_rng(seed), 30), ref_speed_mps=3.0
        ).curve
        low, high = curve.interval(3.3)
        inside.append(low < 1.05 * 1.1**0.88 < high)

    assert np.mean(inside) > 0.86


def test_the_interval_widens_away_from_the_data_and_with_its_level(rng):
    curve = matched_stride(made(rng)).curve

    def width(speed, level=0.95):
        low, high = curve.interval(speed, level=level)
        return float(high - low)

    assert width(4.5) > 1.5 * width(3.0)
    assert width(3.0, 0.99) > width(3.0) > width(3.0, 0.5)
    with pytest.raises(ValueError, match="level: found 1; expected a share"):
        curve.interval(3.0, level=1)


def test_step_length_times_cadence_is_speed(rng):
    curve = matched_stride(made(rng)).curve
    speed = np.array([2.5, 3.0, 3.5])

    assert curve.step_length_m(speed) * curve.cadence_spm(speed) / 60 == pytest.approx(
        speed
    )
    assert np.isnan(curve.step_length_m([0.0, -1.0, np.nan])).all()
    assert curve.step_length_m(3.0, np.nan) == curve.step_length_m(3.0)


def test_the_same_seed_gives_the_same_interval(rng):
    table = made(rng)

    assert (
        matched_stride(table).curve.elasticity_low
        == matched_stride(table).curve.elasticity_low
    )


def test_the_summary_stands_beside_what_is_published(rng):
    curve = matched_stride(made(rng)).curve
    words = curve.summary()

    assert "Published: 0.92 and 0.15 (Cavanagh & Kram 1989)" in words
    assert f"step {curve.elasticity:+.2f} %" in words
    assert f"cadence {1 - curve.elasticity:+.2f} %" in words
    assert str(curve) == words.splitlines()[1]


def test_an_elasticity_that_no_runner_has_is_pointed_at(rng):
    words = matched_stride(made(rng, slope=0.3)).curve.summary()

    assert "speed or cadence may be wrong in some files" in words


def test_windows_that_contradict_themselves_or_stand_twice_are_left_out(rng):
    table = made(rng, n_runs=4)
    twice = pd.concat([table, table.iloc[:10]], ignore_index=True)
    wrong = table.assign(
        step_length_m=table["step_length_m"].mask(table.index < 5, 2.1)
    )
    steep = table.assign(grade_pct=table["grade_pct"].mask(table.index == 7, 400.0))
    plain = matched_stride(table)

    assert "10 windows stand twice: kept once." in matched_stride(twice).curve.notes
    pd.testing.assert_frame_equal(matched_stride(twice).runs, plain.runs)
    assert matched_stride(wrong).runs["n_windows"].tolist() == [55, 60, 60, 60]
    assert matched_stride(steep).curve.uphill_slope == pytest.approx(
        plain.curve.uphill_slope, abs=5e-4
    )


@pytest.mark.parametrize("moment", [np.nan, np.inf])
def test_a_window_of_no_moment_is_left_out(rng, moment):
    table = made(rng, n_runs=3)
    broken = table.assign(
        elapsed_s=table["elapsed_s"].mask(table.index % 3 == 0, moment)
    )
    found = matched_stride(broken)

    assert found.runs["n_windows"].tolist() == [40, 40, 40]
    assert found.curve.notes[0].startswith("60 windows without run, moment")


def test_a_single_speed_says_that_nothing_was_measured(rng):
    curve = matched_stride(made(rng, spread=0.0, n_runs=3)).curve

    assert "(published, not measured)" in curve.summary()
    # 0.92 ± 0.06, as drawn.
    assert curve.elasticity_high - curve.elasticity_low == pytest.approx(
        0.235, rel=0.15
    )


def test_the_curve_draws_itself_with_its_band_and_runs(rng):
    curve = matched_stride(made(rng, n_runs=12)).curve
    given = Figure().subplots()
    ax = curve.plot(ax=given)
    lines = {line.get_label(): line for line in ax.get_lines()}
    own = next(line for name, line in lines.items() if name.startswith("runner's"))
    dots = ax.collections[-1].get_offsets()

    assert ax is given
    assert own.get_ydata() == pytest.approx(curve.step_length_m(own.get_xdata()))
    assert len(dots) == 12
    expected = curve.runs["step_length_at_ref_speed_m"] * (
        curve.runs["mean_speed_mps"] / curve.ref_speed_mps
    ).pow(curve.elasticity)
    assert np.asarray(dots[:, 1]) == pytest.approx(expected.to_numpy())
    assert hs.plots.stride_curve(curve, ax=Figure().subplots()).get_title(loc="left")


def test_interval_sessions_do_not_bend_the_curve(rng):
    easy = made(rng, n_runs=20)
    speed = np.where(np.arange(60) // 5 % 2, 3.6, 2.6)
    fast = pd.concat(
        [
            windows(rng, form_pct=[0.0], run_speed_mps=[3.0]).assign(
                run_id=f"fast{i}",
                speed_mps=speed,
                step_length_m=1.05 * (speed / 3) ** 0.88,
            )
            for i in range(4)
        ]
    )
    curve = matched_stride(pd.concat([easy, fast], ignore_index=True)).curve

    assert curve.curvature == 0
    assert curve.elasticity == pytest.approx(0.88, abs=0.02)


def test_single_runs_of_two_devices_have_a_curve_and_no_deviation(rng):
    table = made(rng, n_runs=2)
    devices = pd.Series(["a", "b"], index=table["run_id"].unique())
    runs, curve = matched_stride(table, groups=devices)
    low, high = curve.interval(3.0)

    assert runs["stride_deviation_pct"].isna().all()
    assert low <= curve.step_length_m(3.0) <= high
