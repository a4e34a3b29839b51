"""How the pages of this folder become a site: ``make docs``."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from _reference import write_reference  # noqa: E402
from sphinx.application import Sphinx  # noqa: E402

import hipstride  # noqa: E402

project = "hipstride"
author = "the hipstride authors"
version = release = hipstride.__version__
copyright = "the hipstride authors, MIT licence"  # noqa: A001 - Sphinx's own name

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "sphinx_copybutton",
]
root_doc = "index"
exclude_patterns = ["_build", "README.md"]
html_theme = "pydata_sphinx_theme"
html_title = "hipstride"
html_theme_options = {
    "show_toc_level": 2,
    "navigation_with_keys": False,
    # The sections stand at the side of every page, with their captions.
    "navbar_center": [],
    "secondary_sidebar_items": ["page-toc"],
}
# Commands and diaries are no Python.
highlight_language = "text"
html_show_sourcelink = False
html_sidebars = {"**": ["globaltoc.html"]}
templates_path: list[str] = []

# Pages are read on a code host too: plain Markdown, links to files.
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
suppress_warnings = [
    # A page may link to a file of the repository that is no page of the site.
    "myst.xref_missing",
]
# ``make docs`` runs the notebooks; a plain build shows them as they lie.
nb_execution_mode = "cache" if os.environ.get("HIPSTRIDE_RUN_NOTEBOOKS") else "off"
nb_execution_cache_path = str(HERE.parent / "build" / "notebooks")
nb_execution_timeout = 180
nb_execution_raise_on_error = True

autosummary_generate = False
# Each name has a heading of its own already.
toc_object_entries = False
autodoc_typehints = "none"
autodoc_member_order = "alphabetical"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False


def _copy_pages() -> None:
    """Bring what lies elsewhere under the folder that Sphinx reads; git ignores it."""
    target = HERE / "notebooks"
    target.mkdir(exist_ok=True)
    for path in sorted((HERE.parent / "notebooks").glob("*.ipynb")):
        shutil.copyfile(path, target / path.name)
    for name in ("CONTRIBUTING", "CHANGELOG"):
        text = (HERE.parent / f"{name}.md").read_text(encoding="utf-8")
        page = HERE / f"{name.lower()}.md"
        page.write_text(text.replace("](docs/", "]("), encoding="utf-8")


# What stands beside the pages; a page that is in none of these fails the build.
_CONTENTS = {
    "Start": ["tutorial", "limits", "evidence", "comparison"],
    "How to": ["how-to/*"],
    "Notebooks": ["notebooks/*"],
    "Your runs": [
        "files",
        "library",
        "splits",
        "drift",
        "cadence",
        "stride-curve",
        "cleaning",
        "load",
        "device-pairs",
    ],
    "Methods": ["methods", "methods/*", "calibration-gait"],
    "Reference": ["cli", "glossary", "reference/*"],
    "The project": ["architecture", "contributing", "bench", "faults", "changelog"],
}


def _with_contents(_app: Sphinx, name: str, source: list[str]) -> None:
    """Add the tables of contents, which a code host would show as raw text."""
    if name != root_doc:
        return
    for caption, pages in _CONTENTS.items():
        listed = "\n".join(pages)
        options = f":hidden:\n:glob:\n:maxdepth: 1\n:caption: {caption}\n"
        source[0] += f"\n```{{toctree}}\n{options}\n{listed}\n```\n"


# What a code host finds beside this folder is a page of the site, by another name.
_ELSEWHERE = {
    r"CONTRIBUTING\.md": "contributing.md",
    r"README\.md": "tutorial.md",
    r"CHANGELOG\.md": "changelog.md",
    r"notebooks": "notebooks/01_first_look.ipynb",
    r"notebooks/(\w+\.ipynb)": r"notebooks/\1",
}


def _with_links(_app: Sphinx, _name: str, source: list[str]) -> None:
    """Lead links out of this folder to the copies that the site holds."""
    for there, here in _ELSEWHERE.items():
        source[0] = re.sub(rf"\]\((?:\.\./)+{there}\)", rf"](/{here})", source[0])


def setup(app: Sphinx) -> None:
    """Add what the pages themselves do not say."""
    app.connect("source-read", _with_links)
    app.connect("source-read", _with_contents)


_copy_pages()
write_reference(HERE / "reference")
