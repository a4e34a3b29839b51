"""How fast the package and its command line start, beside importing pandas."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

REPEATS = 9
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "import numpy, pandas": [sys.executable, "-c", "import numpy, pandas"],
    "import hipstride": [sys.executable, "-c", "import hipstride"],
    "hipstride --help": [str(Path(sys.executable).with_name("hipstride")), "--help"],
}


def main() -> None:
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(REPEATS):
        for name, command in COMMANDS.items():
            started = time.perf_counter()
            subprocess.run(  # noqa: S603 - the commands above
                command,
                check=True,
                stdout=subprocess.DEVNULL,
                env={**os.environ, "COLUMNS": "80"},
            )
            times[name].append(time.perf_counter() - started)
    beside = statistics.median(times["import numpy, pandas"])
    print(f"{'start':24} {'median s':>9} {'beside pandas':>14}")
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"{name:24} {median:9.3f} {median / beside:14.2f}")


if __name__ == "__main__":
    main()
