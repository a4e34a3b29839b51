"""What an import did, counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from hipstride.library._ledger import Seen

__all__ = ["Report"]


@dataclass(slots=True)
class Report:
    """What an import did.

    Parameters
    ----------
    verdicts : Counter
        Files seen for the first time, by verdict: imported, duplicate, not a run,
        unreadable.
    n_known, n_known_zips : int
        Files, and whole zips, that an earlier import has seen.
    n_runs : int
        Runs of the whole library.
    reasons : Counter
        How often each reason was given to a file that is no run.
    unreadable : list
        Files that could not be read, with the reason.
    is_stopped : bool
        It was stopped before its end.
    """

    verdicts: Counter[str] = field(default_factory=Counter)
    n_known: int = 0
    n_known_zips: int = 0
    n_runs: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    is_stopped: bool = False
    # Hashes of what was kept: if it is used is known when the library is settled.
    kept: list[str] = field(default_factory=list)

    @property
    def n_seen(self) -> int:
        """Files that were seen for the first time."""
        return self.verdicts.total() + len(self.kept)

    def add(self, seen: Seen, verdict: str) -> None:
        """Count a file."""
        if verdict == "kept":
            self.kept.append(str(seen.outcome.sha256))
            return
        self.verdicts[verdict] += 1
        if verdict == "not a run":
            self.reasons[seen.outcome.reason] += 1
        elif verdict == "unreadable":
            self.unreadable.append((seen.file, seen.outcome.reason))

    def close(self, became: dict[str, str], n_runs: int) -> None:
        """Count what was kept by what became of it.

        Parameters
        ----------
        became : dict
            The verdict of each kept file, by its hash.
        n_runs : int
            Runs of the whole library.
        """
        self.verdicts.update(became.get(sha256, "imported") for sha256 in self.kept)
        self.kept.clear()
        self.n_runs = n_runs
