"""Is a cadence counted for one foot or for both? Decided by physics, for every file.

FIT says one foot, and some makers write both all the same. ``RunCadence`` of TCX and
``cad`` of GPX count one foot in nearly every file and both in some, and nothing in the
file tells which. But a runner's speed does: see `hipstride.io._cadence_odds`.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hipstride.io._cadence_odds import (
    MIN_CADENCE,
    MIN_MOMENTS,
    NOBODYS,
    expected_cadence_spm,
    in_motion,
    misfits,
)
from hipstride.io._cadence_parts import counts_both, may_change
from hipstride.io._cadence_words import seen, step_m, told, undecided
from hipstride.units import STEPS_PER_STRIDE

__all__ = [
    "FOOT_SPORTS",
    "Counted",
    "Rule",
    "count_steps",
    "expected_cadence_spm",
    "steps_per_minute",
]

Floats = NDArray[np.float64]

# What is said of a cadence before anybody looks: by nobody, but most files count one
# foot; by the FIT profile, one foot; by a unit, steps per minute.
Rule = Literal["usual", "profile", "stated"]

_ON_FOOT = frozenset({"running", "walking", "hiking", "snowshoeing", "mountaineering"})
_WALKING = _ON_FOOT - {"running"}
# Sports of which the cadence is steps; "" is a file that does not say.
FOOT_SPORTS = _ON_FOOT | {"", "generic", "training", "transition", "multisport"}

# Logarithm of the odds for one foot before the speed is looked at: 20 to 1 in GPX and
# TCX, 100 to 1 where the profile says so, 1 to 20 where a unit says steps.
_PRIOR: dict[Rule, float] = {"usual": 3.0, "profile": 4.6, "stated": -3.0}
_BECAUSE: dict[Rule, str] = {
    "usual": ", as in nearly every file",
    "profile": ", as the FIT profile has it",
    "stated": ", as the file says",
}
# Some hundred moments tell as much as all.
_ENOUGH_MOMENTS = 300
# Below such odds (of e to 1) it is said that nothing was sure.
_SURE = 1.0
# Longer than any runner's step: the cadence is not of feet.
_LONGEST_STEP_M = 2.4
# Without speed: twice as much is beyond a runner, or beyond a walker.
_BOTH_FEET_ABOVE = 120.0
_BOTH_FEET_ABOVE_WALKING = 85.0
_ONE_FOOT_BELOW = 100.0


class Counted(NamedTuple):
    """The steps of a file, and what was decided on which grounds.

    The note is empty where a rule of the format holds and nothing speaks against it.
    """

    cadence_spm: Floats
    note: str
    is_of_feet: bool = True


def steps_per_minute(
    cadence: Floats, speed_mps: Floats | None, sport: str
) -> tuple[Floats, str]:
    """Turn a cadence of which nothing is said into steps of both feet, and say why.

    Parameters
    ----------
    cadence : array
        As recorded, of one foot or of both [1/min].
    speed_mps : array or None
        Speed at the same moments; None where the file has none [m/s].
    sport : str
        In the words of the FIT profile; ``""`` where unknown.

    Returns
    -------
    cadence_spm : array
        Steps of both feet [steps/min]; for a sport without steps the recorded value.
    note : str
        What was decided and by what.

    Examples
    --------
    >>> cadence, note = steps_per_minute(np.full(60, 81.0), np.full(60, 3.0), "running")
    >>> float(cadence[0]), note[:40]
    (162.0, 'cadence was counted for one foot and dou')
    """
    return count_steps(cadence, speed_mps, sport, rule="usual")[:2]


def count_steps(
    cadence: Floats, speed_mps: Floats | None, sport: str, *, rule: Rule
) -> Counted:
    """Decide what a cadence counts, from its speed and from what the format says.

    Parameters
    ----------
    cadence, speed_mps, sport
        As in `steps_per_minute`.
    rule : {"usual", "profile", "stated"}
        What is said of it: nothing, but nearly every file counts one foot; one foot,
        by the FIT profile; both, by the unit.

    Returns
    -------
    Counted
        The steps, and what was decided.

    Notes
    -----
    1. Moments count that move (0.7 m/s) and have a cadence (25 a minute).
    2. Each is held, once as one foot and once as both, against what walkers and runners
       take at its speed (`misfits`). The median over the file speaks for one of the
       two; the rule is overruled where that is surer than the rule is.
    3. Where parts of the file speak for either, and the number doubles or halves
       between them, each part is decided for itself (`counts_both`).
    4. Where neither reading is anybody's, or both are as good, the rule mostly holds,
       and the note says so.
    5. With fewer than 20 such moments the number decides: twice of more than 120 a
       minute is no runner's, of more than 85 no walker's.

    Examples
    --------
    >>> speed_mps = np.full(60, 1.4)
    >>> walk = count_steps(np.full(60, 106.0), speed_mps, "walking", rule="profile")
    >>> float(walk.cadence_spm[0]), walk.note[:36]
    (106.0, 'cadence was counted for both feet an')
    """
    if sport not in FOOT_SPORTS:
        note = f"cadence was kept as recorded: {sport} has no steps"
        return Counted(cadence, note, is_of_feet=False)
    # 1
    used = in_motion(cadence, speed_mps)
    if speed_mps is not None and len(used) >= MIN_MOMENTS:
        return _by_speed(cadence, speed_mps, used, sport, rule)
    return _by_number(cadence, sport, rule)


def _by_speed(
    cadence: Floats, speed_mps: Floats, used: NDArray[np.intp], sport: str, rule: Rule
) -> Counted:
    some = used[:: 1 + len(used) // _ENOUGH_MOMENTS]
    number, speed = cadence[some], speed_mps[some]
    if sport not in _ON_FOOT:
        length_m = step_m(STEPS_PER_STRIDE * number, speed)
        if length_m > _LONGEST_STEP_M:
            note = (
                f"cadence was kept as recorded: as steps it would mean {length_m:.1f} "
                "m each, so it is not of feet"
            )
            return Counted(cadence, note, is_of_feet=False)
    # 2
    fits = misfits(number, speed)
    leans = fits.both_feet - fits.one_foot
    # 3
    if may_change(leans) and (changed := _by_parts(cadence, speed_mps, used)):
        return changed
    # Few makers count the steps of a walk as they do those of a run.
    prior = _PRIOR["usual" if sport in _WALKING and rule == "profile" else rule]
    lean = float(np.median(leans))
    is_one = lean + prior > 0
    misfit = float(np.median(fits.one_foot if is_one else fits.both_feet))
    # 4
    is_ruled = is_one == (prior > 0)
    is_sure = min(lean if is_one else -lean, abs(lean + prior)) >= _SURE
    steps = STEPS_PER_STRIDE * cadence if is_one else cadence.copy()
    if is_sure and misfit <= NOBODYS:
        if is_ruled and rule != "usual":
            return Counted(steps, "")
        return Counted(steps, told(cadence[used], speed_mps[used], is_one=is_one))
    because = _BECAUSE[rule] if is_ruled else ""
    return Counted(
        steps, undecided(cadence[used], speed_mps[used], misfit, because, is_one=is_one)
    )


def _by_parts(
    cadence: Floats, speed_mps: Floats, used: NDArray[np.intp]
) -> Counted | None:
    """Decide part by part, where the file changes over between them."""
    number, speed = cadence[used], speed_mps[used]
    fits = misfits(number, speed)
    is_both = counts_both(fits.both_feet - fits.one_foot, number)
    if is_both is None:
        return None
    # What lies between the moments goes with the one before it.
    before = np.maximum(np.searchsorted(used, np.arange(len(cadence)), "right") - 1, 0)
    share_pct = 100 * float(np.mean(is_both))
    note = (
        f"cadence changes its scale within the file: {share_pct:.0f} % of it counts "
        f"both feet ({seen(number[is_both], speed[is_both])}) and was kept, the rest "
        f"one foot ({seen(number[~is_both], speed[~is_both])}) and was doubled"
    )
    return Counted(np.where(is_both[before], cadence, STEPS_PER_STRIDE * cadence), note)


def _by_number(cadence: Floats, sport: str, rule: Rule) -> Counted:
    # 5
    used = cadence[np.isfinite(cadence) & (cadence >= MIN_CADENCE)]
    if not len(used):
        note = "cadence is zero throughout" if rule == "usual" else ""
        return Counted(STEPS_PER_STRIDE * cadence, note)
    middle = float(np.median(used))
    is_walk = sport in _WALKING
    is_one = middle <= (_BOTH_FEET_ABOVE_WALKING if is_walk else _BOTH_FEET_ABOVE)
    steps = STEPS_PER_STRIDE * cadence if is_one else cadence.copy()
    if rule != "usual" and is_one == (_PRIOR[rule] > 0):
        return Counted(steps, "")
    if not is_one:
        who = "walker" if is_walk else "runner"
        how = f"both feet, since twice as much is beyond a {who}"
    elif middle < _ONE_FOOT_BELOW and sport == "running":
        how = "one foot and doubled, since it is too slow for both feet in a run"
    else:
        how = f"one foot and doubled{_BECAUSE['usual']}"
    note = (
        f"cadence (median {middle:.0f}) was taken as {how}; there was too little speed "
        "to check it against"
    )
    return Counted(steps, note)
