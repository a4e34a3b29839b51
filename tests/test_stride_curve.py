"""The curve itself: its slope under errors of speed, its interval, its words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import hipstride as hs
from hipstride.gait import matched_stride
from runbuild import windows


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


def test_a_pace_that_changes_too_fast_says_so_and_has_a_wider_error(rng):
    table = made(rng, slope=0.95)
    # Every other window elsewhere: nothing lasts a minute.
    shuffled = table.sample(frac=1, random_state=1).sort_values("run_id", kind="stable")
    shuffled = shuffled.assign(elapsed_s=table["elapsed_s"].to_numpy())
    curve = matched_stride(shuffled).curve

    assert any("may be pulled towards 1" in note for note in curve.notes)
    assert curve.elasticity == pytest.approx(0.95, abs=0.03)
    assert curve.elasticity_low < 0.95 < curve.elasticity_high
    assert curve.elasticity_se > 0.02


def test_up_and_down_have_slopes_of_their_own_where_they_differ(rng):
    curve = matched_stride(
        made(
            rng, grade_slope=-0.012, downhill_slope=0.003, noise_pct=0.5, white_pct=0.5
        )
    ).curve
    same = matched_stride(made(rng)).curve

    assert curve.uphill_slope == pytest.approx(-0.012, abs=0.002)
    assert curve.downhill_slope == pytest.approx(0.003, abs=0.002)
    assert same.uphill_slope == same.downhill_slope


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
