"""What a simulated runner wears, and when: watches, each with errors of its own; shoes.

A watch changes what is recorded and nothing else. A shoe changes the step itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["DeviceUse", "ShoeUse", "gear_of", "worn"]

_MOST_PCT = 50.0
# Which stream of the seed the choices are drawn from; the history has the first.
_GEAR_STREAM = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceUse:
    """One watch: on which runs it is worn, and by how much it is wrong.

    Parameters
    ----------
    name : str
        Name of the watch, as it stands in the files.
    from_run : int
        The first run, counted from 0, that it may be worn on.
    until_run : int, optional
        The run from which on it is worn no more; worn to the end where not given.
    share : float
        Its weight among all watches in use at the same time [-].
    speed_scale_pct : float
        By how much all speeds and distances it gives are too high [%].
    cadence_scale_pct : float
        By how much all cadences it gives are too high [%].

    Raises
    ------
    ValueError
        If a number cannot be, or the name is empty.

    Examples
    --------
    >>> old = DeviceUse(name="old", until_run=60)
    >>> new = DeviceUse(name="new", from_run=60, speed_scale_pct=1.5)
    >>> DeviceUse(name="lent", share=0.0)
    Traceback (most recent call last):
    ...
    ValueError: share of 'lent': found 0; expected above 0, up to 1
    """

    name: str
    from_run: int = 0
    until_run: int | None = None
    share: float = 1.0
    speed_scale_pct: float = 0.0
    cadence_scale_pct: float = 0.0

    def __post_init__(self) -> None:
        _check_use(self.name, self.from_run, self.until_run, self.share)
        _check_pct("speed_scale_pct", self.name, self.speed_scale_pct)
        _check_pct("cadence_scale_pct", self.name, self.cadence_scale_pct)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShoeUse:
    """One pair of shoes: on which runs it is worn, and what it does to the step.

    Parameters
    ----------
    name : str
        The runner's word for it.
    from_run : int
        The first run, counted from 0, that it may be worn on.
    until_run : int, optional
        The run from which on it is worn no more; worn to the end where not given.
    share : float
        Its weight among all shoes in use at the same time [-].
    stride_pct : float
        What it truly does to the step length at the same speed [%].

    Raises
    ------
    ValueError
        If a number cannot be, or the name is empty.

    Examples
    --------
    >>> ShoeUse(name="racers", share=0.2, stride_pct=1.5).from_run
    0
    """

    name: str
    from_run: int = 0
    until_run: int | None = None
    share: float = 1.0
    stride_pct: float = 0.0

    def __post_init__(self) -> None:
        _check_use(self.name, self.from_run, self.until_run, self.share)
        _check_pct("stride_pct", self.name, self.stride_pct)


_Use = TypeVar("_Use", DeviceUse, ShoeUse)


def worn(
    rng: np.random.Generator, uses: Sequence[_Use], n_runs: int
) -> list[_Use | None]:
    """Choose what is worn on each run, by share among what is in use then.

    Parameters
    ----------
    rng : Generator
        Where the choice comes from: one draw a run, whether there is a choice or not.
    uses : sequence of DeviceUse or of ShoeUse
        What there is.
    n_runs : int
        How many runs.

    Returns
    -------
    list of DeviceUse, ShoeUse or None
        One per run; None where nothing is in use.

    Examples
    --------
    >>> shoes = (ShoeUse(name="a", until_run=1), ShoeUse(name="b", from_run=2))
    >>> rng = np.random.default_rng(1)
    >>> [use and use.name for use in worn(rng, shoes, 3)]
    ['a', None, 'b']
    """
    run = np.arange(n_runs)
    draw = rng.random(n_runs)
    weight = np.zeros((n_runs, len(uses)))
    for column, use in enumerate(uses):
        end = n_runs if use.until_run is None else use.until_run
        weight[(run >= use.from_run) & (run < end), column] = use.share
    upto: NDArray[np.float64] = np.cumsum(weight, axis=1)
    chosen = (draw[:, None] * upto[:, -1:] >= upto).sum(axis=1)
    return [uses[at] if at < len(uses) else None for at in chosen.tolist()]


def gear_of(
    seed: int,
    devices: Sequence[DeviceUse],
    shoes: Sequence[ShoeUse],
    usual_device: str,
    n_runs: int,
) -> dict[str, object]:
    """Say what is worn on each run, from draws that nothing else shares.

    Parameters
    ----------
    seed : int
        The history's seed.
    devices : sequence of DeviceUse
        The watches.
    shoes : sequence of ShoeUse
        The shoes.
    usual_device : str
        The watch on the runs that no other is worn on; it has no scale error.
    n_runs : int
        How many runs.

    Returns
    -------
    dict
        Columns of the truth: ``device``, ``device_speed_pct``, ``device_cadence_pct``,
        ``shoe`` (empty where none is told), ``shoe_stride_pct``.
    """
    streams = np.random.SeedSequence(seed, spawn_key=(_GEAR_STREAM,)).spawn(2)
    of_devices, of_shoes = map(np.random.default_rng, streams)
    watches = worn(of_devices, devices, n_runs)
    pairs = worn(of_shoes, shoes, n_runs)
    return {
        "device": [use.name if use else usual_device for use in watches],
        "device_speed_pct": [use.speed_scale_pct if use else 0.0 for use in watches],
        "device_cadence_pct": [
            use.cadence_scale_pct if use else 0.0 for use in watches
        ],
        "shoe": [use.name if use else "" for use in pairs],
        "shoe_stride_pct": [use.stride_pct if use else 0.0 for use in pairs],
    }


def _check_use(name: str, from_run: int, until_run: int | None, share: float) -> None:
    if not name.strip():
        msg = "name: found an empty one; expected what the files or the diary call it"
        raise ValueError(msg)
    if from_run < 0:
        msg = f"from_run of {name!r}: found {from_run}; expected a run counted from 0"
        raise ValueError(msg)
    if until_run is not None and until_run <= from_run:
        msg = (
            f"until_run of {name!r}: found {until_run}; expected a run after "
            f"from_run, {from_run}"
        )
        raise ValueError(msg)
    if not 0 < share <= 1:
        msg = f"share of {name!r}: found {share:g}; expected above 0, up to 1"
        raise ValueError(msg)


def _check_pct(what: str, name: str, value: float) -> None:
    if not (math.isfinite(value) and abs(value) <= _MOST_PCT):
        msg = (
            f"{what} of {name!r}: found {value:g}; expected "
            f"{-_MOST_PCT:g} to {_MOST_PCT:g}"
        )
        raise ValueError(msg)
