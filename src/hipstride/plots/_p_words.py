"""How a p is written: two digits, three where two would say 0.00, then a bound."""

from __future__ import annotations

__all__ = ["p_words"]

_SMALLEST = 0.001
_THREE_DIGITS_BELOW = 0.01


def p_words(p_value: float) -> str:
    """Write a p; a very small one by what it is below.

    Examples
    --------
    >>> p_words(0.0213), p_words(0.0021), p_words(0.00012)
    ('p = 0.02', 'p = 0.002', 'p < 0.001')
    """
    if p_value < _SMALLEST:
        return f"p < {_SMALLEST:g}"
    return f"p = {p_value:.{3 if p_value < _THREE_DIGITS_BELOW else 2}f}"
