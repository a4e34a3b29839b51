"""The command line: what it prints where, its exit codes, and its page in the docs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import hipstride as hs
from clidoc import cli_page
from hipstride.cli import app
from hipstride.cli._common import MAX_WARNINGS_SHOWN
from hipstride.cli._load import load_observations

ROOT = Path(__file__).parents[1]
VERBS = [
    "analyze",
    "change",
    "check",
    "cohort",
    "curve",
    "demo",
    "ledger",
    "plan",
    "plot",
    "power",
    "report",
    "runs",
    "splits",
    "drift",
    "target",
]
LOG_VERBS = [
    *("pain", "change", "list", "edit", "delete", "undo", "import", "export"),
    *("offers", "take", "dismiss", "belt"),
]
VERBS += [f"log {verb}" for verb in LOG_VERBS]
VERBS += [f"trial {verb}" for verb in ("draw", "show", "analyze")]
SAMPLE = hs.sample.folder()


def shortly(arguments: list[object]) -> str:
    return " ".join(str(one).replace(str(SAMPLE), "sample") for one in arguments)


def hipstride(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def in_a_process(*arguments: object, **other) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "hipstride", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        **other,
    )


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty short runs with a diary, as files."""
    runner = hs.simulate.Runner(effect_points_per_pct=0.3)
    history = hs.simulate.history(runner, n_runs=40, seed=1)
    folder = tmp_path_factory.mktemp("season")
    return hs.simulate.write(history, folder, duration_s=420)


@pytest.fixture(scope="module")
def where(season: Path) -> list[object]:
    return [
        *("--runs", season),
        *("--journal", season / "journal.csv"),
        *("--changes", season / "changes.csv"),
    ]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(verb: str):
    result = hipstride(*verb.split(), "--help")

    assert result.exit_code == 0
    assert f"hipstride {verb}" in result.stdout or f"{verb} [OPTIONS]" in result.stdout


def test_the_version_is_said():
    assert hipstride("--version").stdout == f"hipstride {hs.__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["fly"],
        ["runs", SAMPLE, "--units", "furlongs"],
        ["analyze", "--runs", SAMPLE],
        ["analyze", "--runs", SAMPLE, "--journal", "j.csv", "--outcome", "never"],
        ["plot", "pie", "--runs", SAMPLE, "--out", "a.png"],
        ["plot", "timeline", "--runs", SAMPLE, "--out", "a.png"],
        ["plot", "timeline", "--runs", SAMPLE, "--out", "a.bmp"],
        ["demo", "--runs", "3"],
    ],
    ids=shortly,
)
def test_asked_wrongly_is_exit_2_and_nothing_on_stdout(arguments: list[object]):
    result = hipstride(*arguments)

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "missing.fit"],
        ["runs", "missing"],
        ["runs", SAMPLE / "README.md"],
        ["analyze", "--runs", SAMPLE, "--journal", "missing.csv"],
        ["analyze", "--runs", SAMPLE, "--journal", SAMPLE / "changes.csv"],
        ["report", "--runs", SAMPLE, "--journal", "missing.csv"],
        [
            *("report", "--runs", SAMPLE, "--journal", SAMPLE / "journal.csv"),
            *("--out", "no/such/folder/report.html"),
        ],
        [
            *("plot", "step-length-vs-speed", "--runs", SAMPLE),
            *("--out", "no/such/folder/a.png"),
        ],
    ],
    ids=shortly,
)
def test_what_cannot_be_done_is_exit_1_and_one_line(arguments: list[object]):
    result = hipstride(*arguments)

    errors = [line for line in result.stderr.splitlines() if "warning:" not in line]
    assert result.exit_code == 1
    assert result.stdout == ""
    assert len(errors) == 1
    assert errors[0].startswith("hipstride: error: ")


def test_a_damaged_file_is_one_line_that_names_it(tmp_path: Path):
    damaged = tmp_path / "damaged.fit"
    damaged.write_bytes((SAMPLE / "runs" / "run-0001.fit").read_bytes()[:9])

    result = hipstride("check", damaged)

    assert result.exit_code == 1
    assert result.stderr.startswith("hipstride: error: damaged.fit: found ")


def test_a_folder_without_runs_is_said(tmp_path: Path):
    result = hipstride("runs", tmp_path)

    assert result.exit_code == 1
    assert "found no runs; expected FIT, GPX, TCX or stride CSV" in result.stderr


