"""How often the interval of a drift holds the truth, by what the noise remembers.

``python -m tests.studies.drift_coverage`` prints the table of ``docs/drift.md``.
"""

from __future__ import annotations

import math
from itertools import product

import numpy as np
from scipy import stats

from hipstride.gait._within_run import changes_within

N_RUNS = 1000
WINDOW_S = 30.0
# Half minutes of steady running in an hour, half an hour, 16 and 10 minutes.
LENGTHS = (112, 52, 24, 12)
# What a half minute has in common with the next.
LIKENESSES = (0.0, 0.5, 0.8, 0.9, 0.93, 0.95, 0.97)


def noise(rng: np.random.Generator, n: int, likeness: float) -> np.ndarray:
    values = rng.standard_normal((n, N_RUNS))
    for i in range(1, n):
        fresh = math.sqrt(1 - likeness**2) * values[i]
        values[i] = likeness * values[i - 1] + fresh
    return values


def main() -> None:
    rng = np.random.default_rng(1)
    print("| half minutes | likeness | memory, min | held | t test held | width / SD |")
    print("|---|---|---|---|---|---|")
    for n, likeness in product(LENGTHS, LIKENESSES):
        at_s = WINDOW_S * np.arange(n)
        size = n // 3
        sums = np.zeros((n, 1))
        sums[:size], sums[-size:] = -1 / size, 1 / size
        values = noise(rng, n, likeness)
        found = [changes_within(one, at_s, sums) for one in values.T]
        off = np.array([one.estimate[0] for one in found])
        half = np.array([one.half_width[0] for one in found])
        plain = stats.ttest_ind(values[-size:], values[:size]).confidence_interval()
        held = np.mean(np.abs(off) <= half)
        plainly = np.mean((plain.low <= 0) & (plain.high >= 0))
        memory = -0.5 / math.log(likeness) if likeness else 0.0
        print(
            f"| {n} | {likeness:.2f} | {memory:.1f} | {held:.3f} | {plainly:.3f} "
            f"| {np.median(half) / off.std():.1f} |"
        )


if __name__ == "__main__":
    main()
