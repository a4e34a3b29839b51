"""An option whose value may be left out: ``--library`` and ``--library FOLDER``.

Typer knows options with a value and options without, but none with both. So a bare one
is given an empty value before the words are parsed.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

import typer
from typer.core import TyperCommand

__all__ = ["BareLibrary", "with_empty_value"]

_OPTION = "--library"


class BareLibrary(TyperCommand):
    """A verb of which ``--library`` may stand alone; a class, since Typer wants one."""

    def parse_args(  # type: ignore[override]
        self, ctx: typer.Context, args: list[str]
    ) -> list[str]:
        """Parse the words, a bare option with an empty value."""
        return super().parse_args(ctx, with_empty_value(args))


def with_empty_value(words: Sequence[str]) -> list[str]:
    """Give a bare option an empty value: the last word, or before another option.

    Examples
    --------
    >>> with_empty_value(["--library", "--json"])
    ['--library=', '--json']
    >>> with_empty_value(["--library", "my/runs"])
    ['--library', 'my/runs']
    """
    stop = words.index("--") if "--" in words else len(words)
    options, rest = words[:stop], words[stop:]
    filled = [
        f"{word}=" if word == _OPTION and after.startswith("-") else word
        for word, after in zip_longest(options, options[1:], fillvalue="-")
    ]
    return [*filled, *rest]
