"""Apple Health: what comes back of a known run, from exports small, cut and strange."""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import io
import re
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import applebuild as ab
from applebuild import Run
from hipstride.errors import DataQualityWarning, ReadError, UnknownFormatError
from hipstride.io import _open
from hipstride.io import apple_health as apple
from hipstride.io._apple_scan import attributes, whole_tags, workout_elements
from hipstride.io.apple_health import apple_export, is_apple_health, read_apple_health
from hipstride.io.reading import read_run, read_runs
from hipstride.tables import SAMPLES, Recording

SHORT = 300


def read_one(run: Run, **options) -> Recording:
    """Read the export of one run, its route beside it."""
    [recording] = read_apple_health(
        ab.export([run], **options), name="export.xml", open_route=routes(run)
    )
    return recording


def routes(*runs: Run) -> Callable[[str], bytes | None]:
    by_path = {f"/workout-routes/{run.route_name}": ab.route(run) for run in runs}
    return by_path.get


def exported(data: bytes, *runs: Run) -> apple.AppleExport:
    return apple_export(lambda: io.BytesIO(data), routes(*runs), "export.xml")


def middle(recording: Recording, name: str) -> float:
    return float(recording.samples[name].median())


def noted(recording: Recording, words: str) -> bool:
    return any(re.search(words, note) for note in recording.notes)


def assert_same(one: Recording, other: Recording) -> None:
    pd.testing.assert_frame_equal(one.samples, other.samples)
    pd.testing.assert_frame_equal(one.laps, other.laps)
    pd.testing.assert_frame_equal(one.pauses, other.pauses)
    assert one.notes == other.notes
    for name in ("device", "sub_sport", "started_at", "utc_offset"):
        assert getattr(one, name) == getattr(other, name), name
    for name in ("distance_m", "timer_s"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name))


# What comes back


def test_speed_cadence_and_step_length_of_a_run_come_back():
    run = Run(speed_mps=3.0, cadence_spm=168.0)
    recording = read_one(run)

    SAMPLES.check(recording.samples)
    assert recording.format == "apple"
    assert middle(recording, "speed_mps") == pytest.approx(3.0)
    assert middle(recording, "cadence_spm") == pytest.approx(168.0)
    assert middle(recording, "device_step_length_m") == pytest.approx(60 * 3 / 168)
    assert middle(recording, "heart_rate_bpm") == 150
    assert middle(recording, "power_w") == 250
    assert middle(recording, "ground_contact_s") == pytest.approx(0.245)
    assert middle(recording, "vertical_oscillation_m") == pytest.approx(0.085)
    assert recording.samples["distance_m"].max() == pytest.approx(run.distance_m)


def test_there_is_one_row_for_each_second():
    recording = read_one(Run(seconds=SHORT))

    assert recording.samples["elapsed_s"].tolist() == list(range(SHORT + 1))
    assert recording.samples["time"].iloc[0] == recording.started_at


@pytest.mark.parametrize("is_old", [True, False])
def test_totals_are_read_from_before_and_since_ios_16(is_old):
    run = Run(is_old=is_old, distance_unit="mi", pauses=((600, 60),))
    recording = read_one(run)

    assert recording.distance_m == pytest.approx(run.distance_m)
    assert recording.timer_s == pytest.approx(run.seconds - 60)
    assert recording.laps["duration_s"].tolist() == pytest.approx([run.seconds - 60])


def test_the_device_is_its_name_and_hardware():
    assert read_one(Run(seconds=SHORT)).device == "Apple Watch Watch6,12"


@pytest.mark.parametrize("unit", ["m/s", "km/hr", "mi/hr", "ft/s"])
def test_speed_is_read_in_the_unit_of_any_locale(unit):
    assert middle(read_one(Run(speed_unit=unit)), "speed_mps") == pytest.approx(3.0)


def test_a_unit_that_is_not_known_is_noted_and_left_out():
    data = ab.export([Run(seconds=SHORT, has_route=False)])
    [recording] = read_apple_health(data.replace(b'"km/hr"', b'"furlong/min"'))

    assert noted(recording, "RunningSpeed in the unit 'furlong/min' was not read")
    assert noted(recording, "speed is that of DistanceWalkingRunning")
    assert middle(recording, "speed_mps") == pytest.approx(3.0, rel=0.01)


