"""Why a file is no FIT file, or not one of an activity: found, expected, remedy."""

from __future__ import annotations

from math import nan

from hipstride.errors import ReadError, UnknownFormatError
from hipstride.io._fit_sessions import word
from hipstride.io._fit_tables import Tables
from hipstride.io._open import RawFile

__all__ = ["no_activity", "not_fit"]

# macOS puts such a file beside each file on a foreign disk (RFC 1740).
_APPLE_DOUBLE = b"\x00\x05\x16\x07"


def not_fit(raw: RawFile) -> UnknownFormatError:
    """Say what stands where the FIT header should."""
    expected = 'a FIT header (".FIT" at byte 8)'
    remedy = "export the activity again, as FIT"
    if not raw.data:
        found = "a file of 0 bytes"
    elif raw.data.startswith(_APPLE_DOUBLE):
        found = "macOS's side file (AppleDouble), which holds no data"
        remedy = f"read the file without the leading ._ instead of {raw.name}"
    else:
        found = f"{raw.data[:12]!r} at byte 0 of {len(raw.data)}"
    return UnknownFormatError(raw.name, found, expected, remedy)


def no_activity(name: str, tables: Tables, notes: list[str]) -> ReadError:
    """Say what kind of FIT file it is instead."""
    table = tables.get("file_id")
    code = nan if table is None else float(table.block(("type",))[0, 0])
    kind = word("file", code)
    found = f"a FIT file{f' of type {kind}' if kind else ''} without a timed record"
    found += "".join(f" ({note.rstrip('.')})" for note in notes[:1])
    return ReadError(name, found, "an activity", "choose the file of an activity")
