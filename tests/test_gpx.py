from __future__ import annotations

import gzip
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipstride.errors import ReadError, XmlError
from hipstride.io._xml_mend import mend
from hipstride.io._xml_scan import PADDING, scan
from hipstride.io.gpx import read_gpx
from hipstride.tables import LAPS, PAUSES, SAMPLES

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<gpx version="1.1" creator="Garmin Connect" '
    'xmlns="http://www.topografix.com/GPX/1/1" '
    'xmlns:ns3="http://www.garmin.com/xmlschemas/TrackPointExtension/v1">\n'
)
# One minute of latitude is 1853.25 m on the mean sphere; this is 3 m of it.
THREE_METRES_DEG = 3 / (6_371_008.8 * np.pi / 180)


def point(second: int, extensions: str = "", *, time: str | None = None, ele="") -> str:
    minute, rest = divmod(second, 60)
    time = f"2026-09-01T06:{minute:02}:{rest:02}Z" if time is None else time
    ele = f"<ele>{ele}</ele>" if ele != "" else ""
    ext = f"<extensions>{extensions}</extensions>" if extensions else ""
    return (
        f'<trkpt lat="{second * THREE_METRES_DEG:.12f}" lon="10.5">{ele}'
        f"<time>{time}</time>{ext}</trkpt>\n"
    )


def gpx(*segments: str, kind: str = "<type>running</type>", head: str = HEAD) -> bytes:
    inside = "".join(f"<trkseg>{segment}</trkseg>" for segment in segments)
    return f"{head}<trk>{kind}{inside}</trk></gpx>".encode()


def seconds(count: int, extensions: str = "", *, start: int = 0) -> str:
    return "".join(point(start + n, extensions) for n in range(count))


def one(data: bytes, **options):
    [recording] = read_gpx(data, name="a.gpx", **options)
    return recording


def cad(value: object) -> str:
    return (
        f"<ns3:TrackPointExtension><ns3:cad>{value}</ns3:cad></ns3:TrackPointExtension>"
    )


# --- what a plain run looks like


def test_three_metres_a_second_northward_are_three_metres_a_second():
    samples = one(gpx(seconds(60))).samples

    SAMPLES.check(samples)
    assert samples["speed_mps"].round(6).eq(3.0).all()
    assert samples["distance_m"].iloc[-1] == pytest.approx(177.0)
    assert samples["elapsed_s"].tolist() == list(range(60))
    assert samples["time"].iloc[0] == pd.Timestamp("2026-09-01T06:00:00Z")


def test_what_was_derived_is_said():
    notes = one(gpx(seconds(60))).notes

    assert any(
        note.startswith("distance was derived from the positions") for note in notes
    )
    assert any(note.startswith("speed was derived from distance") for note in notes)


def test_the_head_of_the_file_names_the_device():
    data = PLAIN.replace(b"Garmin Connect", "Garmin fēnix 3 HR".encode())

    assert one(data).device == "Garmin Fenix 3 HR"


@pytest.mark.parametrize("engine", ["columnar", "gpxpy"])
def test_who_only_handed_the_run_on_is_no_device(engine):
    [run] = read_gpx(PLAIN, engine=engine)

    assert run.device == ""
    assert (
        "the file was written by Garmin Connect, which does not name the device"
        in run.notes
    )


def test_the_head_of_the_file_names_the_sport():
    run = one(gpx(seconds(3)))

    assert (run.sport, run.format) == ("running", "gpx")
    LAPS.check(run.laps)
    PAUSES.check(run.pauses)


@pytest.mark.parametrize(
    ("word", "sport"),
    [
        ("9", "running"),
        ("1", "cycling"),
        ("Trail Running", "running"),
        ("RUN", "running"),
    ],
)
def test_the_words_for_a_sport_are_translated(word, sport):
    assert one(gpx(seconds(3), kind=f"<type>{word}</type>")).sport == sport


def test_a_file_that_states_no_sport_leaves_it_open():
    assert one(gpx(seconds(3), kind="")).sport == ""


def test_a_type_of_a_link_is_not_the_sport():
    link = '<link href="x"><type>cycling</type></link>'

    assert one(gpx(seconds(3), kind=link + "<type>running</type>")).sport == "running"


