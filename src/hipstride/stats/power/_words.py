"""The sentences of a plan; it is no evidence, so no direction and no level."""

from __future__ import annotations

from collections.abc import Mapping

from hipstride.stats._correlation_fit import EDGE
from hipstride.stats._wording import MIN_PARTIAL_SD_PCT, points
from hipstride.stats.power._needed import MAX_RUNS
from hipstride.stats.power._numbers import Errors, HistoryNumbers
from hipstride.stats.verdict import MIN_SHARE_RATED

__all__ = [
    "CANNOT_TELL",
    "STATIONARY",
    "TYPICAL",
    "after_more",
    "caveats_of",
    "checks_of",
    "checks_of_pain",
    "effect_words",
    "share_words",
    "watching_caveats",
]

CANNOT_TELL = (
    "Fewer than about 100 rated runs usually end in cannot tell: the randomised plan "
    "answers sooner (`hipstride trial draw`)."
)
TYPICAL = (
    "There is no history here: these are the numbers of a typical runner (four runs a "
    "week, all rated; step length that varies by 2 % at the same speed), and yours may "
    "differ by half"
)
STATIONARY = (
    "Simulated with the memory and the spread of pain and step length so far; what "
    "will come may differ"
)
_UNSURE = (
    "Estimated from fewer than 60 rated runs, the memory and the spread are rough, and "
    "so is the power"
)
_ROUGH_BELOW = 60


def share_words(power: float) -> str:
    """Say a share as people do.

    Examples
    --------
    >>> share_words(0.34)
    '34 of 100'
    """
    return f"{100 * power:.0f} of 100"


def after_more(needed: int | None, n_rated: int, effect_words: str) -> str:
    """Say how many rated runs 80 % power takes.

    Examples
    --------
    >>> after_more(240, 84, "1 point per 5 %")
    'For 80 of 100 about 240 rated runs are needed, 156 more than now.'
    """
    if needed is None:
        return f"Not even {MAX_RUNS} rated runs would find {effect_words} in 80 of 100."
    if needed <= n_rated:
        return f"About {needed} rated runs are enough for 80 of 100."
    more = f", {needed - n_rated} more than now" if n_rated else ""
    return f"For 80 of 100 about {needed} rated runs are needed{more}."


def caveats_of(numbers: HistoryNumbers) -> tuple[str, ...]:
    """Say what limits a plan."""
    if numbers.source == "typical":
        return (TYPICAL,)
    return (STATIONARY, _UNSURE) if numbers.n_rated < _ROUGH_BELOW else (STATIONARY,)


def watching_caveats(numbers: HistoryNumbers) -> tuple[str, ...]:
    """Say what limits a plan of going on as before."""
    found = list(caveats_of(numbers))
    if not numbers.is_before_adjusted:
        found.append(
            "Pain before the run is not rated on enough runs; rated before each run, "
            "it usually halves the runs needed and closes the path by which pain "
            "shortens the step"
        )
    if numbers.stride.sd < MIN_PARTIAL_SD_PCT:
        found.append(
            f"The step length at the same speed varied by {numbers.stride.sd:.2f} % "
            f"only; below {MIN_PARTIAL_SD_PCT:g} % the answer is cannot tell whatever "
            "the number of runs"
        )
    if numbers.share_rated < MIN_SHARE_RATED:
        found.append(
            f"Only {100 * numbers.share_rated:.0f} % of the runs were rated; below "
            f"{100 * MIN_SHARE_RATED:g} % the answer is cannot tell"
        )
    return tuple(found)


def checks_of(numbers: HistoryNumbers, pain: Errors) -> Mapping[str, object]:
    """Give the numbers that the simulation rests on."""
    return {
        "source": numbers.source,
        "history": {
            "n_rated": numbers.n_rated,
            "share_rated": numbers.share_rated,
            "rated_runs_per_week": 7 / float(numbers.gaps_days.mean()),
        },
        "pain": checks_of_pain(pain),
    }


def checks_of_pain(pain: Errors) -> dict[str, object]:
    """Give spread, memory and nugget of the pain.

    Examples
    --------
    >>> checks_of_pain(Errors(1.5, 2.0, 1.0))["tau_days"]
    'no memory'
    """
    return {
        "residual_sd_points": pain.sd,
        "tau_days": pain.tau_days if pain.nu < 1 - EDGE else "no memory",
        "nu": pain.nu,
    }


def effect_words(effect: float) -> str:
    """Say an effect on the step's scale.

    Examples
    --------
    >>> effect_words(1.0)
    '1 point per 5 % of step length'
    """
    return f"{points(effect)} per 5 % of step length"
