"""From recordings to the runner's stride curve, in one call."""

from __future__ import annotations

from collections.abc import Iterable

from hipstride.gait import StrideCurve
from hipstride.runs.curve import matched
from hipstride.runs.summary import summarize_with_windows
from hipstride.tables import Recording

__all__ = ["stride_curve"]


def stride_curve(recordings: Iterable[Recording] | Recording) -> StrideCurve:
    """Draw the runner's stride curve from recordings.

    Parameters
    ----------
    recordings : iterable of Recording, or one Recording
        What `read_runs` yields; they are taken one at a time and let go.

    Returns
    -------
    StrideCurve
        Step length to expect at a speed and grade; it draws itself. From the runs
        whose speed was measured, as in `matched`.

    Raises
    ------
    NotEnoughDataError
        If no such run has half a minute of steady running.

    Examples
    --------
    >>> from hipstride import read_runs, sample
    >>> stride_curve(read_runs(sample.folder() / "runs")).n_runs
    7
    """
    return matched(*summarize_with_windows(recordings)).curve
