"""``hipstride plot``: one picture into a file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hipstride.cli._common import (
    ChangesOption,
    DateFormatOption,
    JournalOption,
    LibraryOption,
    Outcome,
    OutcomeOption,
    RunsOption,
    reported,
    say,
    to_existing_folder,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["Kind", "drawable", "plot", "save_plot", "write_figure"]

SUFFIXES = (".png", ".svg", ".pdf")
_PIXELS_PER_INCH = 160


class Kind(StrEnum):
    """Which picture."""

    TIMELINE = "timeline"
    STRIDE_VS_PAIN = "stride-vs-pain"
    STEP_LENGTH_VS_SPEED = "step-length-vs-speed"


def drawable(out: Path | None) -> Path | None:
    """Refuse a file whose name says no format that can be written."""
    if out is not None and out.suffix.lower() not in SUFFIXES:
        msg = f"found {out.name!r}; expected a name that ends in {', '.join(SUFFIXES)}"
        raise typer.BadParameter(msg)
    return out


@reported
def plot(
    kind: Annotated[Kind, typer.Argument(help="Which picture.")],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Where to: a .png, .svg or .pdf file.",
            callback=drawable,
        ),
    ],
    runs: RunsOption = None,
    journal: JournalOption = None,
    changes: ChangesOption = None,
    date_format: DateFormatOption = None,
    library: LibraryOption = None,
    outcome: OutcomeOption = Outcome.AFTER,
) -> None:
    """Draw one picture into a file."""
    from hipstride.cli._load import load_observations

    to_existing_folder(out)
    obs = load_observations(
        runs,
        journal,
        changes,
        date_format,
        library=library,
        needs_journal=kind is not Kind.STEP_LENGTH_VS_SPEED,
    )
    save_plot(kind, obs, outcome, out)
    say(f"wrote {out}")


def save_plot(kind: Kind, obs: pd.DataFrame, outcome: Outcome, out: Path) -> None:
    """Draw one picture and write it in the format that its name says."""
    from hipstride import plots

    def draw(ax: Axes) -> None:
        if kind is Kind.TIMELINE:
            plots.timeline(obs, outcome=outcome.column, ax=ax)
        elif kind is Kind.STRIDE_VS_PAIN:
            plots.stride_vs_pain(obs, outcome=outcome.column, ax=ax)
        else:
            plots.step_length_vs_speed(obs, ax=ax)

    write_figure(draw, out, size_in=(8.0, 6.2 if kind is Kind.TIMELINE else 5.0))


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
