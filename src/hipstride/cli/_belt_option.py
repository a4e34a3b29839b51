"""What a runner types of a treadmill and of splits, read from the options."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from hipstride.units import parse_distance_m, parse_duration_s

if TYPE_CHECKING:
    from hipstride.gait import BeltSplit
    from hipstride.tables import Recording

__all__ = ["is_in_miles", "parse_belt_splits", "parse_every", "with_belt"]

_A_SPLIT = "a distance and its time, such as '1.0mi 9:30' or '2.0mi at 18:42'"
# The distance, and behind it how long it took or when it ended.
_SPLIT = re.compile(r"([0-9.,]+\s*[a-z]+)\s*(in |at |@)?\s*(.*)", re.IGNORECASE)
# A comma with a space behind it stands between splits, one without in a number.
_BETWEEN = re.compile(r"[,;]\s+")


def parse_every(text: str) -> tuple[float, bool]:
    """Read after how much a split ends.

    Parameters
    ----------
    text : str
        ``mi``, ``km``, ``400m``, ``0.5mi``, ``10min`` or ``5:00``.

    Returns
    -------
    size : float
        How much [m or s].
    is_time : bool
        Whether it is a time.

    Raises
    ------
    BadParameter
        If it is neither a distance nor a time.

    Examples
    --------
    >>> parse_every("km"), parse_every("10min")
    ((1000.0, False), (600.0, True))
    """
    whole = text if re.search(r"[0-9]", text) else f"1{text.strip()}"
    try:
        return parse_distance_m(whole), False
    except ValueError:
        pass
    try:
        return parse_duration_s(whole), True
    except ValueError:
        msg = (
            f"found {text!r}; expected a distance or a time with its unit: mi, km, "
            "400m, 0.5mi, 10min or 5:00"
        )
        raise typer.BadParameter(msg, param_hint="--every") from None


def parse_belt_splits(texts: Sequence[str]) -> list[BeltSplit]:
    """Read the pieces of a treadmill run.

    Parameters
    ----------
    texts : sequence of str
        ``1.0mi 9:30`` (it took so long), ``2.0km at 18:42`` (it ended then), ``1.0mi``;
        several in one with a comma and a space between.

    Returns
    -------
    list of BeltSplit
        The pieces in order.

    Raises
    ------
    BadParameter
        If one is none.

    Examples
    --------
    >>> [one.duration_s for one in parse_belt_splits(["1.0mi 9:30, 1.0mi 9:12"])]
    [570.0, 552.0]
    """
    return [
        _belt_split(one.strip())
        for text in texts
        for one in _BETWEEN.split(text.strip().rstrip(",;"))
    ]


def is_in_miles(*texts: str | None) -> bool:
    """Tell whether one of these was typed in miles.

    Examples
    --------
    >>> is_in_miles("3.0mi"), is_in_miles(None, "5km", "10min")
    (True, False)
    """
    return any(
        re.search(r"(?:^|[0-9.,\s])mi(?:les?)?\b", text, re.IGNORECASE) is not None
        for text in texts
        if text
    )


def with_belt(
    recording: Recording, distance: str | None, pieces: Sequence[str]
) -> Recording:
    """Rescale a run by what was typed, where anything was.

    Raises
    ------
    BadParameter
        If it cannot be read, or both ways are used.
    TableError
        If it cannot be the distance of this run.
    """
    from hipstride.gait import with_belt_distance, with_belt_splits

    if distance and pieces:
        msg = "give the whole distance or its splits, not both"
        raise typer.BadParameter(msg, param_hint="--belt-distance")
    if pieces:
        return with_belt_splits(recording, parse_belt_splits(pieces))
    if distance is None:
        return recording
    try:
        distance_m = parse_distance_m(distance)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--belt-distance") from None
    return with_belt_distance(recording, distance_m)


def _belt_split(text: str) -> BeltSplit:
    from hipstride.gait import BeltSplit

    found = _SPLIT.fullmatch(text)
    far, link, time = found.groups(default="") if found else ("", "", "")
    try:
        distance_m = parse_distance_m(far)
        if not time and not link:
            return BeltSplit(distance_m)
        time_s = parse_duration_s(time)
    except ValueError:
        msg = f"found {text!r}; expected {_A_SPLIT}"
        raise typer.BadParameter(msg, param_hint="--belt-split") from None
    if link.strip().lower() in {"at", "@"}:
        return BeltSplit(distance_m, ended_s=time_s)
    return BeltSplit(distance_m, time_s)
