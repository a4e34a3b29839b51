"""What a notebook shows of a run, an answer, a library, a curve and a ledger."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from tests.libbuild import run

import hipstride as hs
from hipstride.tables import Requirement, Result
from hipstride.tables._html import facts_table, grid_table

EVIL = '<script>alert("1")</script>'


class Reader(HTMLParser):
    """Collects the tables of a page: captions, and cells by the name of their row."""

    def __init__(self, html: str):
        super().__init__()
        self.captions: list[str] = []
        self.facts: dict[str, str] = {}
        self.items: list[str] = []
        self.unscoped = 0
        self.tags: list[str] = []
        self.styles: list[str] = []
        self._open = ""
        self._name = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.styles += [value or "" for name, value in attrs if name == "style"]
        self._open = tag
        if tag == "th":
            self._name = ""
            self.unscoped += "scope" not in dict(attrs)

    def handle_data(self, data):
        if self._open == "caption":
            self.captions.append(data)
        elif self._open == "th":
            self._name += data
        elif self._open in {"td", "li"}:
            self.facts[self._name] = self.facts.get(self._name, "") + data

    def handle_endtag(self, tag):
        self._open = "td" if tag == "li" else ""


def result(**given) -> Result:
    whole = {
        "question": "Does pain go with the stride?",
        "estimate": 0.25,
        "unit": "points per +1 % step length",
        "low": 0.1,
        "high": 0.4,
        "level": 0.95,
        "p_value": 0.01,
        "n": 60,
        "n_dropped": 3,
        "method": "GapGLS",
        "verdict_level": 1,
        "verdict": "In this history, pain was higher after longer steps.",
    }
    return Result(**{**whole, **given})


@pytest.fixture(scope="module")
def recording():
    return hs.read_run(hs.sample.folder() / "runs" / "run-0001.fit")


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    library = hs.Library(tmp_path_factory.mktemp("library"))
    library.add(hs.sample.folder() / "runs")
    return library


@pytest.fixture(scope="module")
def all_reprs(recording, filled):
    history = hs.simulate.history(hs.simulate.demo_runner(), n_runs=100, seed=2)
    shown = (
        recording,
        result(caveats=("few runs", "no pain before")),
        filled,
        filled.stride_curve(),
        hs.stats.ledger(history.observations),
    )
    return [one._repr_html_() for one in shown]


def test_every_heading_has_a_scope_and_every_table_a_caption(all_reprs):
    pages = [Reader(html) for html in all_reprs]

    assert [page.unscoped for page in pages] == [0] * len(pages)
    assert all(page.tags.count("table") == len(page.captions) for page in pages)


def test_colours_are_left_to_the_theme_and_nothing_runs(all_reprs):
    styles = [style for html in all_reprs for style in Reader(html).styles]

    assert styles
    assert not any("color" in style or "background" in style for style in styles)
    assert not any("<script" in html or "http" in html for html in all_reprs)


@pytest.mark.parametrize("table", [facts_table, grid_table])
def test_words_of_others_are_escaped(table):
    html = (
        facts_table(EVIL, {EVIL: EVIL, "list": [EVIL, EVIL]})
        if table is facts_table
        else grid_table(EVIL, [EVIL, EVIL], [[EVIL, EVIL]])
    )

    assert "<script" not in html
    assert Reader(html).captions == [EVIL]


def test_a_fact_without_words_is_left_out():
    assert "notes" not in facts_table("a run", {"start": "today", "notes": ()})


def test_a_run_shows_what_a_runner_wants_to_see_first(recording):
    facts = Reader(recording._repr_html_()).facts

    row = hs.summarize(recording).iloc[0]
    assert facts["device"] == "simulated watch"
    assert facts["start"] == "2025-01-06 17:44"
    assert facts["distance"] == f"{row['distance_m'] / 1000:.2f} km"
    assert facts["time"] == "25:00"
    assert facts["cadence"] == f"{row['mean_cadence_spm']:.0f} steps/min"
    assert facts["step length"] == f"{row['mean_step_length_m']:.3f} m"


def test_a_run_is_told_in_miles_where_miles_are_run(monkeypatch):
    steady = run(minutes=10, speed=1609.344 / 480)
    monkeypatch.setenv("HIPSTRIDE_UNITS", "mi")

    facts = Reader(steady._repr_html_()).facts

    assert facts["pace"] == "8:00 /mi"
    assert facts["distance"].endswith(" mi")


def test_a_treadmill_run_says_that_the_watch_guessed():
    indoors = run(sub_sport="treadmill", place=None)

    facts = Reader(indoors._repr_html_()).facts

    assert facts["step length"].endswith("guessed by the watch")
    assert facts["sport"] == "running treadmill"


def test_a_typed_belt_distance_is_told():
    typed = hs.gait.with_belt_distance(run(sub_sport="treadmill", place=None), 2000.0)

    assert Reader(typed._repr_html_()).facts["distance"] == "2.00 km, as typed in"


def test_a_run_without_samples_is_shown_with_dashes(recording):
    empty = replace(
        recording,
        samples=recording.samples.iloc[:0],
        distance_m=np.nan,
        timer_s=np.nan,
        utc_offset=None,
    )

    facts = Reader(empty._repr_html_()).facts

    assert facts["distance"] == facts["pace"] == facts["cadence"] == "–"
    assert facts["start"].endswith(" UTC")


def test_an_answer_names_its_level_and_what_it_lacks():
    asked = (
        Requirement("at least 30 rated runs", is_met=True, detail="60"),
        Requirement("a second method", is_met=False, detail="EWC 0 to 1", level=2),
    )

    facts = Reader(result(requirements=asked)._repr_html_()).facts

    assert facts["how sure"] == "level 1, tentative association"
    assert facts["needed, there"] == "at least 30 rated runs"
    assert facts["needed, missing"] == "a second method: EWC 0 to 1 (for level 2)"
    assert facts["used / left out"] == "60 / 3"
    assert "95 % interval +0.1 to +0.4" in facts["estimate"]


def test_an_answer_without_an_estimate_says_so():
    none = result(estimate=np.nan, low=np.nan, high=np.nan, verdict_level=0)

    facts = Reader(none._repr_html_()).facts

    assert facts["estimate"] == "no estimate"
    assert facts["how sure"] == "level 0, cannot tell"


def test_a_library_shows_what_is_in_it_and_what_to_do_next(filled):
    facts = Reader(filled._repr_html_()).facts

    assert facts["where"] == str(filled.folder)
    assert facts["runs"] == "8, 2025-01-06 to 2025-01-14"
    assert facts["ratings"] == "none"
    assert "hipstride log pain" in facts["next"]


def test_a_library_that_is_not_there_yet_is_shown_and_not_made(tmp_path):
    absent = hs.Library(tmp_path / "none")

    facts = Reader(absent._repr_html_()).facts

    assert facts["where"].endswith("(not there yet)")
    assert not absent.folder.exists()


def test_a_damaged_library_says_what_is_wrong(tmp_path):
    (tmp_path / "library.sqlite").write_bytes(b"no database at all" * 100)

    assert "problem" in Reader(hs.Library(tmp_path)._repr_html_()).facts


def test_many_changes_of_a_library_are_counted(tmp_path):
    library = hs.Library(tmp_path)
    for number in range(12):
        library.log_change(f"idea {number}", kind="other", started_on="2026-01-05")

    facts = Reader(library._repr_html_()).facts

    assert facts["changes"].endswith("and 4 more")
    assert "idea 7" in facts["changes"]
    assert "idea 8" not in facts["changes"]


def test_a_curve_shows_its_elasticity_and_round_paces(filled):
    curve = filled.stride_curve()

    html = curve._repr_html_()

    facts = Reader(html).facts
    assert f"step {curve.elasticity:+.2f} %" in facts["elasticity"]
    assert facts["reference speed"].startswith(f"{curve.ref_speed_mps:.2f} m/s")
    assert f"{float(curve.step_length_m(1000 / 330)):.3f} m" in facts["5:30"]


def test_a_curve_of_one_speed_has_one_pace():
    windows = pd.DataFrame(
        {
            "run_id": np.repeat(list("abc"), 20),
            "elapsed_s": np.tile(np.arange(20) * 30.0, 3),
            "duration_s": 30.0,
            "speed_mps": 3.01,
            "cadence_spm": 170.0,
            "step_length_m": 1.06,
        }
    )

    html = hs.gait.matched_stride(windows).curve._repr_html_()

    assert "published, not measured" in html
    assert "5:32" in html


def test_a_ledger_shows_a_row_for_each_thing_tried():
    history = hs.simulate.history(hs.simulate.demo_runner(), n_runs=120, seed=2)

    page = Reader(hs.stats.ledger(history.observations)._repr_html_())

    assert page.captions == [
        "What was tried, and pain after the run",
        "How it was done",
    ]
    assert "shorter stride" in page.facts
