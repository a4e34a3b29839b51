"""From recordings to one row per run, and from a baseline to each run's deviation."""

from hipstride.runs.baseline import from_baseline
from hipstride.runs.curve import baseline_of, matched
from hipstride.runs.own_curve import stride_curve
from hipstride.runs.summary import completed, summarize, summarize_with_windows

__all__ = [
    "baseline_of",
    "completed",
    "from_baseline",
    "matched",
    "stride_curve",
    "summarize",
    "summarize_with_windows",
]
