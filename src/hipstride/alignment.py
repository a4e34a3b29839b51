"""Join runs, pain and changes: one row per run, with its pain and its context."""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections import Counter

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import DataQualityWarning, TableError
from hipstride.tables import CHANGES, JOURNAL, OBSERVATIONS, PAIN_MOMENTS, RUNS, SIDES
from hipstride.units import SECONDS_PER_DAY

__all__ = ["align", "change_column"]

_SLOTS = tuple(moment for moment in PAIN_MOMENTS if moment != "day")
_NO_RUN = -1


def align(
    runs: pd.DataFrame,
    journal: pd.DataFrame,
    changes: pd.DataFrame | None = None,
    *,
    side: str | None = None,
    site: str | None = None,
) -> pd.DataFrame:
    """Give every run the pain that was rated for it, and say what changed when.

    Parameters
    ----------
    runs : DataFrame
        A `RUNS` table.
    journal : DataFrame
        A `JOURNAL` table.
    changes : DataFrame, optional
        A `CHANGES` table.
    side : str, optional
        Keep only ratings of this side (``left`` or ``right``), those of ``both``, and
        those that name no side.
    site : str, optional
        Keep only ratings of this site, in any case of letters, and those that name no
        site.

    Returns
    -------
    DataFrame
        An `OBSERVATIONS` table, one row per run in order of start: all columns of
        `runs`, the four pain columns (NaN where nothing was rated), ``day`` and a
        column of 0 and 1 for each change, as `change_column` names it.

    Raises
    ------
    TableError
        If a needed column is missing or of the wrong kind, if a run_id stands twice, or
        if side or moment are not words of the glossary.

    Warns
    -----
    DataQualityWarning
        One, that counts the ratings that found no run or no use, and why, and the
        slots in which several ratings of the same place disagree.

    Notes
    -----
    1. A rating that names a ``run_id`` belongs to that run.
    2. Any other belongs to a run of its ``local_date``. With several runs on that day,
       its time decides: ``before`` is for the first run that starts then or later;
       ``during`` and ``after`` for the last run that has started by then. Without a
       time (or without the runner's clock) ``before`` is for the first run of the day,
       ``after`` for the last, and ``during`` for none.
    3. ``next_morning`` is dated on the morning itself and belongs to the last run of
       the day before.
    4. A rating for the ``day``, or without a moment, stands as ``after`` when the day
       has one run and that run has no rating after it.
    5. Several ratings of one place in one slot (same side, same site) are averaged;
       over places the worst counts. Choose `side` and `site` for one place alone.
    6. A change holds from ``started_on`` to ``ended_on``, both included; without an end
       it holds to the last run. Changes of the same name share a column.

    Examples
    --------
    >>> runs = pd.DataFrame(
    ...     {
    ...         "run_id": ["a", "b"],
    ...         "started_at": pd.to_datetime(
    ...             ["2026-09-01T06", "2026-09-03T06"], utc=True
    ...         ),
    ...         "local_date": pd.to_datetime(["2026-09-01", "2026-09-03"]),
    ...         "duration_s": 3600.0,
    ...         "distance_m": 10_000.0,
    ...     }
    ... )
    >>> journal = pd.DataFrame(
    ...     {
    ...         "local_date": pd.to_datetime(["2026-09-01", "2026-09-04"]),
    ...         "pain_0_10": [3.0, 1.0],
    ...         "moment": ["after", "next_morning"],
    ...     }
    ... )
    >>> align(runs, journal)[["run_id", "pain_after_0_10", "pain_next_morning_0_10"]]
      run_id  pain_after_0_10  pain_next_morning_0_10
    0      a              3.0                     NaN
    1      b              NaN                     1.0
    """
    RUNS.check(runs)
    JOURNAL.check(journal)
    again = runs["run_id"][runs["run_id"].duplicated()]
    if len(again):
        msg = f"runs: run_id {again.iloc[0]!r} stands twice; expected one row per run"
        raise TableError(msg)
    runs = runs.sort_values("started_at", kind="stable", ignore_index=True)
    ratings = _ratings(journal, side, site)
    trouble: Counter[str] = Counter()
    at = _match(runs, ratings, trouble)
    pain = _pain_columns(len(runs), ratings, at, trouble)
    _warn(len(ratings), trouble)
    since = (runs["started_at"] - runs["started_at"].min()).dt.total_seconds()
    observations = runs.assign(**pain, day=since / SECONDS_PER_DAY)
    observations = OBSERVATIONS.order(observations)
    if changes is None:
        return observations
    return observations.assign(**_change_columns(runs["local_date"], changes))


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
    for words in (label, kind, "other"):
        plain = unicodedata.normalize("NFKC", words).casefold()
        slug = re.sub(r"\W+", "_", plain).strip("_")
        if slug:
            return f"change_{slug}"
    return "change_other"


