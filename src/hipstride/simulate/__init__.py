"""Runners with a known truth, as tables and as the files their watches would write."""

from hipstride.simulate._course import recordings
from hipstride.simulate._gear import DeviceUse, ShoeUse
from hipstride.simulate._history import History, history
from hipstride.simulate._peak import day_after_peak
from hipstride.simulate._runner import RATED_MOMENTS, Change, Runner, demo_runner
from hipstride.simulate._truth import ChangeTruth, Truth
from hipstride.simulate._write import FileFormat, write

__all__ = [
    "RATED_MOMENTS",
    "Change",
    "ChangeTruth",
    "DeviceUse",
    "FileFormat",
    "History",
    "Runner",
    "ShoeUse",
    "Truth",
    "day_after_peak",
    "demo_runner",
    "history",
    "recordings",
    "write",
]
