from __future__ import annotations

import math
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fitbuild import LAP, RECORD, START, TYPES, Fit, crc, describe

from hipstride.errors import FitError
from hipstride.io import _fit_decode, _fit_layout
from hipstride.io._fit_layout import base_type_of, layout_of
from hipstride.io._fit_messages import Messages
from hipstride.io._fit_scan import MAX_MESSAGES, is_fit, scan


def messages(data: bytes) -> Messages:
    return Messages(scan(data))


def column(fit: Fit, name: str, message: str = "record") -> list[float]:
    return messages(fit.bytes())[message].floats(name).tolist()


GAPS = {
    "enum": 0xFF,
    "sint8": 0x7F,
    "uint8": 0xFF,
    "sint16": 0x7FFF,
    "uint16": 0xFFFF,
    "sint32": 0x7FFFFFFF,
    "uint32": 0xFFFFFFFF,
    "float32": math.nan,
    "float64": math.nan,
    "uint8z": 0,
    "uint16z": 0,
    "uint32z": 0,
    "byte": 0xFF,
    "sint64": 2**63 - 1,
    "uint64": 2**64 - 1,
    "uint64z": 0,
}


# --- values ---------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("rows", [2, 40])
@pytest.mark.parametrize("kind", sorted(GAPS))
def test_every_type_is_read_and_its_gap_value_is_nan(kind, rows, order):
    fit = Fit().define(3, RECORD, (200, kind), order=order)
    for _ in range(rows):
        fit.data(3, 5).data(3, GAPS[kind])

    assert np.array_equal(
        column(fit, "unknown_200"), [5.0, math.nan] * rows, equal_nan=True
    )


@pytest.mark.parametrize("rows", [1, 30])
def test_scale_and_offset_of_the_profile_are_applied(rows):
    fit = Fit().define(0, RECORD, (2, "uint16"), (6, "uint16"))
    for _ in range(rows):
        fit.data(0, 2600, 3250)

    assert column(fit, "altitude") == [20.0] * rows
    assert column(fit, "speed") == [3.25] * rows


def test_a_text_ends_at_its_nul_and_bad_utf8_is_replaced():
    fit = Fit().define(0, 0, (8, "string", 8))
    fit.data(0, b"fenix\0\0x").data(0, b"abcdefgh").data(0, b"\xff\0\0\0\0\0\0\0")
    fit.define(0, 0, (3, "uint32z")).data(0, 77)

    assert messages(fit.bytes())["file_id"].texts("product_name") == [
        "fenix",
        "abcdefgh",
        "\N{REPLACEMENT CHARACTER}",
        "",
    ]


def test_an_array_keeps_all_its_numbers_and_shorter_ones_end_in_nan():
    fit = Fit().define(0, RECORD, (200, "uint16", 3)).data(0, (1, 0xFFFF, 3))
    fit.define(0, RECORD, (200, "uint16", 2)).data(0, (4, 5))
    table = messages(fit.bytes())["record"]

    assert table.kinds["unknown_200"] == "numbers"
    assert np.array_equal(
        table.arrays("unknown_200"),
        [[1, math.nan, 3], [4, 5, math.nan]],
        equal_nan=True,
    )


def test_bytes_are_a_gap_only_when_all_are_ff():
    fit = (
        Fit().define(0, RECORD, (200, "byte", 2)).data(0, (1, 255)).data(0, (255, 255))
    )
    values = messages(fit.bytes())["record"].arrays("unknown_200")

    assert np.array_equal(values, [[1, 255], [math.nan, math.nan]], equal_nan=True)


def test_a_type_that_does_not_exist_is_read_as_bytes():
    assert base_type_of(0x1F).name == "byte"
    assert base_type_of(0x04).name == "uint16"


def test_a_size_that_is_no_multiple_of_the_type_leaves_bytes_and_is_counted():
    body = bytes([0x40, 0, 0, RECORD, 0, 2, 200, 3, 0x84, 201, 1, 0x02])
    fit = Fit().raw(body).raw(bytes([0, 1, 2, 3, 9]))
    table = messages(fit.bytes())["record"]

    assert table.kinds == {"unknown_200": "bytes", "unknown_201": "number"}
    assert table.misfits == 1
    assert table.floats("unknown_201").tolist() == [9.0]
    assert np.isnan(table.floats("unknown_200")).all()


