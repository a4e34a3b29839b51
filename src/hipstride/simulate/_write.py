"""A simulated history as the folder that a runner would have: exports and a diary."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Literal, get_args

from hipstride.errors import HipstrideError
from hipstride.io._fit_encode import encode_fit
from hipstride.io._xml_encode import encode_gpx, encode_tcx
from hipstride.io.journal import write_changes, write_journal
from hipstride.simulate._course import recordings
from hipstride.simulate._history import History
from hipstride.simulate._tables import file_stem
from hipstride.tables import Recording

__all__ = ["FileFormat", "write"]

FileFormat = Literal["fit", "fit.gz", "gpx", "gpx.gz", "tcx", "tcx.gz"]

_ENCODERS = {"fit": encode_fit, "gpx": encode_gpx, "tcx": encode_tcx}


def write(
    history: History,
    folder: str | os.PathLike[str],
    *,
    formats: Sequence[FileFormat] = ("fit",),
    seed: int | None = None,
    duration_s: float | None = None,
) -> Path:
    """Write a history as run files, ``journal.csv``, ``changes.csv``, ``truth.json``.

    Parameters
    ----------
    history : History
        What to write.
    folder : str or path
        Where to; made when missing. Files of the same names are written over.
    formats : sequence of str
        Formats of the run files, dealt out in turn. A treadmill run has no positions,
        so it takes the next format that is no GPX.
    seed : int, optional
        Of the noise within the runs; the history's own where not given.
    duration_s : float, optional
        Make every run this long; its own duration where not given [s].

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    ValueError
        If a format is unknown, or only GPX is given for a runner with treadmill runs.
    HipstrideError
        If the folder cannot be written to.

    Notes
    -----
    The same arguments give the same bytes.

    Examples
    --------
    >>> import tempfile
    >>> from hipstride.simulate import Runner, history
    >>> past = history(Runner(), n_runs=2, seed=1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     sorted(path.name for path in write(past, folder, duration_s=60).iterdir())
    ['changes.csv', 'journal.csv', 'run-0001.fit', 'run-0002.fit', 'truth.json']
    """
    _check(history, formats)
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        runs = recordings(history, seed=seed, duration_s=duration_s)
        for run, recording in enumerate(runs):
            suffix = _suffix(recording, formats, run)
            path = folder / f"{file_stem(run)}.{suffix}"
            path.write_bytes(_encoded(recording, suffix))
        (folder / "truth.json").write_text(_truth(history), encoding="utf-8")
    except OSError as error:
        msg = f"{folder}: cannot be written to ({error.strerror or error})"
        raise HipstrideError(msg) from None
    write_journal(history.journal, folder / "journal.csv")
    write_changes(history.changes, folder / "changes.csv")
    return folder


def _check(history: History, formats: Sequence[str]) -> None:
    known = get_args(FileFormat)
    unknown = [each for each in formats if each not in known]
    if unknown or not formats:
        found = repr(unknown[0]) if unknown else "none"
        msg = f"formats: found {found}; expected some of {', '.join(known)}"
        raise ValueError(msg)
    only_gpx = all(each.startswith("gpx") for each in formats)
    if only_gpx and history.runs_truth["is_treadmill"].any():
        msg = (
            "formats: found only gpx for a runner with treadmill runs, which have no "
            "positions; add fit or tcx"
        )
        raise ValueError(msg)


def _suffix(recording: Recording, formats: Sequence[FileFormat], run: int) -> str:
    turn = [formats[(run + skip) % len(formats)] for skip in range(len(formats))]
    if recording.is_treadmill:
        turn = [each for each in turn if not each.startswith("gpx")]
    return turn[0]


def _encoded(recording: Recording, suffix: str) -> bytes:
    plain = _ENCODERS[suffix.removesuffix(".gz")](recording)
    # No clock in the gzip header: the same run gives the same bytes.
    return gzip.compress(plain, mtime=0) if suffix.endswith(".gz") else plain


def _truth(history: History) -> str:
    """Tell the truth that the files hide, with what it was drawn from."""
    told = {
        "truth": asdict(history.truth),
        "runner": asdict(history.runner),
        "n_runs": len(history.runs_truth),
        "seed": history.seed,
        "stride_pct": history.runs_truth["stride_pct"].round(6).tolist(),
    }
    for name, uses in (
        ("device", history.runner.devices),
        ("shoe", history.runner.shoes),
    ):
        if uses:
            told[name] = history.runs_truth[name].tolist()
    return json.dumps(told, indent=2, default=str) + "\n"
