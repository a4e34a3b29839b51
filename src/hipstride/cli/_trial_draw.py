"""``hipstride trial draw``: by lot, before the first day, with the proof in a file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hipstride.cli._common import JsonOption, emit_json, reported, to_existing_folder
from hipstride.cli._kept_file import write_once
from hipstride.cli._trial_file import day_of, today

if TYPE_CHECKING:
    from hipstride.stats.trial import Schedule, TrialDesign
    from hipstride.stats.trial._design import Kind

__all__ = ["draw_schedule"]

_DAYS_PER_WEEK = 7


class KindOption(StrEnum):
    """How the arms change."""

    ALTERNATION = "alternation"
    BLOCK_PAIRS = "block_pairs"
    ABAB = "abab"


class ByOption(StrEnum):
    """What an alternation counts."""

    RUN = "run"
    DAY = "day"


_KINDS: dict[KindOption, Kind] = {
    KindOption.ALTERNATION: "alternation",
    KindOption.BLOCK_PAIRS: "block_pairs",
    KindOption.ABAB: "abab",
}


@reported
def draw_schedule(
    start: Annotated[
        str, typer.Option("--from", metavar="DAY", help="The first day: 2026-12-01.")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="Where to keep the schedule.")
    ],
    kind: Annotated[
        KindOption,
        typer.Option(
            "--kind",
            help="Each run anew (at most two equal in a row), pairs of blocks of days, "
            "or four phases.",
        ),
    ] = KindOption.ALTERNATION,
    weeks: Annotated[
        int, typer.Option("--weeks", metavar="N", min=1, max=52, help="How long.")
    ] = 12,
    runs_per_week: Annotated[
        float,
        typer.Option(
            "--runs-per-week", metavar="N", min=0.25, max=14, help="How often you run."
        ),
    ] = 4.0,
    arm: Annotated[
        str, typer.Option("--arm", metavar="WORDS", help="The cue that is tested.")
    ] = "shorter stride",
    control: Annotated[
        str,
        typer.Option(
            "--control", metavar="WORDS", help="A harmless cue to compare it with."
        ),
    ] = "relax the hands",
    stride_goal: Annotated[
        float,
        typer.Option(
            "--stride-goal",
            metavar="PCT",
            help="By how much the arm should change the step; 0 where it is not about "
            "the stride.",
        ),
    ] = -5.0,
    by: Annotated[
        ByOption, typer.Option("--by", help="What an alternation counts.")
    ] = ByOption.RUN,
    block_days: Annotated[
        int, typer.Option("--block-days", metavar="N", min=1, help="Length of a block.")
    ] = 3,
    min_phase_days: Annotated[
        int,
        typer.Option(
            "--min-phase-days", metavar="N", min=1, help="Shortest phase of an abab."
        ),
    ] = 5,
    is_equal: Annotated[
        bool, typer.Option("--equal", help="As many runs of both arms.")
    ] = False,
    is_washed_out: Annotated[
        bool,
        typer.Option(
            "--drop-first",
            help="Leave the first run after each switch out of the analysis.",
        ),
    ] = False,
    smallest: Annotated[
        float,
        typer.Option(
            "--smallest",
            metavar="POINTS",
            help="The smallest difference that would matter to you.",
        ),
    ] = 1.0,
    seed: Annotated[
        int | None,
        typer.Option("--seed", min=0, help="Only to repeat a drawing; else by chance."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Draw by lot which cue to use on which run, and keep the proof in a file.

    Draw it before the first day. A schedule too short to show anything is refused.
    """
    from hipstride.stats.trial import TrialDesign, draw, plan_trial

    to_existing_folder(out)
    now = today()
    units = _units(kind, by, weeks, runs_per_week, block_days)
    design = TrialDesign(
        kind=_KINDS[kind],
        n_units=units,
        unit="run" if _counts_runs(kind, by) else "day",
        started_on=day_of("from", start, now),
        block_days=block_days,
        min_phase_days=min_phase_days,
        balance="equal" if is_equal else "any",
        arm=arm,
        control=control,
        stride_goal_pct=stride_goal or None,
        washout="first_run_after_switch" if is_washed_out else "none",
        smallest_effect_points=smallest,
    )
    schedule = draw(design, seed=seed, drawn_on=now)
    why = "a schedule is drawn once: follow it, or name another file"
    write_once(out, schedule.to_json(), why)
    plan = plan_trial(design)
    if as_json:
        emit_json(
            {
                "file": str(out),
                "sha256": schedule.sha256,
                "n_units": design.n_units,
                "unit": design.unit,
                "n_schedules": str(plan.n_schedules),
                "p_min": plan.p_min,
            }
        )
        return
    _say_drawn(out, schedule, design, str(plan))


def _counts_runs(kind: KindOption, by: ByOption) -> bool:
    return kind is KindOption.ALTERNATION and by is ByOption.RUN


def _units(
    kind: KindOption, by: ByOption, weeks: int, runs_per_week: float, block_days: int
) -> int:
    days = weeks * _DAYS_PER_WEEK
    if _counts_runs(kind, by):
        return max(1, round(weeks * runs_per_week))
    if kind is KindOption.BLOCK_PAIRS:
        pair = 2 * block_days
        return max(1, days // pair) * pair
    return days


def _say_drawn(
    out: Path, schedule: Schedule, design: TrialDesign, plan_words: str
) -> None:
    typer.echo(f"Drawn and kept in {out}: {plan_words}.")
    typer.echo(
        f'From {design.started_on} on: "{design.arm}" or "{design.control}"; the first '
        f'{design.unit}: "{schedule.cue_of(0)}".'
    )
    typer.echo(f"SHA-256 {schedule.sha256}")
    typer.echo("Send that line to somebody today: it proves that nothing was changed.")
    typer.echo(
        f"Before each run: `hipstride trial show {out} --today`. Rate pain before and "
        "after each run, keep the speed as it is, and change nothing else."
    )
    typer.echo(
        "Not medical advice. Stop when pain gets worse; with pain at night or at rest "
        "see a clinician first."
    )
