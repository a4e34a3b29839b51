"""The plots as pictures that travel inside the page."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hipstride import plots
from hipstride.errors import HipstrideError
from hipstride.tables import Result

__all__ = ["Picture", "pictures"]

# Beyond this many runs the dots as curves would outweigh the dots as pixels.
MAX_RUNS_AS_CURVES = 1_500
_SIZE_IN = (8.0, 5.0)
_TIMELINE_SIZE_IN = (8.0, 6.2)
_PIXELS_PER_INCH = 130


@dataclass(frozen=True)
class Picture:
    """A plot: its address within the page, its words, or why there is none."""

    heading: str
    uri: str
    alt: str
    missing_because: str = ""


def pictures(
    obs: pd.DataFrame, outcome: str, association: Result | None
) -> tuple[Picture, ...]:
    """Draw the plots of the report; one that cannot be drawn says why.

    Stride against pain needs an association to show.
    """
    drawn = [
        _picture(
            "Pain and stride over time",
            "Pain of each run as dots over the dates; beneath it the step length at "
            "the same speed, and bars for the changes.",
            lambda ax: plots.timeline(obs, outcome=outcome, ax=ax),
            len(obs),
            _TIMELINE_SIZE_IN,
        ),
        _picture(
            "Step length against speed",
            "One mark per run: mean step length against mean speed, with the runner's "
            "own curve.",
            lambda ax: plots.step_length_vs_speed(obs, ax=ax),
            len(obs),
        ),
    ]
    if association is not None:
        against = _picture(
            "Stride against pain",
            "One dot per run: step length, as distance from what is expected at that "
            "speed and grade, against pain, as distance from what is expected; with "
            "the estimated line and its interval.",
            lambda ax: plots.stride_vs_pain(
                obs, outcome=outcome, result=association, ax=ax
            ),
            len(obs),
        )
        drawn.insert(1, against)
    return tuple(drawn)


def _picture(
    heading: str,
    alt: str,
    draw: Callable[[Axes], Axes],
    n_runs: int,
    size_in: tuple[float, float] = _SIZE_IN,
) -> Picture:
    figure = Figure(figsize=size_in)
    ax = figure.subplots()
    try:
        draw(ax)
    except HipstrideError as error:
        return Picture(heading, "", alt, str(error))
    # The figure's own heading and caption say n and dates; the alt text repeats them.
    caption = " ".join(text.get_text() for text in ax.texts[-1:])
    kind = "svg" if n_runs <= MAX_RUNS_AS_CURVES else "png"
    stream = BytesIO()
    # The same input gives the same bytes.
    with mpl.rc_context({"svg.hashsalt": "hipstride", "svg.fonttype": "path"}):
        figure.savefig(
            stream,
            format=kind,
            bbox_inches="tight",
            dpi=_PIXELS_PER_INCH,
            metadata={"Date": None} if kind == "svg" else {"Software": None},
        )
    mime = "image/svg+xml" if kind == "svg" else "image/png"
    data = base64.b64encode(stream.getvalue()).decode("ascii")
    words = f"{alt} {' '.join(caption.split())}"
    return Picture(heading, f"data:{mime};base64,{data}", words)
