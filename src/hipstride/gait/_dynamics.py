"""What a strap or pod tells of the gait, by half minutes of steady running."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hipstride.gait.clean import flags_of
from hipstride.gait.signals import signals_of
from hipstride.gait.steps import measured_samples
from hipstride.gait.timer import column
from hipstride.gait.windows import WINDOW_S
from hipstride.tables import Recording

__all__ = ["DYNAMICS", "window_means"]

DYNAMICS = (
    "ground_contact_balance_pct",
    "ground_contact_s",
    "vertical_oscillation_m",
    "vertical_ratio_pct",
)
# A strap that was heard for less of the half minute does not speak for it.
_MIN_KNOWN_SHARE = 0.5


def window_means(
    recording: Recording, starts_s: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    """Give the means of what was recorded beside speed and cadence.

    Parameters
    ----------
    recording : Recording
        One run.
    starts_s : array, shape (n,)
        Beginnings of the windows that are wanted, as `steady_windows` gives them [s].

    Returns
    -------
    dict
        An array for each of `DYNAMICS` that the run has, over the usable seconds of
        each window; NaN where it is known for less than half of them.
    """
    samples = recording.samples
    names = [name for name in DYNAMICS if name in samples.columns]
    if not names:
        return {}
    if "is_usable" in samples.columns:
        signals = signals_of(samples, recording.pauses)
        is_usable = samples["is_usable"].to_numpy(np.bool_)
    else:
        signals = signals_of(measured_samples(recording), recording.pauses)
        is_usable = flags_of(signals).is_usable
    number = np.floor(signals.elapsed_s / WINDOW_S)
    wanted = np.floor(starts_s / WINDOW_S + 0.5)
    at = np.minimum(np.searchsorted(wanted, number), len(wanted) - 1)
    weight_s = np.where(is_usable & (wanted[at] == number), signals.durations_s, 0.0)

    def total(values: NDArray[np.float64]) -> NDArray[np.float64]:
        summed = np.bincount(at, weights=values, minlength=len(wanted))
        return np.asarray(summed, dtype=np.float64)

    usable_s = total(weight_s)
    means = {}
    for name in names:
        values = column(samples, name)
        known = np.isfinite(values)
        known_s = total(np.where(known, weight_s, 0.0))
        is_enough = known_s >= np.maximum(_MIN_KNOWN_SHARE * usable_s, 1e-9)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = total(np.where(known, weight_s * values, 0.0)) / known_s
        means[name] = np.where(is_enough, mean, np.nan)
    return means
