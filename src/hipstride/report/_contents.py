"""All that a report says, gathered once; HTML, Markdown and JSON are set from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from hipstride import __version__
from hipstride.errors import TableError
from hipstride.report._facts import MAX_ROWS, Answer, answer, change_rows, quality_rows
from hipstride.report._ledger_rows import LedgerLine, ledger_lines
from hipstride.report._raw_rows import RAW_HEADS, raw_rows
from hipstride.report._without_words import without_words
from hipstride.runs.notes import baseline_words
from hipstride.tables import OBSERVATIONS, Result
from hipstride.units import LengthUnits, default_units

if TYPE_CHECKING:
    from hipstride.stats import Ledger

__all__ = ["Audience", "Contents", "contents_of"]

Audience = Literal["runner", "physio"]
_AUDIENCES = ("runner", "physio")
_UNITS = ("km", "mi")


@dataclass(frozen=True, slots=True)
class Contents:
    """What the report holds, in the order in which it is told."""

    title: str
    obs: pd.DataFrame
    outcome: str
    results: tuple[Result, ...]
    answers: tuple[Answer, ...]
    ledger: Ledger | None
    ledger_lines: tuple[LedgerLine, ...]
    n_more_ledger: int
    changes: tuple[tuple[str, str, str, int], ...]
    n_more_changes: int
    quality: tuple[tuple[str, str], ...]
    raw_heads: tuple[str, ...]
    raw: tuple[tuple[str, ...], ...]
    n_more_raw: int
    n_runs: int
    n_rated: int
    dates: str
    methods: str
    seeds: tuple[int, ...]
    plan_hashes: tuple[str, ...]
    units: LengthUnits
    audience: Audience
    has_words: bool
    version: str = __version__

    @property
    def dated_changes(self) -> tuple[Result, ...]:
        """The answers about a change on a day."""
        return tuple(r for r in self.results if "course" in r.tables)


def contents_of(
    obs: pd.DataFrame,
    results: Sequence[Result | Ledger],
    *,
    outcome: str,
    title: str,
    units: LengthUnits | None,
    audience: Audience,
    with_notes: bool,
) -> Contents:
    """Gather what the report says.

    Raises
    ------
    TableError
        If a column is missing, or an argument is none of those known.
    """
    # The plots take a second to import, and the words of a report do without them.
    from hipstride.plots._table import own_table  # noqa: PLC0415

    if audience not in _AUDIENCES:
        msg = f"report: audience: found {audience!r}; expected 'runner' or 'physio'"
        raise TableError(msg)
    if units is not None and units not in _UNITS:
        msg = f"report: units: found {units!r}; expected 'km' or 'mi'"
        raise TableError(msg)
    obs = own_table(obs)
    OBSERVATIONS.check(obs, "day", outcome)
    answered, ledger = _sorted_out(results)
    has_words = audience == "runner" or with_notes
    if not has_words:
        obs, answered, ledger = without_words(obs, answered, ledger)
    shown = units or default_units()
    changes = change_rows(obs)
    lines, n_more = ledger_lines(ledger)
    raw, n_more_raw = raw_rows(obs, shown) if audience == "runner" else ((), 0)
    return Contents(
        title=title,
        obs=obs,
        outcome=outcome,
        results=answered,
        answers=tuple(answer(result) for result in answered),
        ledger=ledger,
        ledger_lines=lines,
        n_more_ledger=n_more,
        changes=changes[:MAX_ROWS],
        n_more_changes=max(len(changes) - MAX_ROWS, 0),
        quality=quality_rows(obs, outcome, answered, baseline_words(obs)),
        raw_heads=tuple(head.format(units=shown) for head in RAW_HEADS),
        raw=raw,
        n_more_raw=n_more_raw,
        n_runs=len(obs),
        n_rated=int(obs[outcome].notna().sum()),
        dates=_dates(obs),
        methods=_methods(answered, ledger),
        seeds=_seeds(answered, ledger),
        plan_hashes=_plan_hashes(answered),
        units=shown,
        audience=audience,
        has_words=has_words,
    )


def _sorted_out(
    results: Iterable[Any],
) -> tuple[tuple[Result, ...], Ledger | None]:
    """Tell answers from a ledger; of several ledgers the first counts."""
    answered: list[Result] = []
    ledger: Ledger | None = None
    for one in results:
        if isinstance(one, Result):
            answered.append(one)
        elif hasattr(one, "rows") and hasattr(one, "smallest_effect_points"):
            ledger = ledger or one
        else:
            msg = (
                f"report: results: found {type(one).__name__}; expected results and a "
                "ledger of hipstride.stats"
            )
            raise TableError(msg)
    return tuple(answered), ledger


def _methods(results: Sequence[Result], ledger: Ledger | None) -> str:
    """Put the methods into one paragraph, each said once."""
    said = [result.method.rstrip(".") for result in results]
    if ledger is not None:
        said.append(f"Ledger: {ledger.method.rstrip('.')}")
    words = ". ".join(dict.fromkeys(said))
    return f"{words}." if words else ""


def _seeds(results: Sequence[Result], ledger: Ledger | None) -> tuple[int, ...]:
    seeds = {result.seed for result in results if result.seed is not None}
    return tuple(sorted(seeds | ({ledger.seed} if ledger is not None else set())))


def _plan_hashes(results: Sequence[Result]) -> tuple[str, ...]:
    found = [result.checks.get("plan") for result in results]
    hashes = [str(one["sha256"]) for one in found if _has_hash(one)]  # type: ignore[index]
    return tuple(dict.fromkeys(hashes))


def _has_hash(found: object) -> bool:
    return isinstance(found, Mapping) and "sha256" in found


def _dates(obs: pd.DataFrame) -> str:
    if not len(obs):
        return "no runs"
    if "local_date" in obs.columns and obs["local_date"].notna().any():
        first, last = obs["local_date"].min(), obs["local_date"].max()
        return f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"
    return f"day {obs['day'].min():g} to day {obs['day'].max():g}"
