"""Exports are walked file by file: of any size, and whatever they try."""

from __future__ import annotations

import gzip
import os
import random
import stat
import struct
import tracemalloc
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import zipbuild
from tests.zipbuild import patched, zipped

from hipstride.errors import ReadError
from hipstride.io import _zip_directory, _zips
from hipstride.io._files import Found, is_ours, walk

NOISE = random.Random(1).randbytes(2**20)


def found_in(source: Path | bytes) -> dict[str, Found]:
    """All files by label, without the ends of zips."""
    return {
        one.label: one
        for one in walk(source, passed=lambda label, mark: False)
        if one.kind != "zip"
    }


def only(source: Path | bytes) -> Found:
    (found,) = found_in(source).values()
    return found


def refusal(found: Found) -> str:
    """The one line that each way to the bytes ends in."""
    with pytest.raises(ReadError) as loaded:
        found.load()
    with pytest.raises(ReadError):
        found.head(1)
    with pytest.raises(ReadError):
        found.open().read()
    return str(loaded.value)


def noise(n_bytes: int, at: int = 0) -> bytes:
    return (NOISE * (n_bytes // len(NOISE) + 2))[at : at + n_bytes]


@pytest.fixture
def little_room(monkeypatch):
    """As if packed zips in zips were all too large for memory."""
    monkeypatch.setattr(_zips, "MAX_HELD_BYTES", 0)


# What is given


def test_every_file_is_given_and_is_ours_tells_which_may_be_a_run():
    found = found_in(zipped({"b.json": b"{}", "a.fit": b"x", "c.fit.gz": b"y"}))

    assert list(found) == ["<bytes>/a.fit", "<bytes>/b.json", "<bytes>/c.fit.gz"]
    assert [is_ours(label) for label in found] == [True, False, True]


def test_folders_hidden_files_and_a_macs_notes_are_passed_over(tmp_path):
    names = ["a/.hidden/x.fit", ".x.fit", "__MACOSX/a/._x.fit", "a/x.fit", ".DS_Store"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    members = dict.fromkeys(names, b"x") | {"empty/": b""}

    assert list(found_in(tmp_path)) == ["a/x.fit"]
    assert list(found_in(zipped(members))) == ["<bytes>/a/x.fit"]


def test_an_empty_folder_and_an_empty_zip_hold_nothing(tmp_path):
    assert found_in(tmp_path) == {}
    assert found_in(zipped({})) == {}


def test_a_file_that_is_named_alone_is_given(tmp_path):
    path = tmp_path / "run.fit"
    path.write_bytes(b"the run")

    found = only(path)

    status = path.stat()
    assert (found.label, found.size_bytes, found.path) == ("run.fit", 7, path)
    assert found.mark == f"7-{status.st_mtime_ns}"
    assert found.load().data == b"the run"


def test_a_file_that_is_not_there_is_told_of(tmp_path):
    assert "found no such file; expected a readable" in refusal(only(tmp_path / "no"))


def test_a_zip_stands_as_a_folder_in_the_label(tmp_path):
    path = tmp_path / "export.zip"
    path.write_bytes(zipped({"parts/Part1.zip": zipped({"1.fit": b"x"})}))

    assert list(found_in(path)) == ["export.zip/parts/Part1.zip/1.fit"]
    assert list(found_in(tmp_path)) == ["export.zip/parts/Part1.zip/1.fit"]


def test_a_member_has_its_checksum_and_size_as_its_mark():
    found = only(zipped({"a.fit": b"the run"}))

    assert found.mark == f"{zlib.crc32(b'the run'):08x}-7"
    assert found.size_bytes == 7
    assert found.path is None


def test_the_end_of_a_zip_comes_after_its_members():
    inner = zipped({"b.fit": b"x"})
    data = zipped({"a.zip": inner, "c.fit": b"x"})

    walked = list(walk(data, passed=lambda label, mark: False))

    assert [(one.kind, one.label) for one in walked] == [
        ("file", "<bytes>/a.zip/b.fit"),
        ("zip", "<bytes>/a.zip"),
        ("file", "<bytes>/c.fit"),
        ("zip", "<bytes>"),
    ]
    assert walked[1].mark == f"{zlib.crc32(inner):08x}-{len(inner)}"
    assert walked[1].size_bytes == len(inner)
    assert "found a zip, at its end; expected a file in it" in refusal(walked[1])


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_packed_bytes_of_all_are_the_size_of_the_file(method):
    inner = zipped({f"{i}.fit": noise(1000, i) for i in range(20)})
    data = zipped({"a.zip": inner, "b.fit": noise(500)}, method)

    walked = walk(data, passed=lambda label, mark: False)

    assert sum(one.packed_bytes for one in walked) == len(data)


def test_a_zip_that_was_read_before_is_left_out_whole():
    data = zipped({"a.zip": zipped({"b.fit": b"x"}), "c.fit": b"x"})
    asked = []

    def passed(label, mark):
        asked.append(label)
        return label.endswith("a.zip")

    walked = list(walk(data, passed=passed))

    assert asked == ["<bytes>", "<bytes>/a.zip"]
    assert [one.label for one in walked] == ["<bytes>/c.fit", "<bytes>"]
    assert sum(one.packed_bytes for one in walked) == len(data)
    assert list(walk(data, passed=lambda label, mark: True)) == []


# The ways to the bytes


@pytest.mark.parametrize("method", [0, 8, 12, 14])
def test_each_way_gives_the_same_bytes(method):
    data = noise(300_000)
    found = only(zipped({"a.fit": data}, method))

    assert found.load().data == data
    assert found.head(64) == data[:64]
    assert found.head(10**6) == data
    assert found.open().read() == data
    assert found.open().read(10) == data[:10]


@given(
    st.dictionaries(
        st.text("abcé/ ()", min_size=1, max_size=8).map(lambda name: f"x{name}x.fit"),
        st.binary(max_size=200),
        max_size=8,
    ),
    st.sampled_from([0, 8, 12, 14]),
)
@settings(deadline=None)
def test_what_is_found_in_a_zip_is_what_zipfile_finds(members, method):
    data = zipped(members, method)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        expected = sorted(map(archive.read, archive.infolist()))

    # As stored: any bytes may happen to be the start of a gzip.
    found = [b"".join(one.content.pieces(64)) for one in found_in(data).values()]

    assert sorted(found) == expected


def test_the_head_of_a_gzipped_file_is_unpacked_no_further_than_need_be(tmp_path):
    path = tmp_path / "a.fit.gz"
    packed = gzip.compress(noise(2**20), compresslevel=1)
    # Behind its first tenth it is rubbish, which nobody reads.
    path.write_bytes(packed[: len(packed) // 10] + b"\xff" * len(packed))

    assert only(path).head(64) == noise(64)
    assert found_in(zipped({"a.fit.gz": path.read_bytes()}))[
        "<bytes>/a.fit.gz"
    ].head(64) == noise(64)  # fmt: skip


def test_a_stream_is_unpacked_from_gzips_one_behind_the_other(tmp_path):
    path = tmp_path / "a.fit.gz"
    path.write_bytes(gzip.compress(b"the ") + gzip.compress(b"run") + bytes(10))

    assert only(path).open().read() == b"the run"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (gzip.compress(noise(10**5))[:-9], "a broken gzip (it breaks off)"),
        (b"\x1f\x8brubbish", "a broken gzip (Error -3"),
        (gzip.compress(bytes(2**22)), "bytes packed into"),
    ],
)
def test_a_stream_of_a_broken_gzip_says_so(tmp_path, data, words):
    path = tmp_path / "a.fit.gz"
    path.write_bytes(data)

    with pytest.raises(ReadError) as caught:
        only(path).open().read()
    assert words in str(caught.value)


def test_what_is_found_can_be_read_after_the_walk(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.fit": b"the run"}))
    found = only(path)

    assert found.load().data == found.open().read() == b"the run"


def test_a_file_beside_another_is_found_by_its_name(tmp_path):
    members = {"in/export.xml": b"<x/>", "in/routes/r.gpx": b"route", "out.gpx": b"no"}
    for name, data in members.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    (tmp_path / "in" / "away.gpx").symlink_to(tmp_path / "out.gpx")

    for source, place in ((tmp_path, "in/"), (zipped(members), "<bytes>/in/")):
        export = found_in(source)[f"{place}export.xml"]
        assert export.beside("routes/r.gpx") == b"route"
        for name in ("no.gpx", "../out.gpx", "/out.gpx", "routes", "", "c:x", "a\0b",
                     "..\\out.gpx", "away.gpx", "routes//r.gpx"):  # fmt: skip
            assert export.beside(name) is None


# Zips in zips


def layered(depth: int, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = zipped({"a.fit": b"the run"})
    for _ in range(depth):
        data = zipped({"in.zip": data}, method)
    return data


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_three_zips_within_the_first_are_read_and_the_next_is_told_of(method):
    assert only(layered(3, method)).load().data == b"the run"
    assert refusal(only(layered(4, method))) == (
        "<bytes>/in.zip/in.zip/in.zip/in.zip: found a zip in a zip, too many deep; "
        "expected at most 3 within the first; unpack it"
    )


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("method", [0, 8, 12, 14])
@pytest.mark.usefixtures("little_room")
def test_large_packed_zips_in_zips_are_read_in_the_order_they_lie(depth, method):
    files = {f"{9 - i}.fit": noise(40_000 + i, i) for i in range(10)}
    data = zipped(files, zipfile.ZIP_STORED)
    for _ in range(depth):
        data = zipped({"in.zip": data, "z.fit": b"z"}, method)

    seen = []
    for one in walk(data, passed=lambda label, mark: False):
        if one.label.count("in.zip/") == depth:
            name = one.label.rpartition("/")[2]
            seen.append(name)
            assert one.head(9) == files[name][:9]
            assert one.load().data == one.open().read() == files[name]

    # What lies in the other as it is costs nothing to go back in.
    assert seen == (sorted(files) if method == zipfile.ZIP_STORED else list(files))


@pytest.mark.usefixtures("little_room")
def test_a_member_of_a_large_packed_zip_is_right_in_any_order_and_later(monkeypatch):
    monkeypatch.setattr("hipstride.io._unpacked_span._MARK_BYTES", 100_000)
    monkeypatch.setattr("hipstride.io._unpacked_span._KEPT_PIECES", 2)
    files = {f"{i:03d}.fit": noise(30_000 + i, i) for i in range(60)}
    found = found_in(zipped({"in.zip": zipped(files, zipfile.ZIP_STORED)}, level=6))
    order = list(found)
    random.Random(2).shuffle(order)

    for label in order:
        assert found[label].load().data == files[label.rpartition("/")[2]]


def test_a_large_zip_in_a_zip_is_walked_in_little_memory(tmp_path):
    path = tmp_path / "export.zip"
    inner = {f"{i}.fit": noise(500_000, i) for i in range(100)}
    stored = zipped(inner, zipfile.ZIP_STORED)
    path.write_bytes(zipped({"packed.zip": stored}))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("stored.zip", stored)
    del stored

    tracemalloc.start()
    n_files = sum(
        len(one.head(64)) == 64
        for one in walk(path, passed=lambda label, mark: False)
        if one.kind == "file"
    )
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert n_files == 200
    assert peak_bytes < 20 * 2**20


def test_a_zip_in_a_zip_that_is_broken_is_told_of_and_the_others_are_read():
    found = found_in(zipped({"a.zip": b"PK\x03\x04" + bytes(50), "b.fit": b"x"}))

    assert "a.zip: found a broken zip (its end is missing" in refusal(
        found["<bytes>/a.zip"]
    )
    assert found["<bytes>/b.fit"].load().data == b"x"


@pytest.mark.usefixtures("little_room")
@pytest.mark.parametrize(
    ("at", "words"), [(16, "its checksum is wrong"), (24, "more bytes than it claims")]
)
def test_a_large_packed_zip_is_checked_against_what_is_said_of_it(at, words):
    data = zipped({"in.zip": zipped({"a.fit": noise(1000)})})
    place = data.index(zipbuild.ENTRY, data.index(zipbuild.END, 40))
    (number,) = struct.unpack_from("<L", data, place + at)

    broken = patched(data, place + at, "L", number - 1)

    assert f"a member that cannot be unpacked ({words})" in refusal(only(broken))


# Bombs


def test_what_packs_too_well_is_refused():
    assert refusal(only(zipped({"a.fit": bytes(2**24)}, level=9))).startswith(
        "<bytes>/a.fit: found 16777216 bytes packed into"
    )


def test_what_is_larger_than_any_activity_is_not_loaded_but_streamed(monkeypatch):
    monkeypatch.setattr("hipstride.io._zip_archive.MAX_FILE_BYTES", 2**20)
    found = only(zipped({"a.fit": noise(2**20 + 1)}))

    with pytest.raises(
        ReadError, match=r"found 1048577 bytes packed into .* 1 MB, and"
    ):
        found.load()
    assert found.head(5) == NOISE[:5]
    assert len(found.open().read()) == 2**20 + 1


def test_a_bomb_in_a_small_zip_counts_by_what_it_takes_of_the_outermost_file():
    # Each packs some 100 to 1: too little for a bomb, but not for one in the other.
    text = noise(8000) * 150
    inner = zipped({f"{i}.csv": text for i in range(100)}, level=9)
    outer = zipped({"in.zip": inner, "b.csv": text}, level=9)

    found = found_in(outer)

    assert found["<bytes>/b.csv"].load().data == text
    assert "1200000 bytes packed into" in refusal(found["<bytes>/in.zip/0.csv"])


@pytest.mark.parametrize("claim", [10, 10**6])
def test_a_member_that_lies_about_its_size_is_refused(claim):
    data = zipped({"a.fit": noise(1000)})
    lying = patched(data, data.rindex(zipbuild.ENTRY) + 24, "L", claim)
    words = "more bytes than it claims" if claim == 10 else "it breaks off"

    with pytest.raises(ReadError) as caught:
        only(lying).load()
    assert f"a member that cannot be unpacked ({words})" in str(caught.value)


def test_a_member_with_a_wrong_checksum_is_refused():
    data = zipped({"a.fit": b"the run"}, zipfile.ZIP_STORED)

    with pytest.raises(
        ReadError, match=r"unpacked \(its checksum is wrong\); expected"
    ):
        only(data.replace(b"the run", b"the ruN", 1)).load()


def test_members_that_share_bytes_are_refused():
    data = zipped({"a.fit": noise(1000)})
    first = data.rindex(zipbuild.ENTRY)
    directory = data[first : data.rindex(zipbuild.END)]
    shared = data[:first] + directory * 2 + zipbuild.end(2, 2 * len(directory), first)

    assert refusal(only(shared)) == (
        "<bytes>: found members that overlap; expected a zip whose files lie one "
        "behind the other; check that it is what it claims to be"
    )


def test_members_that_quote_one_another_are_refused():
    kernel = noise(100)
    crc = zlib.crc32(kernel)
    second = zipbuild.local(b"b.fit", kernel, crc=crc, size=100)
    whole = zlib.crc32(second)
    first = zipbuild.local(b"a.fit", second, crc=whole, size=len(second))
    n = len(second)
    directory = zipbuild.entry(b"a.fit", crc=whole, packed=n, size=n, offset=0)
    directory += zipbuild.entry(
        b"b.fit", crc=crc, packed=100, size=100, offset=len(first) - n
    )
    end = zipbuild.end(2, len(directory), len(first))

    assert "found members that overlap" in refusal(only(first + directory + end))


def test_a_zip_of_more_entries_than_any_export_is_refused_soon(monkeypatch):
    monkeypatch.setattr(_zips, "MAX_MEMBERS", 3)
    data = zipped({f"{i}.fit": b"" for i in range(4)})

    assert refusal(only(data)) == (
        "<bytes>: found more than 3 files; expected at most 3; "
        "check that it is what it claims to be"
    )


def test_zips_in_a_zip_may_not_have_more_entries_than_one(monkeypatch):
    monkeypatch.setattr(_zips, "MAX_MEMBERS", 3)
    data = zipped({"a.zip": zipped({str(i): b"" for i in range(3)}), "b.fit": b""})

    assert "more than 1 files" in refusal(found_in(data)["<bytes>/a.zip"])


def test_two_hundred_thousand_members_are_read_and_one_more_is_not():
    entries = [
        zipbuild.entry(b"%06d.fit" % i, crc=0, packed=0, size=0, offset=30 * i)
        for i in range(200_001)
    ]
    members = bytes(30 * len(entries))

    def whole(n: int) -> bytes:
        directory = b"".join(entries[:n])
        return members + directory + zipbuild.end(n, len(directory), len(members))

    assert len(found_in(whole(200_000))) == 200_000
    assert "more than 200000 files; expected at most 200000" in refusal(
        only(whole(200_001))
    )


def test_a_directory_larger_than_any_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(_zip_directory, "MAX_DIRECTORY_BYTES", 50)

    assert "found a directory of" in refusal(only(zipped({"a.fit": b"x"})))


# Names


@pytest.mark.parametrize(
    ("name", "label"),
    [
        (b"../../etc/a.fit", "etc/a.fit"),
        (b"/etc/a.fit", "etc/a.fit"),
        (b"//host/share/a.fit", "host/share/a.fit"),
        (b"..\\..\\a.fit", "a.fit"),
        (b"runs\\a.fit", "runs/a.fit"),
        (b"C:\\runs\\a.fit", "runs/a.fit"),
        (b"c:a.fit", "a.fit"),
        (b"a/./b/../a.fit", "a/b/a.fit"),
        (b"a.fit\x00.exe", "a.fit\\x00.exe"),
        (b"a\n\x1b[31m.fit", "a\\x0a\\x1b[31m.fit"),
        ("a\u202etif.fit".encode(), "a\\u202etif.fit"),
        ("é ü.fit".encode(), "é ü.fit"),
        ("é.fit".encode("cp437"), "é.fit"),
        (b"..", "(no name)"),
        (b"", "(no name)"),
    ],
)
def test_a_name_leads_nowhere_and_can_be_shown(name, label):
    member = zipbuild.local(name, b"x", crc=zlib.crc32(b"x"), size=1)
    entry = zipbuild.entry(name, crc=zlib.crc32(b"x"), packed=1, size=1, offset=0)
    found = only(member + entry + zipbuild.end(1, len(entry), len(member)))

    assert found.label == f"<bytes>/{label}"
    assert found.load().data == b"x"


def test_bytes_that_are_no_utf_8_though_they_say_so_are_shown():
    member = zipbuild.local(b"\xff.fit", b"", crc=0, size=0)
    entry = zipbuild.entry(b"\xff.fit", crc=0, packed=0, size=0, offset=0, flags=0x800)
    found = only(member + entry + zipbuild.end(1, len(entry), len(member)))

    assert found.label == "<bytes>/\\xff.fit"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_files_of_one_name_are_all_given_under_a_number_each():
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for data in (b"1", b"2", b"3"):
            archive.writestr("a/run.fit.gz", data)
        archive.writestr("../a/run.fit.gz", b"4")

    found = found_in(stream.getvalue())

    assert {label: one.load().data for label, one in found.items()} == {
        "<bytes>/a/run.fit.gz": b"1",
        "<bytes>/a/run (2).fit.gz": b"2",
        "<bytes>/a/run (3).fit.gz": b"3",
        "<bytes>/a/run (4).fit.gz": b"4",
    }


# What cannot be unpacked


@pytest.mark.parametrize(
    ("mode", "words"),
    [(stat.S_IFLNK | 0o777, "a symbolic link"), (stat.S_IFIFO, "a pipe or a device")],
)
def test_a_member_that_is_no_file_is_told_of(mode, words):
    data = zipbuild.with_mode("a.fit", mode, b"/etc/passwd")

    assert refusal(only(data)) == (
        f"<bytes>/a.fit: found {words}; expected a file; "
        "unpack the zip, and give the folder"
    )


def test_a_link_to_a_zip_in_a_zip_is_not_followed():
    data = zipbuild.with_mode("a.zip", stat.S_IFLNK | 0o777, b"/tmp/b.zip")

    assert "a.zip: found a symbolic link" in refusal(only(data))


@pytest.mark.parametrize(("at", "layout", "value"), [(8, "H", 1), (10, "H", 99)])
def test_a_member_with_a_password_is_told_of(at, layout, value):
    data = zipped({"a.fit": b"x"})

    locked = patched(data, data.rindex(zipbuild.ENTRY) + at, layout, value)

    assert refusal(only(locked)) == (
        "<bytes>/a.fit: found an encrypted file; expected one without a password; "
        "unpack it first"
    )


def test_a_password_that_only_the_member_itself_tells_of_is_seen():
    assert "found an encrypted file" in refusal(
        only(patched(zipped({"a.fit": b"x"}), 6, "H", 1))
    )


@pytest.mark.parametrize(
    ("method", "name"), [(9, "deflate64"), (93, "zstd"), (77, "method 77")]
)
def test_a_packing_that_is_not_read_is_named(method, name):
    data = zipped({"a.fit": b"x"})

    odd = patched(data, data.rindex(zipbuild.ENTRY) + 10, "H", method)

    assert refusal(only(odd)) == (
        f"<bytes>/a.fit: found a file packed by {name}; expected one stored or "
        "deflated; unpack the zip, and give the folder"
    )


def test_a_decoder_that_asks_for_gigabytes_does_not_get_them():
    data = zipped({"a.fit": b"x" * 100}, zipfile.ZIP_LZMA)
    at = data.index(b"a.fit") + 5 + 5

    assert "packed by LZMA with a dictionary of over 64 MB" in refusal(
        only(patched(data, at, "L", 2**31))
    )


def test_a_member_that_is_not_in_its_place_is_told_of():
    data = zipped({"a.fit": b"x"})

    assert "(it is not where the directory says)" in refusal(only(b"XX" + data[2:]))


@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_zip_that_breaks_off_is_refused_in_plain_words(share):
    data = zipped({"a.fit": noise(1000), "b.fit": noise(1000)})

    assert refusal(only(data[: int(share * len(data))])) == (
        "<bytes>: found a broken zip (its end is missing, so it broke off or was badly "
        "packed); expected a whole zip; download it again"
    )


def test_a_zip_that_breaks_off_behind_a_stored_zip_is_not_taken_for_that_one():
    inner = zipped({"a.fit": noise(1000)})
    data = zipped({"in.zip": inner, "b.fit": noise(1000)}, zipfile.ZIP_STORED)
    cut = data[: data.index(inner) + len(inner) + 10]

    assert "its end is missing" in refusal(only(cut))


def test_a_zip_behind_a_program_that_unpacks_it_is_read(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(b"MZ" + bytes(500) + zipped({"a.fit": b"the run"}))

    assert only(tmp_path).load().data == b"the run"


def test_a_file_that_is_only_called_a_zip_is_told_of(tmp_path):
    (tmp_path / "a.zip").write_bytes(b"hello")

    assert "a.zip: found a broken zip (it is none)" in refusal(only(tmp_path))


def test_a_damaged_directory_is_refused():
    data = zipped({"a.fit": b"x"})
    at = data.rindex(zipbuild.ENTRY)

    assert "(its directory is damaged)" in refusal(only(patched(data, at, "L", 0)))
    assert "(its directory is damaged)" in refusal(
        only(patched(data, at + 28, "H", 99))
    )


def test_a_directory_that_lies_outside_is_refused():
    data = zipped({"a.fit": b"x"})
    at = data.rindex(zipbuild.END)

    assert "(its directory lies outside of it)" in refusal(
        only(patched(data, at + 12, "L", 10**6))
    )


def test_one_part_of_a_zip_in_several_is_refused():
    data = zipped({"a.fit": b"x"})

    assert refusal(only(patched(data, data.rindex(zipbuild.END) + 4, "H", 2))) == (
        "<bytes>: found one part of a zip in several; expected a whole zip; "
        "join the parts with the program that made them"
    )


def test_a_zip_in_the_large_layout_is_read(monkeypatch):
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 10)
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)
    data = zipped({"a.fit": noise(100), "b.fit": noise(200)})

    assert data.count(b"PK\x06\x06") == 1
    assert [one.size_bytes for one in found_in(data).values()] == [100, 200]
    assert found_in(data)["<bytes>/b.fit"].load().data == noise(200)


def test_a_large_layout_without_its_end_is_refused(monkeypatch):
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 10)
    data = zipped({"a.fit": noise(100)}).replace(b"PK\x06\x06", b"XXXX")

    assert "the end of its directory is missing" in refusal(only(data))


def test_a_zip_of_more_than_four_gigabytes_is_read(tmp_path):
    path = tmp_path / "a.zip"
    with path.open("wb") as stream, zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.fit", b"first")
        # A hole on the disk that takes no room.
        archive.fp.seek(5 * 2**30)
        archive.start_dir = 5 * 2**30
        archive.writestr("b.fit", b"behind")

    found = found_in(path)

    assert found["a.zip/b.fit"].load().data == b"behind"
    assert found["a.zip/a.fit"].load().data == b"first"


@given(st.data())
@settings(deadline=None)
def test_a_damaged_zip_gives_what_was_in_it_or_an_error(data):
    files = {"a.fit": noise(300), "in.zip": zipped({"b.fit": noise(200)})}
    whole = bytearray(zipped(files, data.draw(st.sampled_from([0, 8]))))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(
            st.integers(0, 255)
        )

    for found in found_in(bytes(whole)).values():
        try:
            content = found.load().data
        except ReadError:
            continue
        assert content in {b"", noise(300), noise(200), files["in.zip"]}


def test_a_zip_that_shrinks_on_the_way_is_told_of(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.fit": noise(10**5), "b.fit": noise(10**5)}))
    walked = walk(path, passed=lambda label, mark: False)

    first = next(walked)
    with path.open("r+b") as stream:
        stream.truncate(5000)

    assert "cannot be unpacked (it breaks off)" in refusal_of_load(first)
    assert "(it is not where the directory says)" in refusal_of_load(next(walked))


def refusal_of_load(found: Found) -> str:
    with pytest.raises(ReadError) as caught:
        found.load()
    return str(caught.value)


def test_a_zip_that_is_gone_after_the_walk_is_told_of(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"a.fit": b"x"}))
    found = only(path)
    path.unlink()

    assert "cannot be unpacked ([Errno 2] No such file" in refusal(found)


# Folders


def test_a_loop_of_links_ends_and_a_link_to_itself_is_told_of(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "run.fit").write_bytes(b"x")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "self.fit").symlink_to(tmp_path / "self.fit")

    found = found_in(tmp_path)

    assert list(found) == ["a/run.fit", "self.fit"]
    assert "self.fit: found a link that leads nowhere" in refusal(found["self.fit"])


def test_a_link_to_a_file_is_followed_and_a_dangling_one_is_told_of(tmp_path):
    (tmp_path / "run.fit").write_bytes(b"the run")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.fit").symlink_to(tmp_path / "run.fit")
    (folder / "b.fit").symlink_to(tmp_path / "none.fit")

    found = found_in(folder)

    assert found["a.fit"].load().data == b"the run"
    assert refusal(found["b.fit"]).endswith(
        "b.fit: found a link that leads nowhere; expected a readable file; "
        "check the path"
    )


def test_pipes_are_never_opened(tmp_path):
    os.mkfifo(tmp_path / "a.fit")
    os.mkfifo(tmp_path / "b.zip")

    for found in found_in(tmp_path).values():
        assert "found a pipe or a device; expected a readable file" in refusal(found)
    assert "found a pipe or a device" in refusal(only(tmp_path / "a.fit"))
    assert "found a pipe or a device" in refusal(only(Path(os.devnull)))


def test_a_file_that_becomes_a_pipe_is_not_opened(tmp_path):
    path = tmp_path / "a.fit"
    path.write_bytes(b"x")
    found = only(tmp_path)
    path.unlink()
    os.mkfifo(path)

    refusal(found)


def test_a_folder_that_cannot_be_read_is_told_of(tmp_path, monkeypatch):
    (tmp_path / "locked").mkdir()
    (tmp_path / "run.fit").write_bytes(b"x")
    scandir = os.scandir

    def locked(path):
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", locked)
    found = found_in(tmp_path)

    assert list(found) == ["locked", "run.fit"]
    assert found["locked"].kind == "folder"
    assert "locked: found a folder that cannot be read (Permission denied)" in refusal(
        found["locked"]
    )


def test_a_name_that_is_no_utf_8_can_be_shown_and_its_file_be_read(tmp_path):
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/run\xe9\n.fit")).write_bytes(b"the run")

    found = only(tmp_path)

    assert found.label == "run\\xe9\\x0a.fit"
    assert found.load().data == b"the run"
    assert found.head(3) == b"the"


def test_a_file_that_vanishes_is_told_of_and_one_that_shrinks_is_as_it_is(tmp_path):
    (tmp_path / "a.fit").write_bytes(b"x")
    (tmp_path / "b.fit").write_bytes(b"the run")
    found = found_in(tmp_path)
    (tmp_path / "a.fit").unlink()
    (tmp_path / "b.fit").write_bytes(b"the")

    assert "a.fit: found no such file" in refusal(found["a.fit"])
    assert found["b.fit"].load().data == b"the"


def test_a_zip_that_vanishes_on_the_way_is_told_of(tmp_path):
    (tmp_path / "a.fit").write_bytes(b"x")
    (tmp_path / "b.zip").write_bytes(zipped({"b.fit": b"x"}))
    walked = walk(tmp_path, passed=lambda label, mark: False)

    next(walked)
    (tmp_path / "b.zip").unlink()

    assert "b.zip: found no such file" in refusal(next(walked))


def test_folders_nested_deeper_than_python_calls_itself_are_read(tmp_path):
    folders = [tmp_path]
    for _ in range(1200):
        folders.append(folders[-1] / "d")
        folders[-1].mkdir()
    deepest = folders[-1] / "a.fit"
    deepest.write_bytes(b"x")

    label = only(tmp_path).label
    # Nobody else could take them away again.
    deepest.unlink()
    for folder in reversed(folders[1:]):
        folder.rmdir()

    assert label.count("/") == 1200
