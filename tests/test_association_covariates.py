"""The confounders of the association: which are taken, merged, refused, and told."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.simulate import Runner, history
from hipstride.stats import association
from hipstride.stats._build_design import build_design
from hipstride.stats._curved_trend import curve_over_days, with_curved_trend

OUTCOME = "pain_after_0_10"


def diary(n: int = 60, *, slope: float = 0.5, seed: int = 1, **columns) -> pd.DataFrame:
    """A scientist's own table: the four columns that are needed, and what is given."""
    rng = np.random.default_rng(seed)
    form_pct = rng.normal(0, 2, n)
    speed = 3 + rng.normal(0, 0.2, n)
    pain = 4 + slope * form_pct + rng.normal(0, 0.7, n)
    return pd.DataFrame(
        {
            "day": 2.0 * np.arange(n),
            "mean_speed_mps": speed,
            "mean_step_length_m": 0.4 * speed**0.9 * np.exp(form_pct / 100),
            OUTCOME: np.clip(np.round(pain), 0, 10),
            **columns,
        }
    )


def normal(n: int = 60, seed: int = 9) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=n)


# --- grade and trend ----------------------------------------------------------------


def test_uphill_and_downhill_are_two_columns_where_both_were_run():
    both = build_design(diary(mean_grade_pct=normal()), OUTCOME)
    few = normal()
    few[:54] = np.abs(few[:54])
    mostly_up = build_design(diary(mean_grade_pct=few), OUTCOME)

    assert both.groups["grade"].shape == (60, 2)
    assert (both.groups["grade"][:, 0] >= 0).all()
    assert (both.groups["grade"][:, 1] <= 0).all()
    assert mostly_up.groups["grade"].shape == (60, 1)


def test_a_trend_is_taken_out_of_the_primary_slope():
    obs = diary(120, slope=0.0)
    # Stride and pain both drift; run by run nothing ties them.
    obs["mean_step_length_m"] *= np.exp(-0.04 * np.arange(120) / 120)
    obs[OUTCOME] = np.clip(obs[OUTCOME] - np.round(3 * np.arange(120) / 120), 0, 10)

    result = association(obs)

    assert result.low < 0 < result.high
    assert "a linear trend in days" in result.method
    without = result.checks["without_time_trend"]["points_per_pct"]
    assert without > result.estimate


def test_the_curve_holds_every_straight_line_and_bends_between():
    day = np.sort(np.random.default_rng(0).uniform(0, 300, 80))
    x = np.column_stack([np.ones(80), curve_over_days(day, 4)])

    line = np.linalg.lstsq(x, day)
    bend = np.linalg.lstsq(x, np.cos(day / 80))

    assert line[1][0] < 1e-12
    assert bend[1][0] < 0.1
    assert np.linalg.matrix_rank(x) == 5


def test_the_curve_has_a_degree_of_freedom_for_60_days_and_15_runs():
    long = build_design(diary(120), OUTCOME)
    short = build_design(diary(28), OUTCOME)
    sparse = build_design(diary(32).assign(day=20.0 * np.arange(32)), OUTCOME)

    assert with_curved_trend(long).groups["trend_curve"].shape[1] == 4
    assert with_curved_trend(short) is short
    assert with_curved_trend(sparse).groups["trend_curve"].shape[1] == 2


def test_a_bend_in_time_that_explains_the_slope_fails_its_requirement():
    n = 150
    hump = 6 * np.sin(np.pi * np.arange(n) / n) ** 4
    obs = diary(n, slope=0.0)
    obs["mean_step_length_m"] *= np.exp(hump / 100)
    obs[OUTCOME] = np.clip(np.round(2 + hump + normal(n)), 0, 10)

    result = association(obs)

    (met,) = [
        r.is_met for r in result.requirements if r.name.startswith("a trend over time")
    ] or [False]
    assert not met
    assert result.verdict_level < 2


# --- the 28-day load ----------------------------------------------------------------


