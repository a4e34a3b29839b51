"""Tables say what they hold, and refuse what is not one of them."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hipstride.errors import TableError
from hipstride.tables import (
    CHANGES,
    JOURNAL,
    OBSERVATIONS,
    RUNS,
    SAMPLES,
    TABLES,
    Recording,
    Result,
    Table,
    glossary,
)

UNIT_SUFFIXES = {
    "s": "s",
    "m": "m",
    "mps": "m/s",
    "spm": "steps/min",
    "bpm": "beats/min",
    "deg": "°",
    "degc": "°C",
    "w": "W",
    "pct": "%",
    "0_10": "0–10",
    "0_100": "0–100",
}


def result(**changed: object) -> Result:
    fields: dict[str, object] = {
        "question": "Does it?",
        "estimate": 0.123456,
        "unit": "points per +1 %",
        "low": 0.01,
        "high": 0.24,
        "level": 0.95,
        "p_value": 0.03,
        "n": 120,
        "n_dropped": 3,
        "method": "a method",
        "verdict_level": 1,
        "verdict": "In this history, so it was.",
        **changed,
    }
    return Result(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_an_empty_table_passes_its_own_check(table: Table):
    table.check(table.empty())
    table.check(table.empty(*table.names))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_unit_that_ends_a_name_is_the_unit_of_the_column(table: Table):
    for column in table.columns:
        ending = re.search(
            r"_(s|m|mps|spm|bpm|deg|degc|w|pct|0_10|0_100)$", column.name
        )
        if column.kind == "float" and ending:
            assert column.unit == UNIT_SUFFIXES[ending[1]], column.name


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_booleans_are_named_is_and_instants_end_at(table: Table):
    for column in table.columns:
        if column.kind == "bool":
            assert column.name.startswith("is_")
        if column.kind == "instant":
            assert column.name.endswith("_at") or column.name == "time"
        if column.kind == "day":
            assert column.name.endswith("_on") or column.name == "local_date"


def test_one_name_means_one_thing_in_every_table():
    seen: dict[str, tuple[str, str]] = {}
    for table in TABLES:
        for column in table.columns:
            kind_and_unit = (column.kind, column.unit)
            if column.name != "time":
                assert seen.setdefault(column.name, kind_and_unit) == kind_and_unit


def test_a_missing_column_is_named_in_the_error():
    frame = pd.DataFrame({"speed_mps": [3.0]})

    with pytest.raises(
        TableError,
        match=r"^samples: column 'cadence_spm' is missing; found speed_mps$",
    ):
        SAMPLES.check(frame, "speed_mps", "cadence_spm")


def test_several_missing_columns_are_named_at_once():
    with pytest.raises(
        TableError,
        match=r"journal: columns 'local_date', 'pain_0_10' are missing; found no col",
    ):
        JOURNAL.check(pd.DataFrame())


def test_a_column_of_another_kind_is_refused_with_what_was_expected():
    frame = pd.DataFrame({"started_on": ["2026-09-01"], "kind": ["cue"]})

    with pytest.raises(TableError, match=r"'started_on' has dtype str; expected day"):
        CHANGES.check(frame)


def test_an_instant_must_be_in_utc():
    frame = SAMPLES.empty().assign(
        time=pd.Series([], dtype="datetime64[us, Europe/Paris]")
    )

    with pytest.raises(TableError, match=r"'time' has dtype .*Paris.*; expected inst"):
        SAMPLES.check(frame)


def test_a_day_with_a_time_in_it_is_no_day():
    frame = pd.DataFrame(
        {"local_date": [pd.Timestamp("2026-09-01 08:00")], "pain_0_10": [3.0]}
    )

    with pytest.raises(TableError, match="'local_date'"):
        JOURNAL.check(frame)


def test_a_boolean_is_not_taken_for_a_number():
    frame = pd.DataFrame({"speed_mps": [True]})

    with pytest.raises(TableError, match="'speed_mps' has dtype bool"):
        SAMPLES.check(frame, "speed_mps")


def test_a_text_column_of_missing_values_is_still_text():
    frame = JOURNAL.empty("local_date", "pain_0_10").assign(note=np.nan)

    JOURNAL.check(frame, "note")


def test_an_unknown_column_is_refused_with_the_list_of_known_ones():
    with pytest.raises(TableError, match="no column 'cadence'; it has time, elapsed_s"):
        SAMPLES["cadence"]


def test_order_puts_known_columns_first_and_keeps_the_others():
    frame = pd.DataFrame({"dev_power": [1.0], "elapsed_s": [0.0], "time": [0]})

    assert list(SAMPLES.order(frame)) == ["time", "elapsed_s", "dev_power"]


def test_observations_hold_all_columns_of_runs():
    assert set(RUNS.names) < set(OBSERVATIONS.names)


def test_the_glossary_page_is_in_step_with_the_tables():
    page = Path(__file__).parents[1] / "docs" / "glossary.md"

    assert page.read_text(encoding="utf-8") == glossary(), "run `make glossary`"


def recording(**changed: object) -> Recording:
    fields: dict[str, object] = {
        "run_id": "0123456789ab",
        "source": "a.fit",
        "format": "fit",
        "sport": "running",
        "sub_sport": "",
        "device": "",
        "started_at": pd.Timestamp("2026-09-01 22:30", tz="UTC"),
        "utc_offset": pd.Timedelta(hours=2),
        "samples": SAMPLES.empty(),
        "laps": pd.DataFrame(),
        **changed,
    }
    return Recording(**fields)  # type: ignore[arg-type]


def test_a_run_before_midnight_utc_lands_on_the_runners_own_day():
    assert recording().local_date == pd.Timestamp("2026-09-02")
    assert recording(utc_offset=None).local_date == pd.Timestamp("2026-09-01")


def test_a_recording_shows_itself_in_one_line():
    assert repr(recording(sport="")) == (
        "Recording('a.fit', sport unknown, 2026-09-01 22:30 UTC, 0 samples)"
    )


@pytest.mark.parametrize("sub_sport", ["treadmill", "indoor_running"])
def test_indoor_running_is_known_as_a_treadmill(sub_sport: str):
    assert recording(sub_sport=sub_sport).is_treadmill
    assert not recording(sub_sport="trail").is_treadmill


def test_a_result_prints_as_one_line_with_interval_n_and_verdict():
    assert str(result()) == (
        "+0.123 points per +1 %, 95 % interval +0.01 to +0.24 (n = 120). "
        "In this history, so it was."
    )


def test_a_refused_result_prints_no_number():
    text = str(result(estimate=math.nan, low=math.nan, high=math.nan))

    assert text.startswith("no estimate (n = 120).")
    assert "nan" not in text


def test_a_result_becomes_json_without_numpy_or_nan():
    checks = {"tau_days": np.float64(2.5), "p": math.inf, "spec": (1, np.int64(2))}

    told = json.loads(json.dumps(result(checks=checks).to_dict(), allow_nan=False))

    assert told["checks"] == {"tau_days": 2.5, "p": None, "spec": [1, 2]}
    assert told["seed"] is None


def test_html_in_a_verdict_is_shown_and_not_run():
    html = result(verdict="<script>alert(1)</script>")._repr_html_()

    assert "<script>" not in html
    assert "&lt;script&gt;" in html
