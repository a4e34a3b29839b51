"""The options that the verbs of ``hipstride log`` share."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = [
    "DateOption",
    "EndOption",
    "KindOption",
    "LabelOption",
    "MomentOption",
    "NoteOption",
    "RunOption",
    "SideOption",
    "SiteOption",
    "StartOption",
    "TimeOption",
]

MomentOption = Annotated[
    str | None,
    typer.Option(
        "--moment",
        metavar="WHEN",
        help="When it was felt: before, during or after the run, next_morning, or day "
        "for a day as a whole.",
    ),
]
SideOption = Annotated[
    str | None,
    typer.Option("--side", metavar="SIDE", help="left, right or both."),
]
SiteOption = Annotated[
    str | None, typer.Option("--site", metavar="PLACE", help="Such as hip or groin.")
]
DateOption = Annotated[
    str | None,
    typer.Option(
        "--date",
        metavar="DAY",
        help="The day of the rating: 2026-09-01, today or yesterday. For next_morning "
        "it is that morning's.",
    ),
]
TimeOption = Annotated[
    str | None, typer.Option("--time", metavar="TIME", help="Such as 07:30.")
]
RunOption = Annotated[
    str | None,
    typer.Option(
        "--run",
        metavar="RUN",
        help="The id of the run it is about, or its first digits.",
    ),
]
NoteOption = Annotated[
    str | None, typer.Option("--note", metavar="WORDS", help="Your own words.")
]
KindOption = Annotated[
    str | None,
    typer.Option(
        "--kind",
        metavar="KIND",
        help="stride, cue, rest, injection, physio, strength, shoes, drug or other.",
    ),
]
StartOption = Annotated[
    str | None, typer.Option("--from", metavar="DAY", help="Its first day.")
]
EndOption = Annotated[
    str | None,
    typer.Option("--to", metavar="DAY", help="Its last day; none while it lasts."),
]
LabelOption = Annotated[
    str | None,
    typer.Option("--label", metavar="WORDS", help="What to call the change."),
]
