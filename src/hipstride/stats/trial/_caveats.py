"""What limits the answer of a randomised test, and the items of the CENT list."""

from __future__ import annotations

import math

from hipstride.stats.trial._manipulation import Manipulation
from hipstride.stats.trial._trial_words import TrialEvidence
from hipstride.stats.trial.draw import Schedule
from hipstride.stats.trial.joining import Joined
from hipstride.stats.trial.randomisation import RandomisationTest
from hipstride.stats.trial.schedules import count

__all__ = ["caveats_of", "cent_items"]

# Below this p the ratings are missing by arm more than chance would have it.
_MISSING_P = 0.1


def cent_items(
    schedule: Schedule, joined: Joined, used: tuple[str, ...], believed: str | None
) -> dict[str, str]:
    """Answer the items of the CENT 2015 list that a table can answer."""
    design = schedule.design
    table = joined.table
    dates = f"{str(table['local_date'].min())[:10]} to {table['local_date'].max()}"
    return {
        "design": f"{design.kind}, {design.n_units} {design.unit}s, one runner",
        "interventions": f"{design.arm}; control (sham cue): {design.control}",
        "outcome": "ratings 0-10 by the runner",
        "sequence": f"computer, uniform over {count(design)} schedules, seed and hash "
        f"kept on {schedule.drawn_on}",
        "concealment": "none: the runner could read the schedule ahead",
        "blinding": "none; belief at the end: " + (believed or "not asked"),
        "carry_over": "first run after a switch left out"
        if design.washout != "none"
        else "nothing left out",
        "covariates": ", ".join(used) or "none",
        "dates": dates[:24],
        "harms": "not recorded here",
    }


def caveats_of(
    schedule: Schedule,
    joined: Joined,
    found: RandomisationTest,
    followed: Manipulation,
    evidence: TrialEvidence,
    *,
    extra: tuple[str, ...],
    missing_p: float,
    believed: str | None,
) -> tuple[str, ...]:
    """Say what limits the answer, the weightiest first."""
    design = schedule.design
    caveats = [
        (
            "The runner knew the cue of each run; part of a difference can be "
            "expectation. " + _on_belief(design.arm, design.control, believed)
        ),
        (
            "The comparison is as assigned, in one runner, over these weeks; it says "
            "nothing of other runners"
        ),
    ]
    if followed.share_followed < 1:
        caveats.append(
            f"The cue was followed on {100 * followed.share_followed:.0f} % of the "
            "runs with a record; the difference is that of being told, not of doing"
        )
    if math.isfinite(missing_p) and missing_p <= _MISSING_P:
        caveats.append(
            "Ratings are missing more often in one arm than in the other "
            f"(p = {missing_p:.2g}); who forgets by how it feels moves the difference"
        )
    if evidence.share_done < 1:
        caveats.append(
            f"{joined.n_units_done} of {len(schedule.schedule)} {design.unit}s of the "
            "schedule are done; to look early and stop when it looks good makes the p "
            "too small"
        )
    if design.unit == "run":
        caveats.append(
            "Runs are joined in their order: a run of the trial that is not in the "
            "table puts all later ones on the wrong unit"
        )
    if design.washout == "none" and design.kind == "alternation":
        caveats.append(
            "If a cue still acts on the next run, the difference found is too small; "
            "blocks of days hold more of it"
        )
    if found.interval_from == "standardised":
        caveats.append(
            "The schedules differ in how evenly they spread the arms; the interval is "
            "that of the standardised difference"
        )
    if evidence.smallest_effect_points != design.smallest_effect_points:
        caveats.append(
            "The smallest effect of interest is not the declared one "
            f"({design.smallest_effect_points:g})"
        )
    return (*caveats, *extra, *joined.caveats)


def _on_belief(arm: str, control: str, believed: str | None) -> str:
    if believed is None:
        return "Ask at the end which cue the runner believed in"
    told = {
        "arm": f'At the end the runner believed in "{arm}"',
        "control": f'At the end the runner believed in "{control}"',
    }
    return told.get(believed, "At the end the runner believed in neither cue")
