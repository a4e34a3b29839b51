"""The rows of a diary, read one by one: ratings, faults, and what was left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from math import isnan

from hipstride.errors import JournalError
from hipstride.io._csv_numbers import is_missing
from hipstride.io._csv_text import TextTable
from hipstride.io._dates import Stamp, clock_text, read_dates
from hipstride.io._journal_fields import (
    EXPECTED_MOMENTS,
    EXPECTED_SIDES,
    JOURNAL_HEADERS,
    MOMENTS,
    SIDE_WORDS,
    PainColumn,
    is_other_scale,
    named,
    pain,
    pain_column,
)
from hipstride.io._journal_rows import (
    Columns,
    Faults,
    find_columns,
    listed,
)

__all__ = ["Layout", "Ratings", "layout_of", "ratings_of"]

Entry = dict[str, object]


@dataclass(frozen=True)
class Layout:
    """Where a diary keeps what."""

    columns: Columns
    pains: tuple[PainColumn, ...]
    unknown: tuple[int, ...]


@dataclass
class Ratings:
    """The rows as read: entries with a rating, faults, and counts of the doubtful."""

    entries: list[Entry] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    unrated: int = 0
    utc: int = 0


def layout_of(table: TextTable) -> Layout:
    """Understand the header of a diary, or refuse the file with what it has.

    Raises
    ------
    JournalError
        If there is no column of days, none of ratings, or two that mean the same.
    """
    columns = find_columns(table, JOURNAL_HEADERS)
    pains = [
        column
        for i in columns.others
        if (column := pain_column(i, table.header[i])) is not None
    ]
    pains = [column for column in pains if not column.is_weak] or pains
    faults = list(columns.faults)
    place = f"row {table.header_row}: found columns {listed(table.header)}; expected "
    if "local_date" not in columns.places:
        faults.append(f"{place}a column of days; call it 'date' in the first row")
    other_scales = [] if pains else _other_scales(table, columns)
    faults += other_scales
    if not pains and not other_scales:
        faults.append(f"{place}a column of ratings; call it 'pain' in the first row")
    faults += _header_clashes(table, columns, pains)
    if faults:
        raise JournalError(table.name, faults, "mend the header")
    used = {column.index for column in pains}
    unknown = tuple(i for i in columns.others if i not in used)
    return Layout(columns, tuple(pains), unknown)


def ratings_of(table: TextTable, layout: Layout, date_format: str | None) -> Ratings:
    """Read every row, collecting faults instead of stopping at the first."""
    ratings = Ratings()
    ratings.faults.add_overlong(table)
    rated = [
        index
        for index, (_, cells) in enumerate(table.rows)
        if any(not is_missing(cells[column.index]) for column in layout.pains)
    ]
    ratings.unrated = len(table.rows) - len(rated)
    _add_split_commas(table, layout, ratings.faults)
    stamps = _stamps(table, layout, date_format, set(rated), ratings)
    for index in rated:
        row, cells = table.rows[index]
        common = _common(table, layout.columns, row, cells, stamps[index], ratings)
        for column in layout.pains:
            rating = pain(cells[column.index])
            if rating is None:
                ratings.faults.add(
                    row,
                    table.header[column.index],
                    repr(cells[column.index]),
                    "one number from 0 to 10, such as 3.5",
                    _pain_remedy(cells[column.index]),
                )
            elif not isnan(rating) and (stamp := stamps[index]) is not None:
                entry = common | {w: said for w, said in column.said().items() if said}
                entry["local_date"] = stamp.day + timedelta(days=column.days_later)
                entry["pain_0_10"] = rating
                if column.days_later:
                    # The clock time of the row is not that of the next morning.
                    entry["time"] = ""
                ratings.entries.append(entry)
    return ratings


def _add_split_commas(table: TextTable, layout: Layout, faults: Faults) -> None:
    """Add a fault where a decimal comma has parted a rating: ``3,5`` is not a 3.

    The half behind the comma then stands in the next column, which holds words.
    """
    if table.delimiter != ",":
        return
    places = {index: ours for ours, index in layout.columns.places.items()}
    for column in layout.pains:
        beside = column.index + 1
        if places.get(beside) not in {"note", "site"}:
            continue
        for row, cells in table.rows:
            whole, rest = cells[column.index], cells[beside]
            if re.fullmatch(r"\d{1,2}", whole) and re.fullmatch(r"\d{1,2}", rest):
                faults.add(
                    row,
                    table.header[column.index],
                    f"{whole!r} beside {rest!r} in {table.header[beside]!r}",
                    "a decimal comma in quotes, or words beside the rating",
                    f'write "{whole},{rest}" or {whole}.{rest} if that is the rating',
                )


def _pain_remedy(text: str) -> str:
    """Say what to write instead of a rating that is none."""
    if re.search(r"[^\W\d]{2}", text):
        return "write 0 for no pain, and nothing where it was not rated"
    if re.search(r"\d\s*[-–—]\s*\d", text):
        return "write one number, such as the middle of the two"
    return "mend the rating"


def _other_scales(table: TextTable, columns: Columns) -> list[str]:
    """Name columns of pain that say they do not run from 0 to 10."""
    return [
        f"row {table.header_row}: found column {table.header[i]!r}, of another scale; "
        "expected ratings from 0 to 10; turn them into these and call the column 'pain'"
        for i in columns.others
        if is_other_scale(table.header[i])
    ]


def _header_clashes(
    table: TextTable, columns: Columns, pains: Sequence[PainColumn]
) -> list[str]:
    faults: list[str] = []
    seen: dict[tuple[str, ...], str] = {}
    for column in pains:
        header = table.header[column.index]
        said = column.said()
        other = seen.setdefault(tuple(said.values()), header)
        if other is not header:
            faults.append(
                f"row {table.header_row}: found columns {other!r} and {header!r}, "
                "which both mean the same rating; expected one; rename or remove one"
            )
        faults += [
            f"row {table.header_row}: found column {header!r} beside "
            f"{table.header[columns.places[ours]]!r}; expected the {ours} in one "
            "place; rename or remove one"
            for ours, word in said.items()
            if word and ours in columns.places
        ]
    return faults


def _stamps(
    table: TextTable,
    layout: Layout,
    date_format: str | None,
    rated: set[int],
    ratings: Ratings,
) -> list[Stamp | None]:
    """Read the days; those of rows without a rating only help to tell their order."""
    columns = layout.columns
    header = table.header[columns.places["local_date"]]
    texts = [columns.text(cells, "local_date") for _, cells in table.rows]
    read = read_dates(["" if is_missing(text) else text for text in texts], date_format)
    for problem in read.faults:
        if problem.index is None or problem.index in rated:
            row = None if problem.index is None else table.rows[problem.index][0]
            ratings.faults.add(
                row, header, problem.found, problem.expected, problem.remedy
            )
    for index in sorted(rated):
        if is_missing(texts[index]):
            ratings.faults.add(
                table.rows[index][0], header, "no day", "a day", "say when it was rated"
            )
    ratings.utc = sum(stamp is not None and stamp.is_utc for stamp in read.stamps)
    # A spreadsheet that shows a day as an instant puts midnight behind each.
    clocks = {stamp.clock for stamp in read.stamps if stamp is not None}
    if clocks <= {"", "00:00"}:
        return [Stamp(s.day) if s is not None else None for s in read.stamps]
    return list(read.stamps)


def _common(
    table: TextTable,
    columns: Columns,
    row: int,
    cells: Sequence[str],
    stamp: Stamp | None,
    ratings: Ratings,
) -> Entry:
    """Read what holds for all ratings of a row."""
    entry: Entry = {"row": row}
    for ours, words, expected in (
        ("moment", MOMENTS, EXPECTED_MOMENTS),
        ("side", SIDE_WORDS, EXPECTED_SIDES),
    ):
        text = columns.text(cells, ours)
        word = "" if is_missing(text) else named(text, words)
        if word is None:
            header = table.header[columns.places[ours]]
            remedy = "use one of these words"
            ratings.faults.add(row, header, repr(text), expected, remedy)
        entry[ours] = word or ""
    for ours in ("site", "run_id", "note"):
        entry[ours] = columns.text(cells, ours)
    entry["time"] = stamp.clock if stamp is not None else ""
    text = columns.text(cells, "time")
    if is_missing(text):
        return entry
    header = table.header[columns.places["time"]]
    clock = clock_text(text)
    if clock is None:
        ratings.faults.add(
            row, header, repr(text), "a time such as 18:30", "mend the time"
        )
    elif entry["time"] and entry["time"] != clock:
        found = f"{text!r} beside {entry['time']} in the day's cell"
        ratings.faults.add(row, header, found, "one time", "mend one of them")
    entry["time"] = clock or ""
    return entry
