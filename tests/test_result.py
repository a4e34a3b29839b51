"""Result: as a page of text, as tidy tables, as JSON."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from hipstride.stats.verdict_levels import (
    LEVELS,
    WORDS_OF_CAUSE,
    level_name,
    verdict_levels,
)
from hipstride.tables import Requirement, Result


def made(**other: object) -> Result:
    fields = {
        "question": "Does pain go with the step length at the same speed?",
        "estimate": 0.15,
        "unit": "points per +1 % step length at the same speed",
        "low": 0.05,
        "high": 0.25,
        "level": 0.95,
        "p_value": 0.004,
        "n": 108,
        "n_dropped": 12,
        "method": "GapGLS; adjusted for speed, grade",
        "verdict_level": 1,
        "verdict": "In this history, pain was higher on runs with longer steps.",
        "checks": {"ewc": {"low": 0.02, "df": 9}, "word": "yes", "empty": {}},
        "caveats": ("One caveat.",),
        "seed": 7,
        "requirements": (
            Requirement("at least 30 rated runs", True, "108", 0),
            Requirement("the lead test is clean", False, "p = 0.01", 2),
        ),
        "tables": {
            "lags": pd.DataFrame(
                {"term": ["lag", "lead"], "low": [0.1, np.nan], "n": [3, 4]}
            )
        },
    }
    return Result(**{**fields, **other})


def test_the_summary_holds_what_the_answer_rests_on():
    text = made().summary()

    for words in (
        "Does pain go with",
        "Level 1.",
        "+0.15",
        "level 2  not met",
        "One caveat.",
        "GapGLS; adjusted",
    ):
        assert words in text
    assert "empty" not in text


def test_no_line_of_the_summary_is_wider_than_a_terminal():
    long = "word " * 60

    text = made(
        verdict=long,
        method=long,
        unit=long,
        caveats=(long,),
        checks={"a_check_with_a_long_name_of_its_own_that_goes_on": {long: 1.0}},
        requirements=(Requirement(long, True, long),),
    ).summary()

    assert max(map(len, text.splitlines())) <= 79


def test_a_refusal_prints_no_number():
    nothing = {"estimate": np.nan, "low": np.nan, "high": np.nan, "p_value": np.nan}

    text = made(**nothing, verdict_level=0, verdict="Cannot answer.").summary()

    assert "no estimate" in text
    assert "nan" not in text


def test_the_frame_is_one_row_that_stacks():
    both = pd.concat([made().to_frame(), made(n=3).to_frame()])

    assert both["n"].tolist() == [108, 3]
    assert both["estimate"].tolist() == [0.15, 0.15]


def test_checks_and_requirements_are_tidy_tables():
    result = made()

    checks = result.checks_frame()
    asked = result.requirements_frame()

    assert checks.to_numpy().tolist() == [
        ["ewc", "low", 0.02],
        ["ewc", "df", 9],
        ["word", "", "yes"],
    ]
    assert asked["level"].tolist() == [0, 2]
    assert asked["is_met"].tolist() == [True, False]


def test_tables_and_requirements_go_to_json_without_nan():
    plain = json.loads(json.dumps(made().to_dict(), allow_nan=False))

    assert plain["tables"]["lags"][1] == {"term": "lead", "low": None, "n": 4}
    assert plain["requirements"][1]["is_met"] is False


def test_days_stand_as_dates_in_json():
    table = pd.DataFrame({"on": pd.to_datetime(["2026-09-01", None])})

    plain = made(tables={"dates": table}).to_dict()["tables"]

    assert plain == {"dates": [{"on": "2026-09-01"}, {"on": None}]}


def test_the_levels_are_five_and_named():
    table = verdict_levels()

    assert table["level"].tolist() == [0, 1, 2, 3, 4]
    assert level_name(4) == "randomised test"
    assert level_name(9) == "level 9"


@pytest.mark.parametrize("level", LEVELS[:4], ids=lambda level: level.name)
def test_no_level_below_the_randomised_test_allows_a_word_of_cause(level):
    assert not any(word in level.allows for word in WORDS_OF_CAUSE)


def test_an_estimate_without_an_interval_prints_dashes():
    text = made(low=np.nan, high=np.nan, p_value=np.nan).summary()

    assert "nan" not in text
    assert "+0.15" in text
