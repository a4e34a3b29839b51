"""What a page or a picture reads off the checks of an answer."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["dates_told", "smallest_effect_told"]


def smallest_effect_told(checks: Mapping[str, object]) -> float | None:
    """Give the smallest effect of interest that was asked with [points].

    Of a slope it is that of 5 % of step length; None where the answer tells none.

    Examples
    --------
    >>> smallest_effect_told({"smallest_effect": {"points_per_5_pct": 1.0}})
    1.0
    """
    found = checks.get("smallest_effect")
    if not isinstance(found, Mapping):
        return None
    for name in ("points", "points_per_5_pct"):
        points = found.get(name)
        if isinstance(points, int | float) and points > 0:
            return float(points)
    return None


def dates_told(checks: Mapping[str, object]) -> str:
    """Say from when to when the runs of an answer reach; empty where not told.

    Examples
    --------
    >>> dates_told({"dates": {"first": "2026-01-01", "last": "2026-06-01"}})
    '2026-01-01 to 2026-06-01'
    """
    found = checks.get("dates")
    if not isinstance(found, Mapping) or "first" not in found:
        return ""
    return f"{found['first']} to {found['last']}"
