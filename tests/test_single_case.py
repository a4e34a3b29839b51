"""Overlap of two phases: cases by hand, laws, and published numbers."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.stats.trial import baseline_corrected_tau, nap, pnd, tau

MEASURES = {"NAP": nap, "Tau": tau, "Tau_BC": baseline_corrected_tau, "PND": pnd}
ratings = st.lists(st.integers(0, 10), min_size=3, max_size=20)


def test_pain_that_is_gone_does_not_overlap():
    assert nap([4, 5, 3], [0, 1, 2]) == 1.0
    assert tau([4, 5, 3], [0, 1, 2]) == 1.0
    assert pnd([4, 5, 3], [0, 1, 2]) == 1.0


def test_one_zero_before_makes_pnd_zero():
    assert pnd([5, 5, 0, 5], [0, 0, 0]) == 0.0
    assert nap([5, 5, 0, 5], [0, 0, 0]) == pytest.approx(0.875)


def test_a_trend_that_goes_on_is_no_improvement():
    course = np.arange(20.0, 0.0, -1.0) / 2

    assert tau(course[:10], course[10:]) == 1.0
    assert baseline_corrected_tau(course[:10], course[10:]) == pytest.approx(0.0)


@given(before=ratings, after=ratings)
def test_the_other_direction_is_the_mirror_image(before, after):
    down = nap(before, after, improvement="decrease")

    assert nap(before, after, improvement="increase") == pytest.approx(1 - down)
    assert nap(after, before, improvement="decrease") == pytest.approx(1 - down)
    assert -1 <= baseline_corrected_tau(before, after) <= 1


def test_an_empty_phase_is_refused():
    with pytest.raises(NotEnoughDataError, match="not enough ratings after: needed 1"):
        nap([1, 2], [])


def test_a_missing_rating_is_refused():
    with pytest.raises(TableError, match="before: found 1 missing"):
        tau([1, np.nan], [2])


def test_an_unknown_direction_is_refused():
    with pytest.raises(TableError, match="found 'down'; expected 'decrease'"):
        nap([1], [2], improvement="down")


def test_a_short_first_phase_has_no_trend():
    with pytest.raises(NotEnoughDataError, match="needed 3, got 2; use tau"):
        baseline_corrected_tau([1, 2], [3, 4])


@pytest.mark.parametrize("name", ["scd_own_a", "scd_published_parker_2011"])
@pytest.mark.parametrize("measure", MEASURES)
def test_it_agrees_with_the_reference(shared, name, measure):
    path = shared / "oracles" / "expected" / f"{name}.json"
    oracle = json.loads(path.read_text())

    for case in oracle["expected"].values():
        found = MEASURES[measure](case["A"], case["B"], improvement=case["improvement"])

        assert found == pytest.approx(case[measure]["Est"], rel=oracle["rtol"])
