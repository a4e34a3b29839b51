"""``hipstride plan`` and ``hipstride analyze --plan``."""

from __future__ import annotations

import json

import pandas as pd
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
        (["plan", "--from", "2026-09-01"], "name the change with --change"),
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
    assert "found no such file; expected one" in told.stderr


def test_a_change_can_be_planned(tmp_path):
    path = tmp_path / "plan.json"

    told = hipstride("plan", "--change", "glute cue", "--json", "--out", path)

    assert json.loads(path.read_text())["change"] == "glute cue"
    assert set(json.loads(told.stdout)) == {"hipstride", "plan", "sha256"}


def test_the_day_of_a_change_is_fixed_too(tmp_path):
    path = tmp_path / "plan.json"
    words = ["--change", "glute cue", "--from", "2027-02-01"]

    told = hipstride("plan", *words, "--out", path)

    assert json.loads(path.read_text())["change_on"] == "2027-02-01"
    assert "after glute cue (from 2027-02-01 on)" in " ".join(told.stdout.split())


@pytest.fixture
def two_sites(monkeypatch, tmp_path):
    """A diary that rates the hip and the shoulder, over simulated runs."""
    runner = hs.simulate.demo_runner()
    made = hs.simulate.history(runner, n_runs=100, seed=4)
    pain = made.observations[["local_date", "pain_after_0_10"]].dropna()
    hip = pain.rename(columns={"pain_after_0_10": "pain_0_10"}).assign(site="hip")
    shoulder = hip.assign(site="shoulder", pain_0_10=lambda t: 10 - t["pain_0_10"])
    path = tmp_path / "journal.csv"
    pd.concat([hip, shoulder]).rename(
        columns={"local_date": "date", "pain_0_10": "pain"}
    ).assign(moment="after").to_csv(path, index=False)
    runs = made.observations.drop(
        columns=[c for c in made.observations if c.startswith(("pain_", "change_"))]
    )
    monkeypatch.setattr(_load, "runs_of", lambda *_: runs)
    return path


def test_another_site_stands_beside_the_answer_and_not_in_it(two_sites):
    words = ["analyze", "--runs", two_sites.parent, "--journal", two_sites, "--json"]

    mixed = json.loads(hipstride(*words).stdout)
    apart = json.loads(hipstride(*words, "--control", "shoulder").stdout)

    assert apart["tables"]["controls"][0]["control"].startswith("control_shoulder")
    assert apart["estimate"] != mixed["estimate"]


def test_a_plan_remembers_the_site_and_its_controls(two_sites, tmp_path):
    path = tmp_path / "plan.json"
    hipstride("plan", "--site", "hip", "--control", "shoulder", "--out", path)
    words = ["--runs", two_sites.parent, "--journal", two_sites, "--json"]

    planned = json.loads(hipstride("analyze", "--plan", path, *words).stdout)
    plain = json.loads(
        hipstride("analyze", "--site", "hip", "--control", "shoulder", *words).stdout
    )

    assert planned["estimate"] == plain["estimate"]
    assert planned["tables"]["controls"] == plain["tables"]["controls"]
