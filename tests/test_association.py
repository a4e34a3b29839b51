"""The association: obvious answers, laws, refusals, caveats; whose numbers hold."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.simulate import Runner, history
from hipstride.stats import association, gap_gls, partial_residuals
from hipstride.stats._build_design import build_design
from hipstride.stats.leads import lagged_design, lead_test

OUTCOME = "pain_after_0_10"
CAUSE = ("caus", "cured", "because of", "works", "due to", "leads to")


def diary(n: int = 60, *, slope: float = 0.5, seed: int = 1, **columns) -> pd.DataFrame:
    """A scientist's own table: the four columns that are needed, and what is given."""
    rng = np.random.default_rng(seed)
    form_pct = rng.normal(0, 2, n)
    speed = 3 + rng.normal(0, 0.2, n)
    pain = 4 + slope * form_pct + rng.normal(0, 0.7, n)
    return pd.DataFrame(
        {
            "day": 2.0 * np.arange(n),
            "mean_speed_mps": speed,
            "mean_step_length_m": 0.4 * speed**0.9 * np.exp(form_pct / 100),
            OUTCOME: np.clip(np.round(pain), 0, 10),
            **columns,
        }
    )


def numbers_in(value):
    """All numbers of a nested structure."""
    if isinstance(value, dict):
        for item in value.values():
            yield from numbers_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from numbers_in(item)
    elif isinstance(value, float):
        yield value


# --- answers ------------------------------------------------------------------------


def test_a_clear_slope_is_found_and_called_tentative_without_a_rating_before():
    result = association(diary(slope=0.5))

    assert result.low < 0.5 < result.high
    assert result.p_value < 1e-6
    assert result.verdict_level == 1
    assert "pain after the run was higher on runs with longer steps" in result.verdict
    assert "pain before the run was adjusted for" in result.verdict
    assert result.unit == "points per +1 % step length at the same speed"


def test_with_a_rating_before_a_clear_slope_is_consistent():
    rng = np.random.default_rng(3)
    obs = diary(120, slope=0.5, pain_before_0_10=rng.integers(0, 6, 120).astype(float))

    result = association(obs)

    assert result.verdict_level == 2
    assert "consistent association" in result.verdict
    assert result.checks["pain_before"]["is_adjusted"]


def test_speed_alone_does_not_make_an_association():
    rng = np.random.default_rng(5)
    obs = diary(200, slope=0.0)
    hurt_by_speed = 4 + 8 * (obs["mean_speed_mps"] - 3) + rng.normal(0, 0.7, 200)
    obs[OUTCOME] = np.clip(np.round(hurt_by_speed), 0, 10)

    result = association(obs)

    assert result.low < 0 < result.high
    assert abs(result.estimate) < 0.1


def test_a_null_inside_the_smallest_effect_is_said_as_such():
    result = association(diary(200, slope=0.0))

    assert result.verdict_level == 1
    assert "no difference larger than 1 point per 5 %" in result.verdict
    assert "may be hidden" in result.verdict


def test_the_estimate_is_the_one_stage_regression():
    obs = diary()
    design = build_design(obs, OUTCOME)
    x = np.column_stack(
        [
            np.ones(60),
            100 * np.log(obs["mean_step_length_m"]),
            np.log(obs["mean_speed_mps"]),
            obs["day"] - obs["day"].mean(),
        ]
    )

    fit = gap_gls(obs[OUTCOME], x, obs["day"])

    assert association(obs).estimate == pytest.approx(fit.coefficients[1])
    np.testing.assert_allclose(design.matrix, x)


def test_per_5_pct_is_five_times_the_estimate():
    result = association(diary())

    assert result.checks["per_5_pct"]["points"] == pytest.approx(5 * result.estimate)
    assert result.checks["per_5_pct"]["high"] == pytest.approx(5 * result.high)


def test_guarding_is_taken_away_by_an_honest_rating_before_the_run():
    runner = Runner(
        effect_points_per_pct=0.0, guarding_pct_per_point=0.5, careless_zero_share=0.0
    )
    obs = history(runner, n_runs=365, seed=4).observations

    closed = association(obs)
    opened = association(obs.drop(columns="pain_before_0_10"))

    assert opened.high < 0
    assert closed.estimate > opened.estimate / 3
    assert any("sore runner shortens the stride" in text for text in opened.caveats)
    assert any("may be no more than that" in text for text in opened.caveats)


