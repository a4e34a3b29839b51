"""``hipstride log belt``: what it prints, stores and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.libbuild import run, write
from typer.testing import CliRunner, Result

import hipstride as hs
from hipstride.cli import app
from hipstride.library import Library

WATCH_M = 2157.0


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """One run on a treadmill and one outdoors, in the library that is named outside."""
    monkeypatch.setenv("HIPSTRIDE_LIBRARY", str(tmp_path / "library"))
    write(run(sub_sport="treadmill", place=None), tmp_path / "in" / "belt.fit")
    write(run("2026-09-05 06:00", seed=2), tmp_path / "in" / "road.fit")
    library = Library()
    library.add(tmp_path / "in")
    return library


@pytest.fixture
def ids(library: Library) -> list[str]:
    return library.runs()["run_id"].tolist()


def log(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["log", *map(str, arguments)])


def test_one_line_says_what_changed_and_the_way_back(library, ids):
    result = log("belt", ids[0][:5], "1.4mi")

    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout == (
        f"Run {ids[0][:8]} of 2026-09-01: 2,253 m (1.40 mi) on the belt instead of "
        "the watch's 2,157 m (× 1.045). `hipstride log undo` takes it back.\n"
    )
    assert library.runs()["distance_m"][0] == pytest.approx(1.4 * 1609.344)


def test_another_distance_says_what_was_typed_before(ids):
    log("belt", ids[0], "2.2km")
    result = log("belt", ids[0], "2300m")

    assert "2,300 m on the belt instead of the watch's 2,157 m" in result.stdout
    assert "(× 1.066), was 2,200 m." in result.stdout


def test_the_same_again_is_said_and_not_stored(ids):
    log("belt", ids[0], "2.2km")
    result = log("belt", ids[0], "2200 m")
    log("undo")
    last = log("undo")

    assert result.exit_code == 0
    assert "says so already: 2,200 m" in result.stdout
    assert "nothing was stored" in result.stdout
    assert last.exit_code == 1


def test_taken_away_the_watch_counts_again(library, ids):
    log("belt", ids[0], "2.2km")
    result = log("belt", ids[0], "--remove")

    assert result.stdout == (
        f"Run {ids[0][:8]} of 2026-09-01: the watch's 2,157 m again instead of 2,200 m "
        "on the belt. `hipstride log undo` brings it back.\n"
    )
    assert library.runs()["distance_m"][0] == WATCH_M


def test_undo_says_what_it_takes_back_and_the_run_is_as_before(library, ids):
    log("belt", ids[0], "2.2km")
    log("belt", ids[0], "--remove")
    log("pain", "3", "--moment", "after", "--date", "2026-09-01")
    said = [log("undo").stdout.split(". ")[0] for _ in range(3)]

    assert said == [
        "Taken back: added entry 1",
        f"Taken back: took away the belt distance of run {ids[0][:8]}",
        f"Taken back: belt distance 2,200 m of run {ids[0][:8]}",
    ]
    assert library.runs()["distance_m"][0] == WATCH_M


def test_undo_of_the_taking_away_brings_the_distance_back(library, ids):
    log("belt", ids[0], "2.2km")
    log("belt", ids[0], "--remove")
    log("undo")

    assert library.runs()["distance_m"][0] == 2200.0
    assert (library.folder / "belts.csv").read_text("utf-8").split()[1:] == [
        f"{ids[0]},2200.0"
    ]


def test_the_list_of_the_log_shows_it(ids):
    log("belt", ids[0], "1.4mi")
    printed = log("list").stdout
    told = json.loads(log("list", "--json").stdout)

    assert "1 belt distance" in printed
    assert f"{ids[0][:8]}  2026-09-01  2,253 m  1.40  2,157 m" in printed
    assert told["n_belts"] == 1
    assert told["belts"][0]["belt_distance_m"] == pytest.approx(1.4 * 1609.344)


def test_as_json_it_is_one_object(ids):
    told = json.loads(log("belt", ids[0], "2.2km", "--json").stdout)
    gone = json.loads(log("belt", ids[0], "--remove", "--json").stdout)

    assert told == {
        "hipstride": hs.__version__,
        "run_id": ids[0],
        "local_date": "2026-09-01",
        "is_altered": True,
        "belt_distance_m": 2200.0,
        "watch_distance_m": WATCH_M,
        "was_belt_distance_m": None,
        "factor": 2200.0 / WATCH_M,
    }
    assert (gone["belt_distance_m"], gone["was_belt_distance_m"]) == (None, 2200.0)


def test_a_run_outdoors_needs_the_runners_word(library, ids):
    refused = log("belt", ids[1], "2.2km")
    (line,) = refused.stderr.splitlines()
    remedy = line.partition("type `hipstride ")[2].rstrip("`").split()
    done = CliRunner().invoke(app, remedy)

    assert refused.exit_code == 1
    assert line.startswith(f"hipstride: error: run {ids[1][:8]}: found a run that was ")
    assert done.exit_code == 0
    assert library.runs()["is_treadmill"].tolist() == [True, True]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["belt"], "RUN"),
        (["belt", "{run}"], "name a distance such as 3.0mi, or --remove"),
        (["belt", "{run}", "3mi", "--remove"], "one of the two"),
        (["belt", "{run}", "3"], "found '3'; expected a distance with its unit"),
        (["belt", "{run}", "-3km"], ""),
        (["belt", "{run}", "2,200m"], "a comma before three digits"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_asked_wrongly_is_exit_2(ids, arguments: list[str], message: str):
    result = log(*(one.format(run=ids[0]) for one in arguments))

    words = " ".join(result.stderr.replace("│", " ").split())
    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in words


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["belt", "zz", "2km"], "found no run whose id begins with 'zz'"),
        (["belt", "zz", "--remove"], "found no run whose id begins with 'zz'"),
        (["belt", "{run}", "--remove"], "found no belt distance"),
        (["belt", "{run}", "3.0mi"], "found 4,828 m, 2.24 times the watch's 2,157 m"),
        (["belt", "{run}", "500m"], "were miles and kilometres confused?"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_what_cannot_be_done_is_exit_1_and_one_line(
    library, ids, arguments: list[str], message: str
):
    result = log(*(one.format(run=ids[0]) for one in arguments))

    (line,) = result.stderr.splitlines()
    assert result.exit_code == 1
    assert result.stdout == ""
    assert line.startswith("hipstride: error: ")
    assert message in line
    assert library.belt_distances().empty


def test_without_a_library_there_is_no_run(tmp_path):
    result = log("belt", "abc", "2km", "--library", tmp_path / "none")

    assert result.exit_code == 1
    assert "found no library; expected library.sqlite in it" in result.stderr
    assert not (tmp_path / "none").exists()