@pytest.mark.parametrize(
    ("extension", "column", "value"),
    [
        (
            "<ns3:TrackPointExtension><ns3:hr>150</ns3:hr></ns3:TrackPointExtension>",
            "heart_rate_bpm",
            150,
        ),
        (
            "<x:hr xmlns:x='http://www.cluetrust.com/XML/GPXDATA/1/0'>150</x:hr>",
            "heart_rate_bpm",
            150,
        ),
        ("<heartrate>150</heartrate>", "heart_rate_bpm", 150),
        ("<power>250</power>", "power_w", 250),
        ("<a><b:PowerInWatts xmlns:b='p'>250.5</b:PowerInWatts></a>", "power_w", 250.5),
        ("<speed>2.5</speed>", "speed_mps", 2.5),
        ("<ns3:atemp>-3.5</ns3:atemp>", "temperature_degc", -3.5),
        ("<temp>20</temp>", "temperature_degc", 20),
    ],
)
def test_extensions_are_found_by_their_local_name(extension, column, value):
    assert one(gpx(seconds(4, extension))).samples[column].eq(value).all()


def test_of_two_names_for_one_quantity_the_more_trusted_counts():
    both = "<heartrate>99</heartrate><ns3:hr>150</ns3:hr>"

    assert one(gpx(seconds(4, both))).samples["heart_rate_bpm"].eq(150).all()


def test_a_speed_that_the_file_gives_is_not_derived():
    run = one(gpx(seconds(30, "<speed>2.5</speed>")))

    assert run.samples["speed_mps"].eq(2.5).all()
    assert not any("speed was derived" in note for note in run.notes)


def test_a_column_that_the_file_does_not_carry_is_absent():
    assert list(one(gpx(seconds(3))).samples) == [
        "time",
        "elapsed_s",
        "distance_m",
        "speed_mps",
        "latitude_deg",
        "longitude_deg",
    ]


def test_what_is_not_read_is_named():
    run = one(gpx(seconds(3, "<course>12</course><hAcc>3</hAcc>")))

    assert "what the points also hold was not read: course, hacc" in run.notes


# --- segments, tracks, distance


def test_the_gap_between_segments_is_a_pause_and_its_way_is_not_run():
    run = one(gpx(seconds(30), seconds(30, start=90)))

    assert run.pauses["elapsed_s"].tolist() == [29.0]
    assert run.pauses["duration_s"].tolist() == [61.0]
    assert run.samples["distance_m"].iloc[-1] == pytest.approx(2 * 29 * 3)
    assert run.samples["speed_mps"].round(6).eq(3.0).all()


def test_a_segment_that_begins_with_the_next_second_is_no_pause():
    assert one(gpx(seconds(30), seconds(30, start=30))).pauses.empty


def test_each_track_is_a_recording_of_its_own():
    body = f"<trk><trkseg>{seconds(5)}</trkseg></trk>"
    body += f"<trk><type>cycling</type><trkseg>{seconds(7, start=60)}</trkseg></trk>"
    first, second = read_gpx(f"{HEAD}{body}</gpx>".encode())

    assert (len(first.samples), len(second.samples)) == (5, 7)
    assert second.run_id == f"{first.run_id}-2"
    assert second.sport == "cycling"
    assert second.samples["elapsed_s"].iloc[0] == 0


@pytest.mark.parametrize(
    ("per_point", "word"),
    [
        (lambda s: 3.0 * s, "counted from the start"),
        (lambda s: 3.0 * (s > 0), "added up"),
    ],
)
def test_a_distance_extension_is_a_total_or_a_step_as_the_track_says(per_point, word):
    points = "".join(
        point(s, f"<distance>{per_point(s)}</distance>") for s in range(60)
    )
    run = one(gpx(points))

    assert run.samples["distance_m"].iloc[-1] == pytest.approx(177.0)
    assert any(word in note for note in run.notes)


# --- times


def test_an_explicit_offset_is_kept_and_undone():
    points = "".join(
        point(s, time=f"2021-01-07T21:51:{s:02}.179+01:15") for s in range(5)
    )
    run = one(gpx(points))

    assert run.utc_offset == pd.Timedelta(minutes=75)
    assert run.started_at == pd.Timestamp("2021-01-07T20:36:00.179Z")


