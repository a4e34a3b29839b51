"""Questionnaires: obvious scores, missing answers, and the published rules by hand."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipstride.errors import TableError
from hipstride.stats import hoos_12, hoos_subscale, ihot_12, ostrc_o, ostrc_o2
from hipstride.stats.questionnaires import HOOS_ITEMS


@pytest.mark.parametrize("scale", HOOS_ITEMS)
def test_no_problems_are_100_and_extreme_ones_0(scale):
    count = HOOS_ITEMS[scale]

    assert hoos_subscale([0] * count, scale) == 100
    assert hoos_subscale([4] * count, scale) == 0


@given(st.permutations([0, 1, 2, 3, 4, None, None, 2, 1, 0]))
def test_the_order_of_the_items_does_not_count(items):
    assert hoos_subscale(items, "pain") == hoos_subscale(
        sorted(items, key=lambda v: (v is None, v or 0)), "pain"
    )


def test_below_half_of_the_answers_there_is_no_score():
    assert math.isnan(hoos_subscale([1, 1, None, None, None], "symptoms"))
    assert hoos_subscale([1, 1, 1, None, None], "symptoms") == 75


def test_without_one_scale_there_is_no_summary():
    scores = hoos_12([1, None, None, None], [0] * 4, [0] * 4)

    assert math.isnan(scores["pain"])
    assert math.isnan(scores["summary"])


def test_a_missing_mark_of_the_ihot_is_not_filled_in():
    assert math.isnan(ihot_12([50] * 11 + [None]))


def test_a_week_that_was_not_answered_stays_missing():
    assert math.isnan(ostrc_o([None] * 4).severity)
    assert math.isnan(ostrc_o2([None] * 4))


@pytest.mark.parametrize(
    ("score", "words"),
    [
        (lambda: hoos_subscale([1], "hip"), "found scale 'hip'; expected one of pain"),
        (lambda: hoos_subscale([1], "qol"), "HOOS qol: found 1 answers; expected 4"),
        (lambda: hoos_subscale([5, 0, 0, 0], "qol"), "found 5; expected one of 0, 1"),
        (lambda: hoos_subscale([math.inf, 0, 0, 0], "qol"), "found inf; expected"),
        (lambda: hoos_subscale(["a", 0, 0, 0], "qol"), "no numbers; expected numbers"),
        (lambda: ihot_12([101] * 12), "iHOT-12: found 101; expected marks from 0"),
        (lambda: ostrc_o([6, 6, 6, 8]), "question 1: found 6; expected one of 0, 8"),
        (lambda: ostrc_o2([8, 6, 0, 8]), "OSTRC-O2: found 6; expected one of 0, 8"),
    ],
)
def test_an_answer_that_no_form_has_is_refused_by_name(score, words):
    with pytest.raises(TableError, match=words):
        score()


@pytest.fixture(scope="module")
def oracle(shared):
    """Hand arithmetic from the published rules."""
    path = shared / "oracles" / "expected" / "prom_scoring.json"
    return json.loads(path.read_text())["expected"]


def same(found, want):
    return math.isnan(found) if want is None else found == pytest.approx(want, rel=1e-9)


def test_hoos_is_scored_by_the_rule_of_2013(oracle):
    names = {"Pain": "pain", "Symptoms": "symptoms", "SportRec": "sport_rec"}
    for case in oracle["HOOS"]["cases"]:
        scale = names.get(case["scale"], case["scale"].lower())

        assert same(hoos_subscale(case["items"], scale), case["score"])


def test_hoos_12_is_scored_by_its_rule(oracle):
    for case in oracle["HOOS_12"]["cases"]:
        found = hoos_12(case["Pain"], case["Function"], case["QOL"])

        for name, want in case["out"].items():
            assert same(found[name.lower()], want)


def test_ihot_and_ostrc_are_scored_by_their_rules(oracle):
    for case in oracle["iHOT_12"]["cases"]:
        assert same(ihot_12(case["items"]), case["score"])
    for case in oracle["OSTRC_O"]["cases"]:
        found = ostrc_o(case["q"])

        assert (found.severity, found.is_substantial) == (
            case["score"],
            case["substantial"],
        )
    for case in oracle["OSTRC_O2"]["cases"]:
        assert same(ostrc_o2(case["q"]), case["score"])
