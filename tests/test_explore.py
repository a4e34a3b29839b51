"""Looking around with every look counted: the log, and a panel driven by values."""

from __future__ import annotations

import datetime as dt
import math
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import hipstride as hs
from hipstride.exploration import Look, Looks, explore, look_at
from hipstride.exploration._look import covariates_in, outcomes_in, within
from hipstride.exploration._panel import TIMELINE
from hipstride.exploration._picture import picture_of
from hipstride.tables import Result

AFTER, MORNING = "pain_after_0_10", "pain_next_morning_0_10"


def answer(p_value: float) -> Result:
    return Result("?", 0.2, "points", 0.1, 0.3, 0.95, p_value, 50, 0, "m", 1, "Yes.")


def log_of(*p_values: float) -> Looks:
    looks = Looks()
    for number, p_value in enumerate(p_values):
        looks.note(Look(f"pain_{number}_0_10"), answer(p_value))
    return looks


def season(seed: int) -> pd.DataFrame:
    """Sixty runs with a column of the runner's own."""
    runs = hs.simulate.history(hs.simulate.Runner(), n_runs=60, seed=seed).observations
    sleep_h = np.random.default_rng(seed).normal(7, 1, len(runs))
    return runs.assign(sleep_h=sleep_h)


@pytest.fixture
def obs(request):
    # Other data for each test: the same data would go on with the same count.
    return season(seed=sum(map(ord, request.node.name)))


@pytest.fixture
def quick(monkeypatch):
    """Spare the tests of counting the seconds of the regression."""
    monkeypatch.setattr(
        "hipstride.exploration._look.association",
        lambda *_args, **_options: answer(0.2),
    )


def test_the_smallest_p_is_paid_for_all_looks():
    looks = log_of(0.01, 0.2, 0.5, 0.9)

    # Holm multiplies the smallest by the number of looks.
    assert looks.p_adjusted[0] == pytest.approx(0.04)
    assert "The smallest p is 0.010 (look 1)" in looks.words()
    assert "paid for all 4 looks (Holm) it is 0.040, still below 0.05" in looks.words()


def test_a_find_that_does_not_outlive_the_count_is_called_none():
    assert "it is 0.080, no longer below 0.05" in log_of(0.02, 0.2, 0.5, 0.9).words()


def test_the_look_on_show_tells_its_own_p_where_it_is_not_the_smallest():
    looks = log_of(0.01, 0.2)

    # Holm: the larger of two keeps its p.
    assert "This look: p 0.200, paid for 0.200." in looks.words(2)
    assert "This look" not in looks.words(1)


def test_a_look_without_an_answer_has_no_p_of_its_own():
    looks = log_of(0.01)
    number = looks.note(Look("pain_9_0_10"), hs.HipstrideError("too few"))

    assert "This look" not in looks.words(number)


def test_what_chance_would_find_is_one_in_twenty():
    assert "1 of 20 answers would be expected" in log_of(*[0.5] * 20).words()


def test_the_same_question_is_counted_once():
    looks = Looks()

    numbers = [looks.note(Look(AFTER), answer(0.2)) for _ in range(3)]

    assert numbers == [1, 1, 1]
    assert looks.to_frame()["n_seen"].tolist() == [3]


def test_a_look_without_an_answer_is_paid_for_too():
    looks = log_of(0.02)
    looks.note(Look("pain_9_0_10"), hs.HipstrideError("too few"))

    assert looks.p_adjusted[0] == pytest.approx(0.04)
    assert math.isnan(looks.p_adjusted[1])
    assert looks.to_frame()["answer"].tolist() == ["Yes.", "too few"]


def test_an_empty_log_is_a_table_without_rows():
    assert Looks().to_frame().empty
    assert Looks().words() == "Nothing was looked at yet."


def test_looks_without_any_answer_say_so():
    looks = Looks()
    looks.note(Look(AFTER), hs.HipstrideError("too few"))

    assert looks.words() == "1 look at the same data so far. None had an answer."


def test_only_ratings_of_pain_are_outcomes():
    table = pd.DataFrame(
        {
            "pain_before_0_10": [1.0],
            "stiffness_0_10": [1.0],
            "pain_during_0_10": [np.nan],
            "rpe_0_10": [3.0],
            AFTER: [2.0],
        }
    )

    assert outcomes_in(table) == [AFTER, "stiffness_0_10"]


def test_own_columns_that_vary_can_be_adjusted_for(obs):
    assert covariates_in(obs.assign(always=1)) == ["sleep_h"]


def test_days_outside_of_the_span_are_not_looked_at(obs):
    first = obs["local_date"].iloc[10].date()
    last = obs["local_date"].iloc[30].date()

    kept = within(obs, Look(AFTER, first_on=first, last_on=last))

    assert kept["run_id"].tolist() == obs["run_id"].iloc[10:31].tolist()


def test_a_look_gives_the_answer_of_the_association(obs):
    assert look_at(obs, Look(AFTER)).estimate == hs.stats.association(obs).estimate


def test_the_last_week_is_the_window_of_that_name(obs):
    found = look_at(obs, Look(AFTER, exposure="the last 7 days"))

    assert found.checks["windows"]["window"] == "the last 7 days"


def test_too_few_runs_are_an_answer_and_not_an_error(obs):
    assert isinstance(look_at(obs.head(5), Look(AFTER)), hs.NotEnoughDataError)


