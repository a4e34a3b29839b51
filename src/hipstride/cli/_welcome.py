"""``hipstride`` alone: how the library stands, and what to do next."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import typer

from hipstride.cli._common import emit_json, out_console, plural, reported

if TYPE_CHECKING:
    from hipstride.library._standing import Standing

__all__ = ["welcome"]


@reported
def welcome(library: Path | None, as_json: bool) -> None:
    """Say how the library stands and give the next few steps."""
    from rich.text import Text

    from hipstride.cli._log_open import folder_of
    from hipstride.library._next_steps import next_steps
    from hipstride.library._standing import standing_of
    from hipstride.report._words import NOT_MEDICAL_ADVICE, red_flags

    standing = standing_of(folder_of(library))
    steps = next_steps(standing)
    named = "" if library is None else f" --library {quote(str(library))}"
    commands = [
        f"{step.command}{named * _wants_library(step.command)}" for step in steps
    ]
    if as_json:
        emit_json(
            {
                "library": asdict(standing),
                "next": [
                    {"command": command, "why": step.why}
                    for command, step in zip(commands, steps, strict=True)
                ],
                "not_medical_advice": NOT_MEDICAL_ADVICE,
            }
        )
        return
    console = out_console()
    for line in _state_lines(standing):
        console.print(Text(line))
    console.print()
    console.print(Text("Next", style="bold"))
    for command, step in zip(commands, steps, strict=True):
        # Not wrapped: a command broken over two lines cannot be copied.
        typer.echo(f"  {command}")
        console.print(Text(f"      {step.why}", style="dim"))
    console.print()
    console.print(Text(red_flags(), style="yellow"))
    typer.echo("All verbs: hipstride --help")


def _wants_library(command: str) -> bool:
    return not command.startswith(("hipstride demo", "hipstride trial draw"))


def _state_lines(standing: Standing) -> list[str]:
    """Say in short lines what there is."""
    if not standing.exists:
        return [
            "hipstride joins your stride to your pain and says what can be told.",
            f"There is no library yet; it will be {standing.folder}.",
        ]
    if not standing.n_runs:
        lines = [f"The library {standing.folder} has no runs yet."]
    else:
        span = f"{standing.first_on} to {standing.last_on}"
        lines = [f"{plural(standing.n_runs, 'run')}, {span}, in {standing.folder}."]
    lines.append(
        f"{plural(standing.n_ratings, 'rating')}; {standing.n_runs_rated} of the runs "
        f"rated, {standing.n_runs_rated_before} of them before the run too."
        if standing.n_runs
        else f"{plural(standing.n_ratings, 'rating')}."
    )
    labels = "; ".join(f"{label} ({on})" for label, on in standing.changes[-3:])
    if labels:
        more = len(standing.changes) - 3
        lines.append(f"Changes: {labels}{f'; and {more} before' if more > 0 else ''}.")
    return lines