def test_only_running_workouts_are_given_in_order_of_start():
    runs = [Run(ab.START + dt.timedelta(days=day), SHORT) for day in (4, 2, 9)]
    recordings = read_apple_health(ab.export(runs, n_others=5))

    starts = [recording.started_at for recording in recordings]
    assert starts == sorted(pd.Timestamp(run.start) for run in runs)
    ids = [recording.run_id for recording in recordings]
    assert ids == [ids[0], f"{ids[0]}-2", f"{ids[0]}-3"]


def test_the_sample_of_a_real_export_is_read(shared):
    folder = shared / "exports" / "apple_health_export"
    if not folder.is_dir():
        pytest.skip("no real export")
    [recording] = read_apple_health(folder / "export.xml")

    assert recording.distance_m == pytest.approx(0.4971749504535062 * 1609.344)
    assert recording.timer_s == pytest.approx(5.19412346680959 * 60)
    assert recording.started_at == pd.Timestamp("2016-11-14 14:25:41", tz="UTC")
    assert recording.utc_offset == pd.Timedelta(hours=-8)
    assert recording.device == "Apple Watch"
    assert noted(recording, "3 of 3 points of the route lie outside")


# Steps, strides and cadence


def test_a_step_is_told_from_a_stride_by_the_counted_steps():
    step, stride = (read_one(Run(steps_in_length=number)) for number in (1, 2))

    for recording in (step, stride):
        assert middle(recording, "device_step_length_m") == pytest.approx(60 * 3 / 168)
    assert noted(step, "is of a step: .* means 168 a minute, where 168 were counted")
    assert noted(stride, r"is of a stride \(two steps\) and was halved: .* 84 a minute")


@given(
    speed_mps=st.floats(2.2, 5.0),
    shift=st.floats(0.9, 1.1),
    number=st.sampled_from([1, 2]),
)
@settings(max_examples=15, deadline=None)
def test_without_counted_steps_speed_tells_a_step_from_a_stride(
    speed_mps, shift, number
):
    cadence_spm = (138 + 8 * speed_mps) * shift
    run = Run(
        ab.START,
        SHORT,
        speed_mps,
        cadence_spm,
        steps_in_length=number,
        has_steps=False,
        has_route=False,
    )
    recording = read_one(run)

    assert middle(recording, "cadence_spm") == pytest.approx(cadence_spm, rel=1e-3)
    assert noted(recording, "is of a step" if number == 1 else "is of a stride")


def test_a_circular_step_length_is_said_to_be_one():
    recording = read_one(Run(has_steps=False))

    assert noted(recording, "cadence was made from speed and Apple's step length")


def test_a_length_that_is_neither_step_nor_stride_is_not_used():
    recording = read_one(Run(seconds=SHORT, steps_in_length=4))

    assert "device_step_length_m" not in recording.samples
    assert noted(recording, "neither of a step nor of a stride")
    assert middle(recording, "cadence_spm") == pytest.approx(168)


def test_a_length_without_speed_is_not_used():
    run = Run(seconds=SHORT, has_route=False)
    data = ab.export([run])
    data = re.sub(rb"<Record type=.*(RunningSpeed|DistanceW|StepC).*\n", b"", data)
    [recording] = read_apple_health(data)

    assert noted(recording, "too little speed to tell")
    assert "cadence_spm" not in recording.samples


def test_without_running_speed_the_route_gives_it():
    recording = read_one(Run(has_dynamics=False))

    assert noted(recording, "speed is that of the route")
    assert middle(recording, "speed_mps") == pytest.approx(3.0)
    assert middle(recording, "cadence_spm") == pytest.approx(168)


def test_an_unknown_speed_of_the_route_is_missing():
    run = Run(seconds=SHORT, has_dynamics=False)
    track = ab.route(run).replace(b"<speed>3.000000", b"<speed>-1.000000", 20)
    [recording] = read_apple_health(ab.export([run]), open_route=lambda _: track)

    assert recording.samples["speed_mps"].head(20).isna().all()
    assert recording.samples["speed_mps"].min() == 3.0


