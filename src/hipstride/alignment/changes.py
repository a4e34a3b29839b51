"""Which change was in force on which run: a column of 0 and 1 for each."""

from __future__ import annotations

import re
import unicodedata
import warnings

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import DataQualityWarning, TableError
from hipstride.tables import CHANGES

__all__ = ["change_column", "change_columns", "slug"]


def change_column(label: str, kind: str = "") -> str:
    """Name the column that says whether a change was in force.

    Parameters
    ----------
    label : str
        The runner's words.
    kind : str
        The kind of change; used where the label leaves no letters.

    Returns
    -------
    str
        ``change_`` and the words in lower case, joined by underscores.

    Examples
    --------
    >>> change_column("Glute cue!"), change_column("", "rest")
    ('change_glute_cue', 'change_rest')
    """
    return f"change_{slug(label) or slug(kind) or 'other'}"


def slug(words: str) -> str:
    """Write words in lower case, joined by underscores."""
    plain = unicodedata.normalize("NFKC", words).casefold()
    return re.sub(r"\W+", "_", plain).strip("_")


def change_columns(
    local_date: pd.Series, changes: pd.DataFrame
) -> dict[str, NDArray[np.float64]]:
    """Say for each run which changes were in force.

    Parameters
    ----------
    local_date : Series
        The days of the runs.
    changes : DataFrame
        A `CHANGES` table.

    Returns
    -------
    dict
        A column of 0 and 1 for each name; changes of one name share it.

    Raises
    ------
    TableError
        If `changes` is no such table, a change has no first day, or ends before it.

    Warns
    -----
    DataQualityWarning
        If labels of different words share a column.
    """
    CHANGES.check(changes)
    _check_dates(changes)
    columns: dict[str, NDArray[np.float64]] = {}
    words: dict[str, set[str]] = {}
    for change in changes.sort_values("started_on", kind="stable").to_dict("records"):
        label = change.get("label")
        label = "" if pd.isna(label) else " ".join(str(label).split())
        kind = str(change["kind"])
        name = change_column(label, kind)
        words.setdefault(name, set()).add(label or kind)
        holds = local_date >= change["started_on"]
        if pd.notna(change.get("ended_on")):
            holds &= local_date <= change["ended_on"]
        before = columns.get(name, np.zeros(len(local_date)))
        columns[name] = np.maximum(before, holds.to_numpy(np.float64))
    _warn_of_namesakes(words)
    return columns


def _check_dates(changes: pd.DataFrame) -> None:
    if changes["started_on"].isna().any():
        count = int(changes["started_on"].isna().sum())
        msg = f"changes: {count} without a day in 'started_on'; expected one in each"
        raise TableError(msg)
    if "ended_on" not in changes.columns:
        return
    bad = changes[changes["ended_on"] < changes["started_on"]]
    if len(bad):
        first = bad.iloc[0]
        msg = (
            f"changes: {len(bad)} end before they begin, such as the one of "
            f"{first['started_on']:%Y-%m-%d} that ends on "
            f"{first['ended_on']:%Y-%m-%d}; mend the dates"
        )
        raise TableError(msg)


def _warn_of_namesakes(words: dict[str, set[str]]) -> None:
    """Say which labels of different words share a column; case does not count."""
    for name, labels in words.items():
        if len({label.casefold() for label in labels}) > 1:
            listed = ", ".join(repr(label) for label in sorted(labels))
            warnings.warn(
                f"changes: {listed} are one change, in the column {name}; give them "
                "labels that differ in letters or digits if they are not",
                DataQualityWarning,
                stacklevel=4,
            )
