"""Small tables for a notebook: any words, no script, the notebook's own colours.

A caption says what the table is of, headings have their scope, and colours are left to
the notebook's theme, so that it reads the same by day, by night and by a screen reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

__all__ = ["facts_table", "grid_table"]

_LEFT = ' style="text-align:left;vertical-align:top"'
_TABLE = ' style="margin:0 0 0.8em 0"'
# A date or an interval is not broken, nor the name of a fact.
_SHORT = 20
_NAME = ' style="text-align:left;vertical-align:top;white-space:nowrap"'
_CAPTION = ' style="text-align:left;font-weight:bold"'
_LIST = ' style="margin:0;padding-left:1.2em"'


def facts_table(caption: str, facts: Mapping[str, str | Sequence[str]]) -> str:
    """Set out named facts, one below the other.

    Parameters
    ----------
    caption : str
        What they are of.
    facts : mapping of str to str or sequence of str
        Name and words; several sentences become a list. What is empty is left out.

    Returns
    -------
    str
        A table in HTML; every word is escaped.

    Examples
    --------
    >>> html = facts_table("a < b", {"where": "here", "notes": []})
    >>> "a &lt; b" in html, "where" in html, "notes" in html
    (True, True, False)
    """
    rows = "".join(
        f'<tr><th scope="row"{_NAME}>{escape(name)}</th>'
        f'<td dir="auto"{_LEFT}>{_words(told)}</td></tr>'
        for name, told in facts.items()
        if told
    )
    return f"<table{_TABLE}>{_caption(caption)}<tbody>{rows}</tbody></table>"


def grid_table(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]
) -> str:
    """Set out rows under headings; the first cell names its row.

    Parameters
    ----------
    caption : str
        What the table is of.
    heads : sequence of str
        The headings.
    rows : iterable of sequence of str
        The cells, as many in each row as there are headings.

    Returns
    -------
    str
        A table in HTML; every word is escaped.

    Examples
    --------
    >>> grid_table("Two", ["who", "what"], [["a", "<b>"]]).count("<th ")
    3
    """
    head = "".join(f'<th scope="col"{_LEFT}>{escape(name)}</th>' for name in heads)
    body = "".join(
        f'<tr><th scope="row" dir="auto"{_LEFT}>{escape(first)}</th>'
        + "".join(
            f'<td dir="auto"{_NAME if len(cell) <= _SHORT else _LEFT}>'
            f"{escape(cell)}</td>"
            for cell in cells
        )
        + "</tr>"
        for first, *cells in rows
    )
    return (
        f"<table{_TABLE}>{_caption(caption)}<thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def _caption(words: str) -> str:
    return f'<caption dir="auto"{_CAPTION}>{escape(words)}</caption>'


def _words(told: str | Sequence[str]) -> str:
    if isinstance(told, str):
        return escape(told)
    if len(told) == 1:
        return escape(told[0])
    items = "".join(f"<li>{escape(one)}</li>" for one in told)
    return f"<ul{_LIST}>{items}</ul>"
