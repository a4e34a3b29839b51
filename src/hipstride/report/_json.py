"""The report as data: what the page says, for another program to show."""

from __future__ import annotations

import json

from hipstride.report import _words
from hipstride.report._contents import Contents

__all__ = ["json_of"]


def json_of(contents: Contents) -> str:
    """Write the report as one JSON object; what is not known is null."""
    c = contents
    payload = {
        "hipstride": c.version,
        "title": c.title,
        "outcome": c.outcome,
        "n_runs": c.n_runs,
        "n_rated": c.n_rated,
        "dates": c.dates,
        "red_flags": list(_words.RED_FLAGS),
        "results": [result.to_dict() for result in c.results],
        "ledger": None if c.ledger is None else c.ledger.to_dict(),
        "changes": [
            {"label": label, "first": first, "last": last, "n_runs": count}
            for label, first, last, count in c.changes
        ],
        "quality": [{"what": what, "found": found} for what, found in c.quality],
        "runs": [dict(zip(c.raw_heads, row, strict=True)) for row in c.raw],
        "methods": c.methods,
        "n_more_changes": c.n_more_changes,
        "n_more_runs": c.n_more_raw,
        "seeds": list(c.seeds),
        "plan_sha256": list(c.plan_hashes),
        "cannot_tell": [_words.NO_CONTROLLED_EVIDENCE, *_words.CANNOT_TELL],
        "would_answer": list(_words.WOULD_ANSWER),
        "not_medical_advice": _words.NOT_MEDICAL_ADVICE,
    }
    return json.dumps(payload, allow_nan=False, ensure_ascii=False, indent=1) + "\n"
