"""Several questions put to one history: p-values that own up to all of them.

One question is the primary one. Whatever else is asked stands as a family, adjusted
together, and what was looked at without being shown counts too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from hipstride.errors import TableError
from hipstride.stats._arrays import FloatArray
from hipstride.tables import Result

__all__ = ["adjust", "with_adjusted"]

Adjustment = Literal["fdr_bh", "fdr_by", "holm"]
_METHODS = ("fdr_bh", "fdr_by", "holm")
_WORDS = {
    "fdr_bh": "Benjamini-Hochberg",
    "fdr_by": "Benjamini-Yekutieli",
    "holm": "Holm",
}


def adjust(
    p_values: ArrayLike, *, method: Adjustment = "fdr_bh", n_tests: int | None = None
) -> FloatArray:
    """Adjust p-values for the number of questions asked.

    Parameters
    ----------
    p_values : array-like, shape (m,)
        The p-values; NaN where a question had no answer.
    method : {"fdr_bh", "fdr_by", "holm"}
        False discovery rate of Benjamini and Hochberg, the same under any dependence
        (Benjamini and Yekutieli), or the family-wise rate of Holm.
    n_tests : int, optional
        How many questions were asked in all, where more were asked than are shown;
        those not shown count as p = 1.

    Returns
    -------
    ndarray, shape (m,)
        Adjusted p-values in the same order, NaN where there was none. A question
        without an answer counts among those asked.

    Raises
    ------
    TableError
        If a p-value is outside of 0-1, the method is unknown, or `n_tests` is less
        than the number of p-values.

    References
    ----------
    .. [1] Benjamini Y, Hochberg Y. J R Stat Soc B 1995;57:289-300.

    Examples
    --------
    >>> adjust([0.01, 0.04, 0.5]).round(3).tolist()
    [0.03, 0.06, 0.5]
    """
    try:
        p = np.atleast_1d(np.asarray(p_values, dtype=np.float64))
    except (TypeError, ValueError):
        msg = f"p-values: found {p_values!r}; expected numbers from 0 to 1, or NaN"
        raise TableError(msg) from None
    if p.ndim != 1:
        msg = f"p-values: found an array of shape {p.shape}; expected one dimension"
        raise TableError(msg)
    bad = p[(p < 0) | (p > 1)]
    if len(bad):
        msg = f"p-values: found {bad[0]:g}; expected numbers from 0 to 1, or NaN"
        raise TableError(msg)
    if method not in _METHODS:
        msg = f"method: found {method!r}; expected one of {', '.join(_METHODS)}"
        raise TableError(msg)
    asked = len(p) if n_tests is None else n_tests
    if isinstance(asked, bool) or not isinstance(asked, int):
        msg = f"n_tests: found {asked!r}; expected a whole number"
        raise TableError(msg)
    if asked < len(p):
        msg = (
            f"n_tests: found {asked}, with {len(p)} p-values; expected at least as many"
        )
        raise TableError(msg)
    if not len(p):
        return p
    # Imported where it is used: it is slow to import.
    from statsmodels.stats.multitest import multipletests  # noqa: PLC0415

    filled = np.concatenate([np.where(np.isnan(p), 1.0, p), np.ones(asked - len(p))])
    adjusted = np.asarray(multipletests(filled, method=method)[1], dtype=np.float64)
    return np.where(np.isnan(p), np.nan, adjusted[: len(p)])


def with_adjusted(
    results: Sequence[Result],
    *,
    method: Adjustment = "fdr_bh",
    n_tests: int | None = None,
) -> tuple[Result, ...]:
    """Put the adjusted p beside the raw one in each result of a family.

    Parameters
    ----------
    results : sequence of Result
        One family: questions put to the same history.
    method : {"fdr_bh", "fdr_by", "holm"}
        As for `adjust`.
    n_tests : int, optional
        How many questions were asked in all.

    Returns
    -------
    tuple of Result
        The same results with a check ``multiplicity``: raw and adjusted p, the number
        of questions and the method.

    Examples
    --------
    >>> with_adjusted([])
    ()
    """
    adjusted = adjust(
        [result.p_value for result in results], method=method, n_tests=n_tests
    )
    asked = len(results) if n_tests is None else n_tests
    return tuple(
        replace(
            result,
            checks={
                **result.checks,
                "multiplicity": {
                    "p_value": result.p_value,
                    "p_adjusted": float(p),
                    "n_tests": asked,
                    "method": _WORDS[method],
                },
            },
        )
        for result, p in zip(results, adjusted, strict=True)
    )
