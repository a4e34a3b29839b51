"""``hipstride splits``: one run in miles, kilometres, minutes or laps."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hipstride.cli._belt_option import is_in_miles, parse_every, with_belt
from hipstride.cli._common import (
    JsonOption,
    LibraryOption,
    emit_json,
    reported,
    say,
    shown_whole,
    to_existing_folder,
)
from hipstride.cli._completion import run_ids
from hipstride.cli._figure_file import drawable, write_figure
from hipstride.cli._split_table import pretty, print_remarks
from hipstride.cli._units import Units, chosen

if TYPE_CHECKING:
    import pandas as pd

    from hipstride.gait.splits import Curve
    from hipstride.tables import Recording

__all__ = ["splits"]

_SIZE_IN = (6.0, 6.4)


@reported
def splits(
    run: Annotated[
        str,
        typer.Argument(
            metavar="RUN",
            help="A file, or the first digits of a run in the library.",
            autocompletion=run_ids,
        ),
    ],
    every: Annotated[
        str | None,
        typer.Option(
            "--every",
            metavar="SIZE",
            help="How long a split is: mi, km, 400m, 0.5mi, 10min.",
        ),
    ] = None,
    is_laps: Annotated[
        bool, typer.Option("--laps", help="The watch's own laps instead.")
    ] = False,
    belt_distance: Annotated[
        str | None,
        typer.Option(
            "--belt-distance",
            metavar="DISTANCE",
            help="What the treadmill showed at the end: 3.0mi, 5km.",
        ),
    ] = None,
    belt_split: Annotated[
        list[str] | None,
        typer.Option(
            "--belt-split",
            metavar="SPLIT",
            help="What the treadmill showed for a piece, '1.0mi 9:30'; once for each.",
        ),
    ] = None,
    units: Annotated[
        Units | None,
        typer.Option(
            "--units",
            help="Kilometres or miles; as typed or as the locale says.",
        ),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(
            "--plot",
            metavar="FILE",
            help="Draw them too, into a .png, .svg or .pdf file.",
            callback=drawable,
        ),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one run in kilometres, miles, minutes or laps, pauses taken out.

    On a treadmill the watch guesses the distance. With `--belt-distance`, or a
    `--belt-split` for every piece, it is the treadmill's own.
    """
    from hipstride.cli._cells import records
    from hipstride.cli._load import recording_of
    from hipstride.cli._split_curve import usual_of
    from hipstride.gait import splits_by_time

    if is_laps and every is not None:
        msg = "give --every or --laps, not both"
        raise typer.BadParameter(msg, param_hint="--laps")
    if plot is not None:
        to_existing_folder(plot)
    pieces = belt_split or []
    size, is_time = parse_every(every) if every is not None else (None, False)
    if units is None:
        # The size of the splits says it; where it does not, the treadmill does.
        is_sized = every is not None and not is_time
        typed = [every] if is_sized else [belt_distance, *pieces]
        is_typed = any(words is not None for words in typed)
        in_typed = Units.MI if is_in_miles(*typed) else Units.KM
        units = in_typed if is_typed else chosen(None)
    recording = with_belt(recording_of(run, library), belt_distance, pieces)
    usual = usual_of(recording, library)
    if is_laps:
        from hipstride.gait import lap_splits

        table = lap_splits(recording, curve=usual.curve)
    else:
        table = _cut(recording, size or units.metres, is_time, usual.curve)
    # Longer than any run: one row of the whole of it.
    whole = splits_by_time(recording, every_s=1e9, curve=usual.curve)
    if plot is not None:
        _save_plot(recording, table, units, plot)
        say(f"wrote {plot}")
    if as_json:
        emit_json(
            {
                "run_id": recording.run_id,
                "source": recording.source,
                "is_treadmill": recording.is_treadmill,
                "belt_distance_m": _known(recording.belt_distance_m),
                "watch_distance_m": _known(recording.watch_distance_m),
                "splits": records(table),
                "total": records(whole)[0],
                "notes": list(recording.notes),
                "curve": usual.words,
            }
        )
        return
    shown_whole(pretty(table, whole, units))
    print_remarks(recording, table, whole, usual.words)


def _cut(
    recording: Recording, size: float, is_time: bool, curve: Curve | None
) -> pd.DataFrame:
    from hipstride import gait
    from hipstride.errors import HipstrideError

    try:
        if is_time:
            return gait.splits_by_time(recording, every_s=size, curve=curve)
        return gait.splits(recording, every_m=size, curve=curve)
    except HipstrideError:
        raise
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--every") from None


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _save_plot(
    recording: Recording, table: pd.DataFrame, units: Units, out: Path
) -> None:
    import pandas as pd

    from hipstride import plots

    # The day that is written over it is that of the runner's clock.
    offset = recording.utc_offset or pd.Timedelta(0)
    table = table.assign(started_at=table["started_at"] + offset)
    write_figure(
        lambda ax: plots.splits(table, units=units.value, ax=ax), out, size_in=_SIZE_IN
    )
