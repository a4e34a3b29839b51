"""Killed, full, locked, read-only or damaged: the library says so and loses nothing."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.faultbuild import begin, duration_s, faults_after, finished, killed_after
from tests.libbuild import run, season, write
from tests.librarydump import dump

from hipstride.errors import LibraryError
from hipstride.library import Library
from hipstride.library._lock import import_lock

N_KILLS = 5


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("source")
    season(folder, 60)
    # The same run twice, so that the settling has something to settle.
    write(run("2026-09-01 06:00", seed=0, speed=2.8), folder / "z-copy.tcx")
    return folder


@pytest.fixture
def tiny_disk(tmp_path: Path):
    """A file system of 2 MB, where one may be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    command = [mount, "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)]
    if mount is None or subprocess.run(command, check=False).returncode:  # noqa: S603
        pytest.skip("a small file system can only be mounted by root on Linux")
    yield place
    subprocess.run([shutil.which("umount"), "-l", str(place)], check=True)  # noqa: S603


def test_an_import_that_is_killed_anywhere_ends_where_one_does_that_is_not(
    source, tmp_path
):
    whole_s = duration_s(tmp_path / "whole", source)
    expected = dump(tmp_path / "whole")
    rng = random.Random(20_260_901)
    for number in range(N_KILLS):
        folder = tmp_path / f"killed-{number}"
        killed_after(folder, source, rng.uniform(0.0, whole_s))

        assert faults_after(folder) == []
        assert finished(folder, source) == expected


def test_the_workers_of_an_import_that_was_killed_end_with_it(source, tmp_path):
    process = begin(tmp_path / "library", source)
    time.sleep(0.3)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        process.kill()
        process.communicate()
        pytest.skip("the children of a process are only told by Linux")
    workers = children.read_text().split()
    process.kill()
    process.communicate()
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{one}/cmdline").exists() for one in workers):
        if all(_is_zombie(one) for one in workers):
            break

        assert time.monotonic() < deadline
        time.sleep(0.05)


def _is_zombie(pid: str) -> bool:
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True


def test_a_second_import_at_the_same_time_says_so(tmp_path):
    library = Library(tmp_path / "library")
    library.add(write(run(), tmp_path / "a.fit"))
    held = "import sys, time; from pathlib import Path\n"
    held += "from hipstride.library._lock import import_lock\n"
    held += "with import_lock(Path(sys.argv[1])): print('held', flush=True); input()"
    process = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", held, str(library.folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()

    with pytest.raises(LibraryError, match="another import at work in this library"):
        library.add(tmp_path / "a.fit")
    # Reading goes on meanwhile.
    assert len(library.runs()) == 1
    process.communicate("\n")


def test_a_disk_that_fills_up_keeps_what_was_stored_and_goes_on_when_there_is_room(
    source, tiny_disk, tmp_path
):
    filler = tiny_disk / "filler"
    filler.write_bytes(bytes(1_200_000))
    library = Library(tiny_disk / "library")
    with pytest.raises(LibraryError, match=r"make room|no room"):
        library.add(source)
    faults = library.check().faults if library.exists else []
    filler.unlink()
    roomy = shutil.copytree(tiny_disk / "library", tmp_path / "roomy")

    assert faults == []
    assert finished(roomy, source) == finished(tmp_path / "whole", source)


def test_a_library_on_a_read_only_disk_can_be_read(tmp_path, tiny_disk):
    library = Library(tiny_disk / "library")
    library.add(write(run(), tmp_path / "a.fit"))
    before = library.runs()
    remount = ["mount", "-o", "remount,ro", str(tiny_disk)]
    subprocess.run(remount, check=True)  # noqa: S603

    assert library.runs().equals(before)
    assert len(library.samples(before["run_id"][0])) == 720
    assert library.check().faults == []
    with pytest.raises(LibraryError, match="cannot be written"):
        library.add(tmp_path / "a.fit")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_refused_in_one_line(tmp_path):
    place = tmp_path / "closed"
    place.mkdir()
    place.chmod(0o500)

    with pytest.raises(LibraryError, match="cannot be written"):
        Library(place / "library").add(write(run(), tmp_path / "a.fit"))


@pytest.mark.parametrize("damage", ["head", "middle", "nothing left"])
def test_a_damaged_database_is_told_and_rebuilt_from_the_originals(tmp_path, damage):
    source = season(tmp_path / "runs", 8)
    library = Library(tmp_path / "library")
    library.add(source)
    before = library.runs()
    path = library.folder / "library.sqlite"
    whole = path.read_bytes()
    spoiled = {
        "head": b"this is no database" + whole[19:],
        "middle": whole[:4096] + b"\xa5" * (len(whole) - 8192) + whole[-4096:],
        "nothing left": b"",
    }[damage]
    path.write_bytes(spoiled)
    if damage != "nothing left":
        with pytest.raises(LibraryError, match=r"damaged database .*library rebuild"):
            library.runs()
    library.rebuild()

    assert library.check().faults == []
    assert library.runs().equals(before)


def test_after_a_rescue_the_export_finds_its_files_again(tmp_path):
    source = season(tmp_path / "runs", 3)
    library = Library(tmp_path / "library")
    library.add(source)
    expected = dump(library.folder)
    (library.folder / "library.sqlite").write_bytes(b"gone" * 4096)
    library.rebuild()
    library.add(source)

    assert dump(library.folder) == expected


def test_the_lock_is_free_again_after_a_failure(tmp_path):
    folder = tmp_path / "library"
    with pytest.raises(ZeroDivisionError), import_lock(folder):
        _ = 1 / 0
    with import_lock(folder):
        pass
