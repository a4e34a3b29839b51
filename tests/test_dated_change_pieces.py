"""Tests of what a dated change is made of: reference values, placebo dates, peaks."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from hipstride.errors import TableError
from hipstride.stats._overlap import overlap
from hipstride.stats.change._named import things_of
from hipstride.stats.change._volume import volume
from hipstride.stats.change.placebo import placebo_dates, rank_p, start_point_test
from hipstride.stats.change.regression_to_mean import peak_before, weeks_before
from hipstride.stats.ewc import ewc
from hipstride.stats.gap_gls import gap_gls

DAYS = np.arange("2026-01-01", "2026-05-01", dtype="datetime64[D]")


def its_a(shared):
    data = pd.read_csv(shared / "oracles" / "data" / "its_a.csv")
    return data.dropna(subset=["pain"])


def test_the_start_point_test_agrees_with_the_reference(shared):
    oracle = json.loads(
        (shared / "oracles" / "expected" / "rand_startpoint.json").read_text()
    )
    want = oracle["expected"]

    found = start_point_test(
        its_a(shared)["pain"],
        want["observed_pre_runs"],
        fewest_before=20,
        most_before=130,
    )

    assert found.n_points == want["n"]
    assert found.observed == pytest.approx(want["observed"], rel=oracle["rtol"])
    assert found.p_lower == pytest.approx(want["p_lower"], rel=oracle["rtol"])
    assert found.p_two_sided == pytest.approx(want["p_two_sided"], rel=oracle["rtol"])


def test_segmented_regression_agrees_with_nlme(shared):
    # R's nlme::gls with corExp(form = ~day, nugget = TRUE), REML.
    oracle = json.loads((shared / "oracles" / "expected" / "its_a.json").read_text())
    want = oracle["expected"]["gls_expnug_reml"]
    data = its_a(shared)
    trend = (data["day"] - oracle["inputs"]["start_day"]) / 100
    columns = [data["post"], trend, trend * data["post"]]
    x = np.column_stack([np.ones(len(data)), *columns, data[["lv", "grade", "load"]]])

    found = gap_gls(data["pain"], x, data["day"])

    names = ["(Intercept)", "post", "tr", "sl", "lv", "grade", "load"]
    values = [want["table"][name]["Value"] for name in names]
    assert found.coefficients == pytest.approx(values, rel=1e-3, abs=1e-3)
    assert np.sqrt(found.vcov_plain[1, 1]) == pytest.approx(
        want["table"]["post"]["Std.Error"], rel=1e-3
    )


def test_the_estimate_of_the_step_by_least_squares_agrees_with_lm(shared):
    oracle = json.loads((shared / "oracles" / "expected" / "its_a.json").read_text())
    data = its_a(shared)
    trend = (data["day"] - oracle["inputs"]["start_day"]) / 100
    columns = [data["post"], trend, trend * data["post"]]
    x = np.column_stack([np.ones(len(data)), *columns, data[["lv", "grade", "load"]]])

    found = ewc(data["pain"], x)

    want = oracle["expected"]["lm"]["post"]["Estimate"]
    assert found.estimate == pytest.approx(want, rel=oracle["rtol"])


def test_start_points_outside_of_the_series_are_refused():
    with pytest.raises(TableError, match="expected 1 <= fewest_before"):
        start_point_test([1.0, 2.0, 3.0], 2, fewest_before=0, most_before=2)


def test_a_rank_counts_the_change_itself():
    assert rank_p(2.0, []) == 1.0
    assert rank_p(2.0, [1.0] * 19) == 0.05


@pytest.mark.parametrize("nu", [0.3, 1.0])
def test_a_placebo_step_is_the_gls_estimate_at_the_held_correlation(nu):
    rng = np.random.default_rng(2)
    y, day = rng.normal(size=120), np.arange(120.0)
    base = np.column_stack([np.ones(120), day])

    found = placebo_dates(
        y,
        base,
        day,
        DAYS,
        DAYS[50],
        min_rows=20,
        min_days=42,
        tau_days=3.0,
        nu=nu,
    )

    cov = (1 - nu) * np.exp(-np.abs(np.subtract.outer(day, day)) / 3) + nu * np.eye(120)
    for row in found.table.itertuples():
        x = np.column_stack([base, np.datetime64(row.date) <= DAYS])
        weight = np.linalg.inv(cov)
        vcov = np.linalg.inv(x.T @ weight @ x)
        beta = vcov @ x.T @ weight @ y
        rest = y - x @ beta
        se = np.sqrt(vcov[2, 2] * (rest @ weight @ rest) / 117)

        assert row.estimate_points == pytest.approx(beta[2], rel=1e-8)
        assert row.t == pytest.approx(beta[2] / se, rel=1e-8)


def test_a_week_like_all_others_is_no_peak():
    found = peak_before(np.full(120, 3.0), DAYS, DAYS[100])

    assert found.quantile == 0.5
    assert not found.is_peak


def test_without_a_rating_in_the_week_before_nothing_is_said():
    y, days = np.arange(90.0), DAYS[:90]

    found = peak_before(y, days, DAYS[110])

    assert np.isnan(found.quantile)
    assert found.n_before == 0


def test_weeks_without_a_rating_are_missing_not_zero():
    weeks = weeks_before(np.ones(3), DAYS[:3], DAYS[28])

    assert weeks["mean_points"].isna().sum() == 7
    assert weeks["n_ratings"].sum() == 3


def test_nap_is_the_share_of_pairs():
    rng = np.random.default_rng(6)
    before, after = rng.integers(0, 5, 12), rng.integers(0, 4, 9)
    pairs = np.subtract.outer(before, after)
    want = np.mean(pairs > 0) + np.mean(pairs == 0) / 2

    assert overlap(before.astype(float), after.astype(float)) == pytest.approx(want)


def test_a_table_of_days_has_no_runs_to_count():
    assert volume(pd.DataFrame({"local_date": DAYS}), DAYS[50]) == {}


def test_a_column_that_ends_gives_the_change_an_end():
    table = pd.DataFrame(
        {"local_date": DAYS[:6], "change_rest": [0.0, 1.0, np.nan, 1.0, 0.0, 1.0]}
    )

    (found,) = things_of(table, None)

    assert found.started_on == DAYS[1]
    assert found.ended_on == DAYS[3]
