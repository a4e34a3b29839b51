"""Draw a schedule before the first day, and prove later that it is that one."""

from __future__ import annotations

import datetime as dt
import json
import re
import secrets
from dataclasses import dataclass

import numpy as np

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.stats.trial._canonical import (
    day,
    design_of,
    parsed,
    payload,
    refuse,
    sha256,
)
from hipstride.stats.trial._design import TrialDesign
from hipstride.stats.trial.schedules import (
    count,
    p_min,
    schedule_of_rank,
    units_needed,
)

__all__ = ["Schedule", "draw"]

_WORD_BITS = 64
_SEED_BITS = 63
# A stream of its own: whoever simulates a history from the same seed must not get a
# schedule that goes with it.
_STREAM = 20_150
_LIST_OF_ARMS = re.compile(r"\[[\s01,]+\]")


@dataclass(frozen=True, slots=True)
class Schedule:
    """A drawn schedule: what to do on each unit, and the proof of the drawing.

    Parameters
    ----------
    design : TrialDesign
        What was declared.
    seed : int
        What it was drawn from.
    schedule : tuple of int
        0 for the control, 1 for the arm, of each run or day.
    drawn_on : date
        The day of the drawing.
    sha256 : str
        Of design, seed, schedule and day, as JSON with sorted keys.
    """

    design: TrialDesign
    seed: int
    schedule: tuple[int, ...]
    drawn_on: dt.date
    sha256: str

    def cue_of(self, unit: int) -> str:
        """Give the words of the cue of a run or day, counted from 0."""
        return self.design.arm if self.schedule[unit] else self.design.control

    def check(self) -> None:
        """Refuse a schedule that was changed after the drawing.

        Raises
        ------
        TableError
            If the hash does not fit the contents, or the schedule is not the one that
            the seed draws.
        """
        own = sha256(self.design, self.seed, self.schedule, self.drawn_on)
        if self.sha256 != own:
            refuse(
                "contents that do not fit their SHA-256",
                "those of the drawing; the file was changed after it; use the file as "
                "it was drawn",
            )
        if self.schedule != _drawn(self.design, self.seed):
            refuse(
                "a schedule that its seed does not draw",
                "the drawn one; the schedule was changed after the drawing; use the "
                "file as it was drawn",
            )

    def to_json(self) -> str:
        """Write it as text, to be kept before the first day.

        Returns
        -------
        str
            JSON; `from_json` reads and checks it.
        """
        kept = payload(self.design, self.seed, self.schedule, self.drawn_on)
        text = json.dumps({**kept, "sha256": self.sha256}, indent=1) + "\n"
        # One line for the schedule, which else takes one for each unit.
        return _LIST_OF_ARMS.sub(lambda found: "".join(found[0].split()), text)

    @classmethod
    def from_json(cls, text: str) -> Schedule:
        """Read a schedule, and refuse one that was changed after the drawing.

        Parameters
        ----------
        text : str
            What `to_json` gave.

        Returns
        -------
        Schedule
            The same schedule.

        Raises
        ------
        TableError
            If it is no such text, the hash does not fit the contents, or the schedule
            is not the one that the seed draws.
        """
        given = parsed(text)
        design = design_of(given["design"])
        drawn_on = day(given["drawn_on"], "drawn_on")
        seed, arms = given["seed"], given["schedule"]
        if not isinstance(seed, int) or not _is_seed(seed):
            refuse(f"a seed {seed!r}", "a whole number from 0")
        if not isinstance(arms, list) or not all(one in (0, 1) for one in arms):
            refuse("a schedule that holds more than 0 and 1", "a list of 0 and 1")
        schedule = tuple(int(one) for one in arms)
        read = cls(design, seed, schedule, drawn_on, str(given["sha256"]))
        read.check()
        return read


def draw(
    design: TrialDesign, *, seed: int | None = None, drawn_on: dt.date | None = None
) -> Schedule:
    """Draw one of the schedules of a design, each as likely as any other.

    Parameters
    ----------
    design : TrialDesign
        What is declared.
    seed : int, optional
        From the system's source of chance where not given; it is kept.
    drawn_on : date, optional
        The day of the drawing; today where not given.

    Returns
    -------
    Schedule
        The schedule with its proof.

    Raises
    ------
    NotEnoughDataError
        If even the clearest difference could not give a p of `design.alpha`.
    TableError
        If the first day lies before the drawing, or the seed is no whole number.

    Notes
    -----
    A number below the count is taken from the raw bits of the generator, which stay
    the same in every version of NumPy; bits that pass the count are thrown away, so
    that no schedule is more likely. The schedule of that number is the drawn one.

    Examples
    --------
    >>> import datetime as dt
    >>> design = TrialDesign(
    ...     kind="alternation", n_units=12, started_on=dt.date(2026, 12, 1)
    ... )
    >>> found = draw(design, seed=1, drawn_on=dt.date(2026, 11, 25))
    >>> len(found.schedule), Schedule.from_json(found.to_json()) == found
    (12, True)
    """
    now = dt.datetime.now().astimezone().date() if drawn_on is None else drawn_on
    if design.started_on < now:
        msg = (
            f"trial design: started_on: found {design.started_on}, before the drawing "
            f"on {now}; expected that day or later; a schedule is drawn before its "
            "first day"
        )
        raise TableError(msg)
    smallest = p_min(design)
    if smallest > design.alpha:
        words = {"alternation": f"{design.unit}s", "block_pairs": "pairs of blocks"}
        per_unit = 2 * design.block_days if design.kind == "block_pairs" else 1
        needed = units_needed(design) // per_unit
        what = f"{words.get(design.kind, 'days')} for a p of {design.alpha:g}"
        raise NotEnoughDataError(
            what,
            needed=needed,
            got=design.n_units // per_unit,
            remedy=f"with {count(design)} schedules the smallest p is {smallest:.3g}; "
            "make the test longer or the blocks shorter",
        )
    if seed is None:
        seed = secrets.randbits(_SEED_BITS)
    elif not _is_seed(seed):
        msg = f"seed: found {seed!r}; expected a whole number from 0"
        raise TableError(msg)
    arms = _drawn(design, seed)
    return Schedule(design, seed, arms, now, sha256(design, seed, arms, now))


def _is_seed(seed: object) -> bool:
    return isinstance(seed, int) and not isinstance(seed, bool) and seed >= 0


def _drawn(design: TrialDesign, seed: int) -> tuple[int, ...]:
    n_schedules = count(design)
    bits = (n_schedules - 1).bit_length()
    n_words = max(1, -(-bits // _WORD_BITS))
    source = np.random.default_rng([_STREAM, seed]).bit_generator
    while True:
        rank = 0
        for _ in range(n_words):
            word = int(source.random_raw())
            rank = (rank << _WORD_BITS) | word
        rank >>= n_words * _WORD_BITS - bits
        if rank < n_schedules:
            return schedule_of_rank(design, rank)
