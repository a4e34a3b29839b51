"""From counts and fits to the rows of the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hipstride.stats._arrays import FloatArray
from hipstride.stats.change._detectable import detectable_points
from hipstride.stats.change._ledger_fit import TREND, GroupFit, JointFit, is_collinear
from hipstride.stats.change._ledger_groups import (
    Group,
    Layout,
    runs_before_and_during,
)
from hipstride.stats.change._ledger_text import LedgerRow, shortened
from hipstride.stats.change._ledger_things import Thing
from hipstride.stats.change._ledger_words import Finding, judge_finding
from hipstride.stats.multiplicity import adjust

__all__ = ["Sources", "rows_of"]

# More names than these are read by nobody.
_MAX_LISTED = 12
_MAX_JOINED = 3


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """What the rows are made of.

    Attributes
    ----------
    things : sequence of Thing
        What was tried.
    layout, fit : Layout, JointFit
        What could be told apart, and the estimates by group.
    clock, y : ndarray
        Calendar days of the rated runs, and their ratings.
    common : Finding
        What is the same for all rows.
    """

    things: Sequence[Thing]
    layout: Layout
    fit: JointFit
    clock: FloatArray
    y: FloatArray
    common: Finding


def rows_of(sources: Sources) -> tuple[LedgerRow, ...]:
    """Make the rows: each thing in order of date, then what was looked at together.

    Parameters
    ----------
    sources : Sources
        Counts and estimates.

    Returns
    -------
    tuple of LedgerRow
        The rows.
    """
    group_of = {
        member: position
        for position, group in enumerate(sources.layout.groups)
        for member in group.members
    }
    adjusted = _adjusted(sources.fit.groups)
    single = [
        _row_of_thing(sources, member, group_of.get(member), adjusted)
        for member in range(len(sources.things))
    ]
    return (*single, *_joint_rows(sources, adjusted))


def _row_of_thing(
    sources: Sources, member: int, position: int | None, adjusted: Mapping[int, float]
) -> LedgerRow:
    thing = sources.things[member]
    blank = _blank(sources, thing)
    if position is None:
        return _judged(
            blank, replace(sources.common, refusal=sources.layout.refusals[member])
        )
    group = sources.layout.groups[position]
    if len(group.members) > 1:
        others = [m for m in group.members if m != member]
        partners = _listed([sources.things[m].label for m in others])
        refusal = (
            "cannot be separated from "
            f"{_listed([shortened(sources.things[m].label) for m in others])}; see "
            "the row for all of them together"
        )
        return replace(
            _judged(blank, replace(sources.common, refusal=refusal)),
            inseparable_from=partners,
        )
    return _estimated(sources, blank, position, adjusted)


def _joint_rows(sources: Sources, adjusted: Mapping[int, float]) -> Iterator[LedgerRow]:
    for position, group in enumerate(sources.layout.groups):
        if len(group.members) < 2:  # noqa: PLR2004 - a single one has its row
            continue
        members = [sources.things[m] for m in group.members]
        labels = [thing.label for thing in members]
        more = len(labels) - _MAX_JOINED
        named = " + ".join(shortened(label, 40) for label in labels[:_MAX_JOINED])
        label = f"{named}{f' + {more} more' if more > 0 else ''} together"
        starts = [t.started_on for t in members if t.started_on is not None]
        ends = [t.ended_on for t in members if t.ended_on is not None]
        n_before, n_during = runs_before_and_during(
            group, sources.clock, sources.layout.kept
        )
        blank = replace(
            _blank(sources, members[0]),
            label=label,
            kind="together",
            started_on=min(starts, default=None),
            ended_on=max(ends) if len(ends) == len(members) else None,
            n_before=n_before,
            n_during=n_during,
            note="in force while any of them was; they differ on too few rated runs",
        )
        yield _estimated(sources, blank, position, adjusted)


def _blank(sources: Sources, thing: Thing) -> LedgerRow:
    group = Group((), thing.spells, thing.first_day)
    n_before, n_during = (
        runs_before_and_during(group, sources.clock, sources.layout.kept)
        if thing.spells and len(sources.clock)
        else (0, 0)
    )
    return LedgerRow(
        label=thing.label,
        kind=thing.kind,
        started_on=thing.started_on,
        ended_on=thing.ended_on,
        n_before=n_before,
        n_during=n_during,
        estimate=np.nan,
        low=np.nan,
        high=np.nan,
        p_value=np.nan,
        p_adjusted=np.nan,
        detectable_points=np.nan,
        verdict_level=0,
        verdict="",
        note=thing.note,
    )


def _estimated(
    sources: Sources, blank: LedgerRow, position: int, adjusted: Mapping[int, float]
) -> LedgerRow:
    fit = sources.fit.groups.get(position)
    if fit is None:
        refusal = sources.fit.refusals.get(position, "no estimate")
        return _judged(blank, replace(sources.common, refusal=refusal))
    group = sources.layout.groups[position]
    partners = tuple(_partner(sources, name) for name in fit.leans_on)
    found = replace(
        sources.common,
        estimate=fit.estimate,
        low=fit.low,
        high=fit.high,
        p_adjusted=adjusted[position],
        detectable_points=detectable_points(fit.se, fit.df),
        n_tried=len(adjusted),
        is_to_the_end=bool(np.isinf(group.spells[-1][1])),
        partners=partners,
    )
    row = replace(
        blank,
        estimate=fit.estimate,
        low=fit.low,
        high=fit.high,
        p_value=fit.p_value,
        p_adjusted=adjusted[position],
        detectable_points=found.detectable_points,
        inseparable_from=_listed(partners),
        note="; ".join(filter(None, (blank.note, *_warnings(sources, group, fit)))),
    )
    return _judged(row, found)


def _judged(row: LedgerRow, found: Finding) -> LedgerRow:
    level, sentence = judge_finding(found)
    return replace(row, verdict_level=level, verdict=sentence)


def _warnings(sources: Sources, group: Group, fit: GroupFit) -> Iterator[str]:
    if is_collinear(fit):
        yield f"the other columns nearly give it (variance inflation {fit.vif:.0f})"
    kept = sources.layout.kept
    ratings = sources.y[kept & group.holds(sources.clock)]
    if len(ratings) and float(np.ptp(ratings)) == 0:
        yield (
            f"all {len(ratings)} ratings in force are {ratings[0]:g}, so that the "
            "interval is that of a steadier pain than before: look at the counts too"
        )


def _partner(sources: Sources, name: int | str) -> str:
    if isinstance(name, str):
        return TREND
    members = sources.layout.groups[name].members
    return " + ".join(sources.things[m].label for m in members[:_MAX_JOINED])


def _listed(labels: Sequence[str]) -> str:
    more = len(labels) - _MAX_LISTED
    tail = [f"and {more} more"] if more > 0 else []
    return "; ".join([*labels[:_MAX_LISTED], *tail])


def _adjusted(groups: Mapping[int, GroupFit]) -> dict[int, float]:
    """Adjust by Benjamini and Hochberg over all estimates of the table."""
    p_values = adjust([group.p_value for group in groups.values()])
    return dict(zip(groups, p_values.tolist(), strict=True))
