"""A watch has one name in whatever format its run came."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hipstride import read_run
from hipstride.io._device_names import device_of_numbers, device_of_text
from hipstride.io._fit_profile import enum_words

GARMIN, DEVELOPMENT = 1, 255


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Forerunner 945", 3113),
        ("Garmin Forerunner 910XT", 1328),
        ("Forerunner 15 ", 1903),
        ("fēnix 3 HR", 2413),
        ("vívoactive HR", 2337),
        ("vívoactive 3", 2700),
        ("Forerunner 645 Music", 2888),
        ("fēnix 6S", 3288),
        ("Garmin Forerunner 405CX", 1039),
        ("Forerunner 410 Software Version 2.20", 1250),
        ("Garmin Forerunner 210", 1264),
    ],
)
def test_a_watch_of_garmin_has_one_name_by_its_number_and_by_its_spelling(text, number):
    name = device_of_numbers(GARMIN, [number], "", [])

    assert device_of_text(text, str(number), []) == name
    assert device_of_text(text, "", []) == name


def test_a_number_decides_between_products_of_one_name():
    small = device_of_text("vívoactive 4", "3224", [])

    assert (
        small
        == device_of_numbers(GARMIN, [3224], "", [])
        == ("Garmin Vivoactive 4 Small")
    )


def test_the_parts_of_the_world_give_one_product_one_name():
    assert device_of_numbers(GARMIN, [3441], "", []) == "Garmin Forerunner 945"


@pytest.mark.parametrize(
    ("text", "number"), [("Polar M400", "22"), ("Suunto Spartan Ultra", "0")]
)
def test_the_number_of_another_maker_is_not_one_of_garmin(text, number):
    assert device_of_text(text, number, []) == text


def test_tomtom_goes_by_its_number():
    names = {
        device_of_text("TomTom GPS Sport Watch", "1001", []),
        device_of_text("TomTom.1001", "", []),
        device_of_numbers(71, [1001], "", []),
    }

    assert names == {"TomTom 1001"}


@pytest.mark.parametrize(
    ("maker", "said", "name"),
    [
        (294, "COROS PACE 2", "COROS PACE 2"),
        (23, "Suunto 9 Baro", "Suunto 9 Baro"),
        (32, "RIVAL", "Wahoo RIVAL"),
        (GARMIN, "Forerunner 945", "Garmin Forerunner 945"),
        (DEVELOPMENT, "simulated watch", "simulated watch"),
        (69, "Stages DashL50", "Stages DashL50"),
        (95, "", "Stryd"),
    ],
)
def test_the_maker_stands_once_before_the_name(maker, said, name):
    assert device_of_numbers(maker, [], said, []) == name


@pytest.mark.parametrize(
    "text", ["Garmin Connect", "Connect Api", "StravaGPX", "gpx.py -- a page"]
)
def test_a_service_is_no_device_and_that_is_said(text):
    notes: list[str] = []

    assert device_of_text(text, "", notes) == ""
    assert notes == [f"the file was written by {text}, which does not name the device"]


@pytest.mark.parametrize("text", ["StravaGPX Android", "Runkeeper", "Workouts App"])
def test_an_app_that_records_is_a_device(text):
    assert device_of_text(text, "", []) == text


@pytest.mark.parametrize("text", ["", " ", "..."])
def test_what_is_no_word_is_no_name(text):
    assert device_of_text(text, "", []) == ""


def test_a_product_without_a_name_keeps_its_number_and_is_noted():
    notes: list[str] = []

    assert device_of_numbers(GARMIN, [9999], "", notes) == "Garmin 9999"
    assert notes == [
        (
            "the device is Garmin's product 9999, which has no name here yet: TCX "
            "files of the same device may count as another"
        )
    ]


def test_a_file_without_a_maker_is_noted():
    notes: list[str] = []

    assert device_of_numbers(0, [0], "", notes) == ""
    assert notes == ["the file does not name the device"]


@given(st.sampled_from(sorted(enum_words("garmin_product"))))
def test_a_name_that_was_given_names_itself(number):
    name = device_of_numbers(GARMIN, [number], "", [])

    assert device_of_text(name, "", []) == name
    assert device_of_text(name, str(number), []) == name


@given(st.text(max_size=40), st.text(max_size=12))
def test_any_text_has_a_name_of_one_line(text, product):
    name = device_of_text(text, product, [])

    assert name == " ".join(name.split())


# The other file of each pair tells no device, or another recorded the same run.
NO_PAIRS = (
    "run:2019-02-16 vivoactive HR+Stryd",
    "run:2021-05-07 two watches",
)


def test_one_run_in_several_formats_is_of_one_device(shared):
    names: dict[str, set[str]] = {}
    with (shared / "MANIFEST.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            group = row["group"]
            if group.startswith("run:") and group not in NO_PAIRS:
                names.setdefault(group, set()).add(
                    read_run(shared / row["path"]).device
                )
    told = {group: some - {""} for group, some in names.items()}

    assert len(told) >= 8
    assert told.pop("run:2013-03-09 three sources") == {
        "Garmin Forerunner 405CX",
        "Workouts App for iPhone",
    }
    assert {group: len(some) for group, some in told.items()} == dict.fromkeys(told, 1)
