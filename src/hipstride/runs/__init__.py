"""From recordings to one row per run, and from a baseline to each run's deviation."""

from hipstride.runs.baseline import from_baseline
from hipstride.runs.curve import matched
from hipstride.runs.summary import completed, summarize, summarize_with_windows

__all__ = [
    "completed",
    "from_baseline",
    "matched",
    "summarize",
    "summarize_with_windows",
]
