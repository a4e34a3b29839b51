"""The ledger as rows of words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from hipstride.report._checks import signed
from hipstride.report._facts import MAX_ROWS

if TYPE_CHECKING:
    from hipstride.stats import Ledger

__all__ = ["LEDGER_HEADS", "LedgerLine", "ledger_lines"]

LEDGER_HEADS = (
    "Tried",
    "From",
    "Rated runs before / with it",
    "Change [points]",
    "95 % interval",
    "Adjusted p",
    "What is said",
)
_TINY_P = 0.001


class LedgerLine(NamedTuple):
    """One thing that was tried, in words."""

    label: str
    started: str
    runs: str
    estimate: str
    interval: str
    p: str
    verdict: str


def ledger_lines(ledger: Ledger | None) -> tuple[tuple[LedgerLine, ...], int]:
    """Give the first rows of a ledger as words, and how many more there are.

    Examples
    --------
    >>> ledger_lines(None)
    ((), 0)
    """
    if ledger is None:
        return (), 0
    lines = []
    for row in ledger.rows[:MAX_ROWS]:
        is_known = math.isfinite(row.estimate)
        lines.append(
            LedgerLine(
                row.label or row.kind,
                "–" if row.started_on is None else f"{row.started_on:%Y-%m-%d}",
                f"{row.n_before} / {row.n_during}",
                signed(row.estimate),
                f"{signed(row.low)} to {signed(row.high)}" if is_known else "–",
                _p_words(row.p_adjusted),
                row.verdict,
            )
        )
    return tuple(lines), max(len(ledger.rows) - MAX_ROWS, 0)


def _p_words(p: float) -> str:
    if not math.isfinite(p):
        return "–"
    return "< 0.001" if p < _TINY_P else f"{p:.2g}"
