"""The words of runners' notes: what may stand around a rating of pain, and what not."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from typing import Literal

from hipstride.io._csv_text import key
from hipstride.io._journal_fields import (
    MOMENTS,
    PAIN_WORDS,
    SIDE_WORDS,
    SITE_QUALIFIERS,
    SITES,
)

__all__ = ["Token", "tokens_of", "words"]

Kind = Literal[
    # A number that may be a rating, a word that may stand beside one by what it means,
    "number", "pain", "site", "qualifier", "side", "moment", "level", "filler",
    # a sign such as the colon, a comma or the like, the end of a sentence, all else.
    "colon", "comma", "end", "other",
]  # fmt: skip


def words(text: str) -> frozenset[str]:
    """Give the words of a text as a set."""
    return frozenset(text.split())


_PAIN = PAIN_WORDS | words(
    "painful sore hurts hurting aches aching achy niggle niggles discomfort"
)
_SITES = SITES | words(
    "hanche cadera anca heup genou rodilla ginocchio joelho lisfranc psoas piriformis "
    "labrum hüften hüftschmerz"
)
# These are sites in a column of sites; in a sentence they may be anything.
_WEAK_SITES = words("back leg arm hand foot feet toe neck pelvis")
_QUALIFIERS = SITE_QUALIFIERS - {"it"} | words(
    "flexor flexors joint tendon bursa labral insertion outside inside side"
)
# Of the words for a side those that mean nothing else in a sentence.
_SIDES = {
    word: side
    for word, side in SIDE_WORDS.items()
    if "_" not in word and word not in {"b", "re", "li", "lr"}
} | {"izquierdo": "left", "derecho": "right", "droit": "right"}
# "In", "end", "day": words of a column of moments that every note is full of.
_MOMENTS = {
    word: moment
    for word, moment in MOMENTS.items()
    if moment != "day"
    and word
    not in {
        "in", "mid", "while", "running", "start", "at_start", "end", "morning", "pre",
        "post", "am_morgen", "next_am",
    }
}  # fmt: skip
_LONGEST_MOMENT = max(word.count("_") + 1 for word in _MOMENTS)
# What says that a number is a level, and what may stand in between.
_LEVELS = words(
    "level score rating scale vas nrs nprs was is were war ist était era "
    "around about approx circa ca"
)
_FILLERS = words(
    "a an the my only just still now maybe like slight mild some bit of in im der die "
    "das la le el il de du with at today heute left_over again"
)
# Within a word they part nothing: "pain-free", "post-run".
_HYPHENS = frozenset("-\u2010\u2011")
_COLONS = frozenset(":=()[]~-–—@")
_COMMAS = frozenset(",/&+")
_COMMA_WORDS = frozenset({"and", "und", "et", "y", "e", "en", "then", "dann", "but"})

_NUMBER = re.compile(
    # Not within a time, a date, a range or another number, nor behind a sign.
    r"(?<![\w.])(?<!\d[:,/\-–])(?<![-–+$€£#])"
    r"(?P<value>10|\d(?:[.,](?:\d|[27]5|50))?|\d?½)"
    r"(?P<of_ten>\s?/\s?10|\s(?:out\sof|of|von|sur|de|su|van\sde|op)\s10)?"
    r"(?!\w|[.,:/]\d|[°%'″\u2032\"+½]|\s?[x×*]\s?\d|\s?(?:[-–—~→]|->)\s?>?\s?\d)",
    re.ASCII | re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_](?:[^\W_]|[\u0300-\u036f]|['\u2019](?=[^\W\d_]))*")
_BLOB = re.compile(r"\d\S*")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a note: what it may be, what it means, and where it stands."""

    kind: Kind
    start: int
    end: int
    word: str = ""
    value: float = 0.0
    is_of_ten: bool = False

    @property
    def is_weak(self) -> bool:
        """Whether a site is a word that often means something else."""
        return self.word in _WEAK_SITES


def tokens_of(text: str) -> list[Token]:
    """Part a note into pieces that a rating can be told by.

    Examples
    --------
    >>> [(token.kind, token.word) for token in tokens_of("R hip 3.5/10, after 5k")]
    [('side', 'right'), ('site', 'hip'), ('number', ''), ('comma', ','), \
('moment', 'after'), ('other', '5k')]
    """
    return _with_moments(list(_pieces(text)), text)


def _pieces(text: str) -> list[Token]:
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            if text[at] in "\n\r":
                tokens.append(Token("end", at, at + 1))
            at += 1
        elif match := _NUMBER.match(text, at):
            tokens.append(_number(match))
            at = match.end()
        elif match := _BLOB.match(text, at):
            tokens.append(Token("other", at, match.end(), match[0]))
            at = match.end()
        elif match := _WORD.match(text, at):
            tokens.append(_word(match))
            at = match.end()
        else:
            is_within = (
                0 < at < len(text) - 1
                and text[at] in _HYPHENS
                and text[at - 1].isalpha()
                and text[at + 1].isalpha()
            )
            if not is_within:
                tokens.append(_sign(text[at], at))
            at += 1
    return tokens


def _number(match: re.Match[str]) -> Token:
    digits = match["value"].replace(",", ".").replace("½", ".5")
    return Token(
        "number",
        match.start(),
        match.end(),
        value=float(digits),
        is_of_ten=match["of_ten"] is not None,
    )


def _sign(sign: str, at: int) -> Token:
    if sign in _COLONS:
        return Token("colon", at, at + 1, sign)
    if sign in _COMMAS:
        return Token("comma", at, at + 1, sign)
    return Token("end", at, at + 1, sign)


def _word(match: re.Match[str]) -> Token:
    word = key(match[0])
    kinds: tuple[tuple[Kind, Container[str]], ...] = (
        ("site", _SITES),
        ("pain", _PAIN),
        ("side", _SIDES),
        ("qualifier", _QUALIFIERS),
        ("level", _LEVELS),
        ("filler", _FILLERS),
        ("comma", _COMMA_WORDS),
    )
    for kind, known in kinds:
        if word in known:
            meant = _SIDES[word] if kind == "side" else word
            return Token(kind, match.start(), match.end(), meant)
    return Token("other", match.start(), match.end(), word)


def _with_moments(tokens: list[Token], text: str) -> list[Token]:
    """Join the words that together name a moment: "next morning", "after the run"."""
    joined: list[Token] = []
    at = 0
    while at < len(tokens):
        for length in range(min(_LONGEST_MOMENT, len(tokens) - at), 0, -1):
            part = tokens[at : at + length]
            if not all(token.word[:1].isalpha() for token in part):
                continue
            word = key(text[part[0].start : part[-1].end])
            if word in _MOMENTS:
                joined.append(
                    Token("moment", part[0].start, part[-1].end, _MOMENTS[word])
                )
                at += length
                break
        else:
            joined.append(tokens[at])
            at += 1
    return joined
