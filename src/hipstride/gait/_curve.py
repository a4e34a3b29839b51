"""The slopes of the stride curve: which of them the data carry, and how well."""

from __future__ import annotations

from dataclasses import replace
from math import inf, isnan, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hipstride.gait._instrument import FAR, MIN_STRENGTH, NEAR, predicted, strength
from hipstride.gait._noise import fit_noise
from hipstride.gait._slopes import Fit, alike, slopes_on
from hipstride.gait._window_data import Data
from hipstride.gait.curve import PUBLISHED_ELASTICITY

__all__ = ["PUBLISHED_ELASTICITY_SD", "fit_curve"]

# From 3.15 to 4.12 m/s stride length +28 %: ln 1.28 / ln 1.308. Cavanagh & Kram, Med
# Sci Sports Exerc 1989;21:467-479. Other runners and speeds give 0.85 to 0.92; the
# standard deviation is our judgement, wide enough for 0.80 to 1.04.
PUBLISHED_ELASTICITY_SD = 0.06
# A slope that is measured worse than that is not used.
MAX_ERROR = PUBLISHED_ELASTICITY_SD
# One that may leave cadence no part is that of an error of speed, which alone moves
# then.
MAX_ELASTICITY = 0.98
# One taken on far windows is preferred while it is known to that, since no error of
# speed that lasts for a minute reaches it, and the data do not tell how long theirs do.
MAX_FAR_ERROR = 0.03
# An effect of grade known worse than this is left out (part of the step per 1 %).
MAX_GRADE_SLOPE_SE = 0.004
# A barometer leaves an error of 0.2 to 0.5 % in the grade of half a minute; where the
# grades within the runs spread by hardly more than that, they are mostly error.
MIN_GRADE_SPREAD_PCT = 0.6
# Up and down differ by some tenths of a per cent of the step for each 1 %.
GRADES_APART_SD = 0.003
# A bend of the curve is believed when it stands out by three standard errors over
# speeds that differ by a quarter within the runs; a wrong bend is worse than none.
MIN_CURVATURE_T = 3.0
MIN_CURVATURE_SPAN_LOG = 0.22
# What windows so far away may leave of the pull, as a share of what they took off: an
# error that lasts for a minute reaches the near ones.
LEFT_SHARES = {FAR: 0.0, NEAR: 0.5}

_FLAT = "Too little is known about the effect of grade: left out."
_PREDICTED = ("speed", "uphill", "downhill")


class Candidate(NamedTuple):
    """One way to take the slopes, and what it takes them on."""

    fit: Fit
    moves: dict[str, NDArray[np.float64]]
    notes: list[str]


def fit_curve(data: Data, notes: list[str]) -> Fit:
    """Choose which slopes the data carry, and estimate them.

    Parameters
    ----------
    data : Data
        The windows.
    notes : list of str
        What was left out or assumed is added.

    Returns
    -------
    Fit
        Slopes of speed, and of those of grade and the bend that are known.
    """
    if not data.shapes.any():
        notes.append(_no_slope("No run here tells how the step goes with speed"))
        return _published(data)
    candidates = [_candidate(data, lags, share) for lags, share in LEFT_SHARES.items()]
    measured = [one for one in candidates if _own_error(one.fit) <= MAX_ERROR]
    best = min(measured or candidates, key=lambda one: _error(one.fit))
    if _error(candidates[0].fit) <= MAX_FAR_ERROR:
        best = candidates[0]
    fit = best.fit
    notes += best.notes
    if not measured or fit.coefficients[0] + _error(fit) > MAX_ELASTICITY:
        notes.append(
            _no_slope("Speed varies too little within these runs to measure its effect")
        )
        return _published(data)
    within = data.within(data.log_speed)[data.of_windows(data.shapes)]
    low, high = np.quantile(within, [0.025, 0.975])
    if high - low >= MIN_CURVATURE_SPAN_LOG:
        # Near windows know of a bend, which needs no slope that is free of all pull.
        moves = {**best.moves, "bend": candidates[-1].moves["bend"]}
        bent = _by_instrument(data, moves, (*fit.names, "bend"))
        if "uphill" in fit.names:
            bent = alike(bent, "uphill", "downhill", GRADES_APART_SD)
        error = sqrt(bent.covariance[-1, -1])
        if abs(bent.coefficients[-1]) > MIN_CURVATURE_T * error:
            notes.append("The curve bends: a squared term of log speed is in it.")
            return replace(bent, pull=fit.pull, is_grade_unsure=fit.is_grade_unsure)
    return fit


