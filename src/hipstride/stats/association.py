"""Does pain go with the stride at the same speed? One runner, one regression.

Pain on 100 ln(step length), ln(speed), grade, load, rest and pain before the run, in
one stage: by the Frisch-Waugh-Lovell theorem the coefficient is that of the
matched-speed residual, with the right standard error. GapGLS is the answer; EWC and
the circular-shift test stand beside it, and `hipstride.stats.verdict` says what the
whole allows one to say.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from hipstride.errors import TableError
from hipstride.stats import checks
from hipstride.stats._arrays import FloatArray
from hipstride.stats.circular_shift import circular_shift_p
from hipstride.stats.design_matrix import Design, build_design
from hipstride.stats.ewc import Ewc, ewc
from hipstride.stats.gap_gls import GapGls, fit_correlation, gap_gls, gls_at
from hipstride.stats.verdict import (
    MIN_SHARE_RATED_LEVEL_2,
    OUTCOME_WORDS,
    PCT_PER_TYPICAL_CHANGE,
    Evidence,
    Verdict,
    guarding_caveat,
    judge,
)
from hipstride.tables import Result

__all__ = ["association", "partial_residuals"]

UNIT = "points per +1 % step length at the same speed"
_MANY_ZEROS = 0.6
_MIN_LJUNG_BOX_P = 0.01
_MIN_DF = 5.0


def association(
    obs: pd.DataFrame,
    outcome: str = "pain_after_0_10",
    *,
    smallest_effect_points: float = 1.0,
    seed: int = 0,
) -> Result:
    """Relate one runner's pain to the step length at the same speed.

    Parameters
    ----------
    obs : DataFrame
        An OBSERVATIONS table, or any with ``day`` (or ``local_date``), the outcome,
        ``mean_step_length_m`` and ``mean_speed_mps``. Grade, loads, rest, treadmill,
        device and ``pain_before_0_10`` are used where they are there and vary.
    outcome : str
        The column with the ratings.
    smallest_effect_points : float
        The smallest effect of interest, per 5 % of step length [points].
    seed : int
        Kept in the result. All turns of the circular-shift test are enumerated, so
        nothing is drawn.

    Returns
    -------
    Result
        Points per +1 % step length, verdict level 0, 1 or 2, with the checks.

    Raises
    ------
    NotEnoughDataError
        If there are too few rated runs to fit anything, all ratings are equal, or the
        step length follows from the covariates.
    TableError
        If a column is missing or unfit, a rating is outside of 0-10, or
        `smallest_effect_points` is not above 0.

    Notes
    -----
    The rules for rows and covariates are in ``docs/methods.md``. On a 0-10 scale with
    a floor the slope is that of the average rating: smaller than that of felt pain.

    Examples
    --------
    >>> n = 60
    >>> rng = np.random.default_rng(1)
    >>> form_pct, speed = rng.normal(0, 2, n), 3 + rng.normal(0, 0.2, n)
    >>> obs = pd.DataFrame(
    ...     {
    ...         "day": 2.0 * np.arange(n),
    ...         "mean_speed_mps": speed,
    ...         "mean_step_length_m": 0.4 * speed**0.9 * np.exp(form_pct / 100),
    ...         "pain_after_0_10": np.round(4 + 0.5 * form_pct + rng.normal(0, 1, n)),
    ...     }
    ... )
    >>> result = association(obs)
    >>> result.low < 0.5 < result.high, result.verdict_level
    (True, 1)
    """
    if not smallest_effect_points > 0:
        msg = (
            f"smallest_effect_points: found {smallest_effect_points}; expected a number "
            "of points above 0"
        )
        raise TableError(msg)
    design = build_design(obs, outcome)
    x = design.matrix
    fit = gap_gls(design.y, x, design.day)
    second = ewc(design.y, x)
    found = _all_checks(design, fit, second, outcome, smallest_effect_points)
    evidence = _evidence(design, fit, second, found, outcome, smallest_effect_points)
    verdict = judge(evidence)
    n_runs = len(design.runs.table)
    found["requirements"] = {
        r.name: f"{'met' if r.is_met else 'not met'}: {r.detail}"
        for r in verdict.requirements
    }
    return Result(
        question=(
            f"Does {OUTCOME_WORDS.get(outcome, outcome)} go with the step length at "
            "the same speed?"
        ),
        estimate=float(fit.coefficients[1]),
        unit=UNIT,
        low=float(fit.low[1]),
        high=float(fit.high[1]),
        level=0.95,
        p_value=float(fit.p_value[1]),
        n=fit.n,
        n_dropped=n_runs - fit.n,
        method=(
            "GapGLS (REML, exponential correlation in days with a nugget, "
            "Kenward-Roger); adjusted for " + ", ".join(design.adjusted_for)
            if design.groups
            else "GapGLS; not adjusted for anything"
        ),
        verdict_level=verdict.level,
        verdict=verdict.sentence,
        checks=found,
        caveats=_caveats(design, fit, found, evidence, verdict),
        seed=seed,
    )


def partial_residuals(
    obs: pd.DataFrame, outcome: str = "pain_after_0_10"
) -> pd.DataFrame:
    """Give stride and pain net of the covariates, run by run, for a plot.

    Parameters
    ----------
    obs, outcome
        As for `association`.

    Returns
    -------
    DataFrame
        ``stride_residual_pct`` [%], ``pain_residual_points`` [points], ``day`` [d] and
        ``run_id`` (the position in the table where it has none), in order of time.

    Raises
    ------
    NotEnoughDataError, TableError
        As for `association`.

    Notes
    -----
    Covariates are taken out by generalised least squares at the fitted correlation
    (Frisch-Waugh-Lovell in the metric of the model). So the line through the origin
    with the slope of `association` is exactly the fitted one, and the scatter around
    it are the model's residuals. A plain least-squares line through these points is
    close to it, not equal: points near each other in time count for less.

    Examples
    --------
    >>> n = np.arange(24.0)
    >>> obs = pd.DataFrame(
    ...     {
    ...         "day": n,
    ...         "pain_after_0_10": n % 5,
    ...         "mean_step_length_m": 1 + 0.01 * (n % 7),
    ...         "mean_speed_mps": 3 + 0.1 * (n % 4),
    ...     }
    ... )
    >>> partial_residuals(obs).columns.tolist()
    ['stride_residual_pct', 'pain_residual_points', 'day', 'run_id']
    """
    design = build_design(obs, outcome)
    fit = fit_correlation(design.y, design.matrix, design.day)
    covariates = design.covariates

    def net(values: FloatArray) -> FloatArray:
        explained = gls_at(values, covariates, design.day, fit.tau_days, fit.nu)
        return values - covariates @ explained

    table = design.runs.table.iloc[design.rows]
    run_id = table["run_id"] if "run_id" in table.columns else table.index
    return pd.DataFrame(
        {
            "stride_residual_pct": net(design.stride_pct),
            "pain_residual_points": net(design.y),
            "day": design.day,
            "run_id": pd.Series(run_id).astype("str").to_numpy(),
        }
    )


def _all_checks(
    design: Design, fit: GapGls, second: Ewc, outcome: str, smallest: float
) -> dict[str, object]:
    table = design.runs.table
    covariates = design.covariates
    stride_own = _residual(design.stride_pct, covariates)
    pain_own = _residual(design.y, covariates)
    spare = len(design.y) - covariates.shape[1]
    whole = float(np.sum((design.stride_pct - design.stride_pct.mean()) ** 2))
    own = float(stride_own @ stride_own)
    estimate, low, high = (
        PCT_PER_TYPICAL_CHANGE * float(values[1])
        for values in (fit.coefficients, fit.low, fit.high)
    )
    n_eligible = int(design.runs.is_eligible.sum())
    n_rated = int((design.runs.is_eligible & table[outcome].notna()).sum())
    is_adjusted = "pain_before" in design.groups
    first, last = _dates(design)
    return {
        "per_5_pct": {"points": estimate, "low": low, "high": high},
        "smallest_effect": {
            "points_per_5_pct": smallest,
            "placement": _placement(low, high, smallest),
        },
        "ewc": {
            "points_per_pct": second.estimate,
            "low": second.low,
            "high": second.high,
            "p_value": second.p_value,
            "df": second.df,
        },
        "circular_shift": {
            "p_value": circular_shift_p(stride_own, pain_own),
            "n_turns": len(design.y) - 1,
        },
        "pain_before": {
            "is_adjusted": is_adjusted,
            **_with_and_without_before(design, fit, outcome),
        },
        "pain_before_to_stride": checks.pain_before_and_stride(design),
        "with_time_trend": checks.one_slope(checks.with_time_trend(design)),
        "with_dated_changes": _with_changes(design),
        "lead_test": checks.lead_test(design),
        "specifications": checks.specifications(design, fit),
        "fit": {
            "partial_sd_pct": float(np.sqrt(own / spare)),
            "vif": whole / own,
            "se_points_per_pct": float(fit.se[1]),
            "df": float(fit.df[1]),
            "tau_days": fit.tau_days,
            "nu": fit.nu,
            "at_bound": ", ".join(fit.at_bound) or "none",
            "residual_sd_points": fit.sigma,
            "is_converged": fit.is_converged,
        },
        "ljung_box": checks.ljung_box(design, fit),
        "ratings": {
            "n_runs": len(table),
            "n_usable_runs": n_eligible,
            "n_rated": n_rated,
            "share_rated": n_rated / n_eligible,
            "share_zero": float(np.mean(design.y == 0)),
        },
        "rated_less_unrated": checks.rated_and_unrated(design, outcome),
        "dropped": dict(design.dropped),
        "adjusted_for": list(design.adjusted_for),
        "dates": {"first": first, "last": last},
    }


def _evidence(
    design: Design,
    fit: GapGls,
    second: Ewc,
    found: Mapping[str, object],
    outcome: str,
    smallest: float,
) -> Evidence:
    return Evidence(
        outcome=outcome,
        n=fit.n,
        share_rated=_number(found, "ratings", "share_rated"),
        partial_sd_pct=_number(found, "fit", "partial_sd_pct"),
        is_converged=fit.is_converged,
        estimate=float(fit.coefficients[1]),
        low=float(fit.low[1]),
        high=float(fit.high[1]),
        se=float(fit.se[1]),
        smallest_effect_points=smallest,
        ewc_low=second.low,
        ewc_high=second.high,
        lead_p=_number(found, "lead_test", "p_value"),
        is_before_adjusted="pain_before" in design.groups,
        estimate_without_before=_number(found, "pain_before", "without_points_per_pct"),
        estimate_with_trend=_number(found, "with_time_trend", "points_per_pct"),
        same_sign_share=_number(found, "specifications", "same_sign_share"),
    )


def _with_and_without_before(
    design: Design, fit: GapGls, outcome: str
) -> dict[str, object]:
    """Give the slope with and without pain before the run, on the same runs."""
    table = design.runs.table
    if "pain_before" in design.groups:
        with_it = checks.slope_of(fit, 1)
        without = checks.one_slope(design.without("pain_before"))
    elif "pain_before_0_10" in table.columns and outcome != "pain_before_0_10":
        before = table["pain_before_0_10"].to_numpy(np.float64)[design.rows]
        known = np.isfinite(before)
        part = design.with_group("pain_before", before).take(known)
        without = checks.one_slope(part.without("pain_before"))
        if "pain_before" in part.groups:
            with_it = checks.one_slope(part)
        else:
            with_it = {key: np.nan for key in without} | {"n": 0}
    else:
        without = checks.slope_of(fit, 1)
        with_it = {key: np.nan for key in without} | {"n": 0}
    return {f"with_{key}": value for key, value in with_it.items()} | {
        f"without_{key}": value for key, value in without.items()
    }


def _with_changes(design: Design) -> dict[str, object]:
    """Let each dated change have a level of its own."""
    table = design.runs.table.iloc[design.rows]
    part = design
    for name in table.columns:
        if str(name).startswith("change_"):
            values = table[name].to_numpy(np.float64)
            if np.isfinite(values).all() and np.ptp(values) > 0:
                part = part.with_group(str(name), values)
    if part is design:
        return {"n_changes": 0}
    part = part.take(np.ones(len(design.y), dtype=np.bool_))
    n_changes = sum(name.startswith("change_") for name in part.groups)
    return {"n_changes": n_changes, **checks.one_slope(part)}


def _caveats(
    design: Design,
    fit: GapGls,
    found: Mapping[str, object],
    evidence: Evidence,
    verdict: Verdict,
) -> tuple[str, ...]:
    caveats = [guarding_caveat(evidence, verdict.level), *design.caveats]
    if evidence.share_rated < MIN_SHARE_RATED_LEVEL_2:
        caveats.append(
            f"Only {100 * evidence.share_rated:.0f} % of the usable runs were rated; "
            "the others may differ"
        )
    if _number(found, "ratings", "share_zero") > _MANY_ZEROS:
        caveats.append(
            "More than 60 % of the ratings are 0: the slope is that of the average "
            "rating, smaller than that of felt pain"
        )
    if "tau_days" in fit.at_bound and fit.tau_days > 1 and fit.nu < 1:
        caveats.append(
            "Pain drifts more slowly than this history can show; a slow common drift "
            "of stride and pain is not excluded"
        )
    if _number(found, "ljung_box", "p_value") < _MIN_LJUNG_BOX_P:
        caveats.append(
            "The residuals keep a memory that the model does not describe; the "
            "interval may be too narrow"
        )
    if fit.df[1] < _MIN_DF:
        caveats.append(
            "The history is worth fewer than 5 independent runs; the interval rests on "
            "very little"
        )
    if _number(found, "with_dated_changes", "n_changes") > 0:
        caveats.append(
            "Dated changes were not adjusted for; the slope with them is among the "
            "checks"
        )
    return tuple(caveats)


def _residual(values: FloatArray, covariates: FloatArray) -> FloatArray:
    basis, _ = np.linalg.qr(covariates)
    return np.asarray(values - basis @ (basis.T @ values))


def _placement(low: float, high: float, smallest: float) -> str:
    if -smallest < low and high < smallest:
        return "the whole interval is smaller than the smallest effect of interest"
    if low >= smallest or high <= -smallest:
        return "the whole interval is at least the smallest effect of interest"
    if low <= -smallest and high >= smallest:
        return "the interval covers the smallest effect of interest in both directions"
    return "the interval reaches the smallest effect of interest in one direction"


def _dates(design: Design) -> tuple[object, object]:
    return float(design.day.min()), float(design.day.max())


def _number(found: Mapping[str, object], group: str, key: str) -> float:
    part = found[group]
    value = part.get(key, np.nan) if isinstance(part, Mapping) else np.nan
    return float(value)
