"""What limits the answer about a dated change, in sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping

from hipstride.stats._findings import number
from hipstride.stats.change._named import DatedThing
from hipstride.stats.change._volume import FALL_PCT
from hipstride.stats.change.competing import NEAR_DAYS, Competitor
from hipstride.stats.change.regression_to_mean import Peak

__all__ = ["blocking_of", "change_caveats", "namesakes", "peak_words"]

_MANY_ZEROS = 0.6
_MIN_DF = 5.0
_ALPHA = 0.05


def blocking_of(found: Mapping[str, Competitor], left_out: set[str]) -> tuple[str, ...]:
    """Name the other changes that stand against a verdict of level 3.

    Parameters
    ----------
    found : mapping of str to Competitor
        The other changes.
    left_out : set of str
        Those that follow from the other columns of the model.

    Returns
    -------
    tuple of str
        One clause for each.
    """
    clauses = []
    for name, one in found.items():
        if not one.is_separable:
            clauses.append(
                f"cannot be separated from {name} ({one.n_apart} rated runs between)"
            )
        elif name in left_out:
            clauses.append(f"cannot be separated from {name} (the same runs)")
        elif one.is_near:
            clauses.append(f"{name} within {NEAR_DAYS} days ({one.days_apart})")
    return tuple(clauses)


def peak_words(peak: Peak, was_triggered_by_peak: bool | None) -> str:
    """Say what is known of the week before the change."""
    if was_triggered_by_peak:
        return "said to have begun at a peak"
    if peak.n_before == 0:
        return "no rating in the 7 days before"
    if not math.isfinite(peak.quantile):
        return "too few earlier weeks to compare with"
    return (
        f"mean of the 7 days before {peak.mean_before_points:.1f} points, above "
        f"{100 * peak.quantile:.0f} % of the earlier 7-day means"
    )


def namesakes(thing: DatedThing, others: tuple[DatedThing, ...]) -> list[str]:
    """Say that a change of the same words began on other days as well."""
    days = [
        str(one.started_on) for one in others if one.slug and one.slug == thing.slug
    ]
    if not days:
        return []
    said = (
        f"{thing.label} also began on {', '.join(days)}; this is about the one of "
        f"{thing.started_on}; give its day to look at another"
    )
    return [said]


def change_caveats(
    checks: Mapping[str, object],
    thing: DatedThing,
    blocking: tuple[str, ...],
    was_triggered_by_peak: bool | None,
) -> list[str]:
    """Gather what the checks found wanting.

    Parameters
    ----------
    checks : mapping
        The groups of numbers of the result.
    thing : DatedThing
        The change.
    blocking : tuple of str
        From `blocking_of`.
    was_triggered_by_peak : bool or None
        What the runner said.

    Returns
    -------
    list of str
        Sentences.
    """
    caveats = []
    if was_triggered_by_peak is None:
        caveats.append(
            f"Why {thing.started_on}? If the change was made because it hurt most "
            "then, pain would mostly have come down anyway; say so with "
            "was_triggered_by_peak (--at-a-peak)"
        )
    if thing.is_read_off_runs:
        caveats.append(
            f"The date of the change was read off the first run with it, "
            f"{thing.started_on}; give `changes` for the day itself"
        )
    if thing.ended_on is not None:
        caveats.append(
            f"The change ended on {thing.ended_on}: later runs were left out"
        )
    if blocking:
        caveats.append(f"Other changes: {'; '.join(blocking)}")
    caveats += _on_the_model(checks)
    caveats += _on_volume(checks)
    return caveats


def _on_the_model(checks: Mapping[str, object]) -> list[str]:
    caveats = []
    if not number(checks, "fit", "has_trend"):
        caveats.append(
            "Too short for a trend: a slow recovery would look like a change of level"
        )
    if number(checks, "fit", "df") < _MIN_DF:
        caveats.append(
            "The history is worth fewer than 5 independent runs; the interval rests on "
            "very little"
        )
    low, high = number(checks, "ewc", "low"), number(checks, "ewc", "high")
    estimate = number(checks, "fit", "step_points")
    excludes = number(checks, "fit", "low") > 0 or number(checks, "fit", "high") < 0
    if excludes and not (low > 0 if estimate > 0 else high < 0):
        caveats.append("A second method (EWC) does not exclude 0")
    if number(checks, "overlap", "is_separated") > 0:
        caveats.append(
            "The ratings after the change hardly vary: the counts are the answer, and "
            "the interval, with one spread for both sides, a sensitivity analysis"
        )
    if number(checks, "ratings", "share_zero") > _MANY_ZEROS:
        caveats.append(
            "More than 60 % of the ratings are 0: the step is that of the average "
            "rating, smaller than that of felt pain"
        )
    if "with_control" in checks:
        low = number(checks, "with_control", "low")
        high = number(checks, "with_control", "high")
        if not math.isfinite(low):
            caveats.append(
                "The control series is too short, or too like the ratings, for a "
                "comparison"
            )
        elif excludes and not (low > 0 or high < 0):
            caveats.append(
                "The difference to the control series shows no clear step: both may "
                "have moved together"
            )
    return caveats


def _on_volume(checks: Mapping[str, object]) -> list[str]:
    for name, words in (("km_per_week", "kilometres"), ("runs_per_week", "runs")):
        change = number(checks, "volume", f"{name}_change_pct")
        if change < FALL_PCT:
            said = (
                f"{-change:.0f} % fewer {words} a week after the date: the same pain, "
                "or less of it, while running less is not success"
            )
            return [said]
    return []
