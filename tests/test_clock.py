"""The day of a run is that of the runner's clock, also where the file holds UTC."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.libbuild import run, write
from tzfpy import get_tz

import hipstride as hs
from hipstride.errors import HipstrideError
from hipstride.io._clock import with_clock, zone_at
from hipstride.io._zones import checked_zone, machine_zone

PLACES = {
    "Europe/Berlin": (52.52, 13.40),
    "America/New_York": (40.78, -73.97),
    "Asia/Tokyo": (35.68, 139.75),
    "Asia/Kathmandu": (27.71, 85.32),
    "Pacific/Chatham": (-43.95, -176.56),
    "Australia/Sydney": (-33.87, 151.21),
    "Pacific/Kiritimati": (1.87, -157.43),
    "Pacific/Pago_Pago": (-14.28, -170.70),
}


def abroad(zone: str, wall_clock: str):
    """A run that begins at this time on the clock of the zone; the file holds UTC."""
    start = pd.Timestamp(wall_clock, tz=zone).tz_convert("UTC").tz_localize(None)
    return run(str(start), minutes=5, place=PLACES[zone], hours=None)


@pytest.mark.parametrize("zone", PLACES)
@pytest.mark.parametrize("suffix", ["gpx", "tcx", "fit"])
def test_a_run_before_midnight_while_travelling_lands_on_its_day(
    zone: str, suffix: str, tmp_path: Path
):
    recording = abroad(zone, "2026-07-14 23:50")
    read = hs.read_run(write(recording, tmp_path / f"late.{suffix}"))

    assert read.local_date == pd.Timestamp("2026-07-14")
    assert f"the clock is that of {zone}, by the run's position" in read.notes


@pytest.mark.parametrize(
    ("wall_clock", "hours"),
    [
        ("2026-03-29 00:30", 1),
        ("2026-03-29 04:30", 2),
        ("2026-10-25 00:30", 2),
        ("2026-10-25 04:30", 1),
    ],
)
def test_the_nights_in_which_clocks_are_changed(wall_clock, hours):
    read = with_clock(abroad("Europe/Berlin", wall_clock))

    assert read.utc_offset == pd.Timedelta(hours=hours)
    assert read.local_date == pd.Timestamp(wall_clock).normalize()


def test_the_clock_that_a_file_tells_stands(tmp_path):
    recording = run("2026-07-14 21:50", place=PLACES["Asia/Tokyo"], hours=2.0)
    read = hs.read_run(write(recording, tmp_path / "a.fit"))

    assert read.utc_offset == pd.Timedelta(hours=2)
    assert not any("by the run's position" in note for note in read.notes)


def test_a_device_set_to_utc_is_told_where_that_moves_the_day():
    late = replace(abroad("Asia/Tokyo", "2026-07-15 06:00"), utc_offset=pd.Timedelta(0))
    noon = replace(abroad("Asia/Tokyo", "2026-07-15 12:00"), utc_offset=pd.Timedelta(0))

    assert with_clock(late).local_date == pd.Timestamp("2026-07-14")
    assert "on another day than in Asia/Tokyo" in with_clock(late).notes[-1]
    assert with_clock(noon).notes == noon.notes


@pytest.mark.parametrize("hours", [67 / 60, -14.5])
def test_an_offset_that_no_clock_has_is_not_used(hours):
    odd = replace(
        abroad("Asia/Tokyo", "2026-07-15 06:00"), utc_offset=pd.Timedelta(hours=hours)
    )
    read = with_clock(odd)

    assert read.utc_offset == pd.Timedelta(hours=9)
    assert (
        f"the file's clock is {hours:.2f} h from UTC, which no clock is"
        in (read.notes[-2])
    )


@pytest.mark.parametrize("zone", ["Nowhere/At_All", "Asia/Tokyo"])
def test_a_clock_that_cannot_be_told_is_noted(zone, monkeypatch):
    monkeypatch.setattr("hipstride.io._clock.get_tz", lambda *_: zone)
    last = pd.Timestamp("9999-12-31 23:50", tz="UTC").as_unit("us")
    read = with_clock(replace(abroad("Asia/Tokyo", "2026-07-15"), started_at=last))

    assert read.utc_offset is None
    assert read.notes[-1].startswith(f"what the clocks of {zone} showed")


def test_a_treadmill_run_without_a_clock_keeps_the_day_of_utc(tmp_path):
    recording = run("2026-07-14 23:50", place=None, hours=None, sub_sport="treadmill")
    read = hs.read_run(write(recording, tmp_path / "belt.tcx"))
    runs = hs.summarize([read])

    assert read.utc_offset is None
    assert "the runner's clock is not in the file" in runs["notes"][0]


def test_a_position_without_a_fix_is_no_place():
    samples = pd.DataFrame(
        {
            "latitude_deg": [np.nan, 0.0, 95.0, 35.68],
            "longitude_deg": [np.nan, 0.0, 10.0, 139.75],
        }
    )

    assert zone_at(samples) == "Asia/Tokyo"
    assert zone_at(samples.iloc[:3]) is None
    assert zone_at(samples[["latitude_deg"]]) is None


def test_a_run_over_the_border_of_a_zone_counts_by_its_start():
    samples = pd.DataFrame(
        {"latitude_deg": [42.14, 42.12], "longitude_deg": [-8.64, -8.64]}
    )
    there, back = zone_at(samples), zone_at(samples.iloc[::-1])

    assert {there, back} <= {"Europe/Madrid", "Europe/Lisbon"}
    assert there == zone_at(samples.iloc[:1])


@given(
    st.floats(-89, 89),
    st.floats(-179.9, 179.9),
    st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - UTC below
)
def test_the_day_is_that_of_the_clocks_where_it_began(latitude, longitude, moment):
    at = pd.Timestamp(moment).tz_localize("UTC").as_unit("us")
    samples = pd.DataFrame({"latitude_deg": [latitude], "longitude_deg": [longitude]})
    blank = replace(run(minutes=1), utc_offset=None, started_at=at, samples=samples)
    zone = get_tz(longitude, latitude)
    there = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))

    found = with_clock(blank)

    if latitude or longitude:
        assert found.local_date.date() == there.date()


def test_a_zone_is_found_in_any_case_of_letters_and_by_its_city():
    assert checked_zone("europe/berlin") == "Europe/Berlin"
    assert checked_zone("America/new york") == "America/New_York"
    assert checked_zone("Tokyo") == "Asia/Tokyo"


def test_an_unknown_zone_is_refused_with_those_like_it():
    with pytest.raises(HipstrideError, match=r"found 'Europe/Berlim'; .*Europe/Berlin"):
        checked_zone("Europe/Berlim")


def test_the_zone_of_the_machine_is_a_zone(monkeypatch):
    assert checked_zone(machine_zone()) == machine_zone()

    monkeypatch.setattr("tzlocal.get_localzone_name", lambda: "Nowhere/At_All")
    assert machine_zone() == "UTC"