def _no_slope(why: str) -> str:
    return (
        f"{why}: the published elasticity {PUBLISHED_ELASTICITY} ± "
        f"{PUBLISHED_ELASTICITY_SD} (Cavanagh & Kram 1989) stands in."
    )


def _error(fit: Fit) -> float:
    """Give the whole error of the slope of speed, its possible pull included."""
    error = sqrt(float(fit.whole_covariance[0, 0]))
    return inf if isnan(error) else error


def _own_error(fit: Fit) -> float:
    return _error(replace(fit, pull=0.0))


def _candidate(data: Data, lags: tuple[int, ...], left_share: float) -> Candidate:
    """Fit by windows so far away, and say how much of the pull they may leave."""
    x = data.within(data.columns(_PREDICTED))
    speed, up, down = predicted(data, x, lags).T
    strong = strength(speed, x[:, 0], len(_PREDICTED) * len(lags))
    if strong < MIN_STRENGTH:
        speed = np.zeros_like(speed)
    means = np.repeat(data.run_means(data.log_speed), data.lengths)
    moves = {
        "speed": speed,
        "uphill": up,
        "downhill": down,
        "elapsed": data.columns(("elapsed",))[:, 0],
        "bend": data.within((means + speed) ** 2),
    }
    notes: list[str] = []
    fit = _best_grades(data, moves, notes)
    if strong < MIN_STRENGTH:
        return Candidate(fit, moves, notes)
    columns = data.within(data.columns(fit.names))[data.of_windows(data.shapes)]
    y = data.within(data.log_step)[data.of_windows(data.shapes)]
    plain, *_ = np.linalg.lstsq(columns.T @ columns, columns.T @ y, rcond=None)
    taken_off = float(plain[0] - fit.coefficients[0])
    pull = (left_share + 1.0 / strong) * max(taken_off, 0.0)
    return Candidate(replace(fit, pull=pull), moves, notes)


def _best_grades(
    data: Data, moves: dict[str, NDArray[np.float64]], notes: list[str]
) -> Fit:
    """Fit with the effects of up and of down where they are known."""
    apart = _by_instrument(data, moves, ("speed", "elapsed", "uphill", "downhill"))
    apart = alike(apart, "uphill", "downhill", GRADES_APART_SD)
    if not _is_grade_known(apart):
        notes.append(_FLAT)
        return _by_instrument(data, moves, ("speed", "elapsed"))
    grades = data.within(data.columns(("grade",)))[data.of_windows(data.shapes)]
    return replace(apart, is_grade_unsure=bool(grades.std() < MIN_GRADE_SPREAD_PCT))


def _is_grade_known(fit: Fit) -> bool:
    return bool((np.diag(fit.covariance)[2:] <= MAX_GRADE_SLOPE_SE**2).all())


def _by_instrument(
    data: Data, moves: dict[str, NDArray[np.float64]], names: tuple[str, ...]
) -> Fit:
    """Take the slopes on what moves with the real speed and grade alone."""
    x = data.within(data.columns(names))
    return slopes_on(data, names, x, np.column_stack([moves[name] for name in names]))


def _published(data: Data) -> Fit:
    residuals = data.within(data.log_step - PUBLISHED_ELASTICITY * data.log_speed)
    return Fit(
        names=("speed",),
        coefficients=np.array([PUBLISHED_ELASTICITY]),
        covariance=np.array([[PUBLISHED_ELASTICITY_SD**2]]),
        instruments=data.within(data.columns(("speed",))),
        lever=np.zeros((1, 1)),
        noise=fit_noise(residuals, data.elapsed_s, data.starts),
        how="published",
    )
