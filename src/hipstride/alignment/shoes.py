"""Which shoe a run was in, by what the runner logged."""

from __future__ import annotations

import pandas as pd

from hipstride.tables import CHANGES, RUNS

__all__ = ["with_logged_shoes"]


def with_logged_shoes(runs: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """Name the shoe of each run by the last logged change of shoes.

    Parameters
    ----------
    runs : DataFrame
        A `RUNS` table with ``local_date``.
    changes : DataFrame
        A `CHANGES` table.

    Returns
    -------
    DataFrame
        A copy in which the runs of unknown ``shoe`` have the label of the last change
        of the kind ``shoes`` that had begun and not ended; before the first, and after
        the end of one, the words *shoes before* it. As it was where no such change is.

    Raises
    ------
    TableError
        If one of the tables is none.

    Examples
    --------
    >>> runs = pd.DataFrame({"local_date": pd.date_range("2026-09-01", periods=3)})
    >>> changes = pd.DataFrame(
    ...     {
    ...         "started_on": pd.to_datetime(["2026-09-02"]),
    ...         "kind": ["shoes"],
    ...         "label": ["Ghost 14"],
    ...     }
    ... )
    >>> with_logged_shoes(runs, changes)["shoe"].tolist()
    ['shoes before Ghost 14', 'Ghost 14', 'Ghost 14']
    """
    RUNS.check(runs, "local_date")
    CHANGES.check(changes)
    logged = changes[changes["kind"].eq("shoes")]
    if logged.empty:
        return runs
    logged = logged.sort_values("started_on", kind="stable")
    label = pd.Series("", index=logged.index, dtype="str")
    if "label" in logged.columns:
        label = logged["label"].astype("str").fillna("")
    day = logged["started_on"].dt.strftime("%Y-%m-%d")
    label = label.where(label != "", "shoes of " + day)
    before = f"shoes before {label.iloc[0]}"
    worn = pd.Series(before, index=runs.index, dtype="str")
    never = pd.Series(pd.NaT, index=logged.index)
    ended_on = logged["ended_on"] if "ended_on" in logged.columns else never
    for name, first, last in zip(label, logged["started_on"], ended_on, strict=True):
        since = runs["local_date"] >= first
        worn = worn.mask(since, name)
        if pd.notna(last):
            worn = worn.mask(runs["local_date"] > last, before)
    if "shoe" in runs.columns:
        known = runs["shoe"].notna() & runs["shoe"].astype("str").ne("")
        worn = runs["shoe"].astype("str").where(known, worn)
    return RUNS.order(runs.assign(shoe=worn))
