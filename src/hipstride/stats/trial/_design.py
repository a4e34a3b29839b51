"""What is declared before the first day of a randomised test of one runner."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Literal, NoReturn, get_args

from hipstride.errors import TableError

__all__ = ["Balance", "Kind", "TrialDesign", "Unit", "Washout"]

Kind = Literal["alternation", "block_pairs", "abab"]
Unit = Literal["run", "day"]
Balance = Literal["any", "equal"]
Washout = Literal["none", "first_run_after_switch"]

MAX_UNITS = 400
MAX_ALPHA = 0.05
# None of these can have been moved by the arm of the same run.
COVARIATES = (
    "load_acute_m",
    "load_chronic_m",
    "days_since_last_run",
    "is_treadmill",
    "day",
)
_BEFORE = "pain_before_0_10"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialDesign:
    """What is declared before the first day of a randomised test of one runner.

    Parameters
    ----------
    kind : {"alternation", "block_pairs", "abab"}
        Each unit drawn anew with few equal in a row; pairs of blocks, the order in
        each by a coin; or four phases A B A B with drawn changes between them.
    n_units : int
        How many runs, or days, the schedule has; 400 at most.
    started_on : date
        Its first day.
    unit : {"run", "day"}
        What the schedule counts. Blocks and phases count days.
    block_days : int
        Length of a block [d].
    max_in_a_row : int
        Most equal units in a row, in an alternation.
    min_phase_days : int
        Shortest phase of an ABAB [d].
    balance : {"any", "equal"}
        Whether an alternation has as many units of both arms (one more of either,
        where the number is odd).
    arm, control : str
        What each arm is told to do. The control is a sham cue, not nothing.
    stride_goal_pct : float or None
        By how much the arm should change the step length, negative for shorter [%];
        None where the arm is not about the stride.
    washout : {"none", "first_run_after_switch"}
        Whether the first run after a switch of the arm is left out.
    covariates : tuple of str
        What the estimate is adjusted for: columns that the arm cannot have changed.
        ``pain_before_0_10`` is used in an alternation only.
    smallest_effect_points : float
        The smallest effect of interest [points].
    alpha : float
        Size of the test, at most 0.05.

    Raises
    ------
    TableError
        If a number cannot be, a name is unknown, or a covariate can have been changed
        by the arm.

    Examples
    --------
    >>> import datetime as dt
    >>> design = TrialDesign(
    ...     kind="alternation", n_units=48, started_on=dt.date(2026, 12, 1)
    ... )
    >>> design.unit, design.control
    ('run', 'relax the hands')
    """

    kind: Kind
    n_units: int
    started_on: dt.date
    unit: Unit = "run"
    block_days: int = 3
    max_in_a_row: int = 2
    min_phase_days: int = 5
    balance: Balance = "any"
    arm: str = "shorter stride"
    control: str = "relax the hands"
    stride_goal_pct: float | None = -5.0
    washout: Washout = "none"
    covariates: tuple[str, ...] = ("load_acute_m", _BEFORE)
    smallest_effect_points: float = 1.0
    alpha: float = 0.05

    def __post_init__(self) -> None:
        for name, options in (
            ("kind", get_args(Kind)),
            ("unit", get_args(Unit)),
            ("balance", get_args(Balance)),
            ("washout", get_args(Washout)),
        ):
            _one_of(name, getattr(self, name), options)
        for name, low, high in (
            ("n_units", 1, MAX_UNITS),
            ("block_days", 1, 14),
            ("max_in_a_row", 2, 20),
            ("min_phase_days", 1, MAX_UNITS // 4),
        ):
            _whole(name, getattr(self, name), low, high)
        _plain_date("started_on", self.started_on)
        for name in ("arm", "control"):
            value: object = getattr(self, name)
            if not isinstance(value, str) or not value.strip():
                _refuse(name, value, "the words of a cue")
        if self.arm.strip().casefold() == self.control.strip().casefold():
            _refuse("control", self.control, "another cue than that of the arm")
        _number("alpha", self.alpha, MAX_ALPHA)
        _number("smallest_effect_points", self.smallest_effect_points, 10.0)
        goal = self.stride_goal_pct
        if goal is not None and not (_is_number(goal) and 0 < abs(goal) <= 30):  # noqa: PLR2004 - no stride changes more
            _refuse("stride_goal_pct", goal, "per cent, not 0, at most 30, or None")
        if self.kind != "alternation" and self.unit != "day":
            _refuse("unit", self.unit, f"'day': {self.kind} counts days")
        self._check_length()
        self._check_covariates()

    def _check_length(self) -> None:
        pair = 2 * self.block_days
        if self.kind == "block_pairs" and self.n_units % pair:
            near = max(pair, round(self.n_units / pair) * pair)
            _refuse(
                "n_units",
                self.n_units,
                f"whole pairs of {self.block_days}-day blocks, such as {near} days",
            )
        if self.kind == "abab" and self.n_units < 4 * self.min_phase_days:
            _refuse(
                "n_units",
                self.n_units,
                f"{4 * self.min_phase_days} days or more for four phases of "
                f"{self.min_phase_days}",
            )

    def _check_covariates(self) -> None:
        given: object = self.covariates
        if not isinstance(given, tuple):
            _refuse("covariates", given, "a tuple of column names")
        known = (*COVARIATES, _BEFORE)
        for name in self.covariates:
            if name not in known:
                _refuse(
                    "covariates",
                    name,
                    f"columns that the arm cannot have changed: {', '.join(known)}",
                )

    @property
    def used_covariates(self) -> tuple[str, ...]:
        """The covariates that this kind of design can use.

        In blocks and phases the pain before a run follows from the runs before it, in
        the same arm: adjusting for it would take away part of the effect.
        """
        if self.kind == "alternation":
            return self.covariates
        return tuple(name for name in self.covariates if name != _BEFORE)

    @property
    def n_pairs(self) -> int:
        """How many pairs of blocks there are."""
        return self.n_units // (2 * self.block_days)


def _is_number(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
    )


def _number(name: str, value: object, high: float) -> None:
    if not (isinstance(value, int | float) and _is_number(value) and 0 < value <= high):
        _refuse(name, value, f"a number above 0, at most {high:g}")


def _whole(name: str, value: object, low: int, high: int) -> None:
    if (
        not isinstance(value, int)
        or isinstance(value, bool)
        or not low <= value <= high
    ):
        _refuse(name, value, f"a whole number from {low} to {high}")


def _plain_date(name: str, value: object) -> None:
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        _refuse(name, value, "a datetime.date")


def _one_of(name: str, value: object, options: tuple[str, ...]) -> None:
    if value not in options:
        _refuse(name, value, " or ".join(map(repr, options)))


def _refuse(name: str, found: object, expected: str) -> NoReturn:
    msg = f"trial design: {name}: found {found!r}; expected {expected}"
    raise TableError(msg)
