"""The notebooks run from top to bottom, and are committed without outputs."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
# What is told of pain that might be more than a sore hip stands at the head.
WITH_RED_FLAGS = ("01_first_look", "03_the_glute_cue", "04_the_shortened_stride")


def load(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in load(path).cells if cell.cell_type == "code"]


def words(path: Path) -> str:
    return "\n".join(c.source for c in load(path).cells if c.cell_type == "markdown")


# The kernel's own machinery warns of its own future; what the cells warn of stays in
# the kernel and does not come here.
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_its_promises_hold(path: Path, tmp_path: Path):
    client = NotebookClient(
        load(path),
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    )

    # One thread each for the arithmetic: two notebooks at once share two cores.
    client.execute(env=os.environ | {"OPENBLAS_NUM_THREADS": "1"})


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_valid_and_carries_no_outputs(path: Path):
    nbformat.validate(load(path))

    assert load(path).metadata.kernelspec.language == "python"
    assert not any(cell.outputs for cell in code_cells(path))
    assert all(cell.execution_count is None for cell in code_cells(path))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_ends_in_what_it_promises(path: Path):
    assert "assert " in code_cells(path)[-1].source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_uses_public_names_alone(path: Path):
    code = "\n".join(cell.source for cell in code_cells(path))

    assert "hipstride._" not in code
    assert not [
        line for line in code.splitlines() if "hs._" in line or "._repr" in line
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_says_that_its_data_are_simulated(path: Path):
    assert "simulated" in words(path)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_links_between_notebooks_lead_somewhere(path: Path):
    targets = [part.split(")")[0] for part in words(path).split("](")[1:]]

    assert [target for target in targets if not (FOLDER / target).is_file()] == []


@pytest.mark.parametrize("name", WITH_RED_FLAGS)
def test_red_flags_stand_in_the_first_cell(name: str):
    first = load(FOLDER / f"{name}.ipynb").cells[0].source

    assert "Not medical advice" in first
    for flag in ("night", "rest", "bears no weight", "fever", "grows with each run"):
        assert flag in first


def test_there_are_six_stories():
    assert [path.stem for path in NOTEBOOKS] == [
        "01_first_look",
        "02_a_season_of_stride",
        "03_the_glute_cue",
        "04_the_shortened_stride",
        "05_a_treadmill_run_in_mile_splits",
        "06_a_cohort",
    ]
