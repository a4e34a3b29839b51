"""The rows of a list of activities, out of the JSON of a Garmin account's export."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator

from hipstride.errors import ReadError
from hipstride.io._open import RawFile

__all__ = ["REMEDY", "WANTED", "rows_of"]

WANTED = "a list of activities from a Garmin account, as JSON"
REMEDY = "ask Garmin for the export again"
_LIST = "summarizedActivitiesExport"


def rows_of(raw: RawFile, wanted: Collection[str]) -> list[object]:
    """Give the rows of the list, each with no more than the `wanted` keys.

    Raises
    ------
    ReadError
        If the file is no JSON.

    Examples
    --------
    >>> text = b'[{"summarizedActivitiesExport": [{"name": "Easy", "pr": NaN}]}]'
    >>> rows_of(RawFile("a.json", text, text), {"name"})
    [{'name': 'Easy'}]
    """
    return list(_rows(_parsed(raw, {*wanted, _LIST})))


def _parsed(raw: RawFile, wanted: Collection[str]) -> object:
    """Parse the JSON, keeping no more of it than is asked for.

    A long export holds 100 MB, nearly all of it splits and heart rates.
    """

    def kept(pairs: list[tuple[str, object]]) -> dict[str, object]:
        return {key: value for key, value in pairs if key in wanted}

    if not raw.data.strip():
        raise ReadError(raw.name, f"a file of {len(raw.data)} bytes", WANTED, REMEDY)
    try:
        return json.loads(
            raw.data,
            object_pairs_hook=kept,
            # Python reads NaN and Infinity, which are no JSON; they say nothing.
            parse_constant=lambda _: None,
        )
    except json.JSONDecodeError as error:
        found = f"broken JSON ({error.msg}) at line {error.lineno}"
    except UnicodeDecodeError:
        found = "bytes that are no text"
    except RecursionError:
        found = "JSON that is nested without end"
    except ValueError:
        # Python refuses to read thousands of digits as one number.
        found = "a number that is no number of an activity"
    raise ReadError(raw.name, found, WANTED, REMEDY)


def _rows(parsed: object) -> Iterator[object]:
    """Give the rows, whether they stand in one list, in several, or bare."""
    pieces = parsed if isinstance(parsed, list) else [parsed]
    for piece in pieces:
        if isinstance(piece, dict) and _LIST in piece:
            listed = piece[_LIST]
            yield from listed if isinstance(listed, list) else ()
        elif isinstance(piece, list):
            yield from piece
        else:
            yield piece
