"""What can go wrong, as classes that carry data and one clear line each.

Every message says where, what was found, what was expected and what to do. A caller
that wants to catch all of it catches `HipstrideError`.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = [
    "DataQualityWarning",
    "FitError",
    "HipstrideError",
    "JournalError",
    "LibraryError",
    "NotEnoughDataError",
    "ReadError",
    "TableError",
    "UnknownFormatError",
    "XmlError",
]


# A line of ten thousand faults tells less than one of fifty; `faults` has them all.
_FAULTS_SHOWN = 50


class HipstrideError(Exception):
    """Any failure that hipstride reports in one line."""

    # A worker process sends its error home by pickle, which would else call the
    # class with `args` and miss the keyword-only ones.
    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.args, vars(self)))


class ReadError(HipstrideError):
    """A file could not be read.

    Parameters
    ----------
    source : str
        The file, as the caller named it.
    found : str
        What was found, with its place where there is one.
    expected : str
        What would have been right; may be empty.
    remedy : str
        What the reader of the message can do; may be empty.

    Examples
    --------
    >>> str(ReadError("a.fit", "a file of 0 bytes", "a FIT header", "export it again"))
    'a.fit: found a file of 0 bytes; expected a FIT header; export it again'
    """

    def __init__(
        self, source: str, found: str, expected: str = "", remedy: str = ""
    ) -> None:
        self.source = source
        self.found = found
        self.expected = expected
        self.remedy = remedy
        super().__init__(source, found, expected, remedy)

    def __str__(self) -> str:
        parts = [f"found {self.found}"]
        if self.expected:
            parts.append(f"expected {self.expected}")
        if self.remedy:
            parts.append(self.remedy)
        return f"{self.source}: {'; '.join(parts)}"


class UnknownFormatError(ReadError):
    """The file is none of the formats that hipstride reads."""


class FitError(ReadError):
    """A FIT file is damaged beyond use; `offset` is the byte where it went wrong."""

    def __init__(
        self,
        source: str,
        found: str,
        expected: str = "",
        remedy: str = "",
        *,
        offset: int = 0,
    ) -> None:
        super().__init__(source, f"{found} at byte {offset}", expected, remedy)
        self.offset = offset


class XmlError(ReadError):
    """A GPX or TCX file is damaged beyond use, or holds what is refused in it."""

    def __init__(
        self,
        source: str,
        found: str,
        expected: str = "",
        remedy: str = "",
        *,
        line: int = 0,
        column: int = 0,
    ) -> None:
        place = f" at line {line}, column {column}" if line else ""
        super().__init__(source, f"{found}{place}", expected, remedy)
        self.line = line
        self.column = column


class JournalError(ReadError):
    """A diary has faulty rows; `faults` lists all of them, one line each."""

    def __init__(
        self, source: str, faults: Sequence[str], remedy: str = "mend the rows"
    ) -> None:
        self.faults = tuple(faults)
        count = len(self.faults)
        shown = list(self.faults[:_FAULTS_SHOWN])
        if count > _FAULTS_SHOWN:
            shown.append(f"and {count - _FAULTS_SHOWN} more")
        found = f"{count} fault{'s' if count != 1 else ''}: " + " | ".join(shown)
        super().__init__(source, found, remedy=remedy)


class TableError(HipstrideError, ValueError):
    """A table lacks a column, or a column holds what it must not."""


class NotEnoughDataError(HipstrideError, ValueError):
    """The data cannot answer; `needed` and `got` say by how much.

    Examples
    --------
    >>> str(NotEnoughDataError("rated runs", needed=30, got=4))
    'not enough rated runs: needed 30, got 4'
    """

    def __init__(
        self, what: str, *, needed: float, got: float, remedy: str = ""
    ) -> None:
        self.what = what
        self.needed = needed
        self.got = got
        self.remedy = remedy
        super().__init__(what, needed, got, remedy)

    def __str__(self) -> str:
        tail = f"; {self.remedy}" if self.remedy else ""
        return f"not enough {self.what}: needed {self.needed:g}, got {self.got:g}{tail}"


class LibraryError(HipstrideError):
    """The library on disk cannot be used as asked."""


class DataQualityWarning(UserWarning):
    """Something was read, but part of it is doubtful or was skipped."""


def _rebuild(
    kind: type[HipstrideError], args: tuple[object, ...], state: dict[str, object]
) -> HipstrideError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error
