"""Who is told how far long work is: the caller's own, and a notebook's bar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hipstride.library._progress import Progress, Tell
from hipstride.progress import is_notebook, shown_progress

__all__ = ["shown_count", "shown_import"]

Count = Callable[[int, int], None]


@contextmanager
def shown_import(tell: Tell | None, progress: bool | None) -> Iterator[Tell | None]:
    """Give whom an import shall tell; who brings a `tell` is shown no bar unasked.

    Yields
    ------
    callable or None
        Takes a `Progress`.
    """
    if _is_the_callers(tell, progress):
        yield tell
        return
    with shown_progress("Importing", progress=progress) as show:

        def both(now: Progress) -> None:
            if tell is not None:
                tell(now)
            words = f"{now.n_files:,} files, {now.n_runs:,} runs"
            show(now.bytes_done, now.bytes_all, words)

        yield both


@contextmanager
def shown_count(
    label: str,
    tell: Count | None,
    progress: bool | None,
) -> Iterator[Count | None]:
    """Give whom work that is counted shall tell.

    Yields
    ------
    callable or None
        Takes how many of how many are done.
    """
    if _is_the_callers(tell, progress):
        yield tell
        return
    with shown_progress(label, progress=progress) as show:

        def both(done: int, total: int) -> None:
            if tell is not None:
                tell(done, total)
            show(done, total, f"{done:,} of {total:,}")

        yield both


def _is_the_callers(tell: object, progress: bool | None) -> bool:
    if progress is None:
        return tell is not None or not is_notebook()
    return not progress