def test_the_rows_may_come_in_any_order():
    obs = diary()

    shuffled = association(obs.sample(frac=1, random_state=1))

    assert shuffled.estimate == pytest.approx(association(obs).estimate)


def test_the_table_is_not_changed():
    obs = diary()
    before = obs.copy()

    association(obs)

    pd.testing.assert_frame_equal(obs, before)


def test_dates_do_instead_of_days():
    obs = diary()
    dated = obs.drop(columns="day").assign(
        local_date=pd.Timestamp("2026-01-01") + pd.to_timedelta(obs["day"], unit="D")
    )

    result = association(dated)

    assert result.estimate == pytest.approx(association(obs).estimate)
    assert result.checks["dates"] == {"first": "2026-01-01", "last": "2026-04-29"}


# --- laws ---------------------------------------------------------------------------


@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(0, 1000),
    metres=st.floats(0.5, 1.5),
    days=st.floats(0, 1000),
)
def test_the_size_of_the_runner_and_the_first_day_do_not_matter(seed, metres, days):
    obs = diary(40, seed=seed)
    one = association(obs)

    other = association(
        obs.assign(
            mean_step_length_m=metres * obs["mean_step_length_m"],
            mean_speed_mps=metres * obs["mean_speed_mps"],
            day=obs["day"] + days,
        )
    )

    assert other.estimate == pytest.approx(one.estimate, rel=2e-3, abs=1e-4)
    assert other.verdict_level == one.verdict_level


@settings(max_examples=12, deadline=None)
@given(
    n=st.integers(8, 70),
    seed=st.integers(0, 10_000),
    share_rated=st.floats(0.3, 1.0),
    effect=st.sampled_from([-0.5, 0.0, 0.5]),
)
def test_any_history_gives_numbers_or_one_clear_refusal(n, seed, share_rated, effect):
    runner = Runner(effect_points_per_pct=effect, missing_share=1 - share_rated)
    obs = history(runner, n_runs=n, seed=seed).observations

    try:
        result = association(obs)
    except NotEnoughDataError:
        return

    assert math.isfinite(result.p_value)
    assert result.low <= result.estimate <= result.high
    assert not any(word in result.verdict.lower() for word in CAUSE)
    assert any("sore runner" in text for text in result.caveats)
    assert result.n + result.n_dropped == n
    json.dumps(result.to_dict(), allow_nan=False)


def test_partial_residuals_lie_around_the_line_of_the_estimate():
    obs = history(Runner(), n_runs=120, seed=2).observations
    result = association(obs)

    points = partial_residuals(obs)

    fit = gap_gls(
        points["pain_residual_points"],
        points[["stride_residual_pct"]],
        points["day"],
    )
    assert fit.coefficients[0] == pytest.approx(result.estimate, abs=0.02)
    assert len(points) == result.n
    assert set(points["run_id"]) <= set(obs["run_id"])
    assert points["stride_residual_pct"].std() == pytest.approx(2, abs=0.5)


def test_one_sore_run_is_no_association():
    pain = np.zeros(60)
    obs = diary().assign(**{OUTCOME: pain})
    longest = int(obs["mean_step_length_m"].argmax())
    obs.loc[longest, OUTCOME] = 6.0

    result = association(obs)

    assert result.checks["ratings"]["n_unlike_commonest"] == 1
    assert result.verdict_level == 0
    assert "hardly any change in pain" in result.verdict


def test_decay_means_nothing_where_nothing_is_correlated():
    obs = diary(200, slope=0.0, seed=3)

    result = association(obs)

    assert result.checks["fit"]["nu"] == pytest.approx(1, abs=1e-3)
    assert math.isnan(result.checks["fit"]["tau_days"])
    assert not any("drifts more slowly" in text for text in result.caveats)


