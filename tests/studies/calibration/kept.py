"""Rows of finished cells, kept so that a study that was stopped goes on."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
from tests.studies.calibration.cells import Cell

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "build" / "calibration"
# What the numbers depend on.
SOURCES = (
    ROOT / "src" / "hipstride" / "stats",
    ROOT / "src" / "hipstride" / "simulate",
    Path(__file__).parent / "analyse.py",
    Path(__file__).parent / "rivals.py",
)


def code_hash() -> str:
    """Give a fingerprint of the code that the numbers depend on."""
    digest = hashlib.sha256()
    for source in SOURCES:
        paths = sorted(source.rglob("*.py")) if source.is_dir() else [source]
        for path in paths:
            if path.parent.name != "power":  # plans decide no answer
                digest.update(path.relative_to(ROOT).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def path_of(cell: Cell, *, seed: int, histories: int, code: str) -> Path:
    """Name the file of a cell."""
    key = f"{cell!r}|{seed}|{histories}|{code}"
    return FOLDER / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.json"


def load(path: Path) -> list[dict[str, object]] | None:
    """Give the rows of a finished cell, or None."""
    if not path.is_file():
        return None
    rows: list[dict[str, object]] = json.loads(path.read_text(encoding="utf-8"))
    return rows


def save(path: Path, rows: list[dict[str, object]]) -> None:
    """Keep the rows of a finished cell, all or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(rows, default=_plain), encoding="utf-8")
    part.replace(path)


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    msg = f"{type(value).__name__} is no value of JSON"
    raise TypeError(msg)
