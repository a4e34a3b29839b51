"""The plot of a randomised trial, tested through the numbers on its axes."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import hipstride as hs
from hipstride.errors import NotEnoughDataError, TableError
from hipstride.plots._trial_marks import arms_of

FIRST = dt.date(2026, 12, 1)


def lot(kind: str = "alternation", n_units: int = 40, **more) -> hs.stats.Schedule:
    design = hs.stats.TrialDesign(
        kind=kind,
        n_units=n_units,
        started_on=FIRST,
        unit="run" if kind == "alternation" else "day",
        **{"stride_goal_pct": None, "covariates": (), **more},
    )
    return hs.stats.draw(design, seed=7, drawn_on=FIRST)


def ratings(schedule: hs.stats.Schedule, n: int | None = None) -> pd.DataFrame:
    """A run every second day; two points less with the tested cue."""
    arm = np.array(schedule.schedule)[:n]
    noise = np.random.default_rng(1).normal(0, 1, len(arm))
    return pd.DataFrame(
        {
            "local_date": pd.date_range(f"{FIRST}", periods=len(arm), freq="2D"),
            "pain_after_0_10": np.round(5 - 2 * arm + noise),
        }
    )


@pytest.fixture(scope="module")
def drawn_lot() -> hs.stats.Schedule:
    return lot()


@pytest.fixture(scope="module")
def answer(drawn_lot) -> hs.Result:
    return hs.stats.trial(ratings(drawn_lot), drawn_lot, n_draws=4999)


def axes(width_in: float = 8.0) -> Axes:
    return Figure(figsize=(width_in, 5)).subplots()


def drawn(ax: Axes) -> Axes:
    FigureCanvasAgg(ax.figure).draw()
    return ax


def by_part(ax: Axes, part: str) -> pd.DataFrame:
    table = hs.plots.get_plot_data(ax)
    return table[table["part"] == part]


def caption(ax: Axes) -> str:
    notes = [text for text in ax.texts if getattr(text, "xy", None) == (0, 1)]
    return " ".join(notes[-1].get_text().split())


def title(ax: Axes) -> str:
    return " ".join(ax.get_title(loc="left").split())


def line(ax: Axes, label: str):
    return next(one for one in ax.lines if one.get_label() == label)


def test_each_run_stands_at_its_place_of_the_schedule_by_colour_and_shape(
    drawn_lot, answer
):
    obs = ratings(drawn_lot)
    ax = drawn(hs.plots.trial(obs, drawn_lot, result=answer, ax=axes()))
    tested, control = [c for c in ax.collections if "“" in str(c.get_label())]
    arm = np.array(drawn_lot.schedule)

    for marks, chosen in ((tested, arm == 1), (control, arm == 0)):
        np.testing.assert_array_equal(
            marks.get_offsets(),
            np.column_stack([np.arange(1, 41)[chosen], obs["pain_after_0_10"][chosen]]),
        )
    assert not np.array_equal(tested.get_edgecolor(), control.get_edgecolor())
    assert len(tested.get_paths()[0].vertices) != len(control.get_paths()[0].vertices)


def test_the_numbers_kept_are_those_drawn(drawn_lot, answer):
    obs = ratings(drawn_lot)
    ax = hs.plots.trial(obs, drawn_lot, result=answer, ax=axes())
    arm = np.array(drawn_lot.schedule)
    tested = by_part(ax, "tested cue")
    difference = by_part(ax, "difference").iloc[0]

    assert tested["pain_0_10"].tolist() == obs["pain_after_0_10"][arm == 1].tolist()
    assert tested["unit"].tolist() == (np.flatnonzero(arm) + 1).tolist()
    assert tuple(difference[["points", "low", "high"]]) == (
        answer.estimate,
        answer.low,
        answer.high,
    )


def test_the_mean_of_each_cue_has_the_interval_of_student():
    runs = pd.DataFrame(
        {
            "local_date": pd.to_datetime(["2026-12-01"] * 5),
            "unit": [1, 2, 3, 4, 5],
            "arm": [1, 1, 1, 0, 0],
            "pain": [1.0, 2.0, 3.0, 4.0, 4.0],
        }
    )
    tested, control = arms_of(runs, lot().design, "pain", level=0.95)

    # The 0.975 quantile of Student with 2 degrees of freedom is 4.3027.
    half = 4.302653 / math.sqrt(3)
    assert (tested.mean, control.mean) == (2, 4)
    assert (tested.low, tested.high) == pytest.approx((2 - half, 2 + half))
    assert (control.low, control.high) == (4, 4)


def test_a_single_run_of_a_cue_has_a_mean_and_no_interval():
    runs = pd.DataFrame(
        {
            "local_date": pd.to_datetime(["2026-12-01"]),
            "unit": [1],
            "arm": [1],
            "pain": [3.0],
        }
    )
    tested, control = arms_of(runs, lot().design, "pain", level=0.95)

    assert tested.mean == 3
    assert math.isnan(tested.low)
    assert math.isnan(control.mean)


def test_two_runs_of_one_day_stand_side_by_side():
    runs = pd.DataFrame(
        {
            "local_date": pd.to_datetime(["2026-12-01"] * 2),
            "unit": [1, 1],
            "arm": [1, 1],
            "pain": [3.0, 3.0],
        }
    )

    assert arms_of(runs, lot().design, "pain", level=0.95)[0].places.tolist() == [
        1.0,
        1.25,
    ]


def test_the_stretches_of_the_tested_cue_are_shaded():
    schedule = lot("block_pairs", 48)
    obs = ratings(schedule).assign(
        local_date=pd.date_range(f"{FIRST}", periods=48, freq="D")
    )
    found = hs.stats.trial(obs, schedule, n_draws=4999)
    ax = drawn(hs.plots.trial(obs, schedule, result=found, ax=axes()))
    blocks = [
        (path.vertices[:, 0].min(), path.vertices[:, 0].max())
        for path in ax.collections[0].get_paths()
    ]
    shaded = np.zeros(48, dtype=int)
    for first, last in blocks:
        shaded[int(first + 0.5) - 1 : int(last - 0.5)] = 1

    assert shaded.tolist() == list(schedule.schedule)
    # Blocks of 3 days, so that stretches are 3 or 6 days long.
    assert {last - first for first, last in blocks} <= {3.0, 6.0}


def test_unrated_runs_and_units_without_a_run_are_ticks_of_two_kinds(drawn_lot):
    obs = ratings(drawn_lot, n=36)
    obs.loc[[4, 9], "pain_after_0_10"] = np.nan
    ax = drawn(hs.plots.trial(obs, drawn_lot, ax=axes()))

    assert line(ax, "not rated").get_xdata().tolist() == [5, 10]
    assert line(ax, "no such run yet").get_xdata().tolist() == [37, 38, 39, 40]
    assert (
        line(ax, "not rated").get_marker() != line(ax, "no such run yet").get_marker()
    )


def test_beneath_stands_the_difference_with_its_interval(drawn_lot, answer):
    obs = ratings(drawn_lot)
    ax = drawn(hs.plots.trial(obs, drawn_lot, result=answer, ax=axes()))
    panel = ax.figure.axes[1]
    ends = [tuple(one.get_xdata()) for one in panel.lines]

    assert (answer.low, answer.high) in ends
    assert (answer.estimate,) in ends


def test_the_title_is_the_verdict_s_and_the_caption_has_n_dates_interval_and_p(
    drawn_lot, answer
):
    obs = ratings(drawn_lot)
    ax = hs.plots.trial(obs, drawn_lot, result=answer, ax=axes())

    assert (
        answer.verdict.replace('"shorter stride"', "“shorter stride”")
        .replace('"relax the hands"', "“relax the hands”")
        .startswith(title(ax))
    )
    assert "40 rated of 40 runs, 2026-12-01 to 2027-02-17" in caption(ax)
    assert f"interval {answer.low:+.2f} to {answer.high:+.2f}, p " in caption(ax)


def test_an_answer_at_hand_is_not_computed_again(drawn_lot, answer, monkeypatch):
    def refuse(*_: object) -> None:
        pytest.fail("computed again")

    monkeypatch.setitem(hs.plots.trial.__globals__, "analyse", refuse)
    ax = hs.plots.trial(ratings(drawn_lot), drawn_lot, result=answer, ax=axes())

    assert title(ax)


@pytest.mark.parametrize("width_in", [8.0, 3.6])
def test_a_trial_in_its_first_week_shows_its_runs_and_what_is_missing(
    drawn_lot, width_in
):
    ax = drawn(hs.plots.trial(ratings(drawn_lot, n=5), drawn_lot, ax=axes(width_in)))
    reason = next(text for text in ax.texts if "cannot answer" in text.get_text())
    ten = ax.transData.transform((0, 10))[1]

    assert "The trial of “shorter stride” has no answer yet" in title(ax)
    assert len(by_part(ax, "tested cue")) + len(by_part(ax, "control")) == 5
    assert reason.get_window_extent(ax.figure.canvas.get_renderer()).y0 > ten


@pytest.mark.parametrize("n", [0, 1])
def test_hardly_any_runs_leave_the_plot_standing(drawn_lot, n):
    ax = drawn(hs.plots.trial(ratings(drawn_lot).head(n), drawn_lot, ax=axes()))

    assert "has no answer yet" in title(ax)
    assert f"of {n} run" in caption(ax)


def test_runs_without_any_rating_are_ticks_alone(drawn_lot):
    obs = ratings(drawn_lot).assign(pain_after_0_10=np.nan)
    ax = drawn(hs.plots.trial(obs, drawn_lot, ax=axes()))

    assert len(line(ax, "not rated").get_xdata()) == 40
    assert "0 rated of 40 runs" in caption(ax)


def test_an_answer_that_is_a_refusal_shows_the_runs(drawn_lot):
    why = NotEnoughDataError("rated runs", needed=8, got=3)
    refused = hs.stats.refusal("Does it?", why, unit="points", n_rows=3)
    obs = ratings(drawn_lot, n=3)
    ax = drawn(hs.plots.trial(obs, drawn_lot, result=refused, ax=axes()))
    said = " ".join(" ".join(text.get_text() for text in ax.texts).split())

    assert "cannot answer the question: not enough rated runs" in said
    assert len(hs.plots.get_plot_data(ax)) == 5


def test_without_dates_no_run_can_be_joined_and_the_error_names_the_column(drawn_lot):
    obs = ratings(drawn_lot).drop(columns="local_date").assign(day=range(40))

    with pytest.raises(TableError, match="found no column 'local_date'"):
        hs.plots.trial(obs, drawn_lot, ax=axes())


@pytest.mark.parametrize("width_in", [8.0, 3.6])
def test_cues_of_300_characters_or_any_signs_stay_short(width_in):
    schedule = lot(
        arm="<script>alert(1)</script> " + "very " * 60,
        control="$x^{2 \u05e9\u05dc\u05d5\u05dd \u202e \N{RUNNER}",
    )
    obs = ratings(schedule)
    ax = drawn(hs.plots.trial(obs, schedule, ax=axes(width_in)))
    legend = [text.get_text() for text in ax.get_legend().get_texts()]

    assert max(map(len, legend)) <= 40
    assert len(title(ax)) < 250
    assert len(caption(ax)) < 500
    assert "\u202e" not in title(ax) + caption(ax) + "".join(legend)
