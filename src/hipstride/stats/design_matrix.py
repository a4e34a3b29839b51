"""The rows and columns of one regression of pain on stride."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from hipstride.stats._arrays import FloatArray, left_by, rank_order
from hipstride.stats._usable_runs import UsableRuns

__all__ = [
    "CONTEXT",
    "FORM",
    "LOAD",
    "MIN_SPARE_ROWS",
    "SAME_RUN",
    "WORDS",
    "Design",
    "can_be_fitted",
    "without_copies",
    "without_extremes",
    "words_of",
]

# The exposure of the primary regression; others have words of their own.
SAME_RUN = "same run"

# Share of the runs with the most unusual stride that some alternatives leave out.
_EXTREME_SHARE = 0.05
# Rows beyond the coefficients, so that a variance can be told at all.
MIN_SPARE_ROWS = 5
# What is adjusted for, in the order in which a collinear one gives way.
WORDS = {
    "speed": "speed (ln)",
    "grade": "grade",
    "treadmill": "treadmill or outdoors",
    "device": "device",
    "shoe": "shoe",
    "surface": "surface",
    "trend": "a linear trend in days",
    "load_acute": "7-day load",
    "load_chronic": "28-day load",
    "gap": "days since the last run (14 at most)",
    "pain_before": "pain before the run",
}
# These shape the step itself; a run's own matched-speed residual is net of them.
FORM = ("speed", "grade", "treadmill", "device", "shoe", "surface")
LOAD = ("load_acute", "load_chronic", "gap")
# A group of one covariate that was asked for by its column.
CONTEXT = "context:"


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """The rows and columns of one regression of pain on stride.

    Attributes
    ----------
    y : ndarray, shape (n,)
        The outcome [points].
    stride_pct : ndarray, shape (n,)
        100 times the log of the step length: differences are per cent [%].
    groups : mapping of str to ndarray, shape (n, j)
        The covariates by what they stand for; the intercept is not among them.
    day : ndarray, shape (n,)
        Days since the first run [d].
    rows : ndarray of int, shape (n,)
        Where each row stands in `runs.table`.
    runs : UsableRuns
        All runs, in order of time, with what was found wrong.
    dropped : mapping of str to int
        Runs left out, by reason.
    caveats : tuple of str
        What was left out of the model and why.
    exposure : str
        What `stride_pct` is: of the same run, or of the days before.
    """

    y: FloatArray
    stride_pct: FloatArray
    groups: Mapping[str, FloatArray]
    day: FloatArray
    rows: NDArray[np.int64]
    runs: UsableRuns
    dropped: Mapping[str, int] = field(default_factory=dict)
    caveats: tuple[str, ...] = ()
    exposure: str = SAME_RUN

    @property
    def adjusted_for(self) -> tuple[str, ...]:
        """What stands beside the stride, in words."""
        return tuple(map(words_of, self.groups))

    @property
    def context(self) -> tuple[str, ...]:
        """The groups of the covariates that were asked for by name."""
        return tuple(name for name in self.groups if name.startswith(CONTEXT))

    @property
    def covariates(self) -> FloatArray:
        """The intercept and all covariates."""
        return np.column_stack([np.ones(len(self.y)), *self.groups.values()])

    @property
    def matrix(self) -> FloatArray:
        """Intercept, stride, covariates: the stride is column 1."""
        return np.insert(self.covariates, 1, self.stride_pct, axis=1)

    def with_group(self, name: str, columns: FloatArray) -> Design:
        """Add a covariate."""
        return replace(
            self, groups={**self.groups, name: columns.reshape(len(self.y), -1)}
        )

    def without(self, *names: str) -> Design:
        """Leave covariates out."""
        kept = {name: c for name, c in self.groups.items() if name not in names}
        return replace(self, groups=kept)

    def only(self, *names: str) -> Design:
        """Keep these covariates alone."""
        return self.without(*(name for name in self.groups if name not in names))

    def take(self, mask: NDArray[np.bool_]) -> Design:
        """Keep some rows, and the covariates that still say something there."""
        part = replace(
            self,
            y=self.y[mask],
            stride_pct=self.stride_pct[mask],
            groups={name: columns[mask] for name, columns in self.groups.items()},
            day=self.day[mask],
            rows=self.rows[mask],
        )
        return without_copies(part)[0]


def words_of(group: str) -> str:
    """Name a group of covariates for the reader."""
    return WORDS.get(group, group.removeprefix(CONTEXT))


def can_be_fitted(design: Design) -> bool:
    """Tell whether there are rows and spread enough for every coefficient."""
    x = design.matrix
    n, k = x.shape
    return bool(
        n >= k + MIN_SPARE_ROWS and len(rank_order(x)) == k and np.ptp(design.y) > 0
    )


def without_extremes(design: Design) -> Design:
    """Leave out the 5 % of the rows with the most unusual stride for their covariates.

    Parameters
    ----------
    design : Design
        The regression.

    Returns
    -------
    Design
        The regression on the other rows.
    """
    own = np.abs(left_by(design.covariates, design.stride_pct))
    return design.take(own <= np.quantile(own, 1 - _EXTREME_SHARE))


def without_copies(design: Design) -> tuple[Design, tuple[str, ...]]:
    """Leave out constant and collinear columns, the least wanted first.

    Parameters
    ----------
    design : Design
        The regression.

    Returns
    -------
    design : Design
        The regression with columns that each say something of their own.
    left_out : tuple of str
        The groups of which nothing is left.
    """
    order = [name for name in WORDS if name in design.groups]
    order += [name for name in design.groups if name not in order]
    columns = [design.groups[name] for name in order]
    owner = [name for name in order for _ in range(design.groups[name].shape[1])]
    x = np.column_stack([np.ones(len(design.y)), *columns])
    kept = [position - 1 for position in rank_order(x) if position > 0]
    groups = {
        name: x[:, [p + 1 for p in kept if owner[p] == name]]
        for name in order
        if any(owner[p] == name for p in kept)
    }
    left_out = tuple(name for name in order if name not in groups)
    return replace(design, groups=groups), left_out
