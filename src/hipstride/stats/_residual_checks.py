"""What is left after the fit: memory by calendar lag, and drift over time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from hipstride.stats._arrays import FloatArray
from hipstride.stats._correlation_fit import whiten
from hipstride.stats.design_matrix import Design
from hipstride.stats.gap_gls import GapGls

__all__ = ["ljung_box", "residual_acf", "residuals_over_time"]

MAX_LAG_DAYS = 14
_MAX_LAGS = 10
_MIN_ROWS_FOR_LAGS = 20
# Residuals that are only rounding have no memory to look for.
_ROUNDING = 1e-9


def residual_acf(design: Design, fit: GapGls) -> pd.DataFrame:
    """Correlate the residuals of runs that lie a given number of days apart.

    Parameters
    ----------
    design, fit
        The primary regression.

    Returns
    -------
    DataFrame
        ``lag_days`` 1 to 14, ``autocorrelation``, ``fitted`` (what the model says) and
        ``n_pairs``; NaN where no two runs lie so far apart.

    Notes
    -----
    Not by order of runs: two runs in a row may lie one day apart or ten. Residuals
    have a little less memory than errors, since the fit has taken up a part.
    """
    residual = design.y - design.matrix @ fit.coefficients
    day = design.runs.calendar_day[design.rows]
    at = (day - day.min()).astype(np.int64)
    size = int(at.max()) + 1 + MAX_LAG_DAYS
    total = np.bincount(at, weights=residual, minlength=size)
    count = np.bincount(at, minlength=size).astype(np.float64)
    variance = float(np.mean(residual**2))
    is_rounding = variance <= (_ROUNDING * float(np.ptp(design.y))) ** 2
    rows = []
    for lag in range(1, MAX_LAG_DAYS + 1):
        n_pairs = float(count[:-lag] @ count[lag:])
        product = float(total[:-lag] @ total[lag:])
        is_known = n_pairs > 0 and not is_rounding
        seen = product / n_pairs / variance if is_known else np.nan
        fitted = (1 - fit.nu) * float(np.exp(-lag / fit.tau_days))
        rows.append((lag, seen, fitted, int(n_pairs)))
    names = ["lag_days", "autocorrelation", "fitted", "n_pairs"]
    return pd.DataFrame(rows, columns=names)


def ljung_box(design: Design, fit: GapGls) -> dict[str, object]:
    """Look for memory that the fitted correlation has not taken up.

    Parameters
    ----------
    design, fit
        The primary regression.

    Returns
    -------
    dict
        Ljung-Box statistic of the whitened residuals, lags and p; empty below 20 rows
        or where nothing is left to test.
    """
    white = _white(design, fit)
    if white is None:
        return {}
    # Imported where it is used: it is slow to import.
    from statsmodels.stats.diagnostic import acorr_ljungbox  # noqa: PLC0415

    lags = min(_MAX_LAGS, len(white) // 5)
    table = acorr_ljungbox(white, lags=[lags])
    return {
        "statistic": float(table["lb_stat"].iloc[0]),
        "lags": lags,
        "p_value": float(table["lb_pvalue"].iloc[0]),
    }


def residuals_over_time(design: Design, fit: GapGls) -> dict[str, object]:
    """Ask whether the residuals bend over time, and whether their scatter changes.

    Parameters
    ----------
    design, fit
        The primary regression.

    Returns
    -------
    dict
        ``bend_p_value`` (of the day squared, in the whitened residuals),
        ``spread_ratio`` (second half over first half of the runs) and
        ``durbin_watson`` of the plain residuals, which is for information: it takes
        runs for equally spaced and sees little. Empty as for `ljung_box`.
    """
    white = _white(design, fit)
    if white is None:
        return {}
    from scipy import stats  # noqa: PLC0415 - beside the rest, it is slow to import

    day = design.day - design.day.mean()
    size = max(float(np.ptp(day)), 1.0)
    columns = np.column_stack([(day / size) ** 2, design.matrix])
    turned = whiten(columns, design.day, fit.tau_days, fit.nu)
    basis, _ = np.linalg.qr(turned[:, 1:])
    bend = turned[:, 0] - basis @ (basis.T @ turned[:, 0])
    own = float(bend @ bend)
    spare = len(white) - columns.shape[1]
    bend_p = float("nan")
    if own > _ROUNDING * float(turned[:, 0] @ turned[:, 0]):
        slope = float(bend @ white) / own
        rest = white - slope * bend
        se = float(np.sqrt(rest @ rest / spare / own))
        bend_p = float(2 * stats.t.sf(abs(slope) / se, spare))
    half = len(white) // 2
    early, late = float(np.std(white[:half])), float(np.std(white[half:]))
    residual = design.y - design.matrix @ fit.coefficients
    return {
        "bend_p_value": bend_p,
        "spread_ratio": late / early if early > 0 else float("nan"),
        "durbin_watson": float(np.sum(np.diff(residual) ** 2) / (residual @ residual)),
    }


def _white(design: Design, fit: GapGls) -> FloatArray | None:
    """Give the residuals without memory, in units of their size."""
    residual = design.y - design.matrix @ fit.coefficients
    scale = float(np.sqrt(np.mean(residual**2)))
    few = len(residual) < _MIN_ROWS_FOR_LAGS
    if few or scale <= _ROUNDING * float(np.ptp(design.y)):
        return None
    return whiten(residual / scale, design.day, fit.tau_days, fit.nu)
