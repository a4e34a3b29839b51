"""Pain or none, and how much: references, rules, and where one of the two is not."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.simulate import Runner, history
from hipstride.stats import ewc
from hipstride.stats._build_design import build_design
from hipstride.stats.ordinal import any_pain, proportional_odds
from hipstride.stats.verdict_levels import WORDS_OF_CAUSE

OUTCOME = "pain_after_0_10"


def observations(n=80, *, slope=1.0, seed=1, level=0.5):
    rng = np.random.default_rng(seed)
    form_pct, speed = rng.normal(0, 2, n), 3 + rng.normal(0, 0.2, n)
    pain = level + slope * form_pct + rng.normal(0, 2, n)
    return pd.DataFrame(
        {
            "day": 2.0 * np.arange(n),
            "mean_speed_mps": speed,
            "mean_step_length_m": 0.4 * speed**0.9 * np.exp(form_pct / 100),
            OUTCOME: np.clip(np.round(pain), 0, 10),
        }
    )


def test_both_parts_agree_with_r(shared):
    folder = shared / "oracles"
    oracle = json.loads((folder / "expected" / "clm_n1_a.json").read_text())
    want, rtol = oracle["expected"]["two_part"], oracle["rtol"]
    data = pd.read_csv(folder / "data" / "n1_a.csv").dropna(subset=["pain"])
    names = ["x", "lv", "grade", "load"]
    some = data.loc[data["pain"] > 0]

    odds = proportional_odds(data["pain"] > 0, data[names])
    line = ewc(some["pain"], np.column_stack([np.ones(len(some)), some[names]]))

    table = want["any_pain_logit"]
    assert len(data) - len(some) == want["n_zero"]
    assert odds.coefficients == pytest.approx(
        np.array([table[name]["Estimate"] for name in names]), rel=rtol
    )
    # glm stops its search early: its standard errors are those of the last step.
    assert odds.se == pytest.approx(
        np.array([table[name]["Std. Error"] for name in names]), rel=5 * rtol
    )
    assert -odds.thresholds[0] == pytest.approx(
        table["(Intercept)"]["Estimate"], rel=rtol
    )
    assert line.estimate == pytest.approx(
        want["positive_part_lm"]["x"]["Estimate"], rel=rtol
    )


def test_a_clear_association_is_level_1():
    result = any_pain(observations(120))

    assert result.verdict_level == 1
    assert "pain after the run above 0 was more likely" in result.verdict
    assert not any(word in result.verdict for word in WORDS_OF_CAUSE)


def test_the_positive_part_rests_on_the_runs_with_pain_and_is_called_descriptive():
    obs = observations()

    result = any_pain(obs)

    part = result.checks["positive_part"]
    assert part["n"] == int((obs[OUTCOME] > 0).sum())
    assert part["mean_points"] == pytest.approx(
        obs.loc[obs[OUTCOME] > 0, OUTCOME].mean()
    )
    assert any("description only" in text for text in result.caveats)


def test_only_whether_there_is_pain_decides():
    obs = observations()
    louder = obs.assign(**{OUTCOME: np.minimum(2 * obs[OUTCOME], 10)})

    assert any_pain(louder).estimate == pytest.approx(any_pain(obs).estimate)


def test_rows_and_covariates_are_those_of_the_association():
    obs = history(Runner(), n_runs=80, seed=4).observations

    result = any_pain(obs)

    assert result.n == len(build_design(obs, OUTCOME).y)


def test_without_a_run_free_of_pain_there_are_counts_and_no_odds():
    result = any_pain(observations(level=20).assign(**{OUTCOME: 1 + np.arange(80) % 3}))

    assert result.verdict_level == 0
    assert np.isnan(result.estimate)
    assert "pain was above 0 on 80 of 80 rated runs" in result.verdict


def test_one_sore_run_is_no_history():
    pain = np.zeros(80)
    pain[40] = 3.0

    result = any_pain(observations().assign(**{OUTCOME: pain}))

    assert result.verdict_level == 0
    assert result.checks["ratings"]["n_above_0"] == 1


def test_all_zeros_are_refused_in_words():
    with pytest.raises(NotEnoughDataError, match="all 80 ratings are 0"):
        any_pain(observations().assign(**{OUTCOME: 0}))


@pytest.mark.parametrize("share", [0, 1, "much", -0.1])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(TableError, match="smallest_effect_share: found"):
        any_pain(observations(), smallest_effect_share=share)


def test_a_missing_column_is_named():
    with pytest.raises(TableError, match="mean_speed_mps"):
        any_pain(observations().drop(columns="mean_speed_mps"))


def test_no_direction_is_named_at_level_0():
    for seed in range(3):
        result = any_pain(observations(30, slope=0.0, seed=seed))

        if result.verdict_level == 0:
            assert "likely" not in result.verdict