def test_a_time_without_a_zone_is_taken_as_utc_and_said():
    run = one(gpx("".join(point(s, time=f"2026-09-01T06:00:{s:02}") for s in range(5))))

    assert run.started_at == pd.Timestamp("2026-09-01T06:00:00Z")
    assert "no zone was given in 5 times; they were taken as UTC" in run.notes


def test_a_point_with_a_bad_time_is_dropped_and_counted():
    points = [point(s) for s in range(10)]
    points[3] = point(3, time="yesterday")
    points[4] = point(4, time="2026-02-31T06:00:04Z")
    run = one(gpx("".join(points)))

    assert len(run.samples) == 8
    assert "2 times could not be read" in run.notes
    assert "2 of 10 points have no time and were dropped" in run.notes


def test_a_clock_that_was_not_set_yet_does_not_stretch_the_run():
    run = one(gpx(point(0, time="1970-01-01T00:00:00Z") + seconds(20, start=1)))

    assert len(run.samples) == 20
    assert any("their clock was wrong" in note for note in run.notes)


def test_points_out_of_order_are_sorted_and_said():
    run = one(gpx(point(5) + seconds(5) + seconds(5, start=6)))

    assert run.samples["elapsed_s"].is_monotonic_increasing
    assert any("time goes back at 1 points" in note for note in run.notes)


# --- missing is missing


def test_one_bad_number_is_missing_and_counted():
    points = [point(s, "<ns3:hr>150</ns3:hr>", ele="10.5") for s in range(10)]
    points[2] = point(2, "<ns3:hr>15O</ns3:hr>", ele="1,5")
    run = one(gpx("".join(points)))

    assert np.isnan(run.samples["heart_rate_bpm"].iloc[2])
    assert np.isnan(run.samples["altitude_m"].iloc[2])
    assert run.samples["heart_rate_bpm"].notna().sum() == 9
    assert any(
        "1 value of heart_rate_bpm" in note and "'15O'" in note for note in run.notes
    )


@pytest.mark.parametrize(
    "text", ["nan", "inf", "1e999", "1_0", "0x10", "--5", "5 6", "é"]
)
def test_what_only_looks_like_a_number_is_missing(text):
    points = point(0, f"<ns3:hr>{text}</ns3:hr>") + seconds(
        9, "<ns3:hr>150</ns3:hr>", start=1
    )
    samples = one(gpx(points)).samples

    assert np.isnan(samples["heart_rate_bpm"].iloc[0])
    assert samples["heart_rate_bpm"].iloc[1:].eq(150).all()


def test_a_heart_rate_of_zero_is_missing():
    run = one(
        gpx(
            seconds(5, "<ns3:hr>0</ns3:hr>")
            + seconds(5, "<ns3:hr>150</ns3:hr>", start=5)
        )
    )

    assert run.samples["heart_rate_bpm"].isna().sum() == 5
    assert "5 heart rates of 0 were left missing" in run.notes


def test_positions_that_cannot_be_are_missing():
    odd = '<trkpt lat="91" lon="0"><time>2026-09-01T06:00:00Z</time></trkpt>'
    odd += '<trkpt lon="0"><time>2026-09-01T06:00:01Z</time></trkpt>'
    odd += '<trkpt lat="0" lon="0"><time>2026-09-01T06:00:02Z</time></trkpt>'
    run = one(gpx(odd + seconds(10, start=3)))

    assert run.samples["latitude_deg"].isna().sum() == 3
    assert run.samples["longitude_deg"].isna().sum() == 3
    assert run.samples["distance_m"].iloc[-1] == pytest.approx(27.0)


