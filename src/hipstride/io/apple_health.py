"""Apple Health: the runs in the export of an iPhone and its watch.

The phone's export is one ``export.xml`` of up to several gigabytes with everything it
ever recorded. A small one is read whole by `read_apple_health`; a large one is read as
a stream by `apple_export`, which takes the running workouts out one by one, as small
documents that `read_apple_health` reads.
"""

from __future__ import annotations

from io import BytesIO

from hipstride.errors import ReadError
from hipstride.io._apple_collect import collect
from hipstride.io._apple_export import AppleExport, AppleExtract, apple_export
from hipstride.io._apple_paths import OpenRoute, routes_beside
from hipstride.io._apple_recording import recording_of
from hipstride.io._apple_route import routes_of
from hipstride.io._apple_scan import is_apple_health
from hipstride.io._open import RawFile, Source, load
from hipstride.tables import Recording

__all__ = [
    "AppleExport",
    "AppleExtract",
    "apple_export",
    "is_apple_health",
    "read_apple_health",
]


def read_apple_health(
    source: Source, *, name: str | None = None, open_route: OpenRoute | None = None
) -> list[Recording]:
    """Read the running workouts of an Apple Health export, one `Recording` each.

    Parameters
    ----------
    source : str, path or bytes
        The ``export.xml``, or an extract of `apple_export`; may be gzipped.
    name : str, optional
        What to call the file in messages.
    open_route : callable, optional
        Gives the bytes of a route by its path, or None; beside the file where not
        given.

    Returns
    -------
    list of Recording
        One for each running workout, in order of start.

    Raises
    ------
    ReadError
        If it is no such export, larger than 256 MB, or has no running workout.

    Notes
    -----
    1. There is one row for each second in which anything is known. A quantity stands
       for its span and up to 5 s behind it, until the next.
    2. Speed is RunningSpeed, or else of the route, or else of the counted distance.
    3. Cadence is of the steps counted over 30 s, or else speed / step length, which is
       circular and said so.
    4. Whether RunningStrideLength is of a step or a stride is decided for each workout,
       see the note.
    5. Of several sources one is used for each quantity, the workout's own first.
    6. The clock is that of ``HKTimeZone``, or else of the place, or else that of the
       phone at the export.
    7. Distance and timer are the workout's own totals, pauses its own events.

    Examples
    --------
    >>> run = (
    ...     '<HealthData><Workout workoutActivityType="HKWorkoutActivityTypeRunning" '
    ...     'duration="30" durationUnit="min" totalDistance="5" totalDistanceUnit="km" '
    ...     'sourceName="Watch" startDate="2026-09-01 07:00:00 +0200" '
    ...     'endDate="2026-09-01 07:30:00 +0200"/></HealthData>'
    ... )
    >>> [recording] = read_apple_health(run.encode(), name="export.xml")
    >>> recording.distance_m, recording.timer_s, recording.started_at.isoformat()
    (5000.0, 1800.0, '2026-09-01T05:00:00+00:00')
    """
    raw = load(source, name=name)
    export = apple_export(
        lambda: BytesIO(raw.data), open_route or routes_beside(source), raw.name
    )
    recordings: list[Recording] = []
    workouts = export.workouts()
    problems = [workout.problem for workout in workouts if workout.problem]
    notes = (*raw.notes, *export.notes)
    notes += tuple(f"left out: {problem}" for problem in problems)
    good = [workout for workout in workouts if not workout.problem]
    if not good:
        raise _nothing(raw, export, problems)
    for workout, records in collect(export.open_stream, good):
        suffix = f"-{len(recordings) + 1}" if recordings else ""
        unread: tuple[str, ...] = ()
        if records.n_unread:
            unread = (f"{records.n_unread} records have no readable date or value",)
        recordings.append(
            recording_of(
                workout,
                records,
                routes_of(workout, export.open_route),
                run_id=raw.run_id + suffix,
                source=raw.name,
                notes=(*notes, *unread),
            )
        )
    return recordings


def _nothing(raw: RawFile, export: AppleExport, problems: list[str]) -> ReadError:
    others = ", ".join(f"{n} {sport}" for sport, n in sorted(export.sports.items()))
    found = problems[0] if problems else f"no running workout, but {others or 'none'}"
    found = "; ".join([found, *export.notes])
    return ReadError(raw.name, found, "a running workout")