def test_runs_are_a_row_each_within_80_columns():
    result = hipstride("runs", SAMPLE / "runs")

    lines = result.stdout.splitlines()
    rows = [line for line in lines if line.startswith("20")]
    assert result.exit_code == 0
    assert len(rows) == len(hs.summarize(hs.read_runs(SAMPLE / "runs")))
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in result.stdout


def test_miles_are_longer_than_kilometres():
    km = hipstride("runs", SAMPLE / "runs" / "run-0001.fit").stdout.splitlines()
    mi = hipstride("runs", SAMPLE / "runs" / "run-0001.fit", "--units", "mi").stdout

    distance_km, pace_km = float(km[1].split()[1]), km[1].split()[3]
    distance_mi, pace_mi = (mi.splitlines()[1].split()[i] for i in (1, 3))
    assert float(distance_mi) == pytest.approx(distance_km / 1.609344, abs=0.01)
    assert pace_mi > pace_km


def test_runs_as_json_are_the_table():
    result = hipstride("runs", SAMPLE / "runs", "--json")

    told = json.loads(result.stdout)
    table = hs.summarize(hs.read_runs(SAMPLE / "runs"))
    assert told["hipstride"] == hs.__version__
    assert told["n_runs"] == len(table) == len(told["runs"])
    assert told["runs"][0]["local_date"] == f"{table['local_date'][0]:%Y-%m-%d}"
    assert told["runs"][0]["distance_m"] == table["distance_m"][0]
    unknown = table["stride_deviation_pct"].isna().tolist()
    assert [one["stride_deviation_pct"] is None for one in told["runs"]] == unknown


def test_check_says_what_is_there_what_is_not_and_what_was_assumed():
    result = hipstride("check", SAMPLE / "runs" / "run-0003.gpx")

    assert result.exit_code == 0
    assert "1501 samples" in result.stdout
    assert "running" in result.stdout
    assert "cadence was counted for one foot and doubled" in result.stdout
    treadmill = hipstride("check", SAMPLE / "runs" / "run-0006.fit").stdout
    assert "missing     altitude_m" in treadmill


def test_check_as_json_is_one_object():
    told = json.loads(
        hipstride("check", SAMPLE / "runs" / "run-0001.fit", "--json").stdout
    )

    (one,) = told["recordings"]
    assert one["sport"] == "running"
    assert one["n_samples"] == 1501
    assert one["coverage_pct"]["cadence_spm"] == 100.0
    assert one["missing"] == []
    assert one["n_pauses"] == 1
    assert told["engines"]["verdict"] == "agree"
    assert told["engines"]["n_columns"] > 10
    assert told["engines"]["differences"] == []


def test_check_says_where_the_engines_differ(monkeypatch: pytest.MonkeyPatch):
    differing = pd.DataFrame(
        {
            "column": ["speed_mps", "cadence_spm"],
            "n": [1501, 1501],
            "n_differ": [0, 3],
            "largest_difference": [0.0, 2.0],
            "tolerance": [1e-6, 1e-6],
            "verdict": ["agree", "differ"],
        }
    )
    monkeypatch.setattr("hipstride.io.compare.compare_engines", lambda _: differing)

    result = hipstride("check", SAMPLE / "runs" / "run-0001.fit")

    assert "Engines: 1 column differ" in result.stdout
    assert "cadence_spm: 3 of 1501 values differ, by up to 2" in result.stdout


def test_check_says_so_where_there_is_one_engine_only():
    result = hipstride("check", SAMPLE / "runs" / "run-0004.tcx")

    assert "Engines: one engine only: TCX has no other." in result.stdout


def test_check_of_a_folder_is_refused():
    result = hipstride("check", SAMPLE)

    assert result.exit_code == 1
    assert "found a folder; expected one file; name a file in it" in result.stderr


def test_analyze_prints_the_answer_the_interval_and_the_checks(where: list[object]):
    result = hipstride("analyze", *where)

    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert (
        lines[0] == "Does pain after the run go with the step length at the same speed?"
    )
    assert "Level " in result.stdout
    assert "points per +5 % step length at the same speed" in result.stdout
    assert "Second method (EWC)" in result.stdout
    assert "rated of 40 runs" in result.stdout
    assert "adjusted for" in result.stdout
    words = " ".join(result.stdout.split())
    assert "no controlled evidence that a shorter stride treats hip pain" in words
    assert "See a clinician first" in words
    assert max(map(len, lines)) <= 80


