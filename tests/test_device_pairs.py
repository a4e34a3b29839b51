"""The same run recorded twice: how far the two agree, and why where they do not.

The numbers stand in docs/device-pairs.md; here they are measured again, and

    python -m tests.test_device_pairs

prints the rows of its table.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import fitdecode
import numpy as np
import pandas as pd
import pytest
from tests.conftest import ROOT, SHARED

import hipstride as hs
from hipstride.gait import clean, steady_windows
from hipstride.tables import Recording

WINDOW_S = 30
# Watches that save room write a point every few seconds.
NEAR_S = 4.0
MEANS = ("mean_speed_mps", "mean_cadence_spm", "mean_step_length_m")
PAGE = ROOT / "docs" / "device-pairs.md"


@dataclass(frozen=True)
class Pair:
    """Two files of one run, the second of which is set against the first."""

    run: str
    one: str
    other: str
    clock_s: float = 0.0

    def __str__(self) -> str:
        return self.run


# By the ends of their names; the middle is the project they come from.
FR15 = Pair("FR15, FIT and TCX", "Garmin15.fit", "Garmin15.tcx")
FENIX_3 = Pair("Fenix 3 HR, FIT and TCX", "fenix_3_hr.fit", "fenix_3_hr.tcx.gz")
FR945 = Pair("FR945 trail, FIT and TCX", "sloatsburg.fit", "sloatsburg.tcx.gz")
INDOORS = Pair("FR945 treadmill, FIT and TCX", "treadmill.fit", "6860622783.tcx.gz")
FR410 = Pair("FR410, TCX saved twice", "1f6e-sample.tcx", "e6fa-malformed.tcx")
FR410_BARE = Pair("FR410, TCX without heart rate", "1f6e-sample.tcx", "no_hr.tcx")
SUUNTO = Pair("Suunto 9, FIT saved twice", "83.fit", "83-2.fit")
RESAVED = Pair(
    "Vivoactive HR, FIT re-saved", "3386684871.fit", "3386684871-saved.fit", 7199.0
)
FR945_GPX = Pair("FR945 trail, FIT and GPX", "sloatsburg.fit", "6782987395.gpx.gz")
TOMTOM = Pair("TomTom, TCX and GPX", "1e0e-run.tcx.gz", "3f7d-run.gpx")
FR405 = Pair("FR405CX, TCX and GPX", "garmin_fr405cx.tcx", "run_03_garmin.gpx")
FR220 = Pair("FR220, TCX and GPX", "da9e-testdata.tcx", "8fea-testdata.gpx")
PHONE = Pair("FR405CX and iPhone 4S", "garmin_fr405cx.tcx", "run_03_iphone_4s.gpx.gz")
WATCHES = Pair("Fenix 6 and COROS Pace 2", "garmin_fenix_6.fit", "coros_pace_2.fit")

ONE_RECORDING = (FR15, FENIX_3, FR945, INDOORS, FR410, FR410_BARE, SUUNTO)
AS_GPX = (FR945_GPX, TOMTOM, FR405)
COMPARED = (*ONE_RECORDING, RESAVED, *AS_GPX, PHONE, WATCHES)


@pytest.fixture(scope="module")
def files(shared: Path) -> dict[str, Path]:
    return files_of(shared)


def files_of(shared: Path) -> dict[str, Path]:
    """Find the files of all pairs by their names, from the list of real files."""
    with (shared / "MANIFEST.csv").open(encoding="utf-8") as stream:
        rows = [
            row for row in csv.DictReader(stream) if row["group"].startswith("run:")
        ]
    return {Path(row["path"]).name: shared / row["path"] for row in rows}


def path_of(files: dict[str, Path], end: str) -> Path:
    [path] = [path for name, path in files.items() if name.endswith(end)]
    return path


@cache
def read(path: Path) -> Recording:
    return hs.read_run(path)


@cache
def row_of(path: Path) -> pd.Series:
    return hs.summarize(read(path)).iloc[0]


def both(files: dict[str, Path], pair: Pair) -> tuple[Recording, Recording]:
    return read(path_of(files, pair.one)), read(path_of(files, pair.other))


def seconds_of(samples: pd.DataFrame) -> np.ndarray:
    return samples["time"].astype("int64").to_numpy() / 1e6


def at_same_times(files: dict[str, Path], pair: Pair) -> pd.DataFrame:
    """The samples that both files have, side by side, by their clock."""
    one, other = (recording.samples for recording in both(files, pair))
    shifted = other.assign(time=other["time"] - pd.Timedelta(seconds=pair.clock_s))
    return one.merge(shifted, on="time", suffixes=("", "_other"))


@dataclass(frozen=True)
class Agreement:
    """How two recordings agree, the second over the first [%]."""

    bias_pct: float
    sd_pct: float
    count: int


def in_windows(files: dict[str, Path], pair: Pair) -> dict[str, np.ndarray]:
    """Means of usable seconds over half minutes by the clock, of both files: (n, 2)."""
    tables = []
    for recording, clock_s in zip(both(files, pair), (0.0, pair.clock_s), strict=True):
        samples = clean(recording.samples, pauses=recording.pauses)
        tables.append((seconds_of(samples) - clock_s, samples))
    first = np.ceil(max(time[0] for time, _ in tables))
    grid = np.arange(first, min(time[-1] for time, _ in tables))
    is_used = np.ones(len(grid), dtype=bool)
    values: dict[str, list[np.ndarray]] = {"speed_mps": [], "cadence_spm": []}
    for time, samples in tables:
        at, is_near = nearest(time, grid)
        is_used &= is_near & samples["is_usable"].to_numpy()[at]
        for name, columns in values.items():
            if name in samples and samples[name].notna().any():
                columns.append(samples[name].to_numpy(float)[at])
    window = ((grid - first) // WINDOW_S).astype(int)
    means = {}
    for name, columns in values.items():
        if len(columns) == 2:
            known = is_used & np.isfinite(columns[0]) & np.isfinite(columns[1])
            count = np.bincount(window[known], minlength=window[-1] + 1)
            enough = count >= 0.9 * WINDOW_S
            sums = [np.bincount(window[known], c[known], len(count)) for c in columns]
            means[name] = np.column_stack([s[enough] / count[enough] for s in sums])
    if len(means) == 2 and len(means["speed_mps"]) == len(means["cadence_spm"]):
        means["step_length_m"] = 60 * means["speed_mps"] / means["cadence_spm"]
    return {name: columns for name, columns in means.items() if len(columns)}


def nearest(time: np.ndarray, grid: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    right = np.clip(np.searchsorted(time, grid), 1, len(time) - 1)
    is_left = grid - time[right - 1] <= time[right] - grid
    at = np.where(is_left, right - 1, right)
    return at, np.abs(time[at] - grid) <= NEAR_S


@cache
def _agreement(files: tuple[tuple[str, Path], ...], pair: Pair) -> dict[str, Agreement]:
    found = {}
    for name, columns in in_windows(dict(files), pair).items():
        pct = 100 * np.log(columns[:, 1] / columns[:, 0])
        found[name] = Agreement(float(pct.mean()), float(pct.std()), len(pct))
    return found


def agreement(files: dict[str, Path], pair: Pair) -> dict[str, Agreement]:
    return _agreement(tuple(files.items()), pair)


def run_means_pct(files: dict[str, Path], pair: Pair) -> dict[str, float]:
    one, other = (row_of(path_of(files, end)) for end in (pair.one, pair.other))
    return {name: float(100 * np.log(other[name] / one[name])) for name in MEANS}


def lag_of(one: pd.DataFrame, other: pd.DataFrame, guess_s: float) -> float:
    """Find the clock offset at which the two speeds go together best [s]."""
    time, shifted = seconds_of(one), seconds_of(other) - guess_s
    best = (-1.0, 0)
    for lag in range(-30, 31):
        first = max(time[0], shifted[0] - lag)
        grid = np.arange(np.ceil(first), min(time[-1], shifted[-1] - lag))
        x = one["speed_mps"].to_numpy(float)[nearest(time, grid)[0]]
        y = other["speed_mps"].to_numpy(float)[nearest(shifted - lag, grid)[0]]
        known = np.isfinite(x) & np.isfinite(y)
        best = max(best, (float(np.corrcoef(x[known], y[known])[0, 1]), lag))
    return guess_s + best[1]


def path_m(samples: pd.DataFrame) -> float:
    latitude = np.radians(samples["latitude_deg"].dropna().to_numpy())
    longitude = np.radians(samples["longitude_deg"].dropna().to_numpy())
    east = np.diff(longitude) * np.cos(latitude[1:])
    return float(6_371_008.8 * np.hypot(np.diff(latitude), east).sum())


def by_its_speed_m(samples: pd.DataFrame) -> float:
    """What the recorded speed adds up to."""
    spans_s = np.diff(samples["elapsed_s"])
    return float(np.nansum(samples["speed_mps"].to_numpy()[1:] * spans_s))


# One recording, written twice ---------------------------------------------------------


@pytest.mark.parametrize("pair", ONE_RECORDING, ids=str)
def test_one_recording_has_the_same_speeds_in_both_files(files, pair):
    table = at_same_times(files, pair)
    off = (table["speed_mps_other"] - table["speed_mps"]).abs()

    assert len(table) > 380
    assert off.notna().mean() > 0.97
    # FIT has whole millimetres a second; TCX the same number as a 4-byte float.
    assert off.max() < 3e-7


@pytest.mark.parametrize("pair", [FENIX_3, FR945, INDOORS, RESAVED], ids=str)
def test_what_is_lost_of_cadence_is_the_half_of_the_stride_and_no_more(files, pair):
    table = at_same_times(files, pair).dropna(subset=["cadence_spm_other"])
    steps = table["cadence_spm"].to_numpy()

    assert table["cadence_spm_other"].tolist() == (2 * (steps // 2)).tolist()


def test_two_saves_of_one_file_have_the_same_cadence(files):
    table = at_same_times(files, SUUNTO)

    pd.testing.assert_series_equal(
        table["cadence_spm"], table["cadence_spm_other"], check_names=False
    )


@pytest.mark.parametrize("pair", ONE_RECORDING, ids=str)
def test_one_recording_gives_the_same_run(files, pair):
    means = run_means_pct(files, pair)
    one, other = (row_of(path_of(files, end)) for end in (pair.one, pair.other))

    known = [abs(pct) for pct in means.values() if np.isfinite(pct)]
    assert known
    assert max(known) < 0.15
    assert max(each.sd_pct for each in agreement(files, pair).values()) < 0.1
    assert other["distance_m"] == pytest.approx(one["distance_m"], rel=1e-6)
    assert other["duration_s"] == pytest.approx(one["duration_s"], rel=1e-3)


@pytest.mark.parametrize("pair", [FENIX_3, FR945, INDOORS, SUUNTO], ids=str)
def test_one_recording_gives_the_same_half_minutes(files, pair):
    one, other = map(steady_windows, both(files, pair))
    table = one.merge(other, on="elapsed_s", suffixes=("", "_other"))
    pct = 100 * np.log(table["step_length_m_other"] / table["step_length_m"])

    assert len(table) >= max(len(one), len(other)) - 2
    assert abs(pct).max() < 0.5
    assert abs(pct.mean()) < 0.15


def test_a_file_saved_again_elsewhere_keeps_speed_and_moves_the_clock(files):
    one, other = both(files, RESAVED)
    table = at_same_times(files, RESAVED)

    # The wall clock of UTC+2 written as UTC, and a second less.
    assert lag_of(one.samples, other.samples, 7200.0) == RESAVED.clock_s
    assert len(table) == 1440
    assert (table["speed_mps_other"] - table["speed_mps"]).abs().max() < 0.00101
    assert max(map(abs, run_means_pct(files, RESAVED).values())) < 0.5
    assert max(each.sd_pct for each in agreement(files, RESAVED).values()) < 0.15
    assert other.device == ""


# One recording, as GPX ----------------------------------------------------------------


@pytest.mark.parametrize("pair", [*AS_GPX, FR220], ids=str)
def test_a_gpx_has_the_positions_of_the_recording(files, pair):
    table = at_same_times(files, pair)

    for name in ("latitude_deg", "longitude_deg"):
        off = (table[f"{name}_other"] - table[name]).abs()
        assert off.max() < 1e-7


@pytest.mark.parametrize("pair", [FR945_GPX, FR220], ids=str)
def test_a_gpx_has_the_cadence_of_the_recording(files, pair):
    table = at_same_times(files, pair)
    halves_lost = 2 * (table["cadence_spm"].to_numpy() // 2)

    assert table["cadence_spm_other"].tolist() == halves_lost.tolist()


def test_the_distance_of_a_gpx_is_its_path(files):
    for pair in AS_GPX:
        samples = read(path_of(files, pair.other)).samples

        last_m = samples["distance_m"].iloc[-1]
        assert last_m == pytest.approx(path_m(samples), rel=1e-3)


def test_a_gpx_bridges_the_seconds_in_which_the_watch_lost_its_position(files):
    one, other = both(files, FR945_GPX)
    lost = one.samples["latitude_deg"].isna()
    spans_s = np.diff(other.samples["elapsed_s"])
    steps_m = np.diff(other.samples["distance_m"])

    assert lost.sum() == 21
    assert len(one.samples) - len(other.samples) == 21
    assert steps_m[spans_s > 2].sum() == pytest.approx(107, abs=1)


@pytest.mark.parametrize(
    ("end", "low", "high"),
    [
        ("fenix_3_hr.fit", -0.9, -0.6),
        ("3386684871.fit", -0.7, -0.5),
        ("sloatsburg.fit", -1.2, -0.9),
        ("garmin_fenix_6.fit", -0.7, -0.4),
        ("coros_pace_2.fit", -0.5, -0.2),
        ("83.fit", -0.9, -0.6),
        ("1e0e-run.tcx.gz", -2.0, -1.6),
    ],
)
def test_the_speed_of_a_watch_adds_up_to_less_than_its_distance(files, end, low, high):
    """Its speed is smoothed and starts late; its distance is not, and does not."""
    samples = read(path_of(files, end)).samples
    pct = 100 * np.log(by_its_speed_m(samples) / samples["distance_m"].max())

    assert low < pct < high


@pytest.mark.parametrize(
    ("pair", "most_sd_pct"),
    [(FR945_GPX, 8.0), (TOMTOM, 8.0), (FR405, 1.0)],
    ids=str,
)
def test_a_gpx_agrees_within_the_stated_error(files, pair, most_sd_pct):
    means = run_means_pct(files, pair)
    found = agreement(files, pair)["speed_mps"]

    assert abs(means["mean_speed_mps"]) < 2.5
    assert abs(found.bias_pct) < 2.5
    assert found.sd_pct < most_sd_pct
    # A file without cadence has none in its mean either.
    assert not abs(means["mean_cadence_spm"]) > 0.3


def test_it_is_the_speed_of_the_watch_that_is_smoothed_and_not_its_distance(files):
    """The same half minutes agree to within 1 % where distances are set in place."""
    pct = distances_pct(files, FR945_GPX, WINDOW_S)
    usual_pct = 1.4826 * np.median(np.abs(pct - np.median(pct)))

    assert usual_pct < 1
    assert agreement(files, FR945_GPX)["speed_mps"].sd_pct > 5 * usual_pct
    assert agreement(files, FR405)["speed_mps"].sd_pct < 0.5


@pytest.mark.parametrize(
    ("end", "sd_pct", "long_sd_pct"),
    [
        ("fenix_3_hr.fit", 5.2, 2.4),
        ("3386684871.fit", 5.3, 2.8),
        ("garmin_fenix_6.fit", 4.5, 2.7),
        ("coros_pace_2.fit", 3.4, 1.3),
        ("83.fit", 2.2, 0.3),
        ("1e0e-run.tcx.gz", 8.6, 4.1),
    ],
)
def test_a_watch_does_not_agree_with_itself_about_half_a_minute(
    files, end, sd_pct, long_sd_pct
):
    samples = read(path_of(files, end)).samples
    samples = samples[samples["elapsed_s"] >= 120].dropna(
        subset=["speed_mps", "distance_m"]
    )
    spread = {}
    for span_s in (30, 120):
        span = (samples["elapsed_s"] // span_s).astype(int)
        by_span = samples.groupby(span)
        speed = by_span["speed_mps"].mean()
        covered_m = by_span["distance_m"].first().diff(-1).mul(-1)
        pct = 100 * np.log(speed / (covered_m / span_s))
        spread[span_s] = float(pct[by_span.size() >= 0.9 * span_s].std())

    assert spread[30] == pytest.approx(sd_pct, abs=0.1)
    assert spread[120] == pytest.approx(long_sd_pct, abs=0.1)


def test_a_gpx_does_not_know_when_the_timer_stood(files):
    one, other = (row_of(path_of(files, end)) for end in (FR405.one, FR405.other))

    assert other["duration_s"] - one["duration_s"] == pytest.approx(80.55, abs=0.1)
    assert other["distance_m"] == pytest.approx(one["distance_m"], rel=0.0011)


# Two devices --------------------------------------------------------------------------


def test_two_watches_agree_within_the_stated_error(files):
    means = run_means_pct(files, WATCHES)
    found = agreement(files, WATCHES)

    assert abs(means["mean_speed_mps"]) < 2
    assert abs(means["mean_cadence_spm"]) < 1
    assert abs(means["mean_step_length_m"]) < 1
    assert found["speed_mps"].sd_pct < 4
    assert found["cadence_spm"].sd_pct < 0.5
    assert found["step_length_m"].sd_pct < 4


def test_two_watches_count_the_same_steps_though_their_cadences_differ(files):
    """One writes a cadence that adds up to more steps than it counted itself."""
    steps, written = {}, {}
    for end in (WATCHES.one, WATCHES.other):
        path = path_of(files, end)
        steps[end] = 2 * strides_of(path)
        samples = read(path).samples
        written[end] = float(samples["cadence_spm"].sum() / 60)
    one, other = WATCHES.one, WATCHES.other

    assert steps[other] == pytest.approx(steps[one], rel=3e-4)
    assert written[one] == pytest.approx(steps[one], rel=2e-4)
    assert written[other] / steps[other] == pytest.approx(1.006, abs=5e-4)


def strides_of(path: Path) -> int:
    with fitdecode.FitReader(path) as reader:
        [session] = [
            frame
            for frame in reader
            if isinstance(frame, fitdecode.FitDataMessage) and frame.name == "session"
        ]
    return int(session.get_value("total_strides"))


def test_two_watches_were_set_to_the_same_second(files):
    one, other = (recording.samples for recording in both(files, WATCHES))
    apart_m = {}
    for lag in range(-5, 6):
        shifted = other.assign(time=other["time"] + pd.Timedelta(seconds=lag))
        table = one.merge(shifted, on="time", suffixes=("", "_other"))
        north = np.radians(table["latitude_deg_other"] - table["latitude_deg"])
        east = np.radians(table["longitude_deg_other"] - table["longitude_deg"])
        east *= np.cos(np.radians(table["latitude_deg"].mean()))
        apart_m[lag] = 6_371_008.8 * float(np.nanmedian(np.hypot(north, east)))

    assert min(apart_m, key=apart_m.__getitem__) in {-1, 0, 1}
    assert min(apart_m.values()) < 10


def test_a_phone_and_a_watch_agree_within_the_stated_error(files):
    means = run_means_pct(files, PHONE)
    found = agreement(files, PHONE)["speed_mps"]
    one, other = (row_of(path_of(files, end)) for end in (PHONE.one, PHONE.other))

    assert abs(means["mean_speed_mps"]) < 2
    assert abs(found.bias_pct) < 2
    assert found.sd_pct < 4
    assert other["distance_m"] == pytest.approx(1.0135 * one["distance_m"], rel=1e-3)


@pytest.mark.parametrize("pair", [WATCHES, PHONE], ids=str)
def test_what_two_devices_differ_by_is_a_matter_of_seconds(files, pair):
    """Over minutes their distances agree; over half a minute positions are noise."""
    spread = {
        span_s: distances_pct(files, pair, span_s).std() for span_s in (30, 120, 600)
    }

    assert spread[30] > 1.8 * spread[120] > 2.2 * spread[600]
    assert spread[600] < 1


def distances_pct(files: dict[str, Path], pair: Pair, span_s: float) -> np.ndarray:
    """Distances covered in spans of time by both, after the first minute."""
    tables = []
    for recording in both(files, pair):
        samples = recording.samples.dropna(subset=["distance_m"])
        tables.append((seconds_of(samples), samples["distance_m"].to_numpy()))
    first = max(time[0] for time, _ in tables) + 60
    edges = np.arange(first, min(time[-1] for time, _ in tables), span_s)
    one, other = (np.diff(np.interp(edges, time, far)) for time, far in tables)
    return 100 * np.log(other / one)


# The page -----------------------------------------------------------------------------

QUANTITIES = ("speed_mps", "cadence_spm", "step_length_m")
_ROW = re.compile(r"^\| (?P<run>[^|]+?) \|(?P<cells>[-−+–0-9.± |]+)\|$", re.MULTILINE)


def told() -> dict[str, list[list[float]]]:
    """Give the rows of the page's table: the numbers of each cell, none for a dash."""
    return {
        match["run"]: [
            [float(number) for number in re.findall(r"[-+]?[0-9]+\.?[0-9]*", cell)]
            for cell in match["cells"].replace("−", "-").split("|")
        ]
        for match in _ROW.finditer(PAGE.read_text(encoding="utf-8"))
    }


