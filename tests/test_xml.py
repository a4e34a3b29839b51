"""Numbers and instants out of XML text, the geometry of a track, the scan."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipstride.errors import XmlError
from hipstride.io._geo import speed_from_distance, track_distance
from hipstride.io._sports import sport_of
from hipstride.io._xml import open_xml
from hipstride.io._xml_elements import Spans
from hipstride.io._xml_scan import PADDING, scan
from hipstride.io._xml_times import NAT_US, instants


def spans(texts: list[str]) -> Spans:
    pieces = [text.encode() for text in texts]
    length = np.array([len(piece) for piece in pieces], dtype=np.int64)
    # Neighbours touch, as the values of a file never do: the strictest case.
    start = 16 + np.concatenate([[0], np.cumsum(length)[:-1]]).astype(np.int64)
    text = b"9" * 16 + b"".join(pieces) + b"9" * 8 + PADDING
    return Spans(text, np.arange(len(texts)), start, start + length)


@given(
    st.lists(
        st.one_of(
            st.integers(0, 10**9).map(str),
            st.integers(0, 10**9).map(lambda n: f"{n:09}"),
            st.floats(allow_nan=False, allow_infinity=False).map(repr),
            st.decimals(-180, 180, places=30).map(str),
        ),
        min_size=1,
    )
)
def test_numbers_are_those_that_python_reads(texts):
    values, is_bad = spans(texts).numbers()

    assert not is_bad.any()
    assert values.tolist() == [float(text) for text in texts]


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=12), min_size=1))
def test_a_text_is_a_number_missing_or_bad_and_nothing_between(texts):
    values, is_bad = spans(texts).numbers()

    assert (np.isfinite(values) | np.isnan(values)).all()
    for text, value, bad in zip(texts, values, is_bad, strict=True):
        if not math.isnan(value):
            # Unit separators are white space to the reader, and to `strip`.
            assert float(text.strip()) == value
        if bad:
            assert text.strip(" \t\r\n\f\v")


ZONES = st.sampled_from(["Z", "z", "", "+00:00", "+01:15", "-0330", "+05"])


def offset(zone: str) -> dt.timedelta:
    digits = zone[1:].replace(":", "").ljust(4, "0")
    if zone in {"Z", "z", ""}:
        return dt.timedelta(0)
    sign = -1 if zone[0] == "-" else 1
    return sign * dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))


@given(
    st.lists(
        st.tuples(
            st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2200, 1, 1)),  # noqa: DTZ001
            st.integers(0, 6),
            ZONES,
        ),
        min_size=1,
        max_size=20,
    )
)
def test_instants_are_those_of_the_calendar(moments):
    texts, wanted = [], []
    for moment, places, zone in moments:
        digits = f"{moment.microsecond:06}"[:places]
        texts.append(
            moment.strftime("%Y-%m-%dT%H:%M:%S")
            + (f".{digits}" if places else "")
            + zone
        )
        shown = moment.replace(microsecond=int(digits.ljust(6, "0")) if places else 0)
        utc = shown.replace(tzinfo=dt.UTC) - offset(zone)
        epoch = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
        wanted.append((utc - epoch) // dt.timedelta(microseconds=1))
    found = instants(spans(texts))

    assert found.us.tolist() == wanted
    assert not found.is_bad.any()
    assert found.is_local.tolist() == [zone == "" for _, _, zone in moments]


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29T06:00:00Z",
        "2026-13-01T06:00:00Z",
        "2026-00-01T06:00:00Z",
        "2026-01-00T06:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T06:60:00Z",
        "2026-01-01T06:00:61Z",
        "2026-01-01T06:00:00+15:00",
        "2026-01-01 6:00",
        "1767247200",
        "0000-01-01T00:00:00Z",
        "2026-01-01T06:00:0xZ",
    ],
)
@pytest.mark.parametrize("first", ["2026-01-01T06:00:00Z", "x"])
def test_what_is_no_time_is_bad_alone_and_among_good_ones(text, first):
    found = instants(spans([first, text, text, "2026-01-01T06:00:00Z"]))

    assert found.us[1:3].tolist() == [NAT_US, NAT_US]
    assert found.is_bad.tolist()[1:] == [True, True, False]


def test_the_leap_day_and_the_leap_second_are_times():
    found = instants(spans(["2024-02-29T00:00:00Z", "2016-12-31T23:59:60Z"]))

    assert found.us[0] == 1_709_164_800_000_000
    assert found.us[1] == 1_483_228_800_000_000


def test_an_empty_time_is_missing_and_not_bad():
    found = instants(spans(["", "  "]))

    assert found.us.tolist() == [NAT_US, NAT_US]
    assert not found.is_bad.any()


# --- the scan


@pytest.mark.parametrize(
    "text",
    [
        "<a><b></a></b>",
        "<a>",
        "</a>",
        "<a></a><b></b>",
        "x<a/>",
        "<a/>x",
        "<a b></a>",
        "<a b=c></a>",
        "<a b='1' b='2'></a>",
        "<a b='1'c='2'></a>",
        "<a></a b='1'>",
        "<a><1/></a>",
        "<a>&nope;</a>",
        "<a>\x01</a>",
        "<a><!-- --></a>",
        "<a><?x y?></a>",
        "<a><>x</></a>",
        "<" + "a" * 65 + "/>",
    ],
)
def test_what_is_not_surely_well_formed_is_left_to_lxml(text):
    assert scan(text.encode() + PADDING) is None


def test_a_tag_among_many_that_differs_is_seen():
    tags = ['<p lat="1" lon="2"/>'] * 40
    tags[20] = '<p lat="1" lom="2"/>'
    found = scan(f"<a>{''.join(tags)}</a>".encode() + PADDING)

    assert found is not None
    assert len(found.attribute("p", "lon")) == 39
    assert found.attribute("p", "lom").element.tolist() == [21]


@given(st.lists(st.sampled_from("abcdefghij"), min_size=1, max_size=200))
def test_many_short_names_are_told_apart(letters):
    names = [letter * (ord(letter) - 90) for letter in letters]
    text = "".join(f"<{name}>{n}</{name}>" for n, name in enumerate(names))
    found = scan(f"<root>{text}</root>".encode() + PADDING)

    assert found is not None
    assert [found.names[code] for code in found.name[1:]] == names
    for name in set(names):
        numbers, _ = found.spans(found.named(name)).numbers()
        assert numbers.tolist() == [n for n, other in enumerate(names) if other == name]


def test_too_many_tags_are_refused_before_they_cost_memory(monkeypatch):
    monkeypatch.setattr("hipstride.io._xml_scan.MAX_TAGS", 1000)

    with pytest.raises(XmlError, match=r"found 1,002 tags in 4,011 bytes; expected"):
        open_xml(
            "a.gpx",
            b"<gpx>" + b"<a/>" * 1000 + b"</gpx>",
            roots=("gpx",),
            point="trkpt",
            remedy="",
        )


def test_a_file_of_nothing_but_tags_is_refused_before_it_costs_memory():
    bomb = b"<gpx><trk><trkseg>" + b"<trkpt/>" * 110_000

    with pytest.raises(XmlError, match="tags in"):
        open_xml("a.gpx", bomb, roots=("gpx",), point="trkpt", remedy="")


def test_a_tag_of_thousands_of_attributes_is_refused():
    many = " ".join(f'a{n}="1"' for n in range(5000))
    text = f"<gpx><trk><trkpt {many}/></trk></gpx>".encode()

    with pytest.raises(XmlError, match="attributes too many"):
        open_xml("a.gpx", text, roots=("gpx",), point="trkpt", remedy="")


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-32-be", "utf-16-be"])
def test_text_in_wide_characters_is_read(encoding):
    text = '<?xml version="1.0"?><gpx><trk><name>Übung</name></trk></gpx>'
    found = open_xml(
        "a.gpx", text.encode(encoding), roots=("gpx",), point="trkpt", remedy=""
    )

    assert found.elements.first_text(1, "name") == "Übung"


# --- geometry


def test_a_quarter_of_a_great_circle_has_its_length():
    quarter_m = math.pi / 2 * 6_371_008.8
    over_the_pole = track_distance(np.array([0.0, 90.0]), np.zeros(2), np.zeros(2, int))
    equator = track_distance(np.zeros(2), np.array([0.0, 90.0]), np.zeros(2, int))

    assert over_the_pole[1] == pytest.approx(quarter_m)
    assert equator[1] == pytest.approx(quarter_m)


def test_a_missing_position_is_bridged_and_stays_missing():
    latitude = np.array([0.0, np.nan, 0.002, 0.003])
    distance = track_distance(latitude, np.zeros(4), np.zeros(4, int))

    assert np.isnan(distance[1])
    assert distance[3] == pytest.approx(0.003 * math.pi / 180 * 6_371_008.8)


def test_the_date_line_is_crossed_the_short_way():
    distance = track_distance(
        np.zeros(2), np.array([179.999, -179.999]), np.zeros(2, int)
    )

    assert distance[1] == pytest.approx(222.4, abs=0.1)


def test_noise_of_half_a_metre_hardly_shows_in_the_speed(rng):
    time_s = np.arange(600.0)
    distance = 3 * time_s + rng.normal(0, 0.5, 600)
    speed = speed_from_distance(time_s, distance, np.zeros(600, int))

    assert np.abs(speed[5:-5] - 3).max() < 0.35
    assert speed.mean() == pytest.approx(3, abs=0.02)


def test_no_speed_reaches_over_a_hole_or_a_segment():
    time_s = np.concatenate([np.arange(60.0), 600 + np.arange(60.0)])
    distance = np.concatenate([3 * np.arange(60.0), 5000 + 2 * np.arange(60.0)])
    for part in (np.zeros(120, int), np.repeat([0, 1], 60)):
        speed = speed_from_distance(time_s, distance, part)

        assert np.allclose(speed, np.repeat([3.0, 2.0], 60))


def test_a_lone_point_has_no_speed():
    assert np.isnan(
        speed_from_distance(np.zeros(1), np.zeros(1), np.zeros(1, int))
    ).all()


@given(st.text(max_size=20))
def test_any_word_for_a_sport_is_known_or_noted(word):
    sport, _, notes = sport_of(word)

    assert sport or notes or not word.strip() or word.strip().lower() == "unknown"
