"""From the records of a FIT file to the samples of one session.

FIT calls half the steps cadence: one foot's, in whole numbers, with the rest in
``fractional_cadence``. Here, and nowhere else, it becomes steps a minute: doubled as
the profile has it, unless the speed says that a maker wrote both feet.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.io._cadence import Rule, count_steps
from hipstride.io._fit_columns import Description
from hipstride.io._fit_events import instants, table_of
from hipstride.io._fit_records import Records
from hipstride.io._fit_tables import Tables
from hipstride.io._fit_worn import fill_from_worn
from hipstride.tables import SAMPLES

__all__ = ["cut_samples"]

_HOUSE = dict.fromkeys(SAMPLES.names)
# Sports whose cadence counts feet; of the others no step is known.
_ON_FOOT = frozenset({"running", "walking", "hiking", "snowshoeing", "mountaineering"})
# What the FIT profile calls a sport without saying which.
_UNSAID = frozenset({"", "generic", "training", "transition", "multisport"})
# Units of a developer's cadence that are of both feet; ``rpm`` is said of either.
_STEPS = frozenset({"spm", "steps/min"})
# Number of the field in the record message that a developer's field may stand for.
_NATIVE_CADENCE = 4


def cut_samples(
    tables: Tables,
    records: Records,
    rows: NDArray[np.intp],
    sport: str,
    start: float,
) -> tuple[pd.DataFrame, list[str]]:
    """Cut the samples of a session out of the records of the file.

    Parameters
    ----------
    tables : Tables
        The file's messages.
    records : Records
        Its records.
    rows : array of int
        Those of the session.
    sport : str
        What it was, which decides what the cadence counts.
    start : float
        When it began [s since 1970].

    Returns
    -------
    tuple
        A `SAMPLES` table of the columns that have values, and what was assumed, one
        sentence each.
    """
    if not len(rows):
        return SAMPLES.empty(), ["The session has no samples."]
    times = records.times[rows]
    columns = dict(records.columns)
    notes: list[str] = []
    if len(rows) < len(records.times):
        # Another session of the file may be the one that has a column.
        cut = ((name, values[rows]) for name, values in columns.items())
        columns = {name: values for name, values in cut if not np.isnan(values).all()}
        notes += _count_from_start(columns, records, rows[0])
    rule: Rule = "profile"
    if sport in _ON_FOOT:
        had_cadence = "cadence" in columns
        notes += fill_from_worn(columns, tables.developer)
        if not had_cadence:
            # The fraction is that of the watch's own cadence.
            columns.pop("fractional_cadence", None)
            rule = _rule_of(tables.developer)
    notes += _name_cadence(columns, sport, rule)
    names = [name for name in _HOUSE if name in columns]
    names += [name for name in columns if name not in _HOUSE]
    values = np.empty((1 + len(names), len(rows)))
    values[0] = times - start
    for row, name in zip(values[1:], names, strict=True):
        row[:] = columns[name]
    names = ["time", "elapsed_s", *names]
    return table_of(tuple(names), instants(times), block=values), notes


def _count_from_start(
    columns: dict[str, NDArray[np.float64]], records: Records, first: np.intp
) -> list[str]:
    """Count the distance of a session from its own start.

    In a triathlon it runs through all sessions of the file.
    """
    if "distance_m" not in columns:
        return []
    before = records.columns["distance_m"][:first]
    before = before[~np.isnan(before)]
    own = columns["distance_m"]
    if not len(before) or not 0 < before[-1] <= own[~np.isnan(own)][0]:
        return []
    columns["distance_m"] = own - before[-1]
    taken = f"its {before[-1]:.0f} m were taken off"
    return [f"The distance goes on from the session before; {taken}."]


def _rule_of(developer: Mapping[str, Description]) -> Rule:
    """Tell what the unit of a worn sensor's cadence says of it."""
    units = [
        description.units.strip().lower()
        for name, description in developer.items()
        if description.native == _NATIVE_CADENCE or name == "dev_cadence"
    ]
    return "stated" if units and _STEPS.issuperset(units) else "usual"


def _name_cadence(
    columns: dict[str, NDArray[np.float64]], sport: str, rule: Rule
) -> list[str]:
    """Turn FIT's cadence into steps a minute, or leave it as turns of another sport."""
    cadence = columns.pop("cadence", None)
    fraction = columns.pop("fractional_cadence", None)
    if cadence is None:
        return []
    if fraction is not None:
        # ``cadence256`` and the cadence of some sensors hold their fraction already.
        is_lost = np.isnan(fraction) | (cadence != np.floor(cadence))
        cadence = cadence + np.where(is_lost, 0, fraction)
    if sport not in _ON_FOOT | _UNSAID:
        columns["cadence_rpm"] = cadence
        return [
            f"The cadence is that of {sport}, in turns a minute; it is not of steps."
        ]
    counted = count_steps(cadence, columns.get("speed_mps"), sport, rule=rule)
    columns["cadence_spm" if counted.is_of_feet else "cadence_rpm"] = (
        counted.cadence_spm
    )
    # Nobody needs to be told that a file is as the profile has it.
    if counted.note:
        return [f"The {counted.note}."]
    if sport in _UNSAID:
        said = f"only {sport!r}" if sport else "nothing"
        return [f"The file says {said} as sport; its cadence was taken for one foot's."]
    return []
