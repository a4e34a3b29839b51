"""``hipstride trial``: draw a schedule, follow it, ask what it has shown."""

from __future__ import annotations

import typer

from hipstride.cli._trial_analyze import analyze
from hipstride.cli._trial_draw import draw_schedule
from hipstride.cli._trial_show import show

__all__ = ["trial_app"]

trial_app = typer.Typer(
    name="trial", help="Test a cue on yourself: draw a schedule, follow it, analyse it."
)
for _name, _verb in (("draw", draw_schedule), ("show", show), ("analyze", analyze)):
    trial_app.command(_name)(_verb)
