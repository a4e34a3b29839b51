"""``hipstride power``: what this history could find, before it is asked."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hipstride.cli._common import (
    ChangesOption,
    DateFormatOption,
    JournalOption,
    JsonOption,
    LibraryOption,
    Outcome,
    OutcomeOption,
    RunsOption,
    SeedOption,
    SideOption,
    SiteOption,
    bullet,
    emit_json,
    out_console,
    reported,
    say,
    shown_whole,
    working,
)
from hipstride.errors import LibraryError, NotEnoughDataError

if TYPE_CHECKING:
    import pandas as pd

    from hipstride.stats.power import HistoryNumbers
    from hipstride.tables import Result

__all__ = ["power"]

_TRIAL_WEEKS = 12
_FEWEST_RUNS = 12


@reported
def power(
    runs: RunsOption = None,
    journal: JournalOption = None,
    changes: ChangesOption = None,
    outcome: OutcomeOption = Outcome.AFTER,
    smallest_effect: Annotated[
        float,
        typer.Option(
            "--smallest-effect",
            metavar="POINTS",
            min=0.1,
            max=10,
            help="The smallest difference that would matter to you: per 5 % of step "
            "length, and of a cue.",
        ),
    ] = 1.0,
    side: SideOption = None,
    site: SiteOption = None,
    date_format: DateFormatOption = None,
    library: LibraryOption = None,
    seed: SeedOption = 0,
    as_json: JsonOption = False,
) -> None:
    """Tell whether your runs can answer at all, and how many more it would take.

    Watching alone, a dated change from today on, and a randomised test of 12 weeks,
    side by side. Without runs it plans for a typical runner, and says so.
    """
    from hipstride.cli._result_screen import print_footer
    from hipstride.report._words import NOT_MEDICAL_ADVICE
    from hipstride.stats.power import (
        power_of_change,
        power_of_history,
        power_of_trial,
    )
    from hipstride.stats.trial import TrialDesign

    named = (runs, journal, changes, date_format)
    history = _history(named, library=library, side=side, site=site)
    numbers = _numbers(history, outcome.column)
    effects = sorted({0.5 * smallest_effect, smallest_effect, 2 * smallest_effect})
    with working("simulating"):
        watching = power_of_history(
            numbers,
            effects_points_per_5_pct=effects,
            smallest_effect_points=smallest_effect,
            seed=seed,
        )
        changing = power_of_change(
            numbers,
            effects_points=[smallest_effect, 2 * smallest_effect, 3 * smallest_effect],
            smallest_effect_points=smallest_effect,
            seed=seed,
        )
        per_week = 7 / float(numbers.run_gaps_days.mean())
        design = TrialDesign(
            kind="alternation",
            n_units=max(_FEWEST_RUNS, round(_TRIAL_WEEKS * per_week)),
            started_on=dt.datetime.now().astimezone().date(),
            smallest_effect_points=smallest_effect,
        )
        drawing = power_of_trial(design, numbers, effects_points=effects, seed=seed)
    if as_json:
        emit_json(
            {
                "outcome": outcome.column,
                "association": watching.to_dict(),
                "change": changing.to_dict(),
                "trial": drawing.to_dict(),
                "not_medical_advice": NOT_MEDICAL_ADVICE,
            }
        )
        return
    _show(watching, changing, drawing)
    print_footer(out_console())


def _history(
    named: tuple[Path | None, Path | None, Path | None, str | None],
    *,
    library: Path | None,
    side: str | None,
    site: str | None,
) -> pd.DataFrame | None:
    """Give the observations, or None where no run is named and none is kept."""
    from hipstride.cli import _load

    try:
        return _load.load_observations(*named, library=library, side=side, site=site)
    except LibraryError as error:
        # A library that was named must be there; that none is kept yet is no slip.
        nothing = ("found no library;", "found no runs in the library")
        if library is not None or not any(words in str(error) for words in nothing):
            raise
        return None


def _numbers(obs: pd.DataFrame | None, outcome: str) -> HistoryNumbers:
    """Take the runner's own numbers; with too few rated runs, those of a typical."""
    from hipstride.stats.power import numbers_of, typical_numbers

    if obs is None:
        return typical_numbers()
    try:
        return numbers_of(obs, outcome)
    except NotEnoughDataError as refusal:
        say(f"hipstride: note: {refusal}; planned for a typical runner instead")
        return typical_numbers()


def _show(watching: Result, changing: Result, drawing: Result) -> None:
    from rich.table import Table
    from rich.text import Text

    console = out_console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("plan", "rated runs", "effect", "found in 100", "interval ±"):
        table.add_column(name)
    for row in watching.tables["power"].to_dict("records"):
        table.add_row(
            "watch",
            f"{row['n_rated']}",
            f"{row['effect_points_per_5_pct']:g} per 5 %",
            f"{100 * row['power']:.0f}",
            f"{row['half_width_points_per_5_pct']:.1f}",
        )
    for row in changing.tables["power"].to_dict("records"):
        table.add_row(
            "change today",
            f"{row['n_before']} + {row['n_after']}",
            f"{row['effect_points']:g}",
            f"{100 * row['power']:.0f}",
            f"{row['half_width_points']:.1f}",
        )
    for row in drawing.tables["power"].to_dict("records"):
        table.add_row(
            "by lot, 12 weeks",
            str(drawing.checks["design"]["n_units"]),  # type: ignore[index]
            f"{row['effect_points']:g}",
            f"{100 * row['power']:.0f}",
            f"{drawing.checks['half_width_points']:.1f}",
        )
    for result in (watching, changing, drawing):
        console.print(Text(result.verdict))
        console.print()
    shown_whole(table)
    console.print()
    caveats = (*watching.caveats, *changing.caveats, *drawing.caveats)
    for caveat in dict.fromkeys(caveats):
        console.print(bullet(caveat))
    console.print()
