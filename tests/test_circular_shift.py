"""The circular-shift test against turning by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.stats import circular_shift_p


def by_hand(x, y):
    n = len(x)
    seen = abs(x @ y)
    turned = [abs(np.roll(x, k) @ y) for k in range(1, n)]
    return (1 + sum(value >= seen - 1e-9 for value in turned)) / n


def test_a_series_against_itself_has_the_smallest_possible_p(rng):
    x = rng.normal(size=50)

    assert circular_shift_p(x, 3 * x) == 1 / 50
    assert circular_shift_p(x, -x) == 1 / 50


def test_a_tie_counts_as_as_large():
    x = np.array([1.0, -1.0, 1.0, -1.0])

    assert circular_shift_p(x, x) == 1.0


def test_nothing_against_anything_has_a_p_of_one():
    assert circular_shift_p(np.zeros(6), np.arange(6.0)) == 1.0


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(4, 40))
def test_it_is_turning_by_hand(seed, n):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(2, n))

    assert circular_shift_p(x, y) == pytest.approx(by_hand(x, y))


def test_too_short_or_unequal_series_are_refused():
    with pytest.raises(NotEnoughDataError, match="needed 4, got 3"):
        circular_shift_p([1, 2, 3], [1, 2, 3])
    with pytest.raises(TableError, match=r"outcome residual: .* expected \(4,\)"):
        circular_shift_p([1, 2, 3, 4], [1, 2, 3])
