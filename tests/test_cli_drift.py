from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

import hipstride as hs
from hipstride.cli import app
from runbuild import samples

RUNS = hs.sample.folder() / "runs"
OUTDOORS = RUNS / "run-0001.fit"


def hipstride(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def table_in(folder: Path, cadence_spm: np.ndarray) -> Path:
    """Write a run at 3 m/s as a table."""
    frame = samples(len(cadence_spm), cadence=cadence_spm)
    frame["time"] = frame["time"].dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    frame.to_csv(folder / "run.csv", index=False)
    return folder / "run.csv"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    hs.Library(folder).add(RUNS)
    return folder


def test_a_sentence_with_its_interval_comes_first():
    printed = " ".join(hipstride("drift", OUTDOORS).stdout.split())

    assert printed.startswith("Steps at the same speed were ")
    assert "in the last third" in printed
    assert "95 %" in printed
    assert "over 20 min of steady running." in printed


def test_nothing_is_wider_than_80_columns(library: Path):
    printed = hipstride("drift", OUTDOORS, "--library", library).stdout

    assert max(len(line) for line in printed.splitlines()) <= 80


def test_a_clear_drift_is_called_shorter(tmp_path: Path):
    """2 % every 10 minutes of an hour."""
    second = np.arange(3600)
    source = table_in(tmp_path, 170 * 1.02 ** (second / 600))
    result = hipstride("drift", source)
    printed = " ".join(result.stdout.split())

    assert result.exit_code == 0, result.stderr
    assert "% shorter in the last third (95 % " in printed
    assert "no clear change" not in printed


def test_a_run_of_the_library_is_held_against_its_other_runs(library: Path):
    run_id = hs.Library(library).runs()["run_id"].iloc[0]
    result = hipstride("drift", run_id[:8], "--library", library)

    assert result.exit_code == 0, result.stderr
    printed = " ".join(result.stdout.split())
    assert "Held against the library's curve" in printed
    assert "the effect of speed is that of 7 runs of yours." in printed
    assert "this run alone" not in result.stdout


def test_a_file_is_held_against_the_usual_library(monkeypatch, library: Path):
    monkeypatch.setenv("HIPSTRIDE_LIBRARY", str(library))
    printed = " ".join(hipstride("drift", OUTDOORS).stdout.split())

    assert "Held against the library's curve" in printed
    assert "this run alone" not in printed


def test_a_library_of_few_runs_leaves_the_run_to_itself(tmp_path: Path):
    hs.Library(tmp_path).add(OUTDOORS)
    result = hipstride("drift", OUTDOORS, "--library", tmp_path)
    printed = " ".join(result.stdout.split())

    assert "the library has 1 run of measured steps, 5 are needed" in printed
    assert "this run alone" in printed


def test_a_file_without_a_library_has_its_own_curve(monkeypatch, tmp_path: Path):
    monkeypatch.setenv("HIPSTRIDE_LIBRARY", str(tmp_path / "none"))
    result = hipstride("drift", OUTDOORS)

    assert result.exit_code == 0, result.stderr
    assert "this run alone" in " ".join(result.stdout.split())


def test_miles_change_the_pace_alone():
    kilometres = hipstride("drift", OUTDOORS).stdout
    miles = hipstride("drift", OUTDOORS, "--units", "mi").stdout

    assert "pace, min/km" in kilometres
    assert "pace, min/mi" in miles


def test_a_treadmill_says_that_nothing_can_be_said(library: Path):
    runs = hs.Library(library).runs()
    guessed = runs.loc[~runs["is_step_length_independent"].astype(bool), "run_id"]
    result = hipstride("drift", guessed.iloc[0], "--library", library)
    printed = " ".join(result.stdout.split())

    assert result.exit_code == 0
    assert "nothing can be said, as the watch made the speed out of cadence" in printed
    assert "cadence, steps/min" in printed


def test_json_is_one_object_with_the_table():
    result = hipstride("drift", OUTDOORS, "--json")
    told = json.loads(result.stdout)
    first = told["drift"][0]

    assert first["measure"] == "stride_deviation_pct"
    assert first["change_low"] <= first["change"] <= first["change_high"]
    assert told["drift"][1]["change_low"] is None
    assert told["run_id"]
    assert told["steady_s"] > 600
    assert any("this run alone" in note for note in told["notes"])


@pytest.mark.parametrize(
    ("run", "words"),
    [
        ("missing.fit", "found no such file"),
        (RUNS, "folder"),
        (hs.sample.folder() / "README.md", "README.md"),
    ],
)
def test_what_is_no_run_is_one_line(run: object, words: str):
    result = hipstride("drift", run)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert words in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_an_id_that_the_library_does_not_know_is_one_line(library: Path):
    result = hipstride("drift", "ffffffffffff", "--library", library)

    assert result.exit_code == 1
    assert "ffffffffffff" in result.stderr


def test_a_run_that_is_too_short_is_one_line(tmp_path: Path):
    result = hipstride("drift", table_in(tmp_path, np.full(500, 170.0)))

    assert result.exit_code == 1
    assert "not enough half minutes of steady running" in result.stderr
