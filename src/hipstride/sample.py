"""The sample data that ship with hipstride: eight simulated runs and their diary.

Nobody ran them: they were made by `hipstride.simulate`, on a course in the middle of
the ocean. The folder's ``README.md`` says how.
"""

from __future__ import annotations

from pathlib import Path

from hipstride.errors import HipstrideError

__all__ = ["folder"]

_HERE = Path(__file__).resolve().parent
# In an installed package the data lie beside the modules; in a checkout, where the
# modules are at src/hipstride, they lie at the top.
_PLACES = (_HERE / "_sample", _HERE.parents[1] / "data" / "sample")


def folder() -> Path:
    """Give the folder of the sample data.

    Returns
    -------
    Path
        A folder with ``runs/``, ``journal.csv`` and ``changes.csv``. Read only: it may
        be part of the installed package.

    Raises
    ------
    HipstrideError
        If the data did not come with this installation.

    Examples
    --------
    >>> sorted(path.name for path in folder().iterdir() if path.suffix == ".csv")
    ['changes.csv', 'journal.csv']
    """
    for place in _PLACES:
        if (place / "journal.csv").is_file():
            return place
    msg = (
        f"the sample data are neither at {_PLACES[0]} nor at {_PLACES[1]}; install "
        "hipstride again, or make some with `hipstride.simulate.write`"
    )
    raise HipstrideError(msg)
