"""Room above the ratings: for a legend, a small picture, or words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipstride.plots._style import say_instead

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["leave_room", "say_above", "size_in"]

# More would leave the ratings no room.
_MOST = 0.6
_LINE_IN = 9.5 * 1.36 / 72
_MARGIN_IN = 0.12


def leave_room(
    ax: Axes, inches: float, scale_0_10: tuple[float, float], *, beneath_in: float = 0.0
) -> None:
    """Raise the top of the axes so that so many inches stand above the scale.

    `beneath_in` is what of the height a panel beneath will take.
    """
    floor, top = scale_0_10
    height_in = max(size_in(ax)[1] - beneath_in, 0.1)
    share = min(inches / height_in, _MOST)
    ax.set_ylim(floor, floor + (top - floor) / (1 - share))
    ax.spines["left"].set_bounds(floor, top)


def say_above(ax: Axes, words: str, scale_0_10: tuple[float, float]) -> None:
    """Write words above the ratings, never on them."""
    say_instead(ax, words)
    text = ax.texts[-1]
    text.set(y=0.99, va="top")
    lines = text.get_text().count("\n") + 1
    leave_room(ax, lines * _LINE_IN + _MARGIN_IN, scale_0_10)


def size_in(ax: Axes) -> tuple[float, float]:
    """Give width and height of the axes, as they are before panels are cut off."""
    dpi = float(ax.figure.dpi)
    return float(ax.bbox.width) / dpi, float(ax.bbox.height) / dpi
