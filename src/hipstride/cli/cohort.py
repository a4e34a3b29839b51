"""``hipstride cohort``: several runners, from the tables that they exported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hipstride.cli._common import (
    JsonOption,
    Outcome,
    OutcomeOption,
    SeedOption,
    emit_json,
    out_console,
    plural,
    reported,
    working,
)
from hipstride.errors import NotEnoughDataError, ReadError, TableError

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from hipstride.tables import Result

__all__ = ["cohort"]

_MAX_ROWS_SHOWN = 60


@reported
def cohort(
    tables: Annotated[
        list[Path],
        typer.Argument(
            metavar="CSV...",
            help="Tables of observations, as `hipstride export observations` writes "
            "them: one for each runner, or one that names the runners.",
            show_default=False,
        ),
    ],
    runner: Annotated[
        str,
        typer.Option(
            "--runner-column",
            metavar="NAME",
            help="The column that names the runner; the names of the files without it.",
        ),
    ] = "runner_id",
    outcome: OutcomeOption = Outcome.AFTER,
    seed: SeedOption = 0,
    as_json: JsonOption = False,
) -> None:
    """Ask if pain goes with the step length in several runners on average."""
    from hipstride.stats import cohort as cohort_of
    from hipstride.stats import refusal

    obs = _read(tables, runner)
    with working("analysing"):
        try:
            result = cohort_of(obs, outcome.column, runner=runner, seed=seed)
        except NotEnoughDataError as why:
            result = refusal(
                f"Does {outcome.words} go with the step length at the same speed, in "
                "runners on average?",
                why,
                unit="points per +1 % step length at the same speed, on average",
                n_rows=int(obs[runner].nunique()),
                seed=seed,
            )
    if as_json:
        from hipstride.report._words import NOT_MEDICAL_ADVICE

        emit_json(
            {
                **result.to_dict(),
                "outcome": outcome.column,
                "not_medical_advice": NOT_MEDICAL_ADVICE,
            }
        )
        return
    from hipstride.cli._result_screen import print_footer, print_result

    console = out_console()
    n_rows = plural(len(obs), "run")
    counts = f"{result.n} runners used, {result.n_dropped} left out; {n_rows} in all"
    print_result(console, result, counts)
    _print_runners(console, result)
    print_footer(console)


def _read(paths: list[Path], runner: str) -> pd.DataFrame:
    """Put the tables under one another; a file without names is one runner."""
    import pandas as pd

    parts = []
    for path in paths:
        part = _read_one(path, runner)
        if runner not in part.columns:
            if len(paths) == 1:
                msg = (
                    f"{path}: found no column {runner!r} among "
                    f"{', '.join(map(str, part.columns))}; expected one that names the "
                    "runner; name it with --runner-column, or name a file for each "
                    "runner"
                )
                raise TableError(msg)
            part = part.assign(**{runner: path.stem})
        parts.append(part)
    stems = [path.stem for path in paths]
    twice = sorted({stem for stem in stems if stems.count(stem) > 1})
    if twice:
        msg = (
            f"{twice[0]}: found {stems.count(twice[0])} files of this name; expected "
            "one for each runner; rename them"
        )
        raise TableError(msg)
    return pd.concat(parts, ignore_index=True)


def _read_one(path: Path, runner: str) -> pd.DataFrame:
    import pandas as pd

    expected = "a CSV file of observations"
    remedy = "write one with `hipstride export observations --out runner.csv`"
    try:
        # As text: 01 and 1 may be two runners.
        return pd.read_csv(path, dtype={runner: "str"})
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError):
        raise ReadError(str(path), "no such table", expected, remedy) from None


def _print_runners(console: Console, result: Result) -> None:
    from rich.padding import Padding
    from rich.table import Table as Grid
    from rich.text import Text

    table = result.tables.get("runners")
    if table is None:
        return
    grid = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("Runner", "Runs", "Slope", "95 % interval", "Drawn to mean"):
        is_number = name != "Runner"
        grid.add_column(name, justify="right" if is_number else "left")
    for row in table.head(_MAX_ROWS_SHOWN).to_dict("records"):
        cells = (
            ["–", str(row["reason"]), "–"]
            if row["reason"]
            else [
                f"{row['estimate']:+.3f}",
                f"{row['low']:+.3f} to {row['high']:+.3f}",
                f"{row['shrunken']:+.3f}",
            ]
        )
        grid.add_row(*map(Text, [str(row["runner"]), str(row["n"]), *cells]))
    console.print()
    console.print(Padding(grid, (0, 0, 0, 2), expand=False))
    if len(table) > _MAX_ROWS_SHOWN:
        console.print(f"  and {len(table) - _MAX_ROWS_SHOWN} more; all with --json")
    console.print()
