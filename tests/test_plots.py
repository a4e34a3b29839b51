"""Plots, tested through the numbers on their axes."""

from __future__ import annotations

import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure

import hipstride as hs
from hipstride.errors import TableError
from hipstride.plots._style import BLUE, VERMILION
from hipstride.plots._table import change_columns
from hipstride.plots._words import safe_label
from hipstride.tables import OBSERVATIONS, Result

HARD_LABELS = [
    "change_<script>alert(1)</script>",
    "change_$x^{2",
    "change_\N{GRINNING FACE}\N{RUNNER}\N{HAMSTER FACE}",
    "change_" + "very " * 60,
    "change_two\nlines\tand_tabs",
]


def observations(n: int = 40, **columns: object) -> pd.DataFrame:
    """A small table with a known shape: a run every second day, a cue half-way."""
    rng = np.random.default_rng(3)
    day = 2.0 * np.arange(n)
    local_date = pd.Timestamp("2026-03-01") + pd.to_timedelta(day, unit="D")
    cue = (np.arange(n) >= n // 2).astype(float)
    deviation = rng.normal(0, 1.5, n) - 3 * cue
    speed = np.exp(rng.normal(np.log(3), 0.08, n))
    at_ref = 1.05 * np.exp(deviation / 100)
    table = pd.DataFrame(
        {
            "run_id": [f"run{i:03d}" for i in range(n)],
            "local_date": local_date.as_unit("us"),
            "is_treadmill": np.arange(n) % 8 == 5,
            "mean_speed_mps": speed,
            "mean_step_length_m": at_ref * (speed / 2.9) ** 0.85,
            "step_length_at_ref_speed_m": at_ref,
            "stride_deviation_pct": deviation,
            "pain_after_0_10": np.clip(np.round(4 + 0.4 * deviation), 0, 10),
            "day": day,
            "change_glute_cue": cue,
        }
    )
    return table.assign(**columns)


def new_axes() -> Axes:
    return Figure(figsize=(8, 6)).subplots()


def drawn(ax: Axes) -> Axes:
    """Draw for real, so that a text or a date that cannot be drawn fails here."""
    ax.figure.canvas.draw()
    return ax


def dots(ax: Axes, label: str) -> np.ndarray:
    (found,) = [c for c in ax.collections if c.get_label() == label]
    return np.asarray(found.get_offsets())


def line(ax: Axes, label: str) -> mpl.lines.Line2D:
    return next(one for one in ax.lines if str(one.get_label()).startswith(label))


def texts(ax: Axes) -> str:
    return " ".join(text.get_text() for text in ax.texts)


def test_the_timeline_shows_each_rating_at_its_date():
    obs = observations()

    ax = drawn(hs.plots.timeline(obs, ax=new_axes()))

    road = obs[~obs["is_treadmill"]]
    np.testing.assert_allclose(
        dots(ax, "rated run"),
        np.column_stack([date2num(road["local_date"]), road["pain_after_0_10"]]),
    )
    belt = obs[obs["is_treadmill"]]
    np.testing.assert_allclose(
        dots(ax, "rated treadmill run")[:, 0], date2num(belt["local_date"])
    )


def test_the_timeline_marks_runs_without_a_rating_apart_from_pain_of_0():
    obs = observations()
    obs.loc[[2, 7], "pain_after_0_10"] = np.nan

    ax = drawn(hs.plots.timeline(obs, ax=new_axes()))

    unrated = line(ax, "run without a rating")
    np.testing.assert_allclose(
        date2num(unrated.get_xdata()), date2num(obs.loc[[2, 7], "local_date"])
    )
    assert (unrated.get_ydata() < 0).all()
    assert "38 rated of 40 runs, 2026-03-01 to 2026-05-18" in texts(ax)


def test_the_timeline_smooths_a_constant_stride_to_that_constant():
    obs = observations(stride_deviation_pct=2.5)

    ax = hs.plots.timeline(obs, ax=new_axes())

    stride_ax = ax.figure.axes[1]
    np.testing.assert_allclose(line(stride_ax, "smoothed").get_ydata(), 2.5)
    np.testing.assert_allclose(dots(stride_ax, "one run")[:, 1], 2.5)


def test_the_smoothed_line_breaks_where_nobody_ran():
    obs = observations()
    obs["day"] = obs["day"] + 100.0 * (np.arange(40) >= 20)

    ax = hs.plots.timeline(obs.drop(columns="local_date"), ax=new_axes())

    smoothed = line(ax.figure.axes[1], "smoothed")
    in_gap = (smoothed.get_xdata() > 55) & (smoothed.get_xdata() < 120)
    assert np.isnan(smoothed.get_ydata()[in_gap]).all()
    assert np.isfinite(smoothed.get_ydata()[smoothed.get_xdata() < 38]).all()


def test_a_change_is_a_bar_from_its_first_run_to_its_last():
    obs = observations(change_new_shoes=0.0)
    obs.loc[4:9, "change_new_shoes"] = 1.0

    ax = drawn(hs.plots.timeline(obs, ax=new_axes()))

    strip = ax.figure.axes[2]
    shoes = line(strip, "change_new_shoes")
    np.testing.assert_allclose(
        date2num(shoes.get_xdata()), date2num(obs["local_date"].iloc[[4, 9]])
    )
    assert texts(strip) == "new shoes glute cue"


def test_a_table_without_dates_is_drawn_over_days():
    ax = drawn(
        hs.plots.timeline(observations().drop(columns="local_date"), ax=new_axes())
    )

    assert dots(ax, "rated run")[0].tolist() == [
        0.0,
        observations()["pain_after_0_10"][0],
    ]
    assert ax.figure.axes[-1].get_xlabel() == "days since the first run"


@pytest.mark.parametrize("n", [0, 1, 2])
@pytest.mark.parametrize("kind", ["timeline", "stride_vs_pain", "step_length_vs_speed"])
def test_hardly_any_runs_leave_the_figure_standing(kind: str, n: int):
    drawn(getattr(hs.plots, kind)(observations().head(n), ax=new_axes()))


@pytest.mark.parametrize("kind", ["timeline", "stride_vs_pain"])
def test_runs_without_any_rating_leave_the_figure_standing(kind: str):
    obs = observations(pain_after_0_10=np.nan)

    ax = drawn(getattr(hs.plots, kind)(obs, ax=new_axes()))

    assert "0 rated of 40 runs" in texts(ax)


def test_500_changes_are_counted_and_the_first_six_drawn():
    n = 40
    many = {f"change_{i}": (np.arange(n) > i % 30).astype(float) for i in range(500)}
    obs = pd.concat([observations(n), pd.DataFrame(many)], axis=1)

    ax = drawn(hs.plots.timeline(obs, ax=new_axes()))
    drawn(hs.plots.step_length_vs_speed(obs, ax=new_axes()))

    assert "the first 6 changes; 495 more not drawn" in texts(ax)
    assert len(ax.figure.axes[2].texts) == 6


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("label", HARD_LABELS)
def test_a_label_of_any_signs_and_length_is_drawn_as_plain_text(label: str):
    obs = observations().rename(columns={"change_glute_cue": label})

    timeline = drawn(hs.plots.timeline(obs, ax=new_axes()))
    speed = drawn(hs.plots.step_length_vs_speed(obs, ax=new_axes()))

    words = safe_label(label.removeprefix("change_").replace("_", " "))
    assert len(words) <= 28
    assert texts(timeline.figure.axes[2]) == words
    assert words in speed.get_legend().get_texts()[0].get_text()


@given(st.text(max_size=60))
def test_any_text_becomes_one_short_line_that_the_font_can_draw(text: str):
    words = safe_label(text)

    assert len(words) <= 28
    assert len(words.splitlines()) <= 1
    assert safe_label(words) == words


def test_stride_against_pain_shows_the_partial_residuals_and_the_estimate():
    obs = observations(60)
    link = hs.stats.association(obs)

    ax = drawn(hs.plots.stride_vs_pain(obs, ax=new_axes()))

    residuals = hs.stats.partial_residuals(obs)
    np.testing.assert_allclose(
        dots(ax, "one run"),
        residuals[["stride_residual_pct", "pain_residual_points"]].to_numpy(),
    )
    estimate = line(ax, "estimate")
    np.testing.assert_allclose(
        estimate.get_ydata(), link.estimate * estimate.get_xdata()
    )


def test_a_result_at_hand_is_drawn_instead_of_computed_again(monkeypatch):
    obs = observations(60)
    link = Result(
        "Does pain after the run go with it?",
        0.5,
        "points per +1 % step length",
        0.2,
        0.8,
        0.9,
        0.01,
        60,
        0,
        "",
        1,
        "",
    )
    monkeypatch.setattr(hs.stats, "association", None)

    ax = drawn(hs.plots.stride_vs_pain(obs, result=link, ax=new_axes()))

    estimate = line(ax, "estimate")
    np.testing.assert_allclose(estimate.get_ydata(), 0.5 * estimate.get_xdata())
    assert "90 % interval +0.20 to +0.80" in " ".join(texts(ax).split())


def test_the_band_holds_the_interval_of_the_slope():
    link = Result(
        "Does pain after the run go with it?",
        0.5,
        "points per +1 % step length",
        0.2,
        0.8,
        0.95,
        0.01,
        60,
        0,
        "",
        1,
        "",
    )

    ax = hs.plots.stride_vs_pain(observations(60), result=link, ax=new_axes())

    (band,) = [c for c in ax.collections if "interval" in str(c.get_label())]
    corners = band.get_paths()[0].vertices
    right = corners[corners[:, 0] == corners[:, 0].max()]
    slopes = right[:, 1] / right[:, 0]
    assert slopes.min() == pytest.approx(0.2)
    assert slopes.max() == pytest.approx(0.8)


def test_stride_against_pain_says_why_it_is_empty():
    ax = drawn(hs.plots.stride_vs_pain(observations().head(3), ax=new_axes()))

    assert "The data cannot answer: not enough" in " ".join(texts(ax).split())
    assert not ax.collections


def test_runs_before_and_since_the_first_change_differ_in_colour_and_shape():
    obs = observations()

    ax = drawn(hs.plots.step_length_vs_speed(obs, ax=new_axes()))

    points = obs[["mean_speed_mps", "mean_step_length_m"]].to_numpy()
    before, since = ax.collections
    np.testing.assert_allclose(before.get_offsets(), points[:20])
    np.testing.assert_allclose(since.get_offsets(), points[20:])
    assert mpl.colors.to_hex(before.get_edgecolor()[0]) == BLUE.lower()
    assert mpl.colors.to_hex(since.get_facecolor()[0]) == VERMILION.lower()
    assert len(before.get_paths()[0].vertices) != len(since.get_paths()[0].vertices)


def test_without_a_change_the_runs_are_shaded_by_time():
    obs = observations().drop(columns="change_glute_cue")

    ax = drawn(hs.plots.step_length_vs_speed(obs, ax=new_axes()))

    shade = dots(ax, "one run")
    (points,) = ax.collections
    assert len(shade) == 40
    assert (np.diff(points.get_array()) > 0).all()
    assert "Pale: the first runs" in texts(ax)


def test_the_curve_gives_back_the_baseline_and_the_slope_it_was_made_with():
    obs = observations()

    ax = drawn(hs.plots.step_length_vs_speed(obs, ax=new_axes()))

    curve = line(ax, "runner's curve")
    np.testing.assert_allclose(
        curve.get_ydata(), 1.05 * (curve.get_xdata() / 2.9) ** 0.85
    )


def test_no_curve_is_drawn_where_the_table_implies_none():
    obs = observations().drop(columns="stride_deviation_pct")

    ax = drawn(hs.plots.step_length_vs_speed(obs, ax=new_axes()))

    assert not ax.lines
    assert "Curve" not in texts(ax)


def test_missing_speeds_are_left_out_and_counted():
    obs = observations()
    obs.loc[:4, "mean_speed_mps"] = np.nan

    ax = drawn(hs.plots.step_length_vs_speed(obs, ax=new_axes()))

    assert sum(len(c.get_offsets()) for c in ax.collections) == 35
    assert "35 of 40 runs with both" in texts(ax)


@pytest.mark.parametrize("outcome", ["pain_after_0_10", "pain_next_morning_0_10"])
def test_axes_are_labelled_with_units(outcome: str):
    obs = observations().rename(columns={"pain_after_0_10": outcome})

    ax = hs.plots.timeline(obs, outcome=outcome, ax=new_axes())

    assert "[0–10]" in ax.get_ylabel()
    assert "[%" in ax.figure.axes[1].get_ylabel()
    assert ax.get_title(loc="left").startswith("Pain ")


def test_a_missing_outcome_is_named():
    with pytest.raises(hs.TableError, match="column 'pain_during_0_10' is missing"):
        hs.plots.timeline(observations(), outcome="pain_during_0_10", ax=new_axes())


def test_an_outcome_of_text_is_refused():
    obs = observations(stiffness="high")

    with pytest.raises(hs.TableError, match="expected numbers"):
        hs.plots.timeline(obs, outcome="stiffness", ax=new_axes())


def test_a_whole_number_of_nullable_kind_with_gaps_is_drawn():
    pain = observations()["pain_after_0_10"].astype("Int64")
    pain[3] = pd.NA

    ax = drawn(hs.plots.timeline(observations(pain_after_0_10=pain), ax=new_axes()))

    assert "39 rated of 40 runs" in texts(ax)


def test_the_table_is_not_changed():
    obs = observations().sample(frac=1, random_state=1)
    copy = obs.copy(deep=True)

    for kind in ("timeline", "stride_vs_pain", "step_length_vs_speed"):
        getattr(hs.plots, kind)(obs, ax=new_axes())

    pd.testing.assert_frame_equal(obs, copy)


def test_without_axes_a_pyplot_figure_is_made_for_the_notebook():
    ax = hs.plots.timeline(observations())

    assert ax.figure.number in sys.modules["matplotlib.pyplot"].get_fignums()


def test_with_axes_pyplot_is_not_even_imported():
    code = (
        "import sys, pandas as pd, hipstride as hs\n"
        "from matplotlib.figure import Figure\n"
        "obs = pd.DataFrame({'day': [0.0], 'pain_after_0_10': [1.0]})\n"
        "hs.plots.timeline(obs, ax=Figure().subplots())\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 - our own


def test_changes_are_listed_in_the_order_in_which_they_begin():
    obs = observations(change_early=1.0, change_never=0.0)

    assert change_columns(obs) == ["change_early", "change_glute_cue"]


def test_a_simulated_history_is_drawn_whole():
    history = hs.simulate.history(hs.simulate.demo_runner(), n_runs=120, seed=2)
    OBSERVATIONS.check(history.observations)

    for kind in ("timeline", "stride_vs_pain", "step_length_vs_speed"):
        drawn(getattr(hs.plots, kind)(history.observations, ax=new_axes()))


@pytest.mark.parametrize(
    "days",
    [
        lambda date: date.dt.strftime("%Y-%m-%d"),
        lambda date: pd.Series(list(date.dt.date), dtype=object),
        lambda date: date.dt.tz_localize("Europe/Berlin") + pd.Timedelta(hours=12),
        lambda date: date + pd.Timedelta(hours=7),
    ],
    ids=["text", "Python dates", "instants with a zone", "times of day"],
)
def test_a_scientists_own_days_are_drawn_like_ours(days):
    obs = observations()
    own = obs.assign(local_date=days(obs["local_date"])).drop(columns="day")
    ours, theirs = (
        drawn(hs.plots.timeline(table, ax=new_axes())) for table in (obs, own)
    )

    np.testing.assert_array_equal(dots(theirs, "rated run"), dots(ours, "rated run"))
    assert texts(theirs) == texts(ours)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("local_date", "31 Feb", "'31 Feb'; expected days; write them as 2026-09-01"),
        ("local_date", 20260901, "'local_date' holds '20260901'; expected days"),
        ("is_treadmill", "yes", "'is_treadmill' holds 'yes'; expected True and False"),
        ("change_glute_cue", "on", "'change_glute_cue' holds 'on'; expected True"),
    ],
)
def test_an_own_column_of_the_wrong_kind_is_named(column, value, words):
    obs = observations(**{column: value})

    with pytest.raises(TableError, match=words):
        hs.plots.timeline(obs, ax=new_axes())


