"""Step length against speed: the runner's curve, and the runs that left it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from hipstride.plots._plot_data import keep_plot_data
from hipstride.plots._speed_axis import label_speed_axis
from hipstride.plots._style import (
    BLUE,
    GREY,
    INK,
    VERMILION,
    frame_axes,
    is_narrow,
    say_instead,
    title_and_caption,
    use_axes,
)
from hipstride.plots._table import change_columns, is_guessed, numbers, own_table
from hipstride.plots._words import change_words, finding, runs_words, span_words
from hipstride.tables import RUNS
from hipstride.units import LengthUnits, chosen_units

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from hipstride.tables import Result

__all__ = ["step_length_vs_speed"]

# Fewer runs, or runs all at one speed, do not show a curve.
MIN_RUNS_FOR_CURVE = 5
MIN_SPEED_SPREAD_LN = 0.01


def step_length_vs_speed(
    runs: pd.DataFrame,
    *,
    units: LengthUnits | None = None,
    result: Result | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw each run's mean step length against its mean speed.

    Runs before the first change are open circles, runs since it are filled triangles;
    where no change is known, shades tell early from late. Treadmill runs whose speed
    the watch guessed are grey squares and shape no curve. The curve is the runner's own
    over the baseline period, on the flat: at a given speed, a run above it was run with
    longer steps than usual.

    Parameters
    ----------
    runs : DataFrame
        A `RUNS` or `OBSERVATIONS` table with ``mean_speed_mps`` and
        ``mean_step_length_m``.
    units : {"km", "mi"}, optional
        What paces are told in; those of the locale where not given.
    result : Result, optional
        An answer that these runs gave; its finding is the title.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
        The axes drawn on. `get_plot_data` gives ``part`` (as in the legend),
        ``speed_mps`` and ``step_length_m``.

    Raises
    ------
    TableError
        If a column is missing or holds no numbers.

    Notes
    -----
    The table gives for each run its mean step length and the one at the reference
    speed on the flat. Their ratio is ``(v / v_ref) ** b``, so a least-squares line of
    its logarithm against ``ln v`` and grade gives back ``b`` and ``v_ref``; the level
    is the median of what the runs and their deviations say of the baseline. Without
    these columns no curve is drawn.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> runs = pd.DataFrame({"mean_speed_mps": [3.0], "mean_step_length_m": [1.1]})
    >>> step_length_vs_speed(runs, ax=Figure().subplots()).get_ylabel()
    'mean step length [m]'
    """
    units = chosen_units(units)
    runs = own_table(runs)
    RUNS.check(runs, "mean_speed_mps", "mean_step_length_m")
    ax = use_axes(ax)
    frame_axes(ax)
    if "day" in runs.columns:
        runs = runs.sort_values("day", kind="stable")
    speed = numbers(runs, "mean_speed_mps")
    step = numbers(runs, "mean_step_length_m")
    known = np.isfinite(speed) & np.isfinite(step) & (speed > 0) & (step > 0)
    guessed = known & is_guessed(runs)
    if guessed.any():
        ax.scatter(
            speed[guessed],
            step[guessed],
            s=26,
            marker="s",
            facecolors="none",
            edgecolors=GREY,
            linewidths=0.8,
            label="treadmill, speed guessed by the watch",
        )
    if known.any():
        words = _draw_runs(ax, runs, speed, step, known & ~guessed)
    else:
        words = ""
        say_instead(ax, "No run in this table has both a speed and a step length.")
    if _draw_curve(ax, runs, speed, step, known & ~guessed):
        words += " Curve: the runner's own at baseline, on the flat."
    if known.any():
        size = 7.5 if is_narrow(ax) else 8.5
        ax.legend(loc="upper left", frameon=False, fontsize=size)
    label_speed_axis(ax, units)
    ax.set_ylabel("mean step length [m]", fontsize=9.5)
    title_and_caption(
        ax,
        finding(result, _title(runs, known & ~guessed)),
        f"{int(known.sum())} of {runs_words(len(runs))} with both, "
        f"{span_words(runs)}.{words}",
    )
    marks = [one for one in ax.collections if str(one.get_label())[0] != "_"]
    points = [(one, np.asarray(one.get_offsets())) for one in marks]
    lines = [(one, np.asarray(one.get_xydata())) for one in ax.lines]
    return keep_plot_data(
        ax,
        *(
            (str(one.get_label()), {"speed_mps": at[:, 0], "step_length_m": at[:, 1]})
            for one, at in (*points, *lines)
        ),
    )


