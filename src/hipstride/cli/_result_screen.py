"""An answer on the screen: question, verdict, numbers, checks, limits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from hipstride.cli._common import Outcome, bullet, plural

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from hipstride.tables import Result

__all__ = ["counts_of", "print_footer", "print_result"]


def counts_of(obs: pd.DataFrame, outcome: Outcome, result: Result) -> str:
    """Say how many runs there were, rated and used, and from when to when."""
    from hipstride.cli._load import first_and_last, number_rated

    first_on, last_on = first_and_last(obs)
    return (
        f"{number_rated(obs, outcome.column)} rated of {plural(len(obs), 'run')}, "
        f"{first_on} to {last_on}; {result.n} used"
    )


def print_result(console: Console, result: Result, counts: str) -> None:
    """Print the question, the answer in its level's words, the numbers, the checks.

    Parameters
    ----------
    console : Console
        Where to.
    result : Result
        The answer.
    counts : str
        What it rests on, for the line beneath the numbers.
    """
    from rich.padding import Padding
    from rich.table import Table as Grid
    from rich.text import Text

    from hipstride.report._facts import answer

    shown = answer(result)
    console.print(Text(result.question, style="bold"))
    console.print()
    level = f"Level {result.verdict_level}, {shown.level_name}"
    console.print(Text(level, style="cyan"))
    console.print(Text(result.verdict))
    console.print()
    for unit, estimate, interval in shown.estimates:
        console.print(Text(f"  {estimate}  ({interval})  {unit}"))
    if shown.estimates:
        p_value = f"; p = {result.p_value:.2g}" if math.isfinite(result.p_value) else ""
        console.print(
            Text(f"  in brackets the {100 * result.level:g} % interval{p_value}", "dim")
        )
    console.print(Text(f"  {counts}", style="dim"))
    if shown.checks:
        table = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0), title=None)
        table.add_column("Check", ratio=2, overflow="fold")
        table.add_column("Found", ratio=3, overflow="fold")
        for name, found in shown.checks:
            table.add_row(Text(name), Text(found))
        console.print()
        console.print(Padding(table, (0, 0, 0, 2), expand=False))
    if result.caveats:
        console.print()
        console.print(Text("What limits this answer", style="bold"))
        for caveat in result.caveats:
            console.print(bullet(caveat))
    console.print()
    console.print(Text(f"Method: {result.method}", style="dim"))
    console.print()


def print_footer(console: Console) -> None:
    """Print what stands under every answer."""
    from rich.text import Text

    from hipstride.report._words import (
        NO_CONTROLLED_EVIDENCE,
        NOT_MEDICAL_ADVICE,
        red_flags,
    )

    console.print(Text(red_flags(), style="yellow"))
    console.print(Text(f"{NO_CONTROLLED_EVIDENCE} {NOT_MEDICAL_ADVICE}", style="dim"))
