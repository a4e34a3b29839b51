"""Dated changes: what pain did after a day on which something was changed."""

from hipstride.stats.change._rows import ChangeRows, change_rows
from hipstride.stats.change.bend import Bend, one_bend
from hipstride.stats.change.dated_change import dated_change
from hipstride.stats.change.ledger import Ledger, LedgerRow, ledger
from hipstride.stats.change.placebo import StartPointTest, start_point_test
from hipstride.stats.change.undated import (
    FoundDate,
    refuse_found_date,
    undated_change,
)

__all__ = [
    "Bend",
    "ChangeRows",
    "FoundDate",
    "Ledger",
    "LedgerRow",
    "StartPointTest",
    "change_rows",
    "dated_change",
    "ledger",
    "one_bend",
    "refuse_found_date",
    "start_point_test",
    "undated_change",
]
