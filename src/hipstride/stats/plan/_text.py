"""A plan as text, with a fingerprint that shows whether it was touched since."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, fields
from typing import NoReturn

from hipstride.errors import TableError
from hipstride.stats.plan._plan import Plan

__all__ = ["plan_from_json", "plan_sha256", "plan_to_json"]

_VERSION = 1
_VERSION_KEY, _HASH_KEY = "hipstride_plan", "sha256"
_DATES = ("written_on", "change_on", "data_from", "data_to")
_LISTS = ("secondary_outcomes", "covariates", "controls")
_NUMBERS = ("smallest_effect_points", "alpha")
_WHOLE = ("washout_days", "seed")
_TEXTS = (
    *("estimand", "outcome", "change", "schedule_sha256", "analgesic"),
    *("side", "site"),
)
_RENEW = "write a new plan with `hipstride plan`"


def plan_sha256(plan: Plan) -> str:
    """Give the SHA-256 of a plan: of all its parts, as JSON with sorted keys.

    Parameters
    ----------
    plan : Plan
        The plan.

    Returns
    -------
    str
        64 hexadecimal digits.

    Examples
    --------
    >>> plan = Plan(estimand="association", written_on=dt.date(2026, 9, 1))
    >>> len(plan_sha256(plan))
    64
    """
    text = json.dumps(
        _payload(plan), sort_keys=True, separators=(",", ":"), ensure_ascii=True
    )
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def plan_to_json(plan: Plan) -> str:
    """Write a plan as text, to be kept before looking.

    Parameters
    ----------
    plan : Plan
        The plan.

    Returns
    -------
    str
        JSON with the fingerprint; `plan_from_json` reads and checks it.

    Examples
    --------
    >>> plan = Plan(estimand="association", written_on=dt.date(2026, 9, 1))
    >>> plan_from_json(plan_to_json(plan)) == plan
    True
    """
    kept = {**_payload(plan), _HASH_KEY: plan_sha256(plan)}
    return json.dumps(kept, indent=1, ensure_ascii=False) + "\n"


def plan_from_json(text: str) -> Plan:
    """Read a plan and check that it is as it was written.

    Parameters
    ----------
    text : str
        What `plan_to_json` gave.

    Returns
    -------
    Plan
        The plan.

    Raises
    ------
    TableError
        If it is no such text, a part is unknown, missing or unfit, or the fingerprint
        is not that of what stands there: then the plan was changed after it was
        written.

    Examples
    --------
    >>> plan_from_json("{}")
    Traceback (most recent call last):
    hipstride.errors.TableError: plan: found no hipstride_plan; expected a file ...
    """
    kept = _parsed(text)
    version = kept.pop(_VERSION_KEY, None)
    if version != _VERSION:
        found = "no" if version is None else f"{version!r} for"
        found_words = f"{found} {_VERSION_KEY}"
        raise _fault(
            found_words,
            f"a file of `hipstride plan`, version {_VERSION}",
        )
    stated = kept.pop(_HASH_KEY, None)
    names = [field.name for field in fields(Plan)]
    unknown = [name for name in kept if name not in names]
    missing = [name for name in names if name not in kept]
    if unknown or missing:
        what = f"unknown {unknown[0]!r}" if unknown else f"no {missing[0]!r}"
        raise _fault(what, f"{', '.join(names)}; {_RENEW}")
    plan = Plan(**{name: _part(name, kept[name]) for name in names})  # type: ignore[arg-type]
    own = plan_sha256(plan)
    if stated != own:
        found_words = (
            f"the sha256 {str(stated)[:12]!r}, and {own[:12]!r} for what stands in it"
        )
        raise _fault(
            found_words,
            f"the same: the plan was changed after it was written; {_RENEW}",
        )
    return plan


def _payload(plan: Plan) -> dict[str, object]:
    parts: dict[str, object] = asdict(plan)
    for name in _DATES:
        day = getattr(plan, name)
        parts[name] = day.isoformat() if day else None
    # So that 1 and 1.0, which are the same plan, have the same fingerprint.
    for name in _NUMBERS:
        parts[name] = float(getattr(plan, name))
    return {_VERSION_KEY: _VERSION, **parts}


def _parsed(text: str) -> dict[str, object]:
    try:
        kept = json.loads(text, parse_constant=_no_constant)
    except (json.JSONDecodeError, RecursionError) as error:
        found_words = f"no JSON ({error})"
        raise _fault(found_words, "a file of `hipstride plan`") from None
    if not isinstance(kept, dict):
        raise _fault(type(kept).__name__, "an object, a file of `hipstride plan`")
    return kept


def _no_constant(name: str) -> NoReturn:
    raise _fault(name, "finite numbers")


def _part(name: str, value: object) -> object:
    """Give one part its type, or refuse it by name."""
    wanted, is_fit = _KINDS[name]
    if not is_fit(value):
        found_words = f"{value!r} for {name}"
        raise _fault(found_words, wanted)
    if name in _DATES:
        return None if value is None else dt.date.fromisoformat(str(value))
    if isinstance(value, list):
        return tuple(tuple(one) if isinstance(one, list) else one for one in value)
    return value


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_day(value: object) -> bool:
    try:
        dt.date.fromisoformat(str(value))
    except ValueError:
        return False
    return isinstance(value, str)


def _is_day_or_none(value: object) -> bool:
    return value is None or _is_day(value)


def _are_names(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _are_pairs(value: object) -> bool:
    return isinstance(value, list) and all(
        _are_names(pair) and len(pair) == 2  # noqa: PLR2004 - run and reason
        for pair in value
    )


def _fault(found: str, expected: str) -> TableError:
    return TableError(f"plan: found {found}; expected {expected}")


_KINDS = {
    **dict.fromkeys(_TEXTS, ("text", _is_text)),
    **dict.fromkeys(_NUMBERS, ("a number", _is_number)),
    **dict.fromkeys(_WHOLE, ("a whole number", _is_whole)),
    **dict.fromkeys(_LISTS, ("a list of names", _are_names)),
    "excluded_runs": ("pairs of run and reason", _are_pairs),
    "written_on": ("a day such as 2026-09-01", _is_day),
    **dict.fromkeys(
        ("change_on", "data_from", "data_to"),
        ("a day such as 2026-09-01, or null", _is_day_or_none),
    ),
}
