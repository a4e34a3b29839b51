"""When a run of a CSV file began, where the file does not say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from hipstride.errors import ReadError

__all__ = ["SAY_WHEN", "Start", "stated_start"]


_YEAR_FIRST = re.compile(r"\s*\d{4}-\d{2}-\d{2}(?!\d)")
SAY_WHEN = "say when it started: started_at='2026-12-31 18:30'"


@dataclass(frozen=True, slots=True)
class Start:
    """When a run began, in UTC, and what to add for the runner's clock."""

    at: pd.Timestamp
    utc_offset: pd.Timedelta | None = None
    notes: tuple[str, ...] = ()


def stated_start(
    name: str, started_at: str | datetime | pd.Timestamp | None, found: str
) -> Start:
    if started_at is None:
        raise ReadError(name, found, "the start of the run", SAY_WHEN)
    # 01/02/2026 is two days; only a text that begins with its year is one.
    is_plain = not isinstance(started_at, str) or _YEAR_FIRST.match(started_at)
    at = pd.to_datetime(started_at, errors="coerce") if is_plain else pd.NaT
    if pd.isna(at):
        expected = "a time such as 2026-12-31 18:30"
        raise ReadError(name, f"started_at={started_at!r}", expected, "mend it")
    if at.tzinfo is None:
        note = "started_at has no zone and was taken as UTC"
        return Start(at.tz_localize("UTC").as_unit("us"), None, (note,))
    offset = at.utcoffset()
    zone = pd.Timedelta(offset) if offset else None
    return Start(at.tz_convert("UTC").as_unit("us"), zone)