def test_a_field_of_size_nought_is_passed_over():
    body = bytes([0x40, 0, 0, RECORD, 0, 2, 200, 0, 0x84, 201, 1, 0x02])
    table = messages(Fit().raw(body).raw(bytes([0, 9])).bytes())["record"]

    assert table.names == ("unknown_201",)
    assert table.floats("unknown_201").tolist() == [9.0]


def test_a_developers_field_of_size_nought_is_passed_over():
    head = bytes([0x60, 0, 0, RECORD, 0, 1, 3, 1, 2, 2, 0, 0, 0, 1, 2, 0])
    table = messages(Fit().raw(head).raw(bytes([0, 60, 1, 2])).bytes())["record"]

    assert table.names == ("heart_rate", "dev_unknown_0_1")


def test_an_array_of_floats_keeps_its_gaps():
    fit = Fit().define(0, RECORD, (200, "float32", 2)).data(0, (1.5, math.nan))
    values = messages(fit.bytes())["record"].arrays("unknown_200")

    assert np.array_equal(values, [[1.5, math.nan]], equal_nan=True)


def test_message_types_are_found_by_name():
    found = messages(Fit().define(0, RECORD, (3, "uint8")).data(0, 60).bytes())

    assert list(found) == ["record"]
    assert "record" in found
    assert "lap" not in found
    assert found.get("lap") is None
    assert found.part_starts == [0]
    assert found.faults == []


def test_of_a_field_that_is_defined_twice_the_first_counts():
    fit = Fit().define(0, RECORD, (3, "uint8"), (3, "uint8")).data(0, 120, 60)

    assert column(fit, "heart_rate") == [120.0]


def test_a_column_that_no_message_has_is_nan():
    fit = Fit().define(0, RECORD, (3, "uint8")).data(0, 120)
    table = messages(fit.bytes())["record"]

    assert np.isnan(table.floats("power")).tolist() == [True]
    assert table.texts("power") == [""]
    assert table.arrays("power").shape == (1, 0)
    assert table.type_name("power") == ""
    assert table.type_name("heart_rate") == "uint8"


# --- definitions ----------------------------------------------------------------------


def test_a_local_type_may_be_defined_anew_and_the_order_of_the_file_is_kept():
    fit = Fit()
    for i in range(30):
        fit.define(0, RECORD, (3, "uint8")).data(0, i)
        fit.define(0, RECORD, (3, "uint16"), (7, "uint16")).data(0, 100 + i, 7)

    assert column(fit, "heart_rate") == [v for i in range(30) for v in (i, 100 + i)]
    assert np.isnan(column(fit, "power")).tolist() == [True, False] * 30


def test_two_local_types_of_one_message_are_one_table():
    fit = (
        Fit().define(0, RECORD, (3, "uint8")).define(1, RECORD, (3, "uint8"), order=">")
    )
    for i in range(50):
        fit.data(i % 3 == 0, i)

    assert column(fit, "heart_rate") == list(range(50))


def test_tens_of_thousands_of_redefinitions_are_no_trouble():
    fit = Fit()
    one = Fit().define(0, RECORD, (3, "uint8")).data(0, 61).body
    other = Fit().define(0, RECORD, (4, "uint8"), (3, "uint8")).data(0, 90, 62).body
    fit.raw((one + other) * 15_000)

    assert column(fit, "heart_rate") == [61.0, 62.0] * 15_000


def test_ever_new_definitions_do_not_fill_the_memory():
    parts = [
        Fit()
        .define(0, 700, *((n, "uint8") for n in range(i % 251, i % 251 + 3)))
        .data(0, 1, 2, 3)
        .body
        + Fit().define(1, i, (0, "uint8")).data(1, 1).body
        for i in range(5_000)
    ]
    data = Fit().raw(b"".join(parts)).bytes()
    found = scan(data)
    lost = len(data) - 2 - found.parts[0].stop
    fault = f"more than 2048 different definitions: the last {lost} bytes were not read"

    assert len(found.layouts) == 2_048
    assert len(_fit_layout._kept) <= 4096
    assert found.faults == [f"The file holds {fault}."]


