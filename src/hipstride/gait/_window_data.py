"""The half minutes of all runs as arrays, sorted by run and time."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from math import inf

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import NotEnoughDataError
from hipstride.gait.timer import column
from hipstride.tables import WINDOWS
from hipstride.units import SECONDS_PER_HOUR, SECONDS_PER_MINUTE

__all__ = ["Data", "prepare"]

# Speed and cadence times step length differ by rounding, and where they were averaged
# one by one; by more, one of them is of another unit.
MAX_CONTRADICTION = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """Windows as arrays, sorted by run and time.

    A class, since means and deviations by run are asked of it throughout.
    """

    run_ids: pd.Index
    starts: NDArray[np.int64]
    elapsed_s: NDArray[np.float64]
    log_step: NDArray[np.float64]
    log_speed: NDArray[np.float64]
    grade_pct: NDArray[np.float64]
    shapes: NDArray[np.bool_]  # by run: whether it shapes the curve
    ref_speed_mps: float

    @property
    def lengths(self) -> NDArray[np.int64]:
        """How many windows each run has."""
        return np.diff(self.starts)

    def of_windows(self, by_run: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Spread what is true of runs over their windows."""
        return np.repeat(by_run, self.lengths)

    def columns(self, names: tuple[str, ...]) -> NDArray[np.float64]:
        """Give the terms of the curve by name, shape (n, p)."""
        known: dict[str, Callable[[], NDArray[np.float64]]] = {
            "speed": lambda: self.log_speed,
            "uphill": lambda: np.maximum(self.grade_pct, 0.0),
            "downhill": lambda: np.minimum(self.grade_pct, 0.0),
            "grade": lambda: self.grade_pct,
            "bend": lambda: self.log_speed**2,
            # From the middle of each run, so that a run's number is that of its middle.
            "elapsed": lambda: self.within(self.elapsed_s / SECONDS_PER_HOUR),
        }
        return np.column_stack([known[name]() for name in names])

    def run_sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum by run, shape (n_runs, …)."""
        return np.asarray(np.add.reduceat(values, self.starts[:-1], axis=0))

    def run_means(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Take the mean by run, shape (n_runs, …)."""
        lengths = self.lengths.reshape(-1, *[1] * (values.ndim - 1))
        return np.asarray(self.run_sums(values) / lengths)

    def within(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Take the run's own mean off, so that only what varies in it is left."""
        return np.asarray(
            values - np.repeat(self.run_means(values), self.lengths, axis=0)
        )


def prepare(
    windows: pd.DataFrame,
    ref_speed_mps: float | None,
    curve_from: Collection[str] | None,
) -> tuple[Data, list[str]]:
    """Take the windows out of their table; see `matched_stride`.

    Parameters
    ----------
    windows : DataFrame
        A `WINDOWS` table.
    ref_speed_mps : float or None
        Speed to compare at; the median where None [m/s].
    curve_from : collection of str or None
        Ids of the runs that shape the curve; all where None. If it holds none of
        them, none does.

    Returns
    -------
    data : Data
        The windows with a speed and a step length.
    notes : list of str
        What was left out or assumed.

    Raises
    ------
    TableError
        If a column is missing or of the wrong kind.
    ValueError
        If `ref_speed_mps` is no speed.
    NotEnoughDataError
        If no window is there.
    """
    WINDOWS.check(windows, "run_id", "elapsed_s", "speed_mps", "step_length_m")
    if ref_speed_mps is not None and not 0 < ref_speed_mps < inf:
        msg = f"ref_speed_mps: found {ref_speed_mps:g}; expected a speed above 0"
        raise ValueError(msg)
    notes: list[str] = []
    good = _usable(windows, notes)
    speed_mps = column(windows, "speed_mps")
    step_length_m = column(windows, "step_length_m")
    if not good.any():
        what = "half minutes of steady running with speed and cadence"
        raise NotEnoughDataError(
            what,
            needed=1,
            got=0,
            remedy="use runs of more than 5 minutes that carry a cadence",
        )
    elapsed_s = column(windows, "elapsed_s")[good]
    codes, found = pd.factorize(windows["run_id"][good])
    run_ids = pd.Index(found, dtype="str")
    order = np.lexsort((elapsed_s, codes))
    again = np.append(False, np.diff(elapsed_s[order]) == 0)
    again &= np.append(False, np.diff(codes[order]) == 0)
    if again.any():
        notes.append(f"{np.count_nonzero(again)} windows stand twice: kept once.")
        order = order[~again]
    starts = np.append(0, np.cumsum(np.bincount(codes[order])))
    grade_pct = column(windows, "grade_pct")[good][order]
    unknown = ~_within(grade_pct, "grade_pct")
    if unknown.any():
        share = 100 * unknown.mean()
        notes.append(f"The grade of {share:.0f} % of the windows is unknown: as flat.")
    shapes = np.ones(len(run_ids), dtype=np.bool_)
    if curve_from is not None:
        shapes = run_ids.isin(list(curve_from))
    speed_mps = speed_mps[good][order]
    if ref_speed_mps is None:
        of_curve = np.repeat(shapes, np.diff(starts))
        ref_speed_mps = float(np.median(speed_mps[of_curve | ~shapes.any()]))
    data = Data(
        run_ids=run_ids,
        starts=starts,
        elapsed_s=elapsed_s[order],
        log_step=np.log(step_length_m[good][order]),
        log_speed=np.log(speed_mps / ref_speed_mps),
        grade_pct=np.where(unknown, 0.0, grade_pct),
        shapes=shapes,
        ref_speed_mps=ref_speed_mps,
    )
    return data, notes


def _usable(windows: pd.DataFrame, notes: list[str]) -> NDArray[np.bool_]:
    """Tell the windows that a runner can have run, and count the others."""
    speed_mps = column(windows, "speed_mps")
    step_length_m = column(windows, "step_length_m")
    good = (speed_mps > 0) & (step_length_m > 0)
    good &= np.isfinite(speed_mps) & np.isfinite(step_length_m)
    good &= np.isfinite(column(windows, "elapsed_s"))
    good &= windows["run_id"].notna().to_numpy(np.bool_)
    if not good.all():
        n = np.count_nonzero(~good)
        notes.append(
            f"{n} windows without run, moment, speed or step length are left out."
        )
    can_be = _within(speed_mps, "speed_mps") & _within(step_length_m, "step_length_m")
    if "cadence_spm" in windows.columns:
        steps_m = SECONDS_PER_MINUTE * speed_mps
        with np.errstate(invalid="ignore"):
            apart = np.abs(steps_m - step_length_m * column(windows, "cadence_spm"))
            can_be &= ~(apart > MAX_CONTRADICTION * steps_m)
    if (good & ~can_be).any():
        n = np.count_nonzero(good & ~can_be)
        notes.append(
            f"{n} windows whose speed, step and cadence no runner has, or that "
            "contradict each other, are left out."
        )
    good &= can_be
    return good


def _within(values: NDArray[np.float64], name: str) -> NDArray[np.bool_]:
    """Tell the values that a runner can have; what is missing is none."""
    low, high = WINDOWS[name].low, WINDOWS[name].high
    with np.errstate(invalid="ignore"):
        return np.asarray((values >= (low or 0.0)) & (values <= (high or inf)))
