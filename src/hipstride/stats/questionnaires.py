"""Scores of hip questionnaires, from the answers; their wording is not shipped.

Read at the start and every four weeks, and held against what counts as a change; never
regressed on single runs. The questionnaires belong to their authors: get the forms from
them, and enter the numbers here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hipstride.errors import TableError
from hipstride.stats._arrays import FloatArray

__all__ = [
    "HOOS_ITEMS",
    "OstrcScore",
    "hoos_12",
    "hoos_subscale",
    "ihot_12",
    "ostrc_o",
    "ostrc_o2",
]

# Items of each subscale, and how many of them must be answered: the rule of 2013.
HOOS_ITEMS = {"pain": 10, "symptoms": 5, "adl": 17, "sport_rec": 4, "qol": 4}
_HOOS_NEEDED = {"pain": 5, "symptoms": 3, "adl": 9, "sport_rec": 2, "qol": 2}
_LIKERT = (0.0, 1.0, 2.0, 3.0, 4.0)
_HOOS_12_ITEMS, _HOOS_12_NEEDED = 4, 2
_IHOT_12_ITEMS = 12
_FOUR_STEPS = (0.0, 8.0, 17.0, 25.0)
_FIVE_STEPS = (0.0, 6.0, 13.0, 19.0, 25.0)
_MODERATE = 13.0
_CANNOT_TAKE_PART = 25.0
_WORST = 100.0


def hoos_subscale(items: Sequence[float | None], scale: str) -> float:
    """Score one subscale of the HOOS (LK 2.0): 100 is no problems, 0 extreme ones.

    Parameters
    ----------
    items : sequence of float or None
        The answers, 0 (none) to 4 (extreme); None or NaN where not answered.
    scale : str
        One of ``pain``, ``symptoms``, ``adl``, ``sport_rec``, ``qol``.

    Returns
    -------
    float
        100 less 25 times the mean; NaN where fewer than half of the items are
        answered. There is no total.

    Raises
    ------
    TableError
        If there is no such scale, the number of items is another, or an answer is
        none of 0 to 4.

    References
    ----------
    .. [1] HOOS scoring instructions, June 2013; Nilsdotter AK et al. BMC
       Musculoskelet Disord 2003;4:10. doi:10.1186/1471-2474-4-10

    Examples
    --------
    >>> hoos_subscale([3, None, None, 4], "sport_rec")
    12.5
    """
    if scale not in HOOS_ITEMS:
        msg = f"HOOS: found scale {scale!r}; expected one of {', '.join(HOOS_ITEMS)}"
        raise TableError(msg)
    name = f"HOOS {scale}"
    answers = _answers(items, name, HOOS_ITEMS[scale], _LIKERT)
    return _person_mean_score(answers, _HOOS_NEEDED[scale])


def hoos_12(
    pain: Sequence[float | None],
    function: Sequence[float | None],
    qol: Sequence[float | None],
) -> Mapping[str, float]:
    """Score the HOOS-12: three scales of four items, and their mean.

    Parameters
    ----------
    pain, function, qol : sequence of float or None
        Four answers each, 0 to 4; None or NaN where not answered.

    Returns
    -------
    mapping
        ``pain``, ``function``, ``qol`` and ``summary``; 100 is best. A scale with
        fewer than two answers is NaN, and so is then the summary.

    Raises
    ------
    TableError
        If the number of items is another, or an answer is none of 0 to 4.

    References
    ----------
    .. [1] Gandek B, Roos EM, Franklin PD, Ware JE. Osteoarthritis Cartilage
       2019;27:762-770.

    Examples
    --------
    >>> hoos_12([0, 0, 0, 0], [1, 1, 1, 1], [2, 2, 2, 2])["summary"]
    75.0
    """
    scores = {
        name: _person_mean_score(
            _answers(items, f"HOOS-12 {name}", _HOOS_12_ITEMS, _LIKERT),
            _HOOS_12_NEEDED,
        )
        for name, items in (("pain", pain), ("function", function), ("qol", qol))
    }
    # NaN as soon as one of the three is: the rule of the summary.
    return {**scores, "summary": float(np.mean(list(scores.values())))}


def ihot_12(items: Sequence[float | None]) -> float:
    """Score the iHOT-12: the mean of twelve marks of 0 to 100, 100 is best.

    Parameters
    ----------
    items : sequence of float or None
        Twelve marks.

    Returns
    -------
    float
        The mean; NaN where a mark is missing. How many may be missing stands in the
        guide of the form, which was not checked, so none may be here.

    Raises
    ------
    TableError
        If there are not twelve, or a mark is outside of 0 to 100.

    References
    ----------
    .. [1] Griffin DR et al. Arthroscopy 2012;28:611-618.

    Examples
    --------
    >>> ihot_12([50] * 12)
    50.0
    """
    answers = _numbers(items, "iHOT-12", _IHOT_12_ITEMS)
    bad = answers[(answers < 0) | (answers > _WORST)]
    if len(bad):
        msg = f"iHOT-12: found {bad[0]:g}; expected marks from 0 to 100"
        raise TableError(msg)
    return float(np.mean(answers))


@dataclass(frozen=True, slots=True)
class OstrcScore:
    """Severity of one week's problem, 0 none to 100 worst, and whether it is large.

    Attributes
    ----------
    severity : float
        Sum of the four answers; NaN for a week that was not answered.
    is_substantial : bool
        Training or performance moderately or more reduced, or no part taken.
    """

    severity: float
    is_substantial: bool


def ostrc_o(answers: Sequence[float | None]) -> OstrcScore:
    """Score the overuse questionnaire of the Oslo centre, version of 2013.

    Parameters
    ----------
    answers : sequence of float or None
        Four values: of 0, 8, 17, 25 for the first and the last question, of 0, 6, 13,
        19, 25 for the second (training volume) and the third (performance).

    Returns
    -------
    OstrcScore
        Severity is NaN where an answer is missing: a missing week stays missing.

    Raises
    ------
    TableError
        If there are not four, or a value is none of these.

    References
    ----------
    .. [1] Clarsen B, Myklebust G, Bahr R. Br J Sports Med 2013;47:495-502.
       doi:10.1136/bjsports-2012-091524

    Examples
    --------
    >>> ostrc_o([8, 6, 13, 8])
    OstrcScore(severity=35.0, is_substantial=True)
    """
    steps = (_FOUR_STEPS, _FIVE_STEPS, _FIVE_STEPS, _FOUR_STEPS)
    values = _numbers(answers, "OSTRC-O", len(steps))
    for number, (value, allowed) in enumerate(zip(values, steps, strict=True), 1):
        _check_allowed([value], f"OSTRC-O question {number}", allowed)
    is_substantial = bool(
        values[0] == _CANNOT_TAKE_PART or (values[1:3] >= _MODERATE).any()
    )
    return OstrcScore(float(values.sum()), is_substantial)


def ostrc_o2(answers: Sequence[float | None]) -> float:
    """Score the overuse questionnaire of the Oslo centre, version of 2020.

    Parameters
    ----------
    answers : sequence of float or None
        Four values of 0, 8, 17, 25. The first opens the gate: with 0 (no problem) and
        with 25 (could not take part) the others may be missing.

    Returns
    -------
    float
        0 to 100; NaN where an answer that counts is missing.

    Raises
    ------
    TableError
        If there are not four, or a value is none of these.

    Notes
    -----
    As read in the paper and not checked against the form: check before you publish.

    References
    ----------
    .. [1] Clarsen B et al. Br J Sports Med 2020;54:390-396.
       doi:10.1136/bjsports-2019-101337

    Examples
    --------
    >>> ostrc_o2([25, None, None, None]), ostrc_o2([8, 8, 0, 8])
    (100.0, 24.0)
    """
    values = _answers(answers, "OSTRC-O2", len(_FOUR_STEPS), _FOUR_STEPS)
    if values[0] == 0:
        return 0.0
    if values[0] == _CANNOT_TAKE_PART:
        return _WORST
    return float(values.sum())


def _person_mean_score(answers: FloatArray, needed: int) -> float:
    known = answers[np.isfinite(answers)]
    if len(known) < needed:
        return float("nan")
    return float(_WORST - known.mean() * _WORST / _LIKERT[-1])


def _answers(
    items: Sequence[float | None], name: str, count: int, allowed: Sequence[float]
) -> FloatArray:
    answers = _numbers(items, name, count)
    _check_allowed(answers, name, allowed)
    return answers


def _numbers(items: Sequence[float | None], name: str, count: int) -> FloatArray:
    values = list(items)
    if len(values) != count:
        msg = (
            f"{name}: found {len(values)} answers; expected {count}, None where one is "
            "missing"
        )
        raise TableError(msg)
    try:
        return np.array([np.nan if v is None else v for v in values], dtype=np.float64)
    except (TypeError, ValueError):
        msg = f"{name}: found answers that are no numbers; expected numbers or None"
        raise TableError(msg) from None


def _check_allowed(
    answers: Iterable[float], name: str, allowed: Sequence[float]
) -> None:
    for answer in answers:
        if not np.isnan(answer) and answer not in allowed:
            listed = ", ".join(f"{value:g}" for value in allowed)
            msg = f"{name}: found {answer:g}; expected one of {listed}"
            raise TableError(msg)
