"""The words on runs: notes in one cell, that come apart again, and the baseline."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

__all__ = ["apart", "baseline_words", "joined"]

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


def baseline_words(obs: pd.DataFrame) -> str:
    """Say what the stride deviations are counted from; empty where it is not known.

    Examples
    --------
    >>> obs = pd.DataFrame({"stride_deviation_pct": [0.1, -0.1], "is_baseline": True})
    >>> baseline_words(obs)
    'the mean of all 2 runs'
    """
    if not {"is_baseline", "stride_deviation_pct"} <= set(obs.columns):
        return ""
    known = obs["stride_deviation_pct"].notna().to_numpy(np.bool_)
    base = obs["is_baseline"].to_numpy(dtype=float, na_value=0.0) > 0
    base &= known
    n = np.count_nonzero(base)
    if not n:
        return ""
    several = (
        "device" in obs.columns and len(obs["device"][known].dropna().unique()) > 1
    )
    own = ", devices on one scale where they share some time" if several else ""
    if (base == known).all():
        return f"the mean of all {n} runs{own}"
    if "local_date" not in obs.columns:
        return f"the mean of {n} runs{own}"
    last = obs["local_date"][base].max()
    return f"the mean of the {n} runs up to {last:%Y-%m-%d}{own}"
