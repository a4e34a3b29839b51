"""One regression on all usable runs, rated or not, with the ratings left open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.stats._arrays import FloatArray
from hipstride.stats._build_design import build_design
from hipstride.stats.design_matrix import Design, can_be_fitted, words_of
from hipstride.stats.gap_gls import GapGls, gap_gls

__all__ = ["SCALE_POINTS", "AllRuns", "all_runs", "usable_counts"]

SCALE_POINTS = 10.0
_BEFORE = "pain_before_0_10"
# As for the rated runs of an association.
_MIN_SHARE_KNOWN = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class AllRuns:
    """All usable runs in order of time, and the fit to the rated ones.

    Attributes
    ----------
    design : Design
        Rows and columns; `y` of an unrated run is a placeholder.
    is_rated : ndarray of bool, shape (n,)
        Which of the rows have a rating.
    fit : GapGls
        GapGLS of the rated rows on the same columns.
    n_usable, n_unrated : int
        Usable runs of the history, and those without a rating.
    step_points : float
        The ratings are multiples of this; 0 if of nothing [points].
    caveats : tuple of str
        What was left out so that unrated runs could be kept.
    """

    design: Design
    is_rated: NDArray[np.bool_]
    fit: GapGls
    n_usable: int
    n_unrated: int
    step_points: float
    caveats: tuple[str, ...]

    @property
    def matrix(self) -> FloatArray:
        """Intercept, stride, covariates of all rows: the stride is column 1."""
        return self.design.matrix

    def ratings(self, values: FloatArray) -> FloatArray:
        """Make ratings of any numbers: on the scale, in the steps of this runner."""
        kept = np.clip(values, 0.0, SCALE_POINTS)
        if self.step_points:
            kept = np.round(kept / self.step_points) * self.step_points
        return kept


def usable_counts(design: Design, outcome: str) -> tuple[int, int]:
    """Give the number of usable runs and of the unrated among them."""
    table = design.runs.table.loc[design.runs.is_eligible]
    return len(table), int(table[outcome].isna().sum())


def all_runs(obs: pd.DataFrame, outcome: str) -> AllRuns:
    """Lay out the regression of an association on unrated runs as well.

    Parameters
    ----------
    obs, outcome
        As for `association`.

    Returns
    -------
    AllRuns
        All usable runs whose covariates are known.

    Raises
    ------
    NotEnoughDataError
        As for `association`; or if no usable run is unrated.
    TableError
        As for `association`; or if the ratings are not on a scale of 0-10.

    Notes
    -----
    Pain before the run is left out where fewer than 80 % of the unrated runs have it:
    who forgets the diary mostly forgets it before the run as well.
    """
    rated = build_design(obs, outcome)
    n_usable, n_unrated = usable_counts(rated, outcome)
    if n_unrated == 0:
        what = "usable runs without a rating"
        raise NotEnoughDataError(
            what, needed=1, got=0, remedy="all were rated; nothing is missing"
        )
    _check_scale(rated.y, outcome)
    table = rated.runs.table.loc[rated.runs.is_eligible].reset_index(drop=True)
    is_rated = table[outcome].notna().to_numpy()
    caveats = []
    if _BEFORE in table.columns and outcome != _BEFORE:
        known = float(table.loc[~is_rated, _BEFORE].notna().mean())
        if known < _MIN_SHARE_KNOWN:
            table = table.drop(columns=_BEFORE)
            if "pain_before" in rated.groups:
                caveats.append(
                    f"Only {100 * known:.0f} % of the unrated runs have a rating "
                    "before the run: it is not adjusted for here"
                )
    # A placeholder that nothing is read from: it lets unrated runs into the rows.
    filled = table[outcome].fillna(float(table[outcome].mean()))
    whole = build_design(table.assign(**{outcome: filled}), outcome)
    mask = is_rated[whole.rows]
    whole, lost = _told_by_rated(whole, mask)
    caveats += [f"{words_of(n)} is the same on all rated runs: left out" for n in lost]
    if mask.all():
        what = "unrated runs with all covariates"
        raise NotEnoughDataError(what, needed=1, got=0)
    fit = gap_gls(whole.y[mask], whole.matrix[mask], whole.day[mask])
    left_out = n_unrated - int((~mask).sum())
    if left_out:
        caveats.append(f"Unrated runs left out for want of a covariate: {left_out}")
    return AllRuns(
        design=whole,
        is_rated=mask,
        fit=fit,
        n_usable=n_usable,
        n_unrated=n_unrated,
        step_points=_step(whole.y[mask]),
        caveats=tuple(caveats),
    )


def _told_by_rated(whole: Design, mask: NDArray[np.bool_]) -> tuple[Design, list[str]]:
    """Keep the covariates whose coefficients the rated rows alone can tell."""
    part = whole.take(mask)
    lost = [
        name
        for name, columns in whole.groups.items()
        if name not in part.groups or part.groups[name].shape[1] != columns.shape[1]
    ]
    whole = whole.without(*lost)
    if not can_be_fitted(whole.take(mask)):
        what = "rated runs with all covariates"
        needed = whole.matrix.shape[1] + 5
        raise NotEnoughDataError(what, needed=needed, got=int(mask.sum()))
    return whole, lost


def _check_scale(y: FloatArray, outcome: str) -> None:
    if y.min() < 0 or y.max() > SCALE_POINTS:
        msg = (
            f"{outcome}: found ratings from {y.min():g} to {y.max():g}; expected a "
            "scale of 0-10, so that what is filled in can keep to it"
        )
        raise TableError(msg)


def _step(y: FloatArray) -> float:
    for step in (1.0, 0.5):
        if np.all(y / step == np.round(y / step)):
            return step
    return 0.0