def test_analyze_as_json_is_what_python_gives(where: list[object], season: Path):
    result = hipstride("analyze", *where, "--json", "--seed", 5)

    runs = hs.summarize(hs.read_runs(season))
    journal = hs.read_journal(season / "journal.csv")
    obs = hs.align(runs, journal, hs.read_changes(season / "changes.csv"))
    expected = hs.stats.association(obs, seed=5).to_dict()
    told = json.loads(result.stdout)
    n_rated = int(obs["pain_after_0_10"].notna().sum())
    assert told.items() >= expected.items()
    assert told["outcome"] == "pain_after_0_10"
    assert told["n_runs"] == 40
    assert told["n_rated"] == n_rated
    assert told["first_on"] == f"{obs['local_date'].min():%Y-%m-%d}"


def test_the_first_outcome_is_primary_and_the_others_stand_apart(where: list[object]):
    result = hipstride(
        *("analyze", *where, "--json"),
        *("--outcome", "during", "--outcome", "next_morning"),
    )

    told = json.loads(result.stdout)
    assert told["outcome"] == "pain_during_0_10"
    (further,) = told["further_results"]
    assert further["outcome"] == "pain_next_morning_0_10"
    assert further["estimate"] != told["estimate"]


def test_too_few_runs_are_an_answer_of_level_0_not_a_failure():
    where = ["--runs", SAMPLE, "--journal", SAMPLE / "journal.csv"]

    told = json.loads(hipstride("analyze", *where, "--json").stdout)
    words = hipstride("analyze", *where)

    assert told["verdict_level"] == 0
    assert told["estimate"] is None
    assert words.exit_code == 0
    assert "Level 0, cannot tell" in words.stdout
    assert "not enough rated runs" in words.stdout


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_a_plot_is_written_in_the_format_of_its_name(
    where: list[object], tmp_path: Path, suffix: str
):
    out = tmp_path / f"plot.{suffix}"

    result = hipstride("plot", "timeline", *where, "--out", out)

    heads = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}
    assert result.exit_code == 0
    assert result.stdout == ""
    assert out.read_bytes().startswith(heads[suffix])


def test_step_length_against_speed_needs_no_diary(tmp_path: Path):
    out = tmp_path / "plot.png"

    result = hipstride(
        "plot", "step-length-vs-speed", "--runs", SAMPLE / "runs", "--out", out
    )

    assert result.exit_code == 0
    assert out.stat().st_size > 10_000


def test_a_report_says_where_it_is(where: list[object], tmp_path: Path):
    out = tmp_path / "my report.html"

    result = hipstride("report", *where, "--out", out, "--outcome", "during")

    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == f"Report: {out}"
    assert "pain during the run" in out.read_text(encoding="utf-8")


def test_a_report_as_json_names_the_file(where: list[object], tmp_path: Path):
    out = tmp_path / "report.html"

    told = json.loads(hipstride("report", *where, "--out", out, "--json").stdout)

    assert told["report"] == str(out)
    assert told["outcome"] == "pain_after_0_10"


def test_the_demo_ends_with_the_verdict_the_truth_and_the_report(tmp_path: Path):
    result = hipstride("demo", "--out", tmp_path, "--runs", 100, "--seed", 2)

    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert "In this history" in result.stdout
    assert any(line.startswith("Found  +") for line in lines)
    assert any(line.startswith("True   +0.") for line in lines)
    assert "the truth." in result.stdout
    assert lines[-1] == f"Report: {tmp_path / 'report.html'}"
    assert (tmp_path / "timeline.png").is_file()
    assert len(list(tmp_path.glob("files-*/*.fit"))) == 100


def test_bad_files_among_many_are_a_line_each_and_then_counted(tmp_path: Path):
    good = (SAMPLE / "runs" / "run-0001.fit").read_bytes()
    (tmp_path / "good.fit").write_bytes(good)
    for i in range(MAX_WARNINGS_SHOWN + 5):
        (tmp_path / f"bad{i:02d}.fit").write_bytes(good[:9] + bytes([i]))

    result = hipstride("runs", tmp_path, "--json")

    warnings = result.stderr.splitlines()
    assert result.exit_code == 0
    assert json.loads(result.stdout)["n_runs"] == 1
    assert len(warnings) == MAX_WARNINGS_SHOWN + 1
    assert all(line.startswith("hipstride: warning: ") for line in warnings)
    assert warnings[-1] == "hipstride: warning: and 5 more like these"


