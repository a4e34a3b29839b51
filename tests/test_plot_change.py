"""The plot of a dated change, tested through the numbers on its axes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from scipy import stats

import hipstride as hs
from hipstride.errors import NotEnoughDataError
from hipstride.plots._change_marks import started_at
from hipstride.stats.gap_gls import gap_gls

START = pd.Timestamp("2026-01-01")
CHANGED_ON = "2026-05-01"


def diary(n: int = 120, **columns: object) -> pd.DataFrame:
    """A run every second day, 2 points less from the sixtieth on."""
    order = np.arange(n)
    noise = np.random.default_rng(2).normal(0, 0.8, n)
    table = pd.DataFrame(
        {
            "local_date": START + pd.to_timedelta(2 * order, "D"),
            "day": 2.0 * order,
            "is_treadmill": order % 8 == 5,
            "pain_after_0_10": np.round(5 - 2 * (order >= 60) + noise).clip(0, 10),
        }
    )
    return table.assign(**columns)


def axes(width_in: float = 8.0) -> Axes:
    return Figure(figsize=(width_in, 5)).subplots()


def drawn(ax: Axes) -> Axes:
    ax.figure.canvas.draw()
    return ax


def caption(ax: Axes) -> str:
    notes = [text for text in ax.texts if getattr(text, "xy", None) == (0, 1)]
    return " ".join(notes[-1].get_text().split())


def labelled(ax: Axes, start: str):
    return next(one for one in ax.lines if str(one.get_label()).startswith(start))


def by_part(ax: Axes, part: str) -> pd.DataFrame:
    table = hs.plots.get_plot_data(ax)
    return table[table["part"] == part]


@pytest.fixture(scope="module")
def answer() -> hs.Result:
    return hs.stats.dated_change(diary(), CHANGED_ON)


def test_dots_are_rated_runs_and_squares_are_on_a_treadmill(answer):
    obs = diary()
    ax = drawn(hs.plots.change(obs, CHANGED_ON, result=answer, ax=axes()))
    dots, squares = (
        next(c for c in ax.collections if c.get_label() == label)
        for label in ("rated run", "rated treadmill run")
    )

    belt = obs["is_treadmill"]
    for marks, runs in ((dots, obs[~belt]), (squares, obs[belt])):
        np.testing.assert_allclose(
            marks.get_offsets(),
            np.column_stack([date2num(runs["local_date"]), runs["pain_after_0_10"]]),
        )


def test_the_lines_drawn_are_the_course_of_the_answer(answer):
    ax = hs.plots.change(diary(), CHANGED_ON, result=answer, ax=axes())
    course = answer.tables["course"]
    before = course[~course["is_after"]]
    after = course[course["is_after"]]

    np.testing.assert_array_equal(
        labelled(ax, "fitted course").get_ydata(), before["fitted_points"]
    )
    np.testing.assert_array_equal(
        labelled(ax, "the trend of before").get_ydata(), after["counterfactual_points"]
    )


def test_the_counterfactual_has_its_band(answer):
    ax = hs.plots.change(diary(), CHANGED_ON, result=answer, ax=axes())
    after = answer.tables["course"].query("is_after")
    wanted = after[["counterfactual_low", "counterfactual_high"]].to_numpy()
    corners = [
        one.get_paths()[0].vertices[:, 1] for one in ax.collections if one.get_paths()
    ]

    assert any(
        np.isclose(y.min(), wanted.min()) and np.isclose(y.max(), wanted.max())
        for y in corners
    )


def test_the_numbers_kept_are_those_of_the_answer(answer):
    ax = hs.plots.change(diary(), CHANGED_ON, result=answer, ax=axes())
    course = answer.tables["course"]
    fitted = by_part(ax, "fitted course")
    without = by_part(ax, "without the change")

    np.testing.assert_array_equal(fitted["points"], course["fitted_points"])
    np.testing.assert_array_equal(fitted["low"], course["low"])
    np.testing.assert_array_equal(
        without["high"], course.loc[course["is_after"], "counterfactual_high"]
    )
    np.testing.assert_array_equal(
        by_part(ax, "placebo dates")["estimate_points"],
        answer.tables["placebo_dates"].query("not is_change")["estimate_points"],
    )


def test_the_day_of_the_change_is_a_line_and_the_washout_a_shade_of_7_days(answer):
    ax = drawn(hs.plots.change(diary(), CHANGED_ON, result=answer, ax=axes()))
    began = date2num(pd.Timestamp(CHANGED_ON))
    line = labelled(ax, "“2026-05-01” begins")
    (shade,) = [c for c in ax.collections if c.get_label() == "7 days left out"]
    across = shade.get_paths()[0].vertices[:, 0]

    assert set(date2num(line.get_xdata())) == {began}
    assert (across.min(), across.max()) == (began, began + 7)


@pytest.mark.parametrize("width_in", [8.0, 3.6])
def test_the_inset_marks_the_real_date_among_the_others_with_its_p(answer, width_in):
    ax = drawn(hs.plots.change(diary(), CHANGED_ON, result=answer, ax=axes(width_in)))
    (inset,) = ax.child_axes
    placebo = answer.tables["placebo_dates"]
    n_others = int((~placebo["is_change"]).sum())

    assert sum(bar.get_height() for bar in inset.patches) == n_others
    assert inset.lines[0].get_xdata()[0] == pytest.approx(
        placebo.loc[placebo["is_change"], "estimate_points"].iloc[0]
    )
    assert f"step at {n_others} other dates" in inset.get_title()
    assert "this date, p " in inset.get_title()


def test_the_title_is_that_of_the_verdict_and_the_caption_has_n_and_dates(answer):
    ax = hs.plots.change(diary(), CHANGED_ON, result=answer, ax=axes())

    title = " ".join(ax.get_title(loc="left").split())
    assert answer.verdict.startswith(title)
    assert "120 rated of 120 runs, 2026-01-01 to 2026-08-27." in caption(ax)


def test_other_changes_are_numbered_and_named_in_the_words_of_their_columns():
    order = np.arange(120)
    obs = diary(
        change_new_shoes=(order >= 20).astype(float),
        change_core_work=(order >= 90).astype(float),
    )
    ax = drawn(hs.plots.change(obs, CHANGED_ON, ax=axes()))

    assert "Dotted: 1 new shoes; 2 core work." in caption(ax)
    assert by_part(ax, "another change")["at"].tolist() == [
        pd.Timestamp("2026-02-10"),
        pd.Timestamp("2026-06-30"),
    ]


def test_other_changes_without_a_column_are_told_by_their_day_alone():
    changes = pd.DataFrame(
        {
            "started_on": pd.to_datetime(["2026-02-10", CHANGED_ON]).as_unit("us"),
            "ended_on": pd.to_datetime([None, None]).as_unit("us"),
            "kind": ["shoes", "cue"],
            "label": ["my own words", "glute cue"],
        }
    )
    found = hs.stats.dated_change(diary(), "glute cue", changes=changes)
    ax = hs.plots.change(diary(), "glute cue", result=found, ax=axes())

    assert "Dotted: 1 2026-02-10." in caption(ax)
    assert "my own words" not in caption(ax)


def test_of_many_other_changes_six_are_drawn_and_the_rest_counted():
    order = np.arange(120)
    obs = diary(**{f"change_{k}": (order >= 5 + k).astype(float) for k in range(40)})
    # The answer would take each of them for a competitor; the picture needs none.
    found = hs.stats.dated_change(diary(), CHANGED_ON)
    bare = {name: t for name, t in found.tables.items() if name != "competing"}
    ax = hs.plots.change(obs, CHANGED_ON, result=_with_tables(found, bare), ax=axes())

    assert sum(line.get_linestyle() == ":" for line in ax.lines) == 6
    assert "34 more not drawn." in caption(ax)


def _with_tables(result: hs.Result, tables: dict[str, pd.DataFrame]) -> hs.Result:
    return replace(result, tables=tables)


def test_a_refused_change_shows_the_runs_the_day_and_the_reason():
    obs = diary().iloc[50:65].reset_index(drop=True)
    ax = drawn(hs.plots.change(obs, CHANGED_ON, ax=axes()))
    said = " ".join(" ".join(text.get_text() for text in ax.texts).split())

    assert "The data cannot answer: not enough rated runs after 2026-05-01" in said
    assert len(by_part(ax, "run")) == 15
    assert labelled(ax, "“2026-05-01” begins")


def test_the_reason_stands_above_the_ratings():
    obs = diary().iloc[50:65].reset_index(drop=True)
    ax = drawn(hs.plots.change(obs, CHANGED_ON, ax=axes(3.6)))
    reason = next(text for text in ax.texts if "cannot answer" in text.get_text())
    ten = ax.transData.transform((0, 10))[1]

    assert reason.get_window_extent().y0 > ten


def test_an_answer_that_is_a_refusal_shows_the_runs_under_its_words():
    why = NotEnoughDataError("rated runs", needed=8, got=3)
    refused = hs.stats.refusal(
        "Was pain after the run different?", why, unit="points", n_rows=3
    )
    ax = drawn(hs.plots.change(diary(3), CHANGED_ON, result=refused, ax=axes()))

    assert "cannot answer the question" in " ".join(ax.get_title(loc="left").split())
    assert len(by_part(ax, "run")) == 3


@pytest.mark.parametrize("n", [0, 1])
def test_hardly_any_runs_leave_the_plot_standing(n: int):
    ax = drawn(hs.plots.change(diary(n), CHANGED_ON, ax=axes()))

    assert f"of {n} run" in caption(ax)


def test_an_answer_is_drawn_over_days_where_the_table_has_no_dates(answer):
    obs = diary().drop(columns="local_date")
    ax = drawn(hs.plots.change(obs, CHANGED_ON, result=answer, ax=axes()))

    assert ax.get_xlabel() == "days since the first run"
    assert by_part(ax, "fitted course")["at"].max() == 238


@pytest.mark.parametrize(
    "label",
    [
        "<script>alert(1)</script>",
        "$x^{2",
        "\N{RUNNER}",
        "\u05e9\u05dc\u05d5\u05dd \u202e abc",
        "very " * 60,
    ],
)
def test_a_label_of_any_signs_is_one_short_line_in_the_legend(answer, label: str):
    ax = drawn(hs.plots.change(diary(), label, result=answer, ax=axes()))
    words = [text.get_text() for text in ax.get_legend().get_texts()]

    assert max(map(len, words)) <= 40
    assert not any("\u202e" in line for line in words)


def test_the_first_day_of_a_change_is_read_off_its_column_or_its_date():
    obs = diary(change_glute_cue=(np.arange(120) >= 60).astype(float))
    x = obs["local_date"].to_numpy("datetime64[s]")

    assert started_at(obs, "Glute cue", x) == np.datetime64("2026-05-01")
    assert started_at(obs, "2026-03-02", x) == np.datetime64("2026-03-02")
    assert started_at(obs, "no such thing", x) is None


# The course behind it


@pytest.fixture(scope="module")
def outdoors() -> hs.Result:
    """An answer without a covariate: intercept, step and trend alone."""
    return hs.stats.dated_change(diary().drop(columns="is_treadmill"), CHANGED_ON)


def course_by_hand(obs: pd.DataFrame):
    """Lay out the regression with a washout of a week, without the module."""
    since = obs["day"].to_numpy() - 120.0
    used = (since < 0) | (since >= 7)
    x = np.column_stack([np.ones(used.sum()), since[used] >= 0, since[used] / 100])
    return x, obs["pain_after_0_10"].to_numpy()[used], obs["day"].to_numpy()[used]


def test_the_course_is_that_of_statsmodels_under_the_same_correlation(outdoors):
    x, y, day = course_by_hand(diary())
    fit = gap_gls(y, x, day)
    apart = np.abs(day[:, None] - day[None, :])
    cov = (1 - fit.nu) * np.exp(-apart / fit.tau_days) + fit.nu * np.eye(len(y))
    a, step, slope = sm.GLS(y, x, sigma=cov).fit().params
    course = outdoors.tables["course"]
    line = a + step * course["is_after"] + slope * (course["day"] - 120) / 100

    np.testing.assert_allclose(course["fitted_points"], line, rtol=1e-6)
    np.testing.assert_allclose(
        course.loc[course["is_after"], "counterfactual_points"],
        (line - step)[course["is_after"]],
        rtol=1e-6,
    )


def test_the_bands_are_half_widths_of_student_by_the_covariance_of_the_fit(outdoors):
    x, y, day = course_by_hand(diary())
    fit = gap_gls(y, x, day)
    last = outdoors.tables["course"].iloc[-1]
    t = stats.t.ppf(0.975, fit.df[1])
    since = (last["day"] - 120) / 100
    with_it, without = np.array([1.0, 1.0, since]), np.array([1.0, 0.0, since])

    assert last["high"] - last["fitted_points"] == pytest.approx(
        t * np.sqrt(with_it @ fit.vcov @ with_it)
    )
    assert last["counterfactual_high"] - last["counterfactual_points"] == pytest.approx(
        t * np.sqrt(without @ fit.vcov @ without)
    )
