"""What a library holds, counted, and what to do next."""

from __future__ import annotations

import shlex
from pathlib import Path

import pandas as pd
import pytest

import hipstride as hs
from hipstride.library._next_steps import next_steps
from hipstride.library._standing import Standing, standing_of
from test_cli_terminal import verbs

FULL = {
    "folder": "library",
    "exists": True,
    "n_runs": 60,
    "first_on": "2026-01-01",
    "last_on": "2026-06-01",
    "n_ratings": 120,
    "n_runs_rated": 60,
    "n_runs_rated_before": 60,
    "sites": ("hip",),
    "changes": (("it's shorter", "2026-03-01"),),
}
STANDINGS = {
    "none": Standing("library", exists=False),
    "empty": Standing("library", exists=True),
    "diary alone": Standing("library", exists=True, n_ratings=3),
    "no rating": Standing("library", exists=True, n_runs=20),
    "few": Standing(
        **{**FULL, "n_runs_rated": 5, "n_runs_rated_before": 0, "changes": ()}
    ),
    "last run unrated": Standing(**{**FULL, "unrated_on": "2026-06-01"}),
    "two sites": Standing(**{**FULL, "sites": ("groin", "hip")}),
    "full": Standing(**FULL),
    "two changes": Standing(**{**FULL, "changes": (("a", "x"), ("b", "y"))}),
}


def commands(standing: Standing) -> list[str]:
    return [step.command for step in next_steps(standing)]


@pytest.mark.parametrize("name", STANDINGS)
def test_each_command_is_a_verb_with_options_that_it_has(name: str):
    known = dict(verbs())
    for command in commands(STANDINGS[name]):
        _, *words = shlex.split(command)
        verb = max(one for one in known if words[: len(one.split())] == one.split())
        options = [word for word in words if word.startswith("--")]

        assert set(options) <= set(known[verb]), command


@pytest.mark.parametrize("name", STANDINGS)
def test_there_are_one_to_five_steps_with_reasons(name: str):
    steps = next_steps(STANDINGS[name])

    assert 1 <= len(steps) <= 5
    assert all(step.why and not step.why.endswith(".") for step in steps)


def test_without_ratings_nothing_is_analysed():
    assert not any(
        "analyze" in one or "change" in one for one in commands(STANDINGS["no rating"])
    )


def test_a_last_run_without_a_rating_comes_first():
    first = next_steps(STANDINGS["last run unrated"])[0]

    assert first.command == "hipstride log pain --date 2026-06-01"


def test_few_rated_runs_are_sent_to_power():
    assert commands(STANDINGS["few"])[-1] == "hipstride power"


def test_a_label_is_quoted_for_the_shell():
    (command,) = [one for one in commands(STANDINGS["full"]) if " change " in one]

    assert shlex.split(command) == ["hipstride", "change", "it's shorter"]


def test_with_several_sites_one_is_named():
    assert "hipstride analyze --site groin" in commands(STANDINGS["two sites"])


def test_a_folder_that_is_none_stands_at_nothing(tmp_path: Path):
    assert standing_of(tmp_path / "none") == Standing(
        str(tmp_path / "none"), exists=False
    )


def test_a_library_is_counted_as_a_runner_counts(tmp_path: Path):
    library = hs.Library(tmp_path / "kept")
    library.add(hs.sample.folder() / "runs")
    day = f"{library.runs()['local_date'].iloc[0]:%Y-%m-%d}"
    library.log_pain(3, moment="before", local_date=day)
    library.log_pain(4, moment="after", local_date=day)
    library.log_change("glute cue", kind="cue", started_on=day)

    standing = standing_of(library.folder)

    assert standing.n_runs == len(library.runs()) == 8
    assert standing.n_ratings == 2
    assert standing.n_runs_rated == standing.n_runs_rated_before == 1
    assert standing.changes == (("glute cue", day),)
    assert standing.unrated_on == standing.last_on


def test_a_rating_of_the_next_morning_is_of_the_run_of_the_day_before(tmp_path: Path):
    library = hs.Library(tmp_path / "kept")
    library.add(hs.sample.folder() / "runs")
    morning = library.runs()["local_date"].iloc[-1] + pd.Timedelta(days=1)
    library.log_pain(3, moment="next_morning", local_date=morning)

    standing = standing_of(library.folder)

    assert standing.n_runs_rated == 1
    assert standing.n_runs_rated_before == 0


def test_a_journal_without_runs_is_counted(tmp_path: Path):
    library = hs.Library(tmp_path / "kept")
    library.log_pain(3, moment="day", local_date="2026-01-01")

    standing = standing_of(library.folder)

    assert (standing.n_runs, standing.n_ratings) == (0, 1)
