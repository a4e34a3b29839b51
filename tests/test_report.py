"""The report: what it must say, what it must never do, and how it is built."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hipstride as hs
from hipstride.report import _words
from hipstride.report._checks import check_rows, value_words
from hipstride.report._facts import answer, quality_rows
from hipstride.tables import Requirement, Result

VOID = {"meta", "img", "line", "circle", "br", "link", "input", "hr"}


class Page(HTMLParser):
    """Tags with their attributes, and the text, of a page whose tags all close."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if "style" not in self._open:
            self.words += " " + " ".join(data.split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def result(**other: object) -> Result:
    fields = {
        "question": "Does pain after the run go with the step length?",
        "estimate": 0.15,
        "unit": "points per +1 % step length at the same speed",
        "low": 0.05,
        "high": 0.25,
        "level": 0.95,
        "p_value": 0.004,
        "n": 108,
        "n_dropped": 12,
        "method": "GapGLS; adjusted for speed, grade",
        "verdict_level": 1,
        "verdict": "In this history, pain was higher on runs with longer steps.",
        "checks": {
            "ewc": {"points_per_pct": 0.14, "low": 0.02, "high": 0.26, "df": 9},
            "dropped": {"not_rated": 12},
        },
        "requirements": (
            Requirement("at least 30 rated runs", True, "108", 1),
            Requirement("pain before the run was adjusted for", False, "not rated", 2),
        ),
        "caveats": ("One caveat.",),
        "seed": 7,
    }
    return Result(**{**fields, **other})


@pytest.fixture(scope="module")
def obs() -> pd.DataFrame:
    runner = hs.simulate.demo_runner()
    return hs.simulate.history(runner, n_runs=100, seed=4).observations


@pytest.fixture(scope="module")
def html(obs: pd.DataFrame) -> str:
    return hs.report.render(obs, [result()])


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_the_red_flags_stand_before_anything_that_was_found(page: Page):
    for flag in ("night", "rest", "weight", "fever", "injury", "groin"):
        assert flag in page.words.partition("GapGLS")[0].partition("pain was higher")[0]
    for flag in _words.RED_FLAGS:
        assert page.words.index(flag) < page.words.index(result().question)
    assert "femoral neck" in page.words


def test_the_answer_comes_with_its_level_interval_counts_and_dates(
    page: Page, obs: pd.DataFrame
):
    rated = obs["pain_after_0_10"].notna().sum()

    assert result().verdict in page.words
    assert "tentative association" in page.words
    assert "points per +1 % step length at the same speed +0.15 +0.05 to +0.25" in (
        page.words.replace("  ", " ")
    )
    assert "points per +5 % step length at the same speed +0.75 +0.25 to +1.25" in (
        page.words.replace("  ", " ")
    )
    assert f"{rated} rated of 100 runs" in page.words
    assert f"{obs['local_date'].min():%Y-%m-%d} to " in page.words
    assert "adjusted for speed, grade" in page.words
    assert "One caveat." in page.words
    assert "108 runs were used, 12 could not be" in page.words


def test_what_it_cannot_tell_and_what_would_is_always_said(page: Page):
    for sentence in (
        _words.NO_CONTROLLED_EVIDENCE,
        _words.NOT_MEDICAL_ADVICE,
        *_words.CANNOT_TELL,
        *_words.WOULD_ANSWER,
    ):
        assert sentence in page.words


def test_version_and_seed_are_named(page: Page):
    assert f"hipstride {hs.__version__}" in page.words
    assert "random: 7" in page.words


def test_words_of_cause_appear_only_to_be_denied(page: Page):
    words = page.words.lower()

    for forbidden in ("caused", "cured", "because of", "proves", "works"):
        assert forbidden not in words


def test_nothing_is_loaded_and_nothing_runs(page: Page, html: str):
    assert not page.all("script")
    assert not page.all("link")
    assert not page.all("iframe")
    for name, attributes in page.tags:
        assert not any(key.startswith("on") for key in attributes), name
        for key in ("src", "href", "srcset", "action", "data"):
            assert (attributes.get(key) or "data:").startswith("data:")
    assert "@import" not in html
    assert "url(" not in html
    assert "default-src 'none'" in html


def test_the_pictures_hold_nothing_that_runs_or_loads(page: Page):
    for picture in page.all("img"):
        kind, _, data = str(picture["src"]).partition(";base64,")
        svg = base64.b64decode(data).decode("utf-8")

        assert kind == "data:image/svg+xml"
        assert "<script" not in svg
        assert not re.search(r'(?:xlink:)?href="(?!#|data:)', svg)


def test_the_page_is_built_for_reading_aloud(page: Page):
    headings = [tag for tag, _ in page.tags if re.fullmatch(r"h\d", tag)]
    levels = [int(tag[1]) for tag in headings]

    assert page.all("html") == [{"lang": "en"}]
    assert headings.count("h1") == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))
    assert page.all("main")
    assert all(one.get("scope") in {"row", "col"} for one in page.all("th"))
    assert len(page.all("img")) == 3
    assert all(len(str(one.get("alt"))) > 40 for one in page.all("img"))
    assert all(one.get("aria-label") for one in page.all("svg"))
    assert any(one.get("name") == "viewport" for one in page.all("meta"))


