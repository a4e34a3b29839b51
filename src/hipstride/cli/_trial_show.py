"""``hipstride trial show``: what to do on the next run, and the whole schedule."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hipstride.cli._common import (
    JsonOption,
    LibraryOption,
    RunsOption,
    emit_json,
    reported,
)
from hipstride.cli._trial_file import ScheduleArgument, read_schedule, today
from hipstride.errors import HipstrideError

if TYPE_CHECKING:
    from hipstride.stats.trial import Schedule

__all__ = ["show"]

# Days of a week; runs stand in rows of as many, for want of their dates.
_PER_ROW = 7


@reported
def show(
    path: ScheduleArgument,
    is_today: Annotated[
        bool, typer.Option("--today", help="Only the cue of the next run.")
    ] = False,
    done: Annotated[
        int | None,
        typer.Option(
            "--done",
            metavar="N",
            min=0,
            help="Runs since the first day; counted in the library if not given.",
        ),
    ] = None,
    runs: RunsOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say which cue the next run has, and show the schedule.

    A schedule of runs needs to know how many are done: from the library, from --runs,
    or typed with --done. To see only the next cue keeps the rest a surprise.
    """
    schedule = read_schedule(path)
    position = _position(
        schedule, done, runs, library, is_needed=is_today or runs is not None
    )
    design = schedule.design
    if as_json:
        is_inside = position is not None and 0 <= position < design.n_units
        emit_json(
            {
                "file": str(path),
                "unit": design.unit,
                "n_units": design.n_units,
                "started_on": str(design.started_on),
                "arm": design.arm,
                "control": design.control,
                "next_unit": position + 1 if position is not None else None,
                "next_cue": schedule.cue_of(position)
                if is_inside and position is not None
                else None,
                "schedule": None if is_today else list(schedule.schedule),
                "sha256": schedule.sha256,
            }
        )
        return
    if position is not None:
        typer.echo(_next_words(schedule, position))
    else:
        typer.echo("How many runs are done is not known: --done N, or --runs PATH.")
    if not is_today:
        typer.echo()
        for line in _rows(schedule, position):
            typer.echo(line)


def _position(
    schedule: Schedule,
    done: int | None,
    runs: Path | None,
    library: Path | None,
    *,
    is_needed: bool,
) -> int | None:
    """Find the unit of the next run, counted from 0."""
    start = schedule.design.started_on
    if schedule.design.unit == "day":
        return (today() - start).days
    if done is not None:
        return done
    from hipstride.cli._load import runs_of

    try:
        table = runs_of(runs, library)
    except HipstrideError as error:
        if not is_needed:
            return None
        # Before the first run there is nothing to count.
        if today() <= start and runs is None:
            return 0
        msg = f"{error}; or say how many runs are done with --done N"
        raise HipstrideError(msg) from None
    return int((table["local_date"].dt.date >= start).sum())


def _next_words(schedule: Schedule, position: int) -> str:
    design = schedule.design
    if position < 0:
        return (
            f"The schedule begins on {design.started_on}; its first cue: "
            f'"{schedule.cue_of(0)}".'
        )
    if position >= design.n_units:
        return (
            f"The schedule is at its end: all {design.n_units} {design.unit}s are "
            "done. Ask it with `hipstride trial analyze`."
        )
    which = "Today" if design.unit == "day" else "Next run"
    return (
        f'{which}: "{schedule.cue_of(position)}" ({design.unit} {position + 1} of '
        f"{design.n_units})."
    )


def _rows(schedule: Schedule, position: int | None) -> list[str]:
    design = schedule.design
    lines = [f"A: {design.arm}", f"B: {design.control}"]
    if position is not None and 0 <= position < design.n_units:
        lines.append("The next one stands in brackets.")
    for first in range(0, design.n_units, _PER_ROW):
        part = schedule.schedule[first : first + _PER_ROW]
        signs = [
            f"[{'BA'[arm]}]" if first + k == position else f" {'BA'[arm]} "
            for k, arm in enumerate(part)
        ]
        if design.unit == "day":
            start = design.started_on + dt.timedelta(days=first)
            label = f"week {first // _PER_ROW + 1:>2}, from {start}"
        else:
            label = f"runs {first + 1:>3} to {first + len(part):>3}"
        lines.append(f"{label}  {''.join(signs).rstrip()}")
    return lines
