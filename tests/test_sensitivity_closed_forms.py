"""Robustness value, E-value, sceptical prior: laws and published numbers."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hipstride.errors import TableError
from hipstride.stats.sensitivity import (
    e_value,
    e_value_of_difference,
    partial_r2,
    robustness_value,
    sceptical_limit,
    sceptical_update,
)

T_VALUES = st.floats(-50, 50)
DFS = st.floats(3, 1000)


def test_no_effect_needs_nothing_to_explain_it():
    assert robustness_value(0, 50) == 0
    assert partial_r2(0, 50) == 0
    assert e_value(1, 0.5, 2).estimate == 1


@given(T_VALUES, DFS)
def test_the_interval_is_explained_away_before_the_estimate(t, df):
    whole = robustness_value(t, df)

    assert 0 <= robustness_value(t, df, alpha=0.05) <= whole + 1e-12 <= 1 + 1e-9


@given(T_VALUES, DFS)
def test_the_interval_needs_nothing_exactly_where_it_holds_0(t, df):
    # The test after a confounder is taken in has one degree of freedom less.
    critical = stats.t.ppf(0.975, df - 1) * math.sqrt(df / (df - 1))
    needs_nothing = robustness_value(t, df, alpha=0.05) == 0

    assert needs_nothing == (abs(t) <= critical)


@given(st.floats(0.01, 5), st.floats(0.01, 2))
def test_an_effect_and_its_opposite_need_the_same(d, se):
    one, other = e_value_of_difference(d, se), e_value_of_difference(-d, se)

    assert one.estimate == pytest.approx(other.estimate)
    assert one.limit == pytest.approx(other.limit)


@given(st.floats(0.05, 3), st.floats(0.01, 1))
def test_the_sceptic_at_the_limit_is_left_with_an_interval_that_touches_0(low, width):
    high = low + width
    estimate, se = (low + high) / 2, (high - low) / 2 / 1.959963984540054
    prior_sd = sceptical_limit(low, high) / 1.959963984540054

    after = sceptical_update(estimate, se, prior_sd=prior_sd)

    assert after.low == pytest.approx(0, abs=1e-6 * high)


def test_a_prior_as_wide_as_the_history_halves_the_estimate():
    after = sceptical_update(0.2, 0.1, prior_sd=0.1)

    assert after.mean == pytest.approx(0.1)
    assert after.sd == pytest.approx(0.1 / math.sqrt(2))


def test_an_interval_that_holds_0_has_nothing_to_doubt():
    assert math.isnan(sceptical_limit(-0.1, 0.2))


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: robustness_value(math.nan, 5), "t: found nan; expected a finite"),
        (lambda: robustness_value(2, 0), "df: found 0; expected a number above 0"),
        (lambda: robustness_value(2, 1, alpha=0.05), "expected more than 1"),
        (lambda: robustness_value(2, 9, alpha=5), "alpha: found 5; expected a number"),
        (lambda: robustness_value(2, 9, q=0), "q: found 0; expected a number"),
        (lambda: e_value(2, 3, 4), "expected numbers above 0, the estimate within"),
        (lambda: e_value_of_difference(1, 0), "the error above 0"),
        (lambda: sceptical_update(1, -1), "the last two above 0"),
        (lambda: sceptical_limit(2, 1), "expected two numbers in order"),
    ],
)
def test_what_makes_no_sense_is_refused(ask, words):
    with pytest.raises(TableError, match=words):
        ask()


def expected(shared, name):
    return json.loads((shared / "oracles" / "expected" / f"{name}.json").read_text())


def test_robustness_values_are_those_of_cinelli_and_hazlett(shared):
    """Cinelli & Hazlett (2020), the Darfur example of sensemakr, and two more."""
    for case in expected(shared, "robustness_value")["expected"].values():
        t, df = case["t"], case["df"]

        assert robustness_value(t, df) == pytest.approx(case["RV"], rel=1e-6)
        assert robustness_value(t, df, alpha=0.05) == pytest.approx(
            case["RV_alpha05"], rel=1e-6
        )
        if "partial_R2" in case:
            assert partial_r2(t, df) == pytest.approx(case["partial_R2"], rel=1e-6)


def test_e_values_are_those_of_vanderweele_and_ding(shared):
    """VanderWeele & Ding (2017) Ann Intern Med 167:268-274."""
    for name, case in expected(shared, "evalue")["expected"].items():
        if name == "smd":
            found = e_value_of_difference(case["d"], case["se"])
            assert found.low == pytest.approx(case["lo"], rel=1e-6)
        else:
            found = e_value(case["rr"], case["lo"], case["hi"])

        assert found.estimate == pytest.approx(case["E"], rel=1e-6)
        assert found.limit == pytest.approx(case["E_ci"], rel=1e-6)