def test_definitions_of_ever_more_fields_are_capped_by_their_bytes():
    fit = Fit()
    for number in range(1_000):
        fields = ((i, "uint8") for i in range(255))
        fit.define(0, 700 + number, *fields).data(0, *range(255))
    found = scan(fit.bytes())

    assert found.n_messages == 2**18 // (4 + 3 * 255) + 1
    assert "different definitions" in found.faults[0]


def test_a_million_messages_without_fields_have_nothing_to_decode():
    fit = Fit().define(2, LAP).raw(bytes([2]) * 1_000_000)
    table = messages(fit.bytes())["lap"]
    block = table.block(("start_time", "timestamp", "total_distance", "sport", "event"))

    assert block.shape == (5, 1_000_000)
    assert np.isnan(block[:, 0]).all()
    assert block.strides == (0, 0)


def test_a_table_with_more_cells_than_the_file_has_bytes_is_refused(monkeypatch):
    monkeypatch.setattr(_fit_decode, "_MAX_CELLS", 100)
    fit = Fit()
    for number in range(100):
        fit.define(0, 700, (number, "uint8")).data(0, 1)
    table = messages(fit.bytes())["unknown_700"]
    monkeypatch.setattr(_fit_decode, "_MAX_CELLS_PER_BYTE", 0)

    with pytest.raises(
        FitError, match="100 unknown_700 messages with 100 fields in all"
    ):
        table.block(table.names)


def test_the_same_definition_is_parsed_once():
    definition = bytes([0, 20, 0, 1, 3, 1, 2])

    assert layout_of(definition) is layout_of(bytes(bytearray(definition)))


def test_255_fields_of_255_bytes_are_read():
    fields = b"".join(bytes([n, 255, 0x02]) for n in range(255))
    body = bytes([0x40, 0, 0, RECORD, 0, 255]) + fields
    fit = Fit().raw(body).raw(bytes([0]) + bytes(255 * 255)).raw(bytes([0]) + bytes(9))
    found = scan(fit.bytes())

    assert [layout.size for layout in found.layouts] == [1 + 255 * 255]
    assert found.n_messages == 1
    assert any("breaks off in the message" in fault for fault in found.faults)


# --- walking --------------------------------------------------------------------------


def test_a_definition_that_claims_more_fields_than_follow_is_a_fault_with_its_byte():
    body = Fit().define(0, RECORD, (3, "uint8")).data(0, 1).body
    found = scan(Fit().raw(body + bytes([0x41, 0, 0, 20, 0, 255, 1, 1])).bytes())

    assert found.n_messages == 1
    assert found.faults == [
        (
            f"The definition at byte {14 + len(body)} is damaged or breaks off: the "
            "last 8 bytes were not read."
        )
    ]


@pytest.mark.parametrize(
    "tail",
    [
        bytes([0x61, 0, 0, 20, 0, 0]),
        bytes([0x61, 0, 0, 20, 0, 0, 9, 1, 1]),
        bytes([0x41, 0, 7, 20, 0, 0]),
        bytes([0x41, 0, 0]),
    ],
    ids=["no developer count", "cut developer fields", "byte order 7", "cut head"],
)
def test_a_damaged_definition_ends_the_walk(tail):
    body = Fit().define(0, RECORD, (3, "uint8")).data(0, 1).body
    found = scan(Fit().raw(body + tail).bytes())

    assert found.n_messages == 1
    assert found.faults[0].startswith(f"The definition at byte {14 + len(body)}")


def test_a_message_of_an_undefined_type_ends_the_walk():
    body = Fit().define(0, RECORD, (3, "uint8")).data(0, 1).body
    found = scan(Fit().raw(body + bytes([5, 1, 2, 3])).bytes())

    assert found.faults == [
        (
            f"The message at byte {14 + len(body)} is of a type that nothing defines: "
            "the last 4 bytes were not read."
        )
    ]


