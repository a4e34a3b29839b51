"""Which column of Strava's list holds what, in whatever language its header is."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from hipstride.io._csv_text import TextTable
from hipstride.io._strava_words import HEADERS, PLACES, header_key

__all__ = ["StravaColumns", "columns_of", "file_column"]

_FILE = re.compile(
    r"activities/[^/]+\.(?:fit|gpx|tcx)(?:\.gz)?", re.IGNORECASE | re.ASCII
)
# Nothing but what stands in every list: a file that has these is Strava's.
_OWN = ("id", "date")
_LOOKED_AT = 5000


@dataclass(frozen=True)
class StravaColumns:
    """Columns by what they hold; some stand there twice.

    `is_known` says that the header itself was understood, `is_english` that it is the
    original one; `is_placed` that columns were told by their place.
    """

    at: dict[str, tuple[int, ...]]
    is_known: bool = False
    is_english: bool = False
    is_placed: bool = False

    def text(self, cells: tuple[str, ...], name: str, which: int = 0) -> str:
        """Give a cell; empty where there is no such column."""
        places = self.at.get(name, ())
        return cells[places[which]] if places else ""


def columns_of(table: TextTable) -> StravaColumns:
    r"""Tell the columns by their header, and what it leaves open by place and content.

    Examples
    --------
    >>> from hipstride.io._csv_text import text_table
    >>> from hipstride.io._open import RawFile
    >>> text = b"ID,Date,Naam,Type,File\n1,2026-01-02,Easy,Run,activities/1.fit.gz"
    >>> columns = columns_of(text_table(RawFile("a.csv", text, text)))
    >>> columns.at["file"], columns.at["name"], columns.is_placed
    ((4,), (2,), True)
    """
    keys = [header_key(cell) for cell in table.header]
    at: dict[str, tuple[int, ...]] = {}
    for index, name in enumerate(keys):
        ours = HEADERS.get(name)
        if ours is not None:
            at[ours] = (*at.get(ours, ()), index)
    columns = StravaColumns(
        at, all(name in at for name in _OWN), "activity_date" in keys
    )
    if columns.is_english:
        return columns
    return _placed(table, columns)


def file_column(table: TextTable) -> int | None:
    """Find the column that holds the paths of Strava's files, by its cells."""
    for _, cells in table.rows[:_LOOKED_AT]:
        for index, cell in enumerate(cells[: len(table.header)]):
            if _FILE.fullmatch(cell):
                return index
    return None


def _placed(table: TextTable, columns: StravaColumns) -> StravaColumns:
    """Add what a header in another language does not say, by place and content."""
    at = dict(columns.at)
    file_at = file_column(table)
    if "file" not in at and file_at is not None:
        at["file"] = (file_at,)
    width = len(table.header)
    is_long = at.get("file") == PLACES["file"] and width > max(PLACES["distance"])
    # Shorter lists begin alike.
    sure = set(PLACES) if is_long else {"id", "date", "name", "type"}
    taken = {index for places in at.values() for index in places}
    for ours in PLACES:
        places = PLACES[ours]
        is_free = taken.isdisjoint(places) and max(places) < width
        if ours in sure and ours not in at and is_free:
            at[ours] = places
    is_placed = at.keys() - columns.at.keys() - {"file"} != set()
    return replace(columns, at=at, is_placed=is_placed)
