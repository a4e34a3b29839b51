"""``hipstride plot``: every picture, its numbers, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import hipstride as hs
from hipstride.cli import app
from hipstride.cli.plot import Kind


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Sixty short runs with a diary and a change, as files."""
    history = hs.simulate.history(hs.simulate.demo_runner(), n_runs=110, seed=1)
    folder = hs.simulate.write(
        history, tmp_path_factory.mktemp("season"), duration_s=420
    )
    return [
        *("--runs", str(folder)),
        *("--journal", str(folder / "journal.csv")),
        *("--changes", str(folder / "changes.csv")),
    ]


def plot(*words: object) -> Result:
    return CliRunner().invoke(app, ["plot", *map(str, words)])


@pytest.mark.parametrize("kind", [one.value for one in Kind])
def test_every_kind_is_drawn_and_has_numbers(
    kind: str, where: list[str], tmp_path: Path
):
    out = tmp_path / "plot.svg"
    which = ["--change", "shorter stride"] if kind == "change" else []
    shown = plot(kind, "--out", out, "--json", *which, *where)

    assert shown.exit_code == 0, shown.stderr
    told = json.loads(shown.stdout)
    assert (told["plot"], told["file"]) == (kind, str(out.resolve()))
    assert told["rows"]
    assert all("part" in row for row in told["rows"])
    assert out.read_text(encoding="utf-8").startswith("<?xml")


def test_paces_of_a_picture_are_in_the_units_asked_for(
    where: list[str], tmp_path: Path
):
    out = tmp_path / "plot.svg"
    plot("step-length-vs-speed", "--out", out, "--units", "mi", *where[:2])

    assert "[min/mi]" in out.read_text(encoding="utf-8")


def test_without_a_file_or_json_nothing_is_drawn(where: list[str]):
    shown = plot("timeline", *where)

    assert shown.exit_code == 2
    assert "--out: needed, or --json for the numbers alone" in shown.stderr


@pytest.mark.parametrize("words", [["change"], ["timeline", "--change", "x"]])
def test_a_change_is_named_for_its_picture_and_for_no_other(
    words: list[str], where: list[str]
):
    shown = plot(*words, "--json", *where)

    assert shown.exit_code == 2
    assert "--change: needed for the picture of a change" in shown.stderr


def test_a_change_that_is_not_in_the_list_is_one_line(where: list[str]):
    shown = plot("change", "--change", "new shoes", "--json", *where)

    assert shown.exit_code == 1
    assert "new shoes" in shown.stderr
    assert shown.stderr.count("hipstride: error:") == 1


def report(*words: object) -> Result:
    return CliRunner().invoke(app, ["report", *map(str, words)])


def test_a_report_holds_the_ledger_and_the_changes_asked_for(
    where: list[str], tmp_path: Path
):
    out = tmp_path / "report.md"
    shown = report("--out", out, "--change", "shorter stride", *where)
    text = out.read_text(encoding="utf-8")

    assert shown.exit_code == 0, shown.stderr
    assert "## All that was tried" in text
    assert "different after shorter stride" in text


def test_a_report_for_a_physio_has_no_words_of_the_runner(
    where: list[str], tmp_path: Path
):
    out = tmp_path / "physio.html"
    shown = report("--for", "physio", "--out", out, *where)

    assert shown.exit_code == 0, shown.stderr
    assert "<bdi>shorter stride</bdi>" not in out.read_text(encoding="utf-8")
    assert "<bdi>a change of stride</bdi>" in out.read_text(encoding="utf-8")


def test_no_ledger_leaves_the_ledger_out(where: list[str], tmp_path: Path):
    out = tmp_path / "report.json"
    shown = report("--no-ledger", "--out", out, "--json", *where)

    assert json.loads(shown.stdout)["ledger"] is None
    assert json.loads(out.read_text(encoding="utf-8"))["ledger"] is None


def test_a_plan_settles_the_question_of_a_report(where: list[str], tmp_path: Path):
    plan = tmp_path / "plan.json"
    CliRunner().invoke(app, ["plan", "--out", str(plan)])
    out = tmp_path / "report.html"
    shown = report("--plan", plan, "--out", out, *where)
    twice = report("--plan", plan, "--side", "left", "--out", out, *where)

    assert shown.exit_code == 0, shown.stderr
    assert "SHA-256" in out.read_text(encoding="utf-8")
    assert twice.exit_code == 2
    assert "the plan settles these" in twice.stderr


@pytest.mark.parametrize("kind", ["lags", "spec-curve", "stride-vs-pain"])
def test_with_too_few_ratings_a_picture_says_what_is_missing(kind: str, tmp_path: Path):
    sample = hs.sample.folder()
    out = tmp_path / "plot.svg"
    where = ("--runs", sample / "runs", "--journal", sample / "journal.csv")
    shown = plot(kind, "--out", out, *where)

    assert shown.exit_code == 0, shown.stderr
    assert out.stat().st_size > 1000
