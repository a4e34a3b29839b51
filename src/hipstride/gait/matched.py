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

from collections.abc import Callable, Collection
from functools import partial
from math import sqrt
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.gait._curve import fit_curve
from hipstride.gait._resampling import resampled
from hipstride.gait._slopes import Fit, standard_errors
from hipstride.gait._window_data import Data, prepare
from hipstride.gait.baseline import Deviations, deviations
from hipstride.gait.curve import StrideCurve

__all__ = ["MatchedStride", "matched_stride"]

# By so much the speeds of two watches on one runner were apart (docs/device-pairs.md),
# of which the slope leaves the share 1 - b in a run's number. For a device that was
# never in use together with the usual one.
OTHER_DEVICE_SPEED_SD = 0.014


class MatchedStride(NamedTuple):
    """Each run at the same speed, and the curve that made them comparable.

    Parameters
    ----------
    runs : DataFrame
        One row a run, in the order of the windows: run_id, step_length_at_ref_speed_m
        (as the runner's usual device measures it, where another was in use together
        with it), step_length_at_ref_speed_se_m, stride_deviation_pct (100 × the
        difference of logarithms), is_baseline, device_offset_pct (what its device
        measures more than the usual one, taken out), n_windows, mean_speed_mps of these
        windows (of ln), and notes on what was done about its device and shoe.
    curve : StrideCurve
        The runner's own curve; it draws itself.
    """

    runs: pd.DataFrame
    curve: StrideCurve


