"""What may be said of shifts that were found in the ratings: questions, level 0."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from hipstride.stats._wording import OUTCOME_WORDS
from hipstride.stats.change._rows import ChangeRows
from hipstride.stats.change._undated_drift import SearchTest
from hipstride.stats.change._undated_search import SearchModel
from hipstride.stats.change._undated_segments import best_partition

__all__ = ["caveats_of", "checks_of", "question_of", "verdict_of"]

_QUESTION = (
    "A date found in the data is a question for the next weeks, not an answer: these "
    "ratings chose it, so that they cannot test it"
)
_TOO_FAR_APART = (
    "Levels beside a day that was chosen for their difference differ by more than the "
    "truth does, and the interval of the day is too short for that"
)


def question_of(outcome: str) -> str:
    """Ask the question."""
    return f"Did the level of {_words(outcome)} shift on some day?"


def verdict_of(outcome: str, dates: pd.DataFrame, first: SearchTest, n: int) -> str:
    if not len(dates):
        return (
            f"No day stands out: the best place for a shift of {_words(outcome)} is no "
            f"better than those of ordinary drift (p {_p(first.p_value)}, {n} rated "
            "runs). A shift may have been missed: this search finds only large ones."
        )
    listed = "; ".join(
        f"about {one.on} (95 % interval {one.low_on} to {one.high_on})"
        for one in dates["found"]
    )
    shifts = "a shift" if len(dates) == 1 else f"{len(dates)} shifts"
    return (
        f"The ratings of {_words(outcome)} suggest {shifts} of level: {listed}; p "
        f"{_p(first.p_value)} against ordinary drift. {_QUESTION}."
    )


def checks_of(
    rows: ChangeRows, tests: list[SearchTest], dates: pd.DataFrame, least: int
) -> dict[str, Mapping[str, object]]:
    checks: dict[str, Mapping[str, object]] = {
        f"search_{k}": {
            "best_on": f"about {rows.local_date[test.row]}",
            "largest_f": test.f,
            "critical_f": test.critical_f,
            "p_value": test.p_value,
        }
        for k, test in enumerate(tests, start=1)
    }
    drift = tests[0].drift
    checks["drift_without_a_shift"] = {
        "sd_points": drift.sigma,
        "tau_days": drift.tau_days,
        "independent_share": drift.nu,
    }
    n_cuts = max(len(dates), 1)
    if len(rows.y) >= (n_cuts + 1) * least:
        plain = best_partition(rows.y, n_cuts, least)  # 5
        checks["plain_cuts_without_trend"] = {
            f"cut_{k}": f"about {rows.local_date[start]}"
            for k, start in enumerate(plain.starts, start=1)
        }
    return checks


def caveats_of(
    rows: ChangeRows, model: SearchModel, dates: pd.DataFrame, first: SearchTest
) -> tuple[str, ...]:
    caveats = []
    if len(dates):
        caveats += [
            f"{_QUESTION}; do not give it to a test of dated changes",
            _TOO_FAR_APART,
        ]
    if not model.has_trend:
        caveats.append("Too few days for a trend: a slow course can look like a shift")
    if first.drift.tau_days > float(np.ptp(rows.day)):
        caveats.append(
            "Pain drifts more slowly than this history can show: slow drift and a "
            "shift look alike"
        )
    return (*caveats, *rows.caveats)


def _words(outcome: str) -> str:
    return OUTCOME_WORDS.get(outcome, outcome)


def _p(p_value: float) -> str:
    return f"= {p_value:.3f}"
