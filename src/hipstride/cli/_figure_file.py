"""A picture into a file, in the format that its name says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["drawable", "write_figure"]

Drawn = TypeVar("Drawn")

_SUFFIXES = (".png", ".svg", ".pdf")
_PIXELS_PER_INCH = 160


def drawable(out: Path | None) -> Path | None:
    """Refuse a file whose name says no format that can be written."""
    if out is not None and out.suffix.lower() not in _SUFFIXES:
        msg = f"found {out.name!r}; expected a name that ends in {', '.join(_SUFFIXES)}"
        raise typer.BadParameter(msg)
    return out


def write_figure(
    draw: Callable[[Axes], Drawn],
    out: Path | None,
    *,
    size_in: tuple[float, float] = (8.0, 5.0),
) -> Drawn:
    """Draw on new axes, write them as the file's name says, give what was drawn."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=size_in)
    drawn = draw(figure.subplots())
    if out is not None:
        figure.savefig(out, bbox_inches="tight", dpi=_PIXELS_PER_INCH)
    return drawn
