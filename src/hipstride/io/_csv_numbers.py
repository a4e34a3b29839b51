"""Cells of a CSV file as numbers: decimal point or comma, groups of thousands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from math import nan

__all__ = ["decimal_sign", "is_missing", "number"]


# No number and no date is longer; what is, would only cost time.
_MAX_CELL = 60
# Between the thousands of a number: a space, a thin one, one that does not break.
_SPACES = "[ \u00a0\u2009\u202f']"
_MISSING = {"", "-", "--", "---", "–", "—", "na", "n/a", "nan", "null", "#n/a"}


def is_missing(text: str) -> bool:
    """Tell whether a cell says that there is no value."""
    return text.casefold() in _MISSING


def decimal_sign(cells: Iterable[str], delimiter: str) -> tuple[str, str]:
    """Tell whether a file writes its decimals with a point or a comma, and any doubt.

    A cell such as ``4,8`` or ``1.234,5`` decides; ``4,808`` may be either, and is
    read by the habit of the delimiter where nothing else decides: a file parted by
    semicolons writes decimal commas. Such a cell is given as the doubt.

    Examples
    --------
    >>> decimal_sign(["4,808", "5.48"], ","), decimal_sign(["4,808", "5,4"], ";")
    (('.', ''), (',', ''))
    >>> decimal_sign(["4,808"], ",")
    ('.', '4,808')
    """
    votes = {".": 0, ",": 0}
    unclear = ""
    # Without a comma anywhere there is nothing to decide, and most files have none.
    seen = set(cells)
    if not any("," in cell for cell in seen):
        return ".", ""
    for cell in sorted(seen):
        match = _LAST_SIGN.fullmatch(cell[:_MAX_CELL])
        if match is None:
            continue
        sign, decimals = match.groups()
        whole = cell[: -len(decimals) - 1]
        if sign in whole:
            # Two of a sign part thousands, so the other is the decimal one.
            votes["." if sign == "," else ","] += 1
        elif (
            len(decimals) != len("000")
            or any(mark in whole for mark in ".,")
            or _NO_THOUSANDS.fullmatch(whole)
        ):
            votes[sign] += 1
        elif sign == ",":
            unclear = cell
    if any(votes.values()):
        return ("," if votes[","] > votes["."] else "."), ""
    return ("," if unclear and delimiter != "," else "."), unclear


@lru_cache(maxsize=2**16)
def number(text: str, decimal: str = ".") -> float | None:
    """Read a cell as a number, or give None where it is none.

    Parameters
    ----------
    text : str
        The cell.
    decimal : {".", ","}
        The decimal sign of the file; the other sign groups thousands.

    Returns
    -------
    float or None
        NaN for a cell that says it is missing; None for text.

    Examples
    --------
    >>> number("4,808"), number("4,808", ","), number("--"), number("4,8"), number("a")
    (4808.0, 4.808, nan, None, None)
    """
    if is_missing(text):
        return nan
    if len(text) > _MAX_CELL:
        return None
    is_plain, is_grouped, group = _NUMBERS[decimal]
    if not is_plain.fullmatch(text):
        if not is_grouped.fullmatch(text):
            return None
        text = group.sub("", text)
    value = float(text.replace(decimal, "."))
    return value if abs(value) < float("inf") else None


def _patterns(
    sign: str, group: str
) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Compile what a plain number looks like, one in groups of three, and the group."""
    group = f"(?:{group}|{_SPACES})"
    return (
        re.compile(rf"[-+]?(?:\d+{sign}?\d*|{sign}\d+)(?:[eE][-+]?\d+)?"),
        # 0.117 is no number of thousands.
        re.compile(rf"[-+]?[1-9]\d{{0,2}}(?:{group}\d{{3}})+(?:{sign}\d*)?"),
        re.compile(group),
    )


_LAST_SIGN = re.compile(rf"[-+]?(?:[\d.,]|{_SPACES})*?([.,])(\d+)")
_NO_THOUSANDS = re.compile(r"[-+]?(0\d*|\d{4,})?")
_NUMBERS = {".": _patterns(r"\.", ","), ",": _patterns(",", r"\.")}
