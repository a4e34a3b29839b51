"""The two arms compared: rows, covariates and schedules, put to the test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hipstride.errors import NotEnoughDataError
from hipstride.stats._arrays import FloatArray
from hipstride.stats.trial._design import TrialDesign
from hipstride.stats.trial.joining import Joined, kept_after_washout
from hipstride.stats.trial.randomisation import (
    RandomisationTest,
    Reference,
    randomisation_test,
)
from hipstride.stats.trial.schedules import is_enumerable, schedules_of

__all__ = ["COVARIATE_WORDS", "Arms", "arms_of", "compare", "covariates_of"]

COVARIATE_WORDS = {
    "load_acute_m": "7-day load",
    "load_chronic_m": "28-day load",
    "days_since_last_run": "days since the last run (14 at most)",
    "is_treadmill": "treadmill or outdoors",
    "day": "a linear trend in time",
    "pain_before_0_10": "pain before the run",
}
MAX_MISSING_SHARE = 0.2
_MAX_GAP_DAYS = 14.0
_OWN_ARM = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Arms:
    """The arm of each joined run, as drawn and under all other schedules.

    Attributes
    ----------
    own : ndarray, shape (n,)
        As drawn.
    others : ndarray, shape (m, n)
        Under each schedule of the reference.
    reference : {"all", "drawn"}
        What `others` are.
    """

    own: FloatArray
    others: FloatArray
    reference: Reference


def arms_of(joined: Joined, design: TrialDesign, n_draws: int, seed: int) -> Arms:
    """Give the arms of the joined runs under the schedules of the design."""
    unit = joined.table["unit"].to_numpy(np.int64)
    others = schedules_of(design, n_draws, seed)[:, unit].astype(np.float64)
    return Arms(
        own=joined.table["arm"].to_numpy(np.float64),
        others=others,
        reference="all" if is_enumerable(design) else "drawn",
    )


def covariates_of(
    joined: Joined, names: tuple[str, ...], rows: NDArray[np.bool_]
) -> tuple[FloatArray, tuple[str, ...], list[str]]:
    """Take the declared covariates of some rows.

    Parameters
    ----------
    joined : Joined
        The runs.
    names : tuple of str
        What was declared.
    rows : ndarray of bool
        The runs used.

    Returns
    -------
    columns : ndarray, shape (n, k)
        The covariates; a missing value is the mean of the others. That is allowed for
        what the arm cannot have changed, and keeps the run.
    used : tuple of str
        Their names.
    caveats : list of str
        What was left out or filled.
    """
    columns, used, caveats = [], [], []
    for name in names:
        words = COVARIATE_WORDS.get(name, name)
        if name not in joined.table.columns:
            caveats.append(f"{words} is not in the table: not adjusted for")
            continue
        values = joined.table[name].to_numpy(np.float64)[rows]
        is_missing = ~np.isfinite(values)
        if is_missing.mean() > MAX_MISSING_SHARE:
            caveats.append(
                f"{words} is missing on {100 * is_missing.mean():.0f} % of the rated "
                "runs: not adjusted for"
            )
            continue
        if name == "days_since_last_run":
            values = np.minimum(values, _MAX_GAP_DAYS)
        if is_missing.any():
            values = np.where(is_missing, values[~is_missing].mean(), values)
            caveats.append(
                f"{words} was missing on {int(is_missing.sum())} rated runs; their "
                "mean was put in"
            )
        if np.ptp(values) == 0:
            if name != "is_treadmill":
                caveats.append(f"{words} does not vary and was left out")
            continue
        columns.append((values - values.mean()) / values.std())
        used.append(name)
    matrix = np.column_stack(columns) if columns else np.empty((int(rows.sum()), 0))
    return matrix, tuple(used), caveats


def compare(
    y: FloatArray,
    rows: NDArray[np.bool_],
    arms: Arms,
    x: FloatArray,
    *,
    alpha: float,
    washout: str = "none",
) -> RandomisationTest:
    """Test the arm on some rows, with the washout of each schedule where declared.

    Parameters
    ----------
    y : ndarray, shape (k,)
        The outcome of the rows used.
    rows : ndarray of bool, shape (n,)
        Which of the joined runs they are.
    arms : Arms
        Of all joined runs.
    x : ndarray, shape (k, j)
        Covariates of the rows used.
    alpha : float
        Size of the test.
    washout : str
        As in the design.

    Returns
    -------
    RandomisationTest
        Estimate, interval, p.

    Raises
    ------
    NotEnoughDataError
        If only one arm is left.
    """
    own = arms.own[rows]
    kept = kept_by_schedule = None
    if washout != "none":
        kept = kept_after_washout(arms.own[None, :])[0, rows]
        kept_by_schedule = kept_after_washout(arms.others)[:, rows]
        own = own[kept]
    if not len(own) or float(np.ptp(own)) < _OWN_ARM:
        what = "arms with rated runs"
        raise NotEnoughDataError(
            what,
            needed=2,
            got=min(1, len(own)),
            remedy="go on with the schedule and rate every run",
        )
    return randomisation_test(
        y,
        arms.own[rows],
        x if x.shape[1] else None,
        arms.others[:, rows],
        reference=arms.reference,
        alpha=alpha,
        kept=kept,
        kept_by_schedule=kept_by_schedule,
    )
