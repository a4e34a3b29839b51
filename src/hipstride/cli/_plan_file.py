"""The file of a plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hipstride.errors import ReadError, TableError

if TYPE_CHECKING:
    from hipstride.stats.plan import Plan

__all__ = ["read_plan", "write_plan"]

# A plan that leaves out a thousand runs takes some 50 kB.
_MAX_BYTES = 1_000_000


def read_plan(path: Path) -> Plan:
    """Read a plan and check that it is as it was written.

    Raises
    ------
    HipstrideError
        If the file is none, or was changed.
    """
    from hipstride.stats.plan import plan_from_json

    expected = "a plan of `hipstride plan`"
    if path.stat().st_size > _MAX_BYTES:
        raise ReadError(str(path), "a large file", expected, "name another file")
    try:
        return plan_from_json(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise ReadError(str(path), "no text", expected, "name another file") from None
    except TableError as error:
        msg = f"{path}: {error}"
        raise TableError(msg) from None


def write_plan(plan: Plan, path: Path) -> None:
    """Write a plan to a new file; an existing one is kept.

    Raises
    ------
    TableError
        If there is a file of this name.
    """
    from hipstride.stats.plan import plan_to_json

    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(plan_to_json(plan))
    except FileExistsError:
        msg = (
            f"{path}: found a file; expected none, so that no plan is lost; choose "
            "another name with --out"
        )
        raise TableError(msg) from None
