"""The specifications of the curve, each a choice on every fork, fixed beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from hipstride.errors import NotEnoughDataError
from hipstride.stats._build_design import build_design
from hipstride.stats.design_matrix import LOAD, Design, can_be_fitted
from hipstride.stats.windows import MORNING, of_the_week

__all__ = ["EXPOSURES", "Spec", "specs_of"]

EXPOSURES = ("this run", "mean of 7 days")
# Share of the runs with the most unusual stride that one fork leaves out.
_EXTREME_SHARE = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Spec:
    """One way to ask the question.

    Attributes
    ----------
    outcome, exposure, covariates, rows : str
        What was chosen on each fork.
    design : Design
        Rows and columns.
    base : Design
        The widest design of the same outcome and exposure, whose correlation is used.
    """

    outcome: str
    exposure: str
    covariates: str
    rows: str
    design: Design
    base: Design


def specs_of(obs: pd.DataFrame, outcome: str) -> tuple[Spec, ...]:
    """Lay out every specification that the history can carry.

    Parameters
    ----------
    obs : DataFrame
        An OBSERVATIONS table.
    outcome : str
        The column with the ratings.

    Returns
    -------
    tuple of Spec
        At most 32, the primary first; those that fall together count once. Each is
        fitted with and without correlated errors.

    Raises
    ------
    NotEnoughDataError, TableError
        As for `association`.
    """
    return tuple(_every(obs, outcome))


def _every(obs: pd.DataFrame, outcome: str) -> Iterator[Spec]:
    for column, primary in _outcomes(obs, outcome):
        for exposure in EXPOSURES:
            base = primary if exposure == EXPOSURES[0] else of_the_week(primary)
            if not can_be_fitted(base):
                continue
            seen: set[tuple[object, ...]] = set()
            for covariates, chosen in _covariates(base):
                for rows, design in (
                    ("all", chosen),
                    ("without the 5 % most unusual strides", _without_extremes(chosen)),
                ):
                    # Where a covariate is not there, forks fall together.
                    key = (frozenset(design.groups), len(design.y))
                    if key not in seen and can_be_fitted(design):
                        seen.add(key)
                        yield Spec(column, exposure, covariates, rows, design, base)


def _outcomes(obs: pd.DataFrame, outcome: str) -> Iterator[tuple[str, Design]]:
    yield outcome, build_design(obs, outcome)
    if outcome == MORNING or MORNING not in obs.columns:
        return
    try:
        yield MORNING, build_design(obs, MORNING)
    except NotEnoughDataError:
        # A fork that the history cannot carry is no alternative.
        return


def _covariates(base: Design) -> Iterator[tuple[str, Design]]:
    # Pain before the run closes the way back from pain to stride; a fork without it is
    # known to lean towards "longer is harmless", so there is one of them only.
    yield "all", base
    yield "without load", base.without(*LOAD)
    yield "without load and trend", base.without(*LOAD, "trend")
    yield "without pain before", base.without("pain_before")


def _without_extremes(design: Design) -> Design:
    basis, _ = np.linalg.qr(design.covariates)
    own = design.stride_pct - basis @ (basis.T @ design.stride_pct)
    limit = np.quantile(np.abs(own), 1 - _EXTREME_SHARE)
    return replace(design.take(np.abs(own) <= limit))
