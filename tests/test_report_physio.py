"""The page for a physio: none of the runner's own words, and no sentence spoilt."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import hipstride as hs
from hipstride.errors import NotEnoughDataError
from hipstride.report._neutral_names import names_of
from plotcases import FIRST, association, history, trial_runs

PRIVATE = "Dr. Who's shot, 12 Elm Street"
SECRETS = ("Who's", "dr who", "Elm Street", "elm street")
FORMATS = ("html", "md", "json")
CONSISTENT = association().verdict


def changes(
    labels: tuple[str, ...], kinds: tuple[str, ...], apart_days: int = 40
) -> pd.DataFrame:
    first = history()["local_date"].iloc[0]
    return pd.DataFrame(
        {
            "started_on": [
                first + dt.timedelta(days=60 + apart_days * k)
                for k in range(len(labels))
            ],
            "ended_on": pd.Series([pd.NaT] * len(labels), dtype="datetime64[us]"),
            "kind": kinds,
            "label": labels,
        }
    )


def told(folder: Path, where: str, obs: pd.DataFrame, results: list[object]) -> str:
    """All words of the page, those in the place of a picture too."""
    made = hs.report.write(folder / f"page.{where}", obs, results, audience="physio")
    text = made.read_text(encoding="utf-8")
    return html.unescape(re.sub(r"data:image/[^\"]+", "", text))


def bare() -> pd.DataFrame:
    return history().drop(columns="change_shorter_stride")


@cache
def of_two_changes() -> hs.Result:
    listed = changes((PRIVATE, "Anna's core work"), ("injection", "strength"))
    return hs.stats.dated_change(bare(), PRIVATE, changes=listed)


@cache
def of_a_column() -> tuple[pd.DataFrame, hs.Result]:
    listed = changes((PRIVATE,), ("injection",))
    obs = bare().assign(change_dr_who_s_shot_12_elm_street=1.0)
    return obs, hs.stats.dated_change(obs, PRIVATE, changes=listed)


@cache
def of_two_shoes() -> tuple[pd.DataFrame, hs.Result]:
    shoes = ["Anna's pink pair", "Anna's blue pair"] * 80
    obs = history().assign(shoe=shoes, device="Anna's watch")
    return obs, hs.stats.sensitivity(obs)


@pytest.mark.parametrize("where", FORMATS)
def test_a_change_that_only_its_answer_knows_is_not_named(where: str, tmp_path: Path):
    answer = of_two_changes()
    words = told(tmp_path, where, bare(), [answer])

    assert PRIVATE in answer.question
    assert "after a change (1) (2025-03-07), net of its trend?" in words
    for secret in (*SECRETS, "Anna"):
        assert secret not in words


@pytest.mark.parametrize("where", FORMATS)
def test_the_spelling_of_the_column_hides_the_spelling_of_the_diary(
    where: str, tmp_path: Path
):
    obs, answer = of_a_column()
    words = told(tmp_path, where, obs, [answer])

    assert "after a change (2025-03-07), net" in words
    for secret in SECRETS:
        assert secret not in words


@pytest.mark.parametrize("where", FORMATS)
def test_labels_that_the_ledger_cuts_short_are_not_named(where: str, tmp_path: Path):
    listed = changes(
        (
            "Anna Smith of 12 Elm Street said to do this daily, and twice on Sundays",
            "Bob Jones at the corner clinic taught me this cue, and I still do it so",
        ),
        ("injection", "cue"),
        apart_days=2,
    )
    ledger = hs.stats.ledger(bare(), changes=listed)
    words = told(tmp_path, where, bare(), [ledger])

    assert "Anna Smith of 12 Elm Street said to do …" in ledger.rows[-1].label
    assert "an injection + a cue together" in words
    for secret in ("Anna", "Elm", "Bob", "corner clinic"):
        assert secret not in words


def test_a_joint_row_that_was_cut_in_an_unknown_way_is_not_told():
    listed = changes(("Anna Smith of 12 Elm Street", "core"), ("cue", "cue"), 2)
    ledger = hs.stats.ledger(bare(), changes=listed)
    joint = with_last_label(ledger, label="Anna Sm… + core together")

    page = hs.report.render(bare(), [joint], audience="physio")
    assert "Anna" not in page
    assert "<bdi>several at once</bdi>" in page


def with_last_label(ledger: hs.stats.Ledger, *, label: str) -> hs.stats.Ledger:
    *rows, last = ledger.rows
    return replace(ledger, rows=(*rows, replace(last, label=label)))


@pytest.mark.parametrize("label", ["pain", "run", "a", "stride", "the run"])
def test_a_label_of_everyday_words_spoils_no_sentence(label: str):
    listed = changes((label,), ("drug",))
    answers = [
        association(),
        hs.stats.dated_change(bare(), label, changes=listed),
        hs.stats.ledger(bare(), changes=listed),
    ]
    page = hs.report.render(bare(), answers, audience="physio")

    assert f"<bdi>{CONSISTENT}</bdi>" in page
    assert "after a drug (2025-03-07), net of its trend?" in page
    assert '<th scope="row"><bdi>a drug</bdi></th>' in page


@pytest.mark.parametrize("where", FORMATS)
def test_shoes_and_watches_are_not_named(where: str, tmp_path: Path):
    obs, answer = of_two_shoes()

    assert "Anna" in str(answer.checks["leave_one_shoe_out"])
    assert "Anna" not in told(tmp_path, where, obs, [answer])


def test_the_numbers_of_a_physio_are_those_of_the_runner(tmp_path: Path):
    listed = changes((PRIVATE,), ("injection",))
    answer = hs.stats.dated_change(bare(), PRIVATE, changes=listed)
    words = told(tmp_path, "json", bare(), [answer])

    assert json.loads(words)["results"][0]["estimate"] == answer.estimate


def test_what_was_put_in_is_not_taken_for_a_label():
    names = names_of([("an injection", "cue"), ("cue by Anna", "injection")])

    assert names.anew("after cue by Anna (2026-03-01)") == (
        "after an injection (2026-03-01)"
    )


@pytest.mark.parametrize("where", FORMATS)
@pytest.mark.parametrize("n_runs", [40, 2], ids=["an answer", "a refusal"])
def test_the_cues_of_a_trial_are_not_named(where: str, n_runs: int, tmp_path: Path):
    design = hs.stats.TrialDesign(
        kind="alternation",
        n_units=40,
        started_on=FIRST,
        stride_goal_pct=None,
        arm="Anna's clench",
        control="Bob's way",
    )
    drawn = hs.stats.draw(design, seed=7, drawn_on=FIRST)
    runs = trial_runs().head(n_runs).assign(day=2.0 * np.arange(n_runs))
    if n_runs > 2:
        answer = hs.stats.trial(runs, drawn)
    else:
        why = NotEnoughDataError("ratings", needed=8, got=2)
        question = 'Does "Anna\'s clench" change pain, against "Bob\'s way"?'
        answer = hs.stats.refusal(question, why, unit="points", n_rows=n_runs)
    words = told(tmp_path, where, runs, [answer])

    assert "Anna" not in words
    assert "Bob" not in words
    assert "a cue (1)" in words


@pytest.mark.parametrize("label", ["1", "5", "95", "2025", "linear"])
def test_a_label_of_digits_or_of_the_method_spoils_no_number(label: str):
    listed = changes((label,), ("cue",))
    answers = [association(), hs.stats.dated_change(bare(), label, changes=listed)]
    page = hs.report.render(bare(), answers, audience="physio")

    assert f"<bdi>{CONSISTENT}</bdi>" in page
    assert f"<bdi>{answers[1].verdict}</bdi>" in page


def test_a_shoe_of_digits_spoils_no_number():
    obs = history().assign(shoe=["30", "5"] * 80)
    page = hs.report.render(obs, [association()], audience="physio")

    assert f"<bdi>{CONSISTENT}</bdi>" in page


def test_a_cue_with_quotes_is_not_named():
    design = hs.stats.TrialDesign(
        kind="alternation",
        n_units=40,
        started_on=FIRST,
        stride_goal_pct=None,
        arm='run "like Anna" today',
    )
    drawn = hs.stats.draw(design, seed=7, drawn_on=FIRST)
    runs = trial_runs().assign(day=2.0 * np.arange(40))
    page = hs.report.render(runs, [hs.stats.trial(runs, drawn)], audience="physio")

    assert "Anna" not in html.unescape(page)


def test_the_runners_of_a_cohort_are_numbered(tmp_path: Path):
    obs = pd.concat(
        [
            hs.simulate.history(
                hs.simulate.Runner(), n_runs=45, seed=k
            ).observations.assign(runner=f"Anna{k} Smith")
            for k in range(8)
        ],
        ignore_index=True,
    )
    words = told(tmp_path, "json", obs, [hs.stats.cohort(obs, runner="runner")])

    assert "Anna" not in words
    assert "a runner (1)" in words


def test_a_column_of_the_runner_s_own_is_not_named(tmp_path: Path):
    obs = history().assign(anna_smith_visits=np.arange(160) % 3)
    answer = hs.stats.association(obs, covariates=("anna_smith_visits",))

    assert "anna" not in told(tmp_path, "json", obs, [answer]).lower()


def test_a_ledger_alone_is_an_analysis():
    ledger = hs.stats.ledger(bare(), changes=changes(("core",), ("strength",)))
    page = hs.report.render(bare(), [ledger], audience="physio")

    assert "No analysis was made" not in page
    assert "Seed of all that is random: 0" in page
