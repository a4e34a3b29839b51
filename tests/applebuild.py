"""Build an Apple Health export of any size, with runs whose answer is known.

Written as a stream, as Apple does it: the document type definition, records by kind in
order of time, then the workouts. Nothing in it is of a person.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

DTD = """<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 14 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary)*)>
<!ATTLIST HealthData
  locale CDATA #REQUIRED
>
<!ELEMENT ExportDate EMPTY>
<!ATTLIST ExportDate
  value CDATA #REQUIRED
>
<!ELEMENT Record ((MetadataEntry|HeartRateVariabilityMetadataList)*)>
<!ATTLIST Record
  type          CDATA #REQUIRED
  unit          CDATA #IMPLIED
  value         CDATA #IMPLIED
  sourceName    CDATA #REQUIRED
  sourceVersion CDATA #IMPLIED
  device        CDATA #IMPLIED
  creationDate  CDATA #IMPLIED
  startDate     CDATA #REQUIRED
  endDate       CDATA #REQUIRED
>
<!-- Note: Any Records that appear as children of a correlation also appear as
top-level records in this document. -->
<!ELEMENT Workout ((MetadataEntry|WorkoutEvent|WorkoutRoute|WorkoutStatistics)*)>
<!ATTLIST Workout
  workoutActivityType   CDATA #REQUIRED
  duration              CDATA #IMPLIED
  durationUnit          CDATA #IMPLIED
  sourceName            CDATA #REQUIRED
  startDate             CDATA #REQUIRED
  endDate               CDATA #REQUIRED
