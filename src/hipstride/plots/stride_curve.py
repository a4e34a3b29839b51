"""The runner's stride curve with its band, and the runs behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hipstride.gait.curve import PUBLISHED_ELASTICITY
from hipstride.plots._plot_data import keep_plot_data
from hipstride.plots._speed_axis import label_speed_axis
from hipstride.plots._style import (
    BLUE,
    GREY,
    INK,
    VERMILION,
    frame_axes,
    title_and_caption,
    use_axes,
)
from hipstride.units import LengthUnits, chosen_units

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from hipstride.gait.curve import StrideCurve

__all__ = ["stride_curve"]

# The curve is drawn a little beyond the data, so that its ends can be seen.
_BEYOND = 0.02
_POINTS = 81


def stride_curve(
    curve: StrideCurve, *, units: LengthUnits | None = None, ax: Axes | None = None
) -> Axes:
    """Draw step length against speed on the flat, as one runner runs.

    Each dot is a run, at its mean speed and with the step length that it had there on
    the flat. Dots above the curve are runs with longer steps than usual at that speed.
    The dashed line has the published slope.

    Parameters
    ----------
    curve : StrideCurve
        What `matched_stride` gives.
    units : {"km", "mi"}, optional
        What paces are told in; those of the locale where not given.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
        The axes drawn on. `get_plot_data` gives ``part`` (``run``, ``curve``),
        ``speed_mps``, ``step_length_m``, ``low`` and ``high``.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from hipstride import gait, sample, read_run
    >>> run = read_run(sample.folder() / "runs" / "run-0001.fit")
    >>> curve = gait.matched_stride(gait.steady_windows(run)).curve
    >>> stride_curve(curve, ax=Figure().subplots()).get_ylabel()
    'step length on the flat [m]'
    """
    ax = use_axes(ax)
    frame_axes(ax)
    runs = curve.runs
    speed = runs["mean_speed_mps"].to_numpy(np.float64)
    at_ref = runs["step_length_at_ref_speed_m"].to_numpy(np.float64)
    shape = curve.step_length_m(speed) / curve.baseline_step_length_m
    low, high = (float(np.log(end)) for end in curve.speed_range_mps)
    grid = np.exp(np.linspace(low - _BEYOND, high + _BEYOND, _POINTS))
    band_low, band_high = curve.interval(grid)
    ax.fill_between(
        grid,
        band_low,
        band_high,
        color=VERMILION,
        alpha=0.2,
        linewidth=0,
        label="95 % interval of the curve",
        zorder=1,
    )
    published = (grid / curve.ref_speed_mps) ** PUBLISHED_ELASTICITY
    ax.plot(
        grid,
        curve.baseline_step_length_m * published,
        color=GREY,
        linewidth=1,
        linestyle="--",
        label="published slope 0.92",
        zorder=2,
    )
    ax.plot(
        grid,
        curve.step_length_m(grid),
        color=INK,
        linewidth=1.8,
        label=f"runner's curve (step ∝ speed^{curve.elasticity:.2f})",
        zorder=3,
    )
    base = runs["is_baseline"].to_numpy(np.bool_)
    several = not base.all()
    for chosen, fill, words in (
        (base, BLUE, "a run of the baseline" if several else "one run"),
        (~base, "none", "another run"),
    ):
        if chosen.any():
            ax.scatter(
                speed[chosen],
                (at_ref * shape)[chosen],
                s=24,
                alpha=0.7,
                linewidths=0.8,
                facecolors=fill,
                edgecolors=BLUE,
                label=words,
                zorder=4,
            )
    ax.legend(loc="upper left", frameon=False, fontsize=8.5)
    label_speed_axis(ax, chosen_units(units))
    ax.set_ylabel("step length on the flat [m]", fontsize=9.5)
    title_and_caption(ax, _title(curve), _caption(curve))
    flat = {"speed_mps": grid, "step_length_m": curve.step_length_m(grid)}
    return keep_plot_data(
        ax,
        ("run", {"speed_mps": speed, "step_length_m": at_ref * shape}),
        ("curve", {**flat, "low": band_low, "high": band_high}),
    )


def _title(curve: StrideCurve) -> str:
    if not curve.is_elasticity_measured:
        return "Speed hardly varies within these runs: published slope"
    return f"1 % faster: steps {curve.elasticity:.2f} % longer"


def _caption(curve: StrideCurve) -> str:
    how = "" if curve.is_elasticity_measured else " (published, not measured)"
    return (
        f"{curve.n_runs} run{'s' * (curve.n_runs != 1)}, {curve.n_windows} half "
        f"minutes of steady running. Elasticity of the step {curve.elasticity:.2f}, "
        f"95 % interval {curve.elasticity_low:.2f} to "
        f"{curve.elasticity_high:.2f}{how}; of cadence {1 - curve.elasticity:.2f}. "
        "Published: 0.92 and 0.15 (Cavanagh & Kram 1989)."
    )
