"""Which run a rating belongs to, and which ratings belong to none."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import TableError
from hipstride.tables import PAIN_MOMENTS, SIDES
from hipstride.units import SECONDS_PER_DAY

__all__ = ["NO_RUN", "count", "match_ratings", "ratings_of"]

NO_RUN = -1
# A rating that follows a run past midnight comes within some hours of its start.
LONGEST_AFTER_MIDNIGHT_S = 6 * 3600.0
MINUTE_S = 60.0
_CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d"


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
        If side or moment are not words of the glossary, or a pain is outside of 0-10.
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
    _check_scale(ratings["pain_0_10"])
    kept = ratings["pain_0_10"].notna() & ratings["local_date"].notna()
    if side is not None:
        kept &= ratings["side"].isin({side, "both", ""})
    if site is not None:
        kept &= ratings["site"].isin({site.strip().casefold(), ""})
    return ratings[kept].reset_index(drop=True)


def _check_scale(pain: pd.Series) -> None:
    bad = pain[~pain.between(0, 10) & pain.notna()]
    if len(bad):
        msg = (
            f"journal: column 'pain_0_10' holds {bad.iloc[0]:g} and {len(bad) - 1} "
            "more outside of 0 to 10; expected ratings from 0 to 10; mend the diary"
        )
        raise TableError(msg)


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
    start_s, time_s = _clocks(runs.iloc[order], ratings)
    timed, by_time = _by_time(start_s, time_s, moment, first, behind)
    several = (n_runs > 1) & ~morning & (moment != "day")
    at = np.where(several & timed, by_time, at)
    unclear = (n_runs > 1) & ((moment == "day") | ((moment == "during") & ~timed))
    # 2, where it speaks of midnight
    too_early = _before_all(start_s, time_s, moment, first, behind)
    at = np.where(too_early, first - 1, at)
    from_eve = too_early & _of_the_eve(days, start_s, time_s, day.to_numpy(), first)
    lost = too_early & ~from_eve
    trouble["lie on a day without a run"] += count(~named & (n_runs == 0) & ~from_eve)
    trouble["are timed before the runs of their day"] += count(
        ~named & lost & (n_runs > 0)
    )
    trouble["could be of either run of their day"] += count(
        ~named & unclear & ~too_early
    )
    found = np.full(len(ratings), NO_RUN)
    clear = ((n_runs > 0) & ~unclear & ~too_early) | from_eve
    found[clear] = order[at[clear]]
    return np.where(named, place, found).astype(np.int64)


def count(flags: NDArray[np.bool_] | pd.Series) -> int:
    """Count what is true, as a plain int."""
    return int(np.count_nonzero(flags))


def _clocks(
    runs: pd.DataFrame, ratings: pd.DataFrame
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give seconds since midnight of runs and ratings, NaN where not known."""
    offset_s = (
        runs["utc_offset_s"].to_numpy(np.float64)
        if "utc_offset_s" in runs.columns
        else np.full(len(runs), np.nan)
    )
    since_midnight = runs["started_at"].dt.tz_localize(None) - runs["local_date"]
    start_s = since_midnight.dt.total_seconds().to_numpy() + offset_s
    clock = ratings["time"].str.extract(rf"^({_CLOCK})(?::\d\d)?$", expand=False)
    time_s = pd.to_timedelta(clock + ":00").dt.total_seconds()
    return np.asarray(start_s, np.float64), np.asarray(time_s, np.float64)


def _by_time(
    start_s: NDArray[np.float64],
    time_s: NDArray[np.float64],
    moment: NDArray[np.object_],
    first: NDArray[np.int64],
    behind: NDArray[np.int64],
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Choose among the runs of a day by the clock, where both clocks are known."""
    timed = np.isfinite(time_s)
    chosen = first.copy()
    for i in np.flatnonzero(timed & (behind - first > 1)):
        of_day = start_s[first[i] : behind[i]]
        if np.isnan(of_day).any():
            timed[i] = False
            continue
        # A whole minute was written down; the run may start within it.
        if moment[i] == "before":
            later = np.flatnonzero(of_day + MINUTE_S > time_s[i])
            chosen[i] += later[0] if len(later) else len(of_day) - 1
        else:
            started = np.flatnonzero(of_day <= time_s[i] + MINUTE_S)
            chosen[i] += started[-1] if len(started) else 0
    return timed, chosen


def _before_all(
    start_s: NDArray[np.float64],
    time_s: NDArray[np.float64],
    moment: NDArray[np.object_],
    first: NDArray[np.int64],
    behind: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Tell the ratings of a run that were given before any run of their day began."""
    early = np.isin(moment, ("during", "after")) & np.isfinite(time_s)
    for i in np.flatnonzero(early):
        # Without a clock a comparison is False, and the day alone decides.
        of_day = start_s[first[i] : behind[i]]
        early[i] = bool((of_day > time_s[i] + MINUTE_S).all())
    return early


def _of_the_eve(
    days: NDArray[np.datetime64],
    start_s: NDArray[np.float64],
    time_s: NDArray[np.float64],
    day: NDArray[np.datetime64],
    first: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Tell the ratings that follow a run of the evening before within some hours."""
    of_eve = np.zeros(len(day), dtype=np.bool_)
    for i in np.flatnonzero(first > 0):
        eve = first[i] - 1
        is_eve = days[eve] == day[i] - np.timedelta64(1, "D")
        since_s = time_s[i] + SECONDS_PER_DAY - start_s[eve]
        of_eve[i] = bool(is_eve and since_s <= LONGEST_AFTER_MIDNIGHT_S)
    return of_eve
