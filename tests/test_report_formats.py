"""The report for others and in other formats: ledger, physio, Markdown, JSON, PDF."""

from __future__ import annotations

import datetime as dt
import json
import re
import time
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import hipstride as hs
from hipstride.errors import HipstrideError, TableError
from hipstride.report._pdf import BROWSERS
from plotcases import HARD_LABELS, association, history, tried

PRIVATE = "cortisone shot of Dr. Who"


@pytest.fixture(scope="module")
def results() -> list[object]:
    changes = tried(("two weeks off", PRIVATE, "core work")).assign(
        kind=["rest", "injection", "strength"]
    )
    return [
        association(),
        hs.stats.dated_change(history(), PRIVATE, changes=changes),
        hs.stats.ledger(history(), changes=changes),
    ]


def words(html: str) -> str:
    return " ".join(html.split())


def test_a_ledger_has_a_section_with_its_nulls(results: list[object]):
    html = words(hs.report.render(history(), results))

    assert "<h2>All that was tried</h2>" in html
    for label in ("two weeks off", PRIVATE, "core work"):
        assert f"<bdi>{label}</bdi>" in html
    assert html.count("would have been seen in 80 % of histories like this") >= 1


def test_the_sections_stand_in_their_order(results: list[object]):
    html = hs.report.render(history(), results)
    heads = [
        "See a clinician first",
        "Does pain after the run go with",
        "All that was tried",
        "The records",
        "The stride at the same speed",
        "How sure is it?",
        "What this cannot tell",
        "What would answer the question",
        "Quality of the data",
        "Methods, and what was adjusted for",
        "Every run",
        "Written by hipstride",
    ]
    places = [html.index(head) for head in heads]

    assert places == sorted(places)


def test_a_dated_change_has_its_picture(results: list[object]):
    html = hs.report.render(history(), results)

    assert "<h3>Around the change</h3>" in html
    assert html.count("<img ") == 5


def test_what_is_no_result_is_refused_with_its_type():
    with pytest.raises(TableError, match="found int; expected results and a ledger"):
        hs.report.render(history(), [3])


def test_every_run_stands_in_the_raw_table():
    obs = history().head(20)
    html = hs.report.render(obs, [])

    assert "20 runs as a table" in html
    for date in obs["local_date"]:
        assert f"<bdi>{date:%Y-%m-%d}</bdi>" in html


def test_miles_are_told_where_asked():
    assert ">mi</th>" in hs.report.render(history(), [], units="mi")
    assert ">km</th>" in hs.report.render(history(), [], units="km")


@pytest.mark.parametrize("where", ["html", "md", "json"])
def test_a_physio_gets_kinds_and_no_words_of_the_runner(
    where: str, results: list[object], tmp_path: Path
):
    obs = history().assign(notes="at home, 12 Elm Street", source="anna.fit")
    obs = obs.rename(columns={"change_shorter_stride": "change_as_anna_says"})
    told = hs.report.write(
        tmp_path / f"report.{where}", obs, results, audience="physio"
    ).read_text(encoding="utf-8")

    for secret in ("Dr. Who", "two weeks off", "core work", "Elm Street", "anna"):
        assert secret not in told
    for kind in ("an injection", "a rest", "strength work"):
        assert kind in told


def test_a_physio_gets_the_words_where_the_runner_wants(results: list[object]):
    told = hs.report.render(history(), results, audience="physio", with_notes=True)

    assert PRIVATE in told


def test_several_changes_of_a_kind_are_numbered_for_a_physio():
    changes = tried(("first shot", "second shot")).assign(kind="injection")
    found = hs.stats.ledger(history(), changes=changes)
    told = hs.report.render(history(), [found], audience="physio")

    assert "an injection (1)" in told
    assert "an injection (2)" in told


def test_markdown_is_headings_and_tables_and_escapes_its_signs(tmp_path: Path):
    found = hs.stats.ledger(history(), changes=tried(("a | b <i>c</i> *d*", "core")))
    text = hs.report.write(
        tmp_path / "report.md", history(), [association(), found]
    ).read_text(encoding="utf-8")

    assert text.startswith("# Stride and hip pain")
    assert "a \\| b \\<i\\>c\\</i\\> \\*d\\*" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert rows
    assert "\n## All that was tried\n" in text
    assert association().verdict.split(" (")[0] in text


def test_json_is_the_results_the_ledger_and_the_runs(
    results: list[object], tmp_path: Path
):
    told = json.loads(
        hs.report.write(tmp_path / "report.json", history(), results).read_text("utf-8")
    )

    assert told["results"][0]["estimate"] == pytest.approx(association().estimate)
    assert len(told["ledger"]["rows"]) >= 3
    assert len(told["runs"]) == told["n_runs"] == len(history())
    assert told["not_medical_advice"]


def test_the_format_comes_before_the_name_of_the_file(tmp_path: Path):
    made = hs.report.write(tmp_path / "report.txt", history(), [], format="md")

    assert made.read_text("utf-8").startswith("# ")


def test_an_unknown_format_is_refused_by_name(tmp_path: Path):
    with pytest.raises(TableError, match="format: found 'docx'; expected one of html"):
        hs.report.write(tmp_path / "a.docx", history(), [], format="docx")


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"audience": "coach"}, "audience: found 'coach'; expected 'runner' or"),
        ({"units": "m"}, "units: found 'm'; expected 'km' or 'mi'"),
    ],
)
def test_an_option_that_is_none_is_refused(option: dict[str, str], message: str):
    with pytest.raises(TableError, match=message):
        hs.report.render(history(), [], **option)


