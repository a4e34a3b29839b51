"""``hipstride change``: one dated change, from files and from a library."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import hipstride as hs
from hipstride.cli import _load, app

SAMPLE = hs.sample.folder()


def change(*arguments: object):
    return CliRunner().invoke(app, ["change", *(str(a) for a in arguments)])


@pytest.fixture
def year(monkeypatch):
    """A year of runs with a cue at day 180, in place of files that take long."""
    rng = np.random.default_rng(5)
    day = np.arange(0, 360, 2)
    obs = pd.DataFrame(
        {
            "day": day.astype(float),
            "local_date": pd.Timestamp("2025-01-06") + pd.to_timedelta(day, "D"),
            "pain_after_0_10": np.round(6 - 3.0 * (day >= 180) + rng.normal(0, 1, 180)),
            "change_glute_cue": day >= 180,
        }
    )
    monkeypatch.setattr(_load, "load_observations", lambda *_, **__: obs)
    monkeypatch.setattr(_load, "load_changes", lambda *_: None)
    monkeypatch.setattr(_load, "load_journal", lambda *_: None)


def test_a_clear_change_is_told_with_its_date_and_no_cause(year):
    told = change("glute cue", "--not-at-a-peak")

    assert told.exit_code == 0
    assert "Level 3, dated change" in told.stdout
    assert "2025-07-05" in told.stdout
    assert "See a clinician first" in told.stdout
    assert max(map(len, told.stdout.splitlines())) <= 80


def test_begun_at_a_peak_it_is_tentative(year):
    told = change("glute cue", "--at-a-peak", "--json")

    assert json.loads(told.stdout)["verdict_level"] == 1


def test_json_is_one_object_with_tables_and_requirements(year):
    plain = json.loads(change("glute cue", "--json").stdout)

    assert plain["low"] < -3 < plain["high"]
    assert plain["tables"]["placebo_dates"][0]["date"].startswith("2025-")
    assert {row["level"] for row in plain["requirements"]} == {1, 3}


def test_a_change_of_another_name_is_one_line_with_what_there_is(year):
    told = change("the shot")

    assert told.exit_code == 1
    assert "glute" in told.stderr
    assert "Traceback" not in told.stderr


def test_too_few_runs_are_an_answer_and_not_an_error():
    told = change(
        "shorter stride",
        *("--runs", SAMPLE / "runs", "--journal", SAMPLE / "journal.csv"),
        *("--changes", SAMPLE / "changes.csv", "--json"),
    )

    plain = json.loads(told.stdout)
    assert told.exit_code == 0
    assert plain["verdict_level"] == 0
    assert plain["estimate"] is None
    assert "needs" in plain["verdict"] or "need" in plain["verdict"]
