"""The runs of a simulated history, second by second, as a watch records them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.simulate._history import History
from hipstride.simulate._motion import SETTLED_S, RunTruth, motion_of
from hipstride.simulate._runner import Runner
from hipstride.simulate._tables import file_stem
from hipstride.simulate._watch import signals_of
from hipstride.tables import PAUSES, SAMPLES, Recording
from hipstride.units import METRES_PER_KILOMETRE, SECONDS_PER_MINUTE

__all__ = ["recordings"]

Floats = NDArray[np.float64]

_PAUSES_PER_RUN = 0.8


def recordings(
    history: History, *, seed: int | None = None, duration_s: float | None = None
) -> Iterator[Recording]:
    """Give the runs of a history one by one, second by second.

    Parameters
    ----------
    history : History
        The runs and their truth.
    seed : int, optional
        Of the noise within the runs; the history's own where not given. A run's noise
        does not depend on the runs before it.
    duration_s : float, optional
        Make every run this long by the timer; its own duration where not given [s].

    Yields
    ------
    Recording
        One run with samples at 1 Hz, kilometre laps and pauses.

    Raises
    ------
    ValueError
        If the duration is below a minute.

    Examples
    --------
    >>> from hipstride.simulate import Runner, history
    >>> first = next(recordings(history(Runner(), n_runs=2, seed=1), duration_s=600))
    >>> len(first.samples), first.sport
    (601, 'running')
    """
    if duration_s is not None and not duration_s >= SECONDS_PER_MINUTE:
        msg = f"duration_s: found {duration_s:g}; expected at least a minute"
        raise ValueError(msg)
    names = [field.name for field in fields(RunTruth)]
    rows = history.runs_truth[names].itertuples(index=False, name=None)
    for run, row in enumerate(rows):
        truth = RunTruth(*row)
        rng = np.random.default_rng([history.seed if seed is None else seed, run])
        own_s = truth.distance_m / truth.speed_mps
        seconds = round(own_s if duration_s is None else duration_s)
        yield _recording(rng, history.runner, run, truth, seconds)


def _recording(
    rng: np.random.Generator,
    runner: Runner,
    run: int,
    truth: RunTruth,
    seconds: int,
) -> Recording:
    motion = motion_of(rng, runner, truth, seconds)
    columns = signals_of(rng, runner, motion, truth)
    elapsed_s, pauses = _paused(rng, seconds)
    time = truth.started_at + pd.to_timedelta(elapsed_s, unit="s").as_unit("us")
    samples = pd.DataFrame(
        {"time": time.as_unit("us"), "elapsed_s": elapsed_s, **columns}
    )
    return Recording(
        run_id=f"sim-{run + 1:04d}",
        source=file_stem(run),
        format="fit",
        sport="running",
        sub_sport="treadmill" if truth.is_treadmill else "generic",
        device=truth.device,
        started_at=truth.started_at,
        utc_offset=pd.Timedelta(hours=runner.utc_offset_h),
        samples=SAMPLES.order(samples),
        laps=_laps(columns["distance_m"], elapsed_s, truth.started_at),
        pauses=pauses,
        rpe_0_10=float(np.clip(round(4 + truth.speed_pct / 8), 1, 10)),
        feel_0_100=25.0 * round(4 * float(np.clip(rng.normal(0.65, 0.15), 0, 1))),
        distance_m=float(columns["distance_m"][-1]),
        timer_s=float(seconds),
    )


def _paused(rng: np.random.Generator, seconds: int) -> tuple[Floats, pd.DataFrame]:
    """Stop the timer now and then, and give the wall-clock second of each sample."""
    second = np.arange(seconds + 1)
    count = int(rng.poisson(_PAUSES_PER_RUN)) if seconds > 2 * SETTLED_S else 0
    latest = max(seconds - 60, SETTLED_S + 1)
    stops = np.unique(rng.integers(SETTLED_S, latest, count))
    spans = rng.integers(20, 90, len(stops))
    lost = np.zeros(seconds + 1, dtype=np.int64)
    for stop, span in zip(stops, spans, strict=True):
        lost[stop + 1 :] += span
    elapsed_s = (second + lost).astype(np.float64)
    pauses = PAUSES.empty()
    if count:
        pauses = pd.DataFrame(
            {"elapsed_s": elapsed_s[stops], "duration_s": spans.astype(np.float64)}
        )
    return elapsed_s, pauses


def _laps(
    distance_m: Floats, elapsed_s: Floats, started_at: pd.Timestamp
) -> pd.DataFrame:
    """Lap at every kilometre, as watches do of themselves."""
    marks = np.arange(METRES_PER_KILOMETRE, distance_m[-1], METRES_PER_KILOMETRE)
    first = np.concatenate(([0], np.searchsorted(distance_m, marks)))
    bounds = np.append(first, len(distance_m) - 1)
    return pd.DataFrame(
        {
            "lap": np.arange(1, len(first) + 1),
            "started_at": started_at
            + pd.to_timedelta(elapsed_s[first], unit="s").as_unit("us"),
            "duration_s": np.diff(bounds).astype(np.float64),
            "distance_m": np.diff(distance_m[bounds]),
        }
    )
