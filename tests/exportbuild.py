"""Account exports in their real layouts, filled with runs whose truth is known."""

from __future__ import annotations

import csv
import gzip
import json
import zipfile
from io import BytesIO, StringIO
from pathlib import Path

import pandas as pd
from tests.libbuild import ENCODERS

from hipstride.tables import Recording

_STRAVA_HEADER = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,"
    "Elapsed Time,Distance,Max Heart Rate,Relative Effort,Commute,"
    "Activity Private Note,Activity Gear,Filename,Athlete Weight,Bike Weight,"
    "Elapsed Time,Moving Time,Distance,Max Speed,Perceived Exertion"
)
STRAVA_HEADER = next(csv.reader([_STRAVA_HEADER]))


def garmin_row(recording: Recording, **fields: object) -> dict[str, object]:
    """An activity as ``summarizedActivities.json`` has it."""
    start_ms = recording.started_at.timestamp() * 1000
    offset = recording.utc_offset or pd.Timedelta(0)
    return {
        "activityId": int(start_ms) // 1000,
        "name": "Somewhere Running",
        "activityType": "running",
        "sportType": "RUNNING",
        "startTimeGmt": start_ms,
        "startTimeLocal": start_ms + offset.total_seconds() * 1000,
        "duration": recording.timer_s * 1000,
        "distance": recording.distance_m * 100,
        **fields,
    }


def garmin_list(rows: list[dict[str, object]]) -> bytes:
    """The JSON file that holds them."""
    return json.dumps([{"summarizedActivitiesExport": rows}]).encode()


def zipped(
    files: dict[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A zip of these files."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def garmin_export(
    path: Path,
    recordings: list[Recording],
    rows: list[dict[str, object]],
    others: dict[str, bytes] | None = None,
) -> Path:
    """An account export: activities in a zip within it, their list beside."""
    fits = {
        f"someone@example.org_{4242 + number:012d}.fit": ENCODERS["fit"](recording)
        for number, recording in enumerate(recordings)
    }
    uploaded = "DI_CONNECT/DI-Connect-Uploaded-Files/UploadedFiles_0-_Part1.zip"
    fitness = "DI_CONNECT/DI-Connect-Fitness/someone@example.org_0"
    path.write_bytes(
        zipped(
            {
                uploaded: zipped({**fits, **(others or {})}),
                f"{fitness}_summarizedActivities.json": garmin_list(rows),
                f"{fitness}_personalRecord.json": b"[]",
                "customer_data/customer.json": b"{}",
            }
        )
    )
    return path


def strava_row(recording: Recording, file: str, **fields: str) -> dict[str, str]:
    """An activity as ``activities.csv`` has it."""
    return {
        "Activity ID": "9125662739",
        "Activity Date": f"{recording.started_at:%b %d, %Y, %I:%M:%S %p}",
        "Activity Name": "Morning Run",
        "Activity Type": "Run",
        "Filename": file,
        "Distance": f"{recording.distance_m:.3f}",
        "Elapsed Time": f"{recording.timer_s:.0f}",
        **fields,
    }


def strava_export(path: Path, recordings: list[Recording], **fields: str) -> Path:
    """A bulk export: gzipped FIT files, and the list with its doubled headers."""
    files: dict[str, bytes] = {}
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(STRAVA_HEADER)
    for number, recording in enumerate(recordings):
        name = f"activities/{77000 + number}.fit.gz"
        files[name] = gzip.compress(ENCODERS["fit"](recording), mtime=0)
        row = strava_row(recording, name, **fields)
        cells = [row.get(header, "") for header in STRAVA_HEADER]
        # The first distance is in kilometres.
        cells[STRAVA_HEADER.index("Distance")] = f"{recording.distance_m / 1000:.2f}"
        writer.writerow(cells)
    files["activities.csv"] = text.getvalue().encode()
    files["profile.csv"] = b"Athlete ID,Email Address\n1,someone@example.org\n"
    files["media/photo.jpg"] = b"\xff\xd8"
    path.write_bytes(zipped(files))
    return path
