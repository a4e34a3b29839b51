"""How many of one unit are in another."""

from __future__ import annotations

__all__ = [
    "DEGREES_PER_SEMICIRCLE",
    "HOURS_PER_DAY",
    "METRES_PER_KILOMETRE",
    "METRES_PER_MILE",
    "SECONDS_PER_DAY",
    "SECONDS_PER_HOUR",
    "SECONDS_PER_MINUTE",
    "STEPS_PER_STRIDE",
]

SECONDS_PER_MINUTE = 60.0
SECONDS_PER_HOUR = 3600.0
SECONDS_PER_DAY = 86400.0
HOURS_PER_DAY = 24.0
METRES_PER_KILOMETRE = 1000.0
METRES_PER_MILE = 1609.344  # international mile, exact since 1959
# A step is one foot to the other, a stride is two steps.
STEPS_PER_STRIDE = 2.0
# FIT stores positions as signed 32-bit fractions of a half turn.
DEGREES_PER_SEMICIRCLE = 180.0 / 2**31
