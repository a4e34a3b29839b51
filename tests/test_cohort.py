"""Cohort: obvious cases, laws, and the numbers of metafor, lme4 and geepack."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import combine_effects

from hipstride.errors import NotEnoughDataError, TableError
from hipstride.stats import cohort, paule_mandel, pool, shrunken
from hipstride.stats.cohort import (
    cluster_robust,
    mixed_model,
    random_effects,
    runner_slopes,
    within_between,
)
from hipstride.stats.cohort.gee import gee_slope

ESTIMATES = st.lists(
    st.tuples(st.floats(-2, 2), st.floats(0.01, 1)), min_size=3, max_size=12
)


def season(name: object, slope: float, rng, n: int = 60) -> pd.DataFrame:
    """Runs of one runner whose pain goes with form, and slowly with nothing."""
    form_pct, speed = rng.normal(0, 2, n), 3 + rng.normal(0, 0.2, n)
    slow = np.zeros(n)
    for i in range(1, n):
        slow[i] = 0.6 * slow[i - 1] + rng.normal(0, 0.6)
    return pd.DataFrame(
        {
            "runner_id": name,
            "day": 2.0 * np.arange(n),
            "mean_speed_mps": speed,
            "mean_step_length_m": 0.4 * speed**0.9 * np.exp(form_pct / 100),
            "pain_after_0_10": np.clip(np.round(4 + slope * form_pct + slow), 0, 10),
        }
    )


@pytest.fixture(scope="module")
def ten() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    slopes = rng.normal(0.3, 0.1, 10)
    return pd.concat([season(f"r{i}", s, rng) for i, s in enumerate(slopes)])


@pytest.fixture(scope="module")
def answer(ten):
    return cohort(ten)


@pytest.fixture(scope="module")
def mixed_bag(ten):
    """Ten runners with a slope, and four without, each for another reason."""
    rng = np.random.default_rng(1)
    flat = season("flat", 0.3, rng).assign(pain_after_0_10=2.0)
    short = season("short", 0.3, rng).head(3)
    sore = season("once", 0.0, rng)
    sore["pain_after_0_10"] = np.where(sore.index == 20, 3.0, 0.0)
    exact = season("exact", 0.0, rng)
    stride, speed = np.log(exact["mean_step_length_m"]), np.log(exact["mean_speed_mps"])
    exact["pain_after_0_10"] = 5 + 10 * (stride - stride.mean()) - 2 * speed
    return cohort(pd.concat([ten, flat, short, sore, exact]))


def test_equal_estimates_have_no_spread_between_runners():
    found = random_effects([0.2] * 5, [0.1] * 5)

    assert found.tau == 0
    assert found.mean == pytest.approx(0.2)
    assert found.se == pytest.approx(0.1 / math.sqrt(5))


def test_exact_estimates_are_averaged_as_plain_numbers():
    values = [0.1, 0.4, 0.2, 0.5]

    found = random_effects(values, [1e-4] * 4)

    assert found.mean == pytest.approx(np.mean(values), rel=1e-6)
    assert found.tau == pytest.approx(np.std(values, ddof=1), rel=1e-5)
    assert found.se == pytest.approx(np.std(values, ddof=1) / 2, rel=1e-5)


@settings(max_examples=50)
@given(ESTIMATES)
def test_the_mean_lies_among_the_estimates_and_the_next_runner_is_less_sure(pairs):
    values, errors = zip(*pairs, strict=True)

    found = random_effects(values, errors)

    assert min(values) - 1e-9 <= found.mean <= max(values) + 1e-9
    assert found.prediction_low <= found.low
    assert found.prediction_high >= found.high
    assert found.tau_low <= found.tau + 1e-9 <= found.tau_high + 2e-9


@settings(max_examples=50)
@given(ESTIMATES, st.floats(0.1, 10), st.floats(-3, 3))
def test_another_unit_and_another_zero_change_nothing_else(pairs, factor, shift):
    values, errors = (np.array(part) for part in zip(*pairs, strict=True))

    one = random_effects(values, errors)
    other = random_effects(factor * values + shift, factor * errors)

    assert other.mean == pytest.approx(factor * one.mean + shift, rel=1e-6, abs=1e-6)
    assert other.tau == pytest.approx(factor * one.tau, rel=1e-4, abs=1e-6)


@settings(max_examples=50)
@given(ESTIMATES)
def test_shrinking_draws_every_runner_towards_the_mean(pairs):
    values, errors = (np.array(part) for part in zip(*pairs, strict=True))
    found = random_effects(values, errors)

    slope, _ = shrunken(values, errors, found)

    assert (np.abs(slope - found.mean) <= np.abs(values - found.mean) + 1e-12).all()


@pytest.mark.parametrize(
    ("ask", "error", "words"),
    [
        (
            lambda: random_effects([0.1], [0.1]),
            NotEnoughDataError,
            "runners with an estimate",
        ),
        (
            lambda: random_effects([0.1, 0.2], [0.1, 0]),
            TableError,
            "standard errors: found 0",
        ),
        (lambda: random_effects([0.1, np.nan], [0.1, 0.1]), TableError, "estimates"),
        (
            lambda: random_effects([0.1, 0.2], [1e-9, 1]),
            TableError,
            "expected estimates of one",
        ),
        (lambda: paule_mandel([1, 2], [1]), TableError, "variances"),
    ],
)
def test_what_cannot_be_pooled_is_refused_by_name(ask, error, words):
    with pytest.raises(error, match=words):
        ask()


def test_the_average_of_runners_is_found_with_its_spread(answer):
    result = answer

    assert result.low < 0.3 < result.high
    assert result.n == 10
    assert result.verdict_level == 1
    assert result.verdict.startswith("On average over 10 runners, pain after the run")
    assert "but individual slopes range from" in result.verdict
    assert result.checks["mixed_model"]["low"] < 0.3
    assert result.checks["gee"]["variance"].startswith("bias-reduced")


def test_a_runner_without_a_slope_is_listed_with_the_reason(mixed_bag):
    table = mixed_bag.tables["runners"].set_index("runner")

    assert (mixed_bag.n, mixed_bag.n_dropped) == (10, 4)
    assert "all 60 ratings are 2" in table.loc["flat", "reason"]
    assert "needed 8, got 3" in table.loc["short", "reason"]
    assert "nearly all ratings are the same: 1 of 60" in table.loc["once", "reason"]
    assert "give the ratings exactly" in table.loc["exact", "reason"]
    assert table.loc["flat", ["estimate", "shrunken", "weight_pct"]].isna().all()
    assert table["weight_pct"].sum() == pytest.approx(100)


def test_runners_without_a_slope_change_nothing_else(mixed_bag, answer):
    assert mixed_bag.estimate == pytest.approx(answer.estimate, rel=1e-12)
    assert "Runners without a slope: 4 of 14" in mixed_bag.caveats[0]


def test_few_runners_are_no_average(ten):
    result = cohort(ten[ten["runner_id"] < "r3"])

    assert result.verdict_level == 0
    assert "3 runners are a list of single runners, not an average" in result.verdict
    assert any("a list of single runners" in c for c in result.caveats)
    assert not any(w in result.verdict for w in ("higher", "lower", "more pain"))


def test_no_word_of_cause_is_said(answer, mixed_bag):
    for result in (answer, mixed_bag):
        said = (result.verdict + " ".join(result.caveats)).lower()

        assert not any(word in said for word in ("cause", "cure", "works", "because"))


def slopes_of(table):
    return runner_slopes(table, "pain_after_0_10", "runner_id")


def test_the_order_of_the_rows_does_not_matter(ten):
    one = {s.runner: s.estimate for s in slopes_of(ten)}
    other = {
        s.runner: s.estimate for s in slopes_of(ten.sample(frac=1, random_state=1))
    }

    assert other == pytest.approx(one)


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        (lambda t: t.drop(columns="runner_id"), TableError, "found no column 'runner_"),
        (
            lambda t: t.assign(runner_id=t["runner_id"].where(t["day"] > 0)),
            TableError,
            "10 rows name no runner",
        ),
        (lambda t: t[t["runner_id"] == "r0"], NotEnoughDataError, "runners with a slo"),
        (lambda t: t.head(0), NotEnoughDataError, "runners with a slope"),
        (
            lambda t: t.assign(pain_after_0_10=t["pain_after_0_10"] + 50),
            TableError,
            "runner r0: observations: column 'pain_after_0_10' holds",
        ),
    ],
)
def test_a_table_that_is_no_cohort_is_refused_by_name(ten, change, error, words):
    with pytest.raises(error, match=words):
        cohort(change(ten))


def test_all_runners_refused_is_said_with_the_reasons(ten):
    with pytest.raises(NotEnoughDataError, match="r0: not enough different pain") as e:
        cohort(ten.assign(pain_after_0_10=0.0))

    assert (e.value.needed, e.value.got) == (2, 0)
    assert str(e.value).endswith("and 5 more")


def test_one_person_under_two_names_is_refused(ten):
    twin = ten[ten["runner_id"] == "r4"].assign(runner_id="twin")

    with pytest.raises(TableError, match="'r4' and 'twin' share 60 of 60 rated runs"):
        cohort(pd.concat([ten, twin]))


def test_run_ids_that_two_runners_share_are_no_copies(ten):
    numbered = ten.assign(run_id=ten.groupby("runner_id").cumcount())

    assert [one.n for one in slopes_of(numbered)] == [60] * 10


def test_the_stride_of_the_next_run_shows_nothing(answer):
    lead = answer.checks["lead_test"]

    assert lead["low"] < 0 < lead["high"]
    assert lead["n_runners"] == 10


def test_all_checks_met_are_level_two():
    rng = np.random.default_rng(8)
    table = pd.concat([season(i, 0.3, rng) for i in range(10)])
    table["pain_before_0_10"] = rng.integers(1, 5, len(table))

    result = cohort(table)

    assert result.verdict_level == 2, result.summary()
    assert "consistent association" in result.verdict
    assert all(r.is_met for r in result.requirements)


def test_a_negative_average_is_looked_at_without_pain_before_the_run():
    rng = np.random.default_rng(9)
    table = pd.concat([season(i, -0.3, rng) for i in range(9)])
    table["pain_before_0_10"] = rng.integers(1, 5, len(table))

    found = cohort(table).checks["without_pain_before"]

    assert found["high"] < 0


def test_the_table_of_the_caller_is_not_changed(ten):
    before = ten.copy(deep=True)

    slopes_of(ten)

    pd.testing.assert_frame_equal(ten, before)


@pytest.mark.parametrize("kind", ["category", "string", object])
def test_names_of_any_kind_are_taken(ten, kind):
    slopes = slopes_of(ten.assign(runner_id=ten["runner_id"].astype(kind)))

    assert [one.runner for one in slopes] == [f"r{i}" for i in range(10)]


def test_one_and_one_point_nought_are_one_runner(ten):
    mixed = ten.assign(runner_id=ten["runner_id"].str[1:].astype(int).astype(object))
    rows = np.flatnonzero((mixed["runner_id"] == 1).to_numpy())
    mixed.iloc[rows[:20], 0] = 1.0
    mixed.iloc[rows[20:40], 0] = "1"

    assert [one.n for one in slopes_of(mixed)] == [60] * 10


def test_results_are_plain_json(mixed_bag):
    json.dumps(mixed_bag.to_dict(), allow_nan=False)


def test_estimates_of_any_kind_are_pooled_with_their_names():
    found = pool(
        [0.1, 0.3, 0.2, np.nan] + [0.2] * 6,
        [0.05, 0.04, 0.05, np.nan] + [0.05] * 6,
        [f"runner {i}" for i in range(10)],
        unit="log odds ratio",
    )
    plain = random_effects([0.1, 0.3, 0.2] + [0.2] * 6, [0.05, 0.04, 0.05] + [0.05] * 6)

    assert (found.estimate, found.low) == (plain.mean, plain.low)
    assert (found.n, found.n_dropped, found.verdict_level) == (9, 1, 1)
    assert found.tables["runners"]["reason"].tolist()[3] == "no estimate given"
    assert found.unit == "log odds ratio"


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: pool([1, 2], [1, 1, 1]), "one of each for each runner"),
        (lambda: pool([1, 2], [1, 1], ["a"]), "labels: found 1; expected 2"),
        (lambda: pool([1, 2], [1, 1], ["a", "a"]), "labels: found 'a' twice"),
        (lambda: pool([1, np.nan], [1, 1]), "1 have no standard error"),
        (lambda: pool([1, np.inf], [1, 1]), "an infinite value"),
        (lambda: pool(["x", 2], [1, 1]), "no number"),
    ],
)
def test_estimates_that_do_not_fit_together_are_refused_by_name(ask, words):
    with pytest.raises(TableError, match=words):
        ask()


@settings(max_examples=50)
@given(ESTIMATES)
def test_the_spread_solves_the_equation_of_paule_and_mandel(pairs):
    values, errors = (np.array(part) for part in zip(*pairs, strict=True))

    tau2 = paule_mandel(values, errors**2)
    weight = 1 / (errors**2 + tau2)
    left = weight @ (values - weight @ values / weight.sum()) ** 2

    assert left <= (len(values) - 1) * (1 + 1e-9)
    if tau2 > 1e-6:
        assert left == pytest.approx(len(values) - 1, rel=1e-6)


@settings(max_examples=50)
@given(ESTIMATES)
def test_the_interval_is_never_narrower_than_the_plain_one(pairs):
    values, errors = (np.array(part) for part in zip(*pairs, strict=True))

    found = random_effects(values, errors)

    assert found.se >= 1 / math.sqrt((1 / (errors**2 + found.tau**2)).sum()) - 1e-12


def test_a_mixed_model_on_the_edge_still_has_a_standard_error():
    """No runner differs in slope: statsmodels' own standard errors are NaN here."""
    rng = np.random.default_rng(4)
    runner = np.repeat(np.arange(10), 40)
    x = np.column_stack([np.ones(400), rng.normal(size=400)])
    y = x @ [1.0, 0.5] + rng.normal(size=400)

    fit = mixed_model(y, x, runner, x)

    assert fit is not None
    assert fit.is_converged
    assert fit.se[1] == pytest.approx(1 / math.sqrt(400), rel=0.2)


