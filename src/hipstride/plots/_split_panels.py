"""The panels of the picture of splits: pace, step length, cadence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

from hipstride.plots._style import BLUE, FAINT, GREY, INK, VERMILION, say_instead
from hipstride.plots._table import numbers
from hipstride.units import format_duration

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = ["draw_cadence", "draw_pace", "draw_steps"]

# Less than this off the runner's own curve is drawn as a circle.
MARKED_PCT = 2.0
# A slower split (walking) is drawn at the bottom, its pace written beside it.
SLOWEST_OF_MEDIAN = 1.6
_NARROW = 0.6
_TICKS_S = (5, 10, 15, 30, 60, 120, 300, 600)
_MOST_TICKS = 6


def draw_pace(
    ax: Axes,
    table: pd.DataFrame,
    edges: NDArray[np.float64],
    metres: float,
    *,
    has_room: bool,
) -> None:
    """Draw the pace as steps over filled ground; fast is up."""
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
    is_rest, is_wide = _is_rest(table), _is_wide(edges)
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
        if (has_room and is_wide[at]) or pace_s[at] > slowest:
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


def draw_steps(
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
        _write_over(ax, middle, np.where(_is_wide(edges), step_m, np.nan), texts)
    has_legend = bool(np.isfinite(deviation).any())
    _leave_room(ax, step_m, least=0.04, beneath=1.1 if has_legend else 0.6)
    ax.set_ylabel("step length\n[m]", fontsize=9.5)
    if has_legend:
        ax.legend(loc="lower left", ncols=3, frameon=False, fontsize=8.5, borderpad=0.0)


def draw_cadence(
    ax: Axes, table: pd.DataFrame, edges: NDArray[np.float64], *, has_room: bool
) -> None:
    """Draw the cadence."""
    cadence = numbers(table, "cadence_spm")
    middle = (edges[1:] + edges[:-1]) / 2
    ax.plot(middle, cadence, color=GREY, linewidth=0.8, zorder=1)
    size = 40 if has_room else 14
    ax.scatter(middle, cadence, s=size, marker="s", color=INK, zorder=2)
    if has_room:
        texts = [f"{one:.0f}" for one in cadence]
        _write_over(ax, middle, np.where(_is_wide(edges), cadence, np.nan), texts)
    _leave_room(ax, cadence, least=4.0, beneath=0.6)
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


def _leave_room(
    ax: Axes, y: NDArray[np.float64], *, least: float, beneath: float
) -> None:
    """Leave room over the marks for their numbers and beneath them for a legend."""
    known = y[np.isfinite(y)]
    if not len(known):
        return
    spread = max(float(np.ptp(known)), least)
    low, high = float(known.min()), float(known.max())
    ax.set_ylim(low - beneath * spread, high + spread)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 5, 10]))


def _is_wide(edges: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell the splits over which a number has room beside its neighbours'."""
    wide = np.diff(edges)
    return np.asarray(wide > _NARROW * np.median(wide)) if len(wide) else wide > 0


def _is_rest(table: pd.DataFrame) -> NDArray[np.bool_]:
    if "is_whole" not in table.columns:
        return np.zeros(len(table), dtype=np.bool_)
    return ~table["is_whole"].to_numpy(np.bool_)
