"""Damaged zips, at random: nothing but a plain word may come of them.

    python -m tests.studies.zip_fuzz [N_ZIPS]

A zip in a zip of small files is damaged in one to eight bytes, cut, or spliced, and
walked to its end with every file loaded. Each file must be given as it was, or be
refused with a `ReadError`; a file that was altered under a checksum that fits is told
as a wrong one.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from pathlib import PurePosixPath

from tests.exportbuild import zipped

from hipstride.errors import ReadError
from hipstride.io._files import walk

N_ZIPS = 20_000
SEED = 20_260_901


def whole_files(rng: random.Random) -> dict[str, bytes]:
    return {
        f"run-{number}.fit": rng.randbytes(rng.randint(0, 600)) * rng.randint(1, 9)
        for number in range(4)
    }


def damaged(rng: random.Random, data: bytes) -> bytes:
    spoiled = bytearray(data)
    kind = rng.random()
    if kind < 0.2:
        return bytes(spoiled[: rng.randrange(len(spoiled))])
    if kind < 0.3:
        at = rng.randrange(len(spoiled))
        return bytes(spoiled[:at] + spoiled[rng.randrange(len(spoiled)) :])
    for _ in range(rng.randint(1, 8)):
        spoiled[rng.randrange(len(spoiled))] = rng.randrange(256)
    return bytes(spoiled)


def main(n_zips: int = N_ZIPS) -> int:
    rng = random.Random(SEED)
    found: Counter[str] = Counter()
    for _ in range(n_zips):
        files = whole_files(rng)
        inner = {name: data for name, data in files.items() if rng.random() < 0.5}
        outer = {**files, "part.zip": zipped(inner)}
        for one in walk(damaged(rng, zipped(outer)), passed=lambda *_: False):
            if one.kind != "file":
                continue
            try:
                data = one.load().data
            except ReadError:
                found["refused with a word"] += 1
                continue
            name = PurePosixPath(one.label).name
            same = data in {files.get(name), *files.values()}
            found["as it was" if same else "WRONG"] += 1
    listed = ", ".join(f"{count:,} {words}" for words, count in found.most_common())
    print(f"{n_zips:,} damaged zips, seed {SEED}: {listed}")
    return 1 if found["WRONG"] else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
