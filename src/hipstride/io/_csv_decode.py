"""The text of a CSV file, in whatever encoding a spreadsheet has written it."""

from __future__ import annotations

import codecs

from hipstride.errors import ReadError
from hipstride.io._open import RawFile

__all__ = ["decode"]


# A day at 1 Hz in 40 columns; a cell takes ten times its text in memory.
_MAX_TABLE_BYTES = 32 * 2**20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(raw: RawFile, wanted: str) -> tuple[str, tuple[str, ...]]:
    data = raw.data
    if len(data) > _MAX_TABLE_BYTES:
        raise ReadError(
            raw.name,
            f"a table of {len(data) // 2**20} MB",
            f"at most {_MAX_TABLE_BYTES // 2**20} MB",
            "split it, or check that it is what it claims to be",
        )
    if not data.strip():
        raise ReadError(
            raw.name, f"a file of {len(data)} bytes", wanted, "export it again"
        )
    if data.startswith(b"PK\x03\x04"):
        raise ReadError(
            raw.name,
            "a zip or a spreadsheet workbook",
            wanted,
            "save the sheet as CSV",
        )
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "")
    if not encoding:
        encoding = _utf16_without_mark(data) or "utf-8"
    notes: tuple[str, ...] = ()
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise ReadError(
                raw.name, f"broken {encoding} text", wanted, "save it as UTF-8"
            ) from None
        text = data.decode("latin-1" if _is_not_cp1252(data) else "cp1252")
        notes = ("the text is not UTF-8 and was read as Latin-1",)
    if "\x00" in text or _share_of_controls(text) > 0:
        raise ReadError(
            raw.name, "bytes that are no text", wanted, "check that it is a CSV file"
        )
    return text.removeprefix("\ufeff"), notes


def _utf16_without_mark(data: bytes) -> str:
    """Tell UTF-16 by its zeros: every other byte of plain text is one."""
    head = data[:2000]
    if len(head) < len("ab") * 2:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    many = 0.6 * (len(head) // 2)
    if odd > many and not even:
        return "utf-16-le"
    return "utf-16-be" if even > many and not odd else ""


def _is_not_cp1252(data: bytes) -> bool:
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        return True
    return False


def _share_of_controls(text: str) -> float:
    """Share of the head that no spreadsheet writes: control characters."""
    head = text[:4000]
    controls = sum(ch < " " and ch not in "\t\n\r\f\v" for ch in head)
    return controls / max(len(head), 1)
