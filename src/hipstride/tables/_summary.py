"""A result as a page of text, in the manner of statsmodels' ``summary()``."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hipstride.tables._result import Result

__all__ = ["summary_of"]

_WIDTH = 78
_NAME_WIDTH = 34


def summary_of(result: Result) -> str:
    """Set out a result as text, at most 79 characters wide.

    Parameters
    ----------
    result : Result
        The answer.

    Returns
    -------
    str
        Question, verdict, estimate, requirements, checks, caveats and method.
    """
    return "\n".join(_lines(result))


def _lines(result: Result) -> Iterator[str]:
    yield "=" * _WIDTH
    yield from textwrap.wrap(result.question, _WIDTH)
    yield "=" * _WIDTH
    yield from textwrap.wrap(f"Level {result.verdict_level}. {result.verdict}", _WIDTH)
    yield "-" * _WIDTH
    yield from _estimate(result)
    if result.requirements:
        yield "-" * _WIDTH
        for r in result.requirements:
            mark = "met    " if r.is_met else "not met"
            yield from _hanging(f"level {r.level}  {mark}  ", f"{r.name}: {r.detail}")
    shown = {name: found for name, found in result.checks.items() if _is_shown(found)}
    if shown:
        yield "-" * _WIDTH
        for name, found in shown.items():
            yield from _check(name, found)
    if result.caveats:
        yield "-" * _WIDTH
        for caveat in result.caveats:
            yield from _hanging("* ", caveat)
    yield "-" * _WIDTH
    yield from _hanging("Method: ", result.method)
    yield "=" * _WIDTH


def _estimate(result: Result) -> Iterator[str]:
    unit = result.unit
    if not math.isfinite(result.estimate):
        yield f"no estimate   runs used {result.n}   left out {result.n_dropped}"
        return
    tail = (1 - result.level) / 2
    low, high = f"[{tail:g}", f"{1 - tail:g}]"
    head = ("estimate", low, high, "p", "n", "left out")
    cells = (
        f"{result.estimate:+.4g}",
        *(f"{x:+.4g}" if math.isfinite(x) else "–" for x in (result.low, result.high)),
        f"{result.p_value:.3g}" if math.isfinite(result.p_value) else "–",
        str(result.n),
        str(result.n_dropped),
    )
    yield "".join(f"{word:>12}" for word in head)
    yield "".join(f"{word:>12}" for word in cells)
    yield from _hanging("unit: ", unit)


def _is_shown(found: object) -> bool:
    # An empty group says nothing.
    return not (isinstance(found, Mapping) and not found)


def _check(name: str, found: object) -> Iterator[str]:
    words = name.replace("_", " ")
    if not isinstance(found, Mapping):
        yield from _hanging(f"{words:<{_NAME_WIDTH}}", _cell(found))
        return
    text = "; ".join(f"{key} {_cell(value)}" for key, value in found.items())
    yield from _hanging(f"{words:<{_NAME_WIDTH}}", text)


def _cell(value: object) -> str:
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return f"{value:.4g}" if math.isfinite(value) else "–"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_cell, value)) or "–"
    return str(value)


def _hanging(head: str, text: str) -> list[str]:
    return textwrap.wrap(
        text or "–",
        _WIDTH,
        initial_indent=head,
        subsequent_indent=" " * min(len(head), _NAME_WIDTH),
        drop_whitespace=True,
    )
