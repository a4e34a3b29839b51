"""EWC: a case by hand, laws, and the reference number."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from hipstride.errors import NotEnoughDataError
from hipstride.stats import ewc
from hipstride.stats.ewc import number_of_cosines


def test_the_mean_with_one_cosine_by_hand():
    y = np.array([1.0, 2.0, 4.0, 5.0])
    weights = np.sqrt(2 / 4) * np.cos(np.pi * (np.arange(4) + 0.5) / 4)
    omega = (weights @ (y - 3.0)) ** 2

    found = ewc(y, np.ones((4, 1)), column=0, n_cosines=1)

    assert found.estimate == pytest.approx(3.0)
    assert found.se == pytest.approx(np.sqrt(omega / 4 * 4 / 3))
    assert found.p_value == pytest.approx(2 * stats.t.sf(3.0 / found.se, 1))


def test_an_exact_fit_has_a_p_of_zero_and_no_nan():
    x = np.column_stack([np.ones(10), np.arange(10.0)])

    found = ewc(x @ [1.0, 2.0], x)

    assert found.estimate == pytest.approx(2.0)
    assert found.p_value < 1e-6


@pytest.mark.parametrize(("n", "count"), [(8, 1), (40, 4), (120, 9), (365, 20)])
def test_the_number_of_cosines_grows_with_two_thirds(n, count):
    assert number_of_cosines(n) == count


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), factor=st.floats(0.01, 100))
def test_units_and_the_direction_of_time_do_not_matter(seed, factor):
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(40), rng.normal(size=(40, 2))])
    y = rng.normal(size=40)

    one = ewc(y, x)
    other = ewc(y[::-1], x[::-1] * [1, factor, 1 / factor])

    assert other.p_value == pytest.approx(one.p_value, rel=1e-6)
    assert other.se * factor == pytest.approx(one.se, rel=1e-6)


def test_too_few_rows_are_refused():
    with pytest.raises(NotEnoughDataError, match="rows for EWC: needed 4, got 3"):
        ewc([1.0, 2.0, 3.0], np.ones((3, 1)), column=0)


def test_it_agrees_with_the_reference(shared):
    folder = shared / "oracles"
    oracle = json.loads((folder / "expected" / "ewc_n1_a.json").read_text())
    want = oracle["expected"]["ewc"]
    data = pd.read_csv(folder / "data" / "n1_a.csv").dropna(subset=["pain"])
    x = np.column_stack([np.ones(len(data)), data[["x", "lv", "grade", "load"]]])

    found = ewc(data["pain"], x)

    assert found.estimate == pytest.approx(oracle["expected"]["b"], rel=oracle["rtol"])
    assert found.se == pytest.approx(want["se"], rel=oracle["rtol"])
    assert found.p_value == pytest.approx(want["p"], rel=oracle["rtol"])
    assert found.df == want["B"]
