"""GPX and TCX reading beside gpxpy, tcxreader and a plain walk of an lxml tree.

Ours is timed over the whole way from bytes to `Recording`; the others over their parse
alone. Every round reads every file once with each reader in turn; the ratio is that
of the medians over rounds.
"""

from __future__ import annotations

import gzip
import io
import json
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import gpxpy
from lxml import etree
from tcxreader.tcxreader import TCXReader
from tests.conftest import real_files

from hipstride.errors import ReadError
from hipstride.io.gpx import read_gpx
from hipstride.io.tcx import read_tcx

Reader = Callable[[bytes], object]


def _walk(data: bytes) -> object:
    """Collect columns by hand from an lxml tree: what careful Python can do."""
    columns: dict[str, list[str | None]] = {}
    for element in etree.fromstring(data).iter(etree.Element):
        name = element.tag.rpartition("}")[2]
        if name == "trkpt":
            columns.setdefault("lat", []).append(element.get("lat"))
            columns.setdefault("lon", []).append(element.get("lon"))
        elif not len(element):
            columns.setdefault(name, []).append(element.text)
    return columns


def _gpxpy(data: bytes) -> object:
    return gpxpy.parse(data.decode())


def _tcxreader(data: bytes) -> object:
    return TCXReader().read(io.BytesIO(data))


READERS: dict[str, dict[str, Reader]] = {
    "gpx": {"hipstride": read_gpx, "lxml walk": _walk, "gpxpy": _gpxpy},
    "tcx": {"hipstride": read_tcx, "lxml walk": _walk, "tcxreader": _tcxreader},
}


def _contents(kind: str) -> list[bytes]:
    found = []
    for path in real_files(f".{kind}"):
        data = path.read_bytes()
        found.append(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)
    return found


def _readable(files: list[bytes], readers: dict[str, Reader]) -> list[bytes]:
    """Keep what all readers can read, so that all have the same work."""
    kept = []
    for data in files:
        try:
            for reader in readers.values():
                reader(data)
        except Exception:  # noqa: S112 — a rival may raise whatever it likes
            continue
        kept.append(data)
    return kept


def measure(kind: str, rounds: int) -> tuple[int, int, dict[str, float]]:
    """Give number of files, bytes and the median seconds of each reader."""
    readers = READERS[kind]
    files = _readable(_contents(kind), readers)
    seconds: dict[str, list[float]] = {name: [] for name in readers}
    for _ in range(rounds):
        for name, reader in readers.items():
            start = time.perf_counter()
            for data in files:
                reader(data)
            seconds[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(all_of) for name, all_of in seconds.items()}
    return len(files), sum(map(len, files)), medians


def peak_mb(path: Path) -> tuple[float, float]:
    """Give the size of a file [MB] and what reading it adds to a fresh process [MB]."""
    code = (
        "import json, sys\n"
        "from pathlib import Path\n"
        "from hipstride.io.gpx import read_gpx\n"
        "from hipstride.io.tcx import read_tcx\n"
        'small = b\'<gpx><trk><trkseg><trkpt lat="1" lon="1">\'\n'
        "small += b'<time>2026-09-01T06:00:00Z</time></trkpt></trkseg></trk></gpx>'\n"
        "read_gpx(small)\n"
        # The high-water mark of resident memory, set back before it is looked at.
        "status, path = Path('/proc/self/status'), sys.argv[1]\n"
        "of = lambda key: int(status.read_text().split(key)[1].split()[0]) / 1024\n"
        "Path('/proc/self/clear_refs').write_text('5')\n"
        "before = of('VmRSS:')\n"
        "(read_gpx if '.gpx' in path.lower() else read_tcx)(path)\n"
        "print(json.dumps(of('VmHWM:') - before))\n"
    )
    done = subprocess.run(  # noqa: S603 — our own interpreter and code
        [sys.executable, "-c", code, str(path)],
        check=True,
        capture_output=True,
        text=True,
    )
    data = path.read_bytes()
    size = len(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)
    return size / 2**20, json.loads(done.stdout)


def main(rounds: int = 7) -> None:
    """Print the ratios and the peak memory on the largest file of each kind."""
    warnings.simplefilter("ignore")
    for kind in READERS:
        paths = real_files(f".{kind}", f".{kind}.gz")
        if not paths:
            print(f"{kind}: no real files here, nothing measured")
            continue
        count, size, medians = measure(kind, rounds)
        ours = medians["hipstride"]
        print(
            f"{kind}: {count} files, {size / 2**20:.1f} MB; "
            f"hipstride {ours:.3f} s, bytes to Recording"
        )
        for name, seconds in medians.items():
            if name != "hipstride":
                print(f"  {name}: {seconds:.3f} s, {seconds / ours:.1f} x ours")
        if not Path("/proc/self/clear_refs").exists():
            print("  peak memory is measured on Linux only")
            continue
        largest = max(paths, key=_unpacked_size)
        size_mb, added_mb = peak_mb(largest)
        print(
            f"  largest file {size_mb:.1f} MB: {added_mb:.0f} MB more memory at the "
            f"peak (bound {10 * size_mb + 20:.0f} MB)"
        )


def _unpacked_size(path: Path) -> int:
    data = path.read_bytes()
    return len(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)


if __name__ == "__main__":
    try:
        main()
    except ReadError as error:
        sys.exit(str(error))
