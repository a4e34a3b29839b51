"""``hipstride cohort``: tables of several runners."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from hipstride.cli import app


def cohort(*arguments: object):
    return CliRunner().invoke(app, ["cohort", *(str(a) for a in arguments)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A file of observations for each of nine runners, and one of all."""
    place = tmp_path_factory.mktemp("runners")
    rng = np.random.default_rng(3)
    parts = []
    for i in range(9):
        form_pct, speed = rng.normal(0, 2, 50), 3 + rng.normal(0, 0.2, 50)
        part = pd.DataFrame(
            {
                "local_date": pd.date_range("2026-01-01", periods=50, freq="2D"),
                "mean_speed_mps": speed,
                "mean_step_length_m": 0.4 * speed**0.9 * np.exp(form_pct / 100),
                "pain_after_0_10": np.round(4 + 0.3 * form_pct + rng.normal(size=50)),
            }
        )
        part.to_csv(place / f"runner{i}.csv", index=False)
        parts.append(part.assign(runner_id=f"runner{i}"))
    pd.concat(parts).to_csv(place / "all.csv", index=False)
    return place


def test_a_file_for_each_runner_and_one_of_all_give_one_answer(folder):
    each = cohort(*sorted(folder.glob("runner*.csv")), "--json")
    all_in_one = cohort(folder / "all.csv", "--json")

    one, other = json.loads(each.stdout), json.loads(all_in_one.stdout)
    assert one["estimate"] == pytest.approx(other["estimate"])
    assert one["n"] == 9
    assert one["low"] < 0.3 < one["high"]


def test_the_screen_lists_every_runner_within_80_columns(folder):
    told = cohort(folder / "all.csv")

    assert told.exit_code == 0
    assert "runner8" in told.stdout
    assert "on average" in told.stdout.lower()
    assert max(map(len, told.stdout.splitlines())) <= 80


def test_one_file_without_names_is_told_what_to_do(folder):
    told = cohort(folder / "runner0.csv")

    assert told.exit_code == 1
    assert "--runner-column" in told.stderr
    assert len(told.stderr.splitlines()) == 1


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b'"a,b\n1,2\n3'])
def test_what_is_no_table_is_one_line(tmp_path, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)

    told = cohort(path)

    assert told.exit_code == 1
    assert "Traceback" not in told.stderr
    assert len(told.stderr.splitlines()) == 1


def test_too_few_runners_are_an_answer(folder, tmp_path):
    short = tmp_path / "short.csv"
    pd.read_csv(folder / "all.csv").groupby("runner_id").head(4).to_csv(short)

    told = json.loads(cohort(short, "--json").stdout)

    assert told["verdict_level"] == 0
    assert "runners with a slope" in told["verdict"]


def test_names_that_are_numbers_stay_as_they_are_written(folder, tmp_path):
    table = pd.read_csv(folder / "all.csv")
    number = table["runner_id"].str[-1]
    table["runner_id"] = number.where(number != "2", "01")
    table.to_csv(tmp_path / "numbers.csv", index=False)

    told = json.loads(cohort(tmp_path / "numbers.csv", "--json").stdout)

    names = [row["runner"] for row in told["tables"]["runners"]]
    assert told["n"] == 9
    assert {"01", "1"} < set(names)


def test_a_file_that_is_not_there_is_one_line(tmp_path):
    told = cohort(tmp_path / "none.csv")

    assert told.exit_code == 1
    assert len(told.stderr.splitlines()) == 1
