"""A FIT file without the runner shows the same run and the same fault."""

from __future__ import annotations

import gzip
import struct
import time
from pathlib import Path

import fitdecode
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.conftest import real_files
from tests.fitbuild import (
    DEVICE_INFO,
    FILE_ID,
    LAP,
    RECORD,
    SESSION,
    SPORT,
    START,
    TYPES,
    Fit,
    crc,
    describe,
    run,
)
from tests.test_fit_decode import GAPS
from tests.test_fit_real import fitdecode_rows

from hipstride.errors import ReadError, UnknownFormatError
from hipstride.io._fit_fitparse import parse
from hipstride.io._fit_messages import Messages
from hipstride.io._fit_scan import is_fit, scan
from hipstride.io._open import load
from hipstride.io.fit import read_fit, read_fit_tables
from hipstride.io.fit_safe import strip_fit

DAY_S = 86_400
LATITUDE, LONGITUDE = 567_890_123, 98_765_432
USER_PROFILE, WEATHER, ACTIVITY, COURSE_POINT, UNKNOWN = 3, 128, 34, 32, 0xFF42
TIMESTAMP = (253, "uint32")


def stripped(fit: Fit, **options) -> Messages:
    return Messages(scan(strip_fit(fit.bytes(), **options).data))


def one(message: int, *fields, values, order: str = "<") -> Fit:
    return Fit().define(2, message, *fields, order=order).data(2, *values)


# --- what goes ------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["<", ">"])
def test_positions_become_the_value_for_none_and_speed_stays(order):
    fields = (TIMESTAMP, (0, "sint32"), (1, "sint32"), (6, "uint16"))
    fit = one(
        RECORD, *fields, values=(START, LATITUDE, LONGITUDE, 3100), order=order
    ).data(2, START + 1, LATITUDE + 9, LONGITUDE - 9, 3200)
    record = stripped(fit)["record"]

    assert np.isnan(record.block(("position_lat", "position_long"))).all()
    assert record.floats("speed").tolist() == [3.1, 3.2]
    assert record.floats("timestamp").tolist() == [START, START + 1]


def test_every_field_in_semicircles_of_every_message_of_the_profile_is_blanked():
    wanted = [
        (message.mesg_num, number)
        for message in fitdecode.profile.MESSAGE_TYPES.values()
        for number, field in message.fields.items()
        if field.units == "semicircles"
    ]
    fit = Fit()
    for message, number in wanted:
        fit.define(0, message, (number, "sint32")).data(0, LATITUDE)
    data = strip_fit(fit.bytes()).data

    assert len(wanted) > 30
    assert struct.pack("<i", LATITUDE) not in data


@pytest.mark.parametrize("number", [200, 14, 27])
@pytest.mark.parametrize("kind", sorted(TYPES))
def test_fields_that_the_profile_does_not_know_are_blanked_whatever_their_type(
    kind, number
):
    value = b"a" if kind == "string" else 5
    fit = one(RECORD, TIMESTAMP, (number, kind, 1), values=(START, value))
    record = stripped(fit)["record"]
    name = next(n for n in record.names if n != "timestamp")

    assert record.kinds[name] == ("text" if kind == "string" else "number")
    if kind == "string":
        assert record.texts(name) == [""]
    else:
        assert np.isnan(record.floats(name)).all()


@pytest.mark.parametrize("message", [USER_PROFILE, WEATHER, COURSE_POINT, UNKNOWN])
def test_of_messages_that_are_on_no_list_only_time_and_index_stay(message):
    fields = (TIMESTAMP, (254, "uint16"), (4, "uint16"), (8, "string", 6))
    fit = one(message, *fields, values=(START, 3, 700, "Berlin"))
    data = strip_fit(fit.bytes()).data
    (table,) = (Messages(scan(data))[name] for name in Messages(scan(data)))

    assert table.floats("timestamp").tolist() == [START]
    assert table.floats("message_index").tolist() == [3]
    assert b"Berlin" not in data
    assert struct.pack("<H", 700) not in data


