"""A table that a scientist brings: what is taken as it is, what is refused and how."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.stats import association

OUTCOME = "pain_after_0_10"
N = 60
INDOORS = np.arange(N) % 3 == 0


def own(**columns) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    form_pct = rng.normal(0, 2, N)
    speed = 3 + rng.normal(0, 0.2, N)
    pain = 4 + 0.5 * form_pct + rng.normal(0, 0.7, N)
    return pd.DataFrame(
        {
            "day": 2.0 * np.arange(N),
            "mean_speed_mps": speed,
            "mean_step_length_m": 0.4 * speed**0.9 * np.exp(form_pct / 100),
            OUTCOME: np.clip(np.round(pain), 0, 10),
        }
    ).assign(**columns)


PAIN = own()[OUTCOME]
DATES = pd.Timestamp("2026-01-01") + pd.to_timedelta(own()["day"], unit="D")
SAME = association(own())


@pytest.mark.parametrize(
    "pain",
    [
        PAIN.astype("int8"),
        PAIN.astype("Int64"),
        PAIN.astype("Float64"),
        PAIN.astype(object),
        PAIN.map(lambda rating: Decimal(int(rating))),
        PAIN.convert_dtypes(),
    ],
    ids=["int8", "Int64", "Float64", "object", "Decimal", "convert_dtypes"],
)
def test_whole_points_of_any_kind_give_the_same_answer(pain):
    result = association(own(**{OUTCOME: pain}))

    assert result.estimate == pytest.approx(SAME.estimate)


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, np.inf])
def test_a_rating_missing_in_any_way_is_missing(missing):
    pain = PAIN.astype(object).where(PAIN.index > 2, missing)

    result = association(own(**{OUTCOME: pain}))

    assert (result.n, result.n_dropped) == (57, 3)
    assert result.checks["dropped"] == {"not_rated": 3}


@pytest.mark.parametrize(
    "local_date",
    [
        DATES,
        DATES.dt.date,
        DATES.dt.strftime("%Y-%m-%d"),
        DATES.dt.tz_localize("Europe/Berlin").dt.tz_convert("UTC").dt.tz_localize(None),
        DATES.astype(object),
        DATES.dt.strftime("%Y-%m-%d").astype("category"),
    ],
    ids=["timestamp", "date", "text", "summer time", "object", "category"],
)
def test_dates_of_any_kind_do_instead_of_days(local_date):
    result = association(own(local_date=local_date).drop(columns="day"))

    assert result.estimate == pytest.approx(SAME.estimate, rel=2e-3)
    assert set(result.checks["dates"]) == {"first", "last"}


@pytest.mark.parametrize(
    "index",
    [
        [f"run {i}" for i in range(N)],
        [0] * N,
        pd.DatetimeIndex(DATES),
        range(N, 0, -1),
    ],
    ids=["text", "repeated", "dates", "backwards"],
)
def test_the_index_does_not_matter(index):
    result = association(own().set_index(pd.Index(index)))

    assert result.to_dict() == SAME.to_dict()


def test_order_and_columns_of_other_names_do_not_matter():
    shuffled = own(foo="x", bar=pd.NaT).sample(frac=1, random_state=3)
    shuffled = pd.concat([shuffled, shuffled[["foo"]]], axis=1)

    assert association(shuffled).estimate == pytest.approx(SAME.estimate)


@pytest.mark.parametrize(
    "flag",
    [
        INDOORS,
        INDOORS.astype(int),
        INDOORS.astype(float),
        INDOORS.astype(object),
        pd.array(INDOORS, dtype="boolean"),
    ],
    ids=["bool", "int", "float", "object", "boolean"],
)
def test_yes_and_no_may_be_written_as_1_and_0(flag):
    assert association(own(is_treadmill=flag)).estimate == pytest.approx(
        association(own(is_treadmill=INDOORS)).estimate
    )


def test_a_hundred_and_fifty_changes_are_no_trouble():
    changes = {f"change_{i}": (np.arange(N) > i % N).astype(float) for i in range(150)}
    obs = pd.concat([own(), pd.DataFrame(changes)], axis=1)

    result = association(obs)

    assert result.estimate == pytest.approx(SAME.estimate)
    assert any("with them no slope can be fitted" in text for text in result.caveats)


def test_a_change_that_is_unknown_on_some_runs_is_told():
    some = np.where(np.arange(N) > 50, np.nan, np.arange(N) > 30)

    result = association(own(change_a=some, change_b=np.arange(N) > 20))

    assert result.checks["with_dated_changes"]["n_changes"] == 1
    assert result.checks["with_dated_changes"]["n_left_out"] == 1
    assert any("could not be looked at" in text for text in result.caveats)


def test_a_copy_without_a_rating_is_a_copy_and_no_run_of_its_own():
    unrated = own(**{OUTCOME: np.nan})

    for obs in (pd.concat([own(), unrated]), pd.concat([unrated, own()])):
        result = association(obs)

        assert result.checks["dropped"] == {"copy_of_another": N}
        assert result.checks["ratings"]["share_rated"] == 1


# --- refusals -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({OUTCOME: PAIN.astype(str)}, "'pain_after_0_10' has dtype str; expected num"),
        (
            {OUTCOME: PAIN.astype(object).where(PAIN.index != 7, "4-5")},
            "'pain_after_0_10' holds '4-5' and 0 more that are no numbers",
        ),
        ({OUTCOME: PAIN.astype("category")}, "has dtype category; expected numbers"),
        ({OUTCOME: PAIN.astype(complex)}, "has dtype complex128; expected numbers"),
        ({OUTCOME: PAIN > 4}, "has dtype bool; expected numbers"),
        ({"day": DATES}, r"'day' has dtype datetime64\[us\]; expected numbers"),
        ({"change_x": DATES}, "'change_x' has dtype datetime64"),
        ({"is_treadmill": 2 * INDOORS}, "'is_treadmill' holds 2; expected true and"),
        ({"local_date": "x"}, "'local_date' holds 'x' and 59 more that are no dates"),
        ({"local_date": 20260101}, "'local_date' holds .*20260101.* are no dates"),
        ({"local_date": [1, "x"] * 30}, "'local_date' holds 1 and 29 more"),
        (
            {"local_date": [f"2026-01-01T00:00+0{i % 2}:00" for i in range(N)]},
            "that are no dates",
        ),
        (
            {"local_date": DATES, "day": np.arange(N)},
            "'day' and 'local_date' disagree by 59 days",
        ),
        ({"mean_speed_mps": 3.6 * own()["mean_speed_mps"]}, "gives 603 steps/min"),
        (
            {"mean_step_length_m": 100 * own()["mean_step_length_m"]},
            "gives 1.67 steps/min; expected 60 to 300",
        ),
    ],
)
def test_what_would_have_to_be_guessed_is_refused_by_name(columns, words):
    with pytest.raises(TableError, match=words):
        association(own(**columns))


def test_dates_written_the_local_way_are_refused():
    obs = own(local_date=DATES.dt.strftime("%d/%m/%Y")).drop(columns="day")

    with pytest.raises(TableError, match="'01/01/2026' and 59 more that are no dates"):
        association(obs)


@pytest.mark.parametrize("name", [OUTCOME, "day", "mean_speed_mps"])
def test_a_column_that_stands_twice_is_refused(name):
    obs = pd.concat([own(), own()[[name]]], axis=1)

    with pytest.raises(TableError, match=f"found 2 columns '{name}'; expected one"):
        association(obs)


@pytest.mark.parametrize(
    "outcome", ["mean_step_length_m", "stride_pct", "day", "change_a", "is_treadmill"]
)
def test_what_the_model_is_made_of_is_no_outcome(outcome):
    obs = own(stride_pct=PAIN, change_a=1.0, is_treadmill=INDOORS)

    with pytest.raises(TableError, match="which the model needs for itself"):
        association(obs, outcome)


def test_an_outcome_that_is_not_there_is_named_with_what_is():
    with pytest.raises(TableError, match="no column 'pain_knee' among day, mean_spe"):
        association(own(), "pain_knee")


def test_another_name_for_the_outcome_gives_the_same_numbers():
    result = association(own(knee=PAIN), "knee")

    assert result.estimate == SAME.estimate
    assert "knee was higher on runs" in result.verdict


@pytest.mark.parametrize("smallest", ["1", None, float("inf"), float("nan"), -1.0])
def test_a_smallest_effect_that_is_no_number_of_points_is_refused(smallest):
    with pytest.raises(TableError, match="smallest_effect_points: found"):
        association(own(), smallest_effect_points=smallest)


def test_what_is_no_table_is_refused():
    with pytest.raises(TableError, match="found list; expected a DataFrame"):
        association([1, 2, 3])


def test_pain_before_copied_from_pain_after_is_refused():
    with pytest.raises(NotEnoughDataError, match="give the ratings exactly: speed"):
        association(own(pain_before_0_10=PAIN))


def test_a_history_on_treadmills_without_a_foot_pod_says_what_would_do():
    with pytest.raises(NotEnoughDataError, match="60 with a speed worked out from cad"):
        association(own(is_step_length_independent=False))


def test_today_is_a_date_and_next_to_a_day_that_fits_it():
    dates = [dt.date(2026, 1, 1) + dt.timedelta(days=2 * i) for i in range(N)]

    result = association(own(local_date=dates))

    assert result.checks["dates"] == {"first": "2026-01-01", "last": "2026-04-29"}
