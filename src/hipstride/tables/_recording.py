"""One run as one file tells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from math import nan

import pandas as pd

from hipstride.tables._catalogue import PAUSES

__all__ = ["Recording"]


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One activity read from a file: its samples, laps and what the reader noted.

    Parameters
    ----------
    run_id : str
        First 12 hex digits of the file's sha256, with ``-2``, ``-3`` … behind it for
        the further sessions of one file.
    source : str
        The file's name.
    format : str
        ``fit``, ``gpx``, ``tcx``, ``apple`` or ``csv``.
    sport, sub_sport : str
        In the words of the FIT profile (``running``, ``treadmill``); empty where the
        file does not say.
    device : str
        Maker and product, as far as the file tells.
    started_at : Timestamp
        Start of the session, in UTC.
    utc_offset : Timedelta or None
        What to add to UTC for the runner's wall clock; None where the file does not
        tell.
    samples : DataFrame
        A `SAMPLES` table.
    laps : DataFrame
        A `LAPS` table.
    notes : tuple of str
        What the reader assumed or lost, one sentence each.
    pauses : DataFrame
        A `PAUSES` table: the spans in which the timer stood.
    rpe_0_10, feel_0_100 : float
        What the runner told the watch after the session; NaN where not asked.
    distance_m, timer_s : float
        The device's own totals of the session; NaN where it gives none [m], [s].
    belt_distance_m : float
        The distance that the runner typed in, which then is `distance_m` too; NaN where
        none was typed. See `hipstride.gait.with_belt_distance` [m].
    watch_distance_m : float
        What the device had counted before that; NaN where none was typed [m].
    """

    run_id: str
    source: str
    format: str
    sport: str
    sub_sport: str
    device: str
    started_at: pd.Timestamp
    utc_offset: pd.Timedelta | None
    samples: pd.DataFrame
    laps: pd.DataFrame
    notes: tuple[str, ...] = ()
    pauses: pd.DataFrame = field(default_factory=PAUSES.empty)
    rpe_0_10: float = nan
    feel_0_100: float = nan
    distance_m: float = nan
    timer_s: float = nan
    belt_distance_m: float = nan
    watch_distance_m: float = nan

    @property
    def is_treadmill(self) -> bool:
        """Whether the file says that the run was on a treadmill or indoors."""
        return self.sub_sport in {"treadmill", "indoor_running", "virtual_activity"}

    @property
    def local_date(self) -> pd.Timestamp:
        """The calendar day on the runner's clock; the UTC day where it is unknown."""
        offset = self.utc_offset if self.utc_offset is not None else pd.Timedelta(0)
        return (self.started_at.tz_localize(None) + offset).normalize()

    def __repr__(self) -> str:
        return (
            f"Recording({self.source!r}, {self.sport or 'sport unknown'}, "
            f"{self.started_at:%Y-%m-%d %H:%M} UTC, {len(self.samples)} samples)"
        )

    def _repr_html_(self) -> str:
        # By name: means are taken in a layer above, and tables must not depend on it.
        html: str = import_module("hipstride.runs.recording_html").html_of(self)
        return html