def test_serial_numbers_and_radio_addresses_go_and_maker_and_product_stay():
    fit = one(
        FILE_ID,
        (0, "enum"),
        (1, "uint16"),
        (2, "uint16"),
        (3, "uint32z"),
        values=(4, 1, 3113, 3_912_345_678),
    )
    fit.define(
        3, DEVICE_INFO, (3, "uint32z"), (21, "uint16z"), (20, "uint8z"), (4, "uint16")
    ).data(3, 3_912_345_678, 51_234, 37, 3113)
    messages = stripped(fit)
    file_id, device = messages["file_id"], messages["device_info"]

    assert np.isnan(file_id.floats("serial_number")).all()
    assert file_id.floats("product").tolist() == [3113]
    assert np.isnan(
        device.block(("serial_number", "ant_device_number", "ant_transmission_type"))
    ).all()
    assert device.floats("product").tolist() == [3113]


def test_names_that_a_user_writes_are_blanked_in_listed_messages():
    fit = one(SPORT, (0, "enum"), (3, "string", 12), values=(1, "Berlin run"))
    fit.define(3, SESSION, (110, "string", 12), (5, "enum")).data(3, "Berlin run", 1)
    fit.define(3, DEVICE_INFO, (27, "string", 9)).data(3, "Ann Watch")
    safe = strip_fit(fit.bytes())

    assert b"Berlin" not in safe.data
    assert b"Ann" not in safe.data
    assert Messages(scan(safe.data))["sport"].floats("sport").tolist() == [1]
    assert safe.removed == (
        "Names and other texts blanked: 3 (sport, session, device_info).",
    )


def test_a_number_that_is_defined_as_a_text_is_a_text():
    data = strip_fit(one(RECORD, (3, "string", 4), values=("Anna",)).bytes()).data

    assert b"Anna" not in data


def test_what_is_blank_already_is_not_counted():
    fit = one(RECORD, (0, "sint32"), (3, "uint8"), values=(0x7FFFFFFF, 150))

    assert strip_fit(fit.bytes()).removed == ()


def test_each_kind_of_thing_is_told_with_its_number_and_place():
    fit = run(
        Fit(),
        [(0, LATITUDE, LONGITUDE, 9), (1, LATITUDE, LONGITUDE, 9)],
        (0, "sint32"),
        (1, "sint32"),
        (200, "uint8"),
    )
    fit.define(2, USER_PROFILE, (2, "uint8"), (4, "uint16")).data(2, 44, 700)
    fit.define(2, LAP, (3, "sint32"), (253, "uint32")).data(2, LATITUDE, START + 1)

    assert strip_fit(fit.bytes(), shift=pd.Timedelta(days=-30)).removed == (
        "Latitudes and longitudes blanked: 5 (record, lap).",
        (
            "Values of messages that a run does not need blanked, but for times: 2 "
            "(user_profile)."
        ),
        "Values that the FIT profile does not explain blanked: 2 (record).",
        "Times moved, all by the same whole number of days: 5 (record, session, lap).",
    )


# --- apps' fields ---------------------------------------------------------------------


def with_app_field(kind: str, value: object, count: int = 1, **described) -> Fit:
    fit = describe(Fit(), kind=kind, **described)
    fit.define(0, RECORD, TIMESTAMP, developer=[(0, 0, kind, count)])
    return fit.data(0, START, value)


@pytest.mark.parametrize(
    "name",
    [
        "lat",
        "startLon",
        "Latitude",
        "my_position",
        "lng_2",
        "CurrentRouteId",
        "User ID",
        "weight",
        "age",
        "birth date",
    ],
)
def test_numbers_of_apps_that_may_tell_who_or_where_are_blanked(name):
    fit = with_app_field("sint32", LATITUDE, name=name)
    safe = strip_fit(fit.bytes())

    assert struct.pack("<i", LATITUDE) not in safe.data
    assert len(safe.removed) == 1


@pytest.mark.parametrize(
    "name",
    ["Power", "Form Power", "Ground Time", "Leg Spring Stiffness", "Lap Pace", "HRSS"],
)
def test_numbers_of_apps_that_measure_the_run_stay(name):
    fit = with_app_field("uint16", 250, name=name)

    assert strip_fit(fit.bytes()).data == fit.bytes()


@pytest.mark.parametrize(
    ("kind", "value", "count", "said"),
    [
        ("sint32", LATITUDE, 1, {"units": "semicircles"}),
        ("sint32", LATITUDE, 1, {"native": 0}),
        ("uint32", START + 7, 1, {"native": 253}),
        ("string", "Anna", 4, {}),
        ("byte", tuple(b"Anna"), 4, {}),
        ("uint8", tuple(b"Anna"), 4, {}),
    ],
)
def test_an_apps_text_or_place_is_blanked_by_its_unit_meaning_or_type(
    kind, value, count, said
):
    fit = with_app_field(kind, value, count, **said)
    safe = strip_fit(fit.bytes())
    told = fit.body[-struct.calcsize(TYPES[kind][1]) * count :]

    assert told in fit.bytes()
    assert told not in safe.data[:-2]
    assert safe.removed == (
        (
            "Values of apps that are texts, or may tell who or where, blanked: 1 "
            "(dev_power)."
        ),
    )


