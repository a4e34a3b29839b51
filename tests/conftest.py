"""What all tests share: the seeded generator, golden files, the folder of real data."""

from __future__ import annotations

import csv
import os
import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import HealthCheck, settings

# A busy machine is slow now and then; that is no fault of the code.
settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")
mpl.use("Agg")
# Whoever runs the tests, wherever: what they expect is in kilometres.
os.environ["HIPSTRIDE_UNITS"] = "km"

ROOT = Path(__file__).resolve().parents[1]
# Real devices' files live beside a checkout, never in it: they are people's tracks.
SHARED = Path(os.environ.get("HIPSTRIDE_SHARED_DATA", ROOT.parent / "shared" / "data"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite tests/golden"
    )


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20_260_901)


@pytest.fixture
def golden(request: pytest.FixtureRequest):
    def compare(text: str, name: str) -> None:
        path = ROOT / "tests" / "golden" / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")

        assert text == path.read_text(encoding="utf-8"), f"differs from {path.name}"

    return compare


@pytest.fixture(autouse=True)
def _figures_closed():
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data; tests that want it are skipped where it is absent."""
    if not (SHARED / "MANIFEST.csv").is_file():
        pytest.skip(
            f"real data not found at {SHARED}; set HIPSTRIDE_SHARED_DATA to its folder"
        )
    return SHARED


def real_files(*suffixes: str) -> list[Path]:
    """All real files of these kinds, for parametrising; empty where they are absent."""
    manifest = SHARED / "MANIFEST.csv"
    if not manifest.is_file():
        return []
    with manifest.open(encoding="utf-8") as stream:
        paths = [SHARED / row["path"] for row in csv.DictReader(stream)]
    return sorted(
        path
        for path in paths
        if path.name.lower().removesuffix(".gz").endswith(suffixes)
    )
