"""The notes of a run: sentences in one cell, joined so that they come apart again."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["apart", "joined"]

_BETWEEN = "; "


def joined(notes: Iterable[str]) -> str:
    """Join notes into one cell.

    Parameters
    ----------
    notes : iterable of str
        One sentence each.

    Returns
    -------
    str
        The notes between ``; ``. One inside a note becomes a comma, and the full stop
        at its end goes. A note that stands twice is kept once.

    Examples
    --------
    >>> joined(["Time goes back; all is kept.", "no cadence"])
    'Time goes back, all is kept; no cadence'
    """
    plain = (" ".join(note.replace(";", ",").split()).rstrip(".") for note in notes)
    return _BETWEEN.join(dict.fromkeys(filter(None, plain)))


def apart(cell: str) -> list[str]:
    """Take the notes of one cell apart.

    Examples
    --------
    >>> apart("one; two"), apart("")
    (['one', 'two'], [])
    """
    return [note for note in cell.split(_BETWEEN) if note]
