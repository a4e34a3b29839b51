"""Build samples, recordings and windows whose answer is known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hipstride.tables import Recording

START = pd.Timestamp("2026-09-01 06:00", tz="UTC")


def samples(seconds=3600, *, every_s=1.0, speed=3.0, cadence=170.0, **columns):
    """Steady samples; any column may be a number or an array, None leaves it out."""
    elapsed_s = np.arange(0.0, seconds, every_s) if np.isscalar(seconds) else seconds
    values = {"speed_mps": speed, "cadence_spm": cadence, **columns}
    frame = pd.DataFrame({"elapsed_s": np.asarray(elapsed_s, dtype=float)})
    frame = frame.assign(
        **{
            name: np.broadcast_to(np.asarray(value, dtype=float), len(frame)).copy()
            for name, value in values.items()
            if value is not None
        }
    )
    time = START + pd.to_timedelta(frame["elapsed_s"], unit="s").dt.as_unit("us")
    frame.insert(0, "time", time.astype("datetime64[us, UTC]"))
    return frame


def recording(frame, *, run_id="a", day=0.0, hours=None, **fields):
    """Give a recording of these samples, some days after `START`."""
    started_at = START + pd.Timedelta(days=day)
    values = {
        "source": f"{run_id}.fit",
        "format": "fit",
        "sport": "running",
        "sub_sport": "",
        "device": "watch",
        "utc_offset": None if hours is None else pd.Timedelta(hours=hours),
        "laps": pd.DataFrame(),
        **fields,
    }
    return Recording(run_id=run_id, started_at=started_at, samples=frame, **values)


def pauses(*spans):
    """Give a table of pauses from (start, duration) in seconds."""
    return pd.DataFrame(
        {
            "elapsed_s": [float(start) for start, _ in spans],
            "duration_s": [float(length) for _, length in spans],
        }
    )


def ar1(rng, n, rho):
    """Autocorrelated noise of unit variance."""
    noise = rng.standard_normal(n)
    for i in range(1, n):
        noise[i] = rho * noise[i - 1] + np.sqrt(1 - rho**2) * noise[i]
    return noise


def windows(
    rng,
    *,
    form_pct,
    run_speed_mps,
    n=60,
    slope=0.88,
    grade_slope=-0.004,
    downhill_slope=None,
    bend=0.0,
    spread=0.05,
    noise_pct=1.5,
    rho=0.6,
    white_pct=1.0,
    gps_pct=0.0,
    base_m=1.05,
):
    """Half minutes of runs of known form, with noise that remembers.

    `form_pct` is how much longer the runner's steps are in each run at one speed; the
    true step at 3 m/s on the flat is ``base_m * exp(form_pct / 100)``.
    """
    frames = []
    pairs = zip(form_pct, run_speed_mps, strict=True)
    for number, (form, run_speed) in enumerate(pairs):
        true = np.log(run_speed) + spread * ar1(rng, n, 0.7)
        grade_pct = ar1(rng, n, 0.8)
        noise = noise_pct * ar1(rng, n, rho) + white_pct * rng.standard_normal(n)
        x = true - np.log(3.0)
        log_step = (
            np.log(base_m)
            + form / 100
            + slope * x
            + bend * x**2
            + grade_slope * np.maximum(grade_pct, 0)
            + (grade_slope if downhill_slope is None else downhill_slope)
            * np.minimum(grade_pct, 0)
            + noise / 100
        )
        cadence_spm = 60 * np.exp(true - log_step)
        speed_mps = np.exp(true + gps_pct / 100 * rng.standard_normal(n))
        frames.append(
            pd.DataFrame(
                {
                    "run_id": f"run{number:03d}",
                    "elapsed_s": 240.0 + 30 * np.arange(n),
                    "duration_s": 30.0,
                    "speed_mps": speed_mps,
                    "cadence_spm": cadence_spm,
                    "step_length_m": 60 * speed_mps / cadence_spm,
                    "grade_pct": grade_pct,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)
