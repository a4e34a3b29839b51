"""The file of a drawn schedule, and the days that are typed for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hipstride.errors import HipstrideError, ReadError, TableError

if TYPE_CHECKING:
    import datetime as dt

    from hipstride.stats.trial import Schedule

__all__ = ["ScheduleArgument", "day_of", "read_schedule", "today", "write_schedule"]

# A schedule of 2000 units takes some 10 kB.
_MAX_BYTES = 1_000_000

ScheduleArgument = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="The schedule, as `trial draw` wrote it."),
]


def today() -> dt.date:
    """Give the day on this machine's clock."""
    import datetime as dt

    return dt.datetime.now().astimezone().date()


def day_of(name: str, text: str, now: dt.date) -> dt.date:
    """Read a typed day, such as today or 2026-12-01."""
    from hipstride.library._entry_words import day_from_words

    return day_from_words(name, text, now)[0]


def read_schedule(path: Path) -> Schedule:
    """Read a schedule and check that it is as it was drawn.

    Raises
    ------
    HipstrideError
        If the file is none, or was changed.
    """
    from hipstride.stats.trial import Schedule

    if path.stat().st_size > _MAX_BYTES:
        raise ReadError(str(path), "a large file", "a schedule of `trial draw`")
    try:
        return Schedule.from_json(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise ReadError(
            str(path), "no text", "a schedule of `trial draw`", "name another file"
        ) from None
    except TableError as error:
        msg = f"{path}: {error}"
        raise HipstrideError(msg) from None


def write_schedule(path: Path, schedule: Schedule) -> None:
    """Write a schedule to a new file.

    Raises
    ------
    HipstrideError
        If something is there already: a second drawing must not replace the first.
    """
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(schedule.to_json())
    except FileExistsError:
        msg = (
            f"{path}: found a file there; expected none; a schedule is drawn once: "
            "follow it, or name another file"
        )
        raise HipstrideError(msg) from None