# --- refusals


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "0 bytes and no XML"),
        (b"  \n ", "no XML"),
        (b"lat,lon\n1,2\n", "no XML"),
        (f"{HEAD}</gpx>".encode(), "no track points"),
        (f'{HEAD}<wpt lat="1" lon="2"/></gpx>'.encode(), "no track points"),
        (
            f'{HEAD}<rte><rtept lat="1" lon="2"/></rte></gpx>'.encode(),
            "no track points",
        ),
        (b"<kml><Placemark/></kml>", "the root <kml>"),
        (b"<html><body>Sign in</body></html>", "the root <html>"),
    ],
)
def test_a_file_without_a_track_is_refused_with_a_remedy(data, words):
    with pytest.raises(ReadError, match=words) as caught:
        read_gpx(data, name="a.gpx")

    assert caught.value.remedy
    assert str(caught.value).startswith("a.gpx: found ")


def test_a_track_without_times_is_a_route_and_refused():
    points = '<trkpt lat="1" lon="2"></trkpt>' * 5

    with pytest.raises(ReadError, match=r"track points without times.*not a run"):
        read_gpx(gpx(points))


def test_an_unknown_engine_is_refused_by_name():
    with pytest.raises(
        ReadError, match="the engine 'fast'; expected 'columnar' or 'gpxpy'"
    ):
        read_gpx(gpx(seconds(3)), engine="fast")


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">'
    '<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><gpx>&b;</gpx>'
)
FETCH = (
    '<!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<gpx><trk><name>&x;</name></trk></gpx>"
)