def test_numbers_kept_as_objects_are_numbers():
    obs = observations()
    pain = obs["pain_after_0_10"].astype(object)
    pain[3] = None
    ax = hs.plots.timeline(obs.assign(pain_after_0_10=pain), ax=new_axes())

    assert "39 rated of 40 runs" in texts(ax)


def test_the_timeline_says_what_the_deviations_are_counted_from():
    early = np.arange(40) < 15
    texts_of = [
        " ".join(
            texts(hs.plots.timeline(observations(**columns), ax=new_axes())).split()
        )
        for columns in (
            {"is_baseline": early},
            {"is_baseline": True, "device": ["a", "b"] * 20},
            {},
        )
    ]

    assert "Stride: % from the mean of the 15 runs up to 2026-03-29." in texts_of[0]
    assert "% from the mean of all 40 runs, devices on one scale where" in texts_of[1]
    assert "Stride:" not in texts_of[2]


def test_a_treadmill_run_of_guessed_speed_is_hollow_and_not_in_the_line():
    obs = observations()
    belt = obs["is_treadmill"]
    wild = obs["stride_deviation_pct"].mask(belt, 50.0)
    guessed = obs.assign(is_step_length_independent=~belt, stride_deviation_pct=wild)
    ax = hs.plots.timeline(guessed, ax=new_axes())
    stride = ax.figure.axes[1]

    assert len(dots(stride, "speed guessed by the watch")) == belt.sum()
    assert len(dots(stride, "one run")) == (~belt).sum()
    assert np.nanmax(line(stride, "smoothed").get_ydata()) < 10
    assert "Hollow squares beneath" in " ".join(texts(ax).split())


def test_a_guessed_speed_is_set_apart_and_shapes_no_curve():
    obs = observations()
    belt = obs["is_treadmill"]
    wild = obs["mean_step_length_m"].mask(belt, 2.0)
    guessed = obs.assign(is_step_length_independent=~belt, mean_step_length_m=wild)
    ax = drawn(hs.plots.step_length_vs_speed(guessed, ax=new_axes()))
    curve = line(ax, "runner's curve")

    assert len(dots(ax, "treadmill, speed guessed by the watch")) == belt.sum()
    np.testing.assert_allclose(
        curve.get_ydata(), 1.05 * (curve.get_xdata() / 2.9) ** 0.85
    )


def test_hollow_marks_are_told_only_where_some_are_drawn():
    obs = observations()
    belt = obs["is_treadmill"]
    none = obs["stride_deviation_pct"].mask(belt)
    table = obs.assign(is_step_length_independent=~belt, stride_deviation_pct=none)

    assert "Hollow" not in texts(hs.plots.timeline(table, ax=new_axes()))
