"""What is counted over the histories of a cell, and where it misses its target."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from tests.studies.calibration.cells import Cell

ALPHA = 0.05
MAX_TYPE_I = 0.06
MAX_TYPE_I_TREND = 0.07
COVERAGE = (0.93, 0.97)
MAX_PAIR = 0.035

Row = dict[str, object]


@dataclass(frozen=True)
class Counted:
    """One cell with its rates."""

    cell: Cell
    histories: int
    refused: float
    rates: dict[str, float]
    coverage: float
    coverage_felt: float
    mean_estimate: float
    mean_truth: float
    levels: dict[int, float]
    unmet: tuple[tuple[str, float], ...]
    milliseconds: float
    share_zero: float
    share_rated: float

    def error(self, rate: float) -> float:
        """Give the Monte-Carlo error of a share."""
        used = max(1.0, self.histories * (1 - self.refused))
        return float(np.sqrt(max(rate * (1 - rate), 0.0) / used))

    @property
    def misses(self) -> tuple[str, ...]:
        """Say which targets are missed by more than a Monte-Carlo error."""
        found = []
        primary = self.rates.get("primary", np.nan)
        limit = MAX_TYPE_I_TREND if "heals" in self.cell.name else MAX_TYPE_I
        if self.cell.is_null and primary > limit + self.error(limit):
            found.append(f"0 excluded in {primary:.3f} of null histories")
        pair = self.rates.get("pair", np.nan)
        if self.cell.is_null and pair > MAX_PAIR + self.error(MAX_PAIR):
            found.append(f"the pair rule passes {pair:.3f} of null histories")
        low, high = COVERAGE
        if self.coverage < low - self.error(low):
            found.append(f"coverage {self.coverage:.3f}")
        elif self.coverage > high + self.error(high):
            found.append(f"coverage {self.coverage:.3f}, wider than needed")
        return tuple(found)

    @property
    def what_it_does(self) -> str:
        """Say what the product does in such histories: refuses, caps, or nothing."""
        top = max((k for k, share in self.levels.items() if share > 0), default=0)
        parts = [f"level {k}: {share:.2f}" for k, share in self.levels.items() if share]
        if self.refused:
            parts.insert(0, f"refused: {self.refused:.2f}")
        caps = "; ".join(f"{name} ({share:.0%})" for name, share in self.unmet[:2])
        return ", ".join(parts) + (
            f". Not met where 0 was excluded: {caps}" if caps and top < 4 else ""
        )


def counted(cell: Cell, rows: list[Row]) -> Counted:
    """Count over the histories of one cell."""
    used = [row for row in rows if "refused" not in row]
    names = dict.fromkeys(k[2:] for row in used for k in row if k.startswith("p "))
    rates = {}
    for name in names:
        p = [row[f"p {name}"] for row in used if row.get(f"p {name}") is not None]
        # A method without an answer has not excluded 0.
        rates[name] = float(np.sum(np.array(p, float) < ALPHA) / len(used)) if p else 0
    if cell.kind == "drawn":
        # A randomisation p can be 0.05 exactly, and then counts.
        p = [row["p primary"] for row in used]
        rates["primary"] = float(np.mean(np.array(p, float) <= ALPHA))
    levels = Counter(int(row["level"]) for row in used)
    found = [
        row
        for row in used
        if row.get("p primary") is not None and row["p primary"] < ALPHA
    ]
    unmet = Counter(name for row in found for name in row["unmet"])
    return Counted(
        cell=cell,
        histories=len(rows),
        refused=1 - len(used) / len(rows),
        rates=rates,
        coverage=_mean(used, "covers"),
        coverage_felt=_mean(used, "covers_felt"),
        mean_estimate=_mean(used, "estimate"),
        mean_truth=_mean(used, "truth"),
        levels={k: levels[k] / len(rows) for k in sorted(levels)},
        unmet=tuple((k, v / len(found)) for k, v in unmet.most_common(3)),
        milliseconds=1000 * float(np.median([row["seconds"] for row in used])),
        share_zero=_mean(used, "share_zero"),
        share_rated=_mean(used, "share_rated"),
    )


def _mean(rows: list[Row], name: str) -> float:
    values = [float(row[name]) for row in rows if row.get(name) is not None]
    return float(np.mean(values)) if values else float("nan")
