"""Rows of an account's list as an `ACTIVITIES` table, whosever list it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd

from hipstride.io._journal_rows import column_of
from hipstride.tables import ACTIVITIES

__all__ = ["INDOORS", "Activity", "activities_of", "clean_text"]

# A run under a roof, by its sub-sport; those on screens are run on a belt.
INDOORS = frozenset({"treadmill", "indoor_running", "virtual_activity"})
_RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Activity:
    """One row of a list, under our names; `started_ms` counts from 1970 in UTC."""

    started_ms: int
    sport: str = ""
    sub_sport: str = ""
    utc_offset_s: float = nan
    duration_s: float = nan
    distance_m: float = nan
    rpe_0_10: float = nan
    feel_0_100: float = nan
    name: str = ""
    description: str = ""
    file: str = ""
    shoe: str = ""

    @property
    def is_treadmill(self) -> bool:
        """Whether the list says that it was a run on a belt or indoors."""
        return self.sport == _RUNNING and self.sub_sport in INDOORS


def activities_of(activities: Sequence[Activity], source: str) -> pd.DataFrame:
    """Make the table, by start; what starts together stays in the list's order."""
    ordered = sorted(activities, key=lambda one: one.started_ms)
    started_us = np.array([one.started_ms for one in ordered], dtype=np.int64) * 1000
    columns: Mapping[str, pd.Series] = {
        "started_at": pd.Series(
            pd.to_datetime(started_us, unit="us", utc=True).as_unit("us")
        ),
        "is_treadmill": pd.Series([one.is_treadmill for one in ordered], dtype="bool"),
        "source": column_of(ACTIVITIES, "source", [source] * len(ordered)),
    }
    return pd.DataFrame(
        {
            name: columns[name]
            if name in columns
            else column_of(ACTIVITIES, name, [getattr(one, name) for one in ordered])
            for name in ACTIVITIES.names
        }
    )


def clean_text(value: object) -> str:
    r"""Give a text that every table and database holds, or nothing.

    Half of a character outside the basic plane is legal in JSON, and no character.

    Examples
    --------
    >>> clean_text(" Easy \ud83d run\x00"), clean_text(None)
    ('Easy ? run', '')
    """
    if not isinstance(value, str):
        return ""
    whole = value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    return whole.strip()
