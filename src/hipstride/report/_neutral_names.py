"""A neutral name for each thing that the runner named: its kind, not its words.

A label stands in the sentences of an answer as it was written, as its column spells
it, or shortened. Each of these is found, in one pass, so that nothing that was put in
is taken for a label again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

__all__ = ["KIND_WORDS", "OTHER", "UNNAMED", "Names", "labels_in", "names_of"]

KIND_WORDS = {
    "stride": "a change of stride",
    "cue": "a cue",
    "rest": "a rest",
    "injection": "an injection",
    "physio": "physiotherapy",
    "strength": "strength work",
    "shoes": "other shoes",
    "drug": "a drug",
    "runner": "a runner",
    "covariate": "a column of the runner's own",
}
OTHER = "a change"
UNNAMED = "(not named)"

# A label of such words alone says nothing of a person, and to put a kind in its place
# everywhere would spoil the sentences of the answer. It goes where only labels stand.
_HOUSE = """
a an the and or of in on to at by as with from than then it this that is was be not no
one all run runs ran running pain painful stride strides step steps length speed after
before during next morning day days week weeks change changes changed cue trend point
points interval history higher lower longer shorter rest drug shoe shoes device watch
other physio strength injection rated rating ratings effect time grade treadmill load
level linear nugget correlation exponential errors curve quadratic washout common
adjusted net days points interval second method model fit test mean median
"""
_HOUSE_WORDS = frozenset(_HOUSE.split())
_DATE = r" \(\d{4}-\d{2}-\d{2}\)"
# Where nothing but a label stands.
_PLACES = (
    (
        rf"LABEL(?={_DATE}|, net of its trend| \+ | together\b| is judged by"
        r"| was done on| also began on| does not vary apart| the slope would be)"
    ),
    r"(?<=separated from )LABEL",
    r"(?<=leans on )LABEL",
    r"(?<= \+ )LABEL",
)
# To so many signs the ledger cuts a label within a sentence, and in a joint row.
_CUT_TO = (60, 40)


@dataclass(frozen=True, slots=True)
class Names:
    """What each label is called; call `anew` with a text."""

    by_key: Mapping[str, str]
    pattern: re.Pattern[str] | None

    def of(self, label: str) -> str:
        """Give the neutral name of a label; one that is not known is a change."""
        return self.by_key.get(_key(label), OTHER)

    def anew(self, text: str) -> str:
        """Put the neutral names into a text, which may be a label and nothing else."""
        whole = self.by_key.get(_key(text))
        if whole is not None:
            return whole
        return text if self.pattern is None else self.pattern.sub(self._name, text)

    def _name(self, found: re.Match[str]) -> str:
        key = _key(found[0])
        if key in self.by_key:
            return self.by_key[key]
        # It was cut short; the first that begins so is meant.
        meant = (name for one, name in self.by_key.items() if one.startswith(key))
        return next(meant, OTHER)


def names_of(kinds: Sequence[tuple[str, str]], unnamed: Iterable[str] = ()) -> Names:
    """Name each label by its kind, with a number where there are several.

    Parameters
    ----------
    kinds : sequence of (str, str)
        Labels in any spelling and their kinds; of one label the first counts.
    unnamed : iterable of str
        Other words of the runner, such as what a shoe or a watch is called.

    Returns
    -------
    Names
        The neutral names.

    Examples
    --------
    >>> names = names_of([("Dr. No's cue", "cue"), ("dr no s cue", ""), ("x", "cue")])
    >>> names.anew("after DR. NO'S CUE (2026-03-01)")
    'after a cue (1) (2026-03-01)'
    """
    spellings: dict[str, list[str]] = {}
    kind_of: dict[str, str] = {}
    for label, kind in kinds:
        key = _key(label)
        if key:
            spellings.setdefault(key, []).append(label)
            kind_of.setdefault(key, KIND_WORDS.get(kind, OTHER))
    total = Counter(kind_of.values())
    seen: Counter[str] = Counter()
    by_key: dict[str, str] = {}
    for key, kind in kind_of.items():
        seen[kind] += 1
        by_key[key] = f"{kind} ({seen[kind]})" if total[kind] > 1 else kind
    for words in unnamed:
        key = _key(words)
        if key and key not in by_key:
            spellings[key], by_key[key] = [words], UNNAMED
    return Names(by_key, _pattern(spellings))


def _pattern(spellings: Mapping[str, Sequence[str]]) -> re.Pattern[str] | None:
    """Look for every label in every spelling, the longest first."""
    written = {" ".join(one.split()) for many in spellings.values() for one in many}
    longest_first = sorted(filter(None, written), key=lambda one: (-len(one), one))
    parts = [way for label in longest_first for way in _ways(label)]
    return re.compile("|".join(parts), re.IGNORECASE) if parts else None


def _ways(label: str) -> list[str]:
    """Give the patterns of one label: as written, as in its column, shortened."""
    words = re.findall(r"[^\W_]+", label)
    ways = [_whole(label)]
    if words:
        spelled = r"[\W_]+".join(map(re.escape, words))
        ways.append(rf"(?<!\w){spelled}(?!\w)")
        # A label of digits stands in every sentence that has a number.
        if all(w.casefold() in _HOUSE_WORDS or not w.isalpha() for w in words):
            return [place.replace("LABEL", way) for way in ways for place in _PLACES]
    cut = dict.fromkeys(label[: width - 1] for width in _CUT_TO if len(label) > width)
    return [*(f"{_whole(stem + '…')}" for stem in cut), *ways]


def _whole(words: str) -> str:
    """Look for these words where no letter stands right before or after them."""
    before = r"(?<!\w)" if re.match(r"\w", words) else ""
    after = r"(?!\w)" if re.search(r"\w\Z", words) else ""
    return f"{before}{re.escape(words)}{after}"


def _key(label: str) -> str:
    """Spell a label as its column does, so that all its spellings are one."""
    plain = label.casefold().removeprefix("change_")
    return "".join(filter(str.isalnum, plain)) or " ".join(plain.split())


def labels_in(question: str, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """Find the labels that only an answer about a change knows."""
    asked = re.search(
        rf"different after (.+?)(?:{_DATE})?, net of its trend\?\Z", question
    )
    found = [asked[1]] if asked and not re.fullmatch(r"[\d-]+", asked[1]) else []
    if "competing" in tables:
        found += [str(one) for one in tables["competing"]["label"]]
    return found
