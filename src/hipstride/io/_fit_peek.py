"""What a FIT file is, told by as little of it as will do.

A watch writes a file for everything: monitoring, sleep, settings, courses. The first
message of each names its type, so that nineteen files of twenty are put aside after
some fifty bytes. Of an activity the session messages name the sports; finding them
takes a walk over the messages, a tenth of the time that decoding takes.

Source: FIT protocol, "File ID Message" and "Record Format".
"""

from __future__ import annotations

from hipstride.io._fit_profile import enum_words
from hipstride.io._fit_scan import is_fit
from hipstride.io._fit_sessions import word
from hipstride.io._fit_tables import Tables

__all__ = ["HEAD_BYTES", "file_type", "session_sports"]

# A header, the definition of the first message with all its fields, and the message.
HEAD_BYTES = 512
_DEFINITION = 0x40
_DEVELOPER = 0x20
_LOCAL_TYPE = 0x0F
_FILE_ID = 0
_TYPE_FIELD = 0
_FIELD_BYTES = 3
_DEFINITION_HEAD_BYTES = 6
_INVALID = 0xFF


def file_type(head: bytes) -> str:
    """Give the type that the first message of a FIT file names.

    Parameters
    ----------
    head : bytes
        The first bytes of the file, `HEAD_BYTES` or more where it has as many.

    Returns
    -------
    str
        In the words of the FIT profile (``activity``, ``monitoring_b``); a code without
        a word as its number; empty where the first message is another, or is not whole.

    Examples
    --------
    >>> from hipstride import sample
    >>> path = sample.folder() / "runs" / "run-0001.fit"
    >>> file_type(path.read_bytes()[:HEAD_BYTES]), file_type(b"PK")
    ('activity', '')
    """
    if not is_fit(head):
        return ""
    at = head[0]
    if len(head) < at + _DEFINITION_HEAD_BYTES or not head[at] & _DEFINITION:
        return ""
    order = "big" if head[at + 2] else "little"
    if int.from_bytes(head[at + 3 : at + 5], order) != _FILE_ID:  # type: ignore[arg-type]
        return ""
    n_fields = head[at + 5]
    fields = at + _DEFINITION_HEAD_BYTES
    stop = fields + _FIELD_BYTES * n_fields
    if len(head) <= stop:
        return ""
    offset = 0
    for place in range(fields, stop, _FIELD_BYTES):
        if head[place] == _TYPE_FIELD:
            break
        offset += head[place + 1]
    else:
        return ""
    if head[at] & _DEVELOPER:
        stop += 1 + _FIELD_BYTES * head[stop]
    is_next = len(head) > stop + 1 + offset and head[stop] == head[at] & _LOCAL_TYPE
    code = head[stop + 1 + offset] if is_next else _INVALID
    return "" if code == _INVALID else enum_words("file").get(code, str(code))


def session_sports(tables: Tables) -> list[tuple[str, str]]:
    """Give sport and sub-sport of each session of a FIT file, without its records.

    Parameters
    ----------
    tables : Tables
        The file's messages.

    Returns
    -------
    list of tuple
        In the words of the FIT profile, empty words where not said; an empty list where
        the file has no session message, so that only its records can tell.

    Examples
    --------
    >>> from hipstride import sample
    >>> from hipstride.io.fit import fit_messages
    >>> from hipstride.io._open import load
    >>> raw = load(sample.folder() / "runs" / "run-0001.fit")
    >>> session_sports(fit_messages(raw))
    [('running', 'generic')]
    """
    table = tables.get("session")
    if table is None:
        return []
    return [
        (word("sport", sport), word("sub_sport", sub_sport))
        for sport, sub_sport in table.block(("sport", "sub_sport")).T.tolist()
    ]
