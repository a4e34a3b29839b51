"""What is said of a trial, with the runner's own words for the cues made short."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from hipstride.plots._words import runs_words, safe_label, span_words

if TYPE_CHECKING:
    from hipstride.stats import Schedule
    from hipstride.tables import Result

__all__ = ["counted", "with_short_cues"]


def counted(runs: pd.DataFrame, schedule: Schedule, outcome: str) -> str:
    """Count the runs of a trial, with dates and the drawing, for a caption."""
    rated = int(runs[outcome].notna().sum())
    n_units = len(schedule.schedule)
    return (
        f"{rated} rated of {runs_words(len(runs))}, {span_words(runs)}; {n_units} "
        f"{schedule.design.unit}s drawn on {schedule.drawn_on}, seed {schedule.seed}."
    )


def with_short_cues(result: Result, schedule: Schedule) -> Result:
    """Shorten the runner's words where they stand in verdict and unit."""
    verdict, unit = result.verdict, result.unit
    for cue in (schedule.design.arm, schedule.design.control):
        verdict = verdict.replace(f'"{cue}"', f"“{safe_label(cue)}”")
        unit = unit.replace(f'"{cue}"', f"“{safe_label(cue)}”")
    return replace(result, verdict=verdict, unit=unit)
