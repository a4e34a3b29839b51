"""``hipstride check``: what is in a file, what is missing, what was assumed.

With ``--library`` it looks at all runs of the library instead: is one on another scale?
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hipstride.cli._common import JsonOption, emit_json, out_console, plural, reported
from hipstride.errors import ReadError
from hipstride.units import METRES_PER_KILOMETRE, SECONDS_PER_HOUR, format_duration

if TYPE_CHECKING:
    from rich.console import Console

    from hipstride.tables import Recording

__all__ = ["check"]

_WHOLE_PCT = 100.0
_AGREE = "agree"
# A file that states no sport is taken for a run.
_RUNS = ("running", "")

# What an analysis would use, and what its absence costs.
WANTED = {
    "speed_mps": "no speed, so no step length",
    "cadence_spm": "no cadence, so no step length",
    "distance_m": "distance is taken from speed",
    "altitude_m": "grade is taken as unknown",
    "heart_rate_bpm": "cadence locked to the heart rate cannot be told",
}


@reported
def check(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE", help="A FIT, GPX, TCX or stride CSV file, or its .gz."
        ),
    ] = None,
    library: Annotated[
        str | None,
        typer.Option(
            "--library",
            metavar="[FOLDER]",
            help="Look at the library instead; without FOLDER: HIPSTRIDE_LIBRARY, else "
            "this system's place for it.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say what is in a file, what is missing and what was assumed.

    FIT and GPX are read twice, by hipstride and by a well-known library, and what the
    two give is held side by side.

    With --library the runs of the library are held against each other: those whose
    cadence or speed is on another scale than the others (one foot for both, miles for
    kilometres) are listed.
    """
    if library is not None:
        from hipstride.cli._check_library import check_library

        check_library(_library_folder(file, library), as_json=as_json)
        return
    if file is None:
        msg = "expected a FILE to look at, or --library for all runs of the library"
        raise typer.BadParameter(msg, param_hint="FILE")
    _check_file(file, as_json=as_json)


def _library_folder(file: Path | None, library: str) -> Path | None:
    """Give the folder that is meant; a bare option comes as an empty one."""
    is_file = bool(library) and Path(library).is_file()
    if file is not None or is_file:
        found = file if file is not None else library
        msg = (
            f"found a file beside it ({found}); --library takes a folder or nothing, "
            "and looks at all runs: name either a FILE or --library"
        )
        raise typer.BadParameter(msg, param_hint="--library")
    return Path(library) if library else None


def _check_file(file: Path, *, as_json: bool) -> None:
    from hipstride.io.reading import read_runs

    if file.is_dir():
        raise ReadError(
            str(file),
            "a folder",
            "one file",
            "name a file in it, or list its runs with `hipstride runs`",
        )
    engines = _engines(file)
    recordings = list(read_runs(file, sports=None))
    if as_json:
        emit_json(
            {
                "file": str(file),
                "recordings": [_facts(one) for one in recordings],
                "engines": engines,
            }
        )
        return
    console = out_console()
    for one in recordings:
        _print(console, one)
    _print_engines(console, engines)


def _facts(one: Recording) -> dict[str, object]:
    """Say what a recording holds, as plain values; missing is None."""
    samples = one.samples
    lasts_s = float(samples["elapsed_s"].iloc[-1]) if len(samples) else math.nan
    # A file full of zeros covers as well as one of heartbeats; that is for `runs`.
    coverage = {
        str(name): round(100 * float(samples[name].notna().mean()), 1)
        for name in samples.columns
        if len(samples) and name not in {"time", "elapsed_s"}
    }
    return {
        "run_id": one.run_id,
        "format": one.format,
        "sport": one.sport or None,
        "sub_sport": one.sub_sport or None,
        "device": one.device or None,
        "started_at": one.started_at.isoformat(),
        "utc_offset_h": None
        if one.utc_offset is None
        else one.utc_offset.total_seconds() / SECONDS_PER_HOUR,
        "elapsed_s": lasts_s if math.isfinite(lasts_s) else None,
        "distance_m": _distance_m(one),
        "n_samples": len(samples),
        "n_laps": len(one.laps),
        "n_pauses": len(one.pauses),
        "paused_s": float(one.pauses["duration_s"].sum()),
        "coverage_pct": coverage,
        "missing": [name for name in WANTED if not coverage.get(name)],
        "account": _account(one),
        "notes": list(one.notes),
    }