def test_an_apps_field_without_a_description_is_blanked():
    fit = Fit().define(0, RECORD, TIMESTAMP, developer=[(0, 0, "uint32", 1)])
    fit.data(0, START, LATITUDE)

    assert strip_fit(fit.bytes()).removed == (
        (
            "Values of apps that are texts, or may tell who or where, blanked: 1 "
            "(fields without a description)."
        ),
    )


def test_a_field_that_is_described_anew_is_treated_by_its_last_description():
    fit = with_app_field("sint32", 250, name="Power")
    describe(fit, kind="sint32", name="Latitude")
    fit.data(0, START + 1, LATITUDE)
    table = stripped(fit)["record"]

    assert table.floats("dev_power").tolist()[0] == 250
    assert np.isnan(table.floats("dev_latitude")).all()


def test_descriptions_stay_but_nothing_behind_the_end_of_their_texts():
    fit = describe(Fit(), name="Power\0Anna was here", units="Watts\0Anna")
    safe = strip_fit(fit.bytes())

    assert b"Anna" not in safe.data
    description = Messages(scan(safe.data))["field_description"]
    assert description.texts("field_name") == ["Power"]
    assert description.texts("units") == ["Watts"]


# --- times ----------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["<", ">"])
def test_all_times_move_by_the_same_days(order):
    fit = one(FILE_ID, (0, "enum"), (4, "uint32"), values=(4, START), order=order)
    fit.define(3, SESSION, TIMESTAMP, (2, "uint32"), order=order)
    fit.data(3, START + 60, START)
    fit.define(3, ACTIVITY, TIMESTAMP, (5, "uint32"), order=order)
    fit.data(3, START + 60, START + 7260)
    messages = stripped(fit, shift=pd.Timedelta(days=-400))
    moved = START - 400 * DAY_S

    assert messages["file_id"].floats("time_created").tolist() == [moved]
    assert messages["session"].floats("start_time").tolist() == [moved]
    activity = messages["activity"].block(("timestamp", "local_timestamp"))
    assert activity[:, 0].tolist() == [moved + 60, moved + 7260]


def test_times_in_the_header_byte_move_with_the_whole_ones():
    fit = Fit().define(0, RECORD, TIMESTAMP, (6, "uint16")).data(0, START, 3000)
    fit.define(1, RECORD, (6, "uint16"))
    for second in range(1, 90):
        fit.data(1, 3000, second=START + second)
    messages = stripped(fit, shift=pd.Timedelta(days=-33))

    assert messages.times(messages["record"]).tolist() == [
        START - 33 * DAY_S + second for second in range(90)
    ]


def test_seconds_since_switching_on_are_no_date_and_stay():
    fit = one(RECORD, TIMESTAMP, values=(12_345,))

    assert strip_fit(fit.bytes(), shift=pd.Timedelta(days=30)).data == fit.bytes()


def test_a_date_that_would_leave_the_calendar_is_blanked_and_told():
    fit = one(RECORD, TIMESTAMP, values=(0xFFFFFFF0,))
    safe = strip_fit(fit.bytes(), shift=pd.Timedelta(days=30))

    assert np.isnan(Messages(scan(safe.data))["record"].floats("timestamp")).all()
    assert safe.removed == (
        (
            "Values of another form than the profile's, and unmovable times, "
            "blanked: 1 (record)."
        ),
    )


def test_a_time_that_is_no_whole_number_of_four_bytes_is_blanked():
    fit = one(RECORD, (253, "string", 4), values=("Anna",))

    assert b"Anna" not in strip_fit(fit.bytes()).data


def test_dates_stay_where_no_shift_is_given():
    fit = one(RECORD, TIMESTAMP, (6, "uint16"), values=(START, 3000))

    assert strip_fit(fit.bytes()).data == fit.bytes()