def test_light_dark_and_paper_are_provided_for(html: str):
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html


def test_the_alt_text_says_counts_and_dates(page: Page):
    assert "rated of 100 runs" in str(page.all("img")[0]["alt"])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "evil",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}"],
)
def test_what_a_runner_or_a_file_says_is_never_markup(obs: pd.DataFrame, evil: str):
    tainted = obs.rename(columns={"change_shorter_stride": f"change_{evil}"})
    tainted = tainted.assign(device=evil, notes=evil, run_id=evil)
    poisoned = result(
        question=evil,
        verdict=evil,
        method=evil,
        unit=evil,
        caveats=(evil,),
        checks={evil: evil, "dropped": {evil: 1}},
        requirements=(Requirement(evil, False, evil),),
    )

    html = hs.report.render(tainted, [poisoned], title=evil)
    page = Page(html)

    assert "<script" not in html
    assert not page.all("script")
    assert all(str(one["src"]).startswith("data:") for one in page.all("img"))
    assert "49" not in page.words.partition("The records")[0]
    assert evil in page.words


def test_the_same_input_gives_the_same_page(obs: pd.DataFrame, html: str):
    assert hs.report.render(obs, [result()]) == html


def test_a_refusal_has_no_numbers_and_no_bar(obs: pd.DataFrame):
    refused = result(
        estimate=np.nan,
        low=np.nan,
        high=np.nan,
        p_value=np.nan,
        verdict_level=0,
        verdict="This history cannot answer the question.",
    )

    page = Page(hs.report.render(obs, [refused]))

    assert "cannot tell" in page.words
    assert "No estimate is given" in page.words
    assert not page.all("svg")
    assert "nan" not in page.words.lower()


def test_no_result_leaves_a_page_of_records(obs: pd.DataFrame):
    page = Page(hs.report.render(obs, []))

    assert "No analysis was made" in page.words
    assert len(page.all("img")) == 2


@pytest.mark.parametrize("n", [0, 1])
def test_hardly_any_runs_still_make_a_page(obs: pd.DataFrame, n: int):
    page = Page(hs.report.render(obs.head(n), [result()]))

    assert f"of {n} run" in page.words


def test_a_plot_that_cannot_be_drawn_says_why(obs: pd.DataFrame):
    page = Page(hs.report.render(obs.drop(columns="mean_speed_mps"), [result()]))

    assert "Not drawn: " in page.words
    assert "'mean_speed_mps' is missing" in page.words


def test_500_changes_are_counted_not_all_listed(obs: pd.DataFrame):
    changes = pd.DataFrame({f"change_{i}": np.ones(len(obs)) for i in range(500)})

    page = Page(hs.report.render(pd.concat([obs, changes], axis=1), [result()]))

    assert "and 461 more." in page.words


def test_3000_runs_stay_under_2_megabytes(obs: pd.DataFrame):
    many = pd.concat([obs] * 30, ignore_index=True).assign(
        day=np.arange(3000.0), notes=[f"note {i}" for i in range(3000)]
    )

    html = hs.report.render(many, [result()])

    assert len(html.encode("utf-8")) < 2_000_000
    assert "data:image/png" in html


def test_an_interval_far_from_one_point_leaves_out_labels_that_would_collide():
    roomy, tight = answer(result()).bar, answer(result(high=40.0)).bar

    assert roomy is not None
    assert tight is not None
    assert roomy.is_roomy
    assert not tight.is_roomy
    assert 0 <= tight.low < tight.estimate < tight.high <= 600


def test_the_bar_is_in_proportion():
    bar = answer(result(estimate=0.2, low=-0.2, high=0.2)).bar

    assert bar is not None
    (less, _), (zero, _), (more, _) = bar.ticks
    assert zero == 300
    assert bar.low == less
    assert bar.high == bar.estimate == more


def test_a_result_that_is_not_per_1_pct_is_told_once():
    shown = answer(result(unit="points after the change"))

    assert [unit for unit, _, _ in shown.estimates] == ["points after the change"]


