"""Odds of a higher rating: by hand, laws, references, and where there are none."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.miscmodels.ordinal_model import OrderedModel

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.simulate import Runner, history
from hipstride.stats._build_design import build_design
from hipstride.stats.ewc import ewc
from hipstride.stats.ordinal import (
    is_separable,
    ordinal,
    proportional_odds,
    separation_of_change,
)
from hipstride.stats.ordinal._odds_checks import drift_requirement
from hipstride.stats.ordinal._score_variance import slope_over_time
from hipstride.stats.ordinal.proportional_odds import _likelihood
from hipstride.stats.trial import nap
from hipstride.stats.verdict_levels import WORDS_OF_CAUSE

OUTCOME = "pain_after_0_10"


def observations(n=60, *, slope=0.5, seed=1):
    rng = np.random.default_rng(seed)
    form_pct, speed = rng.normal(0, 2, n), 3 + rng.normal(0, 0.2, n)
    pain = 4 + slope * form_pct + rng.normal(0, 1, n)
    return pd.DataFrame(
        {
            "day": 2.0 * np.arange(n),
            "mean_speed_mps": speed,
            "mean_step_length_m": 0.4 * speed**0.9 * np.exp(form_pct / 100),
            OUTCOME: np.clip(np.round(pain), 0, 10),
        }
    )


def drawn(seed, n=60, k=2):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, k))
    return np.clip(np.round(2 + x[:, 0] + rng.logistic(size=n)), 0, 5), x


# Counts before and after a day


def test_all_zero_after_is_separated_and_counted():
    found = separation_of_change([3, 0, 2, 4], [0, 0, 0])

    assert found.is_separated
    assert (found.n_before, found.n_above_0_before) == (4, 3)
    assert (found.n_after, found.n_above_0_after) == (3, 0)
    assert found.sentence == (
        "Pain was above 0 on 3 of 4 rated runs before, and on 0 of 3 after."
    )


def test_a_quarter_of_the_spread_is_separated_and_more_is_not():
    before = [0.0, 4.0, 0.0, 4.0]

    assert separation_of_change(before, [1.0, 1.9, 1.0, 1.9]).is_separated
    assert not separation_of_change(before, [1.0, 2.1, 1.0, 2.1]).is_separated


def test_nap_is_that_of_the_trial():
    rng = np.random.default_rng(2)
    before, after = rng.integers(0, 6, 20), rng.integers(0, 4, 15)

    assert separation_of_change(before, after).nap == pytest.approx(nap(before, after))


def test_a_side_of_one_rating_is_refused():
    with pytest.raises(NotEnoughDataError, match="ratings after the change: needed 2"):
        separation_of_change([1, 2], [0])


def test_a_missing_rating_is_refused_by_name():
    with pytest.raises(TableError, match="ratings before: found 1 missing"):
        separation_of_change([1, np.nan, 2], [0, 1])


# Separation in a regression


def test_complete_and_quasi_separation_are_found():
    x = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])[:, None]

    assert is_separable([0, 0, 0, 1, 1, 1], x)
    assert is_separable([0, 0, 0, 1, 0, 1], x > 3)
    assert not is_separable([0, 1, 0, 1, 0, 1], x)


def test_a_covariate_with_one_outcome_on_its_own_runs_is_quasi_separation():
    y = np.array([0, 1, 2, 0, 1, 2, 0, 0, 0])
    treadmill = np.repeat([0.0, 1.0], [6, 3])

    assert is_separable(y, treadmill[:, None])


def test_ratings_that_never_differ_are_separated():
    assert is_separable([0, 0, 0], [[1.0], [2.0], [4.0]])


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_where_nothing_separates_newton_converges(seed):
    y, x = drawn(seed, n=25)
    if is_separable(y, x) or np.ptp(y) == 0:
        return

    fit = proportional_odds(y, x)

    assert fit.is_converged
    assert np.abs(fit.scores.sum(axis=0)).max() < 1e-3


# The fit


def test_without_effect_thresholds_are_the_log_odds_of_the_counts():
    y = np.array([0, 0, 1, 1, 1, 1, 2, 2] * 2)
    x = np.tile([1.0, -1.0], 8)[:, None]

    fit = proportional_odds(y, x)

    assert fit.coefficients[0] == pytest.approx(0, abs=1e-8)
    assert fit.thresholds == pytest.approx([np.log(1 / 3), np.log(3)])


def test_two_categories_of_a_two_by_two_table_give_its_log_odds_ratio():
    x = np.repeat([0.0, 1.0], [30, 40])[:, None]
    y = np.concatenate([np.repeat([0, 1], [20, 10]), np.repeat([0, 1], [10, 30])])

    fit = proportional_odds(y, x)

    assert fit.coefficients[0] == pytest.approx(np.log(3 * 20 / 10))
    assert fit.se[0] == pytest.approx(np.sqrt(1 / 20 + 1 / 10 + 1 / 10 + 1 / 30))


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), factor=st.floats(0.01, 100), by=st.floats(-50, 50))
def test_units_of_the_columns_and_names_of_the_categories_do_not_matter(
    seed, factor, by
):
    y, x = drawn(seed)

    one = proportional_odds(y, x)
    other = proportional_odds(3 * y + 1, x * [factor, 1] + by)

    assert other.coefficients[0] * factor == pytest.approx(
        one.coefficients[0], rel=1e-5
    )
    assert other.log_likelihood == pytest.approx(one.log_likelihood)
    assert slope_over_time(other).p_value == pytest.approx(
        slope_over_time(one).p_value, rel=1e-4
    )


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_turning_the_scale_around_turns_the_sign(seed):
    y, x = drawn(seed)

    one, other = proportional_odds(y, x), proportional_odds(-y, x)

    assert other.coefficients == pytest.approx(-one.coefficients, rel=1e-5, abs=1e-8)
    assert slope_over_time(other).se == pytest.approx(slope_over_time(one).se, rel=1e-5)


def test_scores_and_information_are_derivatives_of_the_likelihood():
    y, x = drawn(3)
    place = np.unique(y, return_inverse=True)[1]
    at = np.concatenate([[0.3, -0.2], np.linspace(-2, 2, place.max())])
    found = _likelihood(at, place, x)
    steps = 1e-5 * np.eye(len(at))
    up = [_likelihood(at + step, place, x) for step in steps]
    down = [_likelihood(at - step, place, x) for step in steps]
    gradient = [(a.value - b.value) / 2e-5 for a, b in zip(up, down, strict=True)]
    bend = [
        (a.scores.sum(axis=0) - b.scores.sum(axis=0)) / 2e-5
        for a, b in zip(up, down, strict=True)
    ]

    assert found.scores.sum(axis=0) == pytest.approx(np.array(gradient), rel=1e-6)
    assert -found.information == pytest.approx(np.array(bend), rel=1e-5, abs=1e-6)


def test_influence_of_a_nearly_linear_logit_has_the_variance_of_least_squares():
    # With a tiny effect and even odds a logit is least squares times 4.
    rng = np.random.default_rng(5)
    x = np.column_stack([np.ones(400), rng.normal(size=(400, 2))])
    y = (rng.random(400) < 0.5).astype(float)

    odds, line = slope_over_time(proportional_odds(y, x[:, 1:])), ewc(y, x)

    assert odds.df == line.df
    assert odds.se == pytest.approx(4 * line.se, rel=0.03)


def test_a_constant_column_and_equal_ratings_are_refused():
    y, x = drawn(1)
    with pytest.raises(NotEnoughDataError, match="independent columns"):
        proportional_odds(y, np.ones((60, 1)))
    with pytest.raises(NotEnoughDataError, match="different ratings: needed 2, got 1"):
        proportional_odds(np.zeros(60), x)


def oracle(shared, name):
    folder = shared / "oracles"
    found = json.loads((folder / "expected" / f"{name}.json").read_text())
    data = pd.read_csv(folder / "data" / found["inputs"]["file"])
    return found["expected"], found["rtol"], data


def agree(fit, table, names, rtol):
    lines = [name for name in table if re.fullmatch(r"\d+\|\d+", name)]
    for got, error, wanted in (
        (fit.coefficients, fit.se, names),
        (fit.thresholds, fit.thresholds_se, lines),
    ):
        assert got == pytest.approx(
            np.array([table[name]["Estimate"] for name in wanted]), rel=rtol
        )
        assert error == pytest.approx(
            np.array([table[name]["Std. Error"] for name in wanted]), rel=rtol
        )


def test_it_agrees_with_the_published_wine_ratings(shared):
    want, rtol, data = oracle(shared, "clm_wine_published")
    x = np.column_stack([data["temp"].eq("warm"), data["contact"].eq("yes")])

    fit = proportional_odds(data["rating"], x.astype(float))

    agree(fit, want["table"], ["tempwarm", "contactyes"], rtol)
    assert fit.log_likelihood == pytest.approx(want["logLik"], rel=rtol)
    assert fit.coefficients == pytest.approx(
        [want["published"]["tempwarm"], want["published"]["contactyes"]], abs=6e-4
    )


def test_it_agrees_with_clm_in_r(shared):
    want, rtol, data = oracle(shared, "clm_n1_a")
    data = data.dropna(subset=["pain"])
    names = ["x", "lv", "grade", "load"]

    fit = proportional_odds(data["pain"], data[names])

    agree(fit, want["logit"]["table"], names, rtol)
    assert fit.log_likelihood == pytest.approx(want["logit"]["logLik"], rel=rtol)


def test_it_agrees_with_statsmodels():
    y, x = drawn(7, n=120)
    model = OrderedModel(y.astype(int), x, distr="logit")
    theirs = model.fit(method="bfgs", disp=False, gtol=1e-8)

    ours = proportional_odds(y, x)

    assert ours.coefficients == pytest.approx(theirs.params[:2], rel=1e-4)
    thresholds = model.transform_threshold_params(theirs.params)[1:-1]
    assert ours.thresholds == pytest.approx(thresholds, rel=1e-4)
    assert ours.log_likelihood == pytest.approx(theirs.llf, rel=1e-8)
    assert ours.se == pytest.approx(theirs.bse[:2], rel=1e-3)


# The answer


def test_a_clear_association_is_level_1_with_odds_and_points():
    result = ordinal(observations())

    assert result.verdict_level == 1
    assert "a higher rating of pain after the run was more likely" in result.verdict
    ratio = result.checks["odds_ratio_per_5_pct"]
    assert ratio["odds_ratio"] == pytest.approx(np.exp(5 * result.estimate))
    points = result.checks["on_the_scale_per_5_pct"]["difference"]
    assert points == pytest.approx(5 * 0.5, rel=0.4)
    assert set(result.tables) == {"cuts"}


def test_rows_and_covariates_are_those_of_the_association():
    obs = history(Runner(), n_runs=80, seed=4).observations
    design = build_design(obs, OUTCOME)

    result = ordinal(obs)

    assert result.n == len(design.y)
    assert result.checks["adjusted_for"] == list(design.adjusted_for)
    assert result.checks["gap_gls_beside"]["n"] == result.n


def test_a_short_history_cannot_tell_and_names_no_direction():
    result = ordinal(observations(20))

    assert result.verdict_level == 0
    assert result.verdict.startswith("This history cannot answer the question.")
    for word in ("higher rating of", "more likely", "less likely", *WORDS_OF_CAUSE):
        assert word not in result.verdict


def test_no_word_of_cause_and_never_above_level_1():
    for seed in range(4):
        result = ordinal(observations(90, slope=1.0, seed=seed))

        assert result.verdict_level == 1
        assert not any(word in result.verdict for word in WORDS_OF_CAUSE)


def test_ratings_parted_exactly_give_counts_and_no_odds():
    obs = observations()
    design = build_design(obs, OUTCOME)
    own = (
        design.stride_pct
        - design.covariates
        @ np.linalg.lstsq(design.covariates, design.stride_pct, rcond=None)[0]
    )
    obs = obs.assign(**{OUTCOME: np.where(own > 0.5, 3.0, 0.0)})

    result = ordinal(obs)

    assert result.verdict_level == 0
    assert np.isnan(result.estimate)
    n_above = int((own > 0.5).sum())
    assert f"pain was above 0 on {n_above} of 60 rated runs" in result.verdict
    assert result.checks["counts"]["n_above_0_shorter"] == 0
    assert result.to_dict()["p_value"] is None


def test_slow_pain_asks_that_gap_gls_agrees():
    null = Runner(effect_points_per_pct=0.0, pain_baseline_points=5.0)
    slow = replace(null, pain_memory=0.99, form_memory=0.9)
    usual, drifting = (
        build_design(history(runner, n_runs=120, seed=1).observations, OUTCOME)
        for runner in (null, slow)
    )
    drifting = drifting.without("pain_before")

    assert drift_requirement(usual, 0.1, 0.5).is_met
    assert not drift_requirement(drifting, 0.1, 0.5).is_met
    assert drift_requirement(drifting, -0.1, 0.5).is_met
    assert drift_requirement(drifting, 0.1, 0.5).detail.endswith("does not agree")


def test_a_covariate_that_parts_the_ratings_is_left_out_with_a_caveat():
    obs = observations(80)
    treadmill = np.arange(80) % 10 == 0
    pain = obs[OUTCOME].where(~treadmill, 0.0).clip(lower=treadmill * 0.0)
    pain = pain.mask(~treadmill & (pain == 0), 1.0)
    obs = obs.assign(is_treadmill=treadmill, mean_grade_pct=0.0, **{OUTCOME: pain})

    result = ordinal(obs)

    assert np.isfinite(result.estimate)
    assert any("treadmill or outdoors was left out" in text for text in result.caveats)


def test_constant_pain_is_refused_in_words():
    with pytest.raises(NotEnoughDataError, match="all 60 ratings are 0"):
        ordinal(observations().assign(**{OUTCOME: 0.0}))


def test_three_rated_runs_are_refused():
    obs = observations()
    obs.loc[3:, OUTCOME] = np.nan
    with pytest.raises(NotEnoughDataError, match="needed 8, got 3"):
        ordinal(obs)


def test_a_smallest_effect_of_nothing_is_refused():
    with pytest.raises(TableError, match="smallest_effect_points: found 0"):
        ordinal(observations(), smallest_effect_points=0)


def test_the_argument_is_not_changed_and_integers_and_objects_are_taken():
    obs = observations()
    mixed = obs.astype({OUTCOME: int}).astype({"day": object})
    before = mixed.copy()

    assert ordinal(mixed).estimate == pytest.approx(ordinal(obs).estimate)
    pd.testing.assert_frame_equal(mixed, before)