@pytest.mark.parametrize("shift", [pd.Timedelta(hours=12), pd.NaT])
def test_a_shift_that_is_not_in_days_is_refused(shift):
    with pytest.raises(ValueError, match=r"shift is .*; expected a whole number of d"):
        strip_fit(Fit().bytes(), shift=shift)


# --- faults stay ----------------------------------------------------------------------


def positioned() -> Fit:
    rows = [(second, LATITUDE, LONGITUDE, 3000) for second in range(40)]
    return run(Fit(), rows, (0, "sint32"), (1, "sint32"), (6, "uint16"))


@pytest.mark.parametrize("header_size", [12, 14, 20])
def test_a_right_checksum_is_right_again(header_size):
    safe = strip_fit(positioned().bytes(header_size=header_size))

    assert crc(safe.data) == 0
    assert scan(safe.data).faults == []


def test_a_wrong_checksum_stays_wrong():
    data = strip_fit(positioned().bytes(file_crc=0xBEEF)).data

    assert crc(data) != 0
    assert scan(data).faults == scan(positioned().bytes(file_crc=0xBEEF)).faults


def test_bytes_beyond_the_fourteenth_of_a_header_are_cleared():
    data = bytearray(positioned().bytes(header_size=20))
    data[14:20] = b"Berlin"

    assert b"Berlin" not in strip_fit(bytes(data)).data


def test_what_lies_behind_damage_is_overwritten_and_the_damage_stays():
    # Local type 9 was never defined.
    fit = positioned().raw(b"\x09" + struct.pack("<ii", LATITUDE, LONGITUDE) * 5)
    before = fit.bytes()
    safe = strip_fit(before)

    assert struct.pack("<i", LATITUDE) not in safe.data
    assert scan(safe.data).faults == scan(before).faults
    assert len(safe.data) == len(before)
    assert crc(safe.data) == 0
    at = 14 + len(positioned().body)
    assert safe.removed[-1] == (
        f"Bytes that could not be read overwritten: 41, from byte {at}."
    )


@pytest.mark.parametrize("cut", [3, 9, 60])
def test_a_file_that_breaks_off_breaks_off_at_the_same_byte(cut):
    before = positioned().bytes()[:-cut]
    after = strip_fit(before).data

    assert scan(after).faults == scan(before).faults
    assert struct.pack("<i", LATITUDE) not in after
    assert len(after) == len(before)


def test_bytes_that_belong_to_no_file_are_overwritten():
    before = positioned().bytes() + b"Anna was here"
    safe = strip_fit(before)

    assert b"Anna" not in safe.data
    assert b"was here" not in safe.data
    assert safe.removed[-1] == (
        "Bytes that could not be read overwritten: 13, from byte "
        f"{len(positioned().bytes())}."
    )
    assert scan(safe.data).faults == scan(before).faults


def test_each_file_of_a_chain_is_stripped_and_sealed():
    part = positioned().bytes()
    data = strip_fit(part + positioned().bytes(file_crc=1) + part).data
    n = len(part)

    assert struct.pack("<i", LATITUDE) not in data
    assert [crc(data[a : a + n]) == 0 for a in (0, n, 2 * n)] == [True, False, True]


# --- what may come in -----------------------------------------------------------------


def test_a_gzipped_file_is_unpacked():
    before = positioned().bytes()

    assert strip_fit(gzip.compress(before)).data == strip_fit(before).data


def test_what_is_no_fit_file_is_refused():
    with pytest.raises(UnknownFormatError, match=r'^a\.bin: found .*FIT header \("\.F'):
        strip_fit(b"0123456789abcdef", name="a.bin")


@pytest.mark.parametrize(
    ("text", "kind"),
    [(b"<?xml?><gpx>", "GPX"), (b"<TrainingCenterDatabase>", "TCX")],
)
def test_gpx_and_tcx_are_refused_with_the_remedy(text, kind):
    with pytest.raises(
        ReadError, match=rf"^my run: found a {kind} file; .*; export the run as FIT; in"
    ):
        strip_fit(text, name="my run")


# --- laws -----------------------------------------------------------------------------

MESSAGES = st.sampled_from([RECORD, LAP, SESSION, USER_PROFILE, 160, UNKNOWN, 206])
NUMBERS = st.one_of(st.integers(0, 9), st.sampled_from([85, 200, 253, 254]))
FIELDS = st.lists(
    st.tuples(NUMBERS, st.sampled_from(sorted(TYPES)), st.integers(1, 3)), max_size=4
)


