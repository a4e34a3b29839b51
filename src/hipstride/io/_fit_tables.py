"""What both FIT engines give: the messages of a file by type, as columns.

Protocols, so that the way from messages to recordings is one and the same code, and a
difference between two recordings is a difference between two decoders.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hipstride.io._fit_columns import Description
from hipstride.io._fit_layout import Kind

__all__ = ["Table", "Tables"]


class Table(Protocol):
    """All messages of one type, in the order of the file."""

    @property
    def name(self) -> str:
        """The message type."""
        ...

    @property
    def offsets(self) -> NDArray[np.int64]:
        """Where each message stands; they rise."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """All fields that any of the messages has."""
        ...

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """What each field is."""
        ...

    def __len__(self) -> int: ...

    def block(self, names: tuple[str, ...]) -> NDArray[np.float64]:
        """Give single numbers, shape (names, messages); NaN where there is none."""
        ...

    def arrays(self, name: str) -> NDArray[np.float64]:
        """Give a field of several numbers, shape (messages, most numbers)."""
        ...

    def texts(self, name: str) -> list[str]:
        """Give one text a message; empty where there is none."""
        ...


class Tables(Protocol):
    """All messages of a file by type."""

    @property
    def part_starts(self) -> list[int]:
        """Where each FIT file of a chain begins, as the tables count offsets."""
        ...

    @property
    def faults(self) -> list[str]:
        """What is wrong with the file, one sentence each."""
        ...

    @property
    def developer(self) -> Mapping[str, Description]:
        """What is said about developers' fields, by column."""
        ...

    def __iter__(self) -> Iterator[str]: ...

    def get(self, name: str) -> Table | None:
        """Give the messages of a type, or None if there are none."""
        ...

    def times(
        self, table: Table, stamps: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Give when each message was written [s since the FIT epoch].

        `stamps` are its decoded timestamps, where the caller has them already.
        """
        ...
