"""The list of changes: what people type, read right or refused with all its faults."""

from __future__ import annotations

import datetime as dt
import warnings

import pandas as pd
import pytest
from hypothesis import given, settings

from hipstride.errors import DataQualityWarning, JournalError, ReadError
from hipstride.io.journal import read_changes, write_changes
from hipstride.tables import CHANGES
from strategies import CSV_LIKE, change_lists


def read(text: str, **options) -> pd.DataFrame:
    return read_changes(text.encode(), name="changes.csv", **options)


def faults(text: str, **options) -> tuple[str, ...]:
    with pytest.raises(JournalError) as caught:
        read(text, **options)
    return caught.value.faults


def test_a_plain_list_is_read_with_all_columns_of_the_table():
    changes = read(
        "started_on,kind,ended_on,label\n"
        "2025-09-01,cue,,glute cue\n2025-03-01,injection,2025-03-02,cortisone\n"
    )

    CHANGES.check(changes)
    assert tuple(changes.columns) == CHANGES.names
    assert changes["label"].tolist() == ["cortisone", "glute cue"]
    assert changes["ended_on"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("shot", "injection"), ("Cortisone shot", "injection"), ("PT", "physio"),
     ("core work", "strength"), ("time off", "rest"), ("new shoes", "shoes"),
     ("shorter stride", "stride"), ("ibuprofen", "drug"), ("Glute cue", "cue"),
     ("Kortison", "injection"), ("misc", "other")],
)  # fmt: skip
def test_kinds_are_read_as_people_type_them(typed, meant):
    assert read(f"start;type\n2025-09-01;{typed}\n")["kind"].tolist() == [meant]


@pytest.mark.parametrize("typed", ["", "--", "now", "ongoing"])
def test_a_change_that_lasts_has_no_end(typed):
    assert read(f"from,to,kind\n2025-09-01,{typed},cue\n")["ended_on"].isna().all()


def test_both_columns_of_days_tell_their_order_together():
    changes = read("start,end,kind\n3/4/2025,31/5/2025,rest\n")

    assert changes["started_on"].tolist() == [pd.Timestamp("2025-04-03")]


def test_days_that_may_be_two_are_refused_or_told_by_the_runner():
    text = "start,kind\n3/4/2025,rest\n"

    assert "which may be two days" in faults(text)[0]
    assert read(text, date_format="%m/%d/%Y")["started_on"][0].month == 3


def test_all_faults_are_reported_at_once_with_their_rows_and_columns():
    lines = faults(
        "start,end,kind\n"
        "2025-09-01,2025-08-01,rest\n"
        "2025-02-31,,cue\n"
        ",,yoga\n"
        "2025-09-01,,\n"
    )

    assert [line.split("; expected")[0] for line in lines] == [
        "row 2, column 'end': found 2025-08-01",
        "row 3, column 'start': found '2025-02-31'",
        "row 4, column 'kind': found 'yoga'",
        "row 4, column 'start': found no day",
        "row 5, column 'kind': found nothing",
    ]
    assert "expected a day from 2025-09-01 on" in lines[0]
    assert "expected one of stride, cue, rest" in lines[-1]


def test_a_row_without_a_first_day_is_a_fault():
    (line,) = faults("start,kind,what\n,cue,glutes\n")

    assert line == (
        "row 2, column 'start': found no day; expected a day; say when it started"
    )


def test_a_header_without_what_is_needed_is_refused_with_what_was_found():
    lines = faults("what,mood\nglutes,good\n")

    assert "found columns 'what', 'mood'; expected a column of first days" in lines[0]
    assert "call it 'kind'" in lines[1]


def test_a_change_that_stands_there_twice_is_kept_once():
    with pytest.warns(DataQualityWarning, match="1 changes stand there twice"):
        assert len(read("start,kind\n2025-09-01,cue\n2025-09-01,cue\n")) == 1


def test_unknown_columns_are_named_and_left_out():
    with pytest.warns(DataQualityWarning, match="columns 'dose' are not a change's"):
        read("start,kind,dose\n2025-09-01,drug,400\n")


def test_changes_to_come_are_said():
    day = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=9)

    with pytest.warns(DataQualityWarning, match="1 changes start in the future"):
        read(f"start,kind\n{day},cue\n")


@given(change_lists())
@settings(max_examples=100, deadline=None)
def test_what_is_written_is_read_back_exactly(tmp_path_factory, changes):
    path = tmp_path_factory.getbasetemp() / "law.csv"

    pd.testing.assert_frame_equal(read_changes(write_changes(changes, path)), changes)


@given(CSV_LIKE)
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_or_refused(text):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataQualityWarning)
        try:
            changes = read_changes(text.encode("utf-8", "surrogatepass"))
        except ReadError:
            return

    CHANGES.check(changes)
    assert changes["started_on"].notna().all()


def test_an_ambiguous_last_day_names_its_own_column():
    with pytest.raises(JournalError) as caught:
        read_changes(b"start,end,kind\n2025-01-01,1/2/2025,cue\n")

    assert caught.value.faults[0].startswith("column 'end': found '1/2/2025'")


def test_one_date_format_will_do_for_a_diary_and_a_list_of_iso_days():
    changes = read_changes(b"started_on,kind\n2026-02-03,cue\n", date_format="%d/%m/%Y")

    assert changes["started_on"].tolist() == [pd.Timestamp("2026-02-03")]


def test_a_format_that_begins_with_the_year_is_followed():
    changes = read_changes(b"started_on,kind\n2026-02-03,cue\n", date_format="%Y-%d-%m")

    assert changes["started_on"].tolist() == [pd.Timestamp("2026-03-02")]
