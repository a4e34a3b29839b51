"""Where a change began, and what else was changed, on an axis of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from hipstride.alignment.changes import change_column
from hipstride.plots._style import GREY, INK
from hipstride.plots._table import change_columns, numbers
from hipstride.plots._words import change_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from hipstride.tables import Result

__all__ = ["draw_other_changes", "other_changes", "started_at"]

_MOST_DRAWN = 6
_ABOVE_0_10 = 10.15


class Mark(NamedTuple):
    """Another change: its place on the axis, and what it is called."""

    at: np.generic
    words: str


def started_at(
    obs: pd.DataFrame, change: str, x: NDArray[np.generic]
) -> np.generic | None:
    """Find the first day of a change where no answer tells it; none if unknown."""
    column = _column_of(change)
    if column in obs.columns:
        on = numbers(obs, column) > 0
        return x[int(on.argmax())] if on.any() else None
    if x.dtype.kind == "M":
        date = pd.to_datetime(change, format="ISO8601", errors="coerce")
        return None if pd.isna(date) else np.datetime64(date, "s")
    return None


def other_changes(
    obs: pd.DataFrame, change: str, x: NDArray[np.generic], result: Result | None
) -> list[Mark]:
    """List what else was changed, in order of time.

    From the answer where it lists them, else from the columns of the table. The words
    are those of the columns; what has none is called by its first day, since a table
    may be shown without the runner's words.
    """
    listed = None if result is None else result.tables.get("competing")
    columns = change_columns(obs)
    if listed is None or x.dtype.kind != "M":
        own = _column_of(change)
        return [
            Mark(x[int((numbers(obs, name) > 0).argmax())], change_words(name))
            for name in columns
            if name != own
        ]
    marks = []
    for row in listed.sort_values("started_on", kind="stable").to_dict("records"):
        date, column = pd.Timestamp(row["started_on"]), change_column(row["label"])
        words = change_words(column) if column in columns else f"{date:%Y-%m-%d}"
        marks.append(Mark(np.datetime64(date, "s"), words))
    return marks


def draw_other_changes(
    ax: Axes, marks: list[Mark], span: tuple[np.generic, np.generic]
) -> str:
    """Draw a thin numbered line for each of the first, and say which, for a caption."""
    if not marks:
        return ""
    at = np.array([one.at for one in marks])
    is_within = (at >= span[0]) & (at <= span[1])
    within = [one for one, shown in zip(marks, is_within, strict=True) if shown]
    shown = within[:_MOST_DRAWN]
    if not shown:
        return ""
    for number, one in enumerate(shown, start=1):
        ax.plot(
            [one.at, one.at],
            [-0.6, _ABOVE_0_10],
            color=GREY,
            linewidth=0.9,
            linestyle=":",
            label="another change begins" if number == 1 else None,
            zorder=1,
        )
        ax.annotate(
            str(number),
            (one.at, _ABOVE_0_10),
            ha="center",
            va="bottom",
            fontsize=7.5,
            color=INK,
        )
    named = "; ".join(f"{k} {one.words}" for k, one in enumerate(shown, start=1))
    more = len(within) - len(shown)
    return f" Dotted: {named}{f'; {more} more not drawn' if more else ''}."


def _column_of(change: str) -> str:
    words = change.strip()
    return words if words.startswith("change_") else change_column(words)
