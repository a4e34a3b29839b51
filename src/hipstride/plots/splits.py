"""The splits of one run: pace, and beneath it the steps that made it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator
from mpl_toolkits.axes_grid1 import make_axes_locatable

from hipstride import gait
from hipstride.plots._split_words import caption_of, title_of
from hipstride.plots._style import (
    BLUE,
    FAINT,
    GREY,
    INK,
    VERMILION,
    frame_axes,
    numbers,
    say_instead,
    title_and_caption,
    use_axes,
)
from hipstride.tables import SPLITS, Recording
from hipstride.units import (
    METRES_PER_KILOMETRE,
    METRES_PER_MILE,
    SECONDS_PER_MINUTE,
    format_duration,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = ["splits"]

# Less than this off the runner's own curve is drawn as a circle.
MARKED_PCT = 2.0
# A slower split (walking) is drawn at the bottom, its pace written beside it.
SLOWEST_OF_MEDIAN = 1.6
# A number over a mark needs so much room; with less, marks shrink and stand alone.
_LABEL_POINTS = 33.0
_POINTS_PER_INCH = 72.0
_TICKS_S = (5, 10, 15, 30, 60, 120, 300, 600)
_MOST_TICKS = 6


def splits(
    run: Recording | pd.DataFrame,
    *,
    units: Literal["km", "mi"] = "km",
    ax: Axes | None = None,
) -> Axes:
    """Draw the splits of a run: pace as steps, step length and cadence beneath.

    Fast is up. A split is as wide as it is long; what remained at the end is hatched.
    Where the table holds deviations from the runner's own curve, a triangle up marks
    steps that are 2 % or more longer than usual at that speed, one down shorter ones.

    Parameters
    ----------
    run : Recording or DataFrame
        A run, which is cut into `units`, or a `SPLITS` table of any splits.
    units : {"km", "mi"}
        What pace and distance are told in.
    ax : Axes, optional
        Where to draw; its room is shared among the panels.

    Returns
    -------
    Axes
        The axes of the pace.

    Raises
    ------
    TableError
        If a column is missing or holds no numbers.
    ValueError
        If `units` is neither of the two.
    NotEnoughDataError
        If the recording has neither distance nor speed.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> table = pd.DataFrame({"split": [1, 2], "duration_s": [300.0, 290.0]})
    >>> table["distance_m"] = 1000.0
    >>> splits(table, ax=Figure().subplots()).get_title(loc="left")
    'Kilometres 1 and 2 in 5:00, 4:50'
    """
    known_units = {"km": METRES_PER_KILOMETRE, "mi": METRES_PER_MILE}
    if units not in known_units:
        msg = f"units: found {units!r}; expected 'km' or 'mi'"
        raise ValueError(msg)
    metres = known_units[units]
    table = gait.splits(run, every_m=metres) if isinstance(run, Recording) else run
    SPLITS.check(table, "split", "duration_s", "distance_m")
    date = None if not isinstance(run, Recording) else run.local_date
    ax = use_axes(ax, height_in=6.4)
    width_in = float(ax.bbox.width / ax.figure.dpi)
    has_room = width_in * _POINTS_PER_INCH >= _LABEL_POINTS * max(len(table), 1)
    panels = _panels(ax, table)
    edges, x_label = _edges(table, metres, units)
    _draw_pace(ax, table, edges, metres, has_room=has_room)
    ax.set_ylabel(f"pace\n[min/{units}]", fontsize=9.5)
    if "step" in panels:
        _draw_steps(panels["step"], table, edges, has_room=has_room)
        _draw_cadence(panels["cadence"], table, edges, has_room=has_room)
    lowest = panels.get("cadence", ax)
    for panel in {ax, *panels.values()} - {lowest}:
        panel.tick_params(labelbottom=False)
    lowest.set_xlabel(x_label, fontsize=9.5)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=10, integer=True))
    if len(table):
        ax.set_xlim(0.0, float(edges[-1]) or 1.0)
    characters = int(width_in * 16)
    title_and_caption(
        ax,
        textwrap.fill(title_of(table, units), int(width_in * 9)),
        caption_of(table, units, date),
        characters=characters,
    )
    return ax


def _panels(ax: Axes, table: pd.DataFrame) -> dict[str, Axes]:
    """Share the room: pace, and the steps where there are any."""
    frame_axes(ax)
    has_steps = np.isfinite(numbers(table, "cadence_spm")).any()
    if not has_steps:
        return {}
    divider = make_axes_locatable(ax)
    panels = {
        name: divider.append_axes("bottom", size="42%", pad=0.12, sharex=ax)
        for name in ("step", "cadence")
    }
    for panel in panels.values():
        frame_axes(panel)
    return panels


def _edges(
    table: pd.DataFrame, metres: float, units: str
) -> tuple[NDArray[np.float64], str]:
    """Give where the splits begin and end along the axis, and its label."""
    far = numbers(table, "distance_m")
    if np.isfinite(far).all():
        return np.append(0.0, np.cumsum(far)) / metres, f"distance [{units}]"
    lasted = numbers(table, "duration_s") / SECONDS_PER_MINUTE
    return np.append(0.0, np.cumsum(lasted)), "time without pauses [min]"


def _draw_pace(
    ax: Axes,
    table: pd.DataFrame,
    edges: NDArray[np.float64],
    metres: float,
    *,
    has_room: bool,
) -> None:
    with np.errstate(divide="ignore", invalid="ignore"):
        pace_s = metres * numbers(table, "duration_s") / numbers(table, "distance_m")
    known = np.isfinite(pace_s) & (pace_s > 0)
    if not known.any():
        say_instead(ax, "These splits have no distance, so no pace.")
        ax.set_yticks([])
        return
    slowest = SLOWEST_OF_MEDIAN * float(np.median(pace_s[known]))
    drawn = np.minimum(pace_s, slowest)
    spread = max(float(np.ptp(drawn[known])), 0.04 * float(np.median(drawn[known])))
    floor = float(drawn[known].max()) + 0.35 * spread
    top = float(drawn[known].min()) - 0.3 * spread
    is_rest = _is_rest(table)
    for at in np.flatnonzero(known):
        ax.fill_between(
            edges[at : at + 2],
            drawn[at],
            floor,
            facecolor="white" if is_rest[at] else FAINT,
            edgecolor=GREY,
            hatch="///" if is_rest[at] else None,
            linewidth=0.5,
        )
        ax.plot(edges[at : at + 2], [drawn[at]] * 2, color=INK, linewidth=2.0)
        is_clipped = pace_s[at] > slowest
        is_wide = edges[at + 1] - edges[at] > 0.6 * np.median(np.diff(edges))
        if (has_room and is_wide) or is_clipped:
            ax.annotate(
                format_duration(float(pace_s[at])),
                (float(edges[at : at + 2].mean()), float(drawn[at])),
                xytext=(0, 3),
                textcoords="offset points",
                ha="center",
                va="bottom",
                fontsize=9.5,
                color=INK,
            )
    # Fast is up.
    ax.set_ylim(floor, top)
    step_s = next((s for s in _TICKS_S if (floor - top) / s <= _MOST_TICKS), None)
    if step_s is not None:
        ax.yaxis.set_major_locator(MultipleLocator(step_s))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda s, _: format_duration(s)))


def _draw_steps(
    ax: Axes, table: pd.DataFrame, edges: NDArray[np.float64], *, has_room: bool
) -> None:
    """Draw the step length; colour and shape tell longer from shorter than usual."""
    step_m = numbers(table, "step_length_m")
    deviation = numbers(table, "stride_deviation_pct")
    middle = (edges[1:] + edges[:-1]) / 2
    ax.plot(middle, step_m, color=GREY, linewidth=0.8, zorder=1)
    size = 48 if has_room else 16
    for marker, colour, label, chosen in (
        ("^", VERMILION, "longer than usual", deviation >= MARKED_PCT),
        ("v", BLUE, "shorter than usual", deviation <= -MARKED_PCT),
        ("o", INK, "as usual", np.abs(deviation) < MARKED_PCT),
        ("o", INK, "", np.isnan(deviation)),
    ):
        if (chosen & np.isfinite(step_m)).any():
            ax.scatter(
                middle[chosen],
                step_m[chosen],
                s=size,
                marker=marker,
                color=colour,
                label=label,
                zorder=2,
            )
    if has_room:
        texts = [
            f"{step:.2f}" + (f"\n{off:+.1f} %" if np.isfinite(off) else "")
            for step, off in zip(step_m, deviation, strict=True)
        ]
        _write_over(ax, middle, step_m, texts)
    _leave_room(ax, step_m, least=0.04)
    ax.set_ylabel("step length\n[m]", fontsize=9.5)
    if np.isfinite(deviation).any():
        ax.legend(loc="lower left", ncols=3, frameon=False, fontsize=8.5, borderpad=0.0)


def _draw_cadence(
    ax: Axes, table: pd.DataFrame, edges: NDArray[np.float64], *, has_room: bool
) -> None:
    cadence = numbers(table, "cadence_spm")
    middle = (edges[1:] + edges[:-1]) / 2
    ax.plot(middle, cadence, color=GREY, linewidth=0.8, zorder=1)
    size = 40 if has_room else 14
    ax.scatter(middle, cadence, s=size, marker="s", color=INK, zorder=2)
    if has_room:
        texts = [f"{one:.0f}" for one in cadence]
        _write_over(ax, middle, cadence, texts)
    _leave_room(ax, cadence, least=4.0)
    ax.set_ylabel("cadence\n[steps/min]", fontsize=9.5)


def _write_over(
    ax: Axes,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    texts: list[str],
) -> None:
    for at in np.flatnonzero(np.isfinite(y)):
        ax.annotate(
            texts[at],
            (float(x[at]), float(y[at])),
            xytext=(0, 6),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=9,
            color=INK,
            linespacing=1.0,
        )


def _leave_room(ax: Axes, y: NDArray[np.float64], *, least: float) -> None:
    """Leave room over the marks for their numbers and beneath them for a legend."""
    known = y[np.isfinite(y)]
    if not len(known):
        return
    spread = max(float(np.ptp(known)), least)
    ax.set_ylim(float(known.min()) - 0.6 * spread, float(known.max()) + spread)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=4))


def _is_rest(table: pd.DataFrame) -> NDArray[np.bool_]:
    if "is_whole" not in table.columns:
        return np.zeros(len(table), dtype=np.bool_)
    return ~table["is_whole"].to_numpy(np.bool_)
