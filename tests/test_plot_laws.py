"""What holds for every plot: its words, its numbers, its width, hostile input."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

import hipstride as hs
from hipstride.errors import TableError
from plotcases import (
    CASES,
    HARD_LABELS,
    association,
    drawn,
    history,
    trial_runs,
    tried,
)

WIDTHS = {"desktop": (8.0, 5.0), "phone": (3.6, 5.0)}


def draw(name: str, size: tuple[float, float] = (8.0, 5.0), **more: object) -> Axes:
    args, options = CASES[name]()
    ax = Figure(figsize=size).subplots()
    return getattr(hs.plots, name)(*args, **{**options, **more}, ax=ax)


def _note(ax: Axes) -> Text:
    """The grey words beneath the title: the annotation that begins at its corner."""
    return [text for text in ax.texts if getattr(text, "xy", None) == (0, 1)][-1]


def caption(ax: Axes) -> str:
    return " ".join(_note(ax).get_text().split())


def title(ax: Axes) -> str:
    return " ".join(ax.get_title(loc="left").split())


def test_every_plot_has_a_case():
    assert sorted(CASES) == sorted({*hs.plots.__all__} - {"get_plot_data"})


@pytest.mark.parametrize("name", CASES)
def test_the_title_is_a_sentence_and_the_caption_has_n_and_dates(name: str):
    ax = draw(name)

    assert len(title(ax)) > 15
    assert re.search(r"\d+ .*(run|half minute|split|tried|way)", caption(ax))
    if name not in {"stride_curve", "spec_curve"}:
        assert re.search(r"20\d\d-\d\d-\d\d", caption(ax)), caption(ax)


@pytest.mark.parametrize("name", ["lags", "stride_vs_pain", "change", "spec_curve"])
def test_an_answer_s_plot_is_titled_in_the_words_of_its_verdict(name: str):
    if name == "change":
        result = hs.stats.dated_change(history(), "shorter stride")
        ax = draw(name, result=result)
    else:
        result, ax = association(), draw(name)

    assert " ".join(result.verdict.split()).startswith(title(ax))


@pytest.mark.parametrize("name", ["timeline", "step_length_vs_speed"])
def test_a_history_s_plot_takes_its_title_from_an_answer(name: str):
    ax = draw(name, result=association())

    assert association().verdict.startswith(title(ax))


@pytest.mark.parametrize("size", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("name", CASES)
def test_title_caption_and_legend_do_not_lie_on_each_other(
    name: str, size: tuple[float, float]
):
    ax = draw(name, size)
    figure = ax.get_figure(root=True)
    renderer = _rendered(figure)
    heading = ax._left_title.get_window_extent(renderer)
    note = _note(ax).get_window_extent(renderer)
    panel = ax.get_window_extent(renderer)

    assert heading.y0 >= note.y1 - 1, "the title lies on the caption"
    assert note.y0 >= panel.y1 - 1, "the caption lies on the axes"
    # Words are broken to the axes; a letter more or less is the font's.
    assert heading.x1 <= panel.x1 + 0.08 * panel.width
    assert note.x1 <= panel.x1 + 0.08 * panel.width
    legend = ax.get_legend()
    if legend is not None:
        assert legend.get_window_extent(renderer).y1 <= panel.y1 + 1


def _rendered(figure: Figure):
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return canvas.get_renderer()


@pytest.mark.parametrize("name", CASES)
def test_the_numbers_of_a_plot_are_a_table_with_parts(name: str):
    ax = draw(name)
    args, options = CASES[name]()

    table = hs.plots.get_plot_data(ax)
    called = hs.plots.get_plot_data(getattr(hs.plots, name), *args, **options)

    assert len(table)
    assert table.columns[0] == "part"
    assert table["part"].notna().all()
    pd.testing.assert_frame_equal(table, called)


def test_the_numbers_are_those_of_the_marks():
    ax = draw("timeline")
    table = hs.plots.get_plot_data(ax)
    shown = sum(
        len(one.get_offsets())
        for one in ax.collections
        if str(one.get_label()).startswith("rated")
    )

    assert shown == table.loc[table["part"] == "run", "pain_0_10"].notna().sum()


def test_foreign_axes_have_no_numbers():
    with pytest.raises(TableError, match="expected those that a plot of hipstride"):
        hs.plots.get_plot_data(Figure().subplots())


def test_the_numbers_of_no_plot_are_refused():
    with pytest.raises(TableError, match=r"expected a function of hipstride\.plots"):
        hs.plots.get_plot_data(sorted, [3])


@pytest.mark.parametrize("name", CASES)
def test_given_axes_pyplot_has_no_figure(name: str):
    draw(name)

    assert plt.get_fignums() == []


@pytest.mark.parametrize("name", CASES)
def test_without_axes_a_figure_grows_until_title_and_caption_fit(name: str):
    args, options = CASES[name]()
    ax = getattr(hs.plots, name)(*args, **options)
    figure = ax.get_figure(root=True)
    heading = ax._left_title.get_window_extent(_rendered(figure))

    assert heading.y1 <= figure.bbox.y1 + 1


@pytest.mark.parametrize("name", CASES)
def test_a_grey_print_tells_the_marks_apart(name: str):
    """What a legend tells apart by colour has a shape, fill or line of its own."""
    ax = draw(name)
    legend = ax.get_legend()
    if legend is None:
        return
    looks = []
    for handle in legend.legend_handles:
        marker = getattr(handle, "get_marker", lambda: None)()
        line = getattr(handle, "get_linestyle", lambda: None)()
        fill = getattr(handle, "get_facecolor", lambda: None)()
        paths = [len(p.vertices) for p in getattr(handle, "get_paths", list)()]
        looks.append((type(handle).__name__, marker, str(line), str(fill), str(paths)))

    assert len(set(looks)) == len(looks)


TABLES = {
    "no rated run": lambda: history().assign(pain_after_0_10=np.nan),
    "one run": lambda: history().head(1),
    "no run": lambda: history().head(0),
    "no dates": lambda: history().drop(columns="local_date"),
    "ten years": lambda: ten_years(),  # noqa: PLW0108 - defined beneath
}


def ten_years() -> pd.DataFrame:
    part = history()
    days = part["day"].max() + 3
    return pd.concat(
        [
            part.assign(
                day=part["day"] + k * days,
                local_date=part["local_date"] + pd.to_timedelta(k * round(days), "D"),
                run_id=part["run_id"] + str(k),
            )
            for k in range(15)
        ],
        ignore_index=True,
    )


@pytest.mark.parametrize("what", TABLES)
@pytest.mark.parametrize(
    "name", ["timeline", "stride_vs_pain", "step_length_vs_speed", "calendar", "change"]
)
def test_hard_tables_leave_the_plot_standing(name: str, what: str):
    table = TABLES[what]()
    args = (table, "shorter stride") if name == "change" else (table,)
    if name in {"calendar", "change"} and what == "no dates":
        with pytest.raises(TableError, match="found no column 'local_date'"):
            getattr(hs.plots, name)(*args)
        return
    if name == "change" and what in {"one run", "no run"}:
        # The change itself is not in the table.
        args = (table, "2025-03-01")
    if name == "change" and what == "ten years":
        args = (table.head(600), "2025-05-26")
    ax = getattr(hs.plots, name)(*args, ax=Figure(figsize=(8, 5)).subplots())
    ax.get_figure(root=True).savefig(io.BytesIO(), format="svg")

    assert title(ax)


@pytest.mark.parametrize("label", HARD_LABELS, ids=range(len(HARD_LABELS)))
def test_hard_labels_are_shortened_and_drawable(label: str):
    found = hs.stats.ledger(history(), changes=tried((label, "core")))
    obs = history().assign(**{f"change_{label}": history()["change_shorter_stride"]})
    for ax in (
        hs.plots.ledger(found, ax=Figure(figsize=(8, 5)).subplots()),
        hs.plots.timeline(obs, ax=Figure(figsize=(8, 5)).subplots()),
    ):
        out = io.StringIO()
        ax.get_figure(root=True).savefig(out, format="svg")

        assert "<script>" not in out.getvalue()
        names = [text.get_text() for text in ax.get_yticklabels()]
        assert max(map(len, names), default=0) <= 60


def test_500_changes_are_capped_and_the_rest_counted():
    obs = history()
    labels = tuple(f"change {k}" for k in range(40))
    table = tried(labels).assign(
        started_on=obs["local_date"].iloc[30] + pd.to_timedelta(np.arange(40), "D")
    )
    ax = hs.plots.ledger(
        hs.stats.ledger(obs, changes=table), ax=Figure(figsize=(8, 8)).subplots()
    )

    assert len(ax.get_yticks()) == hs.plots.ledger.__globals__["MAX_ROWS"]
    assert "more are not drawn" in caption(ax)


def test_nothing_tried_is_said():
    ax = hs.plots.ledger(
        hs.stats.ledger(history().drop(columns="change_shorter_stride")),
        ax=Figure().subplots(),
    )

    assert title(ax) == "Nothing was tried in this history"


def test_a_refused_answer_has_no_lags_and_says_so():
    refused = hs.stats.refusal(
        "Does it?", ValueError("too few"), unit="points", n_rows=3
    )
    ax = hs.plots.lags(refused, ax=Figure().subplots())

    assert "no run before and after" in " ".join(ax.texts[0].get_text().split())


def test_a_trial_without_enough_ratings_has_no_answer_yet():
    ax = hs.plots.trial(trial_runs().head(2), drawn(), ax=Figure().subplots())

    assert "has no answer yet" in title(ax)


def test_the_calendar_takes_the_worst_rating_of_a_day():
    table = pd.DataFrame(
        {
            "local_date": ["2026-01-05", "2026-01-05", "2026-01-07"],
            "pain_after_0_10": [2.0, 6.0, np.nan],
        }
    )

    days = hs.plots.get_plot_data(hs.plots.calendar, table)

    assert days["part"].tolist() == ["rated day", "run day without a rating"]
    assert days["pain_0_10"].tolist()[0] == 6
    assert days["n_runs"].tolist() == [2, 1]


def test_a_calendar_puts_monday_on_top_and_weeks_side_by_side():
    table = pd.DataFrame(
        {
            # A Monday, the Sunday of that week, and the Monday after.
            "local_date": ["2026-01-05", "2026-01-11", "2026-01-12"],
            "pain_after_0_10": [1.0, 2.0, 3.0],
        }
    )
    ax = hs.plots.calendar(table, ax=Figure().subplots())
    (image,) = ax.images
    grid = np.ma.filled(image.get_array(), np.nan)

    assert grid.shape == (7, 2)
    assert grid[0].tolist() == [1, 3]
    assert grid[6, 0] == 2


def test_the_counterfactual_of_a_change_is_dashed_and_after_it():
    ax = draw("change")
    table = hs.plots.get_plot_data(ax)
    without = table[table["part"] == "without the change"]
    (line,) = [
        one
        for one in ax.lines
        if str(one.get_label()).startswith("the trend of before")
    ]

    assert line.get_linestyle() == "--"
    assert np.allclose(line.get_ydata(), without["points"])
    assert without["at"].min() >= pd.Timestamp("2025-05-26")


def test_drift_is_told_relative_to_the_first_third():
    table = hs.plots.get_plot_data(draw("drift")).set_index("part")
    speed = table.loc["speed_mps"]

    assert speed["change_pct"] == pytest.approx(
        100 * (speed["last_third"] / speed["first_third"] - 1)
    )


def test_paces_are_in_miles_where_asked(monkeypatch: pytest.MonkeyPatch):
    assert "min/mi" in draw("step_length_vs_speed", units="mi").get_xlabel()
    monkeypatch.setenv("HIPSTRIDE_UNITS", "mi")

    assert "min/mi" in draw("step_length_vs_speed").get_xlabel()
    assert "min/mi" in draw("splits").get_ylabel()


@pytest.mark.parametrize("name", ["stride_vs_pain", "change"])
def test_an_answer_about_other_ratings_is_refused(name: str):
    other = hs.stats.association(history(), "pain_next_morning_0_10")

    with pytest.raises(TableError, match="expected one about pain_after_0_10"):
        draw(name, result=other)


def test_the_answer_of_a_change_is_no_slope_against_the_stride():
    result = hs.stats.dated_change(history(), "shorter stride")

    with pytest.raises(TableError, match="expected points per step length"):
        draw("stride_vs_pain", result=result)


@pytest.mark.parametrize("name", ["timeline", "calendar", "change"])
def test_a_rating_that_the_scale_does_not_have_is_refused(name: str):
    obs = history().assign(pain_after_0_10=55.0)
    args = (obs, "shorter stride") if name == "change" else (obs,)

    with pytest.raises(TableError, match="holds 55"):
        getattr(hs.plots, name)(*args, ax=Figure().subplots())


@pytest.mark.parametrize("name", ["splits", "drift", "step_length_vs_speed"])
def test_units_that_are_none_are_refused(name: str):
    with pytest.raises(ValueError, match="units: found 'miles'; expected 'km' or 'mi'"):
        draw(name, units="miles")


def test_one_run_without_a_date_leaves_the_course_at_the_day_of_the_change():
    obs = history().tail(120).reset_index(drop=True)
    undated = obs.copy()
    undated.loc[3, "local_date"] = pd.NaT

    def first_day_after(table: pd.DataFrame) -> object:
        data = hs.plots.get_plot_data(hs.plots.change, table, "shorter stride")
        return data.loc[data["part"] == "without the change", "at"].min()

    assert first_day_after(undated) == first_day_after(obs)


def test_one_run_without_a_date_leaves_the_smoothed_stride():
    obs = history().copy()
    obs.loc[3, ["local_date", "day"]] = [pd.NaT, np.nan]
    parts = hs.plots.get_plot_data(hs.plots.timeline, obs)["part"]

    assert "stride smoothed over a week" in set(parts)


def test_dollars_of_a_label_are_no_formula():
    obs = history().assign(**{"change_pay $5 then $6": 1.0, r"change_$\frac{$": 1.0})
    ax = hs.plots.timeline(obs, ax=Figure(figsize=(8, 5)).subplots())
    ax.get_figure(root=True).savefig(io.BytesIO(), format="svg")
    ax = hs.plots.step_length_vs_speed(obs, ax=Figure(figsize=(8, 5)).subplots())
    ax.get_figure(root=True).savefig(io.BytesIO(), format="svg")

    assert not any(text.get_parse_math() for text in ax.findobj(Text))


def test_a_full_stop_in_a_cue_does_not_end_the_title():
    result = replace(
        association(),
        verdict='On the runs of "Dr. No\'s cue" pain was lower. More is not said.',
    )

    assert title(draw("timeline", result=result)) == (
        'On the runs of "Dr. No\'s cue" pain was lower.'
    )


def test_a_change_that_ended_is_compared_with_the_runs_that_had_it():
    n = 9
    obs = pd.DataFrame(
        {
            "day": np.arange(n),
            "pain_after_0_10": [5.0] * 3 + [1.0] * 3 + [9.0] * 3,
            "change_cue": [0.0] * 3 + [1.0] * 3 + [0.0] * 3,
        }
    )

    assert title(hs.plots.timeline(obs, ax=Figure().subplots())) == (
        "Pain after the run: mean 5.0 before “cue” and 1.0 with it, net of nothing"
    )


def test_an_interval_that_goes_on_beyond_the_picture_has_an_arrow():
    table = hs.gait.drift(CASES["drift"]()[0][0])
    table.loc[table["measure"] == "vertical_ratio_pct", "change_high"] = 1e3
    ax = hs.plots.drift(table, ax=Figure(figsize=(8, 5)).subplots())

    assert [line for line in ax.lines if line.get_marker() == ">"]
