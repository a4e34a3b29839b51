"""What every reader promises, looped over all of them; and that two engines agree."""

from __future__ import annotations

import dataclasses
import gzip
import inspect
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import hipstride as hs
from hipstride.errors import HipstrideError, ReadError
from hipstride.io import compare
from hipstride.io._fit_encode import encode_fit
from hipstride.io.compare import compare_engines
from hipstride.tables import LAPS, PAUSES, SAMPLES, Recording

N = 120
START = pd.Timestamp("2025-09-01 06:00", tz="UTC")


def as_gpx() -> bytes:
    points = "".join(
        f'<trkpt lat="{10 + i * 3 / 111_195:.8f}" lon="9"><ele>10</ele>'
        f"<time>{START + pd.Timedelta(seconds=i):%Y-%m-%dT%H:%M:%SZ}</time>"
        "<extensions><TPX><cad>82</cad><hr>140</hr></TPX></extensions></trkpt>"
        for i in range(N)
    )
    # gpxpy reads extensions of version 1.1 only.
    head = '<gpx version="1.1"><trk><type>running</type><trkseg>'
    return f"{head}{points}</trkseg></trk></gpx>".encode()


def as_tcx() -> bytes:
    points = "".join(
        f"<Trackpoint><Time>{START + pd.Timedelta(seconds=i):%Y-%m-%dT%H:%M:%SZ}</Time>"
        f"<DistanceMeters>{3 * i}</DistanceMeters><HeartRateBpm><Value>140</Value>"
        "</HeartRateBpm><Extensions><TPX><Speed>3.0</Speed><RunCadence>82</RunCadence>"
        "</TPX></Extensions></Trackpoint>"
        for i in range(N)
    )
    return (
        "<TrainingCenterDatabase><Activities><Activity Sport='Running'>"
        f"<Id>2025-09-01T06:00:00Z</Id><Lap StartTime='2025-09-01T06:00:00Z'>"
        f"<TotalTimeSeconds>{N}</TotalTimeSeconds><Track>{points}</Track></Lap>"
        "</Activity></Activities></TrainingCenterDatabase>"
    ).encode()


def as_csv() -> bytes:
    at = int(START.timestamp())
    rows = "".join(f"{at + i},3.0,164,140,{3 * i}\n" for i in range(N))
    return (
        "Timestamp,Stryd Speed (m/s),Cadence (spm),Heart Rate (bpm),"
        f"Stryd Distance (meters)\n{rows}"
    ).encode()


def as_fit() -> bytes:
    return encode_fit(hs.read_tcx(as_tcx())[0])


READERS: dict[str, tuple[Callable[..., list[Recording]], Callable[[], bytes]]] = {
    "fit": (hs.read_fit, as_fit),
    "gpx": (hs.read_gpx, as_gpx),
    "tcx": (hs.read_tcx, as_tcx),
    "csv": (hs.read_stride_csv, as_csv),
}
each = pytest.mark.parametrize("kind", READERS)


@each
def test_the_same_run_is_the_same_from_every_format(kind):
    reader, write = READERS[kind]
    (run,) = reader(write(), name="run")
    samples = run.samples

    assert (run.format, run.sport, run.source) == (kind, "running", "run")
    assert run.started_at == START
    assert samples["elapsed_s"].tolist() == list(range(N))
    assert samples["speed_mps"].iloc[20:-20].median() == pytest.approx(3.0, rel=1e-3)
    assert samples["cadence_spm"].iloc[20:-20].median() == 164
    assert samples["heart_rate_bpm"].median() == 140
    assert samples["distance_m"].iloc[-1] == pytest.approx(3.0 * (N - 1), rel=1e-3)


@each
def test_every_reader_gives_tables_as_the_glossary_has_them(kind):
    reader, write = READERS[kind]
    (run,) = reader(write())

    SAMPLES.check(run.samples)
    LAPS.check(run.laps)
    PAUSES.check(run.pauses)
    assert str(run.samples["time"].dtype) == "datetime64[us, UTC]"
    assert str(run.started_at.tz) == "UTC"
    assert run.samples["elapsed_s"].is_monotonic_increasing
    assert not {"step_length_m", "grade_pct", "is_running"} & set(run.samples.columns)
    floats = run.samples.drop(columns="time").dtypes
    assert all(dtype == np.float64 for dtype in floats)
    assert all(isinstance(note, str) and note for note in run.notes)


@each
def test_every_reader_names_a_run_by_the_hash_of_its_file(kind):
    reader, write = READERS[kind]
    data = write()

    assert reader(data)[0].run_id == reader(data, name="other")[0].run_id
    assert len(reader(data)[0].run_id) == 12


@each
def test_every_reader_takes_paths_bytes_and_gzip(kind, tmp_path):
    reader, write = READERS[kind]
    path = tmp_path / f"run.{kind}"
    path.write_bytes(write())

    for source in (path, str(path), write(), gzip.compress(write())):
        assert len(reader(source)[0].samples) == N


