"""``hipstride curve`` from files and from a library."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

import hipstride as hs
from hipstride.cli import app

RUNS = hs.sample.folder() / "runs"


def hipstride(*arguments: object):
    return CliRunner().invoke(app, ["curve", *map(str, arguments)])


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("library")
    hs.Library(folder).add(RUNS)
    return folder


def test_the_elasticity_stands_beside_what_is_published():
    told = hipstride(RUNS)
    words = " ".join(told.stdout.split())

    assert told.exit_code == 0
    assert "Each 1 % of speed (measured): step +0." in words
    assert "Published: 0.92 and 0.15 (Cavanagh & Kram 1989)." in words
    assert "from 7 runs" in words


def test_files_and_a_library_of_them_give_one_curve(library):
    of_files = json.loads(hipstride(RUNS, "--json").stdout)
    of_library = json.loads(hipstride("--library", library, "--json").stdout)

    assert of_files["elasticity"] == pytest.approx(of_library["elasticity"], abs=0.02)
    assert of_library["elasticity_interval"][0] < of_library["elasticity"]
    assert of_library["elasticity"] == hs.Library(library).stride_curve().elasticity
    assert of_files["elasticity"] + of_files["cadence_elasticity"] == pytest.approx(1)


def test_it_is_drawn_into_a_file(tmp_path):
    out = tmp_path / "curve.svg"
    told = hipstride(RUNS, "--plot", out)

    assert told.exit_code == 0
    assert out.read_text(encoding="utf-8").count("<svg") == 1
    assert f"wrote {out}" in told.stderr


def test_a_picture_of_an_unknown_kind_is_refused_before_anything_is_read(tmp_path):
    told = hipstride(tmp_path / "nowhere", "--plot", tmp_path / "curve.doc")

    assert told.exit_code == 2
    assert "curve.doc" in told.stderr


def test_a_run_without_a_measured_step_is_one_line(tmp_path):
    file = tmp_path / "flat.csv"
    file.write_text("time,speed\n2026-09-01T06:00:00Z,3\n2026-09-01T06:00:01Z,3\n")
    told = hipstride(file)

    assert told.exit_code == 1
    assert told.stderr.count("\n") == 1
    assert told.stderr.startswith("hipstride: error: ")


def test_an_empty_library_is_told_what_to_import(tmp_path):
    told = hipstride("--library", tmp_path)

    assert told.exit_code == 1
    assert "found no library" in told.stderr
    assert "`hipstride import PATH`" in told.stderr
