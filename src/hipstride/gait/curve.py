"""One runner's stride curve: what step length to expect at a speed and a grade."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hipstride.gait._curve_html import html_of
from hipstride.units import METRES_PER_MILE, SECONDS_PER_MINUTE, format_pace

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["PUBLISHED_CADENCE_ELASTICITY", "PUBLISHED_ELASTICITY", "StrideCurve"]

# From 3.15 to 4.12 m/s stride frequency +4 %: ln 1.04 / ln 1.308, both as published and
# rounded, so that the two do not quite sum to 1. Cavanagh & Kram 1989.
PUBLISHED_ELASTICITY = 0.92
PUBLISHED_CADENCE_ELASTICITY = 0.15
# Single real runs give 0.66 to 0.99; a whole history outside of this has a fault.
PLAUSIBLE_ELASTICITY = (0.7, 1.02)


@dataclass(frozen=True, eq=False)
class StrideCurve:
    r"""Step length against speed and grade, as one runner runs.

    .. math:: \ln \ell = \ln \ell_0 + b x + d x^2 + c_{up} g^+ + c_{down} g^-,
              \quad x = \ln (v / v_{ref})

    A class, since the curve is asked for many speeds, draws itself, and carries what is
    known of its own error.

    Parameters
    ----------
    ref_speed_mps : float
        The speed at which runs are compared [m/s].
    elasticity, elasticity_se : float
        Per cent of step length for each per cent of speed. That of cadence is what is
        left to 1.
    uphill_slope, downhill_slope : float
        Part of the step length for each 1 % of grade, up and down; 0 where not known.
    curvature : float
        Coefficient of the squared log speed; 0 where the data carry none.
    is_elasticity_measured : bool
        False where the published elasticity had to stand in.
    baseline_step_length_m : float
        Geometric mean of the baseline runs' numbers at the reference speed [m].
    speed_range_mps : tuple of float
        Speeds between which all but 1 % of the half minutes at either end lie [m/s].
    n_runs, n_baseline_runs, n_windows : int
        How many runs and half minutes it is of, and how many of these runs give its
        level.
    resample : callable
        Draws whole runs anew; asked once, when an interval is wanted.
    runs : DataFrame
        The runs behind it, as in `MatchedStride`.
    notes : tuple of str
        What was assumed, one sentence each.
    """

    ref_speed_mps: float
    elasticity: float
    elasticity_se: float
    uphill_slope: float
    downhill_slope: float
    curvature: float
    is_elasticity_measured: bool
    baseline_step_length_m: float
    speed_range_mps: tuple[float, float]
    n_runs: int
    n_baseline_runs: int
    n_windows: int
    resample: Callable[[], NDArray[np.float64]] = field(repr=False)
    runs: pd.DataFrame = field(repr=False)
    notes: tuple[str, ...] = ()

    @cached_property
    def draws(self) -> NDArray[np.float64]:
        """Slopes (speed, uphill, downhill, bend) and log level of resampled runs."""
        return self.resample()

    @property
    def elasticity_low(self) -> float:
        """Lower end of the 95 % interval, from draws of whole runs."""
        return float(np.quantile(self.draws[:, 0], 0.025))

    @property
    def elasticity_high(self) -> float:
        """Upper end of the 95 % interval, from draws of whole runs."""
        return float(np.quantile(self.draws[:, 0], 0.975))

    def step_length_m(
        self, speed_mps: ArrayLike, grade_pct: ArrayLike = 0.0
    ) -> NDArray[np.float64]:
        """Give the baseline's step length at a speed and grade.

        Parameters
        ----------
        speed_mps : float or array
            Speed [m/s].
        grade_pct : float or array
            Grade; one that is not known counts as flat [%].

        Returns
        -------
        array
            Step length; NaN where there is no speed [m].
        """
        terms = self._terms(speed_mps, grade_pct)
        slopes = (
            self.elasticity,
            self.uphill_slope,
            self.downhill_slope,
            self.curvature,
        )
        log_step = sum(
            (slope * term for slope, term in zip(slopes, terms, strict=True)),
            start=np.zeros(()),
        )
        return np.asarray(self.baseline_step_length_m * np.exp(log_step))

    def cadence_spm(
        self, speed_mps: ArrayLike, grade_pct: ArrayLike = 0.0
    ) -> NDArray[np.float64]:
        """Give the baseline's cadence at a speed and grade.

        Parameters
        ----------
        speed_mps, grade_pct : float or array
            As in `step_length_m`.

        Returns
        -------
        array
            Steps of both feet [steps/min].
        """
        speed = np.asarray(speed_mps, dtype=np.float64)
        return np.asarray(
            SECONDS_PER_MINUTE * speed / self.step_length_m(speed, grade_pct)
        )

    def interval(
        self, speed_mps: ArrayLike, grade_pct: ArrayLike = 0.0, level: float = 0.95
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give the interval of the curve itself, from draws of whole runs.

        It is that of the runner's mean over the baseline runs. A single run lies
        further away, since form changes from day to day.

        Parameters
        ----------
        speed_mps, grade_pct : float or array
            As in `step_length_m`.
        level : float
            How often the interval should hold the curve, between 0 and 1.

        Returns
        -------
        low, high : array
            Step length [m].

        Raises
        ------
        ValueError
            If `level` is no share between 0 and 1.
        """
        if not 0 < level < 1:
            msg = f"level: found {level:g}; expected a share between 0 and 1"
            raise ValueError(msg)
        terms = self._terms(speed_mps, grade_pct)
        stacked = np.stack([*terms, np.ones_like(terms[0])])
        drawn = np.tensordot(self.draws, stacked, axes=1)
        tail = (1 - level) / 2
        low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
        return np.asarray(np.exp(low)), np.asarray(np.exp(high))

    def summary(self) -> str:
        """Say in a few lines what the curve is, beside what is published.

        Returns
        -------
        str
            Step length at the reference speed, the elasticities with their intervals
            and the published ones, the effect of grade, and what was assumed.
        """
        pace = format_pace(self.ref_speed_mps)
        miles = format_pace(self.ref_speed_mps, metres=METRES_PER_MILE)
        low, high = self.interval(self.ref_speed_mps)
        e = (self.elasticity, self.elasticity_low, self.elasticity_high)
        how = "measured" if self.is_elasticity_measured else "published, not measured"
        lines = [
            (
                f"At {self.ref_speed_mps:.2f} m/s ({pace} /km, {miles} /mi) on the "
                f"flat: a step of {self.baseline_step_length_m:.3f} m (95 % "
                f"{low:.3f} to {high:.3f}), "
                f"{float(self.cadence_spm(self.ref_speed_mps)):.0f} steps/min; from "
                f"{self.n_runs} run{'s' * (self.n_runs != 1)} and {self.n_windows:,} "
                f"half minutes{self._of_baseline}."
            ),
            (
                f"Each 1 % of speed ({how}): step {e[0]:+.2f} % (95 % {e[1]:.2f} to "
                f"{e[2]:.2f}), cadence {1 - e[0]:+.2f} % ({1 - e[2]:.2f} to "
                f"{1 - e[1]:.2f}). Published: {PUBLISHED_ELASTICITY} and "
                f"{PUBLISHED_CADENCE_ELASTICITY} (Cavanagh & Kram 1989)."
            ),
        ]
        if not PLAUSIBLE_ELASTICITY[0] <= self.elasticity <= PLAUSIBLE_ELASTICITY[1]:
            lines.append(
                "That is far from what is published: speed or cadence may be wrong in "
                "some files."
            )
        if self.uphill_slope or self.downhill_slope:
            lines.append(
                f"Each 1 % up: step {100 * self.uphill_slope:+.2f} %; each 1 % down: "
                f"{-100 * self.downhill_slope:+.2f} %."
            )
        if self.curvature:
            lines.append(f"The curve bends: {self.curvature:+.2f} × (log speed)².")
        return "\n".join([*lines, *self.notes])

    def plot(
        self, ax: Axes | None = None, *, units: Literal["km", "mi"] = "km"
    ) -> Axes:
        """Draw the curve with its band and the runs behind it.

        Parameters
        ----------
        ax : Axes, optional
            Where to draw; a new figure where not given.
        units : {"km", "mi"}
            What paces are told in.

        Returns
        -------
        Axes
            What was drawn on.
        """
        # By name, as pandas does: drawing lies above, and gait must not depend on it.
        plots = import_module("hipstride.plots")
        drawn: Axes = plots.stride_curve(self, units=units, ax=ax)
        return drawn

    def __str__(self) -> str:
        return self.summary().splitlines()[1]

    def _repr_html_(self) -> str:
        return html_of(self)

    @property
    def _of_baseline(self) -> str:
        if self.n_baseline_runs == self.n_runs:
            return ""
        return f", the level from {self.n_baseline_runs} of the runs, the baseline"

    def _terms(
        self, speed_mps: ArrayLike, grade_pct: ArrayLike
    ) -> tuple[NDArray[np.float64], ...]:
        speed = np.asarray(speed_mps, dtype=np.float64)
        grade = np.nan_to_num(np.asarray(grade_pct, dtype=np.float64), nan=0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            known = (speed > 0) & np.isfinite(speed)
            log_speed = np.where(known, np.log(speed / self.ref_speed_mps), np.nan)
        log_speed, grade = np.broadcast_arrays(log_speed, grade)
        return (
            log_speed,
            np.maximum(grade, 0.0),
            np.minimum(grade, 0.0),
            log_speed**2,
        )
