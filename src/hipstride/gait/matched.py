r"""Step length at the same speed: the number that makes runs comparable.

A faster run has longer steps, whatever the form. So one curve is drawn for the runner,

.. math:: \ln \ell = a_{run} + b \ln (v / v_{ref}) + c \, grade
          \; (+ \; d \ln^2 (v / v_{ref}))

from the half minutes of steady running, with an intercept for every run. The slope
comes from *within* the runs alone: a slope over all runs together would take a change
of form that came with a change of speed for the effect of speed, and swallow it. A
run's number is its intercept: the step length at the runner's reference speed on flat
ground.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import inf, nan, sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import NotEnoughDataError
from hipstride.gait._noise import fit_noise, run_covariances
from hipstride.gait.timer import column
from hipstride.tables import WINDOWS

__all__ = ["MatchedStride", "matched_stride"]

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
# From this many runs on, the spread of the runs' own slopes gives the slope's error.
MIN_RUNS_FOR_CLUSTERS = 20


@dataclass(frozen=True, slots=True, eq=False)
class MatchedStride:
    """One runner's stride curve, and where each run lies above or below it.

    Parameters
    ----------
    runs : DataFrame
        One row a run, in the order of the windows: run_id, step_length_at_ref_speed_m,
        step_length_at_ref_speed_se_m, stride_deviation_pct, n_windows.
    ref_speed_mps : float
        The speed at which runs are compared [m/s].
    slope, slope_se : float
        Elasticity: per cent of step length for each per cent of speed.
    grade_slope : float
        Part of the step length for each 1 % of grade; 0 where not identified.
    curvature : float
        Coefficient of the squared log speed; 0 where the data carry none.
    is_slope_measured : bool
        False where the published elasticity had to stand in.
    baseline_step_length_m : float
        Geometric mean of the baseline runs' numbers [m].
    notes : tuple of str
        What was assumed, one sentence each.
    """

    runs: pd.DataFrame
    ref_speed_mps: float
    slope: float
    slope_se: float
    grade_slope: float
    curvature: float
    is_slope_measured: bool
    baseline_step_length_m: float
    notes: tuple[str, ...] = ()

    def step_length_m(
        self,
        speed_mps: float | NDArray[np.float64],
        grade_pct: float | NDArray[np.float64] = 0.0,
    ) -> NDArray[np.float64]:
        """Give the baseline curve's step length at a speed and grade.

        Parameters
        ----------
        speed_mps : float or array
            Speed [m/s].
        grade_pct : float or array
            Grade [%].

        Returns
        -------
        array
            Step length [m].
        """
        log_speed = np.log(np.asarray(speed_mps, dtype=np.float64) / self.ref_speed_mps)
        log_step = (
            self.slope * log_speed
            + self.curvature * log_speed**2
            + self.grade_slope * np.asarray(grade_pct, dtype=np.float64)
        )
        return np.asarray(self.baseline_step_length_m * np.exp(log_step))


def matched_stride(
    windows: pd.DataFrame,
    *,
    ref_speed_mps: float | None = None,
    baseline: Collection[str] | None = None,
    groups: pd.Series | None = None,
    curve_from: Collection[str] | None = None,
) -> MatchedStride:
    """Compare runs by their step length at one speed on flat ground.

    Parameters
    ----------
    windows : DataFrame
        A `WINDOWS` table of all runs.
    ref_speed_mps : float, optional
        Speed to compare at; the median over the windows where not given [m/s].
    baseline : collection of str, optional
        Ids of the runs that deviations are counted from; all runs where not given.
    groups : Series, optional
        A label for each run_id (device, treadmill). A run's deviation is counted from
        the baseline runs of its own group, since each device has an offset of its own.
    curve_from : collection of str, optional
        Ids of the runs that shape the curve; all where not given. Treadmill runs whose
        speed was made from cadence have no business in it.

    Returns
    -------
    MatchedStride
        The curve and a number for every run with at least one window.

    Raises
    ------
    TableError
        If a column is missing or of the wrong kind.
    NotEnoughDataError
        If no window, or no baseline run, is there.

    Notes
    -----
    1. Slopes by least squares on the deviations from each run's own means.
    2. Errors of the windows are autocorrelated: a nugget and an exponentially fading
       part, fitted over all runs (`fit_noise`). A run's standard error holds the error
       of its mean, and the error of the slope times the distance of the run's mean
       speed from the reference.
    3. The slope's error is that of clusters (runs) from 20 runs on, else that of the
       fitted noise. Where it exceeds that of the published elasticity 0.92 ± 0.06 [1]_
       the published one is used, and a note says so.
    4. Grade enters where its effect is known to 0.4 % of the step per 1 % of grade, and
       a bend of the curve at 3 standard errors over a wide enough range of speeds. A
       window of unknown grade counts as flat.

    An error of the GPS speed is in step length and speed alike and so pulls the slope
    towards 1; the less a runner varies speed within the runs, the more. It is not
    corrected here: at 2 % error of a window against 5 % spread of speed, a slope of
    0.88 is found as 0.90, which moves a run 10 % off the reference speed by 0.2 %.

    References
    ----------
    .. [1] Cavanagh PR, Kram R. Stride length in distance running. Med Sci Sports Exerc
       1989;21:467-479.

    Examples
    --------
    >>> speed_mps = np.tile(np.linspace(2.6, 3.4, 40), 2)
    >>> shorter = np.repeat([1.0, 0.97], 40)
    >>> step_length_m = shorter * (speed_mps / 3.0) ** 0.9
    >>> windows = pd.DataFrame(
    ...     {
    ...         "run_id": np.repeat(["a", "b"], 40),
    ...         "elapsed_s": np.tile(np.arange(40) * 30.0, 2),
    ...         "duration_s": 30.0,
    ...         "speed_mps": speed_mps,
    ...         "cadence_spm": 60 * speed_mps / step_length_m,
    ...         "step_length_m": step_length_m,
    ...     }
    ... )
    >>> curve = matched_stride(windows, ref_speed_mps=3.0, baseline=["a"])
    >>> round(curve.slope, 6)
    0.9
    >>> curve.runs["stride_deviation_pct"].round(3).tolist()
    [0.0, -3.046]
    """
    data, notes = _prepare(windows, ref_speed_mps, curve_from)
    fit = _fit(data, notes)
    numbers = data.run_means(data.log_step - data.columns(fit.names) @ fit.coefficients)
    se_log = _standard_errors(data, fit)
    deviation, level = _deviations(data.run_ids, numbers, baseline, groups, notes)
    step_length_m = np.exp(numbers)
    value = dict(zip(fit.names, fit.coefficients, strict=True))
    return MatchedStride(
        runs=pd.DataFrame(
            {
                "run_id": data.run_ids,
                "step_length_at_ref_speed_m": step_length_m,
                "step_length_at_ref_speed_se_m": step_length_m * se_log,
                "stride_deviation_pct": 100.0 * deviation,
                "n_windows": np.diff(data.starts),
            }
        ),
        ref_speed_mps=data.ref_speed_mps,
        slope=float(value["speed"]),
        slope_se=float(sqrt(fit.covariance[0, 0])),
        grade_slope=float(value.get("grade", 0.0)),
        curvature=float(value.get("bend", 0.0)),
        is_slope_measured=fit.is_slope_measured,
        baseline_step_length_m=float(np.exp(level)),
        notes=tuple(notes),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Data:
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
class _Fit:
    """The slopes that all runs share; the first is that of speed."""

    names: tuple[str, ...]
    coefficients: NDArray[np.float64]
    covariance: NDArray[np.float64]
    # How a run's own noise leans on the slopes: (p, p) inverse of X'X.
    lever: NDArray[np.float64]
    residuals: NDArray[np.float64]
    is_slope_measured: bool = True


def _prepare(
    windows: pd.DataFrame,
    ref_speed_mps: float | None,
    curve_from: Collection[str] | None,
) -> tuple[_Data, list[str]]:
    WINDOWS.check(windows, "run_id", "elapsed_s", "speed_mps", "step_length_m")
    notes: list[str] = []
    speed_mps = column(windows, "speed_mps")
    step_length_m = column(windows, "step_length_m")
    good = (speed_mps > 0) & (step_length_m > 0)
    good &= np.isfinite(speed_mps) & np.isfinite(step_length_m)
    if not good.all():
        n = np.count_nonzero(~good)
        notes.append(f"{n} windows without speed or step length are left out.")
    if not good.any():
        what = "half minutes of steady running with speed and cadence"
        raise NotEnoughDataError(
            what,
            needed=1,
            got=0,
            remedy="use runs of more than 5 minutes that carry a cadence",
        )
    elapsed_s = column(windows, "elapsed_s")[good]
    codes, run_ids = pd.factorize(windows["run_id"].to_numpy()[good])
    order = np.lexsort((elapsed_s, codes))
    starts = np.append(0, np.cumsum(np.bincount(codes)))
    grade_pct = column(windows, "grade_pct")[good][order]
    unknown = np.isnan(grade_pct)
    if unknown.any():
        share = 100 * unknown.mean()
        notes.append(f"The grade of {share:.0f} % of the windows is unknown: as flat.")
    shapes = np.ones(len(run_ids), dtype=np.bool_)
    if curve_from is not None:
        shapes = np.isin(run_ids, list(curve_from))
        if not shapes.any():
            notes.append("No run with an independent speed: all runs shape the curve.")
            shapes[:] = True
    speed_mps = speed_mps[good][order]
    if ref_speed_mps is None:
        of_curve = np.repeat(shapes, np.diff(starts))
        ref_speed_mps = float(np.median(speed_mps[of_curve]))
    data = _Data(
        run_ids=pd.Index(run_ids, dtype="str"),
        starts=starts,
        elapsed_s=elapsed_s[order],
        log_step=np.log(step_length_m[good][order]),
        log_speed=np.log(speed_mps / ref_speed_mps),
        grade_pct=np.where(unknown, 0.0, grade_pct),
        shapes=shapes,
        ref_speed_mps=ref_speed_mps,
    )
    return data, notes


def _fit(data: _Data, notes: list[str]) -> _Fit:
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


def _least_squares(data: _Data, names: tuple[str, ...]) -> _Fit:
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
        return _Fit(names, np.full(p, nan), unknown, np.zeros((p, p)), y)
    lever = np.asarray(np.linalg.inv(gram), dtype=np.float64)
    coefficients = lever @ (x_curve.T @ y)
    residuals = y - x @ coefficients
    runs = np.flatnonzero(data.shapes & (np.diff(data.starts) > 1))
    noise = fit_noise(residuals, data.elapsed_s, data.starts)
    if len(runs) >= MIN_RUNS_FOR_CLUSTERS:
        scores = np.add.reduceat(x_curve * residuals[:, None], data.starts[:-1], axis=0)
        meat = scores.T @ scores * (len(runs) / (len(runs) - p))
    else:
        meat = run_covariances(x_curve, data.elapsed_s, data.starts, noise).sum(axis=0)
    return _Fit(names, coefficients, lever @ meat @ lever, lever, residuals)


def _published(data: _Data) -> _Fit:
    residuals = data.within(data.log_step - PUBLISHED_ELASTICITY * data.log_speed)
    return _Fit(
        names=("speed",),
        coefficients=np.array([PUBLISHED_ELASTICITY]),
        covariance=np.array([[PUBLISHED_ELASTICITY_SD**2]]),
        lever=np.zeros((1, 1)),
        residuals=residuals,
        is_slope_measured=False,
    )


def _standard_errors(data: _Data, fit: _Fit) -> NDArray[np.float64]:
    """Give the standard error of each run's intercept on the log scale."""
    x = data.columns(fit.names)
    means = data.run_means(x)
    noise = fit_noise(fit.residuals, data.elapsed_s, data.starts)
    ones = np.ones((len(x), 1))
    spread = run_covariances(
        np.hstack([data.within(x), ones]), data.elapsed_s, data.starts, noise
    )
    n = np.diff(data.starts)
    of_mean = spread[:, -1, -1] / n**2
    of_slope = np.einsum("ij,jk,ik->i", means, fit.covariance, means)
    shared = np.einsum("ij,jk,ik->i", means, fit.lever, spread[:, :-1, -1])
    variance = of_mean + of_slope - 2.0 * np.where(data.shapes, shared / n, 0.0)
    return np.asarray(np.sqrt(np.maximum(variance, 0.0)))


def _deviations(
    run_ids: pd.Index,
    numbers: NDArray[np.float64],
    baseline: Collection[str] | None,
    groups: pd.Series | None,
    notes: list[str],
) -> tuple[NDArray[np.float64], float]:
    """Give each run's distance from its group's baseline, and the overall mean."""
    is_baseline = np.ones(len(run_ids), dtype=np.bool_)
    if baseline is not None:
        is_baseline = np.isin(run_ids, list(baseline))
        if not is_baseline.any():
            what = "baseline runs with steady running"
            raise NotEnoughDataError(
                what,
                needed=1,
                got=0,
                remedy="choose a baseline that holds some runs",
            )
    group = pd.Series("", index=run_ids, dtype="str")
    if groups is not None:
        group = groups.reindex(run_ids).astype("str").fillna("")
    deviation = np.full(len(numbers), nan)
    for label in pd.unique(group):
        members = (group == label).to_numpy()
        reference = members & is_baseline
        if not reference.any():
            notes.append(
                f"{label or 'unnamed device'}: no baseline run of this group; its "
                "deviations are counted from all of its own runs."
            )
            reference = members
        deviation[members] = numbers[members] - numbers[reference].mean()
    return deviation, float(numbers[is_baseline].mean())
