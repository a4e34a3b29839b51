"""The same history without the runner's own words, to be shown to others.

What a runner calls a change may name a person or a place; a kind (a cue, an injection)
does not. Positions never stand in a report; notes of runs, and what shoes and watches
are called, are left out with the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from hipstride.report._neutral_names import Names, labels_in, names_of
from hipstride.tables import OBSERVATIONS, Requirement, Result

if TYPE_CHECKING:
    from hipstride.stats import Ledger

__all__ = ["without_words"]

# The owner's name stands in that of many a watch.
_FREE_TEXT = ("notes", "source", "shoe", "device")
_GEAR = ("shoe", "device")
_PREFIX = "change_"
_TOGETHER = "several at once"
# Greedy: a cue may hold quotes itself.
_OF_A_TRIAL = re.compile(r'Does "(.+)" change .+, against "(.+)"\?\Z')
_KNOWN_HEADS = ("change_", "pain_", "control_")


def without_words(
    obs: pd.DataFrame, results: Sequence[Result], ledger: Ledger | None
) -> tuple[pd.DataFrame, tuple[Result, ...], Ledger | None]:
    """Put the kind of each change in the place of what the runner called it.

    Parameters
    ----------
    obs : DataFrame
        An `OBSERVATIONS` table.
    results : sequence of Result
        Answers, whose sentences may name a change.
    ledger : Ledger or None
        All that was tried; it knows the kinds.

    Returns
    -------
    tuple of (DataFrame, tuple of Result, Ledger or None)
        The same numbers; several changes of a kind are counted.

    Examples
    --------
    >>> obs = pd.DataFrame({"day": [0.0], "change_dr_no_s_cue": [1.0], "notes": ["x"]})
    >>> without_words(obs, [], None)[0].columns.tolist()
    ['day', 'change_a_change']
    """
    names = names_of(tuple(_labels(obs, results, ledger)), _gear(obs, results))
    columns = {
        column: _PREFIX + names.of(_spoken(column)).replace(" ", "_")
        for column in map(str, obs.columns)
        if column.startswith(_PREFIX)
    }
    kept = obs.drop(columns=[name for name in _FREE_TEXT if name in obs.columns])
    return (
        kept.rename(columns=columns),
        tuple(_said_anew(result, names) for result in results),
        None if ledger is None else _ledger_anew(ledger, names),
    )


def _labels(
    obs: pd.DataFrame, results: Sequence[Result], ledger: Ledger | None
) -> Iterator[tuple[str, str]]:
    """Give every label in every spelling, with its kind where that is known."""
    for row in ledger.rows if ledger is not None else ():
        if row.kind != "together":
            yield row.label, row.kind
    for column in map(str, obs.columns):
        if column.startswith(_PREFIX):
            yield _spoken(column), ""
    for result in results:
        for label in labels_in(result.question, result.tables):
            yield label, ""
        # The two cues of a trial, in an answer and in a refusal.
        asked = _OF_A_TRIAL.match(result.question)
        for cue in asked.groups() if asked else ():
            yield cue, "cue"
        runners = result.tables.get("runners")
        if runners is not None and "runner" in runners.columns:
            yield from ((str(name), "runner") for name in runners["runner"])
    for column in map(str, obs.columns):
        if column not in OBSERVATIONS.names and not column.startswith(_KNOWN_HEADS):
            yield column, "covariate"


def _gear(obs: pd.DataFrame, results: Sequence[Result]) -> Iterator[str]:
    """Give what shoes and watches are called."""
    for column in _GEAR:
        if column in obs.columns:
            yield from obs[column].dropna().astype(str).unique()
    for result in results:
        found = result.checks.get("leave_one_shoe_out")
        if isinstance(found, Mapping):
            yield str(found.get("moves_most", ""))


def _spoken(column: str) -> str:
    return column.removeprefix(_PREFIX).replace("_", " ")


def _said_anew(result: Result, names: Names) -> Result:
    anew = names.anew
    return replace(
        result,
        question=anew(result.question),
        unit=anew(result.unit),
        method=anew(result.method),
        verdict=anew(result.verdict),
        caveats=tuple(map(anew, result.caveats)),
        requirements=tuple(
            Requirement(anew(r.name), r.is_met, anew(r.detail), r.level)
            for r in result.requirements
        ),
        checks={name: _anew(found, names) for name, found in result.checks.items()},
        tables={name: _table_anew(one, names) for name, one in result.tables.items()},
    )


def _table_anew(table: pd.DataFrame, names: Names) -> pd.DataFrame:
    """Put neutral names into the cells that hold words."""
    spoken: dict[str, Any] = {
        str(name): [_anew(cell, names) for cell in table[name]]
        for name in table.columns
        if not pd.api.types.is_numeric_dtype(table[name].dtype)
        and not pd.api.types.is_datetime64_any_dtype(table[name].dtype)
    }
    return table.assign(**spoken)


def _anew(found: object, names: Names) -> object:
    if isinstance(found, str):
        return names.anew(found)
    if isinstance(found, Mapping):
        return {_anew(key, names): _anew(value, names) for key, value in found.items()}
    if isinstance(found, list | tuple):
        return [_anew(value, names) for value in found]
    return found


def _ledger_anew(ledger: Ledger, names: Names) -> Ledger:
    rows = tuple(
        replace(
            row,
            label=_row_label(row.label, row.kind, names),
            verdict=names.anew(row.verdict),
            inseparable_from=names.anew(row.inseparable_from),
            note="",
        )
        for row in ledger.rows
    )
    return replace(
        ledger,
        rows=rows,
        method=names.anew(ledger.method),
        caveats=tuple(map(names.anew, ledger.caveats)),
    )


def _row_label(label: str, kind: str, names: Names) -> str:
    if kind != "together":
        return names.of(label)
    told = names.anew(label)
    # What was cut in a way that is not known here is not told at all.
    return _TOGETHER if "…" in told else told
