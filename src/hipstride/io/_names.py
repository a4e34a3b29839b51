"""Names of files, as they can be shown and trusted.

Nothing is ever written under a name that was found. It is only a label: so it must lead
nowhere, fit on one line, and turn no text around.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["is_hidden", "member_label", "numbered", "printable"]

_DRIVE = re.compile(r"[A-Za-z]:")
# Control and format characters, lone surrogates, breaks of lines and paragraphs.
_UNSHOWN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
_FIRST_ODD_BYTE = 0xDC80
_NO_NAME = "(no name)"


def printable(name: str) -> str:
    r"""Give a name with the characters written out that do not show.

    Examples
    --------
    >>> printable("run\n1.fit"), printable("run\udce9.fit")
    ('run\\x0a1.fit', 'run\\xe9.fit')
    """
    if name.isprintable():
        return name
    return "".join(map(_shown, name))


def member_label(raw: bytes, *, is_utf8: bool) -> str:
    r"""Give the name of a member of a zip as a plain path below that zip.

    Ways up, roots and drives are left out; a backslash parts folders as a slash does.
    Bytes that do not say what they are written in are UTF-8 if they can be, else those
    of the first PCs.

    Examples
    --------
    >>> member_label(b"C:\\runs\\..\\1.fit", is_utf8=True)
    'runs/1.fit'
    """
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        name = (
            raw.decode("utf-8", "surrogateescape") if is_utf8 else raw.decode("cp437")
        )
    name = name.replace("\\", "/")
    if ":" in name[:2]:
        name = _DRIVE.sub("", name, count=1)
    parts = [part for part in name.split("/") if part not in {"", ".", ".."}]
    return printable("/".join(parts)) or _NO_NAME


def is_hidden(label: str) -> bool:
    """Tell whether a path leads into what is hidden, or into a Mac's own notes."""
    if not label.startswith(".") and "/." not in label and "__MACOSX" not in label:
        return False
    return any(part.startswith(".") or part == "__MACOSX" for part in label.split("/"))


def numbered(label: str, taken: dict[str, int]) -> str:
    """Give a name that no other file has: a number before its ending where need be.

    Parameters
    ----------
    label : str
        The name.
    taken : dict
        How often each name came so far; this one is noted in it.

    Returns
    -------
    str
        The name, or the same with a number.

    Examples
    --------
    >>> taken: dict[str, int] = {}
    >>> [numbered("runs/1.fit.gz", taken) for _ in range(2)]
    ['runs/1.fit.gz', 'runs/1 (2).fit.gz']
    """
    number = taken.get(label, 0) + 1
    if number == 1:
        taken[label] = 1
        return label
    folder, slash, name = label.rpartition("/")
    stem, dot, ending = name.partition(".")
    while (other := f"{folder}{slash}{stem} ({number}){dot}{ending}") in taken:
        number += 1
    taken[label], taken[other] = number, 1
    return other


def _shown(character: str) -> str:
    if unicodedata.category(character) not in _UNSHOWN:
        return character
    code = ord(character)
    # A byte that is no UTF-8 comes as U+DC80 to U+DCFF.
    if _FIRST_ODD_BYTE <= code <= _FIRST_ODD_BYTE + 0x7F:
        code &= 0xFF
    return f"\\u{code:04x}" if code >> 8 else f"\\x{code:02x}"
