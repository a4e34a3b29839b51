"""The verbs of the library: import, ledger, check, rebuild, keep, timezone, export."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from tests.libbuild import run, season, write
from typer.testing import CliRunner

import hipstride as hs
from hipstride.cli import app
from hipstride.library import Library


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty place for a library, named by the environment."""
    place = tmp_path / "library"
    monkeypatch.setenv("HIPSTRIDE_LIBRARY", str(place))
    return place


def call(*words: object):
    return CliRunner().invoke(app, [str(word) for word in words])


def test_import_tells_what_became_of_the_files(folder, tmp_path):
    source = season(tmp_path / "in", 3)
    (source / "photo.jpg").write_bytes(b"\xff\xd8")
    done = call("import", source)

    assert done.exit_code == 0, done.output
    assert "3  imported" in done.stdout
    assert "1  not a run" in done.stdout
    assert "a .jpg file, which holds no activity (1 file)" in done.stdout
    assert str(folder) in done.stdout.replace("\n", "")


def test_a_second_import_says_that_there_is_nothing_new(folder, tmp_path):
    source = season(tmp_path / "in", 3)
    call("import", source)
    done = call("import", source)

    assert done.exit_code == 0
    assert "Nothing new: 3 files seen before. 3 runs in" in done.stdout.replace(
        "\n", " "
    )


def test_import_as_json_is_one_object(folder, tmp_path):
    done = call("import", season(tmp_path / "in", 2), "--json")

    told = json.loads(done.stdout)
    assert told["verdicts"] == {"imported": 2}
    assert told["n_runs"] == 2
    assert told["library"] == str(folder)


def test_import_of_what_is_not_there_is_one_line(folder, tmp_path):
    done = call("import", tmp_path / "nowhere.zip")

    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert "no such file" in done.stderr


def test_the_library_option_goes_before_the_environment(folder, tmp_path):
    other = tmp_path / "other"
    call("import", write(run(), tmp_path / "a.fit"), "--library", other)

    assert len(Library(other).runs()) == 1
    assert not folder.exists()


def test_runs_lists_the_library_when_no_path_is_named(folder, tmp_path):
    call("import", season(tmp_path / "in", 3))
    done = call("runs", "--json")

    assert json.loads(done.stdout)["n_runs"] == 3


def test_without_a_library_the_verbs_say_how_to_make_one(folder):
    for verb in (("runs",), ("analyze",), ("library", "check"), ("library", "ledger")):
        done = call(*verb)

        assert done.exit_code == 1, verb
        assert "hipstride import PATH" in done.stderr, verb


def test_runs_of_files_need_a_diary_of_files(folder, tmp_path):
    done = call("analyze", "--runs", season(tmp_path / "in", 2))

    assert done.exit_code == 2
    assert "needed with --runs" in done.output


def test_the_ledger_in_a_pipe_has_every_file_in_whole_lines(folder, tmp_path):
    source = season(tmp_path / "in", 2)
    (source / "photo.jpg").write_bytes(b"\xff\xd8")
    (source / "broken.gpx").write_bytes(b"<gpx><trk")
    call("import", source)
    done = call("library", "ledger")
    others = call("library", "ledger", "--verdict", "not-a-run")

    lines = done.stdout.splitlines()
    assert lines[0].startswith("unreadable")
    assert lines[0].endswith(str(source / "broken.gpx"))
    assert sum(line.startswith("imported") for line in lines) == 2
    assert "4 files: 2 imported, 1 not a run, 1 unreadable" in done.stdout
    assert str(source / "photo.jpg") in others.stdout


def test_an_import_of_nothing_but_a_broken_file_leaves_with_1(folder, tmp_path):
    broken = tmp_path / "broken.gpx"
    broken.write_bytes(b"<gpx><trk")
    done = call("import", broken)

    assert done.exit_code == 1
    assert f"{broken}: found" in done.stdout


def test_the_list_shows_the_ids_that_other_verbs_want(folder, tmp_path):
    call("import", season(tmp_path / "in", 2))
    done = call("runs")

    for run_id in Library(folder).runs()["run_id"]:
        assert run_id[:8] in done.stdout


def test_the_ledger_as_json_has_every_file(folder, tmp_path):
    call("import", season(tmp_path / "in", 2))
    told = json.loads(call("library", "ledger", "--json").stdout)

    assert told["n_files"] == 2
    assert {one["verdict"] for one in told["files"]} == {"imported"}


def test_check_of_a_whole_library_leaves_with_0(folder, tmp_path):
    call("import", season(tmp_path / "in", 2))
    done = call("library", "check")

    assert done.exit_code == 0
    assert "The library is whole: 2 originals, 2 files in the ledger." in done.stdout


def test_check_of_a_spoiled_library_leaves_with_1(folder, tmp_path):
    call("import", season(tmp_path / "in", 2))
    next((folder / "originals").rglob("*.gz")).unlink()
    done = call("library", "check")

    assert done.exit_code == 1
    assert "NOT whole" in done.stdout


def test_rebuild_says_how_many_runs_it_made(folder, tmp_path):
    call("import", season(tmp_path / "in", 2))
    done = call("library", "rebuild")

    assert done.exit_code == 0
    assert "2 runs made again" in done.stdout