@pytest.mark.parametrize("turns", [3, 10, 11, 200, 2000])
@pytest.mark.parametrize("period", range(1, 10))
def test_messages_in_turn_are_all_found(period, turns):
    fit = Fit()
    for local in range(period):
        fit.define(local, 600 + local, (0, "uint16"), (1, "byte", local + 1))
    one = b"".join(
        bytes([local]) + struct.pack("<H", local) + bytes(local + 1)
        for local in range(period)
    )
    odd = bytes([0]) + struct.pack("<H", 99) + bytes(1)
    found = messages(fit.raw(one * turns + odd + one * turns).bytes())

    for local in range(period):
        values = found[f"unknown_{600 + local}"].floats("unknown_0").tolist()
        extra = [99.0] if local == 0 else []
        assert values == [local] * turns + extra + [local] * turns


def test_a_list_of_offsets_longer_than_its_limit_is_kept_in_order():
    fit = Fit().define(0, 600, (0, "uint16")).define(1, 601, (0, "uint16"))
    order = np.random.default_rng(1).integers(0, 2, 150_000)
    body = b"".join(
        bytes([local]) + struct.pack("<H", i % 5000) for i, local in enumerate(order)
    )
    found = messages(fit.raw(body).bytes())

    for local in (0, 1):
        values = found[f"unknown_{600 + local}"].floats("unknown_0")
        assert values.tolist() == (np.flatnonzero(order == local) % 5000).tolist()


def test_two_million_messages_without_fields_are_counted():
    fit = Fit().define(0, RECORD).raw(bytes(2_000_000))
    found = messages(fit.bytes(file_crc=0))

    assert len(found["record"]) == 2_000_000
    assert found["record"].block(()).shape == (0, 2_000_000)


@pytest.mark.parametrize("gap", [b"", b"\x01"], ids=["in turn", "mixed"])
def test_the_number_of_messages_is_capped_with_a_note(gap):
    body = (bytes(40) + gap) * 100
    fit = Fit().define(0, RECORD).define(1, 21).raw(body)
    found = scan(fit.bytes(), max_messages=300)

    assert 300 <= found.n_messages < len(body)
    assert "more than 300 messages" in found.faults[-1]
    assert MAX_MESSAGES > 10**6


def test_reserved_bits_of_a_data_header_mean_nothing():
    fit = Fit().define(2, RECORD, (3, "uint8")).raw(bytes([0x22, 5, 0x12, 6, 0x32, 7]))

    assert column(fit, "heart_rate") == [5.0, 6.0, 7.0]


# --- headers and chains ---------------------------------------------------------------


SMALL = Fit().define(0, RECORD, (3, "uint8")).data(0, 60).data(0, 61)


@pytest.mark.parametrize("size", [12, 14, 16])
def test_headers_of_12_14_and_more_bytes_are_read(size):
    found = scan(SMALL.bytes(header_size=size))

    assert found.n_messages == 2
    assert found.faults == []
    assert found.parts[0].is_crc_right


def test_a_header_without_its_own_checksum_is_in_order():
    assert scan(SMALL.bytes(header_crc=0)).faults == []


def test_a_wrong_checksum_of_the_header_is_noted():
    found = scan(SMALL.bytes(header_crc=1))

    assert found.n_messages == 2
    assert found.faults == ["The checksum of the header at byte 0 is wrong."]


def test_a_wrong_checksum_of_the_file_is_noted_and_the_data_kept():
    found = scan(SMALL.bytes(file_crc=1))

    assert found.n_messages == 2
    assert not found.parts[0].is_crc_right
    assert found.faults == [
        (
            f"The checksum at byte {14 + len(SMALL.body)} does not fit the data: some "
            "values may be damaged."
        )
    ]


@pytest.mark.parametrize("size", [0, 2**32 - 1, 5000])
def test_a_data_size_that_cannot_be_is_noted_and_the_data_read(size):
    found = scan(SMALL.bytes(data_size=size))

    assert found.n_messages == 2
    assert found.parts[0].is_crc_right
    assert found.faults == [
        (
            f"The header at byte 0 declares {size} bytes of data; {len(SMALL.body)} "
            "were found."
        )
    ]


