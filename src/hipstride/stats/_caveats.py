"""What limits an association, in sentences."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from hipstride.stats._correlation_fit import EDGE
from hipstride.stats._findings import number
from hipstride.stats.design_matrix import Design
from hipstride.stats.gap_gls import GapGls
from hipstride.stats.verdict import (
    MIN_SHARE_RATED_LEVEL_2,
    Evidence,
    guarding_caveat,
)

__all__ = ["caveats_of"]

_MANY_ZEROS = 0.6
_MANY_ODD_ZEROS = 0.02
_MIN_P = 0.01
_SPREAD_RATIO = 2.0
_MIN_DF = 5.0


def caveats_of(
    design: Design,
    fit: GapGls,
    found: Mapping[str, object],
    evidence: Evidence,
    level: int,
) -> tuple[str, ...]:
    """Say what limits the answer.

    Parameters
    ----------
    design, fit
        The primary regression.
    found : mapping
        The checks.
    evidence : Evidence
        What the verdict rests on.
    level : int
        The level reached.

    Returns
    -------
    tuple of str
        Sentences; guarding is always the first.
    """
    caveats = [guarding_caveat(evidence, level), *design.caveats]
    if evidence.share_rated < MIN_SHARE_RATED_LEVEL_2:
        caveats.append(
            f"Only {100 * evidence.share_rated:.0f} % of the usable runs were rated; "
            "the others may differ"
        )
    if number(found, "ratings", "share_zero") > _MANY_ZEROS:
        caveats.append(
            "More than 60 % of the ratings are 0: the slope is that of the average "
            "rating, smaller than that of felt pain"
        )
    # Without a share that is correlated, decay means nothing.
    is_correlated = fit.nu < 1 - EDGE
    is_slow = "tau_days" in fit.at_bound and fit.tau_days > float(np.ptp(design.day))
    if is_correlated and is_slow:
        caveats.append(
            "Pain drifts more slowly than this history can show; a slow common drift "
            "of stride and pain is not excluded"
        )
    if number(found, "ljung_box", "p_value") < _MIN_P:
        caveats.append(
            "The residuals keep a memory that the model does not describe; the "
            "interval may be too narrow"
        )
    if fit.df[1] < _MIN_DF:
        caveats.append(
            "The history is worth fewer than 5 independent runs; the interval rests on "
            "very little"
        )
    caveats += _on_zeros_before(found)
    caveats += _on_time(found)
    caveats += _on_controls(evidence)
    caveats += _on_analgesic(found)
    caveats += _on_dated_changes(found)
    return tuple(caveats)


def _on_zeros_before(found: Mapping[str, object]) -> list[str]:
    odd = number(found, "zeros_before", "share_odd_zero")
    zero = number(found, "zeros_before", "share_zero")
    if not (odd > _MANY_ODD_ZEROS or zero > _MANY_ZEROS):
        return []
    return [
        f"{100 * zero:.0f} % of the ratings before the run are exactly 0"
        + (", some of them between sore days" if odd > _MANY_ODD_ZEROS else "")
        + "; if they were given carelessly, the adjustment for pain before the run is "
        "too weak"
    ]


def _on_time(found: Mapping[str, object]) -> list[str]:
    caveats = []
    if number(found, "residuals_over_time", "bend_p_value") < _MIN_P:
        caveats.append(
            "Pain bends over time in a way that a straight trend does not follow; see "
            "the slope with a curved trend"
        )
    ratio = number(found, "residuals_over_time", "spread_ratio")
    if ratio > _SPREAD_RATIO or ratio < 1 / _SPREAD_RATIO:
        caveats.append(
            "The scatter of the ratings differs between the first and the second half "
            f"of the runs by a factor of {max(ratio, 1 / max(ratio, 1e-3)):.1f}"
        )
    return caveats


def _on_controls(evidence: Evidence) -> list[str]:
    if not evidence.firing_controls:
        return []
    listed = ", ".join(evidence.firing_controls)
    text = f"Ratings that the stride should not touch go with it as well ({listed})"
    return [f"{text}: the way of rating may drift with the stride"]


def _on_analgesic(found: Mapping[str, object]) -> list[str]:
    n_with = number(found, "without_analgesic", "n_with_analgesic")
    if not n_with > 0:
        return []
    slope = number(found, "without_analgesic", "points_per_pct")
    text = f"Painkillers hide pain; they were taken on {n_with:.0f} of the runs used"
    if not np.isfinite(slope):
        return [f"{text}, and too few runs without one are left to look at alone"]
    return [f"{text}; the slope without these runs is among the checks"]


def _on_dated_changes(found: Mapping[str, object]) -> list[str]:
    caveats = []
    if number(found, "with_dated_changes", "n_changes") > 0:
        is_known = np.isfinite(number(found, "with_dated_changes", "points_per_pct"))
        caveats.append(
            "Dated changes were not adjusted for; the slope with them is among the "
            "checks"
            if is_known
            else "Dated changes were not adjusted for; with them no slope can be fitted"
        )
    n_left_out = number(found, "with_dated_changes", "n_left_out")
    if n_left_out > 0:
        caveats.append(
            "Changes that could not be looked at (in force on all runs used, on none, "
            f"on the same as another, or unknown on some): {n_left_out:g}"
        )
    return caveats
