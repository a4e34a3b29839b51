"""Conversions have an obvious answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipstride import units


def test_a_mile_is_5280_feet():
    assert pytest.approx(5280 * 0.3048) == units.METRES_PER_MILE


def test_half_a_turn_is_180_degrees():
    assert 2**31 * units.DEGREES_PER_SEMICIRCLE == 180


@pytest.mark.parametrize(
    ("duration_s", "text"),
    [
        (0, "0:00"),
        (59.4, "0:59"),
        (59.5, "1:00"),
        (3599.7, "1:00:00"),
        (-75, "-1:15"),
        (float("inf"), "–"),
        (float("nan"), "–"),
    ],
)
def test_durations_read_as_on_a_watch(duration_s: float, text: str):
    assert units.format_duration(duration_s) == text


@pytest.mark.parametrize("speed_mps", [0.0, -1.0, float("nan")])
def test_who_stands_has_no_pace(speed_mps: float):
    assert units.format_pace(speed_mps) == "–"


def test_eight_minute_miles_are_written_so():
    speed_mps = units.METRES_PER_MILE / 480

    assert units.format_pace(speed_mps, metres=units.METRES_PER_MILE) == "8:00"


@given(st.integers(0, 10**6))
def test_a_written_duration_can_be_read_back(duration_s: int):
    total = 0
    for part in units.format_duration(duration_s).split(":"):
        total = total * 60 + int(part)

    assert total == duration_s


@pytest.mark.parametrize(
    ("text", "distance_m"),
    [
        ("3mi", 3 * units.METRES_PER_MILE),
        (" 3.0 Miles ", 3 * units.METRES_PER_MILE),
        ("3,5 km", 3500),
        ("4828m", 4828),
        ("5K", 5000),
        (".5mi", units.METRES_PER_MILE / 2),
    ],
)
def test_distances_are_read_as_people_type_them(text: str, distance_m: float):
    assert units.parse_distance_m(text) == pytest.approx(distance_m)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("4828", "expected a distance with its unit"),
        ("4,828m", "thousands or for a decimal point"),
        ("0 km", "expected a distance above 0"),
        ("-3mi", "expected a distance with its unit"),
        ("3 furlongs", "expected a distance with its unit"),
        ("", "found ''"),
    ],
)
def test_what_is_no_distance_is_refused_with_what_was_found(text: str, words: str):
    with pytest.raises(ValueError, match=words):
        units.parse_distance_m(text)


@pytest.mark.parametrize(
    ("text", "duration_s"),
    [
        ("9:30", 570),
        ("9:30.5", 570.5),
        ("1:02:03", 3723),
        ("90:00", 5400),
        ("10min", 600),
        ("1h 30 min", 5400),
        ("9'30\"", 570),
        ("90 s", 90),
    ],
)
def test_durations_are_read_as_people_type_them(text: str, duration_s: float):
    assert units.parse_duration_s(text) == duration_s


@pytest.mark.parametrize(
    "text", ["90", "9:75", "1:75:00", "0:00", "10m", "", "2min 1h"]
)
def test_what_is_no_duration_is_refused(text: str):
    with pytest.raises(ValueError, match=r"^found '.*'; expected a duration"):
        units.parse_duration_s(text)


@given(st.integers(1, 10**6))
def test_a_written_duration_is_read_back(duration_s: int):
    assert units.parse_duration_s(units.format_duration(duration_s)) == duration_s


@pytest.mark.parametrize(
    ("text", "speed_mps"),
    [
        ("9:30/mi", units.METRES_PER_MILE / 570),
        ("5:30 min/km", 1000 / 330),
        ("5:30 per km", 1000 / 330),
        ("1:45/400m", 400 / 105),
        ("6.5 mph", 6.5 * units.METRES_PER_MILE / 3600),
        ("10 km/h", 10 / 3.6),
        ("3 m/s", 3),
    ],
)
def test_paces_are_read_as_people_type_them(text: str, speed_mps: float):
    assert units.parse_pace_mps(text) == pytest.approx(speed_mps)


@pytest.mark.parametrize("text", ["9:30", "9:30/", "/mi", "9:75/mi", "10", "fast", ""])
def test_what_is_no_pace_is_refused(text: str):
    with pytest.raises(ValueError, match=r"^found '.*'; expected a pace or a speed"):
        units.parse_pace_mps(text)
