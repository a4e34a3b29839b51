"""The ledger: what stands in a row, what cannot be told apart, what is refused."""

from __future__ import annotations

import json
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from hipstride.errors import TableError
from hipstride.stats.change._detectable import detectable_points
from hipstride.stats.change._ledger_entries import things_of_table
from hipstride.stats.change._ledger_fit import (
    TREND,
    fit_jointly,
    is_collinear,
)
from hipstride.stats.change._ledger_groups import lay_out
from hipstride.stats.change._ledger_text import shortened
from hipstride.stats.change._ledger_words import Finding, judge_finding
from hipstride.stats.change.ledger import ledger
from hipstride.stats.verdict_levels import WORDS_OF_CAUSE

START = pd.Timestamp("2026-01-01")


def observations(n=120, *, drop=0.0, at=0.5, noise=1.0, seed=7, **columns):
    """Every second day a run; independent ratings around 6, lower after a share."""
    rng = np.random.default_rng(seed)
    day = 2 * np.arange(n)
    pain = 6 + drop * (day >= day[int(at * n)]) + rng.normal(0, noise, n)
    return pd.DataFrame(
        {
            "local_date": START + pd.to_timedelta(day, "D"),
            "pain_after_0_10": np.clip(np.round(pain), 0, 10),
            **columns,
        }
    )


def changes(*rows):
    """One row each: first day, kind, last day, label."""
    table = pd.DataFrame(rows, columns=["start", "kind", "end", "label"])
    days = {
        name: (START + pd.to_timedelta(table[key].astype(float), "D")).astype(
            "datetime64[us]"
        )
        for name, key in (("started_on", "start"), ("ended_on", "end"))
    }
    return pd.DataFrame(
        {
            **days,
            "kind": table["kind"].astype("str"),
            "label": table["label"].astype("str"),
        }
    )


FIVE = changes(
    (40, "rest", 49, "rest"),
    (80, "injection", 80, "shot"),
    (120, "physio", 159, "physio"),
    (160, "strength", np.nan, "core work"),
    (200, "cue", np.nan, "glute cue"),
)


def test_a_true_drop_is_found_and_the_others_hold_zero():
    found = ledger(
        observations(240, drop=-3.0, at=0.5),
        changes((120, "injection", 120, "shot"), (240, "cue", np.nan, "cue")),
    )
    shot, cue = found.rows

    assert cue.low < -3 < cue.high < 0
    assert cue.verdict_level == 1
    assert "points lower" in cue.verdict
    assert shot.low < 0 < shot.high


def test_a_null_is_reported_only_where_the_interval_lies_within():
    tight = ledger(observations(400, noise=0.6), changes((400, "cue", np.nan, "cue")))
    loose = ledger(observations(60), changes((60, "cue", np.nan, "cue")))

    assert tight.rows[0].verdict.startswith("No change larger than 1 point (95 %")
    assert tight.rows[0].verdict_level == 1
    assert loose.rows[0].verdict.startswith("Cannot tell (95 % interval")
    assert "would have been seen in 80 % of histories" in loose.rows[0].verdict
    assert loose.rows[0].verdict_level == 0


def test_what_would_be_seen_is_2_80_standard_errors_or_more():
    row = ledger(observations(400), changes((400, "cue", np.nan, "cue"))).rows[0]
    half = (row.high - row.low) / 2

    # (1.96 + 0.84) / 1.96 half widths with many degrees of freedom.
    assert 1.3 * half < row.detectable_points <= 1.43 * half


def test_a_true_change_of_that_size_is_found_in_four_of_five():
    quantile, power = stats.t.ppf([0.975, 0.8], 12)
    found = stats.nct.sf(quantile, 12, detectable_points(1.0, 12.0))

    assert detectable_points(1.0, 12.0) == pytest.approx(quantile + power)
    assert found == pytest.approx(0.8, abs=0.01)


def test_the_adjusted_p_is_that_of_benjamini_and_hochberg():
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    table = ledger(observations(), FIVE).to_frame()
    expected = multitest.multipletests(table["p_value"], method="fdr_bh")[1]

    assert table["p_adjusted"].tolist() == pytest.approx(expected.tolist())


def test_a_rest_is_judged_by_the_runs_after_it():
    rest = ledger(observations(), FIVE).rows[0]

    assert rest.n_before == 20  # days 0, 2, … 38
    # From day 50 to 238, less the first 7 days of the rest's end and of four starts.
    assert rest.n_during == 95 - 4 - 4 - 4 - 4 - 4
    assert rest.note.startswith("time off: judged by the runs after it")


