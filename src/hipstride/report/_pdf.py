"""The page as a PDF, printed by a browser that is on the machine."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from hipstride.errors import HipstrideError

__all__ = ["BROWSERS", "browser", "print_to_pdf"]

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
_PATIENCE_S = 120
# Nothing of the page is on the net, and nothing of the browser need be.
_OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-pdf-header-footer",
)


def browser() -> str | None:
    """Find a browser that can print without a screen.

    ``HIPSTRIDE_BROWSER`` names one that is not on the path.
    """
    named = os.environ.get("HIPSTRIDE_BROWSER")
    candidates = (named,) if named else BROWSERS
    return next((found for one in candidates if (found := shutil.which(one))), None)


def print_to_pdf(html: str, out: Path) -> None:
    """Print a page into a PDF file.

    Raises
    ------
    HipstrideError
        If there is no such browser, or it did not print.
    """
    program = browser()
    if program is None:
        msg = (
            f"{out}: found no browser to print the PDF; expected one of "
            f"{', '.join(BROWSERS)} on the path, or the one that HIPSTRIDE_BROWSER "
            "names; write the report as HTML, open it and "
            "print it to PDF, or install Chromium (Debian: apt-get install chromium)"
        )
        raise HipstrideError(msg)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        page = Path(folder) / "report.html"
        page.write_text(html, encoding="utf-8", errors="replace")
        made = Path(folder) / "report.pdf"
        command = [
            program,
            *_OPTIONS,
            # A browser refuses its sandbox to root, as in a container.
            *(["--no-sandbox"] if _is_root() else []),
            f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={made}",
            page.as_uri(),
        ]
        try:
            done = subprocess.run(  # noqa: S603 - a browser found on the path
                command, capture_output=True, check=False, timeout=_PATIENCE_S
            )
            code = str(done.returncode)
        except subprocess.TimeoutExpired:
            code = f"no answer in {_PATIENCE_S} s"
        except OSError as error:
            code = error.strerror or str(error)
        if not made.is_file() or not made.stat().st_size:
            msg = (
                f"{out}: found no PDF from {program} ({code}); expected one; write the "
                "report as HTML, open it and print it to PDF"
            )
            raise HipstrideError(msg)
        out.write_bytes(made.read_bytes())


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
