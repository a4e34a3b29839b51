from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import hipstride as hs
from hipstride.cli import app

RUNS = hs.sample.folder() / "runs"


def hipstride(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def target(*arguments: object) -> Result:
    return hipstride("target", "--runs", RUNS, *arguments)


def words_of(result: Result) -> str:
    assert result.exit_code == 0, result.stderr
    return " ".join(result.stdout.split())


def test_steps_now_and_the_target_stand_first():
    printed = words_of(target("--pace", "9:30/mi", "--shorten", 5))
    now, then = re.search(
        r"^At 9:30/mi \(2.82 m/s\) you take (\d+) steps/min of 1\.\d{3} m, "
        r"95 % [01]\.\d{3} to 1\.\d{3} m\. "
        r"For steps 5 % shorter: (\d+) steps/min \(\+\d+\), 95 % \d+ to "
        r"\d+ steps/min\.",
        printed,
    ).groups()

    assert int(then) == pytest.approx(int(now) / 0.95, abs=1.1)
    assert f"Metronome: {then} beats/min" in printed


def test_speed_and_pace_are_the_same_option():
    by_speed = json.loads(target("--speed", "10km/h", "--json").stdout)
    by_pace = json.loads(target("--pace", "6:00/km", "--json").stdout)

    assert by_speed["speed_mps"] == pytest.approx(by_pace["speed_mps"])


def test_without_a_pace_it_is_the_usual_one_and_four_reductions():
    printed = words_of(target())

    assert re.match(r"At your usual \d:\d\d/km or \d+:\d\d/mi \(\d.\d\d m/s\)", printed)
    assert re.findall(r"For steps ([\d.]+) % shorter", printed) == [
        *("3", "5", "7.5", "10")
    ]


def test_the_caution_is_always_there():
    printed = words_of(target("--shorten", 3))

    assert "8.6 %" in printed
    assert "No controlled evidence shows that shorter steps treat hip pain" in printed
    assert "flexor moment rose by 5.8 %" in printed
    assert "Not medical advice" in printed


def test_mechanics_come_with_the_words_on_what_they_are_not():
    plain, more = words_of(target()), words_of(target("--mechanics"))

    assert "not your hip" not in plain
    assert "published averages of 45 healthy runners, not your hip" in more
    assert "peak hip adduction, ° 11.3* 10.8 10.4 9.5* 8.7*" in more
    assert "greatest hip flexor moment: higher by 5.8 %" in more


def test_nothing_is_wider_than_80_columns():
    printed = target("--mechanics").stdout

    assert max(len(line) for line in printed.splitlines()) <= 80


def test_the_library_serves_as_well(tmp_path: Path):
    hs.Library(tmp_path).add(RUNS)
    ours = hipstride("target", "--library", tmp_path, "--pace", "6:00/km", "--json")
    files = target("--pace", "6:00/km", "--json")

    now, then = (json.loads(one.stdout)["targets"][0] for one in (ours, files))
    assert now["cadence_spm"] == pytest.approx(then["cadence_spm"])


def test_json_holds_targets_notes_and_cautions():
    told = json.loads(
        target("--shorten", 5, "--shorten", 8, "--mechanics", "--json").stdout
    )

    assert [one["shorten_pct"] for one in told["targets"]] == [0, 5, 8]
    assert told["notes"][0].startswith("Step length from your last 7 runs (2025-01-06")
    assert len(told["cautions"]) == 3
    assert len(told["mechanics"]["step_rates"]) == 30
    assert "not your hip" in told["mechanics"]["caveat"]


def test_a_pace_far_from_all_runs_is_not_known():
    printed = words_of(target("--pace", "3:00/km"))

    assert "your steps are not known: the runs behind the curve are at" in printed
    assert "Metronome" not in printed


def test_changes_are_the_difference_of_the_numbers_shown():
    printed = words_of(target("--pace", "9:30/mi"))
    now = int(re.search(r"you take (\d+)", printed)[1])
    then = re.findall(r"shorter: (\d+) steps/min \(\+(\d+)\)", printed)

    assert len(then) == 4
    assert all(int(cadence) - now == int(more) for cadence, more in then)


def test_a_number_stays_with_its_sign():
    for pace in ("9:30/mi", "9:00/mi", "5:54/km", "2.8m/s"):
        lines = target("--pace", pace).stdout.splitlines()

        assert not any(line.lstrip().startswith("%") for line in lines)


@pytest.mark.parametrize(
    ("pace", "span"),
    [
        ("3:00/km", r"at \d+:\d\d to \d+:\d\d/km \(\d"),
        ("5:00/mi", r"at \d+:\d\d to \d+:\d\d/mi \(\d"),
        ("6m/s", r"at \d\.\d\d to \d\.\d\d m/s"),
        ("20km/h", r"at \d+\.\d to \d+\.\d km/h \(\d"),
    ],
)
def test_the_speeds_of_the_curve_are_in_the_unit_that_was_typed(pace: str, span: str):
    assert re.search(span, words_of(target("--pace", pace)))


def test_a_grade_is_said():
    assert "and +2 % grade you take" in words_of(
        target("--pace", "6:00/km", "--grade", 2)
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--pace", "9:30"], "expected a pace or a speed with its unit"),
        (["--pace", "fast"], "found 'fast'"),
        (["--shorten", "60"], "found 60; expected above 0 and up to 30"),
        (["--shorten", "0"], "found 0"),
    ],
)
def test_asked_wrongly_is_exit_2(arguments: list[str], words: str):
    result = target(*arguments)
    told = " ".join(result.stderr.replace("│", " ").split())

    assert result.exit_code == 2
    assert result.stdout == ""
    assert words in told


def test_no_runs_is_one_line(tmp_path: Path):
    result = hipstride("target", "--runs", tmp_path)

    assert result.exit_code == 1
    assert (
        "not enough half minutes of steady running whose speed"
        in result.stderr.splitlines()[-1]
    )


def test_no_library_is_one_line(tmp_path: Path):
    result = hipstride("target", "--library", tmp_path / "none")

    assert result.exit_code == 1
    assert "found no library" in result.stderr