def _ratings(journal: pd.DataFrame, side: str | None, site: str | None) -> pd.DataFrame:
    """Give the ratings of the wanted place; what was not entered is no rating."""
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


def _match(
    runs: pd.DataFrame, ratings: pd.DataFrame, trouble: Counter[str]
) -> NDArray[np.int64]:
    """Give each rating the row of its run, or `_NO_RUN`."""
    moment = ratings["moment"].to_numpy()
    # 1
    named = (ratings["run_id"] != "").to_numpy()
    place = pd.Index(runs["run_id"]).get_indexer(ratings["run_id"])
    trouble["name an unknown run_id"] += _count(named & (place < 0))
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
    trouble["lie on a day without a run"] += _count(~named & (n_runs == 0))
    trouble["could be of either run of their day"] += _count(~named & unclear)
    found = np.full(len(ratings), _NO_RUN)
    clear = (n_runs > 0) & ~unclear
    found[clear] = order[at[clear]]
    return np.where(named, place, found).astype(np.int64)


def _count(flags: NDArray[np.bool_] | pd.Series) -> int:
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


def _pain_columns(
    n_runs: int,
    ratings: pd.DataFrame,
    at: NDArray[np.int64],
    trouble: Counter[str],
) -> dict[str, NDArray[np.float64]]:
    matched = ratings.assign(run=at)[at != _NO_RUN]
    # 4
    of_day = matched["moment"] == "day"
    has_after = matched["run"].isin(matched.loc[matched["moment"] == "after", "run"])
    trouble["are of a day whose run has a rating after it"] += _count(
        of_day & has_after
    )
    matched = matched[~(of_day & has_after)]
    slot = matched["moment"].where(matched["moment"] != "day", "after")
    # 5
    places = matched.assign(slot=slot).groupby(["slot", "run", "side", "site"])
    one = places["pain_0_10"].agg(["mean", "min", "max"])
    trouble["slots hold ratings that disagree"] = _count(one["min"] < one["max"])
    worst = one["mean"].groupby(["slot", "run"]).max()
    columns = {}
    for name in _SLOTS:
        values = np.full(n_runs, np.nan)
        if name in worst.index.get_level_values("slot"):
            of_slot = worst.xs(name, level="slot")
            values[of_slot.index.to_numpy()] = of_slot.to_numpy()
        columns[f"pain_{name}_0_10"] = values
    return columns


def _warn(n_ratings: int, trouble: Counter[str]) -> None:
    disagree = trouble.pop("slots hold ratings that disagree", 0)
    reasons = [f"{count} {reason}" for reason, count in trouble.items() if count]
    parts = []
    if reasons:
        unused = sum(trouble.values())
        parts.append(
            f"{unused} of {n_ratings} ratings are not used: {', '.join(reasons)}"
        )
    if disagree:
        parts.append(
            f"{disagree} times ratings of one moment and place disagree; their mean "
            "is taken"
        )
    if parts:
        warnings.warn("journal: " + "; ".join(parts), DataQualityWarning, stacklevel=3)


def _change_columns(
    local_date: pd.Series, changes: pd.DataFrame
) -> dict[str, NDArray[np.float64]]:
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
