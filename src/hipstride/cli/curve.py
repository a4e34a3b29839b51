"""``hipstride curve``: the runner's step length against speed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hipstride.cli._common import (
    JsonOption,
    LibraryOption,
    bullet,
    emit_json,
    out_console,
    reported,
    say,
    to_existing_folder,
)
from hipstride.cli._figure_file import drawable, write_figure
from hipstride.cli._units import UnitsOption, chosen

if TYPE_CHECKING:
    from hipstride.gait.curve import StrideCurve

__all__ = ["curve", "curve_of"]


@reported
def curve(
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="PATH",
            help="A file, folder or zip of watch exports; the library if not given.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--plot",
            metavar="FILE",
            help="Draw it too: a .png, .svg or .pdf file.",
            callback=drawable,
        ),
    ] = None,
    units: UnitsOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say how your step length goes with speed and grade, beside what is published.

    This is the curve that makes runs of different speeds comparable.
    """
    if out is not None:
        to_existing_folder(out)
    found = curve_of(path, library)
    if out is not None:
        write_figure(lambda ax: found.plot(ax=ax, units=chosen(units).value), out)
        say(f"wrote {out}")
    if as_json:
        emit_json(_facts(found))
        return
    console = out_console()
    first, second, *rest = found.summary().splitlines()
    console.print(first)
    console.print(second)
    for line in rest:
        console.print(bullet(line))


def curve_of(path: Path | None, library: Path | None) -> StrideCurve:
    """Draw the curve of the runs of a path, or of the library.

    Raises
    ------
    HipstrideError
        If there is no run with steady running at a measured speed.
    """
    from hipstride.cli._load import runs_and_windows
    from hipstride.runs import baseline_of, matched

    runs, windows = runs_and_windows(path, library)
    return matched(runs, windows, baseline=baseline_of(runs)).curve


def _facts(found: StrideCurve) -> dict[str, object]:
    low, high = (float(end) for end in found.interval(found.ref_speed_mps))
    return {
        "ref_speed_mps": found.ref_speed_mps,
        "step_length_at_ref_speed_m": found.baseline_step_length_m,
        "step_length_at_ref_speed_interval_m": [low, high],
        "elasticity": found.elasticity,
        "elasticity_interval": [found.elasticity_low, found.elasticity_high],
        "is_elasticity_measured": found.is_elasticity_measured,
        "cadence_elasticity": 1.0 - found.elasticity,
        "published_elasticity": 0.92,
        "published_cadence_elasticity": 0.15,
        "uphill_slope": found.uphill_slope,
        "downhill_slope": found.downhill_slope,
        "curvature": found.curvature,
        "speed_range_mps": list(found.speed_range_mps),
        "n_runs": found.n_runs,
        "n_baseline_runs": found.n_baseline_runs,
        "n_windows": found.n_windows,
        "notes": list(found.notes),
    }
