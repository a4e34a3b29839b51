"""Every FIT file of real devices: read or refused, and all decoders of one mind."""

from __future__ import annotations

import gc
import math
import warnings
from collections import defaultdict
from pathlib import Path

import fitdecode
import numpy as np
import pytest
from tests.conftest import real_files

from hipstride.errors import FitError, ReadError, UnknownFormatError
from hipstride.io._fit_expand import expand
from hipstride.io._fit_fitparse import parse
from hipstride.io._fit_messages import Messages
from hipstride.io._fit_profile import field_meanings, message_name
from hipstride.io._fit_scan import is_fit, scan
from hipstride.io._open import load
from hipstride.io.fit import read_fit, read_fit_tables
from hipstride.tables import LAPS, PAUSES, SAMPLES, Recording

FILES = real_files(".fit")
pytestmark = [
    pytest.mark.usefixtures("shared"),
    pytest.mark.parametrize(
        "path", FILES or [Path("absent")], ids=lambda path: path.name[-40:]
    ),
]

# Files that hold no activity, or nothing at all; by a part of the name.
NO_ACTIVITY = {
    "24696160481": "monitoring_b",
    "37140810636": "monitoring_b",
    "MonitoringFile": "monitoring_b",
    "Settings": "settings",
    "WorkoutRepeatSteps": "workout",
    "trainerroad_744490": "workout",
    "WeightScaleSingleUser": "weight",
    "DeveloperData": "3 of 3 records have no time",
    "empty": "0 bytes",
}
# What fitparse refuses, and why.
REFUSED_BY_FITPARSE = {
    "activity-unexpected-eof": "FitEOFError",
    "activity-settings-nodata": "FitEOFError",
    "activity-filecrc": "FitCRCError",
    "activity-activity-filecrc": "FitCRCError",
    "activity-settings-corruptheader": "FitHeaderError",
    "raw_run": "FitCRCError",
}
# Where the two engines differ by message and field, and why; nothing else may differ.
CAUSES = {
    ("developer_data_id", "application_version"): (
        "one file writes the type uint32 as 0x06, without the bit for byte order: "
        "hipstride reads a number as other decoders do, fitparse four bytes"
    ),
    ("jump", "enhanced_speed"): (
        "fitparse's profile does not know the message, so it cannot unpack it"
    ),
    ("hr", "event_timestamp"): (
        "several times packed into twelve bits each: hipstride leaves them packed, "
        "fitparse keeps the last one of each message"
    ),
}
# Samples of a run that is long enough for its means to be sharp.
LONG = 300
MAIN_TABLES = ("record", "session", "lap", "event")


@pytest.fixture(autouse=True)
def _no_garbage_collection():
    """Let the other libraries make their millions of objects in two thirds the time."""
    gc.disable()
    yield
    gc.enable()


def known_by(names: dict[str, str], path: Path) -> str | None:
    stem = path.name.removesuffix(".gz").removesuffix(".fit").split("--")[-1][5:]
    return names.get(stem)


def test_the_file_is_read_or_refused_with_a_reason(path):
    reason = known_by(NO_ACTIVITY, path)
    if reason is not None:
        with pytest.raises(ReadError, match=reason):
            read_fit(path)
        return
    for recording in read_fit(path):
        SAMPLES.check(recording.samples)
        LAPS.check(recording.laps)
        PAUSES.check(recording.pauses)

        assert len(recording.samples) > 0
        assert (recording.samples["elapsed_s"] >= 0).all()
        assert recording.samples["time"].is_monotonic_increasing
        assert recording.device or "the file does not name the device" in (
            recording.notes
        )
        assert recording.sport
        is_long = len(recording.samples) > 100 and recording.sport == "running"
        if is_long and "cadence_spm" in recording.samples:
            moving = recording.samples["cadence_spm"]
            assert 100 <= moving[moving > 0].median() <= 215


def test_both_engines_agree_in_every_field_and_in_every_recording(path, monkeypatch):
    raw = load(path)
    if not is_fit(raw.data):
        with pytest.raises(UnknownFormatError):
            read_fit(path, engine="fitparse")
        return
    refused = known_by(REFUSED_BY_FITPARSE, path)
    if refused is not None:
        with pytest.raises(FitError, match=refused):
            parse(raw.data, raw.name)
        return
    ours, theirs = Messages(scan(raw.data)), parse(raw.data, raw.name)

    assert {difference[:2] for difference in differences(ours, theirs)} <= set(CAUSES)

    monkeypatch.setattr("hipstride.io._fit_fitparse.parse", lambda *_: theirs)
    for one, other in zip(
        recordings(path, "columnar"), recordings(path, "fitparse"), strict=True
    ):
        assert_same(one, other)


