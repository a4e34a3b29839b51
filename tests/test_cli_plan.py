"""``hipstride plan`` and ``hipstride analyze --plan``."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

import hipstride as hs
from hipstride.cli import _load, app


def hipstride(*arguments: object):
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture
def season(monkeypatch):
    """Simulated runs, in place of files that take long to read."""
    runner = hs.simulate.demo_runner()
    obs = hs.simulate.history(runner, n_runs=100, seed=4).observations
    monkeypatch.setattr(_load, "load_observations", lambda *_, **__: obs)
    monkeypatch.setattr(_load, "load_changes", lambda *_: None)
    monkeypatch.setattr(_load, "load_journal", lambda *_: None)
    return obs


def test_a_plan_is_written_with_its_fingerprint_and_carried_out(tmp_path, season):
    path = tmp_path / "plan.json"

    wrote = hipstride("plan", "--secondary", "next_morning", "--out", path)
    said = json.loads(hipstride("analyze", "--plan", path, "--json").stdout)

    fingerprint = json.loads(path.read_text())["sha256"]
    assert wrote.exit_code == 0
    assert fingerprint in wrote.stdout
    assert "fewer than about 100 rated runs" in " ".join(wrote.stdout.split())
    assert said["checks"]["plan"]["sha256"] == fingerprint
    assert said["checks"]["plan"]["specified"] == "after the data"
    assert said["further_results"][0]["checks"]["plan"]["role"] == "secondary"


def test_the_terminal_shows_the_fingerprint_and_when_it_was_written(tmp_path, season):
    path = tmp_path / "plan.json"
    hipstride("plan", "--out", path)

    told = " ".join(hipstride("analyze", "--plan", path).stdout.split())

    assert "after the data" in told
    assert json.loads(path.read_text())["sha256"][:20] in told.replace(" ", "")


def test_an_existing_plan_is_never_overwritten(tmp_path):
    path = tmp_path / "plan.json"
    hipstride("plan", "--out", path)

    again = hipstride("plan", "--out", path)

    assert again.exit_code == 1
    assert "so that no plan is lost" in again.stderr


def test_a_changed_plan_is_refused_in_one_line(tmp_path, season):
    path = tmp_path / "plan.json"
    hipstride("plan", "--out", path)
    path.write_text(path.read_text().replace('"seed": 0', '"seed": 1'))

    told = hipstride("analyze", "--plan", path)

    assert told.exit_code == 1
    assert "changed after it was written" in told.stderr
    assert len(told.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["analyze", "--plan", "p", "--outcome", "after"], "the plan settles these"),
        (["analyze", "--schedule", "s"], "needs --plan"),
        (["plan", "--change", "cue", "--schedule", "s"], "one question for a plan"),
        (["plan", "--leave-out", "abc"], "expected a run and a reason"),
    ],
)
def test_what_contradicts_itself_is_a_usage_error(tmp_path, words, said):
    if words[0] == "plan":
        words = [*words, "--out", tmp_path / "p.json"]
    told = hipstride(*words)

    assert told.exit_code == 2
    assert said in " ".join(told.stderr.replace("│", " ").split())


def test_a_missing_plan_is_one_line(season, tmp_path):
    told = hipstride("analyze", "--plan", tmp_path / "none.json")

    assert told.exit_code == 1
    assert "No such file" in told.stderr


def test_a_change_can_be_planned(tmp_path):
    path = tmp_path / "plan.json"

    told = hipstride("plan", "--change", "glute cue", "--json", "--out", path)

    assert json.loads(path.read_text())["change"] == "glute cue"
    assert set(json.loads(told.stdout)) == {"hipstride", "plan", "sha256"}
