"""Missing ratings: Rubin's rules, filling in, tipping points, bounds, comparison."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.simulate import Runner, history
from hipstride.stats import gap_gls
from hipstride.stats._build_design import build_design
from hipstride.stats.missing import (
    delta_adjustment,
    missing_ratings,
    rated_and_unrated,
    rubin,
    tipping_point,
    worst_case,
)
from hipstride.stats.missing._all_runs import all_runs
from hipstride.stats.missing._imputation import draw_unrated
from hipstride.stats.missing.worst import _weights

OUTCOME = "pain_after_0_10"
RUNNER = Runner(pain_baseline_points=4.0, effect_points_per_pct=0.4)


def observations(share=0.2, n=80, seed=3, runner=RUNNER):
    return history(
        replace(runner, missing_share=share), n_runs=n, seed=seed
    ).observations.drop(columns="pain_before_0_10")


# Rubin's rules


def test_equal_estimates_leave_the_variance_within_alone():
    pooled = rubin([0.3, 0.3], [0.04, 0.04], n=52, k=2)

    assert (pooled.estimate, pooled.se) == (0.3, pytest.approx(0.2))
    # Barnard and Rubin: (v + 1) / (v + 3) * v with nothing missing
    assert pooled.df == pytest.approx(51 / 53 * 50)


def test_rubin_agrees_with_mice(shared):
    path = shared / "oracles" / "expected" / "rubin_a.json"
    oracle = json.loads(path.read_text())
    want, rtol = oracle["expected"], oracle["rtol"]

    pooled = rubin(want["Q"], want["U"], n=want["n"], k=want["k"])

    assert pooled.estimate == pytest.approx(want["qbar"], rel=rtol)
    assert pooled.within == pytest.approx(want["ubar"], rel=rtol)
    assert pooled.between == pytest.approx(want["b"], rel=rtol)
    assert pooled.se**2 == pytest.approx(want["t"], rel=rtol)
    assert pooled.df == pytest.approx(want["df"], rel=rtol)
    assert pooled.fraction_missing == pytest.approx(want["fmi"], rel=rtol)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), shift=st.floats(-5, 5))
def test_a_shift_moves_the_interval_and_nothing_else(seed, shift):
    rng = np.random.default_rng(seed)
    q, u = rng.normal(size=6), rng.uniform(0.5, 1, 6)

    one, other = rubin(q, u, n=60, k=4), rubin(q + shift, u, n=60, k=4)

    assert other.low - shift == pytest.approx(one.low)
    assert other.df == pytest.approx(one.df)
    half = stats.t.ppf(0.975, one.df) * one.se
    assert one.high - one.estimate == pytest.approx(half)


def test_one_imputation_no_rows_and_no_variance_are_refused():
    with pytest.raises(NotEnoughDataError, match="imputations: needed 2, got 1"):
        rubin([0.1], [0.1], n=10, k=2)
    with pytest.raises(NotEnoughDataError, match="rows for 5 coefficients"):
        rubin([0.1, 0.2], [0.1, 0.1], n=5, k=5)
    with pytest.raises(TableError, match="variances: found 0; expected"):
        rubin([0.1, 0.2], [0.1, 0.0], n=10, k=2)


# Filling in


def test_the_draws_have_the_mean_and_spread_of_kriging():
    runs = all_runs(observations(n=60), OUTCOME)
    day, fit, rated = runs.design.day, runs.fit, runs.is_rated
    lag = np.abs(np.subtract.outer(day, day))
    whole = fit.sigma**2 * (
        (1 - fit.nu) * np.exp(-lag / fit.tau_days) + fit.nu * np.eye(len(day))
    )
    weights = np.linalg.solve(whole[np.ix_(rated, rated)], whole[np.ix_(rated, ~rated)])
    x, y = runs.matrix, runs.design.y
    rest = y[rated] - x[rated] @ fit.coefficients
    mean = x[~rated] @ fit.coefficients + rest @ weights
    # what kriging leaves, and what the coefficients are unsure of
    left = x[~rated] - weights.T @ x[rated]
    variance = np.diag(
        whole[np.ix_(~rated, ~rated)]
        - whole[np.ix_(~rated, rated)] @ weights
        + left @ fit.vcov @ left.T
    )
    spare = rated.sum() - x.shape[1]

    latent = draw_unrated(runs, 20_000, 1).latent

    assert latent.mean(axis=0) == pytest.approx(mean, abs=0.06)
    want = variance * spare / (spare - 2)
    assert latent.var(axis=0) == pytest.approx(want, rel=0.05)


def test_as_expected_gives_about_the_answer_of_the_rated_runs():
    obs = observations(n=150)
    runs = all_runs(obs, OUTCOME)

    found = delta_adjustment(obs, deltas=[0], n_imputations=100).iloc[0]

    se = runs.fit.se[1]
    assert found["points_per_pct"] == pytest.approx(
        runs.fit.coefficients[1], abs=se / 3
    )
    width = runs.fit.high[1] - runs.fit.low[1]
    assert found["high"] - found["low"] == pytest.approx(width, rel=0.2)
    assert found["n_rated"] + found["n_filled_in"] == len(runs.design.y)


def test_what_is_filled_in_keeps_to_the_scale_and_its_steps():
    runs = all_runs(observations(), OUTCOME)

    filled = runs.ratings(np.array([-3.0, 0.4, 2.6, 14.0]))
    halves = replace_step(runs, 0.5).ratings(np.array([0.3, 2.6]))

    assert filled.tolist() == [0.0, 0.0, 3.0, 10.0]
    assert halves.tolist() == [0.5, 2.5]


def replace_step(runs, step):
    return replace(runs, step_points=step)


def test_the_step_is_that_of_the_ratings():
    obs = observations()

    assert all_runs(obs, OUTCOME).step_points == 1.0
    halves = obs.assign(**{OUTCOME: obs[OUTCOME] / 2})
    assert all_runs(halves, OUTCOME).step_points == 0.5
    thirds = obs.assign(**{OUTCOME: obs[OUTCOME] / 3})
    assert all_runs(thirds, OUTCOME).step_points == 0.0


def test_the_seed_alone_decides():
    obs = observations()
    one = delta_adjustment(obs, deltas=[1], n_imputations=3, seed=1)

    pd.testing.assert_frame_equal(
        one, delta_adjustment(obs, deltas=[1], n_imputations=3, seed=1)
    )
    other = delta_adjustment(obs, deltas=[1], n_imputations=3, seed=2)
    assert other["points_per_pct"][0] != one["points_per_pct"][0]


def test_more_pain_is_filled_in_with_a_larger_delta():
    found = delta_adjustment(observations(), n_imputations=5)

    assert found["mean_filled_in_points"].is_monotonic_increasing
    assert found["delta_points"].tolist() == [-2, -1, 0, 1, 2]


def test_unrated_runs_with_long_steps_that_hurt_more_raise_the_slope():
    obs = observations(0.0, n=120)
    design = build_design(obs, OUTCOME)
    own = (
        design.stride_pct
        - design.covariates
        @ np.linalg.lstsq(design.covariates, design.stride_pct, rcond=None)[0]
    )
    is_long = np.zeros(len(obs), dtype=bool)
    is_long[design.rows] = own > np.quantile(own, 0.85)
    obs = obs.assign(**{OUTCOME: obs[OUTCOME].mask(is_long)})

    slopes = delta_adjustment(obs, n_imputations=10)["points_per_pct"]

    assert slopes.is_monotonic_increasing


def test_pain_before_that_unrated_runs_lack_is_left_out_with_a_caveat():
    obs = history(replace(RUNNER, missing_share=0.0), n_runs=80, seed=3).observations
    names = [OUTCOME, "pain_before_0_10"]
    obs.loc[::5, names] = np.nan

    runs = all_runs(obs, OUTCOME)

    assert "pain_before" not in runs.design.groups
    assert any("rating before the run" in text for text in runs.caveats)
    assert (~runs.is_rated).sum() >= 15


def test_unrated_copies_of_rated_runs_are_not_filled_in():
    obs = observations(0.0)
    copy = obs.iloc[[10, 11]].assign(**{OUTCOME: np.nan})
    doubled = pd.concat([obs, copy], ignore_index=True)

    with pytest.raises(NotEnoughDataError, match="without a rating: needed 1, got 0"):
        all_runs(doubled, OUTCOME)


def test_nothing_missing_and_odd_arguments_are_refused_in_words():
    obs = observations()
    with pytest.raises(NotEnoughDataError, match="all were rated"):
        delta_adjustment(observations(0.0))
    with pytest.raises(TableError, match=r"deltas: found \[\]"):
        delta_adjustment(obs, deltas=[])
    with pytest.raises(TableError, match="expected numbers of points"):
        delta_adjustment(obs, deltas=["much"])
    with pytest.raises(TableError, match="expected numbers of points"):
        delta_adjustment(obs, deltas=[np.nan])
    with pytest.raises(TableError, match="n_imputations: found 1"):
        delta_adjustment(obs, n_imputations=1)
    with pytest.raises(TableError, match="step_points, largest_points: found 0"):
        tipping_point(obs, step_points=0)


def test_the_argument_is_not_changed():
    obs = observations()
    before = obs.copy()
    missing_ratings(obs, n_imputations=3)

    pd.testing.assert_frame_equal(obs, before)


# Tipping


def test_a_clear_answer_with_few_missing_does_not_tip():
    found = tipping_point(
        observations(0.05, n=120), largest_points=2, step_points=1, n_imputations=5
    )

    assert found.conclusion == "above 0"
    assert (found.more_points, found.less_points) == (None, None)
    assert found.table["delta_points"].tolist() == [-2, -1, 0, 1, 2]


def test_the_tipping_point_is_the_nearest_delta_with_another_conclusion():
    obs = observations(0.0, n=100, seed=5)
    design = build_design(obs, OUTCOME)
    own = (
        design.stride_pct
        - design.covariates
        @ np.linalg.lstsq(design.covariates, design.stride_pct, rcond=None)[0]
    )
    is_long = np.zeros(len(obs), dtype=bool)
    is_long[design.rows] = own > np.quantile(own, 0.7)
    obs = obs.assign(**{OUTCOME: obs[OUTCOME].mask(is_long)})

    found = tipping_point(obs, largest_points=4, step_points=1, n_imputations=5)

    signs = np.sign(found.table["low"]) + np.sign(found.table["high"])
    own_sign = {"above 0": 2, "below 0": -2, "holds 0": 0}[found.conclusion]
    differs = found.table["delta_points"][signs != own_sign]
    assert len(differs) > 0
    more = differs[differs >= 0]
    assert found.more_points == (more.min() if len(more) else None)
    less = differs[differs <= 0]
    assert found.less_points == (less.max() if len(less) else None)


# Bounds


def test_the_weights_give_the_slope():
    runs = all_runs(observations(0.05), OUTCOME)
    y = runs.design.y
    day, x, fit = runs.design.day, runs.matrix, runs.fit
    lag = np.abs(np.subtract.outer(day, day))
    r = (1 - fit.nu) * np.exp(-lag / fit.tau_days) + fit.nu * np.eye(len(day))
    inverse = np.linalg.inv(r)
    want = np.linalg.solve(x.T @ inverse @ x, x.T @ inverse @ y)[1]

    assert _weights(runs) @ y == pytest.approx(want)


def test_no_assignment_leaves_the_bounds():
    obs = observations(0.06, n=60)
    runs = all_runs(obs, OUTCOME)
    weights = _weights(runs)
    low, high = (
        worst_case(obs).set_index("assignment")["points_per_pct"][name]
        for name in ("lowest slope", "highest slope")
    )
    rng = np.random.default_rng(1)

    for _ in range(20):
        y = runs.design.y.copy()
        y[~runs.is_rated] = rng.integers(0, 11, (~runs.is_rated).sum())
        slope = gap_gls(y, runs.matrix, runs.design.day).coefficients[1]
        assert low - 0.02 <= slope <= high + 0.02
    open_weights = weights[~runs.is_rated]
    assert open_weights.size == 0 or low < high


def test_above_a_tenth_missing_bounds_are_refused_with_the_share():
    with pytest.raises(NotEnoughDataError, match=r"% of the usable runs are unrated"):
        worst_case(observations(0.3))


# Comparison


def test_a_difference_in_speed_is_seen():
    obs = observations(0.0, n=120)
    is_fast = obs["mean_speed_mps"] > obs["mean_speed_mps"].quantile(0.8)
    obs = obs.assign(**{OUTCOME: obs[OUTCOME].mask(is_fast)})

    found = rated_and_unrated(obs).set_index("variable")

    assert found.loc["mean_speed_mps", "high"] < 0
    assert found.loc["stride_residual_pct", "low"] < 0
    assert found.loc["stride_residual_pct", "high"] > 0
    assert found.loc["mean_speed_mps", "n_unrated"] == is_fast.sum()


def test_the_rating_before_is_not_carried_on_through_unrated_runs():
    obs = observations(0.0, n=40)
    obs.loc[20:22, OUTCOME] = np.nan

    found = rated_and_unrated(obs).set_index("variable").loc["previous_rating"]

    assert found["mean_unrated"] == obs.loc[19, OUTCOME]
    assert (found["n_rated"], found["n_unrated"]) == (35, 1)
    assert np.isnan(found["difference"])


def test_without_unrated_runs_the_difference_is_nan_and_the_means_stand():
    found = rated_and_unrated(observations(0.0))

    assert found["difference"].isna().all()
    assert found["mean_rated"].notna().all()


# All of it


def test_the_summary_has_the_share_the_tables_and_level_1():
    obs = observations(0.06, n=120)

    result = missing_ratings(obs, n_imputations=5)

    assert result.verdict_level == 1
    assert set(result.tables) == {"rated_and_unrated", "deltas", "worst_case"}
    n_unrated = int(obs[OUTCOME].isna().sum())
    assert f"({n_unrated} of 120)" in result.verdict
    assert "would not change" in result.verdict
    assert result.estimate == pytest.approx(
        gap_gls(*_parts(build_design(obs, OUTCOME))).coefficients[1]
    )


def _parts(design):
    return design.y, design.matrix, design.day


def test_an_answer_that_tips_is_level_0_and_names_the_delta():
    obs = observations(0.0, n=100, seed=5)
    design = build_design(obs, OUTCOME)
    own = (
        design.stride_pct
        - design.covariates
        @ np.linalg.lstsq(design.covariates, design.stride_pct, rcond=None)[0]
    )
    is_long = np.zeros(len(obs), dtype=bool)
    is_long[design.rows] = own > np.quantile(own, 0.7)
    obs = obs.assign(**{OUTCOME: obs[OUTCOME].mask(is_long)})

    result = missing_ratings(obs, n_imputations=5)

    assert result.verdict_level == 0
    assert "This history cannot answer the question" in result.verdict


def test_a_complete_history_says_so():
    result = missing_ratings(observations(0.0))

    assert result.verdict.startswith("All 80 usable runs were rated")
    assert set(result.tables) == {"rated_and_unrated"}


def test_half_unrated_cannot_tell():
    result = missing_ratings(observations(0.6, n=120), n_imputations=3)

    assert result.verdict_level == 0
    assert "at least 50 % of the runs rated" in result.verdict


def test_three_rated_runs_are_refused():
    obs = observations(0.0)
    obs.loc[3:, OUTCOME] = np.nan
    with pytest.raises(NotEnoughDataError, match="needed 8, got 3"):
        missing_ratings(obs)
