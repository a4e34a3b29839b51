"""A plot as a picture within a page, with words for those who do not see it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["picture_of"]

_SIZE_IN = (8.0, 5.0)
_DPI = 96


def picture_of(draw: Callable[[Axes], Axes]) -> str:
    """Draw, and give an image that needs no file and no network.

    Parameters
    ----------
    draw : callable
        Draws on the axes that it is given.

    Returns
    -------
    str
        An ``img`` in HTML; its text is the title of the plot.

    Examples
    --------
    >>> picture_of(lambda ax: ax.set_title("Two < three", loc="left") and ax)[:31]
    '<img alt="Two &lt; three" style'
    """
    figure = Figure(figsize=_SIZE_IN)
    ax = draw(figure.subplots())
    title = " ".join(ax.get_title(loc="left").split())
    data = BytesIO()
    figure.savefig(data, format="png", dpi=_DPI, bbox_inches="tight", facecolor="white")
    encoded = b64encode(data.getvalue()).decode("ascii")
    return (
        f'<img alt="{escape(title)}" style="max-width:100%" '
        f'src="data:image/png;base64,{encoded}">'
    )
