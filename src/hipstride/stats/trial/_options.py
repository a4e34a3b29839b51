"""What a reader of a randomised test may choose, checked."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from hipstride.errors import TableError
from hipstride.stats.trial.draw import Schedule

__all__ = ["Belief", "check_options", "smallest_or_declared"]

Belief = Literal["arm", "control", "neither"]
MIN_DRAWS = 4_999
_BEFORE = "pain_before_0_10"


def smallest_or_declared(points: object, schedule: object) -> float:
    """Give the smallest effect of interest: the declared one where none is given."""
    if not isinstance(schedule, Schedule):
        msg = (
            f"schedule: found {type(schedule).__name__}; expected a Schedule, as "
            "`draw` or `Schedule.from_json` gives it"
        )
        raise TableError(msg)
    if points is None:
        return schedule.design.smallest_effect_points
    if (
        isinstance(points, int | float)
        and not isinstance(points, bool)
        and 0 < points < np.inf
    ):
        return float(points)
    msg = (
        f"smallest_effect_points: found {points!r}; expected a number of points above 0"
    )
    raise TableError(msg)


def check_options(
    schedule: Schedule, outcome: str, n_draws: object, believed: object
) -> None:
    """Refuse options that do not fit, by name."""
    if believed not in (None, *get_args(Belief)):
        msg = f"believed: found {believed!r}; expected one of {get_args(Belief)}"
        raise TableError(msg)
    if not isinstance(n_draws, int) or n_draws < MIN_DRAWS:
        msg = f"n_draws: found {n_draws!r}; expected {MIN_DRAWS} or more"
        raise TableError(msg)
    if outcome == _BEFORE and schedule.design.kind == "alternation":
        msg = (
            f"outcome: found {outcome!r}, which is rated before the cue of that run; "
            "expected a later rating, such as 'pain_after_0_10'"
        )
        raise TableError(msg)
