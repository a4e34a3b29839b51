"""One name for a watch, whatever format its run came in.

Runs are compared with those of the same device, so a watch must not have two names.
FIT files tell numbers of maker and product, TCX a name in the maker's own spelling with
mostly the same number beside it, GPX whoever wrote the file: at best the watch, often a
service that does not say which watch it was.

Source: the product numbers of `fitdecode.profile`; those that it lacks, from real files
that give number and name side by side.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache

from hipstride.io._fit_profile import enum_words, sub_field_type

__all__ = ["device_of_numbers", "device_of_text"]

_GARMIN = "garmin"
# What the profile does not know.
_FROM_FILES: Mapping[str, Mapping[int, str]] = {
    _GARMIN: {1039: "fr405cx", 1250: "fr410", 1264: "fr210"},
    "suunto": {34: "Suunto 9 Baro", 35: "Suunto 9"},
}
# Makers whom a capital before the profile's word does not name; who writes files by
# program is of the maker "development", which is none.
_MAKERS = {
    "coros": "COROS",
    "development": "",
    "polar_electro": "Polar",
    "srm": "SRM",
    "tomtom": "TomTom",
    "wahoo_fitness": "Wahoo",
}
# They hand on what some watch has recorded; an app that records is a device.
_SERVICES = re.compile(
    r"(?:garmin )?connect(?: api)?|garmin training center|stravagpx|gpsbabel\b.*"
    r"|apple health export|gpx\.py\b.*|tc2 to gpx.*|goldencheetah\b.*",
    re.IGNORECASE,
)
_NO_DEVICES = frozenset({"connect", "training_center"})
# One product to the runner, with another number in each part of the world.
_REGION = re.compile(
    r"_(?:apac|asia|china|china_nfc|chn|emea|hebrew|japan|jpn|korea|kor|russia|sea"
    r"|single_byte_product_id|taiwan|thai|twn|ww)$",
    re.IGNORECASE,
)
_VERSION = re.compile(r"\s+software version\b.*", re.IGNORECASE)
_CAPITALS = frozenset({"hr", "lte", "gps"})
# "vívoactive 4" is vivoactive4_large in the profile: so much must agree.
_ALIKE = 3
_MOST_DIGITS = 6


def device_of_numbers(
    maker: int, products: Sequence[int], said: str, notes: list[str]
) -> str:
    """Name a device by the numbers of a FIT file.

    Parameters
    ----------
    maker : int
        Code of the manufacturer in the profile.
    products : sequence of int
        The maker's numbers for it, the most trusted first.
    said : str
        The name that the file itself gives, if any.
    notes : list of str
        Gets a sentence where a name is wanting.

    Returns
    -------
    str
        Maker and product, as far as they are known; empty for no device at all.

    Examples
    --------
    >>> device_of_numbers(1, [3113], "", [])
    'Garmin Forerunner 945'
    >>> device_of_numbers(23, [34], "", [])
    'Suunto 9 Baro'
    """
    word = enum_words("manufacturer").get(maker, str(maker) if maker else "")
    house = _MAKERS.get(word, word.replace("_", " ").capitalize())
    if said:
        return device_of_text(_behind(house, said), "", notes)
    words = _product_words(maker, word)
    known = next((words[number] for number in products if number in words), None)
    if known in _NO_DEVICES and house == "Garmin":
        return _unnamed("Garmin Connect", notes)
    if known is not None:
        is_garmins = sub_field_type("file_id", "product", "manufacturer", maker) == (
            "garmin_product"
        )
        return _behind(house, _spelled(known) if is_garmins else known)
    if not word:
        notes.append("the file does not name the device")
    if not house or not any(products):
        return house
    if word == _GARMIN:
        notes.append(
            f"the device is Garmin's product {products[0]}, which has no name here "
            "yet: TCX files of the same device may count as another"
        )
    return _behind(house, str(products[0]))


def device_of_text(text: str, product: str, notes: list[str]) -> str:
    """Name a device by what a TCX or GPX file says of its creator.

    Parameters
    ----------
    text : str
        The creator's name.
    product : str
        The number beside it; empty where there is none.
    notes : list of str
        Gets a sentence where the creator is no device.

    Returns
    -------
    str
        In the same words as of a FIT file of the device, where that can be told; empty
        where the creator only hands on what some device has recorded.

    Examples
    --------
    >>> device_of_text("fēnix 3 HR", "2413", []), device_of_numbers(1, [2413], "", [])
    ('Garmin Fenix 3 HR', 'Garmin Fenix 3 HR')
    >>> device_of_text("Garmin Connect", "", notes := []), notes[0]
    ('', 'the file was written by Garmin Connect, which does not name the device')
    """
    text = _VERSION.sub("", " ".join(text.split()))
    if not any(sign.isalnum() for sign in text):
        return ""
    if _SERVICES.fullmatch(text):
        return _unnamed(text, notes)
    if text.casefold().startswith("tomtom"):
        # Their TCX calls each watch "GPS Sport Watch", and GPX tells the number alone.
        number = product.strip() or text.rpartition(".")[2]
        return f"TomTom {number}" if number.isdecimal() else text
    key = _key(text)
    by_number = _product_words(1, _GARMIN).get(_number(product), "")
    if by_number and _key(by_number)[:_ALIKE] == key[:_ALIKE]:
        return f"Garmin {_spelled(by_number)}"
    spelled = _garmins_by_key().get(key)
    if spelled is not None:
        return f"Garmin {spelled}"
    return f"Garmin {text}" if text.startswith("Forerunner") else text


def _unnamed(writer: str, notes: list[str]) -> str:
    notes.append(f"the file was written by {writer}, which does not name the device")
    return ""


def _behind(house: str, name: str) -> str:
    """Set the maker before the name, unless the name begins with its first word."""
    first = house.casefold().partition(" ")[0]
    return name if name.casefold().startswith(first) else f"{house} {name}"


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else -1


@cache
def _product_words(maker: int, word: str) -> Mapping[int, str]:
    type_name = sub_field_type("file_id", "product", "manufacturer", maker)
    return {**enum_words(type_name), **_FROM_FILES.get(word, {})}


@cache
def _garmins_by_key() -> Mapping[str, str]:
    words = _product_words(1, _GARMIN).values()
    spelled = {word: _spelled(word) for word in words if word not in _NO_DEVICES}
    by_key = {_key(text): text for text in spelled.values()}
    return {**{_key(word): text for word, text in spelled.items()}, **by_key}


def _key(text: str) -> str:
    """Reduce a name to what all spellings of it share."""
    plain = unicodedata.normalize("NFKD", _REGION.sub("", text)).casefold()
    plain = re.sub(r"[^a-z0-9]", "", plain)
    return plain.removeprefix(_GARMIN).replace("forerunner", "fr")


@cache
def _spelled(word: str) -> str:
    """Write a word of the profile as the box of the watch has it, roughly."""
    text = re.sub(r"^vivo_", "vivo", _REGION.sub("", word))
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", text).lower()
    text = re.sub(r"^fr(?=\d)", "forerunner_", text)
    text = re.sub(r"(?<=\d)m$", "_music", text)
    text = re.sub(r"(?<=[a-z]{3})(?=\d)", "_", text)
    return " ".join(
        part.upper()
        if part in _CAPITALS or (part[:1].isdigit() and not part.endswith("mm"))
        else part.capitalize()
        for part in text.split("_")
        if part
    )
