"""Negative controls: pain that the stride should not touch, in the same regression.

If the neck hurts more on the same runs, the runner reports more, not the hip
(Lipsitch, Tchetgen Tchetgen and Cohen 2010).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from hipstride.errors import TableError
from hipstride.stats.checks import one_slope
from hipstride.stats.design_matrix import Design
from hipstride.tables import OBSERVATIONS

__all__ = ["check_controls", "control_table", "firing_controls", "unknown_controls"]


def check_controls(
    obs: pd.DataFrame, controls: Sequence[str], outcome: str
) -> tuple[str, ...]:
    """Check the names of the control outcomes.

    Parameters
    ----------
    obs : DataFrame
        The table.
    controls : sequence of str
        The columns asked for.
    outcome : str
        The primary outcome.

    Returns
    -------
    tuple of str
        The names, each once.

    Raises
    ------
    TableError
        If one is unknown, is the outcome, or is pain of the same place.

    Examples
    --------
    >>> obs = pd.DataFrame({"control_neck_after_0_10": [1.0]})
    >>> check_controls(obs, ["control_neck_after_0_10"], "pain_after_0_10")
    ('control_neck_after_0_10',)
    """
    if isinstance(controls, str):
        msg = f"controls: found the text {controls!r}; expected a list, [{controls!r}]"
        raise TableError(msg)
    for name in controls:
        if name == outcome or name in OBSERVATIONS.names:
            msg = (
                f"controls: found {name!r}; expected a rating that the stride should "
                "not touch, such as that of another body site"
            )
            raise TableError(msg)
        if name not in obs.columns:
            msg = (
                f"controls: found no column {name!r} among "
                f"{', '.join(map(str, obs.columns))}"
            )
            raise TableError(msg)
    return tuple(dict.fromkeys(controls))


def control_table(design: Design, controls: Sequence[str]) -> pd.DataFrame:
    """Fit the same regression with each control as the outcome.

    Parameters
    ----------
    design : Design
        The primary regression; its table of runs holds the controls.
    controls : sequence of str
        The columns.

    Returns
    -------
    DataFrame
        ``control``; its slope ``points_per_pct`` with ``low``, ``high`` and
        ``p_value``; the primary's on the same rows as ``primary_*``; the slope of
        primary less control as ``difference_*``; and ``n``. NaN where one cannot be
        fitted.
    """
    rows = []
    for name in controls:
        ratings = design.runs.table[name].to_numpy(np.float64)[design.rows]
        part = design.take(np.isfinite(ratings))
        own = ratings[np.isfinite(ratings)]
        slopes = {
            "": one_slope(replace(part, y=own)),
            "primary_": one_slope(part),
            "difference_": one_slope(replace(part, y=part.y - own)),
        }
        row: dict[str, object] = {"control": name}
        for prefix, slope in slopes.items():
            row |= {f"{prefix}{key}": slope[key] for key in _SHOWN}
        rows.append({**row, "n": len(own)})
    return pd.DataFrame(rows)


_SHOWN = ("points_per_pct", "low", "high", "p_value")


def firing_controls(table: pd.DataFrame, estimate: float) -> tuple[str, ...]:
    """Name the controls whose slope excludes 0 on the side of the estimate."""
    if table.empty:
        return ()
    fires = table["low"] > 0 if estimate > 0 else table["high"] < 0
    return tuple(table.loc[fires, "control"].astype(str))


def unknown_controls(table: pd.DataFrame) -> tuple[str, ...]:
    """Name the controls that could not be fitted."""
    if table.empty:
        return ()
    return tuple(table.loc[table["low"].isna(), "control"].astype(str))
