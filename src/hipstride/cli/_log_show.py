"""Journal, changes and offers on the screen."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from hipstride.cli._common import out_console, plural
from hipstride.units import METRES_PER_MILE

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

__all__ = ["show_belts", "show_changes", "show_journal", "show_offers"]

_SHOWN_ID = 8


def show_journal(journal: pd.DataFrame, n_shown: int) -> None:
    """Print the last ratings, those of the latest day at the end."""
    rows = [
        {
            "entry": f"{number}",
            "day": _joined(f"{row['local_date']:%Y-%m-%d}", row["time"]),
            "moment": _text(row["moment"]).replace("_", " "),
            "pain": _pain(row["pain_0_10"]),
            "where": _joined(row["side"], row["site"]),
            "run": _text(row["run_id"])[:_SHOWN_ID],
            "note": _text(row["note"]),
        }
        for number, row in zip(
            journal.index[-n_shown:],
            journal.tail(n_shown).to_dict("records"),
            strict=True,
        )
    ]
    _print(f"{plural(len(journal), 'rating')}", rows, len(journal))


def show_changes(changes: pd.DataFrame, n_shown: int) -> None:
    """Print the last changes."""
    rows = [
        {
            "change": f"{number}",
            "from": f"{row['started_on']:%Y-%m-%d}",
            "to": ""
            if row["ended_on"] != row["ended_on"]
            else f"{row['ended_on']:%Y-%m-%d}",
            "kind": _text(row["kind"]),
            "label": _text(row["label"]),
        }
        for number, row in zip(
            changes.index[-n_shown:],
            changes.tail(n_shown).to_dict("records"),
            strict=True,
        )
    ]
    _print(f"{plural(len(changes), 'change')}", rows, len(changes))


def show_belts(belts: pd.DataFrame, n_shown: int) -> None:
    """Print the last distances that were read off a treadmill."""
    rows = [
        {
            "run": _text(row["run_id"])[:_SHOWN_ID],
            "day": f"{row['local_date']:%Y-%m-%d}"
            if row["local_date"] == row["local_date"]
            else "not in the library",
            "belt": _metres(row["belt_distance_m"]),
            "mi": f"{row['belt_distance_m'] / METRES_PER_MILE:.2f}",
            "watch": _metres(row["watch_distance_m"]),
        }
        for row in belts.tail(n_shown).to_dict("records")
    ]
    _print(f"{plural(len(belts), 'belt distance')}", rows, len(belts))


def show_offers(offers: pd.DataFrame, n_shown: int) -> None:
    """Print ratings that were found in words, the first ones first."""
    rows = [
        {
            "number": f"{row['number']}",
            "day": f"{row['local_date']:%Y-%m-%d}",
            "moment": _text(row["moment"]).replace("_", " "),
            "pain": _pain(row["pain_0_10"]),
            "where": _joined(row["side"], row["site"]),
            "run": _text(row["run_id"])[:_SHOWN_ID],
            "words": _text(row["words"]),
        }
        for row in offers.head(n_shown).to_dict("records")
    ]
    _print(f"{plural(len(offers), 'rating')} in words", rows, len(offers))


def _print(title: str, rows: list[dict[str, str]], n_all: int) -> None:
    from rich.text import Text

    console = out_console()
    left = n_all - len(rows)
    more = f"; {left:,} are not shown: --last {n_all}" if left else ""
    console.print(Text(f"{title}{more}", style="dim"))
    if rows:
        console.print(_table(rows))


def _table(rows: list[dict[str, str]]) -> Table:
    """Lay rows out; a column of nothing is left out, and only words are wrapped."""
    from rich.table import Table
    from rich.text import Text

    names = [name for name in rows[0] if any(row[name] for row in rows)]
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in names:
        is_free = name in {"note", "label", "words"}
        is_number = name in {"entry", "change", "number", "pain", "belt", "mi", "watch"}
        table.add_column(
            name,
            justify="right" if is_number else "left",
            no_wrap=not is_free,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*(Text(row[name]) for name in names))
    return table


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _metres(value: float) -> str:
    return f"{value:,.0f} m" if isfinite(value) else ""


def _joined(*values: object) -> str:
    return " ".join(filter(None, map(_text, values)))


def _pain(value: float) -> str:
    return repr(float(value)).removesuffix(".0")
