"""The plots as pictures that travel inside the page."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hipstride import plots
from hipstride.errors import HipstrideError
from hipstride.plots._words import is_about
from hipstride.plots.ledger import height_in
from hipstride.report._contents import Contents
from hipstride.tables import Result

__all__ = ["Picture", "Pictures", "pictures_of"]

# Beyond this many runs the dots as curves would outweigh the dots as pixels.
MAX_RUNS_AS_CURVES = 500
_SIZE_IN = (6.4, 4.2)
_TIMELINE_SIZE_IN = (8.0, 4.6)
_PIXELS_PER_INCH = 120
# More pictures of single changes would make the page too large.
MAX_CHANGES_DRAWN = 4


@dataclass(frozen=True)
class Picture:
    """A plot: its address within the page, its words, or why there is none."""

    heading: str
    uri: str
    alt: str
    missing_because: str = ""


@dataclass(frozen=True)
class Pictures:
    """The plots of a report by the section in which they stand."""

    timeline: tuple[Picture, ...]
    stride: tuple[Picture, ...] = ()
    ledger: tuple[Picture, ...] = ()


def pictures_of(contents: Contents) -> Pictures:
    """Draw the plots of the report; one that cannot be drawn says why.

    Stride against pain needs an association to show, a change its answer.
    """
    obs, outcome, n = contents.obs, contents.outcome, contents.n_runs
    about = [result for result in contents.results if is_about(result, outcome)]
    first = about[0] if about else None
    timeline = _picture(
        "Pain and stride over time",
        "Pain of each run as dots over the dates; beneath it the step length at "
        "the same speed, and bars for the changes.",
        lambda ax: plots.timeline(obs, outcome=outcome, result=first, ax=ax),
        n,
        _TIMELINE_SIZE_IN,
    )
    if contents.audience == "physio":
        return Pictures((timeline,))
    stride = [
        _picture(
            "Step length against speed",
            "One mark per run: mean step length against mean speed, with the runner's "
            "own curve.",
            lambda ax: plots.step_length_vs_speed(obs, units=contents.units, ax=ax),
            n,
        )
    ]
    association = next((r for r in about if "step length" in r.unit), None)
    around = [
        _around(contents, result)
        for result in contents.dated_changes[:MAX_CHANGES_DRAWN]
        if result in about
    ]
    # On paper there is room for the first two.
    stride = [*around, *stride]
    if association is not None:
        stride.insert(0, _against_pain(contents, association))
    return Pictures((timeline,), tuple(stride), _forest(contents))


def _against_pain(contents: Contents, association: Result) -> Picture:
    return _picture(
        "Stride against pain",
        "One dot per run: step length, as distance from what is expected at that "
        "speed and grade, against pain, as distance from what is expected; with "
        "the estimated line and its interval.",
        lambda ax: plots.stride_vs_pain(
            contents.obs, outcome=contents.outcome, result=association, ax=ax
        ),
        contents.n_runs,
    )


def _around(contents: Contents, result: Result) -> Picture:
    return _picture(
        "Around the change",
        "Pain of each run as dots over the dates; a line for the fitted course before "
        "and after the change, a dashed one for the course without it.",
        lambda ax: plots.change(
            contents.obs, "", outcome=contents.outcome, result=result, ax=ax
        ),
        contents.n_runs,
    )


def _forest(contents: Contents) -> tuple[Picture, ...]:
    ledger = contents.ledger
    if ledger is None or not ledger.rows:
        return ()
    return (
        _picture(
            "All that was tried, as a picture",
            "One row for each thing tried: the change of pain as a dot, its interval "
            "as a bar, the smallest effect of interest as a grey band.",
            lambda ax: plots.ledger(ledger, ax=ax),
            0,
            (8.0, height_in(len(ledger.rows))),
        ),
    )


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
    # The figure's own heading and caption say the finding, n and dates.
    said = [ax.get_title(loc="left"), *(text.get_text() for text in ax.texts[-1:])]
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
    words = " ".join(" ".join([alt, *said]).split())
    return Picture(heading, f"data:{mime};base64,{data}", words)
