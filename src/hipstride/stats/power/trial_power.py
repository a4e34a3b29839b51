"""How likely a randomised schedule would find what the cue does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from hipstride.errors import NotEnoughDataError
from hipstride.stats._arrays import FloatArray
from hipstride.stats._wording import points
from hipstride.stats.power._arguments import amounts, simulations, to_numbers
from hipstride.stats.power._draws import days_of, process, wilson
from hipstride.stats.power._numbers import Errors, HistoryNumbers
from hipstride.stats.power._words import caveats_of, checks_of, share_words
from hipstride.stats.trial._design import TrialDesign
from hipstride.stats.trial.randomisation import Reference, randomisation_test
from hipstride.stats.trial.schedules import count, is_enumerable, p_min, schedules_of
from hipstride.tables import Result

__all__ = ["power_of_trial"]

_CARRY_OVER = (
    "The cue is taken to act on its own run; where it carries over to the next, single "
    "runs show less of it than blocks do"
)
_N_SCHEDULES = 999
_FEWEST_ROWS = 8


def power_of_trial(
    design: TrialDesign,
    obs: pd.DataFrame | HistoryNumbers | None = None,
    outcome: str = "pain_after_0_10",
    *,
    effects_points: Sequence[float] = (0.5, 1.0, 2.0),
    n_sims: int = 200,
    seed: int = 0,
) -> Result:
    """Tell how likely a randomised schedule would find what the cue does.

    Parameters
    ----------
    design : TrialDesign
        What would be drawn; its smallest effect is what the answer is about.
    obs : DataFrame, HistoryNumbers or None
        An OBSERVATIONS table, the numbers of one, or None for a typical runner.
    outcome : str
        The column with the ratings.
    effects_points : sequence of float
        True effects of the cue on the same run to look for [points].
    n_sims : int
        Simulated trials.
    seed : int
        Of the simulation.

    Returns
    -------
    Result
        The power for the smallest effect, its Monte-Carlo interval, the smallest p
        that the design can reach, and the table ``power``. The level is 0.

    Raises
    ------
    NotEnoughDataError
        If the history has too few rated runs to take its numbers from, or the design
        too few units.
    TableError
        If a column or an argument is unfit.

    Notes
    -----
    1. A schedule is drawn of all that the design has, and pain with the memory and the
       spread of the history: net of pain before the run in an alternation that adjusts
       for it, not so by blocks.
    2. Each trial is tested by the design's own schedules (999 where there are more).
    3. The cue acts on the run itself. Where it carries over, single runs show less.

    Examples
    --------
    >>> import datetime as dt
    >>> design = TrialDesign(
    ...     kind="alternation", n_units=48, started_on=dt.date(2026, 12, 1)
    ... )
    >>> power_of_trial(design, n_sims=20).checks["design"]["n_units"]
    48
    """
    smallest = float(design.smallest_effect_points)
    effects = amounts("effects_points", effects_points, smallest)
    sims = simulations(n_sims)
    numbers = to_numbers(obs, outcome)
    rejected, widths, n_rows = _simulate(design, numbers, effects, sims, seed)
    rows = []
    for effect, share in zip(effects, rejected.mean(axis=0), strict=True):
        low, high = wilson(float(share), sims)
        rows.append(
            {"effect_points": effect, "power": float(share), "low": low, "high": high}
        )
    table = pd.DataFrame(rows)
    power = float(table.loc[table["effect_points"] == smallest, "power"].iloc[0])
    low, high = wilson(power, sims)
    smallest_p = p_min(design)
    can = smallest_p <= design.alpha
    width = float(np.median(widths))
    return Result(
        question=(
            f'How likely would this schedule find {points(smallest)} between "'
            f'{design.arm}" and "{design.control}"?'
        ),
        estimate=power,
        unit=f"share of simulated trials with p of {design.alpha:g} or less",
        low=low,
        high=high,
        level=0.95,
        p_value=float("nan"),
        n=numbers.n_rated,
        n_dropped=0,
        method=(
            f"{sims} simulated trials, each tested by the schedules of its design; "
            + ("" if _is_before_used(design, numbers) else "not ")
            + "net of pain before the run"
        ),
        verdict_level=0,
        verdict=(
            (
                f"With {design.n_units} {design.unit}s (about {n_rows:.0f} rated "
                f"runs), {points(smallest)} would be found in {share_words(power)} "
                f"such trials."
                + (
                    f" The interval would reach {width:.1f} points to either side."
                    if np.isfinite(width)
                    else ""
                )
            )
            if can
            else (
                f"This design cannot find anything: the smallest p it can reach is "
                f"{smallest_p:.2g}."
            )
        ),
        checks={
            **checks_of(numbers, _pain(design, numbers)),
            "design": {
                "kind": design.kind,
                "n_units": design.n_units,
                "n_schedules": str(count(design)),
                "p_min": smallest_p,
            },
            "half_width_points": width,
        },
        caveats=(
            *caveats_of(numbers),
            _CARRY_OVER,
        ),
        seed=seed,
        tables={"power": table},
    )


def _is_before_used(design: TrialDesign, numbers: HistoryNumbers) -> bool:
    return numbers.is_before_adjusted and "pain_before_0_10" in design.used_covariates


def _pain(design: TrialDesign, numbers: HistoryNumbers) -> Errors:
    is_used = _is_before_used(design, numbers)
    return numbers.pain if is_used else numbers.pain_unadjusted


def _simulate(
    design: TrialDesign,
    numbers: HistoryNumbers,
    effects: tuple[float, ...],
    n_sims: int,
    seed: int,
) -> tuple[NDArray[np.bool_], FloatArray, float]:
    """Give whether each effect was found in each trial, half-widths, and the rows."""
    rng = np.random.default_rng(seed)
    every = schedules_of(design, _N_SCHEDULES, seed)
    reference: Reference = "all" if is_enumerable(design) else "drawn"
    pain = _pain(design, numbers)
    rejected = np.zeros((n_sims, len(effects)), dtype=np.bool_)
    widths, sizes = np.full(n_sims, np.inf), np.zeros(n_sims)
    for sim in range(n_sims):
        true = int(rng.integers(len(every)))
        others = every
        if reference == "all" and len(every) > _N_SCHEDULES:
            # A draw of those there are is a valid reference, and cheaper.
            others = every[rng.integers(0, len(every), _N_SCHEDULES)]
        used: Reference = "all" if others is every else "drawn"
        if reference == "drawn":
            others, used = np.delete(every, true, axis=0), "drawn"
        day, unit = _rated_units(rng, design, numbers)
        arm = every[true, unit].astype(np.float64)
        sizes[sim] = len(unit)
        if np.ptp(arm) == 0:
            continue
        y = process(rng, pain, day)
        for at, effect in enumerate(effects):
            test = randomisation_test(
                y + effect * arm,
                arm,
                None,
                others[:, unit],
                reference=used,
                alpha=design.alpha,
            )
            rejected[sim, at] = test.p_value <= design.alpha
            widths[sim] = (test.high - test.low) / 2
    return rejected, widths, float(sizes.mean())


def _rated_units(
    rng: np.random.Generator, design: TrialDesign, numbers: HistoryNumbers
) -> tuple[FloatArray, NDArray[np.int64]]:
    """Draw the days of the rated runs of a trial, and the unit of each."""
    if design.unit == "run":
        day = days_of(rng, numbers.run_gaps_days, design.n_units)
        unit = np.arange(design.n_units)
    else:
        n_most = int(design.n_units / float(numbers.run_gaps_days.mean()) * 2) + 10
        day = np.floor(days_of(rng, numbers.run_gaps_days, n_most))
        day = day[day < design.n_units]
        unit = day.astype(np.int64)
    is_rated = rng.random(len(day)) < numbers.share_rated
    if int(is_rated.sum()) < _FEWEST_ROWS:
        what = "rated runs in a trial of this length"
        raise NotEnoughDataError(
            what,
            needed=_FEWEST_ROWS,
            got=int(is_rated.sum()),
            remedy="plan more runs, or rate more of them",
        )
    return day[is_rated], unit[is_rated].astype(np.int64)
