"""What is going to be asked, written down before looking."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

from hipstride.errors import TableError

__all__ = ["OUTCOME_OF", "Estimand", "Plan"]

Estimand = Literal["association", "dated_change", "trial"]
OUTCOME_OF = "pain_after_0_10"
_ALPHA = 0.05
_MAX_WASHOUT_DAYS = 90
_SHA256_LENGTH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One primary question, how it will be answered, and what stands beside it.

    Parameters
    ----------
    estimand : {"association", "dated_change", "trial"}
        Pain per 1 % of step length at the same speed; the step of pain at a date; the
        difference between the arms of a randomised schedule.
    outcome : str
        The column of ratings of the primary question.
    change : str
        For a dated change: the runner's words, or the day (ISO). Else empty.
    change_on : date, optional
        Its first day, so that the day cannot be moved afterwards either. For a dated
        change.
    schedule_sha256 : str
        For a trial: the proof of its schedule. Else empty.
    secondary_outcomes : tuple of str
        Further columns of ratings, adjusted together (Benjamini-Hochberg).
    covariates, controls : tuple of str
        Further columns to adjust for; ratings that should show nothing. For an
        association.
    analgesic : str
        A 0/1 column of days with a painkiller, or empty. For an association.
    side, site : str
        The place whose ratings count, as `align` takes them; empty for all.
    data_from, data_to : date, optional
        First and last day of the runs that will be used; all where missing.
    excluded_runs : tuple of (str, str)
        Run and reason of what is left out.
    washout_days : int
        Days left out from a change on. For a dated change [d].
    smallest_effect_points : float
        The smallest effect of interest [points].
    alpha : float
        Level of the test: 0.05.
    seed : int
        Of whatever is random.
    written_on : date
        The day of writing.

    Raises
    ------
    TableError
        If a part is of the wrong kind, or the parts do not fit together.

    Notes
    -----
    A class, and not a mapping, since a plan with a misspelt or contradictory part must
    not come into being.

    Examples
    --------
    >>> Plan(estimand="association", written_on=dt.date(2026, 9, 1)).outcome
    'pain_after_0_10'
    """

    estimand: Estimand
    written_on: dt.date
    outcome: str = OUTCOME_OF
    change: str = ""
    change_on: dt.date | None = None
    schedule_sha256: str = ""
    secondary_outcomes: tuple[str, ...] = ()
    covariates: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    analgesic: str = ""
    side: str = ""
    site: str = ""
    data_from: dt.date | None = None
    data_to: dt.date | None = None
    excluded_runs: tuple[tuple[str, str], ...] = ()
    washout_days: int = 7
    smallest_effect_points: float = 1.0
    alpha: float = _ALPHA
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what does not fit together."""
        _check_kinds(self)
        if self.estimand not in get_args(Estimand):
            listed = ", ".join(get_args(Estimand))
            _refuse("estimand", self.estimand, f"one of {listed}")
        _check_parts(self)
        _check_numbers(self)
        if self.data_from and self.data_to and self.data_to < self.data_from:
            _refuse("data_to", f"{self.data_to}", f"{self.data_from} or later")
        if not all(reason.strip() for _, reason in self.excluded_runs):
            _refuse("excluded_runs", "no reason", "a reason for each run left out")
        outcomes = (self.outcome, *self.secondary_outcomes)
        if len(set(outcomes)) < len(outcomes):
            _refuse("outcomes", ", ".join(outcomes), "each of them once")


def _check_kinds(plan: Plan) -> None:
    """Refuse what the file of a plan could not keep, before there is a fingerprint."""
    for name, (wanted, is_kind) in _KINDS.items():
        value = getattr(plan, name)
        if not is_kind(value):
            _refuse(name, repr(value), wanted)


def _is_text(value: object) -> bool:
    if not isinstance(value, str):
        return False
    # Half a character, as from a name of a file that is no text, cannot be written.
    return not any("\ud800" <= letter <= "\udfff" for letter in value)


def _are_texts(value: object) -> bool:
    return isinstance(value, tuple) and all(map(_is_text, value))


def _are_pairs(value: object) -> bool:
    return isinstance(value, tuple) and all(
        _are_texts(pair) and len(pair) == 2  # noqa: PLR2004 - run and reason
        for pair in value
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_day(value: object) -> bool:
    return type(value) is dt.date


def _is_day_or_none(value: object) -> bool:
    return value is None or _is_day(value)


_TEXTS = (
    *("estimand", "outcome", "change", "schedule_sha256", "analgesic"),
    *("side", "site"),
)
_KINDS: dict[str, tuple[str, Callable[[object], bool]]] = {
    "written_on": ("a datetime.date", _is_day),
    **dict.fromkeys(
        ("change_on", "data_from", "data_to"),
        ("a datetime.date, or None", _is_day_or_none),
    ),
    **dict.fromkeys(_TEXTS, ("text", _is_text)),
    **dict.fromkeys(
        ("secondary_outcomes", "covariates", "controls"),
        ("a tuple of names", _are_texts),
    ),
    "excluded_runs": ("a tuple of pairs of run and reason", _are_pairs),
    **dict.fromkeys(("smallest_effect_points", "alpha"), ("a number", _is_number)),
    **dict.fromkeys(("washout_days", "seed"), ("a whole number", _is_whole)),
}


def _check_parts(plan: Plan) -> None:
    """Refuse parts of another question, which would be silently without effect."""
    if plan.estimand == "dated_change" and not plan.change.strip():
        _refuse("change", "nothing", "the words or the day of the change")
    if plan.estimand == "trial" and len(plan.schedule_sha256) != _SHA256_LENGTH:
        _refuse("schedule_sha256", plan.schedule_sha256, "that of the drawn schedule")
    unused: dict[str, tuple[str, ...]] = {
        "association": ("change", "change_on", "schedule_sha256"),
        "dated_change": ("schedule_sha256", "covariates", "analgesic"),
        "trial": ("change", "change_on", "covariates", "controls", "analgesic"),
    }
    for name in unused[plan.estimand]:
        value = getattr(plan, name)
        if value:
            _refuse(
                name, repr(value), f"nothing, for it is not used by {plan.estimand}"
            )
    if plan.estimand == "dated_change" and len(plan.controls) > 1:
        _refuse("controls", ", ".join(plan.controls), "one at most for a dated change")


def _check_numbers(plan: Plan) -> None:
    if not 0 < plan.smallest_effect_points < math.inf:
        _refuse("smallest_effect_points", plan.smallest_effect_points, "above 0")
    if not 0 <= plan.washout_days <= _MAX_WASHOUT_DAYS:
        _refuse("washout_days", plan.washout_days, f"0 to {_MAX_WASHOUT_DAYS} days")
    if plan.alpha != _ALPHA:
        _refuse("alpha", plan.alpha, f"{_ALPHA}: all intervals are of 95 %")
    if plan.seed < 0:
        _refuse("seed", plan.seed, "a whole number from 0 on")


def _refuse(name: str, found: object, expected: str) -> None:
    found_words = "nothing" if found == "" else found
    msg = f"plan: found {found_words} for {name}; expected {expected}"
    raise TableError(msg)
