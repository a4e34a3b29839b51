"""The tables and their columns: the one home of names, units, plausible ranges."""

from __future__ import annotations

from hipstride.tables._columns import (
    CADENCE_SPM,
    DISTANCE_M,
    DURATION_S,
    ELAPSED_S,
    FEEL_0_100,
    GRADE_PCT,
    HEART_RATE_BPM,
    LOCAL_DATE,
    RPE_0_10,
    RUN_ID,
    SPEED_MPS,
    STARTED_AT,
    STEP_LENGTH_M,
    UTC_OFFSET_S,
    flag,
    needed,
    number,
)
from hipstride.tables._spec import Column, Table

__all__ = [
    "CHANGES",
    "CHANGE_KINDS",
    "JOURNAL",
    "LAPS",
    "LAYOFFS",
    "OBSERVATIONS",
    "PAIN_MOMENTS",
    "PAUSES",
    "RUNS",
    "SAMPLES",
    "SIDES",
    "SPLITS",
    "WINDOWS",
]

PAIN_MOMENTS = ("before", "during", "after", "next_morning", "day")
SIDES = ("left", "right", "both")
CHANGE_KINDS = (
    "stride",
    "cue",
    "rest",
    "injection",
    "physio",
    "strength",
    "shoes",
    "drug",
    "other",
)


SAMPLES = Table(
    "samples",
    "one moment of one run",
    (
        needed(Column("time", "instant", "the moment, in UTC")),
        needed(ELAPSED_S),
        number("distance_m", "m", "distance since the start", 0, 500_000),
        SPEED_MPS,
        CADENCE_SPM,
        STEP_LENGTH_M,
        number("stride_length_m", "m", "two steps", 0.4, 5),
        number("device_step_length_m", "m", "step length of the device", 0.2, 2.5),
        HEART_RATE_BPM,
        number("altitude_m", "m", "height above sea level", -450, 9_000),
        GRADE_PCT,
        number("latitude_deg", "°", "latitude, WGS 84", -90, 90),
        number("longitude_deg", "°", "longitude, WGS 84", -180, 180),
        number("vertical_oscillation_m", "m", "rise and fall of the trunk", 0.02, 0.25),
        number("ground_contact_s", "s", "time of a foot on the ground", 0.1, 0.6),
        number("ground_contact_balance_pct", "%", "share of the left foot", 30, 70),
        number("vertical_ratio_pct", "%", "oscillation per step length", 2, 25),
        number("power_w", "W", "running power as the device gives it", 0, 2_000),
        number("temperature_degc", "°C", "temperature at the device", -40, 60),
        flag("is_moving", "not standing and not paused"),
        flag("is_running", "moving at the cadence and speed of a run"),
        flag("is_usable", "steady running on good signals"),
        Column("unusable_because", "text", "the first reason why not, a category"),
        flag("is_grade_reliable", "the altitude is good enough for the grade"),
    ),
    prefixes=("dev_", "unknown_"),
)

LAPS = Table(
    "laps",
    "one lap",
    (
        needed(Column("lap", "int", "number of the lap, from 1")),
        needed(STARTED_AT),
        needed(DURATION_S),
        DISTANCE_M,
    ),
)

SPLITS = Table(
    "splits",
    "one mile, kilometre, stretch of time or lap of a run",
    (
        needed(Column("split", "int", "number of the split, from 1")),
        needed(STARTED_AT),
        ELAPSED_S,
        needed(number("duration_s", "s", "timer time: pauses excluded", 0, 360_000)),
        DISTANCE_M,
        number("speed_mps", "m/s", "distance over timer time", 0, 12),
        number("cadence_spm", "steps/min", "steps over time while running", 0, 300),
        number("step_length_m", "m", "ground over steps while running", 0.2, 2.5),
        number("stride_length_m", "m", "two steps", 0.4, 5),
        number(
            "stride_deviation_pct",
            "%",
            "the step against the runner's own curve at that speed and grade (of ln)",
            -30,
            30,
        ),
        HEART_RATE_BPM,
        GRADE_PCT,
        number("ascent_m", "m", "sum of the climbs", 0, 20_000),
        number("running_fraction", "–", "share of the time that was run", 0, 1),
        flag("is_whole", "not what remained at the end"),
        Column("note", "text", "what was odd or missing, or empty"),
    ),
)

PAUSES = Table(
    "pauses",
    "one span in which the timer stood",
    (needed(ELAPSED_S), needed(DURATION_S)),
)

WINDOWS = Table(
    "windows",
    "30 s of steady running",
    (
        needed(RUN_ID),
        needed(ELAPSED_S),
        needed(DURATION_S),
        needed(SPEED_MPS),
        needed(CADENCE_SPM),
        needed(STEP_LENGTH_M),
        GRADE_PCT,
        HEART_RATE_BPM,
    ),
)

