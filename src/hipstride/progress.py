"""A bar for long work in a notebook; silence wherever nobody watches.

It needs nothing but the notebook itself: one line of HTML, written anew a few times a
second. In a script or a service nothing is shown unless it is asked for.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from importlib import import_module
from typing import Protocol

__all__ = ["Tell", "is_notebook", "shown_progress"]

# What takes less than this is over before a bar is read.
_PATIENCE_S = 0.7
_EVERY_S = 0.2
# Outside of a notebook a line stays: fewer of them.
_LINE_EVERY_S = 5.0

Tell = Callable[[float, float | None, str], None]


def is_notebook() -> bool:
    """Tell whether this is a notebook's kernel, which can show a bar.

    Returns
    -------
    bool
        False in a script, in a terminal and in tests.

    Examples
    --------
    >>> is_notebook()
    False
    """
    # Looked for and not imported: a kernel has loaded it already.
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return hasattr(shell, "kernel")


@contextmanager
def shown_progress(label: str, *, progress: bool | None = None) -> Iterator[Tell]:
    """Show how far some work is, in a notebook and where it takes long.

    Parameters
    ----------
    label : str
        What is being done.
    progress : bool, optional
        Where not given, a bar is shown in a notebook once the work takes longer than
        a moment. False: never. True: from the start, and outside of a notebook as
        lines on standard error.

    Yields
    ------
    callable
        Takes how much is done, how much there is (None where not known), and words.

    Examples
    --------
    >>> with shown_progress("reading") as tell:
    ...     tell(1, 2, "1 file")
    """
    if progress is False or not (progress or is_notebook()):
        yield _silent
        return
    line: _Line = _Html() if is_notebook() else _Text()
    teller = _Teller(label, line, patience_s=0.0 if progress else _PATIENCE_S)
    try:
        yield teller.tell
    except BaseException:
        teller.close("stopped")
        raise
    teller.close("done")


def _silent(done: float, total: float | None, words: str) -> None:
    """Say nothing."""


class _Line(Protocol):
    every_s: float

    def write(self, share: float | None, text: str, *, is_over: bool) -> None:
        """Show a share and a text, in the place of those before."""


class _Html:
    """One output of a notebook, written anew; the frontend draws the bar.

    A class, since it keeps the handle of its output.
    """

    every_s = _EVERY_S

    def __init__(self) -> None:
        self._display = import_module("IPython.display")
        self._handle: object = None

    def write(self, share: float | None, text: str, *, is_over: bool) -> None:
        """Show a share and a text, in the place of those before."""
        value = "" if share is None else f' value="{share:.3f}"'
        bar = f'<progress max="1"{value} aria-label="{escape(text)}"></progress> '
        html = self._display.HTML(f"{'' if is_over else bar}{escape(text)}")
        if self._handle is None:
            self._handle = self._display.display(html, display_id=True)
        elif hasattr(self._handle, "update"):
            self._handle.update(html)


class _Text:
    """Lines on standard error."""

    every_s = _LINE_EVERY_S

    def write(self, share: float | None, text: str, *, is_over: bool) -> None:
        """Show a share and a text."""
        start = "" if share is None or is_over else f"{100 * share:.0f} %: "
        sys.stderr.write(f"{start}{text}\n")


class _Teller:
    """Knows when it spoke last, and what it will say at the end.

    A class, for just that memory.
    """

    def __init__(self, label: str, line: _Line, *, patience_s: float) -> None:
        self._label = label
        self._line = line
        self._began_s = time.monotonic()
        self._due_s = self._began_s + patience_s
        self._words = ""
        self._has_spoken = False

    def tell(self, done: float, total: float | None, words: str) -> None:
        """Show how far it is, where that was not shown just now."""
        self._words = words
        now_s = time.monotonic()
        if now_s < self._due_s:
            return
        self._due_s = now_s + self._line.every_s
        self._has_spoken = True
        share = min(max(done / total, 0.0), 1.0) if total else None
        self._line.write(share, f"{self._label}: {words}", is_over=False)

    def close(self, end: str) -> None:
        """Leave a last line where there was one before."""
        if not self._has_spoken:
            return
        lasted_s = time.monotonic() - self._began_s
        text = f"{self._label}: {self._words}, {end} after {lasted_s:.0f} s"
        self._line.write(None, text, is_over=True)
