"""The page of the docs, written from what was counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from tests.studies.calibration.cells import Kind
from tests.studies.calibration.counted import Counted

import hipstride

__all__ = ["markdown", "page"]

MISSED = " ✗"
Column = tuple[str, Callable[[Counted], str]]


def markdown(table: pd.DataFrame) -> str:
    """Write a table as Markdown."""
    lines = [list(table.columns), ["---"] * table.shape[1]]
    lines += [[str(value) for value in row] for row in table.to_numpy(dtype=object)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def page(found: Sequence[Counted], *, seed: int, histories: int) -> str:
    """Write the page that goes into the docs."""
    null = [one for one in found if one.cell.kind == "watched" and one.cell.is_null]
    effect = [
        one for one in found if one.cell.kind == "watched" and not one.cell.is_null
    ]
    error = float(np.sqrt(0.05 * 0.95 / histories))
    return f"""# Calibration

Written by `make calibrate`: hipstride {hipstride.__version__}, \
{dt.datetime.now(dt.UTC):%Y-%m-%d}, first seed {seed}, {histories} histories a cell.

How often each answer is wrong, on simulated runners whose truth is known \
(`hipstride.simulate`).
The answers are those of the product itself: `association`, `dated_change`, `trial`, \
and `hipstride analyze` from files.
Beside them, on the same rows, stands what people use now.

The Monte-Carlo error of a rate of 0.05 is {error:.3f}; that of any rate r is the root \
of r (1 − r) / {histories}.
Targets: 0 excluded in at most 0.06 of null histories (0.07 under natural recovery), \
coverage 0.93 to 0.97, the pair rule passed by at most 0.035 of null histories.
A number that misses its target by more than one Monte-Carlo error is marked{MISSED}; \
the last section says what the product does there.

The usual runner: pain with a memory of 0.6 a day, form with 0.7, speed that moves \
both stride and pain, ratings in whole points with a floor at 0 and 5 % careless zeros.

## Nothing there: how often 0 is excluded

`primary` is GapGLS with Kenward–Roger and a trend, the answer of the product.
`pair` asks EWC to agree; it is what level 2 rests on.
Pearson looks at the raw step length, as anyone would at first.
OLS is least squares with speed, grade, load, rest and trend; HAC is the same with \
Newey–West and the textbook lag; `shuffle` permutes its residuals freely.

{_table(null, _NULL_COLUMNS)}

With guarding (a sore runner shortens the stride) and no rating before the run, a true \
null is rejected by every method.
No error model cures it. A rating before the run does, as far as it is honest.
This failure is shown on purpose: without that rating the product stays at level 1 and \
says why.

## Something there: power and coverage

0.15 points of felt pain per 1 % of step length, about 0.11 on the rating's scale.
Coverage is counted against the slope of the rating, which is what a regression of \
ratings estimates.
The slope of felt pain is larger: rounding, the floor and careless zeros flatten the \
ratings.
Power of a method whose null rate is wrong is no power; it is shown for completeness.
`without trend` is the primary with the linear trend left out: what the trend costs.

{_table(effect, _EFFECT_COLUMNS)}

## What was answered

Level 0 is "cannot tell", 1 tentative (or no difference that matters), 2 consistent.
`lead` is how often the lead test fires; see how seldom it does under guarding: a \
clean lead test is no proof.
`ms` is the median time of one analysis with all its checks.

{_table([*null, *effect], _ANSWER_COLUMNS)}

## Through files

120 FIT files at 1 Hz with the errors of a watch, and a diary, are written to a \
folder; `hipstride analyze --json` reads them and answers.

{_table(_of(found, "files"), _FILE_COLUMNS)}

## Dated change

`dated_change` at the middle of the history, with 7 days of washout.
Welch, OLS and HAC have the step alone, as most people do it; two have the trend too.
"At a peak": the change was made after a week 1.5 points above the usual.
`placebo dates` is how often the rank among placebo dates is below 0.05.

{_table(_of(found, "dated"), _DATED_COLUMNS)}

## Randomised

`trial` over twelve weeks with four runs a week; beside it the t-test on runs.

{_table(_of(found, "drawn"), _DRAWN_COLUMNS)}

A null that lies within the smallest effect of interest is an answer too ("no \
difference larger than"), so that level 4 is not rare where nothing is there.

## A real diary, shuffled

A person's hip pain over 1,039 days beside the steps of a watch; not part of the \
repository.
The steps were turned along the calendar, or their fortnights put in another order, so \
that nothing ties them to the pain; 600 versions each.
The steps fell from 5,000 a day to 1,500 and varied less at the end, so that \
fortnights are not alike: that is what GapGLS alone does not survive unharmed, and why \
level 2 asks for two methods.

| steps | GapGLS | EWC | both | OLS |
| --- | --- | --- | --- | --- |
| turned | 0.053 | 0.060 | 0.008 | 0.268 |
| fortnights shuffled | 0.082 | 0.055 | 0.020 | 0.157 |

## Where a target is missed, and what the product does there

