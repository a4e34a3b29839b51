"""``hipstride trial``: draw, show, analyze."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import hipstride as hs
from hipstride.cli import _load
from hipstride.cli.trial import trial_app
from hipstride.stats.trial import Schedule, TrialDesign, draw

FIRST = dt.date(2025, 1, 6)
FAR = "2099-12-01"


def trial(*arguments: object) -> Result:
    return CliRunner().invoke(trial_app, [str(one) for one in arguments])


def words_of(result: Result) -> str:
    assert result.exit_code == 0, result.stderr
    return " ".join(result.stdout.split())


@pytest.fixture
def drawn(tmp_path):
    """A schedule of runs that began in the past."""
    design = TrialDesign(kind="alternation", n_units=40, started_on=FIRST)
    schedule = draw(design, seed=5, drawn_on=FIRST)
    path = tmp_path / "trial.json"
    path.write_text(schedule.to_json(), encoding="utf-8")
    return path, schedule


def observations(schedule):
    arm = np.array(schedule.schedule)
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "local_date": pd.date_range(FIRST, periods=40, freq="2D"),
            "pain_after_0_10": np.round(5 - 2 * arm + rng.normal(0, 1, 40)),
            "stride_deviation_pct": -5 * arm + rng.normal(0, 1, 40),
        }
    )


# ---- draw


def test_a_drawing_is_kept_and_can_be_read(tmp_path):
    out = tmp_path / "trial.json"
    printed = words_of(
        trial(
            *("draw", "--kind", "alternation", "--weeks", 12, "--runs-per-week", 4),
            *("--arm", "shorter stride", "--control", "relax the hands"),
            *("--from", FAR, "--out", out),
        )
    )
    schedule = Schedule.from_json(out.read_text(encoding="utf-8"))

    assert "48 runs, 15557484098 schedules, smallest p 1.3e-10" in printed
    assert schedule.sha256 in printed
    assert "Not medical advice" in printed
    assert len(schedule.schedule) == 48


def test_a_drawing_is_not_written_over(tmp_path):
    out = tmp_path / "trial.json"
    first = trial("draw", "--from", FAR, "--out", out)
    before = out.read_text(encoding="utf-8")
    second = trial("draw", "--from", FAR, "--out", out)

    assert (first.exit_code, second.exit_code) == (0, 1)
    assert "a schedule is drawn once: follow it, or name another" in second.stderr
    assert out.read_text(encoding="utf-8") == before


def test_a_test_that_can_show_nothing_is_not_drawn(tmp_path):
    out = tmp_path / "trial.json"
    result = trial(
        *("draw", "--kind", "block_pairs", "--weeks", 4, "--from", FAR, "--out", out)
    )

    assert result.exit_code == 1
    assert "not enough pairs of blocks for a p of 0.05: needed 6, got 4" in (
        result.stderr
    )
    assert result.stderr.count("\n") == 1
    assert not out.exists()


def test_a_first_day_in_the_past_is_refused(tmp_path):
    result = trial("draw", "--from", "2020-01-01", "--out", tmp_path / "trial.json")

    assert result.exit_code == 1
    assert "a schedule is drawn before its first day" in result.stderr


@pytest.mark.parametrize(
    ("options", "unit", "n_units"),
    [
        (("--by", "day"), "day", 84),
        (("--kind", "block_pairs", "--block-days", 5), "day", 80),
        (("--kind", "abab"), "day", 84),
        (("--runs-per-week", 3.5), "run", 42),
    ],
)
def test_weeks_become_units(tmp_path, options, unit, n_units):
    result = trial(
        "draw", *options, "--from", FAR, "--out", tmp_path / "t.json", "--json"
    )
    payload = json.loads(result.stdout)

    assert (payload["unit"], payload["n_units"]) == (unit, n_units)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    result = trial("draw", "--from", FAR, "--out", tmp_path / "no" / "t.json")

    assert result.exit_code == 1
    assert "found no folder" in result.stderr


# ---- show


def test_the_next_cue_is_that_of_the_runs_done(drawn):
    path, schedule = drawn
    printed = words_of(trial("show", path, "--today", "--done", 7))

    assert printed == f'Next run: "{schedule.cue_of(7)}" (run 8 of 40).'


def test_the_whole_schedule_stands_in_rows(drawn):
    path, schedule = drawn
    result = trial("show", path, "--done", 7)
    letters = "".join("BA"[arm] for arm in schedule.schedule)
    rows = [line for line in result.stdout.splitlines() if line.startswith("runs")]
    shown = "".join(c for line in rows for c in line.split("  ", 1)[1] if c in "AB")

    assert shown == letters
    assert f"[{letters[7]}]" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_a_schedule_of_days_stands_in_weeks(tmp_path):
    path = tmp_path / "t.json"
    trial("draw", "--kind", "abab", "--from", FAR, "--out", path)
    printed = words_of(trial("show", path))

    assert f'begins on {FAR}; its first cue: "relax the hands"' in printed
    assert f"week 1, from {FAR} B B B B B" in printed


def test_the_end_is_told(drawn):
    printed = words_of(trial("show", drawn[0], "--today", "--done", 40))

    assert "all 40 runs are done. Ask it with `hipstride trial analyze`" in printed


def test_runs_that_cannot_be_counted_name_the_way_out(drawn, tmp_path):
    result = trial("show", drawn[0], "--today", "--library", tmp_path / "none")

    assert result.exit_code == 1
    assert "say how many runs are done with --done N" in result.stderr


def test_json_hides_the_rest_of_the_schedule_from_today(drawn):
    path, schedule = drawn
    payload = json.loads(trial("show", path, "--today", "--done", 2, "--json").stdout)

    assert payload["next_unit"] == 3
    assert payload["next_cue"] == schedule.cue_of(2)
    assert payload["schedule"] is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"nonsense", "found no JSON object"),
        (b"\xff\xfe", "found no text"),
        (b"{}", "found no design"),
    ],
)
def test_a_file_that_is_no_schedule_is_one_line(tmp_path, content, words):
    path = tmp_path / "trial.json"
    path.write_bytes(content)
    result = trial("show", path)

    assert result.exit_code == 1
    assert words in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_changed_schedule_is_found(drawn):
    path, _ = drawn
    text = path.read_text(encoding="utf-8").replace('"alpha": 0.05', '"alpha": 0.04')
    path.write_text(text, encoding="utf-8")
    result = trial("show", path)

    assert result.exit_code == 1
    assert "do not fit their SHA-256" in result.stderr


def test_a_missing_file_is_one_line(tmp_path):
    result = trial("analyze", tmp_path / "none.json")

    assert result.exit_code == 1
    assert "found no such file; expected one" in result.stderr


# ---- analyze


@pytest.fixture
def loaded(drawn, monkeypatch):
    obs = observations(drawn[1])
    monkeypatch.setattr(_load, "load_observations", lambda *_, **__: obs)
    return drawn[0]


def test_the_answer_stands_with_the_words_of_its_level(loaded):
    printed = words_of(trial("analyze", loaded, "--believed", "neither"))

    assert (
        'Level 4, randomised test When the schedule told you "shorter stride"'
        in printed
    )
    assert "believed in neither cue" in printed
    assert "as a description, not as a verdict" in printed


def test_json_holds_the_result_and_nothing_else(loaded):
    payload = json.loads(trial("analyze", loaded, "--json").stdout)

    assert payload["verdict_level"] == 4
    assert payload["outcome"] == "pain_after_0_10"
    assert len(payload["tables"]["runs"]) == 40


def test_days_without_the_cue_are_counted(loaded):
    payload = json.loads(
        trial(
            *("analyze", loaded, "--json", "--not-followed", "2025-01-08"),
            *("--not-followed", "2025-01-10"),
        ).stdout
    )

    assert payload["checks"]["manipulation"]["share_followed"] == pytest.approx(0.95)


def test_followed_and_not_followed_contradict_each_other(loaded):
    result = trial("analyze", loaded, "--all-followed", "--not-followed", "2025-01-08")

    assert result.exit_code == 2


def test_too_few_runs_are_an_answer_of_level_0(tmp_path):
    sample = hs.sample.folder()
    path = tmp_path / "trial.json"
    trial("draw", "--from", FAR, "--out", path)
    result = trial(
        *("analyze", path, "--runs", sample / "runs"),
        *("--journal", sample / "journal.csv", "--json"),
    )
    payload = json.loads(result.stdout)

    assert result.exit_code == 0
    assert payload["verdict_level"] == 0
    assert payload["p_value"] is None
    assert "This history cannot answer the question: not enough" in payload["verdict"]
