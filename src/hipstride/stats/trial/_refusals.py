"""What a randomised test of one runner refuses to answer, and what would help."""

from __future__ import annotations

import math

import numpy as np

from hipstride.errors import NotEnoughDataError
from hipstride.stats._arrays import FloatArray
from hipstride.stats.trial._coefficients import basis_of
from hipstride.stats.trial.joining import Joined
from hipstride.stats.trial.randomisation import RandomisationTest

__all__ = [
    "refuse_what_cannot_be_compared",
    "refuse_what_cannot_reject",
    "refuse_what_is_reproduced",
]

MIN_ROWS = 8
# What the covariates leave of the outcome, relative to its spread, counts as rounding.
_REPRODUCED = 1e-8


def refuse_what_cannot_be_compared(y: FloatArray, joined: Joined, n: int) -> None:
    """Refuse too few ratings, or all the same."""
    if len(y) < MIN_ROWS:
        left = ", ".join(
            f"{count} {reason.replace('_', ' ')}"
            for reason, count in joined.outside.items()
            if count
        )
        what = "rated runs of the trial"
        raise NotEnoughDataError(
            what,
            needed=MIN_ROWS,
            got=len(y),
            remedy=(f"runs outside of it: {left}; " if left else "")
            + f"go on with the schedule of {n} units and rate every run",
        )
    if np.ptp(y) == 0:
        what = "different pain ratings"
        raise NotEnoughDataError(
            what,
            needed=2,
            got=1,
            remedy=f"all {len(y)} ratings are {y[0]:g}; with no change in pain there "
            "is nothing to compare",
        )


def refuse_what_is_reproduced(
    y: FloatArray, x: FloatArray, used: tuple[str, ...]
) -> None:
    """Refuse ratings that follow from the covariates, such as a copied column."""
    basis = basis_of(x if x.shape[1] else None, len(y))
    rest = y - basis @ (basis.T @ y)
    if float(np.ptp(rest)) <= _REPRODUCED * float(np.ptp(y)):
        what = "ratings that differ from what they are adjusted for"
        raise NotEnoughDataError(
            what,
            needed=1,
            got=0,
            remedy=f"the covariates give the ratings exactly: {', '.join(used)}; see "
            "whether one column was copied to another",
        )


def refuse_what_cannot_reject(found: RandomisationTest) -> None:
    """Refuse runs on which hardly any two schedules differ."""
    is_open = not (math.isfinite(found.low) and math.isfinite(found.high))
    if found.p_smallest > found.alpha or is_open:
        what = "schedules that differ on the rated runs"
        n_as_far = found.p_smallest * found.n_schedules
        raise NotEnoughDataError(
            what,
            needed=math.ceil(max(n_as_far, 1) / found.alpha),
            got=found.n_schedules,
            remedy=f"on the {found.n_schedules} schedules the smallest p is "
            f"{found.p_smallest:.3g}, so that no interval has an end; go on with the "
            "schedule and rate every run",
        )
