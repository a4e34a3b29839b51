"""``hipstride demo``: a runner with a known truth, through the whole way."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hipstride.cli._common import (
    JsonOption,
    Outcome,
    SeedOption,
    emit_json,
    out_console,
    reported,
    say,
    working,
)

if TYPE_CHECKING:
    from hipstride.simulate import History, Truth
    from hipstride.tables import Result

__all__ = ["demo"]

# Fewer runs cannot hold the change that the runner of the demo makes at run 90.
MIN_RUNS = 100
_OUTCOME = Outcome.AFTER


@reported
def demo(
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="FOLDER", help="Folder for the files and the report."
        ),
    ] = Path("hipstride-demo"),
    runs: Annotated[
        int, typer.Option("--runs", min=MIN_RUNS, max=1000, help="How many runs.")
    ] = 160,
    seed: SeedOption = 2,
    as_json: JsonOption = False,
) -> None:
    """Try it all on a simulated runner whose truth is known.

    Writes the files of a watch and a diary, reads them back, analyses, draws, reports.
    Nothing in the analysis knows the truth: it reads the FIT files and the diary that
    were written, as it would read yours.
    """
    from hipstride import simulate
    from hipstride.cli._load import load_observations
    from hipstride.cli.analyze import find_associations, summary_of
    from hipstride.cli.plot import OF_THE_DEMO, save_plot
    from hipstride.report import write

    history = simulate.history(simulate.demo_runner(), n_runs=runs, seed=seed)
    # A folder of its own for each history, so that no other run is read with it.
    folder = out / f"files-{runs}-runs-seed-{seed}"
    folder.mkdir(parents=True, exist_ok=True)
    with working("writing the watch's files"):
        simulate.write(history, folder)
    say(f"1 wrote {runs} FIT files, a diary and a list of changes to {folder}")
    obs = load_observations(folder, folder / "journal.csv", folder / "changes.csv")
    say(f"2 read {len(obs)} runs back and joined them to the diary")
    results = find_associations(obs, [_OUTCOME], seed)
    say("3 analysed")
    with working("drawing"):
        for kind in OF_THE_DEMO:
            save_plot(kind, obs, _OUTCOME, out / f"{kind.value}.png")
        written = write(out / "report.html", obs, results, outcome=_OUTCOME.column)
    say(f"4 drew the plots and wrote the report to {out}")
    if as_json:
        summary = summary_of(obs, [_OUTCOME], results)
        truth = _truth(history)
        emit_json({**summary, "truth": truth, "report": str(written.resolve())})
        return
    _print_end(results[0], history.truth, written)


def _print_end(result: Result, truth: Truth, report: Path) -> None:
    from rich.text import Text

    console = out_console()
    console.print()
    console.print(Text(result.question, style="bold"))
    console.print(Text(result.verdict))
    console.print()
    felt = truth.effect_points_per_pct
    rated = truth.effect_on_scale_points_per_pct
    is_covered = result.low <= rated <= result.high
    console.print(
        Text(
            f"Found  {result.estimate:+.3f} points per +1 % step length, "
            f"{100 * result.level:g} % interval {result.low:+.3f} to {result.high:+.3f}"
            f"\nTrue   {rated:+.3f} on the 0–10 scale, {felt:+.3f} in pain as felt\n"
            f"The interval {'holds' if is_covered else 'misses'} the truth."
        )
    )
    if not is_covered:
        console.print(
            Text("That happens to 5 in 100 honest 95 % intervals; try another --seed.")
        )
    console.print()
    # Not wrapped: a path broken over two lines cannot be copied.
    typer.echo(f"Report: {report.resolve()}")


def _truth(history: History) -> dict[str, object]:
    return {
        "effect_points_per_pct": history.truth.effect_points_per_pct,
        "effect_on_scale_points_per_pct": history.truth.effect_on_scale_points_per_pct,
    }
