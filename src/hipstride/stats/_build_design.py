"""From an OBSERVATIONS table to the rows and columns of a regression.

Which runs can be used, what stands beside the stride, and what had to be left out
and why. The rules are fixed before any result is seen; ``docs/methods.md`` lists them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from hipstride.errors import NotEnoughDataError
from hipstride.stats._arrays import FloatArray, rank_order
from hipstride.stats._usable_runs import STRIDE, usable_runs
from hipstride.stats.design_matrix import (
    MIN_SPARE_ROWS,
    WORDS,
    Design,
    without_copies,
)

__all__ = ["build_design"]

# A covariate that more of the rated runs lack than this is left out; below it, the
# runs without it are.
MAX_MISSING_SHARE = 0.2
# A device, or a group of rare devices, needs as many runs for an intercept of its own.
MIN_RUNS_PER_DEVICE = 8
MIN_ROWS = 8
MAX_GAP_DAYS = 14.0
_REASONS = {
    "no_day": "without a day",
    "no_step_length_or_speed": "without step length or speed",
    "copy_of_another": "copies of another",
    "step_length_not_independent": "with a speed worked out from cadence",
    "not_rated": "not rated",
    "covariate_missing": "without a covariate",
}
_REMEDIES = {
    "no_day": "give the day of each run",
    "no_step_length_or_speed": "bring runs recorded with both speed and cadence",
    "step_length_not_independent": (
        "run outdoors, or wear a foot pod on the treadmill, so that speed and cadence "
        "are measured apart"
    ),
}
# What the covariates leave of the outcome, relative to its spread, counts as rounding.
_REPRODUCED = 1e-8


def build_design(obs: pd.DataFrame, outcome: str) -> Design:
    """Lay out the regression of an outcome on the stride at the same speed.

    Parameters
    ----------
    obs : DataFrame
        An OBSERVATIONS table, or any with ``day`` (or ``local_date``), the outcome,
        ``mean_step_length_m`` and ``mean_speed_mps``; other covariates are used
        where they are there and vary.
    outcome : str
        Name of the column with the ratings.

    Returns
    -------
    Design
        Rows, columns, and what was left out.

    Raises
    ------
    TableError
        If a column is missing, is not of numbers, or a rating is outside 0-10.
    NotEnoughDataError
        If too few runs are rated, all ratings are equal, or the stride does not vary
        apart from the covariates.

    Examples
    --------
    >>> n = np.arange(12.0)
    >>> obs = pd.DataFrame(
    ...     {
    ...         "day": n,
    ...         "pain_after_0_10": n % 3,
    ...         "mean_step_length_m": 1 + 0.01 * (n % 5),
    ...         "mean_speed_mps": 3 + 0.1 * (n % 4),
    ...     }
    ... )
    >>> build_design(obs, "pain_after_0_10").adjusted_for
    ('speed (ln)',)
    """
    runs = usable_runs(obs, outcome)
    table = runs.table
    base = runs.is_eligible & table[outcome].notna().to_numpy()
    dropped = dict(runs.dropped)
    dropped["not_rated"] = int((runs.is_eligible & ~base).sum())
    _need_rows(int(base.sum()), MIN_ROWS, dropped)
    rated = table.loc[base]
    caveats = list(runs.caveats)
    groups = _candidates(rated, outcome, caveats)
    whole = np.all([np.isfinite(c).all(axis=1) for c in groups.values()], axis=0)
    dropped["covariate_missing"] = int((~whole).sum())
    _need_rows(int(whole.sum()), MIN_ROWS, dropped)
    if dropped["covariate_missing"]:
        caveats.append(
            "Rated runs left out for want of a covariate: "
            f"{dropped['covariate_missing']}"
        )
    design = Design(
        y=rated[outcome].to_numpy()[whole],
        stride_pct=rated[STRIDE].to_numpy()[whole],
        groups={name: columns[whole] for name, columns in groups.items()},
        day=rated["day"].to_numpy()[whole],
        rows=np.flatnonzero(base)[whole],
        runs=runs,
        dropped={reason: count for reason, count in dropped.items() if count},
    )
    design = _with_devices(design, caveats)
    design, left_out = without_copies(design)
    caveats += [
        f"{WORDS.get(name, name)} does not vary apart from the other covariates and "
        "was left out"
        for name in left_out
        if name != "treadmill"  # all runs of one kind is no loss
    ]
    _refuse_what_cannot_be_fitted(design)
    return replace(design, caveats=tuple(caveats))


def _candidates(
    rated: pd.DataFrame, outcome: str, caveats: list[str]
) -> dict[str, FloatArray]:
    """Take each covariate that is there and mostly known."""
    wanted = {
        "speed": "ln_speed",
        "grade": "mean_grade_pct",
        "treadmill": "is_treadmill",
        "load_acute": "load_acute_m",
        "load_chronic": "load_chronic_m",
        "gap": "days_since_last_run",
        "pain_before": "pain_before_0_10",
    }
    groups: dict[str, FloatArray] = {}
    for name, column in wanted.items():
        if column == outcome:
            continue
        if column not in rated.columns:
            if name not in ("treadmill", "pain_before"):
                caveats.append(f"{WORDS[name]} is not in the table: not adjusted for")
            continue
        values = rated[column].to_numpy(np.float64)
        if name == "grade":
            values = _grade(values, rated)
        missing = float(np.mean(~np.isfinite(values)))
        if missing > MAX_MISSING_SHARE:
            if name != "pain_before":  # the caveat on guarding says it
                caveats.append(
                    f"{WORDS[name]} is missing on {100 * missing:.0f} % of the rated "
                    "runs: not adjusted for"
                )
            continue
        if name == "gap":
            values = np.minimum(values, MAX_GAP_DAYS)
        groups[name] = values[:, None]
    return groups


def _grade(values: FloatArray, rated: pd.DataFrame) -> FloatArray:
    """Give treadmill runs a common grade where all of them lack one.

    Treadmill runs have an intercept of their own, which takes up any constant: the
    number put in changes no estimate, so it is no guess.
    """
    if "is_treadmill" not in rated.columns:
        return values
    indoors = rated["is_treadmill"].to_numpy(np.float64) == 1
    known = np.isfinite(values)
    if indoors.any() and not known[indoors].any() and known[~indoors].any():
        return np.where(indoors, float(values[~indoors & known].mean()), values)
    return values


def _with_devices(design: Design, caveats: list[str]) -> Design:
    """Give each device with enough runs an intercept of its own."""
    table = design.runs.table
    if "device" not in table.columns:
        return design
    device = table["device"].iloc[design.rows].astype("str").fillna("unknown")
    counts = device.value_counts()
    if len(counts) < 2:  # noqa: PLR2004 - one device needs no contrast
        return design
    common = [name for name in counts.index if counts[name] >= MIN_RUNS_PER_DEVICE]
    n_rare = int(sum(counts[name] for name in counts.index if name not in common))
    if 0 < n_rare < MIN_RUNS_PER_DEVICE:
        caveats.append(
            "Runs of rarely used devices counted with the main one, though a change of "
            f"device can shift the step length: {n_rare}"
        )
    columns = [device.eq(name).to_numpy(np.float64) for name in common[1:]]
    if common and n_rare >= MIN_RUNS_PER_DEVICE:
        columns.append((~device.isin(common)).to_numpy(np.float64))
    if not columns:
        return design
    return design.with_group("device", np.column_stack(columns))


def _refuse_what_cannot_be_fitted(design: Design) -> None:
    n, k = len(design.y), design.matrix.shape[1]
    _need_rows(n, max(MIN_ROWS, k + MIN_SPARE_ROWS), design.dropped)
    if np.ptp(design.day) == 0:
        what = "different days"
        raise NotEnoughDataError(
            what,
            needed=2,
            got=1,
            remedy="all runs stand on one day; give the day of each run",
        )
    if np.ptp(design.y) == 0:
        what = "different pain ratings"
        raise NotEnoughDataError(
            what,
            needed=2,
            got=1,
            remedy=f"all {n} ratings are {design.y[0]:g}; with no change in pain there "
            "is nothing to relate to the stride",
        )
    basis, _ = np.linalg.qr(design.covariates)
    rest = design.y - basis @ (basis.T @ design.y)
    if float(np.ptp(rest)) <= _REPRODUCED * float(np.ptp(design.y)):
        what = "ratings that differ from what they are adjusted for"
        raise NotEnoughDataError(
            what,
            needed=1,
            got=0,
            remedy="the covariates give the ratings exactly: "
            f"{', '.join(design.adjusted_for)}; see whether one column was copied to "
            "another",
        )
    rank = len(rank_order(np.column_stack([design.covariates, design.stride_pct])))
    if rank < k:
        what = "spread of step length at the same speed"
        raise NotEnoughDataError(
            what,
            needed=1,
            got=0,
            remedy="the step length follows from the covariates; vary the stride at a "
            "given speed, as a randomised test does",
        )


def _need_rows(got: int, needed: int, dropped: Mapping[str, int]) -> None:
    if got >= needed:
        return
    reasons = ", ".join(
        f"{count} {_REASONS.get(reason, reason)}"
        for reason, count in dropped.items()
        if count
    )
    most = max(dropped, key=lambda reason: dropped[reason], default="")
    remedy = _REMEDIES.get(most, "") if dropped.get(most, 0) > got else ""
    what = "rated runs with step length and speed"
    raise NotEnoughDataError(
        what,
        needed=needed,
        got=got,
        remedy=(f"left out: {reasons}; " if reasons else "")
        + (remedy or "rate more runs; an answer usually takes 100 or more"),
    )
