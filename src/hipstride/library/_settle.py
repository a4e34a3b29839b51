"""From what each file tells to the runs of the library.

What one file tells is stored as it was read. What only the whole library can tell is
made here, each time something was added: the names that an account's list gives, which
recordings are one and the same run, the runner's stride curve, the loads.
"""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Mapping
from math import isnan, nan
from pathlib import Path

import numpy as np
import pandas as pd

from hipstride.errors import DataQualityWarning, LibraryError
from hipstride.io._account_link import link_activities
from hipstride.io._formats import format_of, recordings_of
from hipstride.library._belts import belts_in_use
from hipstride.library._database import transaction
from hipstride.library._originals import read_original
from hipstride.library._recorded import Recorded, recorded_of, told_text
from hipstride.library._rows import (
    frame_of,
    insert,
    plain_values,
    row_from_json,
    unpack_windows,
)
from hipstride.library._same_runs import SameRuns, same_runs
from hipstride.library._settings import setting
from hipstride.library._settled import note_settled
from hipstride.library._told import overlaid, told_by
from hipstride.library._wall_clock import on_clock_of, with_true_start
from hipstride.runs import completed
from hipstride.tables import ACTIVITIES, RUNS

__all__ = ["settle", "store_recorded"]

_MAX_ROUNDS = 4
# What is known of each recording before its row is looked at, and where it was found.
_HEADS = """
SELECT run_id, recorded.sha256, is_run, recorded.sport, sub_sport, told,
    recorded.started_at, ended_at, is_wall_clock, has_cadence, n_channels, n_values,
    format, COALESCE(files.file, '') AS file, belt_distance_m,
    CASE
        WHEN belt_distance_m IS NOT NULL THEN watch_distance_m
        WHEN is_run THEN json_extract(row, '$.distance_m')
    END AS distance_m
FROM recorded
LEFT JOIN files ON files.sha256 = recorded.sha256 AND files.verdict = 'kept'
ORDER BY recorded.started_at, run_id
"""


def settle(connection: sqlite3.Connection, folder: Path) -> None:
    """Make the runs from all that is recorded; all of them, or none.

    Parameters
    ----------
    connection : Connection
        The database, to write.
    folder : Path
        The library, for the originals of runs that a list tells more about.
    """
    with transaction(connection):
        zone = setting(connection, "timezone")
        heads = _heads(connection, zone)
        linked = _linked(heads, _lists(connection))
        same = _same(connection, heads)
        # A file that a list turns into a run may be the double of another one, which
        # then hears what the list says: until nothing changes any more.
        for _ in range(_MAX_ROUNDS):
            belts = belts_in_use(connection, same.same_run_as)
            if not _retell(connection, folder, heads, _shared(linked, same), belts):
                break
            heads = _heads(connection, zone)
            same = _same(connection, heads)
        _write_runs(connection, heads, _shared(linked, same), same, zone)
        note_settled(connection)


def _lists(connection: sqlite3.Connection) -> list[pd.DataFrame]:
    """Give the lists of the accounts, the one with the latest activity first."""
    names = ", ".join(ACTIVITIES.names)
    labels = connection.execute(
        "SELECT list FROM activities GROUP BY list ORDER BY MAX(started_at) DESC, list"
    ).fetchall()
    return [
        frame_of(
            ACTIVITIES,
            connection.execute(
                f"SELECT {names} FROM activities WHERE list = ? ORDER BY place",  # noqa: S608 - our own names
                label,
            ).fetchall(),
        )
        for label in labels
    ]


def _heads(connection: sqlite3.Connection, zone: str | None) -> pd.DataFrame:
    found = connection.execute(_HEADS)
    names = [column[0] for column in found.description]
    heads = pd.DataFrame(found.fetchall(), columns=names)
    return heads if zone is None else on_clock_of(heads, zone)


def _linked(heads: pd.DataFrame, lists: list[pd.DataFrame]) -> pd.DataFrame:
    """Give each recording what the lists say of it, by run_id.

    A run may stand in the lists of two accounts, or in an older and a newer one: what
    the first leaves open the next one fills in.
    """
    starts = pd.Series(pd.to_datetime(heads["started_at"], unit="us", utc=True))
    files = heads["file"].astype("str")
    durations_s = (heads["ended_at"] - heads["started_at"]) / 1e6
    run_ids = pd.Index(heads["run_id"], dtype="str")
    merged = pd.DataFrame(index=run_ids, columns=list(ACTIVITIES.names))
    for activities in lists if len(heads) else []:
        at = link_activities(starts, files, durations_s, activities)
        told = activities.reindex(np.where(at >= 0, at, -1)).set_axis(run_ids)
        told = told.astype("object")
        # A list that does not say treadmill leaves it open: Strava has no word for it.
        told["is_treadmill"] = told["is_treadmill"].where(told["is_treadmill"] == True)  # noqa: E712 - of objects
        merged = merged.where(merged.notna(), told)
    return merged


