"""The site is built from the pages without a warning, and the notebooks lie in it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build it from a copy: the folder of the pages itself stays as it is."""
    folder = tmp_path_factory.mktemp("site")
    left_out = shutil.ignore_patterns("reference", "contributing.md", "changelog.md")
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=left_out)
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    for name in ("CONTRIBUTING.md", "CHANGELOG.md"):
        shutil.copy(ROOT / name, folder / name)
    done = subprocess.run(  # noqa: S603 - our own pages
        [
            *(sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"),
            *(str(folder / "docs"), str(folder / "site")),
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-3000:]
    return folder / "site"


def test_the_site_has_a_front_door_a_reference_and_the_notebooks(site: Path):
    for page in (
        "index.html",
        "tutorial.html",
        "cli.html",
        "glossary.html",
        "reference/hipstride.stats.html",
        "notebooks/01_first_look.html",
    ):
        assert (site / page).is_file(), page


def test_the_reference_holds_the_docstring_of_a_public_name(site: Path):
    text = (site / "reference" / "hipstride.plots.html").read_text("utf-8")

    assert "hipstride.plots.get_plot_data" in text
    assert "Parameters" in text


def test_every_page_can_be_reached_from_the_side(site: Path):
    front = (site / "index.html").read_text("utf-8")
    pages = [
        page.relative_to(ROOT / "docs").with_suffix(".html").as_posix()
        for page in (ROOT / "docs").rglob("*.md")
        if page.name not in {"index.md", "contributing.md", "changelog.md"}
    ]

    assert [page for page in pages if f'href="{page}"' not in front] == []
