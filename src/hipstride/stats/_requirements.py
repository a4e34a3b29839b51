"""What the levels of an association ask for, held against what was found."""

from __future__ import annotations

import math

from hipstride.stats._evidence import Evidence
from hipstride.stats._wording import (
    MIN_PARTIAL_SD_PCT,
    MIN_RATED_RUNS,
    MIN_UNLIKE_COMMONEST,
)
from hipstride.tables import Requirement

__all__ = ["MIN_SHARE_RATED", "MIN_SHARE_RATED_LEVEL_2", "level_0", "level_2"]

MIN_SHARE_RATED = 0.5
MIN_SHARE_RATED_LEVEL_2 = 0.7
MIN_SAME_SIGN_SHARE = 0.9
_ALPHA = 0.05
_SMALLEST_P = 0.001


def level_0(e: Evidence) -> tuple[Requirement, ...]:
    """List what any answer asks for."""
    return (
        Requirement(
            f"at least {MIN_RATED_RUNS} rated runs", e.n >= MIN_RATED_RUNS, f"{e.n}"
        ),
        Requirement(
            f"step length at the same speed varied by {MIN_PARTIAL_SD_PCT:g} % or more",
            e.partial_sd_pct >= MIN_PARTIAL_SD_PCT,
            f"standard deviation {e.partial_sd_pct:.2f} %",
        ),
        Requirement(
            f"at least {100 * MIN_SHARE_RATED:g} % of the runs rated",
            e.share_rated >= MIN_SHARE_RATED,
            f"{100 * e.share_rated:.0f} %",
        ),
        Requirement(
            f"at least {MIN_UNLIKE_COMMONEST} ratings unlike the commonest one",
            e.n_unlike_commonest >= MIN_UNLIKE_COMMONEST,
            f"{e.n_unlike_commonest}",
        ),
        Requirement("the fit converged", e.is_converged, str(e.is_converged).lower()),
    )


def level_2(e: Evidence) -> tuple[Requirement, ...]:
    """List what a consistent association asks for beside an interval without 0."""
    ewc_agrees = e.ewc_low > 0 if e.estimate > 0 else e.ewc_high < 0
    moved = abs(e.estimate - e.estimate_without_before)
    return (
        Requirement(
            "a second method (EWC) excludes 0 on the same side",
            ewc_agrees,
            f"EWC interval {e.ewc_low:+.3f} to {e.ewc_high:+.3f} per 1 %",
            level=2,
        ),
        Requirement(
            "the stride of the next run does not go with the pain of this one",
            e.lead_p >= _ALPHA,  # NaN is not clean
            _p(e.lead_p)
            if math.isfinite(e.lead_p)
            else "too few runs for the lead test",
            level=2,
        ),
        Requirement(
            "pain before the run was adjusted for",
            e.is_before_adjusted,
            "yes" if e.is_before_adjusted else "rated too rarely or not at all",
            level=2,
        ),
        Requirement(
            "longer strides go with more pain, or the adjustment for pain before the "
            "run moved nothing",
            e.is_before_adjusted and (e.estimate > 0 or moved < e.se / 2),
            f"without the adjustment {e.estimate_without_before:+.3f} per 1 %"
            if e.is_before_adjusted
            else "not adjusted",
            level=2,
        ),
        Requirement(
            "a trend over time does not explain it",
            e.trend_df >= 1
            and e.estimate_with_trend * e.estimate > 0
            and e.low <= e.estimate_with_trend <= e.high,
            _trend(e),
            level=2,
        ),
        Requirement(
            f"the same sign in {100 * MIN_SAME_SIGN_SHARE:g} % of the alternative "
            "models",
            e.same_sign_share >= MIN_SAME_SIGN_SHARE,
            f"{100 * e.same_sign_share:.0f} %",
            level=2,
        ),
        Requirement(
            f"at least {100 * MIN_SHARE_RATED_LEVEL_2:g} % of the runs rated",
            e.share_rated >= MIN_SHARE_RATED_LEVEL_2,
            f"{100 * e.share_rated:.0f} %",
            level=2,
        ),
        *_controls(e),
        *_family(e),
    )


def _trend(e: Evidence) -> str:
    if e.trend_df < 1:
        return "no trend could be fitted"
    if not math.isfinite(e.estimate_with_trend):
        return "too few runs for a trend"
    kind = "a linear trend" if e.trend_df == 1 else "a trend that may bend"
    return f"with {kind} {e.estimate_with_trend:+.3f} per 1 %"


def _controls(e: Evidence) -> tuple[Requirement, ...]:
    if not e.controls:
        return ()
    return (
        Requirement(
            "ratings that the stride should not touch do not go with it",
            not e.firing_controls and not e.unknown_controls,
            f"excluded 0 on the same side: {', '.join(e.firing_controls)}"
            if e.firing_controls
            else f"could not be looked at: {', '.join(e.unknown_controls)}"
            if e.unknown_controls
            else f"looked at: {', '.join(e.controls)}",
            level=2,
        ),
    )


def _family(e: Evidence) -> tuple[Requirement, ...]:
    if e.p_adjusted is None:
        return ()
    return (
        Requirement(
            "it holds among all windows that were looked at",
            e.p_adjusted < _ALPHA,
            f"adjusted p {_below_or_equal(e.p_adjusted)}",
            level=2,
        ),
    )


def _below_or_equal(p_value: float) -> str:
    if p_value < _SMALLEST_P:
        return f"< {_SMALLEST_P:g}"
    return f"= {p_value:.3f}"


def _p(p_value: float) -> str:
    return f"lead test p {_below_or_equal(p_value)}"
