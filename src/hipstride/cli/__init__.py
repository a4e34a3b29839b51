"""The command line: a thin skin over the library.

Nothing heavy is imported here: each verb imports what it needs when it runs, so that
``hipstride --help`` answers at once.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from hipstride import __version__
from hipstride.cli._bare_option import BareLibrary
from hipstride.cli._common import JsonOption, LibraryOption
from hipstride.cli._one_line import OneLineErrors
from hipstride.cli._welcome import welcome
from hipstride.cli.analyze import analyze
from hipstride.cli.change import change
from hipstride.cli.check import check
from hipstride.cli.cohort import cohort
from hipstride.cli.curve import curve
from hipstride.cli.demo import demo
from hipstride.cli.drift import drift
from hipstride.cli.export import export
from hipstride.cli.import_files import import_files
from hipstride.cli.ledger import ledger
from hipstride.cli.library import library_app
from hipstride.cli.log import log_app
from hipstride.cli.plan import plan
from hipstride.cli.plot import plot
from hipstride.cli.power import power
from hipstride.cli.report import report
from hipstride.cli.runs import runs
from hipstride.cli.splits import splits
from hipstride.cli.target import target
from hipstride.cli.trial import trial_app

__all__ = ["app", "main"]

app = typer.Typer(
    name="hipstride",
    cls=OneLineErrors,
    # A traceback with all its locals could hold a diary.
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"hipstride {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    _is_version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Say the version."
        ),
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Join a runner's stride to hip pain, and say what the data can and cannot tell.

    Not medical advice. With pain at night or at rest, a leg that bears no weight, a
    fever, an injury, or groin pain that grows with each run: see a clinician first.

    Without a verb it says how the library stands and what to do next.
    """
    if context.invoked_subcommand is None:
        welcome(library, as_json)
    elif library is not None or as_json:
        option = "--json" if library is None else "--library"
        msg = (
            f"write it after the verb: hipstride {context.invoked_subcommand} {option}"
        )
        raise typer.BadParameter(msg, param_hint=option)


app.command()(demo)
app.command("import")(import_files)
app.command(cls=BareLibrary)(check)
for _verb in (
    *(runs, curve, splits, drift, target),
    *(analyze, change, ledger, plan, power, cohort),
    *(plot, report, export),
):
    app.command()(_verb)
app.add_typer(log_app, name="log")
app.add_typer(trial_app, name="trial")
app.add_typer(library_app, name="library")


def main() -> None:
    """Run the command line and leave with its exit code.

    0 when all went well, 1 with one line on stderr when hipstride cannot do what was
    asked, 2 when it was asked wrongly.
    """
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a sign gets a question mark, not a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app(prog_name="hipstride")
