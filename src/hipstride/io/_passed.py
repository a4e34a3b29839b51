"""What was passed over while many files were read, to be told once at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from hipstride.io._apple_paths import OpenRoute
from hipstride.io._files import Found
from hipstride.io._names import printable

__all__ = ["Passed"]

# So many names stand in a message; the rest are counted.
_SHOWN = 3


@dataclass
class Passed:
    """What a stream passed over, to be told once at its end.

    A class because a stream that is read to its end has many such counts.
    """

    given: int = 0
    files: int = 0
    no_activity: int = 0
    sports: Counter[str] = field(default_factory=Counter)
    seen: set[bytes] = field(default_factory=set)
    copies: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    # Routes of Apple Health that were read with their workouts.
    routes: set[str] = field(default_factory=set)

    def opener(self, found: Found) -> OpenRoute:
        """Give what opens the routes beside an export, and keeps their names."""

        def opened(path: str) -> bytes | None:
            name = path.lstrip("/")
            data = found.beside(name)
            if data is not None:
                folder = found.label.rpartition("/")[0]
                self.routes.add(f"{folder}/{printable(name)}".lstrip("/"))
            return data

        return opened

    def sports_found(self) -> str:
        """Name the sports that were not asked for."""
        if not self.sports:
            return "no activity"
        return ", ".join(
            f"{count} of {sport or 'no stated sport'}"
            for sport, count in sorted(self.sports.items())
        )

    def messages(self, sports: Collection[str] | None) -> Iterator[str]:
        """Word what was passed over, one line each."""
        if self.copies:
            yield f"{_some(self.copies)} copied from others; passed over"
        if self.unknown:
            yield f"{_some(self.unknown)} of no known layout; passed over"
        if not self.given and not self.files:
            yield "no file of a known format in it"
        elif not self.given:
            asked = f"activity of {', '.join(sports)}" if sports else "activity"
            yield f"no {asked} in it; found {self.sports_found()}"
        elif self.sports[""] and "running" in (sports or ()):
            yield (
                f"{self.sports['']} activities of no stated sport do not move like a "
                "run and were passed over; read them with sports=None"
            )
        if self.given and self.sports["generic"] and "running" in (sports or ()):
            yield (
                f"{self.sports['generic']} activities of the sport 'other' were passed "
                "over, though some apps call runs so; read them with sports=None"
            )


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{shown}{more}"
