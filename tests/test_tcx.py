from __future__ import annotations

import gzip

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipstride.errors import ReadError, XmlError
from hipstride.io.tcx import read_tcx
from hipstride.tables import LAPS, SAMPLES

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<TrainingCenterDatabase '
    'xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:ns3="http://www.garmin.com/xmlschemas/ActivityExtension/v2"><Activities>\n'
)
TAIL = "</Activities></TrainingCenterDatabase>"
CREATOR = '<Creator xsi:type="Device_t"><Name>Forerunner 945 </Name></Creator>'


def clock(second: int) -> str:
    minute, rest = divmod(second, 60)
    return f"2026-09-01T06:{minute:02}:{rest:02}.000Z"


def point(
    second: int,
    *,
    metres: float | str | None = None,
    cadence: object = None,
    speed: object = None,
    heart: object = None,
    position: bool = True,
    altitude: float | None = None,
    bike_cadence: object = None,
) -> str:
    parts = [f"<Time>{clock(second)}</Time>"]
    if position:
        parts.append(
            f"<Position><LatitudeDegrees>{50 + second * 2.7e-5:.7f}</LatitudeDegrees>"
            "<LongitudeDegrees>10.5</LongitudeDegrees></Position>"
        )
    if altitude is not None:
        parts.append(f"<AltitudeMeters>{altitude}</AltitudeMeters>")
    metres = 3.0 * second if metres is None else metres
    parts.append(f"<DistanceMeters>{metres}</DistanceMeters>")
    if heart is not None:
        parts.append(f"<HeartRateBpm><Value>{heart}</Value></HeartRateBpm>")
    if bike_cadence is not None:
        parts.append(f"<Cadence>{bike_cadence}</Cadence>")
    extension = ""
    if speed is not None:
        extension += f"<ns3:Speed>{speed}</ns3:Speed>"
    if cadence is not None:
        extension += f"<ns3:RunCadence>{cadence}</ns3:RunCadence>"
    if extension:
        parts.append(f"<Extensions><ns3:TPX>{extension}</ns3:TPX></Extensions>")
    return f"<Trackpoint>{''.join(parts)}</Trackpoint>\n"


def lap(
    *tracks: str, start: int = 0, duration: object = 60, metres: object = 180
) -> str:
    inside = "".join(f"<Track>{track}</Track>" for track in tracks)
    return (
        f'<Lap StartTime="{clock(start)}"><TotalTimeSeconds>{duration}'
        f"</TotalTimeSeconds><DistanceMeters>{metres}</DistanceMeters>"
        f"<Calories>9</Calories>{inside}</Lap>"
    )


def activity(*laps: str, sport: str = "Running") -> str:
    return f'<Activity Sport="{sport}"><Id>x</Id>{"".join(laps)}{CREATOR}</Activity>\n'


def tcx(*activities: str) -> bytes:
    return f"{HEAD}{''.join(activities)}{TAIL}".encode()


def seconds(count: int, *, start: int = 0, **values) -> str:
    return "".join(point(start + n, **values) for n in range(count))


def one(data: bytes):
    [recording] = read_tcx(data, name="a.tcx")
    return recording


PLAIN = tcx(activity(lap(seconds(60, cadence=81, speed=3.0, heart=150, altitude=9.5))))


def test_a_plain_run_is_read_into_its_columns():
    run = one(PLAIN)

    SAMPLES.check(run.samples)
    LAPS.check(run.laps)
    assert run.samples["speed_mps"].eq(3.0).all()
    assert run.samples["cadence_spm"].eq(162.0).all()
    assert run.samples["heart_rate_bpm"].eq(150).all()
    assert run.samples["altitude_m"].eq(9.5).all()
    assert run.samples["distance_m"].tolist() == [3.0 * n for n in range(60)]
    assert (run.sport, run.device, run.format) == (
        "running",
        "Garmin Forerunner 945",
        "tcx",
    )


def test_a_plain_run_has_its_laps_and_totals():
    run = one(
        tcx(
            activity(
                lap(seconds(60)),
                lap(seconds(30, start=60), start=60, duration=30, metres=90),
            )
        )
    )

    assert run.laps["lap"].tolist() == [1, 2]
    assert run.laps["duration_s"].tolist() == [60.0, 30.0]
    assert run.laps["started_at"].tolist() == [
        pd.Timestamp("2026-09-01T06:00:00Z"),
        pd.Timestamp("2026-09-01T06:01:00Z"),
    ]
    assert (run.distance_m, run.timer_s) == (270.0, 90.0)
    assert run.pauses.empty


def test_speed_is_derived_from_distance_where_the_file_gives_none():
    run = one(tcx(activity(lap(seconds(60)))))

    assert run.samples["speed_mps"].round(9).eq(3.0).all()
    assert any(note.startswith("speed was derived from distance") for note in run.notes)


