"""Plans: written before looking, with a fingerprint, and carried out as written."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hipstride as hs
from hipstride.errors import TableError
from hipstride.stats import (
    Plan,
    TrialDesign,
    draw,
    plan_from_json,
    plan_sha256,
    plan_to_json,
    run_plan,
    specified,
)
from hipstride.stats.plan.run import _counted

DAY = dt.date(2026, 9, 1)
OF_PAIN = Plan(estimand="association", written_on=DAY)
OF_CUE = Plan(estimand="dated_change", change="glute cue", written_on=DAY)
WORDS = st.text(min_size=1, max_size=12).filter(lambda text: text.strip())
PLANS = st.builds(
    Plan,
    estimand=st.just("association"),
    written_on=st.dates(),
    outcome=st.just("pain_after_0_10"),
    secondary_outcomes=st.sampled_from([(), ("pain_next_morning_0_10",)]),
    covariates=st.lists(WORDS, max_size=3).map(tuple),
    controls=st.lists(WORDS, max_size=3).map(tuple),
    analgesic=st.text(max_size=5),
    excluded_runs=st.lists(st.tuples(WORDS, WORDS), max_size=3).map(tuple),
    washout_days=st.integers(0, 90),
    smallest_effect_points=st.floats(0.1, 5),
    seed=st.integers(0, 2**40),
)


@pytest.fixture(scope="module")
def obs() -> pd.DataFrame:
    runner = hs.simulate.demo_runner()
    return hs.simulate.history(runner, n_runs=100, seed=4).observations


@given(PLANS)
def test_a_plan_comes_back_as_it_was_written(plan):
    assert plan_from_json(plan_to_json(plan)) == plan


@settings(max_examples=30)
@given(PLANS, PLANS)
def test_two_plans_have_one_fingerprint_only_if_they_are_one(one, other):
    assert (plan_sha256(one) == plan_sha256(other)) == (one == other)


@pytest.mark.parametrize("name", [field.name for field in fields(Plan)])
def test_no_part_can_be_changed_unseen(name):
    kept = json.loads(plan_to_json(OF_CUE))
    other = {
        "estimand": "association",
        "written_on": "2020-01-01",
        "change_on": "2020-01-01",
        "data_from": "2020-01-01",
        "data_to": "2020-01-01",
        "excluded_runs": [["a", "b"]],
        "washout_days": 3,
        "seed": 9,
        "alpha": 0.1,
        "smallest_effect_points": 3.0,
    }.get(name, ["x"] if isinstance(kept[name], list) else "x")

    with pytest.raises(TableError, match="plan: found"):
        plan_from_json(json.dumps({**kept, name: other}))


def test_a_changed_plan_is_told_what_to_do():
    text = plan_to_json(OF_PAIN).replace("2026-09-01", "2026-01-01")

    with pytest.raises(TableError, match="changed after it was written; write a new"):
        plan_from_json(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "found no JSON"),
        ("[1]", "found list; expected an object"),
        ("{}", "found no hipstride_plan; expected a file of `hipstride plan`"),
        ('{"hipstride_plan": 9}', "found 9 for hipstride_plan; expected"),
        ('{"hipstride_plan": 1}', "found no 'estimand'; expected estimand, written_on"),
        ('{"hipstride_plan": 1, "x": NaN}', "found NaN; expected finite numbers"),
        ('{"hipstride_plan": 1, "sead": 1}', "found unknown 'sead'; expected"),
    ],
)
def test_what_is_no_plan_is_refused_by_name(text, words):
    with pytest.raises(TableError, match=words):
        plan_from_json(text)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"estimand": "cause"}, "found cause for estimand; expected one of assoc"),
        ({"change": "cue"}, "for change; expected nothing, for it is not used by"),
        ({"estimand": "dated_change"}, "found nothing for change; expected the words"),
        ({"estimand": "trial"}, "for schedule_sha256; expected that of the drawn"),
        ({"smallest_effect_points": 0}, "for smallest_effect_points; expected above 0"),
        ({"smallest_effect_points": float("nan")}, "expected above 0"),
        ({"alpha": 0.2}, "found 0.2 for alpha; expected 0.05"),
        ({"washout_days": 400}, "found 400 for washout_days; expected 0 to 90 days"),
        ({"seed": -1}, "found -1 for seed; expected a whole number"),
        ({"excluded_runs": (("a", " "),)}, "expected a reason for each run"),
        (
            {"data_from": DAY, "data_to": dt.date(2026, 8, 1)},
            "found 2026-08-01 for data_to; expected 2026-09-01 or later",
        ),
        ({"secondary_outcomes": ("pain_after_0_10",)}, "expected each of them once"),
        ({"change_on": DAY}, "for change_on; expected nothing, for it is not used"),
        ({"written_on": "2026-09-01"}, "for written_on; expected a datetime.date"),
        ({"data_to": pd.Timestamp(DAY)}, "for data_to; expected a datetime.date, or"),
        ({"covariates": "sleep"}, "found 'sleep' for covariates; expected a tuple"),
        ({"controls": ["neck"]}, "for controls; expected a tuple of names"),
        ({"excluded_runs": (("a", "b", "c"),)}, "expected a tuple of pairs of run"),
        ({"seed": True}, "found True for seed; expected a whole number"),
        ({"site": "\udc80"}, "for site; expected text"),
    ],
)
def test_parts_that_do_not_fit_together_make_no_plan(parts, words):
    with pytest.raises(TableError, match=words):
        replace(OF_PAIN, **parts)


def test_whole_and_broken_numbers_of_one_value_are_one_plan():
    whole = replace(OF_PAIN, smallest_effect_points=1)

    assert plan_sha256(whole) == plan_sha256(OF_PAIN)


@pytest.mark.parametrize(
    ("written_on", "words"),
    [
        (dt.date(2026, 8, 31), "before the data"),
        (dt.date(2026, 9, 1), "in the midst of the data (1 of 2 rated runs came"),
        (dt.date(2026, 9, 3), "after the data"),
    ],
)
def test_the_day_of_writing_is_set_against_the_rated_runs(written_on, words):
    table = pd.DataFrame(
        {
            "local_date": pd.to_datetime(["2026-08-01", "2026-09-01", "2026-09-03"]),
            "pain_after_0_10": [np.nan, 1.0, 2.0],
        }
    )

    assert specified(replace(OF_PAIN, written_on=written_on), table).startswith(words)


def test_ratings_that_the_plan_does_not_use_do_not_come_before_it():
    table = pd.DataFrame(
        {
            "local_date": pd.to_datetime(["2026-08-01", "2026-09-02", "2026-09-03"]),
            "pain_after_0_10": [3.0, 1.0, 2.0],
        }
    )
    later = replace(OF_PAIN, data_from=dt.date(2026, 9, 2))

    assert specified(OF_PAIN, table).startswith("in the midst")
    assert specified(later, table) == "before the data"


def test_the_plan_of_an_association_is_the_association(obs):
    plan = replace(OF_PAIN, written_on=dt.date(2000, 1, 1), seed=3)

    (result,) = run_plan(plan, obs)
    plain = hs.stats.association(obs, seed=3)

    assert (result.estimate, result.low) == (plain.estimate, plain.low)
    assert result.verdict == plain.verdict
    assert result.checks["plan"] == {
        "sha256": plan_sha256(plan),
        "written_on": "2000-01-01",
        "specified": "before the data",
        "role": "primary",
    }


def test_secondary_questions_are_adjusted_together_and_the_primary_is_not(obs):
    plan = replace(
        OF_PAIN, secondary_outcomes=("pain_next_morning_0_10", "pain_during_0_10")
    )
    rng = np.random.default_rng(1)
    table = obs.assign(pain_during_0_10=rng.integers(0, 5, len(obs)).astype(float))

    primary, *secondary = run_plan(plan, table)

    raw = [result.p_value for result in secondary]
    adjusted = [result.checks["plan"]["p_adjusted"] for result in secondary]
    assert "p_adjusted" not in primary.checks["plan"]
    assert adjusted == hs.stats.adjust(raw).tolist()
    assert secondary[0].caveats[0].startswith("A secondary question")


def test_a_plan_written_after_the_data_says_so_first(obs):
    (result,) = run_plan(replace(OF_PAIN, written_on=dt.date(2099, 1, 1)), obs)

    assert result.caveats[0].startswith("The plan was written after the data")


def test_only_the_runs_of_the_plan_are_used_and_the_others_counted(obs):
    days = obs["local_date"].dt.date
    gone = str(obs["run_id"].iloc[60])
    plan = replace(OF_PAIN, data_from=days.iloc[20], excluded_runs=((gone, "fell"),))

    (result,) = run_plan(plan, obs)

    told = result.checks["plan"]
    assert told["n_outside_of_its_days"] == int((days < days.iloc[20]).sum())
    assert told["n_excluded"] == 1
    assert result.n + result.n_dropped == len(obs) - told["n_outside_of_its_days"] - 1


def test_a_dated_change_is_carried_out_with_its_washout():
    rng = np.random.default_rng(5)
    day = np.arange(0, 360, 2)
    table = pd.DataFrame(
        {
            "local_date": pd.Timestamp("2026-09-02") + pd.to_timedelta(day, "D"),
            "pain_after_0_10": np.round(6 - 3.0 * (day >= 180) + rng.normal(0, 1, 180)),
            "change_glute_cue": day >= 180,
        }
    )
    plan = replace(OF_CUE, washout_days=14)

    (result,) = run_plan(plan, table)

    assert result.low < -3 < result.high
    assert "14 days of washout" in result.method


def around_a_cue(first: str) -> pd.DataFrame:
    days = pd.date_range("2026-09-02", periods=100, freq="2D")
    rng = np.random.default_rng(5)
    return pd.DataFrame(
        {
            "local_date": days,
            "pain_after_0_10": rng.integers(2, 8, 100).astype(float),
            "change_glute_cue": (days >= first).astype(float),
        }
    )


@pytest.mark.parametrize("day", [dt.date(2026, 11, 30), dt.date(2026, 12, 1)])
def test_a_change_may_begin_on_a_day_without_a_run(day):
    table = around_a_cue("2026-12-01")

    (result,) = run_plan(replace(OF_CUE, change_on=day), table)

    assert "after glute cue" in result.question


@pytest.mark.parametrize("day", [dt.date(2026, 11, 20), dt.date(2026, 12, 2)])
def test_the_day_of_a_change_cannot_be_moved_after_the_plan(day):
    table = around_a_cue("2026-12-01")

    with pytest.raises(TableError, match="'glute cue' began on 2026-12-01; expected"):
        run_plan(replace(OF_CUE, change_on=day), table)


def test_a_table_of_changes_must_name_the_very_day_of_the_plan():
    table = around_a_cue("2026-12-01")
    changes = pd.DataFrame(
        {
            "started_on": pd.to_datetime(["2026-11-30"]),
            "kind": ["cue"],
            "label": ["glute cue"],
        }
    )
    plan = replace(OF_CUE, change_on=dt.date(2026, 11, 30))

    assert run_plan(plan, table, changes=changes)[0].n > 0
    with pytest.raises(TableError, match="began on 2026-11-30; expected 2026-12-01"):
        run_plan(replace(plan, change_on=dt.date(2026, 12, 1)), table, changes=changes)


def test_a_trial_needs_the_schedule_of_its_plan():
    design = TrialDesign(kind="alternation", n_units=40, started_on=DAY)
    drawn = draw(design, seed=1, drawn_on=DAY)
    other = draw(design, seed=2, drawn_on=DAY)
    plan = Plan(estimand="trial", schedule_sha256=drawn.sha256, written_on=DAY)
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        {
            "local_date": pd.date_range("2026-09-01", periods=40, freq="2D"),
            "pain_after_0_10": rng.integers(0, 9, 40).astype(float),
        }
    )

    assert run_plan(plan, table, schedule=drawn)[0].n == 40
    with pytest.raises(TableError, match="found no schedule; a trial needs the one"):
        run_plan(plan, table)
    with pytest.raises(TableError, match=f"that of the plan, {drawn.sha256[:12]}"):
        run_plan(plan, table, schedule=other)


def test_too_few_runs_are_an_answer_of_level_0(obs):
    (result,) = run_plan(OF_PAIN, obs.head(4))

    assert result.verdict_level == 0
    assert "cannot answer the question" in result.verdict
    assert result.checks["plan"]["role"] == "primary"


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (replace(OF_PAIN, outcome="pain_x"), "no column 'pain_x'; the plan asks"),
        (
            replace(OF_PAIN, excluded_runs=(("nobody", "fell"),)),
            "found no run 'nobody' in the observations",
        ),
    ],
)
def test_what_the_observations_lack_is_named(obs, plan, words):
    with pytest.raises(TableError, match=words):
        run_plan(plan, obs)


def test_without_days_nothing_can_be_said_of_before_and_after(obs):
    with pytest.raises(TableError, match="found no column 'local_date'; a plan needs"):
        run_plan(OF_PAIN, obs.drop(columns="local_date"))


def test_a_secondary_answer_that_falls_once_all_are_counted_is_tentative():
    strong = hs.Result(
        *("q", 0.2, "points", 0.01, 0.39, 0.95, 0.045, 90, 0, "m"),
        *(2, "a consistent association"),
    )

    fallen, kept = _counted(strong, 0.067, 0.05), _counted(strong, 0.049, 0.05)

    assert fallen.verdict_level == 1
    assert "Counting all secondary questions p is 0.067" in fallen.verdict
    assert not fallen.requirements[-1].is_met
    assert (kept.verdict_level, kept.verdict) == (2, "a consistent association")
