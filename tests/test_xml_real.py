"""Every real GPX and TCX file: read or refused, the same by engine and by way."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.conftest import SHARED, real_files

from hipstride.errors import ReadError
from hipstride.io._xml_mend import mend
from hipstride.io._xml_scan import PADDING, scan
from hipstride.io._xml_text import utf8_text
from hipstride.io.gpx import read_gpx
from hipstride.io.tcx import read_tcx
from hipstride.tables import LAPS, PAUSES, SAMPLES

GPX = real_files(".gpx")
TCX = real_files(".tcx")

# Files with no track in them, by the end of their name.
NO_TRACK = {
    "5a5e-unicode_with_bom.gpx": "one waypoint",
    "7f38-route.gpx": "a route",
    "9b0d-gpx1.1_with_extensions_without_namespaces.gpx": "one waypoint",
}
# Files that our engine reads and gpxpy refuses.
GPXPY_REFUSES = {
    "1e8c-invalid-lon-lat-missing.gpx": "a point without position: gpxpy refuses the "
    "file, we leave the position missing",
}
# What the engines may differ in: nothing but this note, which gpxpy cannot write.
ONLY_OURS = "what the points also hold was not read: "


def short(path: Path) -> str:
    return path.name.rpartition("--")[2]


def unpacked(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def manifest() -> dict[str, dict[str, str]]:
    if not (SHARED / "MANIFEST.csv").is_file():
        return {}
    with (SHARED / "MANIFEST.csv").open(encoding="utf-8") as stream:
        return {row["path"].rpartition("/")[2]: row for row in csv.DictReader(stream)}


MANIFEST = manifest()


def recordings(path: Path, **options):
    read = read_gpx if ".gpx" in path.name else read_tcx
    return read(path, **options)


@pytest.mark.usefixtures("shared")
def test_the_real_files_are_there():
    assert GPX
    assert TCX


@pytest.mark.parametrize("path", GPX + TCX, ids=short)
def test_every_real_file_is_read_or_refused_for_a_known_reason(path):
    if short(path) in NO_TRACK:
        with pytest.raises(ReadError, match="no track points"):
            recordings(path)
        return

    for recording in recordings(path):
        SAMPLES.check(recording.samples)
        LAPS.check(recording.laps)
        PAUSES.check(recording.pauses)
        assert recording.samples["elapsed_s"].is_monotonic_increasing
        assert recording.samples["elapsed_s"].iloc[0] >= 0
        assert not recording.samples.drop(columns="time").isna().all().any()
        assert not any("damaged" in note for note in recording.notes)


@pytest.mark.parametrize("path", GPX + TCX, ids=short)
def test_every_point_of_a_real_file_is_a_row(path):
    expected = int(MANIFEST[path.name]["n_records"])
    found = 0
    if short(path) not in NO_TRACK:
        found = sum(len(recording.samples) for recording in recordings(path))

    assert found == expected


@pytest.mark.parametrize("path", GPX, ids=short)
def test_both_gpx_engines_agree_column_by_column(path):
    if short(path) in NO_TRACK:
        with pytest.raises(ReadError, match="no track points"):
            recordings(path, engine="gpxpy")
        return
    if short(path) in GPXPY_REFUSES:
        with pytest.raises(ReadError, match="gpxpy refuses"):
            recordings(path, engine="gpxpy")
        return
    ours, theirs = recordings(path), recordings(path, engine="gpxpy")

    assert len(ours) == len(theirs)
    for our, their in zip(ours, theirs, strict=True):
        pd.testing.assert_frame_equal(our.samples, their.samples, check_exact=True)
        pd.testing.assert_frame_equal(our.pauses, their.pauses, check_exact=True)
        for name in (
            "run_id",
            "sport",
            "sub_sport",
            "device",
            "started_at",
            "utc_offset",
        ):
            assert getattr(our, name) == getattr(their, name)
        our_notes = {n for n in our.notes if not n.startswith(ONLY_OURS)}
        assert our_notes == set(their.notes)


@pytest.mark.parametrize("path", GPX + TCX, ids=short)
def test_the_scan_and_lxml_see_the_same_document(path):
    text, _ = utf8_text(path.name, unpacked(path))
    written, notes = mend(path.name, text, "trkpt")
    slow = scan(written + PADDING)
    fast = scan(text)

    assert notes == ()
    assert slow is not None
    if fast is None:
        # Only what the scan does not undertake may send a file the longer way.
        assert b"<![CDATA[" in text or b"<!--" in text
        return
    assert [fast.names[n] for n in fast.name] == [slow.names[n] for n in slow.name]
    assert fast.depth.tolist() == slow.depth.tolist()
    assert fast.end.tolist() == slow.end.tolist()
    everything = np.arange(len(fast.name))
    leaves = everything[fast.end == everything + 1]
    assert fast.spans(leaves).strings() == slow.spans(leaves).strings()
    assert fast.attributes.keys() == slow.attributes.keys()
    for element, attributes in fast.attributes.items():
        for name in {"lat", "lon", "sport", "starttime", "creator"} & set(attributes):
            assert (
                fast.attribute(element, name).strings()
                == slow.attribute(element, name).strings()
            )


def test_real_cadences_become_those_of_two_feet():
    """The watches count one foot; taken as both, they would have the runner leap."""
    medians = {}
    for path in TCX + GPX:
        if short(path) in NO_TRACK:
            continue
        for run in recordings(path):
            if run.sport == "running" and "cadence_spm" in run.samples:
                moving = run.samples["cadence_spm"][run.samples["speed_mps"] > 2.2]
                if len(moving) > 60:
                    medians[short(path)] = float(moving.median())

    if not medians:
        pytest.skip("no real files here")
    assert len(medians) > 30
    assert {name: spm for name, spm in medians.items() if not 120 <= spm <= 225} == {}


def by_group(group: str) -> list[Path]:
    return [path for path in GPX + TCX if MANIFEST[path.name]["group"] == group]


@pytest.mark.parametrize(
    ("group", "tolerance"),
    [
        ("run:2021-04-16 FR220", 0.20),  # 3 minutes about a street corner
        ("run:2017-05-27 TomTom", 0.01),
        ("run:2013-03-09 three sources", 0.02),
        ("run:2019-06-15 FR945+Stryd", 0.02),  # a foot pod's distance beside GPS
        ("run:2012-12-26 FR410", 0.001),
    ],
)
def test_the_same_run_from_several_files_is_the_same_run(group, tolerance):
    paths = by_group(group)
    if not paths:
        pytest.skip("no real files here")
    runs = [recordings(path)[0] for path in paths]
    starts = [run.started_at for run in runs]
    metres = [run.samples["distance_m"].max() for run in runs]

    assert len(runs) > 1
    assert max(starts) - min(starts) <= pd.Timedelta(seconds=10)
    assert max(metres) / min(metres) - 1 <= tolerance


def test_cadence_of_the_same_run_agrees_between_gpx_and_tcx():
    paths = by_group("run:2019-06-15 FR945+Stryd")
    if not paths:
        pytest.skip("no real files here")
    first, second = (
        recordings(path)[0].samples[["time", "cadence_spm"]].drop_duplicates("time")
        for path in paths
    )
    joined = first.merge(second, on="time", suffixes=("", "_2"))

    assert len(joined) > 4000
    assert (joined["cadence_spm"] == joined["cadence_spm_2"]).mean() > 0.999
