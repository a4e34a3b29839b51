"""One look at a history: what was asked of which runs, and what was seen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from hipstride.errors import HipstrideError, NotEnoughDataError
from hipstride.stats import association, windows_of_pain
from hipstride.tables import OBSERVATIONS, Result

__all__ = ["EXPOSURES", "Exposure", "Look", "covariates_in", "look_at", "outcomes_in"]

Exposure = Literal["the same run", "the last 7 days"]
EXPOSURES: tuple[Exposure, ...] = get_args(Exposure)

_RATING = "_0_10"
# How hard a run felt is no pain, and pain before it is what the model adjusts for.
_NO_OUTCOMES = ("rpe_0_10", "pain_before_0_10")


@dataclass(frozen=True, slots=True)
class Look:
    """What is asked in one look.

    Parameters
    ----------
    outcome : str
        The column of ratings.
    exposure : {"the same run", "the last 7 days"}
        Whose stride is held against it: that of the run, or the mean of a week.
    first_on, last_on : date or None
        First and last day of the runs looked at; all where None.
    covariates : tuple of str
        Columns to adjust for beside what the model takes by itself.
    side, site : str
        Where it hurts, in a library; all places where empty.
    data : str
        Which runs a library held then, as a fingerprint: after an import the same
        question is another look.
    """

    outcome: str
    exposure: Exposure = "the same run"
    first_on: dt.date | None = None
    last_on: dt.date | None = None
    covariates: tuple[str, ...] = ()
    side: str = ""
    site: str = ""
    data: str = ""


def look_at(obs: pd.DataFrame, look: Look) -> Result | HipstrideError:
    """Ask one question of the runs of one span of days.

    Parameters
    ----------
    obs : DataFrame
        An `OBSERVATIONS` table.
    look : Look
        What is asked.

    Returns
    -------
    Result or HipstrideError
        The association; or why there is none, to be shown and not raised.

    Examples
    --------
    >>> from hipstride.simulate import Runner, history
    >>> obs = history(Runner(), n_runs=60, seed=1).observations
    >>> look_at(obs, Look("pain_after_0_10")).n
    59
    """
    runs = within(obs, look)
    try:
        if not len(runs):
            what = "runs on these days"
            raise NotEnoughDataError(what, needed=1, got=0)
        if look.exposure == "the same run":
            return association(runs, look.outcome, covariates=look.covariates)
        windows = windows_of_pain(runs, look.outcome, covariates=look.covariates)
        return _week_of(windows)
    except HipstrideError as error:
        return error


def within(obs: pd.DataFrame, look: Look) -> pd.DataFrame:
    """Keep the runs of the days that are looked at."""
    if look.first_on is None and look.last_on is None:
        return obs
    date = obs["local_date"]
    is_in = np.ones(len(obs), dtype=np.bool_)
    if look.first_on is not None:
        is_in &= (date >= pd.Timestamp(look.first_on)).to_numpy()
    if look.last_on is not None:
        is_in &= (date <= pd.Timestamp(look.last_on)).to_numpy()
    return obs[is_in]


def outcomes_in(obs: pd.DataFrame) -> list[str]:
    """Name the columns of ratings that hold any, pain after the run first.

    Examples
    --------
    >>> outcomes_in(pd.DataFrame({"rpe_0_10": [3.0], "pain_after_0_10": [1.0]}))
    ['pain_after_0_10']
    """
    names = [
        name
        for name in map(str, obs.columns)
        if name.endswith(_RATING)
        and name not in _NO_OUTCOMES
        and obs[name].notna().any()
    ]
    return sorted(names, key=lambda name: name != "pain_after_0_10")


def covariates_in(obs: pd.DataFrame) -> list[str]:
    """Name the columns of the runner's own that could be adjusted for.

    What the model takes by itself is not among them, nor what the run decides.

    Examples
    --------
    >>> obs = pd.DataFrame({"sleep_h": [7.0, 6.0], "day": [0.0, 1.0], "a": [1, 1]})
    >>> covariates_in(obs)
    ['sleep_h']
    """
    own = [
        name
        for name in map(str, obs.columns)
        if name not in OBSERVATIONS.names and not name.endswith(_RATING)
    ]
    return [name for name in own if len(obs[name].dropna().unique()) > 1]


def _week_of(windows: list[Result]) -> Result:
    for result in windows:
        about = result.checks["windows"]
        if isinstance(about, dict) and about["window"] == EXPOSURES[1]:
            return result
    # The windows that can be looked at name those that cannot.
    why = next(note for note in windows[0].caveats if EXPOSURES[1] in note)
    raise HipstrideError(why)
