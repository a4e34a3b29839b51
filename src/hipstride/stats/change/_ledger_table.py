"""The ledger as a value: rows, and the ways to take them further."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields

import pandas as pd

from hipstride.stats.change._ledger_text import (
    NOTHING,
    LedgerRow,
    html_of,
    lines_of,
    shortened,
)

__all__ = ["Ledger", "LedgerRow"]


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """Everything that was tried, with what pain did, nulls included.

    Attributes
    ----------
    rows : tuple of LedgerRow
        In order of date; then what could only be looked at together.
    outcome : str
        The column of ratings.
    smallest_effect_points : float
        The smallest effect of interest [points].
    n, n_dropped : int
        Rated runs used; and rows of the table left out.
    method : str
        How it was computed.
    caveats : tuple of str
        What limits all of it.
    seed : int
        Kept; nothing is drawn.
    """

    rows: tuple[LedgerRow, ...]
    outcome: str
    smallest_effect_points: float
    n: int
    n_dropped: int
    method: str
    caveats: tuple[str, ...] = ()
    seed: int = 0

    def to_frame(self) -> pd.DataFrame:
        """Give the rows as a tidy table.

        Returns
        -------
        DataFrame
            One row for each `LedgerRow`, one column for each of its attributes.
        """
        names = [f.name for f in fields(LedgerRow)]
        table = pd.DataFrame([asdict(row) for row in self.rows], columns=names)
        days = {"started_on": "datetime64[us]", "ended_on": "datetime64[us]"}
        return table.astype(days)

    def to_dict(self) -> dict[str, object]:
        """Give all of it as plain values; what is not a finite number becomes None.

        Returns
        -------
        dict
            One key for each attribute, fit for `json.dumps`.
        """
        return {
            "outcome": self.outcome,
            "smallest_effect_points": self.smallest_effect_points,
            "n": self.n,
            "n_dropped": self.n_dropped,
            "method": self.method,
            "caveats": list(self.caveats),
            "seed": self.seed,
            "rows": [
                {name: _plain(value) for name, value in asdict(row).items()}
                for row in self.rows
            ],
        }

    def summary(self) -> str:
        """Set out the table as text.

        Returns
        -------
        str
            Table, sentences and caveats; no line is longer than 79 characters.
        """
        return "\n".join(lines_of(self))

    def __str__(self) -> str:
        if not self.rows:
            return f"{NOTHING} (n = {self.n})."
        told = " ".join(f"{shortened(row.label)}: {row.verdict}" for row in self.rows)
        return f"{len(self.rows)} rows (n = {self.n}). {told}"

    def _repr_html_(self) -> str:
        return html_of(self)


def _plain(value: object) -> object:
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
