"""How far each run's step length lies from the runner's baseline.

Watches differ, and so do shoes. Where two were in use together, what lies between them
is measured and taken out (`linked`). Where they were not, a watch is counted from its
own baseline, so that its offset is never taken for a change of stride; a change of
shoe is left as it is, since a shoe is worn and does not measure, and is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable
from dataclasses import dataclass
from math import log, nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import NotEnoughDataError
from hipstride.gait._by_run import days_of, labels_of
from hipstride.gait._link_words import FAR_OFF, LONELY, device_note, shoe_note
from hipstride.gait.links import Link, linked

__all__ = ["Deviations", "deviations"]

# Form does not do that; another scale of cadence or speed does.
MAX_OFF_LOG = log(1.3)
# Fewer runs do not tell which of them is the odd one.
MIN_RUNS_FOR_ODD = 5


@dataclass(frozen=True, slots=True, eq=False)
class Deviations:
    """Each run's distance from the baseline.

    Parameters
    ----------
    pct : array, shape (n,)
        100 × the difference of logarithms; NaN where there is no baseline [%].
    is_baseline : array of bool, shape (n,)
        Which runs the distances are counted from.
    device_offset, device_offset_se : array, shape (n,)
        What each run's group measures more than the reference, as a difference of
        logarithms, and its standard error; 0 and NaN where it is not known.
    level : float
        Mean logarithm over the baseline runs, as the reference watch measures it.
    notes : tuple of tuple of str
        For each run: what was taken out for its watch and its shoe, or that these could
        not be told apart from form.
    """

    pct: NDArray[np.float64]
    is_baseline: NDArray[np.bool_]
    device_offset: NDArray[np.float64]
    device_offset_se: NDArray[np.float64]
    level: float
    notes: tuple[tuple[str, ...], ...]


def deviations(
    log_step: pd.Series,
    *,
    baseline: Collection[str] | None = None,
    groups: pd.Series | None = None,
    shoes: pd.Series | None = None,
    days: pd.Series | None = None,
) -> Deviations:
    """Count each run's step length at the reference speed from the baseline.

    Parameters
    ----------
    log_step : Series
        Logarithm of the step length at the reference speed, by run_id, in order of
        time.
    baseline : collection of str, optional
        Ids of the runs to count from; all where not given.
    groups : Series, optional
        A label for each run_id: what measured it (device, treadmill).
    shoes : Series, optional
        A label for each run_id; missing where not known.
    days : Series, optional
        When each run_id was, a date. Where not given the runs are taken to follow one
        another closely.

    Returns
    -------
    Deviations
        In the order of `log_step`. A run that is its group's only one has no
        deviation, unless there is but one group.

    Raises
    ------
    TableError
        If `groups`, `shoes` or `days` names a run twice.
    NotEnoughDataError
        If no run of the baseline is there.

    Notes
    -----
    1. The group with the most baseline runs is the reference. A group that was in use
       together with it for at least 8 runs is put on its scale by the offset measured
       there; the others are counted from their own baseline runs.
       A run more than 30 % off its group's middle (strides for steps) has no deviation
       and is not of the baseline.
    2. Shoes, the same way: a shoe's offset is taken out where 8 runs tell it from form.
       Where they do not, nothing is taken out and a note says that a change of shoe may
       look like a change of stride.

    Examples
    --------
    >>> log_step = pd.Series([0.0, 0.02, 0.05], index=["a", "b", "c"])
    >>> deviations(log_step, baseline=["a", "b"]).pct.round(9).tolist()
    [-1.0, 1.0, 4.0]
    """
    run_ids = log_step.index
    numbers = log_step.to_numpy(np.float64)
    is_baseline = np.ones(len(run_ids), dtype=np.bool_)
    if baseline is not None:
        is_baseline = run_ids.isin(list(baseline))
    if not is_baseline.any():
        what = "baseline runs with steady running"
        raise NotEnoughDataError(
            what,
            needed=1,
            got=0,
            remedy="choose a baseline that holds some runs",
        )
    when_d, apart_d = days_of(run_ids, days)
    group = labels_of(run_ids, groups, "groups")
    odd = _far_off(numbers, group)
    is_baseline &= ~odd
    if not is_baseline.any():
        is_baseline |= odd
    links = _links(numbers, when_d, group, is_baseline, apart_d)
    is_joined = np.array([links[label].is_known for label in group])
    offset = np.where(is_joined, [links[label].offset for label in group], 0.0)
    offset_se = np.where(is_joined, [links[label].offset_se for label in group], nan)
    numbers = numbers - offset
    told = [(group, {label: device_note(link) for label, link in links.items()})]
    if shoes is not None:
        shoe = labels_of(run_ids, shoes, "shoes")
        taken, about = _shoe_offsets(numbers, when_d, shoe, is_joined, apart_d)
        numbers = numbers - taken
        told.append((shoe, about))
    pct = np.full(len(numbers), nan)
    level = float(numbers[is_joined & is_baseline].mean())
    for label in links:
        members = is_joined if links[label].is_known else group == label
        reference = members & is_baseline
        # A run that is its own and only reference would always be at zero.
        alone = np.count_nonzero(members) == 1 and len(links) > 1
        if alone or not reference.any():
            told[0][1][label] = LONELY
        else:
            pct[members] = 100.0 * (numbers[members] - numbers[reference].mean())
    pct[odd] = nan
    by_run = zip(*(given for given, _ in told), strict=True)
    return Deviations(
        pct,
        is_baseline,
        offset,
        offset_se,
        level,
        tuple(
            (FAR_OFF,) if is_odd else _notes_of(labels, [about for _, about in told])
            for labels, is_odd in zip(by_run, odd, strict=True)
        ),
    )


def _far_off(
    numbers: NDArray[np.float64], group: NDArray[np.object_]
) -> NDArray[np.bool_]:
    """Tell the runs that lie further off the others of their group than form goes."""
    odd = np.zeros(len(numbers), dtype=np.bool_)
    for label in dict.fromkeys(group.tolist()):
        members = group == label
        if np.count_nonzero(members) >= MIN_RUNS_FOR_ODD:
            middle = np.median(numbers[members])
            odd |= members & (np.abs(numbers - middle) > MAX_OFF_LOG)
    return odd


def _notes_of(
    labels: tuple[Hashable, ...], abouts: list[dict[Hashable, str]]
) -> tuple[str, ...]:
    notes = [about[label] for about, label in zip(abouts, labels, strict=True)]
    return tuple(note for note in notes if note)


def _links(
    numbers: NDArray[np.float64],
    when_d: NDArray[np.float64],
    group: NDArray[np.object_],
    is_baseline: NDArray[np.bool_],
    apart_d: float,
) -> dict[Hashable, Link]:
    reference = _most_used(group[is_baseline])
    return linked(numbers, when_d, group, reference=reference, max_apart_d=apart_d)


def _most_used(labels: NDArray[np.object_]) -> Hashable:
    """Give the label of the most runs, of several the one that came first."""
    label: Hashable = Counter(labels.tolist()).most_common(1)[0][0]
    return label


def _shoe_offsets(
    numbers: NDArray[np.float64],
    when_d: NDArray[np.float64],
    shoe: NDArray[np.object_],
    is_joined: NDArray[np.bool_],
    apart_d: float,
) -> tuple[NDArray[np.float64], dict[Hashable, str]]:
    """Give what each run's shoe adds, 0 where that is not known, and say it (2)."""
    taken = np.zeros(len(numbers))
    about: dict[Hashable, str] = dict.fromkeys(shoe.tolist(), "")
    known = np.flatnonzero(is_joined & (shoe != ""))
    if not len(known):
        return taken, about
    links = linked(
        numbers[known],
        when_d[known],
        shoe[known],
        reference=_most_used(shoe[known]),
        max_apart_d=apart_d,
    )
    taken[known] = [
        links[label].offset if links[label].is_known else 0.0 for label in shoe[known]
    ]
    return taken, about | {label: shoe_note(link) for label, link in links.items()}
