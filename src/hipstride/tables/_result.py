"""What an analysis answers, with everything needed to doubt it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import pandas as pd

from hipstride.tables._html import facts_table
from hipstride.tables._levels import level_name
from hipstride.tables._summary import summary_of

__all__ = ["Requirement", "Result"]


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that a verdict level asks for, and whether it was there.

    Parameters
    ----------
    name : str
        What is asked for, as a clause.
    is_met : bool
        Whether it was there.
    detail : str
        What was found.
    level : int
        The level that cannot be reached without it.
    """

    name: str
    is_met: bool
    detail: str
    level: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """One question and its answer.

    Parameters
    ----------
    question : str
        What was asked, in one sentence.
    estimate, low, high : float
        The estimate and the ends of its interval, in `unit`; NaN where refused.
    unit : str
        What the numbers are, such as ``points per +1 % step length``.
    level : float
        Coverage of the interval, such as 0.95.
    p_value : float
        Two-sided; NaN where there is none.
    n, n_dropped : int
        Rows used, and rows left out.
    method : str
        How it was computed, with what was adjusted for.
    verdict_level : int
        0 cannot tell, 1 tentative, 2 consistent, 3 dated change, 4 randomised.
    verdict : str
        The sentence that the level allows.
    checks : mapping
        Named second opinions and diagnostics, numbers or short texts, nested at
        most once.
    caveats : tuple of str
        What limits the answer.
    seed : int or None
        The seed of whatever was random.
    requirements : tuple of Requirement
        What the levels ask for, and what was met.
    tables : mapping of str to DataFrame
        What is too long for a number: placebo dates, specifications, lags.
    """

    question: str
    estimate: float
    unit: str
    low: float
    high: float
    level: float
    p_value: float
    n: int
    n_dropped: int
    method: str
    verdict_level: int
    verdict: str
    checks: Mapping[str, object] = field(default_factory=dict)
    caveats: tuple[str, ...] = ()
    seed: int | None = None
    requirements: tuple[Requirement, ...] = ()
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self._numbers()} (n = {self.n}). {self.verdict}"

    def _numbers(self) -> str:
        if not math.isfinite(self.estimate):
            return "no estimate"
        return (
            f"{self.estimate:+.3g} {self.unit}, {100 * self.level:g} % interval "
            f"{self.low:+.3g} to {self.high:+.3g}"
        )

    def summary(self) -> str:
        """Set out the answer as a page of text, in the manner of statsmodels.

        Returns
        -------
        str
            Question, verdict, estimate, requirements, checks and caveats; no line
            is longer than 79 characters.
        """
        return summary_of(self)

    def to_frame(self) -> pd.DataFrame:
        """Give the estimate as a tidy table of one row, to be put under others.

        Returns
        -------
        DataFrame
            ``question, estimate, low, high, level, unit, p_value, n, n_dropped,
            verdict_level, verdict, method``.
        """
        names = [
            "question",
            "estimate",
            "low",
            "high",
            "level",
            "unit",
            "p_value",
            "n",
            "n_dropped",
            "verdict_level",
            "verdict",
            "method",
        ]
        return pd.DataFrame([{name: getattr(self, name) for name in names}])

    def checks_frame(self) -> pd.DataFrame:
        """Give the checks as a tidy table.

        Returns
        -------
        DataFrame
            ``check, name, value``: one row for each number or text; ``name`` is empty
            where a check is one value.
        """
        rows = [
            (check, str(name), value)
            for check, found in self.checks.items()
            for name, value in (
                found.items() if isinstance(found, Mapping) else [("", found)]
            )
        ]
        return pd.DataFrame(rows, columns=["check", "name", "value"])

    def requirements_frame(self) -> pd.DataFrame:
        """Give what the levels ask for as a tidy table.

        Returns
        -------
        DataFrame
            ``level, requirement, is_met, found``.
        """
        rows = [(r.level, r.name, r.is_met, r.detail) for r in self.requirements]
        return pd.DataFrame(rows, columns=["level", "requirement", "is_met", "found"])

    def to_dict(self) -> dict[str, object]:
        """Give all of it as plain values; what is not a finite number becomes None.

        Returns
        -------
        dict
            One key for each field, fit for `json.dumps`; tables are lists of rows.
        """
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}

    def _repr_html_(self) -> str:
        level = f"level {self.verdict_level}, {level_name(self.verdict_level)}"
        return facts_table(
            self.question,
            {
                "answer": self.verdict,
                "how sure": level,
                "estimate": self._numbers(),
                "used / left out": f"{self.n} / {self.n_dropped}",
                "needed, there": [r.name for r in self.requirements if r.is_met],
                "needed, missing": [
                    f"{r.name}: {r.detail} (for level {r.level})"
                    for r in self.requirements
                    if not r.is_met
                ],
                "caveats": self.caveats,
                "method": self.method,
            },
        )


def _plain(value: object) -> object:
    """Turn NumPy scalars, tuples, tables and non-finite numbers into JSON's values."""
    if isinstance(value, pd.DataFrame):
        return [_plain(row) for row in value.to_dict("records")]
    if isinstance(value, Requirement):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return _plain_scalar(value)


def _plain_scalar(value: object) -> object:
    if isinstance(value, pd.Timestamp):
        # A day without a time is a calendar day.
        return str(value.date()) if value == value.normalize() else value.isoformat()
    if value is pd.NaT or value is pd.NA:
        return None
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return (
        value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
    )
