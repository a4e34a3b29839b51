r"""One specification, with the strides turned against the pain by every number of runs.

What is turned is the stride net of what shapes the step in the same run (speed, grade,
shoe and the like), and each turn is adjusted anew for all covariates. Were the stride
made free of load, trend and pain before as well, then the true alignment alone would
be free of them without a loss, and would look too unusual: that test rejected a true
null in 8 to 13 % of histories where this one rejects in 5 to 6 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft, stats

from hipstride.stats._arrays import FloatArray, left_by
from hipstride.stats._correlation_fit import whiten
from hipstride.stats.design_matrix import FORM, Design
from hipstride.stats.ewc import number_of_cosines
from hipstride.stats.gap_gls import GapGls

__all__ = ["Turned", "by_ewc", "by_gap_gls", "turn_shares"]


@dataclass(frozen=True, slots=True, eq=False)
class Turned:
    """The slope of one specification at every turn; the first turn is none.

    Attributes
    ----------
    slopes : ndarray, shape (t,)
        Each on the scale of the true alignment: what the noise alone gives has the
        same spread at every turn [points per 1 %].
    half_widths : ndarray, shape (t,)
        Half of the 95 % interval of each, on the same scale.
    """

    slopes: FloatArray
    half_widths: FloatArray

    @property
    def excludes_zero(self) -> NDArray[np.bool_]:
        """Whether the interval of each turn excludes 0."""
        return np.asarray(np.abs(self.slopes) > self.half_widths)


def turn_shares(n: int, most: int) -> FloatArray:
    """Give the turns as shares of the history: all of them, or so many, evenly spaced.

    Examples
    --------
    >>> turn_shares(4, 499).tolist()
    [0.0, 0.25, 0.5, 0.75]
    """
    count = min(n, most + 1)
    return np.arange(count) / count


def by_gap_gls(design: Design, fit: GapGls, turns: FloatArray) -> Turned:
    """Turn a specification whose errors have the correlation of another's fit.

    Parameters
    ----------
    design : Design
        The specification.
    fit : GapGls
        Of the widest design of the same outcome and exposure. Its correlation is held,
        and so is what Kenward-Roger adds: there the interval is that of the fit.
    turns : ndarray, shape (t,)
        Shares of the history.

    Returns
    -------
    Turned
        The slopes at every turn.
    """
    columns = whiten(_turned(design, turns), design.day, fit.tau_days, fit.nu)
    y, x, power = _net(columns, design)
    slopes = (y @ x) / power
    df = len(y) - design.matrix.shape[1]
    rest = np.maximum(float(y @ y) - slopes**2 * power, 0.0)
    plain = float(np.sqrt(fit.vcov_plain[1, 1]))
    wider = float(fit.se[1]) / plain if plain > 0 else 1.0
    half = stats.t.ppf(0.975, fit.df[1]) * wider * np.sqrt(rest / df / power)
    return _scaled(slopes, half, power)


def by_ewc(design: Design, turns: FloatArray) -> Turned:
    """Turn a specification by least squares, with the intervals of EWC.

    Parameters
    ----------
    design : Design
        The specification.
    turns : ndarray, shape (t,)
        Shares of the history.

    Returns
    -------
    Turned
        The slopes at every turn.
    """
    y, x, power = _net(_turned(design, turns), design)
    slopes = (y @ x) / power
    scores = x * (y[:, None] - slopes * x)
    n, k = design.matrix.shape
    count = number_of_cosines(n)
    # The cosine transform gives twice the projection on each cosine, the mean first.
    waves = fft.dct(scores, type=2, axis=0)[1 : count + 1] / 2
    omega = np.mean(2 / n * waves**2, axis=0)
    se = np.sqrt(n * omega * n / (n - k)) / power
    return _scaled(slopes, float(stats.t.ppf(0.975, count)) * se, power)


def _turned(design: Design, turns: FloatArray) -> FloatArray:
    """Put the covariates, the pain and the stride at every turn side by side."""
    n = len(design.y)
    own = left_by(design.only(*FORM).covariates, design.stride_pct)
    places = (np.arange(n)[:, None] - np.rint(turns * n).astype(int)) % n
    return np.column_stack([design.covariates, design.y, own[places]])


def _net(
    columns: FloatArray, design: Design
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Take the covariates out of the pain and of the stride at every turn."""
    k = design.matrix.shape[1] - 1
    net = left_by(columns[:, :k], columns[:, k:])
    y, x = net[:, 0], net[:, 1:]
    power = np.einsum("ij,ij->j", x, x)
    # A turn that happens to be a copy of the covariates has nothing to say.
    return y, x, np.maximum(power, 1e-9 * float(power.max()))


def _scaled(slopes: FloatArray, half: FloatArray, power: FloatArray) -> Turned:
    scale = np.sqrt(power / power[0])
    return Turned(slopes * scale, half * scale)
