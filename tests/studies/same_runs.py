"""How often one run is taken for two, and two runners for one.

    python -m tests.studies.same_runs [N_PAIRS]

Pairs of recordings with a known truth, compared as the library compares them:

- one runner, an app's copy: the same seconds, cadence of one foot in whole numbers;
- one runner, two devices: another start and end, cadence and place with errors of their
  own, as two real watches of different makers have them (1.3 steps/min, 8 m);
- one runner, a watch and a phone that knows no cadence;
- two runners side by side: their own cadence, each with its own ups and downs; told for
  each gap between their usual cadences, with heart rates 0 to 25 beats apart.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from tests.libbuild import run, without

from hipstride.library._sameness import Candidate, compare
from hipstride.library._trace import trace_of
from hipstride.tables import Recording

N_PAIRS = 500
SEED = 20_260_901
GAPS_SPM = (0.0, 1.0, 2.0, 3.0, 5.0, 8.0)
_METRES_PER_DEGREE = 111_195.0

Pair = tuple[Recording, Recording]


def candidate(recording: Recording, name: str) -> Candidate:
    samples = recording.samples
    start_s = recording.started_at.timestamp()
    first_s, last_s = (float(samples["elapsed_s"].iloc[end]) for end in (0, -1))
    way_m = samples["distance_m"]
    return Candidate(
        name,
        start_s + first_s,
        start_s + last_s,
        float(way_m.iloc[-1] - way_m.iloc[0]),
        trace_of(samples, recording.started_at),
    )


def own(rng: np.random.Generator, cadence: float = 170.0) -> Recording:
    return run(
        minutes=float(rng.uniform(15, 60)),
        speed=float(rng.uniform(2.4, 3.6)),
        cadence=cadence,
        wave_spm=float(rng.uniform(0.8, 3.0)),
        heart_rate=150.0,
        seed=int(rng.integers(2**31)),
    )


def copied(rng: np.random.Generator) -> Pair:
    one = own(rng)
    halved = 2 * np.floor(one.samples["cadence_spm"] / 2)
    return one, replace(one, samples=one.samples.assign(cadence_spm=halved))


def two_devices(rng: np.random.Generator) -> Pair:
    one = own(rng)
    n = len(one.samples)
    late, early = rng.integers(0, 90), rng.integers(0, 30)
    noise = {
        "cadence_spm": rng.normal(rng.normal(0, 0.7), 1.5, n),
        "heart_rate_bpm": rng.normal(rng.normal(0, 4), 3, n),
        "latitude_deg": rng.normal(rng.normal(0, 8), 4, n) / _METRES_PER_DEGREE,
        "longitude_deg": rng.normal(rng.normal(0, 8), 4, n) / _METRES_PER_DEGREE,
    }
    noisy = one.samples.assign(
        **{name: one.samples[name] + error for name, error in noise.items()},
        distance_m=one.samples["distance_m"] * rng.normal(1.0, 0.015),
    )
    return one, replace(one, samples=noisy.iloc[late : n - early])


def with_a_phone(rng: np.random.Generator) -> Pair:
    one, other = two_devices(rng)
    return one, without(other, "cadence_spm", "heart_rate_bpm")


def two_runners(gap_spm: float) -> Callable[[np.random.Generator], Pair]:
    def pair(rng: np.random.Generator) -> Pair:
        one = own(rng)
        n = len(one.samples)
        wave = own(rng, 170.0 + gap_spm)
        theirs = np.resize(wave.samples["cadence_spm"].to_numpy(), n)
        apart = rng.normal(8, 4, 2)[:, None] / _METRES_PER_DEGREE
        return one, replace(
            one,
            samples=one.samples.assign(
                cadence_spm=theirs,
                heart_rate_bpm=150.0 + rng.uniform(-25, 25),
                latitude_deg=one.samples["latitude_deg"] + apart[0],
                longitude_deg=one.samples["longitude_deg"] + apart[1],
            ),
        )

    return pair


def share_same(make: Callable[[np.random.Generator], Pair], n_pairs: int) -> float:
    """The share of pairs that are taken for one run."""
    rng = np.random.default_rng(SEED)
    same = 0
    for _ in range(n_pairs):
        one, other = make(rng)
        found = compare(candidate(one, "a"), candidate(other, "b"))
        same += found is not None and found.is_same
    return same / n_pairs


def main(n_pairs: int = N_PAIRS) -> None:
    print(f"{n_pairs} pairs each, seed {SEED}: taken for one run")
    for words, make in (
        ("one runner, an app's copy", copied),
        ("one runner, two devices", two_devices),
        ("one runner, watch and phone without cadence", with_a_phone),
    ):
        print(f"  {words:<46} {100 * share_same(make, n_pairs):5.1f} %")
    for gap_spm in GAPS_SPM:
        words = f"two runners, usual cadences {gap_spm:.0f} steps/min apart"
        rate = share_same(two_runners(gap_spm), n_pairs)
        print(f"  {words:<46} {100 * rate:5.1f} %")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