{_misses(found)}
"""


def _of(found: Sequence[Counted], kind: Kind) -> list[Counted]:
    return [one for one in found if one.cell.kind == kind]


def _table(found: Sequence[Counted], columns: Sequence[Column]) -> str:
    if not found:
        return "Not run."
    rows = [[write(one) for _, write in columns] for one in found]
    return markdown(pd.DataFrame(rows, columns=[name for name, _ in columns]))


def _rate(name: str) -> Callable[[Counted], str]:
    def write(one: Counted) -> str:
        rate = one.rates.get(name)
        if rate is None or not np.isfinite(rate):
            return "–"
        said = f"{rate:.3f}"
        words = {"primary": "0 excluded", "pair": "the pair rule"}.get(name, "")
        is_missed = words and any(miss.startswith(words) for miss in one.misses)
        return said + MISSED if is_missed else said

    return write


def _coverage(one: Counted) -> str:
    is_missed = any(miss.startswith("coverage") for miss in one.misses)
    return f"{one.coverage:.3f}" + (MISSED if is_missed else "")


def _level(level: int) -> Callable[[Counted], str]:
    return lambda one: f"{one.levels.get(level, 0.0):.2f}"


_WHO: list[Column] = [
    ("truth", lambda one: one.cell.name),
    ("runs", lambda one: str(one.cell.n_runs)),
]
_WATCHED: list[Column] = [
    *_WHO,
    ("rated", lambda one: one.cell.rated),
    ("before", lambda one: "yes" if one.cell.with_before else "no"),
]
_NULL_COLUMNS: list[Column] = [
    *_WATCHED,
    *(
        (name, _rate(name))
        for name in (
            "primary",
            "pair",
            "EWC",
            "shift",
            "Pearson",
            "OLS",
            "HAC",
            "shuffle",
        )
    ),
    ("covers", _coverage),
]
_EFFECT_COLUMNS: list[Column] = [
    *_WATCHED,
    *(
        (name, _rate(name))
        for name in (
            "primary",
            "without trend",
            "pair",
            "EWC",
            "shift",
            "OLS",
            "HAC",
            "shuffle",
        )
    ),
    ("true slope", lambda one: f"{one.mean_truth:+.3f}"),
    ("mean estimate", lambda one: f"{one.mean_estimate:+.3f}"),
    ("covers", _coverage),
    ("covers felt", lambda one: f"{one.coverage_felt:.3f}"),
]
_LEVELS: list[Column] = [
    ("refused", lambda one: f"{one.refused:.3f}"),
    *((f"level {level}", _level(level)) for level in (0, 1, 2)),
]
_ANSWER_COLUMNS: list[Column] = [
    *_WATCHED,
    *_LEVELS,
    ("lead", _rate("lead")),
    ("zeros", lambda one: f"{one.share_zero:.2f}"),
    ("share rated", lambda one: f"{one.share_rated:.2f}"),
    ("ms", lambda one: f"{one.milliseconds:.0f}"),
]
_FILE_COLUMNS: list[Column] = [
    *_WHO,
    ("histories", lambda one: str(one.histories)),
    ("primary", _rate("primary")),
    ("pair", _rate("pair")),
    ("EWC", _rate("EWC")),
    ("shift", _rate("shift")),
    ("mean estimate", lambda one: f"{one.mean_estimate:+.3f}"),
    ("covers", _coverage),
    *_LEVELS,
    ("ms", lambda one: f"{one.milliseconds:.0f}"),
]
_STEP: list[Column] = [
    ("true step", lambda one: f"{one.mean_truth:+.2f}"),
    ("mean estimate", lambda one: f"{one.mean_estimate:+.2f}"),
    ("covers", _coverage),
    ("refused", lambda one: f"{one.refused:.3f}"),
]
_DATED_COLUMNS: list[Column] = [
    *_WHO,
    *(
        (name, _rate(name))
        for name in (
            "primary",
            "placebo dates",
            "Welch",
            "OLS",
            "HAC",
            "OLS + trend",
            "HAC + trend",
        )
    ),
    *_STEP,
    *((f"level {level}", _level(level)) for level in (0, 1, 3)),
    ("ms", lambda one: f"{one.milliseconds:.0f}"),
]
_DRAWN_COLUMNS: list[Column] = [
    ("design", lambda one: one.cell.design),
    *_WHO,
    ("primary", _rate("primary")),
    ("t-test on runs", _rate("t-test on runs")),
    *_STEP,
    *((f"level {level}", _level(level)) for level in (0, 1, 4)),
    ("ms", lambda one: f"{one.milliseconds:.0f}"),
]


def _misses(found: Sequence[Counted]) -> str:
    missed = [one for one in found if one.misses]
    if not missed:
        return "None is missed."
    rows = [
        {
            "what": {
                "watched": "association",
                "files": "through files",
                "dated": "dated change",
                "drawn": f"randomised, {one.cell.design}",
            }[one.cell.kind],
            "truth": one.cell.name,
            "runs": str(one.cell.n_runs),
            "before": "yes" if one.cell.with_before else "no",
            "missed": "; ".join(one.misses),
            "what it does": one.what_it_does,
        }
        for one in missed
    ]
    return markdown(pd.DataFrame(rows))
