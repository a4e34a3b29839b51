"""What the verbs share: options, one-line errors and warnings, JSON, consoles."""

from __future__ import annotations

import errno
import functools
import json
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ParamSpec

import typer

from hipstride import __version__
from hipstride.errors import DataQualityWarning, HipstrideError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

__all__ = [
    "ChangesOption",
    "ControlOption",
    "DateFormatOption",
    "JournalOption",
    "JsonOption",
    "LibraryOption",
    "Outcome",
    "OutcomeOption",
    "RunsOption",
    "SeedOption",
    "Side",
    "SideOption",
    "SiteOption",
    "bullet",
    "emit_json",
    "out_console",
    "plural",
    "reported",
    "say",
    "shown_whole",
    "to_existing_folder",
    "working",
]

# More than a few warnings are read by nobody; the rest are counted.
MAX_WARNINGS_SHOWN = 8
MAX_TABLE_WIDTH = 1000

P = ParamSpec("P")


class Outcome(StrEnum):
    """When the pain was rated that is asked about."""

    AFTER = "after"
    DURING = "during"
    NEXT_MORNING = "next_morning"

    @property
    def column(self) -> str:
        """The column of the observations."""
        return f"pain_{self.value}_0_10"

    @property
    def words(self) -> str:
        """What is asked about, in words."""
        when = {"after": "after the run", "during": "during the run"}
        return f"pain {when.get(self.value, 'on the next morning')}"


class Side(StrEnum):
    """Which side hurts."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


LibraryOption = Annotated[
    Path | None,
    typer.Option(
        "--library",
        metavar="FOLDER",
        help="The library; else HIPSTRIDE_LIBRARY, else this system's place for it.",
    ),
]
RunsOption = Annotated[
    Path | None,
    typer.Option(
        "--runs",
        metavar="PATH",
        help="A file, folder or zip of watch exports; the library where not given.",
    ),
]
JournalOption = Annotated[
    Path | None,
    typer.Option(
        "--journal",
        metavar="CSV",
        help="The pain diary, a CSV file; that of the library where not given.",
    ),
]
ChangesOption = Annotated[
    Path | None,
    typer.Option(
        "--changes",
        metavar="CSV",
        help="What you changed and when, a CSV file; as with --journal.",
    ),
]
DateFormatOption = Annotated[
    str | None,
    typer.Option(
        "--date-format",
        metavar="PATTERN",
        help="How days are written in diary and changes, where they could be read in "
        "two ways: %d/%m/%Y or %m/%d/%Y.",
    ),
]
SideOption = Annotated[
    Side | None,
    typer.Option("--side", help="Only ratings of this side, or of none."),
]
SiteOption = Annotated[
    str | None,
    typer.Option(
        "--site", metavar="TEXT", help="Only ratings of this site, such as hip."
    ),
]
ControlOption = Annotated[
    list[str] | None,
    typer.Option(
        "--control",
        metavar="SITE",
        help="Another site, such as shoulder, that should show nothing; may be "
        "repeated.",
    ),
]
OutcomeOption = Annotated[
    Outcome, typer.Option("--outcome", help="When the pain was rated.")
]
SeedOption = Annotated[
    int, typer.Option("--seed", min=0, help="Seed of all that is random.")
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON object and nothing else.")
]


def reported(verb: Callable[P, None]) -> Callable[P, None]:
    """Turn what a verb raises or warns of into lines on stderr and an exit code."""

    @functools.wraps(verb)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            with _warnings_as_lines():
                verb(*args, **kwargs)
        except HipstrideError as error:
            raise _one_line(str(error)) from None
        except BrokenPipeError:
            # The reader of a pipe has seen enough; typer ends this quietly.
            raise
        except OSError as error:
            raise _one_line(_with_remedy(error)) from None

    return wrapped


def say(words: str) -> None:
    """Write a line to stderr, where progress and warnings belong."""
    typer.echo(words, err=True)


def plural(count: int, noun: str) -> str:
    """Count a noun.

    Examples
    --------
    >>> plural(1, "run"), plural(0, "run")
    ('1 run', '0 runs')
    """
    return f"{count} {noun}{'' if count == 1 else 's'}"


def emit_json(payload: Mapping[str, object]) -> None:
    """Print one JSON object on stdout, the version first."""
    text = json.dumps(
        {"hipstride": __version__, **payload}, allow_nan=False, ensure_ascii=False
    )
    typer.echo(text)


def out_console() -> Console:
    """Give the console for stdout; plain text where that is no terminal."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)


def bullet(words: str) -> Table:
    """Give a line with a dash before it, whose further lines hang under its words."""
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 1))
    grid.add_row(Text("  -"), Text(words))
    return grid


def shown_whole(table: Table) -> None:
    """Print a table whose cells are never cut: a narrow terminal wraps its lines."""
    from rich.console import Console
    from rich.measure import Measurement

    console = out_console()
    options = console.options.update(max_width=MAX_TABLE_WIDTH)
    needed = Measurement.get(console, options, table).maximum
    Console(highlight=False, width=max(console.width, needed)).print(table)


def to_existing_folder(out: Path) -> Path:
    """Refuse a file in a folder that is not there, before minutes of reading."""
    if not out.absolute().parent.is_dir():
        msg = (
            f"{out}: found no folder {out.absolute().parent}; expected one that is "
            "there; make it, or name another"
        )
        raise HipstrideError(msg)
    return out


@contextmanager
def working(words: str) -> Iterator[Callable[[str], None]]:
    """Show on stderr that something goes on, only where somebody is watching."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    console = Console(stderr=True)
    with console.status(words) as status:
        yield lambda more: status.update(f"{words} {more}")


@contextmanager
def _warnings_as_lines() -> Iterator[None]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", DataQualityWarning)
        try:
            yield
        finally:
            _say_warnings(
                Counter(
                    str(one.message)
                    for one in caught
                    if issubclass(one.category, DataQualityWarning)
                )
            )


def _say_warnings(messages: Counter[str]) -> None:
    for message, count in list(messages.items())[:MAX_WARNINGS_SHOWN]:
        times = f" ({count} times)" if count > 1 else ""
        say(f"hipstride: warning: {' '.join(message.split())}{times}")
    more = len(messages) - MAX_WARNINGS_SHOWN
    if more > 0:
        say(f"hipstride: warning: and {more} more like these")


_REMEDIES: dict[type[OSError], str] = {
    FileNotFoundError: "found no such file; expected one; check the path",
    IsADirectoryError: "found a folder; expected a file; name the file in it",
    NotADirectoryError: "found a file in the path; expected a folder; check the path",
    PermissionError: "found it closed to you; expected a file or folder that you may "
    "read and write; name another, or change its permissions",
}


def _with_remedy(error: OSError) -> str:
    """Say what a file system refused, and what can be done."""
    place = f"{error.filename}: " if error.filename else ""
    words = f"{error.strerror or error}"
    if error.errno == errno.ENOSPC:
        words = "found no room on the disk; make some, then do it again"
    return place + _REMEDIES.get(type(error), words)


def _one_line(message: str) -> typer.Exit:
    say(f"hipstride: error: {' '.join(message.split())}")
    return typer.Exit(1)
