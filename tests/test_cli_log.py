"""``hipstride log``: what it prints, stores and refuses, and how it asks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import CliRunner, Result

import hipstride as hs
from hipstride.cli import _log_pain, app
from hipstride.library import _clock, _offers
from hipstride.library._database import connect, transaction
from hipstride.library._journal import journal_table
from hipstride.library._settings import store_setting
from logbuild import DAY, add_runs


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place of a library that is not there yet; today is 2026-09-01."""
    folder = tmp_path / "library"
    monkeypatch.setenv("HIPSTRIDE_LIBRARY", str(folder))
    monkeypatch.setattr(_clock, "today", lambda _: DAY)
    return folder


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sits there to answer."""
    monkeypatch.setattr(_log_pain, "can_ask", lambda: True)


def log(*arguments: object, answers: str | None = None) -> Result:
    return CliRunner().invoke(app, ["log", *map(str, arguments)], input=answers)


def ratings() -> list[dict[str, object]]:
    return json.loads(log("list", "--json").stdout)["ratings"]


def rated() -> list[tuple[object, object]]:
    return [(one["moment"], one["pain_0_10"]) for one in ratings()]


def test_a_rating_makes_the_library_and_is_told_with_its_number_and_the_way_back(
    library: Path,
):
    result = log("pain", "4", "--moment", "after", "--side", "right", "--site", "hip")

    assert result.exit_code == 0
    assert result.stdout == (
        "Entry 1: 4 after, right hip, 2026-09-01. `hipstride log undo` takes it back.\n"
    )
    assert len(hs.read_journal(library / "journal.csv")) == 1


def test_a_rating_has_all_that_was_said_of_it(library: Path):
    add_runs(library, [("aa1122334455", "2026-08-30T06:10", "Dawn")])

    log(
        *("pain", "3,5", "--moment", "next day", "--run", "aa1", "--side", "L"),
        *("--site", "groin", "--time", "7:30", "--note", "stairs"),
    )

    assert ratings() == [
        {
            "entry": 1,
            "local_date": "2026-08-31",
            "pain_0_10": 3.5,
            "time": "07:30",
            "moment": "next_morning",
            "side": "left",
            "site": "groin",
            "run_id": "aa1122334455",
            "note": "stairs",
        }
    ]


def test_the_day_is_the_one_that_is_named(library: Path):
    log("pain", "3", "--moment", "after", "--date", "yesterday")
    log("pain", "2", "--moment", "after", "--date", "30.8.2026 19:15")

    assert [(one["local_date"], one["time"]) for one in ratings()] == [
        ("2026-08-30", "19:15"),
        ("2026-08-31", None),
    ]


def test_zero_is_stored_as_zero():
    log("pain", "0", "--moment", "before")

    assert rated() == [("before", 0.0)]


def test_the_same_again_is_said_and_not_stored():
    first = log("pain", "4", "--moment", "after")
    again = log("pain", "4", "--moment", "after")

    assert first.exit_code == again.exit_code == 0
    assert again.stdout == "Entry 1 says so already: 4 after, 2026-09-01.\n"
    assert len(ratings()) == 1


def test_a_rating_as_json_is_one_object():
    told = json.loads(log("pain", "4", "--moment", "after", "--json").stdout)

    assert told["hipstride"] == hs.__version__
    assert (told["added"], told["known"]) == ([1], [])
    assert told["ratings"][0]["pain_0_10"] == 4.0
    assert told["ratings"][0]["side"] is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["pain"], "a rating is needed"),
        (["pain", "4"], "before, during, after, next_morning or"),
        (["change", "x", "--kind", "cue"], "--from"),
        (["edit"], "name one"),
        (["edit", "1", "--change", "1", "--pain", "3"], "name one"),
        (["edit", "1"], "say what to alter"),
        (["edit", "1", "--kind", "cue"], "it is no option for a rating"),
        (["edit", "--change", "1", "--pain", "3"], "it is no option for a change"),
        (["delete"], "name numbers"),
        (["export"], "say where to write"),
        (["export", "--out", "a.csv", "--changes", "./a.csv"], "the same file"),
        (["take", "one"], "expected numbers, or all"),
        (["list", "--last", "0"], "--last"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_asked_wrongly_is_exit_2(arguments: list[str], message: str):
    result = log(*arguments)

    words = " ".join(result.stderr.replace("│", " ").split())
    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in words


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["pain", "11", "--moment", "after"], "pain: found '11'; expected one number"),
        (["pain", "", "--moment", "after"], "pain: found nothing; expected one number"),
        (["pain", "4", "--moment", "noon"], "moment: found 'noon'; expected one of"),
        (["pain", "4", "--moment", "after", "--run", "ff"], "run 'ff': found no run"),
        (["pain", "4", "--moment", "after", "--date", "3/4/2026"], "in two ways"),
        (["pain", "5", "--moment", "after", "--date", "2026-08-01"], "edit 1 --pain 5"),
        (["change", "x", "--kind", "magic", "--from", "today"], "kind: found 'magic'"),
        (["edit", "9", "--pain", "3"], "entry 9: found none of this number"),
        (["edit", "1", "--pain", "none"], "pain: found 'none'"),
        (["delete", "1", "9"], "entry 9: found none of this number"),
        (["import", "missing.csv"], "missing.csv: found no such file"),
        (["export", "--out", "no/such/folder/a.csv"], "found no folder"),
        (["list", "--library", "no-library"], "no-library: found no library"),
        (["take", "7"], "offer 7: found none of this number"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_what_cannot_be_done_is_exit_1_and_one_line(arguments: list[str], message: str):
    log("pain", "4", "--moment", "after", "--date", "2026-08-01")

    result = log(*arguments)

    (line,) = result.stderr.splitlines()
    assert result.exit_code == 1
    assert result.stdout == ""
    assert line.startswith("hipstride: error: ")
    assert message in line
    assert rated() == [("after", 4.0)]


@pytest.mark.usefixtures("terminal")
def test_it_asks_for_one_moment_after_the_other(library: Path):
    add_runs(library, [("aa1122334455", "2026-09-01T06:10", "Dawn")])

    result = log("pain", "--site", "hip", answers="R\n2\n\n3,5\n0\n")

    assert result.exit_code == 0
    assert "07:10    8.20 km  aa112233  Dawn" in result.stderr
    places = [
        result.stderr.index(question)
        for question in ("Before the run", "During", "After", "In the morning, after")
    ]
    assert places == sorted(places)
    assert rated() == [("before", 2.0), ("after", 3.5), ("next_morning", 0.0)]
    assert {(one["side"], one["site"]) for one in ratings()} == {("right", "hip")}
    assert "Entries 1, 2 and 3: 2 before, 3.5 after, 0 next morning; " in result.stdout


@pytest.mark.usefixtures("terminal")
def test_an_empty_answer_is_no_rating_and_no_zero():
    result = log("pain", answers="\n" * 5)

    assert result.exit_code == 0
    assert result.stdout == "Nothing was rated, so nothing was stored.\n"
    assert rated() == []


@pytest.mark.usefixtures("terminal")
def test_all_answers_of_one_asking_are_one_step():
    log("pain", answers="\n2\n3\n4\n\n")
    log("undo")

    assert rated() == []


@pytest.mark.usefixtures("terminal")
def test_an_answer_that_is_none_is_asked_for_again():
    result = log("pain", answers="middle\nleft\n12\nfour\n4\n\n\n\n")

    assert "side: found 'middle'" in result.stderr
    assert result.stderr.count("Before the run: ") == 3
    assert rated() == [("before", 4.0)]


@pytest.mark.usefixtures("terminal")
def test_what_is_rated_already_is_shown_and_not_asked():
    log("pain", "2", "--moment", "before", "--time", "6:00")

    result = log("pain", answers="\n3\n4\n\n")

    assert "Before the run: 2, entry 1" in result.stderr
    assert rated() == [("before", 2.0), ("during", 3.0), ("after", 4.0)]


@pytest.mark.usefixtures("terminal")
def test_of_several_runs_it_asks_which(library: Path):
    runs = [("aa1", "2026-09-01T06:10", "Dawn"), ("aa2", "2026-09-01T17:00", "Dusk")]
    add_runs(library, runs)

    result = log("pain", answers="3\n2\n\n1\n\n\n5\n")

    assert "Which run? 1 or 2" in result.stderr
    assert "found '3'; expected a number from 1 to 2" in result.stderr
    assert [(one["moment"], one["run_id"]) for one in ratings()] == [
        ("before", "aa2"),
        ("next_morning", None),
    ]


@pytest.mark.usefixtures("terminal")
def test_a_moment_that_is_named_is_asked_for_alone():
    result = log("pain", "--moment", "before", "--side", "left", answers="3\n")

    assert result.stderr.count("?") == 0
    assert "After the run" not in result.stderr
    assert rated() == [("before", 3.0)]


@pytest.mark.usefixtures("terminal")
def test_a_number_without_a_moment_asks_for_it():
    result = log("pain", "4", answers="\nlater\npost\n")

    assert "A rating needs its moment" in result.stderr
    assert "moment: found 'later'" in result.stderr
    assert rated() == [("after", 4.0)]


@pytest.mark.usefixtures("terminal")
def test_an_asking_that_is_broken_off_stores_nothing():
    result = log("pain", answers="\n2\n3\n")

    assert result.exit_code == 130
    assert "Nothing was stored." in result.stderr
    assert rated() == []


@pytest.mark.usefixtures("terminal")
def test_asking_leaves_stdout_to_the_answer():
    told = json.loads(log("pain", "--json", answers="\n2\n\n\n\n").stdout)

    assert told["added"] == [1]


def test_it_asks_on_a_real_terminal(library: Path):
    # Where there are no such terminals there is nothing to try.
    ours, theirs = pytest.importorskip("pty").openpty()
    day = {**os.environ, "HIPSTRIDE_LIBRARY": str(library)}
    with subprocess.Popen(
        [sys.executable, "-m", "hipstride", "log", "pain", "--side", "right"],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=day,
    ) as asking:
        os.write(ours, b"2\n\n3.5\n\n")
        out, asked = asking.communicate(timeout=60)
    os.close(theirs)
    os.close(ours)

    assert asking.returncode == 0
    assert asked.count("the run") == 4
    assert out.startswith("Entries 1 and 2: 2 before, 3.5 after; right, ")


def test_a_change_is_noted_altered_and_ended():
    noted = log("change", "glute cue", "--kind", "form", "--from", "2026-08-20")
    ended = log("edit", "--change", "1", "--to", "today")
    reopened = log("edit", "--change", "1", "--to", "", "--label", "hip cue")

    assert noted.stdout.startswith('Change 1: cue "glute cue" from 2026-08-20. ')
    assert 'from 2026-08-20 to 2026-09-01 (was cue "glute cue" from' in ended.stdout
    assert reopened.stdout.startswith('Change 1: cue "hip cue" from 2026-08-20 (was')


def test_an_edit_alters_what_is_named_and_nothing_else():
    log("pain", "4", "--moment", "after", "--side", "left", "--note", "hills")

    result = log("edit", "1", "--pain", "3.5", "--side", "")

    (one,) = ratings()
    assert result.stdout == (
        "Entry 1: 3.5 after, 2026-09-01 (was 4 after, left, 2026-09-01). "
        "`hipstride log undo` takes that back.\n"
    )
    assert (one["pain_0_10"], one["side"], one["note"]) == (3.5, None, "hills")
    assert "nothing was altered" in log("edit", "1", "--pain", "3.5").stdout


def test_deleted_entries_come_back_by_undo():
    for moment in ("before", "after"):
        log("pain", "4", "--moment", moment)

    deleted = log("delete", "1", "2")
    left = rated()
    undone = log("undo")

    assert deleted.stdout.startswith("Deleted entries 1 and 2: 4 before, 2026-09-01; ")
    assert left == []
    assert rated() == [("before", 4.0), ("after", 4.0)]
    assert undone.stdout == (
        "Taken back: deleted entries 1 and 2. "
        "2 steps before it can be taken back too.\n"
    )


def test_undo_ends_at_the_first_step():
    log("pain", "4", "--moment", "after")

    assert log("undo").stdout == "Taken back: added entry 1. It was the first step.\n"
    assert "found no step that could be taken back" in log("undo").stderr


def test_a_list_shows_entries_and_changes_within_80_columns():
    note = "down the stairs after a long day at work and a bike ride home in the rain"
    for number in range(25):
        log(
            *("pain", number / 5, "--moment", "next_morning", "--side", "right"),
            *("--site", "hip", "--date", f"2026-08-{number + 1:02}", "--note", note),
        )
    log("change", "shorter stride", "--kind", "stride", "--from", "2026-08-01")

    result = log("list", "--last", "3")

    lines = result.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0] == "25 ratings; 22 are not shown: --last 25"
    assert "entry  day         moment        pain  where      note" in lines[1]
    assert "   25  2026-08-25  next morning   4.8  right hip  down the" in result.stdout
    assert "time" not in lines[1]
    assert "     1  2026-08-01  stride  shorter stride" in result.stdout


def test_a_diary_goes_in_and_out(tmp_path: Path):
    diary, out = tmp_path / "diary.csv", tmp_path / "out.csv"
    diary.write_text("date;pain before;pain after\n1.8.2026;1;3,5\n2.8.2026;0;\n")
    changes = tmp_path / "changes.csv"
    changes.write_text("start,kind\n2026-08-01,shot\n")

    first, second = log("import", diary), log("import", diary)
    third = log("import", changes)
    exported = log("export", "--out", out)

    assert first.stdout.startswith("diary.csv: 3 ratings added. ")
    assert second.stdout == "diary.csv: 0 ratings added, 3 were there already.\n"
    assert third.stdout.startswith("changes.csv: 1 change added. ")
    assert exported.stdout == f"3 ratings written to {out}\n"
    assert hs.read_journal(out).equals(hs.read_journal(diary))


def test_an_export_writes_over_no_file_unasked(tmp_path: Path):
    log("pain", "4", "--moment", "after")
    mine = tmp_path / "mine.csv"
    mine.write_text("typed by hand")

    refused = log("export", "--out", mine)
    kept = mine.read_text()
    forced = log("export", "--out", mine, "--force")

    assert refused.exit_code == 1
    assert "found a file there; expected none" in refused.stderr
    assert kept == "typed by hand"
    assert forced.exit_code == 0
    assert len(hs.read_journal(mine)) == 1


def test_the_library_is_named_by_an_option_before_the_environment(tmp_path: Path):
    log("pain", "4", "--moment", "after", "--library", tmp_path / "other")

    assert (tmp_path / "other" / "journal.csv").is_file()
    assert not (tmp_path / "library").exists()


def test_a_rating_can_be_logged_while_an_import_is_writing(library: Path):
    began = threading.Event()

    def importing() -> None:
        with connect(library) as connection, transaction(connection):
            store_setting(connection, "timezone", "UTC")
            began.set()
            time.sleep(0.5)

    thread = threading.Thread(target=importing)
    thread.start()
    began.wait()
    result = log("pain", "4", "--moment", "after")
    thread.join()

    assert result.exit_code == 0
    with connect(library) as connection:
        assert len(journal_table(connection)) == 1


class Words(NamedTuple):
    """What `ratings_in` gives."""

    pain_0_10: float
    moment: str
    side: str
    site: str
    words: str


@pytest.fixture
def told(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two runs with a rating in their name."""
    found = {f"hip {n}/10": [Words(n, "", "", "hip", f"hip {n}/10")] for n in (2, 3)}
    monkeypatch.setattr(_offers, "ratings_in", lambda text: found.get(text, []))
    runs = [
        ("aa1", "2026-08-01T06", "hip 2/10"),
        ("aa2", "2026-08-02T06", "hip 3/10"),
    ]
    add_runs(library, runs)


@pytest.mark.usefixtures("told")
def test_offers_are_shown_taken_and_dismissed():
    shown = log("offers")
    taken = log("take", "2")
    dismissed = log("dismiss", "all")

    assert "2 ratings in words" in shown.stdout
    assert "     2  2026-08-02  after      3  hip    aa2  hip 3/10" in shown.stdout
    assert taken.stdout.startswith("1 rating taken as entry 1. ")
    assert dismissed.stdout.startswith("1 offer dismissed. ")
    assert log("offers").stdout == "0 ratings in words\n"
    assert [(one["run_id"], one["note"]) for one in ratings()] == [
        ("aa2", 'from the activity\'s text: "hip 3/10"')
    ]


@pytest.mark.usefixtures("told")
def test_all_offers_are_taken_as_one_step():
    offers = json.loads(log("offers", "--json").stdout)
    taken = json.loads(log("take", "all", "--json").stdout)
    log("undo")

    assert [one["number"] for one in offers["offers"]] == [1, 2]
    assert taken["added"] == [1, 2]
    assert json.loads(log("offers", "--json").stdout)["n_offers"] == 2