def test_phone_and_watch_are_not_counted_twice():
    recording = read_one(Run(has_phone=True))

    assert middle(recording, "cadence_spm") == pytest.approx(168)
    assert recording.samples["distance_m"].max() == pytest.approx(5400)
    assert noted(recording, "StepCount was recorded by 2 sources; that of .*Watch")


def test_an_apps_workout_takes_the_source_that_recorded_most():
    recording = read_one(Run(source="Some App", has_phone=True))

    assert middle(recording, "cadence_spm") == pytest.approx(168)


def test_the_same_record_written_twice_counts_once():
    data = ab.export([Run(seconds=SHORT)])
    twice = re.sub(rb"( <Record .*\n)", rb"\1\1", data)

    [once], [again] = read_apple_health(data), read_apple_health(twice)
    assert_same(once, again)


def test_counts_of_long_spans_are_left_out_and_noted():
    run = Run(seconds=SHORT, has_steps=False)
    long = ab.record(
        "StepCount", "count", ab.WATCH, run.start, run.start + dt.timedelta(0, 290), 800
    )
    data = ab.export([run]).replace(b" <Record", long.encode() + b" <Record", 1)
    [recording] = read_apple_health(data)

    assert noted(recording, "1 counts of StepCount over more than 120 s were not used")


# Clock, place, pauses, laps


def test_the_clock_is_that_of_the_run_and_not_of_the_phone_at_the_export():
    recording = read_one(Run(seconds=SHORT, zone="Asia/Tokyo"))

    assert recording.utc_offset == pd.Timedelta(hours=9)
    assert recording.started_at == pd.Timestamp(ab.START)


@pytest.mark.parametrize(
    ("zone", "hours"), [("GMT+0530", 5.5), ("Europe/London", 0), ("GMT", 0)]
)
def test_zones_are_known_by_name_and_by_offset(zone, hours):
    assert read_one(Run(seconds=SHORT, zone=zone)).utc_offset == pd.Timedelta(
        hours=hours
    )


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "America"])
def test_without_zone_and_place_the_phones_offset_is_taken_and_noted(zone):
    recording = read_one(Run(seconds=SHORT, zone=zone, has_route=False))

    assert recording.utc_offset == pd.Timedelta(hours=-7)
    assert noted(recording, "its clock is that of the phone at the export")
    assert noted(recording, "zone .* is not known") == bool(zone)


def test_without_a_zone_the_place_tells_the_clock():
    recording = read_one(Run(seconds=SHORT, zone=""))

    assert recording.utc_offset == pd.Timedelta(hours=1)
    assert noted(recording, "the clock is that of Europe/Berlin, by the run's position")


@pytest.mark.parametrize(
    ("is_indoor", "sub_sport"), [(True, "treadmill"), (False, ""), (None, "")]
)
def test_a_run_is_on_a_treadmill_only_if_the_export_says_so(is_indoor, sub_sport):
    run = Run(seconds=SHORT, is_indoor=is_indoor, has_route=False)

    assert read_one(run).sub_sport == sub_sport


@pytest.mark.parametrize("kind", ["", "Motion"])
def test_pauses_are_those_of_the_workouts_events(kind):
    run = Run(pauses=((300, 60), (900, 30)), pause_kind=kind)
    recording = read_one(run)

    assert recording.pauses.to_numpy().tolist() == [[300, 60], [900, 30]]


def test_a_pause_that_nothing_ends_lasts_to_the_end():
    data = ab.export([Run(seconds=SHORT, pauses=((200, 50),))])
    data = re.sub(rb' <WorkoutEvent type="HKWorkoutEventTypeResume".*\n', b"", data)
    [recording] = read_apple_health(data)

    assert recording.pauses.to_numpy().tolist() == [[200, 100]]


def test_laps_are_those_that_the_runner_took():
    recording = read_one(Run(seconds=600, laps=(200, 300)))

    assert recording.laps["duration_s"].tolist() == pytest.approx([200, 300])
    assert recording.laps["lap"].tolist() == [1, 2]
    assert recording.laps["started_at"].diff().iloc[1] == pd.Timedelta(seconds=200)


