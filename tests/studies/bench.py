"""All benchmarks, one after the other: `make bench`.

Every figure is a ratio of medians, measured side by side with interleaved repeats in
one run, since machines differ and are noisy. Nothing here is a test: a slow machine
fails nobody.
"""

from __future__ import annotations

import sys
from importlib import import_module

STUDIES = (
    "bench_fit",
    "bench_xml",
    "bench_simulate",
    "bench_gait",
    "bench_stats",
    "bench_see",
    "bench_start",
    "bench_library",
)


def main(names: list[str]) -> None:
    for name in names or STUDIES:
        print(f"\n== {name}")
        import_module(f"tests.studies.{name}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
