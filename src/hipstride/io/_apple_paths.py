"""Where the routes of an Apple Health export lie: in a folder beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePosixPath

from hipstride.io._open import Source, load

__all__ = ["OpenRoute", "no_routes", "routes_beside"]

# Gives the bytes of a route by its path in the export, or None where it is missing.
OpenRoute = Callable[[str], bytes | None]


def no_routes(path: str) -> bytes | None:
    """Give none, for an export of which there are only the bytes."""
    return None


def routes_beside(source: Source) -> OpenRoute:
    """Look for routes beside the file of an export; never outside of its folder.

    Parameters
    ----------
    source : str, path or bytes
        The export; bytes lie nowhere, and have no routes.

    Returns
    -------
    callable
        Opens a route by its path, such as ``/workout-routes/route_….gpx``.

    Examples
    --------
    >>> routes_beside("export.xml")("/../secret") is None
    True
    """
    if isinstance(source, bytes):
        return no_routes
    folder = Path(source).parent

    def opened(path: str) -> bytes | None:
        place = PurePosixPath(path.lstrip("/"))
        if {".", ".."} & set(place.parts) or set("\\:\0") & set(path):
            return None
        full = folder / place
        return load(full).data if full.is_file() else None

    return opened
