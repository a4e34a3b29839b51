"""The file of a drawn schedule, and the days that are typed for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hipstride.cli._kept_file import read_kept

if TYPE_CHECKING:
    import datetime as dt

    from hipstride.stats.trial import Schedule

__all__ = ["ScheduleArgument", "day_of", "read_schedule", "today"]

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

    return read_kept(path, Schedule.from_json, "a schedule of `trial draw`")
