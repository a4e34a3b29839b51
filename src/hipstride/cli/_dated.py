"""One change asked about: its answer, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hipstride.cli._common import Outcome
from hipstride.errors import NotEnoughDataError

if TYPE_CHECKING:
    import pandas as pd

    from hipstride.tables import Result

__all__ = ["change_or_refusal"]

_WASHOUT_DAYS = 7


def change_or_refusal(
    obs: pd.DataFrame,
    what: str,
    outcome: Outcome,
    *,
    tried: pd.DataFrame | None,
    diary: pd.DataFrame | None,
    washout_days: int = _WASHOUT_DAYS,
    is_at_peak: bool | None = None,
    seed: int,
) -> Result:
    """Ask whether pain was different after a change; a refusal is of level 0."""
    from hipstride.stats import refusal
    from hipstride.stats.change.dated_change import dated_change

    try:
        return dated_change(
            obs,
            what,
            outcome.column,
            changes=tried,
            journal=diary,
            washout_days=washout_days,
            was_triggered_by_peak=is_at_peak,
            seed=seed,
        )
    except NotEnoughDataError as why:
        return refusal(
            f"Was {outcome.words} different after {what}, net of its trend?",
            why,
            unit="points after the change",
            n_rows=len(obs),
            seed=seed,
        )
