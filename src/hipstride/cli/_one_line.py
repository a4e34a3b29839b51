"""What was asked wrongly, in one line, instead of a box of five."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from hipstride.cli._common import say

__all__ = ["OneLineErrors"]

_LINE = typer.BadParameter.__mro__
# The base of all usage errors. Typer carries its own copy of click in some releases and
# uses the installed one in others, so it is found from what typer does export.
_ASKED_WRONGLY: type[Exception] = _LINE[_LINE.index(Exception) - 1]


class OneLineErrors(TyperGroup):
    """The verbs; a class, since Typer takes no function for what prints errors."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a verb; what was asked wrongly is one line on stderr and exit 2."""
        try:
            code = super().main(
                args,
                prog_name,
                complete_var,
                standalone_mode=False,
                windows_expand_args=windows_expand_args,
                **extra,
            )
        except _ASKED_WRONGLY as error:
            if not standalone_mode:
                raise
            say(_words(error))
            sys.exit(getattr(error, "exit_code", 2))
        except typer.Abort:
            if not standalone_mode:
                raise
            say("hipstride: stopped")
            sys.exit(1)
        if standalone_mode:
            sys.exit(code if isinstance(code, int) else 0)
        return code


def _words(error: Exception) -> str:
    """Say what is wrong and where help is."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "hipstride"
    told = error.format_message() if hasattr(error, "format_message") else str(error)
    told = " ".join(told.split()).rstrip(".")
    return f"hipstride: error: {told}; see `{path} --help`"
