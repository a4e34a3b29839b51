"""Every command in the README and the docs runs, in a folder like a reader's.

The stage holds what the pages name: an export as a folder and as zips in Downloads, a
diary, single files, tables of several runners, and a library. Three words stand for
what differs from reader to reader: the id of a run (``3f2a``, ``7450``, ``RUN``), and a
day that is still to come.
"""

from __future__ import annotations

import datetime as dt
import re
import shlex
import shutil
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

import hipstride as hs
from hipstride.cli import app

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    page
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    # The list of options is made from the program itself; the others are copies.
    if page.name not in {"cli.md", "changelog.md", "contributing.md"}
)
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"^(?:\$ )?hipstride(?: |$)")
OWN_LIBRARY = re.compile(r"^\$ export HIPSTRIDE_LIBRARY=([\w-]+)$", re.MULTILINE)
RUN_ID = re.compile(r"\b(3f2a|7450|RUN)\b")
TO_COME = "2026-12-01"


def commands(page: Path) -> list[str]:
    """Give the commands of a page in their order, each on one line."""
    found = []
    for language, text in BLOCK.findall(page.read_text("utf-8")):
        if language in {"", "console", "sh"}:
            lines = text.replace("\\\n", " ").splitlines()
            found += [line.removeprefix("$ ") for line in lines if COMMAND.match(line)]
    return found


WITH_COMMANDS = [page for page in PAGES if commands(page)]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a reader of any page may have at hand."""
    root = tmp_path_factory.mktemp("stage")
    runner = hs.simulate.demo_runner()
    season = hs.simulate.history(runner, n_runs=110, seed=1)
    exports = hs.simulate.write(season, root / "exports", duration_s=420)
    for name in ("journal.csv", "changes.csv"):
        shutil.copy(exports / name, root / name)
    sample = hs.sample.folder() / "runs" / "run-0001.fit"
    for name in ("easy.fit", "run.fit", "odd-run.fit"):
        shutil.copy(sample, root / name)
    belt = hs.simulate.Runner(
        treadmill_share=1.0, mean_distance_m=4800, distance_sd_pct=5
    )
    hs.simulate.write(hs.simulate.history(belt, n_runs=2, seed=3), root / "treadmill")
    (root / "Downloads").mkdir()
    for name in ("export", "garmin-export", "export_12345"):
        with zipfile.ZipFile(root / "Downloads" / f"{name}.zip", "w") as archive:
            archive.write(sample, "run-0001.fit")
    _cohort(root)
    library = hs.Library(root / "library")
    library.add(root / "exports", root / "treadmill")
    for name in ("journal.csv", "changes.csv"):
        assert _run(root, f"hipstride log import {root / name}").exit_code == 0
    return root


def _cohort(root: Path) -> None:
    names = ("anna", "ben", "carl", "dora", "emil", "fay", "gus", "hana")
    tables = []
    for seed, name in enumerate(names):
        runner = hs.simulate.Runner(effect_points_per_pct=0.2)
        history = hs.simulate.history(runner, n_runs=45, seed=seed)
        history.observations.to_csv(root / f"{name}.csv", index=False)
        tables.append(history.observations.assign(id=name, athlete=name))
    pd.concat(tables).to_csv(root / "group.csv", index=False)


def _run(folder: Path, command: str, library: str = "library"):
    """Run a command of a page as its reader would, at home in that folder."""
    tomorrow = dt.datetime.now().astimezone().date() + dt.timedelta(days=1)
    words = command.replace(TO_COME, f"{tomorrow}").replace("~", str(folder))
    if RUN_ID.search(words):
        runs = hs.Library(folder / library).runs()
        indoors = runs.loc[runs["is_treadmill"].astype(bool), "run_id"]
        words = RUN_ID.sub(indoors.iloc[0][:6], words)
    env = {"HOME": str(folder), "HIPSTRIDE_LIBRARY": str(folder / library)}
    _, *arguments = shlex.split(words, comments=True)
    return CliRunner().invoke(app, arguments, env=env)


@pytest.mark.parametrize(
    "page", WITH_COMMANDS, ids=lambda page: str(page.relative_to(ROOT))
)
def test_every_command_of_a_page_runs(
    page: Path, stage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = tmp_path / "reader"
    shutil.copytree(stage, folder)
    monkeypatch.chdir(folder)
    own = OWN_LIBRARY.search(page.read_text("utf-8"))
    for command in commands(page):
        done = _run(folder, command, own[1] if own else "library")

        assert done.exit_code == 0, f"{command}\n{done.stdout[-500:]}{done.stderr}"


def test_blocks_of_code_are_python_or_commands_or_show_what_is_printed():
    """No third kind that nobody runs: a shell of another sort, or a snippet."""
    known = {"", "python", "console"}
    for page in PAGES:
        for language, _ in BLOCK.findall(page.read_text("utf-8")):
            assert language in known, f"{page.name}: {language}"


def test_the_commands_are_found():
    assert len(WITH_COMMANDS) >= 12
    assert sum(len(commands(page)) for page in WITH_COMMANDS) >= 45


INDENTED = re.compile(r"^ {4,}.*(?:\bhs\.|^ {4}hipstride )", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_code_stands_outside_of_a_fence_where_nobody_would_run_it(page: Path):
    prose = BLOCK.sub("", page.read_text("utf-8"))

    assert INDENTED.findall(prose) == []