def test_a_data_size_that_is_too_small_does_not_cost_the_rest():
    found = scan(SMALL.bytes(data_size=len(SMALL.body) - 1))

    assert found.n_messages == 2
    assert "were found" in found.faults[0]


def test_a_checksum_behind_a_wrong_data_size_is_not_read_as_messages():
    fit = Fit().define(0, 700, (0, "uint16")).define(1, RECORD, (3, "uint8"))
    fit.data(0, 1).data(1, 60)
    found = messages(fit.bytes(data_size=9_999, file_crc=0x0101))
    n_found = len(fit.body) + 2

    assert found["record"].floats("heart_rate").tolist() == [60.0]
    assert found.faults == [
        f"The header at byte 0 declares 9999 bytes of data; {n_found} were found."
    ]


def test_a_chain_is_read_whole_and_local_types_end_with_their_file():
    other = Fit().raw(bytes([0, 99]))
    found = scan(SMALL.bytes() + SMALL.bytes() + other.bytes())

    assert found.n_messages == 4
    assert len(found.parts) == 3
    assert "nothing defines" in found.faults[0]


def test_a_chain_goes_on_behind_rubbish():
    first = SMALL.bytes()
    found = scan(first + b"rubbish .FIT rubbish" + SMALL.bytes())

    assert found.n_messages == 4
    assert found.faults == [
        f"20 bytes from byte {len(first)} on belong to no FIT file and were not read."
    ]


def test_three_thousand_empty_files_in_a_chain_are_no_trouble():
    found = scan(Fit().bytes() * 3000 + SMALL.bytes())

    assert found.n_messages == 2
    assert len(found.parts) == 3001
    assert found.faults[-1] == "And 2980 faults more."


def test_what_is_no_fit_is_told():
    assert not is_fit(b"")
    assert not is_fit(b"\x0e" + bytes(7) + b".FIX" + bytes(10))
    assert not is_fit(b"\x05" + bytes(7) + b".FIT" + bytes(10))
    assert not is_fit(b"\xff" + bytes(7) + b".FIT")
    assert is_fit(SMALL.bytes())


def test_the_checksum_of_the_builder_is_the_published_one():
    # CRC-16/ARC, check value of "123456789" (reveng catalogue).
    assert crc(b"123456789") == 0xBB3D


# --- short headers --------------------------------------------------------------------


def times(fit: Fit, message: str = "record") -> list[float]:
    found = messages(fit.bytes())
    return (found.times(found[message]) - START).tolist()


def test_short_headers_count_on_from_the_last_whole_time_and_roll_over():
    fit = Fit().define(0, RECORD, (253, "uint32"), (3, "uint8"))
    fit.define(1, RECORD, (3, "uint8")).data(0, START, 60)
    passed = [1, 2, 20, 31, 32, 40, 71, 71, 102]
    for second in passed:
        fit.data(1, 61, second=START + second)

    assert times(fit) == [0, *passed]


def test_a_whole_time_of_another_message_is_counted_on_from_too():
    fit = Fit().define(0, 21, (253, "uint32")).define(1, RECORD, (3, "uint8"))
    fit.data(0, START).data(1, 60, second=START + 5)
    fit.data(0, START + 1000).data(1, 60, second=START + 1003)

    assert times(fit) == [5, 1003]
    assert times(fit, "event") == [0, 1000]


def test_a_short_time_before_any_whole_one_is_unknown():
    fit = Fit().define(1, RECORD, (3, "uint8")).data(1, 60, second=3)
    fit.define(0, 21, (253, "uint32")).data(0, START)

    assert np.isnan(times(fit)).tolist() == [True]


def test_short_times_do_not_count_on_from_another_file_of_the_chain():
    first = Fit().define(0, 21, (253, "uint32")).data(0, START)
    second = Fit().define(1, RECORD, (3, "uint8")).data(1, 60, second=3)
    found = messages(first.bytes() + second.bytes())

    assert np.isnan(found.times(found["record"])).all()


