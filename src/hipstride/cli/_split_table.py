"""How the splits of a run are printed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from hipstride.cli._common import bullet, out_console, plural
from hipstride.units import format_duration, format_pace

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from hipstride.cli._units import Units
    from hipstride.tables import Recording

__all__ = ["pretty", "print_remarks"]

MAX_NOTES_SHOWN = 8
_MIN_STANDING_S = 10.0


def pretty(table: pd.DataFrame, whole: pd.DataFrame, units: Units) -> Table:
    """Lay the splits out for 80 columns, the whole run at the foot."""
    from rich.table import Table

    laid_out = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_footer=True)
    heads = (
        "#",
        units.value,
        "time",
        f"min/{units.value}",
        "spm",
        "step m",
        "stride m",
        "dev %",
        "HR",
        "grade %",
    )
    # The watch's laps need not add up to the run.
    total = whole.assign(
        split="all",
        distance_m=table["distance_m"].sum(skipna=False),
        duration_s=table["duration_s"].sum(),
    )
    foot = _cells(_row(total, 0), units)
    for head, last in zip(heads, foot, strict=True):
        laid_out.add_column(head, last, justify="right", no_wrap=True)
    for at in range(len(table)):
        laid_out.add_row(*_cells(_row(table, at), units))
    return laid_out


def _row(table: pd.DataFrame, at: int) -> dict[str, object]:
    return {str(name): value for name, value in table.iloc[at].items()}


def _cells(row: dict[str, object], units: Units) -> list[str]:
    def number(name: str, digits: int, *, sign: str = "") -> str:
        # So that what rounds to nothing has no minus before it.
        value = round(float(str(row.get(name, math.nan))), digits) + 0.0
        return f"{value:{sign}.{digits}f}" if math.isfinite(value) else "–"

    far_m = float(str(row["distance_m"]))
    lasted_s = float(str(row["duration_s"]))
    return [
        str(row["split"]),
        f"{far_m / units.metres:.2f}" if math.isfinite(far_m) else "–",
        format_duration(lasted_s),
        format_pace(
            far_m / lasted_s if lasted_s > 0 else math.nan, metres=units.metres
        ),
        number("cadence_spm", 0),
        number("step_length_m", 2),
        number("stride_length_m", 2),
        number("stride_deviation_pct", 1, sign="+"),
        number("heart_rate_bpm", 0),
        number("grade_pct", 1, sign="+"),
    ]


def print_remarks(
    recording: Recording, table: pd.DataFrame, whole: pd.DataFrame, usual: str
) -> None:
    """Say what was left out, what is odd, and what would make it better."""
    from hipstride.gait.steps import foot_pod_speed

    console = out_console()
    paused = "Time is without pauses"
    if len(recording.pauses):
        lasted = format_duration(float(recording.pauses["duration_s"].sum()))
        paused += f" ({plural(len(recording.pauses), 'pause')}, {lasted})"
    share = float(whole["running_fraction"].iloc[0])
    standing_s = (1.0 - share) * float(whole["duration_s"].iloc[0])
    walked = ""
    if standing_s >= _MIN_STANDING_S:
        walked = f" {format_duration(standing_s)} of it walked or stood:"
        walked += " not in cadence and step."
    console.print(f"{paused}.{walked} {usual}", style="dim")
    typed = [note for note in recording.notes if "typed by the runner" in note]
    for note in typed:
        console.print(bullet(note))
    odd = [
        (row, note)
        for row, note in zip(table["split"], table["note"], strict=True)
        if note
    ]
    for row, note in odd[:MAX_NOTES_SHOWN]:
        console.print(bullet(f"{row}: {note}"))
    if len(odd) > MAX_NOTES_SHOWN:
        console.print(
            f"  and {len(odd) - MAX_NOTES_SHOWN} more: see --json", style="dim"
        )
    is_guessed = recording.is_treadmill and foot_pod_speed(recording.samples) is None
    if is_guessed and not typed:
        console.print(
            "A treadmill run, its distance guessed by the watch: with what the "
            "treadmill showed, such as --belt-distance 3.0mi, all is rescaled to it."
        )
