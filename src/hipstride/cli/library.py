"""``hipstride library``: what is in it, is it whole, and whose word counts."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import typer

from hipstride.cli._common import (
    JsonOption,
    LibraryOption,
    bullet,
    emit_json,
    out_console,
    plural,
    reported,
    say,
    working,
)
from hipstride.errors import HipstrideError

__all__ = ["library_app"]

library_app = typer.Typer(
    name="library", help="Look into the library, check it, mend it."
)

_MAX_ROWS = 40
_ORDER = ("unreadable", "duplicate", "imported", "not a run")


class Verdict(StrEnum):
    """What became of a file."""

    IMPORTED = "imported"
    DUPLICATE = "duplicate"
    NOT_A_RUN = "not-a-run"
    UNREADABLE = "unreadable"

    @property
    def words(self) -> str:
        """As the ledger has it."""
        return self.value.replace("-", " ")


RunArgument = Annotated[
    str, typer.Argument(metavar="RUN", help="The id of a run, or its first digits.")
]


@library_app.command("ledger")
@reported
def ledger(
    library: LibraryOption = None,
    verdict: Annotated[
        Verdict | None, typer.Option("--verdict", help="Only files of this verdict.")
    ] = None,
    show_all: Annotated[
        bool, typer.Option("--all", help="Show all, however many.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show every file that an import has seen, with its verdict and the reason."""
    from hipstride.cli._cells import records
    from hipstride.library import Library

    table = Library(library).ledger()
    if verdict is not None:
        table = table[table["verdict"] == verdict.words]
    if as_json:
        emit_json({"n_files": len(table), "files": records(table)})
        return
    counts = Counter(table["verdict"])
    is_whole = show_all or verdict is not None or not sys.stdout.isatty()
    # What asks for a look stands first; what is no run comes last, and in full only
    # where it was asked for.
    order = table["verdict"].map({word: place for place, word in enumerate(_ORDER)})
    shown = table.loc[order.sort_values(kind="stable").index]
    if not is_whole:
        shown = shown[shown["verdict"] != "not a run"].head(_MAX_ROWS)
    for row in records(shown):
        _print_file(row)
    console = out_console()
    listed = ", ".join(f"{n:,} {name}" for name, n in sorted(counts.items()))
    console.print(f"{plural(len(table), 'file')}: {listed or 'none'}", style="dim")
    left = len(table) - len(shown)
    if left:
        console.print(
            f"{left:,} are not shown; --all shows them, --verdict chooses", style="dim"
        )


@library_app.command("check")
@reported
def check(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Hold the database, every original and the journal's copy against each other."""
    from hipstride.library import Library

    with working("checking") as tell:
        found = Library(library).check(lambda done, of: tell(f"{done} of {of}"))
    if as_json:
        emit_json(found._asdict())
    else:
        console = out_console()
        for fault in found.faults:
            console.print(bullet(fault))
        for note in found.notes:
            console.print(bullet(f"note: {note}"))
        verdict = "whole" if not found.faults else "NOT whole"
        console.print(
            f"The library is {verdict}: {plural(found.n_originals, 'original')}, "
            f"{plural(found.n_files, 'file')} in the ledger."
        )
    if found.faults:
        raise typer.Exit(1)


@library_app.command("rebuild")
@reported
def rebuild(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Make all runs again from the originals; this also mends a damaged database."""
    from hipstride.library import Library

    kept = Library(library)
    if not kept.folder.is_dir():
        msg = (
            f"{kept.folder}: found no library; expected one to rebuild; make one with "
            "`hipstride import PATH`, or name another with --library"
        )
        raise HipstrideError(msg)
    with working("rebuilding") as tell:
        faults = kept.rebuild(tell=lambda done, of: tell(f"{done} of {of}"))
    n_runs = len(kept.runs())
    if as_json:
        emit_json({"library": str(kept.folder), "n_runs": n_runs, "faults": faults})
    else:
        for fault in faults:
            out_console().print(bullet(fault))
        typer.echo(f"{plural(n_runs, 'run')} made again in {kept.folder}")


@library_app.command("keep")
@reported
def keep(
    run: RunArgument, library: LibraryOption = None, as_json: JsonOption = False
) -> None:
    """Use this recording of a run instead of the richest one."""
    from hipstride.library import Library

    Library(library).keep(run)
    _done(
        as_json,
        run,
        "keep",
        f"{run} is used; `hipstride library reset {run}` takes that back",
    )


@library_app.command("separate")
@reported
def separate(
    run: RunArgument, library: LibraryOption = None, as_json: JsonOption = False
) -> None:
    """Take this recording for a run of its own, not for a double."""
    from hipstride.library import Library

    Library(library).separate(run)
    _done(
        as_json,
        run,
        "separate",
        f"{run} is a run of its own; `hipstride library reset {run}` takes that back",
    )


@library_app.command("reset")
@reported
def reset(
    run: RunArgument, library: LibraryOption = None, as_json: JsonOption = False
) -> None:
    """Take back what keep or separate have decided of a recording."""
    from hipstride.library import Library

    Library(library).reset(run)
    _done(as_json, run, "reset", f"{run} is treated as all others again")


@library_app.command("timezone")
@reported
def timezone(
    zone: Annotated[
        str | None,
        typer.Argument(metavar="ZONE", help="Such as Europe/Berlin; none to show it."),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show or set the time zone of runs whose files tell none."""
    from hipstride.library import Library

    kept = Library(library)
    if zone is not None:
        kept.set_timezone(zone)
    if as_json:
        emit_json({"library": str(kept.folder), "timezone": kept.timezone})
        return
    typer.echo(kept.timezone)


def _done(as_json: bool, run: str, decision: str, words: str) -> None:
    """Say what was decided of a recording."""
    if as_json:
        emit_json({"run": run, "decision": decision})
    else:
        say(words)


def _print_file(row: Mapping[str, object]) -> None:
    """Print a file in lines that nothing breaks, to be searched by other programs."""
    run_ids = row["run_ids"] if isinstance(row["run_ids"], str) else ""
    typer.echo(f"{row['verdict']:<10} {run_ids:<12} {row['file']}")
    if row["reason"]:
        of = f" ({row['duplicate_of']})" if isinstance(row["duplicate_of"], str) else ""
        typer.echo(f"           {row['reason']}{of}")
