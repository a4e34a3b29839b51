"""Specification curve, leave-outs, benchmarks: laws, and the known truth."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hipstride as hs
from hipstride.errors import NotEnoughDataError, TableError
from hipstride.simulate import Runner, history
from hipstride.stats import (
    leave_one_month_out,
    leave_one_shoe_out,
    sensitivity,
    specification_curve,
)
from hipstride.stats._build_design import build_design
from hipstride.stats._correlation_fit import correlation_matrix
from hipstride.stats.design_matrix import FORM
from hipstride.stats.ewc import ewc
from hipstride.stats.gap_gls import gap_gls
from hipstride.stats.sensitivity import benchmarks, omitted_variable_bound
from hipstride.stats.sensitivity._turned import by_ewc, by_gap_gls, turn_shares
from hipstride.stats.verdict_levels import WORDS_OF_CAUSE


@pytest.fixture(scope="module")
def obs() -> pd.DataFrame:
    runner = replace(Runner(), effect_points_per_pct=0.4, guarding_pct_per_point=0.0)
    return history(runner, n_runs=120, seed=3).observations


@pytest.fixture(scope="module")
def result(obs):
    return sensitivity(obs)


def test_the_primary_stands_in_the_curve_with_the_number_of_the_association(obs):
    curve = specification_curve(obs)
    link = hs.stats.association(obs)
    primary = curve.table[curve.table["is_primary"]]

    assert curve.n <= 64
    assert len(primary) == 1
    assert primary["points_per_pct"].iloc[0] == pytest.approx(link.estimate, rel=1e-8)


def test_the_interval_of_the_primary_is_that_of_the_association(obs):
    link = hs.stats.association(obs)
    table = specification_curve(obs).table
    primary = table[table["is_primary"]]

    assert primary["low"].iloc[0] == pytest.approx(link.low, rel=1e-8)
    assert primary["high"].iloc[0] == pytest.approx(link.high, rel=1e-8)


def test_what_is_asked_for_stands_in_every_specification(obs):
    rng = np.random.default_rng(2)
    table = obs.assign(
        sleep_h=rng.normal(7, 1, len(obs)), drug=rng.integers(0, 2, len(obs))
    )

    curve = specification_curve(table, covariates=["sleep_h"], analgesic="drug").table
    link = hs.stats.association(table, covariates=["sleep_h"], analgesic="drug")

    primary = curve.loc[curve["is_primary"], "points_per_pct"].iloc[0]
    assert primary == pytest.approx(link.estimate, rel=1e-8)


def test_treadmill_runs_are_left_out_in_one_fork_and_64_ways_are_the_most(obs):
    indoors = np.arange(len(obs)) % 4 == 1
    table = obs.assign(is_treadmill=indoors, is_step_length_independent=True)

    curve = specification_curve(table)

    outdoors = curve.table[curve.table["rows"] == "outdoors only"]
    assert curve.n <= 64
    assert outdoors["n"].max() == int((~indoors).sum()) - 1
    assert set(outdoors["covariates"]) == {"all"}


@pytest.fixture(scope="module")
def design(obs):
    return build_design(obs, "pain_after_0_10")


def by_hand(design, weight, turn):
    """Least squares in the metric of a weight matrix, the stride turned."""
    form = design.only(*FORM).covariates
    own = design.stride_pct - form @ np.linalg.lstsq(form, design.stride_pct)[0]
    x = np.column_stack([np.roll(own, turn), design.covariates])
    inverse = np.linalg.inv(x.T @ weight @ x)
    return (inverse @ x.T @ weight @ design.y)[0], 1 / inverse[0, 0]


@pytest.mark.parametrize("turn", [0, 1, 50])
@pytest.mark.parametrize("errors", ["held", "none"])
def test_a_turned_slope_is_that_of_a_new_fit_on_the_turned_stride(design, turn, errors):
    turns = turn_shares(len(design.y), 499)
    if errors == "held":
        fit = replace(gap_gls(design.y, design.matrix, design.day), nu=0.5)
        turned = by_gap_gls(design, fit, turns)
        weight = np.linalg.inv(correlation_matrix(design.day, fit.tau_days, 0.5)[0])
    else:
        turned = by_ewc(design, turns)
        weight = np.eye(len(design.y))

    slope, power = by_hand(design, weight, turn)
    _, power_of_none = by_hand(design, weight, 0)

    # On the scale of the true alignment, so that noise has one spread at all turns.
    scale = math.sqrt(power / power_of_none)
    assert turned.slopes[turn] == pytest.approx(slope * scale, rel=1e-6)


def test_the_interval_by_least_squares_is_that_of_ewc(design):
    turned = by_ewc(design, turn_shares(len(design.y), 19))
    second = ewc(design.y, design.matrix)

    assert turned.slopes[0] == pytest.approx(second.estimate, rel=1e-8)
    assert turned.half_widths[0] == pytest.approx(
        (second.high - second.low) / 2, rel=1e-8
    )


def test_pain_without_a_tie_to_the_stride_is_as_usual_as_its_turns():
    null = replace(Runner(), effect_points_per_pct=0.0, guarding_pct_per_point=0.0)
    curves = [
        specification_curve(history(null, n_runs=60, seed=seed).observations)
        for seed in range(12)
    ]

    # With a true null each is below 0.05 one time in twenty: four or more of twelve
    # would happen less than once in four hundred.
    assert sum(curve.p_value <= 0.05 for curve in curves) < 4
    assert sum(curve.excludes_zero_p_value <= 0.05 for curve in curves) < 4


@pytest.mark.parametrize("n_turns", [5, 19.5, True, "499"])
def test_too_few_turns_are_refused(obs, n_turns):
    with pytest.raises(TableError, match=r"n_turns: found .*expected a whole number"):
        specification_curve(obs, n_turns=n_turns)


def test_a_long_history_is_turned_by_as_many_runs_as_were_asked_for(obs):
    assert specification_curve(obs, n_turns=19).n_turns == 19


def test_a_strong_effect_has_one_sign_everywhere_and_no_turn_like_it(obs):
    curve = specification_curve(obs)

    assert curve.same_sign_share == 1
    assert curve.p_value < 0.05
    assert curve.table["points_per_pct"].is_monotonic_increasing


def test_a_covariate_that_is_not_there_makes_no_copies(obs):
    bare = obs[["local_date", "day", "mean_speed_mps", "mean_step_length_m"]].assign(
        pain_after_0_10=obs["pain_after_0_10"]
    )

    table = specification_curve(bare).table
    forks = ["outcome", "exposure", "covariates", "rows", "errors"]

    assert not table.duplicated(forks).any()
    assert set(table["covariates"]) == {"all", "without load and trend"}


def test_every_run_is_left_out_once_with_its_month(obs):
    months = leave_one_month_out(obs)

    assert months["n_left_out"].sum() == gap_gls_of(obs).n
    assert months["left_out"].str.fullmatch(r"\d{4}-\d\d").all()
    assert months["points_per_pct"].between(0.1, 0.8).all()


def test_a_slope_without_a_month_is_the_generalised_least_squares_of_the_rest(obs):
    months = leave_one_month_out(obs)
    design = build_design(obs, "pain_after_0_10")
    fit = gap_gls(design.y, design.matrix, design.day)
    month = obs["local_date"].dt.strftime("%Y-%m").to_numpy()[design.rows]
    rest = design.take(month != months["left_out"].iloc[2])
    whole, _, _ = correlation_matrix(rest.day, fit.tau_days, fit.nu)
    weight = np.linalg.inv(whole)
    x = rest.matrix

    by_hand = np.linalg.solve(x.T @ weight @ x, x.T @ weight @ rest.y)[1]

    assert months["points_per_pct"].iloc[2] == pytest.approx(by_hand, rel=1e-6)
    assert (months["low"] < months["points_per_pct"]).all()
    assert (months["points_per_pct"] < months["high"]).all()


def test_a_month_that_makes_the_slope_is_named(obs):
    first = obs["local_date"] < obs["local_date"].min() + pd.Timedelta(28, "D")
    own = 100 * np.log(obs["mean_step_length_m"] / obs["mean_speed_mps"] ** 0.88)
    pulled = obs.assign(
        pain_after_0_10=np.where(
            first, np.clip(5 + 2 * (own - own.mean()), 0, 10), 3 + (obs.index % 3)
        )
    )

    told = sensitivity(pulled)

    assert any(
        caveat.startswith("Without the month") and "much of it rests there" in caveat
        for caveat in told.caveats
    )


def test_shoes_are_left_out_one_by_one_and_a_single_one_not_at_all(obs):
    shoes = np.where(np.arange(len(obs)) % 2, "old", "new")

    two = leave_one_shoe_out(obs.assign(shoe=shoes))
    one = leave_one_shoe_out(obs.assign(shoe="old").drop(columns="device"))

    assert sorted(two["left_out"]) == ["new", "old"]
    assert len(one) == 0


def gap_gls_of(obs):
    design = build_design(obs, "pain_after_0_10")
    return gap_gls(design.y, design.matrix, design.day)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(-1, 1), st.floats(-1, 1))
def test_the_bound_is_the_bias_of_the_variable_that_was_left_out(seed, on_x, on_y):
    rng = np.random.default_rng(seed)
    z = rng.normal(size=80)
    x = on_x * z + rng.normal(size=80)
    y = 0.5 * x + on_y * z + rng.normal(size=80)

    def fit(columns):
        design = np.column_stack([np.ones(80), *columns])
        found, rss, *_ = np.linalg.lstsq(design, y, rcond=None)
        variance = rss[0] / (80 - design.shape[1])
        return found, variance * np.linalg.inv(design.T @ design), rss[0]

    short, spread, rss_short = fit([x])
    whole, _, rss_whole = fit([x, z])
    r2_outcome = 1 - rss_whole / rss_short
    r2_exposure = np.corrcoef(x, z)[0, 1] ** 2

    towards = omitted_variable_bound(
        short[1], math.sqrt(spread[1, 1]), 78, r2_exposure, r2_outcome
    )

    moved = abs(short[1] - towards)
    assert moved == pytest.approx(abs(short[1] - whole[1]), rel=1e-6, abs=1e-9)


def test_a_confounder_as_strong_as_a_weak_covariate_moves_little(obs):
    design = build_design(obs, "pain_after_0_10")
    fit = gap_gls(design.y, design.matrix, design.day)

    table = benchmarks(design, fit).set_index("as_strong_as")

    slope = float(fit.coefficients[1])
    moved = (slope - table["points_per_pct"]) / slope
    assert (moved.dropna() >= -1e-9).all()
    assert table.loc["7-day load", "points_per_pct"] == pytest.approx(slope, rel=0.3)


def test_all_load_together_is_at_least_as_strong_as_each_part(design):
    fit = gap_gls(design.y, design.matrix, design.day)

    table = benchmarks(design, fit).set_index("as_strong_as")

    parts = table.filter(regex="load|last run", axis="index")["r2_stride"]
    assert len(parts) == 4
    assert parts.idxmax() == "all load and rest together"


def test_the_whole_keeps_the_answer_of_the_association(obs, result):
    link = hs.stats.association(obs)

    assert (result.estimate, result.low) == (link.estimate, link.low)
    assert result.verdict == link.verdict
    assert result.verdict_level == link.verdict_level
    assert set(link.caveats) <= set(result.caveats)


def test_the_whole_shows_how_strong_a_confounder_would_have_to_be(result):
    robust = result.checks["robustness"]

    assert 0 < robust["robustness_value_interval"] < robust["robustness_value"] < 1
    assert result.checks["sceptical"]["points_per_pct"] < result.estimate
    assert result.to_dict()["tables"]["specification_curve"]


def test_all_of_it_is_one_sentence_without_a_direction_or_a_cause(obs, result):
    short = sensitivity(obs.head(25)).checks["in_short"]

    for sentence in (short, result.checks["in_short"]):
        assert not any(
            word in sentence
            for word in (*WORDS_OF_CAUSE, "higher", "lower", "more pain", "less pain")
        )
    assert "explain" in result.checks["in_short"]
    assert "nothing unmeasured is needed" in short


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda t: t.head(4), NotEnoughDataError),
        (lambda t: t.assign(pain_after_0_10=2.0), NotEnoughDataError),
        (lambda t: t.drop(columns="mean_speed_mps"), TableError),
    ],
    ids=["four runs", "equal ratings", "no speed"],
)
@pytest.mark.parametrize("ask", [specification_curve, leave_one_month_out, sensitivity])
def test_what_the_association_refuses_is_refused_here(obs, ask, change, error):
    with pytest.raises(error):
        ask(change(obs))
