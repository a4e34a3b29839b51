"""A library as a table for a notebook: what is in it, and what to do next."""

from __future__ import annotations

from pathlib import Path

from hipstride.errors import LibraryError
from hipstride.library._next_steps import next_steps
from hipstride.library._standing import Standing, standing_of
from hipstride.tables._html import facts_table

__all__ = ["html_of"]

_MAX_CHANGES = 8


def html_of(folder: Path) -> str:
    """Set out a library: where it is, its runs, ratings and changes, the next steps.

    Parameters
    ----------
    folder : Path
        Where it is, or shall be.

    Returns
    -------
    str
        A table in HTML; of a damaged library it says what is wrong. Nothing is made.

    Examples
    --------
    >>> "not there yet" in html_of(Path("nowhere"))
    True
    """
    try:
        standing = standing_of(folder)
    except LibraryError as error:
        return facts_table("Library", {"where": str(folder), "problem": str(error)})
    return facts_table(
        "Library",
        {
            "where": f"{folder}{'' if standing.exists else ' (not there yet)'}",
            "runs": _runs(standing),
            "ratings": _ratings(standing),
            "sites": ", ".join(standing.sites),
            "changes": _changes(standing),
            "next": [f"{step.command}: {step.why}" for step in next_steps(standing)],
        },
    )


def _runs(standing: Standing) -> str:
    if not standing.n_runs:
        return "none"
    return f"{standing.n_runs:,}, {standing.first_on} to {standing.last_on}"


def _ratings(standing: Standing) -> str:
    if not standing.n_ratings:
        return "none"
    return (
        f"{standing.n_ratings:,}; {standing.n_runs_rated:,} runs rated, "
        f"{standing.n_runs_rated_before:,} of them before the run too"
    )


def _changes(standing: Standing) -> list[str]:
    told = [f"{label}, from {day[:10]}" for label, day in standing.changes]
    more = len(told) - _MAX_CHANGES
    if more <= 0:
        return told or ["none"]
    return [*told[:_MAX_CHANGES], f"and {more} more"]
