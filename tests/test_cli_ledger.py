"""``hipstride ledger`` from files and from a library."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import hipstride as hs
from hipstride.cli import _load, app

SAMPLE = hs.sample.folder()


def hipstride(*arguments: object):
    return CliRunner().invoke(app, ["ledger", *(str(a) for a in arguments)])


@pytest.fixture
def year(monkeypatch):
    """A year of runs in place of files that would take long to read."""
    rng = np.random.default_rng(5)
    day = np.arange(0, 360, 2)
    obs = pd.DataFrame(
        {
            "day": day.astype(float),
            "local_date": pd.Timestamp("2025-01-06") + pd.to_timedelta(day, "D"),
            "pain_after_0_10": np.round(6 - 3.0 * (day >= 240) + rng.normal(0, 1, 180)),
        }
    )
    monkeypatch.setattr(_load, "load_observations", lambda *_, **__: obs)
    return obs


@pytest.fixture
def changes(tmp_path):
    path = tmp_path / "changes.csv"
    path.write_text(
        "started_on,kind,ended_on,label\n"
        "2025-04-20,injection,2025-04-20,shot\n"
        "2025-09-03,cue,,[bold]glute[/] <b>cue</b> 🦵\n",
        encoding="utf-8",
    )
    return path


def test_the_table_fits_eighty_columns_and_keeps_labels_as_they_are(year, changes):
    told = hipstride("--changes", changes, "--runs", "x", "--journal", "y")

    assert told.exit_code == 0, told.output
    assert max(map(len, told.stdout.splitlines())) <= 80
    assert "[bold]glute[/] <b>cue</b> 🦵" in told.stdout
    assert "shot" in told.stdout
    assert "Take it to a clinician" in " ".join(told.stdout.split())


def test_json_is_one_object_with_a_row_for_each_change(year, changes):
    told = hipstride("--changes", changes, "--runs", "x", "--journal", "y", "--json")
    found = json.loads(told.stdout)

    assert found["rows"][0]["label"] == "shot"
    assert found["rows"][1]["estimate"] == pytest.approx(-3, abs=1)
    assert found["n_runs"] == 180


def test_without_a_change_it_says_so_and_leaves_with_0(year):
    told = hipstride("--runs", "x", "--journal", "y")

    assert told.exit_code == 0
    assert "No change is logged" in told.stdout


def test_a_change_that_ends_before_it_begins_is_one_line(year, tmp_path):
    path = tmp_path / "changes.csv"
    path.write_text("started_on,kind,ended_on\n2025-04-20,rest,2025-04-01\n")
    told = hipstride("--changes", path, "--runs", "x", "--journal", "y")

    assert told.exit_code == 1
    assert told.stderr.count("\n") == 1
    assert told.stderr.startswith("hipstride: error: ")


def test_a_library_of_a_few_runs_is_an_answer(tmp_path):
    library = hs.Library(tmp_path)
    library.add(min((SAMPLE / "runs").iterdir()))
    library.log_change("rest", kind="rest", started_on="2025-01-01")
    told = hipstride("--library", tmp_path)

    assert told.exit_code == 0, told.output
    assert "Cannot tell" in told.stdout


def test_an_empty_library_is_told_what_to_import(tmp_path):
    told = hipstride("--library", tmp_path)

    assert told.exit_code == 1
    assert "`hipstride import PATH`" in told.stderr
