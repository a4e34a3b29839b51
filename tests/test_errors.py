"""Errors are one line: where, what was found, what was expected, what to do."""

from __future__ import annotations

import pickle

import pytest

import hipstride as hs
from hipstride import errors


def test_a_read_error_says_place_found_expected_and_remedy():
    error = hs.ReadError("a.gpx", "no points", "a track", "export it again")

    assert str(error) == ("a.gpx: found no points; expected a track; export it again")


def test_a_fit_error_carries_the_byte_where_it_went_wrong():
    error = hs.FitError("a.fit", "the end of the file", "a field", offset=23)

    assert error.offset == 23
    assert str(error) == "a.fit: found the end of the file at byte 23; expected a field"


def test_an_xml_error_carries_line_and_column():
    error = hs.XmlError("a.tcx", "a DOCTYPE", "none", line=2, column=7)

    assert (error.line, error.column) == (2, 7)
    assert "a DOCTYPE at line 2, column 7" in str(error)


def test_a_journal_error_lists_all_faults_at_once():
    error = hs.JournalError("d.csv", ["row 2, pain: found 11", "row 5, date: found x"])

    assert error.faults == ("row 2, pain: found 11", "row 5, date: found x")
    assert str(error).startswith("d.csv: found 2 faults: row 2, pain: found 11 | row 5")


def test_not_enough_data_says_how_much_is_needed_and_what_then():
    error = hs.NotEnoughDataError(
        "rated runs", needed=30, got=4, remedy="rate more runs"
    )

    assert str(error) == "not enough rated runs: needed 30, got 4; rate more runs"
    assert (error.needed, error.got) == (30, 4)


@pytest.mark.parametrize("name", sorted(errors.__all__))
def test_every_public_error_lives_at_the_top(name: str):
    assert getattr(hs, name) is getattr(errors, name)


@pytest.mark.parametrize(
    ("child", "parent"),
    [
        (hs.ReadError, hs.HipstrideError),
        (hs.UnknownFormatError, hs.ReadError),
        (hs.FitError, hs.ReadError),
        (hs.XmlError, hs.ReadError),
        (hs.JournalError, hs.ReadError),
        (hs.TableError, hs.HipstrideError),
        (hs.TableError, ValueError),
        (hs.NotEnoughDataError, hs.HipstrideError),
        (hs.NotEnoughDataError, ValueError),
        (hs.LibraryError, hs.HipstrideError),
        (hs.DataQualityWarning, UserWarning),
    ],
)
def test_the_tree_of_errors_is_as_documented(child: type, parent: type):
    assert issubclass(child, parent)


@pytest.mark.parametrize(
    "error",
    [
        hs.ReadError("a", "b", "c", "d"),
        hs.FitError("a", "b", "c", "d", offset=9),
        hs.XmlError("a", "b", "c", "d", line=1, column=2),
        hs.JournalError("a", ["b", "c"]),
        hs.NotEnoughDataError("runs", needed=2, got=1),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_survive_the_way_from_a_worker_process(error: Exception):
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes

    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)
