"""Several questions: adjusted p-values, and what was asked without being shown."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipstride.errors import TableError
from hipstride.stats.multiplicity import adjust, with_adjusted
from hipstride.tables import Result

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def test_one_question_is_not_adjusted():
    assert adjust([0.03]).tolist() == [0.03]


def test_no_question_gives_nothing():
    assert adjust([]).size == 0


@settings(max_examples=30)
@given(P_VALUES)
def test_no_adjusted_p_is_below_its_own_or_above_1(p_values):
    for method in ("fdr_bh", "fdr_by", "holm"):
        adjusted = adjust(p_values, method=method)

        assert (adjusted >= np.array(p_values) - 1e-12).all()
        assert (adjusted <= 1).all()


@settings(max_examples=30)
@given(P_VALUES, st.integers(0, 20))
def test_what_was_asked_without_being_shown_makes_no_p_smaller(p_values, hidden):
    shown = adjust(p_values)
    owned_up = adjust(p_values, n_tests=len(p_values) + hidden)

    assert (owned_up >= shown - 1e-12).all()


def test_a_question_without_an_answer_counts_and_stays_without_one():
    adjusted = adjust([0.02, np.nan])

    assert adjusted[0] == pytest.approx(0.04)
    assert np.isnan(adjusted[1])


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: adjust([1.2]), "p-values: found 1.2; expected numbers from 0 to 1"),
        (lambda: adjust(["small"]), "p-values: found .'small'.; expected numbers"),
        (lambda: adjust([[0.1], [0.2]]), "of shape .2, 1.; expected one dimension"),
        (lambda: adjust([0.1], n_tests=2.5), "n_tests: found 2.5; expected a whole"),
        (lambda: adjust([0.1], method="sidak"), "found 'sidak'; expected one of"),
        (lambda: adjust([0.1, 0.2], n_tests=1), "found 1, with 2 p-values; expected"),
    ],
)
def test_what_makes_no_sense_is_refused(ask, words):
    with pytest.raises(TableError, match=words):
        ask()


def test_each_result_carries_raw_and_adjusted_p():
    def result(p_value: float) -> Result:
        return Result(
            "q", 1.0, "points", 0.0, 2.0, 0.95, p_value, 9, 0, "m", 0, "v", {"a": 1}
        )

    first, second = with_adjusted([result(0.01), result(0.5)], n_tests=4)

    assert first.checks["multiplicity"] == {
        "p_value": 0.01,
        "p_adjusted": pytest.approx(0.04),
        "n_tests": 4,
        "method": "Benjamini-Hochberg",
    }
    assert second.checks["a"] == 1


def test_the_example_of_benjamini_and_hochberg(shared):
    """Benjamini & Hochberg (1995), section 4, as R's p.adjust gives it."""
    path = shared / "oracles" / "expected" / "fdr_bh1995.json"
    want = json.loads(path.read_text())["expected"]
    names = {"fdr_bh": "BH", "fdr_by": "BY", "holm": "holm"}

    for method, name in names.items():
        found = adjust(want["p"], method=method)

        np.testing.assert_allclose(found, want["adjusted"][name], rtol=1e-10)
