"""Pain over time, with the stride at matched speed and the changes beneath it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from mpl_toolkits.axes_grid1 import make_axes_locatable

from hipstride.gait.load import LAYOFF_DAYS
from hipstride.plots._change_strip import (
    MAX_CHANGES_SHOWN,
    change_sentence,
    draw_changes,
    spans,
    strip_height_in,
)
from hipstride.plots._plot_data import keep_plot_data
from hipstride.plots._runs import draw_ratings, is_treadmill
from hipstride.plots._stride_panel import draw_stride, guessed_words, smoothed
from hipstride.plots._style import (
    FAINT,
    frame_axes,
    is_narrow,
    title_and_caption,
    use_axes,
)
from hipstride.plots._table import change_columns, days_of, numbers, own_table, ratings
from hipstride.plots._time_axis import label_days
from hipstride.plots._words import (
    change_words,
    finding,
    outcome_words,
    runs_words,
    span_words,
)
from hipstride.runs.notes import baseline_words
from hipstride.tables import OBSERVATIONS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from hipstride.tables import Result

__all__ = ["timeline"]

_UNRATED_AT_0_10 = -0.7
_TOP_0_10 = 12.2
_TOP_NARROW_0_10 = 15.5
_LOW_PANEL_IN = 1.3
# The stride beneath, as a part of the panel of pain, and what lies between panels.
_STRIDE_SHARE = 0.8
_PAD_IN = 0.12
_STRIP_PAD_IN = 0.1


def timeline(
    obs: pd.DataFrame,
    *,
    outcome: str = "pain_after_0_10",
    result: Result | None = None,
    ax: Axes | None = None,
) -> Axes:
    r"""Draw the pain of each run over time, and the stride and the changes beneath it.

    Above, a dot for each rated run and a tick for each run without a rating; squares
    are treadmill runs. In the middle, the distance of the matched-speed step length
    from the baseline, with a line smoothed over a week; treadmill runs whose speed the
    watch guessed are hollow and not in the line. At the foot, a bar for each
    change, from the first run with it to the last; a dashed line marks its beginning
    in all panels. Grey bands are times of 7 days or more without a run.

    Parameters
    ----------
    obs : DataFrame
        An `OBSERVATIONS` table; ``day`` or ``local_date``, and the outcome are enough.
    outcome : str
        The column of ratings [0–10].
    result : Result, optional
        An answer that these runs gave; its finding is the title.
    ax : Axes, optional
        Where to draw; its room is shared among the panels.

    Returns
    -------
    Axes
        The panel of pain. The others stand behind it in ``ax.figure.axes``.
        `get_plot_data` gives ``part`` (``run``, ``stride smoothed over a week``,
        ``layoff``, or a change) with ``at``, ``until``, ``pain_0_10`` and
        ``stride_deviation_pct``.

    Raises
    ------
    TableError
        If ``day`` or the outcome is missing or holds no numbers.

    Notes
    -----
    The line is a mean weighted by a Gaussian in days, which departs from a moving
    average over runs because runs are not evenly spaced; it breaks where no run is
    within 14 days.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> obs = pd.DataFrame({"day": [0.0, 2.0], "pain_after_0_10": [4.0, 3.0]})
    >>> timeline(obs, ax=Figure().subplots()).get_ylabel()
    'pain after the run\n[0–10]'
    """
    obs = own_table(obs)
    OBSERVATIONS.check(obs, "day", outcome)
    obs = obs.sort_values("day", kind="stable")
    ax = use_axes(ax, height_in=6.2)
    changes = change_columns(obs)
    stride_ax, change_ax = _panels(ax, len(changes))
    x, x_label = days_of(obs)
    pain = ratings(obs, outcome)

    _draw_pain(ax, x, pain, is_treadmill(obs))
    # Panels may be so low that the labels of two would meet.
    size = 9.5 if _pain_height_in(ax, len(changes)) > _LOW_PANEL_IN else 7.0
    ax.set_ylabel(f"{outcome_words(outcome)}\n[0–10]", fontsize=size)
    draw_stride(stride_ax, obs, x)
    stride_ax.yaxis.label.set_fontsize(size)
    panels = [panel for panel in (ax, stride_ax, change_ax) if panel is not None]
    if change_ax is not None:
        draw_changes(panels, obs, x, changes)
    pauses = _layoffs(obs, x)
    for panel in panels[:2]:
        for first, last in pauses:
            panel.axvspan(first, last, color=FAINT, alpha=0.6, linewidth=0, zorder=0)
    for panel in panels[:-1]:
        panel.tick_params(labelbottom=False)
    label_days(panels[-1], x, x_label)

    # Side by side they read as one axis; pyplot would align them only on request.
    aside = -0.13 if is_narrow(ax) else -0.055
    ax.yaxis.set_label_coords(aside, 0.45)
    stride_ax.yaxis.set_label_coords(aside, 0.5)
    rated = int(np.isfinite(pain).sum())
    baseline = baseline_words(obs)
    title_and_caption(
        ax,
        finding(result, _title(obs, outcome, pain, changes)),
        f"{rated} rated of {runs_words(len(obs))}, {span_words(obs)}. "
        f"{change_sentence(len(changes))}"
        f"{' Grey: no run for a week or more.' if pauses else ''}"
        f"{f' Stride: % from {baseline}.' if baseline else ''}"
        f"{guessed_words(obs)}",
    )
    return keep_plot_data(ax, *_parts(obs, x, pain, changes, pauses))


def _title(
    obs: pd.DataFrame,
    outcome: str,
    pain: NDArray[np.float64],
    changes: list[str],
) -> str:
    """Say what the ratings were, before and since the first change if there is one."""
    words = outcome_words(outcome).capitalize()
    rated = np.isfinite(pain)
    if not rated.any():
        return f"{words}: no run was rated"
    if changes:
        has = numbers(obs, changes[0]) > 0
        is_before = np.arange(len(obs)) < int(has.argmax())
        before, during = pain[rated & is_before], pain[rated & has]
        if len(before) and len(during):
            return (
                f"{words}: mean {before.mean():.1f} before “{change_words(changes[0])}”"
                f" and {during.mean():.1f} with it, net of nothing"
            )
    return f"{words}: mean {pain[rated].mean():.1f} of the rated runs"


def _pain_height_in(ax: Axes, n_changes: int) -> float:
    """Say how high the panel of pain will be, once the others have their room."""
    strip = strip_height_in(n_changes)
    whole = float(ax.bbox.height) / float(ax.figure.dpi)
    taken = _PAD_IN + (strip + _STRIP_PAD_IN if strip else 0.0)
    return (whole - taken) / (1 + _STRIDE_SHARE)


def _panels(ax: Axes, n_changes: int) -> tuple[Axes, Axes | None]:
    """Split the room of the axes: pain, stride, and a strip for the changes."""
    divider = make_axes_locatable(ax)
    stride_ax = divider.append_axes(
        "bottom", size=f"{100 * _STRIDE_SHARE:g}%", pad=_PAD_IN, sharex=ax
    )
    for panel in (ax, stride_ax):
        frame_axes(panel)
    if not n_changes:
        return stride_ax, None
    return stride_ax, divider.append_axes(
        "bottom", size=strip_height_in(n_changes), pad=_STRIP_PAD_IN, sharex=ax
    )


def _draw_pain(
    ax: Axes,
    x: NDArray[np.generic],
    pain: NDArray[np.float64],
    treadmill: NDArray[np.bool_],
) -> None:
    draw_ratings(ax, x, pain, treadmill, unrated_at=_UNRATED_AT_0_10)
    narrow = is_narrow(ax)
    # The room above 10 is the legend's, so that it never hides a dot.
    ax.set_ylim(-1.2, _TOP_NARROW_0_10 if narrow else _TOP_0_10)
    ax.set_yticks(range(0, 11, 2))
    if not len(x):
        return
    ax.legend(
        loc="upper right",
        ncols=1 if narrow else 3,
        framealpha=0.9,
        edgecolor="none",
        fontsize=8.5,
        handletextpad=0.2,
        columnspacing=1.2,
        borderaxespad=0,
        borderpad=0.1,
        labelspacing=0.2,
    )


def _layoffs(obs: pd.DataFrame, x: NDArray[np.generic]) -> list[tuple[Any, Any]]:
    """Give the times between two runs that are a week or more apart."""
    day = np.floor(numbers(obs, "day"))
    if len(day) == 0:
        return []
    # A run on day d and the next on day d + 8 are 7 whole days without one.
    at = np.flatnonzero(np.diff(day) > LAYOFF_DAYS)
    return [(x[i], x[i + 1]) for i in at]


def _parts(
    obs: pd.DataFrame,
    x: NDArray[np.generic],
    pain: NDArray[np.float64],
    changes: list[str],
    pauses: list[tuple[Any, Any]],
) -> list[tuple[str, dict[str, object]]]:
    deviation = numbers(obs, "stride_deviation_pct")
    parts: list[tuple[str, dict[str, object]]] = [
        ("run", {"at": x, "pain_0_10": pain, "stride_deviation_pct": deviation})
    ]
    at, line = smoothed(obs, x)
    if len(at):
        parts.append(
            ("stride smoothed over a week", {"at": at, "stride_deviation_pct": line})
        )
    if pauses:
        first, last = zip(*pauses, strict=True)
        parts.append(("layoff", {"at": list(first), "until": list(last)}))
    for column in changes[:MAX_CHANGES_SHOWN]:
        ends = np.array(spans(numbers(obs, column) > 0))
        parts.append(
            (
                f"change: {change_words(column)}",
                {"at": x[ends[:, 0]], "until": x[ends[:, 1]]},
            )
        )
    return parts