def test_a_time_field_counts_more_than_a_short_header():
    fit = Fit().define(0, RECORD, (253, "uint32")).data(0, START, second=9)
    fit.data(0, 0xFFFFFFFF, second=START + 4)

    assert times(fit) == [0, 4]


# --- developers' fields ---------------------------------------------------------------


def test_a_developers_field_is_read_with_its_type_scale_and_offset():
    fit = describe(Fit(), name="Ascent", kind="uint16", scale=5, offset=10)
    fit.define(0, RECORD, (3, "uint8"), developer=[(0, 0, "uint16", 1)])
    for i in range(20):
        fit.data(0, 60, 100 + i)
    fit.data(0, 60, 0xFFFF)

    assert column(fit, "dev_ascent")[:3] == [100 / 5 - 10, 101 / 5 - 10, 102 / 5 - 10]
    assert np.isnan(column(fit, "dev_ascent")[-1])
    assert messages(fit.bytes()).developer["dev_ascent"].units == "Watts"


def test_a_field_that_is_described_anew_is_read_as_of_each_message():
    fit = describe(Fit(), name="Power", scale=1)
    fit.define(0, RECORD, developer=[(0, 0, "uint16", 1)])
    fit.data(0, 250).data(0, 260)
    describe(fit, name="Power", scale=10)
    fit.data(0, 250)
    describe(fit, name="Stiffness", kind="sint16")
    fit.data(0, 0xFFFF)
    found = messages(fit.bytes())["record"]

    assert found.floats("dev_power").tolist()[:3] == [250.0, 260.0, 25.0]
    assert np.isnan(found.floats("dev_power")[3])
    assert found.floats("dev_stiffness")[3] == -1


def test_two_apps_with_the_same_name_for_a_field_get_two_columns():
    fit = describe(describe(Fit(), name="Power"), index=1, name="Power")
    fit.define(0, RECORD, developer=[(0, 0, "uint16", 1), (0, 1, "uint16", 1)])
    fit.data(0, 200, 300)

    assert column(fit, "dev_power") == [200.0]
    assert column(fit, "dev_power_2") == [300.0]


def test_a_developers_field_that_nothing_describes_stays_bytes_under_its_numbers():
    fit = Fit().define(0, RECORD, (3, "uint8"), developer=[(4, 2, "uint16", 1)])
    fit.data(0, 60, 7)
    table = messages(fit.bytes())["record"]

    assert table.kinds["dev_unknown_2_4"] == "bytes"


def test_what_one_file_of_a_chain_describes_the_next_does_not_know():
    def part(*, known: bool) -> bytes:
        fit = describe(Fit()) if known else Fit()
        return fit.define(0, RECORD, developer=[(0, 0, "uint16", 1)]).data(0, 9).bytes()

    table = messages(part(known=True) + part(known=False) + part(known=True))["record"]

    assert np.array_equal(table.floats("dev_power"), [9, math.nan, 9], equal_nan=True)


def test_a_later_file_of_a_chain_without_descriptions_is_not_read_with_the_firsts():
    first = (
        describe(Fit()).define(0, RECORD, developer=[(0, 0, "uint16", 1)]).data(0, 9)
    )
    second = Fit().define(0, RECORD, developer=[(0, 0, "uint16", 1)]).data(0, 9)
    table = messages(first.bytes() + second.bytes())["record"]

    assert np.isnan(table.floats("dev_power")).tolist() == [False, True]


def test_developers_texts_and_arrays_are_read():
    fit = describe(Fit(), name="Label", kind="string")
    describe(fit, index=1, name="Pair", kind="sint8")
    fit.define(0, RECORD, developer=[(0, 0, "string", 5), (0, 1, "sint8", 2)])
    fit.data(0, "easy", (-1, 2))
    table = messages(fit.bytes())["record"]

    assert table.texts("dev_label") == ["easy"]
    assert table.arrays("dev_pair").tolist() == [[-1.0, 2.0]]


def test_a_description_without_its_numbers_is_passed_over():
    fit = describe(Fit(), index=0xFF)
    fit.define(0, RECORD, (3, "uint8"), developer=[(0, 0, "uint16", 1)]).data(0, 60, 7)

    assert messages(fit.bytes()).developer == {}


