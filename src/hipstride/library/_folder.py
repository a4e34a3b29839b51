"""Where a library is."""

from __future__ import annotations

import os
from pathlib import Path

from hipstride.library._database import DATABASE
from hipstride.library._place import default_folder

__all__ = ["Folder"]


class Folder:
    """A folder that is, or shall be, a library.

    A class, since all that is asked of a library is asked of its folder.
    """

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        self.folder = default_folder() if folder is None else Path(folder).expanduser()

    def __repr__(self) -> str:
        return f"Library({str(self.folder)!r})"

    @property
    def exists(self) -> bool:
        """Whether there is a library in the folder."""
        return (self.folder / DATABASE).is_file()
