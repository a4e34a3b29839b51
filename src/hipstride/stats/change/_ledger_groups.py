"""Which of the things that were tried can be told apart, by counting runs alone.

Nothing here looks at pain. A thing needs 10 rated runs before it and 10 in force. Two
things that differ on fewer than 10 rated runs cannot be separated and are looked at
together, as one. The first days after each start are left out, as the time in which a
change settles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hipstride.stats._arrays import FloatArray
from hipstride.stats.change._ledger_things import Spell, Thing, union, within

__all__ = ["MIN_RUNS", "Group", "Layout", "lay_out", "runs_before_and_during"]

# A level of fewer runs is that of one bad week.
MIN_RUNS = 10
RUNS_PER_COEFFICIENT = 15
# A return after so long is a start once more.
_BREAK_DAYS = 28.0

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Things that are looked at as one, mostly a single one."""

    members: tuple[int, ...]
    spells: tuple[Spell, ...]
    first_day: float

    def holds(self, clock: FloatArray) -> Mask:
        """Say on which of these calendar days any of it counts as in force."""
        return within(clock, self.spells)


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """What can be estimated on which runs.

    Attributes
    ----------
    groups : tuple of Group
        One coefficient each.
    kept : ndarray of bool
        The rated runs that are used.
    refusals : mapping of int to str
        Why a thing has no estimate, by its position.
    """

    groups: tuple[Group, ...]
    kept: Mask
    refusals: dict[int, str]


def lay_out(things: Sequence[Thing], clock: FloatArray, washout_days: float) -> Layout:
    """Decide what can be estimated.

    Parameters
    ----------
    things : sequence of Thing
        What was tried.
    clock : ndarray
        The calendar days of the rated runs, in order [d].
    washout_days : float
        Days after each start that are left out [d].

    Returns
    -------
    Layout
        Groups, runs and refusals.

    Notes
    -----
    1. Things with too few rated runs before them or in force are set aside, with words.
    2. Things that differ on fewer than 10 rated runs are joined, and so are groups.
    3. The first days after each start of a group are left out; whoever now has too few
       runs is set aside, and what can no longer be told apart is joined.
    4. At most one coefficient for 15 runs: the groups with the fewest runs before or
       in force give way. This is decided without looking at pain.

    Steps 2 to 4 are repeated until nothing changes.
    """
    refusals: dict[int, str] = {}
    groups: list[Group] = []
    base = np.isfinite(clock)
    for position, thing in enumerate(things):
        words = _too_few(thing, clock, base & ~thing.says_nothing(clock))
        if words:
            refusals[position] = words  # 1
        else:
            groups.append(Group((position,), thing.spells, thing.first_day))
            base = base & ~thing.says_nothing(clock)
    while True:
        kept = base & ~_washed_out(groups, clock, washout_days)
        joined = _joined(groups, clock[base]) if len(groups) > 1 else groups  # 2
        if len(joined) == len(groups):
            joined = _joined(groups, clock[kept])
        if len(joined) < len(groups):
            groups = joined
            continue
        weakest = _weakest(groups, clock, kept)
        if weakest is None:
            return Layout(tuple(groups), kept, refusals)
        group, words = weakest
        refusals |= dict.fromkeys(group.members, words)
        groups = [one for one in groups if one is not group]


def runs_before_and_during(
    group: Group, clock: FloatArray, kept: Mask
) -> tuple[int, int]:
    """Count the runs used before a group began, and in force."""
    before = kept & (clock < group.first_day)
    return int(before.sum()), int((kept & group.holds(clock)).sum())


def _too_few(thing: Thing, clock: FloatArray, base: Mask) -> str:
    if not thing.spells:
        return (
            "on none of the runs; give its dates in a table of changes if it was on "
            "days without a run"
        )
    n_before = int((base & (clock < thing.first_day)).sum())
    n_during = int((base & thing.holds(clock)).sum())
    if n_before == 0:
        return "began before the first rated run: nothing to compare with"
    if n_during == 0:
        return "no rated run while it counted as in force"
    return _shortage(n_before, n_during, "")


def _shortage(n_before: int, n_during: int, after_what: str) -> str:
    for count, where in ((n_before, "before it"), (n_during, "in force")):
        if count < MIN_RUNS:
            runs = "run" if count == 1 else "runs"
            return f"{count} rated {runs} {where}{after_what}, {MIN_RUNS} needed"
    return ""


def _washed_out(groups: list[Group], clock: FloatArray, washout_days: float) -> Mask:
    out = np.zeros(len(clock), dtype=np.bool_)
    for group in groups:
        ended = -np.inf
        for first, last in group.spells:
            if first - ended >= _BREAK_DAYS:
                out |= (clock >= first) & (clock < first + washout_days)
            ended = last
    return out


def _joined(groups: list[Group], clock: FloatArray) -> list[Group]:
    """Join what differs on too few of these runs, along chains."""
    holds = np.array([group.holds(clock) for group in groups], dtype=np.float64)
    if holds.size == 0:
        return groups
    on = holds.sum(axis=1)
    apart = on[:, None] + on[None, :] - 2 * holds @ holds.T
    owner = list(range(len(groups)))
    for i in range(len(groups)):
        for j in np.flatnonzero(apart[i, :i] < MIN_RUNS):
            old, new = owner[int(j)], owner[i]
            if old != new:
                owner = [new if one == old else one for one in owner]
    parts: dict[int, list[Group]] = {}
    for position, group in zip(owner, groups, strict=True):
        parts.setdefault(position, []).append(group)
    return [
        Group(
            tuple(sorted(member for group in part for member in group.members)),
            union([spell for group in part for spell in group.spells]),
            min(group.first_day for group in part),
        )
        if len(part) > 1
        else part[0]
        for part in parts.values()
    ]


def _weakest(
    groups: list[Group], clock: FloatArray, kept: Mask
) -> tuple[Group, str] | None:
    """Find the group that has to give way, and why."""
    if not groups:
        return None
    counts = [runs_before_and_during(group, clock, kept) for group in groups]
    least = min(range(len(groups)), key=lambda i: (min(counts[i]), -i))
    words = _shortage(*counts[least], " once the first days are left out")
    if words:
        return groups[least], words
    most = max(int(kept.sum()) // RUNS_PER_COEFFICIENT, 1)
    if len(groups) > most:  # 4
        return groups[least], (
            f"too many changes for these runs: one for {RUNS_PER_COEFFICIENT} rated "
            f"runs at most, and this has the fewest before it or in force"
        )
    return None
