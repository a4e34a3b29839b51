"""The doors: which file is what, what is given, passed over and said."""

from __future__ import annotations

import gzip
import struct
import warnings
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hipstride as hs
from hipstride.errors import DataQualityWarning, ReadError, UnknownFormatError
from hipstride.io import _zips
from hipstride.io.reading import read_run, read_runs
from strategies import CSV_LIKE


def gpx(
    sport: str = "running",
    *,
    speed_mps: float = 3.0,
    cadence: int | None = 82,
    n: int = 60,
) -> bytes:
    """Write a GPX of steady motion along the equator."""
    cad = (
        ""
        if cadence is None
        else (f"<extensions><TPX><cad>{cadence}</cad></TPX></extensions>")
    )
    points = "".join(
        f'<trkpt lat="0" lon="{i * speed_mps / 111_195:.8f}">'
        f"<time>2025-09-01T06:{i // 60:02d}:{i % 60:02d}Z</time>{cad}</trkpt>"
        for i in range(n)
    )
    kind = f"<type>{sport}</type>" if sport else ""
    return f"<gpx><trk>{kind}<trkseg>{points}</trkseg></trk></gpx>".encode()


def two_tracks() -> bytes:
    track = gpx().decode().removeprefix("<gpx>").removesuffix("</gpx>")
    return f"<gpx>{track}{track.replace('T06:', 'T16:')}</gpx>".encode()


STRYD = b"Timestamp,Stryd Speed (m/s),Cadence (spm)\n" + b"".join(
    b"%d,3.2,170\n" % (1_756_700_000 + i) for i in range(30)
)
DIARY = b"date,pain\n2025-09-01,3\n"
CHANGES = b"started_on,kind\n2025-09-01,cue\n"


