"""How the ledger was computed, and what limits all of it."""

from __future__ import annotations

from hipstride.stats.change._ledger_fit import JointFit
from hipstride.stats.change._ledger_groups import Layout
from hipstride.stats.change._ledger_things import Thing
from hipstride.stats.change._rows import ChangeRows

__all__ = ["caveats_of", "method_of"]

_PEAK = (
    "People change something when it hurts most, and pain then falls by itself: ask "
    "why each day was chosen, and look at one change closely as a dated change"
)


def method_of(rows: ChangeRows | None, fit: JointFit, washout_days: float) -> str:
    if rows is None or not fit.groups:
        return "none: nothing could be fitted"
    adjusted_for = ", ".join(
        [*(["a linear trend"] if fit.has_trend else []), *rows.adjusted_for]
    )
    return (
        "one GapGLS (REML, exponential correlation in days with a nugget, "
        "Kenward-Roger) with a level for each change"
        + (f"; net of {adjusted_for}" if adjusted_for else "")
        + f"; the first {washout_days:g} days after each start left out"
    )


def caveats_of(
    rows: ChangeRows | None,
    things: tuple[Thing, ...],
    layout: Layout,
    fit: JointFit,
    refusal: str,
) -> tuple[str, ...]:
    if not things:
        return ("No change is logged: log what you changed and when",)
    if rows is None:
        return (f"This history cannot answer: {refusal}",)
    caveats = [_PEAK, *rows.caveats, *fit.caveats]
    n_left_out = int((~layout.kept).sum())
    if n_left_out:
        caveats.append(
            f"Rated runs left out, in the first days after a start or within a rest: "
            f"{n_left_out}"
        )
    if layout.refusals and fit.groups:
        caveats.append(
            "Changes without an estimate are not in the model, so that what they did "
            f"may stand in the others: {len(layout.refusals)}"
        )
    if fit.groups and not fit.has_trend:
        caveats.append("Too few days for a trend: every row is capped at level 0")
    return tuple(caveats)