def _title(runs: pd.DataFrame, known: NDArray[np.bool_]) -> str:
    """Say how far the steps at the same speed moved at the first change."""
    changes = change_columns(runs) if "day" in runs.columns else []
    deviation = numbers(runs, "stride_deviation_pct")
    if changes:
        has = numbers(runs, changes[0]) > 0
        before = np.arange(len(runs)) < int(has.argmax())
        use = known & np.isfinite(deviation)
        if (use & has).any() and (use & before).any():
            moved = deviation[use & has].mean() - deviation[use & before].mean()
            which = "longer" if moved > 0 else "shorter"
            return (
                f"At the same speed steps were {abs(moved):.1f} % {which} with "
                f"“{change_words(changes[0])}” than before it"
            )
    return "Step length against speed, one mark per run"


def _draw_runs(
    ax: Axes,
    runs: pd.DataFrame,
    speed: NDArray[np.float64],
    step: NDArray[np.float64],
    known: NDArray[np.bool_],
) -> str:
    changes = change_columns(runs) if "day" in runs.columns else []
    if not changes:
        # Pale is early, dark is late.
        order = np.linspace(0, 1, len(runs))
        ax.scatter(
            speed[known],
            step[known],
            c=order[known],
            cmap="cividis_r",
            vmin=0,
            vmax=1,
            s=28,
            linewidths=0,
            label="one run",
        )
        return " Pale: the first runs; dark: the last."
    since = np.arange(len(runs)) >= int((numbers(runs, changes[0]) > 0).argmax())
    words = change_words(changes[0])
    before = known & ~since
    after = known & since
    ax.scatter(
        speed[before],
        step[before],
        s=30,
        facecolors="none",
        edgecolors=BLUE,
        label=f"before “{words}”",
    )
    ax.scatter(
        speed[after],
        step[after],
        s=30,
        marker="^",
        color=VERMILION,
        alpha=0.75,
        linewidths=0,
        label=f"since “{words}” began",
    )
    if len(changes) > 1:
        return f" Split at the first of {len(changes)} changes."
    return ""


def _draw_curve(
    ax: Axes,
    runs: pd.DataFrame,
    speed: NDArray[np.float64],
    step: NDArray[np.float64],
    known: NDArray[np.bool_],
) -> bool:
    """Draw the curve that the table implies; False where it implies none."""
    at_ref = numbers(runs, "step_length_at_ref_speed_m")
    deviation = numbers(runs, "stride_deviation_pct")
    use = known & (at_ref > 0) & np.isfinite(deviation)
    ln_v = np.log(speed[use])
    if use.sum() < MIN_RUNS_FOR_CURVE or np.std(ln_v) < MIN_SPEED_SPREAD_LN:
        return False
    grade = np.nan_to_num(numbers(runs, "mean_grade_pct")[use])
    design = np.column_stack([np.ones_like(ln_v), ln_v, grade, _devices(runs[use])])
    (intercept, slope, *_), *_ = np.linalg.lstsq(
        design, np.log(step[use] / at_ref[use]), rcond=None
    )
    baseline = float(np.median(at_ref[use] * np.exp(-deviation[use] / 100)))
    v = np.linspace(speed[known].min(), speed[known].max(), 101)
    ax.plot(
        v,
        baseline * np.exp(intercept + slope * np.log(v)),
        color=INK,
        linewidth=1.6,
        label=f"runner's curve (step ∝ speed^{slope:.2f})",
        zorder=1,
    )
    return True


def _devices(runs: pd.DataFrame) -> NDArray[np.float64]:
    """Give a column for each device but the first: means are in its own measure."""
    if "device" not in runs.columns:
        return np.zeros((len(runs), 0))
    device = runs["device"].astype("str").fillna("")
    order = device.value_counts().index[1:]
    columns = [device.eq(name).to_numpy(np.float64) for name in order]
    return np.column_stack(columns) if columns else np.zeros((len(runs), 0))
