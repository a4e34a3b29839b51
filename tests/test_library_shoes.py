"""The shoe of a run, as the list of the account names it."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from tests import exportbuild
from tests.libbuild import run, write
from tests.librarydump import dump
from tests.test_library_belts import as_of_version_1
from tests.test_strava_account import ENGLISH, FRENCH, GERMAN, UNKNOWN, row, written
from typer.testing import CliRunner

import hipstride as hs
from hipstride.cli import app
from hipstride.errors import DataQualityWarning
from hipstride.io.safe_tables import safe_table
from hipstride.io.strava_account import read_strava_activities
from hipstride.library import Library
from hipstride.tables import ACTIVITIES, OBSERVATIONS, RUNS

GEAR = 11
ITALIAN = (
    "ID attività,Data dell'attività,Nome attività,Tipo attività,"
    "Descrizione dell'attività,Tempo trascorso,Distanza,Frequenza cardiaca massima,"
    "Sforzo relativo,Pendolare,Nota privata sull'attività,Attrezzatura attività,"
    "Nome del file,Peso atleta,Peso bicicletta,Tempo trascorso,Tempo in movimento,"
    "Distanza"
)


def runs_in(folder: Path, *shoes: str) -> tuple[list, Path]:
    """A Strava export of a run a day, each in a shoe."""
    days = [f"2026-09-{day + 1:02d} 06:00" for day in range(len(shoes))]
    recordings = [run(day, seed=seed) for seed, day in enumerate(days)]
    export = exportbuild.strava_export(folder / "strava.zip", recordings)
    return recordings, with_shoes(export, shoes)


def with_shoes(export: Path, shoes: tuple[str, ...]) -> Path:
    with zipfile.ZipFile(export) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    lines = list(csv.reader(io.StringIO(files["activities.csv"].decode())))
    for cells, shoe in zip(lines[1:], shoes, strict=True):
        cells[GEAR] = shoe
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    files["activities.csv"] = text.getvalue().encode()
    export.write_bytes(exportbuild.zipped(files))
    return export


# --- the list -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "date", "kind"),
    [
        (ENGLISH, "May 23, 2023, 12:40:57 PM", "Run"),
        (GERMAN, "23.05.2023, 12:40:57", "Lauf"),
        (FRENCH, "23 mai 2023 à 12:40:57", "Course à pied"),
        (ITALIAN, "23 mag 2023, 12:40:57", "Corsa"),
    ],
    ids=["English", "German", "French", "Italian"],
)
def test_the_gear_of_a_run_is_its_shoe(header, date, kind):
    data = written(header, row(date=date, type=kind) | {GEAR: " Endorphin 4 "})
    table = read_strava_activities(data, name="activities.csv")

    ACTIVITIES.check(table, *ACTIVITIES.names)
    assert table["shoe"].tolist() == ["Endorphin 4"]


def test_in_a_language_that_is_not_known_its_place_tells_it():
    data = written(
        UNKNOWN, row(date="2023-05-23 12:40:57", type="Corsa") | {GEAR: "Endorphin 4"}
    )
    with pytest.warns(DataQualityWarning, match="told by place"):
        table = read_strava_activities(data, name="activities.csv")

    assert table["shoe"].tolist() == ["Endorphin 4"]


@pytest.mark.parametrize("kind", ["Ride", "Gravel Ride", "Something"])
def test_a_bike_is_no_shoe(kind):
    table = read_strava_activities(written(ENGLISH, row(type=kind) | {GEAR: "TCR"}))

    assert table["shoe"].isna().all()


def test_without_gear_the_shoe_is_missing():
    assert read_strava_activities(written(ENGLISH, row()))["shoe"].isna().all()


def test_the_real_list_of_rides_names_bikes_and_no_shoe(shared):
    path = shared / "exports" / "strava_bulk_export" / "activities.csv"

    assert read_strava_activities(path)["shoe"].isna().all()


# --- the library ----------------------------------------------------------------------


def test_runs_have_the_shoe_of_the_list(tmp_path):
    _, export = runs_in(tmp_path, "Endorphin 4", "", "Ghost 15")
    library = Library(tmp_path / "library")
    library.add(export)

    runs = library.runs()
    RUNS.check(runs, *RUNS.names)
    assert runs["shoe"].isna().tolist() == [False, True, False]
    assert runs["shoe"].dropna().tolist() == ["Endorphin 4", "Ghost 15"]
    assert library.activities()["shoe"].dropna().tolist() == ["Endorphin 4", "Ghost 15"]
    assert library.observations()["shoe"].dropna().tolist() == [
        *("Endorphin 4", "Ghost 15")
    ]


def test_the_watchs_own_file_hears_of_it_from_the_apps_list(tmp_path):
    [recording], export = runs_in(tmp_path, "Endorphin 4")
    library = Library(tmp_path / "library")
    library.add(write(recording, tmp_path / "watch.tcx"))
    before = library.runs()["shoe"].isna().tolist()
    library.add(export)

    assert before == [True]
    assert library.runs()["shoe"].tolist() == ["Endorphin 4"]


def test_a_new_state_of_the_list_names_another_shoe(tmp_path):
    _, export = runs_in(tmp_path, "Endorphin 4")
    library = Library(tmp_path / "library")
    library.add(export)
    library.add(with_shoes(export, ("Ghost 15",)))

    assert library.runs()["shoe"].tolist() == ["Ghost 15"]


def test_a_rebuild_keeps_the_shoes(tmp_path):
    _, export = runs_in(tmp_path, "Endorphin 4", "Ghost 15")
    library = Library(tmp_path / "library")
    library.add(export)
    before = dump(library.folder)

    assert library.rebuild() == []
    assert dump(library.folder) == before


def test_an_older_library_gets_the_shoes_when_the_export_comes_again(tmp_path):
    """The list was read without its shoes; the files of runs are not read again."""
    _, export = runs_in(tmp_path, "Endorphin 4", "Ghost 15")
    library = Library(tmp_path / "library")
    library.add(export)
    expected = dump(library.folder)
    library.log_pain(1, moment="after", local_date="2026-09-01")
    library.undo()
    as_of_version_1(library.folder)
    without = library.runs()["shoe"].isna().all()
    report = library.add(export)

    assert without
    assert report.n_seen == 1
    after = dump(library.folder)
    assert after["activities"] == expected["activities"]
    assert after["files"] == expected["files"]
    assert after["zips"] == expected["zips"]
    assert library.runs()["shoe"].tolist() == ["Endorphin 4", "Ghost 15"]
    assert library.add(export).n_seen == 0


def test_an_older_library_keeps_what_it_read_of_other_lists(tmp_path):
    recording = run()
    row_of_it = exportbuild.garmin_row(recording, name="Easy")
    export = exportbuild.garmin_export(tmp_path / "e.zip", [recording], [row_of_it])
    library = Library(tmp_path / "library")
    library.add(export)
    library.log_pain(1, moment="after", local_date="2026-09-01")
    as_of_version_1(library.folder)

    assert library.runs()["name"].tolist() == ["Easy"]
    assert library.add(export).n_seen == 0


def test_files_alone_name_no_shoe():
    runs = hs.summarize(hs.read_runs(hs.sample.folder() / "runs"))

    assert runs["shoe"].isna().all()


# --- what may leave the machine -------------------------------------------------------


def text(*values: str | None) -> pd.Series:
    return pd.Series(values, dtype="str")


@pytest.mark.parametrize("table", [RUNS, OBSERVATIONS, ACTIVITIES])
def test_a_safe_table_tells_shoes_apart_and_not_what_they_are(table):
    frame = pd.DataFrame(
        {"shoe": text("Ann's Ghost", None, "Endorphin", "Ann's Ghost")}
    )
    made = safe_table(frame, table, shift=pd.Timedelta(0), pseudonyms=str)

    assert made["shoe"].dropna().tolist() == ["shoe 1", "shoe 2", "shoe 1"]
    assert made["shoe"].isna().tolist() == [False, True, False, False]


def test_a_safe_export_holds_no_name_of_a_shoe(tmp_path):
    _, export = runs_in(tmp_path, "Ann's Ghost", "Endorphin 4")
    library = Library(tmp_path / "library")
    library.add(export)
    out = tmp_path / "runs.csv"
    arguments = ["export", "runs", "--safe", "--out", out, "--library", library.folder]
    done = CliRunner().invoke(app, [str(one) for one in arguments])

    written_text = out.read_text("utf-8")
    assert done.exit_code == 0
    assert "Ghost" not in written_text
    assert "Endorphin" not in written_text
    assert pd.read_csv(out)["shoe"].tolist() == ["shoe 1", "shoe 2"]


def test_a_safe_export_of_a_run_on_the_belt_keeps_its_source(tmp_path):
    library = Library(tmp_path / "library")
    library.add(write(run(sub_sport="treadmill", place=None), tmp_path / "a.fit"))
    library.set_belt_distance(library.runs()["run_id"][0], 2300.0)
    safe = library.safe(library.runs(), RUNS)

    assert safe["step_length_source"].tolist() == ["belt"]
    assert safe["distance_m"].tolist() == [2300.0]