def test_older_laps_mark_where_one_ends():
    data = ab.export([Run(seconds=600, laps=(200, 300))])
    data = re.sub(rb"(EventTypeLap.*?) duration=.*?/>", rb"\1/>", data)
    [recording] = read_apple_health(data)

    # The marks are at 0 s and 200 s.
    assert recording.laps["duration_s"].tolist() == [200, 400]


def test_the_timer_runs_when_neither_runner_nor_watch_has_stopped_it():
    run = Run(pauses=((100, 100),))
    data = ab.export([run])
    for kind, at in (("MotionPaused", 150), ("MotionResumed", 300)):
        when = ab.date(run.start + dt.timedelta(seconds=at))
        event = f' <WorkoutEvent type="HKWorkoutEventType{kind}" date="{when}"/>\n'
        data = data.replace(b"</Workout>\n <Act", event.encode() + b"</Workout>\n <Act")
    [recording] = read_apple_health(data)

    assert recording.pauses.to_numpy().tolist() == [[100, 200]]


# Files


def test_routes_are_found_beside_a_path_and_nowhere_else(tmp_path):
    run = Run(seconds=SHORT)
    path = ab.write_folder(tmp_path, [run])
    [recording] = read_apple_health(path)

    assert recording.samples["latitude_deg"].notna().any()
    (tmp_path / "apple_health_export" / "workout-routes" / run.route_name).rename(
        tmp_path / "secret.gpx"
    )
    data = path.read_bytes().replace(
        b"/workout-routes/" + run.route_name.encode(), b"/../secret.gpx"
    )
    path.write_bytes(data)
    [recording] = read_apple_health(path)
    assert "latitude_deg" not in recording.samples
    assert noted(recording, "its route /../secret.gpx is not there")


def test_a_damaged_route_keeps_its_whole_points():
    run = Run(seconds=SHORT)
    track = ab.route(run)[: -len(ab.route(run)) // 2]
    [recording] = read_apple_health(ab.export([run]), open_route=lambda _: track)

    assert 100 < recording.samples["latitude_deg"].notna().sum() < 200


@pytest.mark.parametrize(
    "points",
    [b"<trkpt>no place</trkpt>", b"</WorkoutRoute></Workout><trkpt></trkpt>"],
)
def test_a_route_that_is_none_costs_only_itself(points):
    run = Run(seconds=SHORT)
    track = b"<gpx><trk><trkseg>" + points + b"</trkseg></trk></gpx>"
    data = ab.export([run])
    [recording] = read_apple_health(data, open_route=lambda _: track)
    [extract] = apple_export(lambda: io.BytesIO(data), lambda _: track, "").extracts()
    [again] = read_apple_health(extract.data)

    assert noted(recording, "route could not be read|is not there or has no points")
    assert middle(recording, "cadence_spm") == pytest.approx(168)
    assert_same(recording, again)


def test_a_route_that_cannot_be_opened_is_missing():
    def broken(path: str) -> bytes:
        raise ReadError(path, "a broken member")

    [recording] = read_apple_health(ab.export([Run(seconds=SHORT)]), open_route=broken)

    assert noted(recording, "its route .* is not there")


def test_a_gzipped_export_is_read():
    data = gzip.compress(ab.export([Run(seconds=SHORT)]))

    assert len(read_apple_health(data)) == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no XML"),
        (b"<gpx></gpx>", "another file; expected .* with the root <HealthData>"),
        (b"<ClinicalDocument/>", r"clinical documents \(export_cda.xml\)"),
        (b"<HealthData></HealthData>", "no running workout, but none"),
        (ab.export([]), "no running workout, but 1 cycling, 1 walking"),
        (b"PK\x03\x04" + bytes(100), "another file"),
    ],
)
def test_what_is_no_export_is_refused_in_plain_words(data, words):
    with pytest.raises(ReadError, match=words):
        read_apple_health(data, name="export.xml")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ReadError, match="no such file"):
        read_apple_health(tmp_path / "export.xml")