def test_checks_are_told_in_words():
    rows = dict(check_rows({**result().checks, "is_odd": True, "p_value": 0.0001}))

    assert rows["Second method (EWC)"] == "+0.140 per +1 % (+0.020 to +0.260); df 9"
    assert rows["is odd"] == "yes"


def test_requirements_say_whether_they_are_met():
    shown = answer(result())

    assert shown.requirements == (
        ("at least 30 rated runs", True, "108"),
        ("pain before the run was adjusted for", False, "not rated"),
    )


def test_every_check_of_a_real_analysis_can_be_told(obs: pd.DataFrame):
    link = hs.stats.association(obs)

    page = Page(hs.report.render(obs, [link]))

    for _, words in check_rows(link.checks):
        assert words in page.words
        assert "nan" not in words
        assert "{" not in words
    assert link.verdict in page.words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "–"),
        (np.float64(1234.5), "1234"),
        (np.int64(-3), "−3"),
        (np.True_, "yes"),
        ([], "–"),
        (["a", 2], "a, 2"),
        ({}, "–"),
        ({"p_value": 0.0001}, "p < 0.001"),
        ({"with_p_value": 0.5}, "with p = 0.5"),
        ({"points_per_5_pct": 1.0}, "1 point per 5 %"),
        ({"points_per_5_pct": 1.5}, "1.5 points per 5 %"),
        ({"is_converged": True}, "converged: yes"),
        (
            {"share_rated": 0.5, "same_sign_share": 1.0},
            "share rated 50 %; same sign share 100 %",
        ),
        ({"partial_sd_pct": 2.5, "tau_days": 3.0}, "partial sd 2.5 %; tau 3 days"),
    ],
)
def test_values_of_all_kinds_have_words(value: object, words: str):
    assert value_words(value) == words


numbers = st.none() | st.booleans() | st.integers() | st.floats()
names = st.sampled_from(
    ["points_per_pct", "low", "high", "p_value", "n", "share_zero", "tau_days", "odd"]
)


@given(st.dictionaries(names, numbers | st.text() | st.lists(numbers, max_size=3)))
def test_no_check_is_told_as_nan_or_as_a_bare_mapping(found: dict[str, object]):
    texts = "".join(value for value in found.values() if isinstance(value, str))
    words = value_words(found)

    assert words
    assert "nan" not in words or "nan" in texts
    assert "inf" not in words or "inf" in texts


def test_the_quality_of_the_data_is_counted_not_dropped_in_silence(obs: pd.DataFrame):
    noted = obs.assign(notes=["no grade; cadence doubled"] + ["no grade"] * 99)
    noted.loc[:9, ["step_length_at_ref_speed_m", "pain_after_0_10"]] = np.nan

    rows = dict(quality_rows(noted, "pain_after_0_10", [result()]))

    unrated = noted["pain_after_0_10"].isna().sum()
    assert rows["runs"] == "100"
    assert rows["runs without a rating"].startswith(f"{unrated} (")
    assert rows["no grade"] == "100 runs"
    assert rows["cadence doubled"] == "1 run"
    assert rows["left out of the analysis: not rated"] == "12"
    missing = noted["step_length_at_ref_speed_m"].isna().sum()
    assert rows["runs without a usable step length"].startswith(f"{missing} (")


def test_write_gives_the_path_and_replaces_what_was_there(
    obs: pd.DataFrame, html: str, tmp_path: Path
):
    path = tmp_path / "ä report.html"
    path.write_text("old", encoding="utf-8")

    written = hs.report.write(path, obs, [result()])

    assert written == path
    assert path.read_text(encoding="utf-8") == html


def test_an_outcome_that_is_not_there_is_named(obs: pd.DataFrame):
    with pytest.raises(hs.TableError, match="'pain_x' is missing"):
        hs.report.render(obs, [], outcome="pain_x")


def test_a_scientists_own_table_makes_a_report():
    day = pd.date_range("2026-03-01", periods=4).strftime("%Y-%m-%d")
    own = pd.DataFrame({"local_date": day, "pain_after_0_10": [1, 2, None, 3]})
    page = hs.report.render(own.assign(is_treadmill=[0, 1, None, 0]), [])

    assert "2026-03-01 to 2026-03-04" in page
    assert "1 (25 %)" in page.split("treadmill runs")[1][:60]


def test_the_report_says_what_the_deviations_are_counted_from():
    day = pd.date_range("2026-03-01", periods=4)
    obs = pd.DataFrame(
        {
            "local_date": day,
            "pain_after_0_10": [1.0, 2, 3, 3],
            "stride_deviation_pct": [0.0, 0, -3, -3],
            "is_baseline": [True, True, False, False],
        }
    )

    assert "the mean of the 2 runs up to 2026-03-02" in hs.report.render(obs, [])
