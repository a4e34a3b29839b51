"""``hipstride plan``: write down what you are going to ask, before you look."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hipstride.cli._common import (
    ControlOption,
    JsonOption,
    Outcome,
    OutcomeOption,
    SeedOption,
    SideOption,
    SiteOption,
    bullet,
    emit_json,
    out_console,
    reported,
    to_existing_folder,
)

if TYPE_CHECKING:
    from hipstride.stats.plan import Plan

__all__ = ["plan"]

_DAY_ONE = (
    "With fewer than about 100 rated runs the answer is usually 'cannot tell'. A "
    "randomised test asks with fewer: see `hipstride trial draw --help`."
)


@reported
def plan(
    outcome: OutcomeOption = Outcome.AFTER,
    change: Annotated[
        str | None,
        typer.Option(
            "--change",
            metavar="TEXT",
            help="A dated change to ask about: your words for it, or its first day.",
        ),
    ] = None,
    change_from: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="DAY",
            help="First day of the change, so that it cannot be moved afterwards.",
        ),
    ] = None,
    schedule: Annotated[
        Path | None,
        typer.Option(
            "--schedule",
            metavar="FILE",
            help="A randomised test to ask about: its schedule, of `trial draw`.",
        ),
    ] = None,
    secondary: Annotated[
        list[Outcome] | None,
        typer.Option("--secondary", help="A further question; may be repeated."),
    ] = None,
    covariate: Annotated[
        list[str] | None,
        typer.Option(
            "--covariate",
            metavar="COLUMN",
            help="A further column to adjust for; may be repeated.",
        ),
    ] = None,
    side: SideOption = None,
    site: SiteOption = None,
    control: ControlOption = None,
    data_from: Annotated[
        str | None, typer.Option("--data-from", metavar="DAY", help="First day used.")
    ] = None,
    data_to: Annotated[
        str | None, typer.Option("--data-to", metavar="DAY", help="Last day used.")
    ] = None,
    leave_out: Annotated[
        list[str] | None,
        typer.Option(
            "--leave-out",
            metavar="RUN=REASON",
            help="A run to leave out, and why; may be repeated.",
        ),
    ] = None,
    washout_days: Annotated[
        int,
        typer.Option(
            "--washout-days", min=0, max=90, help="Days left out after a change."
        ),
    ] = 7,
    smallest_effect: Annotated[
        float,
        typer.Option(
            "--smallest-effect", metavar="POINTS", help="What would matter to you."
        ),
    ] = 1.0,
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FILE", help="Where to; must not exist yet."),
    ] = Path("plan.json"),
    seed: SeedOption = 0,
    as_json: JsonOption = False,
) -> None:
    """Write down one question before looking, with a fingerprint.

    Without --change and --schedule: does pain go with the step length at the same
    speed? `hipstride analyze --plan plan.json` carries it out, and says whether the
    plan came before the ratings.
    """
    from hipstride.alignment import control_column
    from hipstride.cli._kept_file import write_once
    from hipstride.cli._trial_file import day_of, read_schedule, today
    from hipstride.stats.plan import Plan, plan_sha256, plan_to_json

    if change is not None and schedule is not None:
        msg = "one question for a plan; leave out one of them"
        raise typer.BadParameter(msg, param_hint="--change, --schedule")
    if change_from is not None and change is None:
        msg = "the day of what? name the change with --change"
        raise typer.BadParameter(msg, param_hint="--from")
    to_existing_folder(out)
    now = today()
    made = Plan(
        estimand="dated_change"
        if change is not None
        else "trial"
        if schedule is not None
        else "association",
        written_on=now,
        outcome=outcome.column,
        change=change or "",
        change_on=None if change_from is None else day_of("from", change_from, now),
        schedule_sha256="" if schedule is None else read_schedule(schedule).sha256,
        secondary_outcomes=tuple(one.column for one in secondary or []),
        covariates=tuple(covariate or []),
        controls=tuple(control_column(one, outcome.value) for one in control or []),
        side=side.value if side else "",
        site=(site or "").strip(),
        data_from=None if data_from is None else day_of("data-from", data_from, now),
        data_to=None if data_to is None else day_of("data-to", data_to, now),
        excluded_runs=tuple(map(_run_and_reason, leave_out or [])),
        washout_days=washout_days,
        smallest_effect_points=smallest_effect,
        seed=seed,
    )
    why = "so that no plan is lost, choose another name with --out"
    write_once(out, plan_to_json(made), why)
    fingerprint = plan_sha256(made)
    if as_json:
        emit_json({"plan": str(out.resolve()), "sha256": fingerprint})
        return
    _print(made, fingerprint, out)


def _run_and_reason(text: str) -> tuple[str, str]:
    run, _, reason = text.partition("=")
    if not run.strip() or not reason.strip():
        msg = f"found {text!r}; expected a run and a reason, as in 3f2a9c01d4e5=fell"
        raise typer.BadParameter(msg, param_hint="--leave-out")
    return run.strip(), reason.strip()


def _print(made: Plan, fingerprint: str, out: Path) -> None:
    from rich.text import Text

    from hipstride.cli._plan_words import fixed_by

    console = out_console()
    console.print(Text("Written down", style="bold"))
    for words in fixed_by(made):
        console.print(bullet(words))
    console.print()
    console.print(Text(f"SHA-256 {fingerprint}", style="cyan"))
    console.print(
        "Send this line to somebody, or to yourself by mail: it proves later that the "
        "plan is the one of today."
    )
    if made.estimand != "trial":
        console.print(Text(_DAY_ONE, style="dim"))
    console.print()
    # Not wrapped: a path broken over two lines cannot be copied.
    typer.echo(f"Plan: {out.resolve()}")
