"""The tables and their columns: the one home of names, units, plausible ranges."""

from __future__ import annotations

from hipstride.tables._spec import Column, Table

__all__ = [
    "CHANGES",
    "CHANGE_KINDS",
    "JOURNAL",
    "LAPS",
    "OBSERVATIONS",
    "PAIN_MOMENTS",
    "PAUSES",
    "RUNS",
    "SAMPLES",
    "SIDES",
    "TABLES",
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


def _f(
    name: str,
    unit: str,
    meaning: str,
    low: float | None = None,
    high: float | None = None,
) -> Column:
    return Column(name, "float", meaning, unit, low, high)


def _is(name: str, meaning: str) -> Column:
    return Column(name, "bool", meaning)


def _need(column: Column) -> Column:
    return Column(
        column.name,
        column.kind,
        column.meaning,
        column.unit,
        column.low,
        column.high,
        required=True,
    )


_ELAPSED_S = _f("elapsed_s", "s", "time since the start, pauses included", 0, 360_000)
_DURATION_S = _f("duration_s", "s", "how long it lasts", 0, 360_000)
_DISTANCE_M = _f("distance_m", "m", "distance covered", 0, 500_000)
_SPEED_MPS = _f("speed_mps", "m/s", "speed over ground or belt", 0, 12)
_CADENCE_SPM = _f("cadence_spm", "steps/min", "steps of both feet", 0, 300)
_STEP_LENGTH_M = _f("step_length_m", "m", "one foot to the other", 0.2, 2.5)
_HEART_RATE_BPM = _f("heart_rate_bpm", "beats/min", "heart rate", 30, 230)
_GRADE_PCT = _f("grade_pct", "%", "rise per distance", -45, 45)
_RUN_ID = Column("run_id", "text", "the run, by the hash of its file")
_LOCAL_DATE = Column("local_date", "day", "calendar day on the runner's clock")
_STARTED_AT = Column("started_at", "instant", "start, in UTC")

SAMPLES = Table(
    "samples",
    "one moment of one run",
    (
        _need(Column("time", "instant", "the moment, in UTC")),
        _need(_ELAPSED_S),
        _f("distance_m", "m", "distance since the start", 0, 500_000),
        _SPEED_MPS,
        _CADENCE_SPM,
        _STEP_LENGTH_M,
        _f("stride_length_m", "m", "two steps", 0.4, 5),
        _f("device_step_length_m", "m", "step length as the device gives it", 0.2, 2.5),
        _HEART_RATE_BPM,
        _f("altitude_m", "m", "height above sea level", -450, 9_000),
        _GRADE_PCT,
        _f("latitude_deg", "°", "latitude, WGS 84", -90, 90),
        _f("longitude_deg", "°", "longitude, WGS 84", -180, 180),
        _f("vertical_oscillation_m", "m", "rise and fall of the trunk", 0.02, 0.25),
        _f("ground_contact_s", "s", "time of a foot on the ground", 0.1, 0.6),
        _f("ground_contact_balance_pct", "%", "share of the left foot", 30, 70),
        _f("vertical_ratio_pct", "%", "oscillation per step length", 2, 25),
        _f("power_w", "W", "running power as the device gives it", 0, 2_000),
        _f("temperature_degc", "°C", "temperature at the device", -40, 60),
        _is("is_moving", "not standing and not paused"),
        _is("is_running", "moving at the cadence and speed of a run"),
        _is("is_usable", "steady running on good signals"),
    ),
    prefixes=("dev_", "unknown_"),
)

LAPS = Table(
    "laps",
    "one lap",
    (
        _need(Column("lap", "int", "number of the lap, from 1")),
        _need(_STARTED_AT),
        _need(_DURATION_S),
        _DISTANCE_M,
    ),
)

PAUSES = Table(
    "pauses",
    "one span in which the timer stood",
    (_need(_ELAPSED_S), _need(_DURATION_S)),
)

WINDOWS = Table(
    "windows",
    "30 s of steady running",
    (
        _need(_RUN_ID),
        _need(_ELAPSED_S),
        _need(_DURATION_S),
        _need(_SPEED_MPS),
        _need(_CADENCE_SPM),
        _need(_STEP_LENGTH_M),
        _GRADE_PCT,
        _HEART_RATE_BPM,
    ),
)

_RUN_COLUMNS = (
    _need(_RUN_ID),
    _need(_STARTED_AT),
    _need(_LOCAL_DATE),
    _need(_f("duration_s", "s", "timer time: pauses excluded", 0, 360_000)),
    _need(_DISTANCE_M),
    _f("utc_offset_s", "s", "what to add to UTC for the wall clock", -50_400, 50_400),
    _is("is_treadmill", "the file says treadmill or indoors"),
    _f("moving_s", "s", "time in motion", 0, 360_000),
    _f("running_s", "s", "time running", 0, 360_000),
    _f("ascent_m", "m", "sum of the climbs", 0, 20_000),
    _f("mean_speed_mps", "m/s", "mean speed of the steady running (of ln)", 0, 12),
    _f(
        "mean_cadence_spm",
        "steps/min",
        "mean cadence of the steady running (of ln)",
        0,
        300,
    ),
    _f("mean_step_length_m", "m", "mean step length of the steady running", 0.2, 2.5),
    _f("mean_grade_pct", "%", "mean grade of the steady running", -45, 45),
    _f(
        "step_length_at_ref_speed_m",
        "m",
        "step length at the runner's reference speed on the flat",
        0.2,
        2.5,
    ),
    _f(
        "step_length_at_ref_speed_se_m",
        "m",
        "its standard error, autocorrelation respected",
        0,
        1,
    ),
    _f(
        "stride_deviation_pct",
        "%",
        "distance of the matched-speed step length from the baseline (of ln)",
        -30,
        30,
    ),
    _is("is_baseline", "one of the runs that the stride deviations are counted from"),
    Column(
        "step_length_source",
        "text",
        "where the step length comes from: `device`, `derived` or `belt`",
    ),
    _is(
        "is_step_length_independent",
        "speed was measured apart from cadence, so step length carries news",
    ),
    _f("load_acute_m", "m", "7-day EWMA of distance up to the day before", 0, 100_000),
    _f("load_chronic_m", "m", "28-day EWMA of distance up to the day before", 0, 1e5),
    _f("days_since_last_run", "d", "days since the run before", 0, 10_000),
    _f("usable_fraction", "–", "share of the time that is usable", 0, 1),
    _f("rpe_0_10", "0–10", "perceived exertion, told to the watch", 0, 10),
    _f("feel_0_100", "0–100", "how the runner felt, told to the watch", 0, 100),
    Column("device", "text", "maker and product"),
    Column("source", "text", "name of the file"),
    Column("notes", "text", "what was assumed or lost, joined by `; `"),
)

RUNS = Table("runs", "one run", _RUN_COLUMNS)

_PAIN_0_10 = _f("pain_0_10", "0–10", "pain, 0 none to 10 worst imaginable", 0, 10)

JOURNAL = Table(
    "journal",
    "one rating",
    (
        _need(_LOCAL_DATE),
        _need(_PAIN_0_10),
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
        _need(Column("started_on", "day", "first day of it")),
        _need(
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
            _f(f"pain_{moment}_0_10", "0–10", f"pain {words}", 0, 10)
            for moment, words in (
                ("before", "before the run"),
                ("during", "during the run"),
                ("after", "after the run"),
                ("next_morning", "on the next morning"),
            )
        ),
        _need(_f("day", "d", "days since the first run", 0, 40_000)),
    ),
    prefixes=("change_",),
)

TABLES = (SAMPLES, LAPS, PAUSES, WINDOWS, RUNS, JOURNAL, CHANGES, OBSERVATIONS)
