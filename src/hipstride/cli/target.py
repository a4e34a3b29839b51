"""``hipstride target``: the cadence that makes your steps shorter by so much."""

from __future__ import annotations

import math
import re
import textwrap
from typing import TYPE_CHECKING, Annotated

import typer

from hipstride.cli._belt_option import is_in_miles
from hipstride.cli._common import (
    JsonOption,
    LibraryOption,
    RunsOption,
    bullet,
    emit_json,
    out_console,
    reported,
)
from hipstride.units import (
    METRES_PER_KILOMETRE,
    METRES_PER_MILE,
    SECONDS_PER_HOUR,
    format_pace,
)

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console
    from rich.table import Table

__all__ = ["CAUTIONS", "target"]

_WIDTH = 80
_NO_BREAK = "\u00a0"
# The space between a number and its unit.
_BEFORE_UNIT = re.compile(r"(?<=[0-9]) (?=(?:%|m)(?:[^a-z]|$))")
# How a typed speed ends, what it is of a m/s, and how it is written.
_SPEED_UNITS = (
    (("km/h", "kmh", "kph"), SECONDS_PER_HOUR / METRES_PER_KILOMETRE, "km/h"),
    (("mph", "mi/h"), SECONDS_PER_HOUR / METRES_PER_MILE, "mph"),
)
CAUTIONS = (
    (
        "In a published trial runners who were asked for 7.5 % more steps took 8.6 % "
        "more (Willy 2016). Begin with the smallest change, on a short run."
    ),
    (
        "No controlled evidence shows that shorter steps treat hip pain. Not every "
        "load falls: with 10 more steps per minute the hip's flexor moment rose by "
        "5.8 % (Lieberman 2015)."
    ),
    (
        "Not medical advice. Pain at night or at rest, a leg that bears no weight, "
        "fever, an injury, groin pain that grows with each run: see a clinician first."
    ),
)


