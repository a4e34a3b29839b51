"""What stands beside the answer of a randomised test."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from hipstride.errors import NotEnoughDataError
from hipstride.stats._arrays import FloatArray
from hipstride.stats.trial._compared import Arms, compare
from hipstride.stats.trial._manipulation import Manipulation
from hipstride.stats.trial._trial_words import TrialEvidence
from hipstride.stats.trial.draw import Schedule
from hipstride.stats.trial.joining import Joined
from hipstride.stats.trial.randomisation import RandomisationTest
from hipstride.stats.trial.schedules import count, p_min
from hipstride.stats.trial.single_case import nap

__all__ = ["checks_of", "joined_table"]


def checks_of(
    joined: Joined,
    schedule: Schedule,
    arms: Arms,
    found: RandomisationTest,
    followed: Manipulation,
    evidence: TrialEvidence,
    x: FloatArray,
    used: tuple[str, ...],
) -> dict[str, object]:
    """Gather the second opinions and diagnostics under plain names."""
    y_all = joined.table[evidence.outcome].to_numpy(np.float64)
    rows = np.isfinite(y_all)
    y, own = y_all[rows], arms.own[rows]
    alpha = schedule.design.alpha
    wald = (
        found.estimate / followed.difference_pct
        if followed.is_shown and math.isfinite(followed.difference_pct)
        else math.nan
    )
    return {
        "arms": {
            "n_arm": int(own.sum()),
            "n_control": int((own == 0).sum()),
            "mean_arm_points": float(y[own == 1].mean()) if own.any() else math.nan,
            "mean_control_points": float(y[own == 0].mean())
            if not own.all()
            else math.nan,
            "nap": nap(y[own == 0], y[own == 1])
            if own.any() and not own.all()
            else math.nan,
        },
        "schedules": {
            "n_in_design": str(count(schedule.design)),
            "n_gone_through": found.n_schedules,
            "are": "all of them" if arms.reference == "all" else "drawn",
            "smallest_p_of_design": p_min(schedule.design),
            "smallest_p_here": found.p_smallest,
            "p_lower": found.p_lower,
            "null_sd_points": found.null_sd,
            "interval_from": found.interval_from,
        },
        "manipulation": {
            "measure": followed.measure,
            "difference_pct": followed.difference_pct,
            "low_pct": followed.low_pct,
            "high_pct": followed.high_pct,
            "p_value": followed.p_value,
            "n": followed.n,
            "share_followed": followed.share_followed,
            "n_followed_known": followed.n_followed_known,
        },
        "points_per_1_pct_stride": {
            "wald_ratio": wald,
            "holds_only_if": "the cue acts on pain by the stride and nothing else",
        },
        "sensitivity": _sensitivity(joined, schedule, arms, x, evidence.outcome),
        "ratings": {
            "n_runs": len(rows),
            "n_rated": int(rows.sum()),
            "share_rated": float(rows.mean()),
            **_missing_by_arm(rows, arms, alpha),
        },
        "joined": {
            **joined.outside,
            "units_done": joined.n_units_done,
            "units_in_schedule": len(schedule.schedule),
        },
        "adjusted_for": list(used),
        "smallest_effect": {"points": evidence.smallest_effect_points},
        "sha256": schedule.sha256,
    }


def _sensitivity(
    joined: Joined, schedule: Schedule, arms: Arms, x: FloatArray, outcome: str
) -> dict[str, float]:
    """Estimate again without covariates, with speed, and with the other washout."""
    design, table = schedule.design, joined.table
    rows = np.isfinite(table[outcome].to_numpy(np.float64))
    y = table[outcome].to_numpy(np.float64)
    other = "none" if design.washout != "none" else "first_run_after_switch"
    name = "without_washout" if other == "none" else "first_run_after_switch_left_out"
    nothing = np.empty((int(rows.sum()), 0))
    found = {
        **_one("not_adjusted", y, rows, arms, nothing, design.alpha, design.washout),
        **_one(name, y, rows, arms, x, design.alpha, other),
    }
    if "mean_speed_mps" in table.columns:
        speed = table["mean_speed_mps"].to_numpy(np.float64)
        known = rows & (speed > 0)
        with_speed = np.column_stack([x[known[rows]], np.log(speed[known])])
        found |= _one(
            "with_speed", y, known, arms, with_speed, design.alpha, design.washout
        )
    return found


def _one(
    name: str,
    y: FloatArray,
    rows: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    arms: Arms,
    x: FloatArray,
    alpha: float,
    washout: str,
) -> dict[str, float]:
    estimate = p_value = math.nan
    try:
        found = compare(y[rows], rows, arms, x, alpha=alpha, washout=washout)
    except NotEnoughDataError:
        pass
    else:
        estimate, p_value = found.estimate, found.p_value
    return {f"{name}_points": estimate, f"{name}_p": p_value}


def _missing_by_arm(
    rows: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], arms: Arms, alpha: float
) -> dict[str, float]:
    own = arms.own
    shares = {
        "share_rated_arm": float(rows[own == 1].mean()) if own.any() else math.nan,
        "share_rated_control": float(rows[own == 0].mean())
        if not own.all()
        else math.nan,
    }
    p_value = math.nan
    if not rows.all() and own.any() and not own.all():
        every = np.ones(len(rows), dtype=np.bool_)
        nothing = np.empty((len(rows), 0))
        missing = (~rows).astype(np.float64)
        p_value = compare(missing, every, arms, nothing, alpha=alpha).p_value
    return {**shares, "p_value_missing_by_arm": p_value}


def joined_table(joined: Joined, schedule: Schedule, outcome: str) -> pd.DataFrame:
    """Give the runs of the trial with what each was told to do.

    Returns
    -------
    DataFrame
        ``local_date, unit, arm, cue`` and the outcome; units count from 1.
    """
    table = joined.table
    return pd.DataFrame(
        {
            "local_date": table["local_date"],
            "unit": table["unit"] + 1,
            "arm": table["arm"].astype("int64"),
            "cue": [schedule.cue_of(int(unit)) for unit in table["unit"]],
            outcome: table[outcome],
        }
    )
