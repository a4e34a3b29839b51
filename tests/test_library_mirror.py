"""The files beside the database: a rating is never lost, and never overwritten."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import hipstride as hs
from hipstride.errors import DataQualityWarning
from hipstride.library._changes import add_changes, changes_table
from hipstride.library._database import connect, transaction
from hipstride.library._journal import add_ratings, edit_rating, journal_table
from hipstride.library._mirror import mirror_faults, mirror_if_due
from hipstride.library._settings import setting, store_setting
from hipstride.library._undo import undo_last
from logbuild import change, opened, rating

FILES = ("changes.csv", "decisions.csv", "journal.csv", "settings.json")
DATABASE = ("library.sqlite", "library.sqlite-wal", "library.sqlite-shm")
# Begins every script that is run in a process of its own.
HEAD = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from logbuild import DAY, opened, rating
from hipstride.library._journal import add_ratings
folder = Path(sys.argv[1])
"""


def process(script: str, folder: Path) -> list[str]:
    return [
        sys.executable,
        "-c",
        HEAD + script,
        str(folder),
        str(Path(__file__).parent),
    ]


def filled(folder: Path) -> None:
    with opened(folder) as connection:
        add_ratings(connection, [rating(4, note="hills"), rating(0, moment="before")])
        add_changes(connection, [change("shoes", label="Über")])
        with transaction(connection):
            connection.execute("INSERT INTO decisions VALUES ('aa1', 'keep', '')")
            store_setting(connection, "timezone", "Europe/Berlin")


def log(folder: Path, pain: float, **words: str) -> None:
    with opened(folder) as connection:
        add_ratings(connection, [rating(pain, **words)])


def lose_database(folder: Path) -> None:
    for name in DATABASE:
        (folder / name).unlink(missing_ok=True)