def test_the_28_day_load_gives_way_in_a_short_history_alone():
    short = association(history(Runner(), n_runs=40, seed=1).observations)
    long = association(history(Runner(), n_runs=120, seed=1).observations)

    assert "28-day load" not in short.checks["adjusted_for"]
    assert "7-day load" in short.checks["adjusted_for"]
    assert any("fewer than 5 rated runs for each" in text for text in short.caveats)
    assert "28-day load" in long.checks["adjusted_for"]


# --- categories ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["shoe", "surface", "device"])
def test_a_shift_with_a_category_is_taken_out(name):
    level = np.where(normal(80, 3) > 0, "one", "other")
    obs = diary(80, **{name: level})
    obs.loc[level == "other", "mean_step_length_m"] *= 1.1

    result = association(obs)

    assert name in result.checks["adjusted_for"]
    assert result.low < 0.5 < result.high


def test_rare_shoes_share_an_intercept_or_are_told():
    together = association(diary(shoe=["a"] * 48 + list("bcbcbcbcbcbc")))
    few = association(diary(shoe=["a"] * 57 + ["b"] * 3))

    assert "shoe" in together.checks["adjusted_for"]
    assert "shoe" not in few.checks["adjusted_for"]
    assert any("rarely worn shoes" in text for text in few.caveats)


# --- covariates by name -------------------------------------------------------------


def test_a_number_a_flag_and_a_category_are_adjusted_for():
    mood = np.resize(["low", "fair", "good"], 60)
    obs = diary(sleep_h=normal(), is_ill=normal(60, 2) > 1, mood=mood)

    result = association(obs, covariates=["sleep_h", "is_ill", "mood"])
    design = build_design(obs, OUTCOME, covariates=["sleep_h", "is_ill", "mood"])

    assert result.checks["adjusted_for"][-3:] == ["sleep_h", "is_ill", "mood"]
    assert design.groups["context:mood"].shape == (60, 2)
    assert result.low < 0.5 < result.high


def test_integers_and_objects_are_numbers():
    obs = diary(stress=[int(v) for v in np.arange(60) % 5])
    as_objects = obs.assign(stress=obs["stress"].astype(object))

    assert association(obs, covariates=["stress"]).estimate == pytest.approx(
        association(as_objects, covariates=["stress"]).estimate
    )


def test_a_confounder_that_is_named_is_taken_out():
    stress = normal(120)
    obs = diary(120, slope=0.0, stress=stress)
    obs["mean_step_length_m"] *= np.exp(0.03 * stress)
    obs[OUTCOME] = np.clip(np.round(4 + 1.5 * stress + 0.5 * normal(120, 5)), 0, 10)

    assert association(obs).low > 0
    assert association(obs, covariates=["stress"]).low < 0


def test_a_covariate_of_one_level_is_told():
    result = association(diary(phase="a", ill=0), covariates=["phase", "ill"])

    assert any("phase has no second level" in text for text in result.caveats)
    assert any("ill does not vary apart from" in text for text in result.caveats)


def test_a_covariate_that_is_mostly_missing_is_told_and_costs_no_rows():
    sleep = normal()
    sleep[:20] = np.nan

    result = association(diary(sleep_h=sleep), covariates=["sleep_h"])

    assert result.n == 60
    assert any("sleep_h is missing on 33 %" in text for text in result.caveats)


def test_a_category_that_few_lack_costs_its_rows():
    mood = pd.Series(np.resize(["low", "good"], 60), dtype=object)
    mood[:3] = None

    result = association(diary(mood=mood), covariates=["mood"])

    assert result.n == 57
    assert result.checks["dropped"] == {"covariate_missing": 3}


def test_an_infinite_covariate_counts_as_missing():
    sleep = normal()
    sleep[4] = np.inf

    result = association(diary(sleep_h=sleep), covariates=["sleep_h"])

    assert result.n == 59
    assert any("treated as missing: 1 of sleep_h" in text for text in result.caveats)


def test_a_covariate_that_copies_another_is_named():
    sleep = normal()
    obs = diary(sleep_h=sleep, sleep_min=60 * sleep)

    result = association(obs, covariates=["sleep_h", "sleep_min"])

    assert any("sleep_min does not vary apart" in text for text in result.caveats)


