"""Make a table that shows the runs, but not who ran them, where and when.

For a physio, or for a report of a fault. Each column is treated as
`hipstride.tables._disclosure` says, and what is not listed there is left out: places,
free text, names of files and apps' own columns. Numbers that stay are as they were, so
that an analysis of the safe tables gives the same result.

What stays can still tell something to those who know the runner: the exact distance,
the course of altitude, the hour of day in UTC, the rhythm of the training.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache

import pandas as pd

from hipstride.io._fit_profile import enum_words
from hipstride.io._journal_fields import SITE_QUALIFIERS, SITES
from hipstride.tables import (
    CHANGE_KINDS,
    PAIN_MOMENTS,
    SIDES,
    VERDICTS,
    Table,
)
from hipstride.tables._disclosure import disclosure

__all__ = ["safe_table"]

_DAY = pd.Timedelta(days=1)
_CHANGE = "change_"
_CLOCK = re.compile(r"[0-2]\d:[0-5]\d")
_STEP_LENGTH_SOURCES = ("device", "derived", "belt")


def safe_table(
    frame: pd.DataFrame,
    table: Table,
    *,
    shift: pd.Timedelta,
    pseudonyms: Callable[[str], str],
) -> pd.DataFrame:
    """Leave out of a table what tells who and where, and move its dates.

    Parameters
    ----------
    frame : DataFrame
        A table.
    table : Table
        What it is, such as `hipstride.tables.RUNS`.
    shift : Timedelta
        Whole days by which all dates and instants are moved: the same secret for all
        tables of a runner, so that they still belong together.
    pseudonyms : callable
        Gives for the id of a run another name, always the same one, from which the id
        cannot be reckoned: a hash with a secret key.

    Returns
    -------
    DataFrame
        A new table of the same rows. Devices are ``device 1``, ``device 2`` in the
        order in which they appear, and shoes ``shoe 1``, ``shoe 2``; columns of changes
        are ``change_1``, ``change_2``, but for those that are called by their kind; a
        change's label is its kind. Words that a column is not meant to hold are
        missing. Columns that the table does not list are left out.

    Raises
    ------
    TableError
        If a column holds another kind of value than the table says.
    ValueError
        If `shift` is not a whole number of days.

    Examples
    --------
    >>> from hipstride.tables import CHANGES
    >>> changes = pd.DataFrame(
    ...     {
    ...         "started_on": pd.to_datetime(["2026-09-01"]),
    ...         "kind": ["physio"],
    ...         "label": ["Dr Miller"],
    ...     }
    ... )
    >>> safe_table(changes, CHANGES, shift=pd.Timedelta(days=-40), pseudonyms=hash)
      started_on    kind   label
    0 2026-07-23  physio  physio
    """
    if shift % _DAY:
        msg = f"shift is {shift}; expected a whole number of days"
        raise ValueError(msg)
    known = [name for name in table.names if name in frame.columns]
    if known:
        table.check(frame[known], *known)
    safe: dict[str, pd.Series] = {}
    for name in known:
        values = frame[name].reset_index(drop=True)
        match disclosure(table.name, name):
            case "keep":
                safe[name] = values
            case "shift":
                safe[name] = (values + shift).astype(values.dtype)
            case "run":
                safe[name] = _renamed(values, pseudonyms)
            case "runs":
                safe[name] = _renamed(values, _each(pseudonyms))
            case "device" | "shoe" as noun:
                safe[name] = _renamed(values, _numbered(values, noun))
            case "words":
                safe[name] = values.where(values.map(_is_known(name)).astype(bool))
            case "clock":
                is_clock = values.map(lambda v: bool(_CLOCK.fullmatch(str(v))))
                safe[name] = values.where(is_clock.astype(bool))
            case "kind":
                safe[name] = _kinds(frame, values)
    return pd.DataFrame(safe | _changes(frame, table), index=pd.RangeIndex(len(frame)))


def _renamed(values: pd.Series, name_of: Callable[[str], str]) -> pd.Series:
    """Give other names; what is missing or empty stays missing."""
    names = {one: name_of(one) for one in _told(values)}
    return values.map(names).astype("str")


def _told(values: pd.Series) -> list[str]:
    return [str(one) for one in values.dropna().unique() if one]


def _each(pseudonyms: Callable[[str], str]) -> Callable[[str], str]:
    return lambda joined: " ".join(map(pseudonyms, joined.split()))


def _numbered(values: pd.Series, noun: str) -> Callable[[str], str]:
    numbers = {one: f"{noun} {i}" for i, one in enumerate(_told(values), start=1)}
    return numbers.__getitem__


def _is_known(column: str) -> Callable[[object], bool]:
    if column == "site":
        return _is_site
    words = _vocabulary(column)
    return lambda value: value in words


@cache
def _vocabulary(column: str) -> frozenset[str]:
    known: dict[str, Iterable[str]] = {
        "kind": CHANGE_KINDS,
        "moment": PAIN_MOMENTS,
        "side": SIDES,
        "sport": enum_words("sport").values(),
        "step_length_source": _STEP_LENGTH_SOURCES,
        "sub_sport": enum_words("sub_sport").values(),
        "verdict": VERDICTS,
    }
    return frozenset(known[column])


def _is_site(value: object) -> bool:
    """Tell whether all words name a part of the body."""
    words = set(re.findall(r"\w+", str(value).lower()))
    return bool(words & SITES) and words <= SITES | SITE_QUALIFIERS


def _kinds(frame: pd.DataFrame, labels: pd.Series) -> pd.Series:
    """Give the kind of each change that has a label."""
    if "kind" not in frame.columns:
        return pd.Series([None] * len(labels), dtype="str")
    kinds = frame["kind"].reset_index(drop=True)
    is_told = labels.notna() & kinds.isin(CHANGE_KINDS)
    return kinds.where(is_told).astype("str")


def _changes(frame: pd.DataFrame, table: Table) -> dict[str, pd.Series]:
    """Give the columns of changes by number, since a name is the runner's words."""
    if _CHANGE not in table.prefixes:
        return {}
    safe: dict[str, pd.Series] = {}
    n_named = 0
    for name in map(str, frame.columns):
        is_number = pd.api.types.is_numeric_dtype(frame[name])
        if not (name.startswith(_CHANGE) and is_number):
            continue
        safe_name = name
        if name.removeprefix(_CHANGE) not in CHANGE_KINDS:
            n_named += 1
            safe_name = f"{_CHANGE}{n_named}"
        safe[safe_name] = frame[name].reset_index(drop=True)
    return safe
