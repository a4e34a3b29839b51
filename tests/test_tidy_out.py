"""A table goes out as CSV or Parquet, whole, and comes back as it was."""

from __future__ import annotations

import io
import math
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import journals

from hipstride.errors import HipstrideError, TableError
from hipstride.io.journal import read_journal
from hipstride.io.tidy_out import write_table
from hipstride.tables import CHANGES, JOURNAL, RUNS


def written(frame: pd.DataFrame, table=None) -> list[str]:
    stream = io.StringIO()
    write_table(frame, stream, table)
    return stream.getvalue().splitlines()


@pytest.fixture
def runs() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "distance_m": [5000.1, math.nan],
            "run_id": ["a", "b"],
            "started_at": pd.to_datetime(
                ["2026-09-01T06:00:00.000Z", "2026-09-02T06:00:00.250Z"]
            ),
            "local_date": pd.to_datetime(["2026-09-01", "2026-09-02"]),
            "is_treadmill": [True, False],
            "notes": ['said "so", twice\nand again', None],
        }
    ).astype({"notes": "str"})


# --- CSV ------------------------------------------------------------------------------


def test_a_csv_spells_dates_instants_flags_numbers_and_gaps(runs, tmp_path):
    path = write_table(runs, tmp_path / "runs.csv", RUNS)

    assert path == tmp_path / "runs.csv"
    assert path.read_text(encoding="utf-8") == (
        "run_id,started_at,local_date,distance_m,is_treadmill,notes\n"
        "a,2026-09-01T06:00:00.000Z,2026-09-01,5000.1,true,"
        '"said ""so"", twice\nand again"\n'
        "b,2026-09-02T06:00:00.250Z,2026-09-02,,false,\n"
    )


@pytest.mark.parametrize(
    ("moment", "spelt"),
    [
        ("2026-09-01T06:00:00Z", "2026-09-01T06:00:00Z"),
        ("2026-09-01T06:00:00.5Z", "2026-09-01T06:00:00.500Z"),
        ("2026-09-01T06:00:00.000001Z", "2026-09-01T06:00:00.000001Z"),
        ("2026-09-01T00:00:00Z", "2026-09-01T00:00:00Z"),
    ],
)
def test_an_instant_has_as_many_digits_as_it_needs(moment, spelt):
    frame = pd.DataFrame({"started_at": pd.to_datetime([moment])})

    assert written(frame) == ["started_at", spelt]


def test_an_instant_of_another_zone_is_written_in_utc():
    local = pd.to_datetime(["2026-09-01T08:00:00+02:00"])

    assert written(pd.DataFrame({"at": local})) == ["at", "2026-09-01T06:00:00Z"]


def test_flags_with_gaps_are_true_false_and_empty():
    flags = pd.Series([True, None, False])

    assert written(pd.DataFrame({"a": flags.astype("boolean"), "b": flags})) == [
        "a,b",
        "true,true",
        ",",
        "false,false",
    ]


def test_a_table_without_rows_has_its_header(tmp_path):
    path = write_table(RUNS.empty(), tmp_path / "runs.csv", RUNS)

    assert path is not None
    assert path.read_text() == ",".join(RUNS.required) + "\n"


def test_the_index_is_not_written(runs):
    assert written(runs.set_index(pd.Index([7, 7]))) == written(runs)


@given(st.lists(st.floats(allow_nan=False), min_size=1))
def test_the_same_number_is_read_back(numbers):
    stream = io.StringIO()
    write_table(pd.DataFrame({"x": np.array(numbers)}), stream)

    assert list(map(float, stream.getvalue().split()[1:])) == numbers


@given(st.lists(st.datetimes(), min_size=1))
def test_the_same_instant_is_read_back(moments):
    column = pd.Series(moments, dtype="datetime64[us]").dt.tz_localize("UTC")
    spelt = written(pd.DataFrame({"at": column}))[1:]

    assert pd.to_datetime(pd.Series(spelt), utc=True, format="ISO8601").tolist() == (
        column.tolist()
    )


