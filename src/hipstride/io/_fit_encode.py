"""A run as the FIT file that a watch would write; the mirror of the decoder.

All records go out as one structured array, so that an hour costs about a millisecond.
The records stand in `_fit_records_out`, how a message is packed in `_fit_pack`.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

import numpy as np
import pandas as pd
from fastcrc import crc16

from hipstride.io._fit_pack import Value, message
from hipstride.io._fit_records_out import EPOCH, describe_developer_fields, records
from hipstride.tables import SAMPLES, Recording

__all__ = ["encode_fit"]

_PROTOCOL_2_0 = 0x20
_PROFILE_VERSION = 21171
# An id for makers who have none; the real makers' ids are theirs.
_DEVELOPMENT = 255


def encode_fit(
    recording: Recording,
    *,
    developer_fields: Mapping[str, tuple[str, str]] | None = None,
) -> bytes:
    """Write a recording as a FIT activity file.

    Parameters
    ----------
    recording : Recording
        What to write: samples, pauses, laps, totals and what the runner told the
        watch. Columns that hipstride derives (step length, grade, the flags) have no
        place in the file and stay out.
    developer_fields : mapping, optional
        For columns ``dev_*``: the name and the unit that the file gives them. Where
        not given, each such column goes under its own name, without a unit.

    Returns
    -------
    bytes
        The file. Equal recordings give equal bytes.

    Raises
    ------
    TableError
        If the samples are no `SAMPLES` table, or a value does not fit its field; it is
        never wrapped or cut to fit.

    Notes
    -----
    FIT knows whole seconds; times are rounded to them. NaN becomes the field's invalid
    value, and a column of nothing but NaN is left out.

    Examples
    --------
    >>> from hipstride import simulate
    >>> past = simulate.history(simulate.Runner(), n_runs=2, seed=1)
    >>> run = next(simulate.recordings(past, duration_s=600))
    >>> encode_fit(run)[8:12]
    b'.FIT'
    """
    samples = recording.samples
    SAMPLES.check(samples)
    if developer_fields is None:
        developer_fields = {
            name: (name.removeprefix("dev_"), "")
            for name in samples.columns
            if name.startswith("dev_")
        }
    started = _seconds(recording.started_at)
    first: dict[str, Value] = {
        "type": "activity",
        "manufacturer": _DEVELOPMENT,
        "product": 0,
        "time_created": started,
        "product_name": recording.device or None,
    }
    device: dict[str, Value] = {
        "timestamp": started,
        "device_index": 0,
        "manufacturer": _DEVELOPMENT,
        "product": 0,
        "product_name": recording.device or None,
    }
    body = b"".join(
        (
            message("file_id", first),
            message("device_info", device),
            describe_developer_fields(developer_fields),
            _moments(recording, developer_fields, started),
            _laps(recording, started),
            _totals(recording, started),
        )
    )
    head = struct.pack(
        "<BBHI4s", 14, _PROTOCOL_2_0, _PROFILE_VERSION, len(body), b".FIT"
    )
    head += struct.pack("<H", crc16.arc(head))
    return head + body + struct.pack("<H", crc16.arc(head + body))


def _moments(
    recording: Recording, developer_fields: Mapping[str, tuple[str, str]], started: int
) -> bytes:
    """Write the records, and between them the timer's stops and starts."""
    samples, pauses = recording.samples, recording.pauses
    head, rows = records(samples, developer_fields)
    raw_times = rows["timestamp"]
    stops = started + np.rint(pauses["elapsed_s"].to_numpy(np.float64)).astype(np.int64)
    ends = started + np.rint(
        (pauses["elapsed_s"] + pauses["duration_s"]).to_numpy(np.float64)
    ).astype(np.int64)
    begin: dict[str, Value] = {
        "timestamp": started,
        "event": "timer",
        "event_type": "start",
    }
    pieces = [message("event", begin), head]
    done = 0
    for stop, end in zip(stops.tolist(), ends.tolist(), strict=True):
        # A sample on the second of the stop still belongs before it.
        upto = max(done, int(np.searchsorted(raw_times, stop, side="right")))
        pieces += [
            rows[done:upto].tobytes(),
            message("event", {**begin, "timestamp": stop, "event_type": "stop_all"}),
            message("event", {**begin, "timestamp": end}),
        ]
        done = upto
    over: dict[str, Value] = {
        **begin,
        "timestamp": _end(recording, started),
        "event_type": "stop_all",
    }
    return b"".join((*pieces, rows[done:].tobytes(), message("event", over)))


def _laps(recording: Recording, started: int) -> bytes:
    laps = recording.laps
    if len(laps) == 0:
        return b""
    starts = [_seconds(moment) for moment in laps["started_at"]]
    ends = [*starts[1:], _end(recording, started)]
    if "distance_m" in laps.columns:
        distances = laps["distance_m"].tolist()
    else:
        distances = [np.nan] * len(laps)
    return b"".join(
        message(
            "lap",
            {
                "timestamp": end,
                "message_index": row,
                "event": "lap",
                "event_type": "stop",
                "start_time": start,
                "total_elapsed_time": float(end - start),
                "total_timer_time": duration_s,
                "total_distance": distance_m,
                "lap_trigger": "session_end" if row + 1 == len(laps) else "distance",
                "sport": recording.sport or None,
            },
            define=row == 0,
        )
        for row, (start, end, duration_s, distance_m) in enumerate(
            zip(starts, ends, laps["duration_s"].tolist(), distances, strict=True)
        )
    )


def _totals(recording: Recording, started: int) -> bytes:
    """Write the session and the activity, the latter with the local clock."""
    end = _end(recording, started)
    session: dict[str, Value] = {
        "timestamp": end,
        "message_index": 0,
        "event": "session",
        "event_type": "stop",
        "start_time": started,
        "sport": recording.sport or None,
        "sub_sport": recording.sub_sport or None,
        "total_elapsed_time": float(end - started),
        "total_timer_time": recording.timer_s,
        "total_distance": recording.distance_m,
        "first_lap_index": 0,
        "num_laps": len(recording.laps),
        "trigger": "activity_end",
        "workout_feel": recording.feel_0_100,
        # The watch asks from 1 to 10 and stores ten times that.
        "workout_rpe": 10 * recording.rpe_0_10,
    }
    offset = recording.utc_offset
    activity: dict[str, Value] = {
        "timestamp": end,
        "total_timer_time": recording.timer_s,
        "num_sessions": 1,
        "type": "manual",
        "event": "activity",
        "event_type": "stop",
        "local_timestamp": (
            None if offset is None else end + round(offset.total_seconds())
        ),
    }
    return message("session", session) + message("activity", activity)


def _end(recording: Recording, started: int) -> int:
    """Give the second in which the session ended, the last pause included."""
    samples, pauses = recording.samples, recording.pauses
    end = started
    if len(samples):
        end = max(end, _seconds(samples["time"].iloc[-1]))
    if len(pauses):
        last = pauses.iloc[-1]
        end = max(end, started + round(last["elapsed_s"] + last["duration_s"]))
    return end


def _seconds(moment: pd.Timestamp) -> int:
    """Give the FIT second nearest to a moment."""
    return round((moment - EPOCH).total_seconds())
