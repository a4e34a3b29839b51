"""The forest of all that was tried, tested through the numbers on its axes."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import hipstride as hs
from hipstride.plots._ledger_rows import answer_of
from hipstride.stats import Ledger, LedgerRow

SEEN = (-2.0, -2.8, -1.2)
RISEN = (1.5, 0.9, 2.1)
NULL = (0.1, -0.5, 0.7)
UNSURE = (-0.4, -1.9, 1.1)
REFUSED = (math.nan, math.nan, math.nan)
REASON = "Cannot tell: 4 rated runs before it began, 10 needed."


def row(
    numbers: tuple[float, float, float], label: str = "glute cue", **more
) -> LedgerRow:
    estimate, low, high = numbers
    is_told = numbers in (SEEN, RISEN, NULL)
    facts = {
        "label": label,
        "kind": "cue",
        "started_on": pd.Timestamp("2026-05-01"),
        "ended_on": None,
        "n_before": 50,
        "n_during": 50,
        "estimate": estimate,
        "low": low,
        "high": high,
        "p_value": 0.01 if math.isfinite(estimate) else math.nan,
        "p_adjusted": 0.021 if math.isfinite(estimate) else math.nan,
        "detectable_points": 1.0,
        "verdict_level": int(is_told),
        "verdict": REASON if numbers is REFUSED else "Pain was so. And so on.",
    }
    return LedgerRow(**{**facts, **more})


def book(*rows: LedgerRow, smallest: float = 1.0) -> Ledger:
    return Ledger(
        rows=rows,
        outcome="pain_after_0_10",
        smallest_effect_points=smallest,
        n=100,
        n_dropped=4,
        method="",
    )


def axes(width_in: float = 8.0, height_in: float = 5.0) -> Axes:
    return Figure(figsize=(width_in, height_in)).subplots()


def drawn(ax: Axes) -> Axes:
    FigureCanvasAgg(ax.figure).draw()
    return ax


def words(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def caption(ax: Axes) -> str:
    notes = [text for text in ax.texts if getattr(text, "xy", None) == (0, 1)]
    return " ".join(notes[-1].get_text().split())


def title(ax: Axes) -> str:
    return " ".join(ax.get_title(loc="left").split())


def marks(ax: Axes) -> dict[str, tuple[float, float]]:
    """Where each labelled mark stands."""
    return {
        str(line.get_label()): (line.get_xdata()[0], line.get_ydata()[0])
        for line in ax.lines
        if not str(line.get_label()).startswith("_")
    }


ALL = (row(SEEN), row(RISEN), row(NULL), row(UNSURE), row(REFUSED))


def test_each_estimate_stands_in_its_row_with_a_mark_of_its_own():
    ax = drawn(hs.plots.ledger(book(*ALL), ax=axes()))

    assert marks(ax) == {
        "lower": (-2.0, 0),
        "higher": (1.5, 1),
        "none": (0.1, 2),
        "cannot tell": (-0.4, 3),
    }
    assert len({line.get_marker() for line in ax.lines} - {"None"}) == 4


def test_each_bar_reaches_from_low_to_high():
    ax = drawn(hs.plots.ledger(book(*ALL), ax=axes()))
    bars = {
        line.get_ydata()[0]: tuple(line.get_xdata())
        for line in ax.lines
        if len(line.get_xdata()) == 2 and line.get_linewidth() == 2
    }

    assert bars == {0: SEEN[1:], 1: RISEN[1:], 2: NULL[1:], 3: UNSURE[1:]}


def test_the_smallest_effect_is_a_dotted_band():
    ax = drawn(hs.plots.ledger(book(*ALL, smallest=0.5), ax=axes()))
    edges = [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == ":"]

    assert edges == [-0.5, 0.5]


def test_a_null_is_said_to_be_one_beside_it_and_in_the_caption():
    ax = drawn(hs.plots.ledger(book(row(NULL), row(SEEN)), ax=axes()))

    assert "none over 1 point, adj. p = 0.02" in words(ax)
    assert "Square: no change larger than 1 point was found." in caption(ax)


@pytest.mark.parametrize("width_in", [8.0, 3.6])
def test_what_could_not_be_told_says_why_in_its_row(width_in: float):
    ax = drawn(hs.plots.ledger(book(row(SEEN), row(REFUSED)), ax=axes(width_in)))
    (reason,) = [one for one in words(ax) if "4 rated runs before it" in one]

    assert reason.startswith("4 rated runs")
    assert set(marks(ax)) == {"lower"}


@pytest.mark.parametrize("width_in", [8.0, 3.6])
def test_the_adjusted_p_stands_beside_each_estimate_at_any_width(width_in: float):
    ax = drawn(hs.plots.ledger(book(*ALL), ax=axes(width_in)))

    assert sum("adj. p = 0.02" in one for one in words(ax)) == 4


def test_the_title_of_one_thing_is_what_was_found_of_it():
    ax = hs.plots.ledger(book(row(SEEN)), ax=axes())

    assert title(ax) == "glute cue: Pain was so."


def test_the_title_of_several_counts_the_answers():
    ax = hs.plots.ledger(book(*ALL), ax=axes())

    assert title(ax) == (
        "5 tried: pain after the run lower with 1 and higher with 1, no change larger "
        "than 1 point with 1, cannot tell for 2"
    )


def test_where_nothing_can_be_told_the_title_says_so():
    ax = hs.plots.ledger(book(row(UNSURE), row(REFUSED)), ax=axes())

    assert title(ax) == "2 tried: this history cannot tell for any of them"


def test_chance_among_many_is_named_where_the_adjusted_p_does_not_exclude_it():
    ax = hs.plots.ledger(book(row(SEEN, p_adjusted=0.2), row(NULL)), ax=axes())

    assert "chance is not excluded for 1 of those seen" in caption(ax)


def test_a_set_told_together_is_not_counted_as_one_more_thing():
    together = row(NULL, "rest + shot together", kind="together")
    ax = hs.plots.ledger(book(row(REFUSED), row(REFUSED), together), ax=axes())

    assert title(ax).startswith("2 tried: ")
    assert "1 of the rows: what can only be told together." in caption(ax)


def test_the_numbers_kept_are_those_of_all_rows():
    rows = tuple(row(SEEN, f"thing {k}") for k in range(60))
    ax = hs.plots.ledger(book(*rows), ax=axes())
    table = hs.plots.get_plot_data(ax)

    assert len(table) == 60
    assert set(table["part"]) == {"lower"}
    assert table["label"].tolist() == [one.label for one in rows]
    assert (table["low"] == SEEN[1]).all()


def test_500_rows_are_capped_and_those_with_an_estimate_come_first():
    rows = [row(REFUSED, f"thing {k}") for k in range(500)]
    rows[400] = row(SEEN, "late but told")
    ax = drawn(hs.plots.ledger(book(*rows), ax=axes(8, 10)))
    names = [label.get_text() for label in ax.get_yticklabels()]

    assert len(names) == 24
    assert names[-1] == "late but told  2026-05-01"
    assert "476 more are not drawn" in caption(ax)


@pytest.mark.parametrize(
    ("width_in", "height_in"), [(8.0, 5.0), (8.0, 3.0), (3.6, 5.0), (8.0, 10.0)]
)
def test_names_never_lie_on_each_other(width_in: float, height_in: float):
    rows = [row(SEEN, f"thing {k}") for k in range(40)]
    ax = drawn(hs.plots.ledger(book(*rows), ax=axes(width_in, height_in)))
    renderer = ax.figure.canvas.get_renderer()
    texts = [t for t in ax.get_yticklabels() if t.get_text()]
    texts = texts or [t for t in ax.texts if t.get_text().startswith("thing")]
    boxes = sorted((t.get_window_extent(renderer) for t in texts), key=lambda b: b.y0)

    assert len(boxes) > 5
    for lower, upper in itertools.pairwise(boxes):
        assert upper.y0 >= lower.y1 - 1


def test_a_very_wide_interval_ends_in_arrows_and_leaves_the_others_readable():
    wide = row((0.5, -40.0, 41.0), "wide")
    ax = drawn(hs.plots.ledger(book(row(SEEN), row(NULL), wide), ax=axes()))
    arrows = {line.get_marker() for line in ax.lines}

    assert {"<", ">"} <= arrows
    assert ax.get_xlim()[1] < 11


def test_the_axes_of_a_caller_give_up_room_and_the_figure_is_left():
    figure = Figure(figsize=(8, 5))
    ax = figure.subplots()
    before = (figure.subplotpars.left, figure.subplotpars.right)
    right = ax.get_position().x1
    hs.plots.ledger(book(*ALL), ax=ax)

    assert (figure.subplotpars.left, figure.subplotpars.right) == before
    assert ax.get_position().x0 > before[0]
    assert ax.get_position().x1 < right


def test_names_and_answers_stay_within_a_figure_of_our_own():
    label = "something with a long name"
    ax = drawn(hs.plots.ledger(book(*(row(NULL, label) for _ in range(3)))))
    figure = ax.figure
    renderer = figure.canvas.get_renderer()
    texts = [*ax.get_yticklabels(), *(t for t in ax.texts if "adj. p" in t.get_text())]

    for text in texts:
        box = text.get_window_extent(renderer)
        assert box.x0 >= 0
        assert box.x1 <= figure.bbox.x1 + 1


@pytest.mark.parametrize(
    "label",
    [
        "<b>bold</b>",
        "$x^{2",
        "\N{RUNNER}",
        "\u05e9\u05dc\u05d5\u05dd \u202e a",
        "x" * 300,
    ],
)
@pytest.mark.parametrize("width_in", [8.0, 3.6])
def test_a_label_of_any_signs_and_length_is_one_short_line(label: str, width_in: float):
    ax = drawn(hs.plots.ledger(book(row(SEEN, label), row(NULL)), ax=axes(width_in)))
    shown = [t.get_text() for t in ax.get_yticklabels()] + words(ax)[:-1]

    assert max(map(len, shown)) <= 40
    assert not any("\u202e" in one or "\n" in one for one in shown)


def test_without_anything_tried_the_axes_say_so():
    ax = drawn(hs.plots.ledger(book(), ax=axes()))

    assert title(ax) == "Nothing was tried in this history"
    assert hs.plots.get_plot_data(ax).empty


def test_a_rating_that_cannot_be_judged_has_no_direction():
    table = book(*ALL).to_frame()
    found = [answer_of(one) for one in table.to_dict("records")]

    assert found == ["lower", "higher", "none", "cannot tell", "no estimate"]


def test_a_ledger_of_a_simulated_runner_is_drawn_whole():
    runner = hs.simulate.demo_runner()
    obs = hs.simulate.history(runner, n_runs=120, seed=2).observations
    found = hs.stats.ledger(obs)
    ax = drawn(hs.plots.ledger(found, ax=axes()))
    table = hs.plots.get_plot_data(ax)

    np.testing.assert_allclose(table["estimate"], found.to_frame()["estimate"])