def contents_of(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


def test_every_step_stands_in_the_files_before_the_verb_ends(tmp_path: Path):
    for step, count in (
        (lambda c: add_ratings(c, [rating(4)]), 1),
        (lambda c: edit_rating(c, 1, rating(3)), 1),
        (lambda c: add_ratings(c, [rating(0, moment="before")]), 2),
        (undo_last, 1),
    ):
        with opened(tmp_path) as connection:
            step(connection)
            mirror_if_due(connection, tmp_path)
            journal = hs.read_journal(tmp_path / "journal.csv")

            assert journal.equals(journal_table(connection).reset_index(drop=True))
            assert len(journal) == count
            assert mirror_faults(connection, tmp_path) == []


def test_settings_and_decisions_stand_there_too(tmp_path: Path):
    filled(tmp_path)

    made = json.loads((tmp_path / "settings.json").read_text(encoding="utf-8"))
    assert made == {"timezone": "Europe/Berlin"}
    assert "aa1,keep," in (tmp_path / "decisions.csv").read_text(encoding="utf-8")


def test_a_database_that_is_gone_is_filled_from_the_files(tmp_path: Path):
    filled(tmp_path)
    before = contents_of(tmp_path)
    lose_database(tmp_path)

    with opened(tmp_path) as connection:
        journal, changes = journal_table(connection), changes_table(connection)

        assert journal["pain_0_10"].tolist() == [4.0, 0.0]
        assert journal["note"].tolist()[0] == "hills"
        assert changes["label"].tolist() == ["Über"]
        assert setting(connection, "timezone") == "Europe/Berlin"
        assert connection.execute("SELECT * FROM decisions").fetchall() == [
            ("aa1", "keep", "")
        ]
        assert mirror_faults(connection, tmp_path) == []
    assert contents_of(tmp_path) == before
    assert not list(tmp_path.glob("*altered*"))


def test_a_rating_after_the_loss_comes_beside_those_of_before(tmp_path: Path):
    filled(tmp_path)
    lose_database(tmp_path)
    with opened(tmp_path) as connection:
        add_ratings(connection, [rating(7, moment="during")])

    assert len(hs.read_journal(tmp_path / "journal.csv")) == 3


def test_a_file_that_cannot_be_read_is_said_and_set_aside(tmp_path: Path):
    filled(tmp_path)
    lose_database(tmp_path)
    (tmp_path / "journal.csv").write_text("date,pain\n2026-09-01,99\n", "utf-8")

    with pytest.warns(DataQualityWarning) as caught:
        log(tmp_path, 1)
    words = [str(one.message) for one in caught]
    assert any(
        "not restored" in one and "row 2, column 'pain': found '99'" in one
        for one in words
    )
    assert len(hs.read_changes(tmp_path / "changes.csv")) == 1
    assert ",99" in (tmp_path / "journal.altered-1.csv").read_text(encoding="utf-8")
    assert len(hs.read_journal(tmp_path / "journal.csv")) == 1


def test_a_file_altered_by_hand_is_set_aside_and_not_lost(tmp_path: Path):
    filled(tmp_path)
    path = tmp_path / "journal.csv"
    path.write_text(path.read_text("utf-8-sig").replace("hills", "HILLS"), "utf-8")
    with connect(tmp_path) as connection:
        faults = mirror_faults(connection, tmp_path)

    with pytest.warns(DataQualityWarning, match=r"altered by hand.*journal.altered-1"):
        log(tmp_path, 1, moment="during")

    assert "found other content than the database holds" in faults[0]
    assert "HILLS" in (tmp_path / "journal.altered-1.csv").read_text(encoding="utf-8")
    assert "hills" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_missing_is_a_fault_and_is_written_again(
    tmp_path: Path, name: str
):
    filled(tmp_path)
    before = contents_of(tmp_path)
    (tmp_path / name).unlink()
    with connect(tmp_path) as connection:
        faults = mirror_faults(connection, tmp_path)
    with opened(tmp_path):
        pass

    assert len(faults) == 1
    assert f"{name}: found no copy" in faults[0]
    assert contents_of(tmp_path) == before


KILLS = {
    "before the files": "mirror.contents = lambda connection: os._exit(9)",
    "within a file": "os.fsync = lambda number: os._exit(9)",
    "before it is put in place": "mirror.Path.replace = lambda *names: os._exit(9)",
    "between two files": """
real, seen = mirror.Path.replace, []
def replace(path, target):
    seen.append(target)
    os._exit(9) if len(seen) > 1 else real(path, target)
mirror.Path.replace = replace
""",
    "before the note is taken away": (
        "mirror.unmark_mirror_due = lambda connection: os._exit(9)"
    ),
}


@pytest.mark.parametrize("moment", KILLS)
def test_a_kill_at_any_moment_loses_no_rating(tmp_path: Path, moment: str):
    filled(tmp_path)
    script = (
        "with opened(folder) as connection:\n"
        "    from hipstride.library import _mirror as mirror\n"
        "    add_ratings(connection, [rating(7, moment='during', note='killed')])\n"
        "    changes = __import__('hipstride.library._changes').library._changes\n"
        "    from logbuild import change\n"
        "    changes.add_changes(connection, [change('cue')])\n"
        + "".join(f"    {line}\n" for line in KILLS[moment].splitlines())
    )
    done = subprocess.run(process(script, tmp_path), check=False)  # noqa: S603 - our own program

    killed = hs.read_journal(tmp_path / "journal.csv")
    with opened(tmp_path) as connection:
        stored = journal_table(connection).reset_index(drop=True)
    assert done.returncode == 9
    assert len(killed) in {2, 3}
    assert len(stored) == 3
    assert hs.read_journal(tmp_path / "journal.csv").equals(stored)
    assert len(hs.read_changes(tmp_path / "changes.csv")) == 2
    assert not list(tmp_path.glob("*altered*"))


def test_two_processes_never_let_an_older_state_over_a_newer_one(tmp_path: Path):
    script = (
        "from datetime import timedelta\n"
        "for number in range(12):\n"
        "    with opened(folder) as connection:\n"
        "        day = DAY - timedelta(days=number)\n"
        "        note = str(os.getpid())\n"
        "        add_ratings(connection, [rating(3, day, site=note)])\n"
    )

    def run(_: int) -> int:
        return subprocess.run(process(script, tmp_path), check=False).returncode  # noqa: S603 - our own program

    with ThreadPoolExecutor(3) as pool:
        codes = list(pool.map(run, range(3)))

    with connect(tmp_path) as connection:
        stored = journal_table(connection).reset_index(drop=True)
        assert mirror_faults(connection, tmp_path) == []
    assert codes == [0, 0, 0]
    assert len(stored) == 36
    assert hs.read_journal(tmp_path / "journal.csv").equals(stored)


def refuse_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path), None, str(target))

    monkeypatch.setattr(Path, "replace", refused)


def fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)


@pytest.mark.parametrize("fail", [refuse_to_write, fill_the_disk])
def test_a_rating_is_stored_where_the_files_cannot_be_written(
    tmp_path: Path, fail: Callable[[pytest.MonkeyPatch], None]
):
    filled(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        fail(patch)
        with pytest.warns(DataQualityWarning, match="what was stored is stored"):
            log(tmp_path, 1, moment="during")
    behind = hs.read_journal(tmp_path / "journal.csv")
    with opened(tmp_path):
        pass

    assert len(behind) == 2
    assert len(hs.read_journal(tmp_path / "journal.csv")) == 3


def test_nothing_is_written_where_nothing_was_altered(tmp_path: Path):
    filled(tmp_path)
    times = {name: (tmp_path / name).stat().st_mtime_ns for name in FILES}
    with opened(tmp_path) as connection:
        add_ratings(connection, [rating(4)])

    assert times == {name: (tmp_path / name).stat().st_mtime_ns for name in FILES}


def test_a_copied_library_is_whole(tmp_path: Path):
    filled(tmp_path / "here")
    shutil.copytree(tmp_path / "here", tmp_path / "there")

    with opened(tmp_path / "there") as connection:
        assert mirror_faults(connection, tmp_path / "there") == []
        assert len(journal_table(connection)) == 2
