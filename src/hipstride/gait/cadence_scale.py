"""Runs whose cadence or speed is on another scale than the runner's others.

A file that counts one foot where its reader took both, or miles taken for kilometres,
looks like a change of stride by half or more, and a whole history turns on it. One run
alone may not tell; the others do.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.gait._scale_reference import MIN_RUNS, Reference, reference_of
from hipstride.gait._scale_verdicts import (
    NO_STEPS,
    Verdict,
    verdict_of_cadence,
    verdict_of_speed,
    words,
)
from hipstride.gait.timer import column
from hipstride.tables import RUNS

__all__ = ["scale_audit"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Samples = Callable[[str], pd.DataFrame]

# A change of form moves a runner's cadence by a tenth at most; a fifth is a scale.
_MAX_OFF = 0.18
_SDS = 4.0
# A speed so far from the usual, 1.4 times or more, is looked at.
_MIN_SPEED_OFF = 0.35
# Faster than anybody, as the mean of a run.
_MAX_MEAN_MPS = 7.0
# A run that moved like one, and in which hardly a second has the cadence of a run.
_MIN_MOVING_S, _MIN_RUN_MPS, _MAX_RUNNING_SHARE = 300.0, 2.2, 0.2
_MIN_CADENCE, _MIN_MOMENTS = 25.0, 20


def scale_audit(runs: pd.DataFrame, *, samples: Samples | None = None) -> pd.DataFrame:
    """Hold each run's cadence and speed against the runner's other runs.

    Parameters
    ----------
    runs : DataFrame
        A `RUNS` table of one runner, with ``mean_cadence_spm`` and ``mean_speed_mps``.
    samples : callable, optional
        Gives the `SAMPLES` of a run by its id, such as ``library.samples``. It is asked
        only for runs that moved like a run and have no cadence of one: their means
        cannot stand in the table, and are taken from it.

    Returns
    -------
    DataFrame
        One row a run, in the order of `runs`: run_id, local_date, device, source,
        mean_cadence_spm, mean_speed_mps, expected_cadence_spm, ratio (of the two
        cadences), suspected (missing where the run agrees) and evidence (in words,
        missing likewise). With fewer than 5 runs of known cadence ``ratio`` is NaN and
        nothing is suspected.

    Raises
    ------
    TableError
        If a column is missing or of the wrong kind.

    Notes
    -----
    1. The expected cadence is the median of the other runs, each brought to the run's
       speed by the published elasticity 0.14. Where fewer than 5 of them have the
       cadence of a runner, people in general stand in.
    2. A ratio within a fifth of 1/2 or 2 is another way of counting.
    3. Another ratio beyond 18 % and four standard deviations is named and left open.
    4. A speed 1.4 times the usual or more, at a cadence that belongs to the usual one,
       is off: cadence hardly depends on speed, but enough to tell. The units whose
       ratio is near are named.

    A change of form of a tenth, which people do train, is not reported.

    References
    ----------
    .. [1] Cavanagh PR, Kram R. Stride length in distance running. Med Sci Sports Exerc
       1989;21:467-479.

    Examples
    --------
    >>> runs = pd.DataFrame(
    ...     {
    ...         "run_id": list("abcdef"),
    ...         "local_date": pd.date_range("2026-09-01", periods=6, unit="us"),
    ...         "mean_cadence_spm": [160.0, 162, 164, 166, 168, 82],
    ...         "mean_speed_mps": 3.0,
    ...     }
    ... )
    >>> audit = scale_audit(runs)
    >>> audit.loc[audit["suspected"].notna(), ["run_id", "suspected"]].values.tolist()
    [['f', 'counts one foot']]
    """
    RUNS.check(runs, "run_id", "local_date", "mean_cadence_spm", "mean_speed_mps")
    run_ids = [str(run_id) for run_id in runs["run_id"]]
    cadence_spm = column(runs, "mean_cadence_spm").copy()
    # No steps at all is none known, as is a speed of 0.
    cadence_spm[~(cadence_spm > 0)] = np.nan
    speed_mps = column(runs, "mean_speed_mps").copy()
    overall_mps = _overall_speed(runs)
    is_odd = np.isnan(cadence_spm) & _has_no_running(runs, overall_mps)
    if samples is not None:
        for row in np.flatnonzero(is_odd).tolist():
            own_samples = samples(run_ids[row])
            is_odd[row] = _may_have_cadence(own_samples)
            cadence_spm[row], speed_mps[row] = _means(own_samples)
    # 1
    own = reference_of(cadence_spm, speed_mps)
    expected_spm = np.exp(own.log_cadence)
    ratio = cadence_spm / expected_spm
    is_enough = np.count_nonzero(np.isfinite(ratio)) >= MIN_RUNS
    if not is_enough:
        expected_spm, ratio = np.full((2, len(ratio)), np.nan)
    verdicts: dict[int, Verdict | None] = {}
    if is_enough:
        for row in _worth_a_look(ratio, speed_mps, own):
            verdicts[row] = _verdict(row, cadence_spm[row], speed_mps[row], own)
        for row in np.flatnonzero(np.isnan(ratio)).tolist():
            verdicts[row] = _without_cadence(overall_mps[row], is_odd=is_odd[row])
    said = [verdicts.get(row) for row in range(len(runs))]
    return pd.DataFrame(
        {
            "run_id": run_ids,
            "local_date": runs["local_date"].to_numpy(),
            "device": _texts(runs, "device"),
            "source": _texts(runs, "source"),
            "mean_cadence_spm": cadence_spm,
            "mean_speed_mps": speed_mps,
            "expected_cadence_spm": expected_spm,
            "ratio": ratio,
            "suspected": words([one and one.suspected for one in said]),
            "evidence": words([one and one.evidence for one in said]),
        }
    )


def _overall_speed(runs: pd.DataFrame) -> Floats:
    """Give the speed of the whole run, by its distance and the time in motion."""
    if "moving_s" not in runs.columns or "distance_m" not in runs.columns:
        return np.full(len(runs), np.nan)
    moving_s = column(runs, "moving_s")
    with np.errstate(invalid="ignore", divide="ignore"):
        speed_mps = column(runs, "distance_m") / moving_s
    return np.where(moving_s >= _MIN_MOVING_S, speed_mps, np.nan)


def _has_no_running(runs: pd.DataFrame, overall_mps: Floats) -> Flags:
    """Tell the runs that moved like one, and hardly ever at the cadence of one.

    `clean` judges running by cadence where there is any. A run without is judged by its
    speed, and so is not among these.
    """
    if "running_s" not in runs.columns:
        return np.zeros(len(runs), dtype=np.bool_)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = column(runs, "running_s") / column(runs, "moving_s")
        return np.asarray((overall_mps >= _MIN_RUN_MPS) & (share < _MAX_RUNNING_SHARE))


def _may_have_cadence(samples: pd.DataFrame) -> bool:
    """Tell whether there is one; of no samples at all nothing is known."""
    if not len(samples):
        return True
    return "cadence_spm" in samples.columns and bool(
        samples["cadence_spm"].notna().any()
    )


def _means(samples: pd.DataFrame) -> tuple[float, float]:
    """Give the middle cadence and speed of a run, whatever the cadence is of."""
    if not {"cadence_spm", "speed_mps"} <= set(samples.columns):
        return np.nan, np.nan
    cadence_spm, speed_mps = (
        column(samples, "cadence_spm"),
        column(samples, "speed_mps"),
    )
    used = (cadence_spm >= _MIN_CADENCE) & (speed_mps >= _MIN_RUN_MPS)
    if np.count_nonzero(used) < _MIN_MOMENTS:
        return np.nan, np.nan
    return float(np.median(cadence_spm[used])), float(np.median(speed_mps[used]))


def _worth_a_look(ratio: Floats, speed_mps: Floats, own: Reference) -> list[int]:
    """Give the few rows that may be anything but usual."""
    with np.errstate(invalid="ignore", divide="ignore"):
        is_far = np.abs(np.log(ratio)) > _MAX_OFF
        is_far |= np.abs(np.log(speed_mps) - own.log_speed) > _MIN_SPEED_OFF
    return [int(row) for row in np.flatnonzero(is_far & np.isfinite(ratio))]


def _verdict(
    row: int, cadence_spm: float, speed_mps: float, own: Reference
) -> Verdict | None:
    expected_spm = float(np.exp(own.log_cadence[row]))
    off_log = float(np.log(cadence_spm / expected_spm))
    n_others = int(np.count_nonzero(own.is_used)) - int(own.is_used[row])
    who = f"your {n_others:,} other runs take" if own.is_own else "people take"
    # 2, 3
    found = verdict_of_cadence(
        off_log,
        max(_MAX_OFF, _SDS * own.cadence_sd),
        f"{cadence_spm:.0f} steps/min at {speed_mps:.2f} m/s, where {who} "
        f"{expected_spm:.0f}",
    )
    if found is not None or not own.is_own:
        return found
    # 4
    speed_off = float(np.log(speed_mps) - own.log_speed)
    return verdict_of_speed(
        off_log,
        speed_off,
        max(_MIN_SPEED_OFF, _SDS * own.speed_sd),
        own.cadence_sd,
        f"{speed_mps:.2f} m/s is {np.exp(speed_off):.2f} times your usual "
        f"{np.exp(own.log_speed):.2f} m/s, but {cadence_spm:.0f} steps/min belong to "
        "the usual",
    )


def _without_cadence(overall_mps: float, *, is_odd: bool) -> Verdict | None:
    if overall_mps > _MAX_MEAN_MPS:
        evidence = f"{overall_mps:.1f} m/s on the whole is nobody's"
        return Verdict("speed off", evidence)
    if is_odd:
        evidence = (
            f"it moved at {overall_mps:.2f} m/s, and hardly a second has the cadence "
            "of a run: it is half, twice, or zero, or there is none"
        )
        return Verdict(NO_STEPS, evidence)
    return None


def _texts(runs: pd.DataFrame, name: str) -> pd.Series:
    if name not in runs.columns:
        return words([None] * len(runs))
    return runs[name].astype("str").reset_index(drop=True)
