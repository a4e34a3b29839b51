"""What several tables share: how a column is described, and the common columns."""

from __future__ import annotations

from hipstride.tables._spec import Column

__all__ = [
    "CADENCE_SPM",
    "DISTANCE_M",
    "DURATION_S",
    "ELAPSED_S",
    "FEEL_0_100",
    "GRADE_PCT",
    "HEART_RATE_BPM",
    "LOCAL_DATE",
    "RPE_0_10",
    "RUN_ID",
    "SPEED_MPS",
    "STARTED_AT",
    "STEP_LENGTH_M",
    "UTC_OFFSET_S",
    "flag",
    "needed",
    "number",
]


def number(
    name: str,
    unit: str,
    meaning: str,
    low: float | None = None,
    high: float | None = None,
) -> Column:
    return Column(name, "float", meaning, unit, low, high)


def flag(name: str, meaning: str) -> Column:
    return Column(name, "bool", meaning)


def needed(column: Column) -> Column:
    return Column(
        column.name,
        column.kind,
        column.meaning,
        column.unit,
        column.low,
        column.high,
        required=True,
    )


ELAPSED_S = number("elapsed_s", "s", "time since the start, with pauses", 0, 360_000)
DURATION_S = number("duration_s", "s", "how long it lasts", 0, 360_000)
DISTANCE_M = number("distance_m", "m", "distance covered", 0, 500_000)
SPEED_MPS = number("speed_mps", "m/s", "speed over ground or belt", 0, 12)
CADENCE_SPM = number("cadence_spm", "steps/min", "steps of both feet", 0, 300)
STEP_LENGTH_M = number("step_length_m", "m", "one foot to the other", 0.2, 2.5)
HEART_RATE_BPM = number("heart_rate_bpm", "beats/min", "heart rate", 30, 230)
GRADE_PCT = number("grade_pct", "%", "rise per distance", -45, 45)
RUN_ID = Column("run_id", "text", "the run, by the hash of its file")
LOCAL_DATE = Column("local_date", "day", "calendar day on the runner's clock")
STARTED_AT = Column("started_at", "instant", "start, in UTC")
UTC_OFFSET_S = number(
    "utc_offset_s", "s", "what to add to UTC for the wall clock", -50_400, 50_400
)
RPE_0_10 = number("rpe_0_10", "0–10", "perceived exertion, told to the watch", 0, 10)
FEEL_0_100 = number(
    "feel_0_100", "0–100", "how the runner felt, told to the watch", 0, 100
)
