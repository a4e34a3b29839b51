"""Power: what a history could find, against what the product then finds."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from hipstride.errors import HipstrideError, NotEnoughDataError
from hipstride.simulate import Runner, history
from hipstride.stats.gap_gls import gap_gls
from hipstride.stats.power import (
    Errors,
    numbers_of,
    power_of_change,
    power_of_history,
    power_of_trial,
    typical_numbers,
)
from hipstride.stats.power._draws import Draws, days_of, fit_null, process, wilson
from hipstride.stats.power._needed import runs_needed_for
from hipstride.stats.trial import TrialDesign

FIRST = dt.date(2026, 12, 1)
ALTERNATION = TrialDesign(kind="alternation", n_units=48, started_on=FIRST)


@pytest.fixture(scope="module")
def obs():
    return history(Runner(), n_runs=80, seed=1).observations


@pytest.fixture(scope="module")
def numbers(obs):
    return numbers_of(obs)


# The pieces --------------------------------------------------------------------------


def test_a_process_has_the_spread_and_the_memory_asked_for():
    rng = np.random.default_rng(1)
    errors = Errors(sd=1.5, tau_days=3.0, nu=0.4)
    drawn = process(rng, errors, np.arange(60_000.0))

    assert drawn.std() == pytest.approx(1.5, rel=0.03)
    lagged = np.corrcoef(drawn[:-2], drawn[2:])[0, 1]
    assert lagged == pytest.approx(0.6 * np.exp(-2 / 3.0), abs=0.02)


def test_a_gap_of_weeks_is_forgotten():
    rng = np.random.default_rng(2)
    drawn = process(rng, Errors(1.0, 2.0, 0.0), 30.0 * np.arange(20_000))

    assert abs(np.corrcoef(drawn[:-1], drawn[1:])[0, 1]) < 0.03


def test_days_have_the_gaps_of_the_history():
    day = days_of(np.random.default_rng(3), np.array([1.0, 3.0]), 1_000)

    assert len(day) == 1_000
    assert set(np.diff(day)) == {1.0, 3.0}


def test_an_effect_moves_the_estimate_by_itself_and_nothing_else(rng):
    day, x = np.arange(60.0), rng.normal(size=60)
    y = process(rng, Errors(1.0, 3.0, 0.3), day)
    design = np.column_stack([np.ones(60), x, day])
    bare, moved = gap_gls(y, design, day), gap_gls(y + 0.7 * x, design, day)

    assert moved.coefficients[1] - bare.coefficients[1] == pytest.approx(0.7)
    assert moved.se[1] == pytest.approx(bare.se[1], rel=1e-4)


def test_the_null_share_of_the_intended_test_is_its_size():
    numbers = typical_numbers()
    plan = power_of_history(
        numbers, effects_points_per_5_pct=(1e-9,), n_more=(60,), n_sims=200, seed=4
    )
    table = plan.tables["power"]

    # Without an effect a history and its mirror image agree: 100 are left.
    assert table.loc[0, "power"] <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 100)


def test_a_share_of_all_has_an_interval_that_ends_at_1():
    low, high = wilson(1.0, 50)

    assert (round(low, 2), high) == (0.93, 1.0)


def test_runs_needed_fall_with_the_square_of_the_effect(rng):
    draws = {100: Draws(rng.normal(0, 0.1, 4000), np.full(4000, 0.1), np.full(4000, 2))}
    half, whole = (runs_needed_for(effect, draws) for effect in (0.1, 0.2))

    assert half / whole == pytest.approx(4, rel=0.1)


def test_an_effect_too_small_for_5000_runs_has_no_number(rng):
    draws = {100: Draws(rng.normal(0, 1, 400), np.ones(400), np.full(400, 2.0))}

    assert runs_needed_for(1e-3, draws) is None


# A runner's own numbers ---------------------------------------------------------------


def test_the_numbers_of_a_long_history_are_those_it_was_made_with():
    numbers = numbers_of(history(Runner(), n_runs=1_000, seed=2).observations)

    assert numbers.stride.sd == pytest.approx(2.0, rel=0.1)
    assert numbers.stride.tau_days == pytest.approx(-1 / np.log(0.7), rel=0.3)
    assert 7 / numbers.run_gaps_days.mean() == pytest.approx(4.0, rel=0.03)
    assert numbers.is_before_adjusted
    assert numbers.pain.sd < numbers.pain_unadjusted.sd


def test_the_typical_numbers_are_those_of_the_default_runner():
    obs = history(Runner(), n_runs=1_000, seed=3).observations
    own, typical = numbers_of(obs), typical_numbers("before_and_after")

    assert typical.pain.sd == pytest.approx(own.pain.sd, rel=0.1)
    assert typical.pain_unadjusted.sd == pytest.approx(own.pain_unadjusted.sd, rel=0.1)
    assert typical.stride.sd == pytest.approx(own.stride.sd, rel=0.1)


def test_half_the_runs_rated_is_seen(obs):
    half = obs.assign(pain_after_0_10=obs["pain_after_0_10"].where(obs.index % 2 == 0))
    numbers = numbers_of(half)

    assert numbers.share_rated == pytest.approx(0.5, abs=0.02)
    assert numbers.gaps_days.mean() == pytest.approx(
        2 * numbers.run_gaps_days.mean(), rel=0.1
    )


# The plans ----------------------------------------------------------------------------


def test_power_is_that_of_the_table_of_error_rates():
    # 0.11 points per 1 % without a rating before: 0.13, 0.29 and 0.70 at 40, 120 and
    # 365 runs, four a week, in the study that the defaults come from.
    plan = power_of_history(
        None, effects_points_per_5_pct=(0.57,), n_more=(40, 120), n_sims=120, seed=5
    )
    table = plan.tables["power"].query("effect_points_per_5_pct == 0.57")

    for found, expected in zip(table["power"], (0.13, 0.29), strict=True):
        assert found == pytest.approx(expected, abs=0.10)


def test_power_grows_with_runs_and_with_the_effect(numbers):
    table = power_of_history(numbers, n_more=(0, 120), n_sims=60).tables["power"]
    wide = table.pivot_table(
        index="n_rated", columns="effect_points_per_5_pct", values="power"
    )

    assert (wide.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    assert (wide.diff().iloc[1:] >= -0.05).all(axis=None)
    width = table.groupby("n_rated")["half_width_points_per_5_pct"].first()
    assert width.is_monotonic_decreasing


def test_the_plan_is_a_result_with_a_share_and_no_direction(numbers):
    plan = power_of_history(numbers, n_more=(0,), n_sims=40)

    assert 0 <= plan.low <= plan.estimate <= plan.high <= 1
    assert plan.verdict_level == 0
    assert "of 100 such histories" in plan.verdict
    assert not any(word in plan.verdict for word in ("higher", "lower", "caused"))
    assert "randomised plan answers sooner" in plan.verdict
    assert plan.n == numbers.n_rated
    assert plan.to_dict()["p_value"] is None


def test_the_same_seed_gives_the_same_plan(numbers):
    first, again, other = (
        power_of_history(numbers, n_more=(0,), n_sims=40, seed=seed).tables["power"]
        for seed in (1, 1, 2)
    )

    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)


def test_without_a_history_it_says_that_it_is_a_guess():
    for plan in (
        power_of_history(None, n_more=(60,), n_sims=20),
        power_of_change(None, n_after=(40,), n_sims=20),
        power_of_trial(ALTERNATION, n_sims=20),
    ):
        assert any("There is no history here" in caveat for caveat in plan.caveats)
        assert plan.checks["source"] == "typical"


def test_a_rating_before_the_run_is_asked_for_where_there_is_none(obs):
    bare = obs.drop(columns="pain_before_0_10")
    plan = power_of_history(bare, n_more=(0,), n_sims=20)

    assert any("rated before each run" in caveat for caveat in plan.caveats)


def test_a_table_is_not_changed(obs):
    before = obs.copy()
    power_of_history(obs, n_more=(0,), n_sims=20)
    power_of_change(obs, n_after=(40,), n_sims=20)

    pd.testing.assert_frame_equal(obs, before)


def test_a_change_with_few_runs_after_it_stands_without_a_trend(obs):
    plan = power_of_change(obs, n_after=(14, 60), n_sims=30)
    model = plan.tables["power"].groupby("n_after")["model"].first()

    assert model.tolist() == ["level alone", "level and trend"]
    assert "One dated change can only show large effects" in plan.verdict


def test_a_change_needs_no_stride(obs):
    bare = obs[["local_date", "pain_after_0_10"]]
    plan = power_of_change(bare, n_after=(40,), n_sims=20)

    assert plan.n == len(bare)


def test_single_runs_find_more_than_long_blocks():
    blocks = TrialDesign(
        kind="block_pairs", n_units=84, unit="day", block_days=7, started_on=FIRST
    )
    single, long = (
        power_of_trial(one, typical_numbers("before_and_after"), n_sims=100).estimate
        for one in (ALTERNATION, blocks)
    )

    assert single > long + 0.2


def test_a_design_that_cannot_reach_its_alpha_says_so():
    few = TrialDesign(kind="block_pairs", n_units=30, unit="day", started_on=FIRST)
    plan = power_of_trial(few, n_sims=20)

    assert plan.estimate == 0
    assert "cannot find anything: the smallest p it can reach is 0.062" in plan.verdict


def test_the_size_of_a_planned_trial_is_within_its_alpha():
    tiny = replace(ALTERNATION, smallest_effect_points=1e-9)
    plan = power_of_trial(tiny, effects_points=(1e-9,), n_sims=300)

    assert plan.estimate <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 300)


# What is refused ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"n_sims": 5}, "n_sims: found 5"),
        ({"n_sims": True}, "n_sims"),
        ({"n_more": (-1,)}, "n_more: found -1"),
        ({"n_more": ()}, "n_more"),
        ({"n_more": (0.5,)}, "n_more: found 0.5"),
        ({"effects_points_per_5_pct": (0,)}, "above 0"),
        ({"effects_points_per_5_pct": (float("nan"),)}, "above 0"),
        ({"effects_points_per_5_pct": "1"}, "above 0"),
        ({"smallest_effect_points": -1}, "above 0"),
    ],
)
def test_an_unfit_argument_is_named(numbers, options, words):
    with pytest.raises(HipstrideError, match=words):
        power_of_history(numbers, **options)


@pytest.mark.parametrize("pain", [0.0, 3.0, np.nan])
def test_ratings_without_any_spread_are_refused_in_words(obs, pain):
    with pytest.raises(NotEnoughDataError, match="rat"):
        power_of_history(obs.assign(pain_after_0_10=pain), n_sims=20)


def test_three_rated_runs_are_refused(obs):
    few = obs.assign(pain_after_0_10=obs["pain_after_0_10"].where(obs.index < 4))
    with pytest.raises(NotEnoughDataError, match="rated runs with step length"):
        power_of_history(few, n_sims=20)


@pytest.mark.parametrize("plan", [power_of_history, power_of_change])
def test_ratings_that_are_all_but_equal_are_refused(obs, plan):
    two = obs.assign(pain_after_0_10=(obs.index < 2) * 1.0)
    with pytest.raises(NotEnoughDataError, match="unlike the commonest one"):
        plan(two, n_sims=20)


@pytest.mark.parametrize("plan", [power_of_history, power_of_change])
def test_what_is_no_table_and_runs_of_one_day_are_refused_in_words(obs, plan):
    with pytest.raises(HipstrideError, match="expected a DataFrame"):
        plan([1, 2], n_sims=20)
    one_day = obs.assign(local_date=obs["local_date"].iloc[0], day=0.0)
    with pytest.raises(NotEnoughDataError, match="different days"):
        plan(one_day, n_sims=20)


def test_a_step_length_that_hardly_varies_is_said(numbers):
    stiff = replace(numbers, stride=Errors(0.6, 3.0, 0.1), share_rated=0.4)
    caveats = power_of_history(stiff, n_more=(0,), n_sims=20).caveats

    assert any("varied by 0.60 % only" in caveat for caveat in caveats)
    assert any("Only 40 % of the runs were rated" in caveat for caveat in caveats)


def test_a_plan_for_fewer_runs_than_coefficients_is_refused():
    with pytest.raises(NotEnoughDataError, match="ask for more runs"):
        power_of_history(None, n_more=(0, 5), n_sims=20)


def test_whole_numbers_of_numpy_are_whole_numbers(numbers):
    plan = power_of_history(numbers, n_more=np.array([0]), n_sims=20)

    assert len(plan.tables["power"]) == 3


def test_one_fit_gives_what_gap_gls_gives(rng):
    day, x = np.arange(40.0), rng.normal(size=40)
    y = rng.normal(size=40)
    estimate, se, critical = fit_null(y, x, np.empty((40, 0)), day)
    fit = gap_gls(y, np.column_stack([np.ones(40), x]), day)

    assert estimate == pytest.approx(fit.coefficients[1])
    assert estimate + critical * se == pytest.approx(fit.high[1])