@st.composite
def fits(draw: st.DrawFn) -> bytes:
    """Draw a file of any messages with any bytes in them, or a chain of two."""
    data = b""
    for _ in range(draw(st.integers(1, 2))):
        fit = Fit()
        for _ in range(draw(st.integers(0, 3))):
            fields = draw(FIELDS)
            local = draw(st.integers(0, 3))
            order = draw(st.sampled_from("<>"))
            fit.define(local, draw(MESSAGES), *fields, order=order)
            size = sum(
                struct.calcsize(TYPES[kind][1]) * count for _, kind, count in fields
            )
            for _ in range(draw(st.integers(0, 4))):
                head = draw(st.sampled_from([local, 0x80 | local << 5 | 7]))
                body = draw(st.binary(min_size=size, max_size=size))
                fit.raw(bytes([head]) + body)
        if draw(st.booleans()):
            fit.raw(draw(st.binary(max_size=30)))
        crcs = st.one_of(st.none(), st.integers(0, 0xFFFF))
        data += fit.bytes(
            header_size=draw(st.sampled_from([12, 14])), file_crc=draw(crcs)
        )
    return data[: len(data) - draw(st.sampled_from([0, 0, 0, 1, 5]))]


@given(fits(), st.integers(-300, 300))
def test_every_message_stays_in_place_and_every_fault_is_the_same(data, days):
    assume(is_fit(data))
    before, after = (
        scan(data),
        scan(strip_fit(data, shift=pd.Timedelta(days=days)).data),
    )

    assert len(after.data) == len(before.data)
    assert after.layouts == before.layouts
    assert list(map(list, after.offsets)) == list(map(list, before.offsets))
    assert after.parts == before.parts
    assert after.faults == before.faults


@given(fits())
def test_stripping_twice_is_stripping_once(data):
    assume(is_fit(data))
    once = strip_fit(data).data

    assert strip_fit(once).data == once


@given(fits(), st.integers(1, 300))
def test_moving_there_and_back_only_loses_what_stripping_loses(data, days):
    assume(is_fit(data))
    shift = pd.Timedelta(days=days)
    there = strip_fit(data, shift=shift)
    back = strip_fit(there.data, shift=-shift).data
    if not any("unmovable" in sentence for sentence in there.removed):
        assert back == strip_fit(data).data


@given(st.sampled_from(sorted(GAPS)), st.integers(1, 4), st.sampled_from("<>"))
def test_a_blank_value_is_the_gap_of_its_type(kind, count, order):
    size = struct.calcsize(TYPES[kind][1]) * count
    fit = Fit().define(0, UNKNOWN, (1, kind, count), order=order)
    fit.raw(b"\0" + b"\x55" * size)
    table = stripped(fit)[f"unknown_{UNKNOWN}"]

    assert np.isnan(table.arrays("unknown_1")).all()


# --- real files -----------------------------------------------------------------------

FILES = real_files(".fit")
real = pytest.mark.parametrize(
    "path", FILES or [Path("absent")], ids=lambda path: path.name[-40:]
)
SHIFT = pd.Timedelta(days=-401)
FIRST_DATE = pd.Timestamp("1998-07-05", tz="UTC")
PLACES = ["latitude_deg", "longitude_deg"]
# A value of so few bits is found in any file by chance.
MIN_TELLING = 2**20
QUICKLY_READ_BYTES = 60_000


def positions(data: bytes) -> np.ndarray:
    """Give all pairs of latitude and longitude that a file holds, each once."""
    messages = Messages(scan(data))
    found = [np.empty((0, 2))]
    for name in messages:
        for latitude in messages[name].names:
            if latitude.endswith("_lat"):
                pair = (latitude, latitude.removesuffix("lat") + "long")
                found.append(messages[name].block(pair).T)
    values = np.concatenate(found)
    telling = (np.abs(values) >= MIN_TELLING).all(axis=1)
    return np.unique(values[telling].astype("i4"), axis=0)


def serial_numbers(data: bytes) -> set[int]:
    messages = Messages(scan(data))
    tables = [messages[name] for name in ("file_id", "device_info") if name in messages]
    found = {
        int(number)
        for table in tables
        for number in table.floats("serial_number")
        if number >= MIN_TELLING
    }
    # One sample file has the value that means "none" of another type.
    return found - {0x7FFFFFFF}


