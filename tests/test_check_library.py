"""``hipstride check --library``: how it is called, what it says, and how fast."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.libbuild import run, season, write
from typer.testing import CliRunner

from hipstride.cli import app
from hipstride.gait import device_scales, scale_audit
from hipstride.library import Library


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of eight runs, of which one counts one foot throughout."""
    base = tmp_path_factory.mktemp("audit")
    season(base / "in", 7)
    odd = run("2026-09-20 06:00", seed=9, speed=3.1)
    # Half of what FIT means by one foot: no reader can tell it from the file alone.
    halved = odd.samples.assign(cadence_spm=odd.samples["cadence_spm"] / 2)
    write(replace(odd, samples=halved), base / "in" / "odd.fit")
    done = CliRunner().invoke(
        app, ["import", str(base / "in"), "--library", str(base / "library")]
    )
    assert done.exit_code == 0, done.output
    return base / "library"


def call(*words: object):
    return CliRunner().invoke(app, [str(word) for word in words])


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    "words",
    [
        ["--library"],
        ["--library", "--json"],
        ["--json", "--library"],
        ["--library="],
    ],
    ids=" ".join,
)
def test_a_bare_option_means_the_usual_library(full, monkeypatch, words):
    monkeypatch.setenv("HIPSTRIDE_LIBRARY", str(full))

    done = call("check", *words)

    assert done.exit_code == 0, done.output
    assert "8 runs looked at, 1 disagrees with your others" in done.stdout


@pytest.mark.parametrize("form", ["apart", "joined", "json last", "json first"])
def test_a_folder_goes_before_the_usual_library(full, monkeypatch, tmp_path, form):
    monkeypatch.setenv("HIPSTRIDE_LIBRARY", str(tmp_path / "nowhere"))
    words = {
        "apart": ["--library", full],
        "joined": [f"--library={full}"],
        "json last": ["--library", full, "--json"],
        "json first": ["--json", "--library", full],
    }[form]

    done = call("check", *words)

    assert done.exit_code == 0, done.output
    assert "8 runs looked at, 1 disagrees with your others" in done.stdout


def test_the_run_is_listed_with_what_is_suspected_and_why(full):
    done = call("check", "--library", full)

    lines = done.stdout.splitlines()
    odd = next(line for line in lines if line.startswith("2026-09-20"))
    assert lines[0].split() == [*("date", "run", "steps/min", "expected", "suspected")]
    assert odd.endswith("counts one foot")
    assert odd.split()[-5] == "85"
    assert "where your 7 other runs take 17" in flat(done.stdout)
    assert "odd.fit, Garmin Forerunner 955" in flat(done.stdout)
    assert "Nothing was changed" in done.stdout
    assert "export the run again" in flat(done.stdout)
    assert max(map(len, lines)) <= 80


def test_as_json_it_is_one_object(full):
    told = json.loads(call("check", "--library", full, "--json").stdout)

    assert told["library"] == str(full)
    assert told["n_runs"] == told["n_with_cadence"] == 8
    (odd,) = told["runs"]
    assert odd["suspected"] == "counts one foot"
    assert odd["local_date"] == "2026-09-20"
    assert odd["ratio"] == pytest.approx(0.5, rel=0.03)
    assert told["verdict"].startswith("8 runs looked at, 1 disagrees")
    assert [one["device"] for one in told["devices"]] == ["Garmin Forerunner 955"]


def test_runs_that_agree_are_said_to(tmp_path):
    call("import", season(tmp_path / "in", 6), "--library", tmp_path / "library")

    done = call("check", "--library", tmp_path / "library")

    assert done.exit_code == 0
    assert done.stdout == "6 runs looked at: all agree.\n"


def test_too_few_runs_are_said_to_be_too_few(tmp_path):
    call("import", season(tmp_path / "in", 3), "--library", tmp_path / "library")

    done = call("check", "--library", tmp_path / "library")

    assert done.exit_code == 0
    assert flat(done.stdout) == (
        "3 runs with cadence in 3 runs: too few to hold one against the others; 5 are "
        "needed."
    )


def test_a_run_whose_original_is_gone_is_left_open_with_a_warning(full, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(full, copy)
    odd = json.loads(call("check", "--library", copy, "--json").stdout)["runs"][0]
    ledger = Library(copy).ledger()
    names = ledger.loc[ledger["run_ids"] == odd["run_id"]]
    sha256 = names["sha256"].iloc[0]
    (original,) = (copy / "originals").rglob(f"{sha256}*")
    original.unlink()

    done = call("check", "--library", copy)

    assert done.exit_code == 0
    assert "no steps of a run" in done.stdout
    assert "hipstride: warning:" in done.stderr


@pytest.mark.parametrize("order", ["before", "after", "as its value"])
def test_a_file_and_the_library_together_are_asked_wrongly(full, tmp_path, order):
    file = write(run(), tmp_path / "easy.fit")
    words = {
        "before": [file, "--library"],
        "after": ["--library", full, file],
        "as its value": ["--library", file],
    }[order]

    done = call("check", *words)

    assert done.exit_code == 2
    assert done.stdout == ""
    assert "name either a FILE or --library" in flat(done.stderr.replace("│", ""))


def test_neither_is_asked_wrongly_and_both_are_named():
    done = call("check")

    told = flat(done.stderr.replace("│", ""))
    assert done.exit_code == 2
    assert "expected a FILE to look at, or --library for all runs of" in told


def test_without_a_library_it_says_how_to_make_one(tmp_path):
    done = call("check", "--library", tmp_path / "nowhere")

    assert done.exit_code == 1
    assert "hipstride import PATH" in done.stderr


def test_a_file_is_still_checked(tmp_path):
    done = call("check", write(run(), tmp_path / "easy.fit"))

    assert done.exit_code == 0
    assert "720 samples" in done.stdout


def test_a_file_named_after_two_dashes_is_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = call("check", "--", "--library")

    assert done.exit_code == 1
    assert "--library" in done.stderr


def test_three_thousand_runs_take_a_moment(rng):
    n = 3_000
    speed = 3.0 * np.exp(0.1 * rng.standard_normal(n))
    cadence = 165 * (speed / 3) ** 0.14 * np.exp(0.02 * rng.standard_normal(n))
    cadence[::30] /= 2
    runs = pd.DataFrame(
        {
            "run_id": [f"{number:012x}" for number in range(n)],
            "local_date": pd.Timestamp("2020-01-01").as_unit("us"),
            "device": [f"watch {number % 5}" for number in range(n)],
            "mean_cadence_spm": cadence,
            "mean_speed_mps": speed,
        }
    )
    started = time.perf_counter()
    audit = scale_audit(runs)
    devices = device_scales(audit)
    took_s = time.perf_counter() - started

    assert audit["suspected"].eq("counts one foot").sum() == 100
    assert len(devices) == 5
    assert took_s < 0.3


def test_a_checked_run_says_how_good_its_data_are(tmp_path):
    file = write(run(), tmp_path / "easy.fit")

    (told,) = json.loads(call("check", file, "--json").stdout)["recordings"]

    assert told["account"]
    assert f"account     {told['account'][:20]}" in call("check", file).stdout
