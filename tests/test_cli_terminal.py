"""The terminal: 80 columns, no colour in a pipe, --json everywhere, what to do next."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

import hipstride as hs
from hipstride.cli import app

COLUMNS = 80
ESCAPE = "\x1b"


def verbs(command=None, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """Give every verb with the names of its options."""
    command = command or typer.main.get_command(app)
    for name, below in getattr(command, "commands", {}).items():
        yield from verbs(below, f"{path} {name}".strip())
    if not hasattr(command, "commands"):
        yield path, [option for one in command.params for option in one.opts]


def hipstride(*words: object, library: Path | None = None) -> Result:
    env = {"COLUMNS": str(COLUMNS), "HIPSTRIDE_LIBRARY": str(library or "nowhere")}
    return CliRunner().invoke(app, [str(word) for word in words], env=env)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of 60 runs with a diary and three changes."""
    folder = tmp_path_factory.mktemp("terminal")
    runner = hs.simulate.Runner(effect_points_per_pct=0.3)
    history = hs.simulate.history(runner, n_runs=60, seed=1)
    hs.simulate.write(history, folder / "files", duration_s=420)
    hs.Library(folder / "kept").add(folder / "files")
    place = folder / "kept"
    assert hipstride("log", "import", folder / "files" / "journal.csv", library=place)
    first = history.observations["local_date"].iloc[20]
    for label, kind in (("glute cue", "cue"), ("shot", "injection"), ("it's", "other")):
        words = ("log", "change", label, "--kind", kind, "--from", f"{first:%Y-%m-%d}")
        assert hipstride(*words, library=place).exit_code == 0
    return place


@pytest.mark.parametrize(
    ("verb", "options"), list(verbs()), ids=[verb for verb, _ in verbs()]
)
def test_every_verb_can_answer_in_json(verb: str, options: list[str]):
    assert "--json" in options, verb


SHOWN = [
    "",
    "runs",
    "curve",
    "analyze",
    "change 'glute cue'",
    "ledger",
    "power --smallest-effect 1",
    "log list",
    "target --pace 5:30/km --shorten 5",
    "library check",
    "library ledger",
    "library timezone",
]


@pytest.mark.parametrize("words", SHOWN)
def test_answers_fit_in_80_columns_and_carry_no_colour_into_a_pipe(
    words: str, library: Path
):
    shown = hipstride(*shlex.split(words), library=library)

    assert shown.exit_code == 0, shown.stderr
    wide = [
        line
        for line in shown.stdout.splitlines()
        # A path or a command is not broken, so that it can be copied.
        if len(line) > COLUMNS and str(library.parent) not in line
    ]
    assert not wide
    assert ESCAPE not in shown.stdout + shown.stderr


def test_the_first_run_of_the_library_is_shown_in_80_columns_too(library: Path):
    run_id = hs.Library(library).runs()["run_id"].iloc[0]
    sample = hs.sample.folder() / "runs" / "run-0001.fit"
    for words in (("splits", run_id), ("drift", sample)):
        shown = hipstride(*words, library=library)

        assert shown.exit_code == 0, shown.stderr
        assert max(map(len, shown.stdout.splitlines())) <= COLUMNS
        assert ESCAPE not in shown.stdout


def test_without_a_library_it_offers_the_demo_and_the_import(tmp_path: Path):
    shown = hipstride(library=tmp_path / "none")

    assert shown.exit_code == 0
    assert "There is no library yet" in shown.stdout
    assert "  hipstride demo\n" in shown.stdout
    assert "  hipstride import PATH\n" in shown.stdout
    assert "see a clinician first" in " ".join(shown.stdout.split()).lower()
    assert not (tmp_path / "none").exists()


def test_with_a_library_it_counts_and_says_what_to_ask(library: Path):
    shown = hipstride(library=library)

    assert "60 runs, " in shown.stdout
    assert "Changes: glute cue (" in shown.stdout
    assert "  hipstride analyze\n" in shown.stdout
    assert "  hipstride ledger\n" in shown.stdout


def test_as_json_the_next_steps_are_commands_with_reasons(library: Path):
    told = json.loads(hipstride("--json", library=library).stdout)

    assert told["library"]["n_runs"] == 60
    assert told["next"][0]["command"] == "hipstride analyze"
    assert all(step["why"] for step in told["next"])


def test_a_library_that_was_named_is_named_in_the_commands(tmp_path: Path):
    (tmp_path / "my runs").mkdir()
    shown = hipstride("--library", tmp_path / "my runs")

    assert f"hipstride import PATH --library '{tmp_path / 'my runs'}'" in shown.stdout


