"""Killed, full, locked, read-only or damaged: the library says so and loses nothing."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import warnings
from pathlib import Path

import pytest
from tests.faultbuild import begin, duration_s, faults_after, finished, killed_after
from tests.libbuild import run, season, write
from tests.librarydump import dump

from hipstride.errors import DataQualityWarning, LibraryError, ReadError
from hipstride.library import Library
from hipstride.library._lock import import_lock

N_KILLS = 5
_PASSING = ("a.fit", "an error on opening it", "a readable file", "try again")


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


def test_ctrl_c_stops_an_import_in_words_and_the_next_one_goes_on(source, tmp_path):
    folder = tmp_path / "library"
    process = subprocess.Popen(  # noqa: S603 - our own program
        [
            *(sys.executable, "-m", "hipstride", "import", str(source)),
            *("--library", str(folder), "--workers", "2"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while not any(folder.glob("originals/??/*.gz")) and time.monotonic() < deadline:
        time.sleep(0.01)
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    if process.returncode == 0:
        pytest.skip("the import was over before it could be stopped")

    assert process.returncode == 130
    assert "stopped; what was read is stored, and the next import goes on" in said
    assert "Traceback" not in said
    assert faults_after(folder) == []
    assert finished(folder, source) == finished(tmp_path / "whole", source)


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


def test_what_an_import_left_half_written_is_no_original(tmp_path):
    library = Library(tmp_path / "library")
    library.add(write(run(), tmp_path / "a.fit"))
    [original] = (library.folder / "originals").rglob("*.gz")
    left = original.with_name(f".part-1-{original.name}")
    left.write_bytes(original.read_bytes()[:100])

    assert library.check().faults == []
    library.add(write(run("2026-09-02 06:00"), tmp_path / "b.fit"))
    assert not left.exists()


def test_a_lost_original_is_taken_from_the_export_again(tmp_path):
    source = season(tmp_path / "runs", 3)
    library = Library(tmp_path / "library")
    library.add(source)
    expected = dump(library.folder)
    next((library.folder / "originals").rglob("*.gz")).unlink()
    report = library.add(source)

    assert report.verdicts == {"imported": 1}
    assert dump(library.folder) == expected


def test_a_rebuild_keeps_the_run_whose_original_is_gone_and_says_so(tmp_path):
    library = Library(tmp_path / "library")
    library.add(season(tmp_path / "runs", 3))
    before = library.runs()
    next((library.folder / "originals").rglob("*.gz")).unlink()
    faults = library.rebuild()

    assert library.runs().equals(before)
    assert len(faults) == 1
    assert "its row stays as it was; import it again" in faults[0]


def test_an_upgrade_with_a_damaged_original_says_so_and_loses_nothing(
    tmp_path, monkeypatch
):
    library = Library(tmp_path / "library")
    library.add(season(tmp_path / "runs", 3))
    before = library.runs()
    original = next((library.folder / "originals").rglob("*.gz"))
    original.write_bytes(original.read_bytes()[:-20])
    monkeypatch.setattr("hipstride.library._rebuild.DERIVED_VERSION", 99)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", DataQualityWarning)
        after = library.runs()

    assert after.equals(before)
    told = " ".join(str(one.message) for one in caught)
    assert "its original is missing or damaged: its row stays as it was" in told


def test_what_could_not_be_read_for_the_disks_sake_is_tried_again(
    tmp_path, monkeypatch
):
    path = write(run(), tmp_path / "in" / "a.fit")
    library = Library(tmp_path / "library")

    def failing(*_args, **_named):
        raise ReadError(*_PASSING)

    with monkeypatch.context() as patched:
        patched.setattr("hipstride.library._work.load", failing)
        first = library.add(path, workers=1)
    second = library.add(path, workers=1)

    assert first.verdicts == {"unreadable": 1}
    assert second.verdicts == {"imported": 1}
    assert library.ledger()["verdict"].tolist() == ["imported"]


def test_a_time_zone_survives_the_loss_of_the_database(tmp_path):
    library = Library(tmp_path / "library")
    library.add(season(tmp_path / "runs", 2))
    library.set_timezone("Asia/Tokyo")
    for name in ("library.sqlite", "library.sqlite-wal", "library.sqlite-shm"):
        (library.folder / name).unlink(missing_ok=True)
    faults = library.rebuild()

    assert "the database was gone" in faults[0]
    assert library.timezone == "Asia/Tokyo"


def test_a_table_that_is_gone_is_told_as_damage_and_rescued(tmp_path):
    library = Library(tmp_path / "library")
    library.add(season(tmp_path / "runs", 2))
    before = library.runs()
    connection = sqlite3.connect(library.folder / "library.sqlite")
    connection.execute("DROP TABLE journal")
    connection.close()
    with pytest.raises(LibraryError, match="damaged database"):
        library.journal()
    library.rebuild()

    assert library.runs().equals(before)
    assert library.journal().empty


def test_a_script_without_a_guard_and_with_threads_reads_all_files(tmp_path):
    source = season(tmp_path / "runs", 60)
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, threading, time\n"
        "threading.Thread(target=time.sleep, args=(30,), daemon=True).start()\n"
        "import hipstride as hs\n"
        "print(dict(hs.Library(sys.argv[1]).add(sys.argv[2], workers=2).verdicts))\n"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, str(script), str(tmp_path / "library"), str(source)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.strip() == "{'imported': 60}", done.stderr


def test_the_library_does_not_import_itself(tmp_path):
    write(run(), tmp_path / "a.fit")
    library = Library(tmp_path / "library")
    library.add(tmp_path)
    again = library.add(tmp_path)

    assert again.n_seen == 0
    assert len(library.ledger()) == 1


def test_a_file_named_twice_is_seen_once(tmp_path):
    path = write(run(), tmp_path / "in" / "a.fit")
    report = Library(tmp_path / "library").add(path, path, path.parent)

    assert report.verdicts == {"imported": 1}


def test_a_folder_whose_name_is_no_text_is_imported(tmp_path):
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/L\xe4ufe"))
    folder.mkdir()
    write(run(), folder / "a.fit")
    library = Library(tmp_path / "library")

    assert library.add(folder).verdicts == {"imported": 1}
    assert library.ledger()["file"][0].isprintable()


def test_names_of_any_script_survive_a_rescue(tmp_path):
    source = tmp_path / "in"
    write(run(), source / "走る 😀.fit")
    library = Library(tmp_path / "library")
    library.add(source)
    expected = dump(library.folder)
    (library.folder / "library.sqlite").write_bytes(b"gone" * 4096)
    library.rebuild()
    library.add(source)

    assert dump(library.folder) == expected


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
