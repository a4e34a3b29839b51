"""The report as Markdown, for a repository, a ticket or a letter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hipstride.report import _words
from hipstride.report._contents import Contents
from hipstride.report._ledger_rows import LEDGER_HEADS

__all__ = ["markdown_of"]

_MARKS = r"\`*_{}[]<>#|~$"


def markdown_of(contents: Contents) -> str:
    """Set the report in Markdown: headings, sentences and tables, no pictures."""
    return "\n".join(_lines(contents)).rstrip() + "\n"


def _lines(c: Contents) -> Iterator[str]:
    yield f"# {_plain(c.title)}\n"
    yield f"{c.n_rated} rated of {c.n_runs} runs, {c.dates}\n"
    yield f"> **{_words.RED_FLAGS_HEAD}** {'; '.join(_words.RED_FLAGS)}."
    yield f"> {_words.RED_FLAGS_WHY}\n"
    if not c.answers and c.ledger is None:
        yield "No analysis was made, so this only shows the records.\n"
    for a in c.answers:
        yield f"## {_plain(a.result.question)}\n"
        yield f"**Level {a.result.verdict_level}, {a.level_name}.**"
        yield f"{_plain(a.result.verdict)}\n"
        heads = (
            "What is estimated",
            "Estimate",
            f"{100 * a.result.level:g} % interval",
        )
        yield from _table(heads, a.estimates)
        left_out = f", {a.result.n_dropped} could not be" if a.result.n_dropped else ""
        yield f"{a.result.n} runs were used{left_out}.\n"
        yield from _bullets("What limits this answer", a.result.caveats)
    if c.ledger is not None:
        yield "## All that was tried\n"
        yield from _table(LEDGER_HEADS, c.ledger_lines)
        if not c.ledger_lines:
            yield "Nothing was tried in the time of these runs.\n"
        if c.n_more_ledger:
            yield f"and {c.n_more_ledger} more.\n"
    if c.audience == "runner":
        yield from _how_sure(c)
    yield "## What this cannot tell\n"
    yield f"**{_words.NO_CONTROLLED_EVIDENCE}**\n"
    yield from _bullets("", _words.CANNOT_TELL)
    yield "## What would answer the question\n"
    yield from _bullets("", _words.WOULD_ANSWER)
    if c.audience == "runner":
        yield "## Quality of the data\n"
        yield from _table(("What", "Found"), c.quality)
        yield "## The runs\n"
        yield from _table(c.raw_heads, c.raw)
        if c.n_more_raw:
            yield f"and {c.n_more_raw} earlier runs.\n"
    if c.methods:
        yield f"**Methods.** {_plain(c.methods)}\n"
    if c.seeds:
        yield f"Seed of all that is random: {', '.join(map(str, c.seeds))}.\n"
    for sha256 in c.plan_hashes:
        yield f"Plan written beforehand, SHA-256: `{sha256}`\n"
    yield f"{_words.NOT_MEDICAL_ADVICE} Written by hipstride {c.version}."


def _how_sure(c: Contents) -> Iterator[str]:
    for a in c.answers:
        yield f"## How sure: {_plain(a.result.question)}\n"
        rows = [
            (name, "yes" if is_met else "no", it) for name, is_met, it in a.requirements
        ]
        yield from _table(("Asked for", "Met", "Found"), rows)
        yield from _table(("Check", "Found"), a.checks)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if not rows:
        return
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(_plain(str(cell)) for cell in row)} |"
    yield ""


def _bullets(heading: str, sentences: Sequence[str]) -> Iterator[str]:
    if not sentences:
        return
    if heading:
        yield f"{heading}:\n"
    for sentence in sentences:
        yield f"* {_plain(sentence)}"
    yield ""


def _plain(text: str) -> str:
    """Escape what Markdown or HTML would take for a sign, on one line."""
    line = " ".join(text.split())
    return "".join(f"\\{c}" if c in _MARKS else c for c in line)
