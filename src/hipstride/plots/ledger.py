"""All that was tried, as a forest: one row each, what was seen and what was not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from hipstride.plots._ledger_rows import (
    LedgerMark,
    answer_of,
    draw_rows,
    mark_of,
    points_words,
)
from hipstride.plots._plot_data import keep_plot_data
from hipstride.plots._style import (
    frame_axes,
    is_narrow,
    label_x,
    leave_empty,
    title_and_caption,
    use_axes,
)
from hipstride.plots._words import outcome_words, safe_label, safe_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from hipstride.stats import Ledger

__all__ = ["MAX_ROWS", "height_in", "ledger"]

# More rows than this are a list to read, not a picture to look at.
MAX_ROWS = 24
_IN_PER_ROW = 0.34
# Lower rows would write their words over each other.
_LEAST_IN_PER_ROW = 0.2
_LEAST_IN_PER_ROW_NARROW = 0.29
_LABEL_CHARACTERS = 26
_LABEL_CHARACTERS_NARROW = 22
_NAME_PT = 4.9
_BESIDE_PT = 4.3
_KEPT = (
    "label",
    "kind",
    "started_on",
    "estimate",
    "low",
    "high",
    "p_adjusted",
    "verdict_level",
    "verdict",
)


def ledger(ledger: Ledger, *, ax: Axes | None = None) -> Axes:
    """Draw all that a runner tried, with what pain did after each.

    A mark is the change of pain net of everything else, the bar its 95 % interval;
    between the dotted lines lies what would not matter: the smallest effect of interest
    either way. A square is a null that was found: its whole bar lies between them. A
    hollow diamond has a bar that tells neither; where there is no estimate at all, the
    row says why in grey. An arrow is a bar that goes on beyond the picture.

    Parameters
    ----------
    ledger : Ledger
        What `hipstride.stats.ledger` gives.
    ax : Axes, optional
        Where to draw; wide ones give up room at their sides for names and answers.

    Returns
    -------
    Axes
        The axes drawn on. `get_plot_data` gives ``part`` (``lower``, ``higher``,
        ``none``, ``cannot tell``, ``no estimate``), ``label``, ``kind``,
        ``started_on``, ``estimate``, ``low``, ``high``, ``p_adjusted``,
        ``verdict_level`` and ``verdict``, also of the rows that are not drawn.

    Notes
    -----
    There are at most 24 rows, fewer on low axes. Those with an estimate come first,
    whatever it is.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from hipstride import simulate, stats
    >>> obs = simulate.history(simulate.demo_runner(), n_runs=160, seed=2).observations
    >>> axes = ledger(stats.ledger(obs), ax=Figure().subplots())
    >>> [label.get_text() for label in axes.get_yticklabels()]
    ['shorter stride  2025-05-26']
    """
    table = ledger.to_frame()
    is_own = ax is None
    ax = use_axes(ax, height_in=height_in(len(table)))
    frame_axes(ax)
    narrow = is_narrow(ax)
    smallest = ledger.smallest_effect_points
    characters = _LABEL_CHARACTERS_NARROW if narrow else _LABEL_CHARACTERS
    rows = table.to_dict("records")
    answers = pd.Series([answer_of(row) for row in rows], dtype=object)
    shown = _shown(answers, _most_rows(ax, narrow=narrow))
    marks = [mark_of(rows[at], smallest, characters=characters) for at in shown]
    if marks:
        if not narrow:
            _make_margins(ax, marks, is_own=is_own)
        draw_rows(ax, marks, smallest, is_narrow=narrow)
    else:
        leave_empty(ax, "Nothing was tried in the time of these runs.")
    label_x(ax, f"lower ← change of {outcome_words(ledger.outcome)} [points] → higher")
    title_and_caption(
        ax,
        _title(ledger, answers),
        _caption(ledger, table, answers, len(rows) - len(marks)),
    )
    parts = [
        (part, {name: table.loc[(answers == part).to_numpy(), name] for name in _KEPT})
        for part in ("lower", "higher", "none", "cannot tell", "no estimate")
    ]
    return keep_plot_data(ax, *parts)


def height_in(n_rows: int) -> float:
    """Say how high a figure of so many rows is best [in]."""
    return 2.2 + _IN_PER_ROW * max(min(n_rows, MAX_ROWS), 2)


def _most_rows(ax: Axes, *, narrow: bool) -> int:
    height_in = float(ax.bbox.height) / float(ax.figure.dpi)
    least = _LEAST_IN_PER_ROW_NARROW if narrow else _LEAST_IN_PER_ROW
    return max(min(int(height_in / least), MAX_ROWS), 1)


def _shown(answers: pd.Series, most: int) -> list[int]:
    """Choose rows by whether there is anything to draw, never by what was found."""
    by_use = sorted(range(len(answers)), key=lambda at: answers[at] == "no estimate")
    return sorted(by_use[:most])


def _make_margins(ax: Axes, marks: Sequence[LedgerMark], *, is_own: bool) -> None:
    """Give up room at the sides of the axes for names and answers."""
    figure = ax.get_figure(root=True)
    if figure is None:
        return
    longest = max(len(f"{mark.name}  {mark.day}") for mark in marks)
    beside = max(len(mark.beside) for mark in marks)
    figure_pt = 72 * figure.get_figwidth()
    left = (_NAME_PT * longest + 10) / figure_pt
    right = (_BESIDE_PT * beside + 8) / figure_pt
    if is_own:
        figure.subplots_adjust(left=left + 0.01, right=0.99 - right)
        return
    box = ax.get_position()
    # What the caller left at the left is for labels as well.
    taken = min(max(left - box.x0 + 0.01, 0.0), 0.45 * box.width)
    right = min(max(right - max(0.99 - box.x1, 0.0), 0.0), 0.3 * box.width)
    ax.set_position((box.x0 + taken, box.y0, box.width - taken - right, box.height))


def _title(ledger: Ledger, answers: pd.Series) -> str:
    """Count the answers; of a single row say what was found."""
    rows = ledger.rows
    if not rows:
        return "Nothing was tried in this history"
    if len(rows) == 1:
        first, stop, _ = safe_line(rows[0].verdict).partition(". ")
        return f"{safe_label(rows[0].label)}: {first}{stop.rstrip()}"
    n_tried = sum(row.kind != "together" for row in rows)
    count = Counter(answers)
    unknown = count["cannot tell"] + count["no estimate"]
    if unknown == len(rows):
        return f"{n_tried} tried: this history cannot tell for any of them"
    words = outcome_words(ledger.outcome)
    told = [f"{part} with {count[part]}" for part in ("lower", "higher") if count[part]]
    parts = [f"{words} {' and '.join(told)}"] if told else []
    if count["none"]:
        least = points_words(ledger.smallest_effect_points)
        parts.append(f"no change larger than {least} with {count['none']}")
    if unknown:
        parts.append(f"cannot tell for {unknown}")
    return f"{n_tried} tried: {', '.join(parts)}"


def _caption(
    ledger: Ledger, table: pd.DataFrame, answers: pd.Series, n_left: int
) -> str:
    started = table["started_on"].dropna()
    span = (
        f" begun {started.min():%Y-%m-%d} to {started.max():%Y-%m-%d}"
        if len(started)
        else ""
    )
    n_sets = int((table["kind"] == "together").sum())
    least = points_words(ledger.smallest_effect_points)
    used = f"{ledger.n} rated runs used, {ledger.n_dropped} left out"
    said = [
        f"{used}; {len(table) - n_sets} tried{span}.",
        f"Bars: 95 % intervals, net of all else here; dotted: {least} either way.",
    ]
    if "none" in set(answers):
        said.append(f"Square: no change larger than {least} was found.")
    if "cannot tell" in set(answers):
        said.append("Hollow: cannot tell.")
    seen = answers.isin(["lower", "higher"]).to_numpy()
    if n_chance := int((seen & (table["p_adjusted"] > 0.05).to_numpy()).sum()):  # noqa: PLR2004 - the usual bound
        n_estimates = int((answers != "no estimate").sum())
        said.append(
            f"Among {n_estimates} estimates chance is not excluded for {n_chance} of "
            "those seen (adjusted p above 0.05)."
        )
    if n_sets:
        said.append(f"{n_sets} of the rows: what can only be told together.")
    if n_left:
        said.append(f"{n_left} more are not drawn; those with an estimate come first.")
    return " ".join(said)