def test_a_covariate_that_gives_the_stride_away_is_refused_by_name():
    obs = diary()
    obs["length_in"] = np.log(obs["mean_step_length_m"])

    with pytest.raises(NotEnoughDataError, match=r"follows from .*\(length_in\)"):
        association(obs, covariates=["length_in"])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("distance_m", "known only after the run"),
        ("duration_s", "known only after the run"),
        ("mean_heart_rate_bpm", "known only after the run"),
        ("rpe_0_10", "known only after the run"),
        ("feel_0_100", "known only after the run"),
        ("pain_during_0_10", "known only after the run"),
        ("mean_cadence_spm", "is the step length itself"),
        ("load_acute_m", "takes it by itself"),
        ("control_neck_after_0_10", "give it to controls"),
        ("change_cue", "dated changes are looked at by themselves"),
        (OUTCOME, "the outcome itself"),
        ("sleep", "found no column 'sleep' among day"),
    ],
)
def test_what_cannot_be_adjusted_for_is_refused_with_the_reason(name, words):
    obs = diary()
    if name not in ("sleep", OUTCOME):
        obs[name] = normal() ** 2

    with pytest.raises(TableError, match=words):
        association(obs, covariates=[name])


def test_a_name_instead_of_a_list_is_refused():
    with pytest.raises(TableError, match=r"covariates: found the text 'sleep_h'"):
        association(diary(sleep_h=normal()), covariates="sleep_h")


def test_dates_and_mixed_words_are_no_covariate():
    obs = diary(bedtime=pd.date_range("2026-01-01", periods=60))
    mixed = diary(mood=["good", 3] * 30)

    with pytest.raises(TableError, match="column 'bedtime' has dtype"):
        association(obs, covariates=["bedtime"])
    with pytest.raises(TableError, match="column 'mood' holds 'good'"):
        association(mixed, covariates=["mood"])


# --- painkillers --------------------------------------------------------------------


def test_painkillers_are_adjusted_for_and_their_days_looked_at_apart():
    drug = normal(100, 4) > 1
    obs = diary(100, drug=drug)
    obs.loc[drug, OUTCOME] = 0.0

    result = association(obs, analgesic="drug")

    assert "drug" in result.checks["adjusted_for"]
    apart = result.checks["without_analgesic"]
    assert apart["n"] == int((~drug).sum())
    assert apart["n_with_analgesic"] == int(drug.sum())
    assert apart["low"] < 0.5 < apart["high"]
    assert any(f"taken on {drug.sum()} of the runs" in text for text in result.caveats)


def test_a_dose_is_no_flag():
    with pytest.raises(TableError, match="'drug' holds 400; expected true and false"):
        association(diary(drug=400.0), analgesic="drug")


def test_too_few_days_without_a_painkiller_are_told():
    drug = np.ones(60)
    drug[:5] = 0

    result = association(diary(drug=drug), analgesic="drug")

    assert math.isnan(result.checks["without_analgesic"]["points_per_pct"])
    assert any("too few runs without one" in text for text in result.caveats)


# --- zeros before the run -----------------------------------------------------------


def test_careless_zeros_before_the_run_are_a_caveat_alone():
    before = np.clip(np.round(4 + normal(120)), 1, 10)
    honest = association(diary(120, pain_before_0_10=before))
    before[3::9] = 0.0
    careless = association(diary(120, pain_before_0_10=before))

    assert not any("exactly 0" in text for text in honest.caveats)
    assert any("some of them between sore days" in text for text in careless.caveats)
    assert careless.checks["pain_before"]["is_adjusted"]


def test_changes_outside_of_the_history_are_counted_and_do_no_harm():
    obs = diary(change_before=1.0, change_behind=0.0)

    result = association(obs)

    assert result.checks["with_dated_changes"] == {"n_changes": 0, "n_left_out": 2}
    assert result.estimate == pytest.approx(association(diary()).estimate)
