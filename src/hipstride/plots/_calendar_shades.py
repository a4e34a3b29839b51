"""The shades of a calendar of pain: one hue, which also reads in grey."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
from matplotlib.colors import ListedColormap

from hipstride.plots._style import INK

__all__ = ["NUMBER_SIZE", "SHADES", "number_color", "shade_of"]

NUMBER_SIZE = 7.0
_N_SHADES = 11
# The palest fifth would not be told from paper.
_PALEST = 0.2
# From here on white reads better; the contrast is 4 to 1 or more on every shade.
_WHITE_FROM_0_10 = 6

# ColorBrewer's Blues: the lightness falls evenly from 0 to 10.
SHADES = ListedColormap(
    mpl.colormaps["Blues"](np.linspace(_PALEST, 1.0, _N_SHADES)), name="pain"
)


def shade_of(pain_0_10: int) -> tuple[float, float, float, float]:
    """Give the shade of a whole rating."""
    red, green, blue, alpha = SHADES(pain_0_10)
    return red, green, blue, alpha


def number_color(pain_0_10: float) -> str:
    """Give the colour in which a rating can be read on its own shade."""
    return "white" if round(pain_0_10) >= _WHITE_FROM_0_10 else INK
