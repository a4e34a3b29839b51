"""Pain as an order, not as points: odds of a higher rating, and of any pain."""

from hipstride.stats.ordinal.any_pain import any_pain
from hipstride.stats.ordinal.higher_rating import ordinal
from hipstride.stats.ordinal.proportional_odds import (
    ProportionalOdds,
    proportional_odds,
)
from hipstride.stats.ordinal.separation import (
    SeparationOfChange,
    is_separable,
    separation_of_change,
)

__all__ = [
    "ProportionalOdds",
    "SeparationOfChange",
    "any_pain",
    "is_separable",
    "ordinal",
    "proportional_odds",
    "separation_of_change",
]
