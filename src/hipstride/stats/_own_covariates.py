"""Covariates that a runner asks for by name: sleep, stress, cycle, painkillers.

Numbers, flags and categories are taken. What the run itself may have changed is
refused: to hold it fixed would hide a part of what is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import TableError
from hipstride.stats._arrays import FloatArray
from hipstride.stats._own_columns import numbers_of

__all__ = ["covariate_of", "names_of"]

_AFTER_THE_RUN = (
    "distance_m",
    "duration_s",
    "moving_s",
    "running_s",
    "ascent_m",
    "usable_fraction",
    "grade_reliable_fraction",
    "rpe_0_10",
    "feel_0_100",
    "pain_during_0_10",
    "pain_after_0_10",
    "pain_next_morning_0_10",
)
_AFTER_PARTS = ("heart_rate", "rpe", "feel_")
_THE_STRIDE = (
    "mean_cadence_spm",
    "step_length_at_ref_speed_m",
    "step_length_at_ref_speed_se_m",
    "stride_deviation_pct",
    "stride_pct",
)
_IN_THE_MODEL = (
    "day",
    "local_date",
    "started_at",
    "mean_step_length_m",
    "mean_speed_mps",
    "ln_speed",
    "mean_grade_pct",
    "is_treadmill",
    "device",
    "shoe",
    "surface",
    "load_acute_m",
    "load_chronic_m",
    "days_since_last_run",
    "pain_before_0_10",
)
_NO_COVARIATES = ("run_id", "is_step_length_independent")


def names_of(
    obs: pd.DataFrame, names: Sequence[str], argument: str, outcome: str
) -> tuple[str, ...]:
    """Check the names of covariates before anything is computed.

    Parameters
    ----------
    obs : DataFrame
        The table.
    names : sequence of str
        The columns asked for.
    argument : str
        Where they were given, for the message.
    outcome : str
        The column with the ratings.

    Returns
    -------
    tuple of str
        The names, each once.

    Raises
    ------
    TableError
        If one is unknown, stands in the model already, or is what the run or its
        pain may have changed.

    Examples
    --------
    >>> names_of(pd.DataFrame({"sleep_h": [7.0]}), ["sleep_h"], "covariates", "pain")
    ('sleep_h',)
    """
    if isinstance(names, str):
        msg = f"{argument}: found the text {names!r}; expected a list, [{names!r}]"
        raise TableError(msg)
    for name in names:
        why = _why_not(str(name), outcome)
        if why:
            msg = f"{argument}: found {name!r}; {why}"
            raise TableError(msg)
        if name not in obs.columns:
            msg = (
                f"{argument}: found no column {name!r} among "
                f"{', '.join(map(str, obs.columns))}"
            )
            raise TableError(msg)
    return tuple(dict.fromkeys(names))


def _why_not(name: str, outcome: str) -> str:
    is_late = name in _AFTER_THE_RUN or any(part in name for part in _AFTER_PARTS)
    refusals = {
        "that is the outcome itself": name == outcome,
        "at a given speed that is the step length itself, and nothing would be left "
        "to relate to pain; leave it out": name in _THE_STRIDE,
        "the model takes it by itself where it is there; leave it out": (
            name in _IN_THE_MODEL
        ),
        "expected a covariate; dated changes are looked at by themselves": (
            name in _NO_COVARIATES or name.startswith("change_")
        ),
        "a rating of another body site is no covariate; give it to controls": (
            name.startswith("control_")
        ),
        "it is known only after the run, and stride and pain may both have changed it; "
        "adjusting for it would hide part of the answer or make one up; leave it out": (
            is_late
        ),
    }
    return next((why for why, is_so in refusals.items() if is_so), "")


def covariate_of(values: pd.Series, name: str) -> FloatArray | NDArray[np.object_]:
    """Take one covariate as numbers, or as the names of a category.

    Parameters
    ----------
    values : Series
        Numbers, true and false, or words.
    name : str
        What it is called.

    Returns
    -------
    ndarray
        float64 with NaN where missing, or objects with None where missing.

    Raises
    ------
    TableError
        If it holds dates, or words and numbers mixed.

    Examples
    --------
    >>> covariate_of(pd.Series(["good", None]), "sleep").tolist()
    ['good', None]
    """
    dtype = values.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        # Whoever says category means names, whatever they look like.
        values = values.map(str, na_action="ignore").astype(object)
    known = values[values.notna()]
    is_text = known.map(lambda value: isinstance(value, str)).to_numpy(np.bool_)
    if len(known) and is_text.all():
        words = [None if pd.isna(value) else value.strip() for value in values]
        return np.array([word or None for word in words], dtype=object)
    return numbers_of(values, name, takes_bool=True)
