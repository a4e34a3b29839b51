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