def measured(files: dict[str, Path], pair: Pair) -> list[list[float]]:
    """Give what a row of the page tells, in its order."""
    found, means = agreement(files, pair), run_means_pct(files, pair)
    return [
        [found["speed_mps"].count],
        *(
            [found[name].bias_pct, found[name].sd_pct] if name in found else []
            for name in QUANTITIES
        ),
        *([means[name]] if np.isfinite(means[name]) else [] for name in MEANS),
    ]


@pytest.mark.parametrize("pair", COMPARED, ids=str)
def test_the_page_tells_what_is_measured(files, pair):
    row = told()[pair.run]
    found = measured(files, pair)

    assert [len(cell) for cell in row] == [len(cell) for cell in found]
    # What counts as steady may change a little without the page being wrong.
    assert row[0][0] == pytest.approx(found[0][0], abs=3, rel=0.1)
    for told_cell, found_cell in zip(row[1:], found[1:], strict=True):
        assert told_cell == pytest.approx(found_cell, abs=0.3, rel=0.15)


def test_the_page_has_a_row_for_every_pair_and_no_other():
    assert set(told()) == {pair.run for pair in COMPARED}


def row_of_page(files: dict[str, Path], pair: Pair) -> str:
    """Write the row of the page's table."""
    [count], *cells = measured(files, pair)
    texts = []
    for cell in cells:
        first = f"{round(cell[0], 2) + 0.0:+.2f}" if cell else "–"
        texts.append(first.replace("+0.00", "0.00").replace("-", "−"))
        if len(cell) == 2:
            texts[-1] += f" ± {cell[1]:.2f}"
    return f"| {pair.run} | {count:.0f} | {' | '.join(texts)} |"


if __name__ == "__main__":
    if not (SHARED / "MANIFEST.csv").is_file():
        absent = f"real data not found at {SHARED}; set HIPSTRIDE_SHARED_DATA to it"
        raise SystemExit(absent)
    for each in COMPARED:
        print(row_of_page(files_of(SHARED), each))