@each
@pytest.mark.parametrize(
    "data", [b"", b"\x00" * 40, b"hello", b"\xff" * 400, b"PK\x03\x04"]
)
def test_every_reader_refuses_what_is_not_its_own_in_one_line(kind, data):
    reader, _ = READERS[kind]

    with pytest.raises(ReadError) as caught:
        reader(data, name="that.file")

    assert str(caught.value).startswith("that.file: found ")
    assert "\n" not in str(caught.value)


@each
def test_every_reader_says_that_a_file_is_missing(kind, tmp_path):
    with pytest.raises(ReadError, match="no such file"):
        READERS[kind][0](tmp_path / "no")


@each
def test_a_file_cut_anywhere_is_read_in_part_or_refused(kind):
    reader, write = READERS[kind]
    data = write()
    for cut in np.linspace(0, len(data) - 1, 60).astype(int).tolist():
        try:
            runs = reader(data[:cut])
        except HipstrideError:
            continue

        assert all(len(run.samples) <= N for run in runs)


@each
def test_every_reader_s_second_argument_must_be_named(kind):
    parameters = list(inspect.signature(READERS[kind][0]).parameters.values())

    assert parameters[0].name == "source"
    assert all(one.kind is inspect.Parameter.KEYWORD_ONLY for one in parameters[1:])


# Two engines


@pytest.mark.parametrize("kind", ["fit", "gpx"])
def test_both_engines_read_the_same(kind):
    compared = compare_engines(READERS[kind][1]())

    assert set(compared["verdict"]) == {"agree"}
    assert {"time", "elapsed_s", "speed_mps", "cadence_spm"} <= set(compared["column"])
    assert (compared["largest_difference"] <= compared["tolerance"]).all()


@pytest.mark.parametrize("kind", ["tcx", "csv"])
def test_a_format_of_one_engine_says_so(kind):
    compared = compare_engines(READERS[kind][1]())

    assert compared["verdict"].tolist() == [
        f"one engine only: {kind.upper()} has no other"
    ]


def bent(**changes) -> Callable[..., list[Recording]]:
    """Read as ours, and bend what the other engine gives."""
    whole = compare.recordings_of

    def read(raw, kind, engine):
        runs = whole(raw, kind, engine)
        if engine in {None, "columnar"}:
            return runs
        return [dataclasses.replace(runs[0], samples=changes["of"](runs[0].samples))]

    return read


@pytest.mark.parametrize(
    ("of", "column", "n_differ", "largest"),
    [
        (lambda s: s.assign(altitude_m=s["altitude_m"] + 0.5), "altitude_m", N, 0.5),
        (lambda s: s.assign(time=s["time"] + pd.Timedelta(seconds=1)), "time", N, 1.0),
        (lambda s: s.assign(heart_rate_bpm=np.nan), "heart_rate_bpm", N, 0.0),
        (lambda s: s.assign(speed_mps=s["speed_mps"] + 1e-9), "speed_mps", 0, 1e-9),
    ],
)
def test_a_difference_is_counted_and_measured(
    monkeypatch, of, column, n_differ, largest
):
    monkeypatch.setattr(compare, "recordings_of", bent(of=of))

    row = compare_engines(as_gpx()).set_index("column").loc[column]

    assert row["n_differ"] == n_differ
    assert row["largest_difference"] == pytest.approx(largest, abs=1e-9)
    assert row["verdict"] == ("differ" if n_differ else "agree")


def test_a_column_or_rows_that_one_engine_lacks_differ(monkeypatch):
    monkeypatch.setattr(
        compare, "recordings_of", bent(of=lambda s: s.drop(columns="altitude_m"))
    )
    lacking = compare_engines(as_gpx()).set_index("column")
    monkeypatch.undo()
    monkeypatch.setattr(compare, "recordings_of", bent(of=lambda s: s.iloc[:-1]))
    short = compare_engines(as_gpx()).set_index("column")

    assert lacking.loc["altitude_m", "n_differ"] == N
    assert lacking.loc["altitude_m", "verdict"] == "differ: gpxpy has no such column"
    assert short.loc["samples", "verdict"] == f"differ: {N} rows, gpxpy has {N - 1}"


def test_a_file_that_one_engine_refuses_says_which():
    data = as_gpx()[:-30]

    assert compare_engines(data)["verdict"][0].startswith("gpxpy refuses, ours reads")


def test_a_file_that_both_refuse_raises():
    with pytest.raises(ReadError):
        compare_engines(b"<gpx></gpx>")


def test_real_files_agree(shared):
    def by_size(kind):
        paths = (shared / "real" / kind).glob(f"*.{kind}")
        return sorted(paths, key=lambda path: path.stat().st_size)

    verdicts = set()
    for path in [*by_size("fit")[20:30], *by_size("gpx")[5:15]]:
        try:
            verdicts |= set(compare_engines(path)["verdict"])
        except ReadError:
            continue

    assert {verdict for verdict in verdicts if "refuses" not in verdict} == {"agree"}
