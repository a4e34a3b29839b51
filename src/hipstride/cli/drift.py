"""``hipstride drift``: what a run does to the stride between its start and its end."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
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
)
from hipstride.cli._completion import run_ids
from hipstride.cli._units import Units, UnitsOption, chosen
from hipstride.units import SECONDS_PER_MINUTE, format_duration, format_pace

if TYPE_CHECKING:
    from rich.table import Table

    from hipstride.gait.curve import StrideCurve

__all__ = ["drift"]

_WIDTH = 80
_DEVIATION = "stride_deviation_pct"
# Name, factor from SI, digits.
_SHOWN = {
    _DEVIATION: ("step, same speed, %", 1.0, 1),
    "cadence_spm": ("cadence, steps/min", 1.0, 1),
    "step_length_m": ("step, m", 1.0, 3),
    "heart_rate_bpm": ("heart rate, /min", 1.0, 0),
    "grade_pct": ("grade, %", 1.0, 1),
    "ground_contact_balance_pct": ("left foot's share, %", 1.0, 1),
    "ground_contact_s": ("ground contact, ms", 1000.0, 0),
    "vertical_oscillation_m": ("oscillation, cm", 100.0, 1),
    "vertical_ratio_pct": ("vertical ratio, %", 1.0, 1),
}


@reported
def drift(
    run: Annotated[
        str,
        typer.Argument(
            metavar="RUN",
            help="A file, or the first digits of a run in the library.",
            autocompletion=run_ids,
        ),
    ],
    units: UnitsOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say whether the steps got shorter during a run, at the same speed.

    The last third of the steady running is held against the first, by the stride curve
    of the library where it has five or more runs of measured steps, else by the run's
    own.
    """
    from hipstride import gait
    from hipstride.cli._cells import records
    from hipstride.cli._load import recording_of

    recording = recording_of(run, library)
    curve, words = _curve(library)
    table = gait.drift(recording, curve=curve)
    # Where nothing can be said of the step, neither need it be said by which curve.
    is_known = bool(table["change"].notna().iloc[0])
    notes = [*([words] if is_known else []), *table.attrs["notes"]]
    if as_json:
        emit_json(
            {
                "run_id": recording.run_id,
                "source": recording.source,
                "steady_s": table.attrs["steady_s"],
                "level": table.attrs["level"],
                "drift": records(table),
                "notes": notes,
            }
        )
        return
    rows = {str(row["measure"]): row for row in records(table)}
    console = out_console()
    console.print(_sentence(rows[_DEVIATION], table.attrs["steady_s"]))
    console.print()
    console.print(_pretty(rows, chosen(units)), width=_WIDTH)
    for note in notes:
        console.print(bullet(note))


def _curve(library: Path | None) -> tuple[StrideCurve | None, str]:
    """Give the library's curve, or say why there is none."""
    from hipstride.cli._split_curve import MIN_RUNS
    from hipstride.errors import LibraryError, NotEnoughDataError
    from hipstride.library import Library

    try:
        curve = Library(library).stride_curve()
    except LibraryError:
        return None, "Held against its own curve, as there is no library of runs."
    except NotEnoughDataError:
        curve = None
    n_runs = 0 if curve is None else curve.n_runs
    runs = plural(n_runs, "run")
    if n_runs < MIN_RUNS:
        return None, (
            f"Held against its own curve: the library has {runs} of measured steps, "
            f"{MIN_RUNS} are needed for yours."
        )
    return curve, (
        f"Held against the library's curve: the effect of speed is that of {runs} of "
        "yours."
    )


def _sentence(row: Mapping[str, object], steady_s: object) -> str:
    change, low, high = (_number(row[f"change{end}"]) for end in ("", "_low", "_high"))
    minutes = f"{_number(steady_s) / SECONDS_PER_MINUTE:.0f} min of steady running"
    if math.isnan(change):
        return f"Steps at the same speed: nothing can be said, as {row['reason']}."
    how = "shorter" if change < 0 else "longer"
    how = f"{abs(change):.1f} % {how}" if round(change, 1) else "as long as before"
    head = f"Steps at the same speed were {how} in the last third"
    if low < 0 < high:
        return (
            f"{head}, which is no clear change (95 % {low:+.1f} to {high:+.1f}), over "
            f"{minutes}."
        )
    ends = sorted((abs(low), abs(high)))
    return f"{head} (95 % {ends[0]:.1f} to {ends[1]:.1f}), over {minutes}."


def _pretty(rows: Mapping[str, Mapping[str, object]], units: Units) -> Table:
    from rich.table import Table

    pretty = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    pretty.add_column("")
    for name in ("first", "middle", "last", "change", "95 %"):
        pretty.add_column(name, justify="right", no_wrap=True)
    for name, row in rows.items():
        thirds = [_number(row[f"{one}_third"]) for one in ("first", "middle", "last")]
        if name == "speed_mps":
            pretty.add_row(f"pace, min/{units.value}", *_paces(thirds, units), "")
            continue
        label, factor, digits = _SHOWN[name]
        show = _shower(factor, digits)
        low, high = (_number(row[f"change_{end}"]) for end in ("low", "high"))
        interval = f"{show(low, '+')} to {show(high, '+')}"
        pretty.add_row(
            label,
            *(show(one, "") for one in thirds),
            show(_number(row["change"]), "+"),
            interval if math.isfinite(low) else "",
        )
    return pretty


def _paces(thirds: list[float], units: Units) -> list[str]:
    cells = [format_pace(one, metres=units.metres) for one in thirds]
    first, last = thirds[0], thirds[-1]
    if not (first > 0 and last > 0):
        return [*cells, "–"]
    slower_s = units.metres / last - units.metres / first
    return [*cells, ("+" if round(slower_s) > 0 else "") + format_duration(slower_s)]


def _shower(factor: float, digits: int) -> Callable[[float, str], str]:
    """Give what writes a number of one row; its changes have a digit more."""

    def show(value: float, sign: str) -> str:
        places = digits + (1 if sign and digits <= 1 else 0)
        return f"{factor * value:{sign}.{places}f}" if math.isfinite(value) else "–"

    return show


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else math.nan
