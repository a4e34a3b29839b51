"""Kilometres or miles, from what the environment says."""

from __future__ import annotations

import pytest

from hipstride.units import default_units


@pytest.mark.parametrize(
    ("name", "stated", "expected"),
    [
        ("LANG", "en_US.UTF-8", "mi"),
        ("LANG", "en_GB", "mi"),
        ("LANG", "de_DE@euro", "km"),
        ("LANG", "C", "km"),
        ("LANG", "English_United States.1252", "mi"),
        ("LC_MEASUREMENT", "en_US.UTF-8", "mi"),
    ],
)
def test_the_country_of_the_locale_decides(
    monkeypatch: pytest.MonkeyPatch, name: str, stated: str, expected: str
):
    for other in ("HIPSTRIDE_UNITS", "LC_ALL", "LC_MEASUREMENT", "LANG"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, stated)

    assert default_units() == expected


def test_lc_all_comes_before_lang(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("HIPSTRIDE_UNITS", raising=False)
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    monkeypatch.setenv("LANG", "en_US.UTF-8")

    assert default_units() == "km"


@pytest.mark.parametrize("asked", ["mi", " MI ", "km"])
def test_the_own_variable_comes_before_the_locale(
    monkeypatch: pytest.MonkeyPatch, asked: str
):
    monkeypatch.setenv("HIPSTRIDE_UNITS", asked)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")

    assert default_units() == asked.strip().lower()


def test_without_any_word_it_is_what_the_system_says_or_kilometres(
    monkeypatch: pytest.MonkeyPatch,
):
    for name in ("HIPSTRIDE_UNITS", "LC_ALL", "LC_MEASUREMENT", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("locale.getlocale", lambda: (None, None))

    assert default_units() == "km"
