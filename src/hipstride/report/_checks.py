"""The checks of a result as rows that a person can read."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

__all__ = ["check_rows", "dropped_rows", "signed", "value_words"]

_NAMES = {
    "smallest_effect": "Beside the smallest effect of interest",
    "ewc": "Second method (EWC)",
    "circular_shift": "Circular-shift test",
    "pain_before": "With and without pain before the run",
    "pain_before_to_stride": "Does pain before the run shorten the step?",
    "without_time_trend": "Without a trend over time",
    "zeros_before": "Zeros before the run",
    "without_analgesic": "Without the days with a painkiller",
    "residuals_over_time": "Residuals over time",
    "windows": "Of the windows asked about",
    "plan": "The plan",
    "in_short": "In short",
    "robustness": "How strong a confounder would have to be",
    "specification_curve": "All ways to ask, at once",
    "leave_one_month_out": "Without the month that matters most",
    "leave_one_shoe_out": "Without the shoe or device that matters most",
    "sceptical": "After a sceptic's prior",
    "imputation": "What was filled in",
    "as_rated": "Without filling in",
    "between_runners": "How far runners differ",
    "prediction": "Where a further runner would lie",
    "t_test_of_slopes": "Plain t-test of the slopes",
    "gee": "Second method (GEE)",
    "mixed_model": "One model for all (mixed)",
    "without_pain_before": "Without pain before the run",
    "multiplicity": "Of several questions",
    "with_dated_changes": "With a level of its own for each change",
    "lead_test": "Next run's stride (should show nothing)",
    "specifications": "Other models, chosen beforehand",
    "fit": "The fit",
    "ljung_box": "Memory left in the residuals (Ljung-Box)",
    "ratings": "Ratings",
    "rated_less_unrated": "Rated less unrated runs",
    "other_changes": "Other changes nearby",
    "placebo_dates": "Other dates as if they were the change",
    "peak": "Pain in the week before",
    "overlap": "Overlap of before and after (NAP)",
    "washout_0": "With no days left out after the change",
    "washout_14": "With 14 days left out after the change",
    "without_14_days_before": "Without the 14 days before",
    "level_only": "Without a trend",
    "with_curved_trend": "With a curved trend",
    "slope_change": "Change of the slope",
    "stride_change": "What the change did to the stride",
    "mornings": "Morning ratings of all days",
    "volume": "Running before and after",
}
# Told elsewhere on the page.
_TOLD_ELSEWHERE = {"per_5_pct", "adjusted_for", "dates", "dropped"}
_SLOPES = {"points_per_pct": "per +1 %", "pct_per_point": "% per point"}
_UNITS = {"pct": "%", "points": "points", "days": "days", "m": "m", "mps": "m/s"}
_TINY_P = 0.001
_LARGE = 1000.0


def check_rows(checks: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Give each check its plain name and what was found.

    Examples
    --------
    >>> check_rows({"ewc": {"points_per_pct": 0.3, "low": 0.1, "high": 0.5, "df": 10}})
    (('Second method (EWC)', '+0.300 per +1 % (+0.100 to +0.500); df 10'),)
    """
    return tuple(
        (_NAMES.get(name, _spaced(name)), value_words(value))
        for name, value in checks.items()
        if name not in _TOLD_ELSEWHERE
    )


def dropped_rows(checks: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """List why runs were left out of an analysis, and how many."""
    dropped = checks.get("dropped")
    if not isinstance(dropped, Mapping):
        return ()
    return tuple(
        (f"left out of the analysis: {_spaced(reason)}", value_words(count))
        for reason, count in dropped.items()
    )


def value_words(value: object) -> str:
    """Write a number, a yes or no, a text or a mapping as plain words.

    Examples
    --------
    >>> value_words(0.123456), value_words(True), value_words(float("nan"))
    ('0.123', 'yes', '–')
    >>> value_words({"low": -1.5, "n_runs": 12_345})
    'low −1.5; n runs 12345'
    """
    if isinstance(value, Mapping):
        return "; ".join(_pairs(value)) or "–"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(value_words, value)) or "–"
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (int, np.integer)):
        return _minus(str(value))
    if isinstance(value, (float, np.floating)):
        return _number(float(value))
    return "–" if value is None else str(value)


def signed(value: float, digits: int = 2) -> str:
    """Write a number with its sign, an en dash where there is none."""
    return _minus(f"{value:+.{digits}f}") if math.isfinite(value) else "–"


def _pairs(mapping: Mapping[str, object]) -> list[str]:
    """Pair names and values; a slope takes its interval with it."""
    words = []
    taken = set()
    for name, value in mapping.items():
        if name in taken:
            continue
        unit = next((unit for unit in _SLOPES if name.endswith(unit)), None)
        if unit is None or not isinstance(value, float):
            words.append(_pair(name, value))
            continue
        prefix = name.removesuffix(unit)
        text = f"{_spaced(prefix)} {signed(value, 3)} {_SLOPES[unit]}".strip()
        low, high = mapping.get(f"{prefix}low"), mapping.get(f"{prefix}high")
        if isinstance(low, float) and isinstance(high, float):
            beside = [f"{signed(low, 3)} to {signed(high, 3)}"]
            taken |= {f"{prefix}low", f"{prefix}high"}
            for key in ("p_value", "n"):
                if (name_of := f"{prefix}{key}") in mapping:
                    beside.append(_pair(key, mapping[name_of]))
                    taken.add(name_of)
            text += f" ({'; '.join(beside)})"
        words.append(text)
    return words


def _pair(name: str, value: object) -> str:
    if name == "placement":
        return str(value)
    if name.endswith("p_value"):
        words = f"{_spaced(name.removesuffix('p_value'))} p".strip()
        is_tiny = isinstance(value, float) and value < _TINY_P
        return f"{words} < 0.001" if is_tiny else f"{words} = {value_words(value)}"
    if isinstance(value, bool):
        return f"{_spaced(name.removeprefix('is_'))}: {value_words(value)}"
    return _measure(name, value) if isinstance(value, float) else _plain(name, value)


def _measure(name: str, value: float) -> str:
    """Put the unit that ends a name behind the number."""
    if name.startswith("points_per_"):
        words = f"{value_words(value)} {_spaced(name).replace(' pct', ' %')}"
        return words.replace("points", "point") if value == 1 else words
    if "share" in name.split("_"):
        return f"{_spaced(name)} {value_words(100 * value)} %"
    stem, _, suffix = name.rpartition("_")
    if stem and suffix in _UNITS:
        return f"{_spaced(stem)} {value_words(value)} {_UNITS[suffix]}"
    return _plain(name, value)


def _plain(name: str, value: object) -> str:
    return f"{_spaced(name)} {value_words(value)}"


def _number(value: float) -> str:
    if not math.isfinite(value):
        return "–"
    # Four digits before the point are easier to read whole than as powers of ten.
    digits = f"{value:.0f}" if abs(value) >= _LARGE else f"{value:.3g}"
    return _minus(digits)


def _spaced(name: object) -> str:
    return str(name).replace("_", " ").strip()


def _minus(digits: str) -> str:
    return digits.replace("-", "−")
