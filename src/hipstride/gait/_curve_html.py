"""A stride curve as a table for a notebook: what step to expect at which pace."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

from hipstride.tables._html import facts_table, grid_table
from hipstride.units import (
    METRES_PER_KILOMETRE,
    METRES_PER_MILE,
    default_units,
    format_duration,
    format_pace,
)

if TYPE_CHECKING:
    from hipstride.gait.curve import StrideCurve

__all__ = ["html_of"]

_METRES = {"km": METRES_PER_KILOMETRE, "mi": METRES_PER_MILE}
_STEPS_S = (5, 10, 15, 30, 60, 120, 300, 600)
_MOST_ROWS = 7


def html_of(curve: StrideCurve) -> str:
    """Set out a curve: what it is, and the step to expect at round paces.

    Parameters
    ----------
    curve : StrideCurve
        The curve.

    Returns
    -------
    str
        Two tables in HTML.
    """
    units = default_units()
    metres = _METRES[units]
    speed = curve.ref_speed_mps
    low, high = curve.interval(speed)
    how = "measured" if curve.is_elasticity_measured else "published, not measured"
    grade = (
        f"step {100 * curve.uphill_slope:+.2f} % for each 1 % up, "
        f"{-100 * curve.downhill_slope:+.2f} % for each 1 % down"
        if curve.uphill_slope or curve.downhill_slope
        else ""
    )
    facts = facts_table(
        "Stride curve: step length at a speed",
        {
            "reference speed": f"{speed:.2f} m/s, "
            f"{format_pace(speed, metres=metres)} /{units}",
            "step there, on the flat": f"{curve.baseline_step_length_m:.3f} m "
            f"(95 % interval {low:.3f} to {high:.3f}), "
            f"{float(curve.cadence_spm(speed)):.0f} steps/min",
            "elasticity": f"each 1 % of speed: step {curve.elasticity:+.2f} % "
            f"(95 % interval {curve.elasticity_low:.2f} to "
            f"{curve.elasticity_high:.2f}; {how})",
            "grade": grade,
            "made of": f"{curve.n_runs} run{'s' * (curve.n_runs != 1)}, "
            f"{curve.n_windows:,} half minutes of steady running; level from "
            f"{curve.n_baseline_runs} of the runs",
            "notes": curve.notes,
        },
    )
    rows = [_row(curve, pace_s, metres) for pace_s in _round_paces(curve, metres)]
    heads = (f"pace /{units}", "step length", "95 % interval", "cadence")
    return facts + grid_table("Step to expect, on the flat", heads, rows)


def _row(curve: StrideCurve, pace_s: float, metres: float) -> tuple[str, ...]:
    speed = metres / pace_s
    low, high = curve.interval(speed)
    return (
        format_duration(pace_s),
        f"{float(curve.step_length_m(speed)):.3f} m",
        f"{low:.3f} to {high:.3f} m",
        f"{float(curve.cadence_spm(speed)):.0f} steps/min",
    )


def _round_paces(curve: StrideCurve, metres: float) -> list[float]:
    """Give a few round paces within the speeds of the curve, fast ones first."""
    slow, fast = curve.speed_range_mps
    first_s, last_s = metres / fast, metres / slow
    for step_s in _STEPS_S:
        numbers = range(ceil(first_s / step_s), floor(last_s / step_s) + 1)
        if len(numbers) <= _MOST_ROWS:
            break
    else:
        return [metres / curve.ref_speed_mps]
    # Speeds that hardly vary may have no round pace among them.
    return [float(n * step_s) for n in numbers] or [metres / curve.ref_speed_mps]
