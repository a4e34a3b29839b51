"""How all plots look: colours, frame, title and caption, at any width.

The colours are two of Okabe and Ito's, which colour-blind readers tell apart, and
greys; whatever colour says is also said by a shape, so that a grey print reads the
same.
"""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING
from weakref import WeakSet

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "BLUE",
    "FAINT",
    "GREY",
    "INK",
    "VERMILION",
    "frame_axes",
    "is_narrow",
    "label_x",
    "leave_empty",
    "leave_sides",
    "say_instead",
    "title_and_caption",
    "use_axes",
]

BLUE = "#0072B2"
VERMILION = "#D55E00"
INK = "#222222"
GREY = "#6E6E6E"
FAINT = "#D9D9D9"

_FIGURE_WIDTH_IN = 8.0
_POINTS_PER_INCH = 72.0
# Narrower axes are those of a phone: legends go to one column, labels break.
_NARROW_IN = 4.5
# A longer title is a sentence, and is set smaller.
_SHORT_TITLE_CHARACTERS = 75
# Mean width of a letter of the default font, as a part of the font size.
_LETTER = 0.525
_BOLD_LETTER = 0.6
_LINE_SPACING = 1.36
_CAPTION_SIZE = 8.5
_LABEL_SIZE = 9.5
_GAP = 7.0

# Figures made here may be made taller; a caller's are left as they are.
_own_figures: WeakSet[Figure] = WeakSet()


def use_axes(ax: Axes | None, *, height_in: float = 5.0) -> Axes:
    """Give the axes to draw on: the caller's, or those of a new pyplot figure."""
    if ax is not None:
        return ax
    # Only here, so that a script without a screen never meets pyplot.
    from matplotlib import pyplot as plt  # noqa: PLC0415

    figure, axes = plt.subplots(figsize=(_FIGURE_WIDTH_IN, height_in))
    figure.subplots_adjust(left=0.09, right=0.97, top=0.85, bottom=0.12)
    _own_figures.add(figure)
    return axes


def is_narrow(ax: Axes) -> bool:
    """Tell axes as narrow as a phone, where legends and labels need another shape."""
    return _width_pt(ax) < _NARROW_IN * _POINTS_PER_INCH


def frame_axes(ax: Axes) -> None:
    """Take away the box, leave two thin sides and faint horizontal lines."""
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(GREY)
    ax.tick_params(colors=INK, labelsize=9)
    ax.grid(visible=True, axis="y", color=FAINT, linewidth=0.6)
    ax.set_axisbelow(True)


def title_and_caption(ax: Axes, title: str, caption: str) -> None:
    """Write what is shown above the axes, and beneath it n, dates and how.

    Both are broken to the width of the axes. A figure made by `use_axes` grows until
    they fit; on the axes of a caller they may need ``bbox_inches="tight"``.
    """
    size = 12.0 if len(title) <= _SHORT_TITLE_CHARACTERS else 10.5
    width = _width_pt(ax)
    head = textwrap.wrap(title, max(int(width / (_BOLD_LETTER * size)), 20))
    lines = textwrap.wrap(caption, max(int(width / (_LETTER * _CAPTION_SIZE)), 24))
    caption_pt = _LINE_SPACING * _CAPTION_SIZE * len(lines)
    ax.set_title(
        "\n".join(head),
        loc="left",
        fontsize=size,
        fontweight="bold",
        color=INK,
        pad=_GAP + 4 + caption_pt,
        parse_math=False,
    )
    ax.annotate(
        "\n".join(lines),
        xy=(0, 1),
        xycoords="axes fraction",
        xytext=(0, _GAP),
        textcoords="offset points",
        fontsize=_CAPTION_SIZE,
        color=GREY,
        va="bottom",
        parse_math=False,
        annotation_clip=False,
    )
    title_pt = _LINE_SPACING * size * len(head)
    _make_room(ax, caption_pt + title_pt + 2 * _GAP + 4)


def label_x(ax: Axes, words: str) -> None:
    """Label the lower axis, broken to its width."""
    letters = max(int(_width_pt(ax) / (_LETTER * _LABEL_SIZE)), 20)
    ax.set_xlabel(textwrap.fill(words, letters), fontsize=_LABEL_SIZE)


def say_instead(ax: Axes, words: str) -> None:
    """Write into empty axes why they are empty."""
    letters = int(0.9 * _width_pt(ax) / (_LETTER * _LABEL_SIZE))
    ax.text(
        0.5,
        0.5,
        textwrap.fill(words, min(max(letters, 20), 70)),
        transform=ax.transAxes,
        ha="center",
        va="center",
        color=GREY,
        fontsize=_LABEL_SIZE,
        parse_math=False,
    )


def leave_empty(ax: Axes, words: str) -> None:
    """Draw nothing but why there is nothing to draw: no scale, no ticks."""
    say_instead(ax, words)
    ax.set(xticks=[], yticks=[])


def leave_sides(ax: Axes, left: float, right: float | None = None) -> None:
    """Leave room beside axes that have their figure for themselves.

    `left` and `right` are where the axes end, as parts of the figure.
    """
    figure = ax.get_figure(root=True)
    if figure is not None and len(figure.axes) == 1:
        figure.subplots_adjust(left=left, right=right)


def _width_pt(ax: Axes) -> float:
    return float(ax.bbox.width) * _POINTS_PER_INCH / float(ax.figure.dpi)


def _make_room(ax: Axes, head_pt: float) -> None:
    """Let a figure of our own grow upwards until title and caption fit."""
    figure = ax.get_figure(root=True)
    if figure is None or figure not in _own_figures:
        return
    box = figure.subplotpars
    height = figure.get_figheight()
    lacking = head_pt / _POINTS_PER_INCH - (1 - box.top) * height
    if lacking <= 0:
        return
    taller = height + lacking
    figure.set_figheight(taller)
    figure.subplots_adjust(
        top=box.top * height / taller, bottom=box.bottom * height / taller
    )