def test_a_file_too_large_is_sent_to_the_import(tmp_path, monkeypatch):
    path = tmp_path / "export.xml"
    path.write_bytes(bytes(2**20 + 1))
    with pytest.raises(ReadError, match="taken in by `hipstride import`"):
        _open.load(path, max_bytes=2**20)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b' startDate="2024', b' startDate="soon', "a workout from 'soon"),
        (b' endDate="2024', b' endDate="2028', "a workout that lasts 35064 hours"),
    ],
)
def test_a_workout_with_an_impossible_span_is_refused(old, new, words):
    head, mark, tail = ab.export([Run(seconds=SHORT)], n_others=0).partition(
        b"<Workout "
    )
    data = head + mark + tail.replace(old, new, 1)
    with pytest.raises(ReadError, match=words):
        read_apple_health(data)

    [extract] = exported(data).extracts()
    assert re.search(words, extract.problem)
    with pytest.raises(ReadError, match=words):
        read_apple_health(extract.data)


def test_records_with_unreadable_values_are_counted():
    data = ab.export([Run(seconds=SHORT)])
    data = data.replace(b' value="150"', b' value="fast"', 3)
    [recording] = read_apple_health(data)

    assert noted(recording, "3 records have no readable date or value")
    assert middle(recording, "heart_rate_bpm") == 150


def test_a_malformed_definition_is_survived():
    assert ab.MALFORMED_DTD != ab.DTD
    recording = read_one(Run(seconds=SHORT), dtd=ab.MALFORMED_DTD)

    assert_same(recording, read_one(Run(seconds=SHORT)))


def test_entities_are_never_expanded():
    bombs = "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">\n' for n in range(9)
    )
    evil = '<!ENTITY x SYSTEM "file:///etc/hostname">\n'
    dtd = ab.DTD.replace("<!ELEMENT HealthData", f"{bombs}{evil}<!ELEMENT HealthData")
    data = ab.export([Run(seconds=SHORT)], dtd=dtd)
    data = re.sub(rb"(<Workout .*?) device=\"[^\"]*\"", rb"\1", data, count=0)
    data = data.replace(ab.WATCH.encode(), b"&a8;&x;")
    [recording] = read_apple_health(data)

    assert recording.device == "&a8;&x;"
    assert middle(recording, "cadence_spm") == pytest.approx(168)


def test_order_quotes_and_lines_of_attributes_do_not_matter():
    run = Run(seconds=SHORT)
    data = ab.export([run])

    def turned(match: re.Match[bytes]) -> bytes:
        parts = re.findall(rb'[\w]+="[^"]*"', match[2])[::-1]
        parts = [
            part if b"'" in part else part.replace(b'"', b"'").replace(b"=", b" =\n ")
            for part in parts
        ]
        return match[1] + b"\n\t" + b"\n  ".join(parts) + match[3]

    odd = re.sub(rb"(<(?:Record|Workout) )([^<>]*?)(/?>)", turned, data)
    assert odd != data
    [one] = read_apple_health(data, open_route=routes(run))
    [other] = read_apple_health(odd, open_route=routes(run))

    assert_same(one, other)


def test_values_are_unescaped():
    text = b"""a='&lt;&amp;&quot;&apos;&#39;&#x41;' b = "x > y" c='' """

    assert attributes(text) == {"a": "<&\"''A", "b": "x > y", "c": ""}


def test_an_export_that_breaks_off_keeps_what_was_whole():
    runs = [Run(ab.START + dt.timedelta(days=day), SHORT) for day in range(3)]
    data = ab.export(runs, n_others=0)
    cut = data[: data.rfind(b"<Workout ") + 300]
    recordings = read_apple_health(cut)

    assert len(recordings) == 2
    assert noted(recordings[0], f"breaks off after {len(cut)} bytes")
    assert noted(recordings[0], "1 workouts are damaged and were left out")


@given(share=st.floats(0, 1))
@settings(max_examples=40, deadline=None)
def test_a_cut_anywhere_gives_runs_or_a_plain_error(share):
    data = _SMALL[: int(share * len(_SMALL))]
    n_whole = data.count(b"</Workout>") - data.count(b"</Workout>", 0, _RUNS_AT)
    try:
        n_read = len(read_apple_health(data))
    except ReadError:
        n_read = 0

    assert n_read == n_whole


# The stream


