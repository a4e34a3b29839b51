"""The tables that flow through hipstride: names, units, plausible ranges.

Plain pandas DataFrames, described by a `Table` each; `Recording` is one run as read
from one file. The glossary page is generated from what stands here.
"""

from hipstride.tables._bookkeeping import ACTIVITIES, BELTS, LEDGER, VERDICTS
from hipstride.tables._catalogue import (
    CHANGE_KINDS,
    CHANGES,
    JOURNAL,
    LAPS,
    LAYOFFS,
    OBSERVATIONS,
    PAIN_MOMENTS,
    PAUSES,
    RUNS,
    SAMPLES,
    SIDES,
    SPLITS,
    WINDOWS,
)
from hipstride.tables._glossary import TABLES, glossary
from hipstride.tables._recording import Recording
from hipstride.tables._result import Requirement, Result
from hipstride.tables._spec import Column, Kind, Table

__all__ = [
    "ACTIVITIES",
    "BELTS",
    "CHANGES",
    "CHANGE_KINDS",
    "JOURNAL",
    "LAPS",
    "LAYOFFS",
    "LEDGER",
    "OBSERVATIONS",
    "PAIN_MOMENTS",
    "PAUSES",
    "RUNS",
    "SAMPLES",
    "SIDES",
    "SPLITS",
    "TABLES",
    "VERDICTS",
    "WINDOWS",
    "Column",
    "Kind",
    "Recording",
    "Requirement",
    "Result",
    "Table",
    "glossary",
]
