from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipstride.gait import matched_stride, stride_targets
from runbuild import windows


def curve_of(n_runs=12, **how):
    rng = np.random.default_rng(1)
    speed = 3.0 * np.exp(rng.normal(0, 0.08, n_runs))
    form = rng.normal(0, 1.0, n_runs)
    table = windows(rng, form_pct=form, run_speed_mps=speed, **how)
    return matched_stride(table, ref_speed_mps=3.0).curve


CURVE = curve_of()


def test_the_first_row_is_the_runner_now():
    now = stride_targets(CURVE, 3.0).iloc[0]
    low, high = CURVE.interval(3.0)

    assert now["shorten_pct"] == 0
    assert now["step_length_m"] == pytest.approx(float(CURVE.step_length_m(3.0)))
    assert now["stride_length_m"] == pytest.approx(2 * now["step_length_m"])
    assert now["step_length_low_m"] == pytest.approx(float(low))
    assert now["step_length_high_m"] == pytest.approx(float(high))
    assert now["cadence_change_spm"] == 0


def test_five_per_cent_shorter_is_five_point_two_six_per_cent_more_steps():
    target = stride_targets(CURVE, 2.8, shorten_pct=[5]).iloc[1]
    now = stride_targets(CURVE, 2.8, shorten_pct=[5]).iloc[0]

    assert target["step_length_m"] == pytest.approx(0.95 * now["step_length_m"])
    assert target["cadence_spm"] == pytest.approx(now["cadence_spm"] / 0.95)
    assert target["cadence_change_pct"] == pytest.approx(5.263158)
    assert target["cadence_change_spm"] == pytest.approx(
        target["cadence_spm"] - now["cadence_spm"]
    )


def test_four_reductions_are_given_unless_others_are_asked_for():
    assert stride_targets(CURVE, 3.0)["shorten_pct"].tolist() == [0, 3, 5, 7.5, 10]
    assert stride_targets(CURVE, 3.0, shorten_pct=[4])["shorten_pct"].tolist() == [0, 4]


@given(
    speed=st.floats(2.7, 3.3),
    shorten=st.floats(0.1, 30),
    grade=st.floats(-4, 4),
)
def test_cadence_times_step_is_the_speed_and_lies_in_its_interval(
    speed, shorten, grade
):
    table = stride_targets(CURVE, speed, shorten_pct=[shorten], grade_pct=grade)

    assert (table["cadence_spm"] * table["step_length_m"]).to_numpy() == pytest.approx(
        60 * speed
    )
    assert (table["step_length_low_m"] <= table["step_length_m"] * (1 + 1e-3)).all()
    assert (table["cadence_low_spm"] <= table["cadence_high_spm"]).all()


def test_a_hill_has_its_own_step():
    uphill = stride_targets(CURVE, 3.0, grade_pct=3.0)["step_length_m"].iloc[0]

    assert uphill == pytest.approx(float(CURVE.step_length_m(3.0, 3.0)))
    assert uphill < float(CURVE.step_length_m(3.0))


def test_a_speed_a_little_outside_is_given_and_flagged():
    speed = 1.1 * CURVE.speed_range_mps[1]
    table = stride_targets(CURVE, speed)

    assert table["is_extrapolated"].all()
    assert table["note"].str.contains("extrapolated: the runs behind the curve").all()
    assert table["cadence_spm"].notna().all()


@pytest.mark.parametrize("factor", [0.7, 1.4])
def test_a_speed_far_outside_is_not_known(factor):
    end = CURVE.speed_range_mps[0 if factor < 1 else 1]
    table = stride_targets(CURVE, factor * end)

    assert (
        table[["step_length_m", "cadence_spm", "cadence_low_spm"]].isna().all(axis=None)
    )
    assert table["note"].str.startswith("not known: the runs").all()


def test_inside_there_is_nothing_to_note():
    table = stride_targets(CURVE, 3.0)

    assert (table["note"] == "").all()
    assert not table["is_extrapolated"].any()


def test_a_borrowed_elasticity_is_noted_and_widens_the_interval_away_from_home():
    curve = curve_of(4, spread=0.002, noise_pct=0.3, white_pct=0.3)
    near = stride_targets(curve, 3.0).iloc[0]
    far = stride_targets(curve, 1.2 * curve.speed_range_mps[1]).iloc[0]

    def width(row):
        return row["step_length_high_m"] / row["step_length_low_m"]

    assert not curve.is_elasticity_measured
    assert "published one" in near["note"]
    assert width(far) > width(near)


def test_more_than_studies_tried_is_noted():
    table = stride_targets(CURVE, 3.0, shorten_pct=[10, 12])

    assert table["note"].tolist() == [
        "",
        "",
        "beyond the +10 % of step rate that studies tried",
    ]


def test_a_grade_that_the_curve_does_not_know_is_noted():
    flat = replace(CURVE, uphill_slope=0.0, downhill_slope=0.0)

    assert "counts" not in stride_targets(CURVE, 3.0, grade_pct=2)["note"].iloc[0]
    assert "is not known" in stride_targets(flat, 3.0, grade_pct=2)["note"].iloc[0]
    assert "ends at 5 %" in stride_targets(CURVE, 3.0, grade_pct=8)["note"].iloc[0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"speed_mps": 0.0}, "speed_mps: found 0; expected a speed above 0"),
        ({"speed_mps": np.inf}, "speed_mps: found inf"),
        ({"speed_mps": 3.0, "grade_pct": np.nan}, "grade_pct: found nan"),
        (
            {"speed_mps": 3.0, "shorten_pct": [60]},
            "shorten_pct: found 60; expected above 0 and up to 30",
        ),
        ({"speed_mps": 3.0, "shorten_pct": [-5]}, "shorten_pct: found -5"),
    ],
)
def test_what_cannot_be_is_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        stride_targets(CURVE, **arguments)