def two_runs() -> list[Run]:
    return [
        Run(seconds=120, has_phone=True, pauses=((60, 20),)),
        Run(ab.START + dt.timedelta(days=3), 90, zone="Asia/Tokyo", laps=(40, 50)),
    ]


_SMALL = ab.export(two_runs())
_RUNS_AT = _SMALL.find(b'<Workout workoutActivityType="HKWorkoutActivityTypeRunning"')


def test_an_extract_read_back_equals_the_whole_read():
    runs = [*two_runs(), Run(ab.START + dt.timedelta(days=9), SHORT, zone="")]
    data = ab.export(runs)
    whole = read_apple_health(data, open_route=routes(*runs))
    extracts = list(exported(data, *runs).extracts())

    assert [extract.problem for extract in extracts] == ["", "", ""]
    for recording, extract in zip(whole, extracts, strict=True):
        [again] = read_apple_health(extract.data)
        assert_same(recording, again)


def test_an_extract_of_an_extract_is_itself():
    run = two_runs()[0]
    [extract] = exported(ab.export([run]), run).extracts()
    [again] = exported(extract.data).extracts()

    assert again.data == extract.data
    assert again.label == extract.label


def test_a_later_export_gives_the_same_extracts():
    runs = two_runs()
    summer = dt.timezone(dt.timedelta(hours=2))
    one = exported(ab.export(runs), *runs).extracts()
    by_path = {
        f"/workout-routes/{run.route_name}": ab.route(
            run, exported="2025-08-01T00:00:00Z"
        )
        for run in runs
    }
    later = ab.export(runs, zone=summer, pointer=99, n_others=5)
    other = apple_export(lambda: io.BytesIO(later), by_path.get, "export.xml")

    assert list(one) == list(other.extracts())


def test_an_extract_is_called_by_its_start_on_the_clock_of_the_run():
    run = Run(seconds=SHORT, zone="Asia/Tokyo")
    [extract] = exported(ab.export([run])).extracts()

    assert extract.label == "export.xml#2024-03-01 15:00:00 +0900"


def test_two_runs_of_one_start_have_two_labels():
    runs = [Run(seconds=SHORT), Run(seconds=SHORT, source="Some App")]
    labels = [extract.label for extract in exported(ab.export(runs)).extracts()]

    assert labels[1] == f"{labels[0]} (2)"


def test_the_summary_tells_what_else_was_there():
    export = exported(ab.export(two_runs(), n_others=4)[:-20])
    n_runs = len(list(export.extracts()))

    assert export.sports == {
        "running": 2,
        "walking": 2,
        "cycling": 1,
        "traditional strength training": 1,
    }
    assert export.told(n_runs).startswith(
        "an Apple Health export with 2 running workouts; others passed over: "
        "1 cycling, 1 traditional strength training, 2 walking; "
        "the export breaks off after"
    )


@given(chunk=st.integers(1, 400))
@example(chunk=1)
@settings(max_examples=25, deadline=None)
def test_where_the_pieces_end_does_not_matter(chunk):
    # A fifth of the records will do, since pieces of one byte take their time.
    runs = [Run(seconds=21, has_phone=True, has_route=False)]
    data = ab.export(runs)
    export = exported(data)
    whole = list(export.extracts())
    pieces = exported(data)
    pieces.chunk_bytes = chunk

    assert list(pieces.extracts()) == whole
    assert pieces.told(1) == export.told(1)


@given(
    texts=st.lists(
        st.sampled_from(
            [
                b"<Workout a='>'/>",
                b"<Workout >x</Workout>",
                b"<WorkoutEvent/>",
                b"<Record/>",
                b"text",
                b'<Workout\n b="1"><WorkoutRoute/>\n</Workout\n>',
            ]
        ),
        max_size=6,
    ),
    size=st.integers(1, 30),
)
def test_pieces_of_any_size_give_the_same_elements(texts, size):
    text = b"".join(texts)
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    wanted = [one for one in texts if one.startswith((b"<Workout ", b"<Workout\n"))]

    assert list(workout_elements(iter(pieces))) == wanted
    assert b"".join(whole_tags(iter(pieces))) == text