def test_within_and_between_are_kept_apart(ten):
    table = within_between(slopes_of(ten))

    within = table.groupby("runner")[["stride_w", "speed_w"]].mean()
    assert np.abs(within.to_numpy()).max() < 1e-9
    assert table.groupby("runner")["stride_m"].nunique().eq(1).all()
    assert abs(table["stride_m"].mean()) < 1e-9


# Reference values


def expected(shared, name):
    path = shared / "oracles" / "expected" / f"{name}.json"
    return json.loads(path.read_text())["expected"]


@pytest.mark.parametrize("kind", ["ols", "gls"])
def test_pooling_agrees_with_metafor(shared, kind):
    """metafor rma(method = "PM", test = "knha") on the slopes of cohort_a.

    Its Paule-Mandel search ends at a tolerance of 1e-4, ours at 1e-12.
    """
    oracle = expected(shared, "cohort_a")
    runners = oracle[f"per_runner_{kind}"]
    want = oracle[f"meta_from_per_runner_{kind}"]["PM_knha"]

    found = random_effects(
        [r["b"] for r in runners], [math.sqrt(r["v"]) for r in runners]
    )

    assert found.mean == pytest.approx(want["est"], rel=1e-3)
    assert found.tau**2 == pytest.approx(want["tau2"], rel=5e-3)
    assert found.se == pytest.approx(want["se"], rel=1e-3)
    assert found.q == pytest.approx(want["Q"], rel=1e-8)
    assert [found.low, found.high] == pytest.approx(want["ci"], rel=1e-2)
    assert found.i2_pct == pytest.approx(want["I2"], rel=5e-3)


