"""``hipstride power`` from a history, and without one."""

from __future__ import annotations

import json
from functools import partial

import pytest
from typer.testing import CliRunner

from hipstride.cli import _load, app
from hipstride.simulate import Runner, history
from hipstride.stats import power as package


def hipstride(*arguments: object):
    return CliRunner().invoke(app, ["power", *(str(a) for a in arguments)])


@pytest.fixture(autouse=True)
def _few_simulations(monkeypatch):
    """Show the words, not the numbers: few simulations do."""
    less = {
        "power_of_history": {"n_more": (0, 50)},
        "power_of_change": {"n_after": (40,)},
        "power_of_trial": {},
    }
    for name, options in less.items():
        whole = partial(getattr(package, name), n_sims=20, **options)
        monkeypatch.setattr(package, name, whole)


@pytest.fixture
def runs(monkeypatch):
    made = history(Runner(), n_runs=60, seed=1).observations
    monkeypatch.setattr(_load, "load_observations", lambda *_, **__: made)
    return made


def test_three_plans_stand_side_by_side(runs):
    told = hipstride("--runs", "x", "--journal", "y")

    assert told.exit_code == 0, told.output
    assert "1 point per 5 % of step length would be found in" in told.stdout
    assert "A step of 1 point would be found in" in told.stdout
    assert "by lot, 12 weeks" in told.stdout
    assert "randomised plan answers sooner" in told.stdout
    assert "medical" in told.stdout


def test_json_holds_all_three(runs):
    found = json.loads(hipstride("--runs", "x", "--journal", "y", "--json").stdout)

    assert 0 <= found["association"]["estimate"] <= 1
    assert found["association"]["n"] == 59
    assert found["change"]["tables"]["power"]
    assert found["trial"]["checks"]["design"]["kind"] == "alternation"


def test_without_a_library_a_typical_runner_is_planned_and_it_says_so(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("HIPSTRIDE_LIBRARY", str(tmp_path / "library"))
    told = hipstride()

    assert told.exit_code == 0, told.output
    assert "There is no history here" in told.stdout


def test_a_library_that_was_named_must_be_there(tmp_path):
    told = hipstride("--library", tmp_path / "library")

    assert told.exit_code == 1
    assert "found no library" in told.stderr


def test_too_few_rated_runs_are_said_and_planned_as_typical(runs, monkeypatch):
    few = runs.head(5)
    monkeypatch.setattr(_load, "load_observations", lambda *_, **__: few)
    told = hipstride("--runs", "x", "--journal", "y")

    assert told.exit_code == 0, told.output
    assert "planned for a typical runner instead" in told.stderr
    assert "There is no history here" in told.stdout


def test_the_smallest_effect_is_that_of_the_answers(runs):
    told = hipstride("--runs", "x", "--journal", "y", "--smallest-effect", 2)

    assert "2 points per 5 % of step length" in told.stdout
    assert "A step of 2 points" in told.stdout
