"""Negative controls: pain elsewhere in the same regression."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import hipstride as hs
from hipstride.errors import TableError
from hipstride.stats import association, gap_gls
from hipstride.stats._build_design import build_design

OUTCOME = "pain_after_0_10"
NECK = "control_neck_after_0_10"


def diary(n: int = 100, *, neck_slope: float = 0.0) -> pd.DataFrame:
    """Hip and neck rated after each run; the hip goes with the stride."""
    rng = np.random.default_rng(2)
    form_pct = rng.normal(0, 2, n)
    speed = 3 + rng.normal(0, 0.2, n)
    before = rng.integers(0, 6, n)

    def rated(slope):
        pain = 4 + slope * form_pct + rng.normal(0, 0.7, n)
        return np.clip(np.round(pain), 0, 10)

    return pd.DataFrame(
        {
            "day": 2.0 * np.arange(n),
            "mean_speed_mps": speed,
            "mean_step_length_m": 0.4 * speed**0.9 * np.exp(form_pct / 100),
            "pain_before_0_10": before.astype(float),
            OUTCOME: rated(0.5),
            NECK: rated(neck_slope),
        }
    )


def test_a_clean_control_leaves_the_level_and_shows_the_difference():
    result = association(diary(), controls=[NECK])

    row = result.tables["controls"].iloc[0]
    assert row["low"] < 0 < row["high"]
    assert row["difference_low"] < 0.5 < row["difference_high"]
    assert row["primary_points_per_pct"] == pytest.approx(result.estimate)
    assert row["n"] == 100
    assert result.verdict_level == 2
    assert any(r.is_met and NECK in r.detail for r in result.requirements)


def test_a_control_that_goes_with_the_stride_speaks_of_the_way_of_rating():
    result = association(diary(neck_slope=0.4), controls=[NECK])

    assert result.tables["controls"].loc[0, "low"] > 0
    assert result.verdict_level == 1
    assert "ratings that the stride should not touch" in result.verdict
    assert any("way of rating may drift" in text for text in result.caveats)


def test_a_control_on_the_other_side_is_no_reporting_drift():
    result = association(diary(neck_slope=-0.4), controls=[NECK])

    assert result.tables["controls"].loc[0, "high"] < 0
    assert result.verdict_level == 2


def test_the_difference_is_the_regression_of_the_difference():
    obs = diary()
    obs.loc[::5, NECK] = np.nan
    design = build_design(obs, OUTCOME)
    kept = obs[NECK].notna().to_numpy()
    part = design.take(kept)

    row = association(obs, controls=[NECK]).tables["controls"].iloc[0]

    fit = gap_gls(part.y - obs.loc[kept, NECK], part.matrix, part.day)
    assert row["n"] == 80
    assert row["difference_points_per_pct"] == pytest.approx(
        fit.coefficients[1], rel=1e-4
    )


def test_a_control_that_never_differs_shows_nothing_and_says_so():
    result = association(diary().assign(**{NECK: 0.0}), controls=[NECK])

    assert np.isnan(result.tables["controls"].loc[0, "points_per_pct"])
    assert any("show nothing: " + NECK in text for text in result.caveats)


def test_without_controls_there_is_no_table_and_no_requirement():
    result = association(diary())

    assert set(result.tables) == {"lags", "residual_acf"}
    assert not any("should not touch" in r.name for r in result.requirements)


@pytest.mark.parametrize(
    ("controls", "words"),
    [
        (["pain_during_0_10"], "expected a rating that the stride should not touch"),
        ([OUTCOME], "expected a rating that the stride should not touch"),
        (["mood"], "found no column 'mood'"),
        (NECK, "found the text"),
    ],
)
def test_what_is_no_control_is_refused(controls, words):
    with pytest.raises(TableError, match=words):
        association(diary(), controls=controls)


def test_a_control_off_the_scale_is_refused():
    with pytest.raises(TableError, match=f"'{NECK}' holds 50"):
        association(diary().assign(**{NECK: 50.0}), controls=[NECK])


def _season():
    runner = hs.simulate.demo_runner()
    return hs.simulate.history(runner, n_runs=100, seed=4).observations


def test_a_control_that_was_never_rated_is_not_met():
    result = hs.stats.association(_season().assign(neck=np.nan), controls=["neck"])

    asked = result.requirements_frame().set_index("requirement")
    row = asked.loc["ratings that the stride should not touch do not go with it"]
    assert not row["is_met"]
    assert row["found"] == "could not be looked at: neck"


def test_what_is_adjusted_for_cannot_be_a_control():
    obs = _season().assign(neck=np.arange(100) % 4.0)

    with pytest.raises(hs.TableError, match="found 'neck' among the covariates as"):
        hs.stats.association(obs, covariates=["neck"], controls=["neck"])


def test_a_category_of_numbers_is_one_of_names():
    obs = _season()
    phase = np.arange(100) % 4

    numbers, names = (
        hs.stats.association(
            obs.assign(phase=pd.Categorical(one)), covariates=["phase"]
        )
        for one in (phase, phase.astype(str))
    )

    assert numbers.estimate == pytest.approx(names.estimate)


def test_days_of_a_time_zone_are_those_of_the_calendar():
    obs = _season()
    zoned = obs.assign(local_date=obs["local_date"].dt.tz_localize("Europe/Paris"))

    one, other = hs.stats.association(obs), hs.stats.association(zoned)

    assert other.estimate == one.estimate
    pd.testing.assert_frame_equal(
        other.tables["residual_acf"], one.tables["residual_acf"]
    )
