"""From observations and results to one HTML file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import pandas as pd
from jinja2 import Environment, StrictUndefined

from hipstride import __version__
from hipstride.report import _words
from hipstride.report._facts import MAX_ROWS, answer, change_rows, quality_rows
from hipstride.runs.notes import baseline_words
from hipstride.tables import OBSERVATIONS, Result

__all__ = ["render", "write"]

_TITLE = "Stride and hip pain: what this history tells"


def render(
    obs: pd.DataFrame,
    results: Sequence[Result],
    *,
    outcome: str = "pain_after_0_10",
    title: str = _TITLE,
) -> str:
    """Write the report as the text of an HTML page.

    Parameters
    ----------
    obs : DataFrame
        The `OBSERVATIONS` table that was analysed.
    results : sequence of Result
        What was found, in the order to show it in; may be empty.
    outcome : str
        The column of ratings that the plots and the counts are about [0–10].
    title : str
        The heading of the page.

    Returns
    -------
    str
        A whole HTML page, with nothing to load and nothing that runs. The same input
        gives the same text.

    Raises
    ------
    TableError
        If ``day`` or the outcome is missing.

    Examples
    --------
    >>> obs = pd.DataFrame({"day": [0.0, 2.0], "pain_after_0_10": [4.0, 3.0]})
    >>> render(obs, []).splitlines()[0]
    '<!doctype html>'
    """
    # Drawing is slow to import, and the words of the page are used without it.
    from hipstride.plots._table import own_table  # noqa: PLC0415
    from hipstride.report._figures import pictures  # noqa: PLC0415

    obs = own_table(obs)
    OBSERVATIONS.check(obs, "day", outcome)

    # Autoescape: labels and notes are the runner's words, never markup.
    page = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    template = files("hipstride.report").joinpath("_page.html.j2")
    slope = next((r for r in results if "step length" in r.unit), None)
    changes = change_rows(obs)
    return page.from_string(template.read_text(encoding="utf-8")).render(
        title=title,
        words=_words,
        answers=[answer(result) for result in results],
        pictures=pictures(obs, outcome, slope),
        changes=changes[:MAX_ROWS],
        n_more_changes=max(len(changes) - MAX_ROWS, 0),
        quality=quality_rows(obs, outcome, results, baseline_words(obs)),
        n_runs=len(obs),
        n_rated=int(obs[outcome].notna().sum()),
        dates=_dates(obs),
        version=__version__,
    )


def write(
    path: str | os.PathLike[str],
    obs: pd.DataFrame,
    results: Sequence[Result],
    *,
    outcome: str = "pain_after_0_10",
    title: str = _TITLE,
) -> Path:
    """Write the report to a file.

    Parameters
    ----------
    path : str or path
        Where to; an existing file is replaced.
    obs, results, outcome, title
        As for `render`.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    TableError
        If ``day`` or the outcome is missing.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> obs = pd.DataFrame({"day": [0.0, 2.0], "pain_after_0_10": [4.0, 3.0]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(Path(folder) / "report.html", obs, []).name
    'report.html'
    """
    file = Path(path)
    page = render(obs, results, outcome=outcome, title=title)
    # A half of a surrogate pair in a label is no reason to lose the page.
    file.write_text(page, encoding="utf-8", errors="replace")
    return file


def _dates(obs: pd.DataFrame) -> str:
    if not len(obs):
        return "no runs"
    if "local_date" in obs.columns and obs["local_date"].notna().any():
        first, last = obs["local_date"].min(), obs["local_date"].max()
        return f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"
    return f"day {obs['day'].min():g} to day {obs['day'].max():g}"
