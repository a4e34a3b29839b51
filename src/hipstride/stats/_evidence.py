"""All that a verdict on an association is given on."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PCT_PER_TYPICAL_CHANGE", "Evidence"]

PCT_PER_TYPICAL_CHANGE = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that the verdict is given on; slopes in points per +1 % step length.

    `n_unlike_commonest` counts the ratings that differ from the commonest one,
    `lead_p` is NaN where there were too few runs for the lead test, and
    `estimate_without_before` is NaN where pain before the run was not adjusted for.
    `estimate_with_trend` is that with a trend that bends, `trend_df` how often at most
    (1 for a straight line). `controls` are the control outcomes looked at,
    `firing_controls` those whose slope excludes 0 on the same side, `unknown_controls`
    those that could not be fitted. `p_adjusted` is set where the question is one of
    a declared family, `when` where the stride is not that of the run itself.
    """

    outcome: str
    n: int
    share_rated: float
    partial_sd_pct: float
    is_converged: bool
    n_unlike_commonest: int
    estimate: float
    low: float
    high: float
    se: float
    smallest_effect_points: float
    ewc_low: float
    ewc_high: float
    lead_p: float
    is_before_adjusted: bool
    estimate_without_before: float
    estimate_with_trend: float
    same_sign_share: float
    trend_df: int = 2
    controls: tuple[str, ...] = ()
    firing_controls: tuple[str, ...] = ()
    unknown_controls: tuple[str, ...] = ()
    p_adjusted: float | None = None
    when: str = ""

    @property
    def excludes_zero(self) -> bool:
        """Whether the whole interval lies on one side of 0."""
        return self.low > 0 or self.high < 0

    @property
    def is_within_smallest(self) -> bool:
        """Whether the whole interval lies within the smallest effect of interest."""
        limit = self.smallest_effect_points / PCT_PER_TYPICAL_CHANGE
        return -limit < self.low and self.high < limit