_RUN_COLUMNS = (
    needed(RUN_ID),
    needed(STARTED_AT),
    needed(LOCAL_DATE),
    needed(number("duration_s", "s", "timer time: pauses excluded", 0, 360_000)),
    needed(DISTANCE_M),
    UTC_OFFSET_S,
    flag("is_treadmill", "the file says treadmill or indoors"),
    number("moving_s", "s", "time in motion", 0, 360_000),
    number("running_s", "s", "time running", 0, 360_000),
    number("ascent_m", "m", "sum of the climbs", 0, 20_000),
    number("mean_speed_mps", "m/s", "mean speed of the steady running (of ln)", 0, 12),
    number(
        "mean_cadence_spm",
        "steps/min",
        "mean cadence of the steady running (of ln)",
        0,
        300,
    ),
    number("mean_step_length_m", "m", "its mean step length", 0.2, 2.5),
    number("mean_grade_pct", "%", "mean grade of the steady running", -45, 45),
    number(
        "step_length_at_ref_speed_m",
        "m",
        "step length at the runner's reference speed on the flat",
        0.2,
        2.5,
    ),
    number(
        "step_length_at_ref_speed_se_m",
        "m",
        "its standard error, autocorrelation respected",
        0,
        1,
    ),
    number(
        "stride_deviation_pct",
        "%",
        "distance of the matched-speed step length from the baseline (of ln)",
        -30,
        30,
    ),
    flag("is_baseline", "one of the runs that the stride deviations are counted from"),
    Column(
        "step_length_source",
        "text",
        "where the step length comes from: `device`, `derived` or `belt`",
    ),
    flag(
        "is_step_length_independent",
        "speed was measured apart from cadence, so step length carries news",
    ),
    number("load_acute_m", "m", "7-day EWMA of distance to the day before", 0, 100_000),
    number("load_chronic_m", "m", "28-day EWMA of distance to the day before", 0, 1e5),
    number("load_acute_s", "s", "7-day EWMA of time to the day before", 0, 86_400),
    number("load_chronic_s", "s", "28-day EWMA of time to the day before", 0, 86_400),
    number("load_acute_ascent_m", "m", "7-day EWMA of ascent, as above", 0, 20_000),
    number("load_chronic_ascent_m", "m", "28-day EWMA of ascent, as above", 0, 20_000),
    number("days_since_last_run", "d", "days since the run before", 0, 10_000),
    flag("is_first_run_back", "the first run after 7 whole days or more without one"),
    number("usable_fraction", "–", "share of the time that is usable", 0, 1),
    Column("account", "text", "how good the data are, in a few words"),
    number("grade_reliable_fraction", "–", "share of the way of known grade", 0, 1),
    RPE_0_10,
    FEEL_0_100,
    Column("name", "text", "what the runner or the app called it"),
    Column("description", "text", "what the runner wrote under it"),
    Column("device", "text", "maker and product"),
    Column("shoe", "text", "the shoe, as the list of the account names it"),
    Column("source", "text", "name of the file"),
    Column("notes", "text", "what was assumed or lost, joined by `; `"),
)

RUNS = Table("runs", "one run", _RUN_COLUMNS)

LAYOFFS = Table(
    "layoffs",
    "one spell of days without a run",
    (
        Column("name", "text", "its months, such as `March 2026`"),
        needed(Column("label", "text", "its length, its first and its last day")),
        needed(Column("last_run_on", "day", "the last run before it")),
        Column("first_run_back_on", "day", "the run that ended it; missing so far"),
        needed(Column("days", "int", "whole days without a run", "d", 1, 10_000)),
        Column("run_id", "text", "the first run back; missing so far"),
        number("load_chronic_m", "m", "28-day load with the last run's day", 0, 1e5),
        Column("runs_before", "int", "runs in the 28 days to the last run", "–", 1, 99),
        number("back_distance_pct", "%", "first run back of their median", 0, 1e3),
        number("back_duration_pct", "%", "the same of time", 0, 1e3),
    ),
)

_PAIN_0_10 = number("pain_0_10", "0–10", "pain, 0 none to 10 worst imaginable", 0, 10)

JOURNAL = Table(
    "journal",
    "one rating",
    (
        needed(LOCAL_DATE),
        needed(_PAIN_0_10),
        Column("time", "text", "wall-clock time as HH:MM, or missing"),
        Column("moment", "text", "one of " + ", ".join(f"`{m}`" for m in PAIN_MOMENTS)),
        Column("side", "text", "one of " + ", ".join(f"`{s}`" for s in SIDES)),
        Column("site", "text", "where it hurts, such as `hip`"),
        Column("run_id", "text", "the run it belongs to, where the runner says so"),
        Column("note", "text", "free words"),
    ),
)

CHANGES = Table(
    "changes",
    "one thing the runner changed",
    (
        needed(Column("started_on", "day", "first day of it")),
        needed(
            Column(
                "kind", "text", "one of " + ", ".join(map("`{}`".format, CHANGE_KINDS))
            )
        ),
        Column("ended_on", "day", "last day of it; missing while it lasts"),
        Column("label", "text", "the runner's words, such as `glute cue`"),
    ),
)

OBSERVATIONS = Table(
    "observations",
    "one run with its pain and its context",
    (
        *_RUN_COLUMNS,
        *(
            number(f"pain_{moment}_0_10", "0–10", f"pain {words}", 0, 10)
            for moment, words in (
                ("before", "before the run"),
                ("during", "during the run"),
                ("after", "after the run"),
                ("next_morning", "on the next morning"),
            )
        ),
        needed(number("day", "d", "days since the first run", 0, 40_000)),
    ),
    prefixes=("change_", "control_"),
)
