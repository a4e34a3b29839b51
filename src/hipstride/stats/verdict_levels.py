"""The five levels of a verdict: what each asks for, allows and forbids, as data.

One home for the rules, so that the report, the command line and a
notebook never word a level of their own.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd

from hipstride.tables._levels import LEVEL_NAMES, level_name

__all__ = ["LEVELS", "WORDS_OF_CAUSE", "Level", "level_name", "verdict_levels"]


@dataclass(frozen=True, slots=True)
class Level:
    """One level of certainty."""

    level: int
    name: str
    asks_for: str
    allows: str
    forbids: str


# Never in a sentence below the level of a randomised test.
WORDS_OF_CAUSE = ("caused", "causes", "cured", "cures", "because of", "works")

LEVELS = (
    Level(
        0,
        LEVEL_NAMES[0],
        "nothing: something needed was missing, or the interval reaches both no "
        "effect and one that matters",
        "This history cannot answer the question, and what could",
        "any direction word",
    ),
    Level(
        1,
        LEVEL_NAMES[1],
        "an interval that excludes 0, or lies within the smallest effect of interest",
        "In this history, pain was higher or lower; other explanations were not "
        "excluded",
        "words of cause",
    ),
    Level(
        2,
        LEVEL_NAMES[2],
        "two methods that exclude 0, a clean lead test, pain before the run adjusted "
        "for, the same sign in the alternatives",
        "a consistent association, compatible with stride affecting pain, and with "
        "what was not measured",
        "words of cause",
    ),
    Level(
        3,
        LEVEL_NAMES[3],
        "a known date, an interval that excludes 0 net of trend, an unusual date among "
        "the placebo dates, no competing change, no start at a peak of pain",
        "Pain fell by so much after the date, more than the earlier course predicts",
        "that the change did it",
    ),
    Level(
        4,
        LEVEL_NAMES[4],
        "a schedule drawn and stored before the first day, p of 0.05 or less by that "
        "schedule, and a stride that differed",
        "When the schedule said so, pain was so much lower; chance alone would do this "
        "so often",
        "other runners, and words of disease",
    ),
)


def verdict_levels() -> pd.DataFrame:
    """Give the levels as a table.

    Returns
    -------
    DataFrame
        ``level, name, asks_for, allows, forbids``: five rows.

    Examples
    --------
    >>> verdict_levels()["name"].tolist()[:2]
    ['cannot tell', 'tentative association']
    """
    return pd.DataFrame([asdict(level) for level in LEVELS])
