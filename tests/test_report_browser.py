"""The report in a real browser: nothing runs, nothing is cut, all can be reached."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread

import hipstride as hs
from hipstride.report._pdf import browser as browser_on_path
from plotcases import HARD_LABELS, tried

pytest.importorskip(
    "axe_playwright_python",
    reason="no axe found; install it: pip install axe-playwright-python",
)
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

INSTALL = "no browser found; install one: apt-get install chromium"
WIDTHS = {"phone": 390, "desktop": 1280}
HEIGHT = 844
SCHEMES = ("light", "dark")
A4_MM, LETTER_MM = (210, 297), (216, 279)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    program = browser_on_path()
    if program is None:
        pytest.skip(INSTALL)
    with sync_playwright() as playwright:
        is_root = hasattr(os, "geteuid") and os.geteuid() == 0
        opened = playwright.chromium.launch(
            executable_path=program,
            chromium_sandbox=not is_root,
            args=["--disable-background-networking", "--disable-component-update"],
        )
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def obs() -> pd.DataFrame:
    runner = hs.simulate.demo_runner()
    return hs.simulate.history(runner, n_runs=160, seed=2).observations


@pytest.fixture(scope="module")
def answers(obs: pd.DataFrame) -> list[object]:
    return [
        hs.stats.association(obs),
        hs.stats.dated_change(obs, "shorter stride"),
        hs.stats.ledger(obs, changes=tried(("two weeks off", "a shot", "core work"))),
    ]


@pytest.fixture(scope="module")
def pages(
    obs: pd.DataFrame, answers: list[object], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    hard = tried(HARD_LABELS)
    return {
        "runner": hs.report.write(folder / "runner.html", obs, answers),
        "physio": hs.report.write(
            folder / "physio.html", obs, answers, audience="physio"
        ),
        "no answer": hs.report.write(folder / "none.html", obs.head(1), []),
        "hard labels": hs.report.write(
            folder / "hard.html",
            obs.assign(**{f"change_{one}": 1.0 for one in HARD_LABELS}),
            [answers[0], hs.stats.ledger(obs, changes=hard)],
            title='</title><script>document.title = "owned"</script>',
        ),
    }


def opened(
    chromium: Browser, path: Path, width: int = 1280, scheme: str = "light"
) -> Page:
    page = chromium.new_page(
        viewport={"width": width, "height": HEIGHT}, color_scheme=scheme
    )
    page.goto(path.as_uri())
    return page


# The whole report in every light and width, the others in two that differ in both.
LOOKS = [
    *(("runner", width, scheme) for width in WIDTHS for scheme in SCHEMES),
    *(
        (name, width, scheme)
        for name in ("physio", "no answer", "hard labels")
        for width, scheme in (("phone", "dark"), ("desktop", "light"))
    ),
]


@pytest.mark.parametrize(("name", "width", "scheme"), LOOKS)
def test_axe_finds_no_violation(
    chromium: Browser, pages: dict[str, Path], name: str, width: str, scheme: str
):
    page = opened(chromium, pages[name], WIDTHS[width], scheme)
    # The table of all runs is looked at too.
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = 1 })")
    found = Axe().run(page)
    page.close()

    assert found.violations_count == 0, found.generate_report()
    assert len(found.response["passes"]) > 10


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
@pytest.mark.parametrize("name", ["runner", "physio", "no answer", "hard labels"])
def test_the_page_fits_its_width_and_the_red_flags_its_first_screen(
    chromium: Browser, pages: dict[str, Path], name: str, width: int
):
    page = opened(chromium, pages[name], width)
    wide = page.evaluate("document.documentElement.scrollWidth")
    flags = page.locator(".flags h2").bounding_box()
    page.close()

    assert wide <= width
    assert flags is not None
    assert 0 <= flags["y"] < HEIGHT / 2


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_a_screenshot_shows_dark_on_light_or_light_on_dark(
    chromium: Browser, pages: dict[str, Path], width: int, scheme: str
):
    page = opened(chromium, pages["runner"], width, scheme)
    shot = imread(io.BytesIO(page.screenshot(full_page=True)), format="png")
    page.close()
    grey = shot[..., :3].mean(axis=2)
    paper = float(np.median(grey))

    assert shot.shape[1] == width
    assert paper > 0.9 if scheme == "light" else paper < 0.25
    # Not a blank page: some of it is as far from the paper as ink is.
    assert 0.01 < float(np.mean(np.abs(grey - paper) > 0.4)) < 0.4


def test_every_picture_is_loaded_and_has_words(
    chromium: Browser, pages: dict[str, Path]
):
    page = opened(chromium, pages["runner"])
    pictures = page.evaluate(
        "[...document.images].map(i => [i.complete, i.naturalWidth, i.alt])"
    )
    page.close()

    assert len(pictures) == 5
    for is_loaded, width, alt in pictures:
        assert is_loaded
        assert width > 300
        assert re.search(r"\d+ .*run", alt)


def test_nothing_of_a_label_becomes_markup_and_nothing_runs(
    chromium: Browser, pages: dict[str, Path]
):
    seen: list[str] = []
    page = chromium.new_page()
    page.on("request", lambda request: seen.append(request.url))
    page.on("console", lambda message: seen.append(message.text))
    page.goto(pages["hard labels"].as_uri())
    n_scripts = page.evaluate("document.scripts.length")
    title = page.title()
    text = page.inner_text("body")
    page.close()

    assert n_scripts == 0
    assert title.startswith("</title><script>")
    assert "<script>alert(1)</script>" in text
    assert [one for one in seen if not one.startswith(("file:", "data:"))] == []


def test_a_label_from_right_to_left_leaves_the_words_beside_it_in_order(
    chromium: Browser, pages: dict[str, Path]
):
    page = opened(chromium, pages["hard labels"])
    cells = page.evaluate(
        "[...document.querySelectorAll('tbody th')].map("
        "c => [c.querySelector('bdi') !== null, c.innerText])"
    )
    page.close()

    assert all(is_isolated for is_isolated, _ in cells)
    assert any("\u05e9" in words for _, words in cells)


@pytest.mark.parametrize("size_mm", [A4_MM, LETTER_MM], ids=["A4", "Letter"])
@pytest.mark.parametrize(("name", "most"), [("runner", 2), ("physio", 1)])
def test_on_paper_it_is_two_pages_and_one_for_a_physio(
    chromium: Browser,
    pages: dict[str, Path],
    name: str,
    most: int,
    size_mm: tuple[int, int],
):
    page = opened(chromium, pages[name])
    width, height = size_mm
    page.add_style_tag(content=f"@page {{ size: {width}mm {height}mm }}")
    made = page.pdf(prefer_css_page_size=True)
    page.close()

    assert n_pages(made) == most


def test_with_many_changes_a_physio_still_gets_one_page_that_counts_the_rest(
    chromium: Browser, obs: pd.DataFrame, tmp_path: Path
):
    many = tried(tuple(f"thing {k}" for k in range(20))).assign(
        started_on=obs["local_date"].iloc[10] + pd.to_timedelta(range(0, 200, 10), "D")
    )
    ledger = hs.stats.ledger(obs, changes=many)
    path = hs.report.write(tmp_path / "many.html", obs, [ledger], audience="physio")
    page = opened(chromium, path)
    on_screen = page.locator(".paper").is_visible()
    made = page.pdf(format="A4")
    page.emulate_media(media="print")
    left_out = page.locator(".paper").inner_text()
    rows = page.locator("tbody tr:visible").count()
    page.close()

    assert n_pages(made) == 1
    assert not on_screen
    assert rows == 12
    assert left_out == f"and {len(ledger.rows) - 12} more on the screen."


def n_pages(pdf: bytes) -> int:
    """Count the page objects of an uncompressed PDF, as Chromium writes them."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def test_a_pdf_is_written_by_the_browser_of_the_machine(
    chromium: Browser, obs: pd.DataFrame, answers: list[object], tmp_path: Path
):
    made = hs.report.write(tmp_path / "report.pdf", obs, answers)

    assert made.read_bytes().startswith(b"%PDF")
    assert n_pages(made.read_bytes()) == 2


def test_the_text_of_a_pdf_can_be_read(
    chromium: Browser, obs: pd.DataFrame, answers: list[object], tmp_path: Path
):
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext found; install it: apt-get install poppler-utils")
    made = hs.report.write(tmp_path / "physio.pdf", obs, answers, audience="physio")
    done = subprocess.run(  # noqa: S603 - our own file
        ["pdftotext", str(made), "-"],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    )

    assert "See a clinician first" in done.stdout
    assert "a shot" not in done.stdout
