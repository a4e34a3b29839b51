"""What an analysis costs: seconds, memory, and beside the general dense method.

The chain (time proportional to n) and the dense REML (to its cube) fit the same model
to the same rows; their ratio is of medians of interleaved repeats.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
import psutil
import statsmodels.api as sm

from hipstride.simulate import Runner, history
from hipstride.stats import association, exponential_with_nugget, reml
from hipstride.stats._build_design import build_design
from hipstride.stats._correlation_fit import fit_correlation

OUTCOME = "pain_after_0_10"
SIZES = (120, 365, 1000)
REPEATS = 5
SEED = 1
MEBIBYTE = 2**20


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def peak_memory_mib(call: Callable[[], object]) -> float:
    """Give how far the peak of the process rose above what it held before."""
    process = psutil.Process()
    before = process.memory_info().rss
    call()
    peak = getattr(process.memory_info(), "peak_wset", None)
    if peak is None:
        import resource  # noqa: PLC0415 - absent on Windows

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return max(peak - before, 0) / MEBIBYTE


def main() -> None:
    print(
        f"{'runs':>6}{'all checks':>13}{'one fit':>10}{'dense':>10}{'OLS+HAC':>10}",
        end="",
    )
    print(f"{'dense/fit':>11}{'memory':>12}")
    for n in SIZES:
        obs = history(Runner(), n_runs=n, seed=SEED).observations
        design = build_design(obs, OUTCOME)
        y, x, day = design.y, design.matrix, design.day
        memory = peak_memory_mib(lambda obs=obs: association(obs))
        calls: dict[str, Callable[[], object]] = {
            "all": lambda obs=obs: association(obs),
            "fit": lambda y=y, x=x, day=day: fit_correlation(y, x, day),
            "hac": lambda y=y, x=x: sm.OLS(y, x).fit(
                cov_type="HAC", cov_kwds={"maxlags": 5}, use_t=True
            ),
        }
        if n <= SIZES[1]:  # the dense search takes minutes at a thousand
            calls["dense"] = lambda y=y, x=x, day=day: reml(
                y, x, exponential_with_nugget(day)
            )
        times = {name: [] for name in calls}
        for _ in range(REPEATS):
            for name, call in calls.items():
                times[name].append(seconds(call))
        took = {name: statistics.median(values) for name, values in times.items()}
        dense = took.get("dense", np.nan)
        print(
            f"{n:>6}{took['all']:>11.2f} s{1000 * took['fit']:>7.0f} ms"
            f"{1000 * dense:>7.0f} ms{1000 * took['hac']:>7.1f} ms"
            f"{dense / took['fit']:>11.0f}{memory:>8.0f} MiB"
        )
    print("wanted: all checks of 365 runs in 1.5 s, of 1000 in 10 s and 500 MiB")


if __name__ == "__main__":
    main()
