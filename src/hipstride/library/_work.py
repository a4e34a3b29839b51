"""What is done with one file of an import, in whichever process it is done.

Bytes in, an `Outcome` out: is it a run, and what does its row hold. The bytes of what
is kept are written to the originals here, so that the process which keeps the ledger
has little to do but to write down what it is told.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, replace
from pathlib import Path

from hipstride.errors import (
    DataQualityWarning,
    LibraryError,
    ReadError,
    UnknownFormatError,
)
from hipstride.io._fit_peek import session_sports
from hipstride.io._formats import Format, format_of, recordings_of, suffix_of
from hipstride.io._open import RawFile, load
from hipstride.io.fit import fit_messages, fit_recordings
from hipstride.library._originals import read_original, write_original
from hipstride.library._recorded import (
    RUNNING,
    UNDECIDED_SPORTS,
    Recorded,
    microseconds,
    recorded_of,
)

__all__ = [
    "Job",
    "Outcome",
    "examine",
    "unreadable",
]

# What `read_fit` and its like expect where a file is of something else than a run.
_OTHERS = frozenset(
    {
        "an activity",
        # A route, or places: they can be read, and nobody ran them yet.
        "a track (<trk>) with points",
        "the time of each point",
    }
)
# What readers expect where the disk, and not the file, is at fault.
_PASSING = frozenset({"a readable file", "a readable folder"})
_TABLES = frozenset({"csv", "tsv"})
_NO_FORMATS: dict[Format, str] = {
    "": "no format that hipstride reads",
    "diary": "a diary or a list of changes; `hipstride log import` takes it",
}


@dataclass(frozen=True, slots=True)
class Job:
    """One file to examine: where it was found, and its bytes or the way to them."""

    file: str
    mark: str
    size_bytes: int
    name: str
    source: Path | bytes
    # It lies among the originals already, under a name that is its hash.
    is_original: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file."""

    verdict: str
    reason: str = ""
    sport: str = ""
    started_us: int | None = None
    sha256: str | None = None
    # The file's own name, where it is only known once the file was read.
    name: str = ""
    # It may be read another time: the disk or the memory was at fault, not the file.
    is_passing: bool = False
    recorded: tuple[Recorded, ...] = field(default=())


def examine(job: Job, folder: Path) -> Outcome:
    """Read a file, keep its bytes if they may be of a run, and sum it up.

    Parameters
    ----------
    job : Job
        The file.
    folder : Path
        The library.

    Returns
    -------
    Outcome
        A verdict for the ledger (``kept`` where bytes were kept), never an error of
        the file.

    Raises
    ------
    LibraryError
        If the library cannot be written.
    """
    if job.is_original:
        return _reexamine(job, folder)
    try:
        raw = load(job.source, name=job.name)
    except ReadError as error:
        return unreadable(error)
    # By what is in it: a run and the same run gzipped have one identity.
    content = RawFile(raw.name, raw.data, raw.data, raw.notes)
    outcome = _judged(content, content.sha256)
    if outcome.recorded:
        write_original(folder, content.sha256, job.name, raw.data)
    return outcome


def _reexamine(job: Job, folder: Path) -> Outcome:
    """Sum up an original again; it is held against its hash on the way."""
    try:
        raw = read_original(folder, job.name)
    except LibraryError as error:
        return Outcome("unreadable", str(error))
    return replace(_judged(raw, job.name), name=raw.name)


def _judged(raw: RawFile, sha256: str) -> Outcome:  # noqa: PLR0911 - a verdict each
    try:
        kind = format_of(raw)
        reason = _NO_FORMATS.get(kind)
        if reason is not None:
            return Outcome("not a run", reason, sha256=sha256)
        with warnings.catch_warnings():
            # What a reader warns of stands in the notes of its recordings too.
            warnings.simplefilter("ignore", DataQualityWarning)
            if kind == "fit":
                messages = fit_messages(raw)
                others = _other_sports(session_sports(messages))
                if others:
                    reason = f"an activity of {', '.join(others)}"
                    return Outcome("not a run", reason, " ".join(others), None, sha256)
                recordings = fit_recordings(raw, messages)
            else:
                recordings = recordings_of(raw, kind, None)
            made = [recorded_of(one, sha256, {}) for one in recordings]
    except UnknownFormatError as error:
        is_table = suffix_of(raw.name) in _TABLES
        verdict = "not a run" if is_table else "unreadable"
        reason = "a table of no known layout" if is_table else _reason(error)
        return Outcome(verdict, reason, sha256=sha256)
    except ReadError as error:
        is_other = error.expected in _OTHERS
        verdict = "not a run" if is_other else "unreadable"
        return Outcome(verdict, _reason(error), sha256=sha256)
    except Exception as error:
        # One odd file must not end an import of thousands; the ledger says what it was.
        words = f"{type(error).__name__}: {error}"
        reason = f"found what no reader expected ({words}); please report it"
        return Outcome("unreadable", reason, sha256=sha256)
    kept = tuple(one for one in made if one is not None)
    started_us = microseconds(min(recordings, key=lambda one: one.started_at))
    sports = sorted({one.sport for one in recordings})
    sport = " ".join(sports).strip()
    if kept:
        return Outcome("kept", "", sport, started_us, sha256, recorded=kept)
    reason = f"an activity of {', '.join(sports)}"
    return Outcome("not a run", reason, sport, started_us, sha256)


def _other_sports(sports: list[tuple[str, str]]) -> list[str]:
    """Name the sports of a file none of whose sessions can be a run."""
    stated = {sport for sport, _ in sports}
    if RUNNING in stated or stated & UNDECIDED_SPORTS:
        return []
    return sorted(stated)


def unreadable(error: ReadError) -> Outcome:
    """Word why a file could not be read, and note if that may pass."""
    is_passing = error.expected in _PASSING
    return Outcome("unreadable", _reason(error), is_passing=is_passing)


def _reason(error: ReadError) -> str:
    """Give the words of an error without the file's name, which stands beside them."""
    return str(error).removeprefix(f"{error.source}: ")
