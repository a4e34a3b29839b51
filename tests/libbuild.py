"""Build run files whose truth is known, for libraries to be filled with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from tests.runbuild import samples

from hipstride.io._fit_encode import encode_fit
from hipstride.io._xml_encode import encode_gpx, encode_tcx
from hipstride.tables import LAPS, Recording

ENCODERS = {"fit": encode_fit, "gpx": encode_gpx, "tcx": encode_tcx}


def run(
    start="2026-09-01 06:00",
    *,
    minutes=12,
    speed=3.0,
    cadence=170.0,
    wave_spm=2.0,
    heart_rate=150.0,
    place=(48.1, 11.5),
    sport="running",
    sub_sport="",
    hours=2.0,
    seed=0,
) -> Recording:
    """A steady run whose cadence goes up and down as `seed` says.

    `place` is where it starts; None is a run without positions.
    """
    rng = np.random.default_rng(seed)
    seconds = int(minutes * 60)
    knots = rng.standard_normal(seconds // 45 + 2)
    wave = wave_spm * np.interp(np.arange(seconds), 45 * np.arange(len(knots)), knots)
    columns = {"heart_rate_bpm": heart_rate, "distance_m": speed * np.arange(seconds)}
    if place is not None:
        north = speed * np.arange(seconds) / 111_195
        columns |= {"latitude_deg": place[0] + north, "longitude_deg": place[1]}
    frame = samples(
        seconds,
        speed=speed,
        cadence=None if cadence is None else np.round(cadence + wave),
        **columns,
    )
    started_at = pd.Timestamp(start, tz="UTC").as_unit("us")
    frame["time"] = started_at + (frame["time"] - frame["time"].iloc[0])
    return Recording(
        run_id="",
        source="",
        format="fit",
        sport=sport,
        sub_sport=sub_sport,
        device="garmin fr955",
        started_at=started_at,
        utc_offset=None if hours is None else pd.Timedelta(hours=hours),
        samples=frame,
        laps=LAPS.empty(),
        distance_m=float(speed * (seconds - 1)),
        timer_s=float(seconds - 1),
    )


def write(recording: Recording, path: Path) -> Path:
    """Write a recording in the format that the name ends in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(ENCODERS[path.suffix[1:]](recording))
    return path


def season(folder: Path, n_runs: int = 6) -> Path:
    """A folder of runs on successive days, in three formats."""
    for number in range(n_runs):
        day = pd.Timestamp("2026-09-01 06:00") + pd.Timedelta(days=number)
        suffix = ("fit", "gpx", "tcx")[number % 3]
        path = folder / f"run-{number:02d}.{suffix}"
        write(run(str(day), seed=number, speed=2.8 + 0.05 * number), path)
    return folder


def without(recording: Recording, *names: str) -> Recording:
    """The same recording without some of its columns."""
    return replace(recording, samples=recording.samples.drop(columns=list(names)))
