"""Constants and conversions. SI inside; pace, kilometres and miles are for people.

No pandas here: every function takes and returns plain numbers, NumPy arrays or text.
"""

from hipstride.units._constants import (
    DEGREES_PER_SEMICIRCLE,
    HOURS_PER_DAY,
    METRES_PER_KILOMETRE,
    METRES_PER_MILE,
    SECONDS_PER_DAY,
    SECONDS_PER_HOUR,
    SECONDS_PER_MINUTE,
    STEPS_PER_STRIDE,
)
from hipstride.units._locale import LengthUnits, chosen_units, default_units, metres_per
from hipstride.units._typed import parse_distance_m, parse_duration_s, parse_pace_mps
from hipstride.units._written import format_duration, format_pace

__all__ = [
    "DEGREES_PER_SEMICIRCLE",
    "HOURS_PER_DAY",
    "METRES_PER_KILOMETRE",
    "METRES_PER_MILE",
    "SECONDS_PER_DAY",
    "SECONDS_PER_HOUR",
    "SECONDS_PER_MINUTE",
    "STEPS_PER_STRIDE",
    "LengthUnits",
    "chosen_units",
    "default_units",
    "format_duration",
    "format_pace",
    "metres_per",
    "parse_distance_m",
    "parse_duration_s",
    "parse_pace_mps",
]
