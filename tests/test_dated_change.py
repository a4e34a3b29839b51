"""Tests of the dated change: a step at a known day, net of the trend and the rest."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hipstride as hs
from hipstride.errors import NotEnoughDataError, TableError
from hipstride.simulate import Change, Runner, history
from hipstride.stats.change import FoundDate, change_rows, dated_change
from hipstride.stats.gap_gls import gap_gls
from hipstride.stats.verdict_levels import WORDS_OF_CAUSE

START = pd.Timestamp("2026-01-01")
# The words of a direction, none of which a level 0 may use.
DIRECTIONS = ("lower", "higher", "fell", "rose", "better", "worse")


def diary(n=120, *, at=60, step=-3.0, trend=0.0, seed=1, every_days=2, noise=1.0):
    """A diary without a watch: one rating every other day, a step at one of them."""
    rng = np.random.default_rng(seed)
    order = np.arange(n)
    pain = 5 + step * (order >= at) + trend * order + noise * rng.normal(size=n)
    return pd.DataFrame(
        {
            "local_date": START + pd.to_timedelta(every_days * order, "D"),
            "pain_after_0_10": np.round(pain).clip(0, 10),
        }
    )


def day_of(run, every_days=2):
    return str((START + pd.Timedelta(days=every_days * run)).date())


def changes_table(*rows):
    """A CHANGES table of (started_on, kind, label, ended_on)."""
    return pd.DataFrame(
        {
            "started_on": pd.to_datetime([row[0] for row in rows]).as_unit("us"),
            "kind": [row[1] for row in rows],
            "label": [row[2] for row in rows],
            "ended_on": pd.to_datetime(
                [row[3] if len(row) > 3 else None for row in rows]
            ).as_unit("us"),
        }
    )


def failed(result):
    return [r.name for r in result.requirements if not r.is_met]


# What is plain to see


def test_a_clear_step_is_found_with_its_size_and_reaches_level_3():
    result = dated_change(diary(), day_of(60))

    assert result.low < -3 < result.high
    assert result.verdict_level == 3
    assert "Pain after the run fell by" in result.verdict
    assert "more than the earlier course predicts" in result.verdict
    assert result.verdict.endswith(
        "One change in one person cannot show what caused it."
    )
    assert result.unit == "points after the change, net of trend"


def test_a_rise_is_called_a_rise():
    result = dated_change(diary(step=3.0), day_of(60))

    assert result.verdict_level == 3
    assert "rose by" in result.verdict


def test_without_a_step_the_answer_names_no_direction():
    result = dated_change(diary(step=0.0, seed=4, noise=2.0), day_of(60))

    assert result.verdict_level == 0
    assert result.verdict.startswith("This history cannot tell whether")
    assert not any(word in result.verdict for word in DIRECTIONS)
    assert "four times in five" in result.verdict


def test_a_null_is_said_only_where_the_interval_is_within_the_smallest_effect():
    obs = diary(n=240, at=120, step=0.0, noise=0.7)

    wide = dated_change(obs, day_of(120), smallest_effect_points=2.0)
    narrow = dated_change(obs, day_of(120), smallest_effect_points=0.05)

    assert wide.verdict_level == 1
    assert "no difference larger than 2 points" in wide.verdict
    assert -2 < wide.low < wide.high < 2
    assert narrow.verdict_level == 0


def test_a_slow_recovery_is_not_a_change_of_level():
    obs = diary(step=0.0, trend=-0.035)

    result = dated_change(obs, day_of(60))

    assert result.low < 0 < result.high
    ratings = result.checks["ratings"]
    assert ratings["mean_after_points"] < ratings["mean_before_points"] - 2
    assert result.checks["fit"]["trend_points_per_100_days"] < 0


def test_without_six_weeks_on_each_side_the_verdict_is_1_at_most():
    result = dated_change(diary(n=60, at=30, every_days=1, seed=3), day_of(30, 1))

    assert result.high < 0
    assert result.verdict_level == 1
    assert "a trend not taken out" in result.verdict
    assert any("Too short for a trend" in caveat for caveat in result.caveats)
    assert result.unit == "points after the change, no trend"


def test_no_word_of_cause_stands_but_in_the_sentence_that_denies_it():
    for obs in (diary(n=60, at=30), diary(n=60, step=0.0)):
        result = dated_change(obs, day_of(30))
        text = " ".join([result.verdict, *result.caveats])
        text = text.replace("cannot show what caused it", "")

        assert not any(word in text for word in WORDS_OF_CAUSE)


# Which change is meant


@pytest.mark.parametrize(
    "change",
    [
        "glute cue",
        "Glute Cue!",
        "change_glute_cue",
        "2026-05-01",
        dt.date(2026, 5, 1),
        pd.Timestamp("2026-05-01 18:00"),
        np.datetime64("2026-05-01"),
    ],
)
def test_a_change_is_found_by_its_words_its_column_or_its_day(change):
    table = changes_table(("2026-05-01", "cue", "glute cue"))

    result = dated_change(diary(), change, changes=table)

    assert result.checks["dates"]["change"] == "2026-05-01"
    assert "glute cue (2026-05-01)" in result.question


def test_it_works_on_what_align_gives_and_says_where_the_day_came_from():
    made = history(
        Runner(pain_baseline_points=5.0, changes=(Change(on=50, label="glute cue"),)),
        n_runs=100,
        seed=3,
    )
    runs = made.observations.drop(
        columns=[c for c in made.observations if c.startswith(("pain_", "change_"))]
    )
    obs = hs.align(runs, made.journal, made.changes)

    read_off = dated_change(obs, "glute cue")
    written = dated_change(obs, "glute cue", changes=made.changes)

    assert read_off.estimate == written.estimate
    assert any("read off the first run" in caveat for caveat in read_off.caveats)
    assert not any("read off the first run" in caveat for caveat in written.caveats)


def test_words_that_match_nothing_are_refused_with_what_there_is():
    table = changes_table(("2026-05-01", "cue", "glute cue"))

    with pytest.raises(TableError, match=r"'yoga'.*'glute cue' \(2026-05-01\)"):
        dated_change(diary(), "yoga", changes=table)


@pytest.mark.parametrize("change", [5, None, pd.NaT, "", "2026-13-45", 3.5])
def test_what_is_no_change_is_refused(change):
    with pytest.raises(TableError, match="change: found"):
        dated_change(diary(), change)


def test_a_date_that_was_found_in_the_ratings_is_refused():
    found = FoundDate("2026-05-01", "2026-04-20", "2026-05-10", "pain_after_0_10")

    with pytest.raises(TableError, match="a date that was found in these ratings"):
        dated_change(diary(), found)


def test_a_date_without_runs_on_one_side_is_refused_with_what_is_needed():
    with pytest.raises(
        NotEnoughDataError, match=r"rated runs before 2020-01-01: needed 8, got 0"
    ):
        dated_change(diary(), "2020-01-01")
    with pytest.raises(
        NotEnoughDataError, match=r"rated runs after 2030-01-01: needed 8, got 0"
    ):
        dated_change(diary(), "2030-01-01")


def test_runs_after_the_end_of_the_change_are_left_out():
    obs = diary(n=180)
    obs.loc[120:, "pain_after_0_10"] = 9.0
    table = changes_table(("2026-05-01", "cue", "glute cue", day_of(119)))

    result = dated_change(obs, "glute cue", changes=table)

    assert result.checks["dates"]["last"] == day_of(119)
    assert result.low < -3 < result.high
    assert any("The change ended on" in caveat for caveat in result.caveats)


def test_of_two_changes_of_the_same_words_the_first_is_looked_at_and_it_is_said():
    table = changes_table((day_of(30), "cue", "cue"), (day_of(90), "cue", "Cue"))

    result = dated_change(diary(at=30), "cue", changes=table)

    assert result.checks["dates"]["change"] == day_of(30)
    assert any(f"also began on {day_of(90)}" in caveat for caveat in result.caveats)


# The guards


def test_a_change_made_at_a_peak_is_level_1_at_most():
    obs = diary()
    obs.loc[56:59, "pain_after_0_10"] = 9.0

    result = dated_change(obs, day_of(60))

    assert result.checks["peak"]["quantile"] >= 0.9
    assert result.verdict_level == 1
    assert "it did not begin at a peak of pain" in failed(result)


def test_a_change_said_to_be_made_at_a_peak_is_level_1_at_most():
    asked = dated_change(diary(), day_of(60))
    told = dated_change(diary(), day_of(60), was_triggered_by_peak=True)

    assert any(caveat.startswith("Why 2026-05-01?") for caveat in asked.caveats)
    assert not any(caveat.startswith("Why") for caveat in told.caveats)
    assert told.verdict_level == 1


def test_the_placebo_dates_leave_room_on_each_side_and_hold_the_change_once():
    table = dated_change(diary(), day_of(60)).tables["placebo_dates"]

    assert list(table.columns) == ["date", "estimate_points", "t", "is_change"]
    assert table["is_change"].sum() == 1
    assert table["date"].min() >= START + pd.Timedelta(days=42)
    # 238 days lie between the first rating and the last.
    assert table["date"].max() <= START + pd.Timedelta(days=238 - 42)


def test_another_change_within_two_weeks_blocks_level_3():
    table = changes_table(
        ("2026-05-01", "cue", "glute cue"), ("2026-04-21", "physio", "physio")
    )

    result = dated_change(diary(), "glute cue", changes=table)

    assert result.verdict_level == 1
    assert "cannot be separated from physio (2026-04-21) (5 rated runs" in (
        result.verdict
    )


def test_another_change_far_away_has_a_column_of_its_own():
    obs = diary(n=160, at=80)
    obs.loc[40:, "pain_after_0_10"] = (obs.loc[40:, "pain_after_0_10"] - 2).clip(0)
    table = changes_table(
        (day_of(80), "cue", "glute cue"), (day_of(40), "physio", "physio")
    )

    result = dated_change(obs, "glute cue", changes=table)

    listed = result.tables["competing"]
    assert listed["is_adjusted_for"].tolist() == [True]
    assert listed["n_rated_runs_between"].tolist() == [40]
    assert result.checks["other_changes"][f"physio ({day_of(40)})"] < -0.5


def test_two_changes_on_one_day_are_named_as_inseparable():
    table = changes_table(
        ("2026-05-01", "cue", "glute cue"), ("2026-05-01", "shoes", "new shoes")
    )

    result = dated_change(diary(), "glute cue", changes=table)

    assert result.verdict_level == 1
    assert "cannot be separated from new shoes" in result.verdict


def test_a_covariate_that_changed_on_the_same_day_is_named():
    obs = diary().assign(is_treadmill=np.arange(120) >= 60)

    result = dated_change(obs, day_of(60))

    assert result.verdict_level == 1
    assert "nothing it is net of changed on the same day" in failed(result)
    assert result.estimate == dated_change(diary(), day_of(60)).estimate


def test_pain_before_the_run_is_never_adjusted_for():
    obs = diary()
    with_before = obs.assign(pain_before_0_10=obs["pain_after_0_10"])

    assert (
        dated_change(with_before, day_of(60)).estimate
        == dated_change(obs, day_of(60)).estimate
    )


def test_running_less_is_said():
    obs = diary().assign(distance_m=np.where(np.arange(120) < 60, 10_000.0, 5_000.0))

    result = dated_change(obs, day_of(60))

    assert result.checks["volume"]["km_per_week_change_pct"] < -40
    assert any("while running less is not success" in c for c in result.caveats)


def test_the_stride_is_looked_at_by_the_same_model():
    rng = np.random.default_rng(8)
    stride = -4.0 * (np.arange(120) >= 60) + 0.5 * rng.normal(size=120)

    result = dated_change(diary().assign(stride_deviation_pct=stride), day_of(60))

    assert result.checks["stride_change"]["low"] < -4
    assert -4 < result.checks["stride_change"]["high"] < 0


def test_a_control_series_that_fell_as_well_leaves_no_difference():
    obs = diary()
    rng = np.random.default_rng(9)
    other = (obs["pain_after_0_10"] + rng.integers(-1, 2, 120)).clip(0, 10)

    result = dated_change(
        obs.assign(shoulder_0_10=other), day_of(60), control="shoulder_0_10"
    )

    control = result.checks["with_control"]
    assert control["low"] < 0 < control["high"]
    assert any("both may have moved together" in c for c in result.caveats)


def test_a_control_series_without_a_rating_allows_no_comparison():
    obs = diary().assign(shoulder_0_10=np.nan)

    result = dated_change(obs, day_of(60), control="shoulder_0_10")

    assert np.isnan(result.checks["with_control"]["low"])
    assert any("too short, or too like" in caveat for caveat in result.caveats)


def test_morning_ratings_of_all_days_stand_beside_the_answer():
    obs = diary()
    days = pd.date_range(START, periods=239)
    rng = np.random.default_rng(5)
    pain = 4 - 3.0 * (days >= "2026-05-01") + rng.normal(size=239)
    journal = pd.DataFrame(
        {
            "local_date": days.as_unit("us"),
            "pain_0_10": np.round(pain).clip(0, 10),
            "moment": "next_morning",
        }
    )

    mornings = dated_change(obs, day_of(60), journal=journal).checks["mornings"]

    assert mornings["n_before"] == 120
    assert mornings["low"] < -2.5 < mornings["high"]


def test_free_of_pain_from_day_one_is_told_in_counts():
    obs = diary(n=160, at=80)
    obs.loc[80:, "pain_after_0_10"] = 0.0

    result = dated_change(obs, day_of(80), was_triggered_by_peak=False)

    assert result.verdict.startswith(
        "Pain was above 0 on 80 of 80 rated runs before, and on 0 of 76 after."
    )
    assert result.verdict_level == 3
    assert result.checks["overlap"]["nap"] == 1.0
    assert any("the counts are the answer" in caveat for caveat in result.caveats)


def test_two_constant_levels_have_counts_and_no_interval():
    obs = diary(noise=0.0)
    obs["pain_after_0_10"] = np.where(np.arange(120) < 60, 3.0, 0.0)

    result = dated_change(obs, day_of(60))

    assert result.estimate == pytest.approx(-3.0)
    assert np.isnan(result.low)
    assert np.isnan(result.p_value)
    assert result.verdict_level == 0
    json.dumps(result.to_dict(), allow_nan=False)


def test_the_weeks_before_are_laid_open():
    weeks = dated_change(diary(), day_of(60)).tables["before"]

    assert weeks["week"].tolist() == [-8, -7, -6, -5, -4, -3, -2, -1]
    assert weeks["n_ratings"].sum() == 28


# Laws


def test_the_answer_is_that_of_gap_gls_on_the_same_columns():
    obs = diary()
    order = np.arange(120)
    used = (order < 60) | (2 * order >= 127)
    post = (order >= 60).astype(float)
    x = np.column_stack([np.ones(120), post, 2.0 * order])[used]

    want = gap_gls(obs["pain_after_0_10"][used], x, 2.0 * order[used])
    found = dated_change(obs, day_of(60))

    assert found.estimate == pytest.approx(want.coefficients[1], rel=1e-5)
    assert found.low == pytest.approx(want.low[1], rel=1e-4)


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 1000), shift_days=st.integers(-400, 400))
def test_neither_the_order_of_rows_nor_the_calendar_matters(seed, shift_days):
    obs = diary(n=60, at=30)
    moved = obs.assign(local_date=obs["local_date"] + pd.Timedelta(days=shift_days))
    moved = moved.sample(frac=1, random_state=seed)
    date = START + pd.Timedelta(days=60)

    one = dated_change(obs, date)
    other = dated_change(moved, date + pd.Timedelta(days=shift_days))

    assert other.estimate == pytest.approx(one.estimate, rel=1e-6)
    assert other.verdict_level == one.verdict_level


def test_the_table_is_not_changed():
    obs = diary().assign(mean_speed_mps=3.0 + 0.1 * (np.arange(120) % 4))
    before = obs.copy()

    dated_change(obs, day_of(60))

    pd.testing.assert_frame_equal(obs, before)


# Bad tables


def test_a_missing_date_is_asked_for():
    obs = diary().rename(columns={"local_date": "when"}).assign(day=np.arange(120))

    with pytest.raises(TableError, match="'local_date'"):
        dated_change(obs, day_of(60))


def test_constant_pain_is_refused():
    with pytest.raises(NotEnoughDataError, match="all 120 ratings are 0"):
        dated_change(diary().assign(pain_after_0_10=0), day_of(60))


def test_three_rated_runs_are_refused():
    with pytest.raises(NotEnoughDataError, match="needed 8, got 3"):
        dated_change(diary().head(3), day_of(1))


def test_a_rating_outside_of_the_scale_is_refused():
    obs = diary()
    obs.loc[3, "pain_after_0_10"] = 11.0

    with pytest.raises(TableError, match="outside of 0-10"):
        dated_change(obs, day_of(60))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"washout_days": -1}, "washout_days: found -1"),
        ({"washout_days": 1.5}, "washout_days: found 1.5"),
        ({"was_triggered_by_peak": "yes"}, "was_triggered_by_peak: found 'yes'"),
        ({"smallest_effect_points": 0}, "smallest_effect_points: found 0"),
        ({"control": "shoulder"}, "control: found no column 'shoulder'"),
        ({"outcome": "mean_speed_mps"}, "needs for itself"),
        ({"journal": 3}, "journal: found int"),
        ({"changes": []}, "changes: found list"),
    ],
)
def test_arguments_that_cannot_be_meant_are_refused(arguments, words):
    with pytest.raises(TableError, match=words):
        dated_change(diary(), day_of(60), **arguments)


def test_objects_infinities_and_doubled_days_are_taken():
    obs = diary().assign(mean_speed_mps=np.where(np.arange(120) == 5, np.inf, 3.0))
    obs["mean_speed_mps"] += 0.05 * (np.arange(120) % 5)
    obs["pain_after_0_10"] = obs["pain_after_0_10"].astype(int).astype(object)
    obs = pd.concat([obs, obs.head(20), obs.tail(10).assign(pain_after_0_10=7)])

    result = dated_change(obs, day_of(60))

    assert result.checks["dropped"]["copy_of_another"] == 20
    assert np.isfinite(result.low)
    assert any("Infinite values" in caveat for caveat in result.caveats)


def test_a_speed_that_is_mostly_missing_is_not_adjusted_for():
    obs = diary().assign(mean_speed_mps=np.where(np.arange(120) % 2, np.nan, 3.0))

    rows = change_rows(obs)

    assert len(rows.y) == 120
    assert "speed" not in rows.context
    assert any("Speed is missing on 50 %" in caveat for caveat in rows.caveats)


def _stepped(n=120, at=60, drop=3.0, seed=5):
    rng = np.random.default_rng(seed)
    day = 2 * np.arange(n)
    day = np.where(np.arange(n) < at, day, day + 40)
    pain = np.round(6 - drop * (np.arange(n) >= at) + rng.normal(0, 1, n))
    return pd.DataFrame(
        {
            "local_date": pd.Timestamp("2026-01-01") + pd.to_timedelta(day, "D"),
            "pain_after_0_10": pain.clip(0, 10),
        }
    )


def _changes(*rows):
    table = pd.DataFrame(rows, columns=["started_on", "ended_on", "kind", "label"])
    return table.assign(
        started_on=pd.to_datetime(table["started_on"]),
        ended_on=pd.to_datetime(table["ended_on"]),
    )


def test_a_shot_without_a_run_between_cannot_be_told_from_the_cue():
    changes = _changes(
        ("2026-05-10", "2026-05-10", "injection", "shot"),
        ("2026-06-08", None, "cue", "cue"),
    )

    result = dated_change(_stepped(), "cue", changes=changes)

    assert result.verdict_level <= 1
    assert any("shot" in f"{r.name} {r.detail}" for r in result.requirements)


def test_a_shot_and_a_rest_can_be_asked_about_by_the_runs_after_them():
    changes = _changes(
        ("2026-05-10", "2026-05-10", "injection", "shot"),
        ("2026-05-01", "2026-06-05", "rest", "time off"),
    )

    shot = dated_change(_stepped(), "shot", changes=changes)
    rest = dated_change(_stepped(), "time off", changes=changes)

    assert shot.n > 100
    assert rest.n > 100
    assert any("counts from then on" in caveat for caveat in shot.caveats)
    assert any("judged by the runs after it" in caveat for caveat in rest.caveats)


def test_forty_visits_are_one_thing():
    visits = [
        (str(day.date()), str(day.date()), "physio", "physio")
        for day in pd.date_range("2026-01-10", periods=40, freq="3D")
    ]
    changes = _changes(*visits, ("2026-06-08", None, "cue", "cue"))

    result = dated_change(_stepped(), "cue", changes=changes)

    assert len(result.tables["competing"]) == 1


def test_a_week_without_a_rating_before_is_not_known_to_be_no_peak():
    result = dated_change(_stepped(), "2026-06-08")

    asked = result.requirements_frame().set_index("requirement")
    assert not asked.loc["it did not begin at a peak of pain", "is_met"]
    assert result.verdict_level == 1


def test_a_change_that_ended_before_the_runs_is_refused_in_words():
    changes = _changes(
        ("2025-01-01", "2025-02-01", "cue", "early"),
        ("2026-06-08", None, "shoes", "shoes"),
    )

    with pytest.raises(NotEnoughDataError, match="rated runs"):
        dated_change(_stepped(), "early", changes=changes)