def test_alternatives_that_are_the_same_count_once():
    result = association(diary())

    # All; without the trend; with a curved one; without the extremes; with a bend: and
    # each once without correlated errors, unless the fit has none itself.
    assert result.checks["specifications"]["n_specifications"] in (5, 10)


# --- rows and columns ---------------------------------------------------------------


def test_unrated_runs_are_counted_and_compared():
    obs = diary(80)
    obs.loc[::4, OUTCOME] = np.nan

    result = association(obs)

    assert (result.n, result.n_dropped) == (60, 20)
    assert result.checks["ratings"]["share_rated"] == 0.75
    assert result.checks["dropped"] == {"not_rated": 20}
    assert result.checks["rated_less_unrated"]["n_unrated"] == 20


def test_infinite_values_count_as_missing_and_are_told():
    obs = diary()
    obs.loc[3, "mean_speed_mps"] = np.inf
    obs.loc[4, OUTCOME] = -np.inf

    result = association(obs)

    assert result.n == 58
    assert any(
        "treated as missing: 1 of pain_after_0_10, 1 of mean_speed_mps" in text
        for text in result.caveats
    )


def test_a_speed_that_nobody_runs_does_not_decide_the_answer():
    obs = diary(100, slope=0.0)
    obs.loc[3, "mean_speed_mps"] = 1e6

    result = association(obs)

    assert result.n == 99
    assert any("impossible values treated as missing" in c for c in result.caveats)


def test_the_same_run_twice_counts_once():
    obs = diary()

    result = association(pd.concat([obs, obs]))

    assert result.estimate == pytest.approx(association(obs).estimate)
    assert result.checks["dropped"] == {"copy_of_another": 60}


def test_a_step_length_of_zero_is_missing():
    obs = diary()
    obs.loc[3, "mean_step_length_m"] = 0.0

    result = association(obs)

    assert result.checks["dropped"] == {"no_step_length_or_speed": 1}


def test_runs_whose_step_length_carries_no_news_are_left_out():
    independent = np.ones(60, dtype=bool)
    independent[:10] = False

    result = association(diary(is_step_length_independent=independent))

    assert result.n == 50
    assert any("worked out from cadence" in text for text in result.caveats)


def test_a_covariate_that_few_lack_costs_rows_and_one_that_many_lack_is_left_out():
    load = np.linspace(1000, 9000, 60) + 100 * np.cos(np.arange(60))
    few, many = load.copy(), load.copy()
    few[:3] = np.nan
    many[:30] = np.nan

    kept = association(diary(load_acute_m=few))
    dropped = association(diary(load_acute_m=many))

    assert kept.n == 57
    assert "7-day load" in kept.method
    assert dropped.n == 60
    assert "7-day load" not in dropped.method
    assert any("7-day load is missing on 50 %" in text for text in dropped.caveats)


def test_constant_and_collinear_covariates_are_left_out_and_told():
    obs = diary()
    obs = obs.assign(
        mean_grade_pct=0.0,
        load_acute_m=5000 + 100 * np.sin(np.arange(60)),
    )
    obs["load_chronic_m"] = 2 * obs["load_acute_m"] + 7

    result = association(obs)

    assert result.checks["adjusted_for"] == [
        "speed (ln)",
        "a linear trend in days",
        "7-day load",
    ]
    assert sum("was left out" in text for text in result.caveats) == 2


def test_treadmill_runs_have_an_intercept_of_their_own_and_need_no_grade():
    rng = np.random.default_rng(9)
    indoors = np.arange(80) % 4 == 0
    grade = np.where(indoors, np.nan, rng.normal(0, 1, 80))
    obs = diary(80, is_treadmill=indoors, mean_grade_pct=grade)
    # A belt whose speed reads 20 % high.
    obs.loc[indoors, "mean_speed_mps"] *= 1.2

    result = association(obs)

    assert result.n == 80
    assert {"grade", "treadmill or outdoors"} <= set(result.checks["adjusted_for"])
    assert result.low < 0.5 < result.high


def test_a_new_watch_has_an_intercept_of_its_own():
    device = np.where(np.arange(80) < 40, "old", "new")
    obs = diary(80, device=device)
    obs.loc[device == "new", "mean_step_length_m"] *= 1.1

    result = association(obs)

    assert "device" in result.checks["adjusted_for"]
    assert result.low < 0.5 < result.high