>
]>
"""
# As some iOS 16 wrote it: an attribute list that is never closed.
MALFORMED_DTD = DTD.replace("#REQUIRED\n>\n<!-- Note", "#REQUIRED\n<!-- Note")
# With the apostrophe that Apple writes.
WATCH = "Someone\u2019s Apple Watch"
PHONE = "Someone\u2019s iPhone"
START = dt.datetime(2024, 3, 1, 6, 0, tzinfo=dt.UTC)
# The zone of the phone at the export.
HOME = dt.timezone(dt.timedelta(hours=-7))
_DEVICE = (
    "<<HKDevice: 0x28{:07x}>, name:Apple Watch, manufacturer:Apple Inc., model:Watch, "
    "hardware:Watch6,12, software:10.3>"
)
_P = "HKQuantityTypeIdentifier"


@dataclass(frozen=True)
class Run:
    """A steady run."""

    start: dt.datetime = START
    seconds: int = 1800
    speed_mps: float = 3.0
    cadence_spm: float = 168.0
    # Apple's number is that of one step, or of two.
    steps_in_length: int = 1
    speed_unit: str = "km/hr"
    distance_unit: str = "km"
    has_dynamics: bool = True
    has_steps: bool = True
    has_phone: bool = False
    has_route: bool = True
    is_indoor: bool | None = False
    zone: str = "Europe/Berlin"
    source: str = WATCH
    pauses: tuple[tuple[int, int], ...] = ()
    pause_kind: str = ""
    laps: tuple[int, ...] = ()
    is_old: bool = False

    @property
    def length_m(self) -> float:
        return self.steps_in_length * 60 * self.speed_mps / self.cadence_spm

    @property
    def distance_m(self) -> float:
        return self.speed_mps * self.seconds

    @property
    def route_name(self) -> str:
        return f"route_{self.start:%Y-%m-%d_%H.%M.%S}.gpx"


def date(moment: dt.datetime, zone: dt.tzinfo = HOME) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S %z}"


def record(kind, unit, source, start, end, value, zone=HOME, pointer=1) -> str:
    device = escape(_DEVICE.format(pointer), {'"': "&quot;"})
    return (
        f' <Record type="{_P}{kind}" sourceName="{escape(source)}" sourceVersion="10.3"'
        f' device="{device}" unit="{unit}" creationDate="{date(end, zone)}"'
        f' startDate="{date(start, zone)}" endDate="{date(end, zone)}"'
        f' value="{value}"/>\n'
    )


_SPEEDS = {"m/s": 1.0, "km/hr": 3.6, "mi/hr": 1 / 0.44704, "ft/s": 1 / 0.3048}
_DISTANCES = {"m": 1.0, "km": 0.001, "mi": 1 / 1609.344}


def records_of(run: Run, kind: str, zone: dt.tzinfo = HOME) -> Iterator[str]:
    """Write the records of a kind that a run has, in order of time."""
    levels = {
        "RunningSpeed": (run.speed_unit, run.speed_mps * _SPEEDS[run.speed_unit], 3),
        "RunningStrideLength": ("m", run.length_m, 5),
        "RunningPower": ("W", 250.0, 3),
        "RunningGroundContactTime": ("ms", 245.0, 5),
        "RunningVerticalOscillation": ("cm", 8.5, 5),
        "HeartRate": ("count/min", 150.0, 5),
    }
    counts = {
        "StepCount": ("count", run.cadence_spm / 60, 30),
        "DistanceWalkingRunning": (
            run.distance_unit,
            run.speed_mps * _DISTANCES[run.distance_unit],
            3,
        ),
    }
    if kind in levels and (run.has_dynamics or kind == "HeartRate"):
        unit, value, every = levels[kind]
        for at in range(0, run.seconds, every):
            start = run.start + dt.timedelta(seconds=at)
            length = 0 if kind == "HeartRate" else every
            end = start + dt.timedelta(seconds=length)
            yield record(kind, unit, WATCH, start, end, f"{value:.8g}", zone)
    if kind in counts and (run.has_steps or kind != "StepCount"):
        unit, rate, every = counts[kind]
        sources = [WATCH, PHONE] if run.has_phone else [WATCH]
        for at in range(0, run.seconds, every):
            start = run.start + dt.timedelta(seconds=at)
            length = min(every, run.seconds - at)
            end = start + dt.timedelta(seconds=length)
            for source in sources:
                value = f"{rate * length:.8g}"
                yield record(kind, unit, source, start, end, value, zone)


def workout(run: Run, zone: dt.tzinfo = HOME, pointer: int = 1) -> str:
    """Write the element of a run."""
    end = run.start + dt.timedelta(seconds=run.seconds)
    timer_s = run.seconds - sum(length for _, length in run.pauses)
    device = escape(_DEVICE.format(pointer), {'"': "&quot;"})
    total = (
        f' totalDistance="{run.distance_m * _DISTANCES[run.distance_unit]:.12g}"'
        f' totalDistanceUnit="{run.distance_unit}" totalEnergyBurned="300"'
        ' totalEnergyBurnedUnit="kcal"'
        if run.is_old
        else ""
    )
    head = (
        '<Workout workoutActivityType="HKWorkoutActivityTypeRunning"'
        f' duration="{timer_s / 60:.12g}" durationUnit="min"{total}'
        f' sourceName="{escape(run.source)}" sourceVersion="10.3" device="{device}"'
        f' creationDate="{date(end, zone)}" startDate="{date(run.start, zone)}"'
        f' endDate="{date(end, zone)}">'
    )
    lines = [head]
    if run.zone:
        lines.append(f' <MetadataEntry key="HKTimeZone" value="{run.zone}"/>')
    if run.is_indoor is not None:
        lines.append(
            f' <MetadataEntry key="HKIndoorWorkout" value="{int(run.is_indoor)}"/>'
        )

    def event(kind: str, at: int, more: str = "") -> str:
        when = date(run.start + dt.timedelta(seconds=at), zone)
        return f' <WorkoutEvent type="HKWorkoutEventType{kind}" date="{when}"{more}/>'

    begins, ends = (
        ("MotionPaused", "MotionResumed")
        if run.pause_kind == "Motion"
        else ("Pause", "Resume")
    )
    for at, length in run.pauses:
        lines += [event(begins, at), event(ends, at + length)]
    lap_at = 0
    for length in run.laps:
        lines.append(
            event("Lap", lap_at, f' duration="{length / 60:.12g}" durationUnit="min"')
        )
        lap_at += length
    lines.append(event("Segment", 0, ' duration="5" durationUnit="min"'))
    if not run.is_old:
        lines.append(
            f' <WorkoutStatistics type="{_P}DistanceWalkingRunning"'
            f' startDate="{date(run.start, zone)}" endDate="{date(end, zone)}"'
            f' sum="{run.distance_m * _DISTANCES[run.distance_unit]:.12g}"'
            f' unit="{run.distance_unit}"/>'
        )
    if run.has_route:
        lines.append(
            f' <WorkoutRoute sourceName="{escape(run.source)}"'
            f' startDate="{date(run.start, zone)}" endDate="{date(end, zone)}">\n'
            f'  <FileReference path="/workout-routes/{run.route_name}"/>\n'
            " </WorkoutRoute>"
        )
    return "\n".join([*lines, "</Workout>\n"])


def route(run: Run, exported: str = "2024-11-07T03:43:52Z") -> bytes:
    """Write the route of a run: north along a meridian, at 1 Hz."""
    points = "".join(
        f'<trkpt lon="10.000000" lat="{48 + at * run.speed_mps / 111_195:.7f}">'
        f"<ele>{500 + (at % 60) / 60:.6f}</ele>"
        f"<time>{run.start + dt.timedelta(seconds=at):%Y-%m-%dT%H:%M:%SZ}</time>"
        f"<extensions><speed>{run.speed_mps:.6f}</speed><course>0.000000</course>"
        "<hAcc>3.000000</hAcc><vAcc>2.000000</vAcc></extensions></trkpt>\n"
        for at in range(run.seconds)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gpx version="1.1" creator="Apple Health Export" '
        'xmlns="http://www.topografix.com/GPX/1/1">\n'
        f"  <metadata>\n    <time>{exported}</time>\n  </metadata>\n"
        f"  <trk>\n    <name>Route</name>\n    <trkseg>\n{points}    </trkseg>\n"
        "  </trk>\n</gpx>"
    ).encode()


KINDS = (
    "HeartRate",
    "StepCount",
    "DistanceWalkingRunning",
    "RunningStrideLength",
    "RunningVerticalOscillation",
    "RunningGroundContactTime",
    "RunningPower",
    "RunningSpeed",
)
_OTHERS = ("Walking", "Cycling", "TraditionalStrengthTraining")


def lines_of(
    runs: list[Run],
    *,
    dtd: str = DTD,
    n_others: int = 2,
    filler_bytes: int = 0,
    zone: dt.tzinfo = HOME,
    pointer: int = 1,
) -> Iterator[str]:
    """Give an export piece by piece.

    `filler_bytes` is about how much to write of records that no run has: energy of
    every minute, and steps and heart beats of days without a run.
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>\n' + dtd
    yield '<HealthData locale="en_US">\n'
    yield ' <ExportDate value="2024-11-07 03:43:52 -0700"/>\n'
    yield ' <Me HKCharacteristicTypeIdentifierBiologicalSex="HKBiologicalSexNotSet"/>\n'
    for kind in ("ActiveEnergyBurned", "BasalEnergyBurned", *KINDS):
        yield from _filler(kind, filler_bytes // 5, zone)
        for run in runs:
            yield from records_of(run, kind, zone)
    for number in range(n_others):
        moment = START + dt.timedelta(days=number, hours=9)
        kind = _OTHERS[number % len(_OTHERS)]
        yield (
            workout(Run(moment, 900, has_route=False), zone, pointer).replace(
                "TypeRunning", f"Type{kind}", 1
            )
        )
    for run in runs:
        yield workout(run, zone, pointer)
    yield ' <ActivitySummary dateComponents="2024-03-01" activeEnergyBurned="590"/>\n'
    yield "</HealthData>\n"


def _filler(kind: str, n_bytes: int, zone: dt.tzinfo) -> Iterator[str]:
    """Write records of years ago, a day's worth at a time, over and over."""
    units = {
        "ActiveEnergyBurned": "kcal",
        "BasalEnergyBurned": "kcal",
        "StepCount": "count",
        "HeartRate": "count/min",
        "DistanceWalkingRunning": "km",
    }
    if kind not in units:
        return
    written = day = 0
    template = "".join(
        record(
            kind,
            units[kind],
            WATCH,
            START - dt.timedelta(days=3000, seconds=-60 * minute),
            START - dt.timedelta(days=3000, seconds=-60 * minute - 50),
            minute % 90,
            zone,
        )
        for minute in range(600)
    )
    old = date(START - dt.timedelta(days=3000), zone)[:10]
    while written < n_bytes:
        new = date(START - dt.timedelta(days=2900 - day % 2800), zone)[:10]
        text = template.replace(old, new)
        yield text
        written += len(text)
        day += 1


def export(runs: list[Run], **options) -> bytes:
    """Give the whole export.xml."""
    return "".join(lines_of(runs, **options)).encode()


def write_export(stream: BinaryIO, runs: list[Run], **options) -> int:
    """Write an export.xml to a stream, and give its size."""
    size = 0
    for line in lines_of(runs, **options):
        size += stream.write(line.encode())
    return size


def write_folder(folder: Path, runs: list[Run], **options) -> Path:
    """Write an unpacked export, and give the path of its export.xml."""
    home = folder / "apple_health_export"
    (home / "workout-routes").mkdir(parents=True)
    with (home / "export.xml").open("wb") as stream:
        write_export(stream, runs, **options)
    for run in runs:
        if run.has_route:
            (home / "workout-routes" / run.route_name).write_bytes(route(run))
    return home / "export.xml"


def many_runs(count: int, *, seconds: int = 1800) -> list[Run]:
    """Give runs of every second day that differ a little."""
    return [
        Run(
            START + dt.timedelta(days=2 * number, minutes=7 * (number % 11)),
            seconds + number % 50,
            speed_mps=2.6 + (number % 9) / 10,
            cadence_spm=160.0 + number % 17,
        )
        for number in range(count)
    ]


def write_zip(path: Path, *, size_bytes: int, n_runs: int = 300) -> Path:
    """Write a whole export.zip whose export.xml has about this size."""
    runs = many_runs(n_runs)
    of_runs = len(export(runs[:1])) * n_runs
    buffered = 2**20
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        name = "apple_health_export/export.xml"
        with (
            archive.open(name, "w", force_zip64=True) as member,
            io.BufferedWriter(member, buffered) as stream,  # type: ignore[type-var]
        ):
            filler = max(size_bytes - of_runs, 0)
            write_export(stream, runs, filler_bytes=filler)
        for run in runs:
            archive.writestr(
                f"apple_health_export/workout-routes/{run.route_name}", route(run)
            )
    return path


def local(run: Run) -> str:
    """Give the start on the clock of the run, as Apple would write it there."""
    return date(run.start, ZoneInfo(run.zone))
