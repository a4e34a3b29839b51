"""``hipstride log belt``: what the treadmill showed, in place of the watch's guess."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Annotated

import typer

from hipstride.cli._belt_option import is_in_miles
from hipstride.cli._common import JsonOption, LibraryOption, emit_json, reported
from hipstride.units import METRES_PER_MILE

if TYPE_CHECKING:
    from hipstride.library._belt_steps import BeltChange

__all__ = ["belt"]

_SHOWN_ID = 8


@reported
def belt(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="The id of a run, or its first digits.")
    ],
    distance: Annotated[
        str | None,
        typer.Argument(
            metavar="DISTANCE", help="What the treadmill showed: 3.0mi, 5km, 4830m."
        ),
    ] = None,
    is_removed: Annotated[
        bool, typer.Option("--remove", help="Take it away: the watch's counts again.")
    ] = False,
    is_treadmill: Annotated[
        bool,
        typer.Option(
            "--treadmill",
            help="It was on a treadmill, though its file does not say so.",
        ),
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say how far a treadmill run was by the treadmill's own display.

    A watch guesses speed indoors from the swing of the arm, so that its step length
    carries no news. With the distance of the belt the run is rescaled, and counts.
    """
    from hipstride.library import Library
    from hipstride.units import parse_distance_m

    if (distance is None) != is_removed:
        msg = "name a distance such as 3.0mi, or --remove; one of the two"
        raise typer.BadParameter(msg, param_hint="DISTANCE")
    kept = Library(library)
    if distance is None:
        change = kept.remove_belt_distance(run)
    else:
        try:
            distance_m = parse_distance_m(distance)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="DISTANCE") from None
        change = kept.set_belt_distance(run, distance_m, is_treadmill=is_treadmill)
    if as_json:
        emit_json(_fields(change))
    else:
        typer.echo(_words(change, is_miles=is_in_miles(distance)))


def _words(change: BeltChange, *, is_miles: bool = False) -> str:
    """Say in one line what changed."""
    day = f" of {change.local_date}" if change.local_date else ""
    run = f"Run {change.run_id[:_SHOWN_ID]}{day}"
    belt_m, watch_m = change.belt_distance_m, change.watch_distance_m
    was_m = change.was_belt_distance_m
    watch = f"the watch's {watch_m:,.0f} m" if watch_m > 0 else "none of the watch"
    if not isfinite(belt_m):
        return (
            f"{run}: {watch} again instead of {was_m:,.0f} m on the belt. "
            "`hipstride log undo` brings it back."
        )
    factor = f" (× {change.factor:.3f})" if watch_m > 0 else ""
    miles = f" ({belt_m / METRES_PER_MILE:.2f} mi)" if is_miles else ""
    said = f"{belt_m:,.0f} m{miles} on the belt instead of {watch}{factor}"
    if not change.is_new:
        return f"{run} says so already: {said}; nothing was stored."
    was = f", was {was_m:,.0f} m" if isfinite(was_m) else ""
    return f"{run}: {said}{was}. `hipstride log undo` takes it back."


def _fields(change: BeltChange) -> dict[str, object]:
    """Give the numbers, what is not known as null."""
    numbers = {
        "belt_distance_m": change.belt_distance_m,
        "watch_distance_m": change.watch_distance_m,
        "was_belt_distance_m": change.was_belt_distance_m,
        "factor": change.factor,
    }
    return {
        "run_id": change.run_id,
        "local_date": str(change.local_date) if change.local_date else None,
        "is_altered": change.is_new,
        **{name: one if isfinite(one) else None for name, one in numbers.items()},
    }
