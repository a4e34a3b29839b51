"""The stride curve under `matched`: windows as arrays, slopes, errors."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import inf, nan, sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import NotEnoughDataError
from hipstride.gait._noise import Noise, fit_noise, run_covariances
from hipstride.gait.timer import column
from hipstride.tables import WINDOWS

__all__ = ["Data", "Fit", "fit_curve", "prepare", "standard_errors"]

# From 3.15 to 4.12 m/s stride length +28 %: ln 1.28 / ln 1.308. Cavanagh & Kram, Med
# Sci Sports Exerc 1989;21:467-479. Other runners and speeds give 0.85 to 0.92; the
# standard deviation is our judgement, wide enough for 0.80 to 1.04.
PUBLISHED_ELASTICITY = 0.92
PUBLISHED_ELASTICITY_SD = 0.06
# An effect of grade known worse than this is left out (part of the step per 1 %).
MAX_GRADE_SLOPE_SE = 0.004
# A bend of the curve is believed when it stands out by three standard errors over
# speeds that differ by a quarter within the runs; a wrong bend is worse than none.
MIN_CURVATURE_T = 3.0
MIN_CURVATURE_SPAN_LOG = 0.22
# Columns closer to each other than this cannot be told apart.
MAX_CONDITION = 1e8
# Runs differ in their slopes by more than noise (0.66 to 0.99 in single real runs).
# From this many runs on that spread can be seen, and counts where it is the larger.
MIN_RUNS_FOR_CLUSTERS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """Windows as arrays, sorted by run and time."""

    run_ids: pd.Index
    starts: NDArray[np.int64]
    elapsed_s: NDArray[np.float64]
    log_step: NDArray[np.float64]
    log_speed: NDArray[np.float64]
    grade_pct: NDArray[np.float64]
    shapes: NDArray[np.bool_]  # by run: whether it shapes the curve
    ref_speed_mps: float

    def columns(self, names: tuple[str, ...]) -> NDArray[np.float64]:
        known = {
            "speed": self.log_speed,
            "grade": self.grade_pct,
            "bend": self.log_speed**2,
        }
        return np.column_stack([known[name] for name in names])

    def run_means(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        lengths = np.diff(self.starts).reshape(-1, *[1] * (values.ndim - 1))
        return np.asarray(np.add.reduceat(values, self.starts[:-1], axis=0) / lengths)

    def within(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        means = self.run_means(values)
        return np.asarray(values - np.repeat(means, np.diff(self.starts), axis=0))


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """The slopes that all runs share; the first is that of speed."""

    names: tuple[str, ...]
    coefficients: NDArray[np.float64]
    covariance: NDArray[np.float64]
    # How a run's own noise leans on the slopes: (p, p) inverse of X'X.
    lever: NDArray[np.float64]
    # That of what the curve leaves of the windows.
    noise: Noise
    is_slope_measured: bool = True


def prepare(
    windows: pd.DataFrame,
    ref_speed_mps: float | None,
    curve_from: Collection[str] | None,
) -> tuple[Data, list[str]]:
    WINDOWS.check(windows, "run_id", "elapsed_s", "speed_mps", "step_length_m")
    if ref_speed_mps is not None and not 0 < ref_speed_mps < inf:
        msg = f"ref_speed_mps: found {ref_speed_mps:g}; expected a speed above 0"
        raise ValueError(msg)
    notes: list[str] = []
    speed_mps = column(windows, "speed_mps")
    step_length_m = column(windows, "step_length_m")
    good = (speed_mps > 0) & (step_length_m > 0)
    good &= np.isfinite(speed_mps) & np.isfinite(step_length_m)
    good &= windows["run_id"].notna().to_numpy(np.bool_)
    if not good.all():
        n = np.count_nonzero(~good)
        notes.append(f"{n} windows without run, speed or step length are left out.")
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
    starts = np.append(0, np.cumsum(np.bincount(codes)))
    grade_pct = column(windows, "grade_pct")[good][order]
    unknown = np.isnan(grade_pct)
    if unknown.any():
        share = 100 * unknown.mean()
        notes.append(f"The grade of {share:.0f} % of the windows is unknown: as flat.")
    shapes = np.ones(len(run_ids), dtype=np.bool_)
    if curve_from is not None:
        shapes = run_ids.isin(list(curve_from))
        if not shapes.any():
            notes.append("No run with an independent speed: all runs shape the curve.")
            shapes[:] = True
    speed_mps = speed_mps[good][order]
    if ref_speed_mps is None:
        of_curve = np.repeat(shapes, np.diff(starts))
        ref_speed_mps = float(np.median(speed_mps[of_curve]))
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


def fit_curve(data: Data, notes: list[str]) -> Fit:
    """Choose which slopes the data carry, and estimate them."""
    fit = _least_squares(data, ("speed", "grade"))
    if not fit.covariance[1, 1] <= MAX_GRADE_SLOPE_SE**2:
        fit = _least_squares(data, ("speed",))
        notes.append("Too little is known about the effect of grade: left out.")
    if not fit.covariance[0, 0] <= PUBLISHED_ELASTICITY_SD**2:
        notes.append(
            f"Speed varies too little within these runs to measure its effect: the "
            f"published elasticity {PUBLISHED_ELASTICITY} ± {PUBLISHED_ELASTICITY_SD} "
            "(Cavanagh & Kram 1989) stands in."
        )
        return _published(data)
    low, high = np.quantile(data.within(data.log_speed), [0.025, 0.975])
    if high - low >= MIN_CURVATURE_SPAN_LOG:
        bent = _least_squares(data, (*fit.names, "bend"))
        error = sqrt(bent.covariance[-1, -1])
        if abs(bent.coefficients[-1]) > MIN_CURVATURE_T * error:
            notes.append("The curve bends: a squared term of log speed is in it.")
            return bent
    return fit


def _least_squares(data: Data, names: tuple[str, ...]) -> Fit:
    x = data.within(data.columns(names))
    y = data.within(data.log_step)
    of_curve = np.repeat(data.shapes, np.diff(data.starts))
    x_curve = x * of_curve[:, None]
    gram = x_curve.T @ x_curve
    p = len(names)
    scale = np.sqrt(np.diag(gram))
    if (
        not (scale > 0).all()
        or np.linalg.cond(gram / np.outer(scale, scale)) > MAX_CONDITION
    ):
        unknown = np.diag(np.full(p, inf))
        no_noise = Noise(nan, nan, nan)
        return Fit(names, np.full(p, nan), unknown, np.zeros((p, p)), no_noise)
    lever = np.asarray(np.linalg.inv(gram), dtype=np.float64)
    coefficients = lever @ (x_curve.T @ y)
    residuals = y - x @ coefficients
    runs = np.flatnonzero(data.shapes & (np.diff(data.starts) > 1))
    noise = fit_noise(residuals, data.elapsed_s, data.starts)
    meat = run_covariances(x_curve, data.elapsed_s, data.starts, noise).sum(axis=0)
    covariance = lever @ meat @ lever
    if len(runs) >= MIN_RUNS_FOR_CLUSTERS:
        scores = np.add.reduceat(x_curve * residuals[:, None], data.starts[:-1], axis=0)
        spread = scores.T @ scores * (len(runs) / (len(runs) - p))
        clustered = lever @ spread @ lever
        if clustered[0, 0] > covariance[0, 0]:
            covariance = clustered
    return Fit(names, coefficients, covariance, lever, noise)


def _published(data: Data) -> Fit:
    residuals = data.within(data.log_step - PUBLISHED_ELASTICITY * data.log_speed)
    return Fit(
        names=("speed",),
        coefficients=np.array([PUBLISHED_ELASTICITY]),
        covariance=np.array([[PUBLISHED_ELASTICITY_SD**2]]),
        lever=np.zeros((1, 1)),
        noise=fit_noise(residuals, data.elapsed_s, data.starts),
        is_slope_measured=False,
    )


def standard_errors(data: Data, fit: Fit) -> NDArray[np.float64]:
    """Give the standard error of each run's intercept on the log scale."""
    x = data.columns(fit.names)
    means = data.run_means(x)
    x_and_one = np.hstack([data.within(x), np.ones((len(x), 1))])
    spread = run_covariances(x_and_one, data.elapsed_s, data.starts, fit.noise)
    n = np.diff(data.starts)
    of_mean = spread[:, -1, -1] / n**2
    of_slope = np.einsum("ij,jk,ik->i", means, fit.covariance, means)
    shared = np.einsum("ij,jk,ik->i", means, fit.lever, spread[:, :-1, -1])
    variance = of_mean + of_slope - 2.0 * np.where(data.shapes, shared / n, 0.0)
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)))
