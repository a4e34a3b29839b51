"""The axis of speed: metres a second, each with its pace beneath it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import MaxNLocator

from hipstride.plots._style import is_narrow, label_x
from hipstride.units import LengthUnits, format_pace, metres_per

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["label_speed_axis"]


def label_speed_axis(ax: Axes, units: LengthUnits = "km") -> None:
    """Write speeds under the axes, each with its pace beneath it."""
    metres = metres_per(units)

    def speed_and_pace(speed_mps: float, _position: float) -> str:
        return f"{speed_mps:.1f}\n({format_pace(speed_mps, metres=metres)})"

    label_x(ax, f"mean speed of the steady running [m/s]  (pace [min/{units}])")
    # Quarters of a metre per second would be rounded in the label.
    ax.xaxis.set_major_locator(
        MaxNLocator(nbins=4 if is_narrow(ax) else 9, steps=[1, 2, 5, 10])
    )
    ax.xaxis.set_major_formatter(speed_and_pace)
