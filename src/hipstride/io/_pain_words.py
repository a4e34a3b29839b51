"""Ratings of pain that a runner wrote into the name or the notes of a run.

"Easy 5, hip 3/10" is half a diary. What is found here is only ever offered to the
runner, with the very words it was read from. A number counts where the words around it
leave no other reading; a note with a doubt about it gives nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hipstride.io._pain_beside import (
    BESIDE,
    before_number,
    behind_number,
    moment_of,
    told_behind,
)
from hipstride.io._pain_statements import statements_in
from hipstride.io._pain_vocabulary import Token, tokens_of, words

__all__ = ["PainWords", "ratings_in"]

# Before these a bare number counts kilometres or minutes: "pain at 3", "after 5".
_COUNTED = frozenset({"at", "in", "of", "with", "de"})
# Behind "8/10" they make it a rating of something good, or a part of something else.
_NOT_PAIN = words(
    "better improved good great strong normal recovered healed mobility strength "
    "flexibility stability function feel feels feeling confidence mile miles mi km k m "
    "hills reps sets rounds intervals laps effort rpe fun happy sleep energy"
)
_ENOUGH = 2
# So many words may stand between a rating and one that has its site from it.
_NEAR = 12
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class PainWords:
    """A rating as it was written.

    `moment`, `side` and `site` are empty where the words do not say. `place` is where
    `words` begins and ends in the text. `is_in_words` marks the 0 of "no hip pain",
    where no number stands.
    """

    pain_0_10: float
    moment: str
    side: str
    site: str
    words: str
    place: tuple[int, int]
    is_in_words: bool = False


@dataclass(frozen=True, slots=True)
class _Found:
    """A number with the words around it that belong to it."""

    at: int
    value: float
    around: tuple[Token, ...]
    moment: str
    is_anchored: bool
    is_in_words: bool = False
    # Taken only with another rating of another moment beside it.
    is_weak: bool = False
    is_inherited: bool = False

    def first(self, kind: str) -> str:
        return next((token.word for token in self.around if token.kind == kind), "")

    def site(self) -> str:
        """Give the site with what stands before it: "lower back", "hip flexor"."""
        kinds = {"site", "qualifier"}
        parts = [token.word for token in self.around if token.kind in kinds]
        is_site = any(token.kind == "site" for token in self.around)
        return " ".join(dict.fromkeys(parts)) if is_site else ""


def ratings_in(text: str) -> list[PainWords]:
    """Find ratings of pain in a note.

    Parameters
    ----------
    text : str
        The name of a run or what stands under it.

    Returns
    -------
    list of PainWords
        In the order of the text; empty where nothing is sure to be one.

    Examples
    --------
    >>> [found] = ratings_in("Easy 10k, right hip pain 3.5/10 after")
    >>> found.pain_0_10, found.moment, found.side, found.site, found.words
    (3.5, 'after', 'right', 'hip', 'right hip pain 3.5/10 after')
    >>> [found.pain_0_10 for found in ratings_in("L hip 2 before, 4 after")]
    [2.0, 4.0]
    >>> ratings_in("RPE 7/10, hip thrusts 3x10, 5 miles, hip ok")
    []
    """
    tokens = statements_in(tokens_of(text[:_LONGEST]))
    found: list[_Found] = []
    free = 0
    for at, token in enumerate(tokens):
        if token.kind == "number":
            before = before_number(tokens, at, free)
            behind = behind_number(tokens, at, before)
            # "hip 2 before 4 after": what is one number's is not the next one's.
            free = at + 1 + len(behind)
            one = _inherited(tokens, _read(tokens, at, before, behind), found)
            if one is not None:
                found.append(one)
    kept = [
        one for i, one in enumerate(found) if not one.is_weak or _has_heir(found, i)
    ]
    return [_told(text, tokens, one) for one in kept]


def _read(
    tokens: list[Token], at: int, before: tuple[Token, ...], behind: tuple[Token, ...]
) -> _Found:
    """Read a number by what stands before it, and then by what stands behind it."""
    token = tokens[at]
    if token.word:  # "no pain": it speaks for itself
        around = (*before, *behind, *told_behind(tokens, at))
        return _Found(
            at, token.value, around, moment_of(around), True, not token.is_of_ten
        )
    moment = moment_of(before) or moment_of(behind)
    next_to = tokens[at + 1] if at + 1 < len(tokens) else None
    around = (*before, *behind)
    if token.is_of_ten:
        is_other = next_to is not None and next_to.word in _NOT_PAIN
        if not _score(before) and not is_other:
            right = told_behind(tokens, at)
            around, moment = (*around, *right), moment or moment_of(right)
        return _Found(
            at, token.value, around, moment, bool(_score(around)) and not is_other
        )
    last = before[-1] if before else None
    is_weak = last is not None and last.kind == "moment"
    is_counted = last is not None and last.word in _COUNTED
    is_alone = next_to is None or next_to.kind in BESIDE | {"comma", "end"}
    evidence = (
        _score(before)
        + any(one.kind == "side" for one in around)
        + bool(moment and not is_weak)
        + any(one.kind in {"level", "colon"} for one in before)
    )
    is_sure = bool(_score(before)) and evidence + is_weak >= _ENOUGH
    return _Found(
        at, token.value, around, moment, is_sure and is_alone and not is_counted,
        is_weak=is_weak,
    )  # fmt: skip


def _inherited(tokens: list[Token], one: _Found, found: list[_Found]) -> _Found | None:
    """Let "4 after" have site and side of "hip 2 before" that stands before it."""
    if one.is_anchored:
        return one
    if not found or not one.moment:
        return None
    parent = found[-1]
    if one.at - parent.at > _NEAR:
        return None
    own = [token for token in one.around if token.kind in {"pain", "site", "side"}]
    between = tokens[parent.at + 1 : one.at]
    joins = {"comma", "moment", "filler", "colon", "side"}
    if (
        own
        or not parent.moment
        or parent.moment == one.moment
        or any(token.kind not in joins for token in between)
    ):
        return None
    inherited = [token for token in parent.around if token.kind != "moment"]
    return replace(
        one, around=(*one.around, *inherited), is_anchored=True, is_weak=False,
        is_inherited=True,
    )  # fmt: skip


def _has_heir(found: list[_Found], index: int) -> bool:
    return index + 1 < len(found) and found[index + 1].is_inherited


def _score(around: tuple[Token, ...]) -> int:
    """Count what says that it is about pain: a word for it, and a site."""
    is_pain = any(token.kind == "pain" for token in around)
    is_lower = any(token.kind == "qualifier" for token in around)
    is_site = any(
        token.kind == "site" and (is_pain or is_lower or not token.is_weak)
        for token in around
    )
    return is_pain + is_site


def _told(text: str, tokens: list[Token], one: _Found) -> PainWords:
    """Give the rating with the words from the first to the last that it was told by."""
    own = [tokens[one.at]]
    if one.is_inherited:
        own += [token for token in one.around if token.kind == "moment"]
    else:
        telling = {"pain", "site", "qualifier", "side", "moment"}
        own += [token for token in one.around if token.kind in telling]
    start, end = min(token.start for token in own), max(token.end for token in own)
    return PainWords(
        one.value,
        one.moment,
        one.first("side"),
        one.site(),
        text[start:end],
        (start, end),
        one.is_in_words,
    )