def test_pooling_agrees_with_statsmodels(shared):
    """statsmodels combine_effects(method_re="iterated"), which stops at 1e-5."""
    runners = expected(shared, "cohort_a")["per_runner_gls"]
    b = np.array([r["b"] for r in runners])
    v = np.array([r["v"] for r in runners])

    other = combine_effects(b, v, method_re="iterated", use_t=True)
    found = random_effects(b, np.sqrt(v))

    assert found.mean == pytest.approx(other.mean_effect_re, rel=1e-3)
    assert found.tau**2 == pytest.approx(other.tau2, rel=5e-3)
    assert found.se == pytest.approx(
        max(other.sd_eff_w_re_hksj, other.sd_eff_w_re), rel=1e-3
    )


def wide(shared):
    names = ["x_w", "lv_w", "grade_w", "load_w", "x_m", "lv_m", "grade_m", "load_m"]
    data = pd.read_csv(shared / "oracles" / "data" / "cohort_a.csv")
    data = data.dropna(subset=["pain", *names])
    x = np.column_stack([np.ones(len(data)), data[names]])
    return data, x, ["(Intercept)", *names]


@pytest.mark.parametrize(
    ("model", "with_slope"),
    [("lmer_random_intercept", False), ("lmer_random_slope", True)],
)
def test_the_mixed_model_agrees_with_lme4(shared, model, with_slope):
    """lme4::lmer by REML on cohort_a: what one optimiser alone gets wrong."""
    data, x, names = wide(shared)
    want = expected(shared, "cohort_a")[model]["table"]
    one = np.ones(len(data))
    z = np.column_stack([one, data["x_w"]] if with_slope else [one])

    fit = mixed_model(data["pain"], x, data["id"].to_numpy(), z)

    assert fit is not None
    assert fit.is_converged
    place = names.index("x_w")
    assert fit.coefficients[place] == pytest.approx(want["x_w"]["Estimate"], rel=1e-4)
    assert fit.se[place] == pytest.approx(want["x_w"]["Std. Error"], rel=1e-4)
    likelihood = expected(shared, "cohort_a")[model]["logLik"]
    assert fit.log_likelihood == pytest.approx(likelihood, abs=1e-4)


