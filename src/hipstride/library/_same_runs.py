"""Which recordings of the library are one run, and which of them is used.

The richest is used, and the others are kept beside it with the reason. The runner may
decide otherwise: `keep` uses another one, `separate` takes a recording out.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from hipstride.library._sameness import (
    MAX_START_APART_S,
    Candidate,
    Sameness,
    compare,
)
from hipstride.library._trace import unpack_trace
from hipstride.runs.summary import FIRST_PLAUSIBLE_START

__all__ = ["KEEP", "SEPARATE", "SameRuns", "same_runs"]

# A row of the recordings, by column.
Row = Mapping[Hashable, Any]
KEEP, SEPARATE = "keep", "separate"
_FIRST_PLAUSIBLE_US = FIRST_PLAUSIBLE_START.timestamp() * 1e6
# Where two hold as much: the format that carries most of what a watch knows.
_RANK = {"fit": 3, "tcx": 2, "apple": 1, "gpx": 1, "csv": 0}


class SameRuns(NamedTuple):
    """By run_id: the recording that is used in its place, and why."""

    same_run_as: dict[str, str]
    reasons: dict[str, str]


def same_runs(connection: sqlite3.Connection, heads: pd.DataFrame) -> SameRuns:
    """Find the recordings that are one run, and choose the one to use.

    Parameters
    ----------
    connection : Connection
        The database, for traces and decisions.
    heads : DataFrame
        The recordings of runs, in order of start: run_id, started_at, ended_at (both in
        microseconds), distance_m, has_cadence, n_channels, n_values, format, file.

    Returns
    -------
    SameRuns
        Recordings that are no one's double stand in `reasons` at most, with what kept
        them apart from one that they could be taken for.

    Notes
    -----
    The order of the files, and what was imported first, play no part: of two that hold
    as much the one with the smaller run_id is used.
    """
    decided = _decisions(connection)
    near = _near(heads["started_at"].tolist())
    if not near:
        return SameRuns({}, {})
    rows = heads.to_dict("records")
    involved = sorted({place for pair in near for place in pair})
    candidates = {place: _candidate(connection, rows[place]) for place in involved}
    order = sorted(involved, key=lambda place: _poverty(rows[place], decided))
    rank = {place: number for number, place in enumerate(order)}
    beside: dict[int, list[int]] = {}
    for a, b in near:
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    used: set[int] = set()
    same_run_as: dict[str, str] = {}
    reasons: dict[str, str] = {}
    for place in order:
        run_id = rows[place]["run_id"]
        if run_id in decided[SEPARATE]:
            reasons[run_id] = "kept apart by the runner's word"
            continue
        matches = []
        for rival in (one for one in beside[place] if one in used):
            found = _compared(rows, candidates, rival, place)
            if found is None:
                continue
            if found.is_same:
                matches.append((found.apart, rank[rival], rival, found.reason))
            else:
                reasons[run_id] = f"not the run {rows[rival]['run_id']}: {found.reason}"
        if not matches:
            used.add(place)
            continue
        # The nearest, not the richest: a friend's run may be near, too.
        _, _, rival, words = min(matches)
        same_run_as[run_id] = rows[rival]["run_id"]
        why = _why(rows[rival], rows[place], decided)
        reasons[run_id] = f"the same run: {words}; {why}"
    return SameRuns(same_run_as, reasons)


def _decisions(connection: sqlite3.Connection) -> dict[str, set[str]]:
    decided: dict[str, set[str]] = {KEEP: set(), SEPARATE: set()}
    for run_id, decision in connection.execute(
        "SELECT run_id, decision FROM decisions"
    ):
        decided.setdefault(decision, set()).add(run_id)
    return decided


def _near(starts: Sequence[int]) -> list[tuple[int, int]]:
    """Pair the recordings that start within two minutes; they are in order of start.

    Watches whose clock was never set begin all their runs at the same moment, which
    tells nothing.
    """
    most_us = MAX_START_APART_S * 1e6
    pairs = []
    for place, start in enumerate(starts):
        if start < _FIRST_PLAUSIBLE_US:
            continue
        for later in range(place + 1, len(starts)):
            if starts[later] - start > most_us:
                break
            pairs.append((place, later))
    return pairs


def _compared(
    rows: Sequence[Row], candidates: dict[int, Candidate], rival: int, place: int
) -> Sameness | None:
    """Compare two recordings; an earlier state of the same file is the same run."""
    one, other = rows[place], rows[rival]
    is_one_file = one["file"] and one["file"] == other["file"]
    if is_one_file and one["sha256"] != other["sha256"]:
        return Sameness(True, "another state of the same file")
    return compare(candidates[rival], candidates[place])


def _candidate(connection: sqlite3.Connection, head: Row) -> Candidate:
    run_id = str(head["run_id"])
    stored = connection.execute(
        "SELECT trace FROM recorded WHERE run_id = ?", (run_id,)
    ).fetchone()[0]
    return Candidate(
        run_id,
        float(head["started_at"]) / 1e6,
        float(head["ended_at"]) / 1e6,
        float(head["distance_m"]),
        unpack_trace(stored),
    )


def _poverty(
    head: Row, decided: dict[str, set[str]]
) -> tuple[bool, bool, int, int, int, str]:
    """Order recordings from the one to use first to the one to use last."""
    return (
        head["run_id"] not in decided[KEEP],
        not head["has_cadence"],
        -int(head["n_channels"]),
        -int(head["n_values"]),
        -_RANK.get(str(head["format"]), 0),
        str(head["run_id"]),
    )


def _why(used: Row, other: Row, decided: dict[str, set[str]]) -> str:
    """Word why one recording is used and not the other."""
    if used["run_id"] in decided[KEEP] and other["run_id"] not in decided[KEEP]:
        return "the other one is used by the runner's word"
    if used["has_cadence"] and not other["has_cadence"]:
        return "the other one is used, since it has the cadence"
    if used["n_channels"] > other["n_channels"]:
        return (
            f"the other one is used, since it measured {used['n_channels']} things and "
            f"this one {other['n_channels']}"
        )
    if used["n_values"] > other["n_values"]:
        return (
            f"the other one is used, since it holds {used['n_values']} values and this "
            f"one {other['n_values']}"
        )
    return f"the other one is used; both hold as much, and it is {used['format']}"
