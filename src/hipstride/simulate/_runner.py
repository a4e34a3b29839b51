"""Who is simulated: every true number about a runner, with its unit.

The defaults are the scenario that the error rates of the statistics were measured in:
four runs a week, pain with a memory of 0.6 a day, form with a memory of 0.7 a day, a
speed that moves both raw stride and pain, ratings in whole points with a floor at 0.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace

from hipstride.simulate._gear import DeviceUse, ShoeUse
from hipstride.tables import CHANGE_KINDS

__all__ = ["RATED_MOMENTS", "Change", "Runner", "demo_runner"]

# The moments that a simulated diary can hold, in the order of a day.
RATED_MOMENTS = ("before", "during", "after", "next_morning")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing the runner changes on a day, and what it truly does.

    Parameters
    ----------
    on : int or date
        The run, counted from 0, or the day, from which on it holds.
    stride_pct : float
        What it does to the step length at the same speed [%].
    pain_points : float
        What it does to pain beside what the stride does [points of 0-10].
    label, kind : str
        The runner's words, and one of `CHANGE_KINDS`.

    Raises
    ------
    ValueError
        If the kind is unknown, or a run is counted from below 0.

    Examples
    --------
    >>> Change(on=60, stride_pct=-4, label="shorter stride", kind="stride").pain_points
    0.0
    """

    on: int | dt.date
    stride_pct: float = 0.0
    pain_points: float = 0.0
    label: str = "change"
    kind: str = "other"

    def __post_init__(self) -> None:
        if self.kind not in CHANGE_KINDS:
            msg = (
                f"kind: found {self.kind!r}; expected one of {', '.join(CHANGE_KINDS)}"
            )
            raise ValueError(msg)
        if isinstance(self.on, int) and self.on < 0:
            msg = f"on: found run {self.on}; expected a run counted from 0, or a date"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """A runner whose true numbers are known.

    Parameters
    ----------
    start_on : date
        Day of the first run.
    utc_offset_h : float
        Wall clock less UTC [h].
    runs_per_week : float
        On how many days a week, up to 7; which days is left to chance [1/week].
    mean_distance_m, distance_sd_pct : float
        Distance of a run, and how much it varies between runs [m], [%].
    base_speed_mps, speed_sd_pct : float
        Usual speed, and its variation between runs [m/s], [%].
    speed_drift_pct : float
        Slow gain in speed over a year [%].
    step_length_m : float
        Step length at the usual speed on the flat [m].
    elasticity : float
        Step length gained per speed gained, both in per cent; 0.85-0.92 in the
        literature (Cavanagh & Kram 1989) [-].
    grade_effect_pct : float
        What +1 % of grade does to the step length at the same speed [%].
    grade_sd_pct : float
        How the mean grade of a run's steady part varies between runs [%].
    hilliness_pct : float
        Typical size of the grades within a run [%].
    form_sd_pct, form_memory : float
        How far the step length at the same speed wanders of itself, and its
        autocorrelation over a day [%], [-].
    measurement_sd_pct : float
        Error of a run's mean step length at table level [%].
    treadmill_share, intervals_share : float
        Share of the runs on a treadmill, and of the outdoor runs with intervals [-].
    pain_baseline_points : float
        Mean of the unrounded pain, at the usual stride, speed and load [points].
    pain_sd_points, pain_memory : float
        How the pain of a day wanders of itself, and its autocorrelation over one day
        [points], [-].
    run_noise_sd_points, rating_noise_sd_points : float
        What a run adds by chance, and how unsurely pain is told [points].
    effect_points_per_pct : float
        **The effect looked for**: pain in a run and after it, per +1 % of step length
        at the same speed [points].
    speed_effect_points_per_pct : float
        The same per +1 % of speed [points].
    load_effect_points_per_km : float
        Per km of 7-day load above the 28-day load [points].
    morning_share : float
        Share of what the run did to pain that is left on the next morning [-].
    guarding_pct_per_point : float
        Reverse causation: by how much the step is shortened per point of pain before
        the run [%].
    recovery_points_per_100_days : float
        What time alone adds to all felt pain: -1 is a pain that heals by 1 point in
        100 days, whatever is tried [points].
    flare_share, flare_mean_days : float
        Share of the days in a flare, and how long a flare lasts on average [-], [d].
    flare_points, flare_noise_factor : float
        What a flare adds to felt pain, and by how much more a run adds by chance
        within one: pain that varies more where it is worse [points], [-].
    arm_stride_pct, arm_pain_points : float
        What the cue of a randomised schedule does on the runs it is used on: to the
        step length at the same speed, and to pain in and after the run beside what
        the stride does [%], [points].
    changes : tuple of Change
        What the runner changes, and when.
    moments : tuple of str
        When pain is rated, of `RATED_MOMENTS`.
    rating_step_points : float
        1 for whole points, 0.5 for half points [points].
    careless_zero_share : float
        Share of the ratings that are 0 whatever was felt [-].
    missing_share, forgetting_share : float
        Share of the runs without any rating in and after them, by chance; and the
        further share among those with a rating of 0 (who is free of pain forgets the
        diary) [-].
    sore_forgetting_share : float
        The same among those with a rating of 4 or more: who is sore skips it [-].
    control_sites : tuple of str
        Other places that are rated after each run, which no stride moves; their
        ratings stand in ``control_<site>_after_0_10``.
    has_dynamics : bool
        Whether the watch tells oscillation, ground contact and its own step length.
    device : str
        Name of the watch, on the runs that none of `devices` is worn on.
    devices : tuple of DeviceUse
        Which watches are worn, on which runs, each with a scale error of its own. All
        else is the same as without them: they record the same runs.
    shoes : tuple of ShoeUse
        Which shoes are worn, on which runs, and what each does to the step. By way of
        the step they act on pain as the form does.
    gps_speed_sd_pct, gps_speed_memory_s : float
        Error of the recorded speed from one second to the next, and the time in which
        its autocorrelation falls to 1/e [%], [s].
    gps_run_sd_pct : float
        Error of the recorded speed that a whole outdoor run shares [%].

    Raises
    ------
    ValueError
        If a number cannot be: a share outside 0-1, a memory outside 0-1, a negative
        spread, more than 7 runs a week, an unknown moment.

    Examples
    --------
    >>> Runner(effect_points_per_pct=0.0).pain_memory
    0.6
    >>> Runner(missing_share=1.5)
    Traceback (most recent call last):
    ...
    ValueError: missing_share: found 1.5; expected 0 to 1
    """

    start_on: dt.date = dt.date(2025, 1, 6)
    utc_offset_h: float = 2.0
    runs_per_week: float = 4.0
    mean_distance_m: float = 10_000.0
    distance_sd_pct: float = 40.0
    base_speed_mps: float = 2.95
    speed_sd_pct: float = 10.0
    speed_drift_pct: float = 0.0
    step_length_m: float = 1.08
    elasticity: float = 0.88
    grade_effect_pct: float = -0.8
    grade_sd_pct: float = 0.3
    hilliness_pct: float = 1.5
    form_sd_pct: float = 2.0
    form_memory: float = 0.7
    measurement_sd_pct: float = 0.2
    treadmill_share: float = 0.0
    intervals_share: float = 0.15
    pain_baseline_points: float = 1.6
    pain_sd_points: float = 1.6
    pain_memory: float = 0.6
    run_noise_sd_points: float = 0.85
    rating_noise_sd_points: float = 0.3
    effect_points_per_pct: float = 0.15
    speed_effect_points_per_pct: float = 0.035
    load_effect_points_per_km: float = 0.1
    morning_share: float = 0.5
    guarding_pct_per_point: float = 0.0
    recovery_points_per_100_days: float = 0.0
    flare_share: float = 0.0
    flare_mean_days: float = 10.0
    flare_points: float = 2.0
    flare_noise_factor: float = 2.0
    arm_stride_pct: float = -5.0
    arm_pain_points: float = 0.0
    changes: tuple[Change, ...] = ()
    moments: tuple[str, ...] = RATED_MOMENTS
    rating_step_points: float = 1.0
    careless_zero_share: float = 0.05
    missing_share: float = 0.0
    forgetting_share: float = 0.0
    sore_forgetting_share: float = 0.0
    control_sites: tuple[str, ...] = ()
    has_dynamics: bool = True
    device: str = "simulated watch"
    devices: tuple[DeviceUse, ...] = ()
    shoes: tuple[ShoeUse, ...] = ()
    gps_speed_sd_pct: float = 1.5
    gps_speed_memory_s: float = 8.0
    gps_run_sd_pct: float = 0.4

    def __post_init__(self) -> None:
        for name in self.__slots__:
            _check(name, getattr(self, name))
        unknown = [moment for moment in self.moments if moment not in RATED_MOMENTS]
        if unknown:
            known = ", ".join(RATED_MOMENTS)
            msg = f"moments: found {unknown[0]!r}; expected some of {known}"
            raise ValueError(msg)


