"""``hipstride import``: exports into the library."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
    say,
)
from hipstride.units import format_duration

if TYPE_CHECKING:
    from rich.console import Console

    from hipstride.library import Library, Progress, Report

__all__ = ["import_files"]

# A line this often where nobody watches a bar.
_LINE_EVERY_S = 10.0
_BAR_EVERY_S = 0.1
_MAX_SHOWN = 8
_STOPPED_EXIT = 130


@reported
def import_files(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...",
            help="Files, folders or zips: watch files, or the bulk export of a Garmin, "
            "Strava or Apple Health account.",
        ),
    ],
    library: LibraryOption = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", min=1, help="How many processes read; one a core if not given."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Import exports into the library; what it has seen before is passed over.

    Every file gets a verdict, which `hipstride library ledger` shows. It can be stopped
    at any moment, and goes on when it is called again.
    """
    from hipstride.library import Library

    kept = Library(library)
    try:
        report = _import_and_tell(kept, paths, workers, as_json=as_json)
    except KeyboardInterrupt:
        report = None
    if report is None or report.is_stopped:
        say("hipstride: stopped; what was read is stored, and the next import goes on")
        raise typer.Exit(_STOPPED_EXIT)
    if report.n_seen and report.verdicts["unreadable"] == report.n_seen:
        raise typer.Exit(1)


def _import_and_tell(
    kept: Library, paths: list[Path], workers: int | None, *, as_json: bool
) -> Report:
    began_s = time.monotonic()
    with _shown_progress(began_s) as tell:
        report = kept.add(*paths, workers=workers, tell=tell)
    elapsed_s = time.monotonic() - began_s
    if as_json:
        emit_json(_facts(kept, report, elapsed_s))
        return report
    _print(out_console(), kept, report, elapsed_s)
    n_offers = kept.n_offers() if report.n_seen else 0
    if n_offers:
        typer.echo(
            f"{plural(n_offers, 'rating')} in the words of your runs: see "
            "`hipstride log offers`"
        )
    return report


def _facts(kept: Library, report: Report, elapsed_s: float) -> dict[str, object]:
    return {
        "library": str(kept.folder),
        "n_files_new": report.n_seen,
        "n_files_known": report.n_known,
        "n_zips_known": report.n_known_zips,
        "verdicts": dict(sorted(report.verdicts.items())),
        "n_runs": report.n_runs,
        "unreadable": [
            {"file": file, "reason": reason} for file, reason in report.unreadable
        ],
        "is_stopped": report.is_stopped,
        "elapsed_s": round(elapsed_s, 3),
    }


def _print(console: Console, kept: Library, report: Report, elapsed_s: float) -> None:
    from rich.table import Table
    from rich.text import Text

    n_known = report.n_known + report.n_known_zips
    if not report.n_seen and not report.is_stopped:
        what = "Nothing new" if n_known else "No file was found there"
        zips = (
            f" and {plural(report.n_known_zips, 'zip')}" if report.n_known_zips else ""
        )
        seen = (
            f": {plural(report.n_known, 'file')}{zips} seen before" if n_known else ""
        )
        console.print(
            Text(f"{what}{seen}. {plural(report.n_runs, 'run')} in {kept.folder}")
        )
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(justify="right")
    table.add_column()
    for count, words in _rows(report):
        table.add_row(f"{count:,}", words)
    console.print(table)
    for reason, count in report.reasons.most_common(_MAX_SHOWN):
        console.print(bullet(f"{reason} ({plural(count, 'file')})"))
    if report.unreadable:
        console.print(Text("Could not be read:"))
        for file, reason in report.unreadable[:_MAX_SHOWN]:
            # Whole, whatever the width: the end of a path is what tells a file.
            typer.echo(f"  - {file}: {reason}")
        if len(report.unreadable) > _MAX_SHOWN:
            console.print(bullet(f"and {len(report.unreadable) - _MAX_SHOWN} more"))
    console.print(
        Text(
            f"{plural(report.n_runs, 'run')} in {kept.folder}, "
            f"{format_duration(elapsed_s)}. Every file and its verdict: "
            "hipstride library ledger",
            style="dim",
        )
    )


def _rows(report: Report) -> Iterator[tuple[int, str]]:
    counts = report.verdicts
    yield counts["imported"], "imported"
    yield (
        counts["duplicate"],
        "duplicates: the same bytes, or the same run from another source",
    )
    yield counts["not a run"], "not a run"
    yield counts["unreadable"], "unreadable"
    if report.n_known:
        yield report.n_known, "seen before"


@contextmanager
def _shown_progress(began_s: float) -> Iterator[Callable[[Progress], None]]:
    """Show a bar where somebody watches, and a line now and then where not."""
    if not sys.stderr.isatty():
        yield _Lines(began_s).tell
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.progress import (
        Progress as Bar,
    )

    bar = Bar(
        BarColumn(bar_width=24),
        TaskProgressColumn(),
        TextColumn("{task.description}"),
        TimeRemainingColumn(compact=True),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task("", total=None)
    shown_s = 0.0

    def tell(progress: Progress) -> None:
        nonlocal shown_s
        now_s = time.monotonic()
        # The first files come while the workers are started: not before they are.
        if now_s - shown_s < _BAR_EVERY_S:
            return
        if not shown_s:
            bar.start()
        shown_s = now_s
        bar.update(
            task,
            total=progress.bytes_all,
            completed=progress.bytes_done,
            description=_words(progress, now_s - began_s),
        )

    try:
        yield tell
    finally:
        if shown_s:
            bar.stop()


class _Lines:
    """Plain lines for a log: not one a file, but one every ten seconds.

    A class, since it has to know when it spoke last.
    """

    def __init__(self, began_s: float) -> None:
        self._began_s = began_s
        self._spoke_s = began_s

    def tell(self, progress: Progress) -> None:
        """Say how far it is, where that was not said of late."""
        now_s = time.monotonic()
        if now_s - self._spoke_s >= _LINE_EVERY_S:
            self._spoke_s = now_s
            share = 100 * progress.bytes_done / max(progress.bytes_all, 1)
            say(f"{share:.0f} %: {_words(progress, now_s - self._began_s)}")


def _words(progress: Progress, elapsed_s: float) -> str:
    rate = progress.n_files / elapsed_s if elapsed_s > 0 else 0.0
    return (
        f"{progress.n_files:,} files, {plural(progress.n_runs, 'run')}, "
        f"{rate:,.0f} files/s"
    )
