"""Which design, and what it can find: before anything is drawn."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from hipstride.errors import TableError
from hipstride.stats._own_columns import check_is_table, dates_of
from hipstride.stats.trial._design import TrialDesign
from hipstride.stats.trial.schedules import count, p_min, units_needed

__all__ = ["TrialPlan", "plan_trial", "suggest_design"]

_DAYS_PER_WEEK = 7
# What one run may leave for the next before single runs are too close together.
_MAX_LEFT_AT_NEXT_RUN = 0.5
# A block this many memories long keeps about half of its days free of the one before.
_MEMORIES_PER_BLOCK = 1.5
_BLOCK_DAYS = (3, 7)
_MIN_PAIRS = 6


@dataclass(frozen=True, slots=True)
class TrialPlan:
    """What a design allows.

    Attributes
    ----------
    design : TrialDesign
        The design.
    n_schedules : int
        How many schedules there are.
    p_min : float
        The smallest two-sided p it can reach.
    is_enough : bool
        Whether that is within the design's alpha; `draw` refuses what is not.
    units_needed : int
        The fewest units with which it would be.
    n_rated_runs : float
        Rated runs to be expected, by the history; NaN without one.
    """

    design: TrialDesign
    n_schedules: int
    p_min: float
    is_enough: bool
    units_needed: int
    n_rated_runs: float

    def __str__(self) -> str:
        """Say it in one line."""
        unit = self.design.unit
        start = (
            f"{self.design.n_units} {unit}s, {self.n_schedules} schedules, smallest p "
            f"{self.p_min:.2g}"
        )
        if not self.is_enough:
            return f"{start}: too few; {self.units_needed} {unit}s are needed"
        if math.isfinite(self.n_rated_runs):
            start += f", about {self.n_rated_runs:.0f} rated runs"
        return start


def plan_trial(
    design: TrialDesign,
    history: pd.DataFrame | None = None,
    *,
    outcome: str = "pain_after_0_10",
) -> TrialPlan:
    """Tell how many schedules a design has, and the smallest p that it can reach.

    Parameters
    ----------
    design : TrialDesign
        The design.
    history : DataFrame, optional
        An OBSERVATIONS table; its runs a week and its share of rated runs say how
        many ratings to expect.
    outcome : str
        The column with the ratings, in `history`.

    Returns
    -------
    TrialPlan
        The numbers; `str` of it is one line.

    Raises
    ------
    TableError
        If the history lacks ``local_date`` or the outcome.

    Examples
    --------
    >>> import datetime as dt
    >>> design = TrialDesign(
    ...     kind="block_pairs", n_units=30, unit="day", started_on=dt.date(2026, 12, 1)
    ... )
    >>> str(plan_trial(design))
    '30 days, 32 schedules, smallest p 0.062: too few; 36 days are needed'
    """
    smallest = p_min(design)
    return TrialPlan(
        design=design,
        n_schedules=count(design),
        p_min=smallest,
        is_enough=smallest <= design.alpha,
        units_needed=units_needed(design),
        n_rated_runs=_rated_runs(design, history, outcome),
    )


def suggest_design(
    tau_days: float,
    runs_per_week: float,
    *,
    started_on: dt.date,
    weeks: int = 12,
) -> TrialDesign:
    r"""Choose between single runs and blocks, by how long pain remembers.

    Parameters
    ----------
    tau_days : float
        Memory of pain, as the GapGLS fit of a baseline gives it [d].
    runs_per_week : float
        How often the runner runs.
    started_on : date
        The first day.
    weeks : int
        How long the test may last.

    Returns
    -------
    TrialDesign
        Alternation by run where a run leaves less than half of its pain for the next,
        :math:`\exp(-g/\tau) < 1/2` with :math:`g` the days between runs; else pairs of
        blocks of :math:`1.5\,\tau` days, 3 to 7, at least 6 pairs.

    Raises
    ------
    TableError
        If a number is not above 0.

    Notes
    -----
    A rule of thumb: the memory of pain is not that of a cue, but it is what a baseline
    can tell. Where carry-over is known, choose the blocks by it.

    Examples
    --------
    >>> import datetime as dt
    >>> first = dt.date(2026, 12, 1)
    >>> suggest_design(2.0, 4, started_on=first).kind
    'alternation'
    >>> found = suggest_design(4.0, 4, started_on=first)
    >>> found.block_days, found.n_pairs
    (6, 7)
    """
    given: tuple[tuple[str, object], ...] = (
        ("tau_days", tau_days),
        ("runs_per_week", runs_per_week),
        ("weeks", weeks),
    )
    for name, value in given:
        if not (isinstance(value, int | float) and 0 < value < math.inf):
            msg = f"{name}: found {value!r}; expected a number above 0"
            raise TableError(msg)
    gap_days = _DAYS_PER_WEEK / runs_per_week
    if math.exp(-gap_days / tau_days) < _MAX_LEFT_AT_NEXT_RUN:
        return TrialDesign(
            kind="alternation",
            n_units=max(1, round(weeks * runs_per_week)),
            started_on=started_on,
        )
    block_days = int(np.clip(math.ceil(_MEMORIES_PER_BLOCK * tau_days), *_BLOCK_DAYS))
    n_pairs = max(weeks * _DAYS_PER_WEEK // (2 * block_days), _MIN_PAIRS)
    return TrialDesign(
        kind="block_pairs",
        unit="day",
        block_days=block_days,
        n_units=int(n_pairs) * 2 * block_days,
        started_on=started_on,
    )


def _rated_runs(
    design: TrialDesign, history: pd.DataFrame | None, outcome: str
) -> float:
    if history is None:
        return math.nan
    check_is_table(history)
    date = dates_of(history)
    if date is None or outcome not in history.columns:
        msg = f"history: found no 'local_date' or no {outcome!r}; expected both of them"
        raise TableError(msg)
    share_rated = float(history[outcome].notna().mean()) if len(history) else math.nan
    if design.unit == "run":
        return design.n_units * share_rated
    span_days = (date.max() - date.min()).days + 1
    return float(design.n_units * share_rated * len(history) / span_days)