def test_a_span_without_runs_is_said_to_be_empty(obs):
    found = look_at(obs, Look(AFTER, last_on=dt.date(1999, 1, 1)))

    assert str(found) == "not enough runs on these days: needed 1, got 0"


def test_a_picture_has_words():
    html = picture_of(lambda ax: ax.set_title("A < b", loc="left") and ax)

    assert html.startswith('<img alt="A &lt; b"')
    assert "data:image/png;base64," in html


def test_opening_the_panel_is_the_first_look(obs):
    panel = explore(obs)

    assert "<b>Look 1.</b>" in panel.count.value
    assert panel.looks["outcome"].tolist() == [AFTER]
    assert panel.answer.verdict in panel.verdict.value
    assert "<img alt=" in panel.picture.value


def test_another_outcome_is_another_look(obs):
    panel = explore(obs)

    panel.outcome.value = MORNING

    assert "<b>Look 2.</b>" in panel.count.value
    assert "2 looks at the same data so far" in panel.count.value
    assert panel.answer.question == hs.stats.association(obs, MORNING).question


def test_going_back_is_shown_and_not_counted_again(obs, quick):
    panel = explore(obs)
    panel.outcome.value = MORNING

    panel.outcome.value = AFTER

    assert "Look 1, seen before and not counted again" in panel.count.value
    assert panel.looks["n_seen"].tolist() == [2, 1]


def test_another_picture_of_the_same_question_is_no_look(obs, quick):
    panel = explore(obs)
    before = panel.picture.value

    panel.plot.value = TIMELINE

    assert panel.picture.value != before
    assert panel.looks["n_seen"].tolist() == [1]


def test_a_covariate_is_adjusted_for_and_logged(obs):
    panel = explore(obs)

    panel.covariates.value = ("sleep_h",)

    assert panel.looks["covariates"].tolist() == ["", "sleep_h"]
    assert "sleep_h" in panel.answer.method


def test_a_narrow_span_shows_why_there_is_no_answer(obs):
    panel = explore(obs)

    panel.last_on.value = obs["local_date"].iloc[4].date()

    assert "The data cannot answer:" in panel.verdict.value
    assert "not enough" in panel.verdict.value
    assert len(panel.looks) == 2


def test_the_whole_span_is_the_same_question_as_no_span(obs, quick):
    panel = explore(obs)
    last = panel.last_on.value

    panel.last_on.value = last - dt.timedelta(days=20)
    panel.last_on.value = last

    assert panel.looks["n_seen"].tolist() == [2, 1]


def test_a_day_taken_away_is_no_limit(obs, quick):
    panel = explore(obs)

    panel.first_on.value = None

    assert panel.looks["n_seen"].tolist() == [2]


def test_a_second_panel_on_the_same_data_goes_on_counting(obs, quick):
    explore(obs).outcome.value = MORNING

    second = explore(obs.copy())

    assert len(second.looks) == 2
    assert "Look 1, seen before" in second.count.value


def test_a_table_without_dates_has_no_span_to_pick(obs, quick):
    panel = explore(obs.drop(columns=["local_date", "started_at"]))

    assert panel.first_on.disabled
    assert isinstance(panel.answer, Result)


def test_the_panel_shows_itself_in_a_notebook(obs, quick):
    assert (
        "application/vnd.jupyter.widget-view+json" in explore(obs)._repr_mimebundle_()
    )


def test_a_table_without_ratings_is_refused(obs):
    ratings = [name for name in obs.columns if name.endswith("_0_10")]

    with pytest.raises(hs.TableError, match="found no rating"):
        explore(obs.drop(columns=ratings))


def test_what_is_no_table_is_refused():
    with pytest.raises(hs.TableError, match="found list; expected a DataFrame"):
        explore([1, 2])


def test_a_library_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(hs.LibraryError):
        explore(hs.Library(tmp_path / "none"))


@pytest.fixture
def library(tmp_path):
    """A library of the sample's runs, with both hips rated."""
    folder = hs.sample.folder()
    library = hs.Library(tmp_path)
    library.add(folder / "runs", workers=1)
    for number, day in enumerate(library.runs()["local_date"]):
        for side in ("left", "right"):
            library.log_pain(
                number % 4, moment="after", local_date=day, side=side, site="hip"
            )
    return library


@pytest.mark.filterwarnings("ignore::hipstride.DataQualityWarning")
def test_a_library_offers_sides_and_sites(library):
    panel = explore(library)

    assert panel.side.options == ("all", "left", "right")
    assert panel.site.options == ("all", "hip")


@pytest.mark.filterwarnings("ignore::hipstride.DataQualityWarning")
def test_one_side_of_a_library_is_a_look_of_its_own(library):
    panel = explore(library)

    panel.side.value = "right"

    assert panel.looks["side"].tolist() == ["", "right"]
    assert "The data cannot answer" in panel.verdict.value


def test_without_ipywidgets_the_remedy_is_named(monkeypatch, obs):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)

    with pytest.raises(hs.HipstrideError, match=r"pip install 'hipstride\[jupyter\]'"):
        explore(obs)


def test_the_name_alone_loads_no_widgets():
    code = (
        "import hipstride, sys; hipstride.explore; print('ipywidgets' in sys.modules)"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "False"
