"""The randomised test read: joining, the verdict's words, what is refused."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.simulate import Runner, history
from hipstride.stats.trial import TrialDesign, draw, trial
from hipstride.stats.trial.joining import join_runs, kept_after_washout
from hipstride.stats.verdict_levels import WORDS_OF_CAUSE

FIRST = dt.date(2026, 12, 1)
N_DRAWS = 4_999


def design_of(kind="alternation", n_units=48, **options):
    unit = "run" if kind == "alternation" else "day"
    return TrialDesign(
        **{"kind": kind, "n_units": n_units, "unit": unit, "started_on": FIRST}
        | options
    )


def drawn_of(seed=3, **options):
    return draw(design_of(**options), seed=seed, drawn_on=FIRST)


def runs_of(drawn, *, effect=0.0, stride_pct=-5.0, seed=3):
    """Some runs before the trial, those of it, and some after it."""
    n_runs = drawn.design.n_units
    if drawn.design.unit == "day":
        n_runs = n_runs * 4 // 7
    made = history(
        Runner(effect_points_per_pct=0.0, pain_baseline_points=5.0),
        n_runs=n_runs + 8,
        seed=seed,
    )
    obs = made.observations
    shift = pd.Timestamp(FIRST) - obs["local_date"].iloc[0] - pd.Timedelta(days=7)
    obs = obs.assign(
        local_date=obs["local_date"] + shift, started_at=obs["started_at"] + shift
    )
    arm = arm_of(obs, drawn)
    pain = np.clip(np.round(obs["pain_after_0_10"] + effect * arm), 0, 10)
    stride = obs["stride_deviation_pct"] + stride_pct * arm
    return obs.assign(pain_after_0_10=pain, stride_deviation_pct=stride)


def arm_of(obs, drawn):
    numbered = obs.assign(place=np.arange(len(obs), dtype=float))
    table = join_runs(numbered, drawn, "place", None).table
    arm = np.zeros(len(obs))
    arm[table["place"].astype(int)] = table["arm"]
    return arm


# ---- joining


def plain(dates, pain=None):
    pain = np.zeros(len(dates)) if pain is None else pain
    return pd.DataFrame({"local_date": dates, "pain": pain})


def test_runs_are_counted_from_the_first_day_rated_or_not():
    days = ["2026-11-30", "2026-12-01", "2026-12-05", "2026-12-05"]
    starts = pd.to_datetime(days) + pd.to_timedelta([7, 7, 7, 18], "h")
    obs = plain(days).assign(started_at=starts)
    joined = join_runs(obs.assign(pain=[1, np.nan, 2, 3]), drawn_of(), "pain", None)

    assert joined.table["unit"].tolist() == [0, 1, 2]
    assert joined.table["arm"].tolist() == list(drawn_of().schedule[:3])
    assert joined.outside["before_the_first_day"] == 1


def test_two_runs_of_a_day_share_the_arm_of_the_day():
    drawn = drawn_of(kind="block_pairs", n_units=48)
    joined = join_runs(
        plain(["2026-12-01", "2026-12-01", "2027-01-17", "2027-01-18"]),
        drawn,
        "pain",
        None,
    )

    assert joined.table["unit"].tolist() == [0, 0, 47]
    assert joined.outside["after_the_last_unit"] == 1


def test_the_order_of_the_rows_does_not_matter():
    drawn = drawn_of()
    obs = runs_of(drawn)
    shuffled = obs.sample(frac=1, random_state=1)

    one = trial(obs, drawn, n_draws=N_DRAWS)
    other = trial(shuffled, drawn, n_draws=N_DRAWS)

    assert one.estimate == pytest.approx(other.estimate)
    assert one.p_value == other.p_value


def test_a_copy_of_a_run_does_not_push_the_others():
    drawn = drawn_of()
    obs = runs_of(drawn)
    unrated = obs.iloc[[20]].assign(pain_after_0_10=np.nan)
    doubled = pd.concat([unrated, obs, obs.iloc[[30]]], ignore_index=True)

    one, other = (trial(each, drawn, n_draws=N_DRAWS) for each in (obs, doubled))

    assert other.estimate == pytest.approx(one.estimate)
    assert other.checks["joined"]["copy_of_another"] == 2


def test_the_first_run_after_a_switch_is_not_kept():
    kept = kept_after_washout(np.array([[0, 1, 1, 0], [1, 1, 1, 1]]))

    assert kept.tolist() == [[True, False, True, False], [True] * 4]


def test_arguments_are_not_changed():
    drawn = drawn_of()
    obs = runs_of(drawn)
    before = obs.copy(deep=True)
    trial(obs, drawn, n_draws=N_DRAWS)

    pd.testing.assert_frame_equal(obs, before)


# ---- the verdict


def test_a_followed_schedule_with_a_difference_is_level_4():
    drawn = drawn_of()
    result = trial(runs_of(drawn, effect=-2), drawn, n_draws=N_DRAWS)

    assert result.verdict_level == 4
    assert result.verdict.startswith(
        'When the schedule told you "shorter stride", pain after the run was '
    )
    assert 'lower than with "relax the hands"' in result.verdict
    assert result.low < -2 < result.high
    assert any("expectation" in caveat for caveat in result.caveats)
    json.dumps(result.to_dict(), allow_nan=False)


def test_a_stride_that_did_not_differ_has_no_words_of_cause():
    drawn = drawn_of()
    result = trial(runs_of(drawn, effect=-2, stride_pct=0), drawn, n_draws=N_DRAWS)

    assert result.verdict_level == 1
    assert "Not shown: the stride differed by 2 % or more" in result.verdict
    assert not any(word in result.verdict for word in WORDS_OF_CAUSE)


def test_a_stride_that_went_the_other_way_is_not_followed():
    drawn = drawn_of()
    result = trial(runs_of(drawn, effect=-2, stride_pct=5), drawn, n_draws=N_DRAWS)

    assert result.verdict_level == 1


@pytest.mark.parametrize(("share", "level"), [(1.0, 4), (0.5, 1)])
def test_a_cue_that_is_not_about_the_stride_needs_a_record(share, level):
    drawn = drawn_of(stride_goal_pct=None)
    obs = runs_of(drawn, effect=-2, stride_pct=0)
    followed = np.arange(len(obs)) % 2 < 2 * share - 0.5
    result = trial(
        obs.assign(followed=followed), drawn, adherence="followed", n_draws=N_DRAWS
    )

    assert result.verdict_level == level
    assert trial(obs, drawn, n_draws=N_DRAWS).verdict_level == 1


def test_a_wide_interval_cannot_tell_and_names_no_direction():
    drawn = drawn_of()
    obs = runs_of(drawn, effect=-0.5).iloc[:20]
    result = trial(obs, drawn, n_draws=N_DRAWS, smallest_effect_points=0.5)

    assert result.verdict_level == 0
    assert "cannot answer the question. To detect 0.5 points you need" in result.verdict
    assert "lower" not in result.verdict
    assert "higher" not in result.verdict


def test_no_difference_is_said_only_inside_the_smallest_effect():
    drawn = drawn_of(n_units=150)
    obs = runs_of(drawn)
    result = trial(obs, drawn, n_draws=N_DRAWS, smallest_effect_points=2.0)

    assert result.low > -2
    assert result.high < 2
    assert result.verdict_level == 1
    assert "no difference larger than 2 points" in result.verdict
    assert any("not the declared one" in caveat for caveat in result.caveats)


def test_an_early_look_is_told_and_is_no_level_4():
    drawn = drawn_of()
    obs = runs_of(drawn, effect=-4).iloc[:36]
    result = trial(obs, drawn, n_draws=N_DRAWS)

    assert result.verdict_level == 1
    assert any("32 of 48 runs" in caveat for caveat in result.caveats)


def test_pain_before_the_run_is_adjusted_for_in_an_alternation_only():
    by_run, by_block = drawn_of(), drawn_of(kind="block_pairs", n_units=84)

    one = trial(runs_of(by_run), by_run, n_draws=N_DRAWS)
    other = trial(runs_of(by_block), by_block)

    assert one.checks["adjusted_for"] == ["load_acute_m", "pain_before_0_10"]
    assert other.checks["adjusted_for"] == ["load_acute_m"]
    assert other.checks["schedules"]["n_gone_through"] == 2**14


def test_ratings_missing_in_one_arm_are_told():
    drawn = drawn_of()
    obs = runs_of(drawn)
    forgotten = (arm_of(obs, drawn) == 1) & (np.arange(len(obs)) % 3 > 0)
    pain = obs["pain_after_0_10"].mask(forgotten)
    result = trial(obs.assign(pain_after_0_10=pain), drawn, n_draws=N_DRAWS)

    assert result.checks["ratings"]["p_value_missing_by_arm"] < 0.01
    assert any("missing more often in one arm" in one for one in result.caveats)
    assert result.n_dropped == len(obs) - result.n


def test_the_declared_washout_leaves_runs_out_and_keeps_the_p_exact():
    drawn = drawn_of(washout="first_run_after_switch")
    obs = runs_of(drawn, effect=-2)
    result = trial(obs, drawn, n_draws=N_DRAWS)
    arms = np.array(drawn.schedule)

    assert result.n == 48 - int((arms[1:] != arms[:-1]).sum())
    assert "first run after each switch left out" in result.method
    assert result.low < result.estimate < result.high


def test_points_per_stride_stand_in_the_checks_with_their_condition():
    drawn = drawn_of()
    result = trial(runs_of(drawn, effect=-2), drawn, n_draws=N_DRAWS)
    wald = result.checks["points_per_1_pct_stride"]

    assert wald["wald_ratio"] == pytest.approx(2 / 5, abs=0.2)
    assert "nothing else" in wald["holds_only_if"]


def test_a_table_of_plain_numbers_is_enough():
    drawn = drawn_of(n_units=40, stride_goal_pct=None)
    arm = np.array(drawn.schedule)
    obs = pd.DataFrame(
        {
            "local_date": [str(FIRST + dt.timedelta(days=2 * k)) for k in range(40)],
            "pain": pd.Series(
                [int(4 - 3 * a + k % 2) for k, a in enumerate(arm)], dtype=object
            ),
        }
    )
    result = trial(obs, drawn, "pain", n_draws=N_DRAWS)

    assert result.estimate == pytest.approx(-3, abs=0.3)
    assert any("7-day load is not in the table" in one for one in result.caveats)


# ---- refusals


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"pain_after_0_10": 3.0}, "different pain ratings: needed 2, got 1"),
        ({"pain_after_0_10": np.nan}, "rated runs of the trial: needed 8, got 0"),
        ({"local_date": pd.Timestamp("2026-01-01")}, "before the first day"),
    ],
)
def test_what_cannot_be_compared_is_refused(change, words):
    drawn = drawn_of()

    with pytest.raises(NotEnoughDataError, match=words):
        trial(runs_of(drawn).assign(**change), drawn, n_draws=N_DRAWS)


def test_a_covariate_that_is_the_outcome_is_refused():
    drawn = drawn_of()
    obs = runs_of(drawn)

    with pytest.raises(NotEnoughDataError, match="whether one column was copied"):
        trial(obs.assign(pain_before_0_10=obs["pain_after_0_10"]), drawn)


def test_a_late_first_run_is_told():
    drawn = drawn_of()
    obs = runs_of(drawn)
    late = obs[obs["local_date"] > pd.Timestamp("2026-12-14")]
    result = trial(late, drawn, n_draws=N_DRAWS)

    assert any("days after its first day" in caveat for caveat in result.caveats)


def test_one_arm_alone_is_refused():
    drawn = drawn_of(kind="abab", n_units=84)
    obs = runs_of(drawn)
    only = obs[(arm_of(obs, drawn) == 0)]

    with pytest.raises(NotEnoughDataError, match="arms with rated runs"):
        trial(only, drawn)


def test_too_few_schedules_on_the_runs_at_hand_are_refused():
    drawn = drawn_of(kind="block_pairs", n_units=48)
    obs = runs_of(drawn).assign(pain_after_0_10=lambda t: t["day"] % 4)
    early = obs[obs["local_date"] < pd.Timestamp("2026-12-16")]
    more = early.assign(local_date=early["local_date"], run_id=early["run_id"] + "b")
    more["started_at"] = more["started_at"] + pd.Timedelta(hours=1)

    with pytest.raises(NotEnoughDataError, match="schedules that differ on the rated"):
        trial(pd.concat([early, more]), drawn)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"outcome": "sore"}, "found no column 'sore'"),
        ({"outcome": "pain_before_0_10"}, "rated before the cue of that run"),
        ({"adherence": "followed"}, "found no column 'followed'"),
        ({"adherence": "day"}, "adherence: found 'day'"),
        ({"believed": "both"}, "believed: found 'both'"),
        ({"n_draws": 100}, "n_draws: found 100; expected 4999 or more"),
        ({"smallest_effect_points": 0}, "smallest_effect_points: found 0"),
        ({"schedule": [0, 1]}, "schedule: found list; expected a Schedule"),
    ],
)
def test_arguments_that_do_not_fit_are_refused_by_name(options, words):
    drawn = drawn_of()
    arguments = {"schedule": drawn, "n_draws": N_DRAWS} | options

    with pytest.raises(TableError, match=words):
        trial(runs_of(drawn), **arguments)


def test_a_rating_outside_of_the_scale_is_refused():
    drawn = drawn_of()
    obs = runs_of(drawn)
    obs.loc[12, "pain_after_0_10"] = 11

    with pytest.raises(TableError, match="'pain_after_0_10' holds 11 and 0 more"):
        trial(obs, drawn)


def test_a_table_without_dates_is_refused():
    drawn = drawn_of()

    with pytest.raises(TableError, match="found no column 'local_date'"):
        trial(runs_of(drawn).drop(columns="local_date"), drawn)


def test_infinite_covariates_and_collinear_ones_are_survived():
    drawn = drawn_of(covariates=("load_acute_m", "load_chronic_m", "day"))
    obs = runs_of(drawn)
    obs = obs.assign(load_chronic_m=2 * obs["load_acute_m"])
    obs.loc[15, "load_acute_m"] = np.inf
    result = trial(obs, drawn, n_draws=N_DRAWS)

    assert np.isfinite([result.estimate, result.low, result.high]).all()
    assert any("their mean was put in" in caveat for caveat in result.caveats)


def test_runs_of_one_day_whose_order_is_not_known_are_refused():
    obs = plain(["2026-12-01", "2026-12-05", "2026-12-05"])

    with pytest.raises(TableError, match="2 runs that share a day, such as 2026-12-05"):
        join_runs(obs.assign(pain=[1.0, 2.0, 3.0]), drawn_of(), "pain", None)


def test_a_schedule_that_was_not_drawn_is_refused():
    drawn = drawn_of()
    turned = replace(drawn, schedule=tuple(1 - one for one in drawn.schedule))

    with pytest.raises(TableError, match="SHA-256"):
        trial(runs_of(drawn), turned, n_draws=N_DRAWS)
