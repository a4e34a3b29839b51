"""Join runs, pain and changes: one row per run, with its pain and its context."""

from hipstride.alignment.baseline import from_before_first_change
from hipstride.alignment.changes import change_column
from hipstride.alignment.controls import control_column
from hipstride.alignment.observations import align

__all__ = [
    "align",
    "change_column",
    "control_column",
    "from_before_first_change",
]
