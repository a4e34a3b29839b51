"""How all plots look, and what they share: colours, captions, safe labels, dates.

The colours are two of Okabe and Ito's, which colour-blind readers tell apart, and
greys; whatever colour says is also said by a shape, so that a grey print reads the
same.
"""

from __future__ import annotations

import textwrap
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.font_manager import FontProperties, findfont, get_font

from hipstride.errors import TableError
from hipstride.stats.verdict import OUTCOME_WORDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = [
    "BLUE",
    "FAINT",
    "GREY",
    "INK",
    "VERMILION",
    "change_columns",
    "change_words",
    "days_of",
    "frame_axes",
    "numbers",
    "outcome_words",
    "safe_label",
    "say_instead",
    "span_words",
    "title_and_caption",
    "use_axes",
]

BLUE = "#0072B2"
VERMILION = "#D55E00"
INK = "#222222"
GREY = "#6E6E6E"
FAINT = "#D9D9D9"

_FIGURE_WIDTH_IN = 8.0
_LABEL_CHARACTERS = 28
_CAPTION_CHARACTERS = 108


def use_axes(ax: Axes | None, *, height_in: float = 5.0) -> Axes:
    """Give the axes to draw on: the caller's, or those of a new pyplot figure."""
    if ax is not None:
        return ax
    # Only here, so that a script without a screen never meets pyplot.
    from matplotlib import pyplot as plt  # noqa: PLC0415

    figure, axes = plt.subplots(figsize=(_FIGURE_WIDTH_IN, height_in))
    figure.subplots_adjust(left=0.09, right=0.97, top=0.85, bottom=0.12)
    return axes


def frame_axes(ax: Axes) -> None:
    """Take away the box, leave two thin sides and faint horizontal lines."""
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(GREY)
    ax.tick_params(colors=INK, labelsize=9)
    ax.grid(visible=True, axis="y", color=FAINT, linewidth=0.6)
    ax.set_axisbelow(True)


def title_and_caption(
    ax: Axes, title: str, caption: str, *, characters: int = _CAPTION_CHARACTERS
) -> None:
    """Write what is shown above the axes, and beneath it n, dates and how."""
    lines = textwrap.wrap(caption, characters)
    ax.set_title(
        title,
        loc="left",
        fontsize=12,
        fontweight="bold",
        color=INK,
        pad=10 + 11 * len(lines),
        parse_math=False,
    )
    ax.annotate(
        "\n".join(lines),
        xy=(0, 1),
        xycoords="axes fraction",
        xytext=(0, 7),
        textcoords="offset points",
        fontsize=8.5,
        color=GREY,
        va="bottom",
        parse_math=False,
        annotation_clip=False,
    )


def say_instead(ax: Axes, words: str) -> None:
    """Write into empty axes why they are empty."""
    ax.text(
        0.5,
        0.5,
        textwrap.fill(words, 70),
        transform=ax.transAxes,
        ha="center",
        va="center",
        color=GREY,
        fontsize=9.5,
        parse_math=False,
    )


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
    drawable = _drawable()
    # A glyph that the font lacks would be a box and a warning.
    return "".join(
        c if ord(c) in drawable else "\N{REPLACEMENT CHARACTER}" for c in line
    )


@cache
def _drawable() -> frozenset[int]:
    return frozenset(get_font(findfont(FontProperties())).get_charmap())


def outcome_words(outcome: str) -> str:
    """Say an outcome column in words.

    Examples
    --------
    >>> outcome_words("pain_next_morning_0_10"), outcome_words("stiffness_0_10")
    ('pain on the next morning', 'stiffness')
    """
    known = OUTCOME_WORDS.get(outcome)
    return known or safe_label(outcome.removesuffix("_0_10").replace("_", " "))


def change_columns(obs: pd.DataFrame) -> list[str]:
    """Give the change columns that hold a 1, in the order in which they begin."""
    names = [name for name in obs.columns if str(name).startswith("change_")]
    if not names or not len(obs):
        return []
    by_date = obs.sort_values("day")[names]
    on = by_date.to_numpy(dtype=float, na_value=0.0) > 0
    begins = {
        name: int(on[:, i].argmax()) for i, name in enumerate(names) if on[:, i].any()
    }
    return sorted(begins, key=lambda name: begins[name])


def change_words(column: str) -> str:
    """Say a change column in the runner's words, as far as the slug keeps them."""
    return safe_label(column.removeprefix("change_").replace("_", " "))


def numbers(obs: pd.DataFrame, column: str) -> NDArray[np.float64]:
    """Give a column as floats, NaN where missing; NaN throughout where absent.

    Raises
    ------
    TableError
        If the column holds text.
    """
    if column not in obs.columns:
        return np.full(len(obs), np.nan)
    if not pd.api.types.is_numeric_dtype(obs[column].dtype):
        msg = f"column {column!r} has dtype {obs[column].dtype}; expected numbers"
        raise TableError(msg)
    return obs[column].to_numpy(dtype=np.float64, na_value=np.nan)


def days_of(obs: pd.DataFrame) -> tuple[NDArray[np.generic], str]:
    """Give each row's place in time and the label of that axis.

    Dates where the table has them, days since the first run where it has not.
    """
    if "local_date" in obs.columns and obs["local_date"].notna().all():
        return obs["local_date"].to_numpy(dtype="datetime64[s]"), "date of the run"
    return numbers(obs, "day"), "days since the first run"


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
