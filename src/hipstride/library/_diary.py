"""The diary of a library: what the runner types in, written and taken back."""

from __future__ import annotations

from datetime import date

import pandas as pd

from hipstride.errors import HipstrideError
from hipstride.library._belt_steps import BeltChange, remove_belt, set_belt
from hipstride.library._belts import belts_table
from hipstride.library._changes import add_changes, changes_table
from hipstride.library._clock import run_of
from hipstride.library._entries import Change, Rating
from hipstride.library._folder import Folder
from hipstride.library._journal import add_ratings, journal_table
from hipstride.library._offers import offers
from hipstride.library._opening import opened_as_is, opened_to_read
from hipstride.library._undo import undo_last

__all__ = ["Diary"]


class Diary(Folder):
    """The part of a library that the runner writes."""

    def journal(self) -> pd.DataFrame:
        """Give all ratings: a `JOURNAL` table, indexed by the number of the entry."""
        with opened_to_read(self.folder) as connection:
            return journal_table(connection)

    def changes(self) -> pd.DataFrame:
        """Give all changes: a `CHANGES` table, indexed by the number of the entry."""
        with opened_to_read(self.folder) as connection:
            return changes_table(connection)

    def log_pain(
        self,
        pain_0_10: float,
        *,
        moment: str,
        local_date: str | date | pd.Timestamp,
        time: str = "",
        side: str = "",
        site: str = "",
        run_id: str = "",
        note: str = "",
    ) -> int:
        """Store a rating.

        Parameters
        ----------
        pain_0_10 : float
            From 0, none, to 10, the worst imaginable; halves allowed.
        moment : str
            ``before``, ``during``, ``after``, ``next_morning`` or ``day``.
        local_date : str, date or Timestamp
            The day on which it was rated.
        time : str
            The wall clock as ``18:30``.
        side, site : str
            ``left``, ``right`` or ``both``; such as ``hip``.
        run_id : str
            The run it belongs to, or its first digits.
        note : str
            Anything.

        Returns
        -------
        int
            The number of the entry.

        Raises
        ------
        HipstrideError
            If a value is none, or another rating of the same moment says otherwise.
        """
        with opened_as_is(self.folder) as connection:
            whole_id = run_of(connection, run_id).run_id if run_id else ""
            rating = Rating(
                local_date=_day(local_date),
                pain_0_10=float(pain_0_10),
                time=time,
                moment=moment,
                side=side,
                site=site,
                run_id=whole_id,
                note=note,
            )
            merged = add_ratings(connection, [rating])
        return (*merged.added, *merged.known)[0]

    def log_change(
        self,
        label: str,
        *,
        kind: str,
        started_on: str | date | pd.Timestamp,
        ended_on: str | date | pd.Timestamp | None = None,
    ) -> int:
        """Store a thing that the runner changed.

        Parameters
        ----------
        label : str
            The runner's words, such as ``shorter stride``.
        kind : str
            One of `hipstride.tables.CHANGE_KINDS`.
        started_on : str, date or Timestamp
            Its first day.
        ended_on : str, date or Timestamp, optional
            Its last day; it lasts where not given.

        Returns
        -------
        int
            The number of the entry.

        Raises
        ------
        HipstrideError
            If a value is none, or the same change is there with another end.
        """
        last = None if ended_on is None else _day(ended_on)
        change = Change(_day(started_on), kind, last, label)
        with opened_as_is(self.folder) as connection:
            merged = add_changes(connection, [change])
        return (*merged.added, *merged.known)[0]

    def set_belt_distance(
        self, run_id: str, distance_m: float, *, is_treadmill: bool = False
    ) -> BeltChange:
        """Give a treadmill run the distance that the treadmill showed.

        The run is rescaled to it: its row, its half minutes and its samples. It stays
        so after a rebuild, and where another recording of the run is used.

        Parameters
        ----------
        run_id : str
            The run, or its first digits.
        distance_m : float
            What the treadmill showed [m].
        is_treadmill : bool
            The run was on a treadmill, though its file does not say so.

        Returns
        -------
        BeltChange
            The distance of belt and watch, and what had been typed in before.

        Raises
        ------
        HipstrideError
            If there is no such run, it was not on a treadmill, or the distance cannot
            be its own. Then nothing is stored.
        """
        return set_belt(self.folder, run_id, distance_m, is_treadmill=is_treadmill)

    def remove_belt_distance(self, run_id: str) -> BeltChange:
        """Take the belt distance of a run away; the watch's counts again.

        Raises
        ------
        HipstrideError
            If there is no such run, or nothing was typed in for it.
        """
        return remove_belt(self.folder, run_id)

    def belt_distances(self) -> pd.DataFrame:
        """Give all distances that were read off a treadmill: a `BELTS` table."""
        with opened_to_read(self.folder) as connection:
            return belts_table(connection)

    def n_offers(self) -> int:
        """Count the ratings in the words of runs that were not taken or dismissed."""
        with opened_to_read(self.folder) as connection:
            return len(offers(connection))

    def undo(self) -> str:
        """Take the last step in the diary back, and say which it was.

        Raises
        ------
        HipstrideError
            If there is nothing to take back.
        """
        with opened_as_is(self.folder) as connection:
            return undo_last(connection)


def _day(given: str | date | pd.Timestamp) -> date:
    try:
        day = pd.Timestamp(given)
    except (ValueError, TypeError):
        day = None
    if day is None or pd.isna(day):
        msg = f"found {given!r}; expected a day such as 2026-09-01"
        raise HipstrideError(msg)
    return day.date()
