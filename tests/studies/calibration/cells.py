"""The scenarios: who runs, how often, what is true, what is written down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from hipstride.simulate import Runner

Kind = Literal["watched", "files", "dated", "drawn"]

DAILY, USUAL = 7.0, 4.0
EFFECT = 0.15
# A slope of the rating of 0.11 points per 1 %; `Truth` gives it for each history.
_BASE = Runner()
_NULL = replace(_BASE, effect_points_per_pct=0.0)
# A change is looked for far from the floor of the scale.
_HURTS = replace(_NULL, pain_baseline_points=4.5)
_SLOW = {"pain_memory": 0.9, "form_memory": 0.9}
# About 60 % of the ratings are 0.
_ZEROS = {"pain_baseline_points": -0.2}
_FLARES = {"flare_share": 0.2, "flare_points": 2.5, "flare_noise_factor": 2.0}


@dataclass(frozen=True)
class Cell:
    """One scenario."""

    kind: Kind
    name: str
    runner: Runner
    n_runs: int
    with_before: bool = False
    drop_points: float = 0.0
    is_at_peak: bool = False
    design: str = ""

    @property
    def is_null(self) -> bool:
        """Whether nothing is there to be found."""
        return (
            self.runner.effect_points_per_pct == 0
            and self.drop_points == 0
            and self.runner.arm_pain_points == 0
        )

    @property
    def rated(self) -> str:
        """How often the runner runs, in words."""
        often = self.runner.runs_per_week
        return "daily" if often == DAILY else f"{often:g} a week"


def watched() -> list[Cell]:
    """What `association` is asked."""
    cells = [
        Cell(
            "watched",
            "nothing" if effect == 0 else f"{effect:g} points per 1 %",
            replace(_BASE, effect_points_per_pct=effect, runs_per_week=often),
            n_runs,
            with_before,
        )
        for n_runs in (40, 120, 365)
        for effect in (0.0, EFFECT)
        for often in (USUAL, DAILY)
        for with_before in (False, True)
    ]
    special: list[tuple[str, dict[str, object], tuple[int, ...]]] = [
        ("slow pain and form (0.9)", dict(_SLOW), (40, 120, 365)),
        ("flares", dict(_FLARES), (40, 120)),
        ("60 % zeros", dict(_ZEROS), (40, 120)),
        ("forgets the diary when pain-free", {"forgetting_share": 0.6}, (120,)),
        ("skips the rating when it hurts", {"sore_forgetting_share": 0.6}, (120,)),
    ]
    for name, options, sizes in special:
        null, true = replace(_NULL, **options), replace(_BASE, **options)
        cells += [Cell("watched", f"nothing, {name}", null, n) for n in sizes]
        cells.append(Cell("watched", f"{EFFECT:g} points per 1 %, {name}", true, 120))
    return cells + guarding()


def guarding() -> list[Cell]:
    """A sore runner shortens the stride, and the stride does nothing."""
    sore = replace(_NULL, guarding_pct_per_point=0.5)
    honest = replace(sore, careless_zero_share=0.0)
    careless = replace(sore, careless_zero_share=0.1)
    return [
        Cell("watched", "nothing, guarding, no rating before", sore, 120),
        Cell("watched", "nothing, guarding, honest rating before", honest, 40, True),
        Cell("watched", "nothing, guarding, honest rating before", honest, 120, True),
        Cell("watched", "nothing, guarding, honest rating before", honest, 365, True),
        Cell("watched", "nothing, guarding, 10 % careless zeros", careless, 40, True),
        Cell("watched", "nothing, guarding, 10 % careless zeros", careless, 120, True),
        Cell("watched", "nothing, guarding, 10 % careless zeros", careless, 365, True),
    ]


def files() -> list[Cell]:
    """The whole way: FIT files and a diary, read by the command line."""
    return [
        Cell(
            "files",
            "nothing" if effect == 0 else f"{effect:g} points per 1 %",
            replace(_BASE, effect_points_per_pct=effect),
            120,
            True,
        )
        for effect in (0.0, EFFECT)
    ]


def dated() -> list[Cell]:
    """What `dated_change` is asked."""
    healing = replace(_HURTS, recovery_points_per_100_days=-1.0)
    slow = replace(_HURTS, pain_memory=0.9)
    cells = []
    for n_runs in (40, 120):
        cells += [
            Cell("dated", "nothing", _HURTS, n_runs),
            Cell("dated", "nothing, memory 0.9", slow, n_runs),
            Cell("dated", "nothing, heals by 1 point in 100 days", healing, n_runs),
            Cell("dated", "nothing, begun at a peak", _HURTS, n_runs, is_at_peak=True),
            Cell("dated", "3 points less", _HURTS, n_runs, drop_points=3.0),
        ]
    return [
        *cells,
        Cell("dated", "nothing, memory 0.9, at a peak", slow, 120, is_at_peak=True),
        Cell("dated", "1 point less", _HURTS, 120, drop_points=1.0),
    ]


def drawn() -> list[Cell]:
    """What `trial` is asked: twelve weeks, four runs a week."""
    designs = ("alternation", "3-day blocks", "7-day blocks", "ABAB")
    cells = []
    for design in designs:
        for memory in (0.6, 0.9):
            runner = replace(_NULL, pain_memory=memory)
            name = f"nothing, memory {memory:g}"
            cells.append(Cell("drawn", name, runner, 48, True, design=design))
        lowers = replace(_HURTS, arm_pain_points=-1.0)
        cells.append(Cell("drawn", "1 point less", lowers, 48, True, design=design))
    return cells


def all_cells() -> list[Cell]:
    """Give all scenarios, the most usual first."""
    return [*watched(), *dated(), *drawn(), *files()]
