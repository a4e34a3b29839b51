"""Where a runner says in words that there was no pain: a 0 that nobody wrote."""

from __future__ import annotations

from hipstride.io._pain_vocabulary import Token, words

__all__ = ["statements_in"]

_NONE = words(
    "no zero without keine keinerlei ohne sans sin senza sem geen zonder aucune"
)
_GERMAN = frozenset({"schmerzfrei", "ohne", "keine"})
_FREE = frozenset({"free", "frei", "vrij"})
_WHOLE = frozenset({"painfree", "schmerzfrei", "pijnvrij"})
_WITHIN = frozenset({"site", "qualifier", "side", "filler"})
# "Almost pain-free", "hoping for no pain", "can't run without pain".
_DOUBTED = words(
    "almost nearly mostly not never hope hoping hopefully want wish goal if when until "
    "would could should try trying tried stay staying be become can_t cannot cant "
    "isn_t wasn_t nicht nie beinahe pas presque casi quasi bijna niet day days "
    "week weeks month months year years were about"
)
# "No pain until mile 5", "no pain meds", "no pain, no gain".
_LIMITED = words(
    "until till til except but unless for first bis jusqu hasta gain killer killers "
    "med meds medication relief than worse increase change changes no initially "
    "mostly most anfangs zunächst miles mile km or"
)
_LOOKED_BACK = 4
_LOOKED_AHEAD = 2
_LONGEST = 4


def statements_in(tokens: list[Token]) -> list[Token]:
    """Put a number 0 in place of the words that say so.

    The number carries them as its word; what names side and site stays before it.

    Examples
    --------
    >>> from hipstride.io._pain_vocabulary import tokens_of
    >>> [token.kind for token in statements_in(tokens_of("easy, no hip pain after"))]
    ['other', 'comma', 'site', 'number', 'moment']
    >>> [token.kind for token in statements_in(tokens_of("no pain, no gain"))]
    ['other', 'other', 'comma', 'other', 'other']
    """
    stated: list[Token] = []
    at = 0
    while at < len(tokens):
        end = _end_of_statement(tokens, at)
        if not end:
            stated.append(tokens[at])
            at += 1
            continue
        part = tokens[at:end]
        if _is_doubted(tokens, at, end):
            stated += [_silenced(token) for token in part]
        else:
            stated += [token for token in part if token.kind in _WITHIN - {"filler"}]
            is_digit = part[0].kind == "number"
            stated.append(
                Token("number", part[0].start, part[-1].end, "0", 0.0, is_digit)
            )
        at = end
    return stated


def _end_of_statement(tokens: list[Token], at: int) -> int:
    """Give where a statement that begins here ends; 0 where none begins."""
    first = tokens[at]
    if first.word in _WHOLE:
        return at + 1
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if first.kind == "pain" and following is not None and following.word in _FREE:
        return at + 2
    is_none = first.word in _NONE or (
        first.kind == "number" and first.value == 0 and not first.is_of_ten
    )
    if not is_none:
        return 0
    for end in range(at + 1, min(at + 1 + _LONGEST, len(tokens))):
        if tokens[end].kind == "pain":
            return end + 1
        if tokens[end].kind not in _WITHIN:
            break
    return 0


def _is_doubted(tokens: list[Token], at: int, end: int) -> bool:
    """Tell whether the words around take it back, or limit it."""
    before = tokens[max(at - _LOOKED_BACK, 0) : at]
    ended = [
        i for i, token in enumerate(before) if token.kind == "end" or token.word == ","
    ]
    before = before[ended[-1] + 1 :] if ended else before
    behind = [token for token in tokens[end : end + _LOOKED_AHEAD + 1] if token.word]
    words = [token for token in behind if token.kind not in {"comma", "colon"}]
    is_asked = bool(behind) and behind[0].word in {"?", "…"}
    # German for almost, and English for quick.
    is_fast = bool(before) and before[-1].word == "fast"
    return (
        is_asked
        or (is_fast and tokens[at].word in _GERMAN)
        or any(token.word in _DOUBTED for token in before)
        or any(
            token.word in _LIMITED or token.word[:1].isdigit()
            for token in words[:_LOOKED_AHEAD]
            if token.kind != "number"
        )
    )


def _silenced(token: Token) -> Token:
    return Token("other", token.start, token.end, token.word)
