"""The fitted course around a change, and the course without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.patheffects import withStroke

from hipstride.plots._style import FAINT, INK, VERMILION

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from hipstride.tables import Result

__all__ = ["course_parts", "draw_course", "places_of", "shade_washout"]

_BAND_ALPHA = 0.18
_FITTED = ("fitted_points", "low", "high")
_WITHOUT = ("counterfactual_points", "counterfactual_low", "counterfactual_high")


def places_of(course: pd.DataFrame, x: NDArray[np.generic]) -> NDArray[np.generic]:
    """Give the places of a course on an axis of dates, or of days."""
    if x.dtype.kind == "M":
        return course["local_date"].to_numpy("datetime64[s]")
    return course["day"].to_numpy(np.float64)


def draw_course(ax: Axes, course: pd.DataFrame, at: NDArray[np.generic]) -> None:
    """Draw the fitted line, broken at the change, and the dashed one without it."""
    after = course["is_after"].to_numpy()
    for side, label in ((~after, "fitted course, 95 % band"), (after, None)):
        _draw_line(ax, course[side], at[side], _FITTED, VERMILION, "-", label)
    _draw_line(
        ax, course[after], at[after], _WITHOUT, INK, (0, (5, 2)), "the trend of before"
    )


def _draw_line(
    ax: Axes,
    part: pd.DataFrame,
    at: NDArray[np.generic],
    columns: tuple[str, str, str],
    color: str,
    style: str | tuple[int, tuple[int, int]],
    label: str | None,
) -> None:
    points, low, high = columns
    ax.plot(
        at,
        part[points],
        color=color,
        linewidth=2,
        linestyle=style,
        label=label,
        # A white rim lifts the line off the dots of ten years.
        path_effects=[withStroke(linewidth=2.8, foreground="white")],
        zorder=4,
    )
    ax.fill_between(
        at,
        part[low],
        part[high],
        color=color,
        alpha=_BAND_ALPHA if color == VERMILION else _BAND_ALPHA / 2,
        linewidth=0,
        zorder=1,
    )


def course_parts(
    course: pd.DataFrame, at: NDArray[np.generic]
) -> tuple[tuple[str, dict[str, object]], ...]:
    """Give the two lines as the numbers of the plot."""
    after = course["is_after"].to_numpy()
    found: list[tuple[str, dict[str, object]]] = []
    for part, columns, rows in (
        ("fitted course", _FITTED, np.ones_like(after)),
        ("without the change", _WITHOUT, after),
    ):
        values = course.loc[rows, list(columns)].to_numpy(np.float64).T
        names = ("points", "low", "high")
        found.append((part, {"at": at[rows], **dict(zip(names, values, strict=True))}))
    return tuple(found)


def shade_washout(
    ax: Axes, result: Result, started: np.generic, span_0_10: tuple[float, float]
) -> None:
    """Shade the days after the change that were left out while it settled."""
    days = _washout_days(result)
    if not days:
        return
    is_date = started.dtype.kind == "M"
    until = started + (np.timedelta64(days, "D") if is_date else float(days))  # type: ignore[operator]
    ax.fill_between(
        np.array([started, until]),
        *span_0_10,
        color=FAINT,
        alpha=0.8,
        linewidth=0,
        label=f"{days} days left out",
        zorder=0,
    )


def _washout_days(result: Result) -> int:
    """Read the number off the method, the one place of a result that tells it."""
    head, found, _ = result.method.partition(" days of washout")
    last = head.rpartition(" ")[2]
    return int(last) if found and last.isdigit() else 0
