"""A table that is made safe keeps its numbers and loses who, where and when."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import change_lists, journals

from hipstride.errors import TableError
from hipstride.io.safe_tables import safe_table
from hipstride.tables import (
    ACTIVITIES,
    CHANGE_KINDS,
    CHANGES,
    JOURNAL,
    LEDGER,
    OBSERVATIONS,
    PAIN_MOMENTS,
    RUNS,
    SAMPLES,
    SIDES,
    TABLES,
    Table,
)
from hipstride.tables._disclosure import DISCLOSURE, disclosure

SHIFT = pd.Timedelta(days=-1001)
COLUMNS = [(table, column) for table in TABLES for column in table.columns]


def pseudonym(run_id: str) -> str:
    return f"run-{sum(map(ord, run_id))}"


def safe(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    return safe_table(frame, table, shift=SHIFT, pseudonyms=pseudonym)


def text(*values: str | None) -> pd.Series:
    return pd.Series(values, dtype="str")


# --- the list -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "column"), COLUMNS, ids=lambda one: getattr(one, "name", "")
)
def test_every_column_of_every_table_is_decided_on(table, column):
    assert {column.name, f"{table.name}.{column.name}"} & set(DISCLOSURE)


def test_the_list_names_no_column_that_does_not_exist():
    names = {column.name for _, column in COLUMNS}
    full_names = {f"{table.name}.{column.name}" for table, column in COLUMNS}

    assert set(DISCLOSURE) <= names | full_names


@pytest.mark.parametrize(
    ("table", "column"), COLUMNS, ids=lambda one: getattr(one, "name", "")
)
def test_no_text_is_kept_as_it_is_and_every_date_moves(table, column):
    treated = disclosure(table.name, column.name)

    if column.kind in {"instant", "day"}:
        assert treated == "shift"
    elif column.kind == "text":
        assert treated not in {"keep", "shift"}
    else:
        assert treated in {"keep", "drop"}


def test_a_column_that_nobody_has_thought_of_is_dropped():
    assert disclosure("runs", "shoe_size") == "drop"


# --- what becomes of a table ----------------------------------------------------------


def test_samples_lose_places_and_apps_columns_and_keep_the_run():
    samples = pd.DataFrame(
        {
            "time": pd.to_datetime(["2026-09-01T06:00:01Z"]).as_unit("us"),
            "elapsed_s": [1.0],
            "latitude_deg": [52.5],
            "longitude_deg": [13.4],
            "altitude_m": [34.0],
            "speed_mps": [3.1],
            "dev_lat": [52.5],
            "unknown_108": [7.0],
        }
    )
    table = safe(samples, SAMPLES)

    assert list(table) == ["time", "elapsed_s", "speed_mps", "altitude_m"]
    assert table["time"].tolist() == [samples["time"][0] + SHIFT]
    assert table["time"].dtype == samples["time"].dtype


def test_runs_lose_names_files_and_offsets_and_get_pseudonyms():
    runs = pd.DataFrame(
        {
            "run_id": text("ab", "cd", "ab"),
            "started_at": pd.to_datetime(["2026-09-01T06:00Z"] * 3),
            "local_date": pd.to_datetime(["2026-09-01"] * 3),
            "distance_m": [5000.25, np.nan, 7.0],
            "utc_offset_s": [7200.0] * 3,
            "name": text("Home", "Home", "Home"),
            "description": text("a", "b", "c"),
            "device": text("Ann's Watch", None, "garmin fr55"),
            "source": text("a.fit", "b.fit", "c.fit"),
            "notes": text("x", "y", "z"),
            "step_length_source": text("device", "belt", "Ann"),
        }
    )
    table = safe(runs, RUNS)

    assert table["run_id"].tolist() == [pseudonym(one) for one in ("ab", "cd", "ab")]
    assert table["device"].fillna("").tolist() == ["device 1", "", "device 2"]
    assert table["distance_m"].equals(runs["distance_m"])
    assert table["step_length_source"].fillna("").tolist() == ["device", "belt", ""]
    assert table["local_date"].tolist() == [pd.Timestamp("2023-12-05")] * 3
    assert set(table) == {
        "run_id",
        "started_at",
        "local_date",
        "distance_m",
        "device",
        "step_length_source",
    }


def test_a_journal_keeps_the_clock_known_sites_and_no_note():
    journal = pd.DataFrame(
        {
            "local_date": pd.to_datetime(["2026-09-01"] * 3),
            "pain_0_10": [3.0, 4.5, 0.0],
            "time": text("07:30", "after Ann's party", None),
            "moment": text("after", "at home", None),
            "side": text("left", "Ann", None),
            "site": text("Lower back", "Berlin hip", "hip"),
            "run_id": text("ab", None, None),
            "note": text("Dr Miller", None, None),
        }
    )
    table = safe(journal, JOURNAL).fillna("")

    assert table["time"].tolist() == ["07:30", "", ""]
    assert table["moment"].tolist() == ["after", "", ""]
    assert table["side"].tolist() == ["left", "", ""]
    assert table["site"].tolist() == ["Lower back", "", "hip"]
    assert table["run_id"].tolist() == [pseudonym("ab"), "", ""]
    assert "note" not in table


def test_a_change_is_called_by_its_kind():
    changes = pd.DataFrame(
        {
            "started_on": pd.to_datetime(["2026-09-01"] * 3),
            "kind": text("physio", "cue", "Dr Miller"),
            "ended_on": pd.to_datetime(["2026-09-05", None, None]),
            "label": text("Dr Miller", None, "Dr Miller"),
        }
    )
    table = safe(changes, CHANGES)

    assert table["label"].fillna("").tolist() == ["physio", "", ""]
    assert table["kind"].fillna("").tolist() == ["physio", "cue", ""]
    assert (table["ended_on"] - table["started_on"]).dt.days.tolist()[0] == 4


def test_labels_without_kinds_are_missing():
    table = safe(pd.DataFrame({"label": text("Dr Miller")}), CHANGES)

    assert table["label"].isna().all()


def test_columns_of_changes_are_numbered_but_for_those_called_by_a_kind():
    observations = pd.DataFrame(
        {
            "run_id": text("ab"),
            "change_dr_miller": [1],
            "change_physio": [0],
            "change_new_shoes": [0.5],
            "change_note": text("Berlin"),
        }
    )
    table = safe(observations, OBSERVATIONS)

    assert table.drop(columns="run_id").to_dict("list") == {
        "change_1": [1],
        "change_physio": [0],
        "change_2": [0.5],
    }


def test_a_ledger_joins_runs_by_their_pseudonyms_and_names_no_file():
    ledger = pd.DataFrame(
        {
            "file": text("home/ann/a.fit", "b.zip"),
            "verdict": text("imported", "by Ann"),
            "reason": text("home/ann", None),
            "duplicate_of": text(None, "ab"),
            "run_ids": text("ab ab-2", ""),
            "sport": text("running", "Ann's run"),
            "started_at": pd.to_datetime(["2026-09-01T06:00Z", None]),
            "size_bytes": [123_456.0, 7.0],
            "sha256": text("00ff", None),
        }
    )
    table = safe(ledger, LEDGER)

    assert list(table) == ["verdict", "duplicate_of", "run_ids", "sport", "started_at"]
    assert table["run_ids"].fillna("").tolist() == [
        f"{pseudonym('ab')} {pseudonym('ab-2')}",
        "",
    ]
    assert table["duplicate_of"].fillna("").tolist() == ["", pseudonym("ab")]
    assert table["verdict"].fillna("").tolist() == ["imported", ""]
    assert table["sport"].fillna("").tolist() == ["running", ""]


def test_activities_of_an_account_keep_sport_and_numbers():
    activities = pd.DataFrame(
        {
            "started_at": pd.to_datetime(["2026-09-01T06:00Z"]),
            "sport": text("running"),
            "sub_sport": text("trail"),
            "rpe_0_10": [4.0],
            "name": text("Around Ann's house"),
        }
    )

    assert list(safe(activities, ACTIVITIES)) == [
        "started_at",
        "sport",
        "sub_sport",
        "rpe_0_10",
    ]


def test_nothing_hides_in_the_index_or_in_the_attributes():
    runs = pd.DataFrame({"distance_m": [1.0]}, index=["home/ann/a.fit"])
    runs.attrs["path"] = "home/ann"
    table = safe(runs, RUNS)

    assert table.index.tolist() == [0]
    assert table.attrs == {}


def test_the_table_itself_is_not_changed():
    runs = pd.DataFrame({"run_id": text("ab"), "source": text("a.fit")})
    before = runs.copy()
    safe(runs, RUNS)

    assert runs.equals(before)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_without_rows_stays_one(table):
    empty = safe(table.empty(*table.names), table)

    assert len(empty) == 0
    table.check(empty, *empty)


def test_a_number_that_is_a_text_is_refused():
    with pytest.raises(TableError, match=r"runs: column 'distance_m' has dtype str"):
        safe(pd.DataFrame({"distance_m": text("at home")}), RUNS)


@pytest.mark.parametrize("shift", [pd.Timedelta(hours=36), pd.NaT])
def test_a_shift_that_is_not_in_days_is_refused(shift):
    with pytest.raises(ValueError, match="expected a whole number of days"):
        safe_table(RUNS.empty(), RUNS, shift=shift, pseudonyms=pseudonym)


# --- laws -----------------------------------------------------------------------------


@given(journals())
def test_a_safe_journal_holds_only_known_words_and_the_same_numbers(journal):
    table = safe(journal, JOURNAL)

    assert table["pain_0_10"].equals(journal["pain_0_10"])
    assert (table["local_date"] == journal["local_date"] + SHIFT).all()
    assert set(table["moment"].dropna()) <= set(PAIN_MOMENTS)
    assert set(table["side"].dropna()) <= set(SIDES)
    assert table["moment"].equals(journal["moment"])


@given(change_lists())
def test_safe_changes_are_as_long_and_told_by_kinds(changes):
    table = safe(changes, CHANGES)

    assert (table["ended_on"] - table["started_on"]).equals(
        changes["ended_on"] - changes["started_on"]
    )
    assert set(table["label"].dropna()) <= set(CHANGE_KINDS)
    assert table["label"].notna().equals(changes["label"].notna())


@given(st.lists(st.text(max_size=5), max_size=8))
def test_devices_are_told_apart_as_before(devices):
    table = safe(pd.DataFrame({"device": text(*devices)}), RUNS)
    known = [device for device in devices if device]
    names = table["device"].dropna().tolist()

    assert len(set(names)) == len(set(known))
    assert len(set(zip(known, names, strict=True))) == len(set(known))