def test_a_lap_that_begins_before_its_first_point_starts_the_clock():
    run = one(tcx(activity(lap(seconds(60, start=5)))))

    assert run.started_at == pd.Timestamp("2026-09-01T06:00:00Z")
    assert run.samples["elapsed_s"].iloc[0] == 5


def test_a_lap_of_another_clock_does_not_start_it():
    data = tcx(activity(lap(seconds(60)))).replace(b'"2026-09-01T06', b'"2026-09-01T01')
    run = one(data)

    assert run.samples["elapsed_s"].iloc[0] == 0
    assert any("the first point was taken as the start" in note for note in run.notes)


# --- pauses


def test_the_gap_between_two_tracks_of_a_lap_is_a_pause():
    run = one(tcx(activity(lap(seconds(30), seconds(30, start=90)))))

    assert run.pauses["elapsed_s"].tolist() == [29.0]
    assert run.pauses["duration_s"].tolist() == [61.0]


def test_a_gap_between_laps_is_a_pause_only_when_the_timer_stood():
    through = activity(
        lap(seconds(30), duration=60), lap(seconds(30, start=60), start=60, duration=30)
    )
    stopped = activity(
        lap(seconds(30), duration=30), lap(seconds(30, start=60), start=60, duration=30)
    )

    assert one(tcx(through)).pauses.empty
    assert one(tcx(stopped)).pauses["duration_s"].tolist() == [31.0]


def test_laps_without_points_do_not_break_the_timer():
    run = one(
        tcx(
            activity(
                lap(seconds(30), duration=40),
                lap("", start=40, duration=20),
                lap(seconds(30, start=60), start=60, duration=30),
            )
        )
    )

    assert run.pauses.empty
    assert len(run.laps) == 3


# --- several activities


def test_each_activity_of_a_multisport_session_is_a_recording():
    session = (
        "<MultiSportSession><FirstSport>"
        + activity(lap(seconds(30, bike_cadence=90)), sport="Biking")
        + "</FirstSport><NextSport>"
        + activity(lap(seconds(60, start=60, cadence=81), start=60))
        + "</NextSport></MultiSportSession>"
    )
    ride, run = read_tcx(tcx(session))

    assert (ride.sport, run.sport) == ("cycling", "running")
    assert run.run_id == f"{ride.run_id}-2"
    assert ride.samples["cadence_spm"].eq(90).all()
    assert "cadence was kept as recorded: cycling has no steps" in ride.notes
    assert run.samples["cadence_spm"].eq(162).all()
    assert (len(ride.laps), len(run.laps)) == (1, 1)


def test_an_activity_without_points_is_passed_over():
    empty = activity(lap(""))

    assert len(read_tcx(tcx(empty, activity(lap(seconds(5)))))) == 1


# --- treadmill


def test_a_treadmill_run_without_positions_is_kept_and_marked():
    run = one(tcx(activity(lap(seconds(60, position=False, cadence=81, speed=3)))))

    assert len(run.samples) == 60
    assert run.is_treadmill
    assert any("taken as a treadmill run" in note for note in run.notes)
    assert "latitude_deg" not in run.samples


def test_a_run_that_climbs_without_positions_is_not_called_a_treadmill_run():
    points = "".join(point(s, position=False, altitude=100 + s) for s in range(60))
    run = one(tcx(activity(lap(points))))

    assert not run.is_treadmill
    assert any("though the altitude changes" in note for note in run.notes)


# --- doubtful values


def test_one_bad_number_is_missing_and_counted():
    points = seconds(30, heart=150) + point(30, heart="--", metres="12,5")
    run = one(tcx(activity(lap(points))))

    assert np.isnan(run.samples["heart_rate_bpm"].iloc[-1])
    assert np.isnan(run.samples["distance_m"].iloc[-1])
    assert any("1 value of heart_rate_bpm" in note for note in run.notes)
    assert any(
        "1 value of distance_m" in note and "'12,5'" in note for note in run.notes
    )


def test_a_heart_rate_without_the_inner_element_is_read():
    data = PLAIN.replace(b"<Value>150</Value>", b"150")

    assert one(data).samples["heart_rate_bpm"].eq(150).all()


def test_distances_that_begin_anew_with_each_lap_are_joined():
    second = "".join(point(60 + s, metres=3.0 * s) for s in range(60))
    run = one(tcx(activity(lap(seconds(60)), lap(second, start=60))))

    assert run.samples["distance_m"].is_monotonic_increasing
    assert run.samples["distance_m"].iloc[-1] == pytest.approx(2 * 59 * 3)
    assert "distance begins anew with each lap and was joined" in run.notes


def test_a_distance_of_zero_throughout_gives_way_to_the_positions():
    run = one(tcx(activity(lap(seconds(60, metres=0), duration=0, metres=0))))

    assert run.samples["distance_m"].iloc[-1] == pytest.approx(59 * 3.0, rel=0.01)
    assert run.samples["speed_mps"].median() == pytest.approx(3.0, rel=0.01)
    assert np.isnan(run.distance_m)
    assert np.isnan(run.timer_s)
    assert "the file's own distance is 0 throughout and was not used" in run.notes


