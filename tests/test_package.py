"""The package as a whole: its names, and how fast it opens."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest

import hipstride as hs


@pytest.mark.parametrize("name", sorted(hs.__all__))
def test_every_public_name_can_be_reached(name: str):
    assert getattr(hs, name) is not None
    assert name in dir(hs)


def test_public_names_are_sorted():
    assert list(hs.__all__) == sorted(hs.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'magic'"):
        hs.magic  # noqa: B018


def loaded_after(statement: str) -> set[str]:
    code = f"{statement}\nimport sys\nprint('\\n'.join(sys.modules))"
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_importing_the_package_loads_none_of_the_heavy_libraries():
    heavy = {"pandas", "matplotlib", "statsmodels", "scipy", "lxml", "fitdecode"}

    assert not heavy & loaded_after("import hipstride")


def test_reading_loads_neither_models_nor_plots():
    loaded = loaded_after("import hipstride; hipstride.read_run; hipstride.summarize")

    assert not {"matplotlib", "statsmodels"} & loaded


def test_the_version_is_the_one_of_the_installed_package():
    assert version("hipstride") == hs.__version__
