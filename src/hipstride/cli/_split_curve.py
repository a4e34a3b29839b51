"""What is usual for the runner, from the library, to hold a run's splits against."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from hipstride.cli._common import plural
from hipstride.errors import LibraryError, NotEnoughDataError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from hipstride.gait.splits import Curve
    from hipstride.tables import Recording

__all__ = ["Usual", "usual_of"]

# Fewer runs do not show a runner's own curve.
MIN_RUNS = 5
_INDOORS = " on a treadmill"


class Usual(NamedTuple):
    """The runner's own curve where there is one, and what is to be said of it."""

    curve: Curve | None
    words: str


class _OnItsScale(NamedTuple):
    """The curve as the device of one run would measure it."""

    curve: Curve
    factor: float

    def step_length_m(
        self, speed_mps: NDArray[np.float64], grade_pct: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Give the step length to expect [m]."""
        return self.factor * self.curve.step_length_m(speed_mps, grade_pct)


def usual_of(recording: Recording, library: Path | None) -> Usual:
    """Draw the runner's own curve from the library.

    Parameters
    ----------
    recording : Recording
        The run that is to be held against it.
    library : Path or None
        The library's folder.

    Returns
    -------
    Usual
        Without a curve where a watch on a treadmill guessed the speed, the library has
        fewer than 5 other runs of measured step length, or none of this device.
    """
    import pandas as pd

    from hipstride.gait._split_ground import is_guessed
    from hipstride.library import Library
    from hipstride.runs import baseline_of, matched
    from hipstride.runs.baseline import devices_of
    from hipstride.runs.curve import IS_MEASURED, ids_where

    if is_guessed(recording):
        return Usual(None, "dev needs a measured speed; this one the watch guessed.")
    kept = Library(library)
    try:
        runs, windows = kept.observations(), kept.windows()
    except LibraryError:
        return Usual(None, "dev needs a library of runs: see `hipstride import`.")
    measured = set(ids_where(runs, IS_MEASURED)) & set(windows["run_id"])
    n_runs = len(measured - {recording.run_id})
    if n_runs < MIN_RUNS:
        has = plural(n_runs, "such run")
        words = f"dev needs {MIN_RUNS} other runs of measured steps, the library has"
        return Usual(None, f"{words} {has}.")
    baseline = baseline_of(runs) or set()
    labels = devices_of(runs)
    if labels is None:
        labels = pd.Series("", index=runs["run_id"])
    try:
        found = matched(runs, windows, baseline=baseline)
    except NotEnoughDataError as error:
        return Usual(None, f"dev: {error}.")
    factor = _factor(found.runs, found.curve.baseline_step_length_m, labels, recording)
    if factor is None:
        return Usual(None, "dev: no run of this device in the library to compare with.")
    words = (
        "dev: the step against your own at that speed and grade, from "
        f"{plural(len(baseline), 'run')}."
    )
    return Usual(_OnItsScale(found.curve, factor), words)


def _factor(
    runs: pd.DataFrame, usual_m: float, labels: pd.Series, recording: Recording
) -> float | None:
    """Give the scale of the run's device over the curve's; None where not known."""
    own = runs[runs["run_id"] == recording.run_id]
    if own.empty:
        label = recording.device + (_INDOORS if recording.is_treadmill else "")
        own = runs[runs["run_id"].map(labels) == label]
    own = own[own["stride_deviation_pct"].notna()]
    if own.empty:
        return None
    # What the device measures more than the usual one stands apart from its level.
    log_level = (
        np.log(own["step_length_at_ref_speed_m"] / usual_m)
        + (own["device_offset_pct"] - own["stride_deviation_pct"]) / 100.0
    )
    return float(np.exp(log_level.median()))
