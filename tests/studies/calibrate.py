"""How often the answers are wrong, on simulated runners whose truth is known.

``make calibrate`` simulates histories, answers each as a runner's own would be, and
counts: how often a null is rejected, how often the interval holds the truth, how often
an effect is found, how often the answer is "cannot tell". What people use now stands
beside it on the same rows. Two cells go the whole way: FIT files and a diary are
written to a folder and ``hipstride analyze --json`` reads them. Writes
``docs/methods/calibration.md``.

Finished cells are kept in ``build/calibration`` under the fingerprint of the code, so
that a study that was stopped goes on where it was.
"""

from __future__ import annotations

import os

# One thread for each worker: two that each want all cores wait for one another.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import hashlib
import multiprocessing
import re
import time
from multiprocessing.pool import Pool
from pathlib import Path

from tests.studies.calibration import kept
from tests.studies.calibration.analyse import analyse
from tests.studies.calibration.cells import Cell, all_cells
from tests.studies.calibration.counted import Counted, counted
from tests.studies.calibration.page import markdown, page

__all__ = ["main", "markdown"]

PAGE = kept.ROOT / "docs" / "methods" / "calibration.md"
FIRST_SEED = 20_260_901
# Reading files takes ten times as long as all the rest.
FILE_SHARE = 0.5


def seed_of(cell: Cell, first: int) -> int:
    """Give the first seed of a scenario: the same with and without a rating before."""
    words = f"{cell.kind} {cell.name} {cell.runner!r} {cell.n_runs} {cell.design}"
    scenario = int(hashlib.sha256(words.encode()).hexdigest()[:6], 16)
    return first + 10_000 * scenario


def run(pool: Pool, cell: Cell, histories: int, first: int, code: str) -> Counted:
    """Give the counts of one cell, from what is kept or anew."""
    n = max(2, int(histories * FILE_SHARE)) if cell.kind == "files" else histories
    seed = seed_of(cell, first)
    path = kept.path_of(cell, seed=seed, histories=n, code=code)
    rows = kept.load(path)
    if rows is None:
        tasks = [(cell, seed + i) for i in range(n)]
        rows = pool.map(analyse, tasks, chunksize=max(1, min(10, n // 8)))
        kept.save(path, rows)
    return counted(cell, rows)


def said(one: Counted, seconds: float) -> str:
    """Give the line that is printed when a cell is done."""
    cell = one.cell
    rates = " ".join(f"{name} {rate:.3f}" for name, rate in one.rates.items())
    levels = " ".join(f"L{k} {share:.2f}" for k, share in one.levels.items())
    before = " +before" if cell.with_before else ""
    return (
        f"{cell.kind} {cell.design} {cell.name} n={cell.n_runs} {cell.rated}{before}: "
        f"{rates} covers {one.coverage:.3f} {levels} refused {one.refused:.2f} "
        f"{one.milliseconds:.0f} ms; {seconds:.0f} s"
        + "".join(f" MISS {miss};" for miss in one.misses)
    )


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=500, help="for each cell")
    parser.add_argument("--seed", type=int, default=FIRST_SEED)
    parser.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--only", default="", help="cells whose line matches this")
    parser.add_argument("--out", type=Path, default=PAGE)
    options = parser.parse_args(arguments)
    code = kept.code_hash()
    wanted = re.compile(options.only)
    found = []
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        for cell in all_cells():
            words = (
                f"{cell.kind} {cell.design} {cell.name} n={cell.n_runs} {cell.rated}"
            )
            if not wanted.search(words):
                continue
            start = time.perf_counter()
            found.append(run(pool, cell, options.histories, options.seed, code))
            print(said(found[-1], time.perf_counter() - start), flush=True)
    options.out.parent.mkdir(exist_ok=True, parents=True)
    text = page(found, seed=options.seed, histories=options.histories)
    options.out.write_text(text, encoding="utf-8")
    print(f"written to {options.out}")


if __name__ == "__main__":
    main()
