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
from math import sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.gait._curve import fit_curve, prepare, standard_errors
from hipstride.gait.baseline import deviations

__all__ = ["MatchedStride", "matched_stride"]


@dataclass(frozen=True, slots=True, eq=False)
class MatchedStride:
    """One runner's stride curve, and where each run lies above or below it.

    Parameters
    ----------
    runs : DataFrame
        One row a run, in the order of the windows: run_id, step_length_at_ref_speed_m,
        step_length_at_ref_speed_se_m, stride_deviation_pct (100 × the difference of
        logarithms), n_windows.
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
        the baseline runs of its own group, since each device has an offset of its own;
        where there is none, or no run but itself, it is NaN.
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
        If a column is missing or of the wrong kind, or `groups` names a run twice.
    ValueError
        If `ref_speed_mps` is no speed.
    NotEnoughDataError
        If no window, or no baseline run, is there.

    Notes
    -----
    1. Slopes by least squares on the deviations from each run's own means.
    2. Errors of the windows are autocorrelated: a nugget and an exponentially fading
       part, fitted over all runs (`fit_noise`). A run's standard error holds the error
       of its mean, and the error of the slope times the distance of the run's mean
       speed from the reference.
    3. The slope's error is that of the fitted noise, or from 5 runs on that of clusters
       (runs) where it is larger. Where it exceeds that of the published elasticity
       0.92 ± 0.06 [1]_ the published one is used, and a note says so.
    4. Grade enters where its effect is known to 0.4 % of the step per 1 % of grade, and
       a bend of the curve at 3 standard errors over a wide enough range of speeds. A
       window of unknown grade counts as flat.

    What is wrong by the same share all through a run (a day's GPS, another shoe) cannot
    be seen from inside the run and is not in its standard error.

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
    data, notes = prepare(windows, ref_speed_mps, curve_from)
    fit = fit_curve(data, notes)
    numbers = data.run_means(data.log_step - data.columns(fit.names) @ fit.coefficients)
    se_log = standard_errors(data, fit)
    found = deviations(
        pd.Series(numbers, index=data.run_ids), baseline=baseline, groups=groups
    )
    notes += [
        f"{label or 'unnamed device'}: no other run of this group in the baseline, so "
        "no deviation."
        for label in found.lonely
    ]
    step_length_m = np.exp(numbers)
    value = dict(zip(fit.names, fit.coefficients, strict=True))
    return MatchedStride(
        runs=pd.DataFrame(
            {
                "run_id": data.run_ids,
                "step_length_at_ref_speed_m": step_length_m,
                "step_length_at_ref_speed_se_m": step_length_m * se_log,
                "stride_deviation_pct": found.pct,
                "n_windows": np.diff(data.starts),
            }
        ),
        ref_speed_mps=data.ref_speed_mps,
        slope=float(value["speed"]),
        slope_se=float(sqrt(fit.covariance[0, 0])),
        grade_slope=float(value.get("grade", 0.0)),
        curvature=float(value.get("bend", 0.0)),
        is_slope_measured=fit.is_slope_measured,
        baseline_step_length_m=float(np.exp(found.level)),
        notes=tuple(notes),
    )
