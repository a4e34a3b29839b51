"""The log of all looks at one history, and what chance alone would have found by now.

A p-value promises to be small by chance in one of twenty looks. Whoever looks often and
tells of the best look breaks the promise, unless all looks are paid for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from hashlib import sha256

import numpy as np
import pandas as pd

from hipstride.errors import HipstrideError
from hipstride.exploration._look import Look
from hipstride.stats import adjust
from hipstride.tables import Result

__all__ = ["Looks", "fingerprint"]

# The size of each test whose p is shown.
_ALPHA = 0.05
_COLUMNS = (
    "look",
    "outcome",
    "stride_of",
    "first_on",
    "last_on",
    "covariates",
    "side",
    "site",
    "n_seen",
    "n",
    "estimate",
    "low",
    "high",
    "p_value",
    "p_adjusted",
    "verdict_level",
    "answer",
)


def fingerprint(obs: pd.DataFrame) -> str:
    """Tell one table from another.

    Examples
    --------
    >>> fingerprint(pd.DataFrame({"day": [1.0]})) == fingerprint(
    ...     pd.DataFrame({"day": [2.0]})
    ... )
    False
    """
    return sha256(obs.to_csv().encode()).hexdigest()


@dataclass(slots=True)
class Looks:
    """All looks at one history, each question once.

    A class, since a log is what is added to.

    Examples
    --------
    >>> looks = Looks()
    >>> looks.note(Look("pain_after_0_10"), HipstrideError("too few runs"))
    1
    >>> looks.note(Look("pain_after_0_10"), HipstrideError("too few runs"))
    1
    >>> looks.to_frame()["n_seen"].tolist()
    [2]
    """

    answers: dict[Look, Result | HipstrideError] = field(default_factory=dict)
    n_seen: dict[Look, int] = field(default_factory=dict)

    def note(self, look: Look, answer: Result | HipstrideError) -> int:
        """Add a look; one that was seen before keeps its number.

        Parameters
        ----------
        look : Look
            What was asked.
        answer : Result or HipstrideError
            What was seen.

        Returns
        -------
        int
            The number of the look, from 1.
        """
        self.answers.setdefault(look, answer)
        self.n_seen[look] = self.n_seen.get(look, 0) + 1
        return list(self.answers).index(look) + 1

    @property
    def p_values(self) -> list[float]:
        """The p of each look; NaN where it had no answer."""
        return [
            answer.p_value if isinstance(answer, Result) else math.nan
            for answer in self.answers.values()
        ]

    @property
    def p_adjusted(self) -> list[float]:
        """The p of each look, paid for all looks (Holm)."""
        return [float(p) for p in adjust(self.p_values, method="holm")]

    def words(self, number: int | None = None) -> str:
        """Say how often was looked, and what that does to the smallest p.

        Parameters
        ----------
        number : int, optional
            The look whose own p is told too, from 1.

        Returns
        -------
        str
            A few plain sentences.
        """
        n = len(self.answers)
        if not n:
            return "Nothing was looked at yet."
        answered = int(np.isfinite(self.p_values).sum())
        head = f"{n} look{'s' * (n != 1)} at the same data so far."
        if not answered:
            return f"{head} None had an answer."
        return (
            f"{head} Looking around is not a test: with nothing to find, "
            f"{_expected(answered)} would be expected to exclude 0 by chance. "
            f"{self._smallest()}{self._own(number)} What you find here is an idea: "
            "write it down, and ask it of runs that are still to come."
        )

    def to_frame(self) -> pd.DataFrame:
        """Give the log as a table.

        Returns
        -------
        DataFrame
            One row for each question, in the order in which it was first asked;
            ``p_adjusted`` is paid for all of them, ``answer`` is the verdict or why
            there is none.
        """
        rows = [
            {"look": number, "n_seen": self.n_seen[look], "p_adjusted": p}
            | _asked(look)
            | _seen(answer)
            for number, ((look, answer), p) in enumerate(
                zip(self.answers.items(), self.p_adjusted, strict=True), start=1
            )
        ]
        return pd.DataFrame(rows, columns=list(_COLUMNS))

    def _smallest(self) -> str:
        best = int(np.nanargmin(self.p_values))
        raw, paid = self.p_values[best], self.p_adjusted[best]
        if len(self.answers) == 1:
            return f"Its p is {_p(raw)}."
        end = "still below 0.05" if paid < _ALPHA else "no longer below 0.05"
        if raw >= _ALPHA:
            end = "not below 0.05"
        return (
            f"The smallest p is {_p(raw)} (look {best + 1}); paid for all "
            f"{len(self.answers)} looks (Holm) it is {_p(paid)}, {end}."
        )

    def _own(self, number: int | None) -> str:
        """Tell the p of one look, where it is not the smallest one."""
        if number is None or number - 1 == int(np.nanargmin(self.p_values)):
            return ""
        raw, paid = self.p_values[number - 1], self.p_adjusted[number - 1]
        if not math.isfinite(raw):
            return ""
        return f" This look: p {_p(raw)}, paid for {_p(paid)}."


def _asked(look: Look) -> dict[str, object]:
    return {
        "outcome": look.outcome,
        "stride_of": look.exposure,
        "first_on": pd.Timestamp(look.first_on) if look.first_on else pd.NaT,
        "last_on": pd.Timestamp(look.last_on) if look.last_on else pd.NaT,
        "covariates": ", ".join(look.covariates),
        "side": look.side,
        "site": look.site,
    }


def _seen(answer: Result | HipstrideError) -> dict[str, object]:
    if not isinstance(answer, Result):
        names = ("estimate", "low", "high", "p_value")
        return {
            "n": 0,
            **dict.fromkeys(names, math.nan),
            "verdict_level": 0,
            "answer": str(answer),
        }
    return {
        "n": answer.n,
        "estimate": answer.estimate,
        "low": answer.low,
        "high": answer.high,
        "p_value": answer.p_value,
        "verdict_level": answer.verdict_level,
        "answer": answer.verdict,
    }


def _expected(n: int) -> str:
    return f"{_ALPHA * n:.2g} of {n} answer{'s' * (n != 1)}"


def _p(p: float) -> str:
    return "below 0.001" if p < 0.001 else f"{p:.3f}"  # noqa: PLR2004 - as printed
