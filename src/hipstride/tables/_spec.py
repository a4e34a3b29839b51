"""How a table is described and checked.

A `Table` is not a kind of DataFrame: it is a description that a plain DataFrame is
held against. It is a class because its columns are looked up by name in three ways
(to check, to make an empty frame, to write the glossary) from one definition.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from hipstride.errors import TableError

__all__ = ["Column", "Kind", "Table"]

Kind = Literal["float", "int", "bool", "text", "instant", "day"]

# The dtype that an empty column of each kind has. Days are midnight without a zone.
DTYPES: dict[Kind, str] = {
    "float": "float64",
    "int": "int64",
    "bool": "bool",
    "text": "str",
    "instant": "datetime64[us, UTC]",
    "day": "datetime64[us]",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it is called, what it holds, what is plausible.

    `low` and `high` are the ends of what a real runner's data can hold; they are
    used to flag and to write the glossary, never to change a value in silence.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    required: bool = False

    def fits(self, values: pd.Series) -> bool:
        """Tell whether a column of a frame holds this kind of value."""
        dtype = values.dtype
        match self.kind:
            case "float":
                return pd.api.types.is_numeric_dtype(
                    dtype
                ) and not pd.api.types.is_bool_dtype(dtype)
            case "int":
                return pd.api.types.is_integer_dtype(dtype)
            case "bool":
                return pd.api.types.is_bool_dtype(dtype)
            case "text":
                if isinstance(dtype, pd.CategoricalDtype):
                    dtype = dtype.categories.dtype
                return pd.api.types.is_string_dtype(dtype) or bool(values.isna().all())
            case "instant":
                return isinstance(dtype, pd.DatetimeTZDtype) and str(dtype.tz) == "UTC"
            case "day":
                return pd.api.types.is_datetime64_dtype(dtype) and bool(
                    (values.dt.normalize() == values)[values.notna()].all()
                )


@dataclass(frozen=True, slots=True)
class Table:
    """A named set of columns, one row of which is `row`."""

    name: str
    row: str
    columns: tuple[Column, ...]
    # Columns that carry the user's own names behind a prefix, such as `dev_power`.
    prefixes: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Column:
        for column in self.columns:
            if column.name == name:
                return column
        msg = f"{self.name}: no column {name!r}; it has {', '.join(self.names)}"
        raise TableError(msg)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """The names of the columns that every such table has."""
        return tuple(column.name for column in self.columns if column.required)

    def check(self, frame: pd.DataFrame, *needed: str) -> None:
        """Refuse a frame that is not such a table.

        Parameters
        ----------
        frame : DataFrame
            The table to check.
        *needed : str
            Columns that the caller will use, beside the required ones. When given,
            only these are asked for, so that a bare frame of the right columns will
            do.

        Raises
        ------
        TableError
            If a column is missing or holds another kind of value.

        Examples
        --------
        >>> from hipstride.tables import SAMPLES
        >>> SAMPLES.check(pd.DataFrame({"speed_mps": [3.0]}), "speed_mps", "time")
        Traceback (most recent call last):
        ...
        hipstride.errors.TableError: samples: column 'time' is missing; found speed_mps
        """
        wanted = needed or self.required
        missing = [name for name in wanted if name not in frame.columns]
        if missing:
            word = "columns" if len(missing) > 1 else "column"
            verb = "are" if len(missing) > 1 else "is"
            listed = ", ".join(repr(name) for name in missing)
            found = ", ".join(map(str, frame.columns)) or "no columns"
            msg = f"{self.name}: {word} {listed} {verb} missing; found {found}"
            raise TableError(msg)
        checked = {*wanted, *self.required} & set(frame.columns)
        for column in self.columns:
            if column.name in checked and not column.fits(frame[column.name]):
                msg = (
                    f"{self.name}: column {column.name!r} has dtype "
                    f"{frame[column.name].dtype}; expected {column.kind} "
                    f"({DTYPES[column.kind]})"
                )
                raise TableError(msg)

    def empty(self, *names: str) -> pd.DataFrame:
        """Make a table of no rows with the named columns, or the required ones."""
        return pd.DataFrame(
            {
                name: pd.Series([], dtype=DTYPES[self[name].kind])
                for name in (names or self.required)
            }
        )

    def order(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Put the columns in the table's order, others behind them as they come."""
        known = [name for name in self.names if name in frame.columns]
        others = [name for name in frame.columns if name not in set(known)]
        return frame[[*known, *others]]
