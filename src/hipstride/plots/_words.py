"""What the plots say: outcomes, changes, spans and findings, safe to draw."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.font_manager import FontProperties, findfont, get_font

from hipstride.errors import TableError
from hipstride.plots._table import numbers
from hipstride.stats.verdict import OUTCOME_WORDS

if TYPE_CHECKING:
    from hipstride.tables import Result

__all__ = [
    "change_words",
    "check_is_about",
    "finding",
    "interval_words",
    "is_about",
    "outcome_words",
    "runs_words",
    "safe_label",
    "safe_line",
    "span_words",
]

_LABEL_CHARACTERS = 28
_SENTENCE_END = re.compile(r"\. ")


def finding(result: Result | None, otherwise: str) -> str:
    """Give the title of a plot: what was found, in the words of the verdict.

    The first sentence of the verdict, which its level allows; without a result, what
    is shown.
    """
    if result is None:
        return otherwise
    verdict = safe_line(result.verdict)
    for stop in _SENTENCE_END.finditer(verdict):
        said = verdict[: stop.start() + 1]
        # A full stop within quotes is the runner's: "Dr. No's cue".
        if said.count('"') % 2 == 0 and said.count("“") == said.count("”"):
            return said
    return verdict


def is_about(result: Result, outcome: str) -> bool:
    """Tell an answer about these ratings from one about others."""
    words = OUTCOME_WORDS.get(outcome, outcome)
    return words in result.question or outcome in result.question


def check_is_about(result: Result | None, outcome: str) -> None:
    """Refuse an answer about other ratings than those that are drawn.

    Raises
    ------
    TableError
        If the question names another outcome.
    """
    if result is None or is_about(result, outcome):
        return
    msg = (
        f"result: found an answer to {result.question!r}; expected one about "
        f"{outcome}; name its outcome, or leave the result out"
    )
    raise TableError(msg)


def interval_words(result: Result) -> str:
    """Say estimate and interval in one clause, for a caption."""
    if not np.isfinite(result.estimate):
        return "No estimate: the data cannot carry one"
    return (
        f"{result.estimate:+.2f} {result.unit}, {100 * result.level:g} % interval "
        f"{result.low:+.2f} to {result.high:+.2f}"
    )


def runs_words(count: int) -> str:
    """Count runs.

    Examples
    --------
    >>> runs_words(1), runs_words(20)
    ('1 run', '20 runs')
    """
    return f"{count} run{'s' * (count != 1)}"


def safe_line(text: str) -> str:
    """Leave one line of what the font can draw."""
    drawable = _drawable()
    # A glyph that the font lacks would be a box and a warning.
    return "".join(
        c if ord(c) in drawable else "\N{REPLACEMENT CHARACTER}"
        for c in " ".join(text.split())
    )


def outcome_words(outcome: str) -> str:
    """Say an outcome column in words.

    Examples
    --------
    >>> outcome_words("pain_next_morning_0_10"), outcome_words("stiffness_0_10")
    ('pain on the next morning', 'stiffness')
    """
    known = OUTCOME_WORDS.get(outcome)
    return known or safe_label(outcome.removesuffix("_0_10").replace("_", " "))


def change_words(column: str) -> str:
    """Say a change column in the runner's words, as far as the slug keeps them."""
    return safe_label(column.removeprefix("change_").replace("_", " "))


def span_words(obs: pd.DataFrame) -> str:
    """Say from when to when the table reaches.

    Examples
    --------
    >>> span_words(pd.DataFrame({"day": [0.0, 12.0]}))
    'day 0 to day 12'
    """
    if not len(obs):
        return "no runs"
    if "local_date" in obs.columns and obs["local_date"].notna().any():
        first, last = obs["local_date"].min(), obs["local_date"].max()
        return (
            f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"
            if first < last
            else f"{first:%Y-%m-%d}"
        )
    day = numbers(obs, "day")
    if not np.isfinite(day).any():
        return "no dates"
    return f"day {np.nanmin(day):g} to day {np.nanmax(day):g}"


def safe_label(label: str, *, characters: int = _LABEL_CHARACTERS) -> str:
    r"""Make a runner's words fit for a figure: one short line the font can draw.

    Examples
    --------
    >>> safe_label("new\nshoes"), safe_label("x" * 300, characters=5)
    ('new shoes', 'xxxx…')
    """
    line = " ".join(label.split())
    if len(line) > characters:
        line = line[: characters - 1].rstrip() + "…"
    return safe_line(line)


@cache
def _drawable() -> frozenset[int]:
    # Signs that turn the order of letters would turn the words around them as well.
    turning = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
    return frozenset(get_font(findfont(FontProperties())).get_charmap()) - turning