@reported
def target(
    pace: Annotated[
        str | None,
        typer.Option(
            "--pace",
            "--speed",
            metavar="PACE",
            help="At which pace or speed: 9:30/mi, 5:54/km, 2.8m/s; that of half of "
            "your running if not given.",
        ),
    ] = None,
    shorten: Annotated[
        list[float] | None,
        typer.Option(
            "--shorten",
            metavar="PCT",
            help="By how much shorter, in per cent; once for each. 3, 5, 7.5 and 10 if "
            "not given.",
        ),
    ] = None,
    grade: Annotated[
        float, typer.Option("--grade", metavar="PCT", help="Slope of the ground.")
    ] = 0.0,
    mechanics: Annotated[
        bool,
        typer.Option(
            "--mechanics", help="Add what is published on the hip by step rate."
        ),
    ] = False,
    runs: RunsOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give the cadence for shorter steps at one pace, from your own runs.

    At one speed, steps that are 5 % shorter are a cadence that is 5.3 % higher.
    """
    from hipstride import gait
    from hipstride.cli._cells import records
    from hipstride.cli._own_curve import own_curve
    from hipstride.gait.targets import DEFAULT_SHORTEN_PCT

    speed_mps = _speed(pace)
    own = own_curve(runs, library)
    if speed_mps is None:
        speed_mps = own.curve.ref_speed_mps
    try:
        table = gait.stride_targets(
            own.curve,
            speed_mps,
            shorten_pct=shorten or DEFAULT_SHORTEN_PCT,
            grade_pct=grade,
        )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    notes = [own.words, *own.curve.notes]
    if as_json:
        payload: dict[str, object] = {
            "speed_mps": speed_mps,
            "grade_pct": grade,
            "level": table.attrs["level"],
            "targets": records(table),
            "notes": notes,
            "cautions": list(CAUTIONS),
        }
        if mechanics:
            payload["mechanics"] = _mechanics_payload()
        emit_json(payload)
        return
    _print(table, pace, notes, own.curve.speed_range_mps)
    if mechanics:
        _print_mechanics()


def _speed(pace: str | None) -> float | None:
    from hipstride.units import parse_pace_mps

    if pace is None:
        return None
    try:
        return parse_pace_mps(pace)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--pace") from None


def _print(
    table: pd.DataFrame,
    pace: str | None,
    notes: list[str],
    speed_range_mps: tuple[float, float],
) -> None:
    rows = table.to_dict("records")
    now, targets = rows[0], rows[1:]
    speed_mps = float(now["speed_mps"])
    where = f"{pace} ({speed_mps:.2f} m/s)"
    if pace is None:
        kilometres = format_pace(speed_mps, metres=METRES_PER_KILOMETRE)
        miles = format_pace(speed_mps, metres=METRES_PER_MILE)
        where = f"your usual {kilometres}/km or {miles}/mi ({speed_mps:.2f} m/s)"
    if now["grade_pct"]:
        where += f" and {now['grade_pct']:+g} % grade"
    console = out_console()
    # The table tells the speeds of the curve in m/s alone.
    low, high = (f"{one:.2f}" for one in speed_range_mps)
    plain, span = f"{low} to {high} m/s", _span(speed_range_mps, pace)
    if not math.isfinite(now["cadence_spm"]):
        note = str(now["note"]).replace(plain, span)
        _print_unbroken(console, f"At {where} your steps are {note}.")
        return
    _print_unbroken(
        console,
        f"At {where} you take {now['cadence_spm']:.0f} steps/min of "
        f"{now['step_length_m']:.3f} m, 95 % {now['step_length_low_m']:.3f} to "
        f"{now['step_length_high_m']:.3f} m.",
    )
    for one in targets:
        # Of the numbers that are shown, so that the sum adds up.
        more = round(one["cadence_spm"]) - round(now["cadence_spm"])
        _print_unbroken(
            console,
            f"For steps {one['shorten_pct']:g} % shorter: {one['cadence_spm']:.0f} "
            f"steps/min ({more:+d}), 95 % {one['cadence_low_spm']:.0f} to "
            f"{one['cadence_high_spm']:.0f} steps/min.",
        )
    beats = ", ".join(f"{one['cadence_spm']:.0f}" for one in targets)
    halves = ", ".join(f"{one['cadence_spm'] / 2:.0f}" for one in targets)
    console.print(f"Metronome: {beats} beats/min; for one foot {halves}.")
    console.print()
    told = {part for row in rows for part in str(row["note"]).split("; ") if part}
    said = [f"{one[0].upper()}{one[1:]}.".replace(plain, span) for one in sorted(told)]
    for note in [*said, *notes, *CAUTIONS]:
        _print_unbroken(console, note, dash="  - ")


def _span(speed_range_mps: tuple[float, float], pace: str | None) -> str:
    """Give a range of speeds in the unit that was typed, and in m/s."""
    low, high = speed_range_mps
    plain = f"{low:.2f} to {high:.2f} m/s"
    typed = (pace or "/km").lower().replace(" ", "")
    if typed.endswith("m/s"):
        return plain
    for ends, per_mps, unit in _SPEED_UNITS:
        if typed.endswith(ends):
            return f"{low * per_mps:.1f} to {high * per_mps:.1f} {unit} ({plain})"
    unit = "mi" if is_in_miles(typed.rpartition("/")[2]) else "km"
    metres = METRES_PER_MILE if unit == "mi" else METRES_PER_KILOMETRE
    slow, fast = (format_pace(one, metres=metres) for one in (low, high))
    return f"{slow} to {fast}/{unit} ({plain})"


def _print_unbroken(console: Console, words: str, *, dash: str = "") -> None:
    """Print words at the width of the console, a number and its sign together.

    Rich takes a no-break space for any other, and would break the line at it.
    """
    lines = textwrap.wrap(
        _BEFORE_UNIT.sub(_NO_BREAK, words),
        width=console.width,
        initial_indent=dash,
        subsequent_indent=" " * len(dash),
        break_on_hyphens=False,
    )
    typer.echo("\n".join(lines).replace(_NO_BREAK, " "))


def _mechanics_payload() -> dict[str, object]:
    from hipstride import gait
    from hipstride.cli._cells import records

    table, found = gait.hip_mechanics(), gait.hip_mechanics_findings()
    return {
        "caveat": table.attrs["caveat"],
        "step_rates": records(table),
        "findings_caveat": found.attrs["caveat"],
        "findings": records(found),
    }


def _print_mechanics() -> None:
    from hipstride import gait

    table, found = gait.hip_mechanics(), gait.hip_mechanics_findings()
    console = out_console()
    console.print()
    console.print(f"The hip by step rate: {table.attrs['caveat']}.")
    console.print(_by_step_rate(table), width=_WIDTH)
    console.print("Mean; *: differs from the preferred rate at p < 0.05.")
    console.print(f"{table['source'].iloc[0]}.")
    console.print()
    console.print(f"Other findings: {found.attrs['caveat']}.")
    for row in found.to_dict("records"):
        size = ""
        if math.isfinite(row["change"]):
            size = f" by {abs(row['change']):g} {row['unit']}"
        remark = f"; {row['remark']}" if row["remark"] else ""
        console.print(
            bullet(
                f"{row['measure']}: {row['direction']}{size} at {row['comparison']} "
                f"({row['source'].partition(',')[0]}; {row['confidence']}{remark})"
            )
        )


def _by_step_rate(table: pd.DataFrame) -> Table:
    from rich.table import Table

    rates = table["step_rate_change_pct"].unique()
    pretty = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    pretty.add_column("step rate")
    for rate in rates:
        pretty.add_column(f"{rate:+g} %" if rate else "preferred", justify="right")
    for (measure, unit), rows in table.groupby(["measure", "unit"], sort=False):
        cells = [
            f"{row['mean']:.1f}{'*' if row['is_different'] else ' '}"
            for row in rows.to_dict("records")
        ]
        pretty.add_row(f"{measure}, {unit}", *cells)
    return pretty