@pytest.mark.parametrize("engine", ["columnar", "gpxpy"])
@pytest.mark.parametrize(
    "text", [BOMB, FETCH, "<!-- a -->" + BOMB[21:], "<!doctype html><p>"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
def test_a_document_type_is_refused_with_its_place(text, encoding, engine):
    with pytest.raises(
        XmlError, match="a document type or entity declaration at line 1"
    ):
        read_gpx(text.encode(encoding), engine=engine)


def test_an_entity_that_nobody_declared_is_never_a_value():
    data = gpx(seconds(5) + point(5, "<ns3:hr>&file;</ns3:hr>") + seconds(5, start=6))
    run = one(data)

    assert len(run.samples) == 5
    assert any("the file is damaged" in note for note in run.notes)


def test_tags_without_end_are_refused_and_do_not_hang():
    with pytest.raises(XmlError):
        read_gpx(b"<a>" * 200_000)
    with pytest.raises(XmlError):
        read_gpx(b"<gpx>" + b"<trk>" * 200 + b"</trk>" * 200 + b"</gpx>")


# --- what is survived


PLAIN = gpx(seconds(40, cad(85), start=0))


WRITTEN = {
    "a byte order mark": b"\xef\xbb\xbf" + PLAIN,
    "blank lines before": b"\n\n   " + PLAIN,
    "a web header before": b"HTTP/1.1 200 OK\r\n\r\n" + PLAIN,
    "line ends of Windows": PLAIN.replace(b"\n", b"\r\n"),
    "a comment": PLAIN.replace(b"<trkseg>", b"<trkseg><!-- a comment -->"),
    "a comment in a number": PLAIN.replace(b">85<", b">8<!-- x -->5<"),
    "CDATA": PLAIN.replace(b"<type>", b"<name><![CDATA[<b> & c]]></name><type>"),
    "entities": PLAIN.replace(b"<type>", b"<name>A &amp; B &#60;3</name><type>"),
    "an entity in a number": PLAIN.replace(b">85<", b">8&#53;<"),
    "a bare bracket": PLAIN.replace(b"<type>", b"<name>a > b</name><type>"),
    "an undeclared prefix": re.sub(rb' xmlns:ns3="[^"]*"', b"", PLAIN),
    "single quotes": PLAIN.replace(b'lon="10.5"', b"lon='10.5'"),
    "odd spaces": PLAIN.replace(b"<trkpt ", b"<trkpt\n  "),
    "a space in end tags": PLAIN.replace(b"</trkpt>", b"</trkpt >"),
    "spaces round numbers": PLAIN.replace(b">85<", b"> 85\n<"),
    "one other order": PLAIN.replace(
        b'lat="0.000000000000" lon="10.5"', b'lon="10.5" lat="0.000000000000"'
    ),
    "UTF-16": PLAIN.decode().encode("utf-16"),
    "UTF-16 without mark": PLAIN.decode().encode("utf-16-be"),
    "bytes that are not UTF-8": PLAIN.replace(b"Garmin", b"G\xe4rmin"),
    "blank lines behind": PLAIN + b"\n\n",
    "gzip": gzip.compress(PLAIN),
}


@pytest.mark.parametrize("changed", WRITTEN.values(), ids=WRITTEN.keys())
def test_the_same_run_is_read_however_it_is_written(changed):
    wanted = one(PLAIN)
    found = one(changed)

    pd.testing.assert_frame_equal(found.samples, wanted.samples)
    assert found.sport == "running"


def test_junk_before_the_document_is_said():
    assert one(b"junk" + PLAIN).notes[0] == (
        "4 bytes of junk before the document were skipped"
    )


def test_bytes_that_are_not_utf8_are_said_with_their_place():
    notes = one(PLAIN.replace(b"Garmin", b"G\xe4rmin")).notes

    assert notes[0].startswith(
        "bytes that are not UTF-8 were replaced, the first at line 2"
    )


def test_an_unknown_encoding_is_refused_by_name():
    with pytest.raises(XmlError, match=r"the encoding 'utf-7'.*save it as UTF-8"):
        read_gpx(PLAIN.replace(b"UTF-8", b"UTF-7"))


def test_a_latin_1_name_is_read_as_it_was_meant():
    data = PLAIN.replace(b"UTF-8", b"ISO-8859-1")

    assert one(data.replace(b"Garmin", "Gärmin".encode("latin-1"))).device == (
        "Gärmin Connect"
    )


# --- damage


def test_a_cut_file_keeps_the_points_before_the_cut_and_says_where():
    cut = PLAIN[: PLAIN.index(b"06:00:30Z")]
    run = one(cut)

    assert len(run.samples) == 30
    assert "the file is damaged at line 33, column" in run.notes[0]
    assert (
        "30 whole <trkpt> before it were kept, 0 after it were left out" in run.notes[0]
    )


def test_a_gzip_that_breaks_off_keeps_what_was_whole():
    run = one(gzip.compress(PLAIN, compresslevel=0)[:-2000])

    assert 0 < len(run.samples) < 40
    assert run.notes[0].startswith("The gzip is damaged (it breaks off)")
    assert "the file is damaged" in run.notes[1]


def test_damage_in_the_middle_does_not_move_later_values_about():
    broken = PLAIN.replace(
        b"<time>2026-09-01T06:00:20Z</time>", b"<time>2026-09-01T06:00:20Z<"
    )
    run = one(broken)

    assert run.samples["elapsed_s"].tolist() == list(range(20))
    assert "20 after it were left out" in run.notes[0]


def test_a_lost_end_tag_costs_its_own_point_too():
    run = one(PLAIN.replace(b"06:00:20Z</time>", b"06:00:20Z"))

    assert run.samples["elapsed_s"].tolist() == list(range(20))


def test_text_after_the_end_keeps_the_document():
    run = one(PLAIN + b"<gpx><trk/></gpx>")

    assert len(run.samples) == 40
    assert "Extra content" in run.notes[0]


def test_damage_before_the_first_point_is_refused_with_line_and_column():
    with pytest.raises(XmlError, match="before the end of the first <trkpt>") as caught:
        read_gpx(PLAIN[: PLAIN.index(b"06:00:00Z")])

    assert caught.value.line == 3
    assert caught.value.column > 0


@given(st.integers(0, len(PLAIN)))
def test_a_file_cut_anywhere_gives_the_head_of_the_run_or_a_read_error(length):
    try:
        run = one(PLAIN[:length])
    except ReadError:
        assert PLAIN[:length].count(b"</trkpt>") == 0
        return

    whole = PLAIN[:length].count(b"</trkpt>")
    assert run.samples["elapsed_s"].tolist() == list(range(whole))


@given(st.binary(max_size=200))
def test_garbage_is_refused_and_never_crashes(garbage):
    with pytest.raises(ReadError):
        read_gpx(garbage)


@given(st.integers(len(HEAD), len(PLAIN) - 1), st.binary(min_size=1, max_size=3))
def test_bytes_overwritten_anywhere_are_survived_or_refused(place, garbage):
    data = PLAIN[:place] + garbage + PLAIN[place + len(garbage) :]
    try:
        recordings = read_gpx(data)
    except ReadError:
        return

    for recording in recordings:
        SAMPLES.check(recording.samples)
        assert len(recording.samples) <= 40


@given(st.integers(0, len(PLAIN) - 1), st.sampled_from(list(b"<>/&\"' =a0")))
def test_what_the_scan_proves_lxml_reads_the_same(place, byte):
    """The scan may refuse; where it does not, lxml finds no fault and no other text."""
    body = PLAIN[PLAIN.index(b"<gpx") :]
    place %= len(body)
    changed = body[:place] + bytes([byte]) + body[place + 1 :]
    fast = scan(changed + PADDING)
    if fast is None:
        return
    written, notes = mend("a", changed, "trkpt")
    slow = scan(written + PADDING)

    assert notes == ()
    assert slow is not None
    assert [fast.names[n] for n in fast.name] == [slow.names[n] for n in slow.name]
    assert [t.strip() for t in fast.spans(np.arange(len(fast.name))).strings()] == [
        t.strip() for t in slow.spans(np.arange(len(slow.name))).strings()
    ]


# --- the second engine


@pytest.mark.parametrize(
    "data",
    [
        PLAIN,
        gpx(seconds(9), seconds(9, start=60)),
        gpx(seconds(5, "<power>200</power>")),
    ],
)
def test_both_engines_agree(data):
    ours, theirs = one(data), one(data, engine="gpxpy")

    pd.testing.assert_frame_equal(ours.samples, theirs.samples)
    pd.testing.assert_frame_equal(ours.pauses, theirs.pauses)
    assert ours.notes == theirs.notes


def test_what_gpxpy_refuses_is_a_read_error_with_a_remedy():
    with pytest.raises(ReadError, match=r"what gpxpy refuses .*use engine='columnar'"):
        read_gpx(PLAIN.replace(b'lon="10.5"', b'lon="x"', 1), engine="gpxpy")


# What a file may claim


def test_positions_that_are_no_numbers_do_not_make_a_treadmill_run():
    text = gpx("".join(point(s) for s in range(60))).replace(
        b'lon="10.5"', b'lon="1,5"'
    )
    [run] = read_gpx(text)

    assert run.sub_sport == ""
    assert "no position could be used, so the run may be on a treadmill or not" in (
        run.notes
    )


def test_a_point_within_a_point_is_left_out_and_counted():
    inner = point(90)
    outer = "".join(point(s).replace("</trkpt>", f"{inner}</trkpt>") for s in range(60))
    [run] = read_gpx(gpx(outer))

    assert len(run.samples) == 60
    assert run.samples["elapsed_s"].tolist() == list(range(60))
    assert "60 track points lie inside another and were not read" in run.notes


def test_a_track_within_a_track_loses_no_point():
    inner = f"<trk><trkseg>{point(0)}</trkseg></trk>"
    text = gpx("".join(point(s) for s in range(1, 60))).replace(
        b"<trk>", f"<trk>{inner}".encode(), 1
    )

    assert sum(len(run.samples) for run in read_gpx(text)) == 60


def test_heart_rates_that_no_heart_has_are_left_missing():
    values = [150, 255, 0, -1, 999]
    text = gpx("".join(point(s, f"<hr>{values[s % 5]}</hr>") for s in range(60)))
    [run] = read_gpx(text)

    assert run.samples["heart_rate_bpm"].dropna().unique().tolist() == [150]
    assert "24 heart rates of 0 were left missing" in run.notes
    assert "24 heart rates of more than 250 were left missing" in run.notes


def test_a_short_file_in_kilometres_an_hour_is_converted_too():
    [run] = read_gpx(gpx("".join(point(s, "<speed>10.8</speed>") for s in range(30))))

    assert run.samples["speed_mps"].tolist() == pytest.approx([3.0] * 30)


def test_neither_engine_is_given_a_bomb_of_tags():
    bomb = b"<gpx><trk><trkseg>" + b"<trkpt/>" * 110_000 + b"</trkseg></trk></gpx>"
    for engine in ("columnar", "gpxpy"):
        with pytest.raises(XmlError, match="tags in"):
            read_gpx(bomb, engine=engine)
