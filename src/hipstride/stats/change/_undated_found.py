"""A date that was found in the data, marked so that it is never taken for a known one.

A date chosen because pain differed there, tested on the same pain, is found again with
near certainty whether or not anything happened (double dipping). So a found date is no
date: it is a value of its own that `refuse_found_date` recognises. Nothing can be done
against a date that is read off the screen and typed in.
"""

from __future__ import annotations

from dataclasses import dataclass

from hipstride.errors import TableError

__all__ = ["FoundDate", "refuse_found_date"]

_MARK = "found in the ratings"


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A day that was found, as words; it is neither a date nor parsed as one.

    Parameters
    ----------
    on, low_on, high_on : str
        The best day, and the first and last day of its interval, as ISO dates.
    outcome : str
        The column of ratings in which it was found.

    Examples
    --------
    >>> str(FoundDate("2026-03-04", "2026-02-20", "2026-03-15", "pain_after_0_10"))
    'about 2026-03-04 (2026-02-20 to 2026-03-15), found in the ratings'
    """

    on: str
    low_on: str
    high_on: str
    outcome: str

    def __str__(self) -> str:
        return f"about {self.on} ({self.low_on} to {self.high_on}), {_MARK}"


def refuse_found_date(change: object) -> None:
    """Refuse a date that was found in the data where a known one is needed.

    Parameters
    ----------
    change : object
        What was given as a change: a `FoundDate`, or its words, is refused; all else
        passes.

    Raises
    ------
    TableError
        If it is a found date.

    Examples
    --------
    >>> refuse_found_date("2026-03-04")
    """
    is_found = isinstance(change, FoundDate) or (
        isinstance(change, str) and change.strip().endswith(_MARK)
    )
    if is_found:
        msg = (
            f"change: found {str(change)!r}, a date that was found in these ratings; "
            "expected one that was known before; the same ratings cannot test it: log "
            "what you change next, and test that"
        )
        raise TableError(msg)
