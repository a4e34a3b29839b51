"""A run's data in a few words that its runner understands.

Not a table of flags but what one would say across a table: how much was walked, how
often the GPS jumped, whether the altitude is worth anything. What does not matter is
not said.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hipstride.gait._spells import spells
from hipstride.gait._stops import silences
from hipstride.gait.clean import Flags, flags_of
from hipstride.gait.reasons import Reason
from hipstride.gait.signals import Signals, signals_of
from hipstride.gait.spent import (
    ALL_SHARE,
    SHORT_S,
    is_all_walking,
    reliable_fraction,
    spent_by_reason,
)
from hipstride.gait.steps import measured_samples
from hipstride.tables import Recording
from hipstride.units import SECONDS_PER_HOUR, SECONDS_PER_MINUTE

__all__ = ["account", "account_of"]

# What is worth a word: a minute and more of walking, half a minute of anything else,
# two jumps of the GPS (one costs two seconds).
MIN_WALKING_SHARE = 0.03
MIN_WALKING_S = 60.0
MIN_TOLD_S = 30.0
MIN_PAUSE_S = 10.0
MIN_TOLD_JUMPS = 2
# Above it they are no jumps any more but a noise.
MIN_NOISE_S = 60.0
MIN_STEEP_SHARE = 0.10
MAX_UNTOLD_ALTITUDE = 0.05
# A grade known no better than this moves a step by 0.4 %.
MAX_UNTOLD_NOISE_PCT = 1.0


def account(recording: Recording) -> str:
    """Say in a few words how good the data of a run are.

    Parameters
    ----------
    recording : Recording
        One run.

    Returns
    -------
    str
        What matters, such as ``18 % walking, 2 pauses (3 min), GPS jumped 4 times``;
        ``all of it usable`` where nothing does. The first 4 minutes, which are never
        used, are not told.

    Examples
    --------
    >>> import pandas as pd
    >>> second = np.arange(1200.0)
    >>> samples = pd.DataFrame(
    ...     {
    ...         "time": pd.Timestamp("2026-09-01 06:00", tz="UTC")
    ...         + pd.to_timedelta(second, unit="s").as_unit("us"),
    ...         "elapsed_s": second,
    ...         "speed_mps": np.where(second < 900, 3.0, 1.5),
    ...         "cadence_spm": np.where(second < 900, 170.0, 110.0),
    ...     }
    ... )
    >>> run = Recording(
    ...     run_id="a",
    ...     source="a.fit",
    ...     format="fit",
    ...     sport="running",
    ...     sub_sport="",
    ...     device="",
    ...     started_at=samples["time"][0],
    ...     utc_offset=None,
    ...     samples=samples,
    ...     laps=pd.DataFrame(),
    ... )
    >>> account(run)
    '25 % walking'
    """
    signals = signals_of(measured_samples(recording), recording.pauses)
    return account_of(signals, flags_of(signals), signals.durations_s)


def account_of(signals: Signals, flags: Flags, durations_s: NDArray[np.float64]) -> str:
    """Say in a few words how good the signals of a run are; see `account`.

    Parameters
    ----------
    signals : Signals
        The run.
    flags : Flags
        What `flags_of` says of it.
    durations_s : array, shape (n,)
        Time that each sample stands for [s].

    Returns
    -------
    str
        What matters, between commas.
    """
    if not len(signals):
        return "no samples"
    if not np.isfinite(signals.elapsed_s).any():
        return "no times"
    spent_s = spent_by_reason(flags, durations_s)
    total_s = float(spent_s.sum())
    told = []
    if total_s < SHORT_S:
        told.append("shorter than 5 min")
    told += _motion(signals, spent_s, total_s)
    told += _sensors(signals, flags, spent_s)
    # Of a few steps the ground is never known.
    if total_s >= SHORT_S:
        told += _ground(signals, flags, spent_s, total_s)
    return ", ".join(told) or "all of it usable"


def _motion(
    signals: Signals, spent_s: NDArray[np.float64], total_s: float
) -> list[str]:
    told = []
    walked_s = float(spent_s[Reason.WALKING])
    if is_all_walking(spent_s):
        told.append("all of it walking")
    elif walked_s >= max(MIN_WALKING_S, MIN_WALKING_SHARE * total_s):
        told.append(f"{100 * walked_s / total_s:.0f} % walking")
    if spent_s[Reason.STANDING] >= MIN_TOLD_S:
        told.append(f"standing for {_long(spent_s[Reason.STANDING])}")
    starts_s, ends_s = signals.pauses
    lengths_s = (ends_s - starts_s)[ends_s - starts_s >= MIN_PAUSE_S]
    if len(lengths_s):
        many = f"{len(lengths_s)} pause{'s' * (len(lengths_s) > 1)}"
        told.append(f"{many} ({_long(lengths_s.sum())})")
    return told


def _sensors(signals: Signals, flags: Flags, spent_s: NDArray[np.float64]) -> list[str]:
    told = []
    if not signals.has_cadence:
        told.append("no cadence")
    if not signals.has_speed:
        told.append("no speed")
    gps = "GPS" if signals.has_position else "speed"
    phrases = {
        Reason.NO_CADENCE: "cadence lost for",
        Reason.CADENCE_OF_ONE_FOOT: "cadence of one foot for",
        Reason.LOCKED: "cadence locked to heart rate for",
        Reason.NO_SPEED: "no speed for",
        Reason.IMPLAUSIBLE_STEP: "implausible steps for",
        Reason.TUNNEL: "GPS lost for",
        Reason.GPS_DRIFT: "GPS drifted for",
    }
    for reason, words in phrases.items():
        # Without any speed that has been said.
        said = reason == Reason.NO_SPEED and not signals.has_speed
        if spent_s[reason] >= MIN_TOLD_S and not said:
            told.append(f"{words} {_long(spent_s[reason])}")
    if spent_s[Reason.SPEED_JUMP] >= MIN_NOISE_S:
        told.append(f"{gps} jumping for {_long(spent_s[Reason.SPEED_JUMP])}")
    else:
        told += _times(f"{gps} jumped", flags, Reason.SPEED_JUMP, MIN_TOLD_JUMPS)
    silent_s = signals.step_s[silences(signals)]
    if len(silent_s):
        told.append(f"signal lost {_often(len(silent_s))} ({_long(silent_s.sum())})")
    return told + _times("clock jumped", flags, Reason.CLOCK_JUMP, 1)


def _ground(
    signals: Signals, flags: Flags, spent_s: NDArray[np.float64], total_s: float
) -> list[str]:
    told = []
    if spent_s[Reason.STEEP] >= max(MIN_TOLD_S, MIN_STEEP_SHARE * total_s):
        told.append(f"{100 * spent_s[Reason.STEEP] / total_s:.0f} % steep")
    lost = 1.0 - reliable_fraction(signals, flags)
    if lost >= ALL_SHARE:
        told.append("altitude unusable")
    elif lost > MAX_UNTOLD_ALTITUDE:
        told.append(f"altitude unusable for {100 * lost:.0f} % of the way")
    if lost < ALL_SHARE and flags.grade_noise_pct > MAX_UNTOLD_NOISE_PCT:
        told.append(f"grade known to {flags.grade_noise_pct:.1f} % only")
    return told


def _times(words: str, flags: Flags, reason: Reason, least: int) -> list[str]:
    n = len(spells(flags.reason == reason)[0])
    if n < least:
        return []
    return [f"{words} {_often(n)}"]


def _often(n: int) -> str:
    return {1: "once", 2: "twice"}.get(n, f"{n} times")


def _long(duration_s: float) -> str:
    """Write a duration as one would say it.

    Examples
    --------
    >>> _long(44), _long(185), _long(4800)
    ('44 s', '3 min', '1 h 20 min')
    """
    if duration_s < SECONDS_PER_MINUTE:
        return f"{duration_s:.0f} s"
    minutes = round(duration_s / SECONDS_PER_MINUTE)
    if duration_s < SECONDS_PER_HOUR:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"
