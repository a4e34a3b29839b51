"""The prose keeps its promises: its code runs, its links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import hipstride as hs

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *ROOT.glob("data/**/*.md")]
)
PYTHON_BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


def page_id(page: Path) -> str:
    return str(page.relative_to(ROOT))


def pages_with_code() -> list[Path]:
    return [page for page in PAGES if PYTHON_BLOCK.search(page.read_text("utf-8"))]


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_links_within_the_project_lead_to_a_file(page: Path):
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text("utf-8"))

    dead = [
        link
        for link in links
        if "://" not in link and not (page.parent / link).resolve().exists()
    ]

    assert not dead


@pytest.mark.parametrize("page", pages_with_code(), ids=page_id)
def test_the_python_of_a_page_runs_in_an_empty_folder(page: Path, tmp_path: Path):
    code = "\n".join(PYTHON_BLOCK.findall(page.read_text("utf-8")))
    script = tmp_path / "page.py"
    script.write_text(code, encoding="utf-8")

    done = subprocess.run(  # noqa: S603 - our own page
        [sys.executable, script.name],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_the_diary_and_the_changes_shown_in_the_docs_can_be_read(tmp_path: Path):
    diary = re.search(
        r"^```\n(date,moment.*?)^```",
        (ROOT / "README.md").read_text("utf-8"),
        re.DOTALL | re.MULTILINE,
    )
    changes = re.search(
        r"^```\n(started_on.*?)^```",
        (ROOT / "docs" / "files.md").read_text("utf-8"),
        re.DOTALL | re.MULTILINE,
    )
    assert diary
    assert changes
    (tmp_path / "journal.csv").write_text(diary[1], encoding="utf-8")
    (tmp_path / "changes.csv").write_text(changes[1], encoding="utf-8")

    assert len(hs.read_journal(tmp_path / "journal.csv")) == 3
    assert len(hs.read_changes(tmp_path / "changes.csv")) == 2


def test_the_red_flags_stand_at_the_head_of_readme_and_limits():
    for page in (ROOT / "README.md", ROOT / "docs" / "limits.md"):
        head = page.read_text("utf-8")[:2500].lower()

        assert "not medical advice" in head
        assert "see a clinician" in head
        assert "femoral neck" in head


def test_the_changelog_knows_the_version_or_says_unreleased():
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")

    assert f"## [{hs.__version__}]" in text or "## [Unreleased]" in text
