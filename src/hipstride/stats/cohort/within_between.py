"""The rows of all runners in one table: within and between, kept apart.

Each column is split into the runner's mean and the distance from it (Mundlak 1978;
Bell and Jones 2015). Only the distance speaks of what happens within a runner; the
means speak of who runs how, and are never read as an effect.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from hipstride.stats._arrays import left_by
from hipstride.stats.cohort.runners import RunnerSlope
from hipstride.stats.design_matrix import Design

__all__ = ["within_between"]

# What all runners may have in common; devices and shoes are of one runner alone.
_SHARED = (
    "speed",
    "grade",
    "load_acute",
    "load_chronic",
    "gap",
    "trend",
    "pain_before",
)


def within_between(slopes: Sequence[RunnerSlope]) -> pd.DataFrame:
    """Put the rows of all runners together, split into within and between.

    Parameters
    ----------
    slopes : sequence of RunnerSlope
        Runners with a design.

    Returns
    -------
    DataFrame
        ``runner``, ``y``, ``own`` (the runner's matched-speed stride residual [%]),
        ``stride_w``, ``stride_m``, and the same two of each covariate that all
        runners have.

    Examples
    --------
    >>> within_between([]).columns.tolist()
    ['runner', 'y', 'own', 'stride_w', 'stride_m']
    """
    used = [one for one in slopes if one.design is not None]
    designs = [one.design for one in used if one.design is not None]
    shared = [
        name for name in _SHARED if designs and all(name in d.groups for d in designs)
    ]
    parts = [
        _rows(one.runner, one.design, shared) for one in used if one.design is not None
    ]
    names = ["runner", "y", "own", "stride_w", "stride_m"]
    if not parts:
        return pd.DataFrame(columns=names)
    table = pd.concat(parts, ignore_index=True)
    # Centred, so that the intercept is the average runner's.
    means = [name for name in table.columns if name.endswith("_m")]
    return table.assign(**{name: table[name] - table[name].mean() for name in means})


def _rows(runner: str, design: Design, shared: Sequence[str]) -> pd.DataFrame:
    columns = {"stride": design.stride_pct}
    # Grade has a column each for up and down; their sum is the grade.
    columns |= {name: design.groups[name].sum(axis=1) for name in shared}
    form = design.only("speed", "grade", "treadmill", "device", "shoe").covariates
    own = left_by(form, design.stride_pct)
    split = {}
    for name, values in columns.items():
        split[f"{name}_w"] = values - values.mean()
        split[f"{name}_m"] = np.full(len(values), values.mean())
    return pd.DataFrame({"runner": runner, "y": design.y, "own": own, **split})