def zipped(members: dict[str, bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def filled(folder: Path, members: dict[str, bytes]) -> Path:
    for name, data in members.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def told(source, **options) -> tuple[list[hs.Recording], list[str]]:
    """Read all, and give the runs and what was warned of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        runs = list(read_runs(source, **options))
    assert all(one.category is DataQualityWarning for one in caught)
    return runs, [str(one.message) for one in caught]


# One run


def test_the_format_is_told_by_content_and_not_by_the_name(tmp_path):
    path = tmp_path / "run.fit"
    path.write_bytes(gpx())

    assert read_run(path).format == "gpx"
    assert read_run(gpx()).format == "gpx"
    assert read_run(STRYD).format == "csv"


def test_a_gzipped_file_and_a_zip_of_one_are_read(tmp_path):
    (tmp_path / "run.gpx.gz").write_bytes(gzip.compress(gpx()))

    assert read_run(tmp_path / "run.gpx.gz").sport == "running"
    assert read_run(zipped({"run.gpx": gpx()})).source == "run.gpx"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_table_too_long_to_sniff_whole_is_known_by_its_head(encoding):
    rows = "".join(f"{1_756_700_000 + i},3.2,170\n" for i in range(4000))
    text = f"Timestamp,Stryd Speed (m/s),Cadence (spm)\n{rows}"

    assert len(read_run(text.encode(encoding)).samples) == 4000


def test_xml_in_utf_16_is_known_by_its_root():
    text = '<?xml version="1.0" encoding="UTF-16"?>' + gpx().decode()

    assert read_run(text.encode("utf-16")).format == "gpx"


def test_a_file_of_two_runs_is_refused_with_the_door_for_many(tmp_path):
    (tmp_path / "two.gpx").write_bytes(two_tracks())

    with pytest.raises(ReadError, match=r"more than one run.*read_runs\('two.gpx'\)"):
        read_run(tmp_path / "two.gpx")


def test_a_file_without_a_run_is_refused_with_the_sports_it_has():
    with pytest.raises(ReadError, match=r"no run, but 1 of cycling.*sports=None"):
        read_run(gpx("cycling"))


def test_a_folder_is_refused_with_the_door_for_many(tmp_path):
    with pytest.raises(ReadError, match="a folder; expected the file of one run"):
        read_run(tmp_path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ReadError, match="no such file"):
        read_run(tmp_path / "no.fit")
    with pytest.raises(ReadError, match="no such file"):
        read_runs(tmp_path / "no.fit")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no bytes"),
        (b"hello", "b'hello' at its start; expected FIT, GPX, TCX, CSV or a zip"),
        (b"<html><body>sign in</body></html>", "b'<html><body>sign'"),
    ],
)
def test_bytes_of_no_format_are_refused(data, words):
    with pytest.raises(UnknownFormatError) as caught:
        read_run(data)

    assert words in str(caught.value)


def test_a_diary_is_refused_with_the_door_for_diaries():
    with pytest.raises(ReadError, match="use read_journal or read_changes"):
        read_run(DIARY)


def test_an_engine_that_nobody_has_is_refused():
    with pytest.raises(ReadError, match=r"'magic'; expected one of 'columnar'"):
        read_run(gpx(), engine="magic")  # type: ignore[arg-type]


def test_both_engines_are_reached(shared):
    fit = next((shared / "real" / "fit").glob("*IpBike-HRV*"))

    assert len(read_run(fit, engine="fitparse").samples) == len(read_run(fit).samples)
    assert len(read_run(gpx(), engine="gpxpy").samples) == 60
    assert len(read_run(gpx(), engine="fitparse").samples) == 60


# Sports


def test_a_track_without_a_sport_is_a_run_if_it_moves_like_one():
    run = read_run(gpx(""))

    assert run.sport == "running"
    assert any(
        "states no sport; speed (3.0 m/s) and cadence (164)" in n for n in run.notes
    )


def test_a_track_without_sport_and_cadence_is_judged_by_speed_and_says_so():
    run = read_run(gpx("", cadence=None))

    assert any(
        "it has no cadence, but the speed (3.0 m/s)" in note for note in run.notes
    )


@pytest.mark.parametrize(
    "data",
    [gpx("", speed_mps=1.3, cadence=55), gpx("", speed_mps=8, cadence=None),
     gpx("", speed_mps=1.4, cadence=None), gpx("", n=5)],
)  # fmt: skip
def test_a_walk_or_a_ride_without_a_sport_is_no_run(data):
    runs, messages = told(zipped({"a.gpx": data}))

    assert runs == []
    assert messages == [
        "<bytes>: no activity of running in it; found 1 of no stated sport"
    ]


def test_the_sports_that_are_asked_for_are_given(tmp_path):
    folder = filled(
        tmp_path, {"a.gpx": gpx(), "b.gpx": gpx("cycling"), "c.gpx": gpx("")}
    )

    assert [run.sport for run in read_runs(folder, sports=None)] == [
        "running", "cycling", "",
    ]  # fmt: skip
    assert [run.source for run in read_runs(folder, sports=["cycling"])] == ["b.gpx"]
    assert [run.source for run in read_runs(folder, sports="cycling")] == ["b.gpx"]


def test_tracks_of_no_sport_that_are_no_runs_are_counted_at_the_end():
    runs, messages = told(
        zipped({"a.gpx": gpx(), "b.gpx": gpx("", speed_mps=1.3, cadence=55)})
    )

    assert len(runs) == 1
    assert "1 activities of no stated sport do not move like a run" in messages[0]


# Folders and zips


def test_a_folder_is_read_to_its_depths_by_name(tmp_path):
    folder = filled(
        tmp_path,
        {"b.gpx": gpx(), "a/z.gpx": gpx(n=59), "a/b/c.csv": STRYD,
         "in.zip": zipped({"d.gpx": gpx(n=58)}), "c.gpx.gz": gzip.compress(gpx(n=57))},
    )  # fmt: skip

    runs, messages = told(folder)

    assert [run.source for run in runs] == [
        "c.csv", "z.gpx", "b.gpx", "c.gpx.gz", "d.gpx",
    ]  # fmt: skip
    assert messages == []


def test_what_is_no_run_in_a_folder_is_passed_over_without_a_word(tmp_path):
    folder = filled(
        tmp_path,
        {"run.gpx": gpx(), "._run.gpx": b"\x00\x05\x16\x07", ".DS_Store": b"x",
         ".hidden/a.gpx": b"x", "__MACOSX/a.gpx": b"x", "photo.jpg": b"x",
         "README": b"x", "journal.csv": DIARY, "changes.csv": CHANGES},
    )  # fmt: skip

    runs, messages = told(folder)

    assert len(runs) == 1
    assert messages == []


def test_one_bad_file_among_many_is_a_warning_and_the_others_are_read(tmp_path):
    folder = filled(tmp_path, {"a.fit": b"", "b.gpx": gpx(), "c.tcx": b"<oops"})

    runs, messages = told(folder)

    assert len(runs) == 1
    assert len(messages) == 2
    assert "skipped a.fit: found a file of 0 bytes" in messages[0]
    assert "skipped c.tcx" in messages[1]


def test_a_bad_file_that_is_named_alone_raises(tmp_path):
    path = tmp_path / "a.fit"
    path.write_bytes(b"")

    with pytest.raises(ReadError, match="a file of 0 bytes"):
        list(read_runs(path))


def test_a_copy_is_read_once_and_told(tmp_path):
    folder = filled(tmp_path, {"a.gpx": gpx(), "b.gpx": gpx(), "c.gpx": gpx(n=59)})

    runs, messages = told(folder)

    assert [run.source for run in runs] == ["a.gpx", "c.gpx"]
    assert messages == [f"{tmp_path.name}: b.gpx copied from others; passed over"]


def test_tables_of_no_known_layout_are_told_together(tmp_path):
    names = [f"{letter}.csv" for letter in "abcd"]
    folder = filled(
        tmp_path,
        {"run.gpx": gpx()} | {n: b"x,y\n%d,2\n" % i for i, n in enumerate(names)},
    )

    _, messages = told(folder)

    (message,) = messages
    assert "a.csv, b.csv, c.csv and 1 more of no known layout" in message


def test_an_empty_folder_says_so(tmp_path):
    assert told(tmp_path) == ([], [f"{tmp_path.name}: no file of a known format in it"])


def test_a_stream_is_lazy(tmp_path):
    folder = filled(tmp_path, {"a.gpx": gpx(), "b.fit": b""})

    assert next(read_runs(folder)).source == "a.gpx"


def test_a_loop_of_links_ends(tmp_path):
    folder = filled(tmp_path, {"a/run.gpx": gpx()})
    (folder / "a" / "again").symlink_to(folder)
    (folder / "broken.gpx").symlink_to(folder / "nowhere")

    assert len(told(folder)[0]) == 1


def test_a_zip_in_a_zip_in_a_zip_is_reached():
    inner = zipped({"a.gpx": gpx(), "deep.zip": zipped({"b.gpx": gpx(n=59)})})

    runs, _ = told(zipped({"parts/part1.zip": inner}))

    assert [run.source for run in runs] == ["a.gpx", "b.gpx"]


def test_a_name_that_climbs_out_of_a_zip_touches_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    runs, messages = told(zipped({"../../evil.gpx": gpx(), "/abs.gpx": gpx(n=59)}))

    assert {run.source for run in runs} <= {"evil.gpx", "abs.gpx"}
    assert messages == []
    assert list(tmp_path.iterdir()) == []


def test_a_bomb_in_a_zip_is_skipped():
    runs, messages = told(zipped({"a.gpx": gpx(), "bomb.gpx": bytes(4 * 2**20)}))

    assert len(runs) == 1
    assert "bytes packed into" in messages[0]


def test_a_zip_of_too_many_files_is_refused(monkeypatch):
    monkeypatch.setattr(_zips, "MAX_MEMBERS", 1)

    with pytest.raises(ReadError, match="more than 1 files; expected at most 1"):
        list(read_runs(zipped({"a.gpx": gpx(), "b.gpx": gpx()})))


def test_a_member_that_lies_about_its_size_or_is_locked_is_skipped():
    data = zipped({"a.gpx": gpx(), "b.gpx": gpx(n=59)})
    at = data.rindex(b"PK\x01\x02")
    locked = bytearray(data)
    locked[at + 8] |= 1
    lying = bytearray(data)
    lying[at + 24 : at + 28] = struct.pack("<I", 2**31)

    for broken in (bytes(locked), bytes(lying)):
        runs, messages = told(broken)

        assert [run.source for run in runs] == ["a.gpx"]
        assert "skipped <bytes>/b.gpx" in messages[0]


def test_a_broken_zip_is_refused_alone_and_skipped_among_others(tmp_path):
    broken = zipped({"a.gpx": gpx()})[:60]
    folder = filled(tmp_path, {"a.zip": broken, "b.gpx": gpx()})

    with pytest.raises(ReadError, match="a broken zip"):
        list(read_runs(broken))

    runs, messages = told(folder)
    assert len(runs) == 1
    assert "skipped a.zip: found a broken zip" in messages[0]


def test_a_zip_of_something_else_says_that_there_is_no_run():
    assert told(zipped({"sheet.xml": b"<a/>"}))[1] == [
        "<bytes>: no file of a known format in it"
    ]


@given(
    st.one_of(
        st.binary(max_size=60), CSV_LIKE.map(lambda t: t.encode("utf-8", "replace"))
    )
)
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused(data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataQualityWarning)
        try:
            runs = list(read_runs(data, sports=None))
        except ReadError:
            return

    assert all(isinstance(run, hs.Recording) for run in runs)


# Real files


def test_all_real_files_go_through_one_door(shared):
    runs, messages = told(shared / "real")

    assert len(runs) > 100
    assert all(run.sport == "running" for run in runs)
    assert len({run.run_id for run in runs}) == len(runs)
    expected = ("skipped", "no stated sport", "of the sport 'other'")
    assert all(any(words in message for words in expected) for message in messages)


# What a zip may hide


def only(source, **options) -> list[str]:
    return [run.source for run in read_runs(source, **options)]


def test_a_member_whose_name_leads_out_of_the_zip_is_read_in_memory():
    assert only(zipped({"../../etc/a.gpx": gpx()})) == ["a.gpx"]


def test_activities_three_zips_deep_are_read():
    deep = zipped({"1_ACTIVITY.zip": zipped({"1_ACTIVITY.gpx": gpx()})})

    assert only(zipped({"Part1.zip": deep})) == ["1_ACTIVITY.gpx"]


def test_a_zip_too_many_deep_is_told():
    deep = zipped({"a.gpx": gpx()})
    for _ in range(4):
        deep = zipped({"in.zip": deep})

    with pytest.warns(DataQualityWarning) as told:
        assert only(deep) == []
    assert "a zip in a zip, too many deep; expected at most 3 within the first" in str(
        told[0].message
    )


def test_an_encrypted_member_is_skipped_in_plain_words():
    data = bytearray(zipped({"a.gpx": gpx(), "b.gpx": gpx(speed_mps=2.8)}))
    for magic, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(magic) + flags] |= 1

    with pytest.warns(DataQualityWarning, match="a.gpx: found an encrypted file; exp"):
        assert only(bytes(data)) == ["b.gpx"]


def test_a_run_and_the_same_run_gzipped_count_once(tmp_path: Path):
    (tmp_path / "a.gpx").write_bytes(gpx())
    (tmp_path / "b.gpx.gz").write_bytes(gzip.compress(gpx()))

    with pytest.warns(DataQualityWarning, match=r"b.gpx.gz copied from others"):
        assert only(tmp_path) == ["a.gpx"]


def test_activities_called_other_beside_runs_are_told(tmp_path: Path):
    (tmp_path / "a.gpx").write_bytes(gpx())
    (tmp_path / "b.gpx").write_bytes(gpx("other"))

    with pytest.warns(DataQualityWarning, match="1 activities of the sport 'other'"):
        assert only(tmp_path) == ["a.gpx"]
