"""The journal and the changes within the library: add, edit, delete, undo, CSV."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hipstride as hs
from hipstride.errors import DataQualityWarning, JournalError, LibraryError, TableError
from hipstride.library import _offers
from hipstride.library._book import stored
from hipstride.library._changes import (
    add_changes,
    change_of,
    changes_table,
    delete_changes,
    edit_change,
)
from hipstride.library._clock import run_of, runs_of_day, today
from hipstride.library._database import connect, transaction
from hipstride.library._entries import Change, Rating
from hipstride.library._entry_words import clean, day_from_words, pain_from_words
from hipstride.library._journal import (
    add_ratings,
    delete_ratings,
    edit_rating,
    journal_table,
    rating_of,
)
from hipstride.library._journal_csv import export_changes, export_journal, import_csv
from hipstride.library._settings import store_setting
from hipstride.library._undo import n_steps, undo_last
from hipstride.tables import CHANGES, JOURNAL
from logbuild import DAY, add_runs, change, rating


@pytest.fixture
def library(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with connect(tmp_path / "library") as connection:
        yield connection


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_an_empty_journal_is_a_table_with_all_its_columns(library):
    journal, changes = journal_table(library), changes_table(library)

    assert tuple(journal.columns) == JOURNAL.names
    assert tuple(changes.columns) == CHANGES.names
    assert (journal.index.name, changes.index.name) == ("entry", "entry")
    assert len(journal) == len(changes) == 0


def test_a_rating_is_stored_as_read_journal_would_give_it(library, tmp_path: Path):
    diary = written(
        tmp_path / "d.csv",
        "date,pain,when,side,where,note\n2026-09-01,3.5,post run,R,hip,stairs\n",
    )
    merged = add_ratings(
        library, [rating(3.5, moment="post run", side="R", site="hip", note="stairs")]
    )

    pd.testing.assert_frame_equal(
        journal_table(library).reset_index(drop=True), hs.read_journal(diary)
    )
    assert (merged.added, merged.known) == ((1,), ())


def test_zero_is_a_rating(library):
    add_ratings(library, [rating(0)])

    assert journal_table(library)["pain_0_10"].tolist() == [0.0]


def test_several_ratings_a_day_stand_side_by_side(library):
    ratings = [
        rating(2, moment="before"),
        rating(4),
        rating(3, side="left"),
        rating(3, site="knee"),
        rating(5, time="21:30"),
        rating(1, run_id="abc"),
    ]

    merged = add_ratings(library, ratings)

    assert merged.added == (1, 2, 3, 4, 5, 6)


def test_the_same_rating_again_is_not_stored_twice(library):
    add_ratings(library, [rating(4, site="hip")])
    again = add_ratings(library, [rating(4, site="Hip")])

    assert (again.added, again.known) == ((), (1,))
    assert len(journal_table(library)) == 1
    assert n_steps(library) == 1


def test_another_value_for_the_same_is_refused_and_says_how_to_alter_it(library):
    add_ratings(library, [rating(4, side="right")])

    with pytest.raises(LibraryError) as caught:
        add_ratings(library, [rating(1, moment="before"), rating(3.5, side="right")])

    message = str(caught.value)
    assert "entry 1 says '4 after, right, 2026-09-01'" in message
    assert "`hipstride log edit 1 --pain 3.5`" in message
    assert len(journal_table(library)) == 1


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (rating(11), "pain: found '11'; expected one number from 0 to 10"),
        (rating(-1), "pain: found '-1'"),
        (rating(float("nan")), "pain: found 'nan'"),
        (rating(3, moment="noon"), "moment: found 'noon'; expected one of before"),
        (rating(3, side="front"), "side: found 'front'; expected one of left"),
        (rating(3, time="25:00"), "time: found '25:00'; expected a time such as"),
        (rating(3, date(2098, 1, 1)), "date: found '2098-01-01'; expected a day that"),
        (rating(3, date(1949, 1, 1)), "expected a day from 1950 to 2100"),
        (rating(3, note="x" * 3000), "note: found 'xxx"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_is_no_rating_is_refused_in_one_line(library, wrong: Rating, message: str):
    with pytest.raises(TableError) as caught:
        add_ratings(library, [rating(1, moment="before"), wrong])

    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(journal_table(library)) == 0


def test_tomorrow_may_be_rated_since_it_may_be_today_elsewhere(library):
    now = datetime.now(UTC).date()

    add_ratings(library, [rating(3, now + timedelta(days=1))])
    with pytest.raises(TableError, match="expected a day that has come"):
        add_ratings(library, [rating(3, now + timedelta(days=2))])

    assert len(journal_table(library)) == 1


@pytest.mark.parametrize(
    ("text", "pain"), [("0", 0), ("3,5", 3.5), ("4/10", 4), (" 10 ", 10), ("7½", 7.5)]
)
def test_a_rating_is_read_as_it_is_typed(text: str, pain: float):
    assert pain_from_words(text) == pain


@pytest.mark.parametrize("text", ["", " ", "none", "-", "11", "-1", "nan", "four"])
def test_what_is_no_number_is_never_a_zero(text: str):
    with pytest.raises(TableError, match="expected one number from 0 to 10"):
        pain_from_words(text)


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        ("today", DAY, ""),
        ("Yesterday", DAY - timedelta(days=1), ""),
        ("2026-08-31", date(2026, 8, 31), ""),
        ("31.08.2026 7:30", date(2026, 8, 31), "07:30"),
        ("Aug 31, 2026", date(2026, 8, 31), ""),
    ],
)
def test_a_day_is_read_in_the_forms_of_a_diary(text: str, day: date, clock: str):
    assert day_from_words("date", text, DAY) == (day, clock)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("3/4/2026", "could be read in two ways"),
        ("2026-02-30", "there is no such day"),
        ("", "found nothing"),
        ("soon", "found 'soon'"),
    ],
)
def test_a_day_that_is_none_is_refused(text: str, message: str):
    with pytest.raises(TableError, match=message):
        day_from_words("date", text, DAY)


def test_text_is_one_line_that_every_file_can_hold():
    assert clean(" a\tb\r\n c\x00\ud800 é 👨‍👩‍👧 ") == "a b c é 👨‍👩‍👧"


def test_a_change_is_stored_and_lasts_until_it_has_an_end(library):
    add_changes(library, [change("shot", label="cortisone")])
    edit_change(
        library, 1, Change(DAY, "injection", DAY + timedelta(days=9), "cortisone")
    )

    (row,) = changes_table(library).to_dict("records")
    assert row["kind"] == "injection"
    assert f"{row['ended_on']:%Y-%m-%d}" == "2026-09-10"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (change("magic"), "kind: found 'magic'; expected one of stride"),
        (change(""), "kind: found nothing"),
        (change(ended_on=DAY - timedelta(days=1)), "expected a day from 2026-09-01 on"),
        (change(day=date(2098, 1, 1)), "from: found '2098-01-01'; expected a day that"),
        (change(ended_on=date(2999, 1, 1)), "to: found '2999-01-01'"),
    ],
)
def test_what_is_no_change_is_refused(library, wrong: Change, message: str):
    with pytest.raises(TableError, match=message):
        add_changes(library, [wrong])


def test_a_change_with_another_end_is_a_clash(library):
    add_changes(library, [change(label="Metronome")])

    with pytest.raises(LibraryError, match="log edit --change 1 --to 2026-09-30"):
        add_changes(library, [change(label="metronome", ended_on=date(2026, 9, 30))])


def test_an_edit_may_not_make_an_entry_another_one(library):
    add_ratings(library, [rating(4), rating(2, moment="before")])

    with pytest.raises(LibraryError, match="entry 1 says '4 after, 2026-09-01'"):
        edit_rating(library, 2, rating(2))

    assert rating_of(library, 2).moment == "before"


def test_an_edit_of_nothing_is_no_step(library):
    add_ratings(library, [rating(4)])

    assert not edit_rating(library, 1, rating(4))
    assert n_steps(library) == 1


def test_an_entry_that_is_not_there_is_said(library):
    add_ratings(library, [rating(4)])

    for call in (
        lambda: rating_of(library, 9),
        lambda: edit_rating(library, 9, rating(3)),
        lambda: delete_ratings(library, [1, 9]),
        lambda: change_of(library, 9),
    ):
        with pytest.raises(LibraryError, match="9: found none of this number"):
            call()

    assert len(journal_table(library)) == 1


def test_numbers_of_deleted_entries_are_not_given_again(library):
    add_ratings(library, [rating(4)])
    delete_ratings(library, [1])
    merged = add_ratings(library, [rating(5)])

    assert merged.added == (2,)


def test_undo_takes_everything_back_step_by_step_to_the_first(library, tmp_path: Path):
    diary = written(tmp_path / "d.csv", "date,pain\n2026-08-01,1\n2026-08-02,2\n")
    states = []

    def seen() -> tuple[object, object]:
        return stored(library, Rating), stored(library, Change)

    for step in (
        lambda: add_ratings(library, [rating(4), rating(1, moment="before")]),
        lambda: add_changes(library, [change()]),
        lambda: edit_rating(library, 1, rating(3.5, side="left")),
        lambda: import_csv(library, diary),
        lambda: edit_change(library, 1, change("cue")),
        lambda: delete_ratings(library, [1, 3]),
        lambda: delete_changes(library, [1]),
    ):
        states.append(seen())
        step()
    words = []
    for state in reversed(states):
        words.append(undo_last(library))

        assert seen() == state

    assert words == [
        "deleted change 1",
        "deleted entries 1 and 3",
        "altered change 1 (stride from 2026-09-01)",
        "imported entries 3 and 4 from d.csv",
        "altered entry 1 (4 after, 2026-09-01)",
        "added change 1",
        "added entries 1 and 2",
    ]
    with pytest.raises(LibraryError, match="found no step"):
        undo_last(library)


def test_a_step_that_fails_leaves_no_step(library):
    add_ratings(library, [rating(4)])
    with pytest.raises(LibraryError):
        add_ratings(library, [rating(5)])

    assert undo_last(library) == "added entry 1"


def test_an_import_adds_what_is_new_and_counts_what_is_there(library, tmp_path: Path):
    add_ratings(library, [rating(4)])
    diary = written(
        tmp_path / "d.csv", "date,pain,moment\n2026-09-01,4,after\n2026-09-02,0,after\n"
    )

    first, second = import_csv(library, diary), import_csv(library, diary)

    assert (first.table, first.added, first.known) == ("journal", (2,), (1,))
    assert (second.added, second.known) == ((), (1, 2))
    assert n_steps(library) == 2


def test_all_clashes_of_an_import_are_told_at_once_and_nothing_is_added(
    library, tmp_path: Path
):
    add_ratings(library, [rating(4), rating(2, moment="before")])
    diary = written(
        tmp_path / "d.csv",
        "date,pain,moment\n2026-09-01,5,after\n2026-09-01,1,before\n2026-09-02,1,after\n",
    )

    with pytest.raises(JournalError) as caught:
        import_csv(library, diary)

    assert len(caught.value.faults) == 2
    assert "`hipstride log edit 1 --pain 5`" in caught.value.faults[0]
    assert "`hipstride log edit 2 --pain 1`" in caught.value.faults[1]
    assert str(caught.value).startswith("d.csv: found 2 faults: ")
    assert len(journal_table(library)) == 2


@pytest.mark.filterwarnings("ignore:.*lie in the future")
def test_ratings_of_the_future_are_not_imported(library, tmp_path: Path):
    diary = written(tmp_path / "d.csv", "date,pain\n2098-09-01,4\n2026-09-01,4\n")

    with pytest.raises(JournalError, match=r"2098-09-01.*expected a day that has"):
        import_csv(library, diary)

    assert len(journal_table(library)) == 0


def test_another_note_of_a_rating_that_is_there_is_said(library, tmp_path: Path):
    add_ratings(library, [rating(4, note="hills")])
    diary = written(
        tmp_path / "d.csv", "date,pain,moment,note\n2026-09-01,4,after,flat\n"
    )

    with pytest.warns(DataQualityWarning, match="1 ratings are there already with"):
        import_csv(library, diary)

    assert rating_of(library, 1).note == "hills"


def test_a_list_of_changes_is_told_from_a_diary_by_its_header(library, tmp_path: Path):
    changes = written(tmp_path / "c.csv", "date,type,what\n2026-09-01,shot,left\n")
    diary = written(tmp_path / "d.csv", "date,type,pain\n2026-09-01,x,3\n")

    with pytest.warns(DataQualityWarning, match="not a diary's"):
        tables = [import_csv(library, path).table for path in (changes, diary)]

    assert tables == ["changes", "journal"]


def test_two_rows_of_a_file_for_one_change_are_a_fault(library, tmp_path: Path):
    changes = written(
        tmp_path / "c.csv",
        "start,end,kind\n2026-09-01,,cue\n2026-09-01,2026-09-05,cue\n",
    )

    with pytest.raises(JournalError, match="found both 'cue from 2026-09-01' and"):
        import_csv(library, changes)


def round_trip(connection: sqlite3.Connection, folder: Path) -> None:
    names = ("j1.csv", "c1.csv", "j2.csv", "c2.csv")
    first_j, first_c, second_j, second_c = (folder / name for name in names)
    export_journal(connection, first_j)
    export_changes(connection, first_c)
    for name in ("library.sqlite", "library.sqlite-wal", "library.sqlite-shm"):
        (folder / "other" / name).unlink(missing_ok=True)
    with connect(folder / "other") as other:
        import_csv(other, first_j)
        import_csv(other, first_c)
        export_journal(other, second_j)
        export_changes(other, second_c)

    assert first_j.read_bytes() == second_j.read_bytes()
    assert first_c.read_bytes() == second_c.read_bytes()


def test_export_import_and_export_are_identical(library, tmp_path: Path):
    add_ratings(
        library,
        [
            rating(3.5, date(2026, 9, 3), note='say "ouch", he said;\nand ran on'),
            rating(0, side="left", site="Leiste", time="7:30", run_id="0a1b"),
            rating(10, moment="next_morning", note="# no comment"),
            rating(0.1, moment=""),
        ],
    )
    add_changes(library, [change("shoes", label="Über, 2"), change("rest")])

    round_trip(library, tmp_path)


WORDS = st.text(max_size=30).map(clean)


@given(
    st.lists(
        st.builds(
            Rating,
            st.dates(date(2000, 1, 1), date(2026, 9, 1)),
            st.integers(0, 100).map(lambda tenth: tenth / 10),
            time=st.sampled_from(["", "07:30", "23:59"]),
            moment=st.sampled_from(["", "before", "after"]),
            side=st.sampled_from(["", "left", "both"]),
            site=WORDS,
            run_id=st.sampled_from(["", "abc"]),
            note=WORDS,
        ),
        min_size=1,
        max_size=8,
        unique_by=lambda one: one.identity,
    )
)
@settings(max_examples=40, deadline=None)
def test_any_words_survive_the_round_trip(tmp_path_factory, ratings: list[Rating]):
    folder = tmp_path_factory.mktemp("words")
    with connect(folder / "one") as connection:
        add_ratings(connection, ratings)
        add_changes(connection, [change(label=ratings[0].note)])
        round_trip(connection, folder)


def test_today_is_that_of_the_runners_clock(library):
    days = set()
    for zone in ("Pacific/Kiritimati", "Pacific/Niue"):
        with transaction(library):
            store_setting(library, "timezone", zone)
        days.add(today(library))

    assert len(days) == 2


def test_the_runs_of_a_day_are_found_and_named(tmp_path: Path):
    add_runs(tmp_path, [("aa1", "2026-09-01T06:10", "Dawn"), ("aa2", "2026-09-02", "")])
    with connect(tmp_path) as connection:
        (run,) = runs_of_day(connection, DAY)

        assert (run.run_id, run.clock, run.name) == ("aa1", "07:10", "Dawn")
        assert run_of(connection, "aa2").local_date == date(2026, 9, 2)
        for wrong, count in (("aa", "2 runs"), ("bb", "no run")):
            with pytest.raises(LibraryError, match=f"found {count}"):
                run_of(connection, wrong)


def test_a_rating_waits_for_an_import_that_is_writing(tmp_path: Path):
    began, done = threading.Event(), []

    def importing() -> None:
        with connect(tmp_path) as other, transaction(other):
            began.set()
            time.sleep(0.5)
            store_setting(other, "timezone", "UTC")
            done.append(time.monotonic())

    with connect(tmp_path) as connection:
        thread = threading.Thread(target=importing)
        thread.start()
        began.wait()
        add_ratings(connection, [rating(4)])
        ended = time.monotonic()
        thread.join()

        assert ended > done[0]
        assert len(journal_table(connection)) == 1


class Words(NamedTuple):
    """What `ratings_in` gives."""

    pain_0_10: float
    moment: str
    side: str
    site: str
    words: str
    place: int


@pytest.fixture
def told(tmp_path: Path, monkeypatch) -> Iterator[sqlite3.Connection]:
    """A library with three runs, two of which have a rating in their name."""
    found = {
        "hip 3/10": [Words(3, "", "", "hip", "hip 3/10", 0)],
        "stiff 2/10 next morning": [
            Words(2, "next_morning", "right", "hip", "stiff 2/10 next morning", 0)
        ],
    }
    monkeypatch.setattr(_offers, "ratings_in", lambda text: found.get(text, []))
    names = ["hip 3/10", "Easy", "stiff 2/10 next morning"]
    days = ["2026-09-01T07", "2026-09-02T07", "2026-09-03T07"]
    add_runs(tmp_path, list(zip(["aa1", "aa2", "aa3"], days, names, strict=True)))
    with connect(tmp_path) as connection:
        yield connection


def test_ratings_in_words_are_offered_and_not_in_the_journal(told):
    offers = _offers.offers(told)

    assert offers["number"].tolist() == [1, 2]
    assert offers["moment"].tolist() == ["after", "next_morning"]
    assert offers["run_id"].tolist() == ["aa1", "aa3"]
    assert [f"{day:%m-%d}" for day in offers["local_date"]] == ["09-01", "09-04"]
    assert offers["side"].isna().tolist() == [True, False]
    assert len(journal_table(told)) == 0


def test_no_offers_are_an_empty_table_of_the_same_columns(library):
    assert _offers.offers(library).columns.tolist() == [
        *("run_id", "local_date", "pain_0_10", "moment", "side", "site"),
        *("words", "number"),
    ]


def test_an_offer_that_is_taken_is_an_entry_and_no_offer(told):
    merged = _offers.take_offers(told, [2])

    one = rating_of(told, merged.added[0])
    assert one.words == "2 next morning, right hip, 2026-09-04, run aa3"
    assert one.note == 'from the activity\'s text: "stiff 2/10 next morning"'
    assert _offers.offers(told)["number"].tolist() == [1]


def test_an_offer_whose_value_was_mended_is_not_offered_again(told):
    (entry,) = _offers.take_offers(told, [1]).added
    one = rating_of(told, entry)
    edit_rating(
        told, entry, Rating(DAY, 2, moment="after", run_id="aa1", note=one.note)
    )

    assert _offers.offers(told)["number"].tolist() == [2]


def test_an_offer_that_is_dismissed_comes_back_by_undo(told):
    _offers.dismiss_offers(told, [1, 2])
    left = len(_offers.offers(told))
    undo_last(told)

    assert left == 0
    assert len(_offers.offers(told)) == 2


def test_an_offer_stays_taken_when_another_recording_is_used(told):
    _offers.take_offers(told, [1])
    _offers.dismiss_offers(told, [2])
    for old, new in (("aa1", "bb1"), ("aa3", "bb3")):
        names = ", ".join(
            one for one in _columns(told) if one not in {"run_id", "same_run_as"}
        )
        told.execute(
            f"INSERT INTO runs (run_id, {names}) SELECT ?, {names} FROM runs "  # noqa: S608 - our own words
            "WHERE run_id = ?",
            (new, old),
        )
        told.execute("UPDATE runs SET same_run_as = ? WHERE run_id = ?", (new, old))

    assert len(_offers.offers(told)) == 0


def _columns(connection: sqlite3.Connection) -> list[str]:
    return [row[1] for row in connection.execute("PRAGMA table_info(runs)")]


def test_an_offer_that_is_not_there_is_refused(told):
    for act in (_offers.take_offers, _offers.dismiss_offers):
        with pytest.raises(LibraryError, match="offer 7: found none of this number"):
            act(told, [1, 7])

    assert len(_offers.offers(told)) == 2
