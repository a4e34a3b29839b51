"""One recording as the library stores it: its row, its half minutes, its trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import isfinite, nan

import numpy as np

from hipstride.io._csv_values import NO_ZONE
from hipstride.io._running import judged
from hipstride.library._belts import belted
from hipstride.library._rows import Value, pack_windows, row_to_json
from hipstride.library._trace import pack_trace, trace_of
from hipstride.runs.row import row_of
from hipstride.tables import SAMPLES, Recording

__all__ = [
    "RUNNING",
    "UNDECIDED_SPORTS",
    "Recorded",
    "microseconds",
    "recorded_of",
    "told_text",
]

# The cells of a row of `recorded`, in the order of its columns.
Recorded = tuple[Value | bytes, ...]

# A file of these may be a run all the same, if the account's list says so: its bytes
# are kept until then.
UNDECIDED_SPORTS = frozenset({"", "generic", "training", "fitness_equipment"})
RUNNING = "running"
_CADENCE = "cadence_spm"
# What is worth having in a recording, for telling the richer of two.
_MEASURED = frozenset(SAMPLES.names) - {
    "time",
    "elapsed_s",
    "is_moving",
    "is_running",
    "is_usable",
    "is_grade_reliable",
    "unusable_because",
}


def recorded_of(
    recording: Recording,
    sha256: str,
    told: Mapping[str, str],
    belt_distance_m: float = nan,
) -> Recorded | None:
    """Sum up one recording as the library stores it.

    Parameters
    ----------
    recording : Recording
        As its reader gives it.
    sha256 : str
        The file's hash.
    told : mapping
        What the account's list says better than the file: ``sport``, ``sub_sport``.
    belt_distance_m : float
        What the runner read off the treadmill; NaN where nothing was typed in [m].

    Returns
    -------
    Recorded or None
        None where it is no run and cannot become one. Its trace and its counts are
        those of the file, whatever was typed in: which recordings are one run, and
        which of them is the richest, does not depend on that.
    """
    # What the file itself states is what a list is held against the next time.
    stated, stated_sub = recording.sport, recording.sub_sport
    if told:
        words = " / ".join(part for part in told.values() if part)
        note = f"the account's list says {words}"
        recording = replace(
            recording,
            sport=told.get("sport", recording.sport),
            sub_sport=told.get("sub_sport", recording.sub_sport),
            notes=(*recording.notes, note),
        )
    recording = judged(recording)
    is_run = recording.sport == RUNNING
    if not is_run and stated not in UNDECIDED_SPORTS:
        return None
    row, windows, trace = "", b"", b""
    belt_m = watch_m = None
    if is_run:
        facts, half_minutes = row_of(recording)
        if isfinite(belt_distance_m):
            belt_m, watch_m = belt_distance_m, _known(facts["distance_m"])
            facts, half_minutes = row_of(belted(recording, belt_distance_m))
        row, windows = row_to_json(facts), pack_windows(half_minutes)
        trace = pack_trace(trace_of(recording.samples, recording.started_at))
    has_cadence, n_channels, n_values = _counts(recording)
    return (
        recording.run_id,
        sha256,
        int(is_run),
        stated,
        stated_sub,
        told_text(told),
        microseconds(recording),
        microseconds(recording, _lasted_s(recording)),
        int(NO_ZONE in recording.notes),
        int(has_cadence),
        n_channels,
        n_values,
        recording.format,
        row,
        windows,
        trace,
        belt_m,
        watch_m,
    )


def told_text(told: Mapping[str, str]) -> str:
    """Write what a list told as one text, the same for the same words.

    Examples
    --------
    >>> told_text({"sub_sport": "treadmill", "sport": "running"})
    'sport=running sub_sport=treadmill'
    """
    return " ".join(f"{name}={word}" for name, word in sorted(told.items()))


def microseconds(recording: Recording, since_s: float = 0.0) -> int:
    """Give a moment of a recording, so long after its start, since 1970."""
    return round((recording.started_at.timestamp() + since_s) * 1e6)


def _known(value: object) -> float | None:
    """Give a number as the database holds it."""
    return value if isinstance(value, float) and isfinite(value) else None


def _lasted_s(recording: Recording) -> float:
    elapsed_s = recording.samples.get("elapsed_s")
    last_s = float(elapsed_s.max()) if elapsed_s is not None and len(elapsed_s) else 0.0
    if not np.isfinite(last_s):
        last_s = 0.0
    return max(last_s, recording.timer_s) if np.isfinite(recording.timer_s) else last_s


def _counts(recording: Recording) -> tuple[bool, int, int]:
    """Tell whether most samples have a cadence; count channels and values measured."""
    samples = recording.samples
    has_cadence, n_channels, n_values = False, 0, 0
    # Column by column: to cut some columns out of a table takes twice as long.
    for name in _MEASURED & set(samples.columns):
        values = samples[name].to_numpy(np.float64)
        n_known = int(np.count_nonzero(np.isfinite(values)))
        n_values += n_known
        n_channels += n_known > 0
        if name == _CADENCE:
            has_cadence = bool(2 * np.count_nonzero(values > 0) > len(values))
    return has_cadence, n_channels, n_values
