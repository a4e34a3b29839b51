"""What to do next, given how a library stands."""

from __future__ import annotations

from dataclasses import dataclass
from shlex import quote

from hipstride.library._standing import Standing

__all__ = ["Step", "next_steps"]

# The association wants 8 runs at the very least; with fewer than about 40 its interval
# rarely tells one point per 5 % from none (docs/methods/power.md).
_LEAST_RUNS_RATED = 8
_USUAL_RUNS_RATED = 40
# A rating of before the run tells a sore hip's short step from a short step's sore hip.
_SHARE_RATED_BEFORE = 0.5


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, and why.

    Parameters
    ----------
    command : str
        What to type.
    why : str
        What it does for the runner, as a sentence without its full stop.
    """

    command: str
    why: str


def next_steps(standing: Standing) -> tuple[Step, ...]:
    """Give the next few steps of a runner, the first one first.

    Examples
    --------
    >>> next_steps(Standing("library", exists=False))[0].command
    'hipstride demo'
    """
    if not standing.n_runs:
        return _without_runs(standing)
    if not standing.n_runs_rated:
        return _without_ratings()
    steps = _gaps(standing)
    if standing.n_runs_rated < _LEAST_RUNS_RATED:
        few = f"{_LEAST_RUNS_RATED} rated runs are the least an analysis can use"
        return (*steps, Step("hipstride power", f"see how many runs it takes; {few}"))
    return (*steps, *_questions(standing))


def _without_runs(standing: Standing) -> tuple[Step, ...]:
    steps = [
        Step("hipstride import PATH", "take in an export: a file, a folder or a zip")
    ]
    if not standing.exists:
        demo = Step("hipstride demo", "see the whole way on a simulated runner")
        steps.insert(0, demo)
    if not standing.n_ratings:
        steps.append(_rate("hipstride log pain 4 --moment after"))
    return tuple(steps)


def _without_ratings() -> tuple[Step, ...]:
    return (
        _rate("hipstride log pain"),
        Step("hipstride log import DIARY.csv", "take in a diary that you kept before"),
        Step("hipstride log offers", "look for ratings in the names of your runs"),
        Step("hipstride curve", "see how your step length goes with your speed"),
    )


def _rate(command: str) -> Step:
    return Step(command, "rate the pain of a run; a rating of 0 is news, a blank not")


def _gaps(standing: Standing) -> list[Step]:
    """Name what the diary lacks."""
    steps = []
    if standing.unrated_on is not None and standing.unrated_on == standing.last_on:
        day = standing.unrated_on
        steps.append(
            Step(
                f"hipstride log pain --date {day}",
                f"your last run, of {day}, has no rating",
            )
        )
    if standing.n_runs_rated_before < _SHARE_RATED_BEFORE * standing.n_runs_rated:
        steps.append(
            Step(
                "hipstride log pain 2 --moment before",
                "rate before the run too: a sore hip shortens the step by itself",
            )
        )
    if not standing.changes:
        steps.append(
            Step(
                'hipstride log change "shorter stride" --kind stride --from DAY',
                "note what you changed, and rests, shots and shoes too",
            )
        )
    return steps


def _questions(standing: Standing) -> list[Step]:
    """Name what can be asked by now."""
    site = f" --site {quote(standing.sites[0])}" if len(standing.sites) > 1 else ""
    if standing.n_runs_rated < _USUAL_RUNS_RATED:
        first = Step("hipstride power", "see if so few rated runs can answer at all")
    else:
        first = Step(
            f"hipstride analyze{site}", "does pain go with stride at the same speed"
        )
    steps = [first]
    if len(standing.changes) == 1:
        label = quote(standing.changes[0][0])
        steps.append(
            Step(
                f"hipstride change {label}{site}",
                "was pain different from its first day on",
            )
        )
    elif standing.changes:
        steps.append(
            Step(f"hipstride ledger{site}", "all you tried, nulls included, in a table")
        )
    steps.append(Step(f"hipstride report{site}", "the whole answer on one page"))
    steps.append(
        Step(
            f"hipstride trial draw{_arm(standing)} --from DAY --out trial.json",
            "the one test that tells your change from all that goes with it",
        )
    )
    return steps


def _arm(standing: Standing) -> str:
    """Name the runner's own change as what is tested; without one, a shorter stride."""
    if not standing.changes:
        return ""
    return f" --arm {quote(standing.changes[-1][0])}"
