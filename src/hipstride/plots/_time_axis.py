"""The axis of time: dates written short, at any width."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.ticker import MaxNLocator

from hipstride.plots._style import is_narrow

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = ["label_days"]

_AROUND_ONE_RUN_DAYS = 4
_MOST_TICKS = 9
_MOST_TICKS_NARROW = 5


def label_days(ax: Axes, x: NDArray[np.generic], label: str) -> None:
    """Label the axis of time, in short dates where there are dates."""
    ax.set_xlabel(label, fontsize=9.5)
    if len(x) and x[0] == x[-1]:
        days = _AROUND_ONE_RUN_DAYS
        aside = np.timedelta64(days, "D") if x.dtype.kind == "M" else float(days)
        ax.set_xlim(x[0] - aside, x[0] + aside)
    most = _MOST_TICKS_NARROW if is_narrow(ax) else _MOST_TICKS
    if x.dtype.kind != "M" or not len(x):
        ax.xaxis.set_major_locator(MaxNLocator(nbins=most, integer=True))
        return
    # With few ticks allowed, two years must do with a tick for each year.
    fewest = 2 if is_narrow(ax) else 3
    locator = AutoDateLocator(minticks=fewest, maxticks=most)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    formatter = ConciseDateFormatter(locator)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_formatter(formatter)