def test_what_was_done_on_one_day_counts_to_the_end():
    shot = ledger(observations(), changes((80, "drug", 80, "pill"))).rows[0]

    assert shot.n_during == 80 - 4
    assert "done on one day" in shot.note


def test_a_spell_counts_between_its_days():
    physio = ledger(observations(), changes((80, "physio", 119, "physio"))).rows[0]

    assert physio.n_before == 40
    assert physio.n_during == 20 - 4


def test_the_washout_can_be_none():
    row = ledger(
        observations(), changes((80, "cue", np.nan, "cue")), washout_days=0
    ).rows[0]

    assert (row.n_before, row.n_during) == (40, 80)


def test_two_things_of_one_week_are_looked_at_together():
    found = ledger(
        observations(drop=-3.0),
        changes((120, "cue", np.nan, "cue"), (122, "shoes", np.nan, "shoes")),
    )
    cue, shoes, both = found.rows

    assert (cue.inseparable_from, shoes.inseparable_from) == ("shoes", "cue")
    assert np.isnan([cue.estimate, shoes.estimate]).all()
    assert "cannot be separated from shoes" in cue.verdict
    assert both.label == "cue + shoes together"
    assert both.low < -3 < both.high < 0


def test_ten_runs_between_two_dates_are_enough_and_nine_are_not():
    def n_joint(gap_runs):
        found = ledger(
            observations(),
            changes(
                (80, "cue", np.nan, "a"), (80 + 2 * gap_runs, "shoes", np.nan, "b")
            ),
            washout_days=0,
        )
        return sum(row.kind == "together" for row in found.rows)

    assert (n_joint(9), n_joint(10)) == (1, 0)


def test_a_column_that_the_others_give_has_no_estimate():
    n = np.arange(120)
    a, b = (n >= 40) & (n < 80), n >= 80
    y = np.random.default_rng(1).normal(size=120)
    fit = fit_jointly(y, 2.0 * n, np.column_stack([a, b, a | b]) * 1.0, {})

    assert fit.refusals == {2: "follows exactly from the other changes and the trend"}
    assert sorted(fit.groups) == [0, 1]


def test_estimates_that_can_be_traded_name_each_other():
    n = np.arange(120)
    holds = np.column_stack([n >= 60, (n >= 60) & (n != 90)]) * 1.0
    fit = fit_jointly(np.random.default_rng(1).normal(size=120), 2.0 * n, holds, {})

    assert (fit.groups[0].leans_on, fit.groups[1].leans_on) == ((1,), (0,))
    assert is_collinear(fit.groups[0])


def test_an_estimate_that_can_be_traded_for_the_trend_names_it():
    n = np.arange(120)
    holds = (np.clip((n - 10) / 100, 0, 1))[:, None]
    fit = fit_jointly(np.random.default_rng(1).normal(size=120), 2.0 * n, holds, {})

    assert fit.groups[0].leans_on == (TREND,)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (-10, np.nan, "began before the first rated run: nothing to compare with"),
        (900, np.nan, "no rated run while it counted as in force"),
        (4, np.nan, "2 rated runs before it, 10 needed"),
        (80, 85, "3 rated runs in force, 10 needed"),
        (234, np.nan, "3 rated runs in force, 10 needed"),
        (80, 100, "7 rated runs in force once the first days are left out, 10 needed"),
    ],
)
def test_too_little_before_or_in_force_is_said_in_words(first, last, words):
    row = ledger(observations(), changes((first, "physio", last, "it"))).rows[0]

    assert np.isnan(row.estimate)
    assert row.verdict == f"Cannot tell: {words}."


def test_entries_of_one_label_are_one_thing():
    found = ledger(
        observations(),
        changes(*[(40 + 7 * k, "physio", 40 + 7 * k, "Physio") for k in range(9)]),
    )

    assert [row.label for row in found.rows] == ["Physio"]
    assert "logged 9 times, taken together" in found.rows[0].note


def test_two_rests_are_two_rows_with_labels_of_their_own():
    found = ledger(
        observations(), changes((40, "rest", 50, "rest"), (120, "rest", 130, "rest"))
    )

    assert [row.label for row in found.rows] == ["rest (1)", "rest (2)"]


def test_without_a_table_the_change_columns_are_taken():
    day = 2 * np.arange(120)
    obs = observations(
        drop=-3.0, change_glute_cue=(day >= 120), change_rest=np.zeros(120)
    )
    found = {row.label: row for row in ledger(obs).rows}

    assert found["glute cue"].started_on == START + pd.Timedelta(days=120)
    assert found["glute cue"].high < 0
    assert "on none of the runs" in found["rest"].verdict


