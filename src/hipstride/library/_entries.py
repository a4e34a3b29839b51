"""One rating and one change: what they hold, what is refused, how they are worded."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields, replace
from datetime import date
from math import isnan
from typing import Any, ClassVar, Self

from hipstride.io._dates import clock_text
from hipstride.io._journal_fields import (
    EXPECTED_KINDS,
    EXPECTED_MOMENTS,
    EXPECTED_SIDES,
    KINDS,
    MOMENTS,
    SIDE_WORDS,
)
from hipstride.library._entry_words import (
    check_day,
    clean,
    known_word,
    plain_number,
    wrong,
    wrong_pain,
)

__all__ = ["Change", "Entry", "Rating", "row_of"]

MAX_PAIN = 10.0
# So much of a run's id tells it from the others of one runner.
_SHOWN_ID = 8


@dataclass(frozen=True, slots=True)
class Rating:
    """A row of the journal; what was not said is empty.

    Examples
    --------
    >>> rating = Rating(date(2026, 9, 1), 3.5, moment="post run", side="R", site="hip")
    >>> rating.checked().words
    '3.5 after, right hip, 2026-09-01'
    """

    TABLE: ClassVar = "journal"
    NOUN: ClassVar = "entry"
    OPTION: ClassVar = ""

    local_date: date
    pain_0_10: float
    time: str = ""
    moment: str = ""
    side: str = ""
    site: str = ""
    run_id: str = ""
    note: str = ""

    @property
    def identity(self) -> tuple[str, ...]:
        """What no two ratings share; letters of a site in any case are the same."""
        return (
            f"{self.local_date}",
            self.moment,
            self.side,
            self.site.casefold(),
            self.time,
            self.run_id,
        )

    @property
    def value(self) -> object:
        """What two ratings of the same identity must agree on."""
        return self.pain_0_10

    @property
    def words(self) -> str:
        """The rating in a few words."""
        return f"{self.rated}, {self.about}"

    @property
    def rated(self) -> str:
        """How strong it was, and when."""
        when = self.moment.replace("_", " ")
        return f"{plain_number(self.pain_0_10)} {when}".rstrip()

    @property
    def about(self) -> str:
        """Where it hurt, on which day, of which run."""
        parts = [
            f"{self.side} {self.site}".strip(),
            f"{self.local_date} {self.time}".rstrip(),
            f"run {self.run_id[:_SHOWN_ID]}" if self.run_id else "",
        ]
        return ", ".join(filter(None, parts))

    @property
    def amendment(self) -> str:
        """The option of `hipstride log edit` that would make another rating this."""
        return f"--pain {plain_number(self.pain_0_10)}"

    def checked(self) -> Self:
        """Give the rating in our words, or refuse it.

        Raises
        ------
        TableError
            If the pain is no number from 0 to 10, the day lies in the future, or a word
            is not known.
        """
        if isnan(self.pain_0_10) or not 0 <= self.pain_0_10 <= MAX_PAIN:
            raise wrong_pain(plain_number(self.pain_0_10))
        check_day("date", self.local_date)
        time = clean(self.time)
        clock = clock_text(time) if time else ""
        if clock is None:
            raise wrong(time, "time", "a time such as 18:30")
        return replace(
            self,
            pain_0_10=float(self.pain_0_10),
            time=clock,
            moment=known_word("moment", self.moment, MOMENTS, EXPECTED_MOMENTS),
            side=known_word("side", self.side, SIDE_WORDS, EXPECTED_SIDES),
            site=clean(self.site),
            run_id=clean(self.run_id),
            note=clean(self.note),
        )

    @classmethod
    def of_row(cls, row: tuple[Any, ...]) -> Self:
        """Take a rating from its row in the database."""
        texts = [text or "" for text in row[2:]]
        return cls(date.fromisoformat(row[0]), float(row[1]), *texts)


@dataclass(frozen=True, slots=True)
class Change:
    """A row of the list of changes; without an end it lasts.

    Examples
    --------
    >>> Change(date(2026, 9, 1), "shot", label="cortisone").checked().words
    'injection "cortisone" from 2026-09-01'
    """

    TABLE: ClassVar = "changes"
    NOUN: ClassVar = "change"
    OPTION: ClassVar = "--change "

    started_on: date
    kind: str
    ended_on: date | None = None
    label: str = ""

    @property
    def identity(self) -> tuple[str, ...]:
        """What no two changes share."""
        return (f"{self.started_on}", self.kind, self.label.casefold())

    @property
    def value(self) -> object:
        """What two changes of the same identity must agree on."""
        return self.ended_on

    @property
    def words(self) -> str:
        """The change in a few words."""
        label = f' "{self.label}"' if self.label else ""
        end = f" to {self.ended_on}" if self.ended_on else ""
        return f"{self.kind}{label} from {self.started_on}{end}"

    @property
    def amendment(self) -> str:
        """The option of `hipstride log edit` that would make another change this."""
        end = str(self.ended_on or '""')
        return f"--to {end}"

    def checked(self) -> Self:
        """Give the change in our words, or refuse it.

        Raises
        ------
        TableError
            If the kind is not known, it begins in the future, or ends before it begins.
        """
        check_day("from", self.started_on)
        kind = known_word("kind", self.kind, KINDS, EXPECTED_KINDS)
        if not kind:
            raise wrong(kind, "kind", EXPECTED_KINDS)
        if self.ended_on is not None:
            check_day("to", self.ended_on, may_come=True)
        if self.ended_on is not None and self.ended_on < self.started_on:
            raise wrong(str(self.ended_on), "to", f"a day from {self.started_on} on")
        return replace(self, kind=kind, label=clean(self.label))

    @classmethod
    def of_row(cls, row: tuple[Any, ...]) -> Self:
        """Take a change from its row in the database."""
        end = date.fromisoformat(row[2]) if row[2] else None
        return cls(date.fromisoformat(row[0]), row[1], end, row[3] or "")


Entry = Rating | Change


def row_of(entry: Entry) -> dict[str, str | float | None]:
    """Give an entry as the database holds it: days as text, what is empty as NULL."""
    return {
        field.name: (f"{value}" if isinstance(value, date) else value)
        if value not in {"", None}
        else None
        for field, value in zip(fields(entry), astuple(entry), strict=True)
    }
