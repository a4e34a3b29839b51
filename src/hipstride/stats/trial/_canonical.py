"""A drawn schedule as text: one form for one content, and its hash."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from typing import NoReturn

from hipstride.errors import TableError
from hipstride.stats.trial._design import TrialDesign

__all__ = ["day", "design_of", "parsed", "payload", "refuse", "sha256"]

_KEYS = ("design", "seed", "schedule", "drawn_on", "sha256")


def payload(
    design: TrialDesign, seed: int, schedule: tuple[int, ...], drawn_on: dt.date
) -> dict[str, object]:
    """Give what is hashed and kept, as JSON's values."""
    declared = {f.name: getattr(design, f.name) for f in fields(design)}
    declared["started_on"] = design.started_on.isoformat()
    declared["covariates"] = list(design.covariates)
    # So that 1 and 1.0, which are equal, have one hash.
    for name in ("stride_goal_pct", "smallest_effect_points", "alpha"):
        if declared[name] is not None:
            declared[name] = float(declared[name])
    return {
        "design": declared,
        "seed": seed,
        "schedule": list(schedule),
        "drawn_on": drawn_on.isoformat(),
    }


def sha256(
    design: TrialDesign, seed: int, schedule: tuple[int, ...], drawn_on: dt.date
) -> str:
    """Give the hash of a schedule: of its JSON with sorted keys and no spaces."""
    canonical = json.dumps(
        payload(design, seed, schedule, drawn_on),
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=True,
    )
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def parsed(text: str) -> dict[str, object]:
    """Read the text of a schedule, with all its keys."""
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        refuse("no JSON object", "what the drawing wrote")
    missing = [name for name in _KEYS if name not in given]
    if missing:
        refuse(f"no {', '.join(missing)}", f"{', '.join(_KEYS)}")
    return given


def design_of(given: object) -> TrialDesign:
    """Make the design that the text declares."""
    if not isinstance(given, Mapping):
        refuse("a design that is no object", "one with named fields")
    known = {f.name for f in fields(TrialDesign)}
    odd = sorted(known.symmetric_difference(map(str, given)))
    if odd:
        refuse(f"a design with or without {', '.join(odd)}", ", ".join(sorted(known)))
    values = dict(given)
    values["started_on"] = day(values["started_on"], "started_on")
    covariates = values["covariates"]
    values["covariates"] = (
        tuple(covariates) if isinstance(covariates, list) else covariates
    )
    return TrialDesign(**values)


def day(text: object, name: str) -> dt.date:
    """Read a day as 2026-12-01."""
    try:
        return dt.date.fromisoformat(str(text))
    except ValueError:
        msg = f"trial schedule: {name}: found {text!r}; expected a day: 2026-12-01"
        raise TableError(msg) from None


def refuse(found: str, expected: str) -> NoReturn:
    """Raise a TableError of what was found."""
    msg = f"trial schedule: found {found}; expected {expected}"
    raise TableError(msg)