def _same(connection: sqlite3.Connection, heads: pd.DataFrame) -> SameRuns:
    """Say which recordings of runs are the same run."""
    return same_runs(connection, heads[heads["is_run"].to_numpy(bool)])


def _shared(linked: pd.DataFrame, same: SameRuns) -> pd.DataFrame:
    """Let the recordings of one run share what lists say of any of them.

    A list names the run once, and may name it by a file that is not the one in use.
    """
    if not same.same_run_as or linked.isna().all(axis=None):
        return linked
    used = [same.same_run_as.get(run_id, run_id) for run_id in linked.index]
    runs = pd.Series(used, index=linked.index)
    # The recording in use has the first word, then its doubles from rich to poor.
    others = list(same.same_run_as)
    in_turn = [*linked.index.difference(others, sort=False), *others]
    first = linked.loc[in_turn].groupby(runs[in_turn].to_numpy()).first()
    of_run = first.reindex(runs.to_numpy()).set_axis(linked.index)
    return linked.where(linked.notna(), of_run)


def _retell(
    connection: sqlite3.Connection,
    folder: Path,
    heads: pd.DataFrame,
    activities: pd.DataFrame,
    belts: Mapping[str, float],
) -> bool:
    """Sum up anew the recordings of which a list or the runner tells something else."""
    is_changed = False
    names = ["run_id", "sha256", "sport", "sub_sport", "told", "is_run"]
    stated = heads[[*names, "belt_distance_m"]].to_numpy()
    listed = activities[["sport", "is_treadmill"]].to_numpy()
    for (run_id, sha256, sport, sub_sport, before, is_run, of_belt), says in zip(
        stated.tolist(), listed.tolist(), strict=True
    ):
        told = told_by(says[0], says[1], sport, sub_sport)
        belt_m = belts.get(run_id, nan) if is_run else nan
        had_belt_m = nan if of_belt is None else float(of_belt)
        is_same_belt = belt_m == had_belt_m or (isnan(belt_m) and isnan(had_belt_m))
        if told_text(told) == before and is_same_belt:
            continue
        try:
            raw = read_original(folder, sha256)
        except LibraryError as error:
            # The run stays as it is until its original is there again.
            warnings.warn(str(error), DataQualityWarning, stacklevel=2)
            continue
        for recording in recordings_of(raw, format_of(raw), None):
            if recording.run_id == run_id:
                made = recorded_of(recording, sha256, told, belt_m)
                if made is not None:
                    store_recorded(connection, [made])
                is_changed = True
    return is_changed


def store_recorded(connection: sqlite3.Connection, made: list[Recorded]) -> None:
    """Write recordings as a worker summed them up."""
    if made:
        insert(connection, "recorded", made, len(made[0]))


def _write_runs(
    connection: sqlite3.Connection,
    heads: pd.DataFrame,
    activities: pd.DataFrame,
    same: SameRuns,
    zone: str | None,
) -> None:
    connection.execute("DELETE FROM runs")
    is_run = heads["is_run"].to_numpy(bool)
    heads, activities = heads[is_run].reset_index(drop=True), activities[is_run]
    if heads.empty:
        return
    stored = dict(connection.execute("SELECT run_id, row FROM recorded WHERE is_run"))
    rows = row_from_json([stored[run_id] for run_id in heads["run_id"]])
    rows = overlaid(with_true_start(rows, heads, zone), activities, zone)
    is_used = heads["run_id"].map(same.same_run_as).isna().to_numpy()
    used = rows[is_used].reset_index(drop=True)
    whole = completed(used, _windows(connection, used["run_id"].tolist()))
    every = pd.concat(
        [RUNS.order(whole), rows[~is_used]], ignore_index=True, join="outer"
    )
    values = plain_values(RUNS, every)
    hashes = dict(zip(heads["run_id"], heads["sha256"], strict=True))
    extra = [
        (hashes[run_id], same.same_run_as.get(run_id), same.reasons.get(run_id, ""))
        for run_id in every["run_id"].tolist()
    ]
    merged = [(*row, *more) for row, more in zip(values, extra, strict=True)]
    insert(connection, "runs", merged, len(RUNS.names) + 3)


def _windows(connection: sqlite3.Connection, run_ids: list[str]) -> pd.DataFrame:
    stored = dict(
        connection.execute("SELECT run_id, windows FROM recorded WHERE is_run")
    )
    return unpack_windows(run_ids, [stored[one] for one in run_ids])
