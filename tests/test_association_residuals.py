"""What is left after the fit, and the windows that are looked at."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests
from statsmodels.tsa.statespace.sarimax import SARIMAX

from hipstride.errors import NotEnoughDataError
from hipstride.simulate import Runner, history
from hipstride.stats import association, exponential_by_day, reml
from hipstride.stats._build_design import build_design
from hipstride.stats._residual_checks import residual_acf, residuals_over_time
from hipstride.stats.gap_gls import gap_gls
from hipstride.stats.leads import matched_residual
from hipstride.stats.windows import WEEK, windows_of_pain

OUTCOME = "pain_after_0_10"


def year(n: int = 120, seed: int = 3, **runner) -> pd.DataFrame:
    return history(Runner(**runner), n_runs=n, seed=seed).observations


def fitted(obs):
    design = build_design(obs, OUTCOME)
    return design, gap_gls(design.y, design.matrix, design.day)


# --- residuals ----------------------------------------------------------------------


def test_the_memory_of_the_residuals_is_that_of_pairs_so_many_days_apart():
    design, fit = fitted(year())

    acf = residual_acf(design, fit)

    residual = design.y - design.matrix @ fit.coefficients
    date = design.runs.table["local_date"].to_numpy()[design.rows]
    apart = np.subtract.outer(date, date) == np.timedelta64(3, "D")
    want = np.outer(residual, residual)[apart].mean() / np.mean(residual**2)
    assert acf["lag_days"].tolist() == list(range(1, 15))
    assert acf.loc[2, "n_pairs"] == apart.sum()
    assert acf.loc[2, "autocorrelation"] == pytest.approx(want)


def test_lags_that_no_two_runs_have_are_unknown():
    obs = year(60)
    obs["day"] = 7.0 * np.arange(60)

    acf = association(obs.drop(columns="local_date")).tables["residual_acf"]

    known = acf["autocorrelation"].notna()
    assert acf.loc[known, "lag_days"].tolist() == [7, 14]
    assert acf.loc[~known, "n_pairs"].eq(0).all()


def test_slow_pain_shows_in_the_memory_of_the_residuals():
    slow = year(200, pain_memory=0.9, run_noise_sd_points=0.1).drop(
        columns="pain_before_0_10"
    )

    acf = residual_acf(*fitted(slow))

    assert acf.loc[0, "autocorrelation"] > 0.3
    assert acf.loc[0, "autocorrelation"] > acf.loc[9, "autocorrelation"]


def test_a_bend_over_time_and_a_change_of_scatter_are_seen_and_told():
    obs = year(150, effect_points_per_pct=0.0)
    rng = np.random.default_rng(1)
    hump = 4 * np.sin(np.pi * np.arange(150) / 150)
    noise = rng.normal(size=150) * np.where(np.arange(150) < 75, 0.3, 1.5)
    bent = obs.assign(**{OUTCOME: np.clip(2 + hump + 0.3 * rng.normal(size=150), 0, 9)})
    wild = obs.assign(**{OUTCOME: np.clip(5 + noise, 0, 10)})

    told_bent = " ".join(association(bent).caveats)
    told_wild = " ".join(association(wild).caveats)

    assert "bends over time" in told_bent
    assert "scatter of the ratings differs" in told_wild
    assert residuals_over_time(*fitted(wild))["spread_ratio"] > 3


def test_durbin_watson_is_that_of_statsmodels():
    from statsmodels.stats.stattools import durbin_watson  # noqa: PLC0415 - slow

    design, fit = fitted(year())

    found = residuals_over_time(design, fit)["durbin_watson"]

    residual = design.y - design.matrix @ fit.coefficients
    assert found == pytest.approx(durbin_watson(residual))


# --- R's arima, and what statsmodels needs to agree with it -------------------------


@pytest.mark.parametrize("model", ["run_index", "calendar_missing"])
def test_sarimax_with_standardised_columns_is_the_arima_of_r(shared, model):
    folder = shared / "oracles"
    oracle = json.loads((folder / "expected" / "arima_n1_a.json").read_text())
    want = oracle["expected"][model]
    data = pd.read_csv(folder / "data" / "n1_a.csv").set_index("day")
    names = ["x", "lv", "grade", "load"]
    spread = data[names].std()
    columns = (data[names] - data[names].mean()) / spread
    pain = data["pain"]
    if model == "run_index":
        pain, columns = pain.to_numpy(), columns.to_numpy()
    else:
        days = range(data.index.min(), data.index.max() + 1)
        pain, columns = pain.reindex(days), columns.reindex(days).fillna(0.0)

    fit = SARIMAX(pain, columns, order=(1, 0, 0), trend="c").fit(
        disp=0, cov_type="approx"
    )

    values = dict(zip(fit.model.param_names, fit.params, strict=True))
    assert values["ar.L1"] == pytest.approx(want["coef"]["ar1"], rel=oracle["rtol"])
    slopes = [values[name] for name in fit.model.exog_names] / spread
    for name, slope in zip(names, slopes, strict=True):
        assert slope == pytest.approx(want["coef"][name], rel=oracle["rtol"])
    assert fit.llf == pytest.approx(want["loglik"], abs=1e-4)


def test_maximum_likelihood_by_day_is_the_arima_of_r_with_missing_days(shared):
    folder = shared / "oracles"
    oracle = json.loads((folder / "expected" / "arima_n1_a.json").read_text())
    want = oracle["expected"]["calendar_missing"]
    data = pd.read_csv(folder / "data" / "n1_a.csv")
    x = np.column_stack([np.ones(len(data)), data[["x", "lv", "grade", "load"]]])

    fit = reml(data["pain"], x, exponential_by_day(data["day"]), method="ml")

    assert np.exp(-1 / fit.parameters["tau_days"]) == pytest.approx(
        want["coef"]["ar1"], rel=oracle["rtol"]
    )
    assert fit.coefficients[1] == pytest.approx(want["coef"]["x"], rel=oracle["rtol"])
    assert fit.log_likelihood == pytest.approx(want["loglik"], abs=1e-4)


# --- stride and cadence are one exposure --------------------------------------------


def reference_design(shared):
    folder = shared / "oracles"
    data = pd.read_csv(folder / "data" / "n1_a.csv")
    obs = pd.DataFrame(
        {
            "day": data["day"],
            "mean_speed_mps": data["speed"],
            "mean_step_length_m": data["stride"] / 2,
            OUTCOME: data["pain"],
        }
    )
    text = (folder / "expected" / "stride_residual_a.json").read_text()
    return data, obs, json.loads(text)["expected"]


def test_the_matched_speed_residual_is_that_of_the_reference(shared):
    data, obs, want = reference_design(shared)
    obs = obs.assign(mean_grade_pct=data["grade"])
    design = build_design(obs, OUTCOME).with_group("grade", data["grade"].to_numpy())

    residual = matched_residual(design)

    np.testing.assert_allclose(residual[:5], want["resid_pct_first5"], rtol=1e-9)


def test_residuals_of_stride_and_cadence_are_mirror_images(shared):
    data, obs, _ = reference_design(shared)
    # A step length that is cadence: its residual must be the other's, turned round.
    cadence = obs.assign(mean_step_length_m=data["cad"] / 170)

    stride = matched_residual(build_design(obs, OUTCOME))
    mirror = matched_residual(build_design(cadence, OUTCOME))

    np.testing.assert_allclose(stride + mirror, 0, atol=1e-8)
    one, other = association(obs), association(cadence)
    assert one.estimate == pytest.approx(-other.estimate, rel=1e-3)


# --- windows ------------------------------------------------------------------------


def test_three_windows_are_paid_for():
    results = windows_of_pain(year())

    p = [result.p_value for result in results]
    adjusted = [result.checks["windows"]["p_adjusted"] for result in results]
    np.testing.assert_allclose(adjusted, multipletests(p, method="fdr_bh")[1])
    assert [r.checks["windows"]["window"] for r in results] == [
        "the same run",
        "the next morning",
        "the last 7 days",
    ]
    assert results[2].question.endswith(f", {WEEK}?")
    assert all(
        any("among all windows" in r.name for r in result.requirements)
        for result in results
        if result.verdict_level > 0
    )


def test_the_first_window_is_the_association():
    obs = year()

    first = windows_of_pain(obs)[0]
    alone = association(obs)

    assert (first.estimate, first.p_value) == (alone.estimate, alone.p_value)


def test_the_week_is_the_mean_of_the_own_residuals_and_not_net_of_pain_before():
    obs = year()
    design = build_design(obs, OUTCOME)
    own = matched_residual(design)
    date = design.runs.table["local_date"]
    a_week = pd.Timedelta(days=7)
    means = np.array([own[(date > d - a_week) & (date <= d)].mean() for d in date])
    week = design.without("pain_before")
    x = week.matrix
    x[:, 1] = means[design.rows]

    found = windows_of_pain(obs)[2]

    assert found.estimate == pytest.approx(
        gap_gls(week.y, x, week.day).coefficients[1], rel=1e-3
    )
    assert "pain before the run" not in found.checks["adjusted_for"]
    assert found.verdict_level < 2


def test_a_window_that_cannot_be_looked_at_is_named_by_the_others():
    obs = year().drop(columns="pain_next_morning_0_10")

    results = windows_of_pain(obs)

    assert len(results) == 2
    assert results[0].checks["windows"]["n_windows"] == 2
    assert any("the next morning: no column" in text for text in results[0].caveats)


def test_a_first_window_without_ratings_is_refused():
    with pytest.raises(NotEnoughDataError, match="rated runs"):
        windows_of_pain(year().assign(**{OUTCOME: np.nan}))


def test_a_year_of_runs_with_all_checks_takes_no_time_to_speak_of():
    from time import perf_counter  # noqa: PLC0415 - for this one test

    obs = year(365)
    association(obs)
    start = perf_counter()

    association(obs)

    assert perf_counter() - start < 5  # 0.3 s on a free machine
