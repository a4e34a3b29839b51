"""The marks of a trial: runs by cue in the drawn order, the means, the blocks."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from hipstride.plots._style import BLUE, FAINT, GREY, VERMILION
from hipstride.plots._words import safe_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from hipstride.stats import Schedule, TrialDesign

__all__ = [
    "Arm",
    "arms_of",
    "draw_arms",
    "draw_means",
    "draw_ticks",
    "parts_of",
    "shade_blocks",
]

_UNRATED_AT_0_10 = -0.45
_NO_RUN_AT_0_10 = -0.95
_MANY_UNITS = 120
# Where the means stand, right of the last unit, as a part of all units.
_MEANS_AT = (0.035, 0.07)


class Arm(NamedTuple):
    """The runs of one cue; `low` and `high` of the mean are NaN where too few."""

    part: str
    cue: str
    marker: str
    color: str
    is_tested: bool
    places: NDArray[np.float64]
    local_date: NDArray[np.datetime64]
    pain: NDArray[np.float64]
    mean: float
    low: float
    high: float


def arms_of(
    runs: pd.DataFrame, design: TrialDesign, outcome: str, *, level: float
) -> tuple[Arm, Arm]:
    """Part the runs by cue; two runs of one day stand side by side.

    The interval of a mean is that of Student, as if runs did not depend on each other;
    that of the difference comes from the drawing and stands by itself.
    """
    unit = runs["unit"].to_numpy(np.float64)
    beside = runs.groupby("unit").cumcount().to_numpy(np.float64)
    pain = runs[outcome].to_numpy(np.float64)
    is_tested = runs["arm"].to_numpy() == 1
    found = []
    for chosen, part, cue, marker, color in (
        (is_tested, "tested cue", design.arm, "^", VERMILION),
        (~is_tested, "control", design.control, "o", BLUE),
    ):
        rated = pain[chosen & np.isfinite(pain)]
        mean, half = math.nan, math.nan
        if len(rated):
            mean = float(rated.mean())
        if len(rated) > 1:
            wide = stats.t.ppf((1 + level) / 2, len(rated) - 1)
            half = float(wide * rated.std(ddof=1) / math.sqrt(len(rated)))
        found.append(
            Arm(
                part,
                cue,
                marker,
                color,
                marker == "^",
                (unit + 0.25 * beside)[chosen],
                runs.loc[chosen, "local_date"].to_numpy("datetime64[s]"),
                pain[chosen],
                mean,
                mean - half,
                mean + half,
            )
        )
    return found[0], found[1]


def draw_arms(ax: Axes, arms: tuple[Arm, Arm], n_units: int, characters: int) -> None:
    """Draw each rated run in its place, filled triangles and hollow circles."""
    size = 34 if n_units <= _MANY_UNITS else 15
    for arm in arms:
        rated = np.isfinite(arm.pain)
        ax.scatter(
            arm.places[rated],
            arm.pain[rated],
            s=size,
            marker=arm.marker,
            facecolors=arm.color if arm.is_tested else "none",
            edgecolors=arm.color,
            linewidths=1.2 if n_units <= _MANY_UNITS else 0.9,
            label=f"“{safe_label(arm.cue, characters=characters)}” ({rated.sum()})",
            zorder=3,
        )


def draw_means(ax: Axes, arms: tuple[Arm, Arm], n_units: int) -> None:
    """Draw the mean of each cue across all units, its interval at the right."""
    for arm, aside in zip(arms, _MEANS_AT, strict=True):
        if not math.isfinite(arm.mean):
            continue
        at = n_units * (1 + aside) + 0.8
        ax.plot(
            [0.5, at],
            [arm.mean, arm.mean],
            color=arm.color,
            linewidth=1.1,
            linestyle="-" if arm.is_tested else (0, (5, 2)),
            zorder=2,
        )
        if math.isfinite(arm.low):
            ax.plot([at, at], [arm.low, arm.high], color=arm.color, linewidth=2.2)
        ax.plot(
            [at],
            [arm.mean],
            arm.marker,
            color=arm.color,
            markerfacecolor=arm.color if arm.is_tested else "white",
            markersize=7,
            zorder=4,
        )
    ax.set_xlim(0, n_units * (1 + _MEANS_AT[1] + 0.03) + 1)


def draw_ticks(
    ax: Axes,
    unrated: NDArray[np.float64],
    without_run: NDArray[np.float64],
    unit_words: str,
) -> None:
    """Draw ticks for runs without a rating, crosses for units without a run."""
    no_run = "no such run yet" if unit_words == "run" else "day without a run"
    for at, height, marker, words in (
        (unrated, _UNRATED_AT_0_10, "|", "not rated"),
        (without_run, _NO_RUN_AT_0_10, "x", no_run),
    ):
        if len(at):
            ax.plot(
                at,
                np.full(len(at), height),
                marker,
                color=GREY,
                markersize=6 if marker == "|" else 3.5,
                label=words,
            )


def shade_blocks(ax: Axes, schedule: Schedule) -> None:
    """Shade the units of the tested cue, one patch for each stretch."""
    arm = np.array([0, *schedule.schedule, 0])
    edges = np.flatnonzero(np.diff(arm)).reshape(-1, 2)
    ax.broken_barh(
        [(float(first) + 0.5, float(last - first)) for first, last in edges],
        (-1.4, 11.8),
        color=FAINT,
        alpha=0.5,
        linewidth=0,
        zorder=0,
    )


def parts_of(arms: tuple[Arm, Arm]) -> list[tuple[str, dict[str, object]]]:
    """Give runs and means as the numbers of the plot."""
    parts: list[tuple[str, dict[str, object]]] = [
        (
            arm.part,
            {
                "cue": arm.cue,
                "unit": arm.places,
                "local_date": arm.local_date,
                "pain_0_10": arm.pain,
            },
        )
        for arm in arms
    ]
    means: dict[str, object] = {
        "cue": [arm.cue for arm in arms],
        "points": [arm.mean for arm in arms],
        "low": [arm.low for arm in arms],
        "high": [arm.high for arm in arms],
    }
    return [*parts, ("means", means)]
