"""Missing covariates, drawn many times: obvious cases and laws."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import hipstride as hs
from hipstride.simulate import Runner, history
from hipstride.stats import association, with_imputed_covariates
from hipstride.stats.missing._chained import fill_in


@pytest.fixture(scope="module")
def obs() -> pd.DataFrame:
    made = history(Runner(), n_runs=80, seed=5).observations
    # The first run of a history has no load behind it; here nothing is missing.
    return made.bfill()


def test_without_a_gap_it_is_the_association(obs):
    result = with_imputed_covariates(obs)

    assert result.estimate == association(obs).estimate
    assert result.caveats[-1] == "No covariate has a gap: nothing was filled in"


def test_with_too_much_missing_it_is_the_association_and_says_so(obs):
    gone = obs["pain_before_0_10"].where(obs.index % 4 == 0)

    result = with_imputed_covariates(obs.assign(pain_before_0_10=gone))

    assert "more than 60 % of the rated runs lack it: pain before" in result.caveats[-1]


def test_a_gap_in_the_rating_before_is_filled_and_counted(obs):
    gone = obs.assign(pain_before_0_10=obs["pain_before_0_10"].where(obs.index % 3 > 0))

    result = with_imputed_covariates(gone, n_imputations=5, seed=2)

    assert result.checks["imputation"]["filled_in"] == "pain before the run: 27 of 80"
    assert result.n == 80
    assert "pain before the run" in result.method
    assert 0 < result.checks["imputation"]["fraction_missing"] < 1
    assert abs(result.estimate - association(obs).estimate) < 0.15


def test_the_seed_settles_the_draws(obs):
    gone = obs.assign(pain_before_0_10=obs["pain_before_0_10"].where(obs.index % 3 > 0))

    one, same, other = (
        with_imputed_covariates(gone, n_imputations=3, seed=seed).estimate
        for seed in (1, 1, 2)
    )

    assert one == same
    assert one != other


def test_the_order_of_the_rows_does_not_matter_and_the_table_is_not_changed(obs):
    gone = obs.assign(pain_before_0_10=obs["pain_before_0_10"].where(obs.index % 3 > 0))
    mixed = gone.sample(frac=1, random_state=3)
    kept = mixed.copy()

    one = with_imputed_covariates(gone, n_imputations=3, seed=1)
    other = with_imputed_covariates(mixed, n_imputations=3, seed=1)

    assert other.estimate == pytest.approx(one.estimate)
    pd.testing.assert_frame_equal(mixed, kept)


def test_draws_stay_within_what_was_seen_and_whole_where_that_is(rng):
    table = pd.DataFrame({"a": np.arange(40.0), "b": np.arange(40) % 5.0})
    table["b"] = table["b"].where(table.index % 4 > 0)

    filled = fill_in(table, ["b"], ["a"], rng)

    assert filled["b"].notna().all()
    assert filled["b"].between(0, 4).all()
    assert (filled["b"] % 1 == 0).all()
    pd.testing.assert_series_equal(filled["b"][table["b"].notna()], table["b"].dropna())


def test_what_follows_from_another_column_is_drawn_as_it_follows(rng):
    x = rng.normal(size=200)
    table = pd.DataFrame({"x": x, "y": 3 * x})
    table.loc[::5, "y"] = np.nan

    filled = fill_in(table, ["y"], ["x"], rng)

    np.testing.assert_allclose(
        filled["y"], np.clip(3 * x, table["y"].min(), None), atol=0.1
    )


def test_too_few_runs_are_refused_as_by_the_association(obs):
    with pytest.raises(hs.NotEnoughDataError, match="rated runs with step length"):
        with_imputed_covariates(obs.head(3))