def test_a_total_that_contradicts_its_points_is_not_used():
    run = one(tcx(activity(lap(seconds(60), metres=17.42))))

    assert np.isnan(run.distance_m)
    assert any(
        "the laps add up to 17 m and the points to 177 m" in n for n in run.notes
    )


def test_a_speed_in_kilometres_an_hour_is_converted_and_said():
    run = one(tcx(activity(lap(seconds(90, speed=10.8)))))

    assert run.samples["speed_mps"].round(9).eq(3.0).all()
    assert any("it was in km/h" in note for note in run.notes)


def test_a_speed_that_contradicts_the_distance_is_said_and_kept():
    run = one(tcx(activity(lap(seconds(90, speed=6.0)))))

    assert run.samples["speed_mps"].eq(6.0).all()
    assert "the file's speed is 2.00 times its distance per second" in run.notes


# --- refusals and damage


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no XML"),
        (tcx(), "no activity"),
        (tcx(activity(lap(""))), "no activity with timed points"),
        (
            (
                b"<TrainingCenterDatabase><Courses><Course><Lap/><Track><Trackpoint/>"
                b"</Track></Course></Courses></TrainingCenterDatabase>"
            ),
            "a course, which is planned and not run",
        ),
        (b"<gpx><trk/></gpx>", "the root <gpx>.*use read_gpx for GPX"),
    ],
)
def test_a_file_without_an_activity_is_refused_with_a_remedy(data, words):
    with pytest.raises(ReadError, match=words) as caught:
        read_tcx(data, name="a.tcx")

    assert caught.value.remedy


def test_a_document_type_is_refused():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aa">]>' + PLAIN[PLAIN.index(b"<Train") :]

    with pytest.raises(XmlError, match="a document type"):
        read_tcx(bomb)


def test_a_file_without_its_outer_element_is_read():
    start, stop = PLAIN.index(b"<Activities>"), PLAIN.index(b"</TrainingCenter")

    pd.testing.assert_frame_equal(one(PLAIN[start:stop]).samples, one(PLAIN).samples)


def test_a_cut_file_keeps_its_laps_and_points_up_to_the_cut():
    data = tcx(activity(lap(seconds(60)), lap(seconds(60, start=60), start=60)))
    run = one(data[: data.index(b"06:01:30")])

    assert run.samples["elapsed_s"].tolist() == list(range(90))
    assert len(run.laps) == 2
    assert "90 whole <Trackpoint> before it were kept" in run.notes[0]


@given(st.integers(0, len(PLAIN)))
def test_a_file_cut_anywhere_gives_the_head_of_the_run_or_a_read_error(length):
    whole = PLAIN[:length].count(b"</Trackpoint>")
    try:
        run = one(PLAIN[:length])
    except ReadError:
        assert whole == 0
        return

    assert run.samples["elapsed_s"].tolist() == list(range(whole))


@given(st.binary(max_size=200))
def test_garbage_is_refused_and_never_crashes(garbage):
    with pytest.raises(ReadError):
        read_tcx(garbage)


@given(st.integers(len(HEAD), len(PLAIN) - 1), st.binary(min_size=1, max_size=3))
def test_bytes_overwritten_anywhere_are_survived_or_refused(place, garbage):
    data = PLAIN[:place] + garbage + PLAIN[place + len(garbage) :]
    try:
        recordings = read_tcx(data)
    except ReadError:
        return

    for recording in recordings:
        SAMPLES.check(recording.samples)
        LAPS.check(recording.laps)
        assert len(recording.samples) <= 60


# What a file may claim


def test_a_distance_of_another_unit_than_its_positions_is_said():
    text = tcx(
        activity(lap("".join(point(s, metres=3 * s / 1000) for s in range(120))))
    )
    [run] = read_tcx(text)

    assert "the file's own distance covers 0 m and its positions 357 m" in " ".join(
        run.notes
    )


def test_a_distance_that_goes_back_gives_no_negative_speed():
    metres = [3.0 * s - (1000 if s > 60 else 0) for s in range(120)]
    text = tcx(activity(lap("".join(point(s, metres=metres[s]) for s in range(120)))))
    [run] = read_tcx(text)

    assert not (run.samples["speed_mps"] < 0).any()
    assert "the file's distance goes back at 1 points" in " ".join(run.notes)


def test_what_was_lost_in_a_broken_gzip_is_noted():
    text = tcx(activity(lap("".join(point(s) for s in range(600)))))
    packed = gzip.compress(text)
    [run] = read_tcx(packed[: len(packed) - 40])

    assert any(note.startswith("The gzip is damaged") for note in run.notes)
