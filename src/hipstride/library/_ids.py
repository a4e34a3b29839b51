"""Runs are named by the first digits of their ids."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["beginning_so"]


def beginning_so(ids: Iterable[str], digits: str) -> list[str]:
    """Give the ids that begin so; one that is the whole of it goes before longer ones.

    Examples
    --------
    >>> beginning_so(["abc", "abc-2", "abe"], "abc")
    ['abc']
    >>> beginning_so(["abc", "abe"], "ab")
    ['abc', 'abe']
    """
    found = [one for one in ids if one.startswith(digits)]
    return [digits] if digits in found else found
