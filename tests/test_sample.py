"""The sample data: small, far from any home, and made as their page says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.studies import make_sample

from hipstride import sample
from hipstride.errors import HipstrideError
from hipstride.io.fit import read_fit
from hipstride.io.gpx import read_gpx
from hipstride.io.journal import read_changes, read_journal
from hipstride.io.stride_csv import read_stride_csv
from hipstride.io.tcx import read_tcx
from hipstride.tables import Recording

ROOT = Path(__file__).resolve().parents[1]
READERS = {
    ".fit": read_fit,
    ".gpx": read_gpx,
    ".tcx": read_tcx,
    ".csv": read_stride_csv,
}


def read(path: Path) -> Recording:
    suffix = Path(path.name.removesuffix(".gz")).suffix
    [recording] = READERS[suffix](path)
    return recording


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sample.make(tmp_path_factory.mktemp("sample"))


def runs_of(folder: Path) -> list[Path]:
    return sorted((folder / "runs").iterdir())


def test_the_folder_of_a_checkout_is_found():
    assert sample.folder() == ROOT / "data" / "sample"


def test_the_folder_of_an_installed_package_comes_first(tmp_path, monkeypatch):
    (tmp_path / "journal.csv").write_text("local_date,pain_0_10\n")
    monkeypatch.setattr(sample, "_PLACES", (tmp_path, ROOT / "data" / "sample"))

    assert sample.folder() == tmp_path


def test_an_installation_without_the_data_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(sample, "_PLACES", (tmp_path / "a", tmp_path / "b"))

    with pytest.raises(HipstrideError, match="install hipstride again"):
        sample.folder()


def test_the_data_are_small_and_their_page_names_every_file():
    folder = sample.folder()
    files = [path for path in folder.rglob("*") if path.is_file()]
    page = (folder / "README.md").read_text(encoding="utf-8")

    assert sum(path.stat().st_size for path in files) < 2_000_000
    for path in files:
        assert path.name == "README.md" or path.name in page
    assert "python -m tests.studies.make_sample" in page
    assert f"seed {make_sample.SEED}" in page


def test_making_the_data_again_gives_the_same_files(made: Path):
    kept = sample.folder()

    assert [p.name for p in runs_of(made)] == [p.name for p in runs_of(kept)]
    for name in ("journal.csv", "changes.csv"):
        assert (made / name).read_bytes() == (kept / name).read_bytes()


@pytest.mark.parametrize("name", [path.name for path in runs_of(sample.folder())])
def test_making_the_data_again_gives_the_same_runs(made: Path, name: str):
    new, kept = (read(folder / "runs" / name) for folder in (made, sample.folder()))

    # Not the bytes: the last digit of a logarithm, and gzip, differ between machines.
    assert new.started_at == kept.started_at
    assert list(new.samples) == list(kept.samples)
    for column in new.samples.columns.drop("time"):
        np.testing.assert_allclose(
            new.samples[column], kept.samples[column], rtol=2e-3, atol=2e-2
        )


def test_the_data_hold_every_kind_of_file_and_one_treadmill_run():
    paths = runs_of(sample.folder())
    runs = [read(path) for path in paths]

    assert {"".join(path.suffixes) for path in paths} == {
        ".fit",
        ".fit.gz",
        ".gpx",
        ".tcx",
        ".tcx.gz",
        ".csv",
    }
    assert [run.is_treadmill for run in runs].count(True) == 1
    assert len({run.run_id for run in runs}) == 8


def test_the_course_lies_where_nobody_lives():
    for path in runs_of(sample.folder()):
        samples = read(path).samples
        if "latitude_deg" in samples:
            assert samples["latitude_deg"].between(-49.1, -48.6).all()
            assert samples["longitude_deg"].between(-123.7, -123.1).all()


def test_the_diary_fits_the_runs():
    journal = read_journal(sample.folder() / "journal.csv")
    changes = read_changes(sample.folder() / "changes.csv")
    starts = [read(path).started_at for path in runs_of(sample.folder())]

    rated = set(journal.loc[journal["moment"] == "after", "local_date"].dt.date)
    assert rated == {(start.tz_localize(None)).date() for start in starts}
    assert changes["label"].tolist() == ["shorter stride"]
