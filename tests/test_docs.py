"""The prose keeps its promises: its code runs, its links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from numpydoc.validate import validate
from typer.main import get_command

import hipstride as hs
from hipstride.cli import app

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


def verbs(command, path: str = "") -> list[tuple[str, object]]:
    below = getattr(command, "commands", {})
    if not below:
        return [(path, command)]
    return [
        one
        for name, part in below.items()
        for one in verbs(part, f"{path} {name}".strip())
    ]


def test_every_verb_has_help_and_stands_in_the_page_of_the_command_line():
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    for path, command in verbs(get_command(app)):
        assert (command.help or "").strip(), path
        assert f"`hipstride {path}`" in page, path


def public() -> list[tuple[str, str]]:
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        from _reference import MODULES, public_names  # noqa: PLC0415
    finally:
        sys.path.remove(str(ROOT / "docs"))
    return [(module, name) for module in MODULES for name in public_names(module)]


def test_every_public_module_is_in_the_reference():
    documented = {module for module, _ in public()}
    modules = {
        f"hipstride.{name}"
        for name in hs.__all__
        if isinstance(getattr(hs, name), ModuleType)
    }

    assert modules <= documented


# What numpydoc asks for that this house does not: an extended summary and "See Also"
# everywhere, examples of constants and errors, and rules that the linter checks.
LEFT_OUT = {"EX01", "SA01", "ES01", "GL01", "GL02", "GL03", "GL08", "RT03", "YD01"}
# Parameters that are those of another function are named in one line: "As for `x`".
LEFT_OUT |= {"PR03", "PR04"}
# Errors and values list what they hold under "Attributes".
OF_A_CLASS = {"PR01", "PR02"}


@pytest.mark.parametrize(("module", "name"), public(), ids=lambda one: one)
def test_every_public_name_is_documented_as_numpydoc_asks(module: str, name: str):
    found = getattr(import_module(module), name)
    if not callable(found) or not hasattr(found, "__module__"):
        # A constant, a table or a type alias has its words in the module and glossary.
        return
    if getattr(found, "__module__", "").startswith("typing"):
        return
    left_out = LEFT_OUT | (OF_A_CLASS if isinstance(found, type) else set())
    # By its own module: some functions have the name of the package they live in.
    faults = validate(f"{found.__module__}.{found.__qualname__}")["errors"]

    assert [fault for fault in faults if fault[0] not in left_out] == []