def test_the_samples_of_a_run_add_up_to_what_its_session_says(path):
    if known_by(NO_ACTIVITY, path) is not None:
        pytest.skip("no activity")
    runs = [run for run in read_fit(path) if run.sport == "running"]
    sessions = read_fit_tables(path, messages=["session"]).get("session")
    if len(runs) != 1 or sessions is None or "total_timer_time" not in sessions:
        pytest.skip("not one run with totals")
    if len(runs[0].samples) < LONG:
        pytest.skip("too short for means")
    samples = runs[0].samples
    session = sessions[sessions["sport"] == "running"].iloc[0]
    passed = samples["elapsed_s"].iloc[-1] - runs[0].pauses["duration_s"].sum()

    assert passed == pytest.approx(session["total_timer_time"], rel=0.02)
    if "distance_m" in samples and session["total_distance"] > 0:
        covered = samples["distance_m"].dropna().iloc[-1]
        assert covered == pytest.approx(session["total_distance"], rel=0.01)
    if "cadence_spm" in samples and session.get("avg_cadence", math.nan) > 0:
        # Some devices count the seconds of standing still in the mean, some do not.
        cadence = samples["cadence_spm"].fillna(0)
        seconds = samples["elapsed_s"].diff().shift(-1).clip(0, 10).fillna(1)
        of_all = np.average(cadence, weights=seconds)
        of_steps = np.average(cadence, weights=seconds * (cadence > 0))
        half = np.nan_to_num(session.get("avg_fractional_cadence", 0.0))
        said = 2 * (session["avg_cadence"] + half)
        assert 0.97 * of_all <= said <= 1.03 * of_steps


def test_fitdecode_finds_the_same_messages_and_values(path):
    data = load(path).data
    if not is_fit(data):
        pytest.skip("not a FIT file")
    ours = Messages(scan(data))
    theirs = fitdecode_rows(data)

    assert {name: len(ours[name]) for name in ours} == {
        name: len(rows) for name, rows in theirs.items()
    }
    for name in MAIN_TABLES:
        if name in ours:
            assert_raw(ours[name], theirs[name])


def recordings(path: Path, engine) -> list[Recording]:
    try:
        return read_fit(path, engine=engine)
    except ReadError:
        return []


def differences(ours, theirs) -> set[tuple[str, str, str]]:
    found = {("messages", name, "") for name in {*ours} ^ {*theirs}}
    for name in ours:
        one, other = ours.get(name), theirs.get(name)
        if len(one) != len(other):
            found.add((name, "", "number of messages"))
            continue
        numbers = tuple(n for n, kind in one.kinds.items() if kind == "number")
        known = dict(zip(numbers, one.block(numbers), strict=True))
        known |= expand(one, known, ours.part_starts)
        known["timestamp"] = ours.times(one)
        for field, values in known.items():
            if not np.array_equal(values, other.block((field,))[0], equal_nan=True):
                found.add((name, field, "numbers"))
        for field, kind in one.kinds.items():
            if kind == "text" and one.texts(field) != other.texts(field):
                found.add((name, field, "texts"))
            if kind in {"numbers", "bytes"} and not same_arrays(
                one.arrays(field), other.arrays(field)
            ):
                found.add((name, field, "arrays"))
        for field in {*other.names} - {*one.names} - {*known}:
            found.add((name, field, "only fitparse has it"))
    return found


def same_arrays(one: np.ndarray, other: np.ndarray) -> bool:
    """Compare rows of numbers; gaps at the end of all rows may be left away."""
    width = max(one.shape[1], other.shape[1])
    padded = [
        np.pad(a, ((0, 0), (0, width - a.shape[1])), constant_values=math.nan)
        for a in (one, other)
    ]
    return np.array_equal(*padded, equal_nan=True)


def assert_same(one: Recording, other: Recording) -> None:
    for table in ("samples", "laps", "pauses"):
        assert getattr(one, table).equals(getattr(other, table)), table
    for name in ("run_id", "sport", "sub_sport", "device", "started_at", "utc_offset"):
        assert getattr(one, name) == getattr(other, name), name
    for name in ("rpe_0_10", "feel_0_100", "distance_m", "timer_s"):
        assert np.array_equal(
            getattr(one, name), getattr(other, name), equal_nan=True
        ), name


def fitdecode_rows(data: bytes) -> dict[str, list]:
    """Give fitdecode's messages; of a damaged file those before the damage."""
    rows = defaultdict(list)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with fitdecode.FitReader(
                data, processor=None, check_crc=fitdecode.CrcCheck.DISABLED
            ) as stream:
                for frame in stream:
                    if frame.frame_type == fitdecode.FIT_FRAME_DATA:
                        rows[message_name(frame.global_mesg_num)].append(frame)
        except fitdecode.FitError:
            pass
    return rows


def assert_raw(table, frames) -> None:
    meanings = field_meanings(table.number)
    numbers = tuple(n for n, kind in table.kinds.items() if kind == "number")
    columns = dict(zip(numbers, table.block(numbers).tolist(), strict=True))
    for i, frame in enumerate(frames):
        for field in frame.fields:
            definition, raw = field.field_def, field.raw_value
            if definition is None or definition.is_dev or isinstance(raw, (tuple, str)):
                continue
            meaning = meanings.get(definition.def_num)
            name = meaning.name if meaning else f"unknown_{definition.def_num}"
            if name not in columns:
                continue
            value = columns[name][i]
            if raw is None:
                assert math.isnan(value), (name, i)
            elif meaning:
                assert value == raw / meaning.scale - meaning.shift, (name, i)
            else:
                assert value == raw, (name, i)