def windows(data: bytes, code: str) -> np.ndarray:
    """Read the number that begins at each byte."""
    size = np.dtype(code).itemsize
    return np.ndarray((len(data) - size + 1,), code, data, 0, (1,))


@real
def test_no_place_and_no_serial_number_of_a_real_file_is_left(path, shared):
    data = load(path).data
    if not is_fit(data):
        pytest.skip("not a FIT file")
    after = strip_fit(data, shift=SHIFT).data
    places = positions(data)

    for order in "<>":
        pairs = places.astype(f"{order}i4").view(f"{order}i8").ravel()
        assert not np.isin(pairs, windows(after, f"{order}i8")).any()
        latitudes, left = np.unique(places[:, 0]), windows(after, f"{order}i4")
        # Of a hundred thousand numbers one is found by chance.
        assert np.isin(latitudes, left).sum() <= 1 + len(latitudes) // 1000
        for serial in serial_numbers(data):
            assert struct.pack(f"{order}I", serial) not in after


@real
def test_a_real_file_gives_the_same_samples_but_for_the_places(path, shared):
    try:
        before = read_fit(path)
    except ReadError as error:
        with pytest.raises(type(error)):
            read_fit(strip_fit(path, shift=SHIFT).data)
        return
    after = read_fit(strip_fit(path, shift=SHIFT).data)

    for one, other in zip(before, after, strict=True):
        gone = {
            name
            for name in one.samples
            if name in PLACES
            or name.startswith("unknown_")
            or name not in other.samples
        }
        assert all(n in PLACES or n.startswith(("unknown_", "dev_")) for n in gone)
        expected = one.samples.drop(columns=list(gone))
        # What is so early is counted from when the device was switched on.
        shift = SHIFT if one.started_at > FIRST_DATE else 0 * SHIFT
        expected["time"] += shift
        left = [name for name in other.samples if not other.samples[name].isna().all()]
        pd.testing.assert_frame_equal(
            other.samples[left].drop(columns=PLACES, errors="ignore"),
            expected[[name for name in left if name not in PLACES]],
        )
        assert other.started_at == one.started_at + shift
        # Where the file does not tell it, the place did.
        assert other.utc_offset in {one.utc_offset, None}
        assert len(other.laps) == len(one.laps)
        assert other.pauses.equals(one.pauses)


@real
def test_other_decoders_read_a_real_file_as_they_did_before(path, shared):
    data = load(path).data
    if not is_fit(data) or len(data) > QUICKLY_READ_BYTES:
        pytest.skip("not a FIT file, or one that others read for many seconds")
    after = strip_fit(data).data
    rows, rows_after = fitdecode_rows(data), fitdecode_rows(after)

    assert {n: len(r) for n, r in rows.items()} == {
        n: len(r) for n, r in rows_after.items()
    }
    for one, other in zip(rows["record"], rows_after["record"], strict=True):
        for name in ("timestamp", "speed", "distance", "cadence", "heart_rate"):
            assert one.get_raw_value(name, fallback=None) == other.get_raw_value(
                name, fallback=None
            )
    try:
        theirs = parse(data, "before")
    except ReadError as error:
        with pytest.raises(type(error)):
            parse(after, "after")
        return
    theirs_after = parse(after, "after")
    for name in theirs:
        assert len(theirs.get(name)) == len(theirs_after.get(name))


def test_an_hour_takes_less_than_twenty_milliseconds():
    rows = [(s, LATITUDE + s, LONGITUDE, 3000, 85, 3 * s) for s in range(3600)]
    fields = ((0, "sint32"), (1, "sint32"), (6, "uint16"), (4, "uint8"), (5, "uint32"))
    data = run(Fit(), rows, *fields).bytes()
    taken = []
    for _ in range(5):
        begun = time.perf_counter()
        strip_fit(data, shift=SHIFT)
        taken.append(time.perf_counter() - begun)

    # The best of five: the machine may be busy with something else.
    assert min(taken) < 0.02


def test_the_tables_of_a_stripped_file_hold_no_texts_but_those_of_apps():
    fit = describe(Fit(), name="Power")
    fit.define(2, DEVICE_INFO, (19, "string", 8), (27, "string", 8))
    fit.data(2, "Anna's", "Watch")
    tables = read_fit_tables(strip_fit(fit.bytes()).data)

    assert tables["field_description"]["field_name"].tolist() == ["Power"]
    assert (tables["device_info"][["descriptor", "product_name"]] == "").all(axis=None)
