"""An Apple Health export of any size, as a stream of the runs in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from hipstride.errors import ReadError
from hipstride.io._apple_collect import MAX_HELD, collect
from hipstride.io._apple_extract import extract_of, written_start
from hipstride.io._apple_paths import OpenRoute
from hipstride.io._apple_records import NO_RECORDS
from hipstride.io._apple_route import Routes, routes_of
from hipstride.io._apple_scan import (
    CHUNK_BYTES,
    HEAD_BYTES,
    OpenStream,
    Pieces,
    is_apple_health,
    workout_elements,
)
from hipstride.io._apple_workouts import (
    RUNNING,
    Workout,
    activity_of,
    plain_activity,
    read_workout,
    sort_key,
)

__all__ = ["AppleExport", "AppleExtract", "apple_export"]

_EXPORT_AGAIN = (
    "export it again on the phone: Health, your picture, Export All Health Data"
)


@dataclass(frozen=True, slots=True)
class AppleExtract:
    """One running workout taken out of an export.

    Parameters
    ----------
    label : str
        The export and the start, on the clock of the run.
    data : bytes
        A document that `read_apple_health` reads; the same for the same workout in any
        later export.
    problem : str
        Why it cannot be read; empty when it can.
    """

    label: str
    data: bytes
    problem: str = ""


@dataclass(slots=True)
class AppleExport:
    """An export of Apple Health of any size, read as a stream.

    A class because one reading gives the extracts and, beside them, what else was
    there. `sports` and `notes` are filled by `workouts` and so by `extracts`.

    Parameters
    ----------
    open_stream : callable
        Opens ``export.xml`` anew, from its start; called two times or more.
    open_route : callable
        Gives the bytes of a route by its path (``/workout-routes/route_….gpx``), or
        None where it is missing.
    label : str
        What to call the export.
    sports : Counter of str
        How many workouts there are of each sport, in Apple's words made plain.
    notes : list of str
        What was lost.
    """

    open_stream: OpenStream
    open_route: OpenRoute
    label: str
    sports: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    chunk_bytes: int = CHUNK_BYTES
    max_held: int = MAX_HELD

    def workouts(self) -> list[Workout]:
        """Find the running workouts, in order of start.

        Returns
        -------
        list of Workout
            Those with a problem among them.

        Raises
        ------
        ReadError
            If it is no export of Apple Health.
        """
        self._check()
        self.sports.clear()
        self.notes.clear()
        found: list[Workout] = []
        damaged = 0
        pieces = Pieces(self.open_stream, self.chunk_bytes)
        for element in workout_elements(iter(pieces)):
            if not element:
                damaged += 1
                continue
            activity = activity_of(element)
            self.sports[plain_activity(activity)] += 1
            if activity == RUNNING:
                found.append(read_workout(element))
        if damaged:
            self.notes.append(f"{damaged} workouts are damaged and were left out")
        if not pieces.is_whole:
            why = f" ({pieces.problem})" if pieces.problem else ""
            self.notes.append(
                f"the export breaks off after {pieces.n_bytes} bytes{why}; what was "
                "whole before was kept"
            )
        return sorted(found, key=sort_key)

    def extracts(self) -> Iterator[AppleExtract]:
        """Take the running workouts out, in order of start.

        Yields
        ------
        AppleExtract
            One for each; there is only a batch of records in memory at a time.

        Raises
        ------
        ReadError
            If it is no export of Apple Health.
        """
        seen: Counter[str] = Counter()
        workouts = self.workouts()
        # A span that cannot be would gather records without end.
        spans = [workout for workout in workouts if not workout.problem]
        unread = 0
        for workout in workouts:
            if workout.problem:
                yield AppleExtract(
                    self._label(workout, seen),
                    extract_of(workout, NO_RECORDS, Routes((), workout.routes)),
                    workout.problem,
                )
        for workout, records in collect(
            self.open_stream,
            spans,
            max_held=self.max_held,
            chunk_bytes=self.chunk_bytes,
        ):
            unread = max(unread, records.n_unread)
            data = extract_of(workout, records, routes_of(workout, self.open_route))
            yield AppleExtract(self._label(workout, seen), data)
        if unread:
            self.notes.append(f"{unread} records have no readable date or value")

    def told(self, n_runs: int) -> str:
        """Say in one line what was there.

        Examples
        --------
        >>> export = apple_export(lambda: BytesIO(b""), lambda path: None, "export.xml")
        >>> export.sports.update({"running": 2, "walking": 3})
        >>> export.told(2)
        'an Apple Health export with 2 running workouts; others passed over: 3 walking'
        """
        others = [
            f"{count} {sport}"
            for sport, count in sorted(self.sports.items())
            if sport != plain_activity(RUNNING)
        ]
        word = "workout" if n_runs == 1 else "workouts"
        line = f"an Apple Health export with {n_runs} running {word}"
        if others:
            line += f"; others passed over: {', '.join(others)}"
        return "; ".join([line, *self.notes])

    def _check(self) -> None:
        head = b""
        for piece in (pieces := Pieces(self.open_stream, HEAD_BYTES)):
            head += piece
            if len(head) >= HEAD_BYTES:
                break
        if not is_apple_health(head):
            raise _not_apple(self.label, head, pieces.problem)

    def _label(self, workout: Workout, seen: Counter[str]) -> str:
        start = written_start(workout)
        seen[start] += 1
        again = f" ({seen[start]})" if seen[start] > 1 else ""
        return f"{self.label}#{start}{again}"


def apple_export(
    open_stream: OpenStream, open_route: OpenRoute, label: str
) -> AppleExport:
    """Open an export of Apple Health as a stream.

    Parameters
    ----------
    open_stream : callable
        Opens ``export.xml`` anew, from its start; a member of a zip will do.
    open_route : callable
        Gives the bytes of a route by its path, or None.
    label : str
        What to call it.

    Returns
    -------
    AppleExport
        Nothing of it is read yet.
    """
    return AppleExport(open_stream, open_route, label)


def _not_apple(label: str, head: bytes, problem: str) -> ReadError:
    if problem:
        found = f"an export that cannot be read ({problem})"
    elif not head.strip():
        found = "no XML"
    elif b"<ClinicalDocument" in head:
        found = "clinical documents (export_cda.xml)"
    else:
        found = "another file"
    return ReadError(
        label,
        found,
        "an export of Apple Health, with the root <HealthData>",
        _EXPORT_AGAIN,
    )