def test_a_nameless_developers_field_is_named_by_its_numbers():
    fit = describe(Fit(), name="", kind="uint8", number=3)
    fit.define(0, RECORD, developer=[(3, 0, "uint8", 1)]).data(0, 7)

    assert column(fit, "dev_0_3") == [7.0]


# --- laws -----------------------------------------------------------------------------

INTEGERS = {
    kind: st.integers(
        -(2 ** (8 * struct.calcsize(char) - 1)) if char.islower() else 0,
        2 ** (8 * struct.calcsize(char) - char.islower()) - 1,
    )
    for kind, (_, char) in TYPES.items()
    if kind not in {"string", "float32", "float64"} and struct.calcsize(char) < 8
}


@st.composite
def files(draw):
    """A FIT file of some local types, and what each message in it holds."""
    fit = Fit()
    kinds = {}
    rows = []
    for _ in range(draw(st.integers(1, 30))):
        known = sorted(kinds)
        if not known or draw(st.integers(0, 5)) == 0:
            local = draw(st.integers(0, 15))
            numbers = draw(st.lists(st.integers(100, 120), max_size=4, unique=True))
            types = [draw(st.sampled_from(sorted(INTEGERS))) for _ in numbers]
            order = draw(st.sampled_from("<>"))
            message = 600 + draw(st.integers(0, 2))
            fit.define(local, message, *zip(numbers, types, strict=True), order=order)
            kinds[local] = (message, numbers, types)
            continue
        local = draw(st.sampled_from(known))
        message, numbers, types = kinds[local]
        for _ in range(draw(st.sampled_from([1, 1, 2, 30]))):
            values = [draw(INTEGERS[kind]) for kind in types]
            fit.data(local, *values)
            row = {
                f"unknown_{n}": math.nan if v == GAPS[k] else float(v)
                for n, v, k in zip(numbers, values, types, strict=True)
            }
            rows.append((message, row))
    return fit, rows


def decoded(data: bytes) -> dict[int, list[dict[str, float]]]:
    found = messages(data)
    tables = {}
    for name in found:
        table = found[name]
        block = table.block(table.names)
        tables[table.number] = [
            dict(zip(table.names, values, strict=True)) for values in block.T.tolist()
        ]
    return tables


def expected(rows) -> dict[int, list[dict[str, float]]]:
    tables: dict[int, list[dict[str, float]]] = {}
    for message, row in rows:
        tables.setdefault(message, []).append(row)
    return tables


def same(found, wanted) -> bool:
    """Compare tables; a column that a row lacks must be NaN in it."""
    for message, rows in wanted.items():
        for got, row in zip(found[message], rows, strict=True):
            for name, value in got.items():
                want = row.get(name, math.nan)
                if value != want and not (math.isnan(value) and math.isnan(want)):
                    return False
    return found.keys() == wanted.keys()


@settings(max_examples=150, deadline=None)
@given(files())
def test_decoding_gives_back_what_was_built(built):
    fit, rows = built

    assert same(decoded(fit.bytes()), expected(rows))


@settings(max_examples=100, deadline=None)
@given(files(), st.data())
def test_a_file_that_is_cut_anywhere_gives_the_rows_before_the_cut(built, data):
    fit, rows = built
    whole = fit.bytes()
    cut = data.draw(st.integers(14, len(whole)))
    found = scan(whole[:cut])

    assert same(decoded(whole[:cut]), expected(rows[: found.n_messages]))


@settings(max_examples=200, deadline=None)
@given(files(), st.data())
def test_flipped_bytes_never_break_the_decoder(built, data):
    fit, _ = built
    damaged = bytearray(fit.bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(14, len(damaged) - 1))
        damaged[at] ^= data.draw(st.integers(1, 255))
    found = messages(bytes(damaged))

    for name in found:
        table = found[name]
        found.times(table)
        for field, kind in table.kinds.items():
            table.texts(field) if kind == "text" else table.arrays(field)
        table.block(table.names)