def test_without_a_browser_a_pdf_says_how_to_get_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("HIPSTRIDE_BROWSER", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(HipstrideError) as refused:
        hs.report.write(tmp_path / "report.pdf", history(), [])

    assert "open it and print it to PDF, or install Chromium" in str(refused.value)
    assert BROWSERS[0] in str(refused.value)
    assert not (tmp_path / "report.pdf").exists()


def test_a_browser_that_prints_nothing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HIPSTRIDE_BROWSER", "true")
    with pytest.raises(HipstrideError, match="found no PDF from"):
        hs.report.write(tmp_path / "report.pdf", history(), [])


def test_the_hash_of_a_plan_stands_in_the_report():
    obs = history()
    plan = hs.stats.Plan(estimand="association", written_on=dt.date(2026, 11, 1))
    answers = hs.stats.run_plan(plan, obs)
    sha256 = answers[0].checks["plan"]["sha256"]

    assert f"SHA-256 {sha256}" in hs.report.render(obs, answers)


@pytest.mark.parametrize("where", ["html", "md", "json"])
def test_hard_labels_leave_every_format_standing(where: str, tmp_path: Path):
    found = hs.stats.ledger(history(), changes=tried(HARD_LABELS))
    made = hs.report.write(tmp_path / f"report.{where}", history(), [found])

    text = made.read_text("utf-8")
    assert "<script>alert" not in text or where == "json"
    if where == "json":
        assert json.loads(text)["ledger"]["rows"][0]["label"]


def test_ten_years_and_500_changes_stay_under_2_megabytes(tmp_path: Path):
    part = history()
    days = round(part["day"].max() + 3)
    obs = pd.concat(
        [
            part.assign(
                day=part["day"] + k * days,
                local_date=part["local_date"] + pd.to_timedelta(k * days, "D"),
                run_id=part["run_id"] + str(k),
            )
            for k in range(23)
        ],
        ignore_index=True,
    )
    rng = np.random.default_rng(1)
    on = {f"change_{k}": (rng.random(len(obs)) < 0.5) * 1.0 for k in range(500)}
    obs = pd.concat([obs, pd.DataFrame(on)], axis="columns")
    made = hs.report.write(tmp_path / "report.html", obs, [association()])

    assert len(obs) > 3650
    assert made.stat().st_size < 2_000_000
    assert "earlier runs, which would make this page too large" in words(
        made.read_text("utf-8")
    )


@pytest.mark.parametrize("n_parts", [5, 23])
def test_many_pictures_of_changes_stay_under_2_megabytes(n_parts: int, tmp_path: Path):
    part = history()
    days = round(part["day"].max() + 3)
    obs = pd.concat(
        [
            part.assign(
                day=part["day"] + k * days,
                local_date=part["local_date"] + pd.to_timedelta(k * days, "D"),
                run_id=part["run_id"] + str(k),
            )
            for k in range(n_parts)
        ],
        ignore_index=True,
    )
    changed = hs.stats.dated_change(history(), "shorter stride")
    made = hs.report.write(
        tmp_path / "report.html", obs, [association(), *[changed] * 6]
    )

    assert made.stat().st_size < 2_000_000
    # What was left out for it is counted: all runs are told of.
    html = made.read_text("utf-8")
    shown = int(html.split(" runs as a table")[0].rsplit(">", 1)[1])
    left_out = re.search(r"and (\d+) earlier runs", html)
    assert shown + (int(left_out[1]) if left_out else 0) == len(obs)


def test_no_font_but_the_last_one_leaves_the_page_standing(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setitem(mpl.rcParams, "font.sans-serif", ["No Such Font"])
    started = time.monotonic()

    assert "<img " in hs.report.render(history(), [association()])
    assert time.monotonic() - started < 60


def test_the_bar_knows_the_smallest_effect_that_was_asked_with():
    answer = hs.stats.association(history(), smallest_effect_points=3.0)
    page = hs.report.render(history(), [answer])

    assert "dashed lines mark 3 points, the smallest effect of interest" in page


def test_an_answer_about_other_ratings_titles_no_picture():
    morning = hs.stats.association(history(), "pain_next_morning_0_10")
    page = hs.report.render(history(), [morning, association()])
    first = page.index("<h3>Stride against pain</h3>")

    assert association().verdict.split(" (")[0] in page[first : first + 400_000]
    alts = re.findall(r'alt="([^"]*)"', page)
    assert not any("next morning" in alt for alt in alts)


def test_changes_without_dates_stand_in_the_order_of_their_days():
    n = 30
    day = np.arange(n, dtype=float)
    obs = pd.DataFrame({"day": day, "pain_after_0_10": 1.0})
    for start in (9, 10, 20):
        obs[f"change_of_day_{start}"] = (day >= start) * 1.0
    page = hs.report.render(obs, [])
    places = [page.index(f"<bdi>of day {start}</bdi>") for start in (9, 10, 20)]

    assert places == sorted(places)


def test_a_browser_that_is_no_program_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    program = tmp_path / "browser"
    program.write_bytes(b"\x00\x01 no program")
    program.chmod(0o755)
    monkeypatch.setenv("HIPSTRIDE_BROWSER", str(program))
    with pytest.raises(HipstrideError, match="found no PDF from"):
        hs.report.write(tmp_path / "report.pdf", history(), [])
