"""One row of the ledger as a picture: its mark, its interval, its words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from hipstride.plots._p_words import p_words
from hipstride.plots._style import BLUE, FAINT, GREY, INK, VERMILION
from hipstride.plots._words import safe_label
from hipstride.stats._wording import points as points_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Answer", "LedgerMark", "answer_of", "draw_rows", "mark_of", "points_words"]

Answer = Literal["lower", "higher", "none", "cannot tell", "no estimate"]

_NAME_SIZE = 9.0
_SMALL_SIZE = 7.5
_LETTER_PT = 0.53
# A name above its interval needs the upper half of the row.
_LOWERED_NARROW = 0.2
_ABOVE_PT = 10.0
# Ratings go from 0 to 10, and so does all that can be true of a change.
_FURTHEST_POINTS = 10.0
_LOOKS = {
    "lower": ("o", VERMILION, VERMILION),
    "higher": ("^", VERMILION, VERMILION),
    "none": ("s", BLUE, BLUE),
    "cannot tell": ("D", GREY, "white"),
}


class LedgerMark(NamedTuple):
    """What is drawn of one row."""

    name: str
    day: str
    answer: Answer
    estimate: float
    low: float
    high: float
    beside: str
    reason: str


def answer_of(row: Mapping[Any, Any]) -> Answer:
    """Say in which of five ways a row of the ledger ended.

    Examples
    --------
    >>> answer_of({"estimate": -2.0, "low": -3.0, "high": -1.0, "verdict_level": 1})
    'lower'
    """
    estimate, low, high = (float(row[name]) for name in ("estimate", "low", "high"))
    if not math.isfinite(estimate):
        return "no estimate"
    if not row["verdict_level"]:
        return "cannot tell"
    if low > 0 or high < 0:
        return "higher" if estimate > 0 else "lower"
    return "none"


def mark_of(row: Mapping[Any, Any], smallest: float, *, characters: int) -> LedgerMark:
    """Take out of a row of the ledger what is drawn of it."""
    answer = answer_of(row)
    started = row["started_on"]
    p_adjusted = float(row["p_adjusted"])
    said = f"none over {points_words(smallest)}" if answer == "none" else answer
    p_tail = f", adj. {p_words(p_adjusted)}" if math.isfinite(p_adjusted) else ""
    return LedgerMark(
        name=safe_label(str(row["label"]), characters=characters),
        day=f"{started:%Y-%m-%d}" if isinstance(started, pd.Timestamp) else "",
        answer=answer,
        estimate=float(row["estimate"]),
        low=float(row["low"]),
        high=float(row["high"]),
        beside="cannot tell" if answer == "no estimate" else f"{said}{p_tail}",
        reason=str(row["verdict"]).removeprefix("Cannot tell: "),
    )


def draw_rows(
    ax: Axes, marks: Sequence[LedgerMark], smallest: float, *, is_narrow: bool
) -> None:
    """Draw the rows from top to bottom; names at the side, or above each interval."""
    ax.grid(visible=False)
    ax.spines["left"].set_visible(False)
    ax.axvspan(-smallest, smallest, color=FAINT, alpha=0.45, linewidth=0, zorder=0)
    for edge in (-smallest, smallest):
        ax.axvline(edge, color=GREY, linewidth=0.9, linestyle=":", zorder=1)
    ax.axvline(0, color=GREY, linewidth=0.9, zorder=1)
    reach = _reach(marks, smallest)
    ax.set_xlim(-reach, reach)
    lowered = _LOWERED_NARROW if is_narrow else 0.0
    letters = int(ax.bbox.width * 72 / ax.figure.dpi / (_LETTER_PT * _SMALL_SIZE))
    for place, mark in enumerate(marks):
        if mark.answer == "no estimate":
            _write(ax, place + lowered, safe_label(mark.reason, characters=letters))
        else:
            _draw_interval(ax, place + lowered, mark, reach)
    _name_rows(ax, marks, is_narrow=is_narrow)
    ax.set_ylim(len(marks) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)


def _draw_interval(ax: Axes, at: float, mark: LedgerMark, reach: float) -> None:
    shape, color, fill = _LOOKS[mark.answer]
    ends = np.clip(
        np.nan_to_num([mark.low, mark.high], nan=mark.estimate), -reach, reach
    )
    ax.plot(ends, [at, at], color=color, linewidth=2, solid_capstyle="butt", zorder=2)
    # What goes on beyond the picture has an arrow.
    for is_beyond, arrow, edge in (
        (mark.low < -reach, "<", -0.98),
        (mark.high > reach, ">", 0.98),
    ):
        if is_beyond:
            ax.plot([edge * reach], [at], arrow, color=color, markersize=6, zorder=3)
    if abs(mark.estimate) <= reach:
        ax.plot(
            [mark.estimate],
            [at],
            shape,
            color=color,
            markerfacecolor=fill,
            markersize=6.5,
            zorder=3,
            label=mark.answer,
        )


def _name_rows(ax: Axes, marks: Sequence[LedgerMark], *, is_narrow: bool) -> None:
    across = ax.get_yaxis_transform()
    ax.set_yticks(range(len(marks)))
    if is_narrow:
        ax.set_yticklabels([""] * len(marks))
        for place, mark in enumerate(marks):
            for x, side, words, color in (
                (0.0, "left", mark.name, INK),
                (1.0, "right", mark.beside, GREY),
            ):
                ax.annotate(
                    words,
                    (x, place + _LOWERED_NARROW),
                    xycoords=across,
                    xytext=(0, _ABOVE_PT),
                    textcoords="offset points",
                    ha=side,
                    va="center",
                    fontsize=_SMALL_SIZE,
                    color=color,
                    parse_math=False,
                )
        return
    names = [f"{m.name}  {m.day}" if m.day else m.name for m in marks]
    ax.set_yticklabels(names, fontsize=_NAME_SIZE)
    for label in ax.get_yticklabels():
        label.set_parse_math(False)
    for place, mark in enumerate(marks):
        ax.text(
            1.01,
            place,
            mark.beside,
            transform=across,
            va="center",
            fontsize=8,
            color=GREY if mark.answer in ("cannot tell", "no estimate") else INK,
            parse_math=False,
        )


def _write(ax: Axes, at: float, words: str) -> None:
    """Write why there is no estimate where it would stand."""
    ax.text(
        0.5,
        at,
        words,
        transform=ax.get_yaxis_transform(),
        ha="center",
        va="center",
        fontsize=_SMALL_SIZE,
        fontstyle="italic",
        color=GREY,
        parse_math=False,
    )


def _reach(marks: Sequence[LedgerMark], smallest: float) -> float:
    """Say how far the axis goes, so that a few wide intervals do not hide the rest."""
    told = [mark for mark in marks if mark.answer != "no estimate"]
    if not told:
        return 1.5 * smallest
    ends = np.abs([[mark.low, mark.high] for mark in told]).ravel()
    ends = ends[np.isfinite(ends)]
    widest = 4 * float(np.median(ends)) if len(ends) and len(told) > 1 else math.inf
    points = max(abs(mark.estimate) for mark in told)
    reach = max(points, min(float(ends.max(initial=0.0)), widest), 1.3 * smallest)
    return 1.08 * min(reach, max(_FURTHEST_POINTS, 1.3 * smallest))
