"""``hipstride runs``: one row per run."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hipstride.cli._common import (
    JsonOption,
    LibraryOption,
    bullet,
    emit_json,
    out_console,
    plural,
    reported,
    shown_whole,
)
from hipstride.cli._units import Units, UnitsOption, chosen
from hipstride.units import format_duration, format_pace

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console
    from rich.table import Table

__all__ = ["runs"]

# What fits beneath a list; all of them stand in --json and in the report.
MAX_NOTES_SHOWN = 6
# So many digits of an id tell thousands of runs apart.
_SHOWN_ID = 8


@reported
def runs(
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="PATH",
            help="A file, folder or zip of watch exports; the library if not given.",
        ),
    ] = None,
    units: UnitsOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the runs of the library, or of a file, folder or zip, one row each."""
    from hipstride.cli._cells import records
    from hipstride.cli._load import runs_of
    from hipstride.runs.notes import baseline_words

    table = runs_of(path, library)
    if as_json:
        emit_json({"n_runs": len(table), "runs": records(table)})
        return
    shown_whole(_pretty(table, chosen(units)))
    console = out_console()
    against = baseline_words(table) or "that of the runner's other runs"
    console.print(
        f"{plural(len(table), 'run')}. Time is without pauses. Pace, cadence and step "
        "are means of the steady running; dev is the step length at the same speed "
        f"against {against}; t: treadmill.",
        style="dim",
    )
    _print_notes(console, table)


def _pretty(table: pd.DataFrame, units: Units) -> Table:
    from rich.table import Table

    pretty = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in (
        "date",
        units.value,
        "time",
        f"min/{units.value}",
        "steps/min",
        "step m",
        "dev %",
        "",
        "run",
    ):
        pretty.add_column(
            name,
            justify="left" if name in {"date", "", "run"} else "right",
            no_wrap=True,
        )
    short = table["run_id"].str[:_SHOWN_ID]
    shown = short.where(~short.duplicated(keep=False), table["run_id"])
    for row, shown_id in zip(table.to_dict("records"), shown, strict=True):
        pretty.add_row(
            f"{row['local_date']:%Y-%m-%d}",
            _number(row["distance_m"] / units.metres, 2),
            format_duration(row["duration_s"]),
            format_pace(row.get("mean_speed_mps", math.nan), metres=units.metres),
            _number(row.get("mean_cadence_spm", math.nan), 0),
            _number(row.get("mean_step_length_m", math.nan), 2),
            _number(row.get("stride_deviation_pct", math.nan), 1, sign="+"),
            "t" if row.get("is_treadmill") is True else "",
            str(shown_id),
        )
    return pretty


def _print_notes(console: Console, table: pd.DataFrame) -> None:
    """Say what was assumed of how many runs, the most common first."""
    from rich.text import Text

    from hipstride.report._facts import note_counts

    notes = note_counts(table)
    if notes:
        console.print(Text("Assumed or found:", style="dim"))
    for note, count in notes[:MAX_NOTES_SHOWN]:
        console.print(bullet(f"{note} ({plural(count, 'run')})"))
    if len(notes) > MAX_NOTES_SHOWN:
        more = plural(len(notes) - MAX_NOTES_SHOWN, "further note")
        console.print(Text(f"  and {more}: see --json", style="dim"))


def _number(value: float, digits: int, *, sign: str = "") -> str:
    return f"{value:{sign}.{digits}f}" if math.isfinite(value) else "–"
