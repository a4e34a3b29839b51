"""Runs, ratings and changes as one table: an `OBSERVATIONS` row per run."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.alignment.changes import change_columns
from hipstride.alignment.controls import control_column, control_sites
from hipstride.alignment.matching import NO_RUN, count, match_ratings, ratings_of
from hipstride.errors import DataQualityWarning, TableError
from hipstride.tables import JOURNAL, OBSERVATIONS, PAIN_MOMENTS, RUNS
from hipstride.units import SECONDS_PER_DAY

__all__ = ["align"]

_SLOTS = tuple(moment for moment in PAIN_MOMENTS if moment != "day")
# More would hide the rest of the warning.
_SITES_NAMED = 4


def align(
    runs: pd.DataFrame,
    journal: pd.DataFrame,
    changes: pd.DataFrame | None = None,
    *,
    side: str | None = None,
    site: str | None = None,
    controls: Sequence[str] = (),
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
    controls : sequence of str
        Sites that the stride should not touch, such as the shoulder, in any case of
        letters. Their ratings, of any side, stand in columns of their own and never in
        the four pain columns.

    Returns
    -------
    DataFrame
        An `OBSERVATIONS` table, one row per run in order of start: all columns of
        `runs`, the four pain columns (NaN where nothing was rated), ``day``, the
        moments rated of each control, as `control_column` names them, and a column of
        0 and 1 for each change, as `change_column` names it.

    Raises
    ------
    TableError
        If a needed column is missing or of the wrong kind, if a run_id stands twice, if
        side or moment are not words of the glossary, if a pain is outside of 0-10, if
        a control is not in the diary or is `site`, or if a change has no first day or
        ends before it.

    Warns
    -----
    DataQualityWarning
        One, that counts the ratings that found no run or no use, and why, and the
        slots in which several ratings of the same place disagree, and says if sites or
        sides were taken together because none was chosen. One for each column
        that changes of different words share.

    Notes
    -----
    1. A rating that names a ``run_id`` belongs to that run.
    2. Any other belongs to a run of its ``local_date``. With several runs on that day,
       its time decides: ``before`` is for the first run that starts then or later;
       ``during`` and ``after`` for the last run that has started by then. Without a
       time (or without the runner's clock) ``before`` is for the first run of the day,
       ``after`` for the last, and ``during`` for none.
       Where the clocks say that a ``during`` or ``after`` came before any run of its
       day, it is for a run of the evening before that began at most 6 hours earlier,
       and else for none.
    3. ``next_morning`` is dated on the morning itself and belongs to the last run of
       the day before.
    4. A rating for the ``day``, or without a moment, stands as ``after`` when the day
       has one run and that run has no rating after it.
    5. Several ratings of one place in one slot (same side, same site) are averaged;
       over places the worst counts, controls apart. Choose `side` and `site` for one
       place alone.
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
    ratings = ratings_of(journal, side, site)
    everywhere = ratings_of(journal, None, None) if controls else ratings
    control_of = control_sites(controls, site, everywhere["site"])
    ratings = ratings[~ratings["site"].isin(control_of.values())]
    ratings = ratings.reset_index(drop=True)
    trouble: Counter[str] = Counter()
    pain = _pain_columns(runs, ratings, trouble)
    n_ratings = len(ratings)
    beside: dict[str, NDArray[np.float64]] = {}
    for name in control_of.values():
        of_site = everywhere[everywhere["site"] == name].reset_index(drop=True)
        n_ratings += len(of_site)
        beside |= _control_columns(name, _pain_columns(runs, of_site, trouble))
    _warn(n_ratings, trouble, _together(ratings, side, site))
    since = (runs["started_at"] - runs["started_at"].min()).dt.total_seconds()
    observations = runs.assign(**pain, day=since / SECONDS_PER_DAY)
    observations = OBSERVATIONS.order(observations).assign(**beside)
    if changes is None:
        return observations
    columns = change_columns(runs["local_date"], changes)
    # All at once: hundreds of columns one by one make a slow table.
    kept = observations.drop(columns=list(columns), errors="ignore")
    return pd.concat([kept, pd.DataFrame(columns, index=kept.index)], axis="columns")


def _control_columns(
    site: str, pain: dict[str, NDArray[np.float64]]
) -> dict[str, NDArray[np.float64]]:
    """Name the columns of a control; a moment without any rating has none."""
    return {
        control_column(site, moment): pain[f"pain_{moment}_0_10"]
        for moment in _SLOTS
        if np.isfinite(pain[f"pain_{moment}_0_10"]).any()
    }


def _pain_columns(
    runs: pd.DataFrame, ratings: pd.DataFrame, trouble: Counter[str]
) -> dict[str, NDArray[np.float64]]:
    at = match_ratings(runs, ratings, trouble)
    matched = ratings.assign(run=at)[at != NO_RUN]
    # 4
    of_day = matched["moment"] == "day"
    has_after = matched["run"].isin(matched.loc[matched["moment"] == "after", "run"])
    trouble["are of a day whose run has a rating after it"] += count(of_day & has_after)
    matched = matched[~(of_day & has_after)]
    slot = matched["moment"].where(matched["moment"] != "day", "after")
    # 5
    places = matched.assign(slot=slot).groupby(["slot", "run", "side", "site"])
    one = places["pain_0_10"].agg(["mean", "min", "max"])
    trouble["slots hold ratings that disagree"] += count(one["min"] < one["max"])
    worst = one["mean"].groupby(["slot", "run"]).max()
    columns = {}
    for name in _SLOTS:
        values = np.full(len(runs), np.nan)
        if name in worst.index.get_level_values("slot"):
            of_slot = worst.xs(name, level="slot")
            values[of_slot.index.to_numpy()] = of_slot.to_numpy()
        columns[f"pain_{name}_0_10"] = values
    return columns


def _together(ratings: pd.DataFrame, side: str | None, site: str | None) -> list[str]:
    """Say which places are taken for one, where nobody chose among them."""
    told = []
    for name, asked in (("site", site), ("side", side)):
        found = sorted(set(ratings[name]) - {"", "both"})
        if asked is None and len(found) > 1:
            words = ", ".join(found[:_SITES_NAMED])
            more = len(found) - _SITES_NAMED
            told.append(
                f"ratings of several {name}s ({words}"
                f"{f' and {more} more' if more > 0 else ''}) are taken together, and "
                f"the worst of a moment counts; choose one with {name} (--{name})"
            )
    return told


def _warn(n_ratings: int, trouble: Counter[str], parts: list[str]) -> None:
    disagree = trouble.pop("slots hold ratings that disagree", 0)
    reasons = [f"{number} {reason}" for reason, number in trouble.items() if number]
    parts = [*parts]
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