def test_a_malformed_workout_costs_only_itself():
    data = _SMALL.replace(b"<Workout ", b"<Workout ' ", 1)

    assert len(list(exported(data).extracts())) == 2
    export = exported(data)
    export.workouts()
    assert export.notes == ["1 workouts are damaged and were left out"]


@pytest.mark.parametrize("max_held", [1, 40, 400, 5000])
def test_more_records_than_can_be_held_take_more_passes(max_held):
    runs = [Run(ab.START + dt.timedelta(days=day), 90) for day in range(5)]
    data = ab.export(runs)
    export, opened = exported(data), []
    export.open_stream = lambda: opened.append(1) or io.BytesIO(data)
    export.max_held = max_held
    extracts = list(export.extracts())

    assert len(extracts) == 5
    assert len(opened) <= 2 + 5
    if max_held > 200:
        assert extracts == list(exported(data).extracts())


def test_a_broken_zip_member_keeps_what_came_before():
    runs = two_runs()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        filler = b" <ActivitySummary/>\n" * 2000 + b"</HealthData>"
        data = ab.export(runs).replace(b"</HealthData>", filler)
        archive.writestr("export.xml", data)
    packed = bytearray(stream.getvalue())
    packed[len(packed) // 2] ^= 1
    archive = zipfile.ZipFile(io.BytesIO(bytes(packed)))
    export = apple_export(
        lambda: archive.open("export.xml"), lambda _: None, "export.xml"
    )
    extracts = list(export.extracts())

    assert len(extracts) == 2
    assert any("breaks off" in note and "CRC" in note for note in export.notes)


def test_a_run_in_overlapping_workouts_is_in_both():
    runs = [Run(seconds=SHORT), Run(ab.START + dt.timedelta(0, 60), SHORT - 60)]
    first, second = read_apple_health(
        ab.export([runs[0]], n_others=0).replace(
            b" <ActivitySummary", ab.workout(runs[1]).encode() + b" <ActivitySummary"
        )
    )

    assert middle(first, "cadence_spm") == pytest.approx(168)
    assert middle(second, "cadence_spm") == pytest.approx(168)


# The doors


def test_the_head_tells_an_export_behind_its_definition():
    head = _SMALL[: 2**16]

    assert is_apple_health(head)
    assert is_apple_health(b"\xef\xbb\xbf" + head)
    assert not is_apple_health(b"<!-- <HealthData> --><ClinicalDocument>")
    assert not is_apple_health(b"<!DOCTYPE a [<!ENTITY b '<HealthData>'>]><a/>")
    assert not is_apple_health(b"")


def test_a_run_is_read_by_the_door_for_any_format():
    run = Run(seconds=SHORT)

    assert read_run(ab.export([run])).format == "apple"


def told(source: Path) -> tuple[list[Recording], list[str]]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", DataQualityWarning)
        runs = list(read_runs(source))
    return runs, [str(one.message) for one in caught]


def test_a_folder_gives_each_run_once_with_its_route(tmp_path):
    runs = two_runs()
    home = ab.write_folder(tmp_path, runs).parent
    (home / "export_cda.xml").write_text('<?xml version="1.0"?>\n<ClinicalDocument/>')
    (home / "other.xml").write_text("a,b\n1,2\n")
    found, said = told(tmp_path)

    assert [run.format for run in found] == ["apple", "apple"]
    assert all("latitude_deg" in run.samples for run in found)
    assert said == []


def test_a_zip_gives_its_runs(tmp_path):
    path = ab.write_zip(tmp_path / "export.zip", size_bytes=0, n_runs=2)
    found, said = told(path)

    assert [run.format for run in found] == ["apple", "apple"]
    assert all("latitude_deg" in run.samples for run in found)
    assert said == []


def test_xml_of_another_kind_is_refused_when_named_alone(tmp_path):
    (tmp_path / "export_cda.xml").write_text("<ClinicalDocument/>")
    with pytest.raises(UnknownFormatError, match="an Apple Health export"):
        read_run(tmp_path / "export_cda.xml")


@given(st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_read_or_refused(tail):
    head = b'<HealthData><Workout workoutActivityType="HKWorkoutActivityTypeRunning" '
    with contextlib.suppress(ReadError):
        read_apple_health(head + tail)
