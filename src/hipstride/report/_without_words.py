"""The same history without the runner's own words, to be shown to others.

What a runner calls a change may name a person or a place; a kind (a cue, an injection)
does not. Positions never stand in a report; notes of runs are left out with the words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from hipstride.tables import Requirement, Result

if TYPE_CHECKING:
    from hipstride.stats import Ledger

__all__ = ["without_words"]

_KIND_WORDS = {
    "stride": "a change of stride",
    "cue": "a cue",
    "rest": "a rest",
    "injection": "an injection",
    "physio": "physiotherapy",
    "strength": "strength work",
    "shoes": "other shoes",
    "drug": "a drug",
    "together": "several at once",
}
_OTHER = "a change"
_FREE_TEXT = ("notes", "source", "shoe")
_PREFIX = "change_"


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
    names = _names(obs, ledger)
    columns = {
        column: _PREFIX + names[_spoken(column)].replace(" ", "_")
        for column in map(str, obs.columns)
        if column.startswith(_PREFIX)
    }
    kept = obs.drop(columns=[name for name in _FREE_TEXT if name in obs.columns])
    return (
        kept.rename(columns=columns),
        tuple(_said_anew(result, names) for result in results),
        None if ledger is None else _ledger_anew(ledger, names),
    )


def _names(obs: pd.DataFrame, ledger: Ledger | None) -> dict[str, str]:
    """Find a neutral name for each label, as written and as its column spells it."""
    kinds: dict[str, str] = {}
    if ledger is not None:
        for row in ledger.rows:
            if row.kind != "together":
                kinds.setdefault(row.label, _KIND_WORDS.get(row.kind, _OTHER))
    spelled = {_slugged(label): label for label in kinds}
    for column in map(str, obs.columns):
        if column.startswith(_PREFIX) and _spoken(column) not in kinds:
            label = spelled.get(_slugged(_spoken(column)))
            kinds[_spoken(column)] = kinds[label] if label else _OTHER
    # A change that stands in both spellings is one.
    groups: dict[str, list[str]] = {}
    for label in kinds:
        groups.setdefault(_slugged(label), []).append(label)
    total = Counter(kinds[labels[0]] for labels in groups.values())
    seen: Counter[str] = Counter()
    names: dict[str, str] = {}
    for labels in groups.values():
        kind = kinds[labels[0]]
        seen[kind] += 1
        name = f"{kind} ({seen[kind]})" if total[kind] > 1 else kind
        names |= dict.fromkeys(labels, name)
    return names


def _spoken(column: str) -> str:
    return column.removeprefix(_PREFIX).replace("_", " ")


def _slugged(label: str) -> str:
    return "".join(c for c in label.casefold() if c.isalnum())


def _said_anew(result: Result, names: Mapping[str, str]) -> Result:
    def anew(text: str) -> str:
        for label in sorted(names, key=len, reverse=True):
            text = text.replace(label, names[label])
        return text

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
        checks={name: _anew(found, anew) for name, found in result.checks.items()},
        tables={name: _table_anew(one, anew) for name, one in result.tables.items()},
    )


def _table_anew(table: pd.DataFrame, anew: Callable[[str], str]) -> pd.DataFrame:
    """Put neutral names into the cells that hold words."""
    spoken: dict[str, Any] = {
        str(name): [_anew(cell, anew) for cell in table[name]]
        for name in table.columns
        if not pd.api.types.is_numeric_dtype(table[name].dtype)
        and not pd.api.types.is_datetime64_any_dtype(table[name].dtype)
    }
    return table.assign(**spoken)


def _anew(found: object, anew: Callable[[str], str]) -> object:
    if isinstance(found, str):
        return anew(found)
    if isinstance(found, Mapping):
        return {_anew(name, anew): _anew(value, anew) for name, value in found.items()}
    if isinstance(found, list | tuple):
        return [_anew(value, anew) for value in found]
    return found


def _ledger_anew(ledger: Ledger, names: Mapping[str, str]) -> Ledger:
    def anew(text: str) -> str:
        for label in sorted(names, key=len, reverse=True):
            text = text.replace(label, names[label])
        return text

    rows = tuple(
        replace(
            row,
            label=names.get(row.label, anew(row.label)),
            verdict=anew(row.verdict),
            inseparable_from=anew(row.inseparable_from),
            note="",
        )
        for row in ledger.rows
    )
    return replace(
        ledger,
        rows=rows,
        method=anew(ledger.method),
        caveats=tuple(map(anew, ledger.caveats)),
    )
