"""What the levels of a verdict are called; what each asks for lies in `stats`."""

from __future__ import annotations

__all__ = ["LEVEL_NAMES", "level_name"]

LEVEL_NAMES = (
    "cannot tell",
    "tentative association",
    "consistent association",
    "dated change",
    "randomised test",
)


def level_name(level: int) -> str:
    """Name a level.

    Parameters
    ----------
    level : int
        0 to 4.

    Returns
    -------
    str
        Such as ``cannot tell``.

    Examples
    --------
    >>> level_name(3)
    'dated change'
    """
    is_known = 0 <= level < len(LEVEL_NAMES)
    return LEVEL_NAMES[level] if is_known else f"level {level}"