def test_rare_devices_are_counted_with_the_main_one_and_told():
    result = association(diary(device=["main"] * 57 + ["rare"] * 3))

    assert "device" not in result.checks["adjusted_for"]
    assert any("change of device can shift" in text for text in result.caveats)


def test_a_rating_before_on_too_few_runs_is_shown_but_not_adjusted_for():
    before = np.random.default_rng(2).integers(0, 5, 60).astype(float)
    before[:30] = np.nan

    result = association(diary(pain_before_0_10=before))

    assert result.n == 60
    assert not result.checks["pain_before"]["is_adjusted"]
    assert result.checks["pain_before"]["with_n"] == 30
    assert math.isfinite(result.checks["pain_before"]["with_points_per_pct"])
    assert any("was not adjusted for" in text for text in result.caveats)


def test_pain_before_is_not_adjusted_for_itself():
    before = np.random.default_rng(2).integers(0, 5, 60).astype(float)

    result = association(diary(pain_before_0_10=before), "pain_before_0_10")

    assert "pain before the run" not in result.checks["adjusted_for"]


def test_days_with_two_runs_are_no_trouble():
    obs = diary()
    obs["day"] = np.floor(obs["day"] / 4)

    result = association(obs)

    assert result.low < 0.5 < result.high


# --- refusals -----------------------------------------------------------------------


def test_three_rated_runs_are_refused_with_what_would_do():
    obs = diary()
    obs.loc[3:, OUTCOME] = np.nan

    with pytest.raises(NotEnoughDataError, match="needed 8, got 3; left out: 57 not"):
        association(obs)


@pytest.mark.parametrize("rating", [0.0, 4.0])
def test_ratings_that_never_differ_are_refused(rating):
    with pytest.raises(NotEnoughDataError, match=f"all 60 ratings are {rating:g}"):
        association(diary().assign(**{OUTCOME: rating}))


def test_a_stride_that_follows_from_speed_is_refused():
    obs = diary()
    obs["mean_step_length_m"] = 0.4 * obs["mean_speed_mps"] ** 0.9

    with pytest.raises(NotEnoughDataError, match="spread of step length at the same"):
        association(obs)


def test_a_constant_stride_is_refused():
    with pytest.raises(NotEnoughDataError, match="spread of step length at the same"):
        association(diary().assign(mean_step_length_m=1.1))


def test_a_table_without_stride_is_refused_by_name():
    with pytest.raises(TableError, match="no column 'mean_step_length_m' among day"):
        association(diary().drop(columns="mean_step_length_m"))


def test_a_table_without_days_is_refused():
    with pytest.raises(TableError, match="neither 'day' nor 'local_date'"):
        association(diary().drop(columns="day"))


def test_dates_that_would_have_to_be_guessed_are_refused():
    obs = diary().drop(columns="day")

    with pytest.raises(TableError, match="'local_date' holds '31 Feb' and 59 more"):
        association(obs.assign(local_date="31 Feb"))


def test_a_table_of_one_day_is_refused():
    with pytest.raises(NotEnoughDataError, match="all runs stand on one day"):
        association(diary().assign(day=3.0))


def test_a_pain_of_11_is_refused():
    obs = diary()
    obs.loc[5, OUTCOME] = 11.0

    with pytest.raises(TableError, match="holds 11 and 0 more outside of 0-10"):
        association(obs)


def test_words_for_numbers_are_refused():
    with pytest.raises(TableError, match="'pain_after_0_10' has dtype str"):
        association(diary().assign(**{OUTCOME: "mild"}))


def test_a_smallest_effect_of_nothing_is_refused():
    with pytest.raises(TableError, match="smallest_effect_points: found 0"):
        association(diary(), smallest_effect_points=0)


def test_a_history_too_short_says_how_many_runs_would_do():
    result = association(diary(20, slope=0.05))

    assert result.verdict_level == 0
    assert result.verdict.startswith("This history cannot answer the question.")
    assert "more rated runs, or a 6-week randomised test" in result.verdict
    assert math.isfinite(result.estimate)
    assert not any(w in result.verdict for w in ("higher", "lower", "more pain"))