@pytest.mark.parametrize("option", ["--json", "--library"])
def test_an_option_before_the_verb_is_not_silently_lost(option: str):
    value = [] if option == "--json" else ["somewhere"]
    shown = hipstride(option, *value, "runs")

    assert shown.exit_code == 2
    assert f"write it after the verb: hipstride runs {option}" in shown.stderr
    assert shown.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("fly", "No such command 'fly'; see `hipstride --help`"),
        ("runs --units furlongs", "'furlongs' is not one of 'km', 'mi'; see `hipstri"),
        ("log change x --from today", "Missing option '--kind'; see `hipstride log "),
        ("splits", "Missing argument 'RUN'; see `hipstride splits --help`"),
        ("runs --unit km", "No such option: --unit"),
    ],
)
def test_what_was_asked_wrongly_is_one_line_with_where_help_is(
    words: str, message: str
):
    shown = hipstride(*words.split())

    assert shown.exit_code == 2
    assert shown.stdout == ""
    assert message in shown.stderr
    assert shown.stderr.startswith("hipstride: error: ")
    assert shown.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("hipstride an", ["analyze"]),
        ("hipstride change ", ["glute cue", "it's", "shot"]),
        ("hipstride change g", ["glute cue"]),
    ],
)
def test_the_shell_completes_verbs_and_labels(
    words: str, offered: list[str], library: Path
):
    env = {
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
        "_HIPSTRIDE_COMPLETE": "complete_bash",
        "HIPSTRIDE_LIBRARY": str(library),
    }
    shown = CliRunner().invoke(app, [], env=env, prog_name="hipstride")

    assert sorted(filter(None, shown.stdout.split("\n"))) == offered


def test_the_shell_completes_the_runs_of_the_library(library: Path):
    run_id = hs.Library(library).runs()["run_id"].iloc[0]
    env = {
        "COMP_WORDS": f"hipstride splits {run_id[:3]}",
        "COMP_CWORD": "2",
        "_HIPSTRIDE_COMPLETE": "complete_bash",
        "HIPSTRIDE_LIBRARY": str(library),
    }
    shown = CliRunner().invoke(app, [], env=env, prog_name="hipstride")

    assert run_id[:8] in shown.stdout.split("\n")


def test_completion_without_a_library_is_silent(tmp_path: Path):
    env = {
        "COMP_WORDS": "hipstride change ",
        "COMP_CWORD": "2",
        "_HIPSTRIDE_COMPLETE": "complete_bash",
        "HIPSTRIDE_LIBRARY": str(tmp_path / "none"),
    }
    shown = CliRunner().invoke(app, [], env=env, prog_name="hipstride")

    assert not shown.stdout.strip()
    assert "error" not in shown.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("trial show none.json", "none.json: found no such file; expected one; check"),
        ("analyze --plan none.json", "none.json: found no such file; expected one"),
        ("cohort one.csv two.csv", "one.csv: found no such file; expected one; check"),
    ],
)
def test_a_missing_file_is_one_line_with_a_remedy(words: str, message: str):
    shown = hipstride(*words.split())

    assert shown.exit_code == 1
    assert shown.stdout == ""
    assert message in shown.stderr
    assert shown.stderr.count("\n") == 1


@pytest.mark.skipif(os.name == "nt", reason="permissions are of another kind there")
def test_a_folder_for_a_file_is_said_as_such(tmp_path: Path):
    shown = hipstride("trial", "show", tmp_path)

    assert shown.exit_code == 1
    assert "found a folder; expected a file; name the file in it" in shown.stderr


def test_decisions_on_recordings_answer_in_json(library: Path):
    run_id = hs.Library(library).runs()["run_id"].iloc[0]

    told = json.loads(
        hipstride("library", "separate", run_id, "--json", library=library).stdout
    )

    assert (told["run"], told["decision"]) == (run_id, "separate")


def test_an_export_in_json_names_its_file_and_rows(library: Path, tmp_path: Path):
    out = tmp_path / "journal.csv"
    shown = hipstride("export", "changes", "--out", out, "--json", library=library)

    told = json.loads(shown.stdout)

    assert told["n_rows"] == 3
    assert told["file"] == str(out.resolve())


def test_an_export_to_stdout_is_the_table_and_cannot_be_json_too(library: Path):
    shown = hipstride("export", "changes", "--json", library=library)

    assert shown.exit_code == 2
    assert "--out" in shown.stderr
