"""Bulk exports in their real layouts: runs, names, effort, treadmill, words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from tests import exportbuild, fitbuild
from tests.libbuild import run, without
from tests.librarydump import dump

from hipstride.library import Library
from hipstride.library._offers import offers
from hipstride.library._opening import opened_to_read


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


def monitoring() -> bytes:
    fit = fitbuild.Fit()
    fit.define(0, fitbuild.FILE_ID, (0, "enum"), (4, "uint32"))
    return fit.data(0, 32, fitbuild.START).bytes()


def test_a_garmin_export_gives_runs_with_names_effort_and_words(library, tmp_path):
    recordings = [run("2026-09-01 06:00"), run("2026-09-03 06:00", seed=1)]
    rows = [
        exportbuild.garmin_row(
            recordings[0], name="Easy", description="hip 3/10", workoutRpe=40
        ),
        exportbuild.garmin_row(recordings[1], name="Long"),
    ]
    export = exportbuild.garmin_export(
        tmp_path / "export.zip", recordings, rows, {"someone_9.fit": monitoring()}
    )
    report = library.add(export)

    runs = library.runs()
    assert report.verdicts == {"imported": 2, "not a run": 4}
    assert runs["name"].tolist() == ["Easy", "Long"]
    assert runs["description"][0] == "hip 3/10"
    assert runs["rpe_0_10"][0] == 4.0
    assert pd.isna(runs["description"][1])


def test_a_monitoring_file_is_put_aside_by_its_first_message(library, tmp_path):
    export = exportbuild.garmin_export(
        tmp_path / "export.zip", [], [], {"someone_9.fit": monitoring()}
    )
    library.add(export)

    ledger = library.ledger()
    [reason] = ledger["reason"][ledger["file"].str.endswith("someone_9.fit")]
    assert reason == "a FIT file of monitoring b, not of an activity"


def test_a_run_that_the_list_calls_treadmill_is_one(library, tmp_path):
    recording = run(place=None)
    row = exportbuild.garmin_row(recording, activityType="treadmill_running")
    export = exportbuild.garmin_export(tmp_path / "e.zip", [recording], [row])
    library.add(export)

    runs = library.runs()
    assert runs["is_treadmill"].tolist() == [True]
    assert runs["is_step_length_independent"].tolist() == [False]
    assert "the account's list says treadmill" in runs["notes"][0]


def test_a_file_that_says_other_becomes_a_run_when_the_list_says_so(library, tmp_path):
    recording = run(sport="generic")
    listed = exportbuild.garmin_list([exportbuild.garmin_row(recording)])
    (tmp_path / "in").mkdir()
    file = tmp_path / "in" / "other.fit"
    file.write_bytes(exportbuild.ENCODERS["fit"](recording))
    library.add(file)
    before = library.ledger()
    (tmp_path / "x_0_summarizedActivities.json").write_bytes(listed)
    library.add(tmp_path / "x_0_summarizedActivities.json")

    assert before["verdict"].tolist() == ["not a run"]
    assert "becomes a run if a list of the account says so" in before["reason"][0]
    assert len(library.runs()) == 1
    after = library.ledger().set_index("file")
    assert after["verdict"][str(file)] == "imported"


def test_the_list_and_the_file_may_come_in_either_order(tmp_path):
    recording = run(sport="generic")
    files = tmp_path / "in"
    files.mkdir()
    fit = files / "other.fit"
    fit.write_bytes(exportbuild.ENCODERS["fit"](recording))
    listed = files / "x_summarizedActivities.json"
    row = exportbuild.garmin_row(recording, name="Belt", workoutFeel=75)
    listed.write_bytes(exportbuild.garmin_list([row]))
    one, other = Library(tmp_path / "one"), Library(tmp_path / "other")
    one.add(fit)
    one.add(listed)
    other.add(listed)
    other.add(fit)

    assert dump(one.folder) == dump(other.folder)
    assert one.runs()["feel_0_100"].tolist() == [75.0]


def test_the_lists_clock_counts_where_the_file_tells_none(library, tmp_path):
    recording = run("2026-09-01 16:00", hours=None, place=None)
    row = exportbuild.garmin_row(replace(recording, utc_offset=pd.Timedelta(hours=9)))
    export = exportbuild.garmin_export(tmp_path / "e.zip", [recording], [row])
    library.add(export)

    runs = library.runs()
    assert runs["local_date"][0] == pd.Timestamp("2026-09-02")
    assert runs["utc_offset_s"][0] == 9 * 3600
    assert "the clock is that of the account's list" in runs["notes"][0]


def test_a_strava_export_is_linked_by_the_names_of_its_files(library, tmp_path):
    recordings = [run("2026-09-01 06:00"), run("2026-09-03 06:00", seed=1)]
    export = exportbuild.strava_export(
        tmp_path / "export_1.zip",
        recordings,
        **{
            "Activity Description": "new shoes",
            "Activity Private Note": "hip 2/10",
            "Perceived Exertion": "6",
        },
    )
    report = library.add(export)

    runs = library.runs()
    assert report.verdicts["imported"] == 2
    assert runs["name"].tolist() == ["Morning Run", "Morning Run"]
    assert runs["rpe_0_10"].tolist() == [6.0, 6.0]
    assert "new shoes" in runs["description"][0]
    assert "hip 2/10" in runs["description"][0]
    assert library.activities()["file"].tolist() == [
        "activities/77000.fit.gz",
        "activities/77001.fit.gz",
    ]


def test_the_same_run_from_garmin_and_strava_is_kept_once(library, tmp_path):
    recording = run()
    garmin = exportbuild.garmin_export(
        tmp_path / "garmin.zip", [recording], [exportbuild.garmin_row(recording)]
    )
    strava = exportbuild.strava_export(tmp_path / "strava.zip", [recording])
    library.add(garmin, strava)

    assert len(library.runs()) == 1
    verdicts = library.ledger().set_index("file")["verdict"]
    assert verdicts[verdicts.isin(["imported", "duplicate"])].tolist() == [
        "imported",
        "duplicate",
    ]


def test_a_new_export_brings_only_what_is_new(library, tmp_path):
    recordings = [run(f"2026-09-0{day} 06:00", seed=day) for day in (1, 2, 3)]
    rows = [exportbuild.garmin_row(one) for one in recordings]
    library.add(exportbuild.garmin_export(tmp_path / "a.zip", recordings[:2], rows[:2]))
    report = library.add(
        exportbuild.garmin_export(tmp_path / "b.zip", recordings, rows)
    )

    assert report.verdicts["imported"] == 1
    assert report.verdicts["duplicate"] == 2
    assert len(library.runs()) == 3


def test_a_broken_list_is_told_and_the_runs_come_in(library, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.fit").write_bytes(exportbuild.ENCODERS["fit"](run()))
    (folder / "x_summarizedActivities.json").write_bytes(b'[{"summarized')
    report = library.add(folder)

    assert report.verdicts == {"imported": 1, "unreadable": 1}
    assert report.unreadable[0][0].endswith("x_summarizedActivities.json")


def test_what_the_list_says_stays_when_other_files_come(library, tmp_path):
    recordings = [run(f"2026-09-0{day} 06:00", seed=day) for day in (1, 2)]
    rows = [
        exportbuild.garmin_row(one, activityType="treadmill_running")
        for one in recordings
    ]
    library.add(exportbuild.garmin_export(tmp_path / "e.zip", recordings, rows))
    told = [library.runs()["is_treadmill"].tolist()]
    for day in (5, 6, 7):
        file = tmp_path / f"{day}.fit"
        file.write_bytes(exportbuild.ENCODERS["fit"](run(f"2026-09-0{day} 06:00")))
        library.add(file)
        told.append(library.runs()["is_treadmill"].tolist()[:2])

    assert told == [[True, True]] * 4


def test_the_words_of_a_list_reach_the_recording_in_use(library, tmp_path):
    recording = run()
    strava = exportbuild.strava_export(
        tmp_path / "s.zip",
        [without(recording, "cadence_spm")],
        **{"Activity Description": "hip 3/10 after"},
    )
    library.add(strava)
    (tmp_path / "watch.fit").write_bytes(exportbuild.ENCODERS["fit"](recording))
    library.add(tmp_path / "watch.fit")

    runs = library.runs()
    assert len(runs) == 1
    assert runs["source"][0] == "watch.fit"
    assert runs["description"][0] == "hip 3/10 after"


def test_a_place_noted_in_german_is_offered_under_its_one_name(library, tmp_path):
    recording = run()
    row = exportbuild.garmin_row(recording, description="Hüfte 3/10")
    library.add(exportbuild.garmin_export(tmp_path / "e.zip", [recording], [row]))
    with opened_to_read(library.folder) as connection:
        found = offers(connection)

    assert library.n_offers() == 1
    assert found["site"].tolist() == ["hip"]
    assert found["pain_0_10"].tolist() == [3.0]


def test_a_list_without_a_word_for_treadmills_does_not_take_it_back(library, tmp_path):
    recording = run(place=None)
    row = exportbuild.garmin_row(recording, activityType="treadmill_running")
    library.add(exportbuild.garmin_export(tmp_path / "g.zip", [recording], [row]))
    later = run("2026-09-20 06:00", seed=5)
    library.add(exportbuild.strava_export(tmp_path / "s.zip", [recording, later]))

    assert library.runs()["is_treadmill"].tolist() == [True, False]


def test_settling_once_is_enough_where_a_list_makes_a_double(library, tmp_path):
    other = without(run(sport="generic"), "heart_rate_bpm")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.fit").write_bytes(exportbuild.ENCODERS["fit"](other))
    rich = run("2026-09-01 06:00:05")
    (folder / "b.tcx").write_bytes(exportbuild.ENCODERS["tcx"](rich))
    row = exportbuild.garmin_row(other, activityType="treadmill_running")
    listed = folder / "x_summarizedActivities.json"
    listed.write_bytes(exportbuild.garmin_list([row]))
    library.add(folder)
    before = library.runs()
    library.set_timezone(library.timezone)

    pd.testing.assert_frame_equal(library.runs(), before)
    assert before["is_treadmill"].tolist() == [True]
