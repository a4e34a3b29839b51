"""Kenward-Roger: cases with a known answer, laws, and R's pbkrtest."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.stats import kenward_roger


def balanced_groups(n_groups: int = 6, size: int = 4):
    """Random intercepts with a covariate of the group, and one within groups."""
    group = np.repeat(np.arange(n_groups), size)
    same = (group[:, None] == group[None, :]).astype(float)
    between = (group % 2).astype(float)
    within = np.tile(np.linspace(-1, 1, size), n_groups)
    x = np.column_stack([np.ones(len(group)), between, within])
    return x, same


def test_one_variance_gives_the_textbook_and_residual_degrees_of_freedom(rng):
    x = np.column_stack([np.ones(20), rng.normal(size=20)])

    kr = kenward_roger(x, 3.0 * np.eye(20), [np.eye(20)])

    np.testing.assert_allclose(kr.vcov, 3.0 * np.linalg.inv(x.T @ x))
    np.testing.assert_allclose(kr.df, 18)


def test_balanced_groups_give_the_degrees_of_freedom_of_the_analysis_of_variance():
    x, same = balanced_groups()
    identity = np.eye(len(same))

    kr = kenward_roger(x, 2.0 * same + identity, [same, identity])

    # Six groups, two of them used for the means: 4. Within: 24 - 6 - 1 = 17.
    np.testing.assert_allclose(kr.df, [4, 4, 17])
    np.testing.assert_allclose(kr.vcov, kr.vcov_plain, atol=1e-12)


def test_a_single_contrast_is_the_squared_t():
    x, same = balanced_groups()
    kr = kenward_roger(x, 2.0 * same + np.eye(24), [same, np.eye(24)])

    test = kr.contrast([1.0, 2.0, 0.5], [[0.0, 1.0, 0.0]])

    assert test.f_statistic == pytest.approx(4.0 / kr.vcov[1, 1])
    assert test.scale == 1.0
    assert test.df_denominator == pytest.approx(kr.df[1])
    t = 2.0 / np.sqrt(kr.vcov[1, 1])
    assert test.p_value == pytest.approx(2 * stats.t.sf(t, kr.df[1]))


def test_several_contrasts_of_independent_errors_are_the_usual_f(rng):
    x = np.column_stack([np.ones(25), rng.normal(size=(25, 2))])
    kr = kenward_roger(x, np.eye(25), [np.eye(25)])
    coefficients = np.array([0.3, 0.5, -0.2])

    test = kr.contrast(coefficients, np.eye(3)[1:])

    part = kr.vcov_plain[1:, 1:]
    wald = coefficients[1:] @ np.linalg.solve(part, coefficients[1:]) / 2
    assert test.f_statistic == pytest.approx(wald)
    assert test.df_denominator == pytest.approx(22)
    assert test.df_numerator == 2


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    tau_days=st.floats(0.5, 30),
    first=st.floats(-2, 2),
    second=st.floats(0.2, 5),
)
def test_to_first_order_the_parametrisation_does_not_matter(
    seed, tau_days, first, second
):
    rng = np.random.default_rng(seed)
    day = np.cumsum(rng.integers(1, 4, 25))
    lag = np.abs(np.subtract.outer(day, day)) / tau_days
    smooth = np.exp(-lag)
    x = np.column_stack([np.ones(25), rng.normal(size=25)])
    cov = 1.5 * smooth + 0.5 * np.eye(25)
    by = [smooth, np.eye(25), 1.5 * smooth * lag]

    one = kenward_roger(x, cov, by)
    # Other parameters: mixtures of the first ones.
    mixed = [by[0] + first * by[1], second * by[1], by[2] / tau_days + by[0]]
    other = kenward_roger(x, cov, mixed)

    np.testing.assert_allclose(other.vcov, one.vcov, rtol=1e-5)
    np.testing.assert_allclose(other.df, one.df, rtol=1e-5)


def test_a_parameter_without_information_is_left_out():
    x, same = balanced_groups()
    identity = np.eye(len(same))
    cov = 2.0 * same + identity

    one = kenward_roger(x, cov, [same, identity])
    twice = kenward_roger(x, cov, [same, identity, identity, 0.0 * identity])

    np.testing.assert_allclose(twice.df, one.df, rtol=1e-6)
    np.testing.assert_allclose(twice.vcov, one.vcov, rtol=1e-6)


def test_second_derivatives_move_the_variance_by_a_quarter_of_their_weight(rng):
    x = np.ones((12, 1))
    # One variance, written as exp(theta): first and second derivative are the same.
    cov = 2.0 * np.eye(12)

    kr = kenward_roger(x, cov, [cov], {(0, 0): cov})

    # W = 2 / (n - 1), Q - P Phi P = 0, R = X'V^-1 X: Phi (1 - W / 2).
    expected = kr.vcov_plain * (1 - 0.5 * 2 / 11)
    np.testing.assert_allclose(kr.vcov, expected)


def test_a_covariance_that_is_none_is_refused():
    with pytest.raises(TableError, match="not positive definite"):
        kenward_roger(np.ones((3, 1)), -np.eye(3), [np.eye(3)])
    with pytest.raises(TableError, match=r"shape \(3, 2\); expected a square"):
        kenward_roger(np.ones((3, 1)), np.ones((3, 2)), [np.eye(3)])


def test_a_design_without_full_rank_is_refused():
    with pytest.raises(NotEnoughDataError, match="needed 2, got 1"):
        kenward_roger(np.ones((5, 2)), np.eye(5), [np.eye(5)])


def test_it_agrees_with_pbkrtest(shared):
    folder = shared / "oracles"
    oracle = json.loads((folder / "expected" / "kr_random_intercept.json").read_text())
    want = oracle["expected"]
    data = pd.read_csv(folder / "data" / "sleepstudy.csv")
    data = data.drop(index=[row - 1 for row in oracle["inputs"]["drop_rows_1based"]])
    subject = data["Subject"].to_numpy()
    same = (subject[:, None] == subject[None, :]).astype(float)
    identity = np.eye(len(data))
    x = np.column_stack([np.ones(len(data)), data["Days"]])
    between, within = want["varcomp"]

    kr = kenward_roger(x, between * same + within * identity, [same, identity])

    tolerance = oracle["rtol"]
    np.testing.assert_allclose(kr.vcov_plain, want["vcov_plain"], rtol=tolerance)
    np.testing.assert_allclose(kr.vcov, want["vcov_KR"], rtol=tolerance)
    np.testing.assert_allclose(
        kr.df, [want["df_intercept"], want["df_Days"]], rtol=tolerance
    )
