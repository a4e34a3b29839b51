"""Devices whose cadence or speed is on another scale than the runner's other devices.

A device of which all runs are half, or a tenth off, does not stand out run by run where
most runs are its own. Beside the others it does.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from hipstride.gait._scale_reference import CADENCE_ELASTICITY, MIN_RUNS
from hipstride.gait._scale_verdicts import verdict_of_cadence, verdict_of_speed, words
from hipstride.gait.timer import column

__all__ = ["device_scales"]

# The runs of a device agree better than one run does with the next.
_MAX_OFF = 0.10
_MIN_SPEED_OFF = 0.25
_SD = 0.015
_MIN_RUNS_OF_DEVICE = 3
# Below it, people may have trained it.
_MAX_FORM = 0.25


def device_scales(audit: pd.DataFrame) -> pd.DataFrame:
    """Hold each device's runs, as one, against those of all other devices.

    Parameters
    ----------
    audit : DataFrame
        What `scale_audit` gives.

    Returns
    -------
    DataFrame
        One row a device of at least 3 runs, in the order of first use: device,
        n_runs, cadence_ratio and speed_ratio (medians against those of the other
        devices' runs, cadence at the same speed; NaN where these are fewer than 5),
        suspected (missing where it agrees) and evidence.

    Notes
    -----
    A device whose runs are all a tenth off does not stand out run by run; here it does.
    It may also be a change of form that came with the device; nothing here can tell.

    Examples
    --------
    >>> from hipstride.gait import scale_audit
    >>> runs = pd.DataFrame(
    ...     {
    ...         "run_id": [str(number) for number in range(12)],
    ...         "local_date": pd.Timestamp("2026-09-01").as_unit("us"),
    ...         "device": ["watch"] * 8 + ["pod"] * 4,
    ...         "mean_cadence_spm": [164.0] * 8 + [82.0] * 4,
    ...         "mean_speed_mps": 3.0,
    ...     }
    ... )
    >>> device_scales(scale_audit(runs))[["device", "cadence_ratio", "suspected"]]
      device  cadence_ratio        suspected
    0  watch            NaN              NaN
    1    pod            0.5  counts one foot
    """
    speed = np.log(column(audit, "mean_speed_mps"))
    at_one = np.log(column(audit, "mean_cadence_spm")) - CADENCE_ELASTICITY * speed
    device = audit["device"].fillna("").to_numpy()
    is_known = np.isfinite(at_one) & audit["ratio"].notna().to_numpy()
    agrees = is_known & audit["suspected"].isna().to_numpy()
    rows: list[_Row] = []
    for name in dict.fromkeys(device[is_known]):
        is_own = is_known & (device == name)
        others = agrees & ~is_own
        n_runs, n_others = (int(np.count_nonzero(one)) for one in (is_own, others))
        if n_runs < _MIN_RUNS_OF_DEVICE:
            continue
        row = _Row(name, n_runs)
        if n_others >= MIN_RUNS:
            cadence_off = float(np.median(at_one[is_own]) - np.median(at_one[others]))
            speed_off = float(np.median(speed[is_own]) - np.median(speed[others]))
            row = _held(row, cadence_off, speed_off, n_others)
        rows.append(row)
    table = pd.DataFrame([row[:4] for row in rows], columns=list(_Row._fields[:4]))
    return table.assign(
        suspected=words([row.suspected for row in rows]),
        evidence=words([row.evidence for row in rows]),
    )


class _Row(NamedTuple):
    device: str
    n_runs: int
    cadence_ratio: float = np.nan
    speed_ratio: float = np.nan
    suspected: str | None = None
    evidence: str | None = None


def _held(row: _Row, cadence_off: float, speed_off: float, n_others: int) -> _Row:
    """Say what the differences of logarithms from the other devices mean."""
    cadence_ratio, speed_ratio = float(np.exp(cadence_off)), float(np.exp(speed_off))
    its = f"its {row.n_runs} runs are at"
    of = f"the {n_others} of other devices"
    form = "" if abs(cadence_off) > _MAX_FORM else "; a change of form looks the same"
    found = verdict_of_cadence(
        cadence_off,
        _MAX_OFF,
        f"{its} {cadence_ratio:.2f} times the cadence of {of}, at the same speed{form}",
    ) or verdict_of_speed(
        cadence_off,
        speed_off,
        _MIN_SPEED_OFF,
        _SD,
        f"{its} {speed_ratio:.2f} times the speed of {of}, at a cadence that belongs "
        "to the speed of those",
    )
    return row._replace(
        cadence_ratio=cadence_ratio,
        speed_ratio=speed_ratio,
        suspected=found and found.suspected,
        evidence=found and found.evidence,
    )