def test_a_stride_that_hardly_varies_cannot_be_told_by_more_runs():
    obs = diary(100, slope=0.0)
    rng = np.random.default_rng(0)
    obs["mean_step_length_m"] = (
        0.4 * obs["mean_speed_mps"] ** 0.9 * np.exp(rng.normal(0, 0.004, 100))
    )

    result = association(obs)

    assert result.verdict_level == 0
    assert "More runs like these will not do" in result.verdict


# --- leads --------------------------------------------------------------------------


def test_matched_residuals_and_leads_are_those_of_the_reference(shared):
    folder = shared / "oracles"
    data = pd.read_csv(folder / "data" / "n1_a.csv")
    want = json.loads((folder / "expected" / "leadlag_n1_a.json").read_text())
    obs = pd.DataFrame(
        {
            "day": data["day"],
            "mean_speed_mps": data["speed"],
            "mean_step_length_m": data["stride"] / 2,
            "mean_grade_pct": data["grade"],
            "load_acute_m": 5000 + 1000 * data["load"],
            OUTCOME: data["pain"],
        }
    )
    design = build_design(obs, OUTCOME).without("trend", "grade")
    # The reference has no trend, and one column for the grade.
    design = design.with_group("grade", data["grade"].to_numpy())

    part = lagged_design(design)
    coefficients = np.linalg.lstsq(part.matrix, part.y)[0]

    table = want["expected"]["lead_lag"]["table"]
    assert len(part.y) == want["expected"]["lead_lag"]["n"]
    for position, name in ((1, "x"), (-2, "x_lag"), (-1, "x_lead")):
        assert coefficients[position] == pytest.approx(
            table[name]["Estimate"], rel=want["rtol"]
        )
    assert lead_test(design)["n"] == len(part.y)


def test_the_adjustment_for_pain_before_is_that_of_the_reference(shared):
    folder = shared / "oracles"
    data = pd.read_csv(folder / "data" / "n1_a.csv")
    want = json.loads((folder / "expected" / "leadlag_n1_a.json").read_text())
    obs = pd.DataFrame(
        {
            "day": data["day"],
            "mean_speed_mps": data["speed"],
            "mean_step_length_m": data["stride"] / 2,
            "load_acute_m": 5000 + 1000 * data["load"],
            "pain_before_0_10": data["morning"],
            OUTCOME: data["pain"],
        }
    )
    design = build_design(obs, OUTCOME).without("trend")
    design = design.with_group("grade", data["grade"].to_numpy())

    coefficients = np.linalg.lstsq(design.matrix, design.y)[0]

    table = want["expected"]["prerun"]["table"]
    assert coefficients[1] == pytest.approx(table["x"]["Estimate"], rel=want["rtol"])


def test_lag_current_and_lead_stand_side_by_side():
    result = association(diary(80))

    lags = result.tables["lags"]
    assert lags["term"].tolist() == ["lag", "current", "lead"]
    assert lags["n"].eq(78).all()
    assert lags.loc[1, "low"] < 0.5 < lags.loc[1, "high"]
    assert result.checks["lead_test"]["p_value"] == lags.loc[2, "p_value"]


def test_too_few_runs_for_lags_leave_them_unknown():
    obs = diary(9)

    lags = association(obs).tables["lags"]

    assert lags[["points_per_pct", "p_value"]].isna().all(axis=None)


def test_a_stride_that_answers_to_the_pain_of_the_run_before_fails_the_lead_test():
    obs = diary(150, slope=0.3)
    pain = obs[OUTCOME].to_numpy()
    answer_pct = -1.5 * np.r_[0.0, pain[:-1] - pain.mean()]
    obs["mean_step_length_m"] *= np.exp(answer_pct / 100)

    result = association(obs)

    assert result.checks["lead_test"]["lead_high"] < 0
    assert "the stride of the next run" in result.verdict
    assert result.verdict_level == 1


def test_the_checks_hold_no_infinite_numbers():
    result = association(history(Runner(), n_runs=60, seed=8).observations)

    assert not any(math.isinf(value) for value in numbers_in(dict(result.checks)))
