"""The course of pain by the model of a dated change."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import hipstride as hs


def history(step: float = -2.0, slope: float = 0.0, n: int = 120) -> pd.DataFrame:
    """A run every second day, a change at the sixtieth."""
    at = np.arange(n)
    noise = np.random.default_rng(2).normal(0, 0.5, n)
    pain = 5 + slope * 2 * at + step * (at >= n // 2) + noise
    return pd.DataFrame(
        {
            "local_date": pd.Timestamp("2026-01-01") + pd.to_timedelta(2 * at, "D"),
            "pain_after_0_10": pain.clip(0, 10),
        }
    )


def course(obs: pd.DataFrame) -> tuple[pd.DataFrame, hs.Result]:
    result = hs.stats.dated_change(obs, "2026-05-01")
    return result.tables["course"], result


def test_at_the_day_of_the_change_the_two_lines_lie_one_step_apart():
    table, result = course(history())
    (at,) = table.loc[table["is_after"]].index[:1]

    gap = table["fitted_points"][at] - table["counterfactual_points"][at]

    assert gap == pytest.approx(result.estimate)
    assert table["fitted_points"][at - 1] == pytest.approx(
        table["counterfactual_points"][at]
    )


def test_the_counterfactual_goes_on_with_the_trend_of_before():
    table, result = course(history(slope=0.01))
    after = table[table["is_after"]]
    slope = np.polyfit(after["day"], after["counterfactual_points"], 1)[0]

    assert 100 * slope == pytest.approx(
        result.checks["fit"]["trend_points_per_100_days"]
    )


def test_without_covariates_the_line_is_that_of_the_coefficients():
    obs = history()
    table, _ = course(obs)
    kept = obs[obs["local_date"] < "2026-05-01"]

    assert table["fitted_points"].iloc[0] == pytest.approx(
        kept["pain_after_0_10"].mean(), abs=0.3
    )
    assert (table["low"] < table["fitted_points"]).all()
    assert (table["fitted_points"] < table["high"]).all()
    assert table["counterfactual_points"].isna().eq(~table["is_after"]).all()


def test_the_days_are_those_of_the_calendar():
    table, _ = course(history())

    assert table["local_date"].iloc[0] == pd.Timestamp("2026-01-01")
    assert table.loc[table["is_after"], "local_date"].iloc[0] == pd.Timestamp(
        "2026-05-01"
    )


def test_with_too_little_for_a_trend_the_lines_are_level():
    table, result = course(history(n=120).iloc[45:75])

    assert not result.checks["fit"]["has_trend"]
    assert table.loc[~table["is_after"], "fitted_points"].std() == pytest.approx(0)
