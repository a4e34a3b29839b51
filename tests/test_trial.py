"""The design, the drawing, the test: counted by hand, by law, against R."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import time
from collections import Counter
from dataclasses import replace
from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.stats.trial import (
    Schedule,
    TrialDesign,
    count,
    draw,
    p_min,
    plan_trial,
    randomisation_p,
    randomisation_test,
    schedules_of,
    suggest_design,
    units_needed,
)
from hipstride.stats.trial._alternation import draw_alternations
from hipstride.stats.trial._canonical import sha256
from hipstride.stats.trial.schedules import schedule_of_rank

FIRST = dt.date(2026, 12, 1)


def alternation(n_units, **options):
    return TrialDesign(kind="alternation", n_units=n_units, started_on=FIRST, **options)


def by_day(kind, n_units, **options):
    return TrialDesign(
        kind=kind, n_units=n_units, unit="day", started_on=FIRST, **options
    )


def longest(arms):
    return max(len(list(group)) for _, group in itertools.groupby(arms))


# ---- how many schedules there are


def test_twenty_units_with_two_in_a_row_have_21_892_schedules():
    assert count(alternation(20)) == 21_892


def test_28_days_with_phases_of_five_have_165_schedules():
    assert count(by_day("abab", 28)) == comb(11, 3) == 165


@pytest.mark.parametrize(("pairs", "smallest"), [(5, 0.0625), (6, 0.03125)])
def test_pairs_of_blocks_double_the_schedules(pairs, smallest):
    design = by_day("block_pairs", 6 * pairs)

    assert count(design) == 2**pairs
    assert p_min(design) == smallest


@settings(max_examples=40, deadline=None)
@given(
    n_units=st.integers(1, 11),
    max_in_a_row=st.integers(2, 4),
    balance=st.sampled_from(["any", "equal"]),
)
def test_every_admissible_sequence_stands_once_and_no_other(
    n_units, max_in_a_row, balance
):
    wanted = [
        arms
        for arms in itertools.product((0, 1), repeat=n_units)
        if longest(arms) <= max_in_a_row
        and (balance == "any" or abs(2 * sum(arms) - n_units) <= 1)
    ]
    design = alternation(n_units, max_in_a_row=max_in_a_row, balance=balance)

    found = [tuple(row) for row in schedules_of(design).tolist()]

    assert found == wanted
    assert [schedule_of_rank(design, k) for k in range(len(wanted))] == wanted


@settings(max_examples=20, deadline=None)
@given(min_phase=st.integers(1, 4), extra=st.integers(0, 6))
def test_every_abab_stands_once_with_phases_long_enough(min_phase, extra):
    design = by_day("abab", 4 * min_phase + extra, min_phase_days=min_phase)

    found = {tuple(row) for row in schedules_of(design).tolist()}

    assert len(found) == count(design) == comb(extra + 3, 3)
    for arms in found:
        phases = [(key, len(list(group))) for key, group in itertools.groupby(arms)]
        assert [key for key, _ in phases] == [0, 1, 0, 1]
        assert min(length for _, length in phases) >= min_phase


def test_blocks_come_in_pairs_of_both_arms():
    arms = schedules_of(by_day("block_pairs", 36)).reshape(-1, 6, 2, 3)

    assert (arms.min(axis=3) == arms.max(axis=3)).all()
    assert (arms[:, :, 0, 0] + arms[:, :, 1, 0] == 1).all()


@pytest.mark.parametrize("balance", ["any", "equal"])
def test_draws_are_uniform_over_the_admissible_sequences(balance):
    n_draws = 40_000
    design = alternation(8, balance=balance)
    drawn = draw_alternations(np.random.default_rng(5), n_draws, 8, 2, balance)

    counts = np.array(list(Counter(map(tuple, drawn.tolist())).values()))
    expected = n_draws / count(design)
    chi_square = float(((counts - expected) ** 2 / expected).sum())

    assert len(counts) == count(design)
    assert chi_square < len(counts) + 4 * np.sqrt(2 * len(counts))


def test_the_drawing_is_uniform_too():
    design = alternation(7)
    counts = Counter(draw(design, seed=k, drawn_on=FIRST).schedule for k in range(4200))

    assert len(counts) == count(design) == 42
    assert max(counts.values()) < 145
    assert min(counts.values()) > 60


def test_long_schedules_keep_to_the_rule():
    design = alternation(365, balance="equal")
    drawn = schedules_of(design, 200, seed=1)

    assert max(longest(row) for row in drawn.tolist()) == 2
    assert set(drawn.sum(axis=1)) == {182, 183}
    assert longest(draw(design, seed=3, drawn_on=FIRST).schedule) == 2


# ---- the drawing and its proof


def test_a_schedule_comes_back_from_its_text():
    drawn = draw(alternation(48), drawn_on=FIRST)

    assert Schedule.from_json(drawn.to_json()) == drawn


def test_two_drawings_differ_and_one_seed_does_not():
    one, other = (draw(alternation(48), drawn_on=FIRST) for _ in range(2))
    again = draw(alternation(48), seed=one.seed, drawn_on=FIRST)

    assert one.schedule != other.schedule
    assert again == one


def test_a_changed_schedule_is_found():
    payload = json.loads(draw(alternation(12), seed=1, drawn_on=FIRST).to_json())
    payload["schedule"][0] = 1 - payload["schedule"][0]

    with pytest.raises(TableError, match="do not fit their SHA-256"):
        Schedule.from_json(json.dumps(payload))


def test_a_changed_schedule_with_a_new_hash_is_found_by_its_seed():
    drawn = draw(alternation(12), seed=1, drawn_on=FIRST)
    other = draw(alternation(12), seed=2, drawn_on=FIRST)
    payload = json.loads(drawn.to_json())
    payload["schedule"] = list(other.schedule)
    payload["sha256"] = sha256(drawn.design, drawn.seed, other.schedule, FIRST)

    with pytest.raises(TableError, match="a schedule that its seed does not draw"):
        Schedule.from_json(json.dumps(payload))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "found no JSON object"),
        ("[1]", "found no JSON object"),
        ("{}", "found no design, seed, schedule, drawn_on, sha256"),
    ],
)
def test_what_is_no_schedule_is_refused(text, words):
    with pytest.raises(TableError, match=words):
        Schedule.from_json(text)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("seed", -1, "a seed -1"),
        ("seed", "1", "a seed '1'"),
        ("drawn_on", "yesterday", "drawn_on: found 'yesterday'"),
        ("schedule", [2], "more than 0 and 1"),
        ("design", 3, "a design that is no object"),
        ("design", {"kind": "abab"}, "a design with or without"),
    ],
)
def test_a_broken_schedule_is_refused_by_its_part(key, value, words):
    payload = json.loads(draw(alternation(12), seed=1, drawn_on=FIRST).to_json())

    with pytest.raises(TableError, match=words):
        Schedule.from_json(json.dumps(payload | {key: value}))


def test_a_design_that_can_show_nothing_is_not_drawn():
    with pytest.raises(NotEnoughDataError, match=r"pairs of blocks.*needed 6, got 5"):
        draw(by_day("block_pairs", 30), drawn_on=FIRST)
    with pytest.raises(NotEnoughDataError, match=r"smallest p is 0\.25"):
        draw(by_day("abab", 21), drawn_on=FIRST)
    with pytest.raises(NotEnoughDataError, match=r"runs for a p of 0\.05: needed 7"):
        draw(alternation(4), drawn_on=FIRST)


def test_a_first_day_in_the_past_is_refused():
    with pytest.raises(TableError, match="a schedule is drawn before its first day"):
        draw(alternation(48), drawn_on=FIRST + dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"kind": "coin"}, "kind: found 'coin'; expected 'alternation' or"),
        ({"n_units": 0}, "n_units: found 0"),
        ({"n_units": 20.0}, "n_units: found 20.0"),
        ({"started_on": "2026-12-01"}, "started_on.*expected a datetime.date"),
        ({"alpha": 0.2}, "alpha: found 0.2"),
        ({"arm": " "}, "arm: found ' '"),
        ({"control": "Shorter stride"}, "another cue than that of the arm"),
        ({"stride_goal_pct": 0.0}, "stride_goal_pct: found 0.0"),
        ({"covariates": ("mean_speed_mps",)}, "that the arm cannot have changed"),
        ({"covariates": "day"}, "a tuple of column names"),
        ({"kind": "abab"}, "unit: found 'run'; expected 'day'"),
        ({"kind": "abab", "unit": "day", "n_units": 19}, "20 days or more"),
        ({"kind": "block_pairs", "unit": "day", "n_units": 40}, "such as 42 days"),
    ],
)
def test_what_cannot_be_declared_is_refused_by_name(options, words):
    given_ = {"kind": "alternation", "n_units": 48, "started_on": FIRST} | options

    with pytest.raises(TableError, match=words):
        TrialDesign(**given_)


# ---- the plan


def test_the_plan_says_what_is_needed():
    short = plan_trial(by_day("block_pairs", 30))

    assert not short.is_enough
    assert units_needed(short.design) == 36
    assert "36 days are needed" in str(short)


def test_the_plan_counts_ratings_by_the_history():
    history = pd.DataFrame(
        {
            "local_date": pd.date_range("2026-01-01", periods=20, freq="2D"),
            "pain_after_0_10": [3.0, np.nan] * 10,
        }
    )
    plan = plan_trial(by_day("block_pairs", 78), history)

    assert plan.n_rated_runs == pytest.approx(78 * 0.5 * 20 / 39)


def test_long_memories_ask_for_blocks():
    quick = suggest_design(1.0, 4, started_on=FIRST)
    slow = suggest_design(20.0, 4, started_on=FIRST)

    assert (quick.kind, quick.n_units) == ("alternation", 48)
    assert (slow.kind, slow.block_days, slow.n_pairs) == ("block_pairs", 7, 6)


# ---- the test


@pytest.fixture(scope="module")
def blocks():
    return schedules_of(by_day("block_pairs", 48))


@pytest.mark.parametrize(
    ("name", "x"),
    [("mean_difference", None), ("ols_adjusted", ["lv", "grade", "load"])],
)
def test_it_agrees_with_the_reference(shared, blocks, name, x):
    folder = shared / "oracles"
    oracle = json.loads((folder / "expected" / "rand_blocks.json").read_text())
    want = oracle["expected"][name]
    data = pd.read_csv(folder / "data" / "rand_a.csv")

    found = randomisation_test(
        data["pain"],
        data["arm"],
        None if x is None else data[x],
        blocks[:, data["day"].astype(int)],
        reference="all",
    )

    assert found.n_schedules == oracle["expected"]["n_schedules"]
    assert found.estimate == pytest.approx(want["observed"], rel=oracle["rtol"])
    assert found.p_value == want["p_two_sided"]
    assert found.p_lower == want["p_lower"]
    if "null_sd_pop" in want:
        assert found.null_sd == pytest.approx(want["null_sd_pop"], rel=1e-9)


def brute_p(y, arm, x, schedules):
    """The definition, one least-squares fit for each schedule."""

    def b(a):
        design = np.column_stack([np.ones(len(y)), a, *([] if x is None else [x])])
        return np.linalg.lstsq(design, y, rcond=None)[0][1]

    observed = abs(b(arm))
    return np.mean([abs(b(a)) >= observed - 1e-9 for a in schedules])


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), shift=st.floats(-3, 3))
def test_p_and_interval_are_those_of_the_definition(seed, shift):
    rng = np.random.default_rng(seed)
    every = schedules_of(by_day("block_pairs", 36, block_days=3)).astype(float)
    x = rng.normal(size=(36, 2))
    arm = every[seed % 64]
    y = rng.normal(size=36) + shift * arm
    found = randomisation_test(y, arm, x, every, reference="all")

    assert found.p_value == pytest.approx(brute_p(y, arm, x, every))
    for end, out in ((found.low, -1e-6), (found.high, 1e-6)):
        assert brute_p(y - (end - out / 10) * arm, arm, x, every) > 0.05
        assert brute_p(y - (end + out) * arm, arm, x, every) <= 0.05


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), shift=st.floats(-5, 5), scale=st.floats(0.1, 10))
def test_a_shift_moves_the_interval_and_a_scale_stretches_it(seed, shift, scale):
    rng = np.random.default_rng(seed)
    every = schedules_of(alternation(12)).astype(float)
    arm, y = every[seed % len(every)], rng.normal(size=12)
    one = randomisation_test(y, arm, None, every, reference="all")
    moved = randomisation_test(
        scale * y + shift * arm, arm, None, every, reference="all"
    )

    assert moved.estimate == pytest.approx(scale * one.estimate + shift, abs=1e-7)
    if one.p_value <= 0.05 or moved.p_value <= 0.05:
        return  # ends that reach 0 are rounded to it
    assert moved.low == pytest.approx(min(scale * one.low + shift, 0), abs=1e-6)
    assert moved.high == pytest.approx(max(scale * one.high + shift, 0), abs=1e-6)


def test_rows_kept_by_each_schedule_are_fitted_on_their_own(rng):
    every = schedules_of(alternation(12)).astype(float)
    kept = rng.random(every.shape) < 0.8
    y, x = rng.normal(size=12), rng.normal(size=(12, 1))
    found = randomisation_test(
        y, every[7], x, every, reference="all", kept=kept[7], kept_by_schedule=kept
    )

    def b(k):
        design = np.column_stack([np.ones(12), every[k], x])[kept[k]]
        return np.linalg.lstsq(design, y[kept[k]], rcond=None)[0][1]

    all_b = np.array([b(k) for k in range(len(every))])

    assert found.estimate == pytest.approx(all_b[7], rel=1e-6)
    assert found.p_value == pytest.approx(
        np.mean(np.abs(all_b) >= abs(all_b[7]) - 1e-6), abs=0.01
    )


def test_draws_count_the_true_schedule_once_more():
    every = np.array([[0, 1, 0, 1], [0, 1, 1, 0], [1, 0, 0, 1]])

    found = randomisation_p([9, 1, 8, 2], [0, 1, 0, 1], None, every)

    assert found == pytest.approx((1 + 1) / (1 + 3))


def test_too_few_schedules_leave_the_interval_open(blocks):
    few = schedules_of(by_day("block_pairs", 12))[:, :12]
    found = randomisation_test(np.arange(12), few[0], None, few, reference="all")

    assert found.p_smallest == 0.5
    assert np.isinf(found.low)
    assert np.isinf(found.high)


def test_an_arm_that_follows_from_a_covariate_is_refused(blocks):
    with pytest.raises(NotEnoughDataError, match="both arms apart from the covariates"):
        randomisation_test(np.arange(48), blocks[0], blocks[0], blocks, reference="all")


def test_schedules_of_another_length_are_refused(blocks):
    with pytest.raises(TableError, match=r"schedules: found an array of shape"):
        randomisation_p([1.0, 2.0], [0, 1], None, blocks)


def test_twenty_thousand_schedules_of_200_runs_take_less_than_a_second(rng):
    design = alternation(200)
    y, x = rng.normal(size=200), rng.normal(size=(200, 2))
    started = time.perf_counter()
    every = schedules_of(design, 19_999, seed=1)
    randomisation_test(y, every[0], x, every)

    # Twice the aim: the machine of a test may be busy.
    assert time.perf_counter() - started < 2


def test_the_test_holds_its_size_where_pain_remembers():
    design = by_day("block_pairs", 48)
    every = schedules_of(design).astype(float)
    rejected = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        pain = np.zeros(48)
        for k in range(1, 48):
            pain[k] = 0.9 * pain[k - 1] + rng.normal()
        arm = np.array(draw(design, seed=seed, drawn_on=FIRST).schedule)
        rejected += randomisation_p(pain, arm, None, every, reference="all") <= 0.05

    assert rejected / 400 < 0.05 + 2.6 * np.sqrt(0.05 * 0.95 / 400)


def test_a_design_is_not_changed_by_its_use():
    design = alternation(48)
    before = replace(design)
    draw(design, seed=1, drawn_on=FIRST)
    schedules_of(design, 10)

    assert design == before
