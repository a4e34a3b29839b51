"""``--units``: kilometres or miles, on the screen and in pictures."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from hipstride.units import default_units, metres_per

__all__ = ["Units", "UnitsOption", "chosen"]


class Units(StrEnum):
    """What distances and paces are told in."""

    KM = "km"
    MI = "mi"

    @property
    def metres(self) -> float:
        """How long one is [m]."""
        return metres_per(self.value)


UnitsOption = Annotated[
    Units | None,
    typer.Option(
        "--units",
        help="Kilometres or miles; else HIPSTRIDE_UNITS, else as the locale says.",
    ),
]


def chosen(units: Units | None) -> Units:
    """Give the units asked for, or those of the machine.

    Examples
    --------
    >>> chosen(Units.MI).value
    'mi'
    """
    return units or Units(default_units())