@pytest.mark.parametrize("model", ["slope", "intercept"])
def test_the_mixed_model_agrees_with_the_published_sleep_study(shared, model):
    """Bates et al. (2015) J Stat Softw 67(1): sleepstudy by REML."""
    want = expected(shared, "sleepstudy_published")[model]
    data = pd.read_csv(shared / "oracles" / "data" / "sleepstudy.csv")
    x = np.column_stack([np.ones(len(data)), data["Days"]])
    z = x if model == "slope" else x[:, :1]

    fit = mixed_model(data["Reaction"], x, data["Subject"].to_numpy(), z)

    assert fit is not None
    for place, name in enumerate(["(Intercept)", "Days"]):
        row = want["table"][name]
        assert fit.coefficients[place] == pytest.approx(row["Estimate"], rel=1e-4)
        assert fit.se[place] == pytest.approx(row["Std. Error"], rel=1e-4)
    assert fit.random_sd[0] == pytest.approx(
        want["sdcor"]["Subject (Intercept) NA"], rel=1e-3
    )
    assert -2 * fit.log_likelihood == pytest.approx(want["REMLcrit"], abs=1e-2)


def test_gee_agrees_with_geepack(shared):
    """geepack geeglm on cohort_a, exchangeable: within the runners they are one.

    The bias-reduced variance is another than geepack's robust one; the estimate is
    the same, also without the means of the runners, for they are orthogonal to it.
    """
    data, _, _ = wide(shared)
    want = expected(shared, "cohort_a")["gee_exchangeable"]["x_w"]
    table = data.rename(columns={"id": "runner", "pain": "y", "x_w": "stride_w"})

    found = gee_slope(table, 24)
    robust = gee_slope(table, 40)

    assert found["points_per_pct"] == pytest.approx(want["Estimate"], rel=1e-6)
    half = (robust["high"] - robust["low"]) / 2 / 2.0226909117347285  # t(39)
    assert half == pytest.approx(want["Std.err"], rel=1e-3)


