"""GapGLS: obvious cases, laws, and R's nlme."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.stats import (
    ar1_by_order,
    exponential_by_day,
    exponential_with_nugget,
    gap_gls,
    independent,
    kenward_roger,
    reml,
)
from hipstride.stats._correlation_fit import gls_at, whiten
from hipstride.stats._kr_assembly import correct
from hipstride.stats._markov import cross_products, make_chain
from hipstride.stats._markov_pieces import markov_pieces
from hipstride.stats.reml import profile


def simulated(seed: int, n: int = 60, tau_days: float = 5.0, nu: float = 0.3):
    """A design, and errors with memory on days with gaps."""
    rng = np.random.default_rng(seed)
    day = np.sort(rng.choice(2 * n, n, replace=False)).astype(float)
    smooth = np.exp(-np.abs(np.subtract.outer(day, day)) / tau_days)
    lower = np.linalg.cholesky((1 - nu) * smooth + nu * np.eye(n))
    x = np.column_stack([np.ones(n), rng.normal(size=(n, 2))])
    y = x @ [1.0, 0.5, -0.3] + lower @ rng.normal(size=n)
    return y, x, day


def least_squares(y, x):
    coefficients, rss, *_ = np.linalg.lstsq(x, y)
    spread = rss[0] / (len(y) - x.shape[1])
    return coefficients, spread * np.linalg.inv(x.T @ x)


def test_errors_without_memory_give_least_squares_and_its_degrees_of_freedom(rng):
    x = np.column_stack([np.ones(50), rng.normal(size=50)])
    y = x @ [1.0, 2.0]
    # Neighbours of opposite sign: no positive memory can be found.
    y += np.where(np.arange(50) % 2, 1.0, -1.0) * rng.uniform(0.5, 1.0, 50)
    coefficients, vcov = least_squares(y, x)

    fit = gap_gls(y, x, np.arange(50))

    np.testing.assert_allclose(fit.coefficients, coefficients)
    np.testing.assert_allclose(fit.vcov, vcov)
    np.testing.assert_allclose(fit.df, 48)


def test_a_decay_within_less_than_a_gap_is_least_squares():
    y, x, day = simulated(1)

    found = gls_at(y, x, day, tau_days=0.01, nu=0.0)

    np.testing.assert_allclose(found, least_squares(y, x)[0])


def test_an_exact_fit_has_no_width_and_no_nan():
    _, x, day = simulated(2)

    fit = gap_gls(x @ [1.0, 0.5, 0.0], x, day)

    np.testing.assert_allclose(fit.coefficients, [1.0, 0.5, 0.0], atol=1e-12)
    assert np.isfinite(fit.p_value).all()
    assert (fit.high - fit.low < 1e-9).all()


def test_memory_over_many_days_is_found_and_widens_the_interval():
    y, x, day = simulated(5, n=120, tau_days=10.0, nu=0.1)

    fit = gap_gls(y, x, day)

    assert 2 < fit.tau_days < 60
    assert fit.se[0] > 2 * np.sqrt(least_squares(y, x)[1][0, 0])
    assert (fit.df < 117).all()
    assert fit.is_converged


def test_the_chain_weighs_as_the_dense_matrix_does_with_runs_that_share_a_day():
    y, x, day = simulated(3)
    day[10:13] = day[10]
    day[40] = day[39]
    columns = np.column_stack([x, y])
    smooth = np.exp(-np.abs(np.subtract.outer(day, day)) / 7.0)
    dense = 0.6 * smooth + 0.4 * np.eye(len(day))

    products, log_determinant = cross_products(make_chain(columns, day), 7.0, 0.4)

    np.testing.assert_allclose(products, columns.T @ np.linalg.solve(dense, columns))
    assert log_determinant == pytest.approx(np.linalg.slogdet(dense)[1])


def test_the_fast_fit_is_the_general_one():
    y, x, day = simulated(4)

    fast = gap_gls(y, x, day)
    general = reml(y, x, exponential_with_nugget(day))

    np.testing.assert_allclose(fast.coefficients, general.coefficients, rtol=1e-4)
    np.testing.assert_allclose(fast.vcov_plain, general.vcov, rtol=1e-4, atol=1e-8)
    assert fast.log_likelihood == pytest.approx(general.log_likelihood, abs=1e-6)


@settings(max_examples=25, deadline=None)
@example(seed=22, tau_days=374.0, nu=0.75, shares_days=True, held=())
@given(
    seed=st.integers(0, 1000),
    tau_days=st.floats(0.2, 500),
    nu=st.floats(0.05, 0.99),
    shares_days=st.booleans(),
    held=st.sampled_from([(), ("nu",), ("tau_days",), ("tau_days", "nu")]),
)
def test_the_chain_corrects_as_the_dense_matrices_do(
    seed, tau_days, nu, shares_days, held
):
    _, x, day = simulated(seed, n=40)
    if shares_days:
        day = np.random.default_rng(seed).permutation(np.floor(day / 3))
    lag = np.abs(np.subtract.outer(day, day)) / tau_days
    whole = (1 - nu) * np.exp(-lag) + nu * np.eye(40)
    free = {"nu": np.eye(40), "tau_days": np.exp(-lag) * lag}
    basis, triangle = np.linalg.qr(x)

    dense = kenward_roger(x, whole, [whole, *(free[k] for k in free if k not in held)])
    fast = correct(
        markov_pieces(basis, day, tau_days, nu, held=held), np.linalg.inv(triangle)
    )

    # A covariance is known to so much of the two standard errors, not of itself: one
    # that is nearly 0 is a small difference of large numbers. In the example above the
    # information on (scale, nu, tau) has a condition of 8e7. Against 40 digits the
    # chain is off by 7e-10 and the dense form by 1.4e-9 of the standard errors; of the
    # smallest element, 5e-6 of them, the dense form then has lost 6e-6.
    size = np.sqrt(np.diag(dense.vcov))
    scaled = (fast.vcov - dense.vcov) / np.outer(size, size)
    np.testing.assert_allclose(scaled, 0, atol=1e-6)
    np.testing.assert_allclose(fast.df, dense.df, rtol=1e-6)


@pytest.mark.parametrize("n", [60, 1100])
@pytest.mark.parametrize(("tau_days", "nu"), [(4.0, 0.3), (60.0, 0.7)])
def test_the_fast_form_is_the_dense_form_at_a_given_correlation(n, tau_days, nu):
    y, x, day = simulated(7, n=n)
    lag = np.abs(np.subtract.outer(day, day)) / tau_days
    whole = (1 - nu) * np.exp(-lag) + nu * np.eye(n)
    solved = np.linalg.solve(whole, np.column_stack([x, y]))
    coefficients = np.linalg.solve(x.T @ solved[:, :3], x.T @ solved[:, 3])
    basis, triangle = np.linalg.qr(x)

    dense = kenward_roger(x, whole, [whole, np.eye(n), np.exp(-lag) * lag])
    fast = correct(markov_pieces(basis, day, tau_days, nu), np.linalg.inv(triangle))

    np.testing.assert_allclose(gls_at(y, x, day, tau_days, nu), coefficients, rtol=1e-8)
    np.testing.assert_allclose(
        np.sqrt(np.diag(fast.vcov)), np.sqrt(np.diag(dense.vcov)), rtol=1e-8
    )


def test_whitening_along_the_days_is_the_cholesky_factor():
    y, x, day = simulated(8)
    day[30] = day[29]
    whole = 0.4 * np.eye(60)
    whole += 0.6 * np.exp(-np.abs(np.subtract.outer(day, day)) / 9.0)

    white = whiten(np.column_stack([x, y]), day, 9.0, 0.4)

    lower = np.linalg.cholesky(whole)
    np.testing.assert_allclose(lower @ white, np.column_stack([x, y]), atol=1e-12)
    np.testing.assert_allclose(whiten(y, day, 9.0, 0.4), white[:, 3])


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), tau_days=st.floats(0.3, 300), nu=st.floats(0, 1))
def test_no_place_nearby_is_more_likely_than_the_end_of_the_search(seed, tau_days, nu):
    y, x, day = simulated(seed, n=40, tau_days=tau_days, nu=nu)
    fit = gap_gls(y, x, day)
    basis, _ = np.linalg.qr(x)
    chain = make_chain(np.column_stack([basis, y]), day)

    def likelihood(log_tau, nugget):
        found = cross_products(chain, float(np.exp(log_tau)), min(max(nugget, 0), 1))
        return -profile(*found, n=40)[0] / 2

    best = likelihood(np.log(fit.tau_days), fit.nu)
    around = [
        likelihood(np.log(fit.tau_days) + a, fit.nu + b)
        for a in (-0.01, 0.0, 0.01)
        for b in (-0.005, 0.0, 0.005)
        if a <= 0 or "tau_days" not in fit.at_bound
        if a >= 0 or "tau_days" not in fit.at_bound
    ]

    assert fit.is_converged
    assert max(around) <= best + 1e-6


def test_standard_error_and_df_are_those_of_finite_differences():
    y, x, day = simulated(5, n=80, tau_days=6.0, nu=0.3)
    fit = gap_gls(y, x, day)
    at = np.array([fit.sigma**2, fit.nu, fit.tau_days])

    def cov(parameters):
        variance, nu, tau_days = parameters
        smooth = np.exp(-np.abs(np.subtract.outer(day, day)) / tau_days)
        return variance * ((1 - nu) * smooth + nu * np.eye(80))

    inverse = np.linalg.inv(cov(at))
    steps = np.diag(1e-4 * at)
    slopes = [(cov(at + h) - cov(at - h)) / (2 * h.sum()) for h in steps]
    phi = np.linalg.inv(x.T @ inverse @ x)
    rest = inverse - inverse @ x @ phi @ x.T @ inverse
    w = np.linalg.inv(
        [[np.trace(rest @ a @ rest @ b) / 2 for b in slopes] for a in slopes]
    )
    p = [-x.T @ inverse @ a @ inverse @ x for a in slopes]
    bulge = sum(
        w[i, j]
        * (
            x.T @ inverse @ slopes[i] @ inverse @ slopes[j] @ inverse @ x
            - p[i] @ phi @ p[j]
        )
        for i in range(3)
        for j in range(3)
    )
    vcov = phi + 2 * phi @ bulge @ phi
    pull = np.array([(phi @ one @ phi)[1, 1] for one in p])

    assert fit.at_bound == ()
    np.testing.assert_allclose(fit.vcov, vcov, rtol=1e-5)
    assert fit.df[1] == pytest.approx(2 * phi[1, 1] ** 2 / (pull @ w @ pull), rel=1e-5)


def test_one_rating_copied_to_two_runs_of_a_day_does_not_decide_the_slope():
    y, x, day = simulated(6)
    again = np.r_[np.arange(60), np.arange(0, 60, 3)]
    x_again = x[again]
    x_again[60:, 1] += np.random.default_rng(0).normal(size=20)
    y = y + 2.0 * x[:, 1]

    fit = gap_gls(y[again], x_again, day[again])

    assert fit.nu >= 0.05 - 1e-9
    assert np.isfinite(fit.se).all()


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    factor=st.floats(0.01, 100),
    offset=st.floats(-1000, 1000),
    days=st.floats(-500, 500),
)
def test_units_offsets_and_the_first_day_do_not_matter(seed, factor, offset, days):
    y, x, day = simulated(seed, n=30)
    fit = gap_gls(y, x, day)

    scaled = gap_gls(factor * y + offset, x, day + days)
    other_units = gap_gls(y, x * [1, 1000, 0.001], day)

    tolerance = {"rtol": 2e-3, "atol": 2e-3 * fit.se[1]}
    np.testing.assert_allclose(
        scaled.coefficients[1:] / factor, fit.coefficients[1:], **tolerance
    )
    np.testing.assert_allclose(scaled.se[1:] / factor, fit.se[1:], rtol=2e-2)
    np.testing.assert_allclose(
        other_units.coefficients * [1, 1000, 0.001], fit.coefficients, **tolerance
    )


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_the_rows_does_not_matter(seed):
    y, x, day = simulated(seed, n=30)
    order = np.random.default_rng(seed).permutation(30)

    fit = gap_gls(y, x, day)
    shuffled = gap_gls(y[order], x[order], day[order])

    np.testing.assert_allclose(
        shuffled.coefficients, fit.coefficients, rtol=1e-3, atol=1e-3 * fit.se.max()
    )


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(10, 40))
def test_the_correction_never_narrows_and_nothing_is_nan(seed, n):
    rng = np.random.default_rng(seed)
    day = np.sort(rng.integers(0, 2 * n, n)).astype(float)  # days may be shared
    x = np.column_stack([np.ones(n), rng.normal(size=(n, 2))])
    y = np.clip(np.round(rng.normal(0.3, 1.5, n)), 0, 10)

    if np.ptp(y) > 0:
        fit = gap_gls(y, x, day)

        assert np.isfinite(fit.p_value).all()
        assert (np.diag(fit.vcov) >= np.diag(fit.vcov_plain) * (1 - 1e-9)).all()
        assert (fit.df > 0).all()
        assert (fit.low <= fit.coefficients).all()


def test_a_missing_value_is_counted_in_the_error():
    y, x, day = simulated(0)
    y[3] = np.nan

    with pytest.raises(TableError, match="outcome: found 1 missing or infinite"):
        gap_gls(y, x, day)


def test_days_of_another_length_are_refused():
    y, x, day = simulated(0)

    with pytest.raises(TableError, match=r"day: found an array of shape \(59,\)"):
        gap_gls(y, x, day[1:])


def test_a_column_that_follows_from_the_others_is_refused():
    y, x, day = simulated(0)
    x = np.column_stack([x, 2 * x[:, 1] - 3])

    with pytest.raises(NotEnoughDataError, match="needed 4, got 3; leave out a column"):
        gap_gls(y, x, day)


def test_fewer_rows_than_coefficients_are_refused():
    with pytest.raises(NotEnoughDataError, match="rows for 3 coefficients: needed 4"):
        gap_gls([1.0, 2.0], np.ones((2, 3)), [0.0, 1.0])


# --- R's nlme 3.1.162 --------------------------------------------------------------


def expected(shared, name):
    return json.loads((shared / "oracles" / "expected" / f"{name}.json").read_text())


def the_history(shared, outcome):
    data = pd.read_csv(shared / "oracles" / "data" / "n1_a.csv")
    data = data.dropna(subset=[outcome])
    x = np.column_stack([np.ones(len(data)), data[["x", "lv", "grade", "load"]]])
    return data[outcome].to_numpy(), x, data["day"].to_numpy(np.float64)


CORRELATIONS = {
    "ols": lambda day: independent(len(day)),
    "ar1_index_reml": lambda day: ar1_by_order(len(day)),
    "ar1_index_ml": lambda day: ar1_by_order(len(day)),
    "car1_day_reml": exponential_by_day,
    "exp_day_reml": exponential_by_day,
    "expnug_day_reml": exponential_with_nugget,
}


@pytest.mark.parametrize("name", ["gls_n1_a_nrs", "gls_n1_a_lat"])
@pytest.mark.parametrize("model", CORRELATIONS)
def test_reml_agrees_with_nlme(shared, name, model):
    oracle = expected(shared, name)
    want = oracle["expected"][model]
    y, x, day = the_history(shared, oracle["inputs"]["outcome"])
    method = "ml" if model.endswith("_ml") else "reml"

    fit = reml(y, x, CORRELATIONS[model](day), method=method)

    rows = want["table"].values()
    np.testing.assert_allclose(
        fit.coefficients, [row["Value"] for row in rows], rtol=oracle["rtol"]
    )
    np.testing.assert_allclose(
        np.sqrt(np.diag(fit.vcov)),
        [row["Std.Error"] for row in rows],
        rtol=oracle["rtol"],
    )
    assert fit.sigma == pytest.approx(want["sigma"], rel=oracle["rtol"])
    assert fit.log_likelihood == pytest.approx(want["logLik"], abs=1e-5)


@pytest.mark.parametrize("name", ["gls_n1_a_nrs", "gls_n1_a_lat"])
def test_gap_gls_agrees_with_nlme(shared, name):
    oracle = expected(shared, name)
    want = oracle["expected"]["expnug_day_reml"]
    y, x, day = the_history(shared, oracle["inputs"]["outcome"])

    fit = gap_gls(y, x, day)

    rows = want["table"].values()
    np.testing.assert_allclose(
        fit.coefficients, [row["Value"] for row in rows], rtol=oracle["rtol"]
    )
    np.testing.assert_allclose(
        fit.vcov_plain, want["vcov"], rtol=oracle["rtol"], atol=1e-6
    )
    assert fit.tau_days == pytest.approx(want["cor"]["range"], rel=1e-3)
    assert fit.nu == pytest.approx(want["cor"]["nugget"], rel=1e-3, abs=1e-6)
    assert fit.log_likelihood == pytest.approx(want["logLik"], abs=1e-5)


def test_gap_gls_agrees_with_nlme_on_a_dated_change(shared):
    want = expected(shared, "its_a")["expected"]["gls_expnug_reml"]
    data = pd.read_csv(shared / "oracles" / "data" / "its_a.csv")
    data = data.dropna(subset=["pain"])
    trend = (data["day"] - 130) / 100
    x = np.column_stack(
        [
            np.ones(len(data)),
            data["post"],
            trend,
            trend * data["post"],
            data[["lv", "grade", "load"]],
        ]
    )

    fit = gap_gls(data["pain"], x, data["day"])

    rows = want["table"].values()
    np.testing.assert_allclose(
        fit.coefficients, [row["Value"] for row in rows], rtol=1e-3
    )
    np.testing.assert_allclose(
        np.sqrt(np.diag(fit.vcov_plain)),
        [row["Std.Error"] for row in rows],
        rtol=1e-3,
    )
