"""One import at a time: who comes second says so instead of waiting in silence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from hipstride.errors import LibraryError

__all__ = ["import_lock", "is_import_at_work"]

_LOCK = "import.lock"
# The workers of an import that was killed hold the lock until they notice.
_PATIENCE_S = 2.0


@contextmanager
def import_lock(folder: Path) -> Iterator[None]:
    """Hold the library for one import, rebuild or check.

    The lock is the operating system's: it ends with the process, however that ends.

    Raises
    ------
    LibraryError
        If another process holds it, or the folder cannot be written.
    """
    lock = FileLock(folder / _LOCK, timeout=_PATIENCE_S)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        msg = (
            f"{folder}: found another import at work in this library; expected to be "
            "the only one; wait until it has ended, and import again"
        )
        raise LibraryError(msg) from None
    except OSError as error:
        msg = (
            f"{folder}: found a place that cannot be written "
            f"({error.strerror or error}); expected a folder of your own; check its "
            "permissions, or name another with --library"
        )
        raise LibraryError(msg) from None
    try:
        yield
    finally:
        lock.release()


def is_import_at_work(folder: Path) -> bool:
    """Tell whether another process imports into this library right now."""
    try:
        with FileLock(folder / _LOCK, timeout=0):
            return False
    except Timeout:
        return True
