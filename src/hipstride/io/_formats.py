"""Which format bytes are in, and who reads it: content first, the name second."""

from __future__ import annotations

import re
from typing import Literal

from hipstride.errors import ReadError, UnknownFormatError
from hipstride.io._apple_paths import OpenRoute, no_routes
from hipstride.io._apple_scan import HEAD_BYTES, is_apple_health
from hipstride.io._csv_text import text_table
from hipstride.io._open import RawFile
from hipstride.io.journal import is_diary
from hipstride.tables import Recording

__all__ = [
    "SUFFIXES",
    "Engine",
    "Format",
    "format_of",
    "is_zip",
    "recordings_of",
    "suffix_of",
]

Engine = Literal["columnar", "fitparse", "gpxpy"]
Format = Literal["fit", "gpx", "tcx", "apple", "csv", "diary", "zip", ""]

# Ends of names that are looked into in a folder or a zip; .gz may stand behind.
SUFFIXES = frozenset({"fit", "gpx", "tcx", "csv", "tsv", "xml", "zip"})

_FIT_AT_8 = b".FIT"
_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
_ROOT = re.compile(rb"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
_ROOTS: dict[bytes, Format] = {b"gpx": "gpx", b"trainingcenterdatabase": "tcx"}
_BY_SUFFIX: dict[str, Format] = {
    "fit": "fit",
    "gpx": "gpx",
    "tcx": "tcx",
    "csv": "csv",
    "tsv": "csv",
    "txt": "csv",
}
_HEAD_BYTES = 4096
_TABLE_BYTES = 2**16
_SHOWN_BYTES = 16


def suffix_of(name: str) -> str:
    """Give the end of a name in lower case, without its dot and without .gz.

    Examples
    --------
    >>> suffix_of("Run.FIT.gz"), suffix_of("run")
    ('fit', '')
    """
    stem, _, suffix = name.lower().removesuffix(".gz").rpartition(".")
    return suffix if stem else ""


def is_zip(head: bytes) -> bool:
    """Tell whether bytes begin as a zip does."""
    return head.startswith(_ZIP_MAGICS)


def format_of(raw: RawFile) -> Format:
    """Tell the format of a file; empty where it is none that is read.

    Examples
    --------
    >>> (
    ...     format_of(RawFile("export", b"", b"<?xml?> <gpx>")),
    ...     format_of(RawFile("run.fit", b"", b"")),
    ... )
    ('gpx', 'fit')
    """
    data = raw.data
    if data[8:12] == _FIT_AT_8:
        return "fit"
    if is_zip(data):
        return "zip"
    by_suffix = _BY_SUFFIX.get(suffix_of(raw.name), "")
    if by_suffix == "csv":
        return _table_format(raw, by_suffix)
    if is_apple_health(data[:HEAD_BYTES]):
        return "apple"
    # In UTF-16 every other byte of a tag is zero.
    root = _ROOT.search(data[:_HEAD_BYTES].replace(b"\x00", b""))
    by_root = _ROOTS.get(root[1].lower(), "") if root else ""
    if by_root or suffix_of(raw.name) == "xml":
        return by_root
    return by_suffix or _table_format(raw, "")


def _table_format(raw: RawFile, by_suffix: Format) -> Format:
    """Tell a diary from another table; text is a table only if it has columns."""
    try:
        table = text_table(_head_of(raw), is_head=True)
    except ReadError:
        return by_suffix
    if is_diary(table):
        return "diary"
    return "csv" if by_suffix or len(table.header) > 1 else ""


def recordings_of(
    raw: RawFile,
    kind: Format,
    engine: Engine | None,
    *,
    open_route: OpenRoute = no_routes,
) -> list[Recording]:
    """Hand a file to the reader of its format.

    Each reader is imported when its first file comes, since its libraries take time.

    Parameters
    ----------
    raw : RawFile
        The file.
    kind : str
        Its format, as `format_of` tells it.
    engine : str or None
        Who decodes, where the format has this engine; else ours does.
    open_route : callable
        Gives the routes that lie beside an export of Apple Health.

    Returns
    -------
    list of Recording
        All of its sessions, of whatever sport.

    Raises
    ------
    ReadError
        If it cannot be read.
    """
    if kind == "fit":
        from hipstride.io.fit import read_fit  # noqa: PLC0415

        fit_engine: Literal["columnar", "fitparse"] = (
            "fitparse" if engine == "fitparse" else "columnar"
        )
        return read_fit(raw.stored, engine=fit_engine, name=raw.name)
    if kind == "gpx":
        from hipstride.io.gpx import read_gpx  # noqa: PLC0415

        gpx_engine: Literal["columnar", "gpxpy"] = (
            "gpxpy" if engine == "gpxpy" else "columnar"
        )
        return read_gpx(raw.stored, engine=gpx_engine, name=raw.name)
    if kind == "tcx":
        from hipstride.io.tcx import read_tcx  # noqa: PLC0415

        return read_tcx(raw.stored, name=raw.name)
    if kind == "apple":
        from hipstride.io.apple_health import read_apple_health  # noqa: PLC0415

        return read_apple_health(raw.stored, name=raw.name, open_route=open_route)
    if kind == "csv":
        from hipstride.io.stride_csv import read_stride_csv  # noqa: PLC0415

        return read_stride_csv(raw.stored, name=raw.name)
    if kind == "diary":
        raise ReadError(
            raw.name,
            "a diary or a list of changes",
            "the file of a run",
            "use read_journal or read_changes",
        )
    start = f"{raw.data[:_SHOWN_BYTES]!r} at its start" if raw.data else "no bytes"
    raise UnknownFormatError(
        raw.name,
        start,
        "FIT, GPX, TCX, CSV or a zip of these, or an Apple Health export",
        "export the run again, as FIT if you can",
    )


def _head_of(raw: RawFile) -> RawFile:
    """Cut a long table behind one of its first rows: its header is all that matters."""
    head = raw.data[:_TABLE_BYTES]
    if len(head) == len(raw.data):
        return raw
    # In UTF-16 a line ends in two bytes; an even cut is clean.
    is_wide = b"\x00" in head
    cut = len(head) if is_wide else head.rfind(b"\n") + 1 or len(head)
    return RawFile(raw.name, b"", head[:cut])
