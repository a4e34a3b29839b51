"""What of each column may be shown to a stranger: the list that `safe_table` follows.

It stands beside the columns, so that whoever adds one decides this too; a test fails
for a column that is not here, and a table that is made safe loses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

__all__ = ["DISCLOSURE", "Disclosure", "disclosure"]

Disclosure = Literal[
    "keep", "drop", "shift", "run", "runs", "device", "shoe", "words", "clock", "kind"
]

# By column; "table.column" where a name means another thing in one table.
DISCLOSURE: Mapping[str, Disclosure] = MappingProxyType(
    {
        # Numbers that measure the run, the runner's answers and the flags stay.
        **dict.fromkeys(
            (
                "altitude_m",
                "ascent_m",
                "back_distance_pct",
                "back_duration_pct",
                "belt_distance_m",
                "cadence_spm",
                "day",
                "days",
                "days_since_last_run",
                "device_step_length_m",
                "distance_m",
                "duration_s",
                "elapsed_s",
                "feel_0_100",
                "grade_pct",
                "grade_reliable_fraction",
                "ground_contact_balance_pct",
                "ground_contact_s",
                "heart_rate_bpm",
                "is_baseline",
                "is_first_run_back",
                "is_grade_reliable",
                "is_moving",
                "is_running",
                "is_step_length_independent",
                "is_treadmill",
                "is_usable",
                "is_whole",
                "lap",
                "load_acute_ascent_m",
                "load_acute_m",
                "load_acute_s",
                "load_chronic_ascent_m",
                "load_chronic_m",
                "load_chronic_s",
                "mean_cadence_spm",
                "mean_grade_pct",
                "mean_speed_mps",
                "mean_step_length_m",
                "moving_s",
                "pain_0_10",
                "pain_after_0_10",
                "pain_before_0_10",
                "pain_during_0_10",
                "pain_next_morning_0_10",
                "power_w",
                "rpe_0_10",
                "running_fraction",
                "running_s",
                "runs_before",
                "speed_mps",
                "split",
                "step_length_at_ref_speed_m",
                "step_length_at_ref_speed_se_m",
                "step_length_m",
                "stride_deviation_pct",
                "stride_length_m",
                "temperature_degc",
                "usable_fraction",
                "vertical_oscillation_m",
                "vertical_ratio_pct",
                "watch_distance_m",
            ),
            "keep",
        ),
        # Where; and the offset to UTC, which tells the region.
        **dict.fromkeys(("latitude_deg", "longitude_deg", "utc_offset_s"), "drop"),
        # Words that the runner or an app wrote, and names of files.
        **dict.fromkeys(
            ("description", "file", "name", "note", "notes", "reason", "source"), "drop"
        ),
        # Our own words; but a table may come from anywhere, and no text is kept.
        **dict.fromkeys(("account", "unusable_because"), "drop"),
        # A file that is known elsewhere is known again by its hash, and by its size.
        **dict.fromkeys(("sha256", "size_bytes"), "drop"),
        # Instants and days, all by the same secret number of days.
        **dict.fromkeys(
            (
                "ended_on",
                "first_run_back_on",
                "last_run_on",
                "local_date",
                "started_at",
                "started_on",
                "time",
            ),
            "shift",
        ),
        "journal.time": "clock",
        # The id of a run is part of the hash of its file.
        "run_id": "run",
        "duplicate_of": "run",
        "run_ids": "runs",
        # It may be called after its owner, and a shoe as the runner likes.
        "device": "device",
        "shoe": "shoe",
        # Only the words that these columns are meant to hold.
        **dict.fromkeys(
            (
                "kind",
                "moment",
                "side",
                "site",
                "sport",
                "step_length_source",
                "sub_sport",
                "verdict",
            ),
            "words",
        ),
        # A change is called by its kind.
        "label": "kind",
        # It tells the days.
        "layoffs.label": "drop",
    }
)


def disclosure(table: str, column: str) -> Disclosure:
    """Say what becomes of a column of a table; what is not listed is dropped.

    Examples
    --------
    >>> disclosure("samples", "time"), disclosure("journal", "time")
    ('shift', 'clock')
    """
    return DISCLOSURE.get(f"{table}.{column}", DISCLOSURE.get(column, "drop"))
