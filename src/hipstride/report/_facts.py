"""Numbers into the words and rows of the page."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from hipstride.report._checks import (
    check_rows,
    dropped_rows,
    signed,
)
from hipstride.tables import Result
from hipstride.tables._levels import level_name
from hipstride.tables._told_by_checks import smallest_effect_told

__all__ = ["Answer", "Bar", "answer", "change_rows", "note_counts", "quality_rows"]

# A typical deliberate change of stride; what a runner can picture better than 1 %.
DELIBERATE_CHANGE_PCT = 5
PER_ONE_PCT = "per +1 %"
SMALLEST_EFFECT_POINTS = 1.0
MAX_ROWS = 40
_BAR_WIDTH = 600.0
_BAR_MARGIN = 30.0
_LABEL_WIDTH = 45.0


@dataclass(frozen=True)
class Bar:
    """Where an interval lies beside 0 and ±1 point, in pixels."""

    low: float
    high: float
    estimate: float
    ticks: tuple[tuple[float, str], ...]
    is_roomy: bool
    words: str


@dataclass(frozen=True)
class Answer:
    """One result as the page shows it."""

    result: Result
    level_name: str
    estimates: tuple[tuple[str, str, str], ...]
    checks: tuple[tuple[str, str], ...]
    requirements: tuple[tuple[str, bool, str], ...]
    bar: Bar | None

    @property
    def requirement_rows(self) -> tuple[tuple[str, str, str], ...]:
        """The requirements as words."""
        return tuple(
            (name, "yes" if is_met else "no", detail)
            for name, is_met, detail in self.requirements
        )


def answer(result: Result) -> Answer:
    """Put a result into the words and rows of the page."""
    return Answer(
        result,
        level_name(result.verdict_level),
        tuple(_estimates(result)),
        check_rows(result.checks),
        tuple((r.name, r.is_met, r.detail) for r in result.requirements),
        _bar(result),
    )


def change_rows(obs: pd.DataFrame) -> tuple[tuple[str, str, str, int], ...]:
    """List each change column: its words, first and last run with it, how many."""
    rows = []
    for column in obs.columns:
        if not str(column).startswith("change_"):
            continue
        on = obs[column].to_numpy(dtype=float, na_value=0.0) > 0
        if on.any():
            words = str(column).removeprefix("change_").replace("_", " ")
            began = float(obs.loc[on, "day"].min())
            rows.append((began, (words, *_first_and_last(obs[on]), int(on.sum()))))
    return tuple(row for _, row in sorted(rows, key=lambda one: one[0]))


def quality_rows(
    obs: pd.DataFrame, outcome: str, results: Sequence[Result], baseline: str = ""
) -> tuple[tuple[str, str], ...]:
    """Say what the table holds, what is missing, and what was assumed, with counts."""
    n = len(obs)
    rated = _known(obs, outcome)
    stride = _known(obs, "step_length_at_ref_speed_m", "mean_step_length_m")
    rows = [
        ("runs", str(n)),
        ("runs with a rating", _share(rated, n)),
        ("runs without a rating", _share(n - rated, n)),
        ("runs without a usable step length", _share(n - stride, n)),
    ]
    before = _known(obs, "pain_before_0_10")
    rows.append(("runs with a rating before the run", _share(before, n)))
    if "is_treadmill" in obs.columns:
        belt = _true(obs["is_treadmill"])
        rows.append(("treadmill runs", _share(belt, n)))
    if "is_step_length_independent" in obs.columns:
        circular = n - _true(obs["is_step_length_independent"].fillna(value=True))
        rows.append(
            (
                "runs whose step length the watch guessed from cadence",
                _share(circular, n),
            )
        )
    if baseline:
        rows.append(("stride deviations are counted from", baseline))
    if "usable_fraction" in obs.columns and obs["usable_fraction"].notna().any():
        usable = 100 * float(obs["usable_fraction"].median())
        rows.append(("usable running, share of a run (median)", f"{usable:.0f} %"))
    if "device" in obs.columns:
        devices = Counter(obs["device"].dropna().replace("", "not stated"))
        words = "; ".join(f"{name} ({k})" for name, k in devices.most_common(8))
        rows.append(("devices (runs)", words or "–"))
    dropped = [row for result in results for row in dropped_rows(result.checks)]
    return (*rows, *dict.fromkeys(dropped), *_note_rows(obs))


# Behind these words stand the numbers of one run.
_OF_ONE_RUN = ("distance typed by the runner",)


def note_counts(obs: pd.DataFrame) -> list[tuple[str, int]]:
    """Count of how many runs each note speaks, the most common first."""
    if "notes" not in obs.columns:
        return []
    return Counter(
        _without_numbers(note.strip())
        for joined in obs["notes"].dropna()
        for note in str(joined).split("; ")
        if note.strip()
    ).most_common()


def _without_numbers(note: str) -> str:
    """Leave out what is of one run alone, so that alike notes are counted together."""
    for head in _OF_ONE_RUN:
        if note.startswith(head):
            return head
    return note


def _note_rows(obs: pd.DataFrame) -> list[tuple[str, str]]:
    notes = note_counts(obs)
    rows = [(note, f"{k} run{'s' * (k != 1)}") for note, k in notes[:MAX_ROWS]]
    if len(notes) > MAX_ROWS:
        rows.append((f"and {len(notes) - MAX_ROWS} further notes", ""))
    return rows


def _true(flags: pd.Series) -> int:
    return int((flags.to_numpy(dtype=float, na_value=0.0) > 0).sum())


def _known(obs: pd.DataFrame, *columns: str) -> int:
    """Count the rows in which the first of these columns that exists has a value."""
    for column in columns:
        if column in obs.columns:
            return int(obs[column].notna().sum())
    return 0


def _share(count: int, of: int) -> str:
    return f"{count} ({100 * count / of:.0f} %)" if of else "0"


def _first_and_last(obs: pd.DataFrame) -> tuple[str, str]:
    if "local_date" in obs.columns and obs["local_date"].notna().all():
        dates = obs["local_date"]
        return f"{dates.min():%Y-%m-%d}", f"{dates.max():%Y-%m-%d}"
    return f"day {obs['day'].min():g}", f"day {obs['day'].max():g}"


def _estimates(result: Result) -> list[tuple[str, str, str]]:
    """Give unit, estimate and interval, per 1 % and per 5 % where the unit is that."""
    if not math.isfinite(result.estimate):
        return []
    factors = [(1, result.unit)]
    if PER_ONE_PCT in result.unit:
        per_change = result.unit.replace(PER_ONE_PCT, f"per +{DELIBERATE_CHANGE_PCT} %")
        factors.append((DELIBERATE_CHANGE_PCT, per_change))
    return [
        (
            unit,
            signed(k * result.estimate),
            f"{signed(k * result.low)} to {signed(k * result.high)}",
        )
        for k, unit in factors
    ]


def _points(points: float) -> str:
    return f"{points:g} point{'s' * (points != 1)}"


def _bar(result: Result) -> Bar | None:
    """Place the interval, per 5 % where it can be, on a line with 0 and ±1 point."""
    if not all(map(math.isfinite, (result.estimate, result.low, result.high))):
        return None
    if not result.unit.startswith("point"):
        return None
    is_per_pct = PER_ONE_PCT in result.unit
    k = DELIBERATE_CHANGE_PCT if is_per_pct else 1
    low, estimate, high = k * result.low, k * result.estimate, k * result.high
    smallest = smallest_effect_told(result.checks) or SMALLEST_EFFECT_POINTS
    reach = 1.15 * max(abs(low), abs(high), 1.3 * smallest)

    def place(points: float) -> float:
        inside = _BAR_WIDTH - 2 * _BAR_MARGIN
        return round(_BAR_MARGIN + inside * (points + reach) / (2 * reach), 1)

    unit = result.unit.replace(PER_ONE_PCT, f"per +{k} %")
    return Bar(
        place(low),
        place(high),
        place(estimate),
        (
            (place(-smallest), f"−{_points(smallest)}"),
            (place(0), "0"),
            (place(smallest), f"+{_points(smallest)}"),
        ),
        place(smallest) - place(0) > _LABEL_WIDTH,
        f"{signed(estimate)} {unit}, {100 * result.level:g} % interval "
        f"{signed(low)} to {signed(high)}",
    )