def test_a_closed_pipe_ends_it_quietly():
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "hipstride", "runs", str(SAMPLE / "runs"), "--json"],
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(writer)

    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


def test_a_terminal_that_cannot_show_a_sign_gets_another():
    done = in_a_process(
        *("runs", SAMPLE / "runs"), env={**os.environ, "PYTHONIOENCODING": "ascii"}
    )

    assert done.returncode == 0
    assert "Traceback" not in done.stderr


def test_a_missing_file_in_a_real_process_is_one_line_and_exit_1():
    done = in_a_process("check", "missing.fit")

    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


def test_help_imports_nothing_heavy():
    code = (
        "import sys\n"
        "sys.argv = ['hipstride', '--help']\n"
        "from hipstride.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'pandas', 'matplotlib', 'scipy', 'statsmodels', 'lxml'}\n"
        "found = heavy & set(sys.modules)\n"
        "assert not found, found"
    )

    subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", code], check=True, capture_output=True
    )


def test_the_page_on_the_command_line_is_in_step(request: pytest.FixtureRequest):
    path = ROOT / "docs" / "cli.md"
    if request.config.getoption("--update-golden"):
        path.write_text(cli_page(), encoding="utf-8")

    assert path.read_text(encoding="utf-8") == cli_page()


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_and_option_stands_on_its_page(verb: str):
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")

    behind = page.partition(f"## `hipstride {verb}`")[2]
    section = re.split(r"\n#+ ", behind)[0]
    options = [
        name
        for word in hipstride(*verb.split(), "--help").stdout.split()
        for name in word.strip("│ ,").split(",")
        if name.startswith("--") and name != "--help"
    ]
    assert section
    for option in options:
        assert option in section


def test_a_narrow_terminal_cuts_no_number():
    wide = in_a_process("runs", SAMPLE / "runs").stdout
    narrow = in_a_process(
        "runs", SAMPLE / "runs", env={**os.environ, "COLUMNS": "30"}
    ).stdout

    assert "…" not in narrow
    rows = [line for line in wide.splitlines() if line.startswith("20")]
    assert rows == [line for line in narrow.splitlines() if line.startswith("20")]


def test_runs_say_what_was_assumed_of_how_many():
    said = " ".join(hipstride("runs", SAMPLE / "runs").stdout.split())

    assert "Assumed or found:" in said
    assert "the clock is that of" in said
    assert "see --json" in said


def test_a_folder_that_is_not_there_is_said_before_the_files_are_read():
    journal = SAMPLE / "journal.csv"
    result = hipstride(
        *("report", "--runs", "missing", "--journal", journal),
        *("--out", "no/such/folder/report.html"),
    )

    assert result.exit_code == 1
    assert "found no folder" in result.stderr
    assert "make it, or name another" in result.stderr


def test_deviations_are_counted_from_the_runs_before_the_cue(tmp_path: Path):
    change = hs.simulate.Change(on=6, stride_pct=-6.0, label="glute cue", kind="cue")
    runner = hs.simulate.Runner(treadmill_share=0.0, changes=(change,))
    folder = hs.simulate.write(
        hs.simulate.history(runner, n_runs=9, seed=4), tmp_path, duration_s=600
    )
    obs = load_observations(folder, folder / "journal.csv", folder / "changes.csv")
    all_runs = load_observations(folder, folder / "journal.csv", None)

    before = obs["change_glute_cue"] == 0
    assert obs["is_baseline"].tolist() == before.tolist()
    assert obs["stride_deviation_pct"][before].mean() == pytest.approx(0, abs=1e-9)
    assert all_runs["is_baseline"].all()


def test_days_that_could_be_read_in_two_ways_are_settled_by_an_option(tmp_path: Path):
    diary = tmp_path / "diary.csv"
    diary.write_text("date,moment,pain\n01/02/2026,after,3\n", encoding="utf-8")
    where = ["--runs", SAMPLE / "runs", "--journal", diary, "--json"]

    refused = hipstride("analyze", *where)
    read = hipstride("analyze", *where, "--date-format", "%d/%m/%Y")

    assert refused.exit_code == 1
    assert "--date-format" in refused.stderr
    assert read.exit_code == 0
    assert json.loads(read.stdout)["n_rated"] == 0
