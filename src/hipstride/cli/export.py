"""``hipstride export``: any table as a file, or a file without the runner in it."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hipstride.cli._common import (
    JsonOption,
    LibraryOption,
    emit_json,
    plural,
    reported,
    say,
    to_existing_folder,
)

if TYPE_CHECKING:
    import pandas as pd

    from hipstride.library import Library
    from hipstride.tables import Table

__all__ = ["export"]


class Name(StrEnum):
    """Which table."""

    RUNS = "runs"
    OBSERVATIONS = "observations"
    WINDOWS = "windows"
    SAMPLES = "samples"
    JOURNAL = "journal"
    CHANGES = "changes"
    ACTIVITIES = "activities"
    LEDGER = "ledger"


@reported
def export(
    table: Annotated[
        Name | None, typer.Argument(metavar="TABLE", help="Which table.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Where to: a .csv or .parquet file (.fit with --safe-fit); CSV on "
            "stdout where not given.",
        ),
    ] = None,
    run: Annotated[
        str | None,
        typer.Option("--run", metavar="RUN", help="Whose samples: the id of a run."),
    ] = None,
    safe: Annotated[
        bool,
        typer.Option(
            "--safe",
            help="Leave out places, serial numbers, names and free text, and move all "
            "dates by one secret number of days.",
        ),
    ] = False,
    safe_fit: Annotated[
        Path | None,
        typer.Option(
            "--safe-fit",
            metavar="FILE",
            help="Write this FIT file without places, serial numbers and names.",
        ),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a table of the library as CSV or Parquet, or a FIT file that is safe.

    What is written with --safe or --safe-fit can go to a physio or into a bug report:
    the numbers are as they were, but not who ran, where and when.
    """
    if (table is None) == (safe_fit is None):
        msg = "name one table, or a file with --safe-fit"
        raise typer.BadParameter(msg, param_hint="TABLE")
    if out is not None:
        to_existing_folder(out)
    elif as_json:
        msg = "needs --out: without it the table itself is printed"
        raise typer.BadParameter(msg, param_hint="--json")
    if safe_fit is not None:
        _write_safe_fit(safe_fit, out, library, as_json=as_json)
    elif table is not None:
        _write_table(table, out, run, library, is_safe=safe, as_json=as_json)


def _write_safe_fit(
    source: Path, out: Path | None, library: Path | None, *, as_json: bool
) -> None:
    from hipstride.io.fit_safe import strip_fit
    from hipstride.library import Library

    if out is None:
        msg = "needed with --safe-fit"
        raise typer.BadParameter(msg, param_hint="--out")
    if out.exists() and out.resolve() == source.resolve():
        msg = "the file itself is never written over; name another"
        raise typer.BadParameter(msg, param_hint="--out")
    kept = Library(library)
    shift = kept.disguise().shift if kept.exists else None
    made = strip_fit(source, shift=shift)
    unfinished = out.with_name(f".{out.name}.part")
    unfinished.write_bytes(made.data)
    unfinished.replace(out)
    if as_json:
        emit_json(
            {
                "file": str(out.resolve()),
                "removed": list(made.removed),
                "is_date_moved": shift is not None,
            }
        )
        return
    for sentence in made.removed:
        say(f"  {sentence}")
    if shift is None:
        say("  The dates are as they were: there is no library to move them with.")
    say(f"wrote {out}")


def _write_table(
    name: Name,
    out: Path | None,
    run: str | None,
    library: Path | None,
    *,
    is_safe: bool,
    as_json: bool,
) -> None:
    from hipstride.io.tidy_out import write_table
    from hipstride.library import Library

    if (name is Name.SAMPLES) != (run is not None):
        msg = "needed for samples, and for no other table"
        raise typer.BadParameter(msg, param_hint="--run")
    kept = Library(library)
    frame, spec = _frame(kept, name, run)
    if is_safe:
        frame = kept.safe(frame, spec)
    write_table(frame, sys.stdout if out is None else out, spec)
    if out is not None and as_json:
        emit_json({"file": str(out.resolve()), "n_rows": len(frame)})
    elif out is not None:
        say(f"wrote {plural(len(frame), 'row')} to {out}")


def _frame(kept: Library, name: Name, run: str | None) -> tuple[pd.DataFrame, Table]:
    from hipstride import tables

    spec: Table = getattr(tables, name.value.upper())
    if run is not None:
        return kept.samples(run), spec
    frame: pd.DataFrame = getattr(kept, name.value)()
    return frame, spec
