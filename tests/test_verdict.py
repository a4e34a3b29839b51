"""What may be said at which level; every sentence is checked for words of cause."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from hipstride.stats import Evidence, judge
from hipstride.stats._wording import guarding_caveat, placement, runs_needed

CONSISTENT = Evidence(
    outcome="pain_after_0_10",
    n=150,
    share_rated=0.95,
    partial_sd_pct=2.0,
    is_converged=True,
    n_unlike_commonest=90,
    estimate=0.3,
    low=0.1,
    high=0.5,
    se=0.1,
    smallest_effect_points=1.0,
    ewc_low=0.05,
    ewc_high=0.55,
    lead_p=0.4,
    is_before_adjusted=True,
    estimate_without_before=0.25,
    estimate_with_trend=0.28,
    same_sign_share=1.0,
)
NULL = replace(
    CONSISTENT,
    estimate=0.01,
    low=-0.1,
    high=0.12,
    se=0.05,
    ewc_low=-0.1,
    ewc_high=0.1,
    estimate_with_trend=0.01,
)
UNKNOWN = replace(CONSISTENT, estimate=0.1, low=-0.3, high=0.5, se=0.2)
CAUSE = ("caus", "cured", "because of", "works", "due to", "leads to", "prevents")
DIRECTION = ("higher", "lower", "longer steps", "more pain", "less pain")


def test_everything_met_is_consistent():
    verdict = judge(CONSISTENT)

    assert verdict.level == 2
    assert all(requirement.is_met for requirement in verdict.requirements)
    assert "+1.50 points per 5 %, 95 % interval +0.50 to +2.50" in verdict.sentence
    assert "compatible with stride affecting pain" in verdict.sentence
    assert "only a randomised test" in verdict.sentence


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ewc_low": -0.01}, "a second method (EWC)"),
        ({"lead_p": 0.01}, "the stride of the next run"),
        ({"lead_p": float("nan")}, "the stride of the next run"),
        ({"is_before_adjusted": False}, "pain before the run was adjusted for"),
        ({"estimate_with_trend": -0.1}, "a trend over time"),
        ({"estimate_with_trend": 0.05}, "a trend over time"),
        ({"same_sign_share": 0.8}, "the same sign in 90 %"),
        ({"share_rated": 0.6}, "at least 70 % of the runs rated"),
        ({"trend_df": 0}, "a trend over time"),
        (
            {"controls": ("neck",), "firing_controls": ("neck",)},
            "ratings that the stride should not touch",
        ),
        ({"p_adjusted": 0.06}, "it holds among all windows"),
    ],
)
def test_one_thing_missing_makes_it_tentative_and_names_it(change, words):
    verdict = judge(replace(CONSISTENT, **change))

    assert verdict.level == 1
    assert words in verdict.sentence
    assert "Explanations other than stride were not excluded" in verdict.sentence


def test_a_clean_control_and_a_family_that_holds_leave_the_level():
    verdict = judge(replace(CONSISTENT, controls=("neck",), p_adjusted=0.01))

    assert verdict.level == 2
    details = [requirement.detail for requirement in verdict.requirements]
    assert "looked at: neck" in details
    assert "adjusted p = 0.010" in details


def test_less_pain_with_longer_strides_needs_the_adjustment_to_move_nothing():
    lower = replace(
        CONSISTENT,
        estimate=-0.3,
        low=-0.5,
        high=-0.1,
        ewc_low=-0.5,
        ewc_high=-0.1,
        estimate_with_trend=-0.3,
    )

    assert judge(replace(lower, estimate_without_before=-0.28)).level == 2
    assert judge(replace(lower, estimate_without_before=-0.45)).level == 1
    assert "lower on runs with longer steps" in judge(lower).sentence


def test_a_stride_that_is_not_of_the_run_is_not_worded_as_one():
    week = replace(CONSISTENT, when="on the mean of the runs of the last 7 days")

    sentence = judge(week).sentence

    assert "were longer on the mean of the runs of the last 7 days" in sentence
    assert "on runs with longer steps" not in sentence


@pytest.mark.parametrize(
    "change",
    [
        {"n": 29},
        {"partial_sd_pct": 0.9},
        {"share_rated": 0.49},
        {"is_converged": False},
    ],
)
def test_a_history_that_cannot_carry_an_answer_gives_none(change):
    verdict = judge(replace(CONSISTENT, **change))

    assert verdict.level == 0
    assert verdict.sentence.startswith("This history cannot answer the question.")
    assert "6-week randomised test" in verdict.sentence
    assert not any(word in verdict.sentence for word in DIRECTION)


def test_a_slope_that_rests_on_four_sore_runs_is_no_answer():
    verdict = judge(replace(CONSISTENT, n_unlike_commonest=4))

    assert verdict.level == 0
    assert "Nearly all ratings are the same" in verdict.sentence
    assert not any(word in verdict.sentence for word in DIRECTION)


def test_no_number_is_printed_that_is_none():
    unknown = replace(CONSISTENT, lead_p=float("nan"), estimate_with_trend=float("nan"))
    said = " ".join(f"{r.name}: {r.detail}" for r in judge(unknown).requirements)

    assert "nan" not in said
    assert "lead test p < 0.001" in str(judge(replace(CONSISTENT, lead_p=1e-9)))


def test_an_interval_that_tells_neither_zero_nor_the_smallest_effect_gives_no_answer():
    one_side = judge(UNKNOWN)
    both_sides = judge(replace(UNKNOWN, low=-0.5))

    assert (one_side.level, both_sides.level) == (0, 0)
    assert not any(word in one_side.sentence for word in DIRECTION)


def test_the_number_of_runs_follows_from_the_standard_error():
    # 1 point per 5 % is 0.2 per 1 %; 80 % power needs a standard error of 0.0714.
    assert runs_needed(100, 2 * 0.2 / 2.801585, -1, 1, 1.0) == 300
    # 150 (0.2 / 0.0714)^2 - 150 = 1027, said with two figures.
    assert "about 1100 more rated runs" in judge(UNKNOWN).sentence


def test_power_that_is_there_asks_for_a_narrower_interval():
    # The interval holds 0 and 1 point, though the power is enough: halve its width.
    assert runs_needed(100, 0.07, -0.05, 0.35, 1.0) == 300


def test_so_many_runs_that_nobody_runs_them_are_not_asked_for():
    sentence = judge(replace(UNKNOWN, se=1.0, low=-2.0, high=2.2)).sentence

    assert "more rated runs" not in sentence
    assert "you need a 6-week randomised test" in sentence


def test_a_null_within_the_smallest_effect_is_tentative():
    verdict = judge(NULL)

    assert verdict.level == 1
    assert "no difference larger than 1 point per 5 %" in verdict.sentence
    assert "may be hidden" not in verdict.sentence
    assert "may be hidden" in judge(replace(NULL, is_before_adjusted=False)).sentence


def test_an_effect_that_is_too_small_to_matter_is_said_to_be():
    small = replace(
        CONSISTENT, estimate=0.1, low=0.02, high=0.18, estimate_with_trend=0.1
    )

    assert "less than the smallest effect of interest" in judge(small).sentence


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-0.5, 0.5, "is smaller than"),
        (1.2, 2.0, "is at least"),
        (-2.0, -1.0, "is at least"),
        (-1.5, 1.5, "in both directions"),
        (-0.5, 1.5, "in one direction"),
    ],
)
def test_the_place_of_the_interval_is_said(low, high, words):
    assert words in placement(low, high, 1.0)


def test_guarding_is_always_spoken_of_and_in_the_right_direction():
    lower = replace(CONSISTENT, estimate=-0.3, low=-0.5, high=-0.1)
    unadjusted = replace(lower, is_before_adjusted=False)

    assert "was adjusted for" in guarding_caveat(CONSISTENT, 2)
    assert "pulls against the slope" in guarding_caveat(CONSISTENT, 2)
    assert "the remainder would look like" in guarding_caveat(lower, 1)
    assert "rate pain before each run" in guarding_caveat(unadjusted, 1)
    assert "slope found here" not in guarding_caveat(CONSISTENT, 0)


def test_no_sentence_below_a_randomised_test_speaks_of_cause():
    for base, before, lead_p, n in product(
        (CONSISTENT, NULL, UNKNOWN), (True, False), (0.4, 0.01), (20, 150)
    ):
        evidence = replace(base, is_before_adjusted=before, lead_p=lead_p, n=n)
        verdict = judge(evidence)
        said = f"{verdict.sentence} {guarding_caveat(evidence, verdict.level)}".lower()

        assert not any(word in said for word in CAUSE)
        assert all(r.name and r.detail for r in verdict.requirements)
