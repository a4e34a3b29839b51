"""A question that could not be put to the history, as an answer of level 0."""

from __future__ import annotations

import math
from collections.abc import Mapping

from hipstride.errors import NotEnoughDataError
from hipstride.tables import Result

__all__ = ["refusal"]


def refusal(
    question: str,
    why: NotEnoughDataError,
    *,
    unit: str,
    n_rows: int,
    checks: Mapping[str, object] | None = None,
    seed: int | None = None,
) -> Result:
    """Make an answer of a refusal, so that it stands among the others.

    Parameters
    ----------
    question : str
        What was asked, in one sentence.
    why : NotEnoughDataError
        What was missing.
    unit : str
        The unit that an estimate would have had.
    n_rows : int
        Rows of the table; all of them were left out.
    checks : mapping, optional
        What was counted before.
    seed : int, optional
        Kept in the result.

    Returns
    -------
    Result
        Level 0, without numbers.

    Examples
    --------
    >>> why = NotEnoughDataError("rated runs", needed=8, got=3)
    >>> refusal("Does it?", why, unit="points", n_rows=3).verdict_level
    0
    """
    nothing = math.nan
    return Result(
        question=question,
        estimate=nothing,
        unit=unit,
        low=nothing,
        high=nothing,
        level=0.95,
        p_value=nothing,
        n=0,
        n_dropped=n_rows,
        method="none: the model could not be fitted",
        verdict_level=0,
        verdict=f"This history cannot answer the question: {why}.",
        checks=dict(checks or {}),
        seed=seed,
    )