def demo_runner() -> Runner:
    """Give the runner of ``hipstride demo``: a clear true effect and a dated cue.

    Four and a half runs a week, rated before, in, after and on the next morning;
    simulate about 160 runs (eight to nine months) of this runner.

    Returns
    -------
    Runner
        The true numbers.

    Examples
    --------
    >>> demo_runner().changes[0].label
    'shorter stride'
    """
    return replace(
        Runner(),
        runs_per_week=4.5,
        treadmill_share=0.05,
        pain_baseline_points=3.0,
        pain_sd_points=1.2,
        run_noise_sd_points=0.8,
        effect_points_per_pct=0.3,
        careless_zero_share=0.0,
        missing_share=0.05,
        changes=(
            Change(on=90, stride_pct=-4.0, label="shorter stride", kind="stride"),
        ),
    )


def _check(name: str, value: object) -> None:
    """Refuse a number that cannot be, by what its name says it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return
    low, high = -math.inf, math.inf
    if name.endswith("_share"):
        low, high = 0.0, 1.0
    elif name.endswith("_memory"):
        low, high = 0.0, 0.999
    elif "_sd_" in name:
        low = 0.0
    elif name in _RANGES:
        low, high = _RANGES[name]
    if not low <= value <= high or not math.isfinite(value):
        msg = f"{name}: found {value:g}; expected {low:g} to {high:g}"
        raise ValueError(msg)


_RANGES = {
    "runs_per_week": (0.25, 7.0),
    "base_speed_mps": (1.5, 6.0),
    "step_length_m": (0.5, 2.0),
    "mean_distance_m": (500.0, 100_000.0),
    "rating_step_points": (0.5, 1.0),
    "utc_offset_h": (-12.0, 14.0),
    "elasticity": (0.0, 1.0),
    "hilliness_pct": (0.0, 10.0),
    "gps_speed_memory_s": (0.1, 3_600.0),
    "flare_mean_days": (1.0, 1_000.0),
    "flare_noise_factor": (0.0, 100.0),
}
