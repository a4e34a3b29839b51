"""The picture of the splits, tested through the numbers on its axes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import hipstride as hs
from hipstride.errors import TableError
from hipstride.plots import splits
from hipstride.plots._split_words import caption_of, title_of
from hipstride.plots._style import BLUE, VERMILION
from runbuild import recording, samples

MILE = 1609.344
LATER = " at the end at the same speed"


def table(lasted_s, *, metres=MILE, rest_m=0.0, **columns):
    lasted_s = np.asarray(lasted_s, dtype=float)
    far = np.full(len(lasted_s), metres)
    if rest_m:
        far[-1] = rest_m
    values = {
        "split": np.arange(1, len(far) + 1),
        "duration_s": lasted_s,
        "distance_m": far,
        "cadence_spm": 170.0,
        "step_length_m": 60 * far / lasted_s / 170.0,
        "stride_deviation_pct": np.nan,
        "running_fraction": 1.0,
        "is_whole": far == metres,
        **columns,
    }
    return pd.DataFrame(values, index=range(len(far)))


def drawn(frame, *, units="mi", size=(6.0, 6.4)) -> Axes:
    ax = splits(frame, units=units, ax=Figure(figsize=size).subplots())
    ax.figure.canvas.draw()
    return ax


def panels(ax: Axes) -> list[Axes]:
    return list(ax.figure.axes)


def texts(ax: Axes) -> list[str]:
    return [one.get_text() for one in ax.texts if one.get_text()]


def test_every_split_is_a_step_at_its_pace_and_as_wide_as_it_is_long():
    ax = drawn(table([581, 570, 552, 120], rest_m=400))

    heights = [line.get_ydata()[0] for line in ax.lines]
    assert heights == pytest.approx([581, 570, 552, 120 * MILE / 400])
    edges = [tuple(line.get_xdata()) for line in ax.lines]
    assert edges[0] == pytest.approx((0, 1))
    assert all(a[1] == b[0] for a, b in pairwise(edges))


def test_fast_is_up():
    low, high = drawn(table([581, 570, 552])).get_ylim()

    assert low > high


def test_the_paces_are_written_over_the_steps():
    assert texts(drawn(table([581, 570, 552])))[:3] == ["9:41", "9:30", "9:12"]


def test_step_length_and_cadence_stand_beneath():
    ax = drawn(table([581, 570]))

    pace, step, cadence = panels(ax)
    assert pace is ax
    assert step.lines[0].get_ydata() == pytest.approx(
        [60 * MILE / 581 / 170, 60 * MILE / 570 / 170]
    )
    assert cadence.lines[0].get_ydata() == pytest.approx([170, 170])
    assert cadence.get_xlabel() == "distance [mi]"


def test_colour_and_shape_tell_longer_from_shorter():
    ax = drawn(table([581, 570, 552], stride_deviation_pct=[2.5, 0.3, -3.1]))

    step = panels(ax)[1]
    marks = {to_hex(one.get_facecolor()[0]).upper(): one for one in step.collections}
    assert marks[VERMILION].get_offsets()[0][0] == pytest.approx(0.5)
    assert marks[BLUE].get_offsets()[0][0] == pytest.approx(2.5)
    shapes = {len(one.get_paths()[0].vertices) for one in step.collections}
    assert len(shapes) > 1
    assert "+2.5 %" in " ".join(texts(step))


def test_without_a_curve_there_is_no_legend():
    assert panels(drawn(table([581, 570])))[1].get_legend() is None


def test_without_cadence_only_the_pace_is_drawn():
    ax = drawn(table([581, 570], cadence_spm=np.nan, step_length_m=np.nan))

    assert panels(ax) == [ax]
    assert "No cadence, so no steps." in texts(ax)[-1]


def test_a_walked_split_does_not_press_the_others_flat():
    ax = drawn(table([570, 565, 1300, 560]))

    assert ax.lines[2].get_ydata()[0] < 1000
    assert "21:40" in texts(ax)


def test_without_distance_the_time_is_the_axis():
    ax = drawn(table([600, 600], distance_m=np.nan))

    assert "no distance, so no pace" in texts(ax)[0]
    assert panels(ax)[-1].get_xlabel() == "time without pauses [min]"


@pytest.mark.parametrize("count", [0, 1, 2, 26, 100])
def test_any_number_of_splits_is_drawn(count: int):
    ax = drawn(table(np.linspace(560, 600, count)))

    assert len(ax.lines) == count


def test_many_splits_carry_no_numbers():
    few = drawn(table(np.full(100, 570.0)))

    assert not [words for words in texts(few) if words == "9:30"]


def test_a_narrow_figure_wraps_its_words():
    ax = drawn(table([581, 570, 552]), size=(3.2, 5.0))

    width = ax.bbox.width
    title = ax.title if ax.get_title() else ax._left_title
    assert title.get_window_extent().width <= 1.25 * width


def test_a_recording_is_cut_into_the_units():
    frame = samples(1201).assign(distance_m=3.0 * np.arange(1201.0))
    run = recording(frame, hours=2)

    ax = splits(run, units="km", ax=Figure().subplots())

    assert [line.get_ydata()[0] for line in ax.lines] == pytest.approx([1000 / 3] * 4)
    assert "2026-09-01" in texts(ax)[-1]


def test_only_the_axes_given_are_drawn_on():
    figure = Figure(figsize=(8, 6))
    other, mine = figure.subplots(1, 2)

    splits(table([581, 570]), ax=mine)

    assert not other.lines
    assert not other.texts
    assert not other.get_title(loc="left")


def test_the_table_given_is_not_changed():
    frame = table([581, 570])
    before = frame.copy()

    drawn(frame)

    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    ("frame", "title"),
    [
        (table([581]), "Mile 1 in 9:41"),
        (table([581, 570]), "Miles 1 and 2 in 9:41, 9:30"),
        (table([290, 300], metres=1000.0), "Kilometres 1 and 2 in 4:50, 5:00"),
        (table([96, 97], metres=400.0), "Splits 1 and 2 in 1:36, 1:37"),
        (
            table([581, 570, 552], stride_deviation_pct=[0.5, 0, -1.6]),
            f"Miles 1 to 3 in 9:41, 9:30, 9:12; steps 2 % shorter{LATER}",
        ),
        (
            table([570, 570, 570], step_length_m=[1.0, 1.0, 1.03]),
            "Miles 1 to 3 in 9:30, 9:30, 9:30; steps 3 % longer at the end",
        ),
        (
            table([570, 570], stride_deviation_pct=[1.0, 1.1]),
            "Miles 1 and 2 in 9:30, 9:30; steps unchanged to the end at the same speed",
        ),
        (table([570] * 5 + [600] * 5), "Miles 1 to 10 in 9:30 to 10:00 each"),
        (table([120], rest_m=400), "0.25 mi in 2:00"),
    ],
)
def test_the_title_states_the_finding(frame, title):
    assert title_of(frame, "mi") == title


def test_the_caption_tells_n_totals_and_what_was_walked():
    words = caption_of(
        table([600, 600], running_fraction=[1.0, 0.9]), "mi", pd.Timestamp("2026-09-01")
    )

    assert words == (
        "2 splits, 2026-09-01, 2.00 mi in 20:00 without pauses. 1:00 of it walked or "
        "stood."
    )


def test_wrong_units_and_columns_are_refused():
    with pytest.raises(ValueError, match="found 'miles'; expected 'km' or 'mi'"):
        splits(table([600]), units="miles")
    with pytest.raises(TableError, match="'distance_m' is missing"):
        splits(table([600]).drop(columns="distance_m"))


def test_a_simulated_run_is_drawn_without_a_figure_given():
    history = hs.simulate.history(hs.simulate.Runner(), n_runs=2, seed=1)
    run = next(hs.simulate.recordings(history, duration_s=1500))

    assert hs.plots.splits(run).get_ylabel() == "pace\n[min/km]"
