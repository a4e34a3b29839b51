"""Make data/sample again: eight short simulated runs in as many formats as we read.

    python -m tests.studies.make_sample [FOLDER]

The same version of hipstride makes the same data; tests/test_sample.py checks it.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from hipstride import simulate
from hipstride.simulate import Change, Runner
from hipstride.tables import Recording

SEED = 57
DURATION_S = 1500.0
# One treadmill run and, last, one run that only a foot pod recorded.
FORMATS = ("fit", "fit.gz", "gpx", "tcx", "fit", "fit", "tcx.gz", "fit")
RUNNER = Runner(
    mean_distance_m=4_500.0,
    distance_sd_pct=10.0,
    treadmill_share=0.1,
    effect_points_per_pct=0.3,
    pain_baseline_points=3.0,
    changes=(Change(on=4, stride_pct=-4.0, label="shorter stride", kind="stride"),),
)
STRYD_HEADER = (
    "Timestamp",
    "Power (w/kg)",
    "Stryd Speed (m/s)",
    "Stryd Distance (meters)",
    "Cadence (spm)",
    "Ground Time (ms)",
    "Vertical Oscillation (cm)",
    "Watch Elevation (m)",
)


def make(folder: Path) -> Path:
    history = simulate.history(RUNNER, n_runs=len(FORMATS), seed=SEED)
    runs = folder / "runs"
    simulate.write(history, runs, formats=FORMATS, duration_s=DURATION_S)
    for name in ("journal.csv", "changes.csv", "truth.json"):
        (runs / name).replace(folder / name)
    *_, last = simulate.recordings(history, duration_s=DURATION_S)
    (runs / "run-0008.fit").unlink()
    write_stryd(last, runs / "run-0008-pod.csv")
    return folder


def write_stryd(recording: Recording, path: Path) -> None:
    """Write a run as the CSV that a foot pod's site exports."""
    samples = recording.samples
    epoch_s = samples["time"].dt.as_unit("s").astype("int64")
    power = 1.04 * samples["speed_mps"]
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(STRYD_HEADER)
        writer.writerows(
            zip(
                epoch_s,
                power.map("{:.2f}".format),
                samples["speed_mps"].map("{:.3f}".format),
                samples["distance_m"].map("{:.2f}".format),
                samples["cadence_spm"].map("{:.0f}".format),
                (1000 * samples["ground_contact_s"]).map("{:.0f}".format),
                (100 * samples["vertical_oscillation_m"]).map("{:.2f}".format),
                samples["altitude_m"].map("{:.1f}".format),
                strict=True,
            )
        )


def main() -> None:
    root = Path(__file__).resolve().parents[2]
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else root / "data" / "sample"
    make(folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"wrote {folder}, {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