def test_keep_and_reset_by_the_first_digits(folder, tmp_path):
    write(run(), tmp_path / "in" / "watch.fit")
    write(run(cadence=None), tmp_path / "in" / "phone.gpx")
    call("import", tmp_path / "in")
    ledger = Library(folder).ledger().set_index("verdict")
    phone, watch = ledger["run_ids"]["duplicate"], ledger["run_ids"]["imported"]
    kept = call("library", "keep", phone[:8])

    assert kept.exit_code == 0
    assert Library(folder).runs()["run_id"].tolist() == [phone]
    assert call("library", "reset", phone[:8]).exit_code == 0
    assert Library(folder).runs()["run_id"].tolist() == [watch]


def test_the_time_zone_is_shown_and_set(folder, tmp_path):
    call("import", season(tmp_path / "in", 1))
    done = call("library", "timezone", "Asia/Tokyo")

    assert done.stdout.strip() == "Asia/Tokyo"
    assert call("library", "timezone").stdout.strip() == "Asia/Tokyo"


def test_an_unknown_time_zone_is_refused(folder, tmp_path):
    call("import", season(tmp_path / "in", 1))
    done = call("library", "timezone", "Europe/Berlim")

    assert done.exit_code == 1
    assert "Europe/Berlin" in done.stderr


def test_export_writes_a_table_that_reads_back(folder, tmp_path):
    call("import", season(tmp_path / "in", 3))
    out = tmp_path / "runs.csv"
    done = call("export", "runs", "--out", out)

    table = pd.read_csv(out)
    assert done.exit_code == 0, done.output
    assert table["run_id"].tolist() == Library(folder).runs()["run_id"].tolist()
    assert table["distance_m"].tolist() == Library(folder).runs()["distance_m"].tolist()


def test_export_without_a_file_is_csv_on_stdout(folder, tmp_path):
    call("import", season(tmp_path / "in", 2))
    done = call("export", "runs")

    rows = list(csv.DictReader(StringIO(done.stdout)))
    assert len(rows) == 2


def test_a_safe_export_tells_neither_who_nor_where_nor_when(folder, tmp_path):
    call("import", season(tmp_path / "in", 3))
    plain = Library(folder).runs()
    out = tmp_path / "safe.csv"
    call("export", "runs", "--safe", "--out", out)

    text = out.read_text()
    table = pd.read_csv(out)
    for name in ("run_id", "source"):
        for value in plain[name]:
            assert value not in text
    assert "2026-09" not in text
    assert "garmin" not in text.lower()
    assert table["distance_m"].tolist() == plain["distance_m"].tolist()
    days = pd.to_datetime(table["local_date"]).diff().dropna()
    assert days.tolist() == plain["local_date"].diff().dropna().tolist()


def test_a_safe_export_does_not_tell_the_region_by_the_clock(folder, tmp_path):
    late = run("2026-09-01 21:30", hours=9.0, place=None)
    call("import", write(late, tmp_path / "late.fit"))
    call("export", "runs", "--safe", "--out", tmp_path / "safe.csv")

    [row] = pd.read_csv(tmp_path / "safe.csv").to_dict("records")
    # The wall clock showed 6:30 of the next day, and that is all that is told.
    assert row["started_at"].startswith(row["local_date"])
    assert "T06:30" in row["started_at"]


def test_two_safe_tables_of_a_library_fit_together(folder, tmp_path):
    call("import", season(tmp_path / "in", 3))
    for name in ("runs", "windows"):
        call("export", name, "--safe", "--out", tmp_path / f"{name}.csv")

    runs = pd.read_csv(tmp_path / "runs.csv")
    windows = pd.read_csv(tmp_path / "windows.csv")
    assert set(windows["run_id"]) == set(runs["run_id"])


def test_the_samples_of_a_run_are_exported_by_its_id(folder, tmp_path):
    call("import", season(tmp_path / "in", 1))
    [run_id] = Library(folder).runs()["run_id"]
    out = tmp_path / "samples.csv"
    safe = tmp_path / "safe.csv"
    call("export", "samples", "--run", run_id[:6], "--out", out)
    call("export", "samples", "--run", run_id[:6], "--safe", "--out", safe)

    assert "latitude_deg" in pd.read_csv(out).columns
    assert "latitude_deg" not in pd.read_csv(safe).columns


def test_a_safe_fit_has_the_same_samples_without_places(folder, tmp_path):
    source = write(run(), tmp_path / "run.fit")
    out = tmp_path / "safe.fit"
    done = call("export", "--safe-fit", source, "--out", out)

    before = hs.read_run(source).samples
    after = hs.read_run(out).samples
    assert done.exit_code == 0, done.output
    assert "latitude_deg" not in after.columns
    pd.testing.assert_series_equal(after["cadence_spm"], before["cadence_spm"])


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ((), "name one table"),
        (("samples",), "needed for samples"),
        (("runs", "--run", "abc"), "needed for samples, and for no other table"),
        (("--safe-fit", "a.fit"), "needed with --safe-fit"),
        (("nothing",), "nothing"),
    ],
)
def test_an_export_that_was_asked_wrongly_leaves_with_2(folder, words, complaint):
    done = call("export", *words)

    assert done.exit_code == 2
    assert complaint in done.output
