"""Exports of any size, made on the fly: nobody's files."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

import numpy as np
from tests import applebuild, fitbuild

from hipstride import simulate

GIGABYTE = 2**30
# Types of FIT files that a watch writes all day long: monitoring, sleep, metrics.
_OTHER_TYPES = (32, 49, 44, 2)
_UPLOADED = "DI_CONNECT/DI-Connect-Uploaded-Files"
_PARTS = 3
_RUNS_PER_PART = 40


def monitoring_file(rng: np.random.Generator, n_messages: int = 400) -> bytes:
    """A file of steps and heart rates, as a watch writes it every few hours."""
    kind = int(rng.choice(_OTHER_TYPES))
    fit = fitbuild.Fit()
    fit.define(0, fitbuild.FILE_ID, (0, "enum"), (1, "uint16"), (4, "uint32"))
    fit.data(0, kind, 1, fitbuild.START)
    fit.define(1, 55, (253, "uint32"), (27, "uint8"), (3, "uint32"))
    for minute in range(n_messages):
        at = fitbuild.START + 60 * minute
        fit.data(1, at, int(rng.integers(50, 180)), int(rng.integers(2**31)))
    return fit.bytes()


def monitoring_files(folder: Path, n_files: int, seed: int = 0) -> Path:
    """Fill a folder with files that are no activities, no two alike."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(seed)
    plain = monitoring_file(rng)
    for number in range(n_files):
        # A serial number of its own; the checksum is not looked at that far.
        data = bytearray(plain)
        data[-6:-2] = number.to_bytes(4, "little")
        (folder / f"{number:06d}_MONITOR.fit").write_bytes(data)
    return folder


def garmin_zip(path: Path, size_bytes: int = 3 * GIGABYTE, seed: int = 0) -> Path:
    """An account export: parts of many files, each a zip, deflated into the whole."""
    past = simulate.history(
        simulate.Runner(), n_runs=_PARTS * _RUNS_PER_PART, seed=seed
    )
    rng = np.random.default_rng(seed)
    filler = monitoring_file(rng)
    with tempfile.TemporaryDirectory() as temporary:
        folder = simulate.write(past, Path(temporary) / "runs", duration_s=1800.0)
        files = sorted(folder.glob("*.fit"))
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as whole:
            for part in range(_PARTS):
                inner = Path(temporary) / "part.zip"
                _write_part(
                    inner,
                    files[part::_PARTS],
                    filler,
                    size_bytes // _PARTS,
                    rng,
                )
                whole.write(inner, f"{_UPLOADED}/UploadedFiles_0-_Part{part + 1}.zip")
                inner.unlink()
    return path


def _write_part(
    path: Path,
    runs: list[Path],
    filler: bytes,
    size_bytes: int,
    rng: np.random.Generator,
) -> None:
    """Write a zip of runs among files that do not pack, up to a size."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for run in runs:
            archive.write(run, f"someone_{run.stem}.fit")
        number = 0
        while path.stat().st_size < size_bytes:
            noise = rng.bytes(256 * 1024)
            archive.writestr(f"someone_9{number:06d}.fit", filler + noise)
            number += 1


def apple_zip(path: Path, size_bytes: int = GIGABYTE) -> Path:
    """An Apple Health export whose ``export.xml`` has about this size."""
    return applebuild.write_zip(path, size_bytes=size_bytes)
