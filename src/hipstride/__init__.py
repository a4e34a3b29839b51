"""From a watch export and a pain diary to an answer you can trust.

Names are imported when first used, so that ``import hipstride`` stays fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hipstride import gait, plots, report, sample, simulate, stats, tables, units
    from hipstride.alignment import align
    from hipstride.errors import (
        DataQualityWarning,
        FitError,
        HipstrideError,
        JournalError,
        LibraryError,
        NotEnoughDataError,
        ReadError,
        TableError,
        UnknownFormatError,
        XmlError,
    )
    from hipstride.exploration import explore
    from hipstride.io.fit import read_fit
    from hipstride.io.gpx import read_gpx
    from hipstride.io.journal import read_changes, read_journal
    from hipstride.io.reading import read_run, read_runs
    from hipstride.io.stride_csv import read_stride_csv
    from hipstride.io.tcx import read_tcx
    from hipstride.library import Library
    from hipstride.runs import stride_curve, summarize
    from hipstride.tables import Recording, Result

__version__ = "0.1.0"

__all__ = [
    "DataQualityWarning",
    "FitError",
    "HipstrideError",
    "JournalError",
    "Library",
    "LibraryError",
    "NotEnoughDataError",
    "ReadError",
    "Recording",
    "Result",
    "TableError",
    "UnknownFormatError",
    "XmlError",
    "align",
    "explore",
    "gait",
    "plots",
    "read_changes",
    "read_fit",
    "read_gpx",
    "read_journal",
    "read_run",
    "read_runs",
    "read_stride_csv",
    "read_tcx",
    "report",
    "sample",
    "simulate",
    "stats",
    "stride_curve",
    "summarize",
    "tables",
    "units",
]

# Where each name lives; a name that is not here is a module of the package.
_HOMES = {
    **dict.fromkeys(
        (
            "DataQualityWarning",
            "FitError",
            "HipstrideError",
            "JournalError",
            "LibraryError",
            "NotEnoughDataError",
            "ReadError",
            "TableError",
            "UnknownFormatError",
            "XmlError",
        ),
        "hipstride.errors",
    ),
    "Library": "hipstride.library",
    "Recording": "hipstride.tables",
    "align": "hipstride.alignment",
    "explore": "hipstride.exploration",
    "Result": "hipstride.tables",
    "read_changes": "hipstride.io.journal",
    "read_fit": "hipstride.io.fit",
    "read_gpx": "hipstride.io.gpx",
    "read_journal": "hipstride.io.journal",
    "read_run": "hipstride.io.reading",
    "read_runs": "hipstride.io.reading",
    "read_stride_csv": "hipstride.io.stride_csv",
    "read_tcx": "hipstride.io.tcx",
    "stride_curve": "hipstride.runs",
    "summarize": "hipstride.runs",
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        msg = f"module 'hipstride' has no attribute {name!r}"
        raise AttributeError(msg)
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    return import_module(f"hipstride.{name}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
