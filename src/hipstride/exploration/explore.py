"""The panel: pick what to look at; plot, verdict and the count of looks follow."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import pandas as pd

from hipstride.errors import HipstrideError
from hipstride.exploration._looks import Looks, fingerprint
from hipstride.library import Library
from hipstride.plots._table import own_table
from hipstride.stats._own_columns import check_is_table

if TYPE_CHECKING:
    from hipstride.exploration._panel import Panel

__all__ = ["explore"]

# A second panel on the same data goes on with the count of the first.
_looks: dict[str, Looks] = {}


def explore(data: Library | pd.DataFrame) -> Panel:
    """Open a panel in a notebook: pick outcome, days and covariates, see what follows.

    The plot and the verdict follow each choice. Every question is counted and logged,
    since looking around is not a test: the panel says how many finds chance alone
    would have made by now, and what the smallest p is worth after so many looks.

    Parameters
    ----------
    data : Library or DataFrame
        A library, or an `OBSERVATIONS` table.

    Returns
    -------
    Panel
        It shows itself at the end of a cell. ``panel.looks`` is the log as a table,
        ``panel.answer`` the last answer.

    Raises
    ------
    HipstrideError
        If ipywidgets is not installed.
    TableError
        If it is no such table, or there are no ratings in it.
    LibraryError
        If there is no library.

    Notes
    -----
    The count lasts as long as Python runs; a second panel on the same data goes on
    with it. A look without an answer counts: it was a question too. The same question
    asked again does not.

    Examples
    --------
    >>> from hipstride.simulate import Runner, history
    >>> panel = explore(history(Runner(), n_runs=60, seed=1).observations)
    >>> panel.looks[["look", "outcome", "n_seen"]].values.tolist()
    [[1, 'pain_after_0_10', 1]]
    """
    if find_spec("ipywidgets") is None:
        msg = "explore needs ipywidgets; run `pip install 'hipstride[jupyter]'`"
        raise HipstrideError(msg)
    # Only now, since it is slow to load and not everybody's.
    from hipstride.exploration._panel import Panel  # noqa: PLC0415

    if isinstance(data, Library):
        key = f"library {data.folder.resolve()}"
        return Panel(data.observations(), _looks.setdefault(key, Looks()), data)
    check_is_table(data)
    return Panel(own_table(data), _looks.setdefault(fingerprint(data), Looks()))
