"""The specifications of the curve, each a choice on every fork, fixed beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import NotEnoughDataError
from hipstride.stats._build_design import build_design
from hipstride.stats.design_matrix import (
    LOAD,
    Design,
    can_be_fitted,
    without_extremes,
)
from hipstride.stats.windows import MORNING, of_the_week

__all__ = ["EXPOSURES", "Spec", "specs_of"]

EXPOSURES = ("this run", "mean of 7 days")


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


def specs_of(
    obs: pd.DataFrame,
    outcome: str,
    *,
    covariates: Sequence[str] = (),
    analgesic: str | None = None,
) -> tuple[Spec, ...]:
    """Lay out every specification that the history can carry.

    Parameters
    ----------
    obs : DataFrame
        An OBSERVATIONS table.
    outcome : str
        The column with the ratings.
    covariates, analgesic
        As for `association`.

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
    primary = build_design(obs, outcome, covariates=covariates, analgesic=analgesic)
    designs = {outcome: primary}
    if outcome != MORNING and MORNING in obs.columns:
        # A fork that the history cannot carry is no alternative.
        with suppress(NotEnoughDataError):
            designs[MORNING] = build_design(
                obs, MORNING, covariates=covariates, analgesic=analgesic
            )
    return tuple(
        spec for column, design in designs.items() for spec in _every(column, design)
    )


def _every(column: str, primary: Design) -> Iterator[Spec]:
    for exposure in EXPOSURES:
        base = primary if exposure == EXPOSURES[0] else of_the_week(primary)
        if not can_be_fitted(base):
            continue
        seen: set[tuple[object, ...]] = set()
        for covariates, rows, design in _forks(base):
            # Where a covariate is not there, forks fall together.
            key = (frozenset(design.groups), len(design.y))
            if key not in seen and can_be_fitted(design):
                seen.add(key)
                yield Spec(column, exposure, covariates, rows, design, base)


def _forks(base: Design) -> Iterator[tuple[str, str, Design]]:
    for covariates, chosen in _covariates(base):
        yield covariates, "all", chosen
        yield (
            covariates,
            "without the 5 % most unusual strides",
            without_extremes(chosen),
        )
    if "treadmill" in base.groups:
        yield "all", "outdoors only", base.take(_is_outdoors(base))


def _is_outdoors(design: Design) -> NDArray[np.bool_]:
    indoors = design.runs.table["is_treadmill"].to_numpy(np.float64)[design.rows]
    return np.asarray(indoors != 1)


def _covariates(base: Design) -> Iterator[tuple[str, Design]]:
    # Pain before the run closes the way back from pain to stride; a fork without it is
    # known to lean towards "longer is harmless", so there is one of them only.
    yield "all", base
    # With the rows outdoors there are as many ways, so this one gives way to them.
    if "treadmill" not in base.groups:
        yield "without load", base.without(*LOAD)
    yield "without load and trend", base.without(*LOAD, "trend")
    yield "without pain before", base.without("pain_before")
