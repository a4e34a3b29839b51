"""Which form of Kenward-Roger holds: the study behind the choice in `gap_gls`.

On null histories the same fit is judged in several ways: without any correction, with
Satterthwaite's degrees of freedom only, with the correction to first order, and with
the second derivative by tau or by its logarithm. Counts rejections and shows how far
each form moves the standard error. Run it with ``python -m tests.studies.kr_forms``.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import multiprocessing
import sys

import numpy as np
from scipy import stats

from hipstride.simulate import Runner, history
from hipstride.stats._build_design import build_design
from hipstride.stats._correlation_fit import EDGE, correlation_matrix, fit_correlation
from hipstride.stats.kenward_roger import kenward_roger

FORMS = (
    "plain, t(n - k)",
    "Satterthwaite only",
    "first order",
    "first order, nu kept at 0",
    "second order in log tau",
    "second order in tau",
)
FIRST_SEED = 77_000


def judge(task: tuple[Runner, int, int]) -> list[tuple[float, float]]:
    """Give p and the ratio of standard errors for each form."""
    runner, n_runs, seed = task
    obs = history(runner, n_runs=n_runs, seed=seed).observations
    design = build_design(obs.drop(columns="pain_before_0_10"), "pain_after_0_10")
    x, n = design.matrix, len(design.y)
    fit = fit_correlation(design.y, x, design.day)
    plain = float(np.sqrt(fit.vcov_plain[1, 1]))
    t = abs(fit.coefficients[1]) / plain
    whole, smooth, lag = correlation_matrix(design.day, fit.tau_days, fit.nu)
    is_white = fit.nu >= 1 - EDGE
    by_nu, identity = [smooth, np.eye(n)], np.eye(n)
    bend = smooth * lag * (1 - fit.nu)
    dcov = [identity] if is_white else [*by_nu, bend]
    free = [identity] if is_white else [smooth]
    if not is_white and "nu" not in fit.at_bound:
        free.append(identity)
    if not is_white and "tau_days" not in fit.at_bound:
        free.append(bend)
    second_log: dict[tuple[int, int], np.ndarray] = {}
    second_tau: dict[tuple[int, int], np.ndarray] = {}
    if not is_white:
        part = (1 - fit.nu) * smooth
        second_log = {(0, 2): smooth * lag, (2, 2): part * (lag**2 - lag)}
        second_tau = {(0, 2): smooth * lag, (2, 2): part * (lag**2 - 2 * lag)}
    forms = [
        kenward_roger(x, whole, free),
        kenward_roger(x, whole, dcov),
        kenward_roger(x, whole, dcov, second_log),
        kenward_roger(x, whole, dcov, second_tau),
    ]
    found = [
        (float(2 * stats.t.sf(t, n - x.shape[1])), 1.0),
        (float(2 * stats.t.sf(t, forms[0].df[1])), 1.0),
    ]
    for kr in forms:
        ratio = np.sqrt(max(kr.vcov[1, 1], 1e-12) / kr.vcov_plain[1, 1])
        found.append((float(2 * stats.t.sf(t / ratio, kr.df[1])), float(ratio)))
    return found


def main(histories: int = 400) -> None:
    usual = Runner(effect_points_per_pct=0.0)
    slow = Runner(effect_points_per_pct=0.0, pain_memory=0.9, form_memory=0.9)
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for name, runner, n_runs in (
            ("usual", usual, 40),
            ("slow", slow, 40),
            ("usual", usual, 120),
            ("slow", slow, 120),
        ):
            tasks = [(runner, n_runs, FIRST_SEED + i) for i in range(histories)]
            found = np.array(pool.map(judge, tasks, chunksize=10))
            print(f"\n{name}, {n_runs} runs, {histories} histories")
            for i, form in enumerate(FORMS):
                rate = np.mean(found[:, i, 0] < 0.05)
                low, high = found[:, i, 1].min(), found[:, i, 1].max()
                print(f"  {form:28}{rate:.3f}   SE x {low:.2f} to {high:.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
