"""Where a library lies if nobody says so."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

__all__ = ["default_folder"]

_VARIABLE = "HIPSTRIDE_LIBRARY"


def default_folder() -> Path:
    """Give the folder that ``HIPSTRIDE_LIBRARY`` names, else the user's own.

    An empty variable counts as none.
    """
    named = os.environ.get(_VARIABLE, "")
    if named:
        return Path(named).expanduser()
    return platformdirs.user_data_path("hipstride")
