"""The words that stand beside a number in a note, and belong to it.

What is one number's is not the next one's, and a word with another meaning ends it.
"""

from __future__ import annotations

from hipstride.io._pain_vocabulary import Token, words

__all__ = ["BESIDE", "before_number", "behind_number", "moment_of", "told_behind"]

BESIDE = frozenset(
    {"pain", "site", "qualifier", "side", "moment", "level", "filler", "colon"}
)
_DATED = words("on since until from by am le el il race till bis seit")


def before_number(tokens: list[Token], at: int, free: int) -> tuple[Token, ...]:
    """Give the words that lead up to a number without a break."""
    start = at
    while start > free and tokens[start - 1].kind in BESIDE:
        start -= 1
    return tuple(tokens[start:at])


def behind_number(
    tokens: list[Token], at: int, before: tuple[Token, ...]
) -> tuple[Token, ...]:
    """Give the moment and the side that stand right behind a number."""
    if moment_of(before):
        return ()
    taken: list[Token] = []
    for index in range(at + 1, len(tokens)):
        token = tokens[index]
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        is_of_next = following is not None and (
            # "hip 2 left knee 3": the side is the knee's. "3 after 5 miles": no moment.
            (token.kind == "side" and following.kind in {"site", "qualifier", "pain"})
            or (token.kind == "moment" and _is_count(tokens, index + 1))
        )
        if token.kind not in {"moment", "side"} or is_of_next:
            break
        taken.append(token)
        if token.kind == "moment":
            break
    return tuple(taken)


def _is_count(tokens: list[Token], at: int) -> bool:
    """Tell whether a number counts something else: "after 5 miles", "after 10k"."""
    token = tokens[at]
    if token.kind == "other":
        return token.word[:1].isdigit()
    if token.kind != "number" or token.is_of_ten or token.word:
        return False
    return at + 1 >= len(tokens) or tokens[at + 1].kind != "moment"


def told_behind(tokens: list[Token], at: int) -> tuple[Token, ...]:
    """Give the words behind "4/10" in "4/10 hip pain", unless it is a date."""
    if at and tokens[at - 1].word in _DATED:
        return ()
    end = at + 1
    while end < len(tokens) and tokens[end].kind in BESIDE - {"colon", "level"}:
        end += 1
    if end < len(tokens) and tokens[end].kind in {"number", "colon", "level", "other"}:
        # "7/10 hip 3/10": the hip is that of the next; "3/10 hip hinges" is no pain.
        is_pain = any(token.kind == "pain" for token in tokens[at + 1 : end])
        if tokens[end].kind != "other" or not is_pain:
            return ()
    while end > at + 1 and tokens[end - 1].kind == "filler":
        end -= 1
    return tuple(tokens[at + 1 : end])


def moment_of(around: tuple[Token, ...]) -> str:
    return next((token.word for token in around if token.kind == "moment"), "")
