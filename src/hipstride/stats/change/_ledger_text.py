"""The rows of the ledger, and how they are printed."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from hipstride.stats._wording import OUTCOME_WORDS, points
from hipstride.tables._html import facts_table, grid_table

__all__ = ["NOTHING", "LedgerRow", "Told", "html_of", "lines_of", "shortened"]

_WIDTH = 78
_LABEL_WIDTH = 21
_SHOWN_LABEL = 60
_SMALLEST_P = 0.001
_HUGE = 99.5
_HTML_HEADS = (
    "tried",
    "from",
    "runs before / in force",
    "change in points",
    "95 % interval",
    "adjusted p",
    "would be seen",
    "answer",
)
NOTHING = "No change is logged, so there is nothing to look at"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One thing that was tried, or several that cannot be separated.

    Attributes
    ----------
    label, kind : str
        The runner's words and the kind; ``together`` for several.
    started_on, ended_on : Timestamp or None
        As logged; none where unknown or lasting.
    n_before, n_during : int
        Rated runs used before it began, and while it counted as in force.
    estimate, low, high : float
        Level change, net of trend, context and the other rows, with its 95 % interval;
        NaN where there is none [points].
    p_value, p_adjusted : float
        Two-sided; and after Benjamini and Hochberg over all rows with an estimate.
    detectable_points : float
        A change that 80 % of such histories would show: 2.80 standard errors with many
        degrees of freedom, more with few [points].
    verdict_level : int
        0 or 1.
    verdict : str
        The sentence that the level allows.
    inseparable_from : str
        Labels that it cannot be told from, joined by semicolons.
    note : str
        How it was counted, and what to be wary of.
    """

    label: str
    kind: str
    started_on: pd.Timestamp | None
    ended_on: pd.Timestamp | None
    n_before: int
    n_during: int
    estimate: float
    low: float
    high: float
    p_value: float
    p_adjusted: float
    detectable_points: float
    verdict_level: int
    verdict: str
    inseparable_from: str = ""
    note: str = ""


class Told(Protocol):
    """What of a ledger is printed."""

    @property
    def rows(self) -> tuple[LedgerRow, ...]:
        """The rows."""

    @property
    def outcome(self) -> str:
        """The column of ratings."""

    @property
    def smallest_effect_points(self) -> float:
        """The smallest effect of interest."""

    @property
    def n(self) -> int:
        """Rated runs used."""

    @property
    def n_dropped(self) -> int:
        """Rows left out."""

    @property
    def method(self) -> str:
        """How it was computed."""

    @property
    def caveats(self) -> tuple[str, ...]:
        """What limits it."""


def lines_of(found: Told) -> Iterator[str]:
    """Set out a ledger as lines of at most 79 characters."""
    words = OUTCOME_WORDS.get(found.outcome, found.outcome)
    yield from textwrap.wrap(f"What was tried, and {words}", _WIDTH)
    yield "=" * _WIDTH
    if not found.rows:
        yield f"{NOTHING}."
    else:
        yield _line(("", "", "runs", "points", "", "", "would"))
        heads = ("tried", "from", "bef/in", "change", "95 % interval")
        yield _line((*heads, "adj. p", "see"))
        yield "-" * _WIDTH
        for row in found.rows:
            yield _line(_cells(row))
        yield "-" * _WIDTH
        for row in found.rows:
            yield from _wrapped(shortened(row.label), row.verdict)
            if row.note:
                yield from textwrap.wrap(
                    row.note, _WIDTH, initial_indent="  ", subsequent_indent="  "
                )
    yield "-" * _WIDTH
    for caveat in found.caveats:
        yield from textwrap.wrap(
            caveat, _WIDTH, initial_indent="* ", subsequent_indent="  "
        )
    smallest = points(found.smallest_effect_points)
    yield from textwrap.wrap(
        f"{found.n} rated runs used, {found.n_dropped} rows left out. Smallest "
        f"effect of interest: {smallest}. Would see: the change found in 80 % of "
        "such histories. adj. p: after Benjamini and Hochberg over the table.",
        _WIDTH,
    )
    yield from textwrap.wrap(f"Method: {found.method}", _WIDTH)


def html_of(found: Told) -> str:
    """Set out a ledger as a small table; every word is escaped."""
    words = OUTCOME_WORDS.get(found.outcome, found.outcome)
    table = grid_table(
        f"What was tried, and {words}",
        _HTML_HEADS,
        [(*_cells(row), row.verdict) for row in found.rows],
    )
    told = {
        "runs used / left out": f"{found.n} / {found.n_dropped}",
        "caveats": found.caveats,
        "method": found.method,
    }
    return table + facts_table("How it was done", told)


def shortened(label: str, width: int = _SHOWN_LABEL) -> str:
    """Cut a label to a width that can be read, with a sign that it was cut.

    Examples
    --------
    >>> shortened("physiotherapy", 8)
    'physiot…'
    """
    return label if len(label) <= width else f"{label[: width - 1]}…"


def _wrapped(label: str, words: str) -> list[str]:
    return textwrap.wrap(f"{label}: {words}", _WIDTH, subsequent_indent="  ")


def _cells(row: LedgerRow) -> tuple[str, ...]:
    is_known = math.isfinite(row.estimate)
    return (
        shortened(row.label),
        "–" if row.started_on is None else f"{row.started_on:%Y-%m-%d}",
        f"{row.n_before}/{row.n_during}",
        _signed(row.estimate, 1) if is_known else "–",
        f"{_signed(row.low, 2)} to {_signed(row.high, 2)}"
        if is_known
        else "cannot tell",
        _p(row.p_adjusted) if is_known else "–",
        _signed(row.detectable_points, 1)[1:] if is_known else "–",
    )


def _line(cells: tuple[str, ...]) -> str:
    label, start, runs, *rest = cells
    estimate, interval, p_value, seen = rest
    return (
        f"{shortened(label, _LABEL_WIDTH):<{_LABEL_WIDTH}} {start:<10} {runs:>8} "
        f"{estimate:>6} {interval:>16} {p_value:>6} {seen:>5}"
    ).rstrip()


def _signed(value: float, digits: int) -> str:
    """Write a number of points; far outside of the scale only its size matters."""
    return f"{value:+.{digits}f}" if abs(value) < _HUGE else f"{value:+.0e}"


def _p(p_value: float) -> str:
    return f"<{_SMALLEST_P:g}" if p_value < _SMALLEST_P else f"{p_value:.3f}"
