"""What an analysis answers, with everything needed to doubt it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from html import escape

__all__ = ["Result"]


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

    def __str__(self) -> str:
        return f"{self._numbers()} (n = {self.n}). {self.verdict}"

    def _numbers(self) -> str:
        if not math.isfinite(self.estimate):
            return "no estimate"
        return (
            f"{self.estimate:+.3g} {self.unit}, {100 * self.level:g} % interval "
            f"{self.low:+.3g} to {self.high:+.3g}"
        )

    def to_dict(self) -> dict[str, object]:
        """Give all of it as plain values; what is not a finite number becomes None.

        Returns
        -------
        dict
            One key for each field, fit for `json.dumps`.
        """
        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}

    def _repr_html_(self) -> str:
        rows = {
            "question": self.question,
            "answer": self.verdict,
            "estimate": self._numbers(),
            "runs used / left out": f"{self.n} / {self.n_dropped}",
            "method": self.method,
            "caveats": "; ".join(self.caveats) or "–",
        }
        cells = "".join(
            f'<tr><th style="text-align:left">{escape(key)}</th>'
            f'<td style="text-align:left">{escape(value)}</td></tr>'
            for key, value in rows.items()
        )
        return f"<table>{cells}</table>"


def _plain(value: object) -> object:
    """Turn NumPy scalars, tuples and non-finite numbers into what JSON knows."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value)
