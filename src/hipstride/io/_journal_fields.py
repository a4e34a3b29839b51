"""The words of diaries: what people call their columns, and what they write in them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hipstride.io._csv_numbers import number
from hipstride.io._csv_text import key
from hipstride.tables import CHANGE_KINDS, PAIN_MOMENTS, SIDES

__all__ = [
    "CHANGE_HEADERS",
    "EXPECTED_KINDS",
    "EXPECTED_MOMENTS",
    "EXPECTED_SIDES",
    "JOURNAL_HEADERS",
    "KINDS",
    "MOMENTS",
    "PAIN_WORDS",
    "SIDE_WORDS",
    "SITES",
    "SITE_QUALIFIERS",
    "PainColumn",
    "is_other_scale",
    "named",
    "pain",
    "pain_column",
]

MAX_PAIN = 10.0

# What a fault lists as expected.
EXPECTED_MOMENTS = "one of " + ", ".join(PAIN_MOMENTS)
EXPECTED_SIDES = "one of " + ", ".join(SIDES)
EXPECTED_KINDS = "one of " + ", ".join(CHANGE_KINDS)


def _synonyms(**lists: str) -> dict[str, str]:
    """Turn our-name=their names, parted by commas, into their key -> our name."""
    return {
        key(word): ours
        for ours, words in lists.items()
        for word in (ours, *words.split(","))
    }


JOURNAL_HEADERS = _synonyms(
    local_date="date,day,datum,tag,fecha,data,rated on,date time,datetime,timestamp",
    time="clock,uhrzeit,zeit,hora,heure,time of day",
    moment="when,phase,timing,wann,zeitpunkt,moment of run",
    side="seite,leg,lado,laterality",
    site="where,location,region,body part,area,ort,stelle,joint,place",
    run_id="run,activity,activity id,lauf",
    note="notes,comment,comments,remark,remarks,notiz,notizen,kommentar,bemerkung",
)
CHANGE_HEADERS = _synonyms(
    started_on="start,started,from,since,begin,began,start date,date,day,datum,von,ab,"
    "seit,beginn,start on,starts on,from date",
    ended_on="end,ended,to,until,till,stop,stopped,end date,bis,ende,ends on,to date",
    kind="type,category,art,typ,kategorie",
    label="what,name,description,change,note,notes,title,was,beschreibung,bezeichnung",
)
MOMENTS = _synonyms(
    before="avant,antes,pre,pre run,prerun,before run,before the run,before running,"
    "vor,vorher,vor dem lauf,at start,start",
    during="pendant,durante,while,in,mid,during run,during the run,while running,"
    "running,während,beim laufen,waehrend",
    after="après,apres,después,despues,post,post run,postrun,after run,after the run,"
    "after running,nach,nachher,nach dem lauf,end",
    next_morning="morning,morning after,the morning after,next day,next am,"
    "on the next morning,am nächsten morgen,nächster morgen,morgen danach,am morgen,"
    "following morning,next_day,nächster tag,am nächsten tag,tag danach,lendemain",
    day="daily,all day,whole day,tag,any time,rest day,overall",
)
SIDE_WORDS = _synonyms(
    left="l,lt,links,left side,li,left only,left mostly,mostly left,gauche,izquierda",
    right="r,rt,rechts,right side,re,right only,right mostly,mostly right,droite,"
    "derecha",
    both="b,bilateral,both sides,beide,beidseits,beidseitig,l r,r l,left and right,"
    "left right,lr",
)
KINDS = _synonyms(
    stride="stride length,step length,shorter stride,shortened stride,cadence,"
    "step rate,schrittlänge,kadenz,trittfrequenz",
    cue="form,technique,form cue,running form,glute cue,cueing,posture,technik",
    rest="time off,break,off,layoff,pause,no running,rest days,ruhe,laufpause",
    injection="shot,cortisone,cortisone shot,steroid,steroid shot,corticosteroid,prp,"
    "steroid injection,cortisone injection,spritze,kortison,cortison,infiltration",
    physio="pt,physical therapy,physiotherapy,physical therapist,manual therapy,"
    "massage,chiropractor,dry needling,physiotherapie,krankengymnastik",
    strength="gym,core,core work,strengthening,weights,strength training,exercises,"
    "strength work,kraft,krafttraining,kraftübungen",
    shoes="shoe,new shoes,footwear,insoles,orthotics,inserts,schuhe,einlagen",
    drug="drugs,medication,medicine,painkiller,painkillers,ibuprofen,nsaid,nsaids,pill,"
    "pills,tablets,medikament,medikamente,schmerzmittel",
    other="misc,else,sonstiges,anderes,surface,bike,work",
)
PAIN_WORDS = set(
    re.findall(
        r"\w+",
        "pain nrs schmerz schmerzen ache hurt soreness douleur dolor dolore pijn",
    )
)
# These alone are pain too, but beside other words they may be anything.
_PAIN_ALONE = {"intensity", "rating", "score", "vas", "level", "pain_level"}
_FILLERS = set(
    re.findall(
        r"\w+",
        "0 10 to of from none no worst max maximum possible imaginable scale score "
        "level rating vas nprs the in run how much bad strong was is did do you "
        "your my feel have today now intensity von bis",
    )
)
SITES = set(
    re.findall(
        r"\w+",
        "hip hips groin glute glutes gluteal buttock thigh hamstring quad quads knee "
        "patella shin calf achilles ankle foot feet heel toe back sacrum pelvis itb "
        "leg arm hand shoulder neck abdominal adductor hüfte leiste knie rücken fuss",
    )
)
_SCALE_WORDS = {"mm", "%", "percent", "prozent", "cm"}
_GROWS = re.compile(r"[eE]\+?\d")
_NEXT = {*("next", "after", "following", "nächster", "nächsten", "danach", "lendemain")}
SITE_QUALIFIERS = {"low", "lower", "upper", "inner", "outer", "front", "it", "band"}


@dataclass(frozen=True, slots=True)
class PainColumn:
    """A column of pain, and what its header says about every rating in it."""

    index: int
    moment: str = ""
    side: str = ""
    site: str = ""
    # The next morning of a wide diary's row is the day after its date.
    days_later: int = 0
    # A bare "score" is the pain only where no other column says pain.
    is_weak: bool = False

    def said(self) -> dict[str, str]:
        """Give what the header says, under our names."""
        return {"moment": self.moment, "side": self.side, "site": self.site}


def named(text: str, words: dict[str, str]) -> str | None:
    """Look a word up; empty for an empty cell, None for a word that is not known.

    Examples
    --------
    >>> named("Next morning", MOMENTS), named("L", SIDE_WORDS), named("noon", MOMENTS)
    ('next_morning', 'left', None)
    """
    return words.get(key(text)) if key(text) else ("" if not text else None)


def pain(text: str) -> float | None:
    """Read a rating from 0 to 10; NaN where none was given, None where it is wrong.

    Examples
    --------
    >>> pain("3,5"), pain("3.5"), pain("4/10"), pain("0"), pain(""), pain("11")
    (3.5, 3.5, 4.0, 0.0, nan, None)
    """
    text = re.sub(r"\s*(?:/|of|out of|von|sur)\s*10$", "", text.replace("½", ".5"))
    # 1e1 is a slip of the finger; only a program writes 5e-05.
    value = None if _GROWS.search(text) else number(text.replace(",", "."))
    if value is None or value < 0 or value > MAX_PAIN:
        return None
    return value


def pain_column(index: int, header: str) -> PainColumn | None:
    r"""Understand a header such as ``pain_after`` or ``Left hip pain, next morning``.

    Parameters
    ----------
    index : int
        Where the column stands.
    header : str
        Its header cell.

    Returns
    -------
    PainColumn or None
        None where the header is not pain, or holds a word that is not understood:
        ``pain medication`` is no rating.

    Examples
    --------
    >>> pain_column(1, "pain_next_morning")
    PainColumn(index=1, moment='next_morning', side='', site='', days_later=1, is_weak=False)
    >>> pain_column(2, "Right hip pain (0-10)").said()
    {'moment': '', 'side': 'right', 'site': 'hip'}
    >>> pain_column(3, "pain medication") is None
    True
    """  # noqa: E501 - shown as Python shows it
    name = key(header)
    if name in _PAIN_ALONE:
        return PainColumn(index, is_weak=True)
    tokens = name.split("_")
    if not PAIN_WORDS & set(tokens):
        return None
    rest = [token for token in tokens if token not in PAIN_WORDS]
    moment, rest = _take(rest, MOMENTS)
    side, rest = _take(rest, SIDE_WORDS)
    rest = [token for token in rest if token not in _FILLERS]
    parts = set(rest)
    if parts and not (parts <= SITES | SITE_QUALIFIERS and parts & SITES):
        return None
    days_later = 1 if moment == "next_morning" and _NEXT & set(tokens) else 0
    return PainColumn(index, moment, side, " ".join(rest), days_later)


def is_other_scale(header: str) -> bool:
    """Tell whether a header is of pain, but on a scale that is not 0 to 10.

    Examples
    --------
    >>> [is_other_scale(h) for h in ("pain (1-10)", "VAS mm", "pain /10", "pain")]
    [True, True, False, False]
    """
    tokens = key(header).split("_")
    words = [token for token in tokens if token in _SCALE_WORDS or token.isdecimal()]
    is_pain = bool((PAIN_WORDS | {"vas", "nprs"}) & set(tokens))
    return is_pain and bool(set(words) - {"0", "10"})


def _take(tokens: list[str], words: dict[str, str]) -> tuple[str, list[str]]:
    """Find the longest run of tokens that is a known word; give it and the rest."""
    for length in range(len(tokens), 0, -1):
        for start in range(len(tokens) - length + 1):
            word = "_".join(tokens[start : start + length])
            if word in words:
                return words[word], tokens[:start] + tokens[start + length :]
    return "", tokens
