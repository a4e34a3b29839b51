"""Files come in whole, packed, broken or far too large."""

from __future__ import annotations

import gzip
import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipstride.errors import ReadError
from hipstride.io._open import load
from hipstride.io.reading import read_run


def test_bytes_and_their_file_are_the_same_run(tmp_path: Path):
    path = tmp_path / "a.fit"
    path.write_bytes(b"the run")

    from_path, from_bytes = load(path), load(b"the run", name="a.fit")

    assert from_path == from_bytes
    assert from_path.run_id == hashlib.sha256(b"the run").hexdigest()[:12]


def test_a_gzipped_file_is_unpacked_and_known_by_its_stored_bytes():
    packed = gzip.compress(b"the run")

    raw = load(packed, name="a.fit.gz")

    assert raw.data == b"the run"
    assert raw.stored == packed


def test_a_missing_file_is_named_with_the_remedy(tmp_path: Path):
    with pytest.raises(ReadError, match=r"none\.fit: found no such file.*check the pa"):
        load(tmp_path / "none.fit")


def test_a_folder_is_no_file(tmp_path: Path):
    with pytest.raises(ReadError, match="found a folder; expected a file; use read_ru"):
        load(tmp_path)


def test_an_unreadable_path_says_why(tmp_path: Path):
    with pytest.raises(ReadError, match="found an error on opening it"):
        load(tmp_path / ("x" * 5000))


def test_a_file_over_the_limit_is_refused():
    with pytest.raises(ReadError, match="found more than 1 MB"):
        load(bytes(2**20 + 1), max_bytes=2**20)


def test_a_gzip_bomb_stops_at_the_limit():
    bomb = gzip.compress(bytes(2**26))

    with pytest.raises(ReadError, match="found more than 4 MB"):
        load(bomb, max_bytes=2**22)


def test_a_gzip_that_is_no_gzip_is_refused():
    with pytest.raises(ReadError, match=r"found a broken gzip .*export or copy it aga"):
        load(b"\x1f\x8b" + b"rubbish")


@given(st.binary(min_size=1, max_size=5000), st.floats(0, 1))
def test_a_gzip_cut_anywhere_gives_a_head_of_it_or_an_error(data: bytes, share: float):
    packed = gzip.compress(data)
    cut = packed[: max(2, round(share * len(packed)))]

    try:
        head = load(cut).data
    except ReadError:
        return

    assert data.startswith(head)


def test_a_large_gzip_that_breaks_off_keeps_its_head():
    data = bytes(range(256)) * 20_000

    head = load(gzip.compress(data, compresslevel=1)[:-500]).data

    assert data.startswith(head)
    assert len(head) > 0.5 * len(data)


def test_a_gzip_with_a_wrong_checksum_keeps_its_data():
    packed = bytearray(gzip.compress(b"the run" * 100))
    packed[-5] ^= 0xFF

    raw = load(bytes(packed))

    assert raw.data == b"the run" * 100
    assert raw.notes[0].startswith("The gzip is damaged (Error -3 while decompressing")


def test_gzip_members_one_behind_the_other_are_one_file():
    assert load(gzip.compress(b"the ") + gzip.compress(b"run")).data == b"the run"


def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path):
    pipe = tmp_path / "run.gpx"
    os.mkfifo(pipe)

    with pytest.raises(ReadError, match=r"run.gpx: found a pipe or a device; expected"):
        load(pipe)
    with pytest.raises(ReadError, match="found a pipe or a device"):
        read_run(pipe)
