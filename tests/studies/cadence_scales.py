"""How well runs on another scale are found, and how many honest ones are suspected.

Each runner has 300 runs: easy runs, tempo runs and repeats in the shares of a mix, an
elasticity of cadence on speed between 0.08 and 0.25, and runs that differ by 1.2 to
3.5 %. One run of each is put on another scale. Run with::

    python -m tests.studies.cadence_scales
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from hipstride.gait import device_scales, scale_audit

SEED = 1
N_RUNNERS, N_RUNS = 200, 300
PACES_MPS = np.array([2.9, 3.6, 4.4])
MIXES = {"three paces": (0.7, 0.2, 0.1), "one pace": (1.0, 0.0, 0.0)}
MILE = 1.609344
# The column that is multiplied, by what, and how the verdict begins.
FAULTS = {
    "half": ("mean_cadence_spm", 0.5, "counts one foot"),
    "twice": ("mean_cadence_spm", 2.0, "counts both feet twice"),
    "km for miles": ("mean_speed_mps", MILE, "speed off"),
    "miles for km": ("mean_speed_mps", 1 / MILE, "speed off"),
}


def runner(rng: np.random.Generator, mix: tuple[float, ...], form: float):
    """The runs of one person, whose cadence changes by `form` in the middle."""
    pace = PACES_MPS[rng.choice(3, N_RUNS, p=mix)]
    speed = pace * np.exp(0.07 * rng.standard_normal(N_RUNS))
    spread = rng.uniform(0.012, 0.035) * rng.standard_normal(N_RUNS)
    usual = rng.uniform(150, 182) * (speed / 3) ** rng.uniform(0.08, 0.25)
    cadence = usual * np.exp(spread)
    cadence[N_RUNS // 2 :] *= 1 + form
    return pd.DataFrame(
        {
            "run_id": [f"{number:04d}" for number in range(N_RUNS)],
            "local_date": pd.Timestamp("2026-01-01").as_unit("us"),
            "device": np.where(np.arange(N_RUNS) < N_RUNS // 2, "first", "second"),
            "mean_cadence_spm": cadence,
            "mean_speed_mps": speed,
        }
    )


def main() -> None:
    """Print the rates for each mix, without and with a change of form."""
    rng = np.random.default_rng(SEED)
    for name, mix in MIXES.items():
        for form in (0.0, 0.08):
            n_suspected = n_devices = 0
            found = dict.fromkeys(FAULTS, 0)
            for _ in range(N_RUNNERS):
                runs = runner(rng, mix, form)
                audit = scale_audit(runs)
                n_suspected += int(audit["suspected"].notna().sum())
                n_devices += int(device_scales(audit)["suspected"].notna().sum())
                for fault, (column, factor, words) in FAULTS.items():
                    row = int(rng.integers(N_RUNS))
                    wrong = runs.copy()
                    wrong.loc[row, column] *= factor
                    told = scale_audit(wrong)["suspected"][row]
                    found[fault] += isinstance(told, str) and told.startswith(words)
            rates = ", ".join(f"{key} {n / N_RUNNERS:.2f}" for key, n in found.items())
            honest = 1000 * n_suspected / (N_RUNNERS * N_RUNS)
            print(
                f"{name}, form {form:+.0%}: {honest:.2f} of 1,000 honest runs and "
                f"{n_devices} of {2 * N_RUNNERS} devices suspected; found: {rates}"
            )


if __name__ == "__main__":
    main()
