"""``hipstride splits``: what it prints, what it refuses, and in which words."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import hipstride as hs
from hipstride.cli import app
from hipstride.cli._belt_option import is_in_miles, parse_belt_splits, parse_every
from hipstride.gait import BeltSplit, splits

MILE = 1609.344


def hipstride(*arguments: object, columns: int = 80) -> Result:
    return CliRunner().invoke(
        app,
        ["splits", *(str(one) for one in arguments)],
        env={"COLUMNS": str(columns), "TERM": "dumb"},
    )


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve runs as files, some of them on a treadmill."""
    history = hs.simulate.history(
        hs.simulate.Runner(treadmill_share=0.3), n_runs=14, seed=5
    )
    return hs.simulate.write(history, tmp_path_factory.mktemp("season"))


@pytest.fixture(scope="module")
def library(season: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library") / "lib"
    hs.Library(folder).add(season)
    return folder


@pytest.fixture(scope="module")
def nowhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("none") / "lib"


def run_of(season: Path, *, treadmill: bool) -> Path:
    return next(
        path
        for path in sorted(season.glob("*.fit"))
        if hs.read_run(path).is_treadmill is treadmill
    )


def rows_of(printed: str) -> list[list[str]]:
    """Give the cells of the rows that begin with a number, and of the total."""
    lines = [line.split() for line in printed.splitlines()]
    return [cells for cells in lines if cells and re.fullmatch(r"\d+|all", cells[0])]


def test_a_file_is_shown_in_kilometres(season: Path, nowhere: Path):
    path = run_of(season, treadmill=False)

    result = hipstride(path, "--library", nowhere)

    assert result.exit_code == 0, result.output
    table = splits(hs.read_run(path))
    rows = rows_of(result.stdout)
    assert len(rows) == len(table) + 1
    assert rows[0][1] == "1.00"
    assert rows[0][2] == hs.units.format_duration(table["duration_s"].iloc[0])
    assert rows[0][4] == f"{table['cadence_spm'].iloc[0]:.0f}"
    assert rows[0][7] == "–"
    assert rows[-1][0] == "all"
    assert rows[-1][1] == f"{table['distance_m'].sum() / 1000:.2f}"
    assert "min/km" in result.stdout
    assert "dev needs a library of runs" in " ".join(result.stdout.split())


def test_it_is_readable_at_80_columns_and_right_aligned(season: Path, nowhere: Path):
    printed = hipstride(
        run_of(season, treadmill=False), "--every", "mi", "--library", nowhere
    ).stdout

    lines = printed.splitlines()
    assert max(map(len, lines)) <= 80
    head = lines[0].rstrip()
    for name in ("mi", "time", "min/mi", "spm"):
        end = re.search(rf"\b{name}(?=\s|$)", head).end()
        for line in lines[1:4]:
            assert line[end - 1] != " "
            assert line[end] == " "


def test_miles_are_miles(season: Path, nowhere: Path):
    path = run_of(season, treadmill=False)

    printed = hipstride(path, "--every", "mi", "--library", nowhere).stdout

    rows = rows_of(printed)
    assert "min/mi" in printed
    assert rows[0][1] == "1.00"
    assert len(rows) - 1 == len(splits(hs.read_run(path), every_m=MILE))


@pytest.mark.parametrize(
    ("every", "first"), [("400m", "0.40"), ("0.5mi", "0.50"), ("2km", "2.00")]
)
def test_any_distance_will_do(every: str, first: str, season: Path, nowhere: Path):
    path = run_of(season, treadmill=False)

    printed = hipstride(path, "--every", every, "--library", nowhere).stdout

    assert rows_of(printed)[0][1] == first


def test_splits_of_metres_are_shown_in_kilometres_on_a_belt_of_miles(
    season: Path, nowhere: Path
):
    path = run_of(season, treadmill=True)

    result = hipstride(
        *(path, "--belt-distance", f"{hs.read_run(path).distance_m / MILE:.2f}mi"),
        *("--every", "400m", "--library", nowhere),
    )

    assert rows_of(result.stdout)[0][1] == "0.40"
    assert "min/km" in result.stdout


def test_any_time_will_do(season: Path, nowhere: Path):
    path = run_of(season, treadmill=False)

    printed = hipstride(path, "--every", "10min", "--library", nowhere).stdout

    assert rows_of(printed)[0][2] == "10:00"


def test_laps_are_the_watchs(season: Path, nowhere: Path):
    path = run_of(season, treadmill=False)

    printed = hipstride(path, "--laps", "--library", nowhere).stdout

    assert len(rows_of(printed)) - 1 == len(hs.read_run(path).laps)


def test_a_treadmill_run_says_what_the_belt_distance_does(season: Path, nowhere: Path):
    printed = hipstride(run_of(season, treadmill=True), "--library", nowhere).stdout

    said = " ".join(printed.split())
    assert "--belt-distance 3.0mi" in said
    assert "dev needs a measured speed; this one the watch guessed." in said


def test_a_typed_belt_distance_is_the_total_and_sets_the_unit(
    season: Path, nowhere: Path
):
    path = run_of(season, treadmill=True)
    miles = round(1.04 * hs.read_run(path).distance_m / MILE)

    result = hipstride(
        path, "--belt-distance", f"{miles}.0mi", "--library", nowhere
    ).stdout

    rows = rows_of(result)
    assert rows[-1][1] == f"{miles}.00"
    assert len(rows) - 1 == miles
    assert "min/mi" in result
    assert "distance typed by the runner" in result
    assert "guessed by the watch" not in result


def test_typed_belt_splits_come_back(season: Path, nowhere: Path):
    path = run_of(season, treadmill=True)
    timer_s = hs.read_run(path).timer_s
    rest_mi = hs.read_run(path).distance_m / MILE - 2
    rest = f"{rest_mi:.2f}mi"
    half = hs.units.format_duration(round(timer_s / (2 + rest_mi)))

    result = hipstride(
        path,
        *("--belt-split", f"1.0mi {half}", "--belt-split", f"1.0mi {half}"),
        *("--belt-split", rest, "--library", nowhere),
    )

    assert result.exit_code == 0, result.output
    rows = rows_of(result.stdout)
    assert rows[0][2] == rows[1][2] == half


def test_a_run_of_the_library_is_found_by_its_first_digits(library: Path):
    run_id = hs.Library(library).runs()["run_id"].iloc[0]

    result = hipstride(run_id[:5], "--library", library)

    assert result.exit_code == 0, result.output
    rows = rows_of(result.stdout)
    assert re.fullmatch(r"[+-]\d+\.\d", rows[0][7])
    assert "dev: the step against your own at that speed" in " ".join(
        result.stdout.split()
    )


def test_deviations_of_the_splits_are_about_that_of_the_run(library: Path):
    kept = hs.Library(library).observations()
    kept = kept[~kept["is_treadmill"].astype("bool")]
    one = kept.iloc[3]

    told = json.loads(hipstride(one["run_id"], "--json", "--library", library).stdout)[
        "total"
    ]["stride_deviation_pct"]

    assert told == pytest.approx(one["stride_deviation_pct"], abs=1.0)


def test_json_is_one_object_and_nothing_else(season: Path, nowhere: Path):
    path = run_of(season, treadmill=True)
    watch_m = hs.read_run(path).distance_m
    typed_m = round(1.05 * watch_m)

    result = hipstride(
        *(path, "--belt-distance", f"{typed_m}m", "--json", "--library", nowhere)
    )

    told = json.loads(result.stdout)
    assert told["belt_distance_m"] == typed_m
    assert told["watch_distance_m"] == pytest.approx(watch_m)
    assert sum(one["distance_m"] for one in told["splits"]) == pytest.approx(typed_m)
    assert told["total"]["distance_m"] == pytest.approx(typed_m)
    assert told["splits"][0]["note"] == ""


def test_a_picture_is_drawn(season: Path, nowhere: Path, tmp_path: Path):
    out = tmp_path / "splits.png"

    result = hipstride(
        run_of(season, treadmill=False), "--plot", out, "--library", nowhere
    )

    assert result.exit_code == 0, result.output
    assert out.read_bytes().startswith(b"\x89PNG")
    assert f"wrote {out}" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "exit_code", "words"),
    [
        (["--every", "5"], 2, "found '5'; expected a distance or a time"),
        (["--every", "0.1m"], 2, "expected at most 10,000"),
        (["--every", "mi", "--laps"], 2, "--every or --laps, not both"),
        (["--belt-distance", "8"], 2, "found '8'; expected a distance with its unit"),
        (["--belt-distance", "90km"], 1, "were miles and kilometres confused?"),
        (["--belt-distance", "8km", "--belt-split", "1km"], 2, "not both"),
        (["--belt-split", "soon"], 2, "such as '1.0mi 9:30' or '2.0mi at 18:42'"),
        (["--belt-split", "1mi 9:75"], 2, "found '1mi 9:75'"),
        (["--belt-split", "1mi 9:30"], 1, "add a split for the rest"),
        (["--plot", "splits.txt"], 2, "expected a name that ends in .png"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    arguments, exit_code, words, season: Path, nowhere: Path
):
    result = hipstride(
        run_of(season, treadmill=True), *arguments, "--library", nowhere, columns=400
    )

    assert result.exit_code == exit_code, result.output
    assert words in result.stderr


def test_a_run_that_is_not_there_is_told(library: Path, nowhere: Path):
    assert (
        "no run whose id begins with 'ffffff'"
        in hipstride("ffffff", "--library", library).stderr
    )
    assert "found no such file" in hipstride("no.fit", "--library", nowhere).stderr
    assert hipstride("ffffff", "--library", nowhere).exit_code == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mi", (MILE, False)),
        ("km", (1000.0, False)),
        (" 0.5 mi ", (0.5 * MILE, False)),
        ("400m", (400.0, False)),
        ("10min", (600.0, True)),
        ("5:00", (300.0, True)),
    ],
)
def test_sizes_of_splits_are_read(text, expected):
    assert parse_every(text) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1.0mi 9:30"], [BeltSplit(MILE, 570)]),
        (["1km in 5:00", "1,5 km"], [BeltSplit(1000, 300), BeltSplit(1500)]),
        (
            ["1mi 9:30, 1mi 9:12; 500m"],
            [BeltSplit(MILE, 570), BeltSplit(MILE, 552), BeltSplit(500)],
        ),
        (["1mi at 9:30", "1mi @ 18:42"], None),
    ],
)
def test_belt_splits_are_read(texts, expected):
    found = parse_belt_splits(texts)

    if expected is None:
        assert [one.ended_s for one in found] == [570, 1122]
    else:
        assert [(one.distance_m, str(one.duration_s)) for one in found] == [
            (one.distance_m, str(float(one.duration_s))) for one in expected
        ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((one, True) for one in ("3.0mi", "mi", "1 mile 9:30")),
        *((one, False) for one in ("5km", "10min", "400m", None)),
    ],
)
def test_miles_are_told_from_minutes(text, expected):
    assert is_in_miles(text) is expected
