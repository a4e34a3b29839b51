"""The calendar of pain, tested through the numbers on its axes."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import hipstride as hs
from hipstride.errors import TableError
from hipstride.plots._calendar_shades import SHADES, number_color


def table(*days: tuple[str, float]) -> pd.DataFrame:
    return pd.DataFrame(days, columns=["local_date", "pain_after_0_10"])


def daily(start: str, n: int, pain: float = 4.0) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "local_date": pd.date_range(start, periods=n, freq="D"),
            "pain_after_0_10": pain,
        }
    )


def axes(width_in: float = 8.0, height_in: float = 5.0) -> Axes:
    return Figure(figsize=(width_in, height_in)).subplots()


def drawn(ax: Axes) -> Axes:
    FigureCanvasAgg(ax.figure).draw()
    return ax


def grid_of(ax: Axes) -> np.ndarray:
    (image,) = ax.images
    return np.ma.filled(image.get_array(), np.nan)


def caption(ax: Axes) -> str:
    notes = [text for text in ax.texts if getattr(text, "xy", None) == (0, 1)]
    return " ".join(notes[-1].get_text().split())


def title(ax: Axes) -> str:
    return " ".join(ax.get_title(loc="left").split())


def collection(ax: Axes, label: str):
    return next(c for c in ax.collections if c.get_label() == label)


# 2026-01-05 is a Monday.
WEEK = ("2026-01-05", "2026-01-11")


def test_weeks_go_across_and_weekdays_down():
    ax = drawn(
        hs.plots.calendar(
            table((WEEK[0], 1), (WEEK[1], 2), ("2026-01-12", 3)), ax=axes()
        )
    )

    grid = grid_of(ax)
    assert grid.shape == (7, 2)
    assert (grid[0, 0], grid[6, 0], grid[0, 1]) == (1, 2, 3)
    assert np.isfinite(grid).sum() == 3


def test_the_shades_drawn_are_the_numbers_kept():
    rng = np.random.default_rng(1)
    obs = daily("2026-01-01", 200).assign(pain_after_0_10=rng.integers(0, 11, 200))
    ax = drawn(hs.plots.calendar(obs, ax=axes()))
    kept = hs.plots.get_plot_data(ax)

    drawn_cells = grid_of(ax)
    assert sorted(drawn_cells[np.isfinite(drawn_cells)]) == sorted(kept["pain_0_10"])
    assert kept["local_date"].tolist() == obs["local_date"].tolist()


def test_the_worst_rating_of_a_day_wins_and_the_caption_says_so():
    ax = drawn(hs.plots.calendar(table((WEEK[0], 2), (WEEK[0], 6)), ax=axes()))

    assert grid_of(ax)[0, 0] == 6
    assert hs.plots.get_plot_data(ax)["n_runs"].tolist() == [2]
    assert "The worst rating of a day counts." in caption(ax)


def test_a_run_without_a_rating_is_framed_and_a_day_without_a_run_dotted():
    ax = drawn(
        hs.plots.calendar(
            table((WEEK[0], 1), ("2026-01-07", np.nan), ("2026-01-09", 2)), ax=axes()
        )
    )
    (frame,) = collection(ax, "run, no rating").get_paths()
    dots = collection(ax, "day without a run").get_offsets()

    # Wednesday is the third row; Tuesday and Thursday have no run.
    assert frame.vertices.mean(axis=0).round().tolist() == [0, 2]
    assert dots.tolist() == [[0, 1], [0, 3]]
    assert np.isnan(grid_of(ax)[2, 0])


def test_each_year_has_a_band_of_its_own():
    ax = drawn(hs.plots.calendar(table(("2025-12-29", 1), (WEEK[0], 2)), ax=axes()))
    grid = grid_of(ax)

    # Seven rows, two empty ones, seven rows; both are Mondays.
    assert grid.shape[0] == 16
    assert grid[0][np.isfinite(grid[0])].tolist() == [1]
    assert grid[9][np.isfinite(grid[9])].tolist() == [2]


@pytest.mark.parametrize("width_in", [8.0, 3.6])
def test_ten_years_are_ten_labelled_bands(width_in: float):
    ax = drawn(hs.plots.calendar(daily("2017-01-01", 3650), ax=axes(width_in)))
    names = [label.get_text() for label in ax.get_yticklabels()]

    assert names == [str(year) for year in range(2017, 2027)]
    assert np.isfinite(grid_of(ax)).sum() == 3650


def test_every_day_of_a_leap_year_that_begins_on_a_sunday_has_a_place():
    # 2012: its 31st of December lies in the 54th week.
    obs = pd.concat([daily("2012-01-01", 366), daily("2013-01-01", 1)])
    ax = drawn(hs.plots.calendar(obs, ax=axes()))

    assert np.isfinite(grid_of(ax)).sum() == 367


def test_ratings_are_written_where_there_is_room_and_only_there():
    few = drawn(hs.plots.calendar(daily("2026-01-05", 56), ax=axes()))
    many = drawn(hs.plots.calendar(daily("2017-01-01", 3650), ax=axes()))

    assert [text.get_text() for text in few.texts].count("4") == 56
    assert not [text for text in many.texts if text.get_text() == "4"]


def test_a_number_can_be_read_on_its_shade():
    """The contrast of WCAG 2.1, of at least 4 to 1."""
    for pain in range(11):
        ink, ground = (_luminance(c) for c in (number_color(pain), SHADES(pain)))
        bright, dark = max(ink, ground), min(ink, ground)

        assert (bright + 0.05) / (dark + 0.05) >= 4


def test_more_pain_is_darker_so_that_grey_reads_the_same():
    shades = [_luminance(SHADES(pain)) for pain in range(11)]

    assert np.all(np.diff(shades) < -0.01)
    # A day without pain is not taken for an empty one.
    assert shades[0] < 0.8


def _luminance(color: object) -> float:
    rgb = np.array(mpl.colors.to_rgb(color))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_the_title_is_computed_from_the_days_and_the_caption_has_n_and_dates():
    ax = hs.plots.calendar(
        table((WEEK[0], 0), ("2026-01-06", 4), (WEEK[1], np.nan)), ax=axes()
    )

    assert title(ax) == (
        "Pain after the run: mean 2.0 over 2 rated days, 1 of them without pain"
    )
    assert caption(ax).startswith(
        "3 runs on 3 days, 2026-01-05 to 2026-01-11; 1 run day without a rating."
    )


def test_a_day_is_no_wider_for_standing_alone():
    ax = drawn(hs.plots.calendar(table((WEEK[0], 5)), ax=axes()))
    low, high = ax.get_xlim()

    assert high - low > 13


def test_a_history_within_one_month_still_names_it():
    ax = hs.plots.calendar(daily("2026-02-10", 12), ax=axes())

    assert [label.get_text() for label in ax.get_xticklabels()] == ["Feb"]


@pytest.mark.parametrize(
    ("width_in", "height_in"), [(8.0, 5.0), (3.6, 5.0), (8.0, 3.0), (8.0, 9.0)]
)
@pytest.mark.parametrize("n", [60, 700, 3650])
def test_the_legend_lies_beneath_the_months(width_in: float, height_in: float, n: int):
    ax = drawn(hs.plots.calendar(daily("2017-01-01", n), ax=axes(width_in, height_in)))
    renderer = ax.figure.canvas.get_renderer()
    legend = ax.get_legend().get_window_extent(renderer)
    months = [label.get_window_extent(renderer) for label in ax.get_xticklabels()]

    assert legend.y1 <= min(box.y0 for box in months) + 1


@pytest.mark.parametrize("n", [1, 700, 3650])
def test_months_and_legend_stay_within_a_figure_of_our_own(n: int):
    ax = drawn(hs.plots.calendar(daily("2017-01-01", n)))
    legend = ax.get_legend().get_window_extent(ax.figure.canvas.get_renderer())

    assert legend.y0 >= 0


def test_no_rated_day_is_said_in_the_title():
    ax = drawn(hs.plots.calendar(daily("2026-01-05", 9, np.nan), ax=axes()))

    assert title(ax) == "Pain after the run: no day was rated"
    assert len(collection(ax, "run, no rating").get_paths()) == 9


def test_an_empty_table_says_so():
    ax = drawn(hs.plots.calendar(daily("2026-01-05", 0), ax=axes()))

    assert "There is no dated run" in " ".join(t.get_text() for t in ax.texts)
    assert hs.plots.get_plot_data(ax).empty


def test_runs_without_a_date_are_counted():
    obs = table((WEEK[0], 3), (None, 5))
    ax = drawn(hs.plots.calendar(obs, ax=axes()))

    assert "1 without a date not drawn." in caption(ax)


def test_a_table_without_dates_is_refused_with_the_column_s_name():
    obs = pd.DataFrame({"day": [0.0], "pain_after_0_10": [3.0]})

    with pytest.raises(TableError, match="found no column 'local_date'"):
        hs.plots.calendar(obs, ax=axes())


def test_the_table_is_not_changed():
    obs = daily("2026-01-05", 9)
    copy = obs.copy(deep=True)
    hs.plots.calendar(obs, ax=axes())

    pd.testing.assert_frame_equal(obs, copy)


def test_half_a_point_is_written_as_it_was_rated():
    table = pd.DataFrame({"local_date": ["2026-01-05"], "pain_after_0_10": [4.5]})
    ax = hs.plots.calendar(table, ax=Figure(figsize=(8, 5)).subplots())

    assert "4.5" in [text.get_text() for text in ax.texts]
