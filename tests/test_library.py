"""The library keeps every run once and says what became of every file."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
import zipfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from tests.libbuild import run, season, without, write
from tests.librarydump import dump

import hipstride as hs
from hipstride.errors import LibraryError, ReadError
from hipstride.library import Library
from hipstride.tables import LEDGER, RUNS, WINDOWS


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


def verdicts(library: Library) -> dict[str, str]:
    ledger = library.ledger()
    names = [Path(file).name for file in ledger["file"]]
    return dict(zip(names, ledger["verdict"], strict=True))


def test_a_folder_of_runs_becomes_a_table_of_runs(library, tmp_path):
    report = library.add(season(tmp_path / "runs"))

    runs = library.runs()
    RUNS.check(runs, *RUNS.names)
    assert report.verdicts == {"imported": 6}
    assert runs["started_at"].is_monotonic_increasing
    assert runs["distance_m"].tolist() == pytest.approx(
        [(2.8 + 0.05 * n) * 719 for n in range(6)], rel=0.01
    )


def test_the_runs_are_those_that_summarize_gives(library, tmp_path):
    folder = season(tmp_path / "runs")
    library.add(folder)

    expected = hs.summarize(hs.read_runs(folder))
    found = library.runs()
    for name in ("run_id", "local_date", "duration_s", "step_length_at_ref_speed_m"):
        pd.testing.assert_series_equal(found[name], expected[name])


def test_windows_and_samples_are_those_of_the_files(library, tmp_path):
    folder = season(tmp_path / "runs", 3)
    library.add(folder)

    windows = library.windows()
    first = library.runs()["run_id"][0]
    samples = library.samples(first[:6])
    WINDOWS.check(windows)
    pd.testing.assert_frame_equal(samples, hs.read_run(folder / "run-00.fit").samples)


def test_a_second_import_does_nothing(library, tmp_path):
    folder = season(tmp_path / "runs")
    library.add(folder)
    before = dump(library.folder)
    report = library.add(folder)

    assert report.n_seen == 0
    assert report.n_known == 6
    assert dump(library.folder) == before


def test_an_import_in_one_process_and_in_two_give_the_same_rows(tmp_path):
    folder = season(tmp_path / "runs", 9)
    one, two = Library(tmp_path / "one"), Library(tmp_path / "two")
    one.add(folder, workers=1)
    two.add(folder, workers=2)

    assert dump(one.folder) == dump(two.folder)


def test_files_that_are_no_runs_get_a_verdict_and_a_reason(library, tmp_path):
    folder = tmp_path / "export"
    write(run(sport="cycling", cadence=None, speed=8.0), folder / "ride.fit")
    write(run(), folder / "run.fit")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    (folder / "diary.csv").write_text("date,pain\n2026-09-01,3\n")
    (folder / "notes.txt").write_text("bought shoes")
    (folder / "broken.gpx").write_bytes(b"<gpx><trk")
    (folder / "empty.fit").write_bytes(b"")
    library.add(folder)

    ledger = library.ledger().set_index("file")
    LEDGER.check(library.ledger(), *LEDGER.names)
    assert verdicts(library) == {
        "broken.gpx": "unreadable",
        "diary.csv": "not a run",
        "empty.fit": "unreadable",
        "notes.txt": "not a run",
        "photo.jpg": "not a run",
        "ride.fit": "not a run",
        "run.fit": "imported",
    }
    assert ledger["reason"][str(folder / "ride.fit")] == "an activity of cycling"
    assert (ledger["reason"] != "").sum() == 6


def test_the_same_bytes_under_another_name_are_a_duplicate(library, tmp_path):
    first = write(run(), tmp_path / "in" / "a.fit")
    shutil.copy(first, first.with_name("b.fit"))
    with gzip.open(first.with_name("c.fit.gz"), "wb") as stream:
        stream.write(first.read_bytes())
    library.add(first.parent)

    ledger = library.ledger()
    assert ledger["verdict"].tolist() == ["imported", "duplicate", "duplicate"]
    assert ledger["reason"][1] == f"the same bytes as {first}"
    assert len(library.runs()) == 1


def test_the_richer_of_two_sources_of_a_run_is_used(library, tmp_path):
    write(run(), tmp_path / "in" / "watch.fit")
    write(run(cadence=None, heart_rate=None), tmp_path / "in" / "phone.gpx")
    library.add(tmp_path / "in")

    ledger = library.ledger().set_index("verdict")
    [used] = library.runs()["run_id"]
    assert Path(ledger["file"]["imported"]).name == "watch.fit"
    assert ledger["duplicate_of"]["duplicate"] == used
    assert ledger["reason"]["duplicate"].startswith("the same run: starts 0 s apart")
    assert "since it has the cadence" in ledger["reason"]["duplicate"]


def test_the_order_of_imports_does_not_choose_the_run_in_use(tmp_path):
    watch = write(run(), tmp_path / "in" / "watch.fit")
    phone = write(run(cadence=None), tmp_path / "in" / "phone.gpx")
    one, other = Library(tmp_path / "one"), Library(tmp_path / "other")
    one.add(watch)
    one.add(phone)
    other.add(phone)
    other.add(watch)

    pd.testing.assert_frame_equal(one.runs(), other.runs())


def test_keep_uses_the_poorer_recording_and_reset_takes_that_back(library, tmp_path):
    write(run(), tmp_path / "in" / "watch.fit")
    write(run(cadence=None), tmp_path / "in" / "phone.gpx")
    library.add(tmp_path / "in")
    [watch] = library.runs()["run_id"]
    ledger = library.ledger().set_index("verdict")
    phone = ledger["run_ids"]["duplicate"]
    library.keep(phone)
    kept = library.runs()["run_id"].tolist()
    library.reset(phone)

    assert kept == [phone]
    assert library.runs()["run_id"].tolist() == [watch]


def test_separate_makes_two_runs_of_what_was_taken_for_one(library, tmp_path):
    write(run(), tmp_path / "in" / "watch.fit")
    write(run(cadence=None), tmp_path / "in" / "phone.gpx")
    library.add(tmp_path / "in")
    library.separate(library.ledger().set_index("verdict")["run_ids"]["duplicate"])

    assert len(library.runs()) == 2
    assert set(library.ledger()["verdict"]) == {"imported"}


def test_two_runs_of_a_day_are_two(library, tmp_path):
    write(run("2026-09-01 06:00"), tmp_path / "in" / "a.fit")
    write(run("2026-09-01 17:00"), tmp_path / "in" / "b.fit")
    library.add(tmp_path / "in")

    assert library.ledger()["verdict"].tolist() == ["imported", "imported"]


def test_two_people_side_by_side_are_two(library, tmp_path):
    write(run(seed=1, cadence=168.0), tmp_path / "in" / "me.fit")
    write(run(seed=2, cadence=178.0, heart_rate=140.0), tmp_path / "in" / "friend.fit")
    library.add(tmp_path / "in")

    ledger = library.ledger()
    assert ledger["verdict"].tolist() == ["imported", "imported"]
    assert ledger["reason"].str.contains("but cadences 10 steps/min apart").any()


def test_laps_saved_as_two_activities_are_two(library, tmp_path):
    write(run("2026-09-01 06:00", minutes=1.5), tmp_path / "in" / "a.fit")
    write(run("2026-09-01 06:01:31", minutes=1.5), tmp_path / "in" / "b.fit")
    library.add(tmp_path / "in")

    assert library.ledger()["verdict"].tolist() == ["imported", "imported"]


def test_a_zip_is_passed_over_when_it_comes_again(library, tmp_path):
    folder = season(tmp_path / "runs", 3)
    export = tmp_path / "export.zip"
    with zipfile.ZipFile(export, "w") as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
    first = library.add(export)
    second = library.add(export)

    assert first.verdicts == {"imported": 3}
    assert second.n_seen == 0
    assert second.n_known_zips == 1


def test_a_run_near_midnight_lands_on_the_runners_day(library, tmp_path):
    late = run("2026-09-01 21:50", hours=2.0, place=None)
    write(late, tmp_path / "in" / "late.fit")
    library.add(tmp_path / "in")

    assert library.runs()["local_date"][0] == pd.Timestamp("2026-09-01")


def test_without_a_clock_and_a_place_the_zone_that_was_set_counts(library, tmp_path):
    late = run("2026-09-01 22:50", hours=None, place=None, sub_sport="treadmill")
    write(late, tmp_path / "in" / "late.tcx")
    library.add(tmp_path / "in")
    library.set_timezone("Europe/Berlin")
    runs = library.runs()

    assert runs["local_date"][0] == pd.Timestamp("2026-09-02")
    assert (
        "the clock is that of Europe/Berlin, as set by the runner" in runs["notes"][0]
    )


def test_a_rebuild_gives_the_same_rows(library, tmp_path):
    library.add(season(tmp_path / "runs"))
    before = dump(library.folder)

    assert library.rebuild() == []
    assert dump(library.folder) == before


def test_after_an_upgrade_the_rows_are_made_again_by_themselves(
    library, tmp_path, monkeypatch
):
    library.add(season(tmp_path / "runs", 3))
    before = library.runs()
    monkeypatch.setattr("hipstride.library._rebuild.DERIVED_VERSION", 99)
    assert library.check().notes == [
        "the runs were made by another version; they are made again next"
    ]

    pd.testing.assert_frame_equal(library.runs(), before)
    assert library.check().notes == []


def test_check_names_an_original_that_was_altered(library, tmp_path):
    library.add(write(run(), tmp_path / "a.fit"))
    [original] = (library.folder / "originals").rglob("*.gz")
    original.write_bytes(gzip.compress(b"something else"))
    found = library.check()

    assert len(found.faults) == 1
    assert "expected the bytes that its name tells" in found.faults[0]


def test_check_names_an_original_that_is_missing(library, tmp_path):
    library.add(write(run(), tmp_path / "a.fit"))
    next((library.folder / "originals").rglob("*.gz")).unlink()

    assert "is missing; import it again" in library.check().faults[0]


def test_asking_where_there_is_no_library_says_how_to_make_one(tmp_path):
    with pytest.raises(LibraryError, match=r"found no library; .*hipstride import"):
        Library(tmp_path / "nothing").runs()


def test_a_path_that_is_not_there_is_refused_before_anything_is_read(library, tmp_path):
    with pytest.raises(ReadError, match="no such file"):
        library.add(tmp_path / "nowhere")


def test_an_unknown_run_is_refused_by_name(library, tmp_path):
    library.add(write(run(), tmp_path / "a.fit"))

    with pytest.raises(LibraryError, match="found no run whose id begins with 'zz'"):
        library.samples("zz")


def test_a_library_of_a_newer_version_is_left_alone(library, tmp_path):
    library.add(write(run(), tmp_path / "a.fit"))
    connection = sqlite3.connect(library.folder / "library.sqlite")
    connection.execute("PRAGMA user_version = 99")
    connection.close()

    with pytest.raises(LibraryError, match="a newer hipstride wrote it"):
        library.add(tmp_path)


def test_a_reader_that_fails_in_a_way_nobody_expected_costs_one_file(
    library, tmp_path, monkeypatch
):
    def failing(*_args):
        raise ZeroDivisionError

    monkeypatch.setattr("hipstride.library._work.fit_recordings", failing)
    write(run(), tmp_path / "in" / "a.fit")
    report = library.add(tmp_path / "in", workers=1)

    assert report.verdicts == {"unreadable": 1}
    assert "please report it" in report.unreadable[0][1]


def test_the_diary_is_written_read_and_taken_back_in_python(library, tmp_path):
    library.add(write(run("2026-09-01 06:00"), tmp_path / "a.fit"))
    [run_id] = library.runs()["run_id"]
    entry = library.log_pain(
        3.5, moment="after", local_date="2026-09-01", side="right", run_id=run_id[:6]
    )
    library.log_change("shorter", kind="stride", started_on="2026-09-01")

    assert library.journal().loc[entry, "pain_0_10"] == 3.5
    assert library.observations()["pain_after_0_10"].tolist() == [3.5]
    assert library.observations()["change_shorter"].tolist() == [1.0]
    assert library.undo() == "added change 1"
    assert library.changes().empty


def test_a_rating_for_a_recording_that_is_no_longer_used_stays_with_its_run(
    library, tmp_path
):
    phone = write(run(cadence=None), tmp_path / "phone.gpx")
    library.add(phone)
    [run_id] = library.runs()["run_id"]
    library.log_pain(2, moment="before", local_date="2026-09-01", run_id=run_id)
    library.add(write(run(), tmp_path / "watch.fit"))

    assert library.runs()["run_id"].tolist() != [run_id]
    assert library.observations()["pain_before_0_10"].tolist() == [2.0]


def test_a_day_that_is_none_is_refused_in_one_line(library):
    with pytest.raises(hs.HipstrideError, match="found 'someday'; expected a day"):
        library.log_pain(2, moment="after", local_date="someday")


def test_the_last_keep_counts(library, tmp_path):
    write(run(), tmp_path / "in" / "watch.fit")
    write(run(cadence=None), tmp_path / "in" / "phone.gpx")
    library.add(tmp_path / "in")
    [watch] = library.runs()["run_id"]
    phone = library.ledger().set_index("verdict")["run_ids"]["duplicate"]
    in_use = []
    for run_id in (phone, watch, phone):
        library.keep(run_id)
        in_use += library.runs()["run_id"].tolist()

    assert in_use == [phone, watch, phone]


def test_a_phones_copy_goes_with_its_own_watch_and_not_with_the_partners(
    library, tmp_path
):
    mine = run(seed=1)
    write(mine, tmp_path / "in" / "mine.fit")
    write(without(mine, "cadence_spm", "heart_rate_bpm"), tmp_path / "in" / "phone.gpx")
    partner = run("2026-09-01 06:00:10", seed=2, cadence=176.0, place=(48.1001, 11.5))
    write(partner, tmp_path / "in" / "partner.fit")
    library.add(tmp_path / "in")

    ledger = library.ledger().set_index("file")
    mine_id = ledger["run_ids"][str(tmp_path / "in" / "mine.fit")]
    assert ledger["duplicate_of"][str(tmp_path / "in" / "phone.gpx")] == mine_id
    assert len(library.runs()) == 2


def test_more_channels_go_before_more_samples(library, tmp_path):
    recording = run()
    sparse = replace(
        recording,
        samples=recording.samples.iloc[::4].assign(
            ground_contact_s=0.25, power_w=250.0
        ),
    )
    write(sparse, tmp_path / "in" / "watch.fit")
    write(recording, tmp_path / "in" / "app.gpx")
    library.add(tmp_path / "in")

    used = library.ledger().set_index("verdict")["file"]["imported"]
    assert Path(used).name == "watch.fit"


def test_a_file_that_grew_at_its_place_is_one_run(library, tmp_path):
    whole = run(minutes=30)
    half = replace(whole, samples=whole.samples.iloc[:900], timer_s=899.0)
    path = tmp_path / "synced.fit"
    write(half, path)
    library.add(path)
    write(whole, path)
    library.add(path)

    runs = library.runs()
    assert len(runs) == 1
    assert runs["duration_s"][0] == pytest.approx(1799, abs=2)


def test_a_copy_that_breaks_off_is_no_run_of_its_own(library, tmp_path):
    whole = run(minutes=30)
    part = replace(whole, samples=whole.samples.iloc[:700], timer_s=699.0)
    write(whole, tmp_path / "in" / "whole.fit")
    write(part, tmp_path / "in" / "part.fit")
    library.add(tmp_path / "in")

    ledger = library.ledger().set_index("verdict")
    assert len(library.runs()) == 1
    assert Path(ledger["file"]["imported"]).name == "whole.fit"
    assert "it breaks off" in ledger["reason"]["duplicate"]


def test_a_list_of_local_times_is_on_the_runners_clock(library, tmp_path):
    # Garmin Connect's own list tells the time of the wall clock, without a zone.
    write(run("2026-07-01 21:30", minutes=30, hours=2.0), tmp_path / "watch.fit")
    library.add(tmp_path / "watch.fit")
    library.set_timezone("Europe/Berlin")
    listed = tmp_path / "Activities.csv"
    listed.write_text(
        "Activity Type,Date,Favorite,Title,Distance,Calories,Time,Avg HR,"
        "Avg Run Cadence,Avg Stride Length,Elapsed Time\n"
        "Running,2026-07-01 23:30:00,false,Late,5.39,400,00:29:59,150,170,1.06,"
        "00:31:10\n"
        "Running,2026-07-03 23:30:00,false,Later,5.39,400,00:29:59,150,170,1.06,"
        "00:31:10\n"
    )
    library.add(listed)

    runs = library.runs()
    assert runs["local_date"].tolist() == [
        pd.Timestamp("2026-07-01"),
        pd.Timestamp("2026-07-03"),
    ]
    assert runs["started_at"][1] == pd.Timestamp("2026-07-03 21:30", tz="UTC")
    assert runs["duration_s"][1] == 1799
    assert "its times are of the clock of Europe/Berlin" in runs["notes"][1]


def test_a_route_that_nobody_ran_yet_is_no_run(library, tmp_path):
    route = tmp_path / "route.gpx"
    route.write_text(
        '<gpx xmlns="http://www.topografix.com/GPX/1/1"><rte><rtept lat="1" lon="1"/>'
        "</rte></gpx>"
    )
    library.add(route)

    ledger = library.ledger()
    assert ledger["verdict"].tolist() == ["not a run"]
    assert "a route, or places only" in ledger["reason"][0]


def test_runs_of_a_watch_whose_clock_was_never_set_are_not_one(library, tmp_path):
    for number in range(3):
        recording = run("1990-01-01 00:00", minutes=12 + number / 10, place=None)
        write(without(recording, "cadence_spm"), tmp_path / "in" / f"{number}.fit")
    library.add(tmp_path / "in")

    assert len(library.runs()) == 3
    assert set(library.ledger()["verdict"]) == {"imported"}