def test_columns_and_table_of_a_lasting_change_agree():
    day = 2 * np.arange(120)
    obs = observations(drop=-2.0, change_cue=(day >= 120).astype(object))
    of_columns = ledger(obs).rows[0]
    of_table = ledger(obs, changes((120, "cue", np.nan, "cue"))).rows[0]

    assert of_columns.estimate == pytest.approx(of_table.estimate, rel=1e-6)
    assert of_columns.n_during == of_table.n_during


def test_no_changes_are_an_empty_ledger_with_words():
    found = ledger(observations())

    assert found.rows == ()
    assert found.to_frame().empty
    assert "No change is logged" in found.summary()
    assert "No change is logged" in str(found)
    json.dumps(found.to_dict(), allow_nan=False)


@pytest.mark.parametrize(
    "obs",
    [
        observations(5),
        observations(120).assign(pain_after_0_10=0.0),
        observations(120).assign(pain_after_0_10=np.nan),
        observations(120).head(0),
    ],
    ids=["five runs", "all zeros", "never rated", "no runs"],
)
def test_ratings_that_cannot_answer_are_an_answer(obs):
    found = ledger(obs, FIVE)

    assert len(found.rows) == 5
    assert all(row.verdict.startswith("Cannot tell: ") for row in found.rows)
    assert "nan" not in found.summary().lower()
    json.dumps(found.to_dict(), allow_nan=False)


def test_a_rating_that_hardly_varies_stays_at_level_0():
    obs = observations()
    obs["pain_after_0_10"] = np.where(np.arange(120) % 40 == 0, 3.0, 2.0)
    row = ledger(obs, changes((120, "cue", np.nan, "cue"))).rows[0]

    assert row.verdict_level == 0
    assert "nearly all ratings are the same" in row.verdict


def test_freedom_from_pain_in_force_is_noted():
    obs = observations()
    obs.loc[60:, "pain_after_0_10"] = 0.0
    row = ledger(obs, changes((120, "cue", np.nan, "cue"))).rows[0]

    assert "ratings in force are 0" in row.note
    assert row.high < 0


def test_a_history_too_short_for_a_trend_stays_at_level_0():
    obs = observations(40, drop=-4.0, noise=0.3)
    obs["local_date"] = START + pd.to_timedelta(np.arange(40), "D")
    row = ledger(obs, changes((20, "cue", np.nan, "cue"))).rows[0]

    assert np.isfinite(row.estimate)
    assert row.verdict_level == 0
    assert "too few days" in row.verdict


def test_ratings_that_follow_from_the_change_are_no_estimate_or_a_sharp_one():
    obs = observations(noise=0.0, drop=-3.0)
    row = ledger(obs, changes((120, "cue", np.nan, "cue"))).rows[0]

    assert "nan" not in row.verdict
    assert row.verdict == (
        "Cannot tell: the ratings follow exactly from the changes and the context."
    )


def test_several_things_of_one_day_are_joined_whatever_their_order():
    rows = [(120, kind, np.nan, kind) for kind in ("cue", "shoes", "drug")]
    one = ledger(observations(), changes(*rows)).rows[-1]
    other = ledger(observations(), changes(*reversed(rows))).rows[-1]

    assert one.kind == other.kind == "together"
    assert one.estimate == pytest.approx(other.estimate)


@pytest.mark.parametrize(
    "label",
    ["🦵🏃", "x" * 300, "<script>alert(1)</script>", "a\x1b[31m\nb", "", "[bold]a[/]"],
)
def test_any_label_is_shown_safely(label):
    found = ledger(observations(), changes((120, "cue", np.nan, label)))
    summary, html = found.summary(), found._repr_html_()

    assert max(map(len, summary.splitlines())) <= 79
    assert "<script>" not in html
    assert "\x1b" not in summary + str(found) + html
    assert found.rows[0].label


def test_five_hundred_changes_take_a_moment():
    rng = np.random.default_rng(1)
    rows = [(int(d), "other", np.nan, f"thing {d}") for d in rng.permutation(500)]
    began = time.perf_counter()
    found = ledger(observations(300), changes(*rows))

    assert len(found.rows) >= 500
    assert time.perf_counter() - began < 20
    assert max(map(len, found.summary().splitlines())) <= 79


def test_too_many_changes_give_way_by_counts_alone():
    things = [(24 * k, "cue", np.nan, f"cue {k}") for k in range(1, 10)]
    found = ledger(observations(), changes(*things), washout_days=0)
    refused = [row for row in found.rows if "too many changes" in row.verdict]
    estimated = [row for row in found.rows if np.isfinite(row.estimate)]

    assert len(estimated) == 8
    assert [row.label for row in refused] == ["cue 9"]
    assert any("not in the model" in caveat for caveat in found.caveats)


