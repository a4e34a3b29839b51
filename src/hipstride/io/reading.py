"""The doors: one run from a file, or all runs of a file, a folder or a zip.

The format is told by content, not by the name. One bad file among many is a warning;
one that is named alone is an error.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import get_args

from hipstride.errors import DataQualityWarning, ReadError, UnknownFormatError
from hipstride.io._apple_paths import routes_beside
from hipstride.io._files import Found, is_ours, walk
from hipstride.io._formats import Engine, format_of, is_zip, recordings_of, suffix_of
from hipstride.io._names import printable
from hipstride.io._open import Source, load
from hipstride.io._passed import Passed
from hipstride.io._running import judged
from hipstride.tables import Recording

__all__ = ["Engine", "read_run", "read_runs"]

# What `read_fit` expected where a FIT file is of something else than an activity.
_ACTIVITY = "an activity"
_HEAD_BYTES = 16


def read_run(source: Source, *, engine: Engine | None = None) -> Recording:
    """Read the one run that a file holds.

    Parameters
    ----------
    source : str, path or bytes
        A FIT, GPX, TCX or CSV file, gzipped or not, an export of Apple Health, or a
        zip of one; the content tells which.
    engine : {"columnar", "fitparse", "gpxpy"}, optional
        Who decodes a FIT or GPX file; ours where not given, or where the format has no
        such engine.

    Returns
    -------
    Recording
        The run.

    Raises
    ------
    ReadError
        If the file cannot be read, or holds no run or more than one.

    Examples
    --------
    >>> from hipstride import sample
    >>> path = sorted((sample.folder() / "runs").iterdir())[0]
    >>> read_run(path).sport
    'running'
    """
    _check_engine(engine)
    label = _label(source)
    if not isinstance(source, bytes) and Path(source).is_dir():
        raise ReadError(label, "a folder", "the file of one run", "use read_runs")
    runs: list[Recording] = []
    passed = Passed()
    for recording in _stream(source, ("running",), engine, passed):
        runs.append(recording)
        if len(runs) > 1:
            break
    if len(runs) == 1:
        return runs[0]
    if runs:
        found, remedy = "more than one run", f"read_runs({label!r}) gives all of them"
    else:
        found = f"no run, but {passed.sports_found()}"
        remedy = f"read_runs({label!r}, sports=None) gives what is there"
    raise ReadError(label, found, "exactly one run", remedy)


def read_runs(
    source: Source,
    *,
    sports: Collection[str] | None = ("running",),
    engine: Engine | None = None,
) -> Iterator[Recording]:
    """Read all runs of a file, a folder or a zip, one after the other.

    Parameters
    ----------
    source : str, path or bytes
        A file, a folder (searched to its depths, by name) or a zip (and zips in it).
    sports : collection of str, optional
        Which sports to give, in the words of the FIT profile; None for all. A file that
        does not say its sport counts as a run if its speed and cadence are a runner's.
    engine : {"columnar", "fitparse", "gpxpy"}, optional
        Who decodes the FIT or GPX files.

    Returns
    -------
    iterator of Recording
        One in memory at a time; of a file, in the order of its sessions.

    Raises
    ------
    ReadError
        If nothing is there, or a file that is named alone cannot be read.

    Warns
    -----
    DataQualityWarning
        For each file of a folder or zip that cannot be read and is skipped; and at the
        end for copies, for CSV files of no known layout, and when there was no run.

    Examples
    --------
    >>> from hipstride import sample
    >>> all(run.sport == "running" for run in read_runs(sample.folder()))
    True
    """
    _check_engine(engine)
    if isinstance(sports, str):
        sports = (sports,)
    if not isinstance(source, bytes) and not Path(source).exists():
        raise ReadError(
            str(source), "no such file", "a file or a folder", "check the path"
        )
    return _stream(source, sports, engine, Passed())


def _stream(
    source: Source,
    sports: Collection[str] | None,
    engine: Engine | None,
    passed: Passed,
) -> Iterator[Recording]:
    """Give the recordings of one file, or of the many of a folder or a zip."""
    label = _label(source)
    files = _files(source, label)
    if files is None:
        raw = load(source)
        recordings = recordings_of(
            raw, format_of(raw), engine, open_route=routes_beside(source)
        )
        yield from _wanted(recordings, sports, passed)
        return
    for found in files:
        if found.label in passed.routes:
            continue
        passed.files += 1
        yield from _wanted(_read_one(found, label, engine, passed), sports, passed)
    for message in passed.messages(sports):
        _warn(f"{label}: {message}")


def _read_one(
    found: Found, label: str, engine: Engine | None, passed: Passed
) -> list[Recording]:
    """Read one file of many; what cannot be read is told and skipped."""
    try:
        raw = found.load()
        # By what is in it, so that a run and the same run gzipped are one.
        content = hashlib.sha256(raw.data).digest()
        if content in passed.seen:
            passed.copies.append(found.label)
            return []
        passed.seen.add(content)
        kind = format_of(raw)
        if kind == "diary":
            return []
        return recordings_of(raw, kind, engine, open_route=passed.opener(found))
    except UnknownFormatError as error:
        suffix = suffix_of(found.label)
        if suffix in {"csv", "tsv"}:
            passed.unknown.append(found.label)
        if suffix == "xml":
            # Apps keep all kinds of things in XML files; it is as if it were not there.
            passed.files -= 1
        if suffix in {"csv", "tsv", "xml"}:
            return []
        problem: ReadError = error
    except ReadError as error:
        if error.expected == _ACTIVITY:
            passed.no_activity += 1
            return []
        problem = error
    _warn(f"{label}: skipped {found.label}: {_told_once(problem, found.label)}")
    return []


def _wanted(
    recordings: list[Recording], sports: Collection[str] | None, passed: Passed
) -> Iterator[Recording]:
    """Give those of the sports that were asked for, and count the others."""
    while recordings:
        recording = recordings.pop(0)
        if sports is not None:
            recording = judged(recording) if "running" in sports else recording
            if recording.sport not in sports:
                passed.sports[recording.sport] += 1
                continue
        passed.given += 1
        yield recording


def _files(source: Source, label: str) -> Iterator[Found] | None:
    """Give the files of a folder or a zip that may be activities; None for one file."""
    if isinstance(source, bytes):
        return _ours(source, label) if is_zip(source) else None
    path = Path(source)
    if path.is_dir():
        return _ours(path, label)
    if not path.is_file():
        return None  # `load` says what is wrong
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
    except OSError:
        return None  # `load` says what is wrong
    return _ours(path, label) if is_zip(head) else None


def _ours(source: Path | bytes, label: str) -> Iterator[Found]:
    is_folder = isinstance(source, Path) and source.is_dir()
    named_alone = "" if is_folder else printable(label)
    for found in walk(source, passed=lambda _label, _mark: False):
        if found.problem and found.kind == "file" and found.label == named_alone:
            raise found.problem
        if found.kind == "folder" or (found.kind == "file" and is_ours(found.label)):
            yield found


def _check_engine(engine: str | None) -> None:
    if engine is not None and engine not in get_args(Engine):
        known = ", ".join(map(repr, get_args(Engine)))
        where = "engine="
        raise ReadError(where, repr(engine), f"one of {known}", "mend it")


def _label(source: Source) -> str:
    return "<bytes>" if isinstance(source, bytes) else Path(source).name or str(source)


def _told_once(problem: ReadError, label: str) -> str:
    """Give the message without the name that stands before it already."""
    text = str(problem)
    return text.removeprefix(f"{problem.source}: ") if problem.source in label else text


def _warn(message: str) -> None:
    warnings.warn(message, DataQualityWarning, stacklevel=3)