@given(journals())
def test_a_journal_is_read_back_as_it_was(journal):
    stream = io.StringIO()
    write_table(journal, stream, JOURNAL)
    if journal.empty:
        return
    again = read_journal(stream.getvalue().encode(), name="journal.csv")

    for name in ("local_date", "pain_0_10", "time", "moment", "side"):
        assert again[name].equals(journal[name]), name


def test_half_a_character_from_the_disk_does_not_stop_the_table(tmp_path):
    frame = pd.DataFrame({"source": pd.Series(["run-\udcff.fit"], dtype=object)})
    path = write_table(frame, tmp_path / "a.csv")

    assert path is not None
    assert path.read_text() == "source\nrun-?.fit\n"
    assert written(frame) == ["source", "run-?.fit"]


def test_a_stream_of_few_letters_gets_what_it_can_spell():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    write_table(pd.DataFrame({"name": ["Hüfte"]}), stream)
    stream.seek(0)

    assert stream.read() == "name\nH?fte\n"


def test_a_column_of_another_kind_is_refused():
    frame = pd.DataFrame({"started_on": ["soon"]})

    with pytest.raises(TableError, match=r"changes: column 'started_on' has dtype str"):
        written(frame, CHANGES)


# --- Parquet --------------------------------------------------------------------------


def test_parquet_gives_the_same_table_back(runs, tmp_path):
    path = write_table(runs, tmp_path / "runs.PARQUET", RUNS)

    pd.testing.assert_frame_equal(pd.read_parquet(path), RUNS.order(runs))


def test_without_pyarrow_the_remedy_is_named(runs, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(HipstrideError, match=r'pip install "hipstride\[parquet\]", or'):
        write_table(runs, tmp_path / "runs.parquet")
    assert list(tmp_path.iterdir()) == []


def test_what_parquet_cannot_hold_is_one_clear_error(tmp_path):
    frame = pd.DataFrame({"mixed": pd.Series(["a", 1], dtype=object)})

    with pytest.raises(
        HipstrideError, match=r"a\.parquet: found values that Parquet cannot hold \("
    ):
        write_table(frame, tmp_path / "a.parquet")
    assert list(tmp_path.iterdir()) == []


# --- the file -------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["runs.xlsx", "runs", "runs.csv.gz"])
def test_another_end_is_refused_with_those_that_are_known(name, runs, tmp_path):
    with pytest.raises(
        HipstrideError, match=r"found the end .*; expected \.csv or \.parquet; give"
    ):
        write_table(runs, tmp_path / name)


@pytest.mark.parametrize("name", ["runs.csv", "runs.parquet"])
def test_a_missing_folder_is_one_clear_error(name, runs, tmp_path):
    with pytest.raises(
        HipstrideError,
        match=rf"absent.{name}: found a place that cannot be written \(No such file",
    ):
        write_table(runs, tmp_path / "absent" / name)


@pytest.mark.parametrize("name", ["runs.csv", "runs.parquet"])
def test_a_folder_of_that_name_is_one_clear_error_and_nothing_is_left(
    name, runs, tmp_path
):
    (tmp_path / name).mkdir()

    with pytest.raises(HipstrideError, match=r"cannot be written \(Is a directory\)"):
        write_table(runs, tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_where_writing_fails_the_old_file_stays_and_no_part_is_left(
    runs, tmp_path, monkeypatch
):
    path = tmp_path / "runs.csv"
    write_table(runs, path)
    old = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(HipstrideError, match=r"\(No space left on device\)"):
        write_table(runs.iloc[:1], path)

    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_exists_is_written_anew(runs, tmp_path):
    path = tmp_path / "runs.csv"
    path.write_text("old " * 1000)
    write_table(runs, path)

    assert path.read_text().splitlines()[0].startswith("distance_m,run_id")