def test_gee_agrees_with_the_documentation_of_statsmodels(shared):
    """The epilepsy example of the statsmodels and geepack documentation."""
    want = expected(shared, "epil_gee_statsmodels_docs")["table"]
    data = pd.read_csv(shared / "oracles" / "data" / "epil.csv")
    x = np.column_stack(
        [np.ones(len(data)), data["age"], data["trt"] == "progabide", data["base"]]
    )
    fit = sm.GEE(
        data["y"],
        x,
        groups=data["subject"],
        cov_struct=sm.cov_struct.Exchangeable(),
        family=sm.families.Poisson(),
    ).fit()

    for place, row in enumerate(want.values()):
        assert fit.params.iloc[place] == pytest.approx(row["Estimate"], rel=5e-3)
        assert fit.bse.iloc[place] == pytest.approx(row["Std.err"], rel=5e-3)


def test_within_is_fixed_effects_is_mundlak(shared):
    """Mundlak (1978): one coefficient by three ways, and another by pooling."""
    want = expected(shared, "mundlak_identity")
    data, x, names = wide(shared)

    def slope(columns, name, order):
        found = np.linalg.lstsq(columns, data["pain"], rcond=None)[0]
        return found[order.index(name)]

    dummies = pd.get_dummies(data["id"]).to_numpy(float)
    raw = data[["x", "lv", "grade", "load"]].to_numpy(float)
    fixed = slope(np.column_stack([raw, dummies]), "x", ["x", "lv", "grade", "load"])
    pooled = slope(np.column_stack([np.ones(len(data)), raw]), "x", ["1", "x"])

    assert slope(x, "x_w", names) == pytest.approx(want["mundlak_x_w"], rel=1e-8)
    assert fixed == pytest.approx(want["fixed_effects_x"], rel=1e-8)
    assert pooled == pytest.approx(want["pooled_x"], rel=1e-8)


def test_the_variance_for_few_runners_agrees_with_clubsandwich(shared):
    """clubSandwich: CR2 and Satterthwaite's degrees of freedom on cohort_a."""
    data, x, names = wide(shared)
    want = expected(shared, "cohort_a")["ols_CR2_satt"]

    fit = cluster_robust(data["pain"], x, data["id"].to_numpy())

    for place, name in enumerate(names):
        assert fit.coefficients[place] == pytest.approx(want["coef"][name], rel=1e-6)
        assert fit.se[place] == pytest.approx(want["se"][name], rel=1e-6)
        assert fit.df[place] == pytest.approx(want["df"][name], rel=1e-6)


def test_one_row_for_each_runner_is_the_variance_of_hc2(rng):
    x = np.column_stack([np.ones(30), rng.normal(size=30)])
    y = x @ [1.0, 0.5] + rng.normal(size=30)

    fit = cluster_robust(y, x, np.arange(30))

    np.testing.assert_allclose(fit.se, sm.OLS(y, x).fit().HC2_se)


def test_one_runner_has_no_variance_between_runners():
    with pytest.raises(NotEnoughDataError, match="runners"):
        cluster_robust(np.arange(5.0), np.ones((5, 1)), np.zeros(5))
