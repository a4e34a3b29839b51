"""From observations and results to one file: HTML, Markdown, JSON or PDF."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from hipstride.errors import TableError
from hipstride.report import _words
from hipstride.report._contents import Audience, Contents, contents_of
from hipstride.report._json import json_of
from hipstride.report._ledger_rows import LEDGER_HEADS
from hipstride.report._markdown import markdown_of
from hipstride.report._pdf import print_to_pdf
from hipstride.tables import Result
from hipstride.units import LengthUnits

if TYPE_CHECKING:
    from hipstride.stats import Ledger

__all__ = ["FORMATS", "Format", "format_of", "render", "write"]

Format = Literal["html", "md", "json", "pdf"]
FORMATS: tuple[Format, ...] = ("html", "md", "json", "pdf")
_SUFFIXES: dict[str, Format] = {
    ".html": "html",
    ".htm": "html",
    ".md": "md",
    ".markdown": "md",
    ".json": "json",
    ".pdf": "pdf",
}
# With so much a page still opens on a phone and goes into a letter.
_MAX_BYTES = 1_950_000
_TITLE = "Stride and hip pain: what this history tells"


def render(
    obs: pd.DataFrame,
    results: Sequence[Result | Ledger],
    *,
    outcome: str = "pain_after_0_10",
    title: str = _TITLE,
    audience: Audience = "runner",
    with_notes: bool = False,
    units: LengthUnits | None = None,
) -> str:
    """Write the report as the text of an HTML page.

    Parameters
    ----------
    obs : DataFrame
        The `OBSERVATIONS` table that was analysed.
    results : sequence of Result or Ledger
        What was found, in the order to show it in; may be empty.
    outcome : str
        The column of ratings that the plots and the counts are about [0–10].
    title : str
        The heading of the page.
    audience : {"runner", "physio"}
        The whole report, or one printed page without places and without the runner's
        own words: a change is told by its kind, "a cue", "an injection".
    with_notes : bool
        Tell a physio the runner's own words too.
    units : {"km", "mi"}, optional
        What distances and paces are told in; those of the locale where not given.

    Returns
    -------
    str
        A whole HTML page, with nothing to load and nothing that runs. The same input
        gives the same text.

    Raises
    ------
    TableError
        If ``day`` or the outcome is missing, or an argument is none of those known.

    Examples
    --------
    >>> obs = pd.DataFrame({"day": [0.0, 2.0], "pain_after_0_10": [4.0, 3.0]})
    >>> render(obs, []).splitlines()[0]
    '<!doctype html>'
    """
    contents = contents_of(
        obs,
        results,
        outcome=outcome,
        title=title,
        units=units,
        audience=audience,
        with_notes=with_notes,
    )
    return _html_of(contents)


def write(
    path: str | os.PathLike[str],
    obs: pd.DataFrame,
    results: Sequence[Result | Ledger],
    *,
    outcome: str = "pain_after_0_10",
    title: str = _TITLE,
    audience: Audience = "runner",
    with_notes: bool = False,
    units: LengthUnits | None = None,
    format: Format | None = None,  # noqa: A002 - what users of plots and tables know
) -> Path:
    """Write the report to a file.

    Parameters
    ----------
    path : str or path
        Where to; an existing file is replaced.
    obs, results, outcome, title, audience, with_notes, units
        As for `render`.
    format : {"html", "md", "json", "pdf"}, optional
        What to write; where not given, as the name of the file ends. PDF
        takes a browser: Chromium, Chrome or Edge.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    TableError
        If ``day`` or the outcome is missing, or an argument is none of those known.
    HipstrideError
        If there is no browser to print a PDF.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> obs = pd.DataFrame({"day": [0.0, 2.0], "pain_after_0_10": [4.0, 3.0]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(Path(folder) / "report.md", obs, []).read_text().splitlines()[0]
    '# Stride and hip pain: what this history tells'
    """
    file = Path(path)
    chosen = format_of(file, format)
    contents = contents_of(
        obs,
        results,
        outcome=outcome,
        title=title,
        units=units,
        audience=audience,
        with_notes=with_notes,
    )
    if chosen == "pdf":
        print_to_pdf(_html_of(contents), file)
        return file
    makers = {"html": _html_of, "md": markdown_of, "json": json_of}
    # A half of a surrogate pair in a label is no reason to lose the page.
    file.write_text(makers[chosen](contents), encoding="utf-8", errors="replace")
    return file


def format_of(file: Path, asked: Format | None) -> Format:
    """Say what is written: what was asked for, else as the name of the file ends.

    Raises
    ------
    TableError
        If it is none of the formats.
    """
    chosen = asked or _SUFFIXES.get(file.suffix.lower())
    if chosen is None:
        msg = (
            f"{file}: found the ending {file.suffix!r}; expected one of "
            f"{', '.join(_SUFFIXES)}; name another, or say the format"
        )
        raise TableError(msg)
    if chosen not in FORMATS:
        msg = f"report: format: found {chosen!r}; expected one of {', '.join(FORMATS)}"
        raise TableError(msg)
    return chosen


def _html_of(contents: Contents) -> str:
    # Drawing is slow to import, and the words of the page are used without it.
    from hipstride.report._figures import pictures_of  # noqa: PLC0415

    # Autoescape: labels and notes are the runner's words, never markup.
    environment = Environment(
        loader=PackageLoader("hipstride.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    name = "physio" if contents.audience == "physio" else "page"
    template = environment.get_template(f"{name}.html.j2")
    pictures = pictures_of(contents)
    while True:
        text = template.render(
            c=contents,
            words=_words,
            pictures=pictures,
            ledger_heads=LEDGER_HEADS,
            short_ledger=[line[:6] for line in contents.ledger_lines],
        ).lstrip()
        if not contents.raw[1:] or len(text.encode(errors="replace")) <= _MAX_BYTES:
            return text
        contents = _with_fewer_rows(contents)


def _with_fewer_rows(contents: Contents) -> Contents:
    """Leave out the earlier half of the raw rows, and count them."""
    n_out = (len(contents.raw) + 1) // 2
    return replace(
        contents, raw=contents.raw[n_out:], n_more_raw=contents.n_more_raw + n_out
    )
