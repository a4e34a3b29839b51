"""What missing ratings leave of an answer, as requirements and in one sentence."""

from __future__ import annotations

from hipstride.stats._evidence import PCT_PER_TYPICAL_CHANGE
from hipstride.stats._requirements import MIN_SHARE_RATED, MIN_SHARE_RATED_LEVEL_2
from hipstride.stats._wording import MIN_RATED_RUNS, points
from hipstride.stats.gap_gls import GapGls
from hipstride.stats.missing.delta import TippingPoint
from hipstride.tables import Requirement

__all__ = ["LARGEST_POINTS", "requirements_of", "sentence_of"]

# How far unrated runs may differ from rated ones like them before the answer falls.
LARGEST_POINTS = 2.0


def requirements_of(
    fit: GapGls,
    tip: TippingPoint | None,
    n_usable: int,
    n_unrated: int,
    smallest: float,
) -> tuple[Requirement, ...]:
    """List what the answer asks for, held against what was found."""
    share = 1 - n_unrated / n_usable
    low, high = (PCT_PER_TYPICAL_CHANGE * float(v[1]) for v in (fit.low, fit.high))
    answers = low > 0 or high < 0 or (-smallest < low and high < smallest)
    if n_unrated == 0:
        stands, detail = True, "none are unrated"
    elif tip is None:
        stands, detail = False, "unrated runs could not be filled in"
    else:
        stands = tip.more_points is None and tip.less_points is None
        detail = _tip_detail(tip)
    return (
        Requirement(
            f"at least {MIN_RATED_RUNS} rated runs", fit.n >= MIN_RATED_RUNS, f"{fit.n}"
        ),
        Requirement(
            f"at least {100 * MIN_SHARE_RATED:g} % of the runs rated",
            share >= MIN_SHARE_RATED,
            f"{100 * share:.0f} %",
        ),
        Requirement(
            "the interval excludes 0, or lies within the smallest effect of interest",
            answers,
            f"{low:+.2f} to {high:+.2f} points per 5 %",
        ),
        Requirement(
            f"it stands for unrated runs up to {points(LARGEST_POINTS)} better or "
            "worse",
            stands,
            detail,
        ),
        Requirement(
            f"at least {100 * MIN_SHARE_RATED_LEVEL_2:g} % of the runs rated",
            share >= MIN_SHARE_RATED_LEVEL_2,
            f"{100 * share:.0f} %",
            level=2,
        ),
    )


def sentence_of(
    tip: TippingPoint | None,
    n_usable: int,
    n_unrated: int,
    requirements: tuple[Requirement, ...],
    level: int,
) -> str:
    """Say how much is missing, and what it would take to change the answer."""
    if n_unrated == 0:
        start = f"All {n_usable} usable runs were rated: no missing rating leaves"
        start += " anything open."
    else:
        start = (
            f"Ratings are missing on {_percent(n_unrated / n_usable)} of the usable "
            f"runs ({n_unrated} of {n_usable})."
        )
        if tip is not None:
            words = _tip_words(tip)
            start += f" {words[0].upper()}{words[1:]}."
    if level:
        return start
    missing = "; ".join(
        f"{r.name}: {r.detail}" for r in requirements if r.level == 1 and not r.is_met
    )
    return f"{start} This history cannot answer the question. Not met: {missing}."


def _tip_words(tip: TippingPoint) -> str:
    if tip.more_points == 0 or tip.less_points == 0:
        return "the answer is so close that filling in alone changes it"
    parts = _tips(tip)
    if not parts:
        return (
            "whether the interval excludes 0 would not change if unrated runs hurt by "
            f"up to {points(tip.largest_points)} more or less than rated runs like them"
        )
    return (
        "whether the interval excludes 0 would change if unrated runs hurt by "
        f"{' or '.join(parts)} than rated runs like them"
    )


def _tip_detail(tip: TippingPoint) -> str:
    return f"changes at {' or '.join(_tips(tip))}" if _tips(tip) else "stands"


def _tips(tip: TippingPoint) -> list[str]:
    return [
        f"{points(abs(at))} {how}"
        for at, how in ((tip.more_points, "more"), (tip.less_points, "less"))
        if at is not None
    ]


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.01 else "under 1 %"  # noqa: PLR2004
