"""``hipstride plot``: one picture into a file, or its numbers."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hipstride.cli._common import (
    ChangesOption,
    DateFormatOption,
    JournalOption,
    JsonOption,
    LibraryOption,
    Outcome,
    OutcomeOption,
    RunsOption,
    SideOption,
    SiteOption,
    emit_json,
    reported,
    say,
    to_existing_folder,
    working,
)
from hipstride.cli._completion import change_labels
from hipstride.cli._figure_file import drawable, write_figure
from hipstride.cli._units import Units, UnitsOption, chosen
from hipstride.errors import NotEnoughDataError

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from hipstride.tables import Result

__all__ = ["OF_THE_DEMO", "Kind", "plot", "save_plot"]


class Kind(StrEnum):
    """Which picture."""

    TIMELINE = "timeline"
    CALENDAR = "calendar"
    STRIDE_VS_PAIN = "stride-vs-pain"
    STEP_LENGTH_VS_SPEED = "step-length-vs-speed"
    CHANGE = "change"
    LEDGER = "ledger"
    LAGS = "lags"
    SPEC_CURVE = "spec-curve"


OF_THE_DEMO = (Kind.TIMELINE, Kind.STRIDE_VS_PAIN, Kind.STEP_LENGTH_VS_SPEED)
_WITHOUT_A_DIARY = (Kind.STEP_LENGTH_VS_SPEED,)
_TALL = (Kind.TIMELINE, Kind.SPEC_CURVE)


@reported
def plot(
    kind: Annotated[Kind, typer.Argument(help="Which picture.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Where to: a .png, .svg or .pdf file.",
            callback=drawable,
        ),
    ] = None,
    runs: RunsOption = None,
    journal: JournalOption = None,
    changes: ChangesOption = None,
    what: Annotated[
        str | None,
        typer.Option(
            "--change",
            metavar="CHANGE",
            help="Which change, for that picture: your words for it, or its first day.",
            autocompletion=change_labels,
        ),
    ] = None,
    outcome: OutcomeOption = Outcome.AFTER,
    side: SideOption = None,
    site: SiteOption = None,
    units: UnitsOption = None,
    date_format: DateFormatOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Draw one picture into a file, or print its numbers with --json.

    The stride curve and the splits of a run are drawn by `hipstride curve` and
    `hipstride splits`.
    """
    from hipstride.cli._load import load_changes, load_observations

    if out is None and not as_json:
        msg = "needed, or --json for the numbers alone"
        raise typer.BadParameter(msg, param_hint="--out")
    if (kind is Kind.CHANGE) != (what is not None):
        msg = "needed for the picture of a change, and for no other"
        raise typer.BadParameter(msg, param_hint="--change")
    if out is not None:
        to_existing_folder(out)
    obs = load_observations(
        runs,
        journal,
        changes,
        date_format,
        library=library,
        needs_journal=kind not in _WITHOUT_A_DIARY,
        side=side,
        site=site,
    )
    tried = load_changes(runs, changes, date_format, library)
    with working("drawing"):
        draw = _drawn(kind, obs, outcome.column, what, tried, chosen(units))
        drawn = write_figure(draw, out, size_in=_size(kind))
    if as_json:
        emit_json({"plot": kind.value, "file": _named(out), "rows": _rows(drawn)})
    else:
        say(f"wrote {out}")


def save_plot(kind: Kind, obs: pd.DataFrame, outcome: Outcome, out: Path) -> None:
    """Draw one picture and write it in the format that its name says."""
    draw = _drawn(kind, obs, outcome.column, None, None, chosen(None))
    write_figure(draw, out, size_in=_size(kind))


def _size(kind: Kind) -> tuple[float, float]:
    return 8.0, 6.2 if kind in _TALL else 5.0


def _drawn(
    kind: Kind,
    obs: pd.DataFrame,
    outcome: str,
    what: str | None,
    tried: pd.DataFrame | None,
    units: Units,
) -> Callable[[Axes], Axes]:
    """Give what draws a picture on axes."""
    from hipstride import plots, stats

    def answer(ask: Callable[[pd.DataFrame, str], Result]) -> Result:
        try:
            return ask(obs, outcome)
        except NotEnoughDataError as why:
            # The picture says in words what is missing.
            question = "Does pain go with the step length at the same speed?"
            unit = "points per +1 % step length at the same speed"
            return stats.refusal(question, why, unit=unit, n_rows=len(obs))

    def around_change(ax: Axes) -> Axes:
        label = what or ""
        try:
            found = stats.dated_change(obs, label, outcome, changes=tried)
        except NotEnoughDataError:
            # The picture shows the runs, and why there is no answer.
            found = None
        return plots.change(obs, label, outcome=outcome, result=found, ax=ax)

    draws: dict[Kind, Callable[[Axes], Axes]] = {
        Kind.TIMELINE: lambda ax: plots.timeline(obs, outcome=outcome, ax=ax),
        Kind.CALENDAR: lambda ax: plots.calendar(obs, outcome=outcome, ax=ax),
        Kind.STRIDE_VS_PAIN: lambda ax: plots.stride_vs_pain(
            obs, outcome=outcome, ax=ax
        ),
        Kind.STEP_LENGTH_VS_SPEED: lambda ax: plots.step_length_vs_speed(
            obs, units=units.value, ax=ax
        ),
        Kind.CHANGE: around_change,
        Kind.LEDGER: lambda ax: plots.ledger(stats.ledger(obs, tried, outcome), ax=ax),
        Kind.LAGS: lambda ax: plots.lags(answer(stats.association), ax=ax),
        Kind.SPEC_CURVE: lambda ax: plots.spec_curve(answer(stats.sensitivity), ax=ax),
    }
    return draws[kind]


def _rows(drawn: Axes) -> list[dict[str, object]]:
    from hipstride.cli._cells import records
    from hipstride.plots import get_plot_data

    return records(get_plot_data(drawn))


def _named(out: Path | None) -> str | None:
    return None if out is None else str(out.resolve())
