"""The embedded library: one runner's runs, ratings and changes, in a folder.

Names are imported when first used: to log a rating takes a few of these rooms, and
should not wait for all.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hipstride.library._progress import Progress
    from hipstride.library._report import Report
    from hipstride.library.library import Library

__all__ = ["Library", "Progress", "Report"]

_HOMES = {
    "Library": "hipstride.library.library",
    "Progress": "hipstride.library._progress",
    "Report": "hipstride.library._report",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        msg = f"module 'hipstride.library' has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(_HOMES[name]), name)