def test_an_end_before_the_start_is_refused_by_date():
    with pytest.raises(TableError, match=r"2026-02-10 that ends on 2026-02-09"):
        ledger(observations(), changes((40, "rest", 39, "rest")))


def test_a_change_without_a_day_is_refused():
    with pytest.raises(TableError, match="1 without a day in 'started_on'"):
        ledger(observations(), changes((np.nan, "rest", np.nan, "rest")))


def test_runs_without_dates_are_refused():
    with pytest.raises(TableError, match="local_date"):
        ledger(observations().drop(columns="local_date"), FIVE)


@pytest.mark.parametrize("points", [0, -1, np.nan, np.inf, "1", True])
def test_a_smallest_effect_must_be_above_zero(points):
    with pytest.raises(TableError, match="smallest_effect_points: found"):
        ledger(observations(), FIVE, smallest_effect_points=points)


@pytest.mark.parametrize("days", [-1, 91, np.nan, "7"])
def test_a_washout_must_be_days(days):
    with pytest.raises(TableError, match="washout_days: found"):
        ledger(observations(), FIVE, washout_days=days)


def test_arguments_are_left_as_they_are():
    obs, tried = observations(), FIVE.copy()
    before = obs.copy()
    ledger(obs, tried)

    pd.testing.assert_frame_equal(obs, before)
    pd.testing.assert_frame_equal(tried, FIVE)


def test_infinite_ratings_and_repeated_days_do_no_harm():
    obs = pd.concat([observations(), observations(seed=8)], ignore_index=True)
    obs.loc[3, "pain_after_0_10"] = np.inf
    found = ledger(obs, FIVE)

    assert found.n > 150
    assert all(np.isfinite(row.estimate) for row in found.rows)


def test_dict_and_frame_hold_the_same_rows():
    found = ledger(observations(), FIVE)
    table = found.to_frame()

    assert [row["label"] for row in found.to_dict()["rows"]] == table["label"].tolist()
    assert str(table["started_on"].dtype) == "datetime64[us]"
    assert table["ended_on"].isna().tolist() == [False, False, False, True, True]


@settings(max_examples=40, deadline=None)
@given(
    low=st.floats(-12, 12),
    width=st.floats(0.01, 12),
    smallest=st.floats(0.1, 3),
    n=st.integers(0, 200),
)
def test_no_sentence_claims_more_than_its_interval(low, width, smallest, n):
    found = Finding(
        outcome="pain_after_0_10",
        smallest_effect_points=smallest,
        estimate=low + width / 2,
        low=low,
        high=low + width,
        p_adjusted=0.5,
        detectable_points=width,
        n=n,
    )
    level, words = judge_finding(found)
    is_direction = " lower " in words or " higher " in words

    assert is_direction == (level == 1 and (low > 0 or low + width < 0))
    assert words.startswith("No change larger than") == (
        level == 1 and -smallest < low <= 0 <= low + width < smallest
    )
    assert not any(word in words for word in WORDS_OF_CAUSE)
    assert level <= 1


@settings(max_examples=25, deadline=None)
@given(
    data=st.lists(
        st.tuples(st.integers(-30, 260), st.integers(0, 80), st.booleans()),
        min_size=1,
        max_size=12,
    )
)
def test_every_thing_is_in_one_group_or_refused(data):
    kinds = {True: "physio", False: "rest"}
    rows = [
        (start, kinds[is_spell], start + length, f"thing {k}")
        for k, (start, length, is_spell) in enumerate(data)
    ]
    things = things_of_table(changes(*rows))
    clock = 20454.0 + 2 * np.arange(120)
    layout = lay_out(things, clock, 7.0)
    members = [member for group in layout.groups for member in group.members]

    assert sorted([*members, *layout.refusals]) == list(range(len(things)))
    for group in layout.groups:
        assert (layout.kept & group.holds(clock)).sum() >= 10
        assert (layout.kept & (clock < group.first_day)).sum() >= 10


def test_a_long_label_is_cut_with_a_sign():
    assert shortened("physiotherapy", 8) == "physiot…"


def test_changes_that_are_no_table_are_refused():
    with pytest.raises(TableError, match="changes: found list; expected a DataFrame"):
        ledger(observations(), [1])


def test_dates_as_text_are_refused_by_column():
    tried = pd.DataFrame({"started_on": ["2026-02-01"], "kind": ["cue"]})
    with pytest.raises(TableError, match="'started_on'"):
        ledger(observations(), tried)
