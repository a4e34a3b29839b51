"""A distance that the runner typed in stays with its run, whatever becomes of files."""

from __future__ import annotations

import gzip
import sqlite3
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests import exportbuild
from tests.libbuild import run, write
from tests.librarydump import dump

from hipstride.errors import DataQualityWarning, LibraryError, TableError
from hipstride.library import Library
from hipstride.library._database import connect
from hipstride.library._mirror import mirror_if_due
from hipstride.tables import BELTS

WATCH_M = 3.0 * 719
DATABASE = ("library.sqlite", "library.sqlite-wal", "library.sqlite-shm")
ROOT = Path(__file__).resolve().parents[1]


def treadmill(start: str = "2026-09-01 06:00", **other):
    return run(start, sub_sport="treadmill", place=None, **other)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Two runs on a treadmill and one outdoors."""
    write(treadmill(), tmp_path / "in" / "belt.fit")
    write(treadmill("2026-09-03 06:00", seed=1), tmp_path / "in" / "other.fit")
    write(run("2026-09-05 06:00", seed=2), tmp_path / "in" / "road.fit")
    library = Library(tmp_path / "library")
    library.add(tmp_path / "in")
    return library


def first(library: Library) -> str:
    return str(library.runs()["run_id"][0])


def distances(library: Library) -> list[float]:
    return library.runs()["distance_m"].tolist()


def lose_database(library: Library) -> None:
    for name in DATABASE:
        (library.folder / name).unlink(missing_ok=True)


# --- what it does ---------------------------------------------------------------------


def test_a_run_has_the_distance_of_the_belt_and_its_step_length_counts(library):
    before = library.runs().iloc[0]
    told = library.set_belt_distance(before["run_id"][:5], 1.1 * WATCH_M)

    after = library.runs().iloc[0]
    assert after["distance_m"] == pytest.approx(1.1 * before["distance_m"])
    assert after["mean_step_length_m"] == pytest.approx(
        1.1 * before["mean_step_length_m"]
    )
    assert after["mean_cadence_spm"] == pytest.approx(before["mean_cadence_spm"])
    assert (after["step_length_source"], after["is_step_length_independent"]) == (
        "belt",
        True,
    )
    assert not before["is_step_length_independent"]
    assert told.run_id == before["run_id"]
    assert told.factor == pytest.approx(1.1)
    assert (told.watch_distance_m, told.is_new) == (WATCH_M, True)
    assert np.isnan(told.was_belt_distance_m)


def test_windows_samples_and_recording_agree_with_the_row(library):
    run_id = first(library)
    library.set_belt_distance(run_id, 2300.0)

    recording = library.recording(run_id)
    windows = library.windows().query("run_id == @run_id")
    assert recording.distance_m == recording.belt_distance_m == 2300.0
    assert recording.watch_distance_m == WATCH_M
    assert library.samples(run_id)["distance_m"].max() == pytest.approx(2300.0)
    assert windows["speed_mps"].median() == pytest.approx(2300.0 / 719, rel=0.01)


def test_no_other_run_is_touched(library):
    before = dump(library.folder)["recorded"]
    library.set_belt_distance(first(library), 2300.0)
    after = dump(library.folder)["recorded"]

    changed = [new[0] for new, old in zip(after, before, strict=True) if new != old]
    assert changed == [first(library)]


def test_the_list_of_belt_distances_is_a_table(library):
    run_id = first(library)
    library.set_belt_distance(run_id, 2300.0)

    table = library.belt_distances()
    BELTS.check(table, *BELTS.names)
    assert table.to_dict("records") == [
        {
            "run_id": run_id,
            "local_date": pd.Timestamp("2026-09-01"),
            "belt_distance_m": 2300.0,
            "watch_distance_m": WATCH_M,
        }
    ]


def test_without_one_the_table_is_empty(library):
    BELTS.check(library.belt_distances(), *BELTS.names)

    assert library.belt_distances().empty


def test_another_distance_goes_from_the_watch_and_not_from_the_last_one(library):
    run_id = first(library)
    library.set_belt_distance(run_id, 4000.0)
    told = library.set_belt_distance(run_id, 2200.0)

    assert distances(library)[0] == 2200.0
    assert (told.was_belt_distance_m, told.watch_distance_m) == (4000.0, WATCH_M)


def test_the_same_again_is_no_step(library):
    run_id = first(library)
    library.set_belt_distance(run_id, 2300.0)
    before = dump(library.folder)
    told = library.set_belt_distance(run_id, 2300.0)

    assert not told.is_new
    assert dump(library.folder) == before


# --- and back -------------------------------------------------------------------------


def test_taken_away_the_run_is_as_it_was(library):
    before = dump(library.folder)
    run_id = first(library)
    library.set_belt_distance(run_id, 2300.0)
    told = library.remove_belt_distance(run_id)

    after = dump(library.folder)
    assert (after["recorded"], after["runs"]) == (before["recorded"], before["runs"])
    assert np.isnan(told.belt_distance_m)
    assert told.was_belt_distance_m == 2300.0


def test_undo_goes_back_step_by_step(library):
    run_id = first(library)
    library.set_belt_distance(run_id, 2300.0)
    library.set_belt_distance(run_id, 2200.0)
    library.remove_belt_distance(run_id)
    seen = []
    words = []
    for _ in range(3):
        words.append(library.undo())
        seen.append(distances(library)[0])

    assert seen == [2200.0, 2300.0, WATCH_M]
    assert words == [
        f"took away the belt distance of run {run_id[:8]}",
        f"belt distance 2,200 m of run {run_id[:8]}",
        f"belt distance 2,300 m of run {run_id[:8]}",
    ]
    assert library.check().faults == []


# --- what is refused ------------------------------------------------------------------


def test_a_run_outdoors_is_refused_with_the_way_to_say_otherwise(library):
    road = library.runs()["run_id"][2]
    before = dump(library.folder)
    with pytest.raises(LibraryError, match=r"not on a treadmill.*2300m --treadmill"):
        library.set_belt_distance(road, 2300.0)

    assert dump(library.folder) == before


def test_by_the_runners_word_a_run_was_on_a_treadmill_after_all(library):
    road = library.runs()["run_id"][2]
    library.set_belt_distance(road, 2300.0, is_treadmill=True)
    library.set_belt_distance(road, 2250.0)

    found = library.runs().iloc[2]
    assert (found["is_treadmill"], found["distance_m"]) == (True, 2250.0)
    assert "so the run was on a treadmill" in found["notes"]
    assert library.recording(road).is_treadmill
    library.remove_belt_distance(road)
    assert not library.runs()["is_treadmill"][2]


@pytest.mark.parametrize("distance_m", [0.0, -5.0, np.nan, np.inf, 400.0, 9000.0])
def test_what_cannot_be_its_distance_is_refused_and_nothing_is_stored(
    library, distance_m
):
    before = dump(library.folder)
    with pytest.raises(TableError, match=r"found .*; expected"):
        library.set_belt_distance(first(library), distance_m)

    assert dump(library.folder) == before


def test_an_unknown_run_is_refused(library):
    with pytest.raises(LibraryError, match="found no run whose id begins with 'zz'"):
        library.set_belt_distance("zz", 2300.0)
    with pytest.raises(LibraryError, match="found no run whose id begins with 'zz'"):
        library.remove_belt_distance("zz")


def test_what_was_not_typed_in_cannot_be_taken_away(library):
    with pytest.raises(LibraryError, match="found no belt distance; expected one"):
        library.remove_belt_distance(first(library))


def test_a_run_whose_original_is_gone_is_refused(library):
    next((library.folder / "originals").rglob(f"{first(library)}*.gz")).unlink()
    with pytest.raises(LibraryError, match="expected an original"):
        library.set_belt_distance(first(library), 2300.0)

    assert library.belt_distances().empty


# --- it stays -------------------------------------------------------------------------


def test_a_rebuild_gives_the_same_rows(library):
    library.set_belt_distance(first(library), 2300.0)
    before = dump(library.folder)

    assert library.rebuild() == []
    assert dump(library.folder) == before


def test_an_upgrade_keeps_it(library, monkeypatch):
    library.set_belt_distance(first(library), 2300.0)
    before = library.runs()
    monkeypatch.setattr("hipstride.library._rebuild.DERIVED_VERSION", 99)

    pd.testing.assert_frame_equal(library.runs(), before)


def test_an_import_that_comes_again_keeps_it(library, tmp_path):
    library.set_belt_distance(first(library), 2300.0)
    write(treadmill("2026-09-07 06:00", seed=5), tmp_path / "in" / "new.fit")
    next((library.folder / "originals").rglob(f"{first(library)}*.gz")).unlink()
    library.add(tmp_path / "in")

    assert distances(library) == [2300.0, WATCH_M, WATCH_M, WATCH_M]
    assert library.check().faults == []


def test_it_goes_with_the_run_when_another_recording_is_used(library, tmp_path):
    """A phone's recording came first; the watch's is richer, and 100 m shorter."""
    folder = tmp_path / "twice"
    there = Library(tmp_path / "there")
    phone = replace(run(seed=4, cadence=None, place=None), sub_sport="treadmill")
    there.add(write(phone, folder / "phone.tcx"))
    of_phone = first(there)
    there.set_belt_distance(of_phone, 2300.0)
    there.add(write(treadmill(seed=4, speed=2.86), folder / "watch.fit"))

    used = there.runs()
    assert used["run_id"].tolist() != [of_phone]
    assert used["distance_m"].tolist() == [2300.0]
    assert used["step_length_source"].tolist() == ["belt"]
    assert there.recording(used["run_id"][0]).belt_distance_m == 2300.0
    # The phone's is no longer in use, and as its file has it.
    assert np.isnan(there.recording(of_phone).belt_distance_m)
    there.keep(of_phone)
    assert there.runs()["run_id"].tolist() == [of_phone]
    assert distances(there) == [2300.0]
    there.remove_belt_distance(of_phone)
    assert distances(there) == [WATCH_M]


def test_of_doubles_the_belt_does_not_choose_which_are_one_run(tmp_path):
    """By the belt the two would be 17 % apart, by their files they are 5 % apart."""
    one, other = Library(tmp_path / "one"), Library(tmp_path / "other")
    watch = write(treadmill(seed=4), tmp_path / "in" / "watch.fit")
    phone = treadmill(seed=4, cadence=None, speed=2.85)
    phone = write(phone, tmp_path / "in" / "phone.tcx")
    one.add(watch)
    one.set_belt_distance(first(one), 2400.0)
    one.add(phone)
    other.add(watch.parent)
    other.set_belt_distance(first(other), 2400.0)

    assert len(one.runs()) == 1
    pd.testing.assert_frame_equal(one.runs(), other.runs())
    pd.testing.assert_frame_equal(
        one.ledger()[["verdict"]], other.ledger()[["verdict"]]
    )


def test_for_a_double_it_is_typed_in_for_the_run(library, tmp_path):
    phone = treadmill(cadence=None)
    library.add(write(phone, tmp_path / "phone.tcx"))
    double = library.ledger().set_index("verdict")["run_ids"]["duplicate"]
    told = library.set_belt_distance(double, 2300.0)

    assert told.run_id == first(library)
    assert distances(library)[0] == 2300.0


def test_the_last_word_of_two_recordings_of_a_run_counts(library, tmp_path):
    library.set_belt_distance(first(library), 2300.0)
    library.add(write(treadmill(cadence=None), tmp_path / "phone.tcx"))
    double = library.ledger().set_index("verdict")["run_ids"]["duplicate"]
    library.separate(double)
    library.set_belt_distance(double, 2100.0)
    apart = sorted(distances(library)[:2])
    library.reset(double)
    together = distances(library)[0]
    library.set_belt_distance(double, 2200.0)

    assert apart == [2100.0, 2300.0]
    assert together == 2300.0
    assert distances(library)[0] == 2200.0
    assert len(library.belt_distances()) == 1
    library.undo()
    assert distances(library)[0] == 2300.0


def test_a_recording_far_too_short_for_it_says_so_and_is_left_as_it_is(tmp_path):
    whole = treadmill(minutes=30)
    short = replace(whole, samples=whole.samples.iloc[:700], timer_s=699.0)
    short = replace(short, distance_m=3.0 * 699)
    write(whole, tmp_path / "in" / "whole.fit")
    write(short, tmp_path / "in" / "short.fit")
    library = Library(tmp_path / "library")
    library.add(tmp_path / "in")
    library.set_belt_distance(first(library), 5500.0)
    broken_off = library.ledger().set_index("verdict")["run_ids"]["duplicate"]
    library.keep(broken_off)

    found = library.runs().iloc[0]
    assert found["distance_m"] == pytest.approx(3.0 * 699, rel=0.01)
    assert "the typed belt distance is not used (belt distance of" in found["notes"]
    assert library.check().faults == []
    assert f"log belt {broken_off} --remove" in library.check().notes[0]
    assert np.isnan(library.recording(broken_off).belt_distance_m)
    library.reset(broken_off)
    assert distances(library) == [5500.0]


def test_the_lists_word_for_treadmill_is_enough(tmp_path):
    recording = run(place=None)
    row = exportbuild.garmin_row(recording, activityType="treadmill_running")
    export = exportbuild.garmin_export(tmp_path / "e.zip", [recording], [row])
    library = Library(tmp_path / "library")
    library.add(export)
    library.set_belt_distance(first(library), 2300.0)
    library.add(export)

    found = library.runs().iloc[0]
    assert (found["distance_m"], found["is_treadmill"]) == (2300.0, True)
    assert "the account's list says treadmill" in found["notes"]
    assert "was read off a belt" not in found["notes"]


# --- nothing typed in is lost ---------------------------------------------------------

KILLED = """
import os, sys
sys.path[:0] = [sys.argv[3]]
from pathlib import Path
from hipstride.library import Library, _belt_steps, _settle, _undo
{moment} = lambda *given: os._exit(9)
Library(Path(sys.argv[1])).set_belt_distance(sys.argv[2], 2300.0)
"""
MOMENTS = {
    "before it is stored": ("_undo.mark_mirror_due", False),
    "before the run is made": ("_belt_steps.settle", True),
    "while the run is made": ("_settle._write_runs", True),
    "before the note that all is made": ("_settle.note_settled", True),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_kill_at_any_moment_leaves_all_or_nothing(library, moment):
    run_id = first(library)
    untouched = library.runs()
    patched, is_stored = MOMENTS[moment]
    done = subprocess.run(  # noqa: S603 - our own program
        [
            *(sys.executable, "-c", KILLED.format(moment=patched)),
            *(str(library.folder), run_id, str(ROOT)),
        ],
        check=False,
    )

    assert done.returncode == 9
    if not is_stored:
        assert library.runs().equals(untouched)
        assert library.belt_distances().empty
        library.set_belt_distance(run_id, 2300.0)
    assert distances(library)[0] == 2300.0
    assert library.belt_distances()["belt_distance_m"].tolist() == [2300.0]
    with connect(library.folder) as connection:
        mirror_if_due(connection, library.folder)
    assert library.check() == (3, 3, [], [])
    killed = dump(library.folder)
    library.undo()
    library.set_belt_distance(run_id, 2300.0)
    again = dump(library.folder)
    assert {**again, "undo": None} == {**killed, "undo": None}


def test_a_copy_stands_beside_the_database_before_the_step_ends(library):
    run_id = first(library)
    library.set_belt_distance(run_id, 2300.1)
    path = library.folder / "belts.csv"

    assert path.read_text("utf-8").split() == [
        "run_id,belt_distance_m",
        f"{run_id},2300.1",
    ]
    library.undo()
    assert path.read_text("utf-8").split() == ["run_id,belt_distance_m"]


def test_the_loss_of_the_database_takes_none_with_it(library):
    library.set_belt_distance(first(library), 2300.0)
    before = library.runs()
    lose_database(library)
    faults = library.rebuild()

    assert "the database was gone" in faults[0]
    pd.testing.assert_frame_equal(library.runs(), before)
    assert library.check().faults == []


def test_a_damaged_database_takes_none_with_it(library):
    library.set_belt_distance(first(library), 2300.0)
    connection = sqlite3.connect(library.folder / "library.sqlite")
    connection.execute("DROP TABLE belts")
    connection.close()
    with pytest.raises(LibraryError, match="damaged database"):
        library.set_belt_distance(first(library), 2100.0)
    library.rebuild()

    assert distances(library)[0] == 2300.0


def test_without_its_run_it_waits_for_it(library, tmp_path):
    run_id = first(library)
    library.set_belt_distance(run_id, 2300.0)
    alone = Library(tmp_path / "alone")
    alone.folder.mkdir()
    copy = alone.folder / "belts.csv"
    copy.write_bytes((library.folder / "belts.csv").read_bytes())
    alone.add(tmp_path / "in" / "road.fit")
    waiting = alone.belt_distances()
    notes = alone.check().notes
    alone.add(tmp_path / "in")

    assert waiting["run_id"].tolist() == [run_id]
    assert waiting["local_date"].isna().all()
    assert notes == [
        f"run {run_id}: it is not in the library; its belt distance waits for it"
    ]
    assert distances(alone)[0] == 2300.0
    assert alone.check().notes == []


def test_what_waits_for_no_run_can_be_taken_away(tmp_path):
    library = Library(tmp_path / "library")
    library.folder.mkdir()
    (library.folder / "belts.csv").write_text("run_id,belt_distance_m\nabc123,5000\n")
    library.add(write(treadmill(), tmp_path / "belt.fit"))
    told = library.remove_belt_distance("abc")

    assert (told.run_id, told.was_belt_distance_m) == ("abc123", 5000.0)
    assert library.belt_distances().empty


@pytest.mark.parametrize("text", ["far", "-3", "0", "inf", "nan"])
def test_a_copy_that_holds_no_distance_is_said_and_set_aside(library, text):
    library.set_belt_distance(first(library), 2300.0)
    lose_database(library)
    path = library.folder / "belts.csv"
    path.write_text(f"run_id,belt_distance_m\n{first_id(path)},{text}\n")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", DataQualityWarning)
        library.rebuild()

    assert any("not restored: " in str(one.message) for one in caught)
    assert text in path.with_name("belts.altered-1.csv").read_text("utf-8")
    assert distances(library)[0] == WATCH_M


def first_id(path: Path) -> str:
    return path.read_text("utf-8").split()[1].partition(",")[0]


def test_a_copy_that_is_missing_is_a_fault_and_is_written_again(library):
    library.set_belt_distance(first(library), 2300.0)
    path = library.folder / "belts.csv"
    before = path.read_bytes()
    path.unlink()
    [fault] = library.check().faults
    with connect(library.folder) as connection:
        mirror_if_due(connection, library.folder)

    assert "belts.csv: found no copy of what the database holds" in fault
    assert path.read_bytes() == before


def test_a_distance_that_is_not_in_its_row_is_a_fault(library):
    run_id = first(library)
    library.set_belt_distance(run_id, 2300.0)
    with connect(library.folder) as connection:
        connection.execute("UPDATE recorded SET belt_distance_m = NULL")
    [fault] = library.check().faults

    assert fault == (
        f"run {run_id}: its belt distance of 2,300 m is not in its row; "
        "`hipstride library rebuild` makes it again"
    )
    library.rebuild()
    assert library.check().faults == []


def test_a_rebuild_without_the_original_keeps_the_rescaled_row(library):
    library.set_belt_distance(first(library), 2300.0)
    before = library.runs()
    original = next((library.folder / "originals").rglob(f"{first(library)}*.gz"))
    original.write_bytes(gzip.compress(b"spoiled"))
    faults = library.rebuild()

    assert "its row stays as it was" in faults[-1]
    assert library.runs().equals(before)


# --- libraries of earlier versions ----------------------------------------------------

FIRST_ACTIVITIES = (
    "list, place, started_at, utc_offset_s, sport, sub_sport, is_treadmill, "
    "duration_s, distance_m, rpe_0_10, feel_0_100, name, description, file, source"
)


# The first version wrote no such file.
WRITTEN = (
    "UPDATE settings SET value = json_remove(value, '$.\"belts.csv\"') "
    "WHERE name = 'mirror_sha256'"
)


def as_of_version_1(folder: Path) -> None:
    """Take away from a library what its second version has brought."""
    connection = sqlite3.connect(folder / "library.sqlite")
    for statement in (
        "DROP TABLE belts",
        "ALTER TABLE activities DROP COLUMN shoe",
        "ALTER TABLE recorded DROP COLUMN belt_distance_m",
        "ALTER TABLE recorded DROP COLUMN watch_distance_m",
        "ALTER TABLE runs DROP COLUMN shoe",
        "UPDATE recorded SET row = json_remove(row, '$.shoe') WHERE is_run",
        "UPDATE settings SET value = '1' WHERE name = 'derived_version'",
        WRITTEN,
        "PRAGMA user_version = 1",
    ):
        connection.execute(statement)
    connection.commit()
    connection.close()
    (folder / "belts.csv").unlink()


def test_a_library_of_the_first_version_is_brought_up(library):
    library.log_pain(3, moment="after", local_date="2026-09-01")
    before = dump(library.folder)
    as_of_version_1(library.folder)
    notes = library.check()
    runs = library.runs()
    library.log_pain(2, moment="after", local_date="2026-09-03")
    library.undo()

    assert notes.faults == []
    assert len(runs) == 3
    after = dump(library.folder)
    assert after == before
    library.set_belt_distance(first(library), 2300.0)
    assert distances(library)[0] == 2300.0


def test_an_upgrade_loses_no_run_whose_original_is_gone(library):
    run_id = first(library)
    as_of_version_1(library.folder)
    next((library.folder / "originals").rglob(f"{run_id}*.gz")).unlink()
    with pytest.warns(DataQualityWarning, match="its row stays as it was"):
        runs = library.runs()

    assert runs["run_id"][0] == run_id
    assert len(runs) == 3
    assert runs["shoe"].isna().all()


def test_the_first_version_is_left_as_it_was_where_bringing_it_up_fails(
    library, monkeypatch
):
    as_of_version_1(library.folder)
    before = dump(library.folder)
    monkeypatch.setattr(
        "hipstride.library._schema._MIGRATIONS",
        ("", "CREATE TABLE belts (run_id TEXT); SELECT nothing FROM nowhere"),
    )
    with pytest.raises(LibraryError):
        library.runs()
    monkeypatch.undo()

    assert dump(library.folder) == before
    assert len(library.runs()) == 3


def test_the_columns_of_the_first_version_are_still_those(tmp_path):
    with connect(tmp_path) as connection:
        found = [row[1] for row in connection.execute("PRAGMA table_info(activities)")]

    assert found == [*FIRST_ACTIVITIES.split(", "), "shoe"]
