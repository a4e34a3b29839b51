"""One recording as a table for a notebook: what a runner wants to see first."""

from __future__ import annotations

from math import isfinite, nan

from hipstride.runs.notes import apart
from hipstride.runs.row import row_of
from hipstride.tables import Recording
from hipstride.tables._html import facts_table
from hipstride.units import (
    METRES_PER_KILOMETRE,
    METRES_PER_MILE,
    default_units,
    format_duration,
    format_pace,
)

__all__ = ["html_of"]

_METRES = {"km": METRES_PER_KILOMETRE, "mi": METRES_PER_MILE}
_UNKNOWN = "not in the file"


def html_of(recording: Recording) -> str:
    """Set out a recording: device, start, distance, time, pace, cadence, step, notes.

    Parameters
    ----------
    recording : Recording
        One run; also one without samples.

    Returns
    -------
    str
        A table in HTML. Totals, means and notes are those of `hipstride.summarize`.

    Examples
    --------
    >>> from hipstride import read_run, sample
    >>> "steps/min" in html_of(read_run(sample.folder() / "runs" / "run-0001.fit"))
    True
    """
    row = row_of(recording)[0]
    units = default_units()
    metres = _METRES[units]
    distance_m, duration_s = _number(row["distance_m"]), _number(row["duration_s"])
    speed_mps = distance_m / duration_s if duration_s > 0 else nan
    pace = format_pace(speed_mps, metres=metres)
    return facts_table(
        recording.source or "A recording",
        {
            "sport": _sport(recording) or _UNKNOWN,
            "device": recording.device or _UNKNOWN,
            "start": _start(recording),
            "distance": _told(distance_m / metres, ".2f", units) + _typed(recording),
            "time": format_duration(duration_s),
            "pace": pace if pace == "–" else f"{pace} /{units}",
            "cadence": _told(_number(row["mean_cadence_spm"]), ".0f", "steps/min"),
            "step length": _told(_number(row["mean_step_length_m"]), ".3f", "m")
            + ("" if row["is_step_length_independent"] else ", guessed by the watch"),
            "samples / laps": f"{len(recording.samples):,} / {len(recording.laps)}",
            "notes": apart(str(row["notes"])),
        },
    )


def _sport(recording: Recording) -> str:
    kind = "" if recording.sub_sport == "generic" else recording.sub_sport
    return " ".join(filter(None, (recording.sport, kind))).replace("_", " ")


def _start(recording: Recording) -> str:
    """Say when it began, on the runner's clock where the file tells it."""
    if recording.utc_offset is None:
        return f"{recording.started_at:%Y-%m-%d %H:%M} UTC"
    clock = recording.started_at.tz_localize(None) + recording.utc_offset
    return f"{clock:%Y-%m-%d %H:%M}"


def _typed(recording: Recording) -> str:
    return ", as typed in" if isfinite(recording.belt_distance_m) else ""


def _told(value: float, form: str, unit: str) -> str:
    return f"{value:{form}} {unit}" if isfinite(value) else "–"


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else nan
