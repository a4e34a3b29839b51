"""``hipstride check --library``: runs on another scale than the runner's others."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from hipstride.cli._common import (
    bullet,
    emit_json,
    out_console,
    plural,
    say,
    shown_whole,
    working,
)
from hipstride.errors import LibraryError

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from hipstride.library import Library

__all__ = ["check_library"]

# So many runs are told one by one; more of them are mostly one device.
_MAX_ROWS = 40
# So many digits of an id tell thousands of runs apart.
_SHOWN_ID = 8
_FEWEST = 5


def check_library(folder: Path | None, *, as_json: bool) -> None:
    """Hold all runs of a library against each other and print those that disagree.

    Raises
    ------
    LibraryError
        If there is no library, or it is damaged.
    """
    from hipstride.cli._cells import records
    from hipstride.gait import device_scales, scale_audit
    from hipstride.library import Library

    kept = Library(folder)
    with working("looking at the runs"):
        audit = scale_audit(kept.runs(), samples=lambda run_id: _samples(kept, run_id))
        devices = device_scales(audit)
    runs = audit[audit["suspected"].notna()]
    odd_devices = devices[devices["suspected"].notna()]
    n_known = int((audit["mean_cadence_spm"].notna()).sum())
    words = _verdict(audit, runs, odd_devices, n_known)
    if as_json:
        emit_json(
            {
                "library": str(kept.folder),
                "n_runs": len(audit),
                "n_with_cadence": n_known,
                "verdict": words,
                "runs": records(runs),
                "devices": records(devices),
            }
        )
        return
    console = out_console()
    shown = runs.head(_MAX_ROWS)
    if len(runs):
        shown_whole(_pretty(shown))
        console.print()
        for row in records(shown):
            console.print(bullet(_file_words(row)))
    if len(runs) > _MAX_ROWS:
        console.print(f"{len(runs) - _MAX_ROWS:,} more are in --json", style="dim")
    for suspected, some in runs.groupby("suspected", sort=False):
        first = some.iloc[0]
        more = f" (and {len(some) - 1:,} more)" if len(some) > 1 else ""
        console.print(
            bullet(
                f"{suspected}, {first['run_id'][:_SHOWN_ID]}: {first['evidence']}{more}"
            )
        )
    for row in records(odd_devices):
        device = row["device"] or "runs that name no device"
        console.print(bullet(f"{device}, {row['suspected']}: {row['evidence']}"))
    console.print(words)
    if len(runs):
        for line in _next_steps(str(runs["run_id"].iloc[0])):
            console.print(bullet(line))


def _file_words(row: Mapping[str, object]) -> str:
    """Say from which file and device a run is."""
    parts = [row["source"] or "a file without a name", row["device"]]
    told = ", ".join(str(part) for part in parts if part)
    return f"{str(row['run_id'])[:_SHOWN_ID]}: {told}"


def _next_steps(run_id: str) -> tuple[str, ...]:
    """Say what can be done about a run on another scale, and what cannot."""
    return (
        (
            "Nothing was changed: these runs stay in the library, and their cadence "
            "and step length count as they are."
        ),
        (
            "Look at the file with `hipstride check FILE`: its notes say how the "
            "cadence was read. If the file is wrong, export the run again from where "
            "it came."
        ),
        (
            "In Python a run is left out of a table with "
            f"lib.runs().query(\"run_id != '{run_id}'\"); the library itself has no "
            "way to leave one out."
        ),
    )


def _samples(kept: Library, run_id: str) -> pd.DataFrame:
    """Give the samples of a run, or none where its original cannot be read."""
    from hipstride.tables import SAMPLES

    try:
        return kept.samples(run_id)
    except LibraryError as error:
        say(f"hipstride: warning: {' '.join(str(error).split())}")
        return SAMPLES.empty()


def _verdict(
    audit: pd.DataFrame, runs: pd.DataFrame, devices: pd.DataFrame, n_known: int
) -> str:
    """Say it in one line."""
    if n_known < _FEWEST:
        return (
            f"{_count(n_known, 'run')} with cadence in {_count(len(audit), 'run')}: "
            f"too few to hold one against the others; {_FEWEST} are needed."
        )
    n_looked = int((audit["ratio"].notna() | audit["suspected"].notna()).sum())
    words = f"{_count(n_looked, 'run')} looked at"
    left = len(audit) - n_looked
    if left:
        words += f" ({left:,} without cadence or steady running)"
    found = [
        f"{count:,} {what}" for what, count in Counter(runs["suspected"]).most_common()
    ]
    if found:
        verb = "disagrees" if len(runs) == 1 else "disagree"
        words += f", {len(runs):,} {verb} with your others: {', '.join(found)}"
    if len(devices):
        named = ", ".join(
            name or "runs that name no device" for name in devices["device"]
        )
        words += f"; a device that disagrees as a whole: {named}"
    if not found and devices.empty:
        words += ": all agree"
    return f"{words}."


def _count(count: int, noun: str) -> str:
    return plural(count, noun).replace(str(count), f"{count:,}", 1)


def _pretty(runs: pd.DataFrame) -> Table:
    from rich.table import Table

    pretty = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("date", "run", "steps/min", "expected", "suspected"):
        pretty.add_column(
            name,
            justify="right" if name in {"steps/min", "expected"} else "left",
            no_wrap=True,
        )
    for row in runs.to_dict("records"):
        pretty.add_row(
            f"{row['local_date']:%Y-%m-%d}",
            str(row["run_id"])[:_SHOWN_ID],
            _number(row["mean_cadence_spm"]),
            _number(row["expected_cadence_spm"]),
            str(row["suspected"]),
        )
    return pretty


def _number(value: float) -> str:
    return f"{value:.0f}" if math.isfinite(value) else "–"
