"""Which run a rating belongs to, and which ratings belong to none."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import TableError
from hipstride.tables import PAIN_MOMENTS, SIDES

__all__ = ["NO_RUN", "count", "match_ratings", "ratings_of"]

NO_RUN = -1


def ratings_of(
    journal: pd.DataFrame, side: str | None, site: str | None
) -> pd.DataFrame:
    """Give the ratings of the wanted place; what was not entered is no rating.

    Parameters
    ----------
    journal : DataFrame
        A `JOURNAL` table.
    side, site : str or None
        The place; None for all.

    Returns
    -------
    DataFrame
        Day, pain, and the text columns, empty where missing; a missing moment is
        ``day``.

    Raises
    ------
    TableError
        If side or moment are not words of the glossary.
    """
    if side is not None and side not in SIDES:
        msg = f"align: found side {side!r}; expected one of {', '.join(SIDES)}"
        raise TableError(msg)
    text = {
        name: _text(journal, name)
        for name in ("time", "moment", "side", "site", "run_id")
    }
    moment = text["moment"].where(text["moment"] != "", "day")
    unknown = sorted(set(moment) - set(PAIN_MOMENTS))
    if unknown:
        msg = (
            f"journal: found moment {unknown[0]!r}; expected one of "
            f"{', '.join(PAIN_MOMENTS)}"
        )
        raise TableError(msg)
    ratings = journal[["local_date", "pain_0_10"]].assign(
        **{**text, "moment": moment, "site": text["site"].str.casefold()}
    )
    kept = ratings["pain_0_10"].notna() & ratings["local_date"].notna()
    if side is not None:
        kept &= ratings["side"].isin({side, "both", ""})
    if site is not None:
        kept &= ratings["site"].isin({site.strip().casefold(), ""})
    return ratings[kept].reset_index(drop=True)


def _text(journal: pd.DataFrame, name: str) -> pd.Series:
    if name not in journal.columns:
        return pd.Series("", index=journal.index, dtype="str")
    return journal[name].astype("str").fillna("").str.strip()


def match_ratings(
    runs: pd.DataFrame, ratings: pd.DataFrame, trouble: Counter[str]
) -> NDArray[np.int64]:
    """Give each rating the row of its run, or `NO_RUN`.

    Parameters
    ----------
    runs : DataFrame
        A `RUNS` table in order of start, with a plain index.
    ratings : DataFrame
        What `ratings_of` gives.
    trouble : Counter
        Counts by reason the ratings that found no run; it is added to.

    Returns
    -------
    array of int, shape (n_ratings,)
        Row numbers of `runs`.
    """
    moment = ratings["moment"].to_numpy()
    # 1
    named = (ratings["run_id"] != "").to_numpy()
    place = pd.Index(runs["run_id"]).get_indexer(ratings["run_id"])
    trouble["name an unknown run_id"] += count(named & (place < 0))
    # 2, 3
    morning = moment == "next_morning"
    day = ratings["local_date"] - pd.to_timedelta(morning.astype("int64"), unit="D")
    order = np.argsort(runs["local_date"].to_numpy(), kind="stable")
    days = runs["local_date"].to_numpy()[order]
    first = np.searchsorted(days, day.to_numpy(), side="left")
    behind = np.searchsorted(days, day.to_numpy(), side="right")
    n_runs = behind - first
    at = np.where(moment == "before", first, behind - 1)
    timed, by_time = _by_time(runs.iloc[order], ratings, first, behind)
    several = (n_runs > 1) & ~morning & (moment != "day")
    at = np.where(several & timed, by_time, at)
    unclear = (n_runs > 1) & ((moment == "day") | ((moment == "during") & ~timed))
    trouble["lie on a day without a run"] += count(~named & (n_runs == 0))
    trouble["could be of either run of their day"] += count(~named & unclear)
    found = np.full(len(ratings), NO_RUN)
    clear = (n_runs > 0) & ~unclear
    found[clear] = order[at[clear]]
    return np.where(named, place, found).astype(np.int64)


def count(flags: NDArray[np.bool_] | pd.Series) -> int:
    """Count what is true, as a plain int."""
    return int(np.count_nonzero(flags))


def _by_time(
    runs: pd.DataFrame,
    ratings: pd.DataFrame,
    first: NDArray[np.int64],
    behind: NDArray[np.int64],
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Choose among the runs of a day by the clock, where both clocks are known."""
    offset_s = (
        runs["utc_offset_s"].to_numpy(np.float64)
        if "utc_offset_s" in runs.columns
        else np.full(len(runs), np.nan)
    )
    since_midnight = runs["started_at"].dt.tz_localize(None) - runs["local_date"]
    start_s = since_midnight.dt.total_seconds().to_numpy() + offset_s
    clock = ratings["time"].where(ratings["time"].str.fullmatch(r"\d{1,2}:\d{2}"))
    time_s = pd.to_timedelta(clock + ":00").dt.total_seconds().to_numpy(np.float64)
    timed = np.isfinite(time_s)
    chosen = first.copy()
    before = (ratings["moment"] == "before").to_numpy()
    for i in np.flatnonzero(timed & (behind - first > 1)):
        of_day = start_s[first[i] : behind[i]]
        if np.isnan(of_day).any():
            timed[i] = False
            continue
        # A whole minute was written down; the run may start within it.
        if before[i]:
            later = np.flatnonzero(of_day + 60.0 > time_s[i])
            chosen[i] += later[0] if len(later) else len(of_day) - 1
        else:
            started = np.flatnonzero(of_day <= time_s[i] + 60.0)
            chosen[i] += started[-1] if len(started) else 0
    return timed, chosen