def _account(one: Recording) -> str | None:
    """Say how good the data of a run are; of another sport nothing is known."""
    from hipstride.gait import account

    return account(one) if one.sport in _RUNS else None


def _distance_m(one: Recording) -> float | None:
    """Give the device's own total, else the last distance in the samples."""
    if math.isfinite(one.distance_m):
        return float(one.distance_m)
    if "distance_m" not in one.samples.columns:
        return None
    last = float(one.samples["distance_m"].max())
    return last if math.isfinite(last) else None


def _print(console: Console, one: Recording) -> None:
    from rich.table import Table
    from rich.text import Text

    facts = _facts(one)
    console.print(Text(f"{one.source}, run {one.run_id}", style="bold"))
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, words in _rows(one, facts):
        table.add_row(Text(name, style="dim"), Text(words))
    console.print(table)
    console.print()


def _rows(one: Recording, facts: dict[str, object]) -> list[tuple[str, str]]:
    sport = " / ".join(part for part in (one.sport, one.sub_sport) if part)
    rows = [
        ("format", one.format),
        ("sport", sport or "not stated"),
        ("device", one.device or "not stated"),
        ("start", _start_words(one)),
    ]
    elapsed_s, distance_m = facts["elapsed_s"], facts["distance_m"]
    if isinstance(elapsed_s, float):
        rows.append(("lasts", f"{format_duration(elapsed_s)}, pauses included"))
    if isinstance(distance_m, float):
        rows.append(("distance", f"{distance_m / METRES_PER_KILOMETRE:.2f} km"))
    paused = format_duration(float(one.pauses["duration_s"].sum()))
    pauses = f"{plural(len(one.pauses), 'pause')} ({paused})" if len(one.pauses) else ""
    counts = [plural(len(one.samples), "sample"), plural(len(one.laps), "lap"), pauses]
    rows.append(("holds", ", ".join(part for part in counts if part)))
    coverage = facts["coverage_pct"]
    if isinstance(coverage, dict):
        whole = [name for name, share in coverage.items() if share == _WHOLE_PCT]
        part = {name: share for name, share in coverage.items() if name not in whole}
        rows.append(("columns", ", ".join(whole) or "none without gaps"))
        if part:
            words = ", ".join(f"{name} {share:g} %" for name, share in part.items())
            rows.append(("with gaps", words))
        rows.extend(
            ("missing", f"{name}: {cost}")
            for name, cost in WANTED.items()
            if not coverage.get(name)
        )
    if facts["account"]:
        rows.append(("account", str(facts["account"])))
    rows.extend(("note", note) for note in one.notes)
    return rows


def _start_words(one: Recording) -> str:
    if one.utc_offset is None:
        return f"{one.started_at:%Y-%m-%d %H:%M} UTC (the runner's clock is not known)"
    local = one.started_at + one.utc_offset
    return f"{local:%Y-%m-%d %H:%M} on the runner's clock"


def _engines(file: Path) -> dict[str, object]:
    """Hold what two engines read beside each other, in a few plain values."""
    from hipstride.io.compare import compare_engines

    compared = compare_engines(file)
    verdicts = [str(verdict) for verdict in compared["verdict"]]
    odd = compared[compared["verdict"] != _AGREE]
    if verdicts and list(compared["column"]) == ["file"]:
        return {"verdict": verdicts[0], "n_columns": 0, "differences": []}
    return {
        "verdict": _AGREE if odd.empty else f"{plural(len(odd), 'column')} differ",
        "n_columns": len(compared),
        "differences": [
            {
                "column": str(row["column"]),
                "n": int(row["n"]),
                "n_differ": int(row["n_differ"]),
                "largest_difference": _known(float(row["largest_difference"])),
                "verdict": str(row["verdict"]),
            }
            for row in odd.to_dict("records")
        ],
    }


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _print_engines(console: Console, engines: dict[str, object]) -> None:
    from rich.text import Text

    verdict, differences = engines["verdict"], engines["differences"]
    if verdict == _AGREE:
        words = f"Both engines agree in all {engines['n_columns']} columns."
        console.print(Text(words))
        return
    console.print(Text(f"Engines: {verdict}."))
    if not isinstance(differences, list):
        return
    for one in differences:
        largest = one["largest_difference"]
        size = "" if largest is None else f", by up to {largest:g}"
        words = f"{one['column']}: {one['n_differ']} of {one['n']} values differ{size}"
        console.print(Text(f"  {words}"))