def matched_stride(
    windows: pd.DataFrame,
    *,
    ref_speed_mps: float | None = None,
    baseline: Collection[str] | None = None,
    groups: pd.Series | None = None,
    shoes: pd.Series | None = None,
    days: pd.Series | None = None,
    curve_from: Collection[str] | None = None,
    seed: int = 0,
) -> MatchedStride:
    """Compare runs by their step length at one speed on flat ground.

    Parameters
    ----------
    windows : DataFrame
        A `WINDOWS` table of all runs, in order of time.
    ref_speed_mps : float, optional
        Speed to compare at; the median over the windows where not given [m/s].
    baseline : collection of str, optional
        Ids of the runs that deviations are counted from; all runs where not given.
    groups : Series, optional
        A label for each run_id: what measured it (device, treadmill). See `deviations`
        for when two are put on one scale and when each has a baseline of its own.
    shoes : Series, optional
        A label for each run_id.
    days : Series, optional
        The date of each run_id, to tell which devices and shoes were in use together;
        where not given the order of the windows tells.
    curve_from : collection of str, optional
        Ids of the runs that shape the curve; all where not given, and none if it holds
        none of them. Treadmill runs whose speed was made from cadence have no business
        in it, nor in `windows`: `hipstride.stride_curve` and `Library.stride_curve`
        leave them out.
    seed : int
        Of the draws behind the curve's interval.

    Returns
    -------
    MatchedStride
        A number for every run with at least one window, and the curve.

    Raises
    ------
    TableError
        If a column is missing or of the wrong kind, or a run has two labels.
    ValueError
        If `ref_speed_mps` is no speed.
    NotEnoughDataError
        If no window, or no baseline run, is there.

    Notes
    -----
    1. Slopes from the deviations from each run's own means. An error of the GPS speed
       is in step length and speed alike and would pull the slope towards 1 and leave
       speed in the deviations; so the slope is taken on the speed that windows a minute
       or more away predict, which that error does not reach [1]_. Where pace changes
       too fast for that, plain least squares stands in if its possible pull, added to
       its error, leaves it the better of the two; a note says so.
    2. Errors of the windows are autocorrelated: a nugget and an exponentially fading
       part, fitted over all runs (`fit_noise`). A run's standard error holds the error
       of its mean, and the error of the slopes times the distance of the run's means
       from the reference.
    3. The slopes' errors are those of the fitted noise, or from 5 runs on those of
       clusters (runs) where they are larger. Where that of speed exceeds that of the
       published elasticity 0.92 ± 0.06 [2]_ the published one is used, and a note says
       so. The curve's own interval is from 500 draws of whole runs.
    4. Grade enters where its effect is known to 0.4 % of the step per 1 % of grade, up
       and down apart where both are; a bend of the curve at 3 standard errors over a
       wide enough range of speeds. A window of unknown grade counts as flat.

    A speed that is wrong by the same share all through a run moves its number by a
    tenth of that. What is wrong with a run's cadence by the same share (another sensor)
    cannot be seen from inside the run and is not in its standard error.

    References
    ----------
    .. [1] Fuller WA. Measurement Error Models. Wiley 1987, section 1.4.
    .. [2] Cavanagh PR, Kram R. Stride length in distance running. Med Sci Sports Exerc
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
    >>> runs, curve = matched_stride(windows, ref_speed_mps=3.0, baseline=["a"])
    >>> round(curve.elasticity, 6)
    0.9
    >>> runs["stride_deviation_pct"].round(3).tolist()
    [0.0, -3.046]
    """
    data, notes = prepare(windows, ref_speed_mps, curve_from)
    fit = fit_curve(data, notes)
    numbers = data.run_means(data.log_step - data.columns(fit.names) @ fit.coefficients)
    se_log = standard_errors(data, fit)
    found = deviations(
        pd.Series(numbers, index=data.run_ids),
        baseline=baseline,
        groups=groups,
        shoes=shoes,
        days=days,
    )
    numbers = numbers - found.device_offset
    left = OTHER_DEVICE_SPEED_SD * (1.0 - fit.coefficients[0])
    offset_se = found.device_offset_se
    se_log = np.hypot(se_log, np.where(np.isnan(offset_se), left, offset_se))
    # Of the runs that count towards the level, what was taken out of their numbers.
    shoe = np.nan_to_num(numbers - found.level - found.pct / 100.0)
    counts = found.is_baseline & np.isfinite(found.pct)
    if not counts.any():
        # Single runs of several devices: no deviation, and yet a level.
        counts = found.is_baseline
    log_offset = np.where(counts, found.device_offset + shoe, np.nan)
    step_length_m = np.exp(numbers)
    log_speed = data.run_means(data.log_speed)
    runs = pd.DataFrame(
        {
            "run_id": data.run_ids,
            "step_length_at_ref_speed_m": step_length_m,
            "step_length_at_ref_speed_se_m": step_length_m * se_log,
            "stride_deviation_pct": found.pct,
            "is_baseline": counts,
            "device_offset_pct": 100.0 * found.device_offset,
            "n_windows": data.lengths,
            "mean_speed_mps": data.ref_speed_mps * np.exp(log_speed),
            "notes": pd.Series(["; ".join(one) for one in found.notes], dtype="str"),
        }
    )
    resample = partial(resampled, data, fit, log_offset, seed=seed)
    return MatchedStride(runs, _curve_of(data, fit, runs, found, resample, notes))


def _curve_of(
    data: Data,
    fit: Fit,
    runs: pd.DataFrame,
    found: Deviations,
    resample: Callable[[], NDArray[np.float64]],
    notes: list[str],
) -> StrideCurve:
    value = dict(zip(fit.names, fit.coefficients.tolist(), strict=True))
    grade = value.get("grade", 0.0)
    of_curve = data.of_windows(data.shapes | ~data.shapes.any())
    low, high = np.quantile(data.log_speed[of_curve], [0.01, 0.99])
    return StrideCurve(
        ref_speed_mps=data.ref_speed_mps,
        elasticity=value["speed"],
        elasticity_se=sqrt(float(fit.whole_covariance[0, 0])),
        uphill_slope=value.get("uphill", grade),
        downhill_slope=value.get("downhill", grade),
        curvature=value.get("bend", 0.0),
        is_elasticity_measured=fit.how != "published",
        baseline_step_length_m=float(np.exp(found.level)),
        speed_range_mps=(
            float(data.ref_speed_mps * np.exp(low)),
            float(data.ref_speed_mps * np.exp(high)),
        ),
        n_runs=len(data.run_ids),
        n_baseline_runs=int(np.count_nonzero(runs["is_baseline"])),
        n_windows=len(data.log_step),
        resample=resample,
        runs=runs,
        notes=tuple(notes),
    )
