"""A picture into a file, in the format that its name says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["drawable", "write_figure"]

_SUFFIXES = (".png", ".svg", ".pdf")
_PIXELS_PER_INCH = 160


def drawable(out: Path | None) -> Path | None:
    """Refuse a file whose name says no format that can be written."""
    if out is not None and out.suffix.lower() not in _SUFFIXES:
        msg = f"found {out.name!r}; expected a name that ends in {', '.join(_SUFFIXES)}"
        raise typer.BadParameter(msg)
    return out


def write_figure(
    draw: Callable[[Axes], object],
    out: Path,
    *,
    size_in: tuple[float, float] = (8.0, 5.0),
) -> None:
    """Draw on new axes and write them in the format that the file's name says."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=size_in)
    draw(figure.subplots())
    figure.savefig(out, bbox_inches="tight", dpi=_PIXELS_PER_INCH)
