"""Which change was in force on which run: a column of 0 and 1 for each."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.tables import CHANGES

__all__ = ["change_column", "change_columns"]


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
    slugs = (
        re.sub(r"\W+", "_", unicodedata.normalize("NFKC", words).casefold()).strip("_")
        for words in (label, kind)
    )
    return f"change_{next(filter(None, slugs), 'other')}"


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
        If `changes` is no such table.
    """
    CHANGES.check(changes)
    columns: dict[str, NDArray[np.float64]] = {}
    for change in changes.sort_values("started_on", kind="stable").to_dict("records"):
        label = change.get("label")
        kind = str(change["kind"])
        name = change_column("" if pd.isna(label) else str(label), kind)
        holds = local_date >= change["started_on"]
        if pd.notna(change.get("ended_on")):
            holds &= local_date <= change["ended_on"]
        before = columns.get(name, np.zeros(len(local_date)))
        columns[name] = np.maximum(before, holds.to_numpy(np.float64))
    return columns
