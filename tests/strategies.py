"""Hypothesis strategies: diaries, change lists, series and the text people type."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from hipstride.tables import CHANGE_KINDS, CHANGES, JOURNAL, PAIN_MOMENTS, SIDES

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2026, 1, 1))
CLOCKS = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59))
# What a person can type into a cell: no control characters, no halves of a character.
WORDS = st.text(
    st.characters(blacklist_categories=("Cc", "Cs"), blacklist_characters="\ufeff"),
    min_size=1,
    max_size=20,
).filter(lambda text: text == text.strip() != "")
NOTES = st.lists(WORDS, min_size=1, max_size=3).map("\n".join)
PAIN = st.one_of(
    st.integers(0, 20).map(lambda half: half / 2),
    st.floats(0, 10, allow_nan=False).map(abs),
)


def _text(values: list[str | None]) -> pd.Series:
    filled = [np.nan if value is None else value for value in values]
    return pd.Series(filled, dtype="str")


@st.composite
def journals(draw: st.DrawFn, max_size: int = 8) -> pd.DataFrame:
    """Draw a `JOURNAL` table as `read_journal` gives it: by day, no rating twice."""
    maybe = lambda strategy: st.one_of(st.none(), strategy)  # noqa: E731
    rows = draw(
        st.lists(
            st.tuples(
                DAYS,
                PAIN,
                maybe(CLOCKS),
                maybe(st.sampled_from(PAIN_MOMENTS)),
                maybe(st.sampled_from(SIDES)),
                maybe(WORDS),
                maybe(WORDS),
                maybe(NOTES),
            ),
            max_size=max_size,
            unique_by=lambda row: (row[0], *row[2:7]),
        )
    )
    rows.sort(key=lambda row: row[0])
    columns = list(zip(*rows, strict=True)) or [()] * len(JOURNAL.names)
    frame = {
        "local_date": pd.Series(list(columns[0]), dtype="datetime64[us]"),
        "pain_0_10": pd.Series(list(columns[1]), dtype="float64"),
    }
    for name, values in zip(JOURNAL.names[2:], columns[2:], strict=True):
        frame[name] = _text(list(values))
    return pd.DataFrame(frame)


@st.composite
def change_lists(draw: st.DrawFn, max_size: int = 6) -> pd.DataFrame:
    """Draw a `CHANGES` table as `read_changes` gives it."""
    rows = draw(
        st.lists(
            st.tuples(
                DAYS,
                st.sampled_from(CHANGE_KINDS),
                st.one_of(st.none(), st.integers(0, 400)),
                st.one_of(st.none(), WORDS),
            ),
            max_size=max_size,
            unique=True,
        )
    )
    rows.sort(key=lambda row: row[0])
    ended = [
        None if days is None else start + dt.timedelta(days=days)
        for start, _, days, _ in rows
    ]
    return pd.DataFrame(
        {
            "started_on": pd.Series([row[0] for row in rows], dtype="datetime64[us]"),
            "kind": _text([row[1] for row in rows]),
            "ended_on": pd.Series(ended, dtype="datetime64[us]"),
            "label": _text([row[3] for row in rows]),
        }
    )[list(CHANGES.names)]


# Text that looks like a CSV file without being one: what a fuzzer should try.
_CELLS = st.one_of(
    st.sampled_from(
        [
            "date", "pain", "Laps", "Time", "Timestamp", "time", "elapsed_s", "moment",
            "speed_mps", "2026-02-31", "31/12/2025", "1/2/2025", "3,5", "--", "11", "0",
            "7:30", "Stryd Speed (m/s)", "datetime", "time_s", "Distance", "Avg Pace",
            "1e999", "nan", "kind", "start", '"', "after", "\x00", "Activity Type",
        ]
    ),
    st.text(max_size=8),
    st.integers(-10, 10**12).map(str),
)  # fmt: skip
CSV_LIKE = st.builds(
    lambda rows, sign, end: end.join(sign.join(row) for row in rows),
    st.lists(st.lists(_CELLS, max_size=6), max_size=6),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
