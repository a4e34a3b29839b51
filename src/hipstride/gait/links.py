"""How far two watches, or two pairs of shoes, are apart for the same form.

A new watch that measures a per cent more looks like a stride that became a per cent
longer. The two can be told apart only where both were in use at one time: there a run
with the new one lies between two with the old one, and form has had no time to move.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from math import inf, nan, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["MIN_OVERLAP_RUNS", "Link", "linked"]

# With fewer runs in between, the offset would be known worse than a usual change of
# stride is large: runs a few days apart differ by some 2 %, so that eight give 0.7 %.
MIN_OVERLAP_RUNS = 8
# Runs that all lie between the same two stand or fall with these: the two have to have
# alternated so many times.
MIN_TIMES = 4
# A run further away says little about the form of the day.
MAX_APART_D = 14.0
_PAIR = 2
# The 97.5 % quantile of t is about 1.96 (1 + 1.2 / df).
_T_PER_DF = 1.2


class Between(NamedTuple):
    """Runs of one label held against the line between two runs of another."""

    difference: NDArray[np.float64]
    after: NDArray[np.int64]  # which run of the other comes after each
    share: NDArray[np.float64]  # how far each lies on the way to it

    def __len__(self) -> int:
        return len(self.difference)

    @property
    def n_times(self) -> int:
        """Between how many different pairs of the other the runs lie."""
        return len(np.unique(self.after))


@dataclass(frozen=True, slots=True)
class Link:
    """What is known of one label beside the reference.

    Parameters
    ----------
    label : hashable
        The watch, or the shoe.
    offset : float
        How much more it measures than the reference, as a difference of logarithms;
        NaN where the two cannot be told apart from form.
    offset_se : float
        Its standard error.
    n_overlap : int
        Runs with the one that lie between runs with the other.
    """

    label: Hashable
    offset: float
    offset_se: float
    n_overlap: int

    @property
    def is_known(self) -> bool:
        """Whether both were in use together for long enough."""
        return bool(np.isfinite(self.offset))


def linked(
    log_step: NDArray[np.float64],
    days: NDArray[np.float64],
    labels: NDArray[np.object_],
    *,
    reference: Hashable,
    max_apart_d: float = MAX_APART_D,
) -> dict[Hashable, Link]:
    """Measure each label against the reference by the runs in which both were in use.

    Parameters
    ----------
    log_step : array, shape (n,)
        Logarithm of the step length at the reference speed.
    days : array, shape (n,)
        When each run was [d].
    labels : array, shape (n,)
        The watch or the shoe of each.
    reference : hashable
        The label that the others are held against.
    max_apart_d : float
        How far the runs around one may be away from it [d].

    Returns
    -------
    dict
        A `Link` for each label; that of the reference is 0.

    Notes
    -----
    1. For two labels: each run of the one that has a run of the other before and after
       it, at most 14 days away, is held against the line between those two. The offset
       is the mean of these differences; of the two directions the one with more runs
       counts. Several may share a run, which the standard error respects.
    2. At least 8 such runs, between at least 4 different pairs, make a link: one stray
       run with the old watch says nothing of the weeks with the new one. Labels are
       joined to the reference one after the other, over the link with the most runs;
       offsets add up along the way.

    Examples
    --------
    >>> days = np.arange(20.0)
    >>> labels = np.where(days % 2, "new", "old").astype(object)
    >>> log_step = 0.001 * days + np.where(days % 2, 0.03, 0.0)
    >>> found = linked(log_step, days, labels, reference="old")["new"]
    >>> round(found.offset, 9), found.n_overlap
    (0.03, 9)
    """
    names = list(dict.fromkeys(labels.tolist()))
    between = {
        (one, other): _differences(
            log_step, days, labels == one, labels == other, max_apart_d
        )
        for one in names
        for other in names
        if one != other
    }
    found = {reference: Link(reference, 0.0, 0.0, 0)}
    while True:
        # 2
        best = max(
            _steps(found, names, between), key=lambda step: step[2], default=None
        )
        if best is None or best[2] < MIN_OVERLAP_RUNS:
            break
        known, new, count = best
        offset, variance = _offset(between[new, known], between[known, new])
        before = found[known]
        found[new] = Link(
            new,
            before.offset + offset,
            sqrt(before.offset_se**2 + variance),
            count,
        )
    for name in names:
        if name not in found:
            most = max(
                (len(between[name, other]) for other in names if other != name),
                default=0,
            )
            found[name] = Link(name, nan, inf, most)
    return found


_Between = dict[tuple[Hashable, Hashable], Between]


def _steps(
    found: dict[Hashable, Link], names: list[Hashable], between: _Between
) -> Iterator[tuple[Hashable, Hashable, int]]:
    for known in found:
        for new in names:
            if new not in found and known in names:
                yield known, new, _count(between, new, known)


def _count(between: _Between, one: Hashable, other: Hashable) -> int:
    """Count the runs that link two labels; 0 where they did not alternate."""
    pairs = between[one, other], between[other, one]
    return max(map(_worth, pairs))


def _differences(
    log_step: NDArray[np.float64],
    days: NDArray[np.float64],
    is_one: NDArray[np.bool_],
    is_other: NDArray[np.bool_],
    max_apart_d: float,
) -> Between:
    """Hold the runs of one label against the line between those of the other (1)."""
    order = np.argsort(days[is_other], kind="stable")
    at_d, level = days[is_other][order], log_step[is_other][order]
    if len(at_d) < _PAIR:
        return Between(np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0))
    when_d = days[is_one]
    after = np.searchsorted(at_d, when_d, side="left")
    inside = (after > 0) & (after < len(at_d))
    after = np.clip(after, 1, len(at_d) - 1)
    since_d, until_d = when_d - at_d[after - 1], at_d[after] - when_d
    inside &= (since_d <= max_apart_d) & (until_d <= max_apart_d)
    share = np.zeros(len(when_d))
    span_d = since_d + until_d
    np.divide(since_d, span_d, out=share, where=inside & (span_d > 0))
    expected = level[after - 1] + (level[after] - level[after - 1]) * share
    return Between((log_step[is_one] - expected)[inside], after[inside], share[inside])


def _offset(one: Between, other: Between) -> tuple[float, float]:
    """Take the mean difference and its variance from the direction with more runs."""
    sign, used = max((1.0, one), (-1.0, other), key=lambda pair: _worth(pair[1]))
    n, n_times = len(used), used.n_times
    mean = float(used.difference.mean())
    # What a run of the other weighs in the mean: it may stand beside several.
    before = np.bincount(used.after - 1, weights=1.0 - used.share)
    weight = np.bincount(used.after, weights=used.share)
    weight[: len(before)] += before
    of_mean = (n + float(weight @ weight)) / n**2
    of_each = 1.0 + float(np.mean(used.share**2 + (1.0 - used.share) ** 2))
    alone = float(np.var(used.difference, ddof=1)) * of_mean / of_each
    # Runs between the same two err together.
    sums = np.bincount(used.after, weights=used.difference - mean)
    together = float(sums @ sums) / n**2 * n_times / (n_times - 1)
    # So that ± 1.96 of it is as wide as Student's t asks for.
    few = (1.0 + _T_PER_DF / (n_times - 1)) ** 2
    return sign * mean, max(alone, together) * few


def _worth(pair: Between) -> int:
    return len(pair) if pair.n_times >= MIN_TIMES else 0
